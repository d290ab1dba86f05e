//! Obligations of layers 1 to 3, and of what ties them to layer 4.

use super::Frame;
use super::RoutedProof;
use super::Seen;
use super::Situation;
use super::embedded;
use super::tables;
use super::tables::CaseTable;
use super::tables::Tables;
use crate::proof::error::ProofError;
use crate::proof::obligation::Location;
use crate::proof::obligation::ObligationKind;
use crate::proof::obligation::WitnessSource;
use num_integer::Integer;
use rnn::Arithmetic;
use rnn::CaseArithmetic;
use rnn::CaseValue;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::HeadFamily;
use rnn::LayeredRnn;
use rnn::Pass;
use rnn::Sort;
use rnn::SymbolicArithmetic;
use rnn::Term;
use rnn::Terms;

/// The longest joint orbit that is looked at.
pub(super) const LONGEST: usize = 1000;
/// The layers of the router.
const LAYERS: usize = 3;

/// Adds the obligations and gives the length of the joint orbit.
pub(super) fn add<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>, frame: &dyn Frame) -> Result<usize, ProofError> {
    let network = proof.network.clone();
    let n_slots = frame.n_slots();
    let latches = latch_places(&network, n_slots)?;
    tokens(terms, proof, frame);
    let orbit = orbit(&network, &latches, frame)?;
    let period = orbit.len() - 1;
    proof.tables = Tables::new(terms, frame, network.coordinates(), &latches, &orbit);
    let returns = orbit[0] == orbit[period];
    let part = (ObligationKind::Orbit, proof.step(period));
    proof.push("orbit closes".into(), part, super::after(0), vec![], terms.truth(returns));
    for u in 0..period {
        for situation in frame.situations(u, period) {
            // The arithmetic of cases computes with terms in normal form.
            terms.in_normal_form(|| position(terms, proof, frame, &latches, &orbit, u, &situation));
        }
    }
    times(terms, proof, frame, period);
    Ok(period)
}

