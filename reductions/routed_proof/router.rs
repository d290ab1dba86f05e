//! Obligations of layers 1 to 3, and of what ties them to layer 4.

use super::BLOCK;
use super::Design;
use super::Place;
use super::RoutedProof;
use super::Scene;
use super::embedded;
use super::step;
use crate::proof::Part;
use crate::proof::ProofError;
use num_integer::Integer;
use num_rational::BigRational;
use rnn::BoundedArithmetic;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::LayeredRnn;
use rnn::Sort;
use rnn::SymbolicArithmetic;
use rnn::Term;
use rnn::Terms;

/// The longest joint orbit that is looked at.
const LONGEST: usize = 1000;
/// The layers of the router.
const LAYERS: usize = 3;

/// Adds the obligations and gives the length of the joint orbit.
pub(super) fn add<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>, design: &dyn Design) -> Result<usize, ProofError> {
    let network = proof.network.clone();
    let n_slots = design.n_slots();
    let latches = latch_places(&network, n_slots)?;
    tokens(terms, proof);
    let orbit = orbit(&network, &latches, n_slots)?;
    let period = orbit.len() - 1;
    let returns = orbit[0] == orbit[period];
    proof.push("orbit closes".into(), step(period), Scene::After(0), vec![], terms.truth(returns));

    let preloaded: Vec<Exact> = (0..n_slots).map(|slot| Exact::integer(design.preloaded(slot))).collect();
    let (x, held, bounds) = tokens_and_latches(terms, &network, design, &latches);
    let arithmetic = BoundedArithmetic::new(terms, bounds);
    let assumptions = arithmetic.assumptions(terms);
    let constant = |value: &Exact| terms.real(value.to_rational());

    for u in 0..period {
        let mut state: Vec<Term<'a>> = orbit[u].iter().map(constant).collect();
        for (place, term) in latches.iter().zip(&held) {
            state[*place] = *term;
        }
        let pass = network.pass(&arithmetic, &state, embedded(&network, x, terms.ratio(1, 1)), LAYERS);
        let mut add = |name: &str, goal: Term<'a>| {
            let part = if name == "readout" { super::readout(u + 1) } else { step(u) };
            proof.push(format!("{name} {u}"), part, Scene::After(u), assumptions.clone(), goal);
        };

        let control = (0..state.len()).filter(|place| !latches.contains(place));
        let follows = control.map(|place| pass.state[place].equals(constant(&orbit[u + 1][place])));
        add("orbit", terms.all(follows.collect::<Vec<_>>()));

        let own = u % n_slots;
        let after = |slot: usize| if slot == own { x - constant(&preloaded[slot]) } else { held[slot] };
        let keeps = (0..n_slots).map(|slot| pass.state[latches[slot]].equals(after(slot)));
        add("latch", terms.all(keeps.collect::<Vec<_>>()));

        let mut integral = Vec::new();
        for layer in &network.layers()[..LAYERS] {
            if let Some(feed_forward) = layer.feed_forward() {
                let map = &feed_forward.maps()[0];
                let arguments = map.apply(&arithmetic, pass.stream[..map.n_inputs()].iter().enumerate());
                integral.extend(arguments.into_iter().map(Term::is_integer));
            }
        }
        add("integral", terms.all(integral));

        let place = Place { r: u % BLOCK, source: u / BLOCK % 2 };
        let window = |age: usize| {
            assert!(age < n_slots, "a token of age {age} is in no slot any more");
            let slot = (u + 2 * n_slots - age) % n_slots;
            after(slot) + constant(&preloaded[slot])
        };
        let mut agree = Vec::new();
        let width = network.layers()[LAYERS].heads()[0].gates().n_inputs();
        for (head, gates) in network.layers()[LAYERS].gates(&arithmetic, &pass.stream[..width]).into_iter().enumerate()
        {
            let intended = design.gates(terms, head, place, &window);
            agree.push(terms.truth(gates.len() == intended.len()));
            agree.extend(gates.into_iter().zip(intended).map(|(gate, intended)| gate.equals(intended)));
        }
        add("schedule", terms.all(agree));

        add("readout", readout(terms, &network, design, &pass.stream));
    }
    times(terms, proof, n_slots, period);
    Ok(period)
}

/// A token's value and what the latches' states hold, as symbols with their bounds.
#[allow(clippy::type_complexity, reason = "three things that are made together")]
pub(super) fn tokens_and_latches<'a>(
    terms: &'a Terms,
    network: &LayeredRnn,
    design: &dyn Design,
    latches: &[usize],
) -> (Term<'a>, Vec<Term<'a>>, Vec<(Term<'a>, Exact, Exact)>) {
    let x = terms.symbol("x", Sort::Int).to_real();
    let names = network.coordinates();
    let held: Vec<Term<'a>> =
        latches.iter().map(|place| terms.symbol(&format!("h.{}", names[*place]), Sort::Int).to_real()).collect();
    let mut bounds = vec![(x, Exact::integer(-1), Exact::ONE)];
    for (slot, state) in held.iter().enumerate() {
        // The state is what the latch holds less what it held at first.
        let start = Exact::integer(design.preloaded(slot));
        bounds.push((*state, &Exact::integer(-1) - &start, &Exact::ONE - &start));
    }
    (x, held, bounds)
}

/// The places of the latches' states among the coordinates.
pub(super) fn latch_places(network: &LayeredRnn, n_slots: usize) -> Result<Vec<usize>, ProofError> {
    let place = |slot: usize| {
        let entries = network.entries_of(3, &format!("latch{slot}"));
        entries.map(|entries| entries.start).ok_or_else(|| ProofError::new(format!("expected a head latch{slot}")))
    };
    (0..n_slots).map(place).collect()
}

/// The embedding gives -1, 0 and 1 for the three tokens, in this order; a fourth one leaves every head in its start.
fn tokens<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>) {
    let arithmetic = SymbolicArithmetic::new(terms);
    let one = terms.ratio(1, 1);
    let given = (0..3).flat_map(|token| {
        let given = proof.network.embedding().apply(&arithmetic, [(token, &one)]);
        let expected = embedded(&proof.network, terms.ratio(token as i64 - 1, 1), one);
        given.into_iter().zip(expected).map(|(given, expected)| given.equals(expected)).collect::<Vec<_>>()
    });
    let goal = terms.all(given.collect::<Vec<_>>());
    proof.push("tokens".into(), Part::Init, Scene::After(0), vec![], goal);
    if proof.network.tokens().len() == 4 {
        let network = &proof.network;
        let next = network.step(&ExactArithmetic, network.start(), 3);
        let stays = next[..network.n_entries()] == network.start()[..network.n_entries()];
        let decision = network.readout().apply(&ExactArithmetic, next.iter().enumerate());
        let goal = terms.truth(stays && !decision[0].is_positive());
        proof.push("beginning".into(), Part::Init, Scene::After(0), vec![], goal);
    }
}

