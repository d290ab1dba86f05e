//! The arithmetic as a parameter of the one interpreter: numbers to run a network, terms to prove what it does.

mod cases;
mod exact;
mod fixed_terms;
mod forms;
mod interface;
mod range;
mod recorder;
mod residual;
mod rounded;
mod symbolic;

pub use cases::CaseArithmetic;
pub use cases::CaseSum;
pub use cases::CaseValue;
pub use exact::ExactArithmetic;
pub use fixed_terms::FixedTerms;
pub use forms::AffineForm;
pub use forms::FormArithmetic;
pub use forms::FormValue;
pub use interface::Arithmetic;
pub use interface::Concrete;
pub use range::RangeArithmetic;
pub use recorder::Recorder;
pub use residual::Residual;
pub use residual::ResidualArithmetic;
pub use residual::ResidualValue;
pub use rounded::RoundedArithmetic;
pub use rounded::RoundedSum;
pub use symbolic::SymbolicArithmetic;
