//! Faults put in by hand, in the definition, the machine, the network, the mathematics and the file: each is refused for
//! its own reason, by the obligations alone and, where it is one of the statement, by the test against the decider alone.

use crate::common::OfDefinition;
use crate::common::OfMeaning;
use crate::common::With;
use problems::Problem;
use reduce::check::obligations;
use reduce::check::obligations::Judged;
use reduce::check::statement;
use reduce::check::words::Words;
use reduce::progress::Progress;
use reductions::CircuitValueRelu;
use reductions::Clause;
use reductions::DeterministicAutomatonPd;
use reductions::DyckRelu;
use reductions::MatrixProductDeltaNet;
use reductions::MatrixProductRwkv7;
use reductions::ReachabilityRelu;
use reductions::Reduction;
use reductions::WordProblemPd;
use reductions::definition::Definition;
use reductions::definition::ListChange;
use reductions::proof::ObligationKind;
use reductions::statement as statements;
use reductions::statement::mathematics::Meaning;
use rnn::Exact;
use rnn::Network;
use rnn::Terms;
use std::time::Duration;

/// The names of those that are not discharged.
fn open(judged: &[Judged]) -> Vec<&str> {
    judged.iter().filter(|judged| !judged.is_discharged()).map(|judged| judged.name.as_str()).collect()
}

/// Whether definition and decider differ on a near miss of an instance or along a walk: no short word is read.
fn is_found_by_the_test(reduction: &dyn Reduction) -> bool {
    let reader = reduction.definition(&Terms::default()).reader();
    let none = Words { yes: 1, no: 1, ..Words::default() };
    statement::test(reduction.problem(), &reader, &none, 1, &Progress::new(true)).differs.is_some()
}

/// The reduction with another definition, whose network is not looked at: the meaning is judged alone.
fn with_definition(reduction: &'static dyn Reduction, definition: OfDefinition) -> Defined {
    Defined(With { definition: Some(definition), ..With::nothing_else(reduction) })
}

fn with_meaning(reduction: &'static dyn Reduction, meaning: OfMeaning) -> Defined {
    Defined(With { meaning: Some(meaning), ..With::nothing_else(reduction) })
}

/// A reduction whose proof has no half about the network: only the definition is put beside the mathematics.
struct Defined(With);

impl Defined {
    /// The obligations that are open, and whether the test against the decider alone sees the fault.
    fn judged(&self) -> (Vec<String>, bool) {
        let terms = Terms::default();
        let (definition, meaning) = (self.0.definition(&terms), self.0.meaning(&terms));
        let all = reductions::proof::obligations_of_meaning(&terms, definition, meaning).unwrap();
        let all: Vec<_> = all.iter().collect();
        let nothing = || vec![reductions::proof::Witness::Unreachable(String::new()); all.len()];
        let judged = obligations::judge_all(&terms, &all, Duration::from_secs(60), || {}, nothing);
        (open(&judged).into_iter().map(str::to_owned).collect(), is_found_by_the_test(&self.0))
    }
}

/// The definition of reachability with one guard left out.
fn reachability_without<'a>(terms: &'a Terms, left_out: &str) -> Definition<'a> {
    let registers = ["s", "t", "cur", "ip", "a", "i", "b"].map(|name| (name, 0));
    let modes = statements::reachability::MODES;
    let mut definition = Definition::new(terms, ReachabilityRelu::shared().network().tokens(), modes, registers);
    let before = definition.symbols();
    let [s, t, cur, ip, a, i, b] = ["s", "t", "cur", "ip", "a", "i", "b"].map(|name| before.register(name));
    let (always, zero) = (terms.truth(true), terms.int(0));
    let unless = |name: &str, guard| if name == left_out { always } else { guard };
    definition.case("S", "0", always, "S").set("s", s + 1);
    definition.case("S", "|", always, "T").set("t", zero);
    definition.case("T", "0", always, "T").set("t", t + 1);
    definition.case("T", "#", always, "I").set("cur", s).set("ip", zero).set("a", zero);
    definition.case("T", "$", s.equals(t), "A");
    definition.case("I", "0", always, "I").set("a", a + 1);
    let sorted = unless("i >= ip", a.at_least(ip));
    let followed = cur.equals(a).and(unless("cur != t", cur.differs(t)));
    definition.case("I", "|", sorted.and(followed), "M").set("i", a).set("b", zero);
    definition.case("I", "|", sorted, "U").set("i", a).set("b", zero);
    for mode in ["U", "M"] {
        let after = if mode == "M" { b } else { cur };
        let forward = unless("j > i", b.above(i));
        definition.case(mode, "0", always, mode).set("b", b + 1);
        definition.case(mode, "#", forward, "I").set("cur", after).set("ip", i + 1).set("a", zero);
        definition.case(mode, "$", forward.and(after.equals(t)), "A").set("cur", after);
    }
    definition.accept("A", always);
    definition
}

