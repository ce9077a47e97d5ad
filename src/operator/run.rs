//! One process: its tasks, their start and their end.
//!
//! In: flags and a signal. Out: an error that names the task which ended too early, or nothing after a clean shutdown.
//! Must not: go on when a task has died, or write after shutdown began.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use k8s_openapi::api::core::v1::Node;
use kube::api::{Api, ListParams};
use kube::{Client, Config};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch as channel};
use tokio::task::JoinSet;

use super::admin::{self, Readiness};
use super::apply::Gate;
use super::config::RunArgs;
use super::error::RunError;
use super::index::{self, Backlog};
use super::kinds::{self, Served};
use super::metrics::Metrics;
use super::{detach, watch, write};
use crate::api::DocumentKind;
use crate::serve::{self, HttpConfig};

/// How many observations may wait for the index.
const OBSERVATIONS: usize = 1024;
/// How long open requests may take to end at shutdown.
const DRAIN: Duration = Duration::from_secs(10);

/// Runs until a signal says stop.
///
/// # Errors
/// When there is no cluster, when an address is taken, or when a task ends that should not.
pub async fn run(args: RunArgs) -> Result<(), RunError> {
    if let Some(namespace) = args.unwatched_share() {
        return Err(RunError::SharedNotWatched(namespace.clone()));
    }
    let config = Config::infer()
        .await
        .map_err(|error| RunError::NoCluster(error.to_string()))?;
    let client = Client::try_from(config).map_err(|error| RunError::NoCluster(error.to_string()))?;
    let site_listener = listen(args.listen).await?;
    let admin_listener = listen(args.admin_listen).await?;
    tracing::info!(site = %local(&site_listener), admin = %local(&admin_listener), "listening");

    let found_name = if args.cluster_name.is_none() {
        cluster_name(&client).await
    } else {
        None
    };
    let settings = Arc::new(args.settings(found_name));
    let kinds = args.kinds();
    let namespaces = args.namespaces();
    let metrics = Metrics::new();
    let gate = Gate::open();
    let served = Served::default();
    let backlog = Arc::new(Backlog::default());
    let (publish, published) = channel::channel(None);
    let (observe, observations) = mpsc::channel(OBSERVATIONS);
    let (stop, stopped) = channel::channel(false);
    let readiness = Readiness::new(published.clone());

    let mut tasks: JoinSet<&'static str> = JoinSet::new();
    let everywhere: Vec<Option<String>> = if namespaces.is_empty() {
        vec![None]
    } else {
        namespaces.iter().cloned().map(Some).collect()
    };
    for namespace in everywhere {
        for kind in DocumentKind::ALL {
            let (client, namespace, out) = (client.clone(), namespace.clone(), observe.clone());
            tasks.spawn(async move {
                watch::documents(client, kind, namespace, out).await;
                "watch of documents"
            });
        }
        let (client, out) = (client.clone(), observe.clone());
        tasks.spawn(async move {
            watch::contents(client, namespace, out).await;
            "watch of content"
        });
    }
    let follow = kinds::follow(
        client.clone(),
        kinds.clone(),
        namespaces.clone(),
        served.clone(),
        observe,
    );
    tasks.spawn(async move {
        follow.await;
        "discovery"
    });
    // Looked at once: this process is the writer from its start.
    let mut once: JoinSet<()> = JoinSet::new();
    once.spawn(detach::sweep_left(
        client.clone(),
        gate.clone(),
        kinds.clone(),
        namespaces.clone(),
    ));
    let index = index::run(
        observations,
        kinds,
        namespaces,
        settings,
        publish,
        backlog.clone(),
        metrics.clone(),
    );
    tasks.spawn(async move {
        index.await;
        "index"
    });
    let writer = write::run(
        client,
        gate.clone(),
        served,
        published.clone(),
        backlog,
        metrics.clone(),
    );
    tasks.spawn(async move {
        writer.await;
        "writer"
    });
    let site = serve::router(published, HttpConfig::default());
    let mut site = tokio::spawn(http(site_listener, site, Some(stopped)));
    // The second port stays open until the end, so that whoever asks is told that this process is stopping.
    let mut admin = tokio::spawn(http(admin_listener, admin::router(readiness.clone(), metrics), None));

    let outcome = tokio::select! {
        () = signal() => Ok(()),
        Some(ended) = tasks.join_next() => Err(ended.map_or_else(RunError::TaskFailed, RunError::TaskEnded)),
        ended = &mut site => Err(ended.map_or_else(RunError::TaskFailed, |()| RunError::TaskEnded("site"))),
        ended = &mut admin => Err(ended.map_or_else(RunError::TaskFailed, |()| RunError::TaskEnded("admin"))),
    };
    tracing::info!("stopping: not ready, no more writes, then draining");
    readiness.stop();
    gate.close();
    stop.send_replace(true);
    if !site.is_finished() {
        tokio::select! {
            _ = &mut site => {}
            () = tokio::time::sleep(DRAIN) => tracing::warn!("requests were still open after {DRAIN:?}"),
            () = signal() => tracing::warn!("second signal: not waiting for open requests"),
        }
    }
    admin.abort();
    once.shutdown().await;
    tasks.shutdown().await;
    outcome
}

async fn listen(address: std::net::SocketAddr) -> Result<TcpListener, RunError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| RunError::Listen { address, source })
}

fn local(listener: &TcpListener) -> String {
    listener
        .local_addr()
        .map(|address| format!("http://{address}/"))
        .unwrap_or_default()
}

/// Serves until `stopped` says so and open requests have ended; without it, for ever.
async fn http(listener: TcpListener, router: Router, stopped: Option<channel::Receiver<bool>>) {
    let stop = async move {
        match stopped {
            // An error means that the sender is gone, which is a stop as well.
            Some(mut stopped) => drop(stopped.wait_for(|stopped| *stopped).await),
            None => std::future::pending().await,
        }
    };
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stop).await {
        tracing::error!(%error, "server ended");
    }
}

/// The name that Cluster API gave this cluster, as its nodes tell it.
async fn cluster_name(client: &Client) -> Option<String> {
    let nodes: Api<Node> = Api::all(client.clone());
    let first = nodes
        .list_metadata(&ListParams::default().limit(1))
        .await
        .ok()?
        .items
        .into_iter()
        .next()?;
    first.metadata.annotations?.remove(CLUSTER_NAME_ANNOTATION)
}

/// Source: <https://cluster-api.sigs.k8s.io/reference/api/labels-and-annotations>
const CLUSTER_NAME_ANNOTATION: &str = "cluster.x-k8s.io/cluster-name";

/// Waits for SIGTERM or SIGINT.
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        // Without handlers the default action of the signals ends the process.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
