//! An API server in this process, for faults and scale: what no real one does on demand.
//!
//! In: requests of real clients, as a tower service. Out: what a real API server answers, as far as the operator asks:
//! lists, watches with bookmarks, versions, server-side apply with owners, status subresources, conflicts; and the faults
//! it was told to make. Must not: judge schemas or CEL; a real one does (`tests/cluster`), and holds this one to the same
//! answers over the requests of `table.rs`.

pub mod faults;
pub mod fields;
pub mod kinds;
pub mod requests;
pub mod serve;
pub mod store;
pub mod watching;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use k8s_openapi::jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

pub use faults::{Fault, Record};
pub use store::{Id, Store};

/// The server. Clones are one.
#[derive(Clone)]
pub struct Fake(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    /// Told whenever a watch may have something to say.
    news: watch::Sender<u64>,
    started: Instant,
}

/// What is behind the lock.
pub struct State {
    pub store: Store,
    pub faults: faults::Faults,
}

impl Fake {
    /// An empty cluster that serves every kind of the table but those of `absent`.
    pub fn new(absent: &[&str]) -> Self {
        let (news, _) = watch::channel(0);
        Self(Arc::new(Inner {
            state: Mutex::new(State {
                store: Store::new(absent),
                faults: faults::Faults::default(),
            }),
            news,
            started: Instant::now(),
        }))
    }

    /// The state, for as long as nobody waits.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long it has been running.
    pub fn age(&self) -> Duration {
        self.0.started.elapsed()
    }

    /// Its time of day: the first of January 2026, and what has passed since.
    pub fn clock(&self) -> Timestamp {
        let start = Timestamp::from_second(1_767_225_600).unwrap();
        start + SignedDuration::try_from(self.age()).unwrap()
    }

    /// Tells watches to look again.
    pub fn tell(&self) {
        self.0.news.send_modify(|count| *count += 1);
    }

    /// Subscribes to that.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.0.news.subscribe()
    }

    /// Stores an object as an administrator would, whatever it is.
    pub fn put(&self, object: &Value) {
        let now = self.clock();
        let mut state = self.state();
        state.store.put(object, now);
        drop(state);
        self.tell();
    }

    /// Applies a merge patch as an administrator. Nothing happens where there is no such object.
    pub fn patch(&self, id: &Id, patch: &Value) {
        let now = self.clock();
        let mut state = self.state();
        let write = store::Write {
            manager: "admin",
            subresource: None,
            now,
        };
        let _ = state.store.merge(id, &write, patch);
        drop(state);
        self.tell();
    }

    /// Deletes an object, if it is there.
    pub fn delete(&self, id: &Id) {
        let now = self.clock();
        let _ = self.state().store.delete(id, now);
        self.tell();
    }

    /// An object.
    pub fn get(&self, id: &Id) -> Option<Value> {
        self.state().store.get(id).cloned()
    }

    /// Begins or ends to serve a kind, as when its CustomResourceDefinition comes or goes.
    pub fn serve(&self, plural: &str, served: bool) {
        let now = self.clock();
        let mut state = self.state();
        state.store.serve(plural, served, now);
        drop(state);
        self.tell();
    }
}
