//! Answers that several routes give.
//!
//! In: what a route found. Out: responses. Must not: say more about a missing page than that it is missing.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::App;
use super::layout::page;
use super::lists::document_list;
use super::search;

/// A page.
pub(super) fn html_page(markup: Markup) -> Response {
    markup.into_response()
}

/// A text of a given media type.
pub(super) fn text(media_type: &'static str, body: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], body).into_response()
}

/// The page for an address that leads nowhere. `wanted` is the name that was looked for: what is like it is offered.
pub(super) fn not_found(app: &App, depth: usize, sentence: &str, wanted: &str) -> Response {
    let Some(site) = app.site() else {
        return starting();
    };
    let frame = app.frame(&site, depth, "Not found", "en");
    let like = search::like(&site, wanted);
    let body = html! {
        h1 { "Not found" }
        p { (sentence) }
        @if !like.is_empty() {
            section {
                h2 { "Did you mean" }
                (document_list(&frame.root(), like.iter().map(|page| &**page), "", true))
            }
        }
        p { a href=(frame.root()) { "All documents" } }
    };
    (StatusCode::NOT_FOUND, page(&frame, &body)).into_response()
}

/// The answer before the first snapshot.
pub(super) fn starting() -> Response {
    let retry = [(header::RETRY_AFTER, HeaderValue::from_static("1"))];
    let text = "The operator is still reading the cluster.\n";
    (StatusCode::SERVICE_UNAVAILABLE, retry, text).into_response()
}

/// A redirect to a relative address, so that it works under any prefix. The method is kept.
pub(super) fn moved(location: &str) -> Response {
    redirect(StatusCode::PERMANENT_REDIRECT, location)
}

/// A redirect that holds for now.
pub(super) fn see(location: &str) -> Response {
    redirect(StatusCode::TEMPORARY_REDIRECT, location)
}

fn redirect(status: StatusCode, location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (status, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
