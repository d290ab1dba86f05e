//! What computes: recurrent networks as data, one interpreter, the arithmetic as a parameter.
//!
//! A [`Network`] is a value: named state coordinates, sparse exact weights, a readout; its dimensions are checked where
//! it is built. The interpreter runs it over any [`Arithmetic`]: [`ExactArithmetic`] for execution,
//! [`SymbolicArithmetic`] for proofs and [`RoundedArithmetic`] for number formats of fixed size, so that what runs and
//! what is proved is the same code and the same value.
//! Nothing here knows a problem or a solver; [`Terms`] are formulas of our own.
//!
//! One folder is one idea, and imports only folders before it: `number` (exact rationals), `term` (formulas over them) and
//! `format` (numbers of fixed size), `arithmetic` (what the interpreter runs over), `network` (what it runs); `shipped` are the layers of
//! published libraries, stage by stage. A file of
//! ours is imported by its own path, never by way of the list of names below.

mod arithmetic;
mod format;
mod network;
mod number;
pub mod shipped;
mod term;

pub use arithmetic::AffineForm;
pub use arithmetic::Arithmetic;
pub use arithmetic::CaseArithmetic;
pub use arithmetic::CaseSum;
pub use arithmetic::CaseValue;
pub use arithmetic::Concrete;
pub use arithmetic::ExactArithmetic;
pub use arithmetic::FixedTerms;
pub use arithmetic::FormArithmetic;
pub use arithmetic::FormValue;
pub use arithmetic::RangeArithmetic;
pub use arithmetic::Recorder;
pub use arithmetic::Residual;
pub use arithmetic::ResidualArithmetic;
pub use arithmetic::ResidualValue;
pub use arithmetic::RoundedArithmetic;
pub use arithmetic::RoundedSum;
pub use arithmetic::SymbolicArithmetic;
pub use format::Accumulate;
pub use format::Fixed;
pub use format::Float;
pub use format::Format;
pub use format::FormatError;
pub use format::Overflow;
pub use format::Precision;
pub use format::RoundedValue;
pub use network::Affine;
pub use network::AffineError;
pub use network::ExactRun;
pub use network::FeedForward;
pub use network::Head;
pub use network::HeadFamily;
pub use network::HeadRows;
pub use network::Layer;
pub use network::LayeredBuilder;
pub use network::LayeredRnn;
pub use network::LinearFamily;
pub use network::LinearRnn;
pub use network::Network;
pub use network::NetworkError;
pub use network::NetworkKind;
pub use network::Parameter;
pub use network::Pass;
pub use network::PieceRun;
pub use network::ReluRnn;
pub use network::Row;
pub use network::Size;
pub use network::family;
pub use network::virtual_start;
pub use number::Exact;
pub use number::ExactSum;
pub use number::NumberError;
pub use number::Rounding;
pub use term::Datum;
pub use term::Program;
pub use term::Script;
pub use term::Sort;
pub use term::Term;
pub use term::Terms;
pub use term::Valuation;
pub use term::logic;
#[doc(hidden)]
pub use term::random;
