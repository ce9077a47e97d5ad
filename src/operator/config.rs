//! How the operator is configured: flags, each with an environment variable, read once.
//!
//! In: the command line. Out: [`RunArgs`]. Must not: be read by anything but `run`.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::admit::authority::Lifetimes;
use super::admit::certificates::{CertificateSource, Kept, Presented};
use super::clock::Clock;
use super::error::RunError;
use super::flags;
use super::lead::lease::LeaseName;
use super::metrics::Metrics;
use super::replica::ReplicaConfig;
use super::write::rate::Rate;
use crate::api::{DEFAULT_KINDS, GroupKind};
use crate::settings::Settings;

/// Flags of `knowledge-operator run`.
#[derive(Args, Clone, Debug)]
pub struct RunArgs {
    /// Namespaces to watch, separated by commas; empty for all of them
    #[arg(long, env = "KNOWLEDGE_NAMESPACES", value_delimiter = ',', value_name = "NAMESPACE", value_parser = flags::namespace)]
    pub namespaces: Vec<String>,
    /// Namespaces whose documents may describe objects of other namespaces and of none
    #[arg(
        long = "shared-namespace",
        env = "KNOWLEDGE_SHARED_NAMESPACES",
        value_delimiter = ',',
        value_name = "NAMESPACE",
        value_parser = flags::namespace
    )]
    pub shared_namespaces: Vec<String>,
    /// Kinds that documents may describe, as Kind or Kind.group; the built-in list when not given
    #[arg(
        long = "target-kind",
        env = "KNOWLEDGE_TARGET_KINDS",
        value_delimiter = ',',
        value_name = "KIND", value_parser = flags::target_kind
    )]
    pub target_kinds: Vec<Option<GroupKind>>,
    /// Write annotations to the objects that documents describe; with false, remove those written before
    #[arg(long, env = "KNOWLEDGE_ATTACH", default_value = "true", action = clap::ArgAction::Set, value_parser = flags::switch)]
    pub attach: bool,
    /// Address under which people reach the site, for links in status; may have a path
    #[arg(long, env = "KNOWLEDGE_SITE_URL", value_name = "URL", value_parser = flags::site_url)]
    pub site_url: Option<String>,
    /// Name of the cluster, shown on every page; that of Cluster API when not given
    #[arg(long, env = "KNOWLEDGE_CLUSTER_NAME", value_name = "NAME")]
    pub cluster_name: Option<String>,
    /// Address on which the site listens
    #[arg(
        long,
        env = "KNOWLEDGE_LISTEN",
        default_value = "0.0.0.0:8080",
        value_name = "ADDRESS"
    )]
    pub listen: SocketAddr,
    /// Address on which /livez, /readyz and /metrics listen
    #[arg(
        long,
        env = "KNOWLEDGE_ADMIN_LISTEN",
        default_value = "0.0.0.0:8081",
        value_name = "ADDRESS"
    )]
    pub admin_listen: SocketAddr,
    /// Address on which the validating webhook listens; without it there is none
    #[arg(long, env = "KNOWLEDGE_WEBHOOK_LISTEN", value_name = "ADDRESS")]
    pub webhook_listen: Option<SocketAddr>,
    /// Secret in which the webhook's certificate authorities are kept; it must exist
    #[arg(long, env = "KNOWLEDGE_WEBHOOK_SECRET", value_name = "NAMESPACE/NAME", value_parser = flags::object, requires = "webhook_configuration")]
    pub webhook_secret: Option<(String, String)>,
    /// ValidatingWebhookConfiguration that is told whom to trust; it must exist
    #[arg(long, env = "KNOWLEDGE_WEBHOOK_CONFIGURATION", value_name = "NAME")]
    pub webhook_configuration: Option<String>,
    /// Names and addresses by which the API server calls the webhook, such as SERVICE.NAMESPACE.svc
    #[arg(
        long = "webhook-name",
        env = "KNOWLEDGE_WEBHOOK_NAMES",
        value_delimiter = ',',
        value_name = "NAME"
    )]
    pub webhook_names: Vec<String>,
    /// Folder with tls.crt and tls.key that somebody else keeps, instead of --webhook-secret
    #[arg(
        long,
        env = "KNOWLEDGE_WEBHOOK_CERT_DIR",
        value_name = "FOLDER",
        conflicts_with = "webhook_secret"
    )]
    pub webhook_cert_dir: Option<PathBuf>,
    /// How long a certificate authority of the webhook is good for
    #[arg(long, env = "KNOWLEDGE_WEBHOOK_CA_LIFETIME", default_value = "365d", value_name = "DURATION", value_parser = flags::duration)]
    pub webhook_ca_lifetime: Duration,
    /// How long a certificate of the webhook is good for
    #[arg(long, env = "KNOWLEDGE_WEBHOOK_LEAF_LIFETIME", default_value = "30d", value_name = "DURATION", value_parser = flags::duration)]
    pub webhook_leaf_lifetime: Duration,
    /// How long requests are still taken after the process has said that it stops, while load balancers notice
    #[arg(long, env = "KNOWLEDGE_SHUTDOWN_DELAY", default_value = "0s", value_name = "DURATION", value_parser = flags::delay)]
    pub shutdown_delay: Duration,
    /// Lease that elects the one writer among replicas, as NAMESPACE/NAME; without it this process is alone
    #[arg(long, env = "KNOWLEDGE_LEASE", value_name = "NAMESPACE/NAME", value_parser = flags::lease)]
    pub lease: Option<LeaseName>,
    /// Name of this process among its replicas, usually that of its pod
    #[arg(long, env = "KNOWLEDGE_IDENTITY", value_name = "NAME")]
    pub identity: Option<String>,
    /// Writes per second to the API server, on average
    #[arg(long, env = "KNOWLEDGE_WRITE_RATE", default_value_t = Rate::default().per_second, value_parser = flags::rate)]
    pub write_rate: f64,
    /// Writes at once after a rest
    #[arg(long, env = "KNOWLEDGE_WRITE_BURST", default_value_t = Rate::default().burst, value_parser = flags::burst)]
    pub write_burst: f64,
}

