//! Where the links of a document lead.
//!
//! In: a destination as it is written, the document it stands in, the directories. Out: [`LinkTarget`].
//! Must not: guess. A relative link leads to the document kept at that path or known by that file name, or nowhere.

use std::collections::BTreeSet;
use std::sync::Arc;

use percent_encoding::percent_decode_str;

use super::Site;
use super::directory::Directory;
use super::link::{LinkTarget, is_document_path, relative};
use super::page::Page;
use crate::api::DocumentKind;
use crate::corpus::{Document, DocumentId};
use crate::finding::{At, Code, Finding};
use crate::render::{Link, LinkKind, Resolved, SafeUrl};

/// Where the links of a page lead, and which namespaces the answer depends on.
pub(super) fn links(site: &Site, page: &Page) -> (Vec<LinkTarget>, BTreeSet<Arc<str>>) {
    let mut outward = BTreeSet::new();
    let targets = page
        .facts
        .links
        .iter()
        .map(
            |link| match page.picture_key(&link.dest).filter(|_| link.kind == LinkKind::Image) {
                Some(key) => LinkTarget::Picture(key.to_owned()),
                None => target(site, &page.document, link, &mut outward),
            },
        )
        .collect();
    (targets, outward)
}

/// The findings for links that lead nowhere.
pub(super) fn faults(page: &Page, targets: &[LinkTarget]) -> Vec<Finding> {
    let pairs = page.facts.links.iter().zip(targets);
    pairs
        .filter_map(|(link, target)| {
            let at = At::Content(link.span);
            match target {
                LinkTarget::NoDocument => {
                    let message = format!("{:?} leads to no document of this cluster", link.dest);
                    Some(Finding::new(Code::DocumentLinkBroken, at, message))
                }
                LinkTarget::NoHeading(id) => {
                    let message = format!("{:?}: {id} has no such heading", link.dest);
                    Some(Finding::new(Code::DocumentLinkBroken, at, message))
                }
                LinkTarget::Document { .. } | LinkTarget::AsWritten | LinkTarget::Picture(_) | LinkTarget::File => None,
            }
        })
        .collect()
}

/// What the page shows for a link.
pub(super) fn shown(from: &DocumentId, link: &Link, target: &LinkTarget) -> Resolved {
    match target {
        LinkTarget::Document { id, heading } => {
            let fragment = if heading.is_empty() {
                String::new()
            } else {
                format!("#{heading}")
            };
            SafeUrl::parse(&format!("{}{fragment}", href(from, id))).map_or(Resolved::Text, Resolved::Page)
        }
        LinkTarget::AsWritten => Resolved::alone(link),
        LinkTarget::Picture(key) => {
            let address = format!("{}/images/{key}", from.name);
            SafeUrl::parse(&address).map_or(Resolved::Text, Resolved::Picture)
        }
        LinkTarget::NoDocument => Resolved::Broken("there is no such document in this cluster".into()),
        LinkTarget::NoHeading(_) => Resolved::Broken("the document has no such heading".into()),
        LinkTarget::File => Resolved::Broken("the file is not in the cluster".into()),
    }
}

/// The relative address of a document's page from another document's page, so that it works under any prefix.
pub(super) fn href(from: &DocumentId, to: &DocumentId) -> String {
    if from.namespace != to.namespace {
        format!("../../{}/{}/{}", to.namespace, to.kind.segment(), to.name)
    } else if from.kind != to.kind {
        format!("../{}/{}", to.kind.segment(), to.name)
    } else {
        to.name.to_string()
    }
}

