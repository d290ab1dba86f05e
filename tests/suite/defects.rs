//! Broken things, each refused for its own reason. A defect once found stays here.

use crate::common::OfInvariant;
use crate::common::With;
use crate::common::dyck_invariant;
use problems::Problem;
use problems::Random;
use problems::reachability::Instance;
use problems::reachability_target_last::ReachabilityTargetLast;
use problems::words_of_length;
use reduce::check;
use reduce::check::Outcome;
use reduce::check::options::Options;
use reduce::check::words;
use reduce::progress::Progress;
use reduce::verdict::Verdict;
use reductions::CircuitValueRelu;
use reductions::DyckRelu;
use reductions::MatrixProductDeltaNet;
use reductions::MatrixProductRwkv7;
use reductions::ReachabilityRelu;
use reductions::Reduction;
use reductions::construction::compile::compile;
use reductions::construction::machine::Guard;
use reductions::construction::machine::MachineBuilder;
use reductions::construction::machine::MachineError;
use reductions::definition::Definition;
use reductions::proof::CoordinateKind;
use reductions::proof::Invariant;
use reductions::proof::Location;
use reductions::proof::ObligationKind;
use reductions::proof::Witness;
use rnn::Network;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;

fn options(max_length: usize) -> Options {
    Options {
        n: Some(9),
        samples: 4,
        seed: 2,
        max_length: Some(max_length),
        symbolic: None,
        timeout: Duration::from_secs(20),
    }
}

fn judge(reduction: &dyn Reduction, network: &Network, max_length: usize) -> Outcome {
    check::check(reduction, network, None, &options(max_length), &Progress::new(true)).unwrap()
}

/// The reduction's network with its JSON changed by hand.
fn changed(reduction: &dyn Reduction, change: impl FnOnce(&mut Value)) -> Network {
    let mut value = reduction.network().to_json();
    change(&mut value);
    Network::from_json(&value).unwrap()
}

fn failing_parts(outcome: &Outcome) -> Vec<(ObligationKind, Location)> {
    let failing = outcome.obligations().iter().filter(|obligation| !obligation.is_discharged());
    failing.map(|obligation| (obligation.kind, obligation.location)).collect()
}

/// A step of the induction from a mode on a token.
fn step(mode: usize, token: usize) -> (ObligationKind, Location) {
    (ObligationKind::Step, Location { mode, token: Some(token) })
}

fn place(network: &Network, coordinate: &str) -> usize {
    network.coordinates().iter().position(|name| name == coordinate).unwrap()
}

#[test]
fn a_start_stack_that_is_not_empty_fails_init_and_is_refuted_by_a_word() {
    let reduction = CircuitValueRelu::shared();
    let s = place(reduction.network(), "s");
    // The stack [0] in place of the empty one: NOT of nothing becomes 1.
    let network = changed(reduction, |json| json["start"][s] = json!("1/4"));
    let outcome = judge(reduction, &network, 4);
    assert_eq!(failing_parts(&outcome), [(ObligationKind::Init, Location::default())]);
    assert_eq!(outcome.verdict(), Verdict::Refuted);
    assert_eq!(outcome.exit_code(), 1);
    let found = outcome.counterexample.unwrap();
    assert_eq!(reduction.problem().alphabet().format(&found.word), "(!$");
    assert_eq!((found.network, found.decider), (true, false));
}

#[test]
fn a_leak_into_the_stack_on_entering_the_dead_state_fails_exactly_the_steps_into_it() {
    let reduction = CircuitValueRelu::shared();
    let s = place(reduction.network(), "s");
    // The last layer adds 1 minus the control bits, which is 0 in every live state: s becomes 1 where the word dies.
    let network = changed(reduction, |json| {
        let layer = json["layers"].as_array_mut().unwrap().last_mut().unwrap();
        layer["biases"].as_array_mut().unwrap().push(json!([s, "1"]));
        for control in 0..5 {
            layer["weights"].as_array_mut().unwrap().push(json!([s, control, "-1"]));
        }
    });
    let outcome = judge(reduction, &network, 4);
    let definition_dies = |mode: usize, token: usize| {
        let terms = rnn::Terms::default();
        let definition = reduction.definition(&terms);
        // A pair without a case, or with guards that can all fail, can enter the dead state.
        let cases = definition.cases(mode, token);
        cases.iter().all(|case| case.guard.as_truth() != Some(true))
    };
    let failing = failing_parts(&outcome);
    assert!(!failing.is_empty());
    for (kind, Location { mode, token }) in failing {
        assert_eq!(kind, ObligationKind::Step);
        assert!(definition_dies(mode, token.unwrap()), "mode {mode}, token {token:?}");
    }
    // No word shows it, so it is not refuted either; the dead mode itself fails on every token.
    assert_eq!(outcome.verdict(), Verdict::Undetermined);
    assert_eq!(outcome.exit_code(), 3);
    let dead = 5;
    let tokens = 0..reduction.network().tokens().len();
    assert!(tokens.into_iter().all(|token| failing_parts(&outcome).contains(&step(dead, token))));
}

