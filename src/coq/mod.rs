//! Claims as Coq developments: fixed theories, and data made from a network's values.

pub mod layered;
