//! The page of search results.
//!
//! In: words and filters of a query string. Out: documents with the places that match. Must not: know how they are found
//! (`search` does), or show one that the site does not have.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use maud::{Markup, html};

use super::App;
use super::api::model::{Piece, Relaxed};
use super::document::path;
use super::layout::page;
use super::lists::counted;
use super::query::{encoded, pairs};
use super::reply;
use crate::publish::{Snapshot, document_of};
use crate::render;
use crate::search::{Everything, Facet, Filters, Forgiven, Page as Part, Terms, snippet};
use crate::site::Page;

/// How many results a page has.
const PAGE: usize = 20;
/// How long a snippet is, in characters.
const SNIPPET: usize = 200;
/// How many values of a filter are offered.
const OFFERED: usize = 8;
/// How far one can page, and how many filters are read.
const MAX_OFFSET: usize = 10_000;
const MAX_FILTERS: usize = 20;

/// What is searched for.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// As it was typed.
    pub(super) query: String,
    /// The filters, by facet and value.
    pub(super) filters: Vec<(Facet, String)>,
    /// How many results to leave out.
    pub(super) offset: usize,
}

/// A document that was found.
pub(super) struct Hit {
    pub(super) page: Arc<Page>,
    pub(super) title: Vec<Piece>,
    pub(super) snippet: Vec<Piece>,
}

/// What was found.
#[derive(Default)]
pub(super) struct Results {
    pub(super) hits: Vec<Hit>,
    pub(super) total: usize,
    pub(super) facets: Vec<(&'static str, Vec<(String, usize)>)>,
    pub(super) relaxed: Vec<Relaxed>,
}

impl Asked {
    pub(super) fn of(query: Option<&str>) -> Self {
        let mut asked = Self::default();
        for (name, value) in pairs(query.unwrap_or_default()) {
            match (name.as_str(), facet(&name)) {
                ("q", _) => asked.query = value,
                ("offset", _) => asked.offset = value.parse().unwrap_or(0).min(MAX_OFFSET),
                (_, Some(facet)) if !value.is_empty() && asked.filters.len() < MAX_FILTERS => {
                    asked.filters.push((facet, value));
                }
                _ => {}
            }
        }
        asked
    }

    /// The same as the query string of a link.
    fn address(&self) -> String {
        let mut address = format!("search?q={}", encoded(&self.query));
        for (facet, value) in &self.filters {
            address.push_str(&format!("&{}={}", name_of(*facet), encoded(value)));
        }
        if self.offset > 0 {
            address.push_str(&format!("&offset={}", self.offset));
        }
        address
    }

    fn with(&self, facet: Facet, value: &str) -> Self {
        let mut asked = Self {
            offset: 0,
            ..self.clone()
        };
        asked.filters.push((facet, value.to_owned()));
        asked
    }

    fn without(&self, index: usize) -> Self {
        let mut asked = Self {
            offset: 0,
            ..self.clone()
        };
        if index < asked.filters.len() {
            asked.filters.remove(index);
        }
        asked
    }

    fn from(&self, offset: usize) -> Self {
        Self { offset, ..self.clone() }
    }

    fn is_empty(&self) -> bool {
        self.query.trim().is_empty() && self.filters.is_empty()
    }
}

/// The name of a facet in addresses and answers.
fn name_of(facet: Facet) -> &'static str {
    match facet {
        Facet::Namespace => "namespace",
        Facet::Kind => "kind",
        Facet::Owner => "owner",
        Facet::Tag => "tag",
        Facet::Audience => "audience",
        Facet::Language => "language",
        Facet::Component => "component",
    }
}

fn facet(name: &str) -> Option<Facet> {
    Facet::ALL.into_iter().find(|facet| name_of(*facet) == name)
}

/// Searches. Nothing asked for finds nothing.
pub(super) fn find(site: &Snapshot, asked: &Asked) -> Results {
    if asked.is_empty() {
        return Results::default();
    }
    let mut filters = Filters::default();
    for (facet, value) in &asked.filters {
        filters.insert(*facet, value.clone());
    }
    let part = Part {
        offset: asked.offset,
        limit: PAGE,
    };
    // An index that cannot be read is a fault of ours; the pages are there all the same.
    let Ok(found) = site.searcher.search(&asked.query, &filters, &Everything, part) else {
        return Results::default();
    };
    let hits = found.hits.iter().filter_map(|hit| {
        let page = site.page(&document_of(&hit.id)?)?.clone();
        let text = render::words(page.markdown().unwrap_or_default(), page.facts.format);
        let title = pieces(&page.title, &found.terms, usize::MAX);
        Some(Hit {
            title,
            snippet: pieces(&text, &found.terms, SNIPPET),
            page,
        })
    });
    let relaxed = found.forgiven.iter().map(|forgiven| match forgiven {
        Forgiven::Typo { typed, used } => Relaxed {
            typed: typed.clone(),
            how: "typo",
            used: used.clone(),
        },
        Forgiven::Begun { typed } => Relaxed {
            typed: typed.clone(),
            how: "prefix",
            used: Vec::new(),
        },
        Forgiven::Apart { typed } => Relaxed {
            typed: typed.clone(),
            how: "apart",
            used: Vec::new(),
        },
        Forgiven::SomeWords => Relaxed {
            typed: asked.query.clone(),
            how: "some",
            used: Vec::new(),
        },
    });
    Results {
        hits: hits.collect(),
        total: found.total,
        facets: found
            .facets
            .iter()
            .map(|(facet, counts)| {
                let counts = counts.iter().map(|(value, count)| (value.to_string(), *count));
                (name_of(*facet), counts.collect())
            })
            .collect(),
        relaxed: relaxed.collect(),
    }
}

