//! Drawing one change of a network.

use problems::Random;
use rnn::Affine;
use rnn::Exact;
use rnn::Network;
use rnn::Parameter;

/// A change: what stands at a place, and what is put there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The place.
    pub place: Parameter,
    /// The number that stands there.
    pub old: Exact,
    /// The number that is put there.
    pub new: Exact,
}

impl Change {
    /// The change for a reader: `layer 2, unit 5 <- unit 7: 1 -> 0`.
    pub fn describe(&self, network: &Network) -> String {
        format!("{}: {} -> {}", network.describe(self.place), self.old, self.new)
    }
}

/// What is changed. Weights are most of a network, and are drawn most often.
#[derive(Clone, Copy)]
enum Kind {
    Weight,
    Removal,
    Addition,
    Bias,
    Start,
    Readout,
}

const KINDS: [Kind; 8] =
    [Kind::Weight, Kind::Weight, Kind::Weight, Kind::Removal, Kind::Addition, Kind::Bias, Kind::Start, Kind::Readout];

/// Change number `index` under `seed`: it depends on these two and the network alone.
pub fn change(network: &Network, seed: u64, index: u64) -> Change {
    let mut random = Random::new(seed, index);
    let maps = network.maps();
    let (readout, recurrent) = maps.split_last().expect("every network has a readout");
    let kind = *random.pick(&KINDS);
    let place = match kind {
        Kind::Weight | Kind::Removal => weight(recurrent, &mut random),
        Kind::Addition => zero_weight(recurrent, &mut random),
        Kind::Bias => {
            let map = map_of_bias(recurrent, &mut random);
            Parameter::Bias { map, output: random.below(recurrent[map].n_outputs()) }
        }
        Kind::Start => match network {
            Network::Layered(_) => Parameter::OnEmpty,
            _ => Parameter::Start(random.below(network.start().len())),
        },
        Kind::Readout => {
            let (map, output) = (recurrent.len(), random.below(readout.n_outputs()));
            match random.below(3) {
                0 => Parameter::Bias { map, output },
                1 => Parameter::Weight { map, output, input: random.below(readout.n_inputs()) },
                _ => match weight(&[*readout], &mut random) {
                    Parameter::Weight { output, input, .. } => Parameter::Weight { map, output, input },
                    other => other,
                },
            }
        }
    };
    let old = network.number(place);
    let new = match (kind, place) {
        (Kind::Removal, _) => Exact::ZERO,
        (_, Parameter::OnEmpty) => -&old,
        _ => another(&old, &mut random),
    };
    Change { place, old, new }
}

/// A non-zero weight, each as likely as any other.
fn weight(maps: &[&Affine], random: &mut Random) -> Parameter {
    let mut left = random.below(maps.iter().map(|map| map.n_weights()).sum());
    for (number, map) in maps.iter().enumerate() {
        if let Some((output, input, _)) = map.weights().nth(left) {
            return Parameter::Weight { map: number, output, input };
        }
        left -= map.n_weights();
    }
    unreachable!("the number drawn is below the number of weights")
}

/// A place without a weight, in a map that is as likely as it has weights.
fn zero_weight(maps: &[&Affine], random: &mut Random) -> Parameter {
    loop {
        let Parameter::Weight { map, .. } = weight(maps, random) else { continue };
        let (output, input) = (random.below(maps[map].n_outputs()), random.below(maps[map].n_inputs()));
        // A map all of whose weights are there has no such place, but another map has.
        if maps[map].weight(output, input).is_zero() || maps.iter().all(|map| is_full(map)) {
            return Parameter::Weight { map, output, input };
        }
    }
}

fn is_full(map: &Affine) -> bool {
    map.n_weights() == map.n_outputs() * map.n_inputs()
}

/// A map, as likely as it has outputs.
fn map_of_bias(maps: &[&Affine], random: &mut Random) -> usize {
    let mut left = random.below(maps.iter().map(|map| map.n_outputs()).sum());
    for (number, map) in maps.iter().enumerate() {
        if left < map.n_outputs() {
            return number;
        }
        left -= map.n_outputs();
    }
    unreachable!("the number drawn is below the number of outputs")
}

/// Another number: negated, zero, one more or less, doubled, halved, or a power of two away.
fn another(old: &Exact, random: &mut Random) -> Exact {
    let fraction = Exact::ratio(1, 2 << random.below(3));
    let candidates = [
        -old,
        Exact::ZERO,
        old + &Exact::ONE,
        old - &Exact::ONE,
        old * &Exact::integer(2),
        old * &Exact::ratio(1, 2),
        old + &fraction,
        old - &fraction,
    ];
    let others: Vec<Exact> = candidates.into_iter().filter(|new| new != old).collect();
    random.pick(&others).clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use reductions::Reduction;

    #[test]
    fn a_change_is_one_and_depends_on_seed_and_index_alone() {
        for reduction in reductions::all() {
            let network = reduction.network();
            let mut kinds = std::collections::BTreeSet::new();
            for index in 0..60 {
                let change = change(network, 5, index);
                assert_eq!(change, super::change(network, 5, index));
                assert_ne!(change.old, change.new, "{}", change.describe(network));
                assert_eq!(network.number(change.place), change.old);
                let n_recurrent = network.maps().len() - 1;
                kinds.insert(match change.place {
                    Parameter::Start(_) | Parameter::OnEmpty => "start",
                    Parameter::Weight { map, .. } | Parameter::Bias { map, .. } if map == n_recurrent => "readout",
                    Parameter::Weight { .. } if change.old.is_zero() => "new weight",
                    Parameter::Weight { .. } => "weight",
                    Parameter::Bias { .. } => "bias",
                });
            }
            assert_eq!(kinds.len(), 5, "{}: {kinds:?}", reduction.problem().name());
        }
        let network = reductions::ReachabilityRelu::shared().network();
        let drawn = |seed| (0..10).map(|index| change(network, seed, index)).collect::<Vec<_>>();
        assert_ne!(drawn(0), drawn(1));
    }

    #[test]
    fn the_first_changes_are_these_on_every_platform() {
        let network = reductions::ReachabilityRelu::shared().network();
        let described: Vec<String> = (0..4).map(|index| change(network, 0, index).describe(network)).collect();
        assert_eq!(
            described,
            [
                "start of A: 0 -> 1",
                "layer 2, unit 6 <- bias: 0 -> -1",
                "layer 3, d <- unit 13: 1 -> 3/4",
                "layer 1, unit 16 <- bias: 0 -> 1",
            ]
        );
    }
}
