//! The router: three layers of heads that tell every token its position and hold the last tokens, exactly over Q.
//!
//! Layer 1 is the parity of the position `t` (from 0). Layer 2 composes reflections of the plane and of three points:
//! with the parity they determine `t mod 24`, which its feed-forward turns into the one-hot vector of `t mod n_slots`
//! (12 or 24 slots). Layer 3 holds a marker that goes round three points, one step per round of slots, so that `t` is
//! known modulo `3 n_slots`; and one latch per slot, which takes the token of its slot and keeps it for a round. Its
//! feed-forward is the [`Schedule`] of the reduction: what the layer above needs at each position.
//!
//! Why three layers: rational reflections compose to orders that divide 24 after two, and 9 does not divide 24. Every
//! head is a DeltaNet head; as RWKV-7 heads the same ones have decay 1, `a = 1`, `kappa = ktilde = k`, `lambda = beta`
//! and the value times `beta`.

use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::HeadFamily;
use rnn::HeadRows;
use rnn::LayeredBuilder;
use rnn::NetworkError;
use rnn::Row;
use rnn::virtual_start;

/// The stream coordinate that holds the token's value.
pub const TOKEN: &str = "x";
/// The stream coordinate that is 0 on a token that marks the beginning and 1 on every other one.
pub const LIVE: &str = "live";
/// How far the code of such a token is from all others.
const BEYOND: i64 = 1000;

/// Layers 1 to 3 up to the last feed-forward.
#[derive(Clone, Debug)]
pub struct Router {
    builder: LayeredBuilder,
    n_slots: usize,
    code: Row,
    /// The code at each position, and after them that of the token that marks the beginning, where there is one.
    codes: Vec<i64>,
    marked: bool,
}

/// What the layer above needs at each position `t mod period`, as named stream coordinates: a number that depends on the
/// position alone, plus weighted latches that are let through at that position.
#[derive(Clone, Debug)]
pub struct Schedule {
    period: usize,
    outputs: Vec<(String, Vec<Exact>)>,
    gates: Vec<Gate>,
}

/// One latch let through at one position.
#[derive(Clone, Debug)]
pub struct Gate {
    /// The place of the coordinate that it is added to.
    pub output: usize,
    /// The position, in `0..period`.
    pub position: usize,
    /// The slot whose latch it is; latches hold -1, 0 or 1.
    pub slot: usize,
    /// The factor.
    pub weight: Exact,
}

impl Schedule {
    /// The schedule in which these coordinates are 0 at every position.
    pub fn new(period: usize, outputs: impl IntoIterator<Item = String>) -> Self {
        let outputs = outputs.into_iter().map(|name| (name, vec![Exact::ZERO; period])).collect();
        Self { period, outputs, gates: Vec::new() }
    }

    /// Sets a coordinate's number at a position.
    ///
    /// # Panics
    /// If there is no such coordinate or position.
    pub fn set(&mut self, output: &str, position: usize, value: Exact) {
        let place = self.place(output);
        self.outputs[place].1[position] = value;
    }

    /// Adds `weight` times the latch of `slot` to a coordinate at a position.
    ///
    /// # Panics
    /// If there is no such coordinate.
    pub fn gate(&mut self, output: &str, position: usize, slot: usize, weight: Exact) {
        let output = self.place(output);
        self.gates.push(Gate { output, position, slot, weight });
    }

    /// The number of positions.
    pub fn period(&self) -> usize {
        self.period
    }

    /// The coordinates, each with its number at every position.
    pub fn outputs(&self) -> &[(String, Vec<Exact>)] {
        &self.outputs
    }

    /// The gates.
    pub fn gates(&self) -> &[Gate] {
        &self.gates
    }

    fn place(&self, output: &str) -> usize {
        let place = self.outputs.iter().position(|(name, _)| name == output);
        place.unwrap_or_else(|| panic!("the schedule has no coordinate `{output}`"))
    }
}

/// A head of one row: `S_t = S_{t-1} (I - beta k^T k) + beta v k`, in either family.
struct Reflection<'s> {
    name: String,
    output: String,
    beta: Row,
    key: Vec<Row>,
    /// `beta` times the key and `beta` times the value, as affine rows.
    beta_key: Vec<Row>,
    value: Row,
    beta_value: Row,
    /// 0 on a token for the beginning, but for the latches: so all that depends on the position is one number there.
    query: Vec<Row>,
    start: &'s [Exact],
}

