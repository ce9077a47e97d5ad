//! The writer: changes in, plans made, writes done. One task, at most [`CONCURRENCY`] requests at a time.
//!
//! In: the last snapshot and what changed. Out: writes through `apply`, and nothing when nothing differs.
//! Must not: hold a rule about what should be written (`plan` does), or write twice what was not seen yet.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::jiff::Timestamp;
use kube::Client;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::apply::{self, Applied, ApplyError, Gate};
use super::contest::Contests;
use super::index::{Backlog, Published};
use super::kinds::Served;
use super::metrics::{Metrics, WriteOutcome};
use crate::api::DocumentStatus;
use crate::corpus::{DocumentId, TargetId};
use crate::plan::{self, TargetPlan, Urgency};
use crate::site::Site;

/// Requests under way at the same time.
const CONCURRENCY: usize = 16;
/// How often a status is written for numbers alone.
const COUNTS_INTERVAL: Duration = Duration::from_secs(30);
/// How long a write may stay unseen before it is planned anew.
const UNSEEN: Duration = Duration::from_secs(10);
/// First and longest pause after a failure.
const RETRY: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(60));

impl Memory {
    fn is_futile(&self, seen: &str, planned: &Planned) -> bool {
        self.futile
            .as_ref()
            .is_some_and(|(version, same)| **version == *seen && same == planned)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Document(DocumentId),
    Target(TargetId),
}

/// What the writer remembers about an object. All of it may be forgotten: it saves requests, nothing more.
#[derive(Clone, Debug, Default)]
struct Memory {
    /// The version our last write made, until it was seen or too long ago.
    unseen: Option<(String, Instant)>,
    /// When a status was last written for numbers alone.
    counted: Option<Instant>,
    /// A write that changed nothing, and the version it did not change: someone else holds what differs, so nothing is
    /// gained by writing the same again until the object changes.
    futile: Option<(Arc<str>, Planned)>,
    failures: u32,
}

/// Plans and writes until the gate closes.
pub(super) async fn run(
    client: Client,
    gate: Gate,
    served: Served,
    mut published: Published,
    backlog: Arc<Backlog>,
    metrics: Metrics,
) {
    let mut writer = Writer {
        client,
        gate,
        served,
        metrics,
        due: BTreeSet::new(),
        when: BTreeMap::new(),
        memory: BTreeMap::new(),
        contests: Contests::default(),
        busy: BTreeSet::new(),
        tasks: JoinSet::new(),
    };
    if published.wait_for(Option::is_some).await.is_err() {
        return;
    }
    loop {
        let changes = backlog.take();
        let now = Instant::now();
        for id in changes.documents {
            writer.enqueue(Key::Document(id), now);
        }
        for id in changes.targets {
            writer.enqueue(Key::Target(id), now);
        }
        if let Some(site) = published.borrow_and_update().clone() {
            writer.start(&site);
        }
        let next = writer
            .due
            .first()
            .map(|(at, _)| *at)
            .filter(|_| writer.busy.len() < CONCURRENCY);
        tokio::select! {
            () = backlog.arrived() => {}
            () = tokio::time::sleep_until(next.unwrap_or(now)), if next.is_some() => {}
            Some(done) = writer.tasks.join_next() => match done {
                Ok(written) => {
                    if writer.finish(written) {
                        return;
                    }
                }
                Err(error) => tracing::error!(%error, "a write ended without an answer"),
            },
        }
    }
}

/// What a write says.
#[derive(Clone, Debug, PartialEq)]
enum Planned {
    Status(Box<DocumentStatus>),
    Annotations(TargetPlan),
}

/// A write that was started, and what became of it.
struct Written {
    key: Key,
    /// The version it was planned from.
    seen: Arc<str>,
    planned: Planned,
    result: Result<Applied, ApplyError>,
}

struct Writer {
    client: Client,
    gate: Gate,
    served: Served,
    metrics: Metrics,
    due: BTreeSet<(Instant, Key)>,
    when: BTreeMap<Key, Instant>,
    memory: BTreeMap<Key, Memory>,
    contests: Contests,
    busy: BTreeSet<Key>,
    tasks: JoinSet<Written>,
}

impl Writer {
    /// Looks at an object at the given time, or earlier if that is planned already.
    fn enqueue(&mut self, key: Key, at: Instant) {
        if let Some(planned) = self.when.get(&key) {
            if *planned <= at {
                return;
            }
            self.due.remove(&(*planned, key.clone()));
        }
        self.when.insert(key.clone(), at);
        self.due.insert((at, key));
    }

