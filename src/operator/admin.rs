//! The second port: `/livez`, `/readyz` and `/metrics`.
//!
//! In: whether the first snapshot is there and whether the process is stopping. Out: answers for the kubelet and for
//! Prometheus. Must not: say ready before every watch has listed, or serve anything of a user.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::admit::certificates::Presented;
use super::metrics::Metrics;
use super::observe::index::Published;

/// Whether this process wants requests.
#[derive(Clone, Debug)]
pub(super) struct Readiness {
    published: Published,
    stopping: Arc<AtomicBool>,
    /// What the webhook presents, and until when it is waited for: pages are not to go without for its sake.
    presented: Option<(Presented, Instant)>,
}

/// How long the webhook's certificate is waited for.
const CERTIFICATE: Duration = Duration::from_secs(30);

impl Readiness {
    pub(super) fn new(published: Published, presented: Option<Presented>) -> Self {
        Self {
            presented: presented.map(|presented| (presented, Instant::now() + CERTIFICATE)),
            published,
            stopping: Arc::default(),
        }
    }

    /// From now on the process is not ready.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    fn state(&self) -> Result<(), &'static str> {
        if self.stopping.load(Ordering::SeqCst) {
            Err("stopping\n")
        } else if self.published.borrow().is_none() {
            Err("reading the cluster: not every watch has listed yet\n")
        } else if self
            .presented
            .as_ref()
            .is_some_and(|(presented, until)| !presented.is_there() && Instant::now() < *until)
        {
            Err("the webhook has no certificate yet\n")
        } else {
            Ok(())
        }
    }
}

pub(super) fn router(readiness: Readiness, metrics: Metrics) -> Router {
    let published = readiness.published.clone();
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready).with_state(readiness))
        .route("/metrics", get(text).with_state((metrics, published)))
}

async fn ready(State(readiness): State<Readiness>) -> Response {
    match readiness.state() {
        Ok(()) => "ok\n".into_response(),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, why).into_response(),
    }
}

async fn text(State((metrics, published)): State<(Metrics, Published)>) -> Response {
    let site = published.borrow().clone();
    let media_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    (
        [(header::CONTENT_TYPE, media_type)],
        metrics.text(site.as_deref().map(|snapshot| &*snapshot.site)),
    )
        .into_response()
}
