//! Number formats of fixed size: what a network computes where every value must fit into so many bits.
//!
//! A [`Precision`] says which numbers there are ([`Format`]), where a number goes that lies between two of them
//! ([`Rounding`]) or beyond all of them ([`Overflow`]), and where rounding happens ([`Accumulate`]).
//! [`RoundedArithmetic`](crate::RoundedArithmetic) is that model as an arithmetic of the one
//! interpreter.

mod error;
mod fixed;
mod float;
mod overflow;
mod precision;
mod value;

pub use error::FormatError;
pub use fixed::Fixed;
pub use float::Float;
pub use overflow::Overflow;
pub use precision::Accumulate;
pub use precision::Format;
pub use precision::Precision;
pub use value::RoundedValue;
