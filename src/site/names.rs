//! Names that documents ask for: related documents, and names that an older document has.
//!
//! In: the directories of all namespaces. Out: warnings, on the document that asks.
//! Must not: mark the document that was there first.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Site;
use super::links::within_reach;
use super::page::Page;
use crate::check::{name_taken, related_not_found};
use crate::corpus::{Document, DocumentId};
use crate::finding::Finding;

/// The documents in `related`: those that are there and that this document may know of.
pub(super) fn related<'a>(site: &'a Site, page: &Page) -> Vec<&'a DocumentId> {
    let own = &page.document.id.namespace;
    let entries = page.document.spec.related.iter().map(|related| {
        let namespace = related.namespace.as_deref().unwrap_or(own);
        within_reach(site, own, namespace).then(|| site.named(related.kind, namespace, &related.name))
    });
    entries.flatten().flatten().collect()
}

/// The entries of `related` that are not there. Of a namespace beyond reach nothing is said.
pub(super) fn missing(site: &Site, page: &Page, outward: &mut BTreeSet<Arc<str>>) -> Vec<Finding> {
    let own = &page.document.id.namespace;
    let mut findings = Vec::new();
    for (index, related) in page.document.spec.related.iter().enumerate() {
        let namespace = related.namespace.as_deref().unwrap_or(own);
        if !within_reach(site, own, namespace) {
            continue;
        }
        if *namespace != **own {
            outward.insert(namespace.into());
        }
        let found = site.named(related.kind, namespace, &related.name).is_some();
        if !found && site.knows_documents(related.kind, namespace) {
            findings.push(related_not_found(index, related, namespace));
        }
    }
    findings
}

/// The names that a document which is not stored yet would want and another one has.
pub(super) fn wanted(site: &Site, document: &Document) -> Vec<Finding> {
    let names = std::iter::once((&*document.id.name, None));
    let aliases = document.spec.aliases.iter().enumerate();
    let names = names.chain(aliases.map(|(index, alias)| (alias.name.as_str(), Some(index))));
    let holder = |name| site.named(document.id.kind, &document.id.namespace, name);
    let taken = names.filter_map(|(name, alias)| {
        let holder = holder(name).filter(|holder| **holder != document.id)?;
        Some(name_taken(name, alias, holder))
    });
    taken.collect()
}

/// The names that this document wanted and an older one has: in its namespace, then among the shared ones.
pub(super) fn taken(site: &Site, id: &DocumentId) -> Vec<Finding> {
    let Some(own) = site.directory(&id.namespace) else {
        return Vec::new();
    };
    let taken = own.taken(id).iter();
    let mut findings: Vec<Finding> = taken
        .map(|taken| name_taken(&taken.name, taken.alias, &taken.holder))
        .collect();
    if !site.settings.is_shared(&id.namespace) {
        return findings;
    }
    let age = |id: &DocumentId| {
        let created = site.page(id).and_then(|page| page.document.created);
        (created.is_none(), created, id.clone())
    };
    for (name, alias) in own.held(id) {
        let others = site
            .settings
            .shared_namespaces
            .iter()
            .filter(|namespace| **namespace != id.namespace);
        let holders = others.filter_map(|namespace| site.named(id.kind, namespace, name));
        if let Some(oldest) = holders
            .min_by_key(|holder| age(holder))
            .filter(|holder| age(holder) < age(id))
        {
            findings.push(name_taken(name, *alias, oldest));
        }
    }
    findings
}