#[test]
fn a_machine_whose_counter_can_fall_below_zero_is_refused_when_it_is_built() {
    let mut machine = MachineBuilder::new(["a", "b", "$"], ["Read", "Accept"]);
    let e = machine.counter("e", false);
    machine.rule("Read", "a", &[], "Read").add(e, 1);
    machine.rule("Read", "b", &[], "Read").add(e, -1);
    machine.rule("Read", "$", &[Guard::NonZero(e)], "Accept");
    assert!(matches!(machine.build(), Err(MachineError::Decrement(rule)) if rule.starts_with("Read b")));
}

#[test]
fn a_false_axiom_about_a_stack_code_is_caught_by_its_witness() {
    // In base 4 the top 1 counts 3/4, not 1: with this axiom the assumptions are false after the first push.
    let terms = rnn::Terms::default();
    let definition = DyckRelu::shared().definition(&terms);
    let reader = definition.reader();
    let list = definition.symbols().list().clone();
    let is_true = |axiom: rnn::Term<'_>, state: &reductions::definition::State| {
        axiom.evaluate(&reader.valuation(state)).unwrap().truth()
    };
    let code = |top: i64| list.prefix(list.length).equals(terms.ratio(top, 4));
    let pushed = reader.step(&reader.start(), 2);
    assert!(is_true(code(3), &pushed) && !is_true(code(4), &pushed));
    // The facts that the proof assumes are true in every state along a word, and say something there.
    let facts = definition.facts(&definition.symbols(), &[list.length]);
    let mut state = reader.start();
    for token in [0, 2, 2, 3, 0, 1, 3] {
        state = reader.step(&state, token);
        assert!(facts.iter().all(|fact| is_true(*fact, &state)), "after {token}");
    }
}

#[test]
fn the_machine_with_the_target_last_is_refuted_by_reachability_on_its_own_spelling() {
    let network = compile(&reductions::target_last_machine());
    let differs = |word: &[u8]| words::reads(&network, word) != ReachabilityTargetLast.decide(word);
    // From 1 the walk passes 2 and ends at 3: only the end is recognised.
    let on_path = |target| Instance { source: 1, target, edges: vec![(1, 2), (2, 3)] };
    for (target, accepted) in [(3, true), (2, false), (1, false)] {
        let word = ReachabilityTargetLast.write(&on_path(target));
        assert!(ReachabilityTargetLast.decide(&word));
        assert_eq!(words::reads(&network, &word), accepted, "target {target}");
    }
    let n_tokens = ReachabilityTargetLast.alphabet().len();
    let shortest = (0..).find_map(|length| words_of_length(n_tokens, length).find(|word| differs(word))).unwrap();
    // The source itself is reached, but the walk goes on.
    assert_eq!(ReachabilityTargetLast.alphabet().format(&shortest), "#|0%$");
}

#[test]
fn the_target_last_is_right_on_every_small_graph_whose_target_is_a_sink() {
    let network = compile(&reductions::target_last_machine());
    let (mut yes, mut no, mut wrong) = (0, 0, 0);
    for instance in (2..=5).flat_map(problems::reachability::instances) {
        let word = ReachabilityTargetLast.write(&instance);
        let answer = ReachabilityTargetLast.decide(&word);
        let is_sink = instance.edges.iter().all(|(from, _)| *from != instance.target);
        if is_sink {
            assert_eq!(words::reads(&network, &word), answer);
            *(if answer { &mut yes } else { &mut no }) += 1;
        } else {
            wrong += usize::from(words::reads(&network, &word) != answer);
        }
    }
    assert!(yes > 0 && no > 0 && wrong > 0, "{yes} yes, {no} no, {wrong} wrong without the promise");
}

