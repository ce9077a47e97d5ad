//! Replicas of the operator over the fake API server, and what is asked of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use k8s_openapi::jiff::SignedDuration;
use knowledge_operator::operator::clock::Clock;
use knowledge_operator::operator::replica::{Replica, ReplicaConfig, Told};
use knowledge_operator::operator::{Contact, LeaseName, Metrics, Published, Rate};
use knowledge_operator::site::Site;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::fake::{Fake, Record};
use crate::oracle;

/// How many replicas there are.
pub const REPLICAS: usize = 3;

/// One replica.
pub struct Running {
    pub replica: Replica,
    pub published: Published,
    pub contact: Contact,
}

/// A cluster with replicas.
pub struct Cluster {
    pub fake: Fake,
    pub replicas: BTreeMap<usize, Running>,
    starts: usize,
    rate: Rate,
}

/// Runs a test in time that jumps to the next event, with chance that can be repeated.
pub fn run<T>(seed: u64, test: impl Future<Output = T>) -> T {
    fastrand::seed(seed);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(test)
}

impl Cluster {
    /// A cluster without replicas, with the Lease that they share.
    pub fn new(fake: Fake) -> Self {
        fake.put(&json!({ "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": { "name": "writer", "namespace": "operator" } }));
        fake.state().faults.latency = (Duration::from_millis(1), Duration::from_millis(4));
        Self {
            fake,
            replicas: BTreeMap::new(),
            starts: 0,
            rate: Rate::default(),
        }
    }

    /// The rate at which replicas that start from now on may write.
    pub fn rate(mut self, rate: Rate) -> Self {
        self.rate = rate;
        self
    }

    /// Starts all replicas.
    pub fn start_all(&mut self) {
        (0..REPLICAS).for_each(|index| self.start(index, 0));
    }

    /// Starts one replica, whose clock is wrong by so many seconds.
    pub fn start(&mut self, index: usize, skew: i64) {
        self.starts += 1;
        let (client, throttle) = self.fake.client(&format!("replica-{index}"));
        let (told, published, contact) = Told::channel();
        let fake = self.fake.clone();
        let config = ReplicaConfig {
            settings: oracle::settings(),
            kinds: oracle::kinds(),
            namespaces: Vec::new(),
            lease: Some(LeaseName {
                namespace: "operator".to_owned(),
                name: "writer".to_owned(),
            }),
            identity: format!("replica-{index}_{}", self.starts),
            rate: self.rate,
            clock: Clock::new(move || fake.clock() + SignedDuration::from_secs(skew)),
            metrics: Metrics::new(),
            certificate: None,
        };
        let replica = Replica::start(&client, &throttle, config, told);
        let running = Running {
            replica,
            published,
            contact,
        };
        assert!(self.replicas.insert(index, running).is_none(), "replica {index} runs");
    }

    /// Ends a replica as a power cut does.
    pub fn kill(&mut self, index: usize) {
        drop(self.replicas.remove(&index));
    }

    /// Ends a replica as Kubernetes does.
    pub async fn stop(&mut self, index: usize) {
        if let Some(mut running) = self.replicas.remove(&index) {
            running.replica.stop_writing().await;
            running.replica.stop().await;
        }
    }

    /// Who writes, if anybody.
    pub fn leader(&self) -> Option<usize> {
        self.replicas
            .iter()
            .find(|(_, running)| running.replica.leadership().is_leading())
            .map(|(index, _)| *index)
    }

    /// Waits until all is as it should be. Returns how long that took.
    pub async fn converged(&mut self, within: Duration) -> Duration {
        let start = Instant::now();
        let mut pause = Duration::from_millis(50);
        loop {
            // To tell two sites apart in words takes longer than all the rest, so it is done once.
            let over = start.elapsed() >= within;
            let wrong = self.wrong(over);
            if wrong.is_empty() {
                return start.elapsed();
            }
            assert!(!over, "not as it should be after {within:?}:\n{}", wrong.join("\n"));
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }

    /// What is not as it should be, in the cluster and in what each replica serves.
    fn wrong(&mut self, in_words: bool) -> Vec<String> {
        self.alive();
        let site = oracle::site(&self.fake);
        let mut wrong = oracle::differences(&site);
        for (index, running) in &self.replicas {
            match running.published.borrow().as_ref() {
                None => wrong.push(format!("replica {index} serves nothing")),
                Some(served) if *served.site != site => {
                    let words = if in_words {
                        difference(&served.site, &site)
                    } else {
                        String::new()
                    };
                    wrong.push(format!("replica {index} serves something else: {words}"));
                }
                Some(_) => {}
            }
        }
        wrong
    }

    /// No task of any replica has died.
    pub fn alive(&mut self) {
        for (index, running) in &mut self.replicas {
            if let Some(error) = running.replica.failed().now_or_never() {
                panic!("replica {index}: {error}");
            }
        }
    }

    /// Nothing of the product is written for so long, and none of the writes so far was by somebody who was not the
    /// writer.
    pub async fn quiet(&mut self, time: Duration) {
        let calls = self.fake.state().faults.log.len();
        sleep(time).await;
        self.alive();
        let log = self.log();
        let late: Vec<&Record> = log.iter().skip(calls).filter(|record| record.is_product()).collect();
        assert!(late.is_empty(), "written although nothing differed: {late:?}");
        one_writer(&log);
    }

    pub fn log(&self) -> Vec<Record> {
        self.fake.state().faults.log.clone()
    }
}

/// Whoever wrote held the Lease at that moment.
pub fn one_writer(log: &[Record]) {
    for record in log.iter().filter(|record| record.is_product() && record.code < 300) {
        let by_holder = record
            .holder
            .as_ref()
            .is_some_and(|holder| holder.starts_with(&format!("{}_", record.user)));
        assert!(by_holder, "not the writer: {record:?}");
    }
}

fn difference(served: &Arc<Site>, expected: &Site) -> String {
    let (served, expected) = (format!("{served:#?}"), format!("{expected:#?}"));
    let pairs = served.lines().zip(expected.lines());
    let first: Vec<String> = pairs
        .filter(|(a, b)| a != b)
        .take(3)
        .map(|(a, b)| format!("{} instead of {}", a.trim(), b.trim()))
        .collect();
    if first.is_empty() {
        format!(
            "{} lines instead of {}",
            served.lines().count(),
            expected.lines().count()
        )
    } else {
        first.join("; ")
    }
}
