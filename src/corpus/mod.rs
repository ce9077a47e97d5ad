//! What exists: documents, the objects they may describe and the ConfigMaps that hold content. Pure.
//!
//! In: observed objects, one at a time or as a whole list. Out: [`Corpus`] and, for each change, the [`Delta`] of what
//! is different now. Must not: judge what it holds (`check`), or know where objects come from.

mod content;
mod delta;
mod document;
mod id;
mod target;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use content::{ContentMap, Picture, Pictures};
pub use delta::Delta;
pub use document::Document;
pub use id::{DocumentId, TargetId};
pub use target::{Labels, OwnerRef, TargetMeta};

use crate::api::{DocumentKind, GroupKind};

/// An observed object.
#[derive(Clone, Debug)]
pub enum Object {
    /// A document.
    Document(Box<Document>),
    /// An object that documents may describe.
    Target(TargetMeta),
    /// A labelled ConfigMap.
    Content(ContentMap),
}

/// What identifies an observed object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectId {
    /// A document.
    Document(DocumentId),
    /// An object that documents may describe.
    Target(TargetId),
    /// A labelled ConfigMap, by namespace and name.
    Content(Arc<str>, Arc<str>),
}

/// What one watch or one folder lists as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    /// All documents of a kind.
    Documents(DocumentKind),
    /// All objects of a target kind.
    Targets(GroupKind),
    /// All labelled ConfigMaps.
    Contents,
}

/// What is known about a kind that documents may describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindState {
    /// Configured and not looked at yet.
    Pending,
    /// Listed: what is not there does not exist.
    Listed,
    /// The cluster does not serve it.
    NotServed,
    /// The operator may not list or watch it.
    NotPermitted,
    /// Its objects live in no namespace, and the operator is bound to some.
    OutOfReach,
    /// The API server serves it and cannot list it, for now.
    Unavailable,
}

impl KindState {
    /// Whether nothing of the kind can be seen, and that will stay so until the cluster changes.
    pub fn is_gone(self) -> bool {
        matches!(self, Self::NotServed | Self::NotPermitted | Self::OutOfReach)
    }
}

/// How much was looked at, and so where something can be known to be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Coverage {
    /// A whole cluster: what was not listed does not exist.
    #[default]
    Cluster,
    /// These namespaces of a cluster.
    Namespaces(BTreeSet<Arc<str>>),
    /// Input given by hand: absence can be claimed only beside objects of the same kind and namespace.
    Given,
}

impl Coverage {
    /// These namespaces, or the whole cluster where none are named.
    pub fn of(namespaces: &[String]) -> Self {
        if namespaces.is_empty() {
            Self::Cluster
        } else {
            Self::Namespaces(namespaces.iter().map(|name| name.as_str().into()).collect())
        }
    }

    /// Whether the objects of a namespace were looked at.
    pub fn includes(&self, namespace: &str) -> bool {
        match self {
            Self::Cluster | Self::Given => true,
            Self::Namespaces(namespaces) => namespaces.contains(namespace),
        }
    }
}

/// A kind that documents may describe, as this cluster has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindInfo {
    /// Resource name, as in rights and API paths.
    pub plural: Arc<str>,
    /// Whether its objects live in a namespace.
    pub namespaced: bool,
    /// What is known about it.
    pub state: KindState,
}

type Named<T> = BTreeMap<Arc<str>, T>;

/// Everything observed so far.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    documents: BTreeMap<DocumentId, Arc<Document>>,
    targets: BTreeMap<GroupKind, Named<Named<Arc<TargetMeta>>>>,
    contents: BTreeMap<(Arc<str>, Arc<str>), Arc<ContentMap>>,
    kinds: BTreeMap<GroupKind, KindInfo>,
    coverage: Arc<Coverage>,
    /// The labelled ConfigMaps could not be listed.
    contents_unknown: bool,
    /// Namespaces with a ConfigMap, labelled or not; only kept for input given by hand.
    config_maps: BTreeSet<Arc<str>>,
}

impl Corpus {
    /// A corpus that knows the given kinds and nothing else.
    pub fn new(kinds: impl IntoIterator<Item = (GroupKind, KindInfo)>, coverage: Coverage) -> Self {
        Self {
            kinds: kinds.into_iter().collect(),
            coverage: Arc::new(coverage),
            ..Self::default()
        }
    }

