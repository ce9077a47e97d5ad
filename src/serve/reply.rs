//! Answers that several routes give.
//!
//! In: what a route found. Out: responses. Must not: say more about a missing page than that it is missing.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::App;
use super::layout::page;

/// A page.
pub(super) fn html_page(markup: Markup) -> Response {
    markup.into_response()
}

/// A text of a given media type.
pub(super) fn text(media_type: &'static str, body: String) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], body).into_response()
}

/// The page for an address that leads nowhere.
pub(super) fn not_found(app: &App, depth: usize, sentence: &str) -> Response {
    let Some(site) = app.site() else {
        return starting(app, depth);
    };
    let frame = app.frame(&site, depth, "Not found", "en");
    let body = html! {
        p { (sentence) }
        p { a href=(frame.root()) { "All documents" } }
    };
    (StatusCode::NOT_FOUND, page(&frame, &body)).into_response()
}

/// The answer before the first snapshot.
pub(super) fn starting(_app: &App, _depth: usize) -> Response {
    let retry = [(header::RETRY_AFTER, HeaderValue::from_static("1"))];
    (
        StatusCode::SERVICE_UNAVAILABLE,
        retry,
        "The operator is still reading the cluster.\n",
    )
        .into_response()
}

/// A redirect to a relative address, so that it works under any prefix. The method is kept.
pub(super) fn moved(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
