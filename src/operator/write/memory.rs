//! What the writer remembers about an object. All of it may be forgotten: it saves requests, nothing more.
//!
//! In: what was written and what became of it. Out: whether writing the next plan makes sense now.
//! Must not: know how to write.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::api::DocumentStatus;
use crate::operator::pause::{self, pause};
use crate::plan::{TargetPlan, is_older};

/// How long a write may stay unseen before it is planned anew.
const UNSEEN: Duration = Duration::from_secs(10);
/// Pauses after a failure that may pass by itself.
const RETRY: pause::Range = (Duration::from_millis(500), Duration::from_secs(30));
/// Pauses after a refusal, which will be repeated until somebody changes more than the object.
const RETRY_REFUSED: pause::Range = (Duration::from_secs(2), Duration::from_secs(300));

/// What a write says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Planned {
    Status(Box<DocumentStatus>),
    Annotations(TargetPlan),
}

/// Why a write was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// For want of rights: anything else would be refused as well.
    Forbidden,
    /// For what it says.
    Invalid,
}

/// What is remembered about one object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    /// The version our last write made, until it was seen or too long ago.
    unseen: Option<(String, Instant)>,
    /// When it was last written.
    pub(crate) written: Option<Instant>,
    /// A write that changed nothing, and the version it did not change: someone else holds what differs, so nothing is
    /// gained by writing the same again until the object changes.
    futile: Option<(Arc<str>, Planned)>,
    /// A write that the API server refused: it is not repeated before its time, whatever happens to the object. `None`
    /// when anything would be refused.
    refused: Option<(Instant, Option<Planned>)>,
    failures: u32,
}

impl Memory {
    /// Until when our last write is waited for: planning from what was seen before it would write it again.
    pub(crate) fn waits(&mut self, seen: &str, now: Instant) -> Option<Instant> {
        let (written, until) = self.unseen.as_ref()?;
        if now >= *until || !is_older(seen, written) {
            self.unseen = None;
            return None;
        }
        Some(*until)
    }

    /// Whether writing this would lead nowhere: until a time, or (`Some(None)`) until the object changes.
    pub(crate) fn is_vain(&self, seen: &str, planned: &Planned, now: Instant) -> Option<Option<Instant>> {
        if let Some((version, same)) = &self.futile
            && **version == *seen
            && same == planned
        {
            return Some(None);
        }
        let (until, refused) = self.refused.as_ref()?;
        let holds = *until > now && refused.as_ref().is_none_or(|refused| refused == planned);
        holds.then_some(Some(*until))
    }

    /// A write was taken and made this version.
    pub(crate) fn taken(&mut self, seen: Arc<str>, version: String, planned: Planned, now: Instant) {
        self.failures = 0;
        self.refused = None;
        self.written = Some(now);
        self.futile = (*seen == *version).then_some((seen, planned));
        self.unseen = Some((version, now + UNSEEN));
    }

    /// A write failed in a way that may pass. Returns when to try again.
    pub(crate) fn failed(&mut self, now: Instant) -> Instant {
        self.failures = self.failures.saturating_add(1);
        now + pause(RETRY, self.failures)
    }

    /// A write was refused. Returns when to try again.
    pub(crate) fn refused(&mut self, why: Refusal, planned: Planned, now: Instant) -> Instant {
        self.failures = self.failures.saturating_add(1);
        let until = now + pause(RETRY_REFUSED, self.failures);
        self.refused = Some((until, (why == Refusal::Invalid).then_some(planned)));
        until
    }

    /// What was refused may be tried again.
    pub(crate) fn permitted(&mut self) {
        self.refused = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(name: &'static str) -> Planned {
        Planned::Annotations(TargetPlan::Remove(vec![name]))
    }

    #[test]
    fn our_own_write_is_waited_for_and_not_for_ever() {
        let now = Instant::now();
        let mut memory = Memory::default();
        memory.taken("4".into(), "10".to_owned(), planned("a"), now);
        assert_eq!(memory.waits("9", now), Some(now + UNSEEN));
        assert_eq!(memory.waits("9", now + UNSEEN), None);
        memory.taken("9".into(), "11".to_owned(), planned("a"), now);
        assert_eq!(memory.waits("11", now), None);
        assert_eq!(memory.waits("9", now), None, "it was seen");
    }

    #[test]
    fn what_changed_nothing_waits_for_a_change_and_what_was_refused_for_its_time() {
        let now = Instant::now();
        let mut memory = Memory::default();
        memory.taken("4".into(), "4".to_owned(), planned("a"), now);
        assert_eq!(memory.is_vain("4", &planned("a"), now), Some(None));
        assert_eq!(memory.is_vain("5", &planned("a"), now), None);
        assert_eq!(memory.is_vain("4", &planned("b"), now), None);
        let until = memory.refused(Refusal::Invalid, planned("a"), now);
        assert_eq!(memory.is_vain("5", &planned("a"), now), Some(Some(until)));
        assert_eq!(memory.is_vain("5", &planned("b"), now), None);
        let until = memory.refused(Refusal::Forbidden, planned("a"), now);
        assert_eq!(memory.is_vain("5", &planned("b"), now), Some(Some(until)));
        assert_eq!(memory.is_vain("5", &planned("b"), until), None);
    }
}
