//! The API server is away, slow, behind, or asks to be left alone.

use std::time::Duration;

use knowledge_operator::operator::Rate;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::cluster::{Cluster, run};
use crate::every_call::{PATIENCE, story, world};
use crate::fake::{Fault, Id};
use crate::objects::{describes, named, runbook};

async fn settled(seed: usize) -> Cluster {
    let mut cluster = Cluster::new(world());
    cluster.start_all();
    sleep(Duration::from_millis(u64::try_from(seed).unwrap() * 50)).await;
    story(&mut cluster).await;
    cluster.converged(PATIENCE).await;
    cluster
}

#[test]
fn an_api_server_that_is_away_for_a_minute_stops_no_replica_and_no_reader() {
    run(1, async {
        let mut cluster = settled(0).await;
        let until = cluster.fake.age() + Duration::from_secs(60);
        cluster.fake.state().faults.away_until = Some(until);
        cluster.fake.tell();
        cluster
            .fake
            .put(&runbook("a/meanwhile", &describes(&json!([named("api")]))));
        sleep(Duration::from_secs(25)).await;
        for running in cluster.replicas.values() {
            assert!(running.contact.borrow().is_some(), "readers are told");
            assert!(running.published.borrow().is_some(), "and may go on reading");
        }
        sleep(Duration::from_secs(36)).await;
        let took = cluster.converged(Duration::from_secs(20)).await;
        sleep(Duration::from_secs(6)).await;
        assert!(
            cluster
                .replicas
                .values()
                .all(|running| running.contact.borrow().is_none())
        );
        println!("as it should be {took:?} after the API server came back");
        cluster.quiet(Duration::from_secs(60)).await;
    });
}

#[test]
fn watches_that_end_all_at_once_because_they_are_too_old() {
    for when in 0..20 {
        run(when, async {
            let mut cluster = Cluster::new(world());
            cluster.start_all();
            let fake = cluster.fake.clone();
            let compaction = tokio::spawn(async move {
                sleep(Duration::from_millis(130 * when)).await;
                fake.state().store.compact();
                fake.tell();
            });
            story(&mut cluster).await;
            compaction.await.unwrap();
            cluster.converged(PATIENCE).await;
            cluster.quiet(Duration::from_secs(60)).await;
        });
    }
}

#[test]
fn a_relist_of_everything_writes_nothing() {
    run(3, async {
        let mut cluster = settled(0).await;
        cluster.fake.state().store.compact();
        cluster.fake.tell();
        cluster.quiet(Duration::from_secs(2 * 60 * 60)).await;
    });
}

#[test]
fn watches_that_go_dumb_without_ending() {
    for when in 0..20 {
        run(when, async {
            let mut cluster = Cluster::new(world());
            cluster.start_all();
            let fake = cluster.fake.clone();
            let silence = tokio::spawn(async move {
                sleep(Duration::from_millis(130 * when)).await;
                let age = fake.age();
                fake.state().faults.silent_before = Some(age);
                fake.tell();
            });
            story(&mut cluster).await;
            silence.await.unwrap();
            cluster.converged(PATIENCE).await;
            cluster.quiet(Duration::from_secs(60)).await;
        });
    }
}

#[test]
fn lists_and_watches_that_are_behind_after_a_restart() {
    for (seed, lag) in [(0, 1), (1, 5), (2, 9), (3, 30)] {
        run(seed, async {
            let mut cluster = Cluster::new(world());
            cluster.start_all();
            sleep(Duration::from_secs(2)).await;
            let leader = cluster.leader().unwrap();
            for index in 0..3 {
                cluster
                    .fake
                    .state()
                    .faults
                    .lag
                    .insert(format!("replica-{index}"), Duration::from_secs(lag));
            }
            cluster.stop(leader).await;
            cluster.start(leader, 0);
            story(&mut cluster).await;
            cluster.converged(PATIENCE).await;
            cluster.quiet(Duration::from_secs(60)).await;
        });
    }
}

#[test]
fn retry_after_is_heeded() {
    run(5, async {
        let mut cluster = settled(0).await;
        let calls = cluster.fake.state().faults.calls;
        cluster.fake.state().faults.during = Some((calls..calls + 4, Fault::Refused(429, Some(7))));
        let start = cluster.fake.age();
        for number in 0..40 {
            let spec = describes(&json!([named("api")]));
            cluster.fake.put(&runbook(&format!("a/many-{number}"), &spec));
        }
        cluster.converged(PATIENCE).await;
        let log = cluster.log();
        let refused = log
            .iter()
            .filter(|record| record.code == 429 && record.at >= start)
            .collect::<Vec<_>>();
        assert!(!refused.is_empty());
        for refusal in &refused {
            let asked = refusal.at + Duration::from_millis(50)..refusal.at + Duration::from_secs(7);
            let hasty = log
                .iter()
                .find(|record| record.is_product() && record.user == refusal.user && asked.contains(&record.at));
            assert_eq!(hasty.map(|record| format!("{record:?}")), None, "after {refusal:?}");
        }
        cluster.quiet(Duration::from_secs(60)).await;
    });
}

