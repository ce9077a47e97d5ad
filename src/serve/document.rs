//! One document as a page, as Markdown, as text and as JSON.
//!
//! In: namespace, kind and name or alias, perhaps with `.md`, `.txt` or `.json`, else the `Accept` header.
//! Out: the document in that form; an alias answers with a redirect. Must not: fail for a broken document.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};

use super::App;
use super::layout::{findings, not_ready, page};
use super::object::address;
use super::reply;
use crate::api::DocumentKind;
use crate::corpus::{DocumentId, TargetId};
use crate::finding::At;
use crate::render::{self, SafeUrl};
use crate::site::{Page, Site};

/// How deep a document's address is: `/namespaces/{namespace}/{kind}/{name}`.
const DEPTH: usize = 3;
/// How many described objects stand in one line, and how many in a list.
const INLINE: usize = 4;
const LISTED: usize = 100;

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
    headers: HeaderMap,
) -> Response {
    let Some(site) = app.site() else {
        return reply::starting(&app, DEPTH);
    };
    let Some(kind) = DocumentKind::from_segment(&kind) else {
        return reply::not_found(&app, DEPTH, "There is no such page.");
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
        return reply::not_found(&app, DEPTH, "There is no such document.");
    };
    let asked = name
        .strip_suffix(suffix)
        .map_or(name.as_str(), |stem| stem.strip_suffix('.').unwrap_or(stem));
    if suffix.is_empty() && *id.name != name || !suffix.is_empty() && *id.name != *asked {
        let dot = if suffix.is_empty() { "" } else { "." };
        return reply::moved(&format!("{}{dot}{suffix}", id.name));
    }
    let Some(page) = site.page(&id) else {
        return reply::not_found(&app, DEPTH, "There is no such document.");
    };
    let mut response = match form {
        Form::Html => reply::html_page(html_form(&app, &site, page)),
        Form::Markdown => reply::text(
            "text/markdown; charset=utf-8",
            page.markdown().unwrap_or_default().to_owned(),
        ),
        Form::Text => reply::text("text/plain; charset=utf-8", text_form(page)),
        Form::Json => reply::text("application/json", format!("{:#}\n", json_form(&app, &site, page))),
    };
    // One address, several forms: a cache must keep them apart.
    let vary = HeaderValue::from_static("accept");
    response.headers_mut().append(header::VARY, vary);
    response
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

fn html_form(app: &App, site: &Site, document: &Page) -> Markup {
    let root = "../".repeat(DEPTH);
    let frame = app.frame(site, DEPTH, &document.title, &document.language);
    let id = &document.document.id;
    let body = html! {
        p.place lang="en" {
            (id.kind.as_str()) " in " a href={ (root) "namespaces/" (id.namespace) } { (id.namespace) }
            @if let Some(article_type) = document.document.article_type { " · " (article_type.as_str()) }
            @if let Some(component) = &document.document.spec.component { " · " (component) }
            @for audience in &document.document.spec.audience { " · for " (audience.as_str()) }
            @if !document.ready().is_ready() { " " (not_ready(document.ready())) }
        }
        (described(site, &root, &document.attachment.targets))
        div lang="en" { (findings(&document.findings())) }
        @if let Some(missing) = document.missing() {
            div.missing lang="en" {
                p { strong { "The content is not there yet: " } (missing.message) "." }
                @if let Some(help) = &missing.help { p { code { (help) } } }
            }
        }
        @if let Some(html) = &document.html { article { (PreEscaped(html.as_str())) } }
        (alerts(document))
        (related(site, document))
        (closing(document))
    };
    page(&frame, &body)
}

/// The objects a document describes: in one line while they are few.
fn described(site: &Site, root: &str, targets: &[TargetId]) -> Markup {
    let link = |target: &TargetId| {
        let namespace = if target.namespace.is_empty() {
            String::new()
        } else {
            format!("{}/", target.namespace)
        };
        html! { a href={ (root) (address(site, target)) } { (target.kind.kind) " " (namespace) (target.name) } }
    };
    html! {
        @match targets {
            [] => {}
            few if few.len() <= INLINE => {
                p.place lang="en" { "Describes " @for (index, target) in few.iter().enumerate() { @if index > 0 { ", " } (link(target)) } }
            }
            many => {
                details.attached lang="en" {
                    summary { "Describes " (many.len()) " objects" }
                    ul {
                        @for target in many.iter().take(LISTED) { li { (link(target)) } }
                        @if many.len() > LISTED { li { "and " (many.len() - LISTED) " more" } }
                    }
                }
            }
        }
    }
}

fn alerts(document: &Page) -> Markup {
    let alerts = &document.document.alerts;
    html! {
        @if !alerts.is_empty() {
            section.alerts lang="en" {
                h2 { "Alerts" }
                ul { @for alert in alerts {
                    li {
                        code {
                            (alert.name)
                            @if !alert.match_labels.is_empty() {
                                "{"
                                @for (index, (name, value)) in alert.match_labels.iter().enumerate() {
                                    @if index > 0 { ", " }
                                    (name) "=" (format!("{value:?}"))
                                }
                                "}"
                            }
                        }
                    }
                } }
            }
        }
    }
}

fn related(site: &Site, document: &Page) -> Markup {
    let ids = site.related(document).into_iter();
    let pages: Vec<&Page> = ids.filter_map(|id| site.page(id)).map(|page| &**page).collect();
    html! {
        @if !pages.is_empty() {
            section lang="en" {
                h2 { "Related" }
                (super::layout::document_list(&"../".repeat(DEPTH), pages.into_iter()))
            }
        }
    }
}

/// Owner, contacts, where it is maintained, licence: what is given and nothing else.
fn closing(document: &Page) -> Markup {
    let spec = &document.document.spec;
    let link = |url: &str, text: &str| match SafeUrl::parse(url) {
        Ok(url) => html! { a href=(url.as_str()) rel="noopener noreferrer" { (text) } },
        Err(_) => html! { (text) },
    };
    let owner = spec.owner.as_ref();
    let source = spec.source.as_ref();
    let path = source.and_then(|source| source.path.as_deref()).map(|path| {
        let revision = source.and_then(|source| source.revision.as_deref());
        revision.map_or_else(|| path.to_owned(), |revision| format!("{path}@{revision}"))
    });
    let mut parts: Vec<Markup> = Vec::new();
    parts.extend(
        owner
            .and_then(|owner| owner.team.as_deref())
            .map(|team| html! { (team) }),
    );
    parts.extend(
        owner
            .into_iter()
            .flat_map(|owner| &owner.contacts)
            .map(|contact| link(&contact.url, &contact.name)),
    );
    parts.extend(
        source
            .and_then(|source| source.edit_url.as_deref())
            .map(|url| link(url, "Edit")),
    );
    parts.extend(path.map(|path| html! { code { (path) } }));
    parts.extend(
        source
            .and_then(|source| source.repository.as_deref())
            .map(|repository| link(repository, repository)),
    );
    parts.extend(spec.attribution.iter().map(|by| match &by.url {
        Some(url) => link(url, &by.name),
        None => html! { (by.name) },
    }));
    parts.extend(spec.license.as_deref().map(|license| html! { (license) }));
    html! {
        @if !parts.is_empty() {
            footer lang="en" { @for (index, part) in parts.iter().enumerate() { @if index > 0 { " · " } (part) } }
        }
    }
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

fn json_form(app: &App, site: &Site, document: &Page) -> Value {
    let id = &document.document.id;
    let findings = document.findings().into_iter().map(|finding| {
        json!({
            "code": finding.code.id(),
            "severity": finding.severity().as_str(),
            "tier": finding.tier().as_str(),
            "at": match &finding.at {
                At::Field(path) | At::Key(path) => json!({ "field": path }),
                At::Content(span) => json!({ "line": span.line, "column": span.column }),
                At::Object | At::Text(_) => json!({}),
            },
            "message": finding.message,
            "help": finding.help,
        })
    });
    let headings = document
        .facts
        .headings
        .iter()
        .map(|heading| json!({ "level": heading.level, "text": heading.text, "id": heading.id }));
    json!({
        "staleSince": app.stale().map(|(since, _)| since.to_string()),
        "cluster": &*site.settings().cluster_name,
        "kind": id.kind.as_str(),
        "namespace": &*id.namespace,
        "name": &*id.name,
        "title": &*document.title,
        "summary": &*document.summary,
        "language": &*document.language,
        "ready": document.ready().reason(),
        "contentDigest": document.digest(),
        "spec": spec_json(document),
        "targets": document.attachment.targets.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "headings": headings.collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
        "content": document.markdown(),
    })
}

/// The spec without its content, which stands beside it whatever it came from.
fn spec_json(document: &Page) -> Value {
    let mut spec = serde_json::to_value(&document.document.spec).unwrap_or_default();
    if let Some(fields) = spec.as_object_mut() {
        fields.remove("content");
        if !document.document.alerts.is_empty() {
            fields.insert("alerts".into(), json!(document.document.alerts));
        }
        if let Some(article_type) = document.document.article_type {
            fields.insert("type".into(), json!(article_type));
        }
    }
    spec
}
