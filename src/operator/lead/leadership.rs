//! Whether this process may write, and until when.
//!
//! In: terms, as the lease gives them. Out: a permit for each write, with the time by which it must have ended.
//! Must not: permit a write that could still be under way when another process may write.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tokio::sync::watch;
use tokio::time::Instant;

/// How long a write may take.
pub const WRITE_TIME: Duration = Duration::from_secs(5);

/// By how much the wall clock may be ahead of the other before the machine is taken to have slept.
const AWAKE: Duration = Duration::from_secs(2);

/// The right to write. All clones are one.
#[derive(Clone, Debug)]
pub struct Leadership(Arc<State>);

#[derive(Debug)]
struct State {
    term: Mutex<Term>,
    leading: watch::Sender<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Term {
    /// Another process may write.
    None,
    /// This process may write until then; what the two clocks said when that was settled.
    Until {
        until: Instant,
        settled: Instant,
        wall: SystemTime,
    },
    /// There is no other process.
    Always,
    /// This process is ending.
    Closed,
}

/// There is no right to write, or not for long enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLeading;

impl Leadership {
    /// The right of a process that is alone.
    pub fn alone() -> Self {
        Self::with(Term::Always)
    }

    /// The right of a process that has to win a lease first.
    pub fn follower() -> Self {
        Self::with(Term::None)
    }

    fn with(term: Term) -> Self {
        let (leading, _) = watch::channel(term == Term::Always);
        let term = Mutex::new(term);
        Self(Arc::new(State { term, leading }))
    }

    /// Permits one write and says by when it must have ended.
    ///
    /// # Errors
    /// When this process may not write, or its right may end before the write does.
    pub fn permit(&self) -> Result<Instant, NotLeading> {
        let end = Instant::now() + WRITE_TIME;
        match self.term() {
            Term::Always => Ok(end),
            Term::Until { until, settled, wall } if end <= until && !slept(settled, wall) => Ok(end),
            Term::Until { .. } | Term::None | Term::Closed => Err(NotLeading),
        }
    }

    /// Tells whenever the right is won or lost.
    pub fn watch(&self) -> watch::Receiver<bool> {
        self.0.leading.subscribe()
    }

    /// Whether this process is the writer.
    pub fn is_leading(&self) -> bool {
        *self.0.leading.borrow()
    }

    /// The right holds until then.
    pub(crate) fn extend(&self, until: Instant) {
        self.set(Term::Until {
            until,
            settled: Instant::now(),
            wall: SystemTime::now(),
        });
    }

    /// The right is lost.
    pub(crate) fn lose(&self) {
        self.set(Term::None);
    }

    /// Stops all writes that have not begun, for good.
    pub fn close(&self) {
        self.set(Term::Closed);
    }

    /// Whether it was closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.term() == Term::Closed
    }

    fn term(&self) -> Term {
        self.0.term.lock().map_or(Term::None, |term| *term)
    }

    fn set(&self, new: Term) {
        let Ok(mut term) = self.0.term.lock() else { return };
        if *term == Term::Closed {
            return;
        }
        *term = new;
        let leading = matches!(new, Term::Always | Term::Until { .. });
        // Told while the term is locked, so that the last word told is about the last term.
        self.0
            .leading
            .send_if_modified(|told| std::mem::replace(told, leading) != leading);
    }
}

/// Whether the machine slept since: the clock that measures terms stands still then, and the other does not. A wall
/// clock that is set forward looks the same, and costs no more than the time to the next renewal.
fn slept(settled: Instant, wall: SystemTime) -> bool {
    wall.elapsed().is_ok_and(|passed| passed > settled.elapsed() + AWAKE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_write_must_fit_into_the_term() {
        let lead = Leadership::follower();
        assert_eq!(lead.permit(), Err(NotLeading));
        lead.extend(Instant::now() + WRITE_TIME + Duration::from_secs(1));
        assert_eq!(lead.permit(), Ok(Instant::now() + WRITE_TIME));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(lead.permit().is_ok());
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(lead.permit(), Err(NotLeading));
        lead.extend(Instant::now() + Duration::from_secs(15));
        assert!(lead.permit().is_ok());
        lead.set(Term::Until {
            until: Instant::now() + Duration::from_secs(15),
            settled: Instant::now(),
            wall: SystemTime::now() - Duration::from_secs(3_600),
        });
        assert_eq!(lead.permit(), Err(NotLeading), "an hour was slept away");
        lead.close();
        lead.extend(Instant::now() + Duration::from_secs(60));
        assert_eq!(lead.permit(), Err(NotLeading), "closed is closed");
        assert!(!lead.is_leading());
    }
}
