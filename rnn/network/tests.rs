use super::*;
use crate::number::Exact;
use serde_json::Value;
use serde_json::json;

fn names(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// A network of one coordinate, over these tokens, that adds 1 on every token.
fn relu(tokens: &[&str]) -> Network {
    let mut layer = Affine::zero(1, 1 + tokens.len());
    layer.add_weight(0, 0, &Exact::ONE);
    layer.add_bias(0, &Exact::ONE);
    let network = ReluRnn::new(names(tokens), names(&["h"]), vec![Exact::ZERO], vec![layer], Affine::zero(1, 1));
    Network::Relu(network.unwrap())
}

fn linear(family: LinearFamily, tokens: &[&str]) -> Network {
    let mut transition = Affine::zero(2, 2);
    transition.add_weight(0, 0, &Exact::integer(2));
    transition.add_weight(1, 1, &Exact::ratio(-1, 3));
    let (start, transitions) = (vec![Exact::ONE, Exact::ZERO], vec![transition; tokens.len()]);
    let coordinates = names(&["x", "y"]);
    let network = LinearRnn::new(family, names(tokens), coordinates, start, transitions, Affine::zero(1, 2));
    Network::Linear(network.unwrap())
}

fn layered(family: HeadFamily, tokens: &[&str]) -> Network {
    let embedded = [("x", vec![Exact::ONE; tokens.len()])];
    let mut builder = LayeredBuilder::new(family, &names(tokens), &embedded).unwrap();
    let projections = family.projections(1, 1).into_iter().map(|(name, _)| (name, vec![Row::of("x")])).collect();
    let head = HeadRows { name: "only".to_owned(), outputs: names(&["read"]), n_keys: 1, projections };
    builder.layer(vec![head]).unwrap();
    Network::Layered(builder.finish(Row::of("read"), Vec::new(), false).unwrap())
}

fn of_every_kind(tokens: &[&str]) -> [Network; 6] {
    NetworkKind::ALL.map(|kind| match kind {
        NetworkKind::Relu => relu(tokens),
        NetworkKind::Linear(family) => linear(family, tokens),
        NetworkKind::Layered(family) => layered(family, tokens),
    })
}

fn refusal(network: &Network, change: impl FnOnce(&mut Value)) -> String {
    let mut file = network.to_json();
    change(&mut file);
    Network::from_json(&file).unwrap_err().to_string()
}

#[test]
fn the_kind_of_a_network_is_the_kind_of_its_file() {
    for (network, kind) in of_every_kind(&["a"]).into_iter().zip(NetworkKind::ALL) {
        assert_eq!(network.kind(), kind);
        assert_eq!(network.to_json()["kind"], kind.name());
        let read = Network::from_json(&network.to_json()).unwrap();
        assert_eq!((read.kind(), read), (kind, network));
    }
}

/// A kind that is changed by hand in a file is refused where the rest of the file is not of it, and is another kind
/// where it is: a diagonal matrix without zeros is a member of all three constant families.
#[test]
fn a_file_that_names_another_kind_is_refused_or_of_that_kind() {
    for network in of_every_kind(&["a"]) {
        for kind in NetworkKind::ALL {
            let mut file = network.to_json();
            file["kind"] = json!(kind.name());
            let read = Network::from_json(&file);
            match (network.kind(), kind) {
                (own, other) if own == other => assert_eq!(read.as_ref(), Ok(&network)),
                (NetworkKind::Linear(_), NetworkKind::Linear(_)) => assert_eq!(read.unwrap().kind(), kind),
                _ => assert!(read.is_err(), "{} as {}", network.kind(), kind),
            }
        }
    }
    let unknown = refusal(&relu(&["a"]), |file| file["kind"] = json!("lstm"));
    let names = "relu, diagonal, permutation-diagonal, one-hot-diagonal, deltanet, rwkv7";
    assert_eq!(unknown, format!("kind: expected one of {names}, got `lstm`"));
}

#[test]
fn a_transition_that_is_not_of_the_kind_of_its_file_is_refused_naming_the_token() {
    let network = linear(LinearFamily::PermutationDiagonal, &["a", "b"]);
    let with = |weights: Value| refusal(&network, |file| file["transitions"][1]["weights"] = weights);
    let expected = "transitions[1]: on `b`: expected a permutation times a diagonal matrix, got";
    // (row, column, weight), as the file says them.
    for (weights, part) in [
        (json!([[1, 0, "1"], [1, 1, "1"]]), "0 non-zero entries in row 0"),
        (json!([[0, 0, "1"], [1, 0, "1"]]), "2 non-zero entries in column 0"),
        (json!([[0, 1, "1"], [0, 0, "1"]]), "2 non-zero entries in row 0"),
        (json!([[1, 0, "1"]]), "0 non-zero entries in row 0"),
    ] {
        assert_eq!(with(weights), format!("{expected} {part}"));
    }
    let of = |family, weights: Value| {
        refusal(&linear(family, &["a", "b"]), |file| file["transitions"][1]["weights"] = weights)
    };
    let message = of(LinearFamily::Diagonal, json!([[0, 0, "1"], [1, 0, "3"]]));
    assert_eq!(message, "transitions[1]: on `b`: expected a diagonal matrix, got 3 in row 1, column 0");
    let message = of(LinearFamily::OneHotDiagonal, json!([[0, 1, "1"], [1, 1, "3"]]));
    let expected = "expected at most one non-zero entry in every column, got 2 in column 1";
    assert_eq!(message, format!("transitions[1]: on `b`: {expected}"));
}

/// A size that does not fit is said with its place and with what it should fit.
#[test]
fn a_size_that_does_not_fit_is_refused_with_where_the_expected_one_comes_from() {
    let (relu, pd) = (relu(&["a", "b"]), linear(LinearFamily::PermutationDiagonal, &["a", "b"]));
    let two = json!({"rows": 1, "columns": 4, "weights": [], "biases": []});
    for (network, place, value, expected) in [
        (&relu, "/start", json!(["0", "1"]), "start: expected 1, one number for each coordinate, got 2"),
        (
            &relu,
            "/layers/0/columns",
            json!(4),
            "layers[0].columns: expected 3, the coordinates and the tokens together, got 4",
        ),
        (&relu, "/layers/0/rows", json!(2), "layers[0].rows: expected 1, one for each coordinate, got 2"),
        (&relu, "/readout/columns", json!(5), "readout.columns: expected 1, one for each coordinate, got 5"),
        (&pd, "/start", json!(["0"]), "start: expected 2, one number for each coordinate, got 1"),
        (&pd, "/transitions", json!([]), "transitions: expected 2, one for each token, got 0"),
        (&pd, "/transitions/1/rows", json!(3), "transitions[1].rows: expected 2, one for each coordinate, got 3"),
        (&pd, "/transitions/1/columns", json!(3), "transitions[1].columns: expected 2, one for each coordinate, got 3"),
        (&pd, "/readout/columns", json!(3), "readout.columns: expected 2, one for each coordinate, got 3"),
        (&pd, "/readout/rows", json!(2), "readout.rows: expected 1, got 2"),
    ] {
        let message = refusal(network, |file| *file.pointer_mut(place).unwrap() = value);
        assert_eq!(message, expected);
    }
    let message = refusal(&relu, |file| file["layers"].as_array_mut().unwrap().push(two));
    assert_eq!(message, "layers[1].columns: expected 1, the rows of layers[0], got 4");
}

/// Digits, and a single token of two characters: in one string that a space parts neither could be read back.
#[test]
fn any_tokens_are_read_back() {
    for tokens in [&["0", "1"][..], &["12"], &["ab"], &["-1", "0", "BOS"], &["(", "\"", "\\"]] {
        for network in of_every_kind(tokens) {
            let file = network.to_json();
            assert_eq!(file["tokens"], json!(tokens));
            let read = Network::from_json(&serde_json::from_str(&file.to_string()).unwrap()).unwrap();
            assert_eq!(read, network);
        }
    }
}

#[test]
fn tokens_in_another_form_are_refused_with_their_place() {
    for network in of_every_kind(&["a", "b"]) {
        let with_tokens = |tokens: Value| refusal(&network, |file| file["tokens"] = tokens);
        assert_eq!(with_tokens(json!("ab")), "tokens: expected a list of strings, got \"ab\"");
        assert_eq!(with_tokens(json!(["a", 2])), "tokens[1]: expected a string, got 2");
        assert_eq!(with_tokens(json!({"a": 0, "b": 1})), "tokens: expected a list of strings, got an object");
        assert_eq!(with_tokens(json!(["a", "a"])), "expected each token once, got `a` twice");
        assert_eq!(with_tokens(json!(["a", "b c"])), "expected a token name without white space, got `b c`");
        let long = "a".repeat(100);
        assert_eq!(with_tokens(json!(long)), "tokens: expected a list of strings, got a longer string");
        let missing = refusal(&network, |file| drop(file.as_object_mut().unwrap().remove("tokens")));
        assert_eq!(missing, "the network: expected a field `tokens`, got none");
    }
}