#[test]
fn every_guard_of_reachability_is_needed_and_the_steps_that_fail_are_those_that_read_an_edge() {
    let reduction = ReachabilityRelu::shared();
    let right = with_definition(reduction, |terms| reachability_without(terms, "nothing"));
    assert_eq!(right.judged(), (Vec::new(), false));
    let forward = with_definition(reduction, |terms| reachability_without(terms, "j > i")).judged();
    let ends = ["meaning step U/to #", "meaning step U/to $", "meaning step M/to #", "meaning step M/to $"];
    assert_eq!(forward, (ends.map(str::to_owned).to_vec(), true));
    let sorted = with_definition(reduction, |terms| reachability_without(terms, "i >= ip")).judged();
    assert_eq!(sorted, (vec!["meaning step I/from |".to_owned()], true));
    let target = with_definition(reduction, |terms| reachability_without(terms, "cur != t")).judged();
    assert!(target.0.contains(&"meaning step I/from |".to_owned()) && target.1, "{target:?}");
}

#[test]
fn without_its_promise_the_target_given_last_is_not_on_the_path() {
    let sink = reductions::ReachabilityTargetLastRelu::sink();
    assert_eq!(with_meaning(sink, |terms| sink_meaning(terms, true)).judged().0, Vec::<String>::new());
    let open = with_meaning(sink, |terms| sink_meaning(terms, false)).judged().0;
    assert!(!open.is_empty() && open.iter().all(|name| name.starts_with("meaning step M/to")), "{open:?}");
}

fn sink_meaning<'a>(terms: &'a Terms, is_sink_promised: bool) -> Meaning<'a> {
    let tokens = reductions::ReachabilityTargetLastRelu::sink().network().tokens();
    statements::reachability::target_last::meaning(terms, tokens, is_sink_promised)
}

#[test]
fn a_product_in_the_wrong_order_and_an_answer_by_another_entry_are_refused() {
    let reduction = MatrixProductDeltaNet::exact();
    assert_eq!(with_definition(reduction, |terms| product(terms, false, 0)).judged(), (Vec::new(), false));
    let (open, is_found) = with_definition(reduction, |terms| product(terms, true, 0)).judged();
    assert!(!open.is_empty() && open.iter().all(|name| name.starts_with("meaning step r8")), "{open:?}");
    assert!(is_found);
    let (open, is_found) = with_definition(reduction, |terms| product(terms, false, 4)).judged();
    assert_eq!((open, is_found), (vec!["meaning readout end/9 read".to_owned()], true));
}

/// Iterated products, perhaps in the other order, accepted by this entry.
fn product<'a>(terms: &'a Terms, is_reversed: bool, accepted: usize) -> Definition<'a> {
    let tokens = MatrixProductDeltaNet::exact().network().tokens();
    let usual = statements::matrix_product::definition(terms, tokens);
    let modes: Vec<String> = usual.modes()[..10].to_vec();
    let names: Vec<String> = usual.registers().iter().map(|register| register.name.clone()).collect();
    let identity = |index: usize| i64::from(index < 9 && index / 3 == index % 3);
    let registers = names.iter().enumerate().map(|(index, name)| (name.as_str(), identity(index)));
    let mut definition = Definition::new(terms, tokens, modes.iter().map(String::as_str), registers);
    let state = definition.symbols();
    for (place, mode) in modes.iter().enumerate() {
        for (token, value) in tokens.iter().zip(-1..=1) {
            let mut case = definition.case(mode, token, terms.truth(true), &modes[place % 9 + 1]);
            if place % 9 < 8 {
                case.set(&names[9 + place % 9], terms.int(value));
                continue;
            }
            let product: Vec<_> = (0..9).map(|index| state.register(&names[index])).collect();
            let matrix: Vec<_> = (9..17).map(|index| state.register(&names[index])).chain([terms.int(value)]).collect();
            let (left, right) = if is_reversed { (&matrix, &product) } else { (&product, &matrix) };
            for index in 0..9 {
                let entry =
                    (0..3).fold(terms.int(0), |sum, k| sum + left[index / 3 * 3 + k] * right[3 * k + index % 3]);
                case = case.set(&names[index], entry);
            }
        }
    }
    let product: Vec<_> = (0..9).map(|index| state.register(&names[index])).collect();
    definition.accept("end", product[accepted].above(terms.int(0)));
    definition.give("end", product);
    definition
}