/// One orbit position in one situation.
fn position<'a>(
    terms: &'a Terms,
    proof: &mut RoutedProof<'a>,
    frame: &dyn Frame,
    latches: &[usize],
    orbit: &[Vec<Exact>],
    u: usize,
    situation: &Situation,
) {
    // The first three layers run once over cases, from this position, and every obligation reads this one pass.
    let network = proof.network.clone();
    let n_slots = frame.n_slots();
    let own = u % n_slots;
    let bos = frame.token_values().len();
    let beginning = Beginning::at(terms, &network, frame, latches, (orbit, u), situation);
    let Beginning { arithmetic, x, held, state, assumptions } = &beginning;
    let constant = |value: &Exact| arithmetic.constant(value);
    let one = constant(&Exact::ONE);
    let pass = network.pass(arithmetic, state, embedded(&network, x.clone(), one), LAYERS);
    let stream: Vec<CaseValue<'a>> = pass.stream.iter().map(|value| arithmetic.value(arithmetic.term(value))).collect();
    let label = situation.label.map(|label| format!(" {label}")).unwrap_or_default();
    let scene = WitnessSource::Position { t: situation.time, recurs: situation.recurs };
    let mut table = CaseTable::new(u, situation);
    let mut add = |kind: ObligationKind, goal: Term<'a>| {
        let location = match kind {
            ObligationKind::Outputs => proof.readout(u + 1),
            ObligationKind::Inert => Location { mode: frame.mode_of(u), token: Some(bos) },
            _ => proof.step(u),
        };
        proof.push(format!("{kind} {u}{label}"), (kind, location), scene.clone(), assumptions.clone(), goal);
    };

    // The finite-state part goes on along the orbit.
    let control = (0..state.len()).filter(|index| !latches.contains(index));
    let follows = control.map(|index| arithmetic.equals(&pass.state[index], &constant(&orbit[u + 1][index])));
    add(ObligationKind::Orbit, terms.all(follows.collect::<Vec<_>>()));

    // The latch whose turn it is takes the token, and every other keeps what it holds.
    let keeps = (0..n_slots).map(|slot| {
        let after = if slot == own { beginning.less(x, frame.preloaded(slot)) } else { held[slot].clone() };
        arithmetic.equals(&pass.state[latches[slot]], &after)
    });
    add(ObligationKind::Latch, terms.all(keeps.collect::<Vec<_>>()));
    table.after = latches.iter().map(|place| tables::numbers(arithmetic, &pass.state[*place])).collect();

    // What goes into a feed-forward sublayer is an integer, so that its units between the integers need not be looked at.
    let mut integral = Vec::new();
    for layer in &network.layers()[..LAYERS] {
        if let Some(feed_forward) = layer.feed_forward() {
            let map = &feed_forward.maps()[0];
            let arguments = map.apply(arithmetic, pass.stream[..map.n_inputs()].iter().enumerate());
            integral.extend(arguments.iter().map(|argument| arithmetic.is_integer(argument)));
            table.arguments.push(tables::hull(arithmetic, &arguments));
        }
    }
    add(ObligationKind::Integral, terms.all(integral));

    // The projections of layer 4 are those that the design intends here.
    let seen = Seen { terms, arithmetic, frame, u, situation };
    let mut agree = Vec::new();
    let width = network.layers()[LAYERS].heads()[0].projections().n_inputs();
    for (head, gates) in network.layers()[LAYERS].projections(arithmetic, &stream[..width]).into_iter().enumerate() {
        let intended = frame.gates(head, &seen);
        agree.push(terms.truth(gates.len() == intended.len()));
        agree.extend(
            gates.iter().zip(intended).map(|(gate, intended)| arithmetic.equals(gate, &arithmetic.value(intended))),
        );
    }
    add(ObligationKind::Schedule, terms.all(agree));

    // A token for the beginning changes nothing.
    let skipped = (network.tokens().len() > bos).then(|| {
        let given = network.embedding().apply(arithmetic, [(bos, &constant(&Exact::ONE))]);
        let whole = with_free_layer(terms, arithmetic, &network, state);
        let pass = network.pass(arithmetic, &whole, given, network.layers().len());
        add(ObligationKind::Inert, is_inert(terms, arithmetic, &network, &whole, &pass));
        let decision = &network.read_stream(arithmetic, &pass.stream)[0];
        table.decision_on_skipped = tables::numbers(arithmetic, decision).pop();
        pass.stream
    });
    // The step sizes and rates that the claim's sentence speaks of, in either pass.
    if frame.is_in_deployed_range() {
        let streams = [Some(&pass.stream), skipped.as_ref()];
        let sizes: Vec<Option<(Exact, Exact)>> =
            streams.into_iter().flatten().flat_map(|stream| step_sizes(arithmetic, &network, stream)).collect();
        let goals = sizes.iter().map(|range| terms.truth(range.as_ref().is_some_and(is_in_deployed_range)));
        add(ObligationKind::StepSize, terms.all(goals.collect::<Vec<_>>()));
        table.step_sizes = sizes.into_iter().map(tables::range).collect();
    }

    if network.layers()[LAYERS].heads()[0].family() == HeadFamily::Rwkv7 {
        let streams = [Some(&pass.stream), skipped.as_ref()];
        let mut goals = Vec::new();
        for stream in streams.into_iter().flatten() {
            goals.extend(rates(terms, arithmetic, &network, stream, &mut table));
        }
        add(ObligationKind::Rates, terms.all(goals));
    }

    // Decision and values are the outputs of layer 4, which are free here, whatever else is in the stream.
    let outputs = frame.heads().into_iter().flat_map(|(_, outputs)| outputs);
    let outputs: Vec<(String, Term<'a>)> =
        outputs.map(|name| (name.clone(), terms.symbol(&name, Sort::Real))).collect();
    let of_layer4 = outputs.iter().map(|(_, output)| arithmetic.value(*output));
    let stream: Vec<CaseValue<'a>> = stream.into_iter().chain(of_layer4).collect();
    let expected = frame.values().into_iter().map(|name| terms.symbol(&name, Sort::Real));
    let expected: Vec<Term<'a>> = expected.collect();
    let read = network.read_stream(arithmetic, &stream);
    let same = read.iter().zip(expected.first().into_iter().chain(&expected));
    add(
        ObligationKind::Outputs,
        terms.all(
            same.map(|(read, expected)| arithmetic.equals(read, &arithmetic.value(*expected))).collect::<Vec<_>>(),
        ),
    );
    proof.tables.cases.push(table);
}

