//! Which of the configured kinds the cluster serves, and the watches that follow from it.
//!
//! In: the API server's discovery, again whenever a CustomResourceDefinition or API service changes and each minute.
//! Out: a watch for each served kind, and observations for those that are not. Must not: poll where it may watch.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use futures::StreamExt;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration::v1::APIService;
use kube::api::{Api, PartialObjectMeta};
use kube::core::ApiResource;
use kube::discovery::{ApiCapabilities, ApiGroup, Discovery, Scope};
use kube::runtime::WatchStreamExt;
use kube::runtime::watcher::{self, watcher};
use kube::{Client, Resource};
use tokio::sync::watch as channel;
use tokio::task::{AbortHandle, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use crate::api::GroupKind;
use crate::corpus::{KindInfo, KindState};
use crate::operator::error::words;
use crate::operator::observe::watch::{self, Feed, Observation};
use crate::operator::pause::{self, pause};
use crate::operator::transport::WATCH;

/// How often discovery is asked without an occasion: events can be lost, and API services change without one.
const REGULAR: Duration = Duration::from_secs(60);
/// After an occasion the API server needs a moment until discovery tells the new kind.
const AFTER_OCCASION: [Duration; 6] = [
    Duration::from_millis(50),
    Duration::from_millis(150),
    Duration::from_millis(300),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(3),
];

/// After so many answers without it a kind is gone.
const MISSED: u32 = 3;
/// Pauses after failures.
const RETRY: pause::Range = (Duration::from_millis(250), Duration::from_secs(8));

/// How the cluster serves the kinds, for whoever writes to their objects.
#[derive(Clone, Debug, Default)]
pub(crate) struct Served(Arc<RwLock<BTreeMap<GroupKind, ApiResource>>>);

impl Served {
    /// How the cluster serves a kind now.
    pub(crate) fn get(&self, kind: &GroupKind) -> Option<ApiResource> {
        self.0.read().ok()?.get(kind).cloned()
    }

    fn set(&self, served: &BTreeMap<GroupKind, (ApiResource, bool)>) {
        if let Ok(mut map) = self.0.write() {
            *map = served
                .iter()
                .map(|(kind, (resource, _))| (kind.clone(), resource.clone()))
                .collect();
        }
    }
}

/// What to keep watches on.
pub(crate) struct Kinds {
    pub(crate) kinds: Vec<GroupKind>,
    /// Empty for all of them.
    pub(crate) namespaces: Vec<String>,
    pub(crate) served: Served,
    /// Told whenever a CustomResourceDefinition or API service changes.
    pub(crate) occasions: channel::Sender<u64>,
}

/// The watches under way. A kind's own end when it goes; that one ends by itself is a fault.
#[derive(Default)]
struct Watches {
    tasks: JoinSet<()>,
    running: BTreeMap<GroupKind, (ApiResource, Vec<AbortHandle>)>,
    /// How often in a row a kind was not among those that are served.
    missed: BTreeMap<GroupKind, u32>,
}

/// Keeps a watch on every configured kind that the cluster serves, for ever. Ends when a watch does.
pub(crate) async fn follow(kinds: Kinds, feed: Feed) {
    let mut occasion = feed.occasions.clone();
    // Without rights to these, discovery is asked each minute all the same.
    let mut occasions = JoinSet::new();
    occasions.spawn(notify::<CustomResourceDefinition>(
        feed.client.clone(),
        kinds.occasions.clone(),
    ));
    occasions.spawn(notify::<APIService>(feed.client.clone(), kinds.occasions.clone()));
    let mut watches = Watches::default();
    let mut known: BTreeMap<GroupKind, KindState> = BTreeMap::new();
    let mut waits = AFTER_OCCASION.iter();
    let mut failures = 0_u32;
    loop {
        let wait = match discover(&feed.client, &kinds.kinds).await {
            Ok(found) => {
                failures = 0;
                match kinds.take_in(&found, &feed, &mut watches, &mut known).await {
                    None => return,
                    Some(true) if waits.len() == 0 => waits = AFTER_OCCASION.iter(),
                    Some(_) => {}
                }
                *waits.next().unwrap_or(&REGULAR)
            }
            Err(error) => {
                failures = failures.saturating_add(1);
                if failures == 1 {
                    tracing::warn!(error = words(&error), "discovery failed; kinds stay as they were");
                }
                pause(RETRY, failures)
            }
        };
        let until = Instant::now() + wait;
        let until = feed.throttle.reads().map_or(until, |asked| asked.max(until));
        tokio::select! {
            () = sleep_until(until) => {}
            Ok(()) = occasion.changed() => waits = AFTER_OCCASION.iter(),
            Some(ended) = watches.tasks.join_next() => if !is_cancelled(ended) { return },
            Some(ended) = occasions.join_next() => if !is_cancelled(ended) { return },
        }
    }
}

/// Whether we ended the task. A panic of ours is not to be hidden.
fn is_cancelled(ended: Result<(), JoinError>) -> bool {
    match ended {
        Ok(()) => false,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => true,
    }
}

impl Kinds {
    /// Tells what is known of each kind now, and starts and ends watches. Says whether to ask again soon; nothing when
    /// nobody listens any more.
    async fn take_in(
        &self,
        found: &BTreeMap<GroupKind, (ApiResource, bool)>,
        feed: &Feed,
        watches: &mut Watches,
        known: &mut BTreeMap<GroupKind, KindState>,
    ) -> Option<bool> {
        let mut doubtful = false;
        self.served.set(found);
        for kind in &self.kinds {
            let Some((resource, namespaced)) = found.get(kind) else {
                // Right after its start an API server may not tell of every kind; one answer alone is not believed.
                let missed = watches.missed.entry(kind.clone()).or_default();
                *missed += 1;
                if watches.running.contains_key(kind) && *missed < MISSED {
                    doubtful = true;
                    continue;
                }
                watches.end(kind);
                let news = known.insert(kind.clone(), KindState::NotServed) != Some(KindState::NotServed);
                if news && !told(feed, kind, not_served(kind)).await {
                    return None;
                }
                continue;
            };
            watches.missed.remove(kind);
            known.insert(kind.clone(), KindState::Listed);
            if watches
                .running
                .get(kind)
                .is_some_and(|(watched, _)| watched == resource)
            {
                continue;
            }
            // Objects without a namespace are beyond an operator that is bound to namespaces.
            let beyond = !namespaced && !self.namespaces.is_empty() && *kind != GroupKind::namespace();
            let info = KindInfo {
                plural: resource.plural.as_str().into(),
                namespaced: *namespaced,
                state: if beyond {
                    KindState::OutOfReach
                } else {
                    KindState::Pending
                },
            };
            // Before its watch begins: a list must not overtake the word about the kind.
            if !told(feed, kind, info).await {
                return None;
            }
            watches.end(kind);
            let places = if beyond {
                Vec::new()
            } else {
                watch::places(&self.namespaces)
            };
            let started = places.into_iter().map(|place| {
                let task = watch::targets(feed.clone(), resource.clone(), place);
                watches.tasks.spawn(task)
            });
            let started = started.collect();
            watches.running.insert(kind.clone(), (resource.clone(), started));
        }
        Some(doubtful)
    }
}

impl Watches {
    fn end(&mut self, kind: &GroupKind) {
        if let Some((_, tasks)) = self.running.remove(kind) {
            tasks.iter().for_each(AbortHandle::abort);
        }
    }
}

async fn told(feed: &Feed, kind: &GroupKind, info: KindInfo) -> bool {
    feed.out.send(Observation::Kind(kind.clone(), info)).await.is_ok()
}

fn not_served(kind: &GroupKind) -> KindInfo {
    let row = kind.default_kind();
    KindInfo {
        plural: row.map_or("", |row| row.plural).into(),
        namespaced: row.is_none_or(|row| row.namespaced),
        state: KindState::NotServed,
    }
}

/// How the cluster serves each of the kinds, at the version it prefers, and whether their objects have a namespace.
async fn discover(
    client: &Client,
    kinds: &[GroupKind],
) -> Result<BTreeMap<GroupKind, (ApiResource, bool)>, kube::Error> {
    let discovery = Discovery::new(client.clone()).run_aggregated().await?;
    let mut found = BTreeMap::new();
    for kind in kinds {
        let served = discovery
            .get(&kind.group)
            .and_then(|group| preferred(group, &kind.kind));
        if let Some((resource, capabilities)) = served
            && capabilities.supports_operation("watch")
        {
            found.insert(kind.clone(), (resource, capabilities.scope == Scope::Namespaced));
        }
    }
    Ok(found)
}

/// How a group serves a kind: at the version that the group prefers or, where that one lacks the kind, at the most
/// stable one that has it.
fn preferred(group: &ApiGroup, kind: &str) -> Option<(ApiResource, ApiCapabilities)> {
    group.recommended_kind(kind).or_else(|| {
        let mut all = group.resources_by_stability().into_iter();
        all.find(|(resource, _)| resource.kind == kind)
    })
}

/// Tells when any object of a kind appears, changes or goes.
async fn notify<K>(client: Client, occasions: channel::Sender<u64>)
where
    K: Resource<DynamicType = ()> + Clone + std::fmt::Debug + Send + serde::de::DeserializeOwned + 'static,
{
    let api: Api<PartialObjectMeta<K>> = Api::all(client);
    let mut events = std::pin::pin!(watcher(api, watcher::Config::default().timeout(WATCH)).default_backoff());
    while let Some(event) = events.next().await {
        match event {
            Ok(watcher::Event::Apply(_) | watcher::Event::Delete(_) | watcher::Event::InitDone) => {
                occasions.send_modify(|count| *count += 1);
            }
            Ok(watcher::Event::Init | watcher::Event::InitApply(_)) => {}
            Err(error) => tracing::debug!(error = words(&error), kind = %K::kind(&()), "watch interrupted"),
        }
    }
}