#[test]
fn a_wrong_gate_fails_exactly_its_own_step_and_is_refuted() {
    // AND(1, 0) = 1 in the machine; the definition is untouched.
    let reduction = CircuitValueRelu::shared();
    let machine = reduction.machine().unwrap();
    let tokens: Vec<&str> = machine.tokens().iter().map(String::as_str).collect();
    let mut builder = MachineBuilder::new(tokens, machine.states().iter().map(String::as_str));
    for stack in machine.stacks() {
        builder.stack(stack);
    }
    for rule in machine.rules() {
        use reductions::construction::machine::Action;
        let (state, token) = (&machine.states()[rule.state], &machine.tokens()[rule.token]);
        let is_wrong = state == "P_1" && token == "A" && rule.guards == [Guard::Top(1, 0)];
        let mut built = builder.rule(state, token, &rule.guards, &machine.states()[rule.next]);
        for (stack, action) in &rule.stacks {
            let action = if is_wrong && *action == Action::Push(0) { Action::Push(1) } else { *action };
            built = built.on(*stack, action);
        }
    }
    let network = compile(&builder.build().unwrap());
    let outcome = judge(reduction, &network, 4);
    let expected = step(3, reduction.problem().alphabet().token("A").unwrap().into());
    assert_eq!(failing_parts(&outcome), [expected]);
    assert_eq!(outcome.verdict(), Verdict::Refuted);
    // The gap is found by continuing the words that lead to it: no word of length 4 has an AND gate of 1 and 0.
    let word = reduction.problem().alphabet().format(&outcome.counterexample.unwrap().word);
    assert!(word.contains('A') && word.len() <= 8, "{word}");
}

/// The reduction of balanced brackets with another invariant.
fn brackets_with(invariant: OfInvariant) -> With {
    With { invariant: Some(invariant), ..With::nothing_else(DyckRelu::shared()) }
}

const BRACKET_COORDINATES: [(&str, CoordinateKind); 3] =
    [("Q", CoordinateKind::Control), ("A", CoordinateKind::Control), ("s", CoordinateKind::Real)];

#[test]
fn an_invariant_that_says_too_little_leaves_an_undetermined_claim_and_not_a_proof() {
    // Without its range the stack of the unchanged network can be anything.
    let weaker = brackets_with(|terms| {
        Invariant::new(BRACKET_COORDINATES, move |mode, h, state| {
            let list = state.list();
            let mut conjuncts = vec![list.length.at_least(terms.int(0))];
            if mode == "Q" {
                conjuncts.push(h.get("s").equals(list.prefix(list.length)));
            }
            conjuncts
        })
    });
    let outcome = judge(&weaker, DyckRelu::shared().network(), 5);
    assert_eq!(outcome.verdict(), Verdict::Undetermined);
    assert!(outcome.counterexample.is_none());
    assert_eq!(judge(&brackets_with(dyck_invariant), DyckRelu::shared().network(), 5).verdict(), Verdict::Proved);
}

#[test]
fn an_invariant_that_excludes_every_state_is_caught_by_its_witness() {
    let vacuous = brackets_with(|terms| Invariant::new(BRACKET_COORDINATES, |_, _, _| vec![terms.truth(false)]));
    let outcome = judge(&vacuous, DyckRelu::shared().network(), 4);
    assert_eq!(outcome.verdict(), Verdict::Undetermined);
    for obligation in outcome.obligations().iter().filter(|obligation| obligation.kind == ObligationKind::Step) {
        let is_contradicted = matches!(obligation.witness, Witness::Violated { .. });
        assert!(obligation.is_discharged() && is_contradicted, "{} is vacuous", obligation.name);
    }
}

/// Changes one number of a network file.
fn mutate(value: &mut Value, random: &mut Random) -> String {
    let kinds = ["start", "weights", "biases", "readout"];
    let change = |text: &str, random: &mut Random| {
        let old: rnn::Exact = text.parse().unwrap();
        let step = rnn::Exact::ratio(*random.pick(&[-2, -1, 1, 2]), *random.pick(&[1, 2, 3]));
        (old + step).to_string()
    };
    loop {
        let kind = *random.pick(&kinds);
        let key = if value.get("layers").is_some() { "layers" } else { "transitions" };
        let entry = match kind {
            "start" => {
                let list = value["start"].as_array_mut().unwrap();
                let place = random.below(list.len());
                &mut list[place]
            }
            "readout" => {
                let list = value["readout"]["weights"].as_array_mut().unwrap();
                let place = random.below(list.len());
                &mut list[place][2]
            }
            _ => {
                let maps = value[key].as_array_mut().unwrap();
                let map = random.below(maps.len());
                let list = maps[map][kind].as_array_mut().unwrap();
                if list.is_empty() {
                    continue;
                }
                let place = random.below(list.len());
                let last = list[place].as_array().unwrap().len() - 1;
                &mut list[place][last]
            }
        };
        let new = change(entry.as_str().unwrap(), random);
        let text = format!("{kind}: {entry} becomes {new}");
        *entry = json!(new);
        return text;
    }
}

