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
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::watch::{self, Observation, Observations};
use crate::api::GroupKind;
use crate::corpus::{KindInfo, KindState};

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

/// How the cluster serves the kinds, for whoever writes to their objects.
#[derive(Clone, Debug, Default)]
pub(super) struct Served(Arc<RwLock<BTreeMap<GroupKind, ApiResource>>>);

impl Served {
    /// How the cluster serves a kind now.
    pub(super) fn get(&self, kind: &GroupKind) -> Option<ApiResource> {
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

/// Keeps a watch on every configured kind that the cluster serves, for ever.
pub(super) async fn follow(
    client: Client,
    kinds: Vec<GroupKind>,
    namespaces: Vec<String>,
    served: Served,
    out: Observations,
) {
    let occasion = Arc::new(Notify::new());
    let mut occasions = JoinSet::new();
    if namespaces.is_empty() {
        occasions.spawn(notify::<CustomResourceDefinition>(client.clone(), occasion.clone()));
        occasions.spawn(notify::<APIService>(client.clone(), occasion.clone()));
    }
    let mut watches: BTreeMap<GroupKind, (ApiResource, JoinSet<()>)> = BTreeMap::new();
    let mut known: BTreeMap<GroupKind, KindState> = BTreeMap::new();
    let mut waits = AFTER_OCCASION.iter();
    loop {
        match discover(&client, &kinds).await {
            Ok(found) => {
                served.set(&found);
                for kind in &kinds {
                    let change = match found.get(kind) {
                        None => {
                            watches.remove(kind);
                            (known.insert(kind.clone(), KindState::NotServed) != Some(KindState::NotServed))
                                .then(|| not_served(kind))
                        }
                        Some((resource, namespaced)) => {
                            let running = watches.get(kind).is_some_and(|(watched, _)| watched == resource);
                            known.insert(kind.clone(), KindState::Listed);
                            let info = |state| KindInfo {
                                plural: resource.plural.as_str().into(),
                                namespaced: *namespaced,
                                state,
                            };
                            // Objects without a namespace are beyond an operator that is bound to namespaces.
                            let beyond = !namespaced && !namespaces.is_empty() && *kind != GroupKind::namespace();
                            (!running).then(|| {
                                info(if beyond {
                                    KindState::NotPermitted
                                } else {
                                    KindState::Pending
                                })
                            })
                        }
                    };
                    if let Some(info) = change
                        && out.send(Observation::Kind(kind.clone(), info)).await.is_err()
                    {
                        return;
                    }
                    // After the word about the kind, which a list must not overtake.
                    if let Some((resource, namespaced)) = found.get(kind)
                        && watches.get(kind).is_none_or(|(watched, _)| watched != resource)
                    {
                        let tasks = start(&client, resource, *namespaced, &namespaces, &out);
                        watches.insert(kind.clone(), (resource.clone(), tasks));
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "discovery failed; kinds stay as they were"),
        }
        tokio::select! {
            () = tokio::time::sleep(*waits.next().unwrap_or(&REGULAR)) => {}
            () = occasion.notified() => waits = AFTER_OCCASION.iter(),
        }
    }
}

fn start(
    client: &Client,
    resource: &ApiResource,
    namespaced: bool,
    namespaces: &[String],
    out: &Observations,
) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let is_namespace = resource.kind == "Namespace" && resource.group.is_empty();
    if namespaces.is_empty() {
        tasks.spawn(watch::targets(client.clone(), resource.clone(), None, out.clone()));
    } else if namespaced || is_namespace {
        for namespace in namespaces {
            tasks.spawn(watch::targets(
                client.clone(),
                resource.clone(),
                Some(namespace.clone()),
                out.clone(),
            ));
        }
    }
    tasks
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
async fn notify<K>(client: Client, occasion: Arc<Notify>)
where
    K: Resource<DynamicType = ()> + Clone + std::fmt::Debug + Send + serde::de::DeserializeOwned + 'static,
{
    let api: Api<PartialObjectMeta<K>> = Api::all(client);
    let mut events = std::pin::pin!(watcher(api, watcher::Config::default()).default_backoff());
    while let Some(event) = events.next().await {
        match event {
            Ok(watcher::Event::Apply(_) | watcher::Event::Delete(_) | watcher::Event::InitDone) => {
                occasion.notify_one();
            }
            Ok(watcher::Event::Init | watcher::Event::InitApply(_)) => {}
            Err(error) => tracing::debug!(%error, kind = %K::kind(&()), "watch interrupted"),
        }
    }
}
