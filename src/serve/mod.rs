//! HTTP over the snapshot: pages, text, JSON.
//!
//! In: the last published [`Snapshot`]. Out: an [`axum::Router`]. Must not: know Kubernetes, hold a rule, change anything,
//! or answer without the headers that keep hostile content harmless.

mod alert;
mod api;
mod assets;
mod cache;
mod document;
mod document_page;
mod headers;
mod home;
mod layout;
mod lists;
mod object;
mod parameter_bar;
mod query;
mod reply;
mod search;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::get;
use k8s_openapi::jiff::Timestamp;
use tokio::sync::watch;

use crate::publish::Snapshot;
use crate::site::Site;
pub use headers::CONTENT_SECURITY_POLICY;
use layout::Frame;

/// The last snapshot; `None` until there is one.
pub type Published = watch::Receiver<Option<Arc<Snapshot>>>;

/// Takes note of an answer.
#[derive(Clone)]
pub struct Observe(pub Arc<dyn Fn(&'static str, u16, Duration) + Send + Sync>);

impl std::fmt::Debug for Observe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Observe")
    }
}

/// What a server needs to know beside the snapshot.
#[derive(Clone, Debug, Default)]
pub struct HttpConfig {
    /// Pages reload when a new snapshot is published: for the preview.
    pub live: bool,
    /// Told of each answer: the template of its route, its status, how long it took.
    pub observe: Option<Observe>,
    /// When the API server last answered, once it has not for a while: pages say so.
    pub contact: Option<watch::Receiver<Option<Timestamp>>>,
}

#[derive(Clone)]
struct App {
    published: Published,
    config: HttpConfig,
}

/// The routes of the site.
pub fn router(published: Published, config: HttpConfig) -> Router {
    let live = config.live;
    let observe = config.observe.clone();
    let app = App { published, config };
    let pages = Router::new()
        .route("/", get(home::home))
        .route("/search", get(search::search))
        .route("/namespaces/{namespace}", get(home::namespace))
        .route("/namespaces/{namespace}/{kind}/{name}", get(document::document))
        .route(
            "/namespaces/{namespace}/objects/{resource}/{name}",
            get(object::namespaced),
        )
        .route(
            "/namespaces/{namespace}/{kind}/{name}/images/{file}",
            get(document::picture),
        )
        .route("/objects/{resource}/{name}", get(object::cluster))
        .route("/runbooks/{alert}", get(alert::alone))
        .route("/runbooks/{alert}/", get(alert::alone_slash))
        .route("/runbooks/{component}/{alert}", get(alert::of_component))
        .route("/runbooks/{component}/{alert}/", get(alert::of_component_slash))
        .route("/assets/{file}", get(assets::asset))
        .nest(api::BASE, api::routes());
    let mut router = pages.fallback(not_found).layer(from_fn(cache::tagged));
    if live {
        router = router.route("/changes", get(assets::changes));
    }
    let router = router.with_state(app);
    let router = headers::guard(router);
    match observe {
        Some(observe) => router.layer(axum::middleware::from_fn_with_state(observe, observed)),
        None => router,
    }
}

/// The templates of our routes: what a metric may be labelled with.
const ROUTES: [&str; 21] = [
    "/",
    "/search",
    "/namespaces/{namespace}",
    "/namespaces/{namespace}/{kind}/{name}",
    "/namespaces/{namespace}/{kind}/{name}/images/{file}",
    "/namespaces/{namespace}/objects/{resource}/{name}",
    "/objects/{resource}/{name}",
    "/runbooks/{alert}",
    "/runbooks/{alert}/",
    "/runbooks/{component}/{alert}",
    "/runbooks/{component}/{alert}/",
    "/assets/{file}",
    "/api/v1alpha1/openapi.json",
    "/api/v1alpha1/namespaces",
    "/api/v1alpha1/namespaces/{namespace}",
    "/api/v1alpha1/namespaces/{namespace}/{kind}/{name}",
    "/api/v1alpha1/namespaces/{namespace}/objects/{resource}/{name}",
    "/api/v1alpha1/objects/{resource}/{name}",
    "/api/v1alpha1/runbooks/{alert}",
    "/api/v1alpha1/runbooks/{component}/{alert}",
    "/api/v1alpha1/search",
];

async fn observed(
    State(observe): State<Observe>,
    route: Option<axum::extract::MatchedPath>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    let start = std::time::Instant::now();
    let response = next.run(request).await;
    let route = route
        .as_ref()
        .and_then(|route| ROUTES.into_iter().find(|known| *known == route.as_str()));
    (observe.0)(route.unwrap_or("none"), response.status().as_u16(), start.elapsed());
    response
}

impl App {
    /// The snapshot for one request.
    fn site(&self) -> Option<Arc<Snapshot>> {
        self.published.borrow().clone()
    }

    /// The answer of the JSON interface from the snapshot.
    fn with_site(&self, answer: impl FnOnce(Arc<Snapshot>) -> Response) -> Response {
        self.site().map_or_else(api::starting, answer)
    }

    /// The frame of a page at this depth.
    fn frame<'a>(&self, site: &'a Site, depth: usize, title: &'a str, language: &'a str) -> Frame<'a> {
        Frame {
            site,
            depth,
            title,
            language,
            query: "",
            live: self.config.live,
            stale: self.stale(),
        }
    }

    /// When the API server was last heard of, and how long ago that is, once that is worth telling.
    fn stale(&self) -> Option<(Timestamp, Duration)> {
        let since = (*self.config.contact.as_ref()?.borrow())?;
        let age = Duration::try_from(Timestamp::now().duration_since(since)).unwrap_or_default();
        Some((since, age))
    }
}

async fn not_found(State(app): State<App>, uri: axum::http::Uri) -> Response {
    let path = uri.path();
    if path.starts_with(api::BASE) {
        return api::nowhere();
    }
    let depth = path.matches('/').count().saturating_sub(1);
    let wanted = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
    reply::not_found(&app, depth, "There is no such page.", wanted)
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;
    use crate::publish::Publisher;

    #[tokio::test]
    async fn pages_say_since_when_the_api_server_has_not_answered_and_other_readers_are_observed() {
        let empty = Arc::new(Site::empty(Arc::default()));
        let snapshot = Publisher::default().first(empty);
        let (_, published) = watch::channel(Some(Arc::new(snapshot)));
        let (told, contact) = watch::channel(None);
        let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
        let noting = seen.clone();
        let observe = Observe(Arc::new(move |route, code, _| {
            noting.lock().unwrap().push((route, code));
        }));
        let config = HttpConfig {
            contact: Some(contact),
            observe: Some(observe),
            ..HttpConfig::default()
        };
        let router = router(published, config);
        let get = async |path: &str| {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            String::from_utf8(bytes.to_vec()).unwrap()
        };
        assert!(!get("/").await.contains("has not answered"));
        let since = Timestamp::now() - k8s_openapi::jiff::SignedDuration::from_mins(5);
        told.send_replace(Some(since));
        for path in ["/", "/no/such/page"] {
            let page = get(path).await;
            assert!(
                page.contains("The API server has not answered for 5 minutes."),
                "{page}"
            );
        }
        told.send_replace(None);
        assert!(!get("/").await.contains("has not answered"));
        get("/namespaces/a%3Cscript%3E/runbooks/b").await;
        let seen = seen.lock().unwrap().clone();
        assert!(
            seen.contains(&("/", 200)) && seen.contains(&("/namespaces/{namespace}/{kind}/{name}", 404)),
            "{seen:?}"
        );
    }
}