impl Reflection<'_> {
    fn rows(self, family: HeadFamily) -> HeadRows {
        let n_keys = self.key.len();
        let start = [self.start.to_vec()];
        let mut skip = vec![Row::zero()];
        let ones = vec![Row::number(1); n_keys];
        let gates = match family {
            HeadFamily::DeltaNet => {
                let mut value = vec![self.value];
                virtual_start(&start, &self.key, &self.query, &mut value, &mut skip);
                vec![("beta", vec![self.beta]), ("k", self.key), ("v", value), ("q", self.query), ("skip", skip)]
            }
            HeadFamily::Rwkv7 => {
                let mut value = vec![self.beta_value];
                virtual_start(&start, &self.beta_key, &self.query, &mut value, &mut skip);
                vec![
                    ("w", ones.clone()),
                    ("lambda", vec![self.beta]),
                    ("kappa", self.key.clone()),
                    ("a", ones),
                    ("ktilde", self.key),
                    ("v", value),
                    ("q", self.query),
                    ("skip", skip),
                ]
            }
        };
        HeadRows { name: self.name, outputs: vec![self.output], n_keys, projections: gates }
    }
}

impl Router {
    /// The router over tokens with these integer values, with a latch for each entry of `preloaded` (12 or 24), which
    /// holds that value until its first token. One more token than values marks the beginning: wherever it stands every
    /// head keeps its state on it, as if it were not there, and every coordinate of the schedule is 0.
    ///
    /// # Errors
    /// [`NetworkError`] where tokens and values do not fit.
    ///
    /// # Panics
    /// If there are not 12 or 24 latches.
    pub fn new(
        family: HeadFamily,
        tokens: &[String],
        values: &[Exact],
        preloaded: &[Exact],
    ) -> Result<Self, NetworkError> {
        assert!([12, 24].contains(&preloaded.len()), "a marker goes round in steps of 12 or 24 tokens");
        Self::build(family, tokens, values, preloaded, true)
    }

    /// The same without the marker: positions are told apart modulo the number of latches only, which must divide 24.
    ///
    /// # Errors
    /// As [`Router::new`].
    ///
    /// # Panics
    /// If the number of latches does not divide 24.
    pub fn without_marker(
        family: HeadFamily,
        tokens: &[String],
        values: &[Exact],
        preloaded: &[Exact],
    ) -> Result<Self, NetworkError> {
        Self::build(family, tokens, values, preloaded, false)
    }

    fn build(
        family: HeadFamily,
        tokens: &[String],
        values: &[Exact],
        preloaded: &[Exact],
        has_marker: bool,
    ) -> Result<Self, NetworkError> {
        let n_slots = preloaded.len();
        assert!(n_slots > 0 && 24 % n_slots == 0, "two layers tell positions modulo 24 and no more");
        // The embedding: a token's value and, where there is a BOS, whether the token counts.
        let marked = tokens.len() == values.len() + 1;
        let mut embedded = vec![(TOKEN, values.to_vec())];
        if marked {
            embedded[0].1.push(Exact::ZERO);
            let live = (0..tokens.len()).map(|token| Exact::integer(i64::from(token < values.len())));
            embedded.push((LIVE, live.collect()));
        }
        let mut builder = LayeredBuilder::new(family, tokens, &embedded)?;
        let live = if marked { Row::of(LIVE) } else { Row::number(1) };
        let beyond = (Row::number(1) - live.clone()) * BEYOND;

        // Layer 1: S = 2, 0, 2, 0, ...
        let parity = Reflection {
            name: "parity".to_owned(),
            output: "parity".to_owned(),
            beta: live.clone() * 2,
            key: vec![Row::number(1)],
            beta_key: vec![live.clone() * 2],
            value: Row::number(1),
            beta_value: live.clone() * 2,
            query: vec![live.clone()],
            start: &[Exact::ZERO],
        };
        builder.layer(vec![parity.rows(family)])?;
        let even = Row::of("parity").scaled(&Exact::ratio(1, 2));
        let odd = live.clone() - even.clone();

        // Layer 2, head A: e0 goes round three points, two reflections a step. Head B: (1, 0) turns by a quarter.
        let swaps = vec![even.clone(), odd.clone() - even.clone(), -odd.clone()];
        let third = unit_reflection("A", "order3", swaps, &live);
        let quarter = Reflection {
            name: "B".to_owned(),
            output: "order4".to_owned(),
            beta: even.clone() * 2 + odd.clone(),
            key: vec![Row::number(1), -odd.clone()],
            beta_key: vec![even * 2 + odd.clone(), -odd.clone()],
            value: Row::zero(),
            beta_value: Row::zero(),
            query: vec![live.clone(), live.clone() * 2],
            start: &[Exact::ONE, Exact::ZERO],
        };
        builder.layer(vec![third.rows(family), quarter.rows(family)])?;
        // The three residues together give a code that differs at 24 positions: the feed-forward sublayer turns it into the
        // slot's indicator and the position in the round, tau.
        let code = odd * 15 + Row::of("order3") * 5 + Row::of("order4") + Row::number(2) + beyond.clone();
        let codes = run_codes(&builder, &code, 24, marked)?;
        let mut outputs: Vec<(String, Vec<Exact>)> = Vec::new();
        for slot in 0..n_slots {
            let here = |t: usize| Exact::integer(i64::from(t % n_slots == slot));
            outputs.push((slot_name(slot), (0..24).map(here).collect()));
        }
        outputs.push(("tau".to_owned(), (0..24).map(|t| Exact::integer((t % n_slots) as i64)).collect()));
        let mut units = Vec::new();
        let outputs = by_position(&code, &codes, &outputs, &mut units);
        builder.feed_forward(&[units], outputs)?;

        // Layer 3: the marker moves in the first two slots of a round; latch s takes the token in slot s.
        let mut heads = Vec::new();
        if has_marker {
            let (first, second) = (Row::of(slot_name(0)), Row::of(slot_name(1)));
            let swaps = vec![first.clone(), second.clone() - first, -second];
            heads.push(unit_reflection("marker", "round", swaps, &live).rows(family));
        }
        for (slot, start) in preloaded.iter().enumerate() {
            let latch = Reflection {
                name: format!("latch{slot}"),
                output: latch_name(slot),
                beta: Row::number(1),
                key: vec![Row::of(slot_name(slot))],
                beta_key: vec![Row::of(slot_name(slot))],
                value: Row::of(TOKEN),
                beta_value: Row::of(TOKEN),
                query: vec![Row::number(1)],
                start: std::slice::from_ref(start),
            };
            heads.push(latch.rows(family));
        }
        builder.layer(heads)?;
        // What layer 4's schedule is looked up by.
        let (code, period) = match has_marker {
            true => (Row::of("tau") * 3 + Row::of("round") + beyond, 3 * n_slots),
            false => (Row::of("tau") + beyond, n_slots),
        };
        let codes = run_codes(&builder, &code, period, marked)?;
        Ok(Self { builder, n_slots, code, codes, marked })
    }

