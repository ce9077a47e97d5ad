//! Whether the API server answers: what is served is only as fresh as the last word from it.
//!
//! In: a cheap question, asked again and again. Out: since when there was no answer. Must not: stop anything; pages are
//! served whatever the answer.

use std::time::Duration;

use axum::http::Request;
use k8s_openapi::jiff::Timestamp;
use kube::Client;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::clock::Clock;
use super::metrics::Metrics;

/// How often it is asked.
const ASK: Duration = Duration::from_secs(5);
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(5);
/// How long there may be no answer before readers are told.
const PATIENCE: Duration = Duration::from_secs(15);

/// When the API server last answered, once it has not for a while; `None` while it does.
pub type Contact = watch::Receiver<Option<Timestamp>>;

/// Asks for ever.
pub(super) async fn run(client: Client, clock: Clock, metrics: Metrics, told: watch::Sender<Option<Timestamp>>) {
    let mut last = (Instant::now(), clock.now());
    loop {
        let question = Request::get("/version").body(Vec::new());
        let answered = match question {
            Ok(question) => timeout(ANSWER, client.request_text(question))
                .await
                .is_ok_and(|answer| is_answer(&answer)),
            Err(_) => false,
        };
        if answered {
            last = (Instant::now(), clock.now());
            metrics.answered(last.1);
        }
        let lost = (last.0.elapsed() >= PATIENCE).then_some(last.1);
        told.send_if_modified(|before| {
            let changed = *before != lost;
            match lost.filter(|_| changed) {
                Some(since) => tracing::warn!(%since, "the API server does not answer; pages are served as they were"),
                None if changed => tracing::info!("the API server answers again"),
                None => {}
            }
            *before = lost;
            changed
        });
        sleep(ASK).await;
    }
}

/// A refusal is an answer too.
fn is_answer(answer: &Result<String, kube::Error>) -> bool {
    match answer {
        Ok(_) => true,
        Err(kube::Error::Api(status)) => status.code < 500,
        Err(_) => false,
    }
}
