//! One watch: the history replayed, and then what happens.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, Stream};
use k8s_openapi::jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::Fake;
use super::requests::Call;

/// How often a watch that is behind looks whether it may go on.
const TICK: Duration = Duration::from_millis(100);
/// How often a watch says how far it is.
const BOOKMARK: Duration = Duration::from_secs(20);

struct Watching {
    fake: Fake,
    user: String,
    call: Call,
    /// Everything up to here was told.
    version: u64,
    queue: VecDeque<Value>,
    opened: Duration,
    end: Instant,
    bookmark: Instant,
    news: watch::Receiver<u64>,
    over: bool,
}

type Broken = Box<dyn std::error::Error + Send + Sync>;

/// The lines of a watch.
pub fn watch(fake: &Fake, user: &str, call: Call) -> impl Stream<Item = Result<Bytes, Broken>> + Send + use<> {
    let seconds = call.number("timeoutSeconds").unwrap_or(1800);
    let mut watching = Watching {
        user: user.to_owned(),
        version: call.number("resourceVersion").unwrap_or_default(),
        queue: VecDeque::new(),
        opened: fake.age(),
        end: Instant::now() + Duration::from_secs(seconds),
        bookmark: Instant::now() + BOOKMARK,
        news: fake.news(),
        over: false,
        fake: fake.clone(),
        call,
    };
    if watching.call.asks("sendInitialEvents") || watching.version == 0 {
        watching.begin();
    }
    stream::unfold(watching, |mut watching| async move {
        watching.next().await.map(|line| (line, watching))
    })
}

impl Watching {
    fn visible(&self) -> u64 {
        let lag = self
            .fake
            .state()
            .faults
            .lag
            .get(&self.user)
            .copied()
            .unwrap_or_default();
        let now = self.fake.clock() - SignedDuration::try_from(lag).unwrap();
        self.fake.state().store.version_at(now)
    }

    /// Everything that is there, and a mark where that ends.
    fn begin(&mut self) {
        self.version = self.visible();
        let all = self.fake.state().store.list(self.call.row.plural, self.version);
        let selected = all.iter().filter(|(id, object)| self.call.selects(id, object));
        self.queue = selected
            .map(|(_, object)| json!({ "type": "ADDED", "object": self.call.shown(object) }))
            .collect();
        if self.call.asks("sendInitialEvents") {
            let mut mark = self.mark();
            mark["object"]["metadata"]["annotations"] = json!({ "k8s.io/initial-events-end": "true" });
            self.queue.push_back(mark);
        }
    }

    fn mark(&self) -> Value {
        let row = self.call.row;
        json!({
            "type": "BOOKMARK",
            "object": { "apiVersion": row.api_version(), "kind": row.kind, "metadata": { "resourceVersion": self.version.to_string() } },
        })
    }

    async fn next(&mut self) -> Option<Result<Bytes, Broken>> {
        loop {
            let _ = self.news.borrow_and_update();
            let age = self.fake.age();
            let (silent, away) = {
                let state = self.fake.state();
                let silent = state.faults.silent_before.is_some_and(|before| self.opened < before);
                (silent, state.faults.is_away(&self.user, age))
            };
            if silent {
                std::future::pending::<()>().await;
            }
            if away {
                self.over = true;
                return Some(Err("connection reset by peer".into()));
            }
            if let Some(event) = self.queue.pop_front() {
                return Some(Ok(Bytes::from(format!("{event}\n"))));
            }
            if self.over {
                return None;
            }
            if let Some(broken) = self.look() {
                self.over = true;
                return Some(Err(broken));
            }
            if !self.queue.is_empty() {
                continue;
            }
            let now = Instant::now();
            if now >= self.end {
                self.queue.push_back(self.mark());
                self.over = true;
                continue;
            }
            if now >= self.bookmark {
                self.bookmark = now + BOOKMARK;
                self.queue.push_back(self.mark());
                continue;
            }
            let behind = self.version < self.fake.state().store.version();
            let wake = if behind {
                now + TICK
            } else {
                self.end.min(self.bookmark)
            };
            tokio::select! {
                _ = self.news.changed() => {}
                () = sleep_until(wake) => {}
            }
        }
    }

    /// Queues what happened since the last look. Returns an error where the connection is to break.
    fn look(&mut self) -> Option<Broken> {
        let visible = self.visible();
        let mut guard = self.fake.state();
        let state = &mut *guard;
        if !state.store.is_served(self.call.row.plural) {
            self.over = true;
            return None;
        }
        if self.version < state.store.compacted() {
            let message = format!("too old resource version: {}", self.version);
            let status = json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Expired", "code": 410, "message": message });
            self.queue.push_back(json!({ "type": "ERROR", "object": status }));
            self.over = true;
            return None;
        }
        let history = state.store.history();
        let first = history.partition_point(|event| event.version <= self.version);
        for event in history
            .get(first..)
            .unwrap_or_default()
            .iter()
            .take_while(|event| event.version <= visible)
        {
            self.version = event.version;
            if event.id.row != self.call.row.plural {
                continue;
            }
            let selected = |object: &Option<Value>| {
                object
                    .as_ref()
                    .is_some_and(|object| self.call.selects(&event.id, object))
            };
            let (kind, object) = match (
                selected(&event.before),
                selected(&event.after),
                &event.after,
                &event.before,
            ) {
                (false, true, Some(after), _) => ("ADDED", after.clone()),
                (true, true, Some(after), _) => ("MODIFIED", after.clone()),
                (true, false, after, Some(before)) => {
                    // As it was when it was last selected, in the version in which it is no more.
                    let mut gone = after.clone().unwrap_or_else(|| before.clone());
                    gone["metadata"]["resourceVersion"] = json!(event.version.to_string());
                    ("DELETED", gone)
                }
                _ => continue,
            };
            let number = state.faults.delivered;
            state.faults.delivered += 1;
            if state.faults.lost_events.contains(&number) {
                continue;
            }
            if state.faults.cut_events.contains(&number) {
                // It was not delivered, so the next watch begins before it.
                self.version = event.version - 1;
                return Some("connection reset by peer".into());
            }
            self.queue
                .push_back(json!({ "type": kind, "object": self.call.shown(&object) }));
        }
        None
    }
}
