use super::head::LARGEST;
use super::*;
use crate::arithmetic::Arithmetic;
use crate::arithmetic::ExactArithmetic;
use crate::arithmetic::SymbolicArithmetic;
use crate::network::HeadFamily;
use crate::network::model::Network;
use crate::number::Exact;
use crate::term::Sort;
use crate::term::Terms;
use serde_json::json;

fn tokens() -> Vec<String> {
    vec!["a".to_owned(), "b".to_owned()]
}

/// Two layers: the first adds up x (1 on `a`, -2 on `b`) beside a last-token memory, the second has a sublayer `|sum|`.
fn small(family: HeadFamily) -> LayeredRnn {
    let mut builder = LayeredBuilder::new(family, &tokens(), &[("x", vec![Exact::ONE, Exact::integer(-2)])]).unwrap();
    builder.layer(vec![head(family, "sum", Row::number(0), &[]), head(family, "last", Row::number(1), &[])]).unwrap();
    builder.layer(vec![head(family, "again", Row::number(1), &[Exact::integer(5)])]).unwrap();
    let units = vec![Row::of("last"), -Row::of("last")];
    builder.feed_forward(&[units], vec![("size".to_owned(), Row::of("u0") + Row::of("u1"))]).unwrap();
    let outputs = vec![("size".to_owned(), Row::of("size")), ("again".to_owned(), Row::of("again"))];
    builder.finish(Row::of("sum") - Row::number(1), outputs, true).unwrap()
}

/// A head of one entry that writes x and forgets `forgets` of what it has; it starts in `start`.
fn head(family: HeadFamily, name: &str, forgets: Row, start: &[Exact]) -> HeadRows {
    let (one, x) = (vec![Row::number(1)], vec![Row::of("x")]);
    let (mut value, mut skip) = (x, vec![Row::zero()]);
    if let [start] = start {
        virtual_start(&[vec![start.clone()]], std::slice::from_ref(&forgets), &one, &mut value, &mut skip);
    }
    let projections = match family {
        // With a beta of 1 the delta rule forgets all: for a sum, the key is worth beta 1 in the write only.
        HeadFamily::DeltaNet => {
            vec![("beta", one.clone()), ("k", one.clone()), ("v", value), ("q", one), ("skip", skip)]
        }
        HeadFamily::Rwkv7 => vec![
            ("w", one.clone()),
            ("lambda", one.clone()),
            ("kappa", one.clone()),
            ("a", vec![forgets]),
            ("ktilde", one.clone()),
            ("v", value),
            ("q", one),
            ("skip", skip),
        ],
    };
    HeadRows { name: name.to_owned(), outputs: vec![name.to_owned()], n_keys: 1, projections }
}

fn run(network: &LayeredRnn, word: &[usize]) -> Vec<Exact> {
    word.iter().fold(network.start().to_vec(), |state, token| network.step(&ExactArithmetic, &state, *token))
}

#[test]
fn a_head_that_forgets_nothing_sums_and_one_that_forgets_all_keeps_the_last_token() {
    let network = small(HeadFamily::Rwkv7);
    let state = run(&network, &[0, 0, 0, 1]);
    // Sum 1, last -2, again -2 (its start 5 is forgotten): decision 1 - 1, size 2.
    assert_eq!(network.coordinates()[3], "out.decision");
    assert_eq!(state[3], Exact::ZERO);
    assert_eq!(network.values(&state), [2, -2].map(Exact::integer));
}

#[test]
fn the_empty_word_is_judged_by_a_constant() {
    let network = Network::Layered(small(HeadFamily::Rwkv7));
    assert_eq!(network.read_out(&ExactArithmetic, network.start()), Exact::ONE);
    assert_eq!(network.values(network.start()), [Exact::ZERO, Exact::ZERO]);
}

#[test]
fn what_runs_on_terms_is_what_runs_on_numbers() {
    for family in HeadFamily::ALL {
        let network = small(family);
        let terms = Terms::default();
        let arithmetic = SymbolicArithmetic::new(&terms);
        let mut values = network.start().to_vec();
        let mut symbolic: Vec<_> = values.iter().map(|value| arithmetic.constant(value)).collect();
        for token in [0, 1, 1, 0, 1] {
            values = network.step(&ExactArithmetic, &values, token);
            symbolic = network.step(&arithmetic, &symbolic, token);
            let numbers: Vec<Exact> = symbolic.iter().map(|term| term.as_number().unwrap()).collect();
            assert_eq!(numbers, values);
        }
    }
}

