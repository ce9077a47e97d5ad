//! One replica: the tasks that watch, index and write. All replicas are equal, and one of them may write.
//!
//! In: a client and what an installation decides. Out: snapshots, whether it is ready, how it ended.
//! Must not: listen on anything, or go on when one of its tasks has died.

use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::jiff::Timestamp;
use kube::Client;
use tokio::sync::{mpsc, watch as channel};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, timeout};

use super::admit::certificates::{CertificateSource, Keeper, Presented};
use super::clock::Clock;
use super::contact::{self, Contact};
use super::error::RunError;
use super::lead::leadership::{Leadership, WRITE_TIME};
use super::lead::lease::{Elector, LeaseName};
use super::metrics::Metrics;
use super::observe::index::{self, Backlog, Published};
use super::observe::kinds::{self, Kinds, Served};
use super::observe::watch;
use super::observe::watch::Feed;
use super::transport::Throttle;
use super::write::detach;
use super::write::rate::{Bucket, Rate};
use super::write::writer::Writer;
use crate::api::{DocumentKind, GroupKind};
use crate::publish::Snapshot;
use crate::settings::Settings;

/// How many observations may wait for the index.
const OBSERVATIONS: usize = 1024;

/// What an installation decides about its replicas.
#[derive(Clone, Debug)]
pub struct ReplicaConfig {
    /// What the pure core must know.
    pub settings: Arc<Settings>,
    /// Kinds that documents may describe.
    pub kinds: Vec<GroupKind>,
    /// Namespaces to watch; empty for all of them.
    pub namespaces: Vec<String>,
    /// The Lease that elects the writer; without one this process is alone.
    pub lease: Option<LeaseName>,
    /// Who this process is among its equals; unique to it.
    pub identity: String,
    /// How fast it may write.
    pub rate: Rate,
    /// The time of day.
    pub clock: Clock,
    /// What it counts about itself.
    pub metrics: Metrics,
    /// Where the webhook's certificate comes from and goes to, if there is a webhook.
    pub certificate: Option<(CertificateSource, Presented)>,
}

/// The sending ends of what a replica tells: made before it starts, so that servers can listen before there is anything
/// to serve.
#[derive(Debug)]
pub struct Told {
    published: channel::Sender<Option<Arc<Snapshot>>>,
    contact: channel::Sender<Option<Timestamp>>,
}

/// A running replica.
pub struct Replica {
    leadership: Leadership,
    elector: Option<Arc<Elector>>,
    tasks: JoinSet<&'static str>,
    election: JoinHandle<()>,
    writer: JoinHandle<()>,
    /// Work that has an end.
    once: JoinSet<()>,
}

impl Drop for Replica {
    /// A replica that is dropped ends at once, as after a power cut. Its other tasks end with their sets.
    fn drop(&mut self) {
        self.writer.abort();
        self.election.abort();
    }
}

impl Told {
    /// The two ends: of the last snapshot, and of whether the API server answers.
    pub fn channel() -> (Self, Published, Contact) {
        let (published, snapshots) = channel::channel(None);
        let (contact, contacts) = channel::channel(None);
        (Self { published, contact }, snapshots, contacts)
    }
}

