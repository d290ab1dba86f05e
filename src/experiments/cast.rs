//! What breaks first in a network of several layers that runs in a number format.

use rnn::Arithmetic;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::LayeredRnn;
use rnn::Pass;
use rnn::RoundedArithmetic;
use rnn::RoundedValue;

/// The first place at which a part of a network of several layers holds other numbers than in the exact run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The number of tokens read when it shows, from 1.
    pub token: usize,
    /// The coordinate.
    pub coordinate: String,
    /// What it holds.
    pub rounded: String,
    /// What it should hold.
    pub exact: String,
}

/// Where the parts of a network of several layers first differ from the exact run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// The states of the layers below the last: what the router remembers.
    pub router: Option<Difference>,
    /// What these layers write to the stream, for the last one to read.
    pub stream: Option<Difference>,
    /// The states of the last layer: the product.
    pub product: Option<Difference>,
}

/// Runs a network of several layers on a word in a number format and exactly, side by side.
pub fn differences(network: &LayeredRnn, arithmetic: &RoundedArithmetic, word: &[problems::Token]) -> Differences {
    let n_below = network.layers().len() - 1;
    let mut rounded: Vec<_> = network.start().iter().map(|value| arithmetic.constant(value)).collect();
    let mut exact = network.start().to_vec();
    let mut found = Differences::default();
    for (i, token) in word.iter().enumerate() {
        let below = layers_below(network, arithmetic, &rounded, *token, n_below);
        let below_exact = layers_below(network, &ExactArithmetic, &exact, *token, n_below);
        rounded = network.step(arithmetic, &rounded, usize::from(*token));
        exact = network.step(&ExactArithmetic, &exact, usize::from(*token));
        let first = |rounded: &[RoundedValue], exact: &[Exact], names: &[String]| {
            let index = rounded.iter().zip(exact).position(|(own, exact)| own.as_finite() != Some(exact))?;
            Some(Difference {
                token: i + 1,
                coordinate: names[index].clone(),
                rounded: rounded[index].to_string(),
                exact: exact[index].to_string(),
            })
        };
        let router = below.state.len();
        let last = router..network.n_entries();
        let names = network.coordinates();
        found.router = found.router.or_else(|| first(&below.state, &below_exact.state, names));
        found.stream = found.stream.or_else(|| first(&below.stream, &below_exact.stream, network.stream()));
        found.product = found.product.or_else(|| first(&rounded[last.clone()], &exact[last.clone()], &names[last]));
    }
    found
}

/// What a token does to the first layers of a network.
fn layers_below<A: Arithmetic>(
    network: &LayeredRnn,
    arithmetic: &A,
    state: &[A::Value],
    token: problems::Token,
    n_layers: usize,
) -> Pass<A::Value> {
    let one = arithmetic.constant(&Exact::ONE);
    let embedded = network.embedding().apply(arithmetic, [(usize::from(token), &one)]);
    network.pass(arithmetic, state, embedded, n_layers)
}