    /// How much of a cluster it holds.
    pub fn coverage(&self) -> &Arc<Coverage> {
        &self.coverage
    }

    /// Takes note that a namespace has ConfigMaps, whatever is in them.
    pub fn note_config_map(&mut self, namespace: impl Into<Arc<str>>) {
        self.config_maps.insert(namespace.into());
    }

    /// Takes in an object as it is now.
    pub fn apply(&mut self, object: Object) -> Delta {
        let mut delta = Delta::default();
        match object {
            Object::Document(document) => {
                if self.documents.get(&document.id).map(|old| &**old) != Some(&*document) {
                    delta.documents.insert(document.id.clone());
                    self.documents.insert(document.id.clone(), Arc::from(document));
                }
            }
            Object::Target(target) => {
                let named = self.targets.entry(target.id.kind.clone()).or_default();
                let named = named.entry(target.id.namespace.clone()).or_default();
                if named.get(&target.id.name).map(|old| &**old) != Some(&target) {
                    delta.targets.insert(target.id.clone());
                    named.insert(target.id.name.clone(), Arc::new(target));
                }
            }
            Object::Content(content) => {
                let id = (content.namespace.clone(), content.name.clone());
                if self.contents.get(&id).map(|old| &**old) != Some(&content) {
                    delta.contents.insert(id.clone());
                    self.contents.insert(id, Arc::new(content));
                }
            }
        }
        delta
    }

    /// Forgets an object.
    pub fn delete(&mut self, id: &ObjectId) -> Delta {
        let mut delta = Delta::default();
        match id {
            ObjectId::Document(id) => {
                if self.documents.remove(id).is_some() {
                    delta.documents.insert(id.clone());
                }
            }
            ObjectId::Target(id) => {
                let namespaces = self.targets.get_mut(&id.kind);
                let named = namespaces.and_then(|namespaces| namespaces.get_mut(&id.namespace));
                if named.is_some_and(|named| named.remove(&id.name).is_some()) {
                    delta.targets.insert(id.clone());
                }
            }
            ObjectId::Content(namespace, name) => {
                let id = (namespace.clone(), name.clone());
                if self.contents.remove(&id).is_some() {
                    delta.contents.insert(id);
                }
            }
        }
        delta
    }

    /// Replaces all that a listing covers: what is not in `all` is gone. `namespace` narrows it to one namespace.
    pub fn reset(&mut self, listing: &Listing, namespace: Option<&str>, all: Vec<Object>) -> Delta {
        let mut gone: BTreeSet<ObjectId> = self.covered(listing, namespace);
        let mut delta = Delta::default();
        for object in all {
            gone.remove(&object.id());
            delta.merge(self.apply(object));
        }
        for id in gone {
            delta.merge(self.delete(&id));
        }
        delta
    }

    /// Says what is known about a kind. A kind that is no longer there to list loses its objects.
    pub fn set_kind(&mut self, kind: &GroupKind, info: KindInfo) -> Delta {
        let mut delta = Delta::default();
        if info.state.is_gone() {
            delta.merge(self.reset(&Listing::Targets(kind.clone()), None, Vec::new()));
        }
        if self.kinds.get(kind) != Some(&info) {
            self.kinds.insert(kind.clone(), info);
            delta.kinds.insert(kind.clone());
        }
        delta
    }

    /// Says whether the labelled ConfigMaps could be listed.
    pub fn set_contents_known(&mut self, known: bool) -> Delta {
        let mut delta = Delta::default();
        if self.contents_unknown == known {
            self.contents_unknown = !known;
            let from = |document: &&Arc<Document>| document.spec.content_from.is_some();
            delta.documents = self
                .documents
                .values()
                .filter(from)
                .map(|document| document.id.clone())
                .collect();
        }
        delta
    }

    /// A change that touches everything: what a first build works from.
    pub fn everything(&self) -> Delta {
        Delta {
            documents: self.documents.keys().cloned().collect(),
            targets: self.all_targets().map(|target| target.id.clone()).collect(),
            contents: self.contents.keys().cloned().collect(),
            kinds: self.kinds.keys().cloned().collect(),
        }
    }

