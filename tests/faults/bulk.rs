//! Much at once: rates are kept, and a single edit does not wait behind a thousand.

use std::time::Duration;

use knowledge_operator::operator::Rate;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::cluster::{Cluster, run};
use crate::every_call::PATIENCE;
use crate::fake::{Fake, Id, Record};
use crate::objects::{deployment, describes, named, namespace, runbook, selected};

const RATE: Rate = Rate {
    per_second: 100.0,
    burst: 50.0,
};

/// How long it takes until an object carries this annotation.
async fn attached(cluster: &Cluster, place: (&str, &str), value: &str) -> Duration {
    let start = Instant::now();
    let id = Id::new("deployments", place.0, place.1);
    loop {
        let object = cluster.fake.get(&id).unwrap();
        if object["metadata"]["annotations"]["knowledge.scs.community/runbooks"] == *value {
            return start.elapsed();
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{object}");
        sleep(Duration::from_millis(5)).await;
    }
}

fn rate_kept(log: &[Record]) {
    let writes: Vec<Duration> = log
        .iter()
        .filter(|record| record.is_product())
        .map(|record| record.at)
        .collect();
    for (first, at) in writes.iter().enumerate() {
        // Requests overtake each other by a few milliseconds.
        let window = *at + Duration::from_secs(5);
        let within = writes[first..].iter().take_while(|later| **later <= window).count();
        assert!(
            within <= 50 + 5 * 100 + 5,
            "{within} writes in five seconds from {at:?}"
        );
    }
}

#[test]
fn an_edit_that_hits_a_thousand_objects_is_a_thousand_patches_and_lets_another_edit_pass() {
    run(1, async {
        let fake = Fake::new(&["clusters"]);
        fake.put(&namespace("a", &json!({})));
        for number in 0..1_000 {
            fake.put(&deployment(&format!("a/many-{number:04}"), "many"));
        }
        fake.put(&deployment("a/api", "api"));
        fake.put(&runbook("a/wide", &describes(&json!([selected("none")]))));
        let mut cluster = Cluster::new(fake).rate(RATE);
        cluster.start_all();
        cluster.converged(PATIENCE).await;
        let calls = cluster.log().len();
        let start = Instant::now();
        cluster.fake.patch(
            &Id::new("runbooks", "a", "wide"),
            &json!({ "spec": { "appliesTo": [selected("many")] } }),
        );
        sleep(Duration::from_secs(2)).await;
        cluster.fake.put(&runbook("a/live", &describes(&json!([named("api")]))));
        let live = attached(&cluster, ("a", "api"), "live").await;
        cluster.converged(Duration::from_secs(30)).await;
        println!(
            "1,000 patches in {:?}; an edit meanwhile was attached after {live:?}",
            start.elapsed()
        );
        assert!(live <= Duration::from_secs(1), "{live:?}");
        let log = cluster.log().split_off(calls);
        let patches = log
            .iter()
            .filter(|record| record.is_product() && record.plural == "deployments")
            .count();
        assert_eq!(patches, 1_001);
        rate_kept(&log);
        cluster.quiet(Duration::from_secs(60)).await;
    });
}

#[test]
fn a_live_edit_during_a_start_with_thousands_of_documents_is_attached_within_a_second() {
    run(2, async {
        let fake = Fake::new(&["clusters"]);
        for tenant in 0..10 {
            fake.put(&namespace(&format!("t{tenant}"), &json!({})));
            fake.put(&deployment(&format!("t{tenant}/api"), "api"));
            for number in 0..200 {
                fake.put(&runbook(&format!("t{tenant}/doc-{number}"), &describes(&json!([]))));
            }
        }
        let mut cluster = Cluster::new(fake).rate(RATE);
        let start = Instant::now();
        cluster.start_all();
        sleep(Duration::from_secs(3)).await;
        cluster
            .fake
            .put(&runbook("t3/live", &describes(&json!([named("api")]))));
        let live = attached(&cluster, ("t3", "api"), "live").await;
        assert!(live <= Duration::from_secs(1), "{live:?}");
        cluster.converged(Duration::from_secs(60)).await;
        println!(
            "2,000 documents after {:?}; an edit meanwhile was attached after {live:?}",
            start.elapsed()
        );
        rate_kept(&cluster.log());
        cluster.quiet(Duration::from_secs(40)).await;
    });
}

#[test]
fn a_namespace_with_much_to_write_does_not_hold_up_another() {
    run(3, async {
        let fake = Fake::new(&["clusters"]);
        for name in ["a", "b"] {
            fake.put(&namespace(name, &json!({ "both": "yes" })));
        }
        for number in 0..1_000 {
            fake.put(&deployment(&format!("a/many-{number:04}"), "many"));
        }
        for number in 0..30 {
            fake.put(&deployment(&format!("b/few-{number:02}"), "many"));
        }
        let mut cluster = Cluster::new(fake).rate(RATE);
        cluster.start_all();
        cluster.converged(PATIENCE).await;
        // One edit that hits both: those of the small namespace are not last.
        let all = json!([{ "group": "apps", "kind": "Deployment", "all": true, "namespaceSelector": { "matchLabels": { "both": "yes" } } }]);
        cluster.fake.put(&namespace("shared", &json!({})));
        cluster.fake.put(&runbook("shared/wide", &describes(&all)));
        let last = attached(&cluster, ("b", "few-29"), "shared/wide").await;
        assert!(last <= Duration::from_secs(2), "{last:?}");
        cluster.converged(Duration::from_secs(30)).await;
    });
}
