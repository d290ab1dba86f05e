//! What the data files hold, and that coqc, where it is installed, proves the claim from them and no other one.

use super::*;
use rnn::Network;
use std::fs;
use std::path::Path;
use std::process::Command;

fn listed(problem: &str, model: &str, variant: Option<&str>) -> &'static LayeredRnn {
    let named = |reduction: &&dyn reductions::Reduction| {
        let description = reduction.description();
        reduction.problem().name() == problem && (description.model, description.variant) == (model, variant)
    };
    match reductions::all().into_iter().find(named).map(reductions::Reduction::network) {
        Some(Network::Layered(network)) => network,
        _ => panic!("{problem} {model} {variant:?} is listed with a layered network"),
    }
}

fn network(claim: &ProductClaim) -> &'static LayeredRnn {
    listed("matrix-product", claim.model, claim.variant)
}

fn automata() -> Vec<AutomatonClaim<'static>> {
    let claim = |(model, variant, name): (&str, &str, &'static str)| {
        let is_sign = variant.ends_with("-sign");
        let automaton = problems::weighted_automaton::all()
            .into_iter()
            .map(|problem| problem.automaton())
            .find(|automaton| automaton.name() == variant.trim_end_matches("-sign"))
            .unwrap();
        let n_states = Exact::integer(automaton.n_states() as i64);
        let factor = if is_sign {
            &reductions::weighted_automaton_deltanet::sign_delta(automaton).unwrap() / &n_states
        } else {
            Exact::ONE
        };
        AutomatonClaim { name, automaton, network: listed("weighted-automaton", model, Some(variant)), factor }
    };
    AUTOMATA.into_iter().map(claim).collect()
}

/// Where `REDUCE_COQ_DIR` names a folder, all data and the theorems about automata are written there.
#[test]
fn every_automaton_has_data_and_its_theorem_is_the_one_that_is_shipped() {
    let folder = std::env::var_os("REDUCE_COQ_DIR").map(std::path::PathBuf::from);
    let write = |place: &str, name: &str, content: &str| {
        if let Some(folder) = &folder {
            fs::create_dir_all(folder.join(place)).unwrap();
            fs::write(folder.join(place).join(name), content).unwrap();
        }
    };
    for claim in PRODUCTS {
        claim.data(network(&claim)).unwrap().iter().for_each(|(name, content)| write("generated", name, content));
    }
    let mut stale = Vec::new();
    for claim in automata() {
        claim.data().unwrap().iter().for_each(|(name, content)| write("generated", name, content));
        let (name, theorem) = claim.theorem();
        write("claims", &name, &theorem);
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("coq/claims").join(&name);
        if fs::read_to_string(shipped).ok() != Some(theorem) {
            stale.push(name);
        }
    }
    assert!(stale.is_empty(), "{stale:?}");
}

#[test]
fn every_product_has_weights_and_templates_and_a_theorem_that_names_them() {
    for claim in PRODUCTS {
        let files = claim.data(network(&claim)).unwrap();
        let names: Vec<&str> = files.iter().map(|(name, _)| name.strip_suffix(".v").unwrap()).collect();
        for name in names {
            assert!(claim.theorem.contains(&format!("From Generated Require Import {name}.")), "{name}");
        }
        let weights = network(&claim).maps().iter().map(|(_, map)| map.n_weights()).sum::<usize>();
        let of_embedding = network(&claim).embedding().n_weights();
        assert_eq!(files[0].1.matches("%N, ").count(), weights - of_embedding);
        assert_eq!(files[1].1.matches("Definition block_").count(), 8);
    }
}

#[test]
fn numbers_are_written_in_lowest_terms_and_a_design_of_another_shape_is_refused() {
    let texts = [(3, 1), (-3, 1), (2, 4), (-1, 2), (0, 5)].map(|(num, den)| number(&Exact::ratio(num, den)));
    assert_eq!(texts, ["3", "-3", "1#2", "(-1)#2", "0"]);
    let mut claim = PRODUCTS[0];
    let network = network(&claim);
    assert!(claim.data(network).is_ok());
    claim.design = Design::Columns;
    assert_eq!(claim.data(network).unwrap_err().to_string(), "expected heads of 3 x 6 in the last layer");
}

