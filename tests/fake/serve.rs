//! Requests in, answers out: the fake API server as a tower service.

use std::convert::Infallible;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{StreamExt, TryStreamExt};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use k8s_openapi::jiff::SignedDuration;
use knowledge_operator::operator::transport::{self, Throttle};
use kube::Client;
use serde_json::{Value, json};

use super::Fake;
use super::faults::{Fault, Record};
use super::kinds::discovery;
use super::requests::Call;
use super::store::{Id, Refusal, Write};
use super::watching;

type Broken = Box<dyn std::error::Error + Send + Sync>;
/// Body of an answer.
pub type Answer = UnsyncBoxBody<Bytes, Broken>;

/// A connection of one user.
#[derive(Clone)]
pub struct Connection {
    fake: Fake,
    user: String,
}

impl Fake {
    /// A client of this user, bounded as the operator's is.
    pub fn client(&self, user: &str) -> (Client, Throttle) {
        transport::over(self.connect(user))
    }

    /// A connection of this user.
    pub fn connect(&self, user: &str) -> Connection {
        Connection {
            fake: self.clone(),
            user: user.to_owned(),
        }
    }
}

impl<B> tower::Service<Request<B>> for Connection
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Broken>,
{
    type Response = Response<Answer>;
    type Error = Broken;
    type Future = BoxFuture<'static, Result<Response<Answer>, Broken>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let connection = self.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.map_err(Into::into)?.to_bytes().to_vec();
            let header = |name: &str| {
                parts
                    .headers
                    .get(name)
                    .and_then(|value| value.to_str().ok())
                    .unwrap_or_default()
                    .to_owned()
            };
            let asked = Asked {
                method: parts.method.as_str().to_owned(),
                path: parts.uri.path().to_owned(),
                query: parts.uri.query().unwrap_or_default().to_owned(),
                accept: header("accept"),
                media_type: header("content-type"),
                body,
            };
            connection.answer(asked).await
        })
    }
}

struct Asked {
    method: String,
    path: String,
    query: String,
    accept: String,
    media_type: String,
    body: Vec<u8>,
}

impl Connection {
    async fn answer(&self, asked: Asked) -> Result<Response<Answer>, Broken> {
        let (fault, latency) = {
            let mut state = self.fake.state();
            let (least, more) = state.faults.latency;
            (state.faults.next(), least + more.mul_f64(fastrand::f64()))
        };
        tokio::time::sleep(latency).await;
        if let Some(Fault::Late(late)) = fault {
            tokio::time::sleep(late).await;
        }
        let age = self.fake.age();
        let away = self.fake.state().faults.is_away(&self.user, age);
        match fault {
            _ if away => return Err("connection refused".into()),
            Some(Fault::Lost) => return Err("connection reset by peer".into()),
            Some(Fault::Silent) => std::future::pending::<()>().await,
            Some(Fault::Refused(code, retry_after)) => {
                if let Some(call) = Call::parse(
                    &asked.method,
                    &asked.path,
                    &asked.query,
                    &asked.accept,
                    &asked.media_type,
                    Vec::new(),
                ) {
                    self.log(&call, code);
                }
                let mut answer = refused(&Refusal::new(code, "Injected", "told to fail"));
                if let Some(seconds) = retry_after {
                    answer.headers_mut().insert("retry-after", seconds.into());
                }
                return Ok(answer);
            }
            _ => {}
        }
        let answer = self.handle(asked);
        if fault == Some(Fault::Unanswered) {
            return Err("connection reset by peer".into());
        }
        Ok(answer)
    }