#[test]
fn a_virtual_start_acts_as_a_start() {
    // Two keys that are no numbers: the state S = Y - Y_0 with the altered value follows Y.
    let mut random = [3, -1, 2, 5, -4, 1, 7, -2].into_iter().cycle();
    let mut number = || Exact::ratio(random.next().unwrap(), 3);
    let start: Vec<Vec<Exact>> = vec![vec![number(), number()], vec![number(), number()]];
    let key = vec![Row::of("x"), Row::number(2) - Row::of("x")];
    let query = vec![Row::of("x") * 3, Row::number(1)];
    let (mut value, mut skip) = (vec![Row::of("x"), Row::number(1)], vec![Row::zero(), Row::zero()]);
    let own = value.clone();
    virtual_start(&start, &key, &query, &mut value, &mut skip);
    let build = |value: Vec<Row>, skip: Vec<Row>| {
        let embedded = [("x", vec![Exact::ONE, Exact::integer(-2)])];
        let mut builder = LayeredBuilder::new(HeadFamily::DeltaNet, &tokens(), &embedded).unwrap();
        let beta = vec![Row::of("x").scaled(&Exact::ratio(1, 2))];
        let projections = vec![("beta", beta), ("k", key.clone()), ("v", value), ("q", query.clone()), ("skip", skip)];
        let outputs = vec!["y0".to_owned(), "y1".to_owned()];
        builder.layer(vec![HeadRows { name: "head".to_owned(), outputs, n_keys: 2, projections }]).unwrap();
        let outputs = ["y0", "y1"].map(|name| (name.to_owned(), Row::of(name))).to_vec();
        builder.finish(Row::zero(), outputs, false).unwrap()
    };
    let (virtually, really) = (build(value, skip), build(own, vec![Row::zero(), Row::zero()]));
    let mut state = virtually.start().to_vec();
    let mut other = really.start().to_vec();
    other[..4].clone_from_slice(&start.concat());
    for token in [0, 1, 1, 0] {
        state = virtually.step(&ExactArithmetic, &state, token);
        other = really.step(&ExactArithmetic, &other, token);
        assert_eq!(virtually.values(&state), really.values(&other));
    }
}

#[test]
fn the_file_form_is_lossless_and_writes_every_number_as_a_string() {
    for family in HeadFamily::ALL {
        let network = Network::Layered(small(family));
        let text = network.to_json().to_string();
        assert_eq!(Network::from_json(&serde_json::from_str(&text).unwrap()).unwrap(), network);
    }
}

fn refusal(change: impl FnOnce(&mut serde_json::Value)) -> String {
    let mut file = Network::Layered(small(HeadFamily::DeltaNet)).to_json();
    change(&mut file);
    Network::from_json(&file).unwrap_err().to_string()
}

#[test]
fn a_file_that_claims_a_family_and_has_a_head_of_another_is_refused_naming_layer_and_head() {
    let claimed = refusal(|file| file["kind"] = json!("rwkv7"));
    assert_eq!(claimed, "layers[0].heads[0].family: expected rwkv7, which is the network's kind, got deltanet");
    let other = refusal(|file| file["layers"][0]["heads"][1]["family"] = json!("rwkv7"));
    assert_eq!(other, "layers[0].heads[1].family: expected deltanet, which is the network's kind, got rwkv7");
    let unknown = refusal(|file| file["layers"][1]["heads"][0]["family"] = json!("mamba"));
    assert_eq!(unknown, "layers[1].heads[0].family: expected deltanet or rwkv7, got `mamba`");
}

#[test]
fn a_network_of_one_family_with_a_head_of_another_is_refused_naming_layer_and_head() {
    let network = small(HeadFamily::DeltaNet);
    let of_family = |family| {
        let (tokens, embedded, outputs) = (tokens(), network.embedded().to_vec(), network.outputs().to_vec());
        let (embedding, layers) = (network.embedding().clone(), network.layers().to_vec());
        let readout = network.stream_readout().clone();
        LayeredRnn::new(family, tokens, embedded, embedding, layers, outputs, readout, network.on_empty())
    };
    assert_eq!(of_family(HeadFamily::DeltaNet).as_ref(), Ok(&network));
    let error = of_family(HeadFamily::Rwkv7).unwrap_err();
    assert_eq!(error.to_string(), "layer 1, head sum: expected a rwkv7 head, got a deltanet head");
}

