//! HTTP on loopback: how the WebDriver client reaches its driver, and the proxy its site.
//!
//! In: requests. Out: answers. Must not: speak TLS, or wait for ever.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use thirtyfour::error::{WebDriverError, WebDriverResult};
use thirtyfour::session::http::{Body as Given, HttpClient};

/// Longer than anything the driver is asked to wait for.
const LIMIT: Duration = Duration::from_secs(60);

/// A client with connections of its own.
#[derive(Clone)]
pub struct Loopback(pub Client<HttpConnector, Body>);

impl Loopback {
    /// A client of the present runtime.
    pub fn new() -> Self {
        Self(Client::builder(TokioExecutor::new()).build_http())
    }
}

#[async_trait::async_trait]
impl HttpClient for Loopback {
    async fn send(&self, request: Request<Given<'_>>) -> WebDriverResult<Response<Bytes>> {
        let request = request.map(|body| match body {
            Given::Empty => Body::empty(),
            Given::Json(value) => Body::from(value.to_string()),
        });
        let failed = |error: String| WebDriverError::RequestFailed(error);
        let answer = async {
            let response = self
                .0
                .request(request)
                .await
                .map_err(|error| failed(error.to_string()))?;
            let (head, body) = response.into_parts();
            let body = body.collect().await.map_err(|error| failed(error.to_string()))?;
            Ok(Response::from_parts(head, body.to_bytes()))
        };
        tokio::time::timeout(LIMIT, answer)
            .await
            .unwrap_or_else(|_| Err(failed(format!("no answer within {LIMIT:?}"))))
    }

    async fn new(&self) -> Arc<dyn HttpClient> {
        Arc::new(Loopback::new())
    }
}