    /// Starts what is due, as far as there is room.
    fn start(&mut self, site: &Arc<Site>) {
        let now = Instant::now();
        while self.busy.len() < CONCURRENCY {
            let Some((at, key)) = self.due.first().cloned().filter(|(at, _)| *at <= now) else {
                return;
            };
            self.due.remove(&(at, key.clone()));
            self.when.remove(&key);
            if self.busy.contains(&key) {
                self.enqueue(key, now + Duration::from_millis(50));
                continue;
            }
            match key {
                Key::Document(id) => self.document(site, &id, now),
                Key::Target(id) => self.target(site, &id, now),
            }
        }
    }

    fn document(&mut self, site: &Arc<Site>, id: &DocumentId, now: Instant) {
        let key = Key::Document(id.clone());
        let Some(page) = site.page(id) else {
            self.memory.remove(&key);
            return;
        };
        if self.waits(&key, &page.document.resource_version, now) {
            return;
        }
        if !self.contests.is_empty() {
            // Nothing in the cluster changes when a contest ends, so its end is an occasion of its own.
            let targets = page.attachment.targets.iter();
            let ends = targets
                .filter_map(|target| self.contests.contested_until(target, now))
                .min();
            ends.into_iter().for_each(|until| self.enqueue(key.clone(), until));
        }
        let contested = |target: &TargetId| self.contests.is_contested(target, now);
        let Some(plan) = plan::document(site, page, &contested, Timestamp::now()) else {
            return;
        };
        let planned = Planned::Status(Box::new(plan.status.clone()));
        let memory = self.memory.entry(key.clone()).or_default();
        if memory.is_futile(&page.document.resource_version, &planned) {
            return;
        }
        if plan.urgency == Urgency::Counts
            && let Some(counted) = memory.counted.filter(|counted| *counted + COUNTS_INTERVAL > now)
        {
            self.enqueue(key, counted + COUNTS_INTERVAL);
            return;
        }
        memory.counted = Some(now);
        let (client, gate, seen) = (self.client.clone(), self.gate.clone(), page.document.clone());
        self.busy.insert(key.clone());
        self.tasks.spawn(async move {
            let result = apply::status(&client, &gate, &seen, &plan.status).await;
            Written {
                key,
                seen: seen.resource_version.clone(),
                planned,
                result,
            }
        });
    }

