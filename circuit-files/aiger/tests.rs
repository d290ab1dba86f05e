use super::super::graph::tests::OWN;
use super::super::graph::tests::circuits;
use super::super::graph::tests::data;
use super::super::graph::tests::own;
use super::super::graph::tests::shared;
use super::*;
use flussab_aiger::aig::Aig;
use proptest::prelude::*;
use std::path::Path;

fn refusal(file: &str) -> String {
    let bytes = std::fs::read(data("malformed").join(file)).unwrap();
    Circuit::parse(&bytes, file).unwrap_err().to_string()
}

/// Every malformed file and its whole message.
const MALFORMED: &[(&str, &str)] = &[
    (
        "cut_number.aag",
        "cut_number.aag: line 5: expected the three literals of gate 1 of 1 and a newline, got `6 2 4` and the end of the file",
    ),
    ("cycle.aag", "cycle.aag: line 5: expected gates without a cycle, got gate 6, which depends on itself"),
    (
        "empty.aag",
        "empty.aag: line 1: expected an AIGER header, `aag M I L O A` or `aig M I L O A`, the two counts of a Bristol file, or a line of a .bench file, got an empty file",
    ),
    (
        "garbage.aag",
        "garbage.aag: line 1: expected an AIGER header, `aag M I L O A` or `aig M I L O A`, the two counts of a Bristol file, or a line of a .bench file, got `\\x89PNG\\r`",
    ),
    ("huge_inputs.aig", "huge_inputs.aig: line 1: expected at most 1048576 inputs, got 2000000000"),
    (
        "huge_outputs.aag",
        "huge_outputs.aag: line 4: expected the literal of output 2 of 18446744073709551615, got the end of the file",
    ),
    ("latch.aag", "latch.aag: 1 latch: only combinational circuits can be read"),
    (
        "long_difference.aig",
        "long_difference.aig: byte 17: expected gate 1 of 1 with a difference of 1 to 6, got six bytes or more",
    ),
    (
        "missing_gate.aag",
        "missing_gate.aag: line 6: expected the three literals of gate 2 of 2, got the end of the file",
    ),
    ("no_outputs.aag", "no_outputs.aag: no outputs: there is nothing to evaluate"),
    ("odd_input.aag", "odd_input.aag: line 2: expected an even literal of at least 2 to define, got 3"),
    ("out_of_range.aag", "out_of_range.aag: line 5: expected a literal of at most 7, got 8"),
    (
        "properties.aag",
        "properties.aag: 1 bad-state property, 2 invariant constraints: only combinational circuits can be read",
    ),
    ("self_loop.aag", "self_loop.aag: line 4: expected gates without a cycle, got gate 4, which depends on itself"),
    ("self_loop.aig", "self_loop.aig: byte 17: expected gate 1 of 1 with a difference of 1 to 6, got 0"),
    (
        "short_header.aag",
        "short_header.aag: line 1: expected an AIGER header, `aag M I L O A` or `aig M I L O A`, got `aag 3 2 0 1`",
    ),
    ("symbol_index.aag", "symbol_index.aag: line 4: expected an input index below 1, got 1"),
    ("truncated_gate.aig", "truncated_gate.aig: byte 20: expected gate 2 of 2, got the end of the file"),
    (
        "truncated_header.aag",
        "truncated_header.aag: line 1: expected an AIGER header, `aag M I L O A` or `aig M I L O A` and a newline, got `aag 5 2 0` and the end of the file",
    ),
    ("twice.aag", "twice.aag: line 6: expected a literal that is not defined yet, got 6, defined in line 5"),
    (
        "undefined.aag",
        "undefined.aag: line 5: expected the literal of an input or a gate, got 8, which nothing defines",
    ),
    (
        "undefined_output.aag",
        "undefined_output.aag: line 4: expected the literal of an input or a gate, got 8, which nothing defines",
    ),
    (
        "variables.aig",
        "variables.aig: line 1: expected a largest variable equal to the 2 inputs and 1 gates together, got 5",
    ),
];

#[test]
fn every_malformed_file_is_refused_for_its_own_reason() {
    for (file, message) in MALFORMED {
        assert_eq!(refusal(file), *message);
    }
    let n_files = std::fs::read_dir(data("malformed")).unwrap().count();
    assert_eq!(MALFORMED.len(), n_files, "a malformed file without a message in the table");
}

#[test]
fn a_file_that_is_not_there_is_named_in_the_error() {
    let error = Circuit::read(Path::new("no/such.aig")).unwrap_err();
    assert!(error.to_string().starts_with("no/such.aig: cannot be read: "), "{error}");
}

#[test]
fn names_of_inputs_and_outputs_are_kept() {
    let adder = own("full_adder.aag");
    assert_eq!((adder.input_name(2), adder.output_name(1)), (Some("carry_in"), Some("carry_out")));
    assert_eq!((adder.input_name(3), own("majority.aag").input_name(0)), (None, None));
    assert_eq!(own("parity.aag").input_name(3), Some("bit 3"));
}

#[test]
fn a_name_that_is_not_utf8_does_not_make_a_circuit_unreadable() {
    assert_eq!(own("latin1_name.aag").input_name(0), Some("entr\u{fffd}e"));
}

#[test]
fn a_comment_may_begin_as_abc_writes_it() {
    // ABC's `&write` puts the name into the comment, in binary and without a newline after the `c`.
    for comment in [&b"cn\0\0\0\x05c6288"[..], b"c", b"c\nanything \xff", b"cr\0\0", b"c\r\n"] {
        let bytes = [&own("full_adder.aag").to_binary()[..], comment].concat();
        assert_eq!(Circuit::parse(&bytes, "abc.aig").unwrap().gates().len(), own("full_adder.aag").gates().len());
    }
    // A constraint's symbol is no comment.
    let bytes = [&own("full_adder.aag").to_binary()[..], b"c0 name\n"].concat();
    assert!(Circuit::parse(&bytes, "constraint.aig").unwrap_err().to_string().contains("expected a symbol"));
}

