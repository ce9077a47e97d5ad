//! The writer: changes in, plans made, writes done. One task, at most [`CONCURRENCY`] requests at a time.
//!
//! In: the last snapshot, what changed, whether this process leads. Out: writes through `apply`, and nothing when
//! nothing differs. Must not: hold a rule about what should be written (`plan` does), or write twice what was not seen
//! yet.

use std::sync::Arc;
use std::time::Duration;

use kube::Client;
use tokio::time::Instant;

use crate::corpus::{DocumentId, TargetId};
use crate::operator::clock::Clock;
use crate::operator::lead::leadership::Leadership;
use crate::operator::metrics::{Metrics, PlanOutcome, What, WriteOutcome};
use crate::operator::observe::index::{Backlog, Published};
use crate::operator::observe::kinds::Served;
use crate::operator::transport::Throttle;
use crate::operator::write::apply::{self, Applied, ApplyError};
use crate::operator::write::memory::{Planned, Refusal};
use crate::operator::write::queue::{Key, Lane};
use crate::operator::write::rate::Bucket;
use crate::operator::write::term::{Term, Written};
use crate::plan::{self, TargetPlan};
use crate::site::Site;

/// Requests under way at the same time.
const CONCURRENCY: usize = 16;
/// How often a term that is too short for a write is looked at.
const RENEWED: Duration = Duration::from_millis(200);
/// More changes than this at once are bulk, and let single edits pass.
const FEW: usize = 20;

/// What the writer works with.
pub(crate) struct Writer {
    pub(crate) client: Client,
    pub(crate) throttle: Throttle,
    pub(crate) leadership: Leadership,
    pub(crate) served: Served,
    pub(crate) published: Published,
    pub(crate) backlog: Arc<Backlog>,
    pub(crate) clock: Clock,
    pub(crate) metrics: Metrics,
    pub(crate) bucket: Bucket,
}

impl Writer {
    /// Plans and writes whenever this process leads. Ends when the leadership is closed and no write is under way.
    pub(crate) async fn run(mut self) {
        if self.published.wait_for(Option::is_some).await.is_err() {
            return;
        }
        let mut leading = self.leadership.watch();
        while !self.leadership.is_closed() {
            if *leading.borrow_and_update() {
                self.metrics.leading(true);
                self.lead().await;
                self.metrics.leading(false);
                self.metrics.waiting(0);
                continue;
            }
            tokio::select! {
                changed = leading.changed() => if changed.is_err() { return },
                // Whoever leads sees the same. Should it become us, everything is looked at.
                () = self.backlog.arrived() => drop(self.backlog.take()),
            }
        }
    }

    /// One term, from its beginning to its end.
    async fn lead(&mut self) {
        let mut term = Term::default();
        let mut leading = self.leadership.watch();
        // Changes until now are in the snapshot that is looked at as a whole: they are backlog, and not somebody's edit.
        drop(self.backlog.take());
        let Some(site) = self.published.borrow().as_ref().map(|snapshot| snapshot.site.clone()) else {
            return;
        };
        term.enqueue_all(&site, Instant::now());
        while *leading.borrow_and_update() {
            let now = Instant::now();
            self.take_in(&mut term, now);
            let site = self
                .published
                .borrow_and_update()
                .as_ref()
                .map(|snapshot| snapshot.site.clone());
            let wake = site.and_then(|site| self.start(&mut term, &site, now));
            tokio::select! {
                _ = leading.changed() => {}
                () = self.backlog.arrived() => {}
                () = tokio::time::sleep_until(wake.unwrap_or(now)), if wake.is_some() => {}
                Some(done) = term.tasks.join_next() => self.finish(&mut term, done),
            }
        }
        // Each has its own end, in time for the next writer.
        while let Some(done) = term.tasks.join_next().await {
            self.finish(&mut term, done);
        }
    }

    fn take_in(&self, term: &mut Term, now: Instant) {
        let changes = self.backlog.take();
        let lane = |count| if count > FEW { Lane::Bulk } else { Lane::Live };
        let (documents, targets) = (lane(changes.documents.len()), lane(changes.targets.len()));
        for id in changes.documents {
            term.queue.add(Key::Document(id), documents, now);
        }
        for id in changes.targets {
            term.queue.add(Key::Target(id), targets, now);
        }
        self.metrics.waiting(term.queue.len());
    }