#[test]
fn one_changed_number_is_never_proved_unless_it_is_harmless() {
    let mut random = Random::new(17, 0);
    for reduction in [ReachabilityRelu::shared() as &dyn Reduction, CircuitValueRelu::shared(), DyckRelu::shared()] {
        let (mut refused, mut harmless) = (0, 0);
        for _ in 0..8 {
            let mut what = String::new();
            let network = changed(reduction, |json| what = mutate(json, &mut random));
            let options = Options { timeout: Duration::from_secs(2), ..options(3) };
            let outcome = check::check(reduction, &network, None, &options, &Progress::new(true)).unwrap();
            assert!(outcome.alarm.is_none(), "{what}");
            if outcome.verdict() != Verdict::Proved {
                refused += 1;
                continue;
            }
            // Proved although changed: then no word may differ, as far as words can be read.
            harmless += 1;
            let terms = rnn::Terms::default();
            let reader = reduction.definition(&terms).reader();
            let length = problems::longest_within(reduction.problem().alphabet().len(), 50_000);
            let found = words::explore(words::Comparison::new(reduction, &network), &reader, length, length);
            assert_eq!(found.network_differs, None, "{what}");
            for i in 0..20 {
                let sample = reduction.problem().sample(14, i % 2 == 0, &mut Random::new(3, i)).unwrap();
                assert_eq!(words::reads(&network, &sample.word), i % 2 == 0, "{what}");
            }
        }
        assert!(refused > harmless, "{}: {refused} refused, {harmless} harmless", reduction.problem().name());
    }
}

/// A network with its last value output, entry (2,2), multiplied; its decision and its other values are as they were.
fn with_last_value_times(reduction: &dyn Reduction, factor: i64) -> Network {
    let Network::Layered(network) = reduction.network() else { panic!("the network has layers") };
    let changed = network.with_maps(|place, map| {
        let mut changed = map.clone();
        if place == "readout" {
            let last = map.n_outputs() - 1;
            for (_, column, weight) in map.weights().filter(|(row, ..)| *row == last) {
                changed.add_weight(last, column, &(weight * &rnn::Exact::integer(factor - 1)));
            }
        }
        changed
    });
    Network::Layered(changed.unwrap())
}

#[test]
fn a_network_whose_decision_is_right_and_one_of_whose_values_is_wrong_is_refuted_by_one_matrix() {
    for reduction in [MatrixProductDeltaNet::exact() as &dyn Reduction, MatrixProductRwkv7::columns()] {
        let network = with_last_value_times(reduction, 2);
        let options = Options { n: Some(2), ..options(1) };
        let outcome = check::check(reduction, &network, None, &options, &Progress::new(true)).unwrap();
        assert_eq!(outcome.verdict(), Verdict::Refuted);
        assert!(outcome.alarm.is_none() && !outcome.gaps().is_empty());
        let found = outcome.counterexample.unwrap();
        assert_eq!((found.word.len(), found.network), (9, found.decider));
        let (own, asked) = found.values.unwrap();
        let own: Vec<_> = own.iter().map(|value| value.as_finite().unwrap().clone()).collect();
        assert_eq!((own.len(), &own[..8]), (9, &asked[..8]));
        assert_eq!(own[8], &asked[8] * &rnn::Exact::integer(2));
        assert_ne!(own[8], asked[8]);
    }
}

#[test]
fn the_values_of_the_variant_sign_are_compared_by_their_signs() {
    let reduction = MatrixProductDeltaNet::sign();
    let sample = |i| reduction.problem().sample(3, i % 2 == 0, &mut Random::new(8, i)).unwrap().word;
    let words: Vec<_> = (0..12).map(sample).collect();
    let n_differing = |network: &Network| {
        let comparison = words::Comparison::new(reduction, network);
        words.iter().filter(|word| comparison.differs(word)).count()
    };
    assert_eq!(n_differing(reduction.network()), 0);
    assert_eq!(n_differing(&with_last_value_times(reduction, 2)), 0);
    assert!(n_differing(&with_last_value_times(reduction, -1)) > 6);
    // Its outputs are a third of the product's entries for each matrix, which is no exact product.
    let exact = MatrixProductDeltaNet::exact();
    let as_exact = words::Comparison::new(exact, reduction.network());
    assert!(words.iter().filter(|word| as_exact.differs(word)).count() > 6);
}

#[test]
fn a_definition_whose_decision_is_right_and_one_of_whose_values_is_wrong_differs_at_a_matrix_end() {
    let reduction = MatrixProductDeltaNet::exact();
    let terms = rnn::Terms::default();
    let comparison = words::Comparison::new(reduction, reduction.network());
    let mut definition = reduction.definition(&terms);
    let differs =
        |definition: &Definition<'_>| words::explore(comparison, &definition.reader(), 9, 3).definition_differs;
    assert_eq!(differs(&definition), None);
    let state = definition.symbols();
    let values = (0..9).map(|place| state.register(&format!("p{}{}", place % 3, place / 3)));
    definition.give("end", values.collect());
    assert_eq!(differs(&definition).map(|word| word.len()), Some(9));
}