    fn target(&mut self, site: &Arc<Site>, id: &TargetId, now: Instant) {
        let key = Key::Target(id.clone());
        let Some(target) = site.target(id) else {
            self.memory.remove(&key);
            self.contests.forget(id);
            return;
        };
        if self.waits(&key, &target.meta.resource_version, now) {
            return;
        }
        let plan = plan::target(site, &target.meta);
        if plan == TargetPlan::Nothing {
            return;
        }
        let planned = Planned::Annotations(plan.clone());
        let remembered = self.memory.get(&key);
        if remembered.is_some_and(|memory| memory.is_futile(&target.meta.resource_version, &planned)) {
            return;
        }
        if self.contests.reverted(id, &plan, now) {
            let documents = target.documents.iter().map(|by| Key::Document(by.document.clone()));
            documents
                .collect::<Vec<_>>()
                .into_iter()
                .for_each(|key| self.enqueue(key, now));
            let (client, gate, seen) = (self.client.clone(), self.gate.clone(), target.meta.clone());
            let resource = self.served.get(&id.kind);
            tokio::spawn(async move {
                if let Some(resource) = resource
                    && let Err(error) = apply::contested(&client, &gate, &resource, &seen).await
                {
                    tracing::warn!(%error, target = %seen.id, "the event could not be written");
                }
            });
        }
        if let Some(until) = self.contests.paused_until(id, &plan, now) {
            self.enqueue(key, until);
            return;
        }
        // A kind that is just going away has no resource any more; nothing is lost, its objects go with it.
        let Some(resource) = self.served.get(&id.kind) else {
            return;
        };
        let (client, gate, seen) = (self.client.clone(), self.gate.clone(), target.meta.clone());
        self.busy.insert(key.clone());
        self.tasks.spawn(async move {
            let result = apply::annotations(&client, &gate, &resource, &seen, &plan).await;
            Written {
                key,
                seen: seen.resource_version.clone(),
                planned: Planned::Annotations(plan),
                result,
            }
        });
    }

    /// Whether our last write of an object is still on its way back to us: planning from what was seen before it would
    /// write it again.
    fn waits(&mut self, key: &Key, seen: &str, now: Instant) -> bool {
        let Some(memory) = self.memory.get_mut(key) else {
            return false;
        };
        let Some((written, until)) = memory.unseen.clone() else {
            return false;
        };
        if now >= until || !is_older(seen, &written) {
            memory.unseen = None;
            return false;
        }
        self.enqueue(key.clone(), until);
        true
    }

    /// Takes in the answer to a write. Returns true when writing is over.
    fn finish(&mut self, written: Written) -> bool {
        let Written {
            key,
            seen,
            planned,
            result,
        } = written;
        self.busy.remove(&key);
        let now = Instant::now();
        let status = matches!(key, Key::Document(_));
        let memory = self.memory.entry(key.clone()).or_default();
        match result {
            Ok(Applied::Written(version)) => {
                self.metrics.wrote(status, WriteOutcome::Written);
                memory.failures = 0;
                memory.futile = (*seen == *version).then(|| (seen, planned.clone()));
                memory.unseen = Some((version, now + UNSEEN));
                if let (Key::Target(id), Planned::Annotations(plan)) = (&key, planned) {
                    self.contests.written(id, &plan, now);
                }
                // What changed while the request was under way was put off.
                self.enqueue(key, now);
            }
            Ok(Applied::Overtaken) => {
                self.metrics.wrote(status, WriteOutcome::Overtaken);
                memory.failures += 1;
                let pause = pause(memory.failures);
                self.enqueue(key, now + pause);
            }
            Err(ApplyError::Stopped) => return true,
            Err(error) => {
                let outcome = match &error {
                    ApplyError::Forbidden(_) => WriteOutcome::Forbidden,
                    ApplyError::Invalid(_) => WriteOutcome::Invalid,
                    ApplyError::Stopped | ApplyError::Transient(_) => WriteOutcome::Failed,
                };
                self.metrics.wrote(status, outcome);
                memory.failures += 1;
                let pause = pause(memory.failures);
                tracing::warn!(object = %key, %error, retry_in = ?pause, "write failed");
                self.enqueue(key, now + pause);
            }
        }
        false
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Document(id) => id.fmt(f),
            Self::Target(id) => id.fmt(f),
        }
    }
}

fn pause(failures: u32) -> Duration {
    RETRY
        .0
        .saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1).min(10)))
        .min(RETRY.1)
}

/// Whether the version `seen` was before `written`. Resource versions of one object are numbers that grow
/// (<https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions>); where they are not, only
/// equality can tell.
fn is_older(seen: &str, written: &str) -> bool {
    match (seen.parse::<u64>(), written.parse::<u64>()) {
        (Ok(seen), Ok(written)) => seen < written,
        _ => seen != written,
    }
}
