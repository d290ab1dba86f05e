//! The state over time: what one network of each construction keeps while it reads one short word.

use crate::page::figure;
use crate::report::gathered::Claim;
use crate::report::says;
use crate::svg::Titles;
use crate::svg::cells::Cell;
use crate::svg::cells::Row;
use crate::svg::cells::cells;
use itertools::Itertools;
use reductions::Reduction;
use rnn::Exact;
use rnn::ExactArithmetic;

/// A word on which a construction can be seen at work.
struct Exhibit {
    /// The claim's name.
    claim: &'static str,
    /// What is seen.
    heading: &'static str,
    /// What to look for.
    caption: &'static str,
    /// The word.
    word: &'static str,
}

/// One of each construction.
const EXHIBITS: [Exhibit; 5] = [
    Exhibit {
        claim: "reachability-relu",
        heading: "Counters: reachability",
        caption: "From vertex 1 to vertex 3, over 0 -> 2, which is not followed, and 1 -> 3. Capital letters are the modes of a \
                  counter machine, of which one is 1; d, e, f and g are its counters.",
        word: "0|000#|00#0|000$",
    },
    Exhibit {
        claim: "circuit-value-copy-relu",
        heading: "Stacks: circuit value",
        caption: "s is a stack of the values so far, as a fraction in base 4; c is a copy of it from which what is above an operand \
                  is taken away, dot by dot.",
        word: "01(/.O(/.A$",
    },
    Exhibit {
        claim: "dyck-2-relu",
        heading: "A stack: brackets",
        caption: "An open bracket is pushed onto s, a fraction in base 4, and its partner takes it away again.",
        word: "([])()$",
    },
    Exhibit {
        claim: "word-problem-all-pd",
        heading: "Permutations: a word problem",
        caption: "y_i is where the product sends i, less i: all are 0 where the product is the identity.",
        word: "21345 13245 21345 13245 21345 13245",
    },
    Exhibit {
        claim: "matrix-product-rwkv7",
        heading: "Matrices in the heads: a product of two",
        caption: "Layers 1 to 3 find out where in a matrix a token stands and keep the entries of the matrix before; the heads of \
                  layer 4 hold the product by columns, and multiply it while the next matrix is read.",
        word: "-1 0 1 1 1 1 -1 1 -1 0 1 1 1 0 0 1 1 0",
    },
];

/// The section of the page; empty where no claim has an exhibit.
pub(super) fn section(claims: &[Claim<'_>]) -> String {
    let exhibit = |claim: &Claim<'_>| {
        let exhibit = EXHIBITS.iter().find(|exhibit| exhibit.claim == claim.name)?;
        exhibit.figure(claim.report.reduction)
    };
    let figures = claims.iter().filter_map(exhibit).join("\n");
    if figures.is_empty() {
        return String::new();
    }
    format!(
        "<section id=\"states\">\n<h2>What a state looks like</h2>\n<p>Each row is a coordinate of the state that is not always 0, each column the \
         state after a token, the first at the start, by exact arithmetic. The stronger its colour, the \
         larger a number is beside the others of its row; orange is below 0. A word is accepted where the readout is above 0 at its end.</p>\n<div class=\"pictures\">\n{figures}\n</div>\n\
         </section>"
    )
}

impl Exhibit {
    /// The picture; none where the word cannot be read.
    fn figure(&self, reduction: &dyn Reduction) -> Option<String> {
        let (problem, network) = (reduction.problem(), reduction.network());
        let word = problem.alphabet().parse(self.word).ok()?;
        // The states after each token, the start first.
        let mut states = vec![network.start_in(&ExactArithmetic)];
        for token in &word {
            let last = states.last()?;
            states.push(network.step(&ExactArithmetic, last, usize::from(*token)));
        }
        let row = |name: &str, numbers: &mut dyn Iterator<Item = &Exact>| Row {
            name: name.to_owned(),
            cells: numbers.map(|number| Cell { value: approximate(number), shown: number.to_string() }).collect(),
        };
        let zero = Exact::integer(0);
        let coordinates = network.coordinates().iter().enumerate();
        let mut rows = coordinates
            .filter(|(i, _)| states.iter().any(|state| state[*i] != zero))
            .map(|(i, name)| row(name, &mut states.iter().map(|state| &state[i])))
            .collect_vec();
        let readouts = states.iter().map(|state| network.read_out(&ExactArithmetic, state)).collect_vec();
        rows.push(row("readout", &mut readouts.iter()));
        let tokens = word.iter().map(|token| problem.alphabet().text(*token).to_owned());
        let columns = std::iter::once("start".to_owned()).chain(tokens).collect_vec();
        let titles = Titles { title: self.heading, across: "tokens", up: "state" };
        let accepts = readouts.last()?.is_positive();
        let (network, decider) = (says(accepts), says(problem.decide(&word)));
        let caption = format!("{} The network {network} the word, the decider {decider} it.", self.caption);
        Some(figure("state", self.heading, &cells(&titles, &columns, &rows), &caption))
    }
}

/// A number for its shade only.
fn approximate(number: &Exact) -> f64 {
    let text = number.to_string();
    let (above, below) = text.split_once('/').unwrap_or((&text, "1"));
    let [above, below] = [above, below].map(|part| part.parse::<f64>().unwrap_or(0.0));
    if below == 0.0 { 0.0 } else { above / below }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::name_of;

    #[test]
    fn every_exhibit_is_an_accepted_word_of_a_claim_of_the_list() {
        for exhibit in &EXHIBITS {
            let claims = reductions::all().into_iter().filter(|reduction| name_of(*reduction) == exhibit.claim);
            let claims = claims.collect_vec();
            assert_eq!(claims.len(), 1, "{}", exhibit.claim);
            let word = claims[0].problem().alphabet().parse(exhibit.word);
            let word = word.unwrap_or_else(|error| panic!("{}: {error}", exhibit.claim));
            assert!(claims[0].problem().promises(&word) && claims[0].problem().decide(&word), "{}", exhibit.claim);
            let figure = exhibit.figure(claims[0]).unwrap();
            assert!(figure.contains("The network accepts the word, the decider accepts it."), "{figure}");
        }
    }

    #[test]
    fn cells_hold_the_numbers_of_the_run() {
        let dyck = reductions::all().into_iter().find(|reduction| reduction.problem().name() == "dyck-2").unwrap();
        let exhibit = Exhibit { claim: "", heading: "h", caption: "c", word: "([$" };
        let figure = exhibit.figure(dyck).unwrap();
        // The stack after `(` and after `[`, and a no-word.
        assert!(
            figure.contains("<title>s, (: 1/4</title>") && figure.contains("<title>s, [: 13/16</title>"),
            "{figure}"
        );
        assert!(figure.contains("The network rejects the word, the decider rejects it."), "{figure}");
        assert!(Exhibit { word: "no word", ..exhibit }.figure(dyck).is_none());
        assert_eq!(["1/4", "-3", "0"].map(|text| approximate(&text.parse().unwrap())), [0.25, -3.0, 0.0]);
    }
}
