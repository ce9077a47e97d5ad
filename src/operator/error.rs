//! Why a command of the operator ended.
//!
//! In: faults of ours or of the cluster. Out: [`RunError`]. Must not: hold what a user got wrong in a document.

/// What an error says. kube adds the whole answer of the API server in its debug form, which nobody can read.
pub(crate) fn words(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = Some(error);
    while let Some(inner) = cause {
        if let Some(kube::Error::Api(status)) = inner.downcast_ref() {
            return format!("{} ({})", status.message, status.code);
        }
        cause = inner.source();
    }
    error.to_string()
}

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

#[cfg(test)]
mod tests {
    use kube::core::Status;
    use kube::runtime::watcher;

    use super::*;

    #[test]
    fn an_answer_is_told_in_its_own_words() {
        let status = || Box::new(Status::failure("no such thing", "NotFound").with_code(404));
        assert_eq!(words(&kube::Error::Api(status())), "no such thing (404)");
        let inside = watcher::Error::InitialListFailed(kube::Error::Api(status()));
        assert_eq!(words(&inside), "no such thing (404)");
        let other = watcher::Error::NoResourceVersion;
        assert_eq!(words(&other), other.to_string());
    }
}
