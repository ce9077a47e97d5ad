//! The page that an alert's link leads to.
//!
//! In: a component and an alert's name in any letter case; the query string holds the alert's labels. Out: a redirect to
//! the document that answers it, with the labels, or a choice. Must not: lead to a document of another namespace by
//! itself.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use maud::html;

use super::App;
use super::document::path;
use super::layout::page;
use super::lists::document_list;
use super::query::Asked;
use super::reply;
use crate::site::{Answers, Site};

pub(super) async fn alone(State(app): State<App>, Path(name): Path<String>, RawQuery(query): RawQuery) -> Response {
    answer(&app, None, &name, &Asked::of(query.as_deref()), 1)
}

pub(super) async fn of_component(
    State(app): State<App>,
    Path((component, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    answer(&app, Some(&component), &name, &Asked::of(query.as_deref()), 2)
}

/// The same with a slash at the end, which is one folder deeper.
pub(super) async fn of_component_slash(
    State(app): State<App>,
    Path((component, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    answer(&app, Some(&component), &name, &Asked::of(query.as_deref()), 3)
}

/// `/runbooks/{alert}/`.
pub(super) async fn alone_slash(
    State(app): State<App>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    answer(&app, None, &name, &Asked::of(query.as_deref()), 2)
}

/// The documents that answer an alert with the labels that were asked with.
pub(super) fn answers(site: &Site, component: Option<&str>, name: &str, asked: &Asked) -> Answers {
    site.alert(component, name, &asked.labels)
}

fn answer(app: &App, component: Option<&str>, name: &str, asked: &Asked, depth: usize) -> Response {
    let Some(site) = app.site() else {
        return reply::starting();
    };
    let found = answers(&site, component, name, asked);
    let root = "../".repeat(depth);
    if let [only] = found.trusted.as_slice() {
        return reply::see(&format!("{root}{}{}", path(only), asked.query()));
    }
    if found.trusted.is_empty() && found.others.is_empty() {
        let sentence = format!("No document answers the alert {name}.");
        return reply::not_found(app, depth, &sentence, name);
    }
    let title = format!("Alert {name}");
    let frame = app.frame(&site, depth, &title, "en");
    let query = asked.query();
    let pages = |ids: &[_]| {
        ids.iter()
            .filter_map(|id| site.page(id))
            .map(|page| &**page)
            .collect::<Vec<_>>()
    };
    let (trusted, others) = (pages(&found.trusted), pages(&found.others));
    let body = html! {
        @if !trusted.is_empty() {
            section {
                h2 { "Which one?" }
                p { "These documents answer the alert, and nothing tells them apart." }
                (document_list(&root, trusted.into_iter(), &query, true))
            }
        }
        @if !others.is_empty() {
            section {
                h2 { "From other namespaces" }
                p.caution {
                    "These are not of the alert's own namespace nor of a shared one. Read them with care: nobody vouches that \
                     they are about your alert."
                    @if !asked.labels.contains_key("namespace") { " The link does not say which namespace the alert is of." }
                }
                (document_list(&root, others.into_iter(), &query, true))
            }
        }
    };
    reply::html_page(page(&frame, &body))
}
