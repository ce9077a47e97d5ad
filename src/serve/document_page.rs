//! The page of a document.
//!
//! In: a document as it reads for what is asked. Out: markup: title, what it is about, findings, the parameter bar, the
//! content, where it comes from. Must not: put anything above the content that a reader at night does not need.

use maud::{Markup, PreEscaped, html};

use super::App;
use super::document::{DEPTH, situation};
use super::layout::page;
use super::lists::{document_list, findings, not_ready};
use super::object::address;
use super::parameter_bar::parameter_bar;
use super::query::Asked;
use crate::corpus::TargetId;
use crate::render::{Heading, SafeUrl};
use crate::site::{Page, Site};

/// How many described objects stand in one line, and how many in a list.
const INLINE: usize = 4;
const LISTED: usize = 100;
/// How many headings the outline has.
const OUTLINE: usize = 60;

/// The page of a document.
pub(super) fn document_page(app: &App, site: &Site, document: &Page, asked: &Asked) -> Markup {
    let root = "../".repeat(DEPTH);
    let frame = app.frame(site, DEPTH, &document.title, &document.language);
    let id = &document.document.id;
    let situation = situation(site, document, asked);
    let filled = document.filled(&situation);
    let contents = outline(document);
    let body = html! {
        div.document {
            header {
                h1 { (document.title) }
                p.place lang="en" {
                    (id.kind.as_str()) " in " a href={ (root) "namespaces/" (id.namespace) } { (id.namespace) }
                    @if let Some(article_type) = document.document.article_type { " · " (article_type.as_str()) }
                    @if let Some(component) = &document.document.spec.component { " · " (component) }
                    @for audience in &document.document.spec.audience { " · for " (audience.as_str()) }
                    @if !document.ready().is_ready() { " " (not_ready(document.ready())) }
                }
                (described(site, &root, &document.attachment.targets))
            }
            div lang="en" {
                (findings(&document.findings()))
                @if let Some(missing) = document.missing() {
                    div.missing {
                        p { strong { "The content is not there yet: " } (missing.message) "." }
                        @if let Some(help) = &missing.help { p { code { (help) } } }
                    }
                }
                (parameter_bar(site, document, &filled, asked))
                @if let Some(contents) = &contents {
                    details.outline.folded { summary { "On this page" } (contents) }
                }
            }
            @if let Some(html) = document.body(&situation) { article { (PreEscaped(html.as_str())) } }
            (alerts(document))
            (related(site, document))
            (closing(document))
            @if let Some(contents) = &contents {
                nav.outline.beside lang="en" aria-label="On this page" { p.label { "On this page" } (contents) }
            }
        }
    };
    page(&frame, &body)
}

/// The headings to jump to: those of the two upper levels below the title.
fn outline(document: &Page) -> Option<Markup> {
    let headings = &document.facts.headings;
    let shown = |heading: &&Heading| heading.text.trim() != document.title.trim() && !heading.text.is_empty();
    let top = headings.iter().filter(shown).map(|heading| heading.level).min()?;
    let listed = headings
        .iter()
        .filter(shown)
        .filter(|heading| heading.level <= top + 1)
        .take(OUTLINE);
    let listed: Vec<&Heading> = listed.collect();
    (listed.len() > 1).then(|| {
        html! {
            ol {
                @for heading in listed {
                    li.sub[heading.level > top] { a href={ "#" (heading.id) } lang=(document.language) { (heading.text) } }
                }
            }
        }
    })
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
                (document_list(&"../".repeat(DEPTH), pages.into_iter(), "", true))
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