/// An orbit position in one situation, before the token.
pub(super) struct Beginning<'a> {
    pub(super) arithmetic: CaseArithmetic<'a>,
    /// The token's value.
    pub(super) x: CaseValue<'a>,
    /// The latches' states.
    held: Vec<CaseValue<'a>>,
    /// The states of layers 1 to 3, the latches' among them.
    pub(super) state: Vec<CaseValue<'a>>,
    pub(super) assumptions: Vec<Term<'a>>,
}

impl<'a> Beginning<'a> {
    pub(super) fn at(
        terms: &'a Terms,
        network: &LayeredRnn,
        frame: &dyn Frame,
        latches: &[usize],
        (orbit, u): (&[Vec<Exact>], usize),
        situation: &Situation,
    ) -> Self {
        let n_slots = frame.n_slots();
        let own = u % n_slots;
        let arithmetic = CaseArithmetic::new(terms, frame.orders(u));
        let unknown = |unknown: usize, values: &[i64]| {
            arithmetic.unknown(unknown, &values.iter().map(|value| Exact::integer(*value)).collect::<Vec<Exact>>())
        };
        let x = unknown(own, &frame.token_values());
        // What a latch holds before the token; in the token's own slot that is an unknown of its own.
        let contents = (0..n_slots)
            .map(|slot| unknown(if slot == own { n_slots } else { slot }, &situation.contents[slot]))
            .collect::<Vec<_>>();
        let state = orbit[u].iter().map(|value| arithmetic.constant(value)).collect();
        let assumptions = self::contents(terms, network, frame, latches, situation);
        let mut beginning = Self { arithmetic, x, held: Vec::new(), state, assumptions };
        // The state is what the latch holds less what it held at first.
        beginning.held =
            contents.iter().enumerate().map(|(slot, held)| beginning.less(held, frame.preloaded(slot))).collect();
        for (place, value) in latches.iter().zip(&beginning.held) {
            beginning.state[*place] = value.clone();
        }
        beginning
    }

    fn less(&self, value: &CaseValue<'a>, number: i64) -> CaseValue<'a> {
        let mut sum = self.arithmetic.sum(&Exact::integer(-number));
        self.arithmetic.add(&mut sum, &Exact::ONE, value);
        self.arithmetic.finish(sum)
    }
}

/// What a situation says of the token and the latches, as formulas.
fn contents<'a>(
    terms: &'a Terms,
    network: &LayeredRnn,
    frame: &dyn Frame,
    latches: &[usize],
    situation: &Situation,
) -> Vec<Term<'a>> {
    let between = |symbol: Term<'a>, values: &[i64], less: i64| {
        let (low, high) = (values.iter().min().copied().unwrap_or(0), values.iter().max().copied().unwrap_or(0));
        [symbol.at_least(terms.int(low - less)), symbol.at_most(terms.int(high - less))]
    };
    let mut formulas = between(terms.symbol("x", Sort::Int), &frame.token_values(), 0).to_vec();
    for (slot, place) in latches.iter().enumerate() {
        let held = terms.symbol(&format!("h.{}", network.coordinates()[*place]), Sort::Int);
        formulas.extend(between(held, &situation.contents[slot], frame.preloaded(slot)));
    }
    formulas
}

/// The places of the latches' states among the coordinates.
pub(super) fn latch_places(network: &LayeredRnn, n_slots: usize) -> Result<Vec<usize>, ProofError> {
    let place = |slot: usize| {
        let entries = network.entries_of(3, &format!("latch{slot}"));
        entries.map(|entries| entries.start).ok_or_else(|| ProofError::new(format!("expected a head latch{slot}")))
    };
    (0..n_slots).map(place).collect()
}

/// The embedding gives the tokens their values, in this order.
fn tokens<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>, frame: &dyn Frame) {
    let arithmetic = SymbolicArithmetic::new(terms);
    let one = terms.ratio(1, 1);
    let values = frame.token_values();
    let given = values.into_iter().enumerate().flat_map(|(token, value)| {
        let given = proof.network.embedding().apply(&arithmetic, [(token, &one)]);
        let expected = embedded(&proof.network, terms.ratio(value, 1), one);
        given.into_iter().zip(expected).map(|(given, expected)| given.equals(expected)).collect::<Vec<_>>()
    });
    let goal = terms.all(given.collect::<Vec<_>>());
    proof.push("tokens".into(), (ObligationKind::Start, proof.step(0)), super::after(0), vec![], goal);
}

