//! Watching: one task for each kind and namespace, from list and watch to observations.
//!
//! In: a kind and how the cluster serves it. Out: [`Observation`]s.
//! Must not: stop at an object that does not decode, keep more of an object than the corpus does, or judge anything.

use std::time::Duration;

use futures::TryStreamExt;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, DynamicObject, PartialObjectMeta};
use kube::core::ApiResource;
use kube::runtime::watcher::{self, Event, InitialListStrategy, watcher};
use kube::{Client, Resource};
use serde::de::DeserializeOwned;
use tokio::sync::{mpsc, watch as channel};
use tokio::time::{Instant, sleep_until};

use crate::api::{DocumentKind, GroupKind, names};
use crate::corpus::{ContentMap, Document, KindInfo, Listing, Object, ObjectId, TargetMeta};
use crate::operator::error::words;
use crate::operator::metrics::Metrics;
use crate::operator::pause::{self, pause};
use crate::operator::transport::{Throttle, WATCH};
use crate::operator::write::apply;

/// Pauses after failures in a row: short at first, since most pass, and never so long that a resource which appears at
/// last is noticed late.
const RETRY: pause::Range = (Duration::from_millis(250), Duration::from_secs(8));
/// A watch without a failure for so long is well.
const WELL: Duration = Duration::from_secs(30);
/// After so many failures in a row, some ten seconds, nobody waits for a first list any more.
const LOST: u32 = 6;
/// Everything is listed anew now and then, so that an event which got lost somewhere is not missed for ever.
const RELIST: Duration = Duration::from_secs(60 * 60);

/// What was seen of the cluster.
#[derive(Debug)]
pub(crate) enum Observation {
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
pub(crate) struct Source {
    /// Which objects.
    pub(crate) listing: Listing,
    /// In which namespace; `None` for all of them.
    pub(crate) namespace: Option<String>,
}

/// Why a watch cannot list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The operator has no right to.
    NotPermitted,
    /// The API server does not serve it.
    NotServed,
    /// The API server serves it and does not list it.
    Unavailable,
}

/// Where observations come from and go to.
#[derive(Clone)]
pub(crate) struct Feed {
    pub(crate) client: Client,
    pub(crate) throttle: Throttle,
    /// Bounded, so that a start-up storm waits in the API server's buffers and not in our memory.
    pub(crate) out: mpsc::Sender<Observation>,
    pub(crate) metrics: Metrics,
    /// Changes whenever a CustomResourceDefinition or API service does.
    pub(crate) occasions: channel::Receiver<u64>,
}

/// Where to watch: everywhere, or in each of these namespaces.
pub(crate) fn places(namespaces: &[String]) -> Vec<Option<String>> {
    if namespaces.is_empty() {
        vec![None]
    } else {
        namespaces.iter().cloned().map(Some).collect()
    }
}

/// Watches all documents of a kind, for ever.
pub(crate) async fn documents(feed: Feed, kind: DocumentKind, namespace: Option<String>) {
    let resource = apply::resource(kind);
    let client = feed.client.clone();
    let api: Api<DynamicObject> = match &namespace {
        Some(namespace) => Api::namespaced_with(client, namespace, &resource),
        None => Api::all_with(client, &resource),
    };
    let source = Source {
        listing: Listing::Documents(kind),
        namespace,
    };
    // Untyped, so that an object which does not decode is a document with findings and not the end of the watch.
    let watch = Watch {
        api,
        config: watcher::Config::default(),
        source,
    };
    watch
        .follow(feed, move |object| {
            let value = serde_json::to_value(&object).ok()?;
            Document::stored(kind, &value).map(|document| Object::Document(Box::new(document)))
        })
        .await;
}

/// Watches all objects of a kind that documents may describe, for ever.
pub(crate) async fn targets(feed: Feed, resource: ApiResource, namespace: Option<String>) {
    let kind = GroupKind::new(resource.group.as_str(), resource.kind.as_str());
    // There may be very many of them, so they come as a stream where the API server can. It may be a little behind; a
    // status is written from documents, and those are read as they are.
    let mut config = watcher::Config::default().streaming_lists();
    let client = feed.client.clone();
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
    let watch = Watch { api, config, source };
    watch
        .follow(feed, move |object| {
            TargetMeta::prune(&kind, object.metadata).map(Object::Target)
        })
        .await;
}

/// Watches all labelled ConfigMaps, for ever.
pub(crate) async fn contents(feed: Feed, namespace: Option<String>) {
    let client = feed.client.clone();
    let api: Api<ConfigMap> = match &namespace {
        Some(namespace) => Api::namespaced(client, namespace),
        None => Api::all(client),
    };
    let config = watcher::Config::default().labels(&format!("{}=true", names::CONTENT_LABEL));
    let source = Source {
        listing: Listing::Contents,
        namespace,
    };
    let watch = Watch { api, config, source };
    watch
        .follow(feed, |map| ContentMap::read(map).map(Object::Content))
        .await;
}

/// One watch.
struct Watch<K> {
    api: Api<K>,
    config: watcher::Config,
    source: Source,
}

