//! Layers as libraries ship them: DeltaNet, GatedDeltaNet and GatedDeltaProduct of flash-linear-attention 0.6.0, and the
//! GatedDeltaNet of OLMo Hybrid in transformers 5.24, with everything around the recurrence.
//!
//! Unlike the networks of [`crate::Network`], which are ideal, these have normalised keys, a convolution, SiLU, sigmoid,
//! a forget gate, a normalised and gated output, and a language model's embedding, norms and head. [`ShippedModel`] is
//! such a model as a value. Its [`inputs`](ShippedModel::inputs) are computed stage by stage, **exactly or not at all**:
//! a [`Meter`] asks at every stage whether the value is a number of the format that the library stores it in, and whether
//! the sums on the way are exact in every order; transcendental functions have a value only where a stated [`FloatFact`]
//! gives one. What is refused says at which stage.
//!
//! An [`Evaluator`] runs such a model with rounding instead, as a library does, and shares no code with the exact stages.
//!
//! Not modelled, and so refused: taps of the convolution on earlier tokens, attention layers other than with weights zero,
//! feed-forward layers other than with weights zero, biases, and grouped value heads.

mod bounds;
mod chunked;
mod enclosed;
mod evaluator;
mod facts;
mod family;
mod functions;
mod inexact;
mod layer;
mod meter;
mod model;
mod recurrence;
mod storing;

pub use bounds::Bounds;
pub use chunked::Chunked;
pub use chunked::chunked;
pub use enclosed::EnclosedHead;
pub use enclosed::EnclosedInputs;
pub use enclosed::EnclosedStep;
pub use enclosed::TAKEN_AS_GIVEN;
pub use evaluator::Evaluator;
pub use evaluator::Functions;
pub use evaluator::Place;
pub use facts::FloatFact;
pub use family::ShippedFamily;
pub use family::ShippedShape;
pub use inexact::Inexact;
pub use layer::HeadInputs;
pub use layer::StepInput;
pub use layer::TokenInputs;
pub use meter::Meter;
pub use model::ShippedError;
pub use model::ShippedModel;
pub use model::Tensor;
pub use recurrence::HeadState;
pub use storing::Storing;