/// This state of layers 1 to 3, with any state of layer 4.
fn with_free_layer<'a>(
    terms: &'a Terms,
    arithmetic: &CaseArithmetic<'a>,
    network: &LayeredRnn,
    state: &[CaseValue<'a>],
) -> Vec<CaseValue<'a>> {
    let names = &network.coordinates()[state.len()..network.n_entries()];
    let free = names.iter().map(|name| arithmetic.value(terms.symbol(&format!("h.{name}"), Sort::Real)));
    state.iter().cloned().chain(free).collect()
}

/// Every head has kept its state, and the decision is no.
fn is_inert<'a>(
    terms: &'a Terms,
    arithmetic: &CaseArithmetic<'a>,
    network: &LayeredRnn,
    before: &[CaseValue<'a>],
    pass: &Pass<CaseValue<'a>>,
) -> Term<'a> {
    let decision = &network.read_stream(arithmetic, &pass.stream)[0];
    let keeps = pass.state.iter().zip(before).map(|(after, before)| arithmetic.equals(after, before));
    let is_no = arithmetic.term(decision).at_most(terms.ratio(0, 1));
    terms.all(keeps.chain([is_no]).collect::<Vec<_>>())
}

/// Between what every head's `beta |k|^2` lies, with the gates that it makes of this stream. A head without a beta is none of
/// which that can be said.
fn step_sizes<'a>(
    arithmetic: &CaseArithmetic<'a>,
    network: &LayeredRnn,
    stream: &[CaseValue<'a>],
) -> Vec<Option<(Exact, Exact)>> {
    let mut sizes = Vec::new();
    for layer in network.layers() {
        let width = layer.heads()[0].projections().n_inputs();
        for (head, gates) in layer.heads().iter().zip(layer.projections(arithmetic, &stream[..width])) {
            let (Some(beta), Some(key)) = (head.projection("beta"), head.projection("k")) else {
                sizes.push(None);
                continue;
            };
            let mut square = arithmetic.sum(&Exact::ZERO);
            for entry in &gates[key.clone()] {
                arithmetic.add(&mut square, &Exact::ONE, &arithmetic.multiply(entry, entry));
            }
            let effective = arithmetic.multiply(&gates[beta.start], &arithmetic.finish(square));
            let in_every_case = arithmetic.bounds(&effective);
            // Where an entry is bounded only, its square is at most that of its bound.
            let by_bounds = || {
                let (least, greatest) = arithmetic.bounds(&gates[beta.start])?;
                let squares = gates[key].iter().map(|entry| {
                    let (low, high) = arithmetic.bounds(entry)?;
                    Some((&low * &low).max(&high * &high))
                });
                let square = squares.sum::<Option<Exact>>()?;
                Some((if least.is_negative() { &least * &square } else { Exact::ZERO }, &greatest * &square))
            };
            let is_known = in_every_case.as_ref().is_some_and(is_in_deployed_range);
            sizes.push(if is_known { in_every_case } else { by_bounds() });
        }
    }
    sizes
}

fn is_in_deployed_range((least, greatest): &(Exact, Exact)) -> bool {
    !least.is_negative() && *greatest <= Exact::integer(2)
}

/// Every head's decay is 1 and its learning rate 0 or 1 in every coordinate, with the gates that it makes of this stream.
fn rates<'a>(
    terms: &'a Terms,
    arithmetic: &CaseArithmetic<'a>,
    network: &LayeredRnn,
    stream: &[CaseValue<'a>],
    table: &mut CaseTable,
) -> Vec<Term<'a>> {
    let [zero, one] = [Exact::ZERO, Exact::ONE].map(|value| arithmetic.constant(&value));
    let mut goals = Vec::new();
    for layer in network.layers() {
        let width = layer.heads()[0].projections().n_inputs();
        for (head, projections) in layer.heads().iter().zip(layer.projections(arithmetic, &stream[..width])) {
            let (Some(decay), Some(rate)) = (head.projection("w"), head.projection("a")) else {
                goals.push(terms.truth(false));
                continue;
            };
            table.add_rates(arithmetic, &projections[decay.clone()], &projections[rate.clone()]);
            goals.extend(projections[decay].iter().map(|decay| arithmetic.equals(decay, &one)));
            let is_bit = |rate: &CaseValue<'a>| arithmetic.equals(rate, &zero).or(arithmetic.equals(rate, &one));
            goals.extend(projections[rate].iter().map(is_bit));
        }
    }
    goals
}

