//! The site as JSON: the address of any page with `/api/v1alpha1` before it.
//!
//! In: the same paths and query strings as the pages. Out: the types of [`model`], described by `openapi.json`.
//! Must not: say anything that the pages do not, or answer in a form that the description does not have.

pub(super) mod model;
pub(super) mod openapi;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;

use self::model::{Alert, Document, DocumentList, Failure, NamespaceList, Object, SearchResults};
use super::App;
use super::query::Asked;
use super::{alert, object, search};
use crate::api::DocumentKind;
use crate::site::Site;

/// Where the JSON begins.
pub(super) const BASE: &str = "/api/v1alpha1";

/// The routes, relative to [`BASE`].
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/openapi.json", get(description))
        .route("/namespaces", get(namespaces))
        .route("/namespaces/{namespace}", get(namespace))
        .route("/namespaces/{namespace}/{kind}/{name}", get(document))
        .route(
            "/namespaces/{namespace}/objects/{resource}/{name}",
            get(namespaced_object),
        )
        .route("/objects/{resource}/{name}", get(cluster_object))
        .route("/runbooks/{alert}", get(alert_alone))
        .route("/runbooks/{component}/{alert}", get(alert_of_component))
        .route("/search", get(search_results))
}

async fn description() -> Response {
    json(StatusCode::OK, openapi::document())
}

async fn namespaces(State(app): State<App>) -> Response {
    app.with_site(|site| found(NamespaceList::of(&site)))
}

async fn namespace(State(app): State<App>, Path(namespace): Path<String>) -> Response {
    app.with_site(|site| match DocumentList::of_namespace(&site, &namespace) {
        Some(list) => found(list),
        None => missing("there is no such namespace, or nothing in it is documented"),
    })
}

async fn document(
    State(app): State<App>,
    Path((namespace, kind, name)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    app.with_site(|site| {
        let page = DocumentKind::from_segment(&kind)
            .and_then(|kind| site.named(kind, &namespace, &name))
            .and_then(|id| site.page(id));
        match page {
            Some(page) => found(Document::of(&app, &site, page, &Asked::of(query.as_deref()))),
            None => missing("there is no such document"),
        }
    })
}

async fn namespaced_object(
    State(app): State<App>,
    Path((namespace, resource, name)): Path<(String, String, String)>,
) -> Response {
    app.with_site(|site| an_object(&site, &namespace, &resource, &name))
}

async fn cluster_object(State(app): State<App>, Path((resource, name)): Path<(String, String)>) -> Response {
    app.with_site(|site| an_object(&site, "", &resource, &name))
}

fn an_object(site: &Site, namespace: &str, resource: &str, name: &str) -> Response {
    match object::find(site, namespace, resource, name) {
        object::Found::Object(target) | object::Found::Elsewhere(target) => found(Object::of(site, target)),
        object::Found::Nothing => missing("no document describes such an object"),
    }
}

async fn alert_alone(State(app): State<App>, Path(name): Path<String>, RawQuery(query): RawQuery) -> Response {
    app.with_site(|site| an_alert(&site, None, &name, query.as_deref()))
}

async fn alert_of_component(
    State(app): State<App>,
    Path((component, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    app.with_site(|site| an_alert(&site, Some(&component), &name, query.as_deref()))
}

fn an_alert(site: &Site, component: Option<&str>, name: &str, query: Option<&str>) -> Response {
    let answers = alert::answers(site, component, name, &Asked::of(query));
    if answers.trusted.is_empty() && answers.others.is_empty() {
        return missing("no document answers such an alert");
    }
    found(Alert::of(site, name, &answers))
}

async fn search_results(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    let asked = search::Asked::of(query.as_deref());
    app.with_site(|site| found(SearchResults::of(&site, &asked)))
}

/// The answer for an address below [`BASE`] that leads nowhere.
pub(super) fn nowhere() -> Response {
    missing("there is no such resource; openapi.json lists what there is")
}

fn found(body: impl Serialize) -> Response {
    json(StatusCode::OK, body)
}

fn missing(message: &str) -> Response {
    let body = Failure {
        message: message.to_owned(),
    };
    json(StatusCode::NOT_FOUND, body)
}

/// The answer before the first snapshot.
pub(super) fn starting() -> Response {
    let body = Failure {
        message: "the operator is still reading the cluster".to_owned(),
    };
    let mut response = json(StatusCode::SERVICE_UNAVAILABLE, body);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, axum::http::HeaderValue::from_static("1"));
    response
}

/// A value as JSON, laid out for people too.
pub(super) fn json(status: StatusCode, body: impl Serialize) -> Response {
    match serde_json::to_string_pretty(&body) {
        Ok(mut text) => {
            text.push('\n');
            (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
