//! One process: its tasks, their start and their end.
//!
//! In: flags and a signal. Out: an error that names the task which ended too early, or nothing after a clean shutdown.
//! Must not: go on when a task has died, or write after shutdown began.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use k8s_openapi::api::core::v1::Node;
use kube::api::{Api, ListParams};
use kube::{Client, Config};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch as channel;

use super::admin::{self, Readiness};
use super::admit::certificates::Presented;
use super::admit::webhook;
use super::config::RunArgs;
use super::error::{RunError, words};
use super::metrics::Metrics;
use super::pause::{self, pause};
use super::replica::{Replica, Told};
use super::transport;
use crate::serve::{self, HttpConfig, Observe};

/// How long open requests may take to end at shutdown.
const DRAIN: Duration = Duration::from_secs(10);
/// Pauses while the API server does not answer at the start.
const RETRY: pause::Range = (Duration::from_millis(250), Duration::from_secs(4));

/// Runs until a signal says stop.
///
/// # Errors
/// When there is no cluster, when an address is taken, or when a task ends that should not.
pub async fn run(args: RunArgs) -> Result<(), RunError> {
    if let Some(namespace) = args.unwatched_share() {
        return Err(RunError::SharedNotWatched(namespace.clone()));
    }
    let mut signals = Signals::listen();
    let webhook = args.webhook()?;
    let no_cluster = |error: &dyn std::fmt::Display| RunError::NoCluster(error.to_string());
    let config = Config::infer().await.map_err(|error| no_cluster(&error))?;
    let (client, throttle) = transport::connect(config).map_err(|error| no_cluster(&error))?;
    let site_listener = listen(args.listen).await?;
    let admin_listener = listen(args.admin_listen).await?;
    let webhook_listener = match &webhook {
        Some((address, _)) => Some(listen(*address).await?),
        None => None,
    };
    let webhook_address = webhook_listener
        .as_ref()
        .and_then(|listener| listener.local_addr().ok());
    tracing::info!(
        site = %local(&site_listener),
        admin = %local(&admin_listener),
        webhook = webhook_address.map(|address| address.to_string()),
        "listening"
    );

    let metrics = Metrics::new();
    let (told, published, contact) = Told::channel();
    let presented = Presented::default();
    let readiness = Readiness::new(published.clone(), webhook.is_some().then(|| presented.clone()));
    let handle = Handle::new();
    let mut reviews = tokio::spawn({
        let router = webhook::router(published.clone(), metrics.clone());
        let (presented, handle) = (presented.clone(), handle.clone());
        async move {
            match webhook_listener.map(TcpListener::into_std) {
                Some(Ok(listener)) => webhook::serve(listener, router, presented, handle).await,
                Some(Err(error)) => tracing::error!(%error, "webhook ended"),
                None => std::future::pending().await,
            }
        }
    });
    let (stop, stopped) = channel::channel(false);
    let counting = metrics.clone();
    let observe = Observe(Arc::new(move |route, code, took| {
        counting.answered_page(route, code, took);
    }));
    let config = HttpConfig {
        contact: Some(contact),
        observe: Some(observe),
        ..HttpConfig::default()
    };
    let site = serve::router(published.clone(), config);
    let mut site = tokio::spawn(http(site_listener, site, Some(stopped)));
    // The second port stays open until the end, so that whoever asks is told that this process is stopping.
    let admin_router = admin::router(readiness.clone(), metrics.clone());
    let mut admin = tokio::spawn(http(admin_listener, admin_router, None));

    let replica = async {
        let name = if args.cluster_name.as_ref().is_none_or(String::is_empty) {
            cluster_name(&client).await
        } else {
            None
        };
        Replica::start(
            &client,
            &throttle,
            args.replica(name, metrics.clone(), webhook.map(|(_, source)| (source, presented))),
            told,
        )
    };
    let mut replica = tokio::select! {
        replica = replica => replica,
        () = signals.next() => return Ok(()),
    };
    let outcome = tokio::select! {
        () = signals.next() => Ok(()),
        failed = replica.failed() => Err(failed),
        ended = &mut site => Err(ended.map_or_else(RunError::TaskFailed, |()| RunError::TaskEnded("site"))),
        ended = &mut reviews => Err(ended.map_or_else(RunError::TaskFailed, |()| RunError::TaskEnded("webhook"))),
        ended = &mut admin => Err(ended.map_or_else(RunError::TaskFailed, |()| RunError::TaskEnded("admin"))),
    };
    tracing::info!("stopping: not ready, no more writes, lease given back, then draining");
    readiness.stop();
    let ending = async {
        replica.stop_writing().await;
        tokio::time::sleep(args.shutdown_delay).await;
        stop.send_replace(true);
        handle.graceful_shutdown(Some(DRAIN));
        if !site.is_finished() && tokio::time::timeout(DRAIN, &mut site).await.is_err() {
            tracing::warn!("requests were still open after {DRAIN:?}");
        }
    };
    tokio::select! {
        () = ending => {}
        () = signals.next() => tracing::warn!("second signal: not waiting for what is still open"),
    }
    if handle.connection_count() > 0 && !reviews.is_finished() {
        // Connections that the API server keeps open end with their current review.
        drop(tokio::time::timeout(webhook::DEADLINE, &mut reviews).await);
    }
    reviews.abort();
    admin.abort();
    replica.stop().await;
    outcome
}

/// Every address means those of both families, where the machine has both.
async fn listen(address: SocketAddr) -> Result<TcpListener, RunError> {
    if address.ip() == Ipv4Addr::UNSPECIFIED
        && let Ok(both) = TcpListener::bind((Ipv6Addr::UNSPECIFIED, address.port())).await
    {
        return Ok(both);
    }
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

/// The name that Cluster API gave this cluster, as its nodes tell it. Nothing else can begin before the API server
/// answers either, so it is waited for.
async fn cluster_name(client: &Client) -> Option<String> {
    let nodes: Api<Node> = Api::all(client.clone());
    let mut failures = 0_u32;
    loop {
        match nodes.list_metadata(&ListParams::default().limit(1)).await {
            Ok(list) => {
                let first = list.items.into_iter().next()?;
                return first.metadata.annotations?.remove(CLUSTER_NAME_ANNOTATION);
            }
            Err(kube::Error::Api(status)) if status.code < 500 && status.code != 429 => return None,
            Err(error) => {
                failures = failures.saturating_add(1);
                if failures == 1 {
                    tracing::warn!(error = words(&error), "the API server does not answer yet");
                }
                tokio::time::sleep(pause(RETRY, failures)).await;
            }
        }
    }
}

/// Source: <https://cluster-api.sigs.k8s.io/reference/api/labels-and-annotations>
const CLUSTER_NAME_ANNOTATION: &str = "cluster.x-k8s.io/cluster-name";

/// The signals that ask for an end, listened for from the start, so that none goes by unheard.
struct Signals(Option<(Signal, Signal)>);

impl Signals {
    fn listen() -> Self {
        let both = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
        Self(match both {
            (Ok(terminate), Ok(interrupt)) => Some((terminate, interrupt)),
            // Without handlers the default action of the signals ends the process.
            _ => None,
        })
    }

    /// Waits for the next SIGTERM or SIGINT.
    async fn next(&mut self) {
        let Some((terminate, interrupt)) = &mut self.0 else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}
