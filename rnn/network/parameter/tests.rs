use super::*;
use crate::network::family::HeadFamily;
use crate::network::family::LinearFamily;
use crate::network::layered::HeadRows;
use crate::network::layered::LayeredBuilder;
use crate::network::layered::Row;

fn names(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn relu() -> Network {
    let mut first = Affine::zero(2, 3);
    first.add_weight(1, 0, &Exact::ONE);
    first.add_weight(0, 2, &Exact::integer(3));
    let mut last = Affine::zero(1, 2);
    last.add_weight(0, 1, &Exact::ONE);
    let mut readout = Affine::zero(1, 1);
    readout.add_weight(0, 0, &Exact::ONE);
    readout.add_bias(0, &Exact::ratio(-1, 2));
    let network = ReluRnn::new(names(&["a", "b"]), names(&["h"]), vec![Exact::ZERO], vec![first, last], readout);
    Network::Relu(network.unwrap())
}

fn linear() -> Network {
    let mut swap = Affine::zero(2, 2);
    swap.add_weight(0, 1, &Exact::ONE);
    swap.add_weight(1, 0, &Exact::ONE);
    let start = vec![Exact::ONE, Exact::ZERO];
    let (tokens, family) = (names(&["a"]), LinearFamily::PermutationDiagonal);
    let readout = Affine::zero(1, 2);
    Network::Linear(LinearRnn::new(family, tokens, names(&["x", "y"]), start, vec![swap], readout).unwrap())
}

fn layered() -> Network {
    let family = HeadFamily::DeltaNet;
    let mut builder = LayeredBuilder::new(family, &names(&["a"]), &[("x", vec![Exact::ONE])]).unwrap();
    let one = || vec![Row::number(1)];
    let projections =
        vec![("beta", one()), ("k", one()), ("v", vec![Row::of("x")]), ("q", one()), ("skip", vec![Row::zero()])];
    let head = HeadRows { name: "last".to_owned(), outputs: names(&["seen"]), n_keys: 1, projections };
    builder.layer(vec![head]).unwrap();
    builder.feed_forward(&[vec![Row::of("seen")]], vec![("size".to_owned(), Row::of("u0"))]).unwrap();
    Network::Layered(builder.finish(Row::of("size"), vec![("v".to_owned(), Row::of("x"))], false).unwrap())
}

fn parameters(network: &Network) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for (map, affine) in network.maps().into_iter().enumerate() {
        for output in 0..affine.n_outputs() {
            parameters.push(Parameter::Bias { map, output });
            parameters.extend((0..affine.n_inputs()).map(|input| Parameter::Weight { map, output, input }));
        }
    }
    match network {
        Network::Layered(_) => parameters.push(Parameter::OnEmpty),
        _ => parameters.extend((0..network.start().len()).map(Parameter::Start)),
    }
    parameters
}

#[test]
fn a_change_changes_its_own_number_and_no_other() {
    for network in [relu(), linear(), layered()] {
        let parameters = parameters(&network);
        let mut refused = 0;
        for parameter in &parameters {
            let value = &network.number(*parameter) + &Exact::integer(5);
            // The decision on the empty word is a sign.
            let value = if *parameter == Parameter::OnEmpty { Exact::ONE } else { value };
            let Ok(changed) = network.with_number(*parameter, &value) else {
                refused += 1;
                continue;
            };
            assert_eq!(changed.number(*parameter), value, "{}", network.describe(*parameter));
            assert_ne!(changed, network);
            let others = parameters.iter().filter(|other| *other != parameter);
            assert!(others.clone().all(|other| changed.number(*other) == network.number(*other)));
            assert_eq!(changed.with_number(*parameter, &network.number(*parameter)).unwrap(), network);
        }
        // In the permutation every weight that was zero is refused.
        assert_eq!(refused, if matches!(network, Network::Linear(_)) { 2 } else { 0 });
    }
}

#[test]
fn a_parameter_is_named_for_a_reader() {
    let described = |network: Network| {
        parameters(&network).iter().map(|parameter| network.describe(*parameter)).collect::<Vec<_>>()
    };
    assert_eq!(
        described(relu()),
        [
            "layer 1, unit 0 <- bias",
            "layer 1, unit 0 <- h",
            "layer 1, unit 0 <- token a",
            "layer 1, unit 0 <- token b",
            "layer 1, unit 1 <- bias",
            "layer 1, unit 1 <- h",
            "layer 1, unit 1 <- token a",
            "layer 1, unit 1 <- token b",
            "layer 2, h <- bias",
            "layer 2, h <- unit 0",
            "layer 2, h <- unit 1",
            "readout <- bias",
            "readout <- h",
            "start of h",
        ]
    );
    assert_eq!(described(linear())[4], "transition on a, y <- x");
    let layered = described(layered());
    let some = ["embedding, x <- token a", "layer 1, head last, k <- bias", "layer 1, head last, v <- x"];
    assert!(some.iter().all(|name| layered.contains(&(*name).to_owned())), "{layered:?}");
    let some = ["layer 1, feed-forward, unit 0 <- seen", "layer 1, feed-forward, size <- unit 0"];
    assert!(some.iter().all(|name| layered.contains(&(*name).to_owned())), "{layered:?}");
    let some = ["readout, decision <- size", "readout, output v <- x", "decision on the empty word"];
    assert!(some.iter().all(|name| layered.contains(&(*name).to_owned())), "{layered:?}");
}
