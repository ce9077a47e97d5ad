//! How fast a replica converges and follows, over the fake API server: `cargo bench --bench replicas`.
//!
//! In: how many documents. Out: times and rates, with the machine they were taken on. Real time, one process.
//! Must not: be read as the speed of a cluster: the API server answers in a millisecond.

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

use std::sync::Arc;
use std::time::{Duration, Instant};

use fake::{Fake, Id};
use knowledge_operator::admission::{self, Review};
use knowledge_operator::api::{DocumentKind, GroupKind};
use knowledge_operator::operator::clock::Clock;
use knowledge_operator::operator::replica::{Replica, ReplicaConfig, Told};
use knowledge_operator::operator::{LeaseName, Metrics, Rate};
use knowledge_operator::settings::Settings;
use serde_json::{Value, json};

const TENANTS: usize = 20;

fn document(number: usize) -> Value {
    let words = "Look at the pods first, then at their logs, and write down what you see.\n\n".repeat(25);
    json!({
        "apiVersion": "knowledge.scs.community/v1alpha1",
        "kind": "Runbook",
        "metadata": { "name": format!("doc-{number}"), "namespace": format!("ns-{}", number % TENANTS) },
        "spec": {
            "content": format!("# Document {number}\n\n## Diagnosis\n{words}\n## Mitigation\n{words}"),
            "appliesTo": [{ "group": "apps", "kind": "Deployment", "name": format!("app-{number}") }],
        },
    })
}

fn world(documents: usize) -> Fake {
    let fake = Fake::new(&["clusters"]);
    fake.state().faults.latency = (Duration::from_millis(1), Duration::ZERO);
    fake.put(&json!({ "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": { "name": "writer", "namespace": "operator" } }));
    for number in 0..documents {
        let (name, namespace) = (format!("app-{number}"), format!("ns-{}", number % TENANTS));
        fake.put(&json!({ "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": name, "namespace": namespace } }));
        fake.put(&document(number));
    }
    fake
}

fn start(fake: &Fake, name: &str) -> (Replica, knowledge_operator::operator::Published) {
    let (client, throttle) = fake.client(name);
    let (told, published, _) = Told::channel();
    let config = ReplicaConfig {
        settings: Arc::new(Settings::default()),
        kinds: [("", "Namespace"), ("apps", "Deployment")]
            .map(|(group, kind)| GroupKind::new(group, kind))
            .into(),
        namespaces: Vec::new(),
        lease: Some(LeaseName {
            namespace: "operator".to_owned(),
            name: "writer".to_owned(),
        }),
        identity: format!("{name}_1"),
        rate: Rate {
            per_second: 5_000.0,
            burst: 5_000.0,
        },
        clock: Clock::default(),
        metrics: Metrics::new(),
        certificate: None,
    };
    (Replica::start(&client, &throttle, config, told), published)
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or_default();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn until(what: impl Fn() -> bool) -> Duration {
    let start = Instant::now();
    while !what() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    start.elapsed()
}

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    format!("p50 {:?}, p99 {:?}, longest {:?}", at(0.5), at(0.99), at(1.0))
}

#[tokio::main]
async fn main() {
    let documents = std::env::var("DOCUMENTS")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(10_000);
    println!(
        "{} processors",
        std::thread::available_parallelism().map_or(0, usize::from)
    );
    let fake = world(documents);
    println!("{documents} documents and as many Deployments stored; {}", memory());

    let begin = Instant::now();
    let (mut replica, published) = start(&fake, "one");
    until(|| published.borrow().is_some()).await;
    println!("first snapshot after {:?}", begin.elapsed());
    let written = |resource: &str| {
        fake.state()
            .faults
            .log
            .iter()
            .filter(|record| record.verb == "patch" && record.plural == resource)
            .count()
    };
    until(|| written("runbooks") >= documents && written("deployments") >= documents).await;
    let took = begin.elapsed();
    println!(
        "{documents} statuses and as many annotations after {took:?}: {:.0} documents/s; {}",
        documents as f64 / took.as_secs_f64(),
        memory()
    );

    let mut visible = Vec::new();
    let mut attached = Vec::new();
    for turn in 0..200 {
        let number = turn * 37 % documents;
        let mut edited = document(number);
        edited["spec"]["title"] = json!(format!("Edit {turn}"));
        let id = knowledge_operator::corpus::DocumentId::new(
            DocumentKind::Runbook,
            format!("ns-{}", number % TENANTS),
            format!("doc-{number}"),
        );
        let before = written("runbooks");
        let edit = Instant::now();
        fake.put(&edited);
        until(|| {
            published
                .borrow()
                .as_ref()
                .and_then(|site| site.page(&id).cloned())
                .is_some_and(|page| *page.title == format!("Edit {turn}"))
        })
        .await;
        visible.push(edit.elapsed());
        until(|| written("runbooks") > before).await;
        attached.push(edit.elapsed());
    }
    println!("edit to page: {}", percentiles(visible));
    println!("edit to status: {}", percentiles(attached));

    let site = published.borrow().clone().unwrap();
    let object = fake.get(&Id::new("runbooks", "ns-1", "doc-1")).unwrap();
    let mut times = Vec::new();
    for _ in 0..2_000 {
        let start = Instant::now();
        let review = Review {
            kind: DocumentKind::Runbook,
            object: &object,
            old: None,
            subresource: "",
        };
        assert!(admission::review(review, &site).denied.is_empty());
        times.push(start.elapsed());
    }
    println!("review of {} bytes: {}", object.to_string().len(), percentiles(times));

    replica.stop_writing().await;
    let (calls, begin) = (fake.state().faults.log.len(), Instant::now());
    let (mut next, _published) = start(&fake, "two");
    until(|| next.leadership().is_leading()).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let log = fake.state().faults.log.clone();
    let writes = log.iter().skip(calls).filter(|record| record.is_product()).count();
    println!(
        "another writer after {:?}, its writes in five seconds: {writes}",
        begin.elapsed() - Duration::from_secs(5)
    );
    next.stop_writing().await;
}
