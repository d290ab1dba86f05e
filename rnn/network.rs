//! Recurrent networks as data: the models, the families of their transitions, and the enum that knows them all.

mod affine;
mod error;
mod exact_run;
pub mod family;
mod file;
mod json;
mod kind;
mod layered;
mod linear;
mod model;
mod parameter;
mod pieces;
mod relu;
#[cfg(test)]
mod tests;

pub use affine::Affine;
pub use affine::AffineError;
pub use error::NetworkError;
pub use exact_run::ExactRun;
pub use family::HeadFamily;
pub use family::LinearFamily;
pub use kind::NetworkKind;
pub use layered::FeedForward;
pub use layered::Head;
pub use layered::HeadRows;
pub use layered::Layer;
pub use layered::LayeredBuilder;
pub use layered::LayeredRnn;
pub use layered::Pass;
pub use layered::Row;
pub use layered::virtual_start;
pub use linear::LinearRnn;
pub use model::Network;
pub use model::Size;
pub use parameter::Parameter;
pub use pieces::PieceRun;
pub use relu::ReluRnn;
