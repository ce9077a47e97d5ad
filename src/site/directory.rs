//! Under which names, paths and addresses the documents of a namespace are found.
//!
//! In: the documents of one namespace. Out: [`Directory`], and who wanted a name that was taken.
//! Must not: look into the Markdown, or at other namespaces.

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::jiff::Timestamp;

use crate::api::DocumentKind;
use crate::corpus::{Document, DocumentId};

/// The names of a namespace's documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    names: BTreeMap<(DocumentKind, Arc<str>), Holder>,
    paths: BTreeMap<(Arc<str>, Arc<str>), DocumentId>,
    published: BTreeMap<Arc<str>, DocumentId>,
    /// The documents that list an alert, by its name in lower case.
    alerts: BTreeMap<String, Vec<DocumentId>>,
    taken: Vec<Taken>,
    /// The names each document has, with the alias that gives it.
    held: BTreeMap<DocumentId, Vec<Held>>,
}

/// A name, and which of a document's aliases gives it.
pub(super) type Held = (Arc<str>, Option<usize>);

/// A document that wanted a name which an older one has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    /// The newcomer.
    pub(super) document: DocumentId,
    /// The name it wanted.
    pub(super) name: Arc<str>,
    /// Which of its aliases that is; `None` for its own name.
    pub(super) alias: Option<usize>,
    /// Who has it.
    pub(super) holder: DocumentId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Holder {
    document: DocumentId,
    since: Age,
    alias: Option<usize>,
}

/// Older is smaller; documents without a time of creation come last, in the order of their identity.
type Age = (bool, Option<Timestamp>, DocumentId);

/// What a document is found under: when this changes, links to it may lead elsewhere.
pub(super) fn identity(document: &Document) -> impl PartialEq + '_ {
    let source = document.spec.source.as_ref();
    (
        &document.spec.aliases,
        &document.alerts,
        source.map(|source| (&source.repository, &source.path, &source.published_url)),
        document.created,
    )
}

impl Directory {
    /// The directory of one namespace's documents.
    pub(super) fn of<'a>(documents: impl Iterator<Item = &'a Document>) -> Self {
        let mut directory = Self::default();
        for document in documents {
            directory.claim(document, &document.id.name, None);
            for (index, alias) in document.spec.aliases.iter().enumerate() {
                // A document that repeats its own name as an alias takes it from nobody.
                if *alias.name != *document.id.name {
                    directory.claim(document, &alias.name, Some(index));
                }
            }
            for alert in &document.alerts {
                let listing = directory.alerts.entry(alert.name.to_ascii_lowercase()).or_default();
                if listing.last() != Some(&document.id) {
                    listing.push(document.id.clone());
                }
            }
            let Some(source) = &document.spec.source else { continue };
            if let Some(path) = &source.path {
                let key = (repository(source.repository.as_deref()), Arc::from(normal(path)));
                directory.paths.entry(key).or_insert_with(|| document.id.clone());
            }
            if let Some(url) = &source.published_url {
                directory
                    .published
                    .entry(published(url).into())
                    .or_insert_with(|| document.id.clone());
            }
        }
        for ((_, name), holder) in &directory.names {
            let held = directory.held.entry(holder.document.clone()).or_default();
            held.push((name.clone(), holder.alias));
        }
        directory
            .taken
            .sort_by(|a, b| (&a.document, a.alias).cmp(&(&b.document, b.alias)));
        directory
    }

    /// The document with this name or alias.
    pub fn named(&self, kind: DocumentKind, name: &str) -> Option<&DocumentId> {
        self.names.get(&(kind, Arc::from(name))).map(|holder| &holder.document)
    }

    /// The documents that list an alert, whatever the case.
    pub(super) fn alert(&self, name: &str) -> &[DocumentId] {
        self.alerts.get(&name.to_ascii_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// The document of either kind with this name or alias, whatever the case; runbooks first.
    pub(super) fn stem(&self, stem: &str) -> Option<&DocumentId> {
        let stem = stem.to_lowercase();
        self.named(DocumentKind::Runbook, &stem)
            .or_else(|| self.named(DocumentKind::KnowledgeArticle, &stem))
    }

    /// The document that is kept at this path of a repository.
    pub(super) fn path(&self, repo: Option<&str>, path: &str) -> Option<&DocumentId> {
        self.paths.get(&(repository(repo), Arc::from(path)))
    }

    /// The document that is published at this address elsewhere; `url` without fragment.
    pub(super) fn published_at(&self, url: &str) -> Option<&DocumentId> {
        if self.published.is_empty() {
            None
        } else {
            self.published.get(published(url))
        }
    }

    /// The names that a document wanted and an older one has.
    pub(super) fn taken(&self, document: &DocumentId) -> &[Taken] {
        let from = self.taken.partition_point(|taken| taken.document < *document);
        let to = self.taken.partition_point(|taken| taken.document <= *document);
        self.taken.get(from..to).unwrap_or_default()
    }

    /// The names that lead to a document, with the alias that gives each.
    pub(super) fn held(&self, document: &DocumentId) -> &[Held] {
        self.held.get(document).map_or(&[], Vec::as_slice)
    }

    fn claim(&mut self, document: &Document, name: &str, alias: Option<usize>) {
        let since = (document.created.is_none(), document.created, document.id.clone());
        let mine = Holder {
            document: document.id.clone(),
            since,
            alias,
        };
        let key = (document.id.kind, Arc::from(name));
        let Some(other) = self.names.get_mut(&key) else {
            self.names.insert(key, mine);
            return;
        };
        if other.document == mine.document {
            return;
        }
        let (mut older, mut newer) = (other.clone(), mine);
        if newer.since < older.since {
            std::mem::swap(&mut older, &mut newer);
        }
        self.taken.push(Taken {
            document: newer.document.clone(),
            name: key.1.clone(),
            alias: newer.alias,
            holder: older.document.clone(),
        });
        // A resource name cannot be given away: the page at that address is the document of that name. The warning goes
        // to the newcomer all the same.
        *other = if newer.alias.is_none() { newer } else { older };
    }
}

fn repository(repository: Option<&str>) -> Arc<str> {
    repository
        .unwrap_or_default()
        .trim_end_matches('/')
        .trim_end_matches(".git")
        .into()
}

/// The path without `./` and doubled slashes.
fn normal(path: &str) -> String {
    let parts: Vec<&str> = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    parts.join("/")
}

/// Two spellings of one address: with and without a slash at the end.
fn published(url: &str) -> &str {
    url.trim_end_matches('/')
}