impl Replica {
    /// Starts all tasks.
    pub fn start(client: &Client, throttle: &Throttle, config: ReplicaConfig, told: Told) -> Self {
        let served = Served::default();
        let backlog = Arc::new(Backlog::default());
        let published = told.published.subscribe();
        let (observe, observations) = mpsc::channel(OBSERVATIONS);
        let leadership = match config.lease {
            Some(_) => Leadership::follower(),
            None => Leadership::alone(),
        };
        let elector = config.lease.map(|lease| {
            Arc::new(Elector {
                client: client.clone(),
                lease,
                identity: config.identity,
                leadership: leadership.clone(),
                clock: config.clock.clone(),
            })
        });
        let (occasions, occasion) = channel::channel(0);
        let feed = Feed {
            occasions: occasion,
            client: client.clone(),
            throttle: throttle.clone(),
            out: observe,
            metrics: config.metrics.clone(),
        };

        let mut tasks: JoinSet<&'static str> = JoinSet::new();
        let mut supervise = |name: &'static str, task: futures::future::BoxFuture<'static, ()>| {
            tasks.spawn(async move {
                task.await;
                name
            });
        };
        for namespace in watch::places(&config.namespaces) {
            for kind in DocumentKind::ALL {
                let watch = watch::documents(feed.clone(), kind, namespace.clone());
                supervise("watch of documents", Box::pin(watch));
            }
            supervise("watch of content", Box::pin(watch::contents(feed.clone(), namespace)));
        }
        let kinds = Kinds {
            kinds: config.kinds.clone(),
            namespaces: config.namespaces.clone(),
            served: served.clone(),
            occasions,
        };
        supervise("discovery", Box::pin(kinds::follow(kinds, feed)));
        let index = index::run(
            observations,
            config.kinds.clone(),
            config.namespaces.clone(),
            config.settings,
            told.published,
            backlog.clone(),
            config.metrics.clone(),
        );
        supervise("index", Box::pin(index));
        supervise(
            "contact",
            Box::pin(contact::run(
                client.clone(),
                config.clock.clone(),
                config.metrics.clone(),
                told.contact,
            )),
        );
        if let Some((source, presented)) = config.certificate {
            let keeper = Keeper {
                client: client.clone(),
                leadership: leadership.clone(),
                clock: config.clock.clone(),
                metrics: config.metrics.clone(),
                presented,
            };
            supervise("certificate", Box::pin(keeper.run(source)));
        }
        let election = elector.clone();
        let election = tokio::spawn(async move {
            match election {
                Some(elector) => elector.run().await,
                None => std::future::pending().await,
            }
        });
        let writer = Writer {
            client: client.clone(),
            throttle: throttle.clone(),
            leadership: leadership.clone(),
            served,
            published,
            backlog,
            clock: config.clock,
            metrics: config.metrics,
            bucket: Bucket::new(config.rate, Instant::now()),
        };
        let mut once = JoinSet::new();
        once.spawn(detach::sweep_left(
            client.clone(),
            leadership.clone(),
            config.kinds,
            config.namespaces,
        ));
        Self {
            leadership,
            elector,
            tasks,
            election,
            writer: tokio::spawn(writer.run()),
            once,
        }
    }

    /// The right to write.
    pub fn leadership(&self) -> &Leadership {
        &self.leadership
    }

    /// Waits for a task that ends too early. None should.
    pub async fn failed(&mut self) -> RunError {
        tokio::select! {
            Some(ended) = self.tasks.join_next() => ended.map_or_else(RunError::TaskFailed, RunError::TaskEnded),
            ended = &mut self.writer => ended.map_or_else(RunError::TaskFailed, |()| RunError::TaskEnded("writer")),
            ended = &mut self.election => ended.map_or_else(RunError::TaskFailed, |()| RunError::TaskEnded("election")),
            Some(Err(failed)) = self.once.join_next() => RunError::TaskFailed(failed),
        }
    }

    /// Ends the writing: no write begins any more, those under way end, and the lease is given back. Reading goes on.
    pub async fn stop_writing(&mut self) {
        self.leadership.close();
        // Whoever stands for election would win back what is given back here.
        self.election.abort();
        if !self.election.is_finished() {
            drop((&mut self.election).await);
        }
        self.once.shutdown().await;
        if !self.writer.is_finished()
            && timeout(WRITE_TIME + Duration::from_secs(1), &mut self.writer)
                .await
                .is_err()
        {
            tracing::warn!("a write is still under way");
            return;
        }
        if let Some(elector) = &self.elector {
            elector.release().await;
        }
    }

    /// Ends everything else.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}