#[test]
fn a_file_with_a_name_twice_or_a_number_for_a_name_is_refused() {
    let twice = refusal(|file| file["layers"][1]["heads"][0]["outputs"] = json!(["sum"]));
    assert_eq!(twice, "expected each stream coordinate once, got `sum` twice");
    let number = refusal(|file| file["outputs"] = json!(["7", "again"]));
    assert_eq!(number, "expected a name, got the number `7`");
    let empty = refusal(|file| file["on_empty"] = json!("yes"));
    assert_eq!(empty, "on_empty: expected true or false");
}

#[test]
fn a_file_cannot_ask_for_more_memory_than_is_reasonable() {
    let large = refusal(|file| file["layers"][0]["heads"][0]["keys"] = json!(1_u64 << 40));
    assert_eq!(
        large,
        format!("layers[0].heads[0]: head sum: expected a state of 1 to {LARGEST} entries, got 1 x {}", 1_u64 << 40)
    );
}

#[test]
fn a_row_over_a_coordinate_that_is_written_later_is_refused() {
    let mut builder = LayeredBuilder::new(HeadFamily::DeltaNet, &tokens(), &[("x", vec![Exact::ONE; 2])]).unwrap();
    let error = builder.layer(vec![head(HeadFamily::DeltaNet, "sum", Row::zero(), &[]), {
        let mut late = head(HeadFamily::DeltaNet, "late", Row::zero(), &[]);
        late.projections[2].1 = vec![Row::of("sum")];
        late
    }]);
    let expected = "layer 1, head late: expected a stream coordinate written earlier, got `sum`";
    assert_eq!(error.unwrap_err().to_string(), expected);
}

#[test]
fn a_map_can_be_exchanged_by_its_place() {
    let network = small(HeadFamily::DeltaNet);
    assert_eq!(network.with_maps(|_, map| map.clone()).unwrap(), network);
    let places: Vec<String> = network.maps().into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, ["embedding", "L1.sum", "L1.last", "L2.again", "L2.ffn.1", "L2.ffn.2", "readout"]);
    let seen = network.with_maps(|place, map| {
        assert_eq!(network.maps().into_iter().find(|(name, _)| name == place).unwrap().1, map);
        map.clone()
    });
    seen.unwrap();
}

#[test]
fn the_terms_of_a_symbolic_token_say_what_every_token_does() {
    let network = small(HeadFamily::Rwkv7);
    let terms = Terms::default();
    let x = terms.symbol("x", Sort::Real);
    let start = Network::Layered(network.clone()).start_in(&SymbolicArithmetic::new(&terms));
    let pass = network.pass(&SymbolicArithmetic::new(&terms), &start, vec![x], 2);
    let size = network.stream().iter().position(|name| name == "size").unwrap();
    assert_eq!(pass.stream[size], x.relu() + (-x).relu());
}

#[test]
fn heads_that_differ_in_their_query_only_still_have_states_of_their_own() {
    let embedded = [("x", vec![Exact::ONE, Exact::integer(-2)])];
    let mut builder = LayeredBuilder::new(HeadFamily::Rwkv7, &tokens(), &embedded).unwrap();
    builder.layer(["left", "right"].map(|name| head(HeadFamily::Rwkv7, name, Row::number(0), &[])).to_vec()).unwrap();
    let outputs = ["left", "right"].map(|name| (name.to_owned(), Row::of(name))).to_vec();
    let network = builder.finish(Row::zero(), outputs, false).unwrap();
    // From the start both sum up x; from two states that differ they keep the difference.
    let mut state = network.start().to_vec();
    state = network.step(&ExactArithmetic, &state, 0);
    assert_eq!(network.values(&state), [Exact::ONE, Exact::ONE]);
    state[1] = Exact::integer(10);
    state = network.step(&ExactArithmetic, &state, 1);
    assert_eq!(network.values(&state), [-1, 8].map(Exact::integer));
}
