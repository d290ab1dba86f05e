use super::*;
use crate::network::Affine;
use crate::network::error::NetworkError;
use crate::network::linear::LinearRnn;
use crate::network::model::Network;
use crate::number::Exact;

/// The square map whose matrix has these rows: row `i` is input `i`.
fn matrix(rows: &[&[i64]]) -> Affine {
    let mut map = Affine::zero(rows.len(), rows.len());
    for (i, row) in rows.iter().enumerate() {
        row.iter().enumerate().for_each(|(j, entry)| map.add_weight(j, i, &Exact::integer(*entry)));
    }
    map
}

fn members(map: &Affine) -> [bool; 3] {
    LinearFamily::ALL.map(|family| family.check(map).is_ok())
}

#[test]
fn each_family_takes_its_own_matrices_and_refuses_the_others() {
    // diagonal, permutation-diagonal, one-hot-diagonal
    assert_eq!(members(&matrix(&[&[2, 0], &[0, -1]])), [true, true, true]);
    assert_eq!(members(&matrix(&[&[2, 0], &[0, 0]])), [true, false, true]);
    assert_eq!(members(&matrix(&[&[0, 3], &[1, 0]])), [false, true, true]);
    // Two states are merged: one-hot in every column of the map, not in every row.
    assert_eq!(members(&matrix(&[&[1, 0], &[1, 0]])), [false, false, true]);
    // Its transpose is one-hot in every row of the map only.
    assert_eq!(members(&matrix(&[&[1, 1], &[0, 0]])), [false, false, false]);
}

fn one_letter(family: LinearFamily, transition: Affine) -> Result<LinearRnn, NetworkError> {
    let mut readout = Affine::zero(1, 2);
    readout.add_weight(0, 0, &Exact::ONE);
    let coordinates = vec!["q0".to_owned(), "q1".to_owned()];
    LinearRnn::new(family, vec!["a".to_owned()], coordinates, vec![Exact::ONE, Exact::ZERO], vec![transition], readout)
}

#[test]
fn a_table_that_claims_a_family_and_is_not_of_it_is_refused_naming_the_token() {
    let error = one_letter(LinearFamily::OneHotDiagonal, matrix(&[&[1, 1], &[0, 0]])).unwrap_err();
    let expected = "transitions[0]: on `a`: expected at most one non-zero entry in every column, got 2 in column 0";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_family_is_part_of_the_file_form() {
    for family in LinearFamily::ALL {
        let network = Network::Linear(one_letter(family, matrix(&[&[2, 0], &[0, 1]])).unwrap());
        assert_eq!(Network::from_json(&network.to_json()).unwrap(), network);
        assert_eq!(network.to_json()["kind"], family.name());
    }
}

#[test]
fn a_matrix_that_is_no_single_delta_rule_step_is_refused() {
    let dense = |rows: [[i64; 3]; 3]| rows.map(|row| row.map(Exact::integer).to_vec()).to_vec();
    delta_net::check(&dense([[1, 0, 0], [0, 1, 0], [0, 0, 1]])).unwrap();
    delta_net::check(&dense([[0, 1, 0], [1, 0, 0], [0, 0, 1]])).unwrap();
    delta_net::check(&dense([[1, 0, 0], [0, 3, 0], [0, 0, 1]])).unwrap();
    let cycle = delta_net::check(&dense([[0, 1, 0], [0, 0, 1], [1, 0, 0]])).unwrap_err();
    assert_eq!(cycle, "expected I - beta k^T k, got 0 in row 1, column 0");
    // Rank one, but not symmetric.
    assert!(delta_net::check(&dense([[1, 1, 0], [0, 1, 0], [0, 0, 1]])).is_err());
}