/// The states of layers 1 to 3 after 0, 1, ... tokens up to the first return of all but the latches, extended to a
/// multiple of the matrices' and the slots' own periods; it has the start's length plus one.
pub(super) fn orbit(network: &LayeredRnn, latches: &[usize], n_slots: usize) -> Result<Vec<Vec<Exact>>, ProofError> {
    let control = |state: &[Exact]| -> Vec<Exact> {
        let places = (0..state.len()).filter(|place| !latches.contains(place));
        places.map(|place| state[place].clone()).collect()
    };
    let n_entries: usize = (network.layers()[..LAYERS].iter())
        .flat_map(|layer| layer.heads())
        .map(|head| head.n_values() * head.n_keys())
        .sum();
    let mut states = vec![network.start()[..n_entries].to_vec()];
    let own = (2 * BLOCK).lcm(&n_slots);
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

/// Decision and values are the outputs of layer 4, which are free here, whatever else is in the stream.
fn readout<'a>(terms: &'a Terms, network: &LayeredRnn, design: &dyn Design, stream: &[Term<'a>]) -> Term<'a> {
    let mut stream = stream.to_vec();
    let mut entries = [terms.ratio(0, 1); BLOCK];
    for (_, outputs) in design.heads() {
        for (row, column) in outputs {
            let output = terms.symbol(&format!("P{row}{column}"), Sort::Real);
            entries[row * 3 + column] = output;
            stream.push(output);
        }
    }
    let expected = std::iter::once(entries[0]).chain(entries.iter().copied());
    let read = network.read_stream(&SymbolicArithmetic::new(terms), &stream);
    terms.all(read.into_iter().zip(expected).map(|(read, expected)| read.equals(expected)).collect::<Vec<_>>())
}

/// Arithmetic of times: what a slot holds, how old it is, and what the orbit position determines.
fn times<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>, n_slots: usize, period: usize) {
    let slots = n_slots as u64;
    let (t, s) = (terms.symbol("t", Sort::Int), terms.symbol("s", Sort::Int));
    let (zero, n) = (terms.int(0), terms.int(n_slots as i64));
    let token = |time: Term<'a>| terms.apply("token", &[time], Sort::Int);
    // The last time of slot s up to t.
    let last = |s: Term<'a>, t: Term<'a>| t - (t - s).remainder(slots);

    let a_slot = [s.at_least(zero), s.below(n)];
    let base = last(s, terms.int(-1)).equals(s - n_slots as i64);
    let scene = Scene::Numbers(vec![("s", 3)]);
    proof.push("slots before the word".into(), step(0), scene, a_slot.to_vec(), base);

    let taken = terms.if_else(t.remainder(slots).equals(s), token(t), token(last(s, t - 1)));
    let assumptions = [t.at_least(zero)].into_iter().chain(a_slot).collect();
    let scene = Scene::Numbers(vec![("t", 40), ("s", 3)]);
    proof.push("slots".into(), step(0), scene, assumptions, taken.equals(token(last(s, t))));

    let age = terms.symbol("age", Sort::Int);
    let assumptions = vec![t.at_least(zero), age.at_least(zero), age.below(n)];
    let slot = (t - age).remainder(slots);
    let scene = Scene::Numbers(vec![("t", 40), ("age", 6)]);
    proof.push("window".into(), step(0), scene, assumptions, last(slot, t).equals(t - age));

    // t = period k + u.
    let (k, u) = (terms.symbol("k", Sort::Int), terms.symbol("u", Sort::Int));
    let time = terms.linear(Sort::Int, BigRational::from_integer(0.into()), [(integer(period), k), (integer(1), u)]);
    let assumptions = vec![k.at_least(zero), u.at_least(zero), u.below(terms.int(period as i64))];
    let block = BLOCK as u64;
    let goal = terms.all([
        time.remainder(block).equals(u.remainder(block)),
        time.quotient(block).remainder(2).equals(u.quotient(block).remainder(2)),
        time.remainder(slots).equals(u.remainder(slots)),
    ]);
    let scene = Scene::Numbers(vec![("k", 1), ("u", 40)]);
    proof.push("positions".into(), step(0), scene, assumptions, goal);
}

fn integer(value: usize) -> BigRational {
    BigRational::from_integer(value.into())
}
