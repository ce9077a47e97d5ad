//! The frame of every page, and the pieces that several pages share.
//!
//! In: the snapshot and a body. Out: markup. Must not: link anywhere by an absolute path: the site may stand behind a
//! prefix, a port-forward or the API server's proxy.

use std::time::Duration;

use k8s_openapi::jiff::Timestamp;
use maud::{DOCTYPE, Markup, html};

use crate::api::Ready;
use crate::finding::{At, Finding, Severity};
use crate::site::{Page, Site};

/// What the frame of a page says.
pub(super) struct Frame<'a> {
    pub(super) site: &'a Site,
    /// How many folders deep the page's address is.
    pub(super) depth: usize,
    pub(super) title: &'a str,
    pub(super) language: &'a str,
    /// Reload when a new snapshot is published.
    pub(super) live: bool,
    /// When the API server was last heard of, and how long ago that is; `None` while it answers.
    pub(super) stale: Option<(Timestamp, Duration)>,
}

impl Frame<'_> {
    /// The relative address of the site's root.
    pub(super) fn root(&self) -> String {
        if self.depth == 0 {
            "./".to_owned()
        } else {
            "../".repeat(self.depth)
        }
    }
}

/// A whole page.
pub(super) fn page(frame: &Frame<'_>, body: &Markup) -> Markup {
    let cluster = &*frame.site.settings().cluster_name;
    let root = frame.root();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title {
                    (frame.title)
                    @if !cluster.is_empty() { " · " (cluster) }
                }
                link rel="icon" href="data:,";
                link rel="stylesheet" href={ (root) "assets/style.css" };
                @if frame.live { script src={ (root) "assets/live.js" } data-changes={ (root) "changes" } defer {} }
            }
            body {
                header.site {
                    a href=(root) { "Knowledge" }
                    @if !cluster.is_empty() { span.cluster { (cluster) } }
                }
                @if let Some((since, age)) = frame.stale {
                    p.stale role="status" {
                        "The API server has not answered for " (ago(age)) ". This is the state of "
                        time datetime=(since.strftime("%Y-%m-%dT%H:%M:%SZ")) { (since.strftime("%Y-%m-%d %H:%M UTC")) } "."
                    }
                }
                main lang=(frame.language) {
                    h1 { (frame.title) }
                    (body)
                }
            }
        }
    }
}

/// The rows of a list of documents. `root` is the relative address of the site's root.
pub(super) fn document_list<'a>(root: &str, pages: impl Iterator<Item = &'a Page>) -> Markup {
    html! {
        ul.documents {
            @for page in pages {
                li {
                    a href=(document_address(root, page)) lang=(page.language) { (page.title) }
                    span.kind { (page.document.id.kind.as_str()) }
                    @if !page.ready().is_ready() { " " (not_ready(page.ready())) }
                    @if !page.summary.is_empty() { p.summary lang=(page.language) { (page.summary) } }
                }
            }
        }
    }
}

/// The relative address of a document's page.
pub(super) fn document_address(root: &str, page: &Page) -> String {
    let id = &page.document.id;
    format!("{root}namespaces/{}/{}/{}", id.namespace, id.kind.segment(), id.name)
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

/// `40 seconds`, `5 minutes`, `3 hours`.
fn ago(age: Duration) -> String {
    let seconds = usize::try_from(age.as_secs()).unwrap_or(usize::MAX);
    match seconds {
        0..120 => counted(seconds, "second"),
        120..7200 => counted(seconds / 60, "minute"),
        _ => counted(seconds / 3600, "hour"),
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
