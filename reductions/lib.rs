//! Why a network can: one file per theorem.
//!
//! Each file holds a [`Reduction`]: the construction (weights and all) and the invariant that ties it to the statement
//! of its problem, which is a file of its own in [`statement`]. [`all`] is the list; the command line, the help and the
//! tests are made from it. A statement can be read without its proof.

pub mod as_printed;
pub mod construction;
pub mod definition;
pub mod errata;
pub mod hardness;
pub mod impossible;
pub mod proof;
pub mod reduction;
pub mod shipped;
pub mod statement;
pub mod upper_bounds;

mod circuit_value_relu;
mod circuit_value_walk_relu;
mod deterministic_automaton_pd;
mod dyck_relu;
pub mod matrix_product_deltanet;
mod matrix_product_routed;
pub mod matrix_product_rwkv7;
mod reachability_relu;
mod reachability_target_last_relu;
pub mod weighted_automaton_deltanet;
mod weighted_automaton_routed;
pub mod weighted_automaton_rwkv7;
mod word_problem_pd;

pub use circuit_value_relu::CircuitValueRelu;
pub use circuit_value_walk_relu::CircuitValueWalkRelu;
pub use deterministic_automaton_pd::DeterministicAutomatonPd;
pub use dyck_relu::DyckRelu;
pub use matrix_product_deltanet::MatrixProductDeltaNet;
pub use matrix_product_rwkv7::MatrixProductRwkv7;
pub use reachability_relu::ReachabilityRelu;
pub use reachability_target_last_relu::ReachabilityTargetLastRelu;
pub use reachability_target_last_relu::target_last_machine;
pub use reduction::Clause;
pub use reduction::Description;
pub use reduction::Reduction;
pub use reduction::Values;
pub use word_problem_pd::WordProblemPd;

use as_printed::Claim;

/// Every reduction, in the order in which they are listed.
pub fn all() -> Vec<&'static dyn Reduction> {
    let mut all: Vec<&'static dyn Reduction> = vec![
        ReachabilityRelu::shared(),
        ReachabilityTargetLastRelu::sink(),
        CircuitValueRelu::shared(),
        CircuitValueWalkRelu::shared(),
        DyckRelu::shared(),
        WordProblemPd::all_elements(),
        WordProblemPd::generators(),
        MatrixProductDeltaNet::exact(),
        MatrixProductDeltaNet::sign(),
        MatrixProductDeltaNet::bos(),
        MatrixProductRwkv7::columns(),
        MatrixProductRwkv7::vector18(),
        MatrixProductRwkv7::bos(),
    ];
    all.extend(weighted_automaton_rwkv7::named().map(|reduction| reduction as &dyn Reduction));
    all.extend(weighted_automaton_deltanet::named().map(|reduction| reduction as &dyn Reduction));
    all.extend([
        DeterministicAutomatonPd::last_write() as &dyn Reduction,
        DeterministicAutomatonPd::sign_and_merge(),
        DeterministicAutomatonPd::transposition_cycle(),
    ]);
    all
}

/// Every claim that can be named: those that hold, then those that are as printed and do not.
pub fn claims() -> Vec<Claim> {
    all().into_iter().map(Claim::Network).chain(as_printed::as_printed()).collect()
}
