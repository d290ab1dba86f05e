use super::*;
use reductions::CircuitValueRelu;
use reductions::DyckRelu;
use reductions::WordProblemPd;
use rnn::Affine;
use rnn::Exact;
use std::collections::BTreeSet;
use std::fs;

/// The claims that have a theorem: those by one-layer networks.
fn claims() -> Vec<&'static dyn Reduction> {
    let is_one_layer = |reduction: &&dyn Reduction| kind(reduction.network()) != "layered";
    reductions::all().into_iter().filter(is_one_layer).collect()
}

fn text<'f>(files: &'f [File], ending: &str) -> &'f str {
    &files.iter().find(|file| file.path.ends_with(ending)).unwrap_or_else(|| panic!("no file {ending}")).text
}

/// Reads the rows that [`data::network`] prints: per row the bias, and the weights by column.
fn printed_rows(text: &str) -> Vec<(Exact, Vec<(usize, Exact)>)> {
    let number = |text: &str| text.trim().replace(" # ", "/").parse::<Exact>().unwrap();
    let row = |line: &str| {
        let (bias, weights) = line.split_once(") [").unwrap();
        let weights = weights.split(']').next().unwrap();
        let weights = weights.split("; ").filter(|pair| !pair.is_empty()).map(|pair| {
            let (column, weight) = pair.trim_matches(['(', ')']).split_once(", ").unwrap();
            (column.parse().unwrap(), number(weight))
        });
        (number(bias), weights.collect())
    };
    text.split("Row (").skip(1).map(row).collect()
}

fn rows_of(map: &Affine) -> Vec<(Exact, Vec<(usize, Exact)>)> {
    let row = |row: usize| {
        let weights = (0..map.n_inputs()).map(|column| (column, map.weight(row, column)));
        (map.bias(row).clone(), weights.filter(|(_, weight)| *weight != Exact::ZERO).collect())
    };
    (0..map.n_outputs()).map(row).collect()
}

#[test]
fn the_printed_network_reads_back_as_the_network() {
    for reduction in claims() {
        let files = files(Subject::Claim(reduction), reduction.network()).unwrap();
        let maps = match reduction.network() {
            Network::Relu(network) => network.layers().iter().chain([network.readout()]).collect::<Vec<_>>(),
            Network::Linear(network) => network.transitions().iter().chain([network.readout()]).collect(),
            Network::Layered(_) => unreachable!("only one-layer networks are listed"),
        };
        let expected: Vec<_> = maps.into_iter().flat_map(rows_of).collect();
        assert_eq!(printed_rows(text(&files, "Network.v")), expected, "{}", reduction.problem().name());
    }
}

#[test]
fn every_folder_holds_what_its_files_import() {
    for reduction in claims() {
        let files = files(Subject::Claim(reduction), reduction.network()).unwrap();
        let here: BTreeSet<&str> =
            files.iter().filter_map(|file| file.path.rsplit('/').next()?.strip_suffix(".v")).collect();
        for file in &files {
            for line in file.text.lines().filter(|line| line.starts_with("From Reduce") || line.starts_with("From Gen"))
            {
                for name in line.trim_end_matches('.').rsplit("Import ").next().unwrap_or_default().split(' ') {
                    let name = name.trim_end_matches('.');
                    assert!(here.contains(name), "{} imports {name}", file.path);
                }
            }
        }
    }
}

#[test]
fn a_claim_without_a_theorem_and_a_network_of_another_kind_are_refused() {
    let printed = CircuitValueRelu::printed();
    let refusal = files(Subject::Claim(printed), printed.network()).unwrap_err().to_string();
    assert_eq!(refusal, "expected a claim with a theorem in Coq, got circuit-value by relu, printed");
    let refusal = files(Subject::Claim(DyckRelu::shared()), WordProblemPd::generators().network());
    assert_eq!(refusal.unwrap_err().to_string(), "expected a relu network, got a linear one");
}

#[test]
fn a_folder_that_is_not_empty_is_left_as_it_is() {
    let place = tempfile::tempdir().unwrap();
    let dyck = DyckRelu::shared();
    let folder = place.path().join("dyck");
    export(Subject::Claim(dyck), dyck.network(), &folder).unwrap();
    assert!(folder.join("claims/Dyck2.v").is_file() && folder.join("README.md").is_file());
    fs::write(folder.join("README.md"), "mine").unwrap();
    let refusal = export(Subject::Claim(dyck), dyck.network(), &folder);
    assert!(matches!(refusal, Err(ExportError::Folder(FolderError::Exists(_)))));
    assert_eq!(fs::read_to_string(folder.join("README.md")).unwrap(), "mine");
    // Nothing half-written is left beside it.
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn a_machine_and_an_automaton_of_ones_own_are_exported() {
    let machine = DyckRelu::shared().machine().unwrap();
    let files = super::files(Subject::Machine(machine), DyckRelu::shared().network()).unwrap();
    assert!(text(&files, "AnyMachineMachine.v").contains("Rule 0 1 [(0, Top 0)] 0 [(0, Pop)]"));
    assert!(text(&files, "README.md").contains("theories/Machine.v"));
    let automaton = deterministic_automaton::sign_and_merge();
    let reduction = reductions::DeterministicAutomatonPd::new(automaton.clone(), None);
    let files = super::files(Subject::Automaton(automaton.automaton()), reduction.network()).unwrap();
    assert!(text(&files, "AnyAutomatonAutomaton.v").contains("Arc 0 0 1 (-1 # 2)"));
}
