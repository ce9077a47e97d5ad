//! What is published together: the site, and the search over it.
//!
//! In: a site and which of its documents changed. Out: [`Snapshot`]. Must not: be read before both halves are of the same
//! moment.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::api::DocumentKind;
use crate::corpus::DocumentId;
use crate::render;
use crate::search::{Entry, Index, SearchError, Searcher};
use crate::site::{Page, Site};

/// Everything that readers see, at one moment.
#[derive(Clone)]
pub struct Snapshot {
    /// The pages.
    pub site: Arc<Site>,
    /// The search over them.
    pub searcher: Searcher,
}

impl Deref for Snapshot {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("documents", &self.searcher.len())
            .finish_non_exhaustive()
    }
}

/// Keeps the search in step with the site.
#[derive(Default)]
pub struct Publisher {
    index: Index,
}

impl Publisher {
    /// The snapshot of `site`, in which only these documents changed since the last one, or are gone.
    pub fn publish(&mut self, site: Arc<Site>, changed: &BTreeSet<DocumentId>) -> Snapshot {
        match self.apply(&site, changed) {
            Ok(searcher) => Snapshot { site, searcher },
            // An index in memory can only be broken by a fault of ours. A new one is whole, and should it be broken too,
            // the pages are served without what it does not find.
            Err(_) => {
                self.index = Index::new();
                let searcher = self
                    .apply(&site, &documents(&site))
                    .unwrap_or_else(|_| self.index.searcher());
                Snapshot { site, searcher }
            }
        }
    }

    /// The snapshot of a site of which nothing was published before.
    pub fn first(&mut self, site: Arc<Site>) -> Snapshot {
        self.index = Index::new();
        let all = documents(&site);
        self.publish(site, &all)
    }

    fn apply(&mut self, site: &Site, changed: &BTreeSet<DocumentId>) -> Result<Searcher, SearchError> {
        let entries = changed.iter().filter_map(|id| site.page(id)).map(|page| entry(page));
        let gone = changed.iter().filter(|id| site.page(id).is_none()).map(key);
        self.index.apply(entries, gone)
    }
}

fn documents(site: &Site) -> BTreeSet<DocumentId> {
    site.pages().map(|page| page.document.id.clone()).collect()
}

/// What the search knows a document by.
fn key(id: &DocumentId) -> String {
    format!("{}/{}/{}", id.namespace, id.kind.segment(), id.name)
}

/// The document that the search knows by `key`.
pub fn document_of(key: &str) -> Option<DocumentId> {
    let (namespace, rest) = key.split_once('/')?;
    let (kind, name) = rest.split_once('/')?;
    Some(DocumentId::new(DocumentKind::from_segment(kind)?, namespace, name))
}

/// What the search reads of a page: what is shown, and nothing else.
fn entry(page: &Page) -> Entry {
    let document = &page.document;
    let spec = &document.spec;
    let markdown = page.markdown().unwrap_or_default();
    let commands = render::procedure(markdown, &page.facts, None).commands;
    let owned = |text: &Option<String>| text.clone().unwrap_or_default();
    Entry {
        id: key(&document.id),
        title: page.title.to_string(),
        summary: page.summary.to_string(),
        headings: page.facts.headings.iter().map(|heading| heading.text.clone()).collect(),
        alerts: document.alerts.iter().map(|alert| alert.name.clone()).collect(),
        commands: commands
            .iter()
            .map(|command| command.text.as_str())
            .collect::<Vec<_>>()
            .join("\n"),
        body: render::words(markdown, page.facts.format),
        owner: spec.owner.as_ref().map(|owner| owned(&owner.team)).unwrap_or_default(),
        tags: spec.tags.clone(),
        namespace: document.id.namespace.to_string(),
        kind: document.id.kind.as_str().to_owned(),
        name: document.id.name.to_string(),
        component: owned(&spec.component),
        audience: spec
            .audience
            .iter()
            .map(|audience| audience.as_str().to_owned())
            .collect(),
        language: page.language.to_string(),
    }
}
