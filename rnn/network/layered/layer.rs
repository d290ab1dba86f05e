//! One layer: heads, then an optional feed-forward sublayer.

use super::feed_forward::FeedForward;
use super::head::Head;
use crate::arithmetic::Arithmetic;
use crate::network::affine::Affine;
use crate::network::error::NetworkError;

/// One layer: heads that all read the same stream, then optionally a feed-forward sublayer that reads theirs as well.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    heads: Vec<Head>,
    feed_forward: Option<FeedForward>,
    /// The heads' projections as one map, head after head: one pass over the stream serves all of them.
    projections: Affine,
    /// For each head, the index of the first head with the same recurrence: the two differ at most in name, query and
    /// skip. Where both hold the same state before a token, they hold the same state after it, which is then computed
    /// once.
    pub(super) same_recurrence: Vec<usize>,
}

impl Layer {
    /// A layer of these heads.
    ///
    /// # Errors
    /// [`NetworkError`] where there is no head, a name occurs twice, or heads read streams of different widths.
    pub fn new(heads: Vec<Head>, feed_forward: Option<FeedForward>) -> Result<Self, NetworkError> {
        let names: Vec<String> = heads.iter().map(|head| head.name().to_owned()).collect();
        NetworkError::check_names("head", &names)?;
        let Some(first) = heads.first() else {
            return Err(NetworkError::new("expected at least one head, got none"));
        };
        let width = first.projections().n_inputs();
        let mut projections = Affine::zero(heads.iter().map(|head| head.projections().n_outputs()).sum(), width);
        let mut from = 0;
        for head in &heads {
            NetworkError::check(
                &format!("head {}: inputs of the projections", head.name()),
                width,
                head.projections().n_inputs(),
            )?;
            for (row, column, weight) in head.projections().weights() {
                projections.add_weight(from + row, column, weight);
            }
            for (row, bias) in head.projections().biases() {
                projections.add_bias(from + row, bias);
            }
            from += head.projections().n_outputs();
        }
        let same_recurrence = (0..heads.len())
            .map(|index| {
                let (earlier, head) = (&heads[..index], &heads[index]);
                earlier.iter().position(|other| other.has_recurrence_of(head)).unwrap_or(index)
            })
            .collect();
        Ok(Self { heads, feed_forward, projections, same_recurrence })
    }

    /// The heads.
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// The feed-forward sublayer.
    pub fn feed_forward(&self) -> Option<&FeedForward> {
        self.feed_forward.as_ref()
    }

    /// The projections of every head, in order, made from a stream.
    pub fn projections<A: Arithmetic>(&self, arithmetic: &A, stream: &[A::Value]) -> Vec<Vec<A::Value>> {
        let mut all = self.projections.apply(arithmetic, stream.iter().enumerate()).into_iter();
        self.heads.iter().map(|head| all.by_ref().take(head.projections().n_outputs()).collect()).collect()
    }

    pub(super) fn outputs(&self) -> impl Iterator<Item = &String> {
        let of_heads = self.heads.iter().flat_map(Head::outputs);
        of_heads.chain(self.feed_forward.iter().flat_map(FeedForward::outputs))
    }
}