#[test]
fn lines_may_end_as_on_windows() {
    let text = own("full_adder.aag").to_ascii().replace('\n', "\r\n");
    assert_eq!(Circuit::parse(text.as_bytes(), "crlf.aag").unwrap(), own("full_adder.aag"));
}

#[test]
fn a_chain_of_many_gates_in_reverse_order_is_sorted_without_recursion() {
    let n = 100_000;
    let mut text = format!("aag {} 1 0 1 {n}\n2\n{}\n", n + 1, 2 * (n + 1));
    for gate in (0..n).rev() {
        let _ = writeln!(text, "{} {} 1", 2 * (gate + 2), 2 * (gate + 1));
    }
    assert_eq!(Circuit::parse(text.as_bytes(), "chain.aag").unwrap().simulate(&[true]), [true]);
}

fn round_trip(circuit: &Circuit) {
    assert_eq!(&Circuit::parse(circuit.to_ascii().as_bytes(), "written.aag").unwrap(), circuit);
    // A binary gate has no order of operands: the larger literal is written first.
    let binary = Circuit::parse(&circuit.to_binary(), "written.aig").unwrap();
    assert_eq!(binary.outputs(), circuit.outputs());
    for (read, written) in binary.gates().iter().zip(circuit.gates()) {
        assert!(read == written || *read == [written[1], written[0]]);
    }
    assert_eq!(binary.gates().len(), circuit.gates().len());
    assert_eq!((binary.input_names, binary.output_names), (circuit.input_names.clone(), circuit.output_names.clone()));
}

/// The independent reader agrees about a well-formed file.
fn witness(bytes: &[u8], circuit: &Circuit) {
    let aig: Aig<u32> = if bytes.starts_with(b"aig") {
        flussab_aiger::binary::Parser::from_read(bytes, Default::default()).unwrap().parse().unwrap().into()
    } else {
        flussab_aiger::ascii::Parser::from_read(bytes, Default::default()).unwrap().parse().unwrap()
    };
    // All files given here have their nodes numbered as ours are.
    let code = |literal: &Literal| literal.code() as u32;
    assert_eq!(aig.inputs.len(), circuit.n_inputs());
    assert_eq!(aig.outputs, circuit.outputs().iter().map(code).collect::<Vec<_>>());
    assert_eq!(aig.and_gates.len(), circuit.gates().len());
    for (theirs, ours) in aig.and_gates.iter().zip(circuit.gates()) {
        assert_eq!(theirs.inputs.as_slice(), ours.iter().map(code).collect::<Vec<_>>());
    }
}

#[test]
fn shared_circuits_are_read_as_an_independent_reader_reads_them() {
    for (file, bytes) in shared() {
        let circuit = Circuit::parse(&bytes, &file).unwrap();
        witness(&bytes, &circuit);
        round_trip(&circuit);
    }
}

#[test]
fn own_circuits_survive_writing_and_reading() {
    for file in OWN {
        round_trip(&own(file));
    }
}

/// Real and own files, as material for corruption.
fn material() -> Vec<Vec<u8>> {
    let mut files: Vec<Vec<u8>> = OWN.iter().map(|file| std::fs::read(data(file)).unwrap()).collect();
    files.extend(MALFORMED.iter().map(|(file, _)| std::fs::read(data("malformed").join(file)).unwrap()));
    files.extend(shared().into_iter().map(|(_, bytes)| bytes));
    files
}

proptest! {
    #[test]
    fn any_circuit_survives_writing_and_reading(circuit in circuits(40)) {
        round_trip(&circuit);
        witness(circuit.to_ascii().as_bytes(), &circuit);
        let binary = circuit.to_binary();
        witness(&binary, &Circuit::parse(&binary, "binary.aig").unwrap());
    }

    #[test]
    fn a_corrupted_file_is_read_or_refused_but_never_a_panic(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..4), 1..6),
        pieces in any::<[prop::sample::Index; 2]>(),
    ) {
        for mut bytes in material() {
            for &(place, byte, edit) in &edits {
                if bytes.is_empty() { break; }
                // Half of the edits fall into the first lines, where the counts stand.
                let near = if byte % 2 == 0 { bytes.len() } else { bytes.len().min(40) };
                let place = place.index(near);
                match edit {
                    0 => bytes[place] = byte,
                    1 => bytes.insert(place, b'0' + byte % 10),
                    2 => { bytes.remove(place); }
                    _ => bytes.truncate(place),
                }
            }
            if pieces[0].index(4) == 0 && !bytes.is_empty() {
                let from = pieces[1].index(bytes.len());
                let copy = bytes[from..].to_vec();
                bytes.extend(copy);
            }
            match Circuit::parse(&bytes, "corrupted") {
                // What was read can be run.
                Ok(circuit) => {
                    let outputs = circuit.simulate(&vec![true; circuit.n_inputs()]);
                    prop_assert_eq!(outputs.len(), circuit.outputs().len());
                }
                Err(error) => prop_assert!(error.to_string().starts_with("corrupted: ")),
            }
        }
    }

    #[test]
    fn any_bytes_after_a_header_are_read_or_refused_but_never_a_panic(
        binary in any::<bool>(),
        counts in proptest::collection::vec(0u8..8, 5..10),
        bytes in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let mut file = if binary { b"aig".to_vec() } else { b"aag".to_vec() };
        for count in counts {
            file.extend([b' ', b'0' + count]);
        }
        file.push(b'\n');
        file.extend(bytes);
        let _ = Circuit::parse(&file, "random");
    }
}
