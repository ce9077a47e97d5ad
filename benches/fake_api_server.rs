//! The fake API server as a command, for load work: `cargo bench --bench fake_api_server -- --documents 1000`.
//!
//! In: how much it holds and where it listens. Out: a kubeconfig to point an operator at; it serves until it is stopped.
//! Must not: listen anywhere but on loopback, or check who asks.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the fake API server is test code: it ends where it finds itself wrong"
)]

#[expect(dead_code, unused_imports, reason = "what tests do with it is not done here")]
#[path = "../tests/fake/mod.rs"]
mod fake;

use std::time::Duration;

use axum::Router;
use axum::error_handling::HandleErrorLayer;
use axum::http::StatusCode;
use clap::Parser;
use fake::Fake;
use serde_json::json;
use tower::ServiceBuilder;

/// Serves a cluster that exists nowhere.
#[derive(Parser)]
struct Args {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Runbooks, spread over the namespaces; each describes one Deployment
    #[arg(long, default_value_t = 1000)]
    documents: usize,
    /// Deployments, spread likewise
    #[arg(long, default_value_t = 1000)]
    targets: usize,
    /// Namespaces
    #[arg(long, default_value_t = 20)]
    namespaces: usize,
    /// Milliseconds that each answer takes
    #[arg(long, default_value_t = 1)]
    latency: u64,
    /// What cargo says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let args = Args::parse();
    let fake = fill(&args);
    let refused = HandleErrorLayer::new(|error: Box<dyn std::error::Error + Send + Sync>| async move {
        (StatusCode::BAD_GATEWAY, error.to_string())
    });
    let service = ServiceBuilder::new().layer(refused).service(fake.connect("operator"));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", args.port)).await?;
    let address = listener.local_addr()?;
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "fake",
        "contexts": [{ "name": "fake", "context": { "cluster": "fake", "user": "fake" } }],
        "clusters": [{ "name": "fake", "cluster": { "server": format!("http://{address}") } }],
        "users": [{ "name": "fake", "user": {} }],
    });
    let path = std::env::temp_dir().join(format!("fake-api-server-{}.json", address.port()));
    std::fs::write(&path, config.to_string())?;
    println!(
        "{} runbooks and {} Deployments on http://{address}",
        args.documents, args.targets
    );
    println!(
        "KUBECONFIG={} knowledge-operator run --lease operator/writer",
        path.display()
    );
    axum::serve(listener, Router::new().fallback_service(service)).await
}

fn fill(args: &Args) -> Fake {
    let fake = Fake::new(&["clusters"]);
    fake.state().faults.latency = (Duration::from_millis(args.latency), Duration::ZERO);
    let namespace = |number: usize| format!("ns-{}", number % args.namespaces.max(1));
    for number in 0..args.namespaces.max(1) {
        fake.put(&json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": namespace(number) } }));
    }
    fake.put(&json!({ "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": { "name": "writer", "namespace": "operator" } }));
    for number in 0..args.targets {
        fake.put(&json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": { "name": format!("app-{number}"), "namespace": namespace(number), "labels": { "app": format!("app-{number}") } },
            "spec": { "replicas": 1 },
        }));
    }
    for number in 0..args.documents {
        let words = "Look at the pods first, then at their logs, and write down what you see.\n\n".repeat(40);
        fake.put(&json!({
            "apiVersion": "knowledge.scs.community/v1alpha1",
            "kind": "Runbook",
            "metadata": { "name": format!("doc-{number}"), "namespace": namespace(number) },
            "spec": {
                "content": format!("# Document {number}\n\n## Diagnosis\n{words}\n## Mitigation\n{words}"),
                "appliesTo": [{ "group": "apps", "kind": "Deployment", "name": format!("app-{}", number % args.targets.max(1)) }],
            },
        }));
    }
    fake
}
