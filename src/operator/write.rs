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
use super::index::{Backlog, Published};
use super::kinds::Served;
use super::metrics::{Metrics, WriteOutcome};
use crate::api::DocumentStatus;
use crate::corpus::{DocumentId, TargetId};
use crate::plan::{self, Contests, Held, TargetPlan};
use crate::site::Site;

/// Requests under way at the same time.
const CONCURRENCY: usize = 16;
/// How long a write may stay unseen before it is planned anew.
const UNSEEN: Duration = Duration::from_secs(10);
/// First and longest pause after a failure.
const RETRY: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(60));
/// The same after a refusal, which will be repeated until somebody changes more than the object.
const RETRY_REFUSED: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(300));

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
    /// When a status was last written.
    written: Option<Instant>,
    /// A write that changed nothing, and the version it did not change: someone else holds what differs, so nothing is
    /// gained by writing the same again until the object changes.
    futile: Option<(Arc<str>, Planned)>,
    refused: Option<Refused>,
    failures: u32,
}

/// A write that the API server refused: it is not repeated before its time, whatever happens to the object.
#[derive(Clone, Debug)]
struct Refused {
    until: Instant,
    /// What was refused; `None` when anything would be, for want of rights.
    planned: Option<Planned>,
}

impl Refused {
    fn holds(&self, planned: &Planned, now: Instant) -> bool {
        self.until > now && self.planned.as_ref().is_none_or(|refused| refused == planned)
    }
}

impl Memory {
    fn is_futile(&self, seen: &str, planned: &Planned) -> bool {
        self.futile
            .as_ref()
            .is_some_and(|(version, same)| **version == *seen && same == planned)
    }
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
        forbidden: BTreeSet::new(),
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
                    let site = published.borrow().clone();
                    if writer.finish(site.as_deref(), written) {
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
    /// Objects that could not be annotated for want of rights.
    forbidden: BTreeSet<TargetId>,
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
                .filter_map(|target| self.contests.contested_until(target, now.into_std()))
                .min();
            ends.into_iter()
                .for_each(|until| self.enqueue(key.clone(), until.into()));
        }
        let held = |target: &TargetId| {
            if self.contests.is_contested(target, now.into_std()) {
                Some(Held::Contested)
            } else {
                self.forbidden.contains(target).then_some(Held::NotPermitted)
            }
        };
        let Some(plan) = plan::document(site, page, &held, Timestamp::now()) else {
            return;
        };
        let planned = Planned::Status(Box::new(plan.status.clone()));
        if self.is_vain(&key, &page.document.resource_version, &planned, now) {
            return;
        }
        let memory = self.memory.entry(key.clone()).or_default();
        if let Some(until) = plan.waits_until(memory.written.map(Instant::into_std), now.into_std()) {
            self.enqueue(key, until.into());
            return;
        }
        memory.written = Some(now);
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
            self.forbidden.remove(id);
            return;
        };
        if self.waits(&key, &target.meta.resource_version, now) {
            return;
        }
        let plan = plan::target(site, &target.meta);
        if plan == TargetPlan::Nothing {
            if self.forbidden.remove(id) {
                self.tell_documents(site, id, now);
            }
            return;
        }
        if self.is_vain(
            &key,
            &target.meta.resource_version,
            &Planned::Annotations(plan.clone()),
            now,
        ) {
            return;
        }
        if self.contests.reverted(id, &plan, now.into_std()) {
            self.tell_documents(site, id, now);
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
        if let Some(until) = self.contests.paused_until(id, &plan, now.into_std()) {
            self.enqueue(key, until.into());
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

    /// The documents that describe an object say something else of it now.
    fn tell_documents(&mut self, site: &Site, id: &TargetId, now: Instant) {
        for by in site.described(id) {
            self.enqueue(Key::Document(by.document.clone()), now);
        }
    }

    /// Whether writing this is known to lead nowhere, for now or until the object changes.
    fn is_vain(&mut self, key: &Key, seen: &str, planned: &Planned, now: Instant) -> bool {
        let Some(memory) = self.memory.get(key) else {
            return false;
        };
        if memory.is_futile(seen, planned) {
            return true;
        }
        let refused = memory.refused.as_ref();
        let until = refused
            .filter(|refused| refused.holds(planned, now))
            .map(|refused| refused.until);
        until.into_iter().for_each(|until| self.enqueue(key.clone(), until));
        until.is_some()
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
    fn finish(&mut self, site: Option<&Site>, written: Written) -> bool {
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
                memory.refused = None;
                memory.futile = (*seen == *version).then(|| (seen, planned.clone()));
                memory.unseen = Some((version, now + UNSEEN));
                if let (Key::Target(id), Planned::Annotations(plan)) = (&key, planned) {
                    self.contests.written(id, &plan, now.into_std());
                    self.permitted(site, id, now);
                }
                // What changed while the request was under way was put off.
                self.enqueue(key, now);
            }
            Ok(Applied::Overtaken) => {
                self.metrics.wrote(status, WriteOutcome::Overtaken);
                memory.failures += 1;
                let pause = pause(RETRY, memory.failures);
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
                let pause = match &error {
                    ApplyError::Forbidden(_) | ApplyError::Invalid(_) => pause(RETRY_REFUSED, memory.failures),
                    ApplyError::Stopped | ApplyError::Transient(_) => pause(RETRY, memory.failures),
                };
                let until = now + pause;
                memory.refused = match &error {
                    ApplyError::Forbidden(_) => Some(Refused { until, planned: None }),
                    ApplyError::Invalid(_) => Some(Refused {
                        until,
                        planned: Some(planned),
                    }),
                    ApplyError::Stopped | ApplyError::Transient(_) => None,
                };
                tracing::warn!(object = %key, %error, retry_in = ?pause, "write failed");
                if let (Key::Target(id), ApplyError::Forbidden(_), Some(site)) = (&key, &error, site)
                    && self.forbidden.insert(id.clone())
                {
                    self.tell_documents(site, id, now);
                }
                self.enqueue(key, until);
            }
        }
        false
    }
}

impl Writer {
    /// An object could be annotated. If that was forbidden before, the rights have changed: the others of its kind are
    /// worth a try as well.
    fn permitted(&mut self, site: Option<&Site>, id: &TargetId, now: Instant) {
        if !self.forbidden.remove(id) {
            return;
        }
        let others: Vec<TargetId> = self
            .forbidden
            .iter()
            .filter(|other| other.kind == id.kind)
            .cloned()
            .collect();
        for other in others {
            let key = Key::Target(other);
            if let Some(memory) = self.memory.get_mut(&key) {
                memory.refused = None;
            }
            self.enqueue(key, now);
        }
        if let Some(site) = site {
            self.tell_documents(site, id, now);
        }
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

fn pause((first, longest): (Duration, Duration), failures: u32) -> Duration {
    first
        .saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1).min(10)))
        .min(longest)
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
