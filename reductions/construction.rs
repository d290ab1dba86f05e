//! Parts from which networks are built. A construction knows no proof.

pub mod compile;
pub mod letter_chains;
pub mod machine;
pub mod router;