impl<K> Watch<K>
where
    K: Resource + Clone + DeserializeOwned + std::fmt::Debug + Send + 'static,
{
    /// Hands on what it sees, pruned, until nobody listens any more.
    async fn follow(self, feed: Feed, prune: impl Fn(K) -> Option<Object> + Send) {
        let mut config = self.config.clone().timeout(WATCH);
        let mut failures = Failures::default();
        loop {
            let relist = Instant::now() + pause((RELIST, RELIST), 1);
            let mut listed = Vec::new();
            let mut stream = std::pin::pin!(watcher(self.api.clone(), config.clone()));
            loop {
                let event = tokio::select! {
                    event = stream.try_next() => event,
                    () = sleep_until(relist), if listed.is_empty() => break,
                };
                let observation = match event {
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
                        failures = Failures {
                            listed: true,
                            ..Failures::default()
                        };
                        Observation::Listed(self.source.clone(), std::mem::take(&mut listed))
                    }
                    Ok(Some(Event::Apply(object))) => match prune(object) {
                        Some(object) => Observation::Applied(object),
                        None => continue,
                    },
                    Ok(Some(Event::Delete(object))) => match prune(object) {
                        Some(object) => Observation::Deleted(object.id()),
                        None => continue,
                    },
                    Err(error)
                        if config.initial_list_strategy == InitialListStrategy::StreamingList && is_unknown(&error) =>
                    {
                        tracing::debug!(watch = ?self.source.listing, "no streaming lists; listing page by page");
                        config.initial_list_strategy = InitialListStrategy::ListWatch;
                        break;
                    }
                    Err(error) => {
                        failures.one_more();
                        match self.interrupted(&feed, &error, &failures).await {
                            Next::Resume => continue,
                            Next::Relist => break,
                            Next::End => return,
                        }
                    }
                };
                if feed.out.send(observation).await.is_err() {
                    return;
                }
            }
        }
    }

    /// Says what went wrong and waits.
    async fn interrupted(&self, feed: &Feed, error: &watcher::Error, failures: &Failures) -> Next {
        let (listing, namespace) = (&self.source.listing, &self.source.namespace);
        feed.metrics.watch_interrupted();
        // Said once: a kind without rights is tried again for as long as the operator runs.
        let said = words(error);
        if failures.count == 1 {
            tracing::warn!(watch = ?listing, namespace, error = said, "watch interrupted");
        } else {
            tracing::debug!(watch = ?listing, failures = failures.count, error = said, "watch interrupted again");
        }
        let lost = failures.count >= LOST;
        // An API server that has just started may not know yet what we may see; what was listed is not forgotten for one
        // such answer.
        let refusal = refusal(error).filter(|_| lost || !failures.listed);
        let refusal = refusal.or(lost.then_some(Refusal::Unavailable));
        if let Some(refusal) = refusal
            && feed
                .out
                .send(Observation::Refused(self.source.clone(), refusal))
                .await
                .is_err()
        {
            return Next::End;
        }
        let until = Instant::now() + pause(RETRY, failures.count);
        let mut occasions = feed.occasions.clone();
        tokio::select! {
            () = sleep_until(feed.throttle.reads().map_or(until, |asked| asked.max(until))) => {}
            // What was missing may just have come.
            Ok(()) = occasions.changed(), if refusal == Some(Refusal::NotServed) => {}
        }
        // Who was told that there is nothing to see has forgotten what was seen.
        match refusal {
            Some(Refusal::NotPermitted | Refusal::NotServed) => Next::Relist,
            Some(Refusal::Unavailable) | None => Next::Resume,
        }
    }
}

/// What went wrong with a watch since it last was well.
#[derive(Debug, Default)]
struct Failures {
    count: u32,
    last: Option<Instant>,
    /// It has listed at least once.
    listed: bool,
}

impl Failures {
    fn one_more(&mut self) {
        let now = Instant::now();
        // A watch that went well for a while says nothing until the next event.
        if self.last.is_some_and(|last| now > last + WELL) {
            self.count = 0;
        }
        self.count = self.count.saturating_add(1);
        self.last = Some(now);
    }
}

/// How a watch goes on after an interruption.
enum Next {
    /// From where it was, or with a new list where that is forgotten.
    Resume,
    /// With a new list.
    Relist,
    /// Not at all: nobody listens any more.
    End,
}

/// What the API server answered, if it did.
fn code(error: &watcher::Error) -> Option<u16> {
    match error {
        watcher::Error::InitialListFailed(kube::Error::Api(status))
        | watcher::Error::WatchStartFailed(kube::Error::Api(status))
        | watcher::Error::WatchFailed(kube::Error::Api(status)) => Some(status.code),
        watcher::Error::WatchError(status) => Some(status.code),
        _ => None,
    }
}

/// Whether the API server does not know what it was asked for.
fn is_unknown(error: &watcher::Error) -> bool {
    matches!(code(error), Some(400 | 422))
}

fn refusal(error: &watcher::Error) -> Option<Refusal> {
    match code(error)? {
        401 | 403 => Some(Refusal::NotPermitted),
        404 => Some(Refusal::NotServed),
        _ => None,
    }
}
