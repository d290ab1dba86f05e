use super::super::graph::tests::all_inputs;
use super::super::graph::tests::circuits;
use super::super::graph::tests::own;
use super::super::graph::tests::shared_files;
use super::*;
use proptest::prelude::*;

fn refusal(text: &str) -> String {
    Circuit::parse(text.as_bytes(), "c.bench").unwrap_err().to_string()
}

#[test]
fn gates_in_any_order_are_read() {
    let circuit = own("full_adder.bench");
    assert_eq!((circuit.input_name(2), circuit.output_name(0)), (Some("carry_in"), Some("sum")));
    for bits in all_inputs(3) {
        assert_eq!(circuit.simulate(&bits), own("full_adder.aag").simulate(&bits));
    }
}

#[test]
fn every_gate_computes_what_its_name_says() {
    let gates = ["AND", "NAND", "OR", "NOR", "XOR", "XNOR"];
    for n in 1..=3 {
        let signals: Vec<String> = (0..n).map(|i| format!("i{i}")).collect();
        let inputs: String = signals.iter().map(|name| format!("INPUT({name})\n")).collect();
        for gate in gates {
            let text = format!("{inputs}OUTPUT(o)\no = {gate}({})\n", signals.join(","));
            let circuit = Circuit::parse(text.as_bytes(), gate).unwrap();
            for bits in all_inputs(n) {
                let count = bits.iter().filter(|bit| **bit).count();
                let plain = match gate {
                    "AND" | "NAND" => count == n,
                    "OR" | "NOR" => count > 0,
                    _ => count % 2 == 1,
                };
                let is_inverted = gate.starts_with('N') || gate == "XNOR";
                assert_eq!(circuit.simulate(&bits), [plain != is_inverted], "{gate} {bits:?}");
            }
        }
    }
    let text =
        "INPUT(a)\nOUTPUT(b)\nOUTPUT(c)\nOUTPUT(d)\nOUTPUT(e)\nOUTPUT(a)\nb = NOT(a)\nc = buff( a )\nd = vdd\ne = gnd";
    let circuit = Circuit::parse(text.as_bytes(), "one").unwrap();
    for a in [false, true] {
        assert_eq!(circuit.simulate(&[a]), [!a, a, true, false, a]);
    }
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let cases = [
        (
            "INPUT(a)\nOUTPUT(b)\nb = AND(a, c)\nc = NOT(b)\n",
            "line 4: expected gates without a cycle, got `c`, which depends",
        ),
        (
            "INPUT(a)\nOUTPUT(b)\nb = AND(a, b)\n",
            "line 3: expected gates without a cycle, got `b`, which depends on itself",
        ),
        ("INPUT(a)\nOUTPUT(b)\nb = DFF(a)\n", "line 3: a latch (DFF): only combinational circuits can be read"),
        (
            "INPUT(a)\nOUTPUT(b)\nb = AND(a, c)\n",
            "line 3: expected a signal that is an input or a gate, got `c`, which nothing",
        ),
        (
            "INPUT(a)\nOUTPUT(c)\n",
            "line 2: expected a signal that is an input or a gate, got `c`, which nothing defines",
        ),
        (
            "INPUT(a)\nOUTPUT(a)\na = NOT(a)\n",
            "line 3: expected a signal that is not defined yet, got `a`, defined in line 1",
        ),
        (
            "INPUT(a)\nOUTPUT(b)\nb = MUX(a, a)\n",
            "line 3: expected a gate AND, NAND, OR, NOR, XOR, XNOR, NOT or BUFF, got `MUX`",
        ),
        ("INPUT(a)\nOUTPUT(b)\nb = NOT(a, a)\n", "line 3: expected one operand, got 2 operands"),
        ("INPUT(a)\nOUTPUT(b)\nb = AND(a,)\n", "line 3: expected names of signals without white space"),
        (
            "INPUT(a)\nOUTPUT(b)\nb = AND(a\n",
            "line 3: expected `INPUT(a)`, `OUTPUT(a)` or `a = NAND(b, c)`, got `b = AND(a`",
        ),
        ("INPUT(a)\nOUTPUT(b)\nb c = AND(a)\n", "line 3: expected names of signals without white space"),
        ("INPUT(a)\nNAND(a, a)\n", "line 2: expected `INPUT(a)`, `OUTPUT(a)` or `a = NAND(b, c)`"),
        ("INPUT(a)\n", "no outputs: there is nothing to evaluate"),
    ];
    for (text, expected) in cases {
        let message = refusal(text);
        assert!(message.starts_with(&format!("c.bench: {expected}")), "{text:?}: {message}");
    }
}

#[test]
fn a_chain_of_many_gates_in_reverse_order_is_sorted_without_recursion() {
    let n = 100_000;
    let mut text = format!("INPUT(n0)\nOUTPUT(n{n})\n");
    for gate in (1..=n).rev() {
        let _ = writeln!(text, "n{gate} = NOT(n{})", gate - 1);
    }
    assert_eq!(Circuit::parse(text.as_bytes(), "chain").unwrap().simulate(&[true]), [true]);
}

fn computes_the_same(circuit: &Circuit) {
    let read = Circuit::parse(circuit.to_bench().as_bytes(), "written.bench").unwrap();
    assert_eq!((read.n_inputs(), read.outputs().len()), (circuit.n_inputs(), circuit.outputs().len()));
    for bits in all_inputs(circuit.n_inputs().min(8)) {
        let inputs: Vec<bool> = bits.iter().copied().cycle().take(circuit.n_inputs()).collect();
        assert_eq!(read.simulate(&inputs), circuit.simulate(&inputs));
    }
}

#[test]
fn circuits_survive_writing_and_reading() {
    for file in super::super::graph::tests::OWN {
        computes_the_same(&own(file));
    }
    for (file, bytes) in shared_files("aig") {
        computes_the_same(&Circuit::parse(&bytes, &file).unwrap());
    }
}

proptest! {
    #[test]
    fn any_circuit_survives_writing_and_reading(circuit in circuits(30)) {
        computes_the_same(&circuit);
    }

    #[test]
    fn a_corrupted_file_is_read_or_refused_but_never_a_panic(
        circuit in circuits(12),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..4), 1..6),
    ) {
        let mut bytes = circuit.to_bench().into_bytes();
        for (place, byte, edit) in edits {
            super::super::graph::tests::edit(&mut bytes, place, byte, edit);
        }
        match Circuit::parse(&bytes, "corrupted") {
            Ok(circuit) => {
                circuit.simulate(&vec![true; circuit.n_inputs()]);
            }
            Err(error) => prop_assert!(error.to_string().starts_with("corrupted: "), "{}", error),
        }
    }
}
