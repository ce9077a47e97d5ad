//! The client that every request of the operator goes through: each gets an answer or an error in time.
//!
//! In: how to reach an API server. Out: a [`Client`], and until when the API server asked to be left alone.
//! Must not: repeat requests by itself; who sent one knows whether it still makes sense.

use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::{Method, Request, Response, StatusCode, header};
use futures::future::BoxFuture;
use kube::client::{Body, ClientBuilder};
use kube::{Client, Config};
use tokio::time::Instant;
use tower::layer::layer_fn;
use tower::timeout::TimeoutLayer;
use tower::{BoxError, Service};

/// How long the API server may take to begin an answer.
const ANSWER: Duration = Duration::from_secs(30);
/// How long it may be silent in the middle of one. Watches are renewed more often, see [`WATCH`].
const SILENCE: Duration = Duration::from_secs(90);
/// How long one request of a watch lasts, in seconds: a connection that died without a word is noticed after it.
pub(super) const WATCH: u32 = 60;
/// The longest time to be left alone that is believed.
const LONGEST: Duration = Duration::from_secs(60);

/// Until when the API server asked us to send nothing more: kept apart for reading and for writing, as one kind that
/// cannot be listed must not stop all writes.
#[derive(Clone, Debug, Default)]
pub struct Throttle {
    reads: Arc<Mutex<Option<Instant>>>,
    writes: Arc<Mutex<Option<Instant>>>,
}

impl Throttle {
    /// Until when to read nothing; `None` when nothing was asked for, or its time is over.
    pub(super) fn reads(&self) -> Option<Instant> {
        pending(&self.reads)
    }

    /// The same for writing.
    pub(super) fn writes(&self) -> Option<Instant> {
        pending(&self.writes)
    }

    /// Takes note of what an answer asks for.
    fn note<B>(&self, method: &Method, answer: &Response<B>) {
        if !matches!(
            answer.status(),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        ) {
            return;
        }
        let until = if method == Method::GET {
            &self.reads
        } else {
            &self.writes
        };
        // The API server gives seconds: <https://kubernetes.io/docs/concepts/cluster-administration/flow-control/>
        let seconds = answer.headers().get(header::RETRY_AFTER);
        let seconds: Option<u64> = seconds.and_then(|seconds| seconds.to_str().ok()?.trim().parse().ok());
        if let (Some(seconds), Ok(mut until)) = (seconds, until.lock()) {
            let asked = Instant::now() + Duration::from_secs(seconds).min(LONGEST);
            *until = Some(until.map_or(asked, |before| before.max(asked)));
        }
    }
}

fn pending(until: &Mutex<Option<Instant>>) -> Option<Instant> {
    let until = until.lock().ok().and_then(|until| *until);
    until.filter(|until| *until > Instant::now())
}

/// A service whose answers are taken note of.
#[derive(Clone)]
struct Noted<S> {
    inner: S,
    throttle: Throttle,
}

impl<S, R, B> Service<Request<R>> for Noted<S>
where
    S: Service<Request<R>, Response = Response<B>>,
    S::Future: Send + 'static,
    S::Error: 'static,
    B: 'static,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<B>, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<R>) -> Self::Future {
        let (method, throttle) = (request.method().clone(), self.throttle.clone());
        let answer = self.inner.call(request);
        Box::pin(async move {
            let answer = answer.await?;
            throttle.note(&method, &answer);
            Ok(answer)
        })
    }
}

/// A client for the cluster of a kubeconfig or service account.
///
/// # Errors
/// When the configuration cannot be used, for example a certificate that does not parse.
pub fn connect(mut config: Config) -> Result<(Client, Throttle), kube::Error> {
    config.default_retry = false;
    config.read_timeout = Some(SILENCE);
    config.reset_reader_on_write = true;
    Ok(bounded(ClientBuilder::try_from(config)?))
}

/// A client over a service of its own, for tests.
pub fn over<S, B>(service: S) -> (Client, Throttle)
where
    S: Service<Request<Body>, Response = Response<B>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError>,
    B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    bounded(ClientBuilder::new(service, "default"))
}

fn bounded<S, B>(builder: ClientBuilder<S>) -> (Client, Throttle)
where
    S: Service<Request<Body>, Response = Response<B>> + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError>,
    B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let throttle = Throttle::default();
    let noting = throttle.clone();
    let note = layer_fn(move |inner: S| Noted {
        inner,
        throttle: noting.clone(),
    });
    let client = builder.with_layer(&note).with_layer(&TimeoutLayer::new(ANSWER)).build();
    (client, throttle)
}