    /// Starts what is due, as far as there is room. Returns when to come back, unless an answer comes first.
    fn start(&mut self, term: &mut Term, site: &Arc<Site>, now: Instant) -> Option<Instant> {
        if let Some(until) = self.throttle.writes() {
            self.bucket.stop(until);
        }
        loop {
            if term.busy.len() >= CONCURRENCY {
                return None;
            }
            // What is taken out of the queue now would only be put back.
            if self.leadership.permit().is_err() {
                return Some(now + RENEWED);
            }
            // What needs no write costs nothing, but is looked at only when a write could begin.
            if let Some(until) = self.bucket.wait(now) {
                return term.queue.due(now).map(|due| due.max(until));
            }
            let Some((key, lane)) = term.queue.next(now) else {
                return term.queue.due(now);
            };
            // It is looked at again when its write has been answered.
            if term.busy.contains(&key) {
                continue;
            }
            match &key {
                Key::Document(id) => self.document(term, site, id, lane, now),
                Key::Target(id) => self.target(term, site, id, lane, now),
            }
        }
    }

    fn document(&mut self, term: &mut Term, site: &Arc<Site>, id: &DocumentId, lane: Lane, now: Instant) {
        let key = Key::Document(id.clone());
        let Some(page) = site.page(id) else {
            term.memory.remove(&key);
            return;
        };
        if term.waits(&key, lane, &page.document.resource_version, now) {
            return;
        }
        // Nothing in the cluster changes when a contest ends, so its end is an occasion of its own.
        let until = |target| term.contests.contested_until(target, now.into_std());
        if let Some(end) = page.attachment.targets.iter().filter_map(until).min() {
            term.queue.add(key.clone(), lane, end.into());
        }
        let held = |target: &TargetId| term.held(target, now);
        let Some(plan) = plan::document(site, page, &held, self.clock.now()) else {
            self.metrics.planned(What::Status, PlanOutcome::Nothing);
            return;
        };
        let planned = Planned::Status(Box::new(plan.status.clone()));
        if term.is_vain(&key, lane, &page.document.resource_version, &planned, now) {
            return;
        }
        let memory = term.memory.entry(key.clone()).or_default();
        if let Some(until) = plan.waits_until(memory.written.map(Instant::into_std), now.into_std()) {
            self.metrics.planned(What::Status, PlanOutcome::Wait);
            term.queue.add(key, lane, until.into());
            return;
        }
        self.metrics.planned(What::Status, PlanOutcome::Write);
        self.bucket.take();
        if plan.transition.is_some() {
            // Its event is a write as well.
            self.bucket.take();
        }
        let (client, lead, seen) = (self.client.clone(), self.leadership.clone(), page.document.clone());
        term.busy.insert(key.clone());
        term.tasks.spawn(async move {
            let result = apply::status(&client, &lead, &seen, &plan.status).await;
            if let (Ok(Applied::Written(_)), Some(transition)) = (&result, &plan.transition)
                && let Err(error) = apply::transition(&client, &lead, &seen, transition).await
            {
                tracing::warn!(%error, document = %seen.id, "the event could not be written");
            }
            let seen = seen.resource_version.clone();
            Some(Written {
                key,
                lane,
                seen,
                planned,
                result,
            })
        });
    }

