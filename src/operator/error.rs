//! Why a command of the operator ended.
//!
//! In: faults of ours or of the cluster. Out: [`RunError`]. Must not: hold what a user got wrong in a document.

/// Why the operator ended.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is no usable kubeconfig and no service account.
    #[error("no cluster: {0}")]
    NoCluster(String),
    /// A shared namespace is not among those that are watched.
    #[error("the shared namespace {0} is not among --namespaces, so none of its documents would be read; add it there")]
    SharedNotWatched(String),
    /// The webhook has no certificate.
    #[error(
        "the webhook needs a certificate: give --webhook-secret, --webhook-configuration and --webhook-name, or --webhook-cert-dir"
    )]
    NoCertificate,
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// A task that runs for ever ended.
    #[error("the task {0} ended; the process cannot go on without it")]
    TaskEnded(&'static str),
    /// A task panicked: a fault of ours.
    #[error("a task failed: {0}")]
    TaskFailed(tokio::task::JoinError),
}
