//! Mutants, and the test of this test.

use crate::common::With;
use problems::Random;
use problems::words_of_length;
use reduce::check::obligations;
use reduce::check::words;
use reduce::check::words::Comparison;
use reduce::experiments::mutate;
use reduce::experiments::mutate::Class;
use reduce::experiments::mutate::Judged;
use reduce::experiments::mutate::Mutant;
use reduce::experiments::mutate::Options;
use reduce::progress::Progress;
use reduce::solver::Answer;
use reduce::verdict::exit_code;
use reductions::CircuitValueRelu;
use reductions::DyckRelu;
use reductions::MatrixProductDeltaNet;
use reductions::ReachabilityRelu;
use reductions::Reduction;
use reductions::WordProblemPd;
use reductions::proof::Location;
use reductions::proof::Obligation;
use reductions::proof::ObligationKind;
use rnn::Exact;
use rnn::Network;
use rnn::Parameter;
use rnn::Terms;
use std::time::Duration;

fn options(count: usize) -> Options {
    Options { count, seed: 3, timeout: Duration::from_secs(1) }
}

/// These mutants, judged by the obligations of which `judged` is true.
fn judge(
    reduction: &dyn Reduction,
    mutants: &[Mutant],
    judged: &(dyn Fn(&Obligation<'_>) -> bool + Sync),
) -> Vec<Judged> {
    mutate::judge(reduction, mutants, judged, &options(mutants.len()), &Progress::new(true)).unwrap().mutants
}

fn classes(mutants: &[Judged]) -> Vec<Class> {
    mutants.iter().map(|mutant| mutant.class).collect()
}

#[test]
fn no_mutant_of_any_reduction_is_proved_and_wrong() {
    let (mut killed, mut judged) = (0, 0);
    for reduction in reductions::all() {
        // A proof about very many weights takes seconds; networks of that kind are judged at a smaller size.
        let count = match reduction.network().size().weights {
            0..2_500 => 5,
            2_500..10_000 => 1,
            _ => continue,
        };
        let outcome = mutate::mutate(reduction, &options(count), &Progress::new(true)).unwrap();
        let name = reduction.problem().name();
        assert_eq!(outcome.mutants.len(), count);
        assert_eq!(Class::ALL.map(|class| outcome.count(class)).iter().sum::<usize>(), count);
        judged += count;
        assert_eq!(
            (outcome.count(Class::Unsound), exit_code([outcome.verdict()])),
            (0, 0),
            "{name}: {:?}",
            outcome.mutants
        );
        // The seed's own changes in order, none of them twice.
        let mut met = std::collections::BTreeSet::new();
        let drawn = (0..).map(|index| Mutant::draw(reduction.network(), 3, index));
        let drawn = drawn.filter(|drawn| met.insert(drawn.change.clone()));
        for (mutant, drawn) in outcome.mutants.iter().zip(drawn) {
            assert_eq!(mutant.change, drawn.change);
            // An obligation is named iff one is open, and a word is given iff one differs: it is replayed here.
            let expected = (mutant.class == Class::Killed, matches!(mutant.class, Class::Killed | Class::Refused));
            assert_eq!((mutant.word.is_some(), mutant.obligation.is_some()), expected, "{name}: {mutant:?}");
            if let Some(word) = &mutant.word {
                let network = drawn.network.unwrap();
                assert!(Comparison::new(reduction, &network).differs(word), "{name}: {mutant:?}");
            }
        }
        killed += outcome.count(Class::Killed);
    }
    assert!(judged > 60 && killed > judged / 2, "only {killed} of {judged} were killed");
}

#[test]
fn what_is_false_of_a_state_along_a_word_is_an_obligation_that_the_solver_does_not_discharge() {
    let reductions: [&dyn Reduction; 4] =
        [DyckRelu::shared(), ReachabilityRelu::shared(), CircuitValueRelu::shared(), WordProblemPd::generators()];
    for reduction in reductions {
        let name = reduction.problem().name();
        let along: Vec<Vec<usize>> = (0..8)
            .map(|i| {
                let sample = reduction.problem().sample(6, i % 2 == 0, &mut Random::new(5, i)).unwrap();
                problems::indices(&sample.word).collect()
            })
            .collect();
        let terms = Terms::default();
        let of_kinds = |network: &Network, word: &[usize], kinds: &[ObligationKind]| {
            let proof = reduction.proof(&terms, network).unwrap();
            let chosen = proof.obligations().iter().filter(|obligation| kinds.contains(&obligation.kind));
            let obligations: Vec<&Obligation<'_>> = chosen.collect();
            proof.false_along(&obligations, word).map(|place| obligations[place].clone())
        };
        let false_along = |network: &Network, word: &[usize]| {
            of_kinds(network, word, &[ObligationKind::Init, ObligationKind::Step, ObligationKind::Readout])
        };
        let is_satisfiable = |obligation: &Obligation<'_>| {
            let answers = obligations::answers(&terms, &[obligation], Duration::from_secs(20), || {});
            matches!(answers.as_slice(), [Answer::Sat(_)])
        };
        assert!(along.iter().all(|word| false_along(reduction.network(), word).is_none()), "{name}");
        let (mut n_found, mut n_unseen) = (0, 0);
        for mutant in mutate::drawn(reduction.network(), 4, 12) {
            let Ok(network) = &mutant.network else { continue };
            for word in &along {
                let Some(obligation) = false_along(network, word) else {
                    // The network is the definition in every state of the word, so that it cannot differ there.
                    let word = problems::word_of(word.iter().copied());
                    assert!(!Comparison::new(reduction, network).differs(&word), "{name}: {}", mutant.change);
                    n_unseen += 1;
                    continue;
                };
                assert!(is_satisfiable(&obligation), "{name}: {}: {}", mutant.change, obligation.name);
                // After that step the state is none of which a readout says anything, unless the readout is wrong too.
                let readout = of_kinds(network, word, &[ObligationKind::Readout]);
                assert!(readout.as_ref().is_none_or(is_satisfiable), "{name}: {}: {readout:?}", mutant.change);
                n_found += 1;
                break;
            }
        }
        assert!(n_found > 3 && n_unseen > 3, "{name}: {n_found} found, {n_unseen} not");
    }
}

/// The network with some numbers added to what stands at some places.
fn with_added(network: &Network, added: impl IntoIterator<Item = (Parameter, Exact)>) -> Network {
    added.into_iter().fold(network.clone(), |network, (place, amount)| {
        network.with_number(place, &(&network.number(place) + &amount)).unwrap()
    })
}

/// The network with a leak into a coordinate on entering the dead state: the last layer adds the amount where no rule
/// fires, and nothing where one does. `rules` are the units of the last hidden layer whose sum is then 0 or 1.
fn leaking(reduction: &dyn Reduction, coordinate: &str, amount: i64, rules: std::ops::Range<usize>) -> Mutant {
    let network = reduction.network();
    let Network::Relu(relu) = network else { panic!("the network is compiled from a machine") };
    let (map, output) = (relu.layers().len() - 1, relu.coordinates().iter().position(|c| c == coordinate).unwrap());
    let fired = rules.map(|input| (Parameter::Weight { map, output, input }, Exact::integer(-amount)));
    let none = (Parameter::Bias { map, output }, Exact::integer(amount));
    let leaking = with_added(network, fired.chain([none]));
    Mutant { change: format!("{amount} leaks into {coordinate} on entering DEAD"), network: Ok(leaking) }
}

/// Whether an obligation says nothing of the dead state: neither of the steps and the readout in it, nor of the steps by
/// which a word can die.
fn leaves_out_the_dead_state(reduction: &dyn Reduction) -> impl Fn(&Obligation<'_>) -> bool + Sync {
    let terms = Terms::default();
    let definition = reduction.definition(&terms);
    let always = |mode: usize, token: usize| {
        definition.cases(mode, token).iter().any(|case| case.guard.as_truth() == Some(true))
    };
    let n_tokens = definition.tokens().len();
    let dead = definition.modes().len() - 1;
    let lives: Vec<Vec<bool>> =
        (0..=dead).map(|mode| (0..n_tokens).map(|token| always(mode, token)).collect()).collect();
    move |obligation| match (obligation.kind, obligation.location) {
        (ObligationKind::Step, Location { mode, token }) => lives[mode][token.unwrap()],
        (ObligationKind::Readout, Location { mode, .. }) => mode != dead,
        _ => true,
    }
}

#[test]
fn without_the_obligations_of_the_dead_state_a_leak_on_entering_it_is_unsound() {
    let reduction = ReachabilityRelu::shared();
    let n_rules = reduction.machine().unwrap().rules().len();
    // Counter e is never negative in a live state, and zero(e) = relu(1 - e) is 2 at -1: then rules fire without a
    // control bit, among them the one that accepts. At +1 it is 0, and no rule can fire again. Into the accepting bit
    // itself 1 is enough.
    let leaks = [("e", -1), ("A", 1), ("e", 1), ("d", 1)];
    let mutants = leaks.map(|(coordinate, amount)| leaking(reduction, coordinate, amount, 0..n_rules));
    let judged = judge(reduction, &mutants, &|_| true);
    // The dead state's counters d and g are free, and e may be anything that is not negative.
    let expected = [Class::Killed, Class::Killed, Class::Harmless, Class::Harmless];
    assert_eq!(classes(&judged), expected, "{judged:?}");

    let judged = judge(reduction, &mutants, &leaves_out_the_dead_state(reduction));
    let expected = [Class::Unsound, Class::Unsound, Class::Harmless, Class::Harmless];
    assert_eq!(classes(&judged), expected, "{judged:?}");
    for (mutant, judged) in mutants.iter().zip(&judged).take(2) {
        let (network, word) = (mutant.network.as_ref().unwrap(), judged.word.as_ref().unwrap());
        assert_eq!((words::reads(network, word), reduction.problem().decide(word)), (true, false));
        assert_eq!(judged.obligation, None);
    }
}

#[test]
fn a_leak_into_a_stack_on_entering_the_dead_state_is_refused_and_no_word_shows_it() {
    // No literal of a stack is ever above 1, whatever the stack holds, so that no rule fires without a control bit. The
    // control bits are the first units of the last hidden layer.
    let reduction = CircuitValueRelu::shared();
    let n_states = reduction.machine().unwrap().states().len();
    let mutants = [leaking(reduction, "s", 1, 0..n_states)];
    assert_eq!(classes(&judge(reduction, &mutants, &|_| true)), [Class::Refused]);
    let judged = judge(reduction, &mutants, &leaves_out_the_dead_state(reduction));
    assert_eq!(classes(&judged), [Class::Harmless]);
}

#[test]
fn without_its_readout_a_proof_lets_a_wrong_readout_pass_and_the_words_see_it() {
    let reduction = DyckRelu::shared();
    let readout = reduction.network().maps().len() - 1;
    let bias = Parameter::Bias { map: readout, output: 0 };
    let everything =
        Mutant { change: "accepts everything".to_owned(), network: reduction.network().with_number(bias, &Exact::ONE) };
    let mutants = [everything];
    assert_eq!(classes(&judge(reduction, &mutants, &|_| true)), [Class::Killed]);
    let without_readouts = |obligation: &Obligation<'_>| obligation.kind != ObligationKind::Readout;
    assert_eq!(classes(&judge(reduction, &mutants, &without_readouts)), [Class::Unsound]);
    let outcome = mutate::judge(reduction, &mutants, &without_readouts, &options(1), &Progress::new(true)).unwrap();
    assert_eq!(exit_code([outcome.verdict()]), 1);
}

#[test]
fn without_the_schedule_a_wrong_feed_forward_passes_and_the_words_see_it() {
    let reduction = MatrixProductDeltaNet::exact();
    let network = reduction.network();
    let weights = || (0..200).map(|index| Mutant::draw(network, 1, index));
    let is_weight_of_schedule = |mutant: &Mutant| mutant.change.starts_with("layer 3, feed-forward, k1");
    let mutants: Vec<Mutant> = weights().filter(is_weight_of_schedule).take(1).collect();
    assert_eq!(classes(&judge(reduction, &mutants, &|_| true)), [Class::Killed]);
    let judged = judge(reduction, &mutants, &|obligation| !obligation.name.starts_with("schedule"));
    assert_eq!(classes(&judged), [Class::Unsound], "{judged:?}");
}

#[test]
fn a_network_that_is_not_proved_has_no_mutants() {
    let network = DyckRelu::shared().network();
    let accepts = Parameter::Bias { map: network.maps().len() - 1, output: 0 };
    let network = Some(network.with_number(accepts, &Exact::ONE).unwrap());
    let wrong = With { network, ..With::nothing_else(DyckRelu::shared()) };
    let refused = mutate::mutate(&wrong, &options(5), &Progress::new(true)).unwrap_err().to_string();
    let expected = "expected an unchanged network that is proved, but its obligation `readout Q` is not discharged";
    assert_eq!(refused, expected);
    let without_readouts = |obligation: &Obligation<'_>| obligation.kind != ObligationKind::Readout;
    let refused = mutate::judge(&wrong, &[], &without_readouts, &options(0), &Progress::new(true)).unwrap_err();
    assert!(refused.reason.starts_with("it differs on ``"), "{refused}");
    assert!(words_of_length(5, 0).any(|word| words::reads(wrong.network(), &word)));
}
