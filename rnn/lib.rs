//! What computes: recurrent networks as data, one interpreter, the arithmetic as a parameter.
//!
//! A [`Network`] is a value: named state coordinates, sparse exact weights, a readout; its dimensions are checked where
//! it is built. The interpreter runs it over any [`Arithmetic`]: [`ExactArithmetic`] for execution,
//! [`SymbolicArithmetic`] for proofs and [`RoundedArithmetic`] for number formats of fixed size, so that what runs and
//! what is proved is the same code and the same value.
//! Nothing here knows a problem or a solver; [`Terms`] are formulas of our own.

mod affine;
mod arithmetic;
mod cases;
mod change;
pub mod family;
mod fixed_terms;
mod layered;
mod linear;
mod network;
mod number;
mod recorder;
mod relu;
mod rounded;
mod term;

pub use affine::Affine;
pub use affine::AffineError;
pub use arithmetic::Arithmetic;
pub use arithmetic::Concrete;
pub use arithmetic::ExactArithmetic;
pub use arithmetic::SymbolicArithmetic;
pub use cases::CaseArithmetic;
pub use cases::CaseSum;
pub use cases::CaseValue;
pub use change::Place;
pub use family::HeadFamily;
pub use family::LinearFamily;
pub use fixed_terms::FixedTerms;
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
pub use network::Network;
pub use network::NetworkError;
pub use network::Size;
pub use number::Exact;
pub use number::NumberError;
pub use number::Rounding;
pub use recorder::Recorder;
pub use relu::ReluRnn;
pub use rounded::Accumulate;
pub use rounded::Fixed;
pub use rounded::Float;
pub use rounded::Format;
pub use rounded::FormatError;
pub use rounded::Overflow;
pub use rounded::Precision;
pub use rounded::RangeArithmetic;
pub use rounded::RoundedArithmetic;
pub use rounded::RoundedSum;
pub use rounded::RoundedValue;
pub use term::Datum;
pub use term::Evaluation;
pub use term::Program;
pub use term::Script;
pub use term::Sort;
pub use term::Term;
pub use term::Terms;