fn pieces(text: &str, terms: &Terms, limit: usize) -> Vec<Piece> {
    let found = snippet(text, terms, limit);
    let mut pieces: Vec<Piece> = found
        .pieces
        .iter()
        .map(|piece| Piece {
            text: piece.text.to_owned(),
            marked: piece.marked,
        })
        .collect();
    if found.cut_before
        && let Some(first) = pieces.first_mut()
    {
        first.text.insert(0, '…');
    }
    if found.cut_after
        && let Some(last) = pieces.last_mut()
    {
        last.text.push('…');
    }
    pieces
}

/// Documents whose names are like `wanted`.
pub(super) fn like(site: &Snapshot, wanted: &str) -> Vec<Arc<Page>> {
    const OFFERED: usize = 5;
    let words: String = wanted
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    if words.trim().is_empty() {
        return Vec::new();
    }
    let part = Part {
        offset: 0,
        limit: OFFERED,
    };
    let Ok(found) = site.searcher.search(&words, &Filters::default(), &Everything, part) else {
        return Vec::new();
    };
    found
        .hits
        .iter()
        .filter_map(|hit| site.page(&document_of(&hit.id)?).cloned())
        .collect()
}

pub(super) async fn search(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    let Some(site) = app.site() else {
        return reply::starting();
    };
    let asked = Asked::of(query.as_deref());
    let found = find(&site, &asked);
    let title = if asked.query.is_empty() {
        "Search".to_owned()
    } else {
        format!("Search: {}", asked.query)
    };
    let mut frame = app.frame(&site, 0, &title, "en");
    frame.query = &asked.query;
    let body = html! {
        h1 { "Search" }
        @if asked.is_empty() {
            p { "Type words of the title, the alert, a command or the text. Word forms and typing errors are forgiven." }
            ul.hints {
                li { code { "\"exact phrase\"" } " finds these words in this order." }
                li { code { "-word" } " leaves out documents with this word." }
                li { code { "owner:platform" } ", " code { "namespace:payments" } ", " code { "kind:Runbook" } ", " code { "tag:database" } ", " code { "language:de" } ", " code { "alert:PodCrashLooping" } " filter." }
            }
        } @else {
            p.count role="status" {
                (counted(found.total, "document"))
                @for (index, (facet, value)) in asked.filters.iter().enumerate() {
                    " · " (name_of(*facet)) ": " (value) " "
                    a href=(asked.without(index).address()) { "remove" span.hidden { " the filter " (name_of(*facet)) " " (value) } }
                }
            }
            @for relaxed in &found.relaxed { p.relaxed { (told(relaxed)) } }
            @if found.total == 0 {
                p { "Try fewer words, or look through the " a href="./" { "namespaces" } "." }
            }
            ol.results start=(asked.offset + 1) {
                @for hit in &found.hits { li { (result(hit)) } }
            }
            (more(&asked, &found))
            (facets(&asked, &found))
        }
    };
    reply::html_page(page(&frame, &body))
}

/// How the query was read more generously, so that nobody takes these results for what was typed.
fn told(relaxed: &Relaxed) -> Markup {
    html! {
        @match relaxed.how {
            "typo" => { "Nothing has " strong { (relaxed.typed) } "; these have " strong { (relaxed.used.join(" or ")) } "." }
            "prefix" => { "Nothing has " strong { (relaxed.typed) } " as a word; these have words that begin like it." }
            "apart" => { "Nothing has " strong { (relaxed.typed) } " in this order; these have the words." }
            _ => { "Nothing has all of these words; these have some of them." }
        }
    }
}

fn result(hit: &Hit) -> Markup {
    let id = &hit.page.document.id;
    html! {
        a href=(path(id)) lang=(hit.page.language) { (marked(&hit.title)) }
        span.kind { (id.kind.as_str()) " in " (id.namespace) }
        @if !hit.snippet.is_empty() { p.snippet lang=(hit.page.language) { (marked(&hit.snippet)) } }
    }
}

fn marked(pieces: &[Piece]) -> Markup {
    html! { @for piece in pieces { @if piece.marked { mark { (piece.text) } } @else { (piece.text) } } }
}

fn more(asked: &Asked, found: &Results) -> Markup {
    let next = asked.offset + PAGE;
    html! {
        @if asked.offset > 0 || next < found.total {
            nav.pages aria-label="Pages of results" {
                @if asked.offset > 0 { a rel="prev" href=(asked.from(asked.offset.saturating_sub(PAGE)).address()) { "Previous" } }
                @if next < found.total { " " a rel="next" href=(asked.from(next).address()) { "Next" } }
            }
        }
    }
}

/// What the results can be narrowed by. A value that all of them have narrows nothing.
fn facets(asked: &Asked, found: &Results) -> Markup {
    let useful = |(name, counts): &(&'static str, Vec<(String, usize)>)| {
        let counts: Vec<_> = counts
            .iter()
            .filter(|(value, count)| *count < found.total && !value.is_empty())
            .take(OFFERED)
            .cloned()
            .collect();
        let facet = facet(name).filter(|_| !counts.is_empty())?;
        Some((facet, counts))
    };
    let useful: Vec<_> = found.facets.iter().filter_map(useful).collect();
    html! {
        @if !useful.is_empty() {
            nav.facets aria-label="Narrow the results" {
                @for (facet, counts) in &useful {
                    h2 { (name_of(*facet)) }
                    ul { @for (value, count) in counts {
                        li { a href=(asked.with(*facet, value).address()) { (value) } " " span.count { (count) } }
                    } }
                }
            }
        }
    }
}
