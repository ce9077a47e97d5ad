//! The validating webhook: HTTPS in, one review at a time judged, an answer before the API server gives up.
//!
//! In: AdmissionReviews of the API server. Out: allowed or denied, with warnings. Without side effects.
//! Must not: hold a rule (`admission` does), take longer than its deadline, or slow down readers: whoever comes when too
//! many are waiting is told so, and the API server goes on without us.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::admission::{self, Review};
use crate::api::{DocumentKind, names};
use crate::operator::admit::certificates::Presented;
use crate::operator::metrics::{Admitted, Metrics};
use crate::operator::observe::index::Published;

/// Largest review, in bytes: object and old object of up to 1.5 MiB each.
const BODY: usize = 3 * 1024 * 1024;
/// How long an answer may take; the API server waits five seconds.
pub(crate) const DEADLINE: Duration = Duration::from_secs(3);
/// Reviews that may wait at the same time.
const WAITING: usize = 64;
/// How large all bodies that wait may be together, in KiB.
const ROOM: usize = 32 * 1024;
/// Reviews that are judged at the same time: the rest of the machine is for readers.
const JUDGED: usize = 2;

#[derive(Clone)]
struct Webhook {
    published: Published,
    metrics: Metrics,
    waiting: Arc<Semaphore>,
    /// In KiB.
    room: Arc<Semaphore>,
    judged: Arc<Semaphore>,
}

/// The part of an AdmissionReview that is looked at.
/// Source: <https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#webhook-request-and-response>
#[derive(Deserialize)]
struct Asked {
    request: Request,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    uid: String,
    kind: Kind,
    #[serde(default)]
    sub_resource: String,
    #[serde(default)]
    object: Value,
    #[serde(default)]
    old_object: Value,
}

#[derive(Deserialize)]
struct Kind {
    group: String,
    kind: String,
}

/// The routes of the webhook.
pub(crate) fn router(published: Published, metrics: Metrics) -> Router {
    routes(Webhook {
        published,
        metrics,
        waiting: Arc::new(Semaphore::new(WAITING)),
        room: Arc::new(Semaphore::new(ROOM)),
        judged: Arc::new(Semaphore::new(JUDGED)),
    })
}

fn routes(webhook: Webhook) -> Router {
    Router::new()
        .route("/validate", post(validate))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn_with_state(webhook.clone(), bounded))
        .with_state(webhook)
}

/// Before a byte of the body is read: a place among those who wait, room for the body, and a deadline for both.
async fn bounded(State(webhook): State<Webhook>, request: axum::extract::Request, next: Next) -> Response {
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let room = length.unwrap_or(BODY).min(BODY) / 1024 + 1;
    let waiting = webhook.waiting.clone().try_acquire_owned();
    let room = webhook
        .room
        .clone()
        .try_acquire_many_owned(u32::try_from(room).unwrap_or(u32::MAX));
    let (Ok(_waiting), Ok(_room)) = (waiting, room) else {
        webhook.metrics.admitted(Admitted::Busy);
        return (StatusCode::SERVICE_UNAVAILABLE, "too many reviews at once\n").into_response();
    };
    tokio::time::timeout(DEADLINE, next.run(request))
        .await
        .unwrap_or_else(|_| {
            webhook.metrics.admitted(Admitted::Late);
            (StatusCode::SERVICE_UNAVAILABLE, "no answer in time\n").into_response()
        })
}

/// Serves until the handle says stop.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    presented: Presented,
    handle: Handle<std::net::SocketAddr>,
) {
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(presented));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let config = RustlsConfig::from_config(Arc::new(config));
    let server = axum_server::from_tcp_rustls(listener, config);
    let served = match server {
        Ok(server) => {
            server
                .handle(handle)
                .http1_only()
                .first_request_timeout(DEADLINE)
                .serve(router.into_make_service())
                .await
        }
        Err(error) => Err(error),
    };
    if let Err(error) = served {
        tracing::error!(%error, "webhook ended");
    }
}

async fn validate(State(webhook): State<Webhook>, body: Bytes) -> Response {
    let (outcome, response) = webhook.clone().judge(body).await;
    webhook.metrics.admitted(outcome);
    response
}

