use super::super::graph::tests::all_inputs;
use super::super::graph::tests::circuits;
use super::super::graph::tests::own;
use super::super::graph::tests::shared_files;
use super::*;
use proptest::prelude::*;

fn refusal(text: &str) -> String {
    Circuit::parse(text.as_bytes(), "c.txt").unwrap_err().to_string()
}

#[test]
fn both_headers_are_read() {
    for bits in all_inputs(3) {
        let expected = own("full_adder.aag").simulate(&bits);
        for file in ["full_adder_old.txt", "full_adder_fashion.txt"] {
            assert_eq!(own(file).simulate(&bits), expected, "{file}");
        }
    }
}

#[test]
fn every_gate_computes_what_its_name_says() {
    // AND, XOR, INV, NOT, EQ of both constants, EQW, MAND of two pairs.
    let text = "8 11\n2 1 1\n1 9\n2 1 0 1 2 AND\n2 1 0 1 3 XOR\n1 1 0 4 INV\n1 1 1 5 NOT\n1 1 0 6 EQ\n1 1 1 7 EQ\n\
                1 1 0 8 EQW\n4 2 0 1 3 7 9 10 MAND\n";
    let circuit = Circuit::parse(text.as_bytes(), "all.txt").unwrap();
    for bits in all_inputs(2) {
        let (a, b) = (bits[0], bits[1]);
        assert_eq!(circuit.simulate(&bits), [a && b, a != b, !a, !b, false, true, a, a && (a != b), b]);
    }
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let cases = [
        ("2 5\n1 1 1\n2 1 0 1 2 AND\n", "line 4: expected gate 2 of 2, got the end of the file"),
        (
            "1 3\n1 1 1\n2 1 0 1 2 AND\n2 1 0 1 2 AND\n",
            "line 4: expected the end of the file after 1 gates, which is what the first line says, got `2 1 0 1 2 AND`",
        ),
        (
            "2 4\n1 1 1\n2 1 0 3 2 AND\n2 1 0 2 3 AND\n",
            "line 3: expected a wire that is an input or the output of an earlier gate (so that there is no cycle), got 3",
        ),
        ("1 3\n1 1 1\n2 1 0 1 1 AND\n", "line 3: expected a wire that has no value yet, got 1, an input"),
        (
            "2 4\n1 1 1\n2 1 0 1 2 AND\n2 1 0 1 2 XOR\n",
            "line 4: expected a wire that has no value yet, got 2, defined in line 3",
        ),
        ("1 3\n1 1 1\n2 1 0 1 9 AND\n", "line 3: expected a wire below 3, got 9"),
        ("1 3\n1 1 1\n2 1 0 1 2 OR\n", "line 3: expected a gate XOR, AND, INV, EQ, EQW or MAND, got `OR`"),
        ("1 3\n1 1 1\n1 1 0 2 AND\n", "line 3: expected 2 inputs and 1 output, and as many wires, got `1 1 0 2 AND`"),
        ("1 3\n1 1 1\n3 1 0 1 0 2 MAND\n", "line 3: expected twice as many inputs as outputs, and as many wires, got"),
        ("1 3\n1 1 1\n1 1 2 2 EQ\n", "line 3: expected a constant 0 or 1, got 2"),
        ("1 3\n1 1 1\n1 1 +1 2 INV\n", "line 3: expected a gate: the number of inputs"),
        ("1 3\n1 1\n2 1 0 1 2 AND\n", "line 2: expected three numbers: the input wires of two parties"),
        ("1\n1 1 1\n2 1 0 1 2 AND\n", "line 1: expected the number of gates and the number of wires, got 1 numbers"),
        (
            "1 3\n2 1 1 1\n1 1\n2 1 0 1 2 AND\n",
            "line 2: expected the number of input values and the width of each, which",
        ),
        ("0 3\n1 2 0\n", "line 2: expected at least one output, got 0"),
        ("0 3\n2 2 1\n", "line 2: expected no more inputs or outputs than the 3 wires, got 4 inputs and 1 outputs"),
        ("0 3\n1 1 1\n", "line 3: expected a gate that gives the output wire 2 its value, got none"),
        ("1 3", "line 1: expected the numbers of input wires, got the end of the file"),
        ("0 9999999999999\n1 9999999999999\n1 1\n", "line 2: expected at most 1048576 inputs, got 9999999999999"),
        ("0 18446744073709551615\n18446744073709551615 1 1\n", "line 2: expected at most 1048576 inputs"),
    ];
    for (text, expected) in cases {
        let message = refusal(text);
        assert!(message.starts_with(&format!("c.txt: {expected}")), "{text:?}: {message}");
    }
}

#[test]
fn a_real_adder_adds() {
    for (file, bytes) in shared_files("txt") {
        if !file.ends_with("adder_32bit.txt") {
            continue;
        }
        let circuit = Circuit::parse(&bytes, &file).unwrap();
        let bits = |number: u64, n: usize| (0..n).map(move |i| number >> i & 1 == 1);
        for (a, b) in [(0u64, 0u64), (1, 1), (0xffff_ffff, 1), (123_456_789, 3_987_654_321)] {
            let inputs: Vec<bool> = bits(a, 32).chain(bits(b, 32)).collect();
            assert_eq!(circuit.simulate(&inputs), bits(a + b, 33).collect::<Vec<_>>());
        }
    }
}

fn computes_the_same(circuit: &Circuit) {
    let read = Circuit::parse(circuit.to_bristol().as_bytes(), "written.txt").unwrap();
    assert_eq!((read.n_inputs(), read.outputs().len()), (circuit.n_inputs(), circuit.outputs().len()));
    for bits in all_inputs(circuit.n_inputs().min(8)) {
        let inputs: Vec<bool> = bits.iter().copied().cycle().take(circuit.n_inputs()).collect();
        assert_eq!(read.simulate(&inputs), circuit.simulate(&inputs));
    }
}

#[test]
fn an_exclusive_or_is_one_gate_unless_its_parts_are_read() {
    let mut circuit = Circuit::new(2);
    let (a, b) = (circuit.input(0), circuit.input(1));
    let sum = circuit.xor(a, !b);
    circuit.add_output(sum);
    assert_eq!(circuit.to_bristol(), "3 5\n1 2\n1 1\n\n2 1 0 1 2 XOR\n1 1 2 3 INV\n1 1 3 4 EQW\n");
    computes_the_same(&circuit);
    // The same with a part as an output.
    let part = circuit.gates()[2][0];
    circuit.add_output(part);
    assert!(!circuit.to_bristol().contains("XOR"));
    computes_the_same(&circuit);
}

#[test]
fn own_circuits_survive_writing_and_reading() {
    for file in super::super::graph::tests::OWN {
        computes_the_same(&own(file));
    }
}

proptest! {
    #[test]
    fn any_circuit_survives_writing_and_reading(circuit in circuits(30)) {
        computes_the_same(&circuit);
    }

    #[test]
    fn any_text_of_its_characters_is_read_or_refused_but_never_a_panic(text in "[0-9 \n]{1,4}[0-9 \nA-Z]{0,60}") {
        let _ = Circuit::parse(text.as_bytes(), "random");
    }

    #[test]
    fn a_corrupted_file_is_read_or_refused_but_never_a_panic(
        circuit in circuits(12),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..4), 1..6),
    ) {
        let mut bytes = circuit.to_bristol().into_bytes();
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
