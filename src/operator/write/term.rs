//! What the writer knows while this process leads: who waits, what was written, who contests, what is refused.
//!
//! In: keys, plans and answers. Out: whether something can be written now. Must not: outlive the term; the next writer
//! looks at everything anew.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::api::GroupKind;
use crate::corpus::TargetId;
use crate::operator::write::apply::{Applied, ApplyError};
use crate::operator::write::memory::{Memory, Planned};
use crate::operator::write::queue::{Key, Lane, Queue};
use crate::plan::{Contests, Held};
use crate::site::Site;

/// What it knows while this process leads.
#[derive(Default)]
pub(crate) struct Term {
    pub(crate) queue: Queue,
    pub(crate) memory: BTreeMap<Key, Memory>,
    pub(crate) contests: Contests,
    /// Objects that could not be annotated, and why: `None` for want of rights, else who refuses it.
    pub(crate) refused: BTreeMap<TargetId, Option<Arc<str>>>,
    pub(crate) busy: BTreeSet<Key>,
    pub(crate) tasks: JoinSet<Option<Written>>,
}

/// A write that was started, and what became of it.
pub(crate) struct Written {
    pub(crate) key: Key,
    pub(crate) lane: Lane,
    /// The version it was planned from.
    pub(crate) seen: Arc<str>,
    pub(crate) planned: Planned,
    pub(crate) result: Result<Applied, ApplyError>,
}

impl Term {
    /// A process that becomes the writer looks at everything once: at each document, and at each object that carries our
    /// annotations or should.
    pub(crate) fn enqueue_all(&mut self, site: &Site, now: Instant) {
        for page in site.pages() {
            self.queue
                .add(Key::Document(page.document.id.clone()), Lane::Backlog, now);
        }
        let concerned = site
            .targets()
            .filter(|target| !target.documents.is_empty() || target.meta.is_annotated());
        for target in concerned {
            self.queue.add(Key::Target(target.meta.id.clone()), Lane::Backlog, now);
        }
    }

    pub(crate) fn held(&self, target: &TargetId, now: Instant) -> Option<Held> {
        if self.contests.is_contested(target, now.into_std()) {
            Some(Held::Contested)
        } else {
            let why = self.refused.get(target)?.clone();
            Some(why.map_or(Held::NotPermitted, Held::Refused))
        }
    }

    /// Whether the right to annotate objects of this kind was found missing.
    pub(crate) fn is_forbidden(&self, kind: &GroupKind) -> bool {
        self.refused.iter().any(|(id, why)| id.kind == *kind && why.is_none())
    }

    /// The documents that describe an object say something else of it now.
    pub(crate) fn tell_documents(&mut self, site: &Site, id: &TargetId, now: Instant) {
        for by in site.described(id) {
            self.queue.add(Key::Document(by.document.clone()), Lane::Live, now);
        }
    }

    pub(crate) fn waits(&mut self, key: &Key, lane: Lane, seen: &str, now: Instant) -> bool {
        let until = self.memory.get_mut(key).and_then(|memory| memory.waits(seen, now));
        until
            .into_iter()
            .for_each(|until| self.queue.add(key.clone(), lane, until));
        until.is_some()
    }

    pub(crate) fn is_vain(&mut self, key: &Key, lane: Lane, seen: &str, planned: &Planned, now: Instant) -> bool {
        let vain = self
            .memory
            .get(key)
            .and_then(|memory| memory.is_vain(seen, planned, now));
        vain.flatten()
            .into_iter()
            .for_each(|until| self.queue.add(key.clone(), lane, until));
        vain.is_some()
    }

    /// An object could be annotated. If that was forbidden before, the rights have changed: the others of its kind are
    /// worth a try as well.
    pub(crate) fn permitted(&mut self, site: Option<&Site>, id: &TargetId, now: Instant) {
        if self.refused.remove(id).is_none() {
            return;
        }
        let others = self.refused.keys().filter(|other| other.kind == id.kind);
        for key in others.cloned().map(Key::Target).collect::<Vec<_>>() {
            self.memory.entry(key.clone()).or_default().permitted();
            self.queue.add(key, Lane::Bulk, now);
        }
        if let Some(site) = site {
            self.tell_documents(site, id, now);
        }
    }
}