impl RunArgs {
    /// Where the webhook listens and where its certificate comes from, if there is a webhook.
    ///
    /// # Errors
    /// When it is not said where the certificate comes from.
    pub(super) fn webhook(&self) -> Result<Option<(SocketAddr, CertificateSource)>, RunError> {
        let Some(listen) = self.webhook_listen else {
            return Ok(None);
        };
        if let Some(folder) = &self.webhook_cert_dir {
            return Ok(Some((listen, CertificateSource::Folder(folder.clone()))));
        }
        let names: Vec<String> = self
            .webhook_names
            .iter()
            .filter(|name| !name.is_empty())
            .cloned()
            .collect();
        let (Some((namespace, secret)), Some(configuration), false) =
            (&self.webhook_secret, &self.webhook_configuration, names.is_empty())
        else {
            return Err(RunError::NoCertificate);
        };
        let kept = Kept {
            namespace: namespace.clone(),
            secret: secret.clone(),
            configuration: configuration.clone(),
            names,
            lifetimes: Lifetimes {
                authority: self.webhook_ca_lifetime,
                leaf: self.webhook_leaf_lifetime.min(self.webhook_ca_lifetime / 3),
            },
        };
        Ok(Some((listen, CertificateSource::Kept(kept))))
    }

    /// A namespace that is shared and not watched: nothing in it would ever be read.
    pub(super) fn unwatched_share(&self) -> Option<&String> {
        let watched = self.namespaces();
        let mut shared = self.shared_namespaces.iter().filter(|name| !name.is_empty());
        shared.find(|name| !watched.is_empty() && !watched.contains(name))
    }

    /// The namespaces to watch, each once; empty for all of them.
    fn namespaces(&self) -> Vec<String> {
        let named: BTreeSet<&String> = self.namespaces.iter().filter(|name| !name.is_empty()).collect();
        named.into_iter().cloned().collect()
    }

    /// The kinds that documents may describe, each once.
    fn kinds(&self) -> Vec<GroupKind> {
        let defaults = || {
            DEFAULT_KINDS
                .iter()
                .map(|row| GroupKind::new(row.group, row.kind))
                .collect()
        };
        let mut kinds: BTreeSet<GroupKind> = self.target_kinds.iter().flatten().cloned().collect();
        if kinds.is_empty() {
            kinds = defaults();
        }
        // Opting a namespace out, and selecting namespaces, needs their objects, whatever else may be described.
        kinds.insert(GroupKind::namespace());
        kinds.into_iter().collect()
    }

    /// What this process is to do. `found_name` is the cluster's own name, if it has one.
    pub(super) fn replica(
        &self,
        found_name: Option<String>,
        metrics: Metrics,
        certificate: Option<(CertificateSource, Presented)>,
    ) -> ReplicaConfig {
        // A restarted process is not its predecessor, whatever its pod is called.
        let name = self
            .identity
            .as_deref()
            .filter(|name| !name.is_empty())
            .unwrap_or("knowledge-operator");
        ReplicaConfig {
            settings: Arc::new(self.settings(found_name)),
            kinds: self.kinds(),
            namespaces: self.namespaces(),
            lease: self.lease.clone(),
            identity: format!("{name}_{:08x}", fastrand::u32(..)),
            rate: Rate {
                per_second: self.write_rate,
                burst: self.write_burst,
            },
            clock: Clock::default(),
            metrics,
            certificate,
        }
    }

    /// What the pure core must know. `found_name` is the cluster's own name, if it has one.
    fn settings(&self, found_name: Option<String>) -> Settings {
        let given = self.cluster_name.clone().filter(|name| !name.is_empty());
        let name = given.or(found_name).unwrap_or_default();
        Settings {
            shared_namespaces: self
                .shared_namespaces
                .iter()
                .filter(|name| !name.is_empty())
                .map(|name| Arc::from(name.as_str()))
                .collect(),
            cluster_name: name.into(),
            site_url: self.site_url.clone().unwrap_or_default().into(),
            attach: self.attach,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        args: RunArgs,
    }

    fn args(flags: &[&str]) -> RunArgs {
        Cli::parse_from(["run"].iter().chain(flags)).args
    }

    #[test]
    fn a_shared_namespace_that_is_not_watched_is_named() {
        let unwatched = |flags: &[&str]| args(flags).unwatched_share().cloned();
        assert_eq!(unwatched(&["--shared-namespace", "ops"]), None);
        assert_eq!(unwatched(&["--namespaces", "a,ops", "--shared-namespace", "ops"]), None);
        assert_eq!(unwatched(&["--namespaces", "", "--shared-namespace", "ops"]), None);
        assert_eq!(
            unwatched(&["--namespaces", "a", "--shared-namespace", "ops"]).as_deref(),
            Some("ops")
        );
    }
}
