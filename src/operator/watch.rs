//! Watching: one task for each kind and namespace, from list and watch to observations.
//!
//! In: a kind and how the cluster serves it. Out: [`Observation`]s.
//! Must not: stop at an object that does not decode, keep more of an object than the corpus does, or judge anything.

use std::time::{Duration, SystemTime};

use futures::TryStreamExt;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, DynamicObject, PartialObjectMeta};
use kube::core::ApiResource;
use kube::runtime::watcher::{self, Event, watcher};
use kube::{Client, Resource};
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

use super::apply;
use crate::api::{DocumentKind, GroupKind, names};
use crate::corpus::{ContentMap, Document, KindInfo, Listing, Object, ObjectId, TargetMeta};

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// What was seen of the cluster.
#[derive(Debug)]
pub(super) enum Observation {
    /// An object is there, or changed.
    Applied(Object),
    /// An object is gone.
    Deleted(ObjectId),
    /// All that a watch covers was listed.
    Listed(Source, Vec<Object>),
    /// A watch cannot list.
    Refused(Source, Refusal),
    /// Something else is known of a kind now.
    Kind(GroupKind, KindInfo),
}

/// What a watch covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// Which objects.
    pub(super) listing: Listing,
    /// In which namespace; `None` for all of them.
    pub(super) namespace: Option<String>,
}

/// Why a watch cannot list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The operator has no right to.
    NotPermitted,
    /// The API server does not serve it.
    NotServed,
}

/// Where observations go. Bounded, so that a start-up storm waits in the API server's buffers and not in our memory.
pub(super) type Observations = mpsc::Sender<Observation>;

/// Watches all documents of a kind, for ever.
pub(super) async fn documents(client: Client, kind: DocumentKind, namespace: Option<String>, out: Observations) {
    let resource = apply::resource(kind);
    let api: Api<DynamicObject> = match &namespace {
        Some(namespace) => Api::namespaced_with(client, namespace, &resource),
        None => Api::all_with(client, &resource),
    };
    let source = Source {
        listing: Listing::Documents(kind),
        namespace,
    };
    // Untyped, so that an object which does not decode is a document with findings and not the end of the watch.
    follow(api, watcher::Config::default(), source, out, move |object| {
        let value = serde_json::to_value(&object).ok()?;
        Document::stored(kind, &value).map(|document| Object::Document(Box::new(document)))
    })
    .await;
}

/// Watches all objects of a kind that documents may describe, for ever.
pub(super) async fn targets(client: Client, resource: ApiResource, namespace: Option<String>, out: Observations) {
    let kind = GroupKind::new(resource.group.as_str(), resource.kind.as_str());
    let mut config = watcher::Config::default();
    let api: Api<PartialObjectMeta<DynamicObject>> = match &namespace {
        // The one Namespace object that a role for this namespace alone can be allowed to watch.
        Some(namespace) if kind == GroupKind::namespace() => {
            config = config.fields(&format!("metadata.name={namespace}"));
            Api::all_with(client, &resource)
        }
        Some(namespace) => Api::namespaced_with(client, namespace, &resource),
        None => Api::all_with(client, &resource),
    };
    let source = Source {
        listing: Listing::Targets(kind.clone()),
        namespace,
    };
    follow(api, config, source, out, move |object| {
        TargetMeta::prune(&kind, object.metadata).map(Object::Target)
    })
    .await;
}

/// Watches all labelled ConfigMaps, for ever.
pub(super) async fn contents(client: Client, namespace: Option<String>, out: Observations) {
    let api: Api<ConfigMap> = match &namespace {
        Some(namespace) => Api::namespaced(client, namespace),
        None => Api::all(client),
    };
    let config = watcher::Config::default().labels(&format!("{}=true", names::CONTENT_LABEL));
    let source = Source {
        listing: Listing::Contents,
        namespace,
    };
    follow(api, config, source, out, |map| {
        ContentMap::read(map).map(Object::Content)
    })
    .await;
}

/// Follows one watch and hands on what it sees, pruned, until nobody listens any more.
async fn follow<K>(
    api: Api<K>,
    config: watcher::Config,
    source: Source,
    out: Observations,
    prune: impl Fn(K) -> Option<Object> + Send,
) where
    K: Resource + Clone + DeserializeOwned + std::fmt::Debug + Send + 'static,
{
    let mut listed = Vec::new();
    let mut failures = 0_u32;
    let mut stream = std::pin::pin!(watcher(api, config));
    loop {
        let observation = match stream.try_next().await {
            Ok(None) => return,
            Ok(Some(Event::Init)) => {
                listed = Vec::new();
                continue;
            }
            Ok(Some(Event::InitApply(object))) => {
                listed.extend(prune(object));
                continue;
            }
            Ok(Some(Event::InitDone)) => {
                failures = 0;
                Observation::Listed(source.clone(), std::mem::take(&mut listed))
            }
            Ok(Some(Event::Apply(object))) => match prune(object) {
                Some(object) => Observation::Applied(object),
                None => continue,
            },
            Ok(Some(Event::Delete(object))) => match prune(object) {
                Some(object) => Observation::Deleted(object.id()),
                None => continue,
            },
            Err(error) => {
                failures = failures.saturating_add(1);
                // Said once: a kind without rights is tried again for as long as the operator runs.
                if failures == 1 {
                    tracing::warn!(watch = ?source.listing, namespace = source.namespace, %error, "watch interrupted");
                } else {
                    tracing::debug!(watch = ?source.listing, failures, %error, "watch interrupted again");
                }
                if let Some(refusal) = refusal(&error)
                    && out.send(Observation::Refused(source.clone(), refusal)).await.is_err()
                {
                    return;
                }
                // The stream goes on at the next poll, from where it was or with a new list.
                tokio::time::sleep(pause(failures)).await;
                continue;
            }
        };
        if out.send(observation).await.is_err() {
            return;
        }
    }
}

/// The pause after so many failures in a row: short at first, since most pass, and never so long that a resource which
/// appears at last is noticed late. A part of it is left to chance, so that watches do not come back all at once.
fn pause(failures: u32) -> Duration {
    let steps = failures.saturating_sub(1).min(5);
    let whole = FIRST_PAUSE
        .saturating_mul(2_u32.saturating_pow(steps))
        .min(LONGEST_PAUSE);
    let chance = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |now| now.subsec_nanos() % 256);
    whole.mul_f64(0.75 + f64::from(chance) / 512.0)
}

fn refusal(error: &watcher::Error) -> Option<Refusal> {
    let code = match error {
        watcher::Error::InitialListFailed(kube::Error::Api(status))
        | watcher::Error::WatchStartFailed(kube::Error::Api(status))
        | watcher::Error::WatchFailed(kube::Error::Api(status)) => status.code,
        watcher::Error::WatchError(status) => status.code,
        _ => return None,
    };
    match code {
        401 | 403 => Some(Refusal::NotPermitted),
        404 => Some(Refusal::NotServed),
        _ => None,
    }
}
