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

fn coqc(folder: &Path, file: &str) -> bool {
    let mut command = Command::new("coqc");
    for (path, name) in [("theories", "Reduce"), ("generated", "Generated"), ("claims", "Claims")] {
        command.args(["-Q", path, name]);
    }
    command.arg(file).current_dir(folder).output().unwrap().status.success()
}

#[test]
fn coqc_proves_the_theorem_about_these_weights_and_refuses_it_about_others() {
    if Command::new("coqc").arg("--version").output().is_err() {
        return;
    }
    let claim = PRODUCTS.into_iter().find(|claim| claim.name == "MatrixProductRwkv7").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let write = |place: String, content: &str| {
        fs::create_dir_all(folder.path().join(&place).parent().unwrap()).unwrap();
        fs::write(folder.path().join(&place), content).unwrap();
        place
    };
    for (name, content) in THEORIES {
        assert!(coqc(folder.path(), &write(format!("theories/{name}"), content)), "{name}");
    }
    let theorem = write(format!("claims/{}.v", claim.name), claim.theorem);
    let double = |place: &str, map: &Affine| {
        let mut map = map.clone();
        if place == "L4.column1" {
            let (row, column, weight) = map.weights().next().map(|(r, c, w)| (r, c, w.clone())).unwrap();
            map.add_weight(row, column, &weight);
        }
        map
    };
    let proved = [network(&claim).clone(), network(&claim).with_maps(double).unwrap()].map(|network| {
        for (name, content) in claim.data(&network).unwrap() {
            assert!(coqc(folder.path(), &write(format!("generated/{name}"), &content)), "{name}");
        }
        coqc(folder.path(), &theorem)
    });
    assert_eq!(proved, [true, false]);
}
