//! What is attached to one object: its documents, labels and owners.
//!
//! In: a resource name such as `deployments.apps` and an object's name. Out: its page.
//! Must not: show live state; that is the terminal's, with the caller's own rights.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::html;

use super::App;
use super::layout::page;
use super::lists::document_list;
use super::query::{TARGET, encoded};
use super::reply;
use crate::api::{GroupKind, names};
use crate::corpus::TargetId;
use crate::render::SafeUrl;
use crate::site::{Described, Site};

pub(super) async fn namespaced(
    State(app): State<App>,
    Path((namespace, resource, name)): Path<(String, String, String)>,
) -> Response {
    object(&app, &namespace, &resource, &name, 4)
}

pub(super) async fn cluster(State(app): State<App>, Path((resource, name)): Path<(String, String)>) -> Response {
    object(&app, "", &resource, &name, 2)
}

/// The relative address of an object's page, from the site's root.
pub(super) fn address(site: &Site, id: &TargetId) -> String {
    let resource = resource_name(site, &id.kind);
    if id.namespace.is_empty() {
        format!("objects/{resource}/{}", id.name)
    } else {
        format!("namespaces/{}/objects/{resource}/{}", id.namespace, id.name)
    }
}

/// What an address leads to.
pub(super) enum Found<'s> {
    /// The object at exactly this address.
    Object(&'s Described),
    /// The only one that is meant by a shorter name of its kind.
    Elsewhere(&'s Described),
    /// Nothing that a document describes.
    Nothing,
}

/// The object with this resource and name. Whoever can reach the site may read every document; objects that no document
/// describes are not theirs to see.
pub(super) fn find<'s>(site: &'s Site, namespace: &str, resource: &str, name: &str) -> Found<'s> {
    let named = |kind: &GroupKind| described(site, &TargetId::new(kind.clone(), namespace, name));
    let exact = site.kinds().keys().find(|kind| resource_name(site, kind) == resource);
    if let Some(target) = exact.and_then(named) {
        return Found::Object(target);
    }
    // A bare resource or kind, in any case, leads on when only one kind is meant and the object exists.
    let meant = |kind: &&GroupKind| {
        let plural = site.kinds().get(*kind).map(|info| &*info.plural).unwrap_or_default();
        [&*kind.kind, plural]
            .iter()
            .any(|have| have.eq_ignore_ascii_case(resource))
    };
    let mut candidates = site.kinds().keys().filter(meant).filter_map(named);
    match (candidates.next(), candidates.next()) {
        (Some(target), None) => Found::Elsewhere(target),
        _ => Found::Nothing,
    }
}

/// The object as a query names it, from the site's root: `deployments.apps/payments/payments-api`.
pub(super) fn reference(site: &Site, id: &TargetId) -> String {
    format!("{}/{}/{}", resource_name(site, &id.kind), id.namespace, id.name)
}

fn object(app: &App, namespace: &str, resource: &str, name: &str, depth: usize) -> Response {
    let Some(site) = app.site() else {
        return reply::starting();
    };
    let target = match find(&site, namespace, resource, name) {
        Found::Object(target) => target,
        Found::Elsewhere(target) => {
            return reply::moved(&format!("../{}/{name}", resource_name(&site, &target.meta.id.kind)));
        }
        Found::Nothing => {
            let sentence = "No document describes such an object. One that does names it in spec.appliesTo.";
            return reply::not_found(app, depth, sentence, name);
        }
    };
    let id = &target.meta.id;
    let title = format!("{} {}", id.kind.kind, id.name);
    let root = "../".repeat(depth);
    let frame = app.frame(&site, depth, &title, "en");
    let pages = target.documents.iter().filter_map(|by| site.page(&by.document));
    // The commands of its documents are then about this object.
    let query = format!("?{TARGET}={}", encoded(&reference(&site, id)));
    let body = html! {
        h1 { (title) }
        p.place { (id.kind) @if !id.namespace.is_empty() { " in namespace " a href={ (root) "namespaces/" (id.namespace) } { (id.namespace) } } }
        section {
            h2 { "Documents" }
            (document_list(&root, pages.map(|page| &**page), &query, true))
        }
        // The published convention for a runbook's address on a workload, whoever wrote it there.
        @if let Some(url) = target.meta.a8r_runbook.as_deref().and_then(|url| SafeUrl::parse(url).ok()).filter(SafeUrl::is_absolute) {
            p { "Its annotation " code { (names::A8R_RUNBOOK_ANNOTATION) } " leads to " a href=(url.as_str()) rel="noopener noreferrer nofollow" { (url.as_str()) } }
        }
        @if target.meta.labels.iter().next().is_some() {
            section {
                h2 { "Labels" }
                ul.labels { @for (key, value) in target.meta.labels.iter() { li { code { (key) "=" (value) } } } }
            }
        }
        @if !target.meta.owners.is_empty() {
            section {
                h2 { "Owners" }
                ul { @for owner in &target.meta.owners {
                    li {
                        @let owner_id = TargetId::new(owner.kind.clone(), id.namespace.clone(), owner.name.clone());
                        @if described(&site, &owner_id).is_some() {
                            a href={ (root) (address(&site, &owner_id)) } { (owner.kind) " " (owner.name) }
                        } @else {
                            (owner.kind) " " (owner.name)
                        }
                    }
                } }
            }
        }
    };
    reply::html_page(page(&frame, &body))
}

fn described<'a>(site: &'a Site, id: &TargetId) -> Option<&'a Described> {
    site.target(id).filter(|target| !target.documents.is_empty())
}

/// `deployments.apps`, or `services` for the core group.
pub(super) fn resource_name(site: &Site, kind: &GroupKind) -> String {
    let plural = site
        .kinds()
        .get(kind)
        .map(|info| info.plural.to_string())
        .filter(|plural| !plural.is_empty());
    let plural = plural.unwrap_or_else(|| kind.kind.to_lowercase());
    if kind.group.is_empty() {
        plural
    } else {
        format!("{plural}.{}", kind.group)
    }
}
