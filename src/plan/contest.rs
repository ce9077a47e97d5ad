//! Annotations that someone else keeps changing back: after three times in ten minutes, once an hour is enough.
//!
//! In: what was written to a target, what is about to be written again, the time. Out: whether to hold off.
//! Must not: write, read a clock, or keep a target for longer than the contest lasts.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::target::TargetPlan;
use crate::corpus::TargetId;

/// So many reversals are a contest,
const LIMIT: usize = 3;
/// when they come within this time.
const WINDOW: Duration = Duration::from_secs(10 * 60);
/// How long nothing is written to a contested target.
const PAUSE: Duration = Duration::from_secs(60 * 60);

/// The contests under way.
#[derive(Debug, Default)]
pub struct Contests(BTreeMap<TargetId, Contest>);

#[derive(Debug, Default)]
struct Contest {
    /// What was last written, and when.
    written: Option<(TargetPlan, Instant)>,
    /// When it was found reverted.
    reverted: Vec<Instant>,
    /// Contested until then.
    until: Option<Instant>,
}

impl Contests {
    /// Takes note of a write.
    pub fn written(&mut self, id: &TargetId, plan: &TargetPlan, now: Instant) {
        let contest = self.0.entry(id.clone()).or_default();
        if contest.written.as_ref().is_some_and(|(before, _)| before != plan) {
            // Something else is wanted now: nobody has contested that yet.
            *contest = Contest::default();
        }
        contest.written = Some((plan.clone(), now));
        // Whatever is older than the window cannot become a contest any more.
        self.0.retain(|_, contest| {
            contest.until.is_some_and(|until| until + WINDOW > now)
                || contest.written.as_ref().is_some_and(|(_, at)| *at + WINDOW > now)
        });
    }

    /// Takes note that the same is about to be written again. Returns true when that makes it a contest.
    pub fn reverted(&mut self, id: &TargetId, plan: &TargetPlan, now: Instant) -> bool {
        let Some(contest) = self.0.get_mut(id) else {
            return false;
        };
        if contest.until.is_some_and(|until| until > now) {
            return false;
        }
        if !contest.written.as_ref().is_some_and(|(written, _)| written == plan) {
            return false;
        }
        contest.reverted.retain(|at| *at + WINDOW > now);
        contest.reverted.push(now);
        if contest.reverted.len() < LIMIT {
            return false;
        }
        contest.reverted.clear();
        contest.until = Some(now + PAUSE);
        true
    }

    /// Until when this is not written to a target again. What was not contested may be written.
    pub fn paused_until(&self, id: &TargetId, plan: &TargetPlan, now: Instant) -> Option<Instant> {
        let contest = self.0.get(id)?;
        let same = contest.written.as_ref().is_some_and(|(written, _)| written == plan);
        contest.until.filter(|until| same && *until > now)
    }

    /// Until when a target's annotations count as contested.
    pub fn contested_until(&self, id: &TargetId, now: Instant) -> Option<Instant> {
        self.0.get(id)?.until.filter(|until| *until > now)
    }

    /// Whether nothing is known of any contest.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether someone contests a target's annotations.
    pub fn is_contested(&self, id: &TargetId, now: Instant) -> bool {
        self.contested_until(id, now).is_some()
    }

    /// The target is gone.
    pub fn forget(&mut self, id: &TargetId) {
        self.0.remove(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::GroupKind;

    #[test]
    fn the_third_reversal_within_ten_minutes_is_a_contest_for_an_hour() {
        let id = TargetId::new(GroupKind::new("apps", "Deployment"), "a", "b");
        let plan = TargetPlan::Remove(vec!["x"]);
        let start = Instant::now();
        let minute = |n: u64| start + Duration::from_secs(60 * n);
        let mut contests = Contests::default();
        assert!(!contests.reverted(&id, &plan, minute(0)), "nothing was written yet");
        for (at, expect) in [(1, false), (2, false), (13, false), (14, false), (15, true)] {
            contests.written(&id, &plan, minute(at - 1));
            assert_eq!(contests.reverted(&id, &plan, minute(at)), expect, "minute {at}");
        }
        assert!(contests.is_contested(&id, minute(74)));
        assert!(!contests.is_contested(&id, minute(76)));
    }

    #[test]
    fn another_value_is_not_a_reversal() {
        let id = TargetId::new(GroupKind::new("apps", "Deployment"), "a", "b");
        let now = Instant::now();
        let mut contests = Contests::default();
        for n in 0..10 {
            let plan = TargetPlan::Set {
                runbooks: Some(format!("r{n}")),
                articles: None,
            };
            assert!(!contests.reverted(&id, &plan, now));
            contests.written(&id, &plan, now);
        }
    }
}
