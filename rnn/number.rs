//! Exact rational numbers for the states of networks that run for millions of steps.
//!
//! A step of a network touches some hundred weights, while its state is mostly bits and counters and one or two
//! stacks: dyadic numbers of thousands of bits. Fractions of big integers pay for a gcd of two such numbers in each of
//! the hundred operations. Here a big number is written as (scale * base + offset) / den with machine-word
//! coefficients over a shared base, so that 4 s - 1, (s + 3)/4 and 4 (s - 1/4) - 4 (s - 1/2) change coefficients only,
//! and the sign that a ReLU asks for follows from the leading 126 bits of the base. The mantissa is read when
//! coefficients outgrow their words: once in some thirty pushes or pops.

mod base;
mod big;
mod exact;
mod rounding;
mod small;
mod sum;
#[cfg(test)]
mod tests;
mod text;

pub use exact::Exact;
pub use rounding::Rounding;
pub use sum::ExactSum;
pub use text::NumberError;
