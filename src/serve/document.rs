//! One document in the form that is asked for.
//!
//! In: namespace, kind and name or alias, perhaps with `.md`, `.txt` or `.json`, else the `Accept` header; a query string
//! that says what fills its commands. Out: the page, Markdown, text or JSON; an alias answers with a redirect.
//! Must not: fail for a broken document.

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::api::{self, model};
use super::document_page::document_page;
use super::object::reference;
use super::query::Asked;
use super::{App, reply};
use crate::api::DocumentKind;
use crate::corpus::DocumentId;
use crate::render;
use crate::site::{Page, Site, Situation};

/// How deep a document's address is: `/namespaces/{namespace}/{kind}/{name}`.
pub(super) const DEPTH: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Html,
    Markdown,
    Text,
    Json,
}

pub(super) async fn document(
    State(app): State<App>,
    Path((namespace, kind, name)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let asked = Asked::of(query.as_deref());
    let Some(site) = app.site() else {
        return reply::starting();
    };
    let Some(kind) = DocumentKind::from_segment(&kind) else {
        return reply::not_found(&app, DEPTH, "There is no such page.", &name);
    };
    let accepted = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .map_or(Form::Html, accepted);
    let found = find(&site, kind, &namespace, &name).map(|id| (id, accepted, ""));
    // A name may end in .md itself, so the whole name is tried first.
    let found = found.or_else(|| {
        let (stem, suffix) = name.rsplit_once('.')?;
        let form = match suffix {
            "md" => Form::Markdown,
            "txt" => Form::Text,
            "json" => Form::Json,
            _ => return None,
        };
        find(&site, kind, &namespace, stem).map(|id| (id, form, suffix))
    });
    let Some((id, form, suffix)) = found else {
        return reply::not_found(&app, DEPTH, "There is no such document.", &name);
    };
    let bare = name
        .strip_suffix(suffix)
        .map_or(name.as_str(), |stem| stem.strip_suffix('.').unwrap_or(stem));
    if suffix.is_empty() && *id.name != name || !suffix.is_empty() && *id.name != *bare {
        let dot = if suffix.is_empty() { "" } else { "." };
        return reply::moved(&format!("{}{dot}{suffix}{}", id.name, asked.query()));
    }
    let Some(page) = site.page(&id) else {
        return reply::not_found(&app, DEPTH, "There is no such document.", &name);
    };
    let mut response = match form {
        Form::Html => reply::html_page(document_page(&app, &site, page, &asked)),
        Form::Markdown => reply::text(
            "text/markdown; charset=utf-8",
            page.markdown().unwrap_or_default().to_owned(),
        ),
        Form::Text => reply::text("text/plain; charset=utf-8", text_form(page)),
        Form::Json => api::json(StatusCode::OK, model::Document::of(&app, &site, page, &asked)),
    };
    // One address, several forms: a cache must keep them apart.
    let vary = HeaderValue::from_static("accept");
    response.headers_mut().append(header::VARY, vary);
    response
}

/// The relative address of a document's page, from the site's root.
pub(super) fn path(id: &DocumentId) -> String {
    format!("namespaces/{}/{}/{}", id.namespace, id.kind.segment(), id.name)
}

/// What is known of a reader who asks like this.
pub(super) fn situation<'a>(site: &'a Site, page: &'a Page, asked: &'a Asked) -> Situation<'a> {
    // An object that the document does not describe says nothing about it.
    let meant = asked.target.as_deref();
    let target = meant.and_then(|meant| {
        page.attachment
            .targets
            .iter()
            .find(|target| reference(site, target) == meant)
    });
    Situation {
        cluster: &site.settings().cluster_name,
        labels: &asked.labels,
        typed: &asked.typed,
        target,
    }
}

/// A picture of a document, from the ConfigMap of its content.
pub(super) async fn picture(
    State(app): State<App>,
    Path((namespace, kind, name, file)): Path<(String, String, String, String)>,
) -> Response {
    let Some(site) = app.site() else {
        return reply::starting();
    };
    let page = DocumentKind::from_segment(&kind)
        .and_then(|kind| find(&site, kind, &namespace, &name))
        .and_then(|id| site.page(&id));
    match page.and_then(|page| page.picture(&file)) {
        Some(picture) => {
            let media_type = HeaderValue::from_static(picture.media_type);
            ([(header::CONTENT_TYPE, media_type)], picture.bytes.to_vec()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn find(site: &Site, kind: DocumentKind, namespace: &str, name: &str) -> Option<DocumentId> {
    site.named(kind, namespace, name).cloned()
}

/// The form that an `Accept` header prefers. A browser's `*/*` means HTML.
fn accepted(accept: &str) -> Form {
    let mut best = (Form::Html, 0.0_f32);
    for part in accept.split(',') {
        let mut fields = part.split(';').map(str::trim);
        let form = match fields.next().unwrap_or_default() {
            "text/html" | "application/xhtml+xml" | "*/*" => Form::Html,
            "text/markdown" => Form::Markdown,
            "text/plain" => Form::Text,
            "application/json" => Form::Json,
            _ => continue,
        };
        let quality = fields
            .find_map(|field| field.strip_prefix("q="))
            .and_then(|q| q.parse().ok())
            .unwrap_or(1.0);
        if quality > best.1 {
            best = (form, quality);
        }
    }
    best.0
}

fn text_form(document: &Page) -> String {
    let body = render::text(document.markdown().unwrap_or_default(), document.facts.format);
    let title = document.title.replace(char::is_control, "\u{fffd}");
    // The title of the document's own first heading is not said twice.
    if document.facts.title.as_deref() == Some(&*document.title) {
        body
    } else {
        format!("{title}\n\n{body}")
    }
}