/// The states of layers 1 to 3 after 0, 1, ... tokens up to the first return of all but the latches, extended to a
/// multiple of the blocks' and the slots' own periods; it has the start's length plus one.
pub(super) fn orbit(network: &LayeredRnn, latches: &[usize], frame: &dyn Frame) -> Result<Vec<Vec<Exact>>, ProofError> {
    let control = |state: &[Exact]| -> Vec<Exact> {
        let places = (0..state.len()).filter(|place| !latches.contains(place));
        places.map(|place| state[place].clone()).collect()
    };
    let n_entries: usize = (network.layers()[..LAYERS].iter())
        .flat_map(|layer| layer.heads())
        .map(|head| head.n_values() * head.n_keys())
        .sum();
    let mut states = vec![network.start()[..n_entries].to_vec()];
    let own = (2 * frame.block()).lcm(&frame.n_slots());
    // Which token it is does not matter: that is what the obligations `orbit u` say.
    for t in 0..LONGEST {
        let pass = network.pass(&ExactArithmetic, &states[t], embedded(network, Exact::ZERO, Exact::ONE), LAYERS);
        states.push(pass.state);
        if (t + 1) % own == 0 && control(&states[t + 1]) == control(&states[0]) {
            // What latches hold is not part of the orbit.
            for state in &mut states {
                latches.iter().for_each(|place| state[*place] = Exact::ZERO);
            }
            return Ok(states);
        }
    }
    Err(ProofError::new(format!(
        "the heads of layers 1 to 3: expected them to return to their start after a multiple of {own} tokens, got none up \
         to {LONGEST}"
    )))
}

/// Arithmetic of times: what a slot holds, how old it is, and what the orbit position determines.
fn times<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>, frame: &dyn Frame, period: usize) {
    let (n_slots, part) = (frame.n_slots(), (ObligationKind::Times, proof.step(0)));
    let some_slot = (n_slots as i64 - 1).min(6) / 2;
    let slots = n_slots as u64;
    let (t, s) = (terms.symbol("t", Sort::Int), terms.symbol("s", Sort::Int));
    let (zero, n) = (terms.int(0), terms.int(n_slots as i64));
    let token = |time: Term<'a>| terms.apply("token", &[time], Sort::Int);
    // The last time of slot s up to t.
    let last = |s: Term<'a>, t: Term<'a>| t - (t - s).remainder(slots);

    let a_slot = [s.at_least(zero), s.below(n)];
    let base = last(s, terms.int(-1)).equals(s - n_slots as i64);
    let scene = WitnessSource::Numbers(vec![("s", some_slot)]);
    proof.push("slots before the word".into(), part, scene, a_slot.to_vec(), base);

    let taken = terms.if_else(t.remainder(slots).equals(s), token(t), token(last(s, t - 1)));
    let assumptions = [t.at_least(zero)].into_iter().chain(a_slot).collect();
    let scene = WitnessSource::Numbers(vec![("t", 40), ("s", some_slot)]);
    proof.push("slots".into(), part, scene, assumptions, taken.equals(token(last(s, t))));

    let age = terms.symbol("age", Sort::Int);
    let assumptions = vec![t.at_least(zero), age.at_least(zero), age.below(n)];
    let slot = (t - age).remainder(slots);
    let scene = WitnessSource::Numbers(vec![("t", 40), ("age", 2 * some_slot)]);
    proof.push("window".into(), part, scene, assumptions, last(slot, t).equals(t - age));

    // t = period k + u.
    let (k, u) = (terms.symbol("k", Sort::Int), terms.symbol("u", Sort::Int));
    let time = terms.linear(Sort::Int, Exact::ZERO, [(integer(period), k), (integer(1), u)]);
    let assumptions = vec![k.at_least(zero), u.at_least(zero), u.below(terms.int(period as i64))];
    let block = frame.block() as u64;
    let goal = terms.all([
        time.remainder(block).equals(u.remainder(block)),
        time.quotient(block).remainder(2).equals(u.quotient(block).remainder(2)),
        time.remainder(slots).equals(u.remainder(slots)),
    ]);
    let scene = WitnessSource::Numbers(vec![("k", 1), ("u", 40.min(period as i64 - 1))]);
    proof.push("positions".into(), part, scene, assumptions, goal);
}

fn integer(value: usize) -> Exact {
    Exact::integer(value as i64)
}
