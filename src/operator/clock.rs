//! The time of day, as this process believes it.
//!
//! In: nothing. Out: [`Clock`]. Must not: decide who may write; clocks of machines differ, and durations do not.

use std::fmt;
use std::sync::Arc;

use k8s_openapi::jiff::Timestamp;

/// Tells the time of day: for what people read, and for certificates.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock of its own, for tests.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time of day.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl Default for Clock {
    /// The clock of the machine.
    fn default() -> Self {
        Self::new(Timestamp::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