impl Webhook {
    async fn judge(self, body: Bytes) -> (Admitted, Response) {
        let malformed = |why: String| (Admitted::Malformed, (StatusCode::BAD_REQUEST, why).into_response());
        // Whoever waited in vain gives its place to the next.
        let Ok(turn) = self.judged.clone().acquire_owned().await else {
            return malformed("stopping\n".to_owned());
        };
        let site = self.published.borrow().clone();
        let judged = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let asked: Asked =
                serde_json::from_slice(&body).map_err(|error| format!("not an AdmissionReview: {error}\n"))?;
            let request = asked.request;
            let kind = DocumentKind::parse(&request.kind.kind).filter(|_| request.kind.group == names::GROUP);
            let verdict = match (kind, &site) {
                (Some(kind), Some(site)) => {
                    let review = Review {
                        kind,
                        object: &request.object,
                        old: Some(&request.old_object).filter(|old| !old.is_null()),
                        subresource: &request.sub_resource,
                    };
                    admission::review(review, site)
                }
                // What is not ours, or comes before anything is known, is none of our business; the controller will say.
                _ => admission::Verdict::default(),
            };
            Ok::<_, String>((request.uid, verdict))
        });
        let (uid, verdict) = match judged.await {
            Ok(Ok(judged)) => judged,
            Ok(Err(why)) => return malformed(why),
            // A panic of ours must not keep anybody from storing an object.
            Err(error) => {
                tracing::error!(%error, "a review failed");
                return (Admitted::Failed, StatusCode::INTERNAL_SERVER_ERROR.into_response());
            }
        };
        let mut response = json!({ "uid": uid, "allowed": verdict.denied.is_empty(), "warnings": verdict.warnings });
        if let (Some(message), Some(response)) = (verdict.message(), response.as_object_mut()) {
            response.insert(
                "status".to_owned(),
                json!({ "code": 422, "reason": "Invalid", "message": message }),
            );
        }
        let outcome = if verdict.denied.is_empty() {
            Admitted::Allowed
        } else {
            Admitted::Denied
        };
        let review = json!({ "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response });
        (outcome, axum::Json(review).into_response())
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request as HttpRequest;
    use tokio::sync::watch;
    use tower::ServiceExt;

    use super::*;
    use crate::publish::Publisher;
    use crate::site::Site;

    fn webhook(waiting: usize, judged: usize) -> Webhook {
        let (_, published) = watch::channel(Some(Arc::new(
            Publisher::default().first(Arc::new(Site::empty(Arc::default()))),
        )));
        Webhook {
            published,
            metrics: Metrics::new(),
            waiting: Arc::new(Semaphore::new(waiting)),
            room: Arc::new(Semaphore::new(ROOM)),
            judged: Arc::new(Semaphore::new(judged)),
        }
    }

    async fn ask(webhook: &Webhook, body: impl Into<Body>) -> (u16, Value) {
        let request = HttpRequest::post("/validate").body(body.into()).unwrap();
        let response = routes(webhook.clone()).oneshot(request).await.unwrap();
        let code = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (code, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    fn review(kind: &str, object: &Value) -> String {
        let group = if kind == "Runbook" {
            "knowledge.scs.community"
        } else {
            ""
        };
        let request = json!({ "uid": "u-1", "kind": { "group": group, "version": "v1", "kind": kind }, "operation": "CREATE", "object": object, "oldObject": null });
        json!({ "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request }).to_string()
    }

    #[tokio::test]
    async fn a_review_is_answered_under_its_own_uid() {
        let webhook = webhook(8, 2);
        let spec = json!({ "content": "Text.", "appliesTo": [{ "kind": "Pod", "name": "a" }] });
        let object = json!({ "metadata": { "name": "a", "namespace": "b" }, "spec": spec });
        let (code, answer) = ask(&webhook, review("Runbook", &object)).await;
        assert_eq!((code, &answer["response"]["uid"]), (200, &json!("u-1")));
        assert_eq!(answer["response"]["allowed"], false);
        assert!(
            answer["response"]["status"]["message"]
                .as_str()
                .unwrap()
                .contains("KB0120")
        );
        // Whoever sends what is not ours is let through.
        let (code, answer) = ask(&webhook, review("Secret", &object)).await;
        assert_eq!((code, &answer["response"]["allowed"]), (200, &json!(true)));
    }

    #[tokio::test]
    async fn what_is_no_review_is_refused_and_so_is_too_much() {
        let webhook = webhook(8, 2);
        for odd in ["", "{}", "[]", "{\"request\": 5}", "not JSON"] {
            assert_eq!(ask(&webhook, odd).await.0, 400, "{odd}");
        }
        assert_eq!(ask(&webhook, vec![b' '; BODY + 1]).await.0, 413);
        let text = webhook.metrics.text(None);
        assert!(
            text.contains("knowledge_operator_admissions_total{outcome=\"Malformed\"} 5"),
            "{text}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_would_wait_too_long_is_told_so() {
        let object = json!({ "metadata": { "name": "a", "namespace": "b" }, "spec": { "content": "Text." } });
        let full = webhook(0, 2);
        assert_eq!(ask(&full, review("Runbook", &object)).await.0, 503);
        assert!(full.metrics.text(None).contains("admissions_total{outcome=\"Busy\"} 1"));
        let crowded = webhook(8, 2);
        let _others = crowded
            .room
            .clone()
            .try_acquire_many_owned(u32::try_from(ROOM).unwrap())
            .unwrap();
        assert_eq!(ask(&crowded, review("Runbook", &object)).await.0, 503);
        // A body that never ends holds its place no longer than anybody else.
        let slow = webhook(8, 2);
        let start = tokio::time::Instant::now();
        let endless = Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>());
        assert_eq!(ask(&slow, endless).await.0, 503);
        assert_eq!(start.elapsed(), DEADLINE);
        let stuck = webhook(8, 0);
        let start = tokio::time::Instant::now();
        assert_eq!(ask(&stuck, review("Runbook", &object)).await.0, 503);
        assert_eq!(start.elapsed(), DEADLINE);
        assert!(
            stuck
                .metrics
                .text(None)
                .contains("admissions_total{outcome=\"Late\"} 1")
        );
    }
}