/// What coqc says of a file, or none where it refuses it.
fn coqc(folder: &Path, file: &str) -> Option<String> {
    let mut command = Command::new("coqc");
    for (path, name) in [("theories", "Reduce"), ("generated", "Generated"), ("claims", "Claims")] {
        command.args(["-Q", path, name]);
    }
    let output = command.arg(file).current_dir(folder).output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

/// A folder with all theories compiled.
fn theories() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in THEORIES {
        assert!(coqc(folder.path(), &write(folder.path(), "theories", name, content)).is_some(), "{name}");
    }
    folder
}

fn write(folder: &Path, place: &str, name: &str, content: &str) -> String {
    fs::create_dir_all(folder.join(place)).unwrap();
    fs::write(folder.join(place).join(name), content).unwrap();
    format!("{place}/{name}")
}

/// Whether coqc proves the theorem from this data, and what the diagnosis says.
fn proves(
    folder: &Path,
    data: Vec<(String, String)>,
    theorem: (String, &str),
    diagnosis: (String, String),
) -> (bool, String) {
    for (name, content) in data {
        assert!(coqc(folder, &write(folder, "generated", &name, &content)).is_some(), "{name}");
    }
    let said = coqc(folder, &write(folder, "claims", &theorem.0, theorem.1));
    let is_closed = |said: String| said.lines().all(|line| line == "Closed under the global context");
    let diagnosis = coqc(folder, &write(folder, "claims", &diagnosis.0, &diagnosis.1)).unwrap();
    (said.is_some_and(is_closed), diagnosis.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The network with the first weight of a map doubled.
fn doubled(network: &LayeredRnn, place: &str) -> LayeredRnn {
    let change = |name: &str, map: &Affine| {
        let mut map = map.clone();
        if name == place {
            let (row, column, weight) = map.weights().next().map(|(r, c, w)| (r, c, w.clone())).unwrap();
            map.add_weight(row, column, &weight);
        }
        map
    };
    network.with_maps(change).unwrap()
}

#[test]
#[ignore = "needs coqc"]
fn coqc_proves_the_theorem_about_these_weights_and_refuses_it_about_others() {
    let folder = theories();
    let claim = PRODUCTS.into_iter().find(|claim| claim.name == "MatrixProductRwkv7").unwrap();
    let tried = [network(&claim).clone(), doubled(network(&claim), "L4.column1")].map(|network| {
        let theorem = (format!("{}.v", claim.name), claim.theorem);
        proves(folder.path(), claim.data(&network).unwrap(), theorem, claim.diagnosis())
    });
    assert_eq!(tried.each_ref().map(|(proved, _)| *proved), [true, false]);
    assert!(tried[0].1.contains("(true, nil)"), "{}", tried[0].1);
    assert!(tried[1].1.contains("(true, (1 :: 3 :: 5 :: 7 ::"), "{}", tried[1].1);
}

/// An automaton that is not shipped: three letters that do not commute, without an entry 0.
#[test]
#[ignore = "needs coqc"]
fn coqc_proves_the_theorem_about_the_network_of_any_automaton() {
    let folder = theories();
    let number = |value: i64| num_rational::BigRational::new(value.into(), 2.into());
    let matrix = |entries: [[i64; 2]; 2]| entries.map(|row| row.map(number).to_vec()).to_vec();
    let automaton = problems::weighted_automaton::Automaton::new(
        "mine",
        ["a", "b", "c"].map(str::to_owned).to_vec(),
        [1, -3].map(number).to_vec(),
        vec![matrix([[1, 2], [-1, 3]]), matrix([[2, -1], [1, 1]]), matrix([[-1, 1], [2, 5]])],
        [2, 1].map(number).to_vec(),
    );
    let automaton = automaton.unwrap();
    let networks = [
        reductions::weighted_automaton_rwkv7::network(&automaton).unwrap(),
        reductions::weighted_automaton_deltanet::exact(&automaton).unwrap(),
    ];
    for (network, name) in networks.iter().zip(["MineRwkv7", "MineDeltanet"]) {
        let Network::Layered(network) = network else { panic!("{name} is layered") };
        let tried = [network.clone(), doubled(network, "L3.ffn.4")].map(|network| {
            let claim = AutomatonClaim { name, automaton: &automaton, network: &network, factor: Exact::ONE };
            let (file, theorem) = claim.theorem();
            proves(folder.path(), claim.data().unwrap(), (file, &theorem), claim.diagnosis())
        });
        assert_eq!(tried.each_ref().map(|(proved, _)| *proved), [true, false], "{tried:?}");
        assert!(tried[0].1.contains("(true, [])") && !tried[1].1.contains("(true, [])"), "{tried:?}");
    }
}