    /// A document.
    pub fn document(&self, id: &DocumentId) -> Option<&Arc<Document>> {
        self.documents.get(id)
    }

    /// All documents in the order of their identity.
    pub fn documents(&self) -> impl Iterator<Item = &Arc<Document>> {
        self.documents.values()
    }

    /// An object that documents may describe.
    pub fn target(&self, id: &TargetId) -> Option<&Arc<TargetMeta>> {
        self.targets.get(&id.kind)?.get(&id.namespace)?.get(&id.name)
    }

    /// The objects of a kind in a namespace, by name; an empty namespace for cluster-scoped kinds.
    pub fn targets<'a>(
        &'a self,
        kind: &GroupKind,
        namespace: &str,
    ) -> impl Iterator<Item = &'a Arc<TargetMeta>> + use<'a> {
        self.targets
            .get(kind)
            .and_then(|namespaces| namespaces.get(namespace))
            .into_iter()
            .flat_map(BTreeMap::values)
    }

    /// The object of a kind with this name.
    pub fn target_named(&self, kind: &GroupKind, namespace: &str, name: &str) -> Option<&Arc<TargetMeta>> {
        self.targets.get(kind)?.get(namespace)?.get(name)
    }

    /// Every object that documents may describe.
    pub fn all_targets(&self) -> impl Iterator<Item = &Arc<TargetMeta>> {
        self.targets
            .values()
            .flat_map(BTreeMap::values)
            .flat_map(BTreeMap::values)
    }

    /// The Namespace objects, by name.
    pub fn namespaces(&self) -> impl Iterator<Item = &Arc<TargetMeta>> {
        self.targets(&GroupKind::namespace(), "")
    }

    /// A labelled ConfigMap.
    pub fn content(&self, namespace: &str, name: &str) -> Option<&Arc<ContentMap>> {
        self.contents.get(&(namespace.into(), name.into()))
    }

    /// What is known about a kind; `None` when it is not configured.
    pub fn kind(&self, kind: &GroupKind) -> Option<&KindInfo> {
        self.kinds.get(kind)
    }

    /// The configured kinds.
    pub fn kinds(&self) -> impl Iterator<Item = (&GroupKind, &KindInfo)> {
        self.kinds.iter()
    }

    /// Whether it can be told that a ConfigMap is missing or not labelled.
    pub fn knows_content(&self, namespace: &str) -> bool {
        match *self.coverage {
            Coverage::Given => self.config_maps.contains(namespace),
            Coverage::Cluster | Coverage::Namespaces(_) => !self.contents_unknown,
        }
    }

    fn covered(&self, listing: &Listing, namespace: Option<&str>) -> BTreeSet<ObjectId> {
        let here = |have: &str| namespace.is_none_or(|wanted| wanted == have);
        match listing {
            Listing::Documents(kind) => self
                .documents
                .keys()
                .filter(|id| id.kind == *kind && here(&id.namespace))
                .map(|id| ObjectId::Document(id.clone()))
                .collect(),
            Listing::Targets(kind) => {
                // The Namespace objects of a watch that is narrowed to one namespace are that one object.
                let only = |meta: &TargetMeta| {
                    here(if meta.id.namespace.is_empty() {
                        &meta.id.name
                    } else {
                        &meta.id.namespace
                    })
                };
                let all = self
                    .targets
                    .get(kind)
                    .into_iter()
                    .flat_map(BTreeMap::values)
                    .flat_map(BTreeMap::values);
                all.filter(|meta| only(meta))
                    .map(|meta| ObjectId::Target(meta.id.clone()))
                    .collect()
            }
            Listing::Contents => self
                .contents
                .keys()
                .filter(|(have, _)| here(have))
                .map(|(namespace, name)| ObjectId::Content(namespace.clone(), name.clone()))
                .collect(),
        }
    }
}

impl Object {
    /// What identifies it.
    pub fn id(&self) -> ObjectId {
        match self {
            Self::Document(document) => ObjectId::Document(document.id.clone()),
            Self::Target(target) => ObjectId::Target(target.id.clone()),
            Self::Content(content) => ObjectId::Content(content.namespace.clone(), content.name.clone()),
        }
    }
}