#[test]
fn a_wrong_gate_and_an_operand_one_off_are_refused_at_their_step() {
    let circuits = CircuitValueRelu::shared();
    let usual = with_definition(circuits, |terms| CircuitValueRelu::shared().definition(terms));
    assert_eq!(usual.judged(), (Vec::new(), false));
    // AND(1, 0) = 1.
    let gate = with_definition(circuits, |terms| {
        let mut definition = CircuitValueRelu::shared().definition(terms);
        definition.cases_mut("P_1", "A")[0].list = ListChange::Push(terms.int(1));
        definition
    });
    assert_eq!(gate.judged(), (vec!["meaning step P_1/second A".to_owned()], true));
    // NOT of the value before the one that is meant.
    let operand = with_definition(circuits, |terms| {
        let mut definition = CircuitValueRelu::shared().definition(terms);
        let before = definition.symbols();
        let p = before.register("p");
        definition.cases_mut("P", "!")[0].list = ListChange::Push(terms.int(1) - before.list().item(p - 1));
        definition
    });
    let (open, is_found) = operand.judged();
    assert_eq!((open, is_found), (vec!["meaning step P/first !".to_owned()], true));
}

#[test]
fn a_bracket_of_the_other_kind_and_a_letter_that_acts_as_another_are_refused() {
    let bracket = with_definition(DyckRelu::shared(), |terms| {
        let mut definition = DyckRelu::shared().definition(terms);
        let k = definition.symbols().list().length;
        definition.cases_mut("Q", ")")[0].guard = k.at_least(terms.int(1));
        definition
    });
    let (open, is_found) = bracket.judged();
    assert_eq!((open, is_found), (vec!["meaning step Q/brackets )".to_owned()], true));
    // The first letter acts as the second. (To invert the first one alone is an automorphism of S5, and no fault of the
    // decision.)
    let order = with_definition(WordProblemPd::generators(), |terms| {
        let mut definition = WordProblemPd::generators().definition(terms);
        let letters = definition.tokens().to_vec();
        let second = definition.cases_mut("word", &letters[1])[0].updates.clone();
        definition.cases_mut("word", &letters[0])[0].updates = second;
        definition
    });
    let (open, is_found) = order.judged();
    assert!(open.len() == 1 && open[0].starts_with("meaning step word/letters") && is_found, "{open:?}");
}

#[test]
fn a_wrong_transition_and_another_automaton_in_the_mathematics_are_refused() {
    let automaton = DeterministicAutomatonPd::sign_and_merge();
    let usual = with_definition(automaton, |terms| DeterministicAutomatonPd::sign_and_merge().definition(terms));
    assert_eq!(usual.judged(), (Vec::new(), false));
    let weight = with_definition(automaton, |terms| {
        let mut definition = DeterministicAutomatonPd::sign_and_merge().definition(terms);
        let (mode, token) = (definition.modes()[0].clone(), definition.tokens()[0].clone());
        let update = &mut definition.cases_mut(&mode, &token)[0].updates[0].1;
        *update = -*update;
        definition
    });
    let (open, is_found) = weight.judged();
    assert!(!open.is_empty() && is_found, "{open:?}");
}

#[test]
fn a_fault_in_the_mathematics_alone_is_seen_as_well_and_the_decider_has_nothing_to_say_of_it() {
    // The mathematics of the spelling `walk` beside the definition of `copy` is over other tokens, and refused at once.
    let terms = Terms::default();
    let (copy, walk) = (CircuitValueRelu::shared(), reductions::CircuitValueWalkRelu::shared());
    let refused = reductions::proof::obligations_of_meaning(&terms, copy.definition(&terms), walk.meaning(&terms));
    assert!(refused.unwrap_err().to_string().starts_with("tokens of the mathematics: expected"));
    // The mathematics without its promise.
    let wrong = with_meaning(reductions::ReachabilityTargetLastRelu::sink(), |terms| sink_meaning(terms, false));
    let (open, is_found) = wrong.judged();
    assert!(!open.is_empty() && !is_found, "{open:?}");
}