    fn target(&mut self, term: &mut Term, site: &Arc<Site>, id: &TargetId, lane: Lane, now: Instant) {
        let key = Key::Target(id.clone());
        let Some(target) = site.target(id) else {
            term.memory.remove(&key);
            term.contests.forget(id);
            term.refused.remove(id);
            return;
        };
        if term.waits(&key, lane, &target.meta.resource_version, now) {
            return;
        }
        let plan = plan::target(site, &target.meta);
        if plan == TargetPlan::Nothing {
            self.metrics.planned(What::Annotations, PlanOutcome::Nothing);
            if term.refused.remove(id).is_some() {
                term.tell_documents(site, id, now);
            }
            return;
        }
        // Not attaching takes no rights. Whoever has none leaves what is there to `knowledge-operator detach`.
        if !site.settings().attach && term.is_forbidden(&id.kind) {
            self.metrics.planned(What::Annotations, PlanOutcome::Wait);
            return;
        }
        let planned = Planned::Annotations(plan.clone());
        if term.is_vain(&key, lane, &target.meta.resource_version, &planned, now) {
            return;
        }
        if term
            .contests
            .reverted(id, &plan, &target.meta.resource_version, now.into_std())
        {
            term.tell_documents(site, id, now);
            let (client, lead, seen) = (self.client.clone(), self.leadership.clone(), target.meta.clone());
            let resource = self.served.get(&id.kind);
            self.bucket.take();
            term.tasks.spawn(async move {
                if let Some(resource) = resource
                    && let Err(error) = apply::contested(&client, &lead, &resource, &seen).await
                {
                    tracing::warn!(%error, target = %seen.id, "the event could not be written");
                }
                None
            });
        }
        if let Some(until) = term.contests.paused_until(id, &plan, now.into_std()) {
            self.metrics.planned(What::Annotations, PlanOutcome::Wait);
            term.queue.add(key, lane, until.into());
            return;
        }
        // A kind that is just going away has no resource any more; nothing is lost, its objects go with it.
        let Some(resource) = self.served.get(&id.kind) else {
            return;
        };
        self.metrics.planned(What::Annotations, PlanOutcome::Write);
        self.bucket.take();
        let (client, lead, seen) = (self.client.clone(), self.leadership.clone(), target.meta.clone());
        term.busy.insert(key.clone());
        term.tasks.spawn(async move {
            let result = apply::annotations(&client, &lead, &resource, &seen, &plan).await;
            let seen = seen.resource_version.clone();
            Some(Written {
                key,
                lane,
                seen,
                planned,
                result,
            })
        });
    }

    /// Takes in the answer to a write.
    fn finish(&mut self, term: &mut Term, done: Result<Option<Written>, tokio::task::JoinError>) {
        let site = self.published.borrow().as_ref().map(|snapshot| snapshot.site.clone());
        let Written {
            key,
            lane,
            seen,
            planned,
            result,
        } = match done {
            Ok(Some(written)) => written,
            Ok(None) => return,
            // Only a panic ends a task without an answer, and a panic of ours is not to be hidden.
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(error) => {
                tracing::error!(%error, "a write ended without an answer");
                return;
            }
        };
        term.busy.remove(&key);
        let now = Instant::now();
        let what = match key {
            Key::Document(_) => What::Status,
            Key::Target(_) => What::Annotations,
        };
        self.metrics.wrote(what, WriteOutcome::of(&result));
        let memory = term.memory.entry(key.clone()).or_default();
        let again = match result {
            Ok(Applied::Written(version)) => {
                memory.taken(seen, version.clone(), planned.clone(), now);
                if let (Key::Target(id), Planned::Annotations(plan)) = (&key, planned) {
                    term.contests.written(id, &plan, &version, now.into_std());
                    term.permitted(site.as_deref(), id, now);
                }
                // What changed while the request was under way was put off.
                now
            }
            Ok(Applied::Overtaken) => memory.failed(now),
            // The term may go on: it is only too short for a write until it is renewed. If it ends, all is forgotten.
            Err(ApplyError::Stopped) => memory.failed(now),
            Err(error) => {
                let again = match &error {
                    ApplyError::Forbidden(_) => memory.refused(Refusal::Forbidden, planned, now),
                    ApplyError::Denied { .. } | ApplyError::Invalid(_) => {
                        memory.refused(Refusal::Invalid, planned, now)
                    }
                    ApplyError::Stopped | ApplyError::TooSlow | ApplyError::Transient(_) => memory.failed(now),
                };
                tracing::warn!(object = %key, %error, retry_in = ?(again - now), "write failed");
                if let (Key::Target(id), Some(why), Some(site)) = (&key, refusal(&error), &site)
                    && term.refused.insert(id.clone(), why.clone()) != Some(why)
                {
                    term.tell_documents(site, id, now);
                }
                again
            }
        };
        term.queue.add(key, lane, again);
    }
}

/// Why an object is not to be annotated, if it is for a reason that lasts: `None` inside for want of rights, else who
/// refuses it.
fn refusal(error: &ApplyError) -> Option<Option<Arc<str>>> {
    match error {
        ApplyError::Forbidden(_) => Some(None),
        ApplyError::Denied { by, .. } => Some(Some(by.as_str().into())),
        ApplyError::Invalid(_) => Some(Some("the API server".into())),
        ApplyError::Stopped | ApplyError::TooSlow | ApplyError::Transient(_) => None,
    }
}
