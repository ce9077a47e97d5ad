//! Lists of documents, and the findings of one.
//!
//! In: pages. Out: markup. Must not: sort; the caller knows what comes first.

use maud::{Markup, html};

use super::document::path;
use crate::api::Ready;
use crate::finding::{At, Finding, Severity};
use crate::site::Page;

/// The rows of a list of documents. `root` is the relative address of the site's root; `query` goes on to each page.
pub(super) fn document_list<'a>(
    root: &str,
    pages: impl Iterator<Item = &'a Page>,
    query: &str,
    namespaces: bool,
) -> Markup {
    html! {
        ul.documents {
            @for page in pages {
                @let id = &page.document.id;
                li {
                    a href={ (root) (path(id)) (query) } lang=(page.language) { (page.title) }
                    span.kind {
                        (id.kind.as_str())
                        @if namespaces { " in " (id.namespace) }
                        @if let Some(team) = page.document.spec.owner.as_ref().and_then(|owner| owner.team.as_deref()) { " · " (team) }
                    }
                    @if !page.ready().is_ready() { " " (not_ready(page.ready())) }
                    @if !page.summary.is_empty() { p.summary lang=(page.language) { (page.summary) } }
                }
            }
        }
    }
}

/// A mark for a document that is not published as meant.
pub(super) fn not_ready(ready: Ready) -> Markup {
    html! { strong.not-ready { "not ready: " (ready.reason()) } }
}

/// The findings of a page, for its owners: folded away unless there is an error.
pub(super) fn findings(findings: &[&Finding]) -> Markup {
    let mut sorted = findings.to_vec();
    sorted.sort_by_key(|finding| finding.severity());
    let count = |severity| findings.iter().filter(|finding| finding.severity() == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let open = errors > 0;
    html! {
        @if errors + warnings > 0 {
            details.findings open[open] {
                summary {
                    @if errors > 0 { (counted(errors, "error")) }
                    @if errors > 0 && warnings > 0 { ", " }
                    @if warnings > 0 { (counted(warnings, "warning")) }
                }
                ul {
                    @for finding in sorted {
                        li class=(finding.severity().as_str()) {
                            code { (finding.code.id()) } " " (finding.message)
                            @if let Some(place) = place(&finding.at) { " (" (place) ")" }
                            @if let Some(help) = &finding.help { br; span.help { (help) } }
                        }
                    }
                }
            }
        }
    }
}

/// `1 document`, `2 documents`.
pub(super) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

fn place(at: &At) -> Option<String> {
    match at {
        At::Object => None,
        At::Field(path) | At::Key(path) => Some(path.clone()),
        At::Content(span) => Some(format!("line {} of the content", span.line)),
        At::Text(_) => None,
    }
}
