//! The snapshot that everybody reads: pages, what is wrong with them, what is attached to what. Pure.
//!
//! In: the corpus, the last snapshot and what changed since. Out: an immutable [`Site`] and the [`Changes`].
//! Must not: fail (a broken document is a page that says so), or change after it was built.
//!
//! It is split by namespace into shared shards: a build copies the shards that changed and shares the others.

mod alert;
mod attachment;
mod build;
mod directory;
mod fill;
mod language;
mod link;
mod links;
mod names;
mod page;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use alert::Answers;
pub use attachment::{Attachment, Describing, Outcome};
pub use fill::{Filled, FilledParameter, Situation};
pub use link::LinkTarget;
pub use page::Page;

use crate::api::{ConfigMapKeyRef, DocumentKind, GroupKind};
use crate::corpus::{Coverage, Document, DocumentId, KindInfo, KindState, TargetId, TargetMeta};
use crate::finding::{Finding, tidy};
use crate::settings::Settings;
use attachment::Interests;
use directory::Directory;
use page::Content;

/// Everything that is served, at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    settings: Arc<Settings>,
    shards: BTreeMap<Arc<str>, Arc<Shard>>,
    kinds: Arc<BTreeMap<GroupKind, KindInfo>>,
    coverage: Arc<Coverage>,
}

/// One namespace; the one without a name holds the cluster-scoped objects.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shard {
    pages: BTreeMap<(DocumentKind, Arc<str>), Arc<Page>>,
    targets: BTreeMap<(GroupKind, Arc<str>), Described>,
    directory: Arc<Directory>,
    interests: Arc<Interests>,
}

/// An object and the documents that describe it, in reading order.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// The object.
    pub meta: Arc<TargetMeta>,
    /// Those that name it before those that select it, those of its namespace before others.
    pub documents: Arc<[Describing]>,
}

/// What a build made different: what plans have to be made for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Documents whose page or observed status changed, or that are gone.
    pub documents: BTreeSet<DocumentId>,
    /// Objects whose documents or observed annotations changed, or that are gone.
    pub targets: BTreeSet<TargetId>,
}

impl Site {
    /// A site without anything in it.
    pub fn empty(settings: Arc<Settings>) -> Self {
        Self {
            settings,
            shards: BTreeMap::new(),
            kinds: Arc::default(),
            coverage: Arc::default(),
        }
    }

    /// The decisions of this installation.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The page of a document.
    pub fn page(&self, id: &DocumentId) -> Option<&Arc<Page>> {
        self.shards.get(&id.namespace)?.pages.get(&(id.kind, id.name.clone()))
    }

    /// The document with this name or alias.
    pub fn named(&self, kind: DocumentKind, namespace: &str, name: &str) -> Option<&DocumentId> {
        self.directory(namespace)?.named(kind, name)
    }

    /// The documents that a page names as related and may know of.
    pub fn related(&self, page: &Page) -> Vec<&DocumentId> {
        names::related(self, page)
    }

    /// The pages of a namespace, articles before runbooks, by name.
    pub fn pages_in(&self, namespace: &str) -> impl Iterator<Item = &Arc<Page>> {
        self.shards
            .get(namespace)
            .into_iter()
            .flat_map(|shard| shard.pages.values())
    }

    /// Every page.
    pub fn pages(&self) -> impl Iterator<Item = &Arc<Page>> {
        self.shards.values().flat_map(|shard| shard.pages.values())
    }

    /// The namespaces that have documents or described objects.
    pub fn namespaces(&self) -> impl Iterator<Item = &Arc<str>> {
        let told = |shard: &Shard| {
            !shard.pages.is_empty() || shard.targets.values().any(|target| !target.documents.is_empty())
        };
        self.shards
            .iter()
            .filter(move |(name, shard)| !name.is_empty() && told(shard))
            .map(|(name, _)| name)
    }

    /// An object that documents may describe.
    pub fn target(&self, id: &TargetId) -> Option<&Described> {
        self.shards
            .get(&id.namespace)?
            .targets
            .get(&(id.kind.clone(), id.name.clone()))
    }

    /// The documents that describe an object, in reading order.
    pub fn described(&self, id: &TargetId) -> &[Describing] {
        self.target(id).map_or(&[], |target| &target.documents)
    }

    /// The objects of a namespace; the empty name gives the cluster-scoped ones.
    pub fn targets_in(&self, namespace: &str) -> impl Iterator<Item = &Described> {
        self.shards
            .get(namespace)
            .into_iter()
            .flat_map(|shard| shard.targets.values())
    }

