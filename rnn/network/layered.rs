//! Linear RNNs of several layers: parallel heads over one residual stream, with feed-forward sublayers.

mod builder;
mod feed_forward;
mod head;
mod json;
mod layer;
mod rnn;
mod row;
mod steps;
#[cfg(test)]
mod tests;

pub use builder::HeadRows;
pub use builder::LayeredBuilder;
pub use builder::virtual_start;
pub use feed_forward::FeedForward;
pub use head::Head;
pub use layer::Layer;
pub use rnn::LayeredRnn;
pub use rnn::Pass;
pub use row::Row;
pub(super) use steps::LayeredSteps;
