//! Which model a network is, by name.

use super::family::HeadFamily;
use super::family::LinearFamily;
use std::fmt;

/// The model of a network together with the family of its transitions. A claim is about one kind, and a file says which
/// one it holds: to compare the two is to compare two of these.
///
/// ```
/// use rnn::{LinearFamily, NetworkKind};
/// let kind = NetworkKind::Linear(LinearFamily::PermutationDiagonal);
/// assert_eq!(kind.name(), "permutation-diagonal");
/// assert_eq!(kind.to_string(), "one-layer permutation-diagonal linear RNN");
/// assert_eq!(NetworkKind::named("permutation-diagonal"), Some(kind));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkKind {
    /// A one-layer ReLU RNN.
    Relu,
    /// A one-layer linear RNN whose transitions are all of this family.
    Linear(LinearFamily),
    /// Layers of heads, all of this family.
    Layered(HeadFamily),
}

impl NetworkKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Relu,
        Self::Linear(LinearFamily::Diagonal),
        Self::Linear(LinearFamily::PermutationDiagonal),
        Self::Linear(LinearFamily::OneHotDiagonal),
        Self::Layered(HeadFamily::DeltaNet),
        Self::Layered(HeadFamily::Rwkv7),
    ];

    /// The name in the field `kind` of a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Relu => "relu",
            Self::Linear(family) => family.name(),
            Self::Layered(family) => family.name(),
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The name in a sentence: `one-layer ReLU RNN`.
impl fmt::Display for NetworkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Relu => "one-layer ReLU RNN",
            Self::Linear(LinearFamily::Diagonal) => "one-layer diagonal linear RNN",
            Self::Linear(LinearFamily::PermutationDiagonal) => "one-layer permutation-diagonal linear RNN",
            Self::Linear(LinearFamily::OneHotDiagonal) => "one-layer one-hot-diagonal linear RNN",
            Self::Layered(HeadFamily::DeltaNet) => "layers of DeltaNet heads",
            Self::Layered(HeadFamily::Rwkv7) => "layers of RWKV-7 heads",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_is_a_kind_and_every_kind_has_names_of_its_own() {
        for family in LinearFamily::ALL {
            assert_eq!(NetworkKind::named(family.name()), Some(NetworkKind::Linear(family)));
        }
        for family in HeadFamily::ALL {
            assert_eq!(NetworkKind::named(family.name()), Some(NetworkKind::Layered(family)));
        }
        assert_eq!(NetworkKind::ALL.len(), 1 + LinearFamily::ALL.len() + HeadFamily::ALL.len());
        for kind in NetworkKind::ALL {
            let others = NetworkKind::ALL.into_iter().filter(|other| *other != kind);
            for other in others {
                assert_ne!(other.name(), kind.name());
                assert_ne!(other.to_string(), kind.to_string());
            }
        }
        assert_eq!(NetworkKind::named("linear"), None);
    }
}
