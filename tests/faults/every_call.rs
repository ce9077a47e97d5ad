//! The k-th call fails, for every k, in every way.

use std::ops::Range;
use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use crate::cluster::{Cluster, run};
use crate::fake::{Fake, Fault, Id};
use crate::objects::{
    article, cluster, config_map, deployment, describes, named, namespace, runbook, selected, service,
};

/// Long enough for every pause of a retry, a lease and a watch that died without a word; far too short for a relist.
pub const PATIENCE: Duration = Duration::from_secs(150);

/// What is there before the replicas start.
pub fn world() -> Fake {
    let fake = Fake::new(&["clusters"]);
    for object in [
        namespace("a", &json!({})),
        namespace("b", &json!({ "team": "two" })),
        namespace("shared", &json!({})),
        deployment("a/api", "payments"),
        deployment("a/worker", "batch"),
        deployment("b/api", "payments"),
        service("a/api"),
        config_map("b/text", false, "# Text\n\nSome words that say what to do.\n"),
        runbook("a/down", &describes(&json!([named("api")]))),
        runbook(
            "a/slow",
            &describes(&json!([selected("payments"), { "kind": "Service", "name": "api" }])),
        ),
        runbook(
            "a/prod",
            &describes(&json!([{ "group": "cluster.x-k8s.io", "kind": "Cluster", "name": "prod" }])),
        ),
        runbook("a/broken", &describes(&json!([{ "kind": "Pod", "name": "api-0" }]))),
        runbook("a/undecodable", &json!("nothing like a spec")),
        runbook(
            "b/text",
            &json!({ "contentFrom": { "configMapKeyRef": { "name": "text", "key": "text" } } }),
        ),
        article(
            "shared/all",
            &describes(
                &json!([{ "group": "apps", "kind": "Deployment", "all": true, "namespaceSelector": { "matchLabels": { "team": "two" } } }]),
            ),
        ),
    ] {
        fake.put(&object);
    }
    fake
}

/// What happens while they run.
pub async fn story(cluster_: &mut Cluster) {
    let fake = cluster_.fake.clone();
    let pause = || sleep(Duration::from_millis(300));
    let deployment_ = |place: &str| {
        let (namespace, name) = place.split_once('/').unwrap();
        Id::new("deployments", namespace, name)
    };
    let labels = |labels: serde_json::Value| json!({ "metadata": { "labels": labels } });
    pause().await;
    fake.put(&runbook("b/new", &describes(&json!([named("api")]))));
    pause().await;
    fake.patch(&deployment_("a/worker"), &labels(json!({ "app": "payments" })));
    fake.patch(
        &Id::new("configmaps", "b", "text"),
        &labels(json!({ "knowledge.scs.community/content": "true" })),
    );
    pause().await;
    fake.delete(&Id::new("runbooks", "a", "down"));
    fake.serve("clusters", true);
    fake.put(&cluster("a/prod"));
    pause().await;
    fake.delete(&deployment_("b/api"));
    fake.patch(
        &deployment_("a/api"),
        &json!({ "metadata": { "annotations": { "knowledge.scs.community/runbooks": "copied" } } }),
    );
    pause().await;
    fake.patch(&Id::new("runbooks", "b", "new"), &json!({ "spec": { "content": " " } }));
    fake.put(&deployment("b/api", "payments"));
    pause().await;
    fake.patch(
        &Id::new("runbooks", "b", "new"),
        &json!({ "spec": { "content": "# New\n\nWords enough to be a document.\n" } }),
    );
    fake.patch(
        &Id::new("namespaces", "", "a"),
        &json!({ "metadata": { "annotations": { "knowledge.scs.community/attach": "false" } } }),
    );
    pause().await;
    fake.patch(
        &Id::new("namespaces", "", "a"),
        &json!({ "metadata": { "annotations": { "knowledge.scs.community/attach": null } } }),
    );
    pause().await;
}

/// Runs the story with a fault at the calls of this range. Returns how many calls were made until all was well.
fn told(seed: u64, faulty: Range<usize>, fault: Fault) -> usize {
    run(seed, async {
        let mut cluster = Cluster::new(world());
        cluster.fake.state().faults.during = Some((faulty, fault));
        cluster.start_all();
        story(&mut cluster).await;
        cluster.converged(PATIENCE).await;
        let calls = cluster.fake.state().faults.calls;
        cluster.quiet(Duration::from_secs(40)).await;
        calls
    })
}

/// Every call of the story fails once in this way. Returns how many there were.
fn each_call(fault: Fault) -> usize {
    let mut calls = told(0, 0..0, fault);
    let mut number = 0;
    while number < calls {
        // A fault can lead to more calls than there were without it; those are made to fail as well.
        let with = told(u64::try_from(number).unwrap(), number..number + 1, fault);
        calls = calls.max(with.min(number + 50));
        number += 1;
    }
    calls
}

#[test]
fn every_call_refused_once() {
    let calls = each_call(Fault::Refused(500, None));
    assert!(calls > 100, "{calls}");
}

#[test]
fn every_call_that_does_not_arrive() {
    each_call(Fault::Lost);
}

#[test]
fn every_call_that_is_done_and_not_answered() {
    each_call(Fault::Unanswered);
}

#[test]
fn every_call_that_is_never_answered() {
    each_call(Fault::Silent);
}