#[test]
fn a_clause_without_an_obligation_is_no_part_of_a_claim() {
    struct Boasting;
    impl Reduction for Boasting {
        fn description(&self) -> reductions::Description {
            const CLAIM: &[Clause] =
                &[Clause { text: "every beta |k|^2 is in [0, 2]", brief: "", shown_by: &[ObligationKind::StepSize] }];
            reductions::Description { claim: CLAIM, ..DyckRelu::shared().description() }
        }
        fn problem(&self) -> &dyn Problem {
            DyckRelu::shared().problem()
        }
        fn network(&self) -> &Network {
            DyckRelu::shared().network()
        }
        fn definition<'a>(&self, terms: &'a Terms) -> Definition<'a> {
            DyckRelu::shared().definition(terms)
        }
        fn meaning<'a>(&self, terms: &'a Terms) -> Meaning<'a> {
            DyckRelu::shared().meaning(terms)
        }
        fn argument<'a>(
            &self,
            terms: &'a Terms,
            network: &Network,
        ) -> Result<reductions::proof::Proof<'a>, reductions::proof::ProofError> {
            DyckRelu::shared().argument(terms, network)
        }
        fn positional<'a>(&self, terms: &'a Terms, tokens: &[rnn::Term<'a>]) -> rnn::Term<'a> {
            DyckRelu::shared().positional(terms, tokens)
        }
    }
    let refused = Boasting.proof(&Terms::default(), Boasting.network()).unwrap_err().to_string();
    assert_eq!(refused, "the clause `every beta |k|^2 is in [0, 2]`: expected an obligation `step size`, got none");
}

#[test]
fn a_network_of_another_kind_is_refused_though_its_coordinates_fit() {
    // Word problem and a ReLU network: the names of tokens do not even matter.
    let terms = Terms::default();
    let refused = WordProblemPd::generators().proof(&terms, DyckRelu::shared().network()).unwrap_err().to_string();
    assert_eq!(refused, "kind of network: the claim is about `permutation-diagonal`, got `relu`");
}

/// The obligations of a kind that are open where a number is added to the first row of a latch: to the beta of a DeltaNet
/// head, to the first decay of an RWKV-7 head.
fn open_with(reduction: &dyn Reduction, added: Exact, kind: ObligationKind) -> usize {
    let Network::Layered(network) = reduction.network() else { panic!("the network has layers") };
    let changed = network.with_maps(|place, map| {
        let mut map = map.clone();
        if place == "L3.latch1" {
            map.add_bias(0, &added);
        }
        map
    });
    let terms = Terms::default();
    let proof = reduction.proof(&terms, &Network::Layered(changed.unwrap())).unwrap();
    let of_kind = proof.obligations().iter().filter(|obligation| obligation.kind == kind);
    of_kind.filter(|obligation| obligation.goal.as_truth() != Some(true)).count()
}

#[test]
fn a_step_size_of_300_and_a_decay_of_one_half_are_refused() {
    let is_sign = |reduction: &&'static dyn Reduction| {
        let description = reduction.description();
        (description.model, description.variant) == ("deltanet", Some("counter-difference-sign"))
    };
    let sign = reductions::all().into_iter().find(is_sign).unwrap();
    for reduction in [MatrixProductDeltaNet::sign() as &dyn Reduction, sign] {
        assert_eq!(open_with(reduction, Exact::ZERO, ObligationKind::StepSize), 0);
        assert!(open_with(reduction, Exact::integer(300), ObligationKind::StepSize) > 0);
        assert!(open_with(reduction, Exact::integer(-63), ObligationKind::StepSize) > 0);
    }
    let rwkv7 = MatrixProductRwkv7::columns();
    assert_eq!(open_with(rwkv7, Exact::ZERO, ObligationKind::Rates), 0);
    assert!(open_with(rwkv7, Exact::ratio(-1, 2), ObligationKind::Rates) > 0);
}
