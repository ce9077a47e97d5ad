//! Waiting for conditions, never for a time alone.
//!
//! In: a condition and a deadline. Out: what the condition found and how long it took.
//! Must not: give up without saying what was last seen.

use std::time::{Duration, Instant};

/// How often a condition is looked at.
const POLL: Duration = Duration::from_millis(10);

/// Looks until the condition holds; `Err` says what was seen instead. Panics at the deadline.
pub fn eventually<T>(what: &str, deadline: Duration, mut condition: impl FnMut() -> Result<T, String>) -> T {
    timed(what, deadline, &mut condition).0
}

/// The same, with the time it took.
pub fn timed<T>(what: &str, deadline: Duration, mut condition: impl FnMut() -> Result<T, String>) -> (T, Duration) {
    let start = Instant::now();
    loop {
        match condition() {
            Ok(found) => return (found, start.elapsed()),
            Err(seen) if start.elapsed() > deadline => panic!("waited {deadline:?} for {what}; last seen: {seen}"),
            Err(_) => std::thread::sleep(POLL),
        }
    }
}

/// Looks all the time that the condition keeps holding; panics when it does not.
pub fn throughout(what: &str, time: Duration, mut condition: impl FnMut() -> Result<(), String>) {
    let start = Instant::now();
    while start.elapsed() < time {
        if let Err(seen) = condition() {
            panic!("{what} did not last: after {:?} {seen}", start.elapsed());
        }
        std::thread::sleep(POLL);
    }
}

/// `Ok` when two values are equal, else what there was.
#[expect(clippy::needless_pass_by_value, reason = "callers compare what they have just made")]
pub fn equal<T: PartialEq + std::fmt::Debug>(have: T, want: T) -> Result<(), String> {
    if have == want {
        Ok(())
    } else {
        Err(format!("{have:?} instead of {want:?}"))
    }
}