#[test]
fn a_server_without_streaming_lists_is_listed_page_by_page() {
    run(6, async {
        let fake = world();
        fake.state().faults.no_streaming = true;
        let mut cluster = Cluster::new(fake);
        cluster.start_all();
        story(&mut cluster).await;
        cluster.converged(PATIENCE).await;
        let lists = cluster
            .log()
            .iter()
            .filter(|record| record.verb == "list" && record.plural == "deployments")
            .count();
        assert!(lists >= 3, "{lists}");
        cluster.quiet(Duration::from_secs(60)).await;
    });
}

#[test]
fn a_slow_api_server_is_only_slow() {
    run(7, async {
        let mut cluster = Cluster::new(world());
        cluster.fake.state().faults.latency = (Duration::from_millis(300), Duration::from_millis(900));
        cluster.start_all();
        story(&mut cluster).await;
        cluster.converged(PATIENCE).await;
        cluster.quiet(Duration::from_secs(60)).await;
    });
}

#[test]
fn one_write_for_each_at_the_start_and_none_after_a_restart() {
    run(8, async {
        let mut cluster = Cluster::new(world());
        let start = Instant::now();
        cluster.start_all();
        cluster.converged(PATIENCE).await;
        println!("all as it should be after {:?}", start.elapsed());
        let log = cluster.log();
        let mut writes: Vec<String> = log
            .iter()
            .filter(|record| record.is_product())
            .map(|record| {
                format!(
                    "{} {}/{} {:?}",
                    record.plural, record.namespace, record.name, record.subresource
                )
            })
            .collect();
        let all = writes.len();
        writes.sort();
        writes.dedup();
        assert_eq!(writes.len(), all, "something was written twice");
        for index in 0..3 {
            cluster.stop(index).await;
        }
        cluster.start_all();
        let calls = cluster.log().len();
        cluster.converged(PATIENCE).await;
        cluster.quiet(Duration::from_secs(60)).await;
        let later: Vec<_> = cluster
            .log()
            .into_iter()
            .skip(calls)
            .filter(crate::fake::Record::is_product)
            .collect();
        assert!(later.is_empty(), "{later:?}");
        assert!(cluster.fake.get(&Id::new("runbooks", "a", "down")).is_some());
    });
}

#[test]
fn a_kind_that_cannot_be_listed_keeps_nobody_from_the_rest() {
    run(9, async {
        let fake = world();
        fake.state().faults.broken.insert("services");
        let mut cluster = Cluster::new(fake);
        cluster.start_all();
        sleep(Duration::from_secs(40)).await;
        cluster.converged(Duration::from_secs(1)).await;
        let slow = cluster.fake.get(&Id::new("runbooks", "a", "slow")).unwrap();
        let codes = slow["status"]["findings"]["sample"].to_string();
        assert!(codes.contains("KB0129"), "{codes}");
        cluster.quiet(Duration::from_secs(60)).await;
        cluster.fake.state().faults.broken.clear();
        cluster.converged(Duration::from_secs(20)).await;
        // Once it was listed, what is known stays.
        cluster.fake.state().faults.broken.insert("services");
        cluster.fake.state().store.compact();
        cluster.fake.tell();
        let service = Id::new("services", "a", "api");
        sleep(Duration::from_secs(120)).await;
        let carries =
            cluster.fake.get(&service).unwrap()["metadata"]["annotations"]["knowledge.scs.community/runbooks"].clone();
        assert_eq!(carries, "slow");
        cluster.fake.state().faults.broken.clear();
        cluster.converged(Duration::from_secs(20)).await;
        cluster.quiet(Duration::from_secs(60)).await;
    });
}