fn target(site: &Site, from: &Document, link: &Link, outward: &mut BTreeSet<Arc<str>>) -> LinkTarget {
    let dest = link.dest.trim();
    let (address, fragment) = dest.split_once('#').unwrap_or((dest, ""));
    let own = &from.id.namespace;
    if let Some(path) = relative(dest) {
        if let Some(id) = site_path(path) {
            if id.namespace != *own {
                outward.insert(id.namespace.clone());
            }
            // What other namespaces hold is nobody's business here: the answer is the same whether or not it exists.
            if !within_reach(site, own, &id.namespace) {
                return LinkTarget::AsWritten;
            }
            let found = site
                .directory(&id.namespace)
                .and_then(|directory| directory.named(id.kind, &id.name));
            return match found {
                Some(id) => heading(site, id, fragment),
                None if site.knows_documents(id.kind, &id.namespace) => LinkTarget::NoDocument,
                None => LinkTarget::AsWritten,
            };
        }
        if link.kind == LinkKind::Image || !is_document_path(path) {
            return LinkTarget::File;
        }
        let found = reading_order(site, own).find_map(|directory| relative_document(directory, from, path));
        return found.map_or(LinkTarget::NoDocument, |id| heading(site, id, fragment));
    }
    if link.kind == LinkKind::Link && (address.starts_with("https://") || address.starts_with("http://")) {
        let found = reading_order(site, own).find_map(|directory| directory.published_at(address));
        if let Some(id) = found {
            return heading(site, id, fragment);
        }
    }
    LinkTarget::AsWritten
}

/// Whether a document of `own` may know what `namespace` holds.
pub(super) fn within_reach(site: &Site, own: &str, namespace: &str) -> bool {
    own == namespace || site.settings().is_shared(namespace)
}

/// The directories in which a document of `namespace` looks for another: its own, then the shared ones.
fn reading_order<'a>(site: &'a Site, namespace: &'a str) -> impl Iterator<Item = &'a Directory> {
    let shared = site
        .settings()
        .shared_namespaces
        .iter()
        .map(|name| &**name)
        .filter(move |name| *name != namespace);
    std::iter::once(namespace)
        .chain(shared)
        .filter_map(|name| site.directory(name))
}

fn heading(site: &Site, id: &DocumentId, fragment: &str) -> LinkTarget {
    if fragment.is_empty() {
        return LinkTarget::Document {
            id: id.clone(),
            heading: String::new(),
        };
    }
    match site.page(id).and_then(|page| page.facts.anchor(fragment)) {
        Some(heading) => LinkTarget::Document {
            id: id.clone(),
            heading: heading.to_owned(),
        },
        None => LinkTarget::NoHeading(id.clone()),
    }
}

/// `/namespaces/{ns}/runbooks/{name}` as it stands in the site's own addresses.
fn site_path(path: &str) -> Option<DocumentId> {
    let mut parts = path.strip_prefix("/namespaces/")?.trim_end_matches('/').split('/');
    let (namespace, kind, name) = (parts.next()?, DocumentKind::from_segment(parts.next()?)?, parts.next()?);
    parts.next().is_none().then(|| DocumentId::new(kind, namespace, name))
}

/// The document that a relative path means: the one kept at that path, else the one known by that file name.
fn relative_document<'a>(directory: &'a Directory, from: &Document, path: &str) -> Option<&'a DocumentId> {
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let source = from.spec.source.as_ref();
    if let Some(own) = source.and_then(|source| source.path.as_deref()) {
        let repository = source.and_then(|source| source.repository.as_deref());
        let whole = join(own, &decoded);
        let candidates = [
            whole.clone(),
            format!("{whole}.md"),
            format!("{whole}/README.md"),
            format!("{whole}/index.md"),
        ];
        let at = candidates.iter().find_map(|path| directory.path(repository, path));
        if at.is_some() {
            return at;
        }
    }
    let mut parts: Vec<&str> = decoded
        .split('/')
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .collect();
    let file = parts.pop()?;
    let stem = file
        .rsplit_once('.')
        .filter(|(_, ext)| ext.len() <= 8)
        .map_or(file, |(stem, _)| stem);
    let stem = match (stem.to_ascii_lowercase().as_str(), parts.last()) {
        ("readme" | "index" | "_index", Some(folder)) => folder,
        _ => stem,
    };
    let with_folder = parts.last().map(|folder| format!("{folder}-{stem}"));
    with_folder
        .and_then(|name| directory.stem(&name))
        .or_else(|| directory.stem(stem))
}

/// A path relative to the folder of `file`; a leading `/` is the root of the repository.
fn join(file: &str, path: &str) -> String {
    let mut parts: Vec<&str> = if path.starts_with('/') {
        Vec::new()
    } else {
        file.split('/').collect()
    };
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty() && *part != ".");
    parts.join("/")
}
