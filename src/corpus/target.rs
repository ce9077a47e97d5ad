//! The compact form of an object that documents may describe: what selectors, pages and annotation writes need.
//!
//! In: the metadata of an object, as JSON or as Kubernetes types. Out: [`TargetMeta`].
//! Must not: keep anything else of it. A realistic Deployment is 20 KB of metadata and hundreds of bytes here.

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::id::TargetId;
use crate::api::{GroupKind, names};

/// Sorted label pairs in one allocation each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(Box<[(Box<str>, Box<str>)]>);

impl Labels {
    /// The value of a label.
    pub fn get(&self, key: &str) -> Option<&str> {
        let at = self.0.binary_search_by(|(have, _)| (**have).cmp(key)).ok()?;
        self.0.get(at).map(|(_, value)| &**value)
    }

    /// The labels in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }
}

impl From<BTreeMap<String, String>> for Labels {
    fn from(labels: BTreeMap<String, String>) -> Self {
        Self(
            labels
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }
}

/// An owner of an object, as its owner references say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerRef {
    /// Kind of the owner.
    pub kind: GroupKind,
    /// Its name; it lives in the namespace of what it owns.
    pub name: Arc<str>,
}

/// What is known of an object that documents may describe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetMeta {
    /// Which object.
    pub id: TargetId,
    /// Its incarnation: an annotation write names it, so that a vanished object is a conflict and never a creation.
    pub uid: Arc<str>,
    /// The version in which it was seen.
    pub resource_version: Arc<str>,
    /// Its labels.
    pub labels: Labels,
    /// Its annotation `knowledge.scs.community/runbooks`, as it stands.
    pub runbooks: Option<Arc<str>>,
    /// Its annotation `knowledge.scs.community/articles`, as it stands.
    pub articles: Option<Arc<str>>,
    /// It carries `knowledge.scs.community/attach: "false"`.
    pub opted_out: bool,
    /// The URL in its `a8r.io/runbook` annotation, unchecked.
    pub a8r_runbook: Option<Arc<str>>,
    /// Its owners.
    pub owners: Box<[OwnerRef]>,
    /// It is being deleted: nothing is written to it any more.
    pub deleting: bool,
}

impl TargetMeta {
    /// Prunes the metadata of an object of `kind`. `None` when it has no name.
    pub fn prune(kind: &GroupKind, meta: ObjectMeta) -> Option<Self> {
        let annotation = |key: &str| {
            meta.annotations
                .as_ref()
                .and_then(|all| all.get(key))
                .map(std::string::String::as_str)
        };
        let owners = meta.owner_references.as_deref().unwrap_or_default().iter();
        Some(Self {
            runbooks: annotation(names::RUNBOOKS_ANNOTATION).map(Into::into),
            articles: annotation(names::ARTICLES_ANNOTATION).map(Into::into),
            opted_out: annotation(names::ATTACH_ANNOTATION) == Some("false"),
            a8r_runbook: annotation(names::A8R_RUNBOOK_ANNOTATION).map(Into::into),
            owners: owners
                .map(|owner| OwnerRef {
                    kind: GroupKind::new(
                        owner.api_version.split_once('/').map_or("", |(group, _)| group),
                        &*owner.kind,
                    ),
                    name: owner.name.as_str().into(),
                })
                .collect(),
            deleting: meta.deletion_timestamp.is_some(),
            id: TargetId::new(kind.clone(), meta.namespace.unwrap_or_default(), meta.name?),
            uid: meta.uid.unwrap_or_default().into(),
            resource_version: meta.resource_version.unwrap_or_default().into(),
            labels: meta.labels.unwrap_or_default().into(),
        })
    }

    /// True when it carries an annotation of ours.
    pub fn is_annotated(&self) -> bool {
        self.runbooks.is_some() || self.articles.is_some()
    }
}
