//! What to look at next: live edits before bulk, bulk before what was left from before; namespaces take turns.
//!
//! In: keys with a lane and a time. Out: keys, one at a time. Must not: know what is done with them, or read a clock.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use tokio::time::Instant;

use crate::corpus::{DocumentId, TargetId};

/// Something that may have to be written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Document(DocumentId),
    Target(TargetId),
}

/// Who goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lane {
    /// Somebody's edit, and what follows from it, as long as that is little.
    Live,
    /// Much that follows from one edit.
    Bulk,
    /// Everything, looked at once by a process that becomes the writer.
    Backlog,
}

const LANES: [Lane; 3] = [Lane::Live, Lane::Bulk, Lane::Backlog];

/// The keys that wait, each once.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    entries: BTreeMap<Key, Entry>,
    later: BTreeSet<(Instant, Key)>,
    ready: [Turns; 3],
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    lane: Lane,
    /// When it becomes ready; `None` once it is.
    at: Option<Instant>,
}

/// Keys of one lane, namespace by namespace. A key that moved to another lane stays here until its turn and is skipped.
#[derive(Debug, Default)]
struct Turns {
    order: VecDeque<Arc<str>>,
    keys: BTreeMap<Arc<str>, VecDeque<Key>>,
}

impl Queue {
    /// Adds a key that is to be looked at from `at` on. One that waits already keeps the earlier time and the better
    /// lane.
    pub(crate) fn add(&mut self, key: Key, lane: Lane, at: Instant) {
        match self.entries.get(&key).copied() {
            None => self.put(key, Entry { lane, at: Some(at) }),
            Some(Entry { lane: had, at: None }) if lane < had => self.put(key, Entry { lane, at: None }),
            Some(Entry { at: None, .. }) => {}
            Some(Entry {
                lane: had,
                at: Some(before),
            }) => {
                self.later.remove(&(before, key.clone()));
                let entry = Entry {
                    lane: lane.min(had),
                    at: Some(at.min(before)),
                };
                self.put(key, entry);
            }
        }
    }

    fn put(&mut self, key: Key, entry: Entry) {
        match entry.at {
            Some(at) => drop(self.later.insert((at, key.clone()))),
            None => self.turns(entry.lane).push(key.clone()),
        }
        self.entries.insert(key, entry);
    }

    /// The next key that is due, with the lane it waited in.
    pub(crate) fn next(&mut self, now: Instant) -> Option<(Key, Lane)> {
        while let Some((_, key)) = self.later.first().filter(|(at, _)| *at <= now).cloned() {
            self.later.pop_first();
            if let Some(entry) = self.entries.get(&key).copied() {
                self.put(key, Entry { at: None, ..entry });
            }
        }
        for lane in LANES {
            while let Some(key) = self.turns(lane).pop() {
                let current = self.entries.get(&key);
                if current.is_some_and(|entry| entry.lane == lane && entry.at.is_none()) {
                    self.entries.remove(&key);
                    return Some((key, lane));
                }
            }
        }
        None
    }

    /// When the next key is due: `now`, if one is ready.
    pub(crate) fn due(&self, now: Instant) -> Option<Instant> {
        let ready = self.entries.len() > self.later.len();
        if ready {
            Some(now)
        } else {
            self.later.first().map(|(at, _)| *at)
        }
    }

    /// How many keys wait.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    fn turns(&mut self, lane: Lane) -> &mut Turns {
        let [live, bulk, backlog] = &mut self.ready;
        match lane {
            Lane::Live => live,
            Lane::Bulk => bulk,
            Lane::Backlog => backlog,
        }
    }
}

impl Turns {
    fn push(&mut self, key: Key) {
        let namespace = key.namespace();
        let keys = self.keys.entry(namespace.clone()).or_default();
        if keys.is_empty() {
            self.order.push_back(namespace);
        }
        keys.push_back(key);
    }

    fn pop(&mut self) -> Option<Key> {
        let namespace = self.order.pop_front()?;
        let keys = self.keys.get_mut(&namespace)?;
        let key = keys.pop_front();
        if keys.is_empty() {
            self.keys.remove(&namespace);
        } else {
            self.order.push_back(namespace);
        }
        key
    }
}

impl Key {
    fn namespace(&self) -> Arc<str> {
        match self {
            Self::Document(id) => id.namespace.clone(),
            Self::Target(id) => id.namespace.clone(),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(id) => id.fmt(f),
            Self::Target(id) => id.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::api::DocumentKind;

    fn key(text: &str) -> Key {
        let (namespace, name) = text.split_once('/').unwrap();
        Key::Document(DocumentId::new(DocumentKind::Runbook, namespace, name))
    }

    fn order(queue: &mut Queue, now: Instant) -> Vec<String> {
        let next = || queue.next(now).map(|(key, _)| key);
        let text = |key| match key {
            Key::Document(id) => format!("{}/{}", id.namespace, id.name),
            Key::Target(id) => id.to_string(),
        };
        std::iter::from_fn(next).map(text).collect()
    }

    #[test]
    fn live_first_and_namespaces_take_turns() {
        let now = Instant::now();
        let mut queue = Queue::default();
        for text in ["a/1", "a/2", "a/3", "b/1"] {
            queue.add(key(text), Lane::Bulk, now);
        }
        queue.add(key("z/1"), Lane::Backlog, now);
        queue.add(key("c/1"), Lane::Live, now);
        assert_eq!(order(&mut queue, now), ["c/1", "a/1", "b/1", "a/2", "a/3", "z/1"]);
        assert_eq!((queue.len(), queue.due(now)), (0, None));
    }

    #[test]
    fn a_key_waits_once_at_its_earliest_time_in_its_best_lane() {
        let now = Instant::now();
        let later = |seconds| now + Duration::from_secs(seconds);
        let mut queue = Queue::default();
        queue.add(key("a/1"), Lane::Backlog, later(9));
        queue.add(key("a/1"), Lane::Live, later(10));
        queue.add(key("a/2"), Lane::Bulk, later(5));
        assert_eq!(queue.due(now), Some(later(5)));
        assert_eq!(order(&mut queue, later(4)), [""; 0]);
        assert_eq!(order(&mut queue, later(9)), ["a/1", "a/2"]);
        // A ready key that moves up is not given twice.
        queue.add(key("a/1"), Lane::Backlog, now);
        queue.add(key("b/1"), Lane::Bulk, now);
        assert_eq!(queue.next(now), Some((key("b/1"), Lane::Bulk)));
        queue.add(key("a/1"), Lane::Live, now);
        queue.add(key("b/2"), Lane::Bulk, now);
        assert_eq!(order(&mut queue, now), ["a/1", "b/2"]);
    }
}