    /// The number of positions that it tells apart.
    pub fn period(&self) -> usize {
        self.codes.len() - usize::from(self.marked)
    }

    /// The number of latches.
    pub fn n_slots(&self) -> usize {
        self.n_slots
    }

    /// The layers so far, for another feed-forward sublayer than a schedule. Its stream has the token ([`TOKEN`]), the
    /// position's slot one-hot ([`slot_name`]) and the latches ([`latch_name`]).
    pub fn into_builder(self) -> LayeredBuilder {
        self.builder
    }

    /// Adds the schedule as the feed-forward sublayer of layer 3: a piecewise linear function of the position's code
    /// with one unit per kink, and four units per gate.
    ///
    /// A gate of a latch `c` in -1, 0, 1 at code `C` is a function of `z = 4 code + c`: 1 at `4C + 1`, -1 at `4C - 1`, 0
    /// at `4C` and at every other value that occurs, as codes are integers.
    ///
    /// # Errors
    /// [`NetworkError`] where two coordinates have one name.
    ///
    /// # Panics
    /// If the schedule is of another period.
    pub fn with_schedule(self, schedule: &Schedule) -> Result<LayeredBuilder, NetworkError> {
        assert_eq!(schedule.period, self.period(), "schedule and router have one period");
        let mut units = Vec::new();
        let mut outputs = by_position(&self.code, &self.codes, &schedule.outputs, &mut units);
        for gate in &schedule.gates {
            let four_codes = 4 * self.codes[gate.position];
            let z = self.code.clone() * 4 + Row::of(latch_name(gate.slot));
            for (offset, factor) in [(-2, -1), (-1, 2), (1, -2), (2, 1)] {
                let unit = Row::of(format!("u{}", units.len()));
                units.push(z.clone() - Row::number(four_codes + offset));
                let row = &mut outputs[gate.output].1;
                *row = std::mem::take(row) + unit.scaled(&gate.weight) * factor;
            }
        }
        let mut builder = self.builder;
        builder.feed_forward(&[units], outputs)?;
        Ok(builder)
    }
}

/// The stream coordinate that is 1 in a slot and 0 elsewhere.
pub fn slot_name(slot: usize) -> String {
    format!("p{slot}")
}

/// The stream coordinate that holds a slot's newest token.
pub fn latch_name(slot: usize) -> String {
    format!("c{slot}")
}

