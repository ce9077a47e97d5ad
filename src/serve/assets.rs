//! The style, the script of the preview, and the stream that tells it to reload.
//!
//! In: a file name. Out: the file, compiled into the binary. Must not: read the file system.

use std::convert::Infallible;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{Stream, unfold};

use super::App;
use crate::parameter::FILL_SCRIPT;

const STYLE: &str = include_str!("assets/style.css");
const SCRIPT: &str = include_str!("assets/site.js");
const LIVE: &str = include_str!("assets/live.js");

/// Their addresses from the site's root.
pub(super) const STYLE_PATH: &str = "assets/style.css";
pub(super) const FILL_PATH: &str = "assets/fill.js";
pub(super) const SCRIPT_PATH: &str = "assets/site.js";

pub(super) async fn asset(Path(file): Path<String>) -> Response {
    let (media_type, body) = match file.as_str() {
        "style.css" => ("text/css; charset=utf-8", STYLE),
        "site.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "fill.js" => ("text/javascript; charset=utf-8", FILL_SCRIPT),
        "live.js" => ("text/javascript; charset=utf-8", LIVE),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], body).into_response()
}

/// One event for each new snapshot.
pub(super) async fn changes(State(app): State<App>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut published = app.published;
    published.mark_unchanged();
    let events = unfold(published, |mut published| async move {
        published.changed().await.ok()?;
        Some((Ok(Event::default().data("changed")), published))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
