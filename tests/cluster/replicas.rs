//! Three equal operators on a real API server: one writes, all serve, whoever goes is replaced.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::documents::{deployment, deployment_named, runbook};
use crate::support::operator::Operator;
use crate::support::wait::{equal, eventually, throughout, timed};
use crate::support::{Test, audit, site};

const USER: &str = "knowledge-operator";

fn lease(test: &Test) -> String {
    let lease = json!({ "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": { "name": "knowledge-operator" } });
    test.apply(&[lease]);
    format!("{}/knowledge-operator", test.namespace)
}

fn holder(test: &Test) -> Result<String, String> {
    let path = format!(
        "/apis/coordination.k8s.io/v1/namespaces/{}/leases/knowledge-operator",
        test.namespace
    );
    let holder = test.read(&path)?["spec"]["holderIdentity"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    holder
        .split_once('_')
        .map(|(name, _)| name.to_owned())
        .ok_or_else(|| "nobody".to_owned())
}

fn replica(lease: &str, name: &str) -> Operator {
    Operator::start(&["--lease", lease, "--identity", name])
}

/// Writes of the operators but for those that elect one of them.
fn product(test: &Test, since: audit::Mark) -> Vec<audit::Write> {
    let mut writes = audit::writes(test, since, USER);
    writes.retain(|write| write.resource != "leases");
    writes
}

/// Readers that ask one replica after the other, a thousand times a second in all, and once more where one is gone.
struct Readers {
    /// Where to ask: what a Service would send them to.
    sites: Arc<Mutex<Vec<SocketAddr>>>,
    stop: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
    failed: Arc<AtomicUsize>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    fn start(sites: Vec<SocketAddr>, path: &str) -> Self {
        let readers = Self {
            sites: Arc::new(Mutex::new(sites)),
            stop: Arc::default(),
            asked: Arc::default(),
            failed: Arc::default(),
            threads: Vec::new(),
        };
        let thread = |index: usize| {
            let (stop, asked, failed) = (readers.stop.clone(), readers.asked.clone(), readers.failed.clone());
            let (sites, path) = (readers.sites.clone(), path.to_owned());
            std::thread::spawn(move || {
                let start = Instant::now();
                for turn in 0_u32.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let one = |offset: usize| {
                        let sites = sites.lock().unwrap().clone();
                        let at = sites[(index + turn as usize + offset) % sites.len()];
                        site::get(at, &path, "text/html").is_ok_and(|answer| answer.status == 200)
                    };
                    asked.fetch_add(1, Ordering::Relaxed);
                    if !one(0) && !one(1) {
                        failed.fetch_add(1, Ordering::Relaxed);
                    }
                    // Ten threads, a hundred requests a second each.
                    let due = Duration::from_millis(10) * (turn + 1);
                    std::thread::sleep(due.saturating_sub(start.elapsed()));
                }
            })
        };
        let threads = (0..10).map(thread).collect();
        Self { threads, ..readers }
    }

    /// Returns how many asked and how many got no page.
    fn end(self) -> (usize, usize) {
        self.stop.store(true, Ordering::Relaxed);
        self.threads.into_iter().for_each(|thread| thread.join().unwrap());
        (self.asked.load(Ordering::Relaxed), self.failed.load(Ordering::Relaxed))
    }
}

#[test]
fn a_leader_goes_and_readers_do_not_notice() {
    let Some(test) = Test::start("replicas") else { return };
    test.alone();
    let lease = lease(&test);
    test.apply(&[
        deployment("api", "payments"),
        runbook("down", json!([deployment_named("api")])),
    ]);
    let mut replicas: Vec<(&str, Operator)> = ["one", "two", "three"].map(|name| (name, replica(&lease, name))).into();
    test.attached("api", Some("down"));
    test.judged("down", "Attached", "Attached");
    let path = format!("/namespaces/{}/runbooks/down", test.namespace);
    let sites: Vec<SocketAddr> = replicas.iter().map(|(_, replica)| replica.site()).collect();
    let readers = Readers::start(sites, &path);

    // Stopped: it gives the lease back, and who follows has nothing to write.
    let first = eventually("a writer", Duration::from_secs(20), || holder(&test));
    let mark = audit::mark(&test);
    let at = replicas.iter().position(|(name, _)| *name == first).unwrap();
    let (_, leader) = replicas.remove(at);
    // Once: a second signal ends it without giving anything back.
    leader.terminate();
    let (second, took) = timed("another writer", Duration::from_secs(10), || {
        holder(&test).and_then(|now| if now == first { Err(now) } else { Ok(now) })
    });
    say!("handed over {} ms after SIGTERM", took.as_millis());
    assert!(took <= Duration::from_secs(2), "{took:?}");
    drop(leader);
    // As a Deployment would, and as a Service would notice.
    replicas.push(("four", replica(&lease, "four")));
    *readers.sites.lock().unwrap() = replicas.iter().map(|(_, replica)| replica.site()).collect();
    throughout("silence", Duration::from_secs(3), || {
        equal(product(&test, mark), vec![])
    });

    // Killed: nobody writes until its lease has ended, and then somebody does.
    let at = replicas.iter().position(|(name, _)| *name == second).unwrap();
    replicas.remove(at).1.kill();
    let start = Instant::now();
    test.apply(&[runbook("after", json!([deployment_named("api")]))]);
    eventually("the annotation", Duration::from_secs(20), || {
        equal(test.runbooks_of("api")?.as_deref(), Some("after,down"))
    });
    let took = start.elapsed();
    say!("written {} ms after the leader was killed", took.as_millis());
    assert!(took <= Duration::from_secs(17), "{took:?}");
    assert!(took >= Duration::from_secs(8), "before its lease had ended: {took:?}");

    let (asked, failed) = readers.end();
    say!("{asked} pages read meanwhile, {failed} failed");
    assert_eq!(failed, 0);
    assert!(asked > 5_000, "{asked}");
    for (_, replica) in replicas {
        replica.stop();
    }
}

#[test]
fn without_its_lease_nobody_writes_and_the_log_says_what_to_do() {
    let Some(test) = Test::start("no-lease") else { return };
    test.alone();
    test.apply(&[runbook("down", json!([]))]);
    let mark = audit::mark(&test);
    let operator = replica(&format!("{}/knowledge-operator", test.namespace), "one");
    let path = format!("/namespaces/{}/runbooks/down", test.namespace);
    eventually("the page", Duration::from_secs(5), || {
        equal(operator.page(&path).status, 200)
    });
    eventually("the log", Duration::from_secs(5), || {
        let said = operator.logged("the lease could not be read or written");
        let first = said.first().ok_or("nothing")?["error"].to_string();
        if first.contains("kubectl create -f -") {
            Ok(())
        } else {
            Err(first)
        }
    });
    throughout("silence", Duration::from_secs(2), || {
        equal(audit::writes(&test, mark, USER), vec![])
    });
    lease(&test);
    test.judged("down", "Ready", "Published");
    operator.stop();
}
