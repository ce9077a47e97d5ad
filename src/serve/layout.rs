//! The frame of every page.
//!
//! In: the snapshot and a body. Out: markup. Must not: link anywhere by an absolute path: the site may stand behind a
//! prefix, a port-forward or the API server's proxy.

use std::time::Duration;

use k8s_openapi::jiff::Timestamp;
use maud::{DOCTYPE, Markup, html};

use super::assets::{FILL_PATH, SCRIPT_PATH, STYLE_PATH};
use super::lists::counted;
use crate::site::Site;

/// What the frame of a page says.
pub(super) struct Frame<'a> {
    pub(super) site: &'a Site,
    /// How many folders deep the page's address is.
    pub(super) depth: usize,
    pub(super) title: &'a str,
    pub(super) language: &'a str,
    /// What was searched, to be shown in the search field.
    pub(super) query: &'a str,
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
                link rel="stylesheet" href={ (root) (STYLE_PATH) };
                script src={ (root) (FILL_PATH) } defer {}
                script src={ (root) (SCRIPT_PATH) } data-root=(root) defer {}
                @if frame.live { script src={ (root) "assets/live.js" } data-changes={ (root) "changes" } defer {} }
            }
            body {
                a.skip href="#main" { "Skip to content" }
                header.site {
                    a.home href=(root) { "Knowledge" }
                    @if !cluster.is_empty() { span.cluster title="Cluster" { (cluster) } }
                    (search_form(&root, frame.query))
                }
                @if let Some((since, age)) = frame.stale {
                    p.stale role="status" {
                        "The API server has not answered for " (ago(age)) ". This is the state of "
                        time datetime=(since.strftime("%Y-%m-%dT%H:%M:%SZ")) { (since.strftime("%Y-%m-%d %H:%M UTC")) } "."
                    }
                }
                main #main lang=(frame.language) tabindex="-1" {
                    (body)
                }
            }
        }
    }
}

/// The field that finds everything. It works without the script, which adds results while typing.
fn search_form(root: &str, query: &str) -> Markup {
    html! {
        form.search role="search" action={ (root) "search" } method="get" {
            label.hidden for="page.search" { "Search documents" }
            input id="page.search" type="search" name="q" value=(query) placeholder="Search: words, alert, \"phrase\", owner:team" autocomplete="off" spellcheck="false" maxlength="512";
            button type="submit" { "Search" }
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
