//! Identities: what makes two observations the same object. Never a version.
//!
//! In: nothing. Out: [`DocumentId`], [`TargetId`]. Must not: hold anything that an edit can change.

use std::fmt;
use std::sync::Arc;

use crate::api::{DocumentKind, GroupKind};

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId {
    /// Namespace.
    pub namespace: Arc<str>,
    /// Kind.
    pub kind: DocumentKind,
    /// Name.
    pub name: Arc<str>,
}

impl DocumentId {
    /// The document `kind` `namespace/name`.
    pub fn new(kind: DocumentKind, namespace: impl Into<Arc<str>>, name: impl Into<Arc<str>>) -> Self {
        Self {
            namespace: namespace.into(),
            kind,
            name: name.into(),
        }
    }

    /// `name` for a reader in the same namespace, `namespace/name` for one elsewhere.
    pub fn seen_from(&self, namespace: &str) -> String {
        if *self.namespace == *namespace {
            self.name.to_string()
        } else {
            format!("{}/{}", self.namespace, self.name)
        }
    }
}

impl fmt::Display for DocumentId {
    /// `Runbook payments/payments-api-down`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.kind.as_str(), self.namespace, self.name)
    }
}

/// An object that documents may describe.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetId {
    /// Kind, without version.
    pub kind: GroupKind,
    /// Namespace; empty for a cluster-scoped object.
    pub namespace: Arc<str>,
    /// Name.
    pub name: Arc<str>,
}

impl TargetId {
    /// The object of `kind` `namespace/name`; an empty namespace for a cluster-scoped one.
    pub fn new(kind: GroupKind, namespace: impl Into<Arc<str>>, name: impl Into<Arc<str>>) -> Self {
        Self {
            kind,
            namespace: namespace.into(),
            name: name.into(),
        }
    }
}

impl fmt::Display for TargetId {
    /// `Deployment.apps/payments/payments-api`, or `Node/worker-0` for a cluster-scoped object.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            write!(f, "{}/{}", self.kind, self.name)
        } else {
            write!(f, "{}/{}/{}", self.kind, self.namespace, self.name)
        }
    }
}