    fn handle(&self, asked: Asked) -> Response<Answer> {
        match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/version") => {
                return json_answer(
                    200,
                    &json!({ "major": "1", "minor": "36", "gitVersion": "v1.36.0-fake" }),
                );
            }
            ("GET", path @ ("/api" | "/apis")) => {
                let state = self.fake.state();
                return json_answer(200, &discovery(path == "/api", |plural| state.store.is_served(plural)));
            }
            _ => {}
        }
        let call = Call::parse(
            &asked.method,
            &asked.path,
            &asked.query,
            &asked.accept,
            &asked.media_type,
            asked.body,
        );
        let Some(call) = call.filter(|call| self.fake.state().store.is_served(call.row.plural)) else {
            return text_answer(404, "404 page not found\n");
        };
        let before = self.fake.state().store.version();
        let (code, answer) = self.permitted(call.clone());
        let changed = self.fake.state().store.version() > before;
        self.log(&call, code);
        if changed {
            self.fake.tell();
        }
        answer
    }

    fn log(&self, call: &Call, code: u16) {
        let age = self.fake.age();
        let mut state = self.fake.state();
        let leases: Vec<Id> = state.store.ids().filter(|id| id.row == "leases").cloned().collect();
        let holder = leases.first().and_then(|id| {
            state.store.get(id)?["spec"]["holderIdentity"]
                .as_str()
                .map(str::to_owned)
        });
        state.faults.log.push(Record {
            at: age,
            user: self.user.clone(),
            verb: call.verb,
            plural: call.row.plural.to_owned(),
            subresource: call.subresource.clone(),
            namespace: call.namespace.clone(),
            name: call.name.clone(),
            code,
            holder,
        });
    }

    fn permitted(&self, call: Call) -> (u16, Response<Answer>) {
        if self.fake.state().faults.forbids(&self.user, call.verb, call.row.plural) {
            let message = format!(
                "{} is forbidden: User \"{}\" cannot {} resource \"{}\" in API group \"{}\"",
                call.row.plural, self.user, call.verb, call.row.plural, call.row.group
            );
            return (403, refused(&Refusal::new(403, "Forbidden", message)));
        }
        if matches!(call.verb, "list" | "watch") && self.fake.state().faults.broken.contains(call.row.plural) {
            let message = "conversion webhook for it failed: connection refused";
            return (500, refused(&Refusal::new(500, "InternalError", message)));
        }
        if call.verb == "watch" {
            let streaming = call.asks("sendInitialEvents");
            if streaming && self.fake.state().faults.no_streaming {
                let message = "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled";
                return (422, refused(&Refusal::new(422, "Invalid", message)));
            }
            let lines = watching::watch(&self.fake, &self.user, call)
                .map_ok(Frame::data)
                .boxed();
            let body = BodyExt::boxed_unsync(StreamBody::new(lines));
            let answer = Response::builder()
                .header("content-type", "application/json")
                .body(body)
                .unwrap();
            return (200, answer);
        }
        match self.done(&call) {
            Ok(body) => {
                let code = if call.verb == "create" { 201 } else { 200 };
                (code, json_answer(code, &body))
            }
            Err(refusal) => (refusal.code, refused(&refusal)),
        }
    }

    fn done(&self, call: &Call) -> Result<Value, Refusal> {
        let now = self.fake.clock();
        if call.verb == "list" {
            return self.list(call);
        }
        let body: Value = if call.body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&call.body).map_err(|error| Refusal::new(400, "BadRequest", error.to_string()))?
        };
        let mut id = call.id();
        let query = |key: &str| call.query.get(key).map(String::as_str);
        let agent = self.user.as_str();
        let write = Write {
            manager: query("fieldManager").unwrap_or(agent),
            subresource: call.subresource.as_deref(),
            now,
        };
        let store = &mut self.fake.state().store;
        let object = match call.verb {
            "get" => store
                .get(&id)
                .cloned()
                .ok_or_else(|| Refusal::new(404, "NotFound", format!("{} \"{}\" not found", id.row, id.name))),
            "create" => {
                id.name = body["metadata"]["name"].as_str().unwrap_or_default().to_owned();
                store.create(&id, &write, body)
            }
            "patch" if call.media_type.contains("apply-patch") => store.apply(&id, &write, call.asks("force"), &body),
            "patch" => store.merge(&id, &write, &body),
            "delete" => {
                store.delete(&id, now)?;
                return Ok(json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success" }));
            }
            _ => Err(Refusal::new(405, "MethodNotAllowed", "not in the fake")),
        }?;
        Ok(call.shown(&object))
    }

    fn list(&self, call: &Call) -> Result<Value, Refusal> {
        let state = self.fake.state();
        let (at, offset) = match call.query.get("continue").and_then(|token| token.split_once('-')) {
            Some((at, offset)) => (at.parse().unwrap_or_default(), offset.parse().unwrap_or_default()),
            None => {
                let lag = state.faults.lag.get(&self.user).copied().unwrap_or(Duration::ZERO);
                (
                    state
                        .store
                        .version_at(self.fake.clock() - SignedDuration::try_from(lag).unwrap()),
                    0_usize,
                )
            }
        };
        if at < state.store.compacted() {
            return Err(Refusal::new(
                410,
                "Expired",
                "The provided continue parameter is too old",
            ));
        }
        let all = state.store.list(call.row.plural, at);
        let selected: Vec<&Value> = all
            .iter()
            .filter(|(id, object)| call.selects(id, object))
            .map(|(_, object)| object)
            .collect();
        let limit = call
            .number("limit")
            .map_or(usize::MAX, |limit| usize::try_from(limit).unwrap())
            .max(1);
        let end = offset.saturating_add(limit).min(selected.len());
        let mut metadata = json!({ "resourceVersion": at.to_string() });
        if end < selected.len() {
            metadata["continue"] = json!(format!("{at}-{end}"));
        }
        let items: Vec<Value> = selected
            .get(offset..end)
            .unwrap_or_default()
            .iter()
            .map(|object| call.shown(object))
            .collect();
        let (version, kind) = if call.metadata_only {
            ("meta.k8s.io/v1".to_owned(), "PartialObjectMetadataList".to_owned())
        } else {
            (call.row.api_version(), format!("{}List", call.row.kind))
        };
        Ok(json!({ "apiVersion": version, "kind": kind, "metadata": metadata, "items": items }))
    }
}

fn refused(refusal: &Refusal) -> Response<Answer> {
    let mut status = json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": refusal.message,
        "reason": refusal.reason,
        "code": refusal.code,
    });
    if let Some(field) = refusal.field {
        status["details"] = json!({ "causes": [{ "reason": "FieldValueInvalid", "field": field }] });
    }
    json_answer(refusal.code, &status)
}

fn json_answer(code: u16, body: &Value) -> Response<Answer> {
    answer(code, "application/json", body.to_string())
}

fn text_answer(code: u16, body: &str) -> Response<Answer> {
    answer(code, "text/plain", body.to_owned())
}

fn answer(code: u16, media_type: &str, body: String) -> Response<Answer> {
    let body = Full::new(Bytes::from(body)).map_err(|error: Infallible| match error {});
    Response::builder()
        .status(code)
        .header("content-type", media_type)
        .body(body.boxed_unsync())
        .unwrap()
}