    /// Every object.
    pub fn targets(&self) -> impl Iterator<Item = &Described> {
        self.shards.values().flat_map(|shard| shard.targets.values())
    }

    /// What is known about the kinds that documents may describe.
    pub fn kinds(&self) -> &BTreeMap<GroupKind, KindInfo> {
        &self.kinds
    }

    /// Whether an object or its namespace asked for no annotations.
    pub fn is_opted_out(&self, id: &TargetId) -> bool {
        let namespace = TargetId::new(GroupKind::namespace(), "", id.namespace.clone());
        let opted = |id: &TargetId| self.target(id).is_some_and(|target| target.meta.opted_out);
        opted(id) || opted(&namespace)
    }

    /// Whether annotations are to be written to an object.
    pub fn writes_to(&self, seen: &TargetMeta) -> bool {
        self.settings.attach && !seen.opted_out && !self.is_opted_out(&seen.id)
    }

    /// The address of a document's page; `None` while the address of the site is not known.
    pub fn url(&self, id: &DocumentId) -> Option<String> {
        let site = &self.settings.site_url;
        let path = || format!("{site}/namespaces/{}/{}/{}", id.namespace, id.kind.segment(), id.name);
        (!site.is_empty()).then(path)
    }

    /// The objects of a kind in a namespace, by name; an empty namespace for cluster-scoped kinds.
    pub(crate) fn objects(&self, kind: &GroupKind, namespace: &str) -> impl Iterator<Item = &Arc<TargetMeta>> {
        let first = (kind.clone(), Arc::from(""));
        let shard = self.shards.get(namespace).into_iter();
        let from = shard.flat_map(move |shard| shard.targets.range(first.clone()..));
        let kind = kind.clone();
        from.take_while(move |((have, _), _)| *have == kind)
            .map(|(_, target)| &target.meta)
    }

    /// The object of a kind with this name.
    pub(crate) fn object(&self, kind: &GroupKind, namespace: &str, name: &str) -> Option<&Arc<TargetMeta>> {
        let targets = &self.shards.get(namespace)?.targets;
        targets.get(&(kind.clone(), Arc::from(name))).map(|target| &target.meta)
    }

    /// Whether it can be told that an object of this kind and namespace does not exist; for cluster-scoped kinds of an
    /// empty namespace, and a Namespace object by its name.
    pub(crate) fn knows_absence(&self, kind: &GroupKind, namespace: &str, name: Option<&str>) -> bool {
        let listed = self.kinds.get(kind).is_some_and(|info| info.state == KindState::Listed);
        listed
            && match &*self.coverage {
                Coverage::Cluster => true,
                // Of the cluster-scoped kinds only the Namespace objects of these namespaces are looked at.
                Coverage::Namespaces(namespaces) if namespace.is_empty() => {
                    name.is_some_and(|name| namespaces.contains(name))
                }
                Coverage::Namespaces(namespaces) => namespaces.contains(namespace),
                Coverage::Given => self.objects(kind, namespace).next().is_some(),
            }
    }

    /// What would be found about a document if it were stored now: what it shows by itself, then what others show.
    pub fn judge(&self, document: &Arc<Document>) -> Vec<Finding> {
        let old = self.page(&document.id);
        // Content of a ConfigMap is judged when it is read; here it is as it was, or not known.
        let content = |from: &ConfigMapKeyRef| {
            let same = |page: &&Arc<Page>| {
                let before = page.document.spec.content_from.as_ref();
                before.is_some_and(|before| before.config_map_key_ref == *from)
            };
            old.filter(same)
                .and_then(|page| page.content())
                .unwrap_or(Content::Unknown)
        };
        let page = Page::read(document, None, &content, self);
        let (targets, mut outward) = links::links(self, &page);
        let mut findings: Vec<Finding> = page.findings().into_iter().cloned().collect();
        findings.extend(links::faults(&page, &targets));
        findings.extend(names::missing(self, &page, &mut outward));
        findings.extend(names::wanted(self, &page.document));
        findings.extend(attachment::faults(document, &attachment::attach(document, self)));
        tidy(&mut findings);
        findings
    }

    /// Whether it can be told that a document of this kind and namespace does not exist.
    pub(crate) fn knows_documents(&self, kind: DocumentKind, namespace: &str) -> bool {
        *self.coverage != Coverage::Given || self.pages_in(namespace).any(|page| page.document.id.kind == kind)
    }

    pub(crate) fn directory(&self, namespace: &str) -> Option<&Directory> {
        self.shards.get(namespace).map(|shard| &*shard.directory)
    }
}