/// A head of beta 1 that starts in the first of three unit rows: its key is 0 or has square 2, and then swaps two
/// coordinates. Where `live` is 1 its output is the number of its unit row.
fn unit_reflection<'s>(name: &str, output: &str, key: Vec<Row>, live: &Row) -> Reflection<'s> {
    static START: [Exact; 3] = [Exact::ONE, Exact::ZERO, Exact::ZERO];
    Reflection {
        name: name.to_owned(),
        output: output.to_owned(),
        beta: Row::number(1),
        beta_key: key.clone(),
        key,
        value: Row::zero(),
        beta_value: Row::zero(),
        query: (0..3).map(|label| live.clone() * label).collect(),
        start: &START,
    }
}

/// The values of an integer row at the first `period` tokens, found by running the layers built so far, and then its
/// value on the token that marks the beginning. Which tokens the others are does not matter; that is among what a proof
/// shows.
fn run_codes(builder: &LayeredBuilder, code: &Row, period: usize, marked: bool) -> Result<Vec<i64>, NetworkError> {
    let network = builder.clone().finish(Row::zero(), vec![("code".to_owned(), code.clone())], false)?;
    let code = |state: &[Exact]| network.values(state)[0].to_i64().expect("a code is an integer");
    let mut state = network.start().to_vec();
    let mut codes = Vec::new();
    for _ in 0..period {
        state = network.step(&ExactArithmetic, &state, 0);
        codes.push(code(&state));
    }
    if marked {
        codes.push(code(&network.step(&ExactArithmetic, network.start(), network.tokens().len() - 1)));
    }
    Ok(codes)
}

/// Functions of the position as sums of units of the position's code: between two codes they are linear, and before the
/// first and after the last one constant. At a code after those of all positions they are 0. A unit stands at each code where the slope of some function changes.
fn by_position(
    code: &Row,
    codes: &[i64],
    functions: &[(String, Vec<Exact>)],
    units: &mut Vec<Row>,
) -> Vec<(String, Row)> {
    let mut order: Vec<usize> = (0..codes.len()).collect();
    order.sort_by_key(|t| codes[*t]);
    let at = |values: &[Exact], t: usize| values.get(t).cloned().unwrap_or(Exact::ZERO);
    let mut outputs: Vec<(String, Row)> =
        functions.iter().map(|(name, values)| (name.clone(), Row::constant(at(values, order[0])))).collect();
    let slope = |values: &[Exact], i: usize| match (order.get(i), order.get(i + 1)) {
        (Some(here), Some(next)) => {
            &(&at(values, *next) - &at(values, *here)) / &Exact::integer(codes[*next] - codes[*here])
        }
        _ => Exact::ZERO,
    };
    for (i, t) in order.iter().enumerate() {
        let kinks: Vec<Exact> = functions
            .iter()
            .map(|(_, values)| {
                let before = if i == 0 { Exact::ZERO } else { slope(values, i - 1) };
                &slope(values, i) - &before
            })
            .collect();
        if kinks.iter().all(Exact::is_zero) {
            continue;
        }
        let unit = Row::of(format!("u{}", units.len()));
        units.push(code.clone() - Row::number(codes[*t]));
        for ((_, row), kink) in outputs.iter_mut().zip(&kinks) {
            *row = std::mem::take(row) + unit.scaled(kink);
        }
    }
    outputs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_marker_every_latch_holds_the_newest_token_of_its_slot() {
        let tokens: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        let values = [0, 1, 2].map(Exact::integer);
        for family in HeadFamily::ALL {
            for n_slots in [2, 3, 8, 12, 24] {
                let preloaded = vec![Exact::integer(-1); n_slots];
                let router = Router::without_marker(family, &tokens, &values, &preloaded).unwrap();
                assert_eq!((router.period(), router.n_slots()), (n_slots, n_slots));
                let names = (0..n_slots).map(latch_name).chain((0..n_slots).map(slot_name));
                let outputs = names.map(|name| (name.clone(), Row::of(name))).collect();
                let network = router.into_builder().finish(Row::zero(), outputs, false).unwrap();
                let mut held = preloaded;
                let mut state = network.start().to_vec();
                for t in 0..60 {
                    let token = (t * t + t / 3) % 3;
                    held[t % n_slots] = values[token].clone();
                    state = network.step(&ExactArithmetic, &state, token);
                    let (latches, slots) = network.values(&state).split_at(n_slots);
                    assert_eq!(latches, held);
                    let here = (0..n_slots).map(|slot| Exact::integer(i64::from(slot == t % n_slots)));
                    assert_eq!(slots, here.collect::<Vec<_>>());
                }
            }
        }
    }
}
