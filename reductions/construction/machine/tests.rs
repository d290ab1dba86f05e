use super::*;

/// A machine with one counter and one stack in which one rule is replaced per test.
fn builder() -> (MachineBuilder, usize, usize) {
    let mut builder = MachineBuilder::new(["a", "b", "$"], ["Read", "Accept"]);
    let (e, s) = (builder.counter("e", false), builder.stack("s"));
    (builder, e, s)
}

#[test]
fn an_unguarded_decrement_of_a_non_negative_counter_is_refused() {
    // Network and machine would differ on `b$`: the counter is -1 in one and 0 in the other.
    let (mut unguarded, e, _) = builder();
    unguarded.rule("Read", "a", &[], "Read").add(e, 1);
    unguarded.rule("Read", "b", &[], "Read").add(e, -1);
    unguarded.rule("Read", "$", &[Guard::NonZero(e)], "Accept");
    assert_eq!(unguarded.build(), Err(MachineError::Decrement("Read b -> Read, e - 1".to_owned())));

    let (mut guarded, e, _) = builder();
    guarded.rule("Read", "b", &[Guard::NonZero(e)], "Read").add(e, -1);
    assert!(guarded.build().is_ok());

    let (mut too_much, e, _) = builder();
    too_much.rule("Read", "b", &[Guard::NonZero(e)], "Read").add(e, -2);
    let error = too_much.build().unwrap_err();
    assert_eq!(error, MachineError::LargeDecrement("Read b [e != 0] -> Read, e - 2".to_owned()));
    assert!(error.to_string().starts_with("expected at most 1 to be subtracted in one step"), "{error}");
}

#[test]
fn a_signed_counter_may_be_decremented_anywhere() {
    let mut builder = MachineBuilder::new(["b", "$"], ["Read", "Accept"]);
    let d = builder.counter("d", true);
    builder.rule("Read", "b", &[], "Read").add(d, -1);
    assert!(builder.build().is_ok());
}

#[test]
fn an_unguarded_pop_is_refused() {
    for action in [Action::Pop, Action::Replace(1)] {
        let (mut unguarded, _, s) = builder();
        unguarded.rule("Read", "b", &[Guard::NotTop(s, 1)], "Read").on(s, action);
        assert!(matches!(unguarded.build(), Err(MachineError::Pop(_))));
        for guard in [Guard::NonEmpty(s), Guard::Top(s, 0)] {
            let (mut guarded, _, s) = builder();
            guarded.rule("Read", "b", &[guard], "Read").on(s, action);
            assert!(guarded.build().is_ok());
        }
    }
}

#[test]
fn two_rules_that_can_fire_together_are_refused() {
    let pairs = |e: usize, s: usize| {
        [
            (vec![], vec![], Some("")),
            (vec![Guard::Zero(e)], vec![Guard::Top(s, 0)], Some(" where e = 0 and top s = 0")),
            (vec![Guard::NonZero(e)], vec![], Some(" where e != 0")),
            (vec![Guard::NotTop(s, 0)], vec![Guard::NotTop(s, 1)], Some(" where s empty")),
            (vec![Guard::NotTop(s, 0)], vec![Guard::NonEmpty(s)], Some(" where top s = 1")),
            (vec![Guard::Zero(e)], vec![Guard::NonZero(e)], None),
            (vec![Guard::Empty(s)], vec![Guard::Top(s, 1)], None),
            (vec![Guard::Top(s, 0)], vec![Guard::Top(s, 1)], None),
            // Not empty, not 0 and not 1: nothing is left.
            (vec![Guard::NonEmpty(s), Guard::NotTop(s, 0)], vec![Guard::NotTop(s, 1)], None),
        ]
    };
    let (_, e, s) = builder();
    for (first, second, together) in pairs(e, s) {
        let (mut machine, ..) = builder();
        machine.rule("Read", "a", &first, "Read");
        machine.rule("Read", "a", &second, "Accept");
        let situation = match machine.build() {
            Err(MachineError::Ambiguous(.., situation)) => Some(situation),
            _ => None,
        };
        let together = together.map(|registers| format!("in mode Read on a{registers}"));
        assert_eq!(situation, together, "{first:?} {second:?}");
    }
}

#[test]
fn a_register_named_twice_or_an_unknown_symbol_is_refused() {
    let (mut twice, e, _) = builder();
    twice.rule("Read", "a", &[], "Read").add(e, 1).add(e, 1);
    assert!(matches!(twice.build(), Err(MachineError::Malformed(_))));
    let (mut unknown, _, s) = builder();
    unknown.rule("Read", "a", &[], "Read").on(s, Action::Push(2));
    assert!(matches!(unknown.build(), Err(MachineError::Malformed(_))));
}

#[test]
fn a_reset_is_run_and_never_compiled() {
    // a^n r b^m $ with m = 0: whatever was counted is forgotten at r.
    let with_reset = || {
        let mut builder = MachineBuilder::new(["a", "r", "b", "$"], ["Read", "Accept"]);
        let e = builder.counter("e", false);
        builder.rule("Read", "a", &[], "Read").add(e, 1);
        builder.rule("Read", "r", &[], "Read").reset(e);
        builder.rule("Read", "b", &[Guard::NonZero(e)], "Read").add(e, -1);
        builder.rule("Read", "$", &[Guard::Zero(e)], "Accept");
        builder
    };
    let refused = with_reset().build().unwrap_err();
    assert_eq!(refused, MachineError::Reset("Read r -> Read, e := 0".to_owned()));
    assert!(refused.to_string().contains("fixed weights"));
    let machine = with_reset().build_textbook().unwrap();
    assert!(machine.accepts([0, 0, 1, 3]) && machine.accepts([0, 2, 3]));
    assert!(!machine.accepts([0, 0, 3]) && !machine.accepts([0, 1, 2, 3]));

    let mut twice = MachineBuilder::new(["a"], ["Read"]);
    let e = twice.counter("e", false);
    twice.rule("Read", "a", &[], "Read").add(e, 1).reset(e);
    assert!(matches!(twice.build_textbook(), Err(MachineError::Malformed(_))));
}

#[test]
fn a_copy_takes_the_other_stack_as_it_was_before_the_step() {
    let mut builder = MachineBuilder::new(["0", "1", "c"], ["Read"]);
    let (s, c) = (builder.stack("s"), builder.stack("c"));
    builder.rule("Read", "0", &[], "Read").on(s, Action::Push(0));
    builder.rule("Read", "1", &[], "Read").on(s, Action::Push(1)).on(c, Action::Copy(s));
    let machine = builder.build().unwrap();
    let end = [0, 1].into_iter().fold(machine.start(), |configuration, token| machine.step(&configuration, token));
    assert_eq!(end.stacks, [vec![0, 1], vec![0]]);
    assert_eq!(machine.step(&end, 2).state, None);
}
