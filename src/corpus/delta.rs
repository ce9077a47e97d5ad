//! What is different after a change of the corpus.
//!
//! In: changes. Out: [`Delta`], which adds up. Must not: hold the objects themselves; the corpus has them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::id::{DocumentId, TargetId};
use crate::api::GroupKind;

/// The identities of what was added, changed or removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// Documents.
    pub documents: BTreeSet<DocumentId>,
    /// Objects that documents may describe.
    pub targets: BTreeSet<TargetId>,
    /// Labelled ConfigMaps, by namespace and name.
    pub contents: BTreeSet<(Arc<str>, Arc<str>)>,
    /// Kinds of which something else is known now.
    pub kinds: BTreeSet<GroupKind>,
}

impl Delta {
    /// True when nothing is different.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.targets.is_empty() && self.contents.is_empty() && self.kinds.is_empty()
    }

    /// Adds another change to this one.
    pub fn merge(&mut self, other: Self) {
        self.documents.extend(other.documents);
        self.targets.extend(other.targets);
        self.contents.extend(other.contents);
        self.kinds.extend(other.kinds);
    }
}
