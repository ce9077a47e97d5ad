//! The one task that owns the corpus: observations in, snapshots out.
//!
//! In: observations of all watches. Out: a new [`Site`] at most every 20 ms, and the changes to plan for.
//! Must not: publish before every watch has listed once, or wait for anybody while it holds the corpus.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::Instant;

use crate::api::{DocumentKind, GroupKind};
use crate::corpus::{Corpus, Coverage, Delta, KindInfo, KindState, Listing};
use crate::operator::metrics::Metrics;
use crate::operator::observe::watch::{Observation, Refusal, Source};
use crate::publish::{Publisher, Snapshot};
use crate::settings::Settings;
use crate::site::{Changes, Site};

/// The shortest time between two builds.
const BUILD_INTERVAL: Duration = Duration::from_millis(20);

/// The last snapshot; `None` until every watch has listed once.
pub type Published = watch::Receiver<Option<Arc<Snapshot>>>;

/// Changes that nobody has planned for yet. They add up while the writer is busy.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    changes: Mutex<Changes>,
    arrived: Notify,
}

impl Backlog {
    fn add(&self, changes: Changes) {
        if let Ok(mut all) = self.changes.lock() {
            all.documents.extend(changes.documents);
            all.targets.extend(changes.targets);
        }
        self.arrived.notify_one();
    }

    /// Takes what there is.
    pub(crate) fn take(&self) -> Changes {
        self.changes
            .lock()
            .map(|mut all| std::mem::take(&mut *all))
            .unwrap_or_default()
    }

    /// Waits until something was added.
    pub(crate) async fn arrived(&self) {
        self.arrived.notified().await;
    }
}

/// Takes in observations until no watch is left.
pub(crate) async fn run(
    mut observations: mpsc::Receiver<Observation>,
    kinds: Vec<GroupKind>,
    namespaces: Vec<String>,
    settings: Arc<Settings>,
    publish: watch::Sender<Option<Arc<Snapshot>>>,
    backlog: Arc<Backlog>,
    metrics: Metrics,
) {
    let mut index = Index::new(kinds, namespaces, settings);
    let mut built = Instant::now();
    loop {
        let due = BUILD_INTERVAL.saturating_sub(built.elapsed());
        let observation = if index.delta.is_empty() || !index.is_complete() {
            observations.recv().await
        } else {
            tokio::select! {
                biased;
                () = tokio::time::sleep(due) => {
                    built = Instant::now();
                    let (snapshot, changes) = aside(|| index.build());
                    metrics.built(built.elapsed());
                    publish.send_replace(Some(Arc::new(snapshot)));
                    backlog.add(changes);
                    built = Instant::now();
                    continue;
                }
                observation = observations.recv() => observation,
            }
        };
        match observation {
            Some(observation) => index.observe(observation),
            None => return,
        }
    }
}

