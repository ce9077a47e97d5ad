//! Who writes: one at a time, whatever clocks, crashes and networks do.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::cluster::{Cluster, REPLICAS, one_writer, run};
use crate::every_call::{PATIENCE, story, world};
use crate::fake::{Fault, Id};
use crate::objects::{describes, named, runbook};

async fn leader(cluster: &Cluster) -> usize {
    loop {
        if let Some(leader) = cluster.leader() {
            return leader;
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until somebody else leads. Returns how long that took.
async fn next_leader(cluster: &Cluster, before: usize) -> Duration {
    let start = Instant::now();
    while cluster.leader().is_none_or(|leader| leader == before) {
        assert!(start.elapsed() < Duration::from_secs(60), "nobody took over");
        sleep(Duration::from_millis(20)).await;
    }
    start.elapsed()
}

#[test]
fn a_leader_that_is_stopped_hands_over_within_two_seconds() {
    for seed in 0..10 {
        run(seed, async {
            let mut cluster = Cluster::new(world());
            cluster.start_all();
            story(&mut cluster).await;
            cluster.converged(PATIENCE).await;
            let before = leader(&cluster).await;
            let (start, calls) = (Instant::now(), cluster.log().len());
            cluster.stop(before).await;
            next_leader(&cluster, before).await;
            assert!(start.elapsed() <= Duration::from_secs(2), "{:?}", start.elapsed());
            sleep(Duration::from_secs(30)).await;
            let later: Vec<_> = cluster
                .log()
                .into_iter()
                .skip(calls)
                .filter(crate::fake::Record::is_product)
                .collect();
            assert!(later.is_empty(), "a new leader has nothing to write: {later:?}");
        });
    }
}

#[test]
fn a_leader_that_is_killed_is_replaced_within_seventeen_seconds() {
    let mut longest = Duration::ZERO;
    for seed in 0..20 {
        let took = run(seed, async {
            let mut cluster = Cluster::new(world());
            cluster.start_all();
            cluster.converged(PATIENCE).await;
            sleep(Duration::from_millis(seed * 217)).await;
            let before = leader(&cluster).await;
            cluster.kill(before);
            cluster
                .fake
                .put(&runbook("a/after", &describes(&json!([named("api")]))));
            let took = next_leader(&cluster, before).await;
            cluster.converged(Duration::from_secs(5)).await;
            cluster.quiet(Duration::from_secs(30)).await;
            took
        });
        longest = longest.max(took);
    }
    println!("longest hand-over after a kill: {longest:?}");
    assert!(longest <= Duration::from_secs(17), "{longest:?}");
}

#[test]
fn clocks_that_differ_by_a_minute_do_not_make_two_writers() {
    for (seed, skews) in [
        (0, [-30, 0, 30]),
        (1, [30, -30, 30]),
        (2, [-30, -30, 30]),
        (3, [3_600, -3_600, 0]),
    ] {
        run(seed, async {
            let mut cluster = Cluster::new(world());
            for (index, skew) in skews.into_iter().enumerate() {
                cluster.start(index, skew);
            }
            story(&mut cluster).await;
            for _ in 0..3 {
                let before = leader(&cluster).await;
                cluster.kill(before);
                next_leader(&cluster, before).await;
                cluster.start(before, skews[before]);
                cluster.fake.put(&runbook(
                    &format!("a/after-{before}"),
                    &describes(&json!([named("worker")])),
                ));
                sleep(Duration::from_secs(3)).await;
            }
            cluster.converged(PATIENCE).await;
            cluster.quiet(Duration::from_secs(60)).await;
        });
    }
}

#[test]
fn a_leader_that_reaches_nobody_stops_writing_before_another_begins() {
    for seed in 0..10 {
        run(seed, async {
            let mut cluster = Cluster::new(world());
            cluster.start_all();
            cluster.converged(PATIENCE).await;
            let before = leader(&cluster).await;
            cluster.fake.state().faults.cut_off.insert(format!("replica-{before}"));
            cluster.fake.tell();
            let cut = Instant::now();
            // It is told of nothing any more, but what it knows already it would write.
            while cluster.replicas[&before].replica.leadership().permit().is_ok() {
                assert!(cut.elapsed() < Duration::from_secs(15));
                assert_eq!(cluster.leader(), Some(before));
                sleep(Duration::from_millis(50)).await;
            }
            next_leader(&cluster, before).await;
            cluster
                .fake
                .put(&runbook("a/after", &describes(&json!([named("api")]))));
            sleep(Duration::from_secs(10)).await;
            assert!(!cluster.replicas[&before].replica.leadership().is_leading());
            assert!(cluster.replicas[&before].contact.borrow().is_some());
            cluster.fake.state().faults.cut_off.clear();
            cluster.converged(PATIENCE).await;
            cluster.quiet(Duration::from_secs(60)).await;
        });
    }
}

#[test]
fn a_lease_that_somebody_takes_away_is_noticed_and_respected() {
    run(4, async {
        let mut cluster = Cluster::new(world());
        cluster.start_all();
        cluster.converged(PATIENCE).await;
        let before = leader(&cluster).await;
        let spec = json!({ "spec": { "holderIdentity": "somebody", "leaseDurationSeconds": 30 } });
        cluster.fake.patch(&Id::new("leases", "operator", "writer"), &spec);
        sleep(Duration::from_secs(6)).await;
        assert_eq!(cluster.leader(), None, "{before} goes on");
        cluster
            .fake
            .put(&runbook("a/after", &describes(&json!([named("api")]))));
        sleep(Duration::from_secs(10)).await;
        assert_eq!(cluster.leader(), None);
        cluster.converged(Duration::from_secs(40)).await;
        cluster.quiet(Duration::from_secs(30)).await;
    });
}

#[test]
fn writes_that_take_longer_than_the_term_are_given_up() {
    for seed in 0..6 {
        run(seed, async {
            let mut cluster = Cluster::new(world());
            cluster.start_all();
            cluster.converged(PATIENCE).await;
            let calls = cluster.fake.state().faults.calls;
            cluster.fake.state().faults.during = Some((calls..calls + 60, Fault::Late(Duration::from_secs(7))));
            for number in 0..30 {
                cluster.fake.put(&runbook(
                    &format!("a/many-{number}"),
                    &describes(&json!([named("api")])),
                ));
            }
            cluster.converged(PATIENCE).await;
            cluster.quiet(Duration::from_secs(60)).await;
        });
    }
}

#[test]
fn without_the_lease_nobody_writes_and_everybody_serves() {
    run(6, async {
        let mut cluster = Cluster::new(world());
        let lease = Id::new("leases", "operator", "writer");
        cluster.fake.delete(&lease);
        cluster.start_all();
        sleep(Duration::from_secs(30)).await;
        cluster.alive();
        assert_eq!(cluster.replicas.len(), REPLICAS);
        assert!(
            cluster
                .replicas
                .values()
                .all(|running| running.published.borrow().is_some())
        );
        assert_eq!(cluster.log().iter().filter(|record| record.is_product()).count(), 0);
        cluster.fake.put(&json!({ "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": { "name": "writer", "namespace": "operator" } }));
        cluster.converged(PATIENCE).await;
        one_writer(&cluster.log());
    });
}

#[test]
fn a_process_that_drains_does_not_take_the_lease_back() {
    for seed in 0..10 {
        run(seed, async {
            let mut cluster = Cluster::new(world());
            cluster.start_all();
            cluster.converged(PATIENCE).await;
            sleep(Duration::from_millis(seed * 431)).await;
            let before = leader(&cluster).await;
            let mut leaving = cluster.replicas.remove(&before).unwrap();
            for index in 0..REPLICAS {
                cluster.kill(index);
            }
            // Alone, and with requests that are still open.
            leaving.replica.stop_writing().await;
            let lease = Id::new("leases", "operator", "writer");
            for _ in 0..30 {
                sleep(Duration::from_secs(1)).await;
                assert_eq!(cluster.fake.get(&lease).unwrap()["spec"]["holderIdentity"], "");
            }
            leaving.replica.stop().await;
        });
    }
}
