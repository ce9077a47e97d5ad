//! How fast this process may write: a token bucket, and a stop when the API server asks for one.
//!
//! In: the time. Out: when the next write may begin. Must not: wait, or know what is written.

use std::time::Duration;

use tokio::time::Instant;

/// Writes per second, and how many may come at once after a rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Writes per second; more than 0.
    pub per_second: f64,
    /// Writes at once; at least 1.
    pub burst: f64,
}

impl Default for Rate {
    /// Fast enough for thousands of documents in a minute, slow enough to leave an API server to others.
    fn default() -> Self {
        Self {
            per_second: 100.0,
            burst: 200.0,
        }
    }
}

/// The tokens that are left.
#[derive(Debug)]
pub(crate) struct Bucket {
    rate: Rate,
    tokens: f64,
    counted: Instant,
    stopped_until: Option<Instant>,
}

impl Bucket {
    /// A full bucket.
    pub(crate) fn new(rate: Rate, now: Instant) -> Self {
        Self {
            rate,
            tokens: rate.burst,
            counted: now,
            stopped_until: None,
        }
    }

    /// Until when a write has to wait; `None` when it need not.
    pub(crate) fn wait(&mut self, now: Instant) -> Option<Instant> {
        let gained = now.saturating_duration_since(self.counted).as_secs_f64() * self.rate.per_second;
        self.tokens = (self.tokens + gained).min(self.rate.burst);
        self.counted = now;
        let missing = 1.0 - self.tokens;
        // A nanosecond more than needed, so that rounding does not make a caller come back too early.
        let full = (missing > 0.0)
            .then(|| now + Duration::from_secs_f64(missing / self.rate.per_second) + Duration::from_nanos(1));
        full.max(self.stopped_until.filter(|until| *until > now))
    }

    /// A write begins.
    pub(crate) fn take(&mut self) {
        self.tokens -= 1.0;
    }

    /// The API server asked to be left alone for a while.
    pub(crate) fn stop(&mut self, until: Instant) {
        self.stopped_until = self.stopped_until.max(Some(until));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_and_then_the_rate() {
        let start = Instant::now();
        let rate = Rate {
            per_second: 10.0,
            burst: 5.0,
        };
        let mut bucket = Bucket::new(rate, start);
        let (mut now, mut written) = (start, 0);
        while now < start + Duration::from_secs(10) {
            match bucket.wait(now) {
                Some(until) => {
                    assert!(until > now);
                    now = until;
                }
                None => {
                    bucket.take();
                    written += 1;
                }
            }
        }
        assert!((104..=106).contains(&written), "{written}");
    }

    #[test]
    fn a_stop_holds_for_its_time() {
        let start = Instant::now();
        let mut bucket = Bucket::new(Rate::default(), start);
        let until = start + Duration::from_secs(7);
        bucket.stop(until);
        bucket.stop(start + Duration::from_secs(3));
        assert_eq!(bucket.wait(start), Some(until));
        assert_eq!(bucket.wait(until), None);
    }
}
