//! The first page, and the page of a namespace.
//!
//! In: the snapshot. Out: lists that lead to documents and objects. Must not: list what nobody described.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use maud::html;

use super::App;
use super::layout::page;
use super::lists::{counted, document_list};
use super::object::address;
use super::reply;
use crate::finding::Severity;
use crate::site::Page;

pub(super) async fn home(State(app): State<App>) -> Response {
    let Some(site) = app.site() else {
        return reply::starting();
    };
    let frame = app.frame(&site, 0, "Operational knowledge", "en");
    let total = site.pages().count();
    let needs_attention = |page: &&Arc<Page>| {
        !page.ready().is_ready()
            || page
                .findings()
                .iter()
                .any(|finding| finding.severity() == Severity::Error)
    };
    let attention: Vec<&Arc<Page>> = site.pages().filter(needs_attention).collect();
    let body = html! {
        h1 { "Operational knowledge" }
        @if total == 0 {
            p { "There are no documents yet. These commands make the first one:" }
            pre { code {
                "kubectl create namespace payments\n"
                "kubectl apply --server-side -f - <<'EOF'\n"
                "apiVersion: knowledge.scs.community/v1alpha1\n"
                "kind: Runbook\n"
                "metadata: {name: payments-api-down, namespace: payments}\n"
                "spec: {title: Payments API is down, content: \"## Diagnosis\\n\\n## Mitigation\\n\"}\n"
                "EOF\n"
                "kubectl get runbooks -n payments"
            } }
        }
        @if !attention.is_empty() {
            section {
                h2 { "Needs attention" }
                (document_list("./", attention.iter().map(|page| &***page), "", true))
            }
        }
        @if total > 0 {
            section {
                h2 { "Namespaces" }
                ul {
                    @for namespace in site.namespaces() {
                        li {
                            a href={ "namespaces/" (namespace) } { (namespace) }
                            " " span.count {
                                (counted(site.pages_in(namespace).count(), "document"))
                                @if site.settings().is_shared(namespace) { ", shared with all" }
                            }
                        }
                    }
                }
            }
        }
    };
    reply::html_page(page(&frame, &body))
}

pub(super) async fn namespace(State(app): State<App>, Path(namespace): Path<String>) -> Response {
    let Some(site) = app.site() else {
        return reply::starting();
    };
    let documents: Vec<&Arc<Page>> = site.pages_in(&namespace).collect();
    let described: Vec<_> = site
        .targets_in(&namespace)
        .filter(|target| !target.documents.is_empty())
        .collect();
    if documents.is_empty() && described.is_empty() {
        return reply::not_found(
            &app,
            1,
            "There is no such namespace, or nothing in it is documented.",
            &namespace,
        );
    }
    let title = format!("Namespace {namespace}");
    let frame = app.frame(&site, 1, &title, "en");
    let body = html! {
        h1 { (title) }
        @if !documents.is_empty() {
            section {
                h2 { "Documents" }
                (document_list("../", documents.iter().map(|page| &***page), "", false))
            }
        }
        @if !described.is_empty() {
            section {
                h2 { "Described objects" }
                ul {
                    @for target in &described {
                        li {
                            a href={ "../" (address(&site, &target.meta.id)) } { (target.meta.id.kind) " " (target.meta.id.name) }
                            " " span.count { (counted(target.documents.len(), "document")) }
                        }
                    }
                }
            }
        }
    };
    reply::html_page(page(&frame, &body))
}
