//! Instances, their answers, and the counterexample where there is one.

use super::Checked;
use crate::check::instances::Instances;
use crate::check::words::accepts;
use crate::check::words::run;
use problems::Random;
use problems::Word;
use reductions::Values;
use rnn::Exact;
use serde_json::Value;
use serde_json::json;

/// Sizes of the small instances: from the least on.
const SMALL_SIZES: usize = 4;
/// How many of either answer of each small size.
const OF_EACH: u64 = 2;

/// The instances of the check, and small ones of both answers, each with the network's answer and the decider's. The
/// empty word is among them, and the words that tell networks apart.
pub(super) fn instances(checked: Checked<'_>) -> Value {
    let problem = checked.reduction.problem();
    let mut words: Vec<(Word, &str)> = vec![(Vec::new(), "empty")];
    words.extend(problem.telling_words().into_iter().map(|word| (word, "telling")));
    let sizes = problem.sizes();
    for n in sizes.least..sizes.least + SMALL_SIZES {
        for (answer, i) in [true, false].into_iter().flat_map(|answer| (0..OF_EACH).map(move |i| (answer, i))) {
            if let Ok(sample) = problem.sample(n, answer, &mut Random::new(checked.options.seed, i)) {
                words.push((sample.word, "small"));
            }
        }
    }
    if let Ok(drawn) = Instances::draw(problem, checked.options, false) {
        words.extend(drawn.drawn.into_iter().map(|(word, _)| (word, "drawn")));
    }
    let rows: Vec<Value> = words.iter().map(|(word, from)| row(checked, word, from)).collect();
    let compares = match checked.reduction.compares() {
        Values::Exact => "exact",
        Values::Signs => "signs",
    };
    json!({"seed": checked.options.seed, "values_are_compared": compares, "instances": rows})
}

fn row(checked: Checked<'_>, word: &Word, from: &str) -> Value {
    let problem = checked.reduction.problem();
    let state = run(checked.network, word);
    let asked = problem.values(word).map(|values| values.iter().map(ToString::to_string).collect::<Vec<_>>());
    let given = asked.is_some().then(|| texts(checked.network.values(&state)));
    json!({
        "word": problem.alphabet().format(word),
        "from": from,
        "keeps_the_promise": problem.promises(word),
        "network": accepts(checked.network, &state),
        "decider": problem.decide(word),
        "network_values": given,
        "decider_values": asked,
    })
}

fn texts(values: &[Exact]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

/// The word that refutes the claim.
pub(super) fn counterexample(checked: Checked<'_>) -> Option<Value> {
    let found = checked.outcome.counterexample.as_ref()?;
    Some(row(checked, &found.word, "counterexample"))
}
