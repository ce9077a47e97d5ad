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

/// How long after the end of that pause the next attempt may take to be made.
const GRACE: Duration = Duration::from_secs(5 * 60);

/// The contests under way.
#[derive(Debug, Default)]
pub struct Contests(BTreeMap<TargetId, Contest>);

#[derive(Debug)]
struct Contest {
    /// What was last written, the version that made, and when.
    plan: TargetPlan,
    version: String,
    at: Instant,
    /// That write was found reverted, which counts once.
    counted: bool,
    /// When writes were found reverted.
    reverted: Vec<Instant>,
    /// Nothing is written until then. Once that is over, one attempt is made.
    paused: Option<Instant>,
}

impl Contest {
    /// When nobody will be said to contest any more, unless the next attempt is reverted as well.
    fn end(&self) -> Option<Instant> {
        let paused = self.paused?;
        Some(if self.at < paused {
            paused + GRACE
        } else {
            self.at + WINDOW
        })
    }
}

impl Contests {
    /// Takes note of a write and of the version it made.
    pub fn written(&mut self, id: &TargetId, plan: &TargetPlan, version: &str, now: Instant) {
        // Whatever is older than the window cannot become a contest any more.
        self.0
            .retain(|_, contest| contest.end().is_some_and(|end| end > now) || contest.at + WINDOW > now);
        // Where something else is wanted now, nobody has contested that yet.
        let before = self.0.remove(id).filter(|before| before.plan == *plan);
        let (reverted, paused) = before.map_or((Vec::new(), None), |before| (before.reverted, before.paused));
        let contest = Contest {
            plan: plan.clone(),
            version: version.to_owned(),
            at: now,
            counted: false,
            reverted,
            paused,
        };
        self.0.insert(id.clone(), contest);
    }

    /// Takes note that the same is about to be written again to what was `seen`. Returns true when that makes it a
    /// contest. It is a reversal only if our last write was seen or has been overwritten since: a write that failed, or
    /// that has not come back yet, is nobody's doing.
    pub fn reverted(&mut self, id: &TargetId, plan: &TargetPlan, seen: &str, now: Instant) -> bool {
        let Some(contest) = self.0.get_mut(id) else {
            return false;
        };
        if contest.plan != *plan || contest.counted || is_older(seen, &contest.version) {
            return false;
        }
        contest.counted = true;
        if contest.paused.is_some() {
            // The one attempt was reverted too.
            contest.paused = Some(now + PAUSE);
            return false;
        }
        contest.reverted.retain(|at| *at + WINDOW > now);
        contest.reverted.push(now);
        if contest.reverted.len() < LIMIT {
            return false;
        }
        contest.paused = Some(now + PAUSE);
        true
    }

    /// Until when this is not written to a target again. What was not contested may be written.
    pub fn paused_until(&self, id: &TargetId, plan: &TargetPlan, now: Instant) -> Option<Instant> {
        let contest = self.0.get(id).filter(|contest| contest.plan == *plan)?;
        contest.paused.filter(|until| *until > now)
    }

    /// Until when a target's annotations count as contested.
    pub fn contested_until(&self, id: &TargetId, now: Instant) -> Option<Instant> {
        self.0.get(id)?.end().filter(|end| *end > now)
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

/// Whether the version `seen` was before `written`. Resource versions of one object are numbers that grow
/// (<https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions>); where they are not, only
/// equality can tell.
pub fn is_older(seen: &str, written: &str) -> bool {
    match (seen.parse::<u64>(), written.parse::<u64>()) {
        (Ok(seen), Ok(written)) => seen < written,
        _ => seen != written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::GroupKind;

    fn id() -> TargetId {
        TargetId::new(GroupKind::new("apps", "Deployment"), "a", "b")
    }

    fn minutes(start: Instant, n: u64) -> Instant {
        start + Duration::from_secs(60 * n)
    }

    #[test]
    fn the_third_reversal_within_ten_minutes_is_a_contest_and_then_one_attempt_an_hour() {
        let plan = TargetPlan::Remove(vec!["x"]);
        let start = Instant::now();
        let minute = |n| minutes(start, n);
        let mut contests = Contests::default();
        assert!(
            !contests.reverted(&id(), &plan, "1", minute(0)),
            "nothing was written yet"
        );
        let mut version = 1;
        let mut reverted = |contests: &mut Contests, at: u64| {
            version += 2;
            contests.written(&id(), &plan, &version.to_string(), minute(at - 1));
            contests.reverted(&id(), &plan, &(version + 1).to_string(), minute(at))
        };
        for (at, expect) in [(1, false), (2, false), (13, false), (14, false), (15, true)] {
            assert_eq!(reverted(&mut contests, at), expect, "minute {at}");
        }
        assert_eq!(contests.paused_until(&id(), &plan, minute(74)), Some(minute(75)));
        assert_eq!(contests.paused_until(&id(), &plan, minute(75)), None);
        assert!(
            contests.is_contested(&id(), minute(75)),
            "until the attempt has been made"
        );
        assert!(!reverted(&mut contests, 77), "it is told once");
        assert_eq!(contests.paused_until(&id(), &plan, minute(77)), Some(minute(137)));
        // The next attempt survives.
        contests.written(&id(), &plan, "99", minute(137));
        assert!(contests.is_contested(&id(), minute(140)));
        assert!(!contests.is_contested(&id(), minute(148)));
    }

    #[test]
    fn only_what_was_there_can_be_reverted_and_only_once() {
        let plan = TargetPlan::Remove(vec!["x"]);
        let now = Instant::now();
        let mut contests = Contests::default();
        contests.written(&id(), &plan, "10", now);
        for _ in 0..9 {
            assert!(
                !contests.reverted(&id(), &plan, "9", now),
                "our write has not come back yet"
            );
        }
        for _ in 0..9 {
            assert!(
                !contests.reverted(&id(), &plan, "11", now),
                "attempts that fail are not reversals"
            );
        }
        for n in 0..10 {
            let plan = TargetPlan::Set {
                runbooks: Some(format!("r{n}")),
                articles: None,
            };
            assert!(
                !contests.reverted(&id(), &plan, "20", now),
                "another value is not a reversal"
            );
            contests.written(&id(), &plan, "20", now);
        }
    }
}