/// A build may take longer than a task should without a pause, so others move on to another thread, if there is one.
fn aside<T>(work: impl FnOnce() -> T) -> T {
    if Handle::current().runtime_flavor() == RuntimeFlavor::MultiThread {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}

struct Index {
    corpus: Corpus,
    delta: Delta,
    site: Arc<Site>,
    publisher: Publisher,
    first: bool,
    namespaces: Vec<String>,
    /// What each watch has said, by what it covers and where.
    heard: BTreeMap<(String, Option<String>), Result<(), Refusal>>,
    waiting: BTreeSet<GroupKind>,
}

impl Index {
    fn new(kinds: Vec<GroupKind>, namespaces: Vec<String>, settings: Arc<Settings>) -> Self {
        let info = |kind: &GroupKind| KindInfo {
            plural: kind.default_kind().map_or("", |row| row.plural).into(),
            namespaced: kind.default_kind().is_none_or(|row| row.namespaced),
            state: KindState::Pending,
        };
        Self {
            corpus: Corpus::new(
                kinds.iter().map(|kind| (kind.clone(), info(kind))),
                Coverage::of(&namespaces),
            ),
            delta: Delta::default(),
            site: Arc::new(Site::empty(settings)),
            publisher: Publisher::default(),
            first: true,
            namespaces,
            heard: BTreeMap::new(),
            waiting: kinds.into_iter().collect(),
        }
    }

    fn build(&mut self) -> (Snapshot, Changes) {
        let delta = std::mem::take(&mut self.delta);
        let (site, changes) = self.site.updated(&self.corpus, &delta);
        self.first = false;
        self.site = Arc::new(site);
        let snapshot = self.publisher.publish(self.site.clone(), &changes.documents);
        (snapshot, changes)
    }

    fn observe(&mut self, observation: Observation) {
        let delta = match observation {
            Observation::Applied(object) => self.corpus.apply(object),
            Observation::Deleted(id) => self.corpus.delete(&id),
            Observation::Listed(source, objects) => {
                self.heard.insert(key(&source), Ok(()));
                let mut delta = self.corpus.reset(&source.listing, source.namespace.as_deref(), objects);
                if source.listing == Listing::Contents {
                    delta.merge(self.corpus.set_contents_known(true));
                }
                delta.merge(self.settle(&source.listing));
                delta
            }
            // The watch of a version that is served no more says so. Whether another one is, discovery will say.
            Observation::Refused(source, Refusal::NotServed | Refusal::Unavailable)
                if self.was_listed(&source.listing) =>
            {
                Delta::default()
            }
            Observation::Refused(source, refusal) => {
                // A watch that is only interrupted knows what it has listed.
                let heard = self.heard.entry(key(&source)).or_insert(Err(refusal));
                if refusal != Refusal::Unavailable || *heard != Ok(()) {
                    *heard = Err(refusal);
                }
                let lost = *heard != Ok(());
                if source.listing == Listing::Contents && lost {
                    self.corpus.set_contents_known(false)
                } else {
                    self.settle(&source.listing)
                }
            }
            Observation::Kind(kind, info) => self.know(&kind, info),
        };
        self.delta.merge(delta);
    }

    /// Whether the objects of a kind were listed, so that nobody waits for its watch.
    fn was_listed(&self, listing: &Listing) -> bool {
        matches!(listing, Listing::Targets(kind) if !self.waiting.contains(kind))
    }

    /// Discovery said something new of a kind.
    fn know(&mut self, kind: &GroupKind, info: KindInfo) -> Delta {
        let listing = Listing::Targets(kind.clone());
        let name = format!("{listing:?}");
        self.heard.retain(|(heard, _), _| *heard != name);
        if info.state == KindState::Pending {
            // Until its objects are listed, what is known of the kind stays as it was, so that documents do not flap.
            let before = self.corpus.kind(kind).map_or(KindState::Pending, |before| before.state);
            self.waiting.insert(kind.clone());
            return self.corpus.set_kind(kind, KindInfo { state: before, ..info });
        }
        self.waiting.remove(kind);
        self.corpus.set_kind(kind, info)
    }

    /// A watch has spoken: once all watches of its kind have, the state of the kind is known.
    fn settle(&mut self, listing: &Listing) -> Delta {
        let Listing::Targets(kind) = listing else {
            return Delta::default();
        };
        let Some(info) = self.corpus.kind(kind).cloned() else {
            return Delta::default();
        };
        let name = format!("{listing:?}");
        let answers: Vec<Result<(), Refusal>> = self
            .heard
            .iter()
            .filter(|((heard, _), _)| *heard == name)
            .map(|(_, answer)| *answer)
            .collect();
        if answers.len() < self.namespaces.len().max(1) {
            return Delta::default();
        }
        self.waiting.remove(kind);
        let state = if answers.contains(&Ok(())) {
            KindState::Listed
        } else if answers.contains(&Err(Refusal::NotPermitted)) {
            KindState::NotPermitted
        } else if answers.contains(&Err(Refusal::Unavailable)) {
            KindState::Unavailable
        } else {
            KindState::NotServed
        };
        self.corpus.set_kind(kind, KindInfo { state, ..info })
    }

    /// Whether every watch has listed once, or said that it cannot.
    fn is_complete(&self) -> bool {
        if !self.first {
            return true;
        }
        let everywhere: Vec<Option<String>> = if self.namespaces.is_empty() {
            vec![None]
        } else {
            self.namespaces.iter().cloned().map(Some).collect()
        };
        let answers = |listing: Listing| {
            let name = format!("{listing:?}");
            let heard = everywhere
                .iter()
                .map(|namespace| self.heard.get(&(name.clone(), namespace.clone())));
            heard.collect::<Option<Vec<_>>>()
        };
        // What may not be listed is not waited for, but without any documents there is nothing to be.
        let mut documents = DocumentKind::ALL
            .into_iter()
            .map(|kind| answers(Listing::Documents(kind)));
        let listed =
            documents.all(|answers| answers.is_some_and(|answers| answers.iter().any(|answer| answer.is_ok())));
        self.waiting.is_empty() && listed && answers(Listing::Contents).is_some()
    }
}

fn key(source: &Source) -> (String, Option<String>) {
    (format!("{:?}", source.listing), source.namespace.clone())
}
