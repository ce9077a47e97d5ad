//! The site below a prefix, as behind the API server's proxy for Services.
//!
//! In: a site's origin and a prefix. Out: the origin of the proxy. Must not: repair links: the API server rewrites some
//! and not others, so the site must do without.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::{StatusCode, Uri, header};
use tokio::net::TcpListener;

use crate::transport::Loopback;

/// Where `kubectl proxy` shows the Service of the operator.
pub const SERVICE: &str = "/api/v1/namespaces/knowledge/services/http:knowledge-operator:80/proxy/";

#[derive(Clone)]
struct Proxy {
    client: Loopback,
    site: String,
    prefix: String,
}

/// Serves `site` below `prefix`, which begins and ends with `/`, until the runtime ends.
pub async fn start(site: &str, prefix: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let proxy = Proxy {
        client: Loopback::new(),
        site: site.to_owned(),
        prefix: prefix.to_owned(),
    };
    let router = Router::new().fallback(forward).with_state(proxy);
    tokio::spawn(async move { axum::serve(listener, router).await });
    origin
}

async fn forward(State(proxy): State<Proxy>, mut request: Request) -> Response {
    let asked = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let Some(path) = asked.strip_prefix(&proxy.prefix) else {
        return empty(StatusCode::NOT_FOUND);
    };
    let target: Uri = format!("{}/{path}", proxy.site).parse().unwrap();
    let host = target.authority().unwrap().as_str().parse().unwrap();
    *request.uri_mut() = target;
    request.headers_mut().insert(header::HOST, host);
    match proxy.client.0.request(request).await {
        Ok(answer) => answer.map(Body::new),
        Err(_) => empty(StatusCode::BAD_GATEWAY),
    }
}

fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