#[test]
fn attempts_that_are_refused_are_nobodys_reversal() {
    run(10, async {
        let mut cluster = settled(0).await;
        let patch = ("*".to_owned(), "patch", "deployments");
        cluster.fake.state().faults.forbidden.insert(patch.clone());
        let api = Id::new("deployments", "a", "api");
        cluster.fake.patch(
            &api,
            &json!({ "metadata": { "annotations": { "knowledge.scs.community/runbooks": null } } }),
        );
        let attached = |cluster: &Cluster| {
            let document = cluster.fake.get(&Id::new("runbooks", "a", "slow")).unwrap();
            let conditions = document["status"]["conditions"].as_array().unwrap().clone();
            conditions
                .iter()
                .find(|condition| condition["type"] == "Attached")
                .unwrap()["reason"]
                .clone()
        };
        for _ in 0..20 {
            sleep(Duration::from_secs(60)).await;
            assert_eq!(attached(&cluster), "KindNotPermitted");
        }
        let refused = cluster.log().iter().filter(|record| record.code == 403).count();
        assert!((5..20).contains(&refused), "{refused} attempts in twenty minutes");
        cluster.fake.state().faults.forbidden.remove(&patch);
        cluster.converged(Duration::from_secs(301)).await;
        cluster.quiet(Duration::from_secs(60)).await;
    });
}

#[test]
fn who_fights_for_a_day_gets_one_attempt_an_hour_and_one_event() {
    run(11, async {
        let mut cluster = settled(0).await;
        let start = cluster.fake.age();
        let fighting = cluster.fake.clone();
        let fighter = tokio::spawn(async move {
            let api = Id::new("deployments", "a", "api");
            loop {
                let carries =
                    fighting.get(&api).unwrap()["metadata"]["annotations"]["knowledge.scs.community/runbooks"].clone();
                if carries != "mine" {
                    fighting.patch(
                        &api,
                        &json!({ "metadata": { "annotations": { "knowledge.scs.community/runbooks": "mine" } } }),
                    );
                }
                sleep(Duration::from_millis(700)).await;
            }
        });
        sleep(Duration::from_secs(10 * 60 * 60)).await;
        fighter.abort();
        let log = cluster.log();
        let ours = |plural: &str| {
            log.iter()
                .filter(|record| {
                    record.at > start && record.plural == plural && matches!(record.verb, "patch" | "create")
                })
                .count()
        };
        assert!((10..=14).contains(&ours("deployments")), "{}", ours("deployments"));
        assert_eq!(ours("events"), 1);
        assert!(
            ours("runbooks") <= 4,
            "the condition does not flap: {}",
            ours("runbooks")
        );
        cluster.converged(Duration::from_secs(2 * 60 * 60)).await;
        cluster.quiet(Duration::from_secs(60)).await;
    });
}

#[test]
fn rights_that_come_back_bring_everything_back_at_once() {
    run(12, async {
        let mut cluster = settled(0).await;
        for plural in ["deployments", "runbooks", "configmaps"] {
            let rights = ["list", "watch"].map(|verb| ("*".to_owned(), verb, plural));
            cluster.fake.state().faults.forbidden.extend(rights.clone());
            // Watches that are open go on until they are renewed, as on a real API server.
            sleep(Duration::from_secs(90)).await;
            for right in &rights {
                cluster.fake.state().faults.forbidden.remove(right);
            }
            cluster.converged(Duration::from_secs(20)).await;
        }
        cluster.quiet(Duration::from_secs(60)).await;
    });
}

#[test]
fn outages_shorter_and_longer_than_a_term_lose_nothing() {
    for (seed, seconds) in (4..24).enumerate() {
        run(u64::try_from(seed).unwrap(), async {
            let slow = Rate {
                per_second: 10.0,
                burst: 5.0,
            };
            let mut cluster = Cluster::new(world()).rate(slow);
            for number in 0..100 {
                cluster
                    .fake
                    .put(&runbook(&format!("a/many-{number}"), &describes(&json!([]))));
            }
            cluster.start_all();
            sleep(Duration::from_millis(2_000 + 293 * u64::try_from(seed).unwrap())).await;
            let until = cluster.fake.age() + Duration::from_secs(seconds);
            cluster.fake.state().faults.away_until = Some(until);
            cluster.fake.tell();
            cluster.converged(PATIENCE).await;
            cluster.quiet(Duration::from_secs(60)).await;
        });
    }
}

#[test]
fn one_refusal_by_an_api_server_that_has_just_started_is_not_believed() {
    for code in [401, 403, 404] {
        run(13, async {
            let mut cluster = settled(0).await;
            let calls = cluster.log().len();
            // Every watch breaks off, and the next answers are those of a server that does not know its rights yet.
            let numbers = cluster.fake.state().faults.calls;
            cluster.fake.state().faults.during = Some((numbers..numbers + 40, Fault::Refused(code, None)));
            cluster.fake.state().store.compact();
            cluster.fake.tell();
            cluster.converged(PATIENCE).await;
            cluster.quiet(Duration::from_secs(60)).await;
            let later: Vec<_> = cluster
                .log()
                .into_iter()
                .skip(calls)
                .filter(crate::fake::Record::is_product)
                .collect();
            assert!(later.is_empty(), "{later:?}");
        });
    }
}
