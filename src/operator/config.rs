//! How the operator is configured: flags, each with an environment variable, read once.
//!
//! In: the command line. Out: [`RunArgs`]. Must not: be read by anything but `run`.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use k8s_openapi::jiff::{Span, SpanRelativeTo};

use super::admit::authority::Lifetimes;
use super::admit::certificates::{CertificateSource, Kept, Presented};
use super::clock::Clock;
use super::error::RunError;
use super::lead::lease::LeaseName;
use super::metrics::Metrics;
use super::replica::ReplicaConfig;
use super::write::rate::Rate;
use crate::api::{DEFAULT_KINDS, GroupKind, InvalidGroupKind};
use crate::settings::Settings;

/// Flags of `knowledge-operator run`.
#[derive(Args, Clone, Debug)]
pub struct RunArgs {
    /// Namespaces to watch, separated by commas; empty for all of them
    #[arg(long, env = "KNOWLEDGE_NAMESPACES", value_delimiter = ',', value_name = "NAMESPACE", value_parser = namespace)]
    pub namespaces: Vec<String>,
    /// Namespaces whose documents may describe objects of other namespaces and of none
    #[arg(
        long = "shared-namespace",
        env = "KNOWLEDGE_SHARED_NAMESPACES",
        value_delimiter = ',',
        value_name = "NAMESPACE",
        value_parser = namespace
    )]
    pub shared_namespaces: Vec<String>,
    /// Kinds that documents may describe, as Kind or Kind.group; the built-in list when not given
    #[arg(
        long = "target-kind",
        env = "KNOWLEDGE_TARGET_KINDS",
        value_delimiter = ',',
        value_name = "KIND", value_parser = target_kind
    )]
    pub target_kinds: Vec<Option<GroupKind>>,
    /// Write annotations to the objects that documents describe; with false, remove those written before
    #[arg(long, env = "KNOWLEDGE_ATTACH", default_value = "true", action = clap::ArgAction::Set, value_parser = switch)]
    pub attach: bool,
    /// Address under which people reach the site, for links in status; may have a path
    #[arg(long, env = "KNOWLEDGE_SITE_URL", value_name = "URL", value_parser = site_url)]
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
    #[arg(long, env = "KNOWLEDGE_WEBHOOK_SECRET", value_name = "NAMESPACE/NAME", value_parser = object, requires = "webhook_configuration")]
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
    #[arg(long, env = "KNOWLEDGE_WEBHOOK_CA_LIFETIME", default_value = "365d", value_name = "DURATION", value_parser = duration)]
    pub webhook_ca_lifetime: Duration,
    /// How long a certificate of the webhook is good for
    #[arg(long, env = "KNOWLEDGE_WEBHOOK_LEAF_LIFETIME", default_value = "30d", value_name = "DURATION", value_parser = duration)]
    pub webhook_leaf_lifetime: Duration,
    /// How long requests are still taken after the process has said that it stops, while load balancers notice
    #[arg(long, env = "KNOWLEDGE_SHUTDOWN_DELAY", default_value = "0s", value_name = "DURATION", value_parser = delay)]
    pub shutdown_delay: Duration,
    /// Lease that elects the one writer among replicas, as NAMESPACE/NAME; without it this process is alone
    #[arg(long, env = "KNOWLEDGE_LEASE", value_name = "NAMESPACE/NAME", value_parser = lease)]
    pub lease: Option<LeaseName>,
    /// Name of this process among its replicas, usually that of its pod
    #[arg(long, env = "KNOWLEDGE_IDENTITY", value_name = "NAME")]
    pub identity: Option<String>,
    /// Writes per second to the API server, on average
    #[arg(long, env = "KNOWLEDGE_WRITE_RATE", default_value_t = Rate::default().per_second, value_parser = rate)]
    pub write_rate: f64,
    /// Writes at once after a rest
    #[arg(long, env = "KNOWLEDGE_WRITE_BURST", default_value_t = Rate::default().burst, value_parser = burst)]
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

/// A kind that documents may describe. The refused ones hold secrets or come and go by the thousand; they are never
/// watched.
fn target_kind(text: &str) -> Result<Option<GroupKind>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let kind: GroupKind = text
        .trim()
        .parse()
        .map_err(|error: InvalidGroupKind| error.to_string())?;
    match kind.refused() {
        Some(refused) => Err(format!("a {kind} cannot be described; describe {}", refused.instead)),
        None => Ok(Some(kind)),
    }
}

/// A namespace name; blanks around it, as lists written for people have them, do not belong to it. An empty one stands
/// for an empty list.
pub(super) fn namespace(text: &str) -> Result<String, String> {
    let name = text.trim();
    let edge = |c: Option<char>| c.is_none_or(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let inner = name
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if name.len() <= 63 && inner && edge(name.chars().next()) && edge(name.chars().next_back()) {
        Ok(name.to_owned())
    } else {
        Err("a namespace is lower case letters, digits and -, at most 63 of them".to_owned())
    }
}

/// A switch; empty, as an unset variable of a template, for the default.
fn switch(text: &str) -> Result<bool, String> {
    match text {
        "true" | "" => Ok(true),
        "false" => Ok(false),
        _ => Err("write true or false".to_owned()),
    }
}

fn lease(text: &str) -> Result<LeaseName, String> {
    text.parse()
}

fn object(text: &str) -> Result<(String, String), String> {
    let name: LeaseName = text.parse().map_err(|_| "write NAMESPACE/NAME".to_owned())?;
    Ok((name.namespace, name.name))
}

fn delay(text: &str) -> Result<Duration, String> {
    match seconds(text)? {
        delay if delay <= Duration::from_secs(300) => Ok(delay),
        _ => Err("at most five minutes".to_owned()),
    }
}

/// A duration such as `90d` or `12h`; a day has 24 hours.
fn duration(text: &str) -> Result<Duration, String> {
    let longest = Duration::from_secs(50 * 365 * 24 * 60 * 60);
    match seconds(text)? {
        duration if (Duration::from_secs(10)..=longest).contains(&duration) => Ok(duration),
        _ => Err("from ten seconds to fifty years".to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || "write a duration such as 90d, 12h or 30s".to_owned();
    let span: Span = text.parse().map_err(|_| wrong())?;
    let duration = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| wrong())?;
    Duration::try_from(duration).map_err(|_| wrong())
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        _ if text.is_empty() => Ok(Rate::default().per_second),
        Ok(rate) if (0.1..=100_000.0).contains(&rate) => Ok(rate),
        _ => Err("a rate is a number from 0.1 to 100000".to_owned()),
    }
}

fn burst(text: &str) -> Result<f64, String> {
    match text.parse::<u32>() {
        _ if text.is_empty() => Ok(Rate::default().burst),
        Ok(burst) if (1..=100_000).contains(&burst) => Ok(f64::from(burst)),
        _ => Err("a burst is a whole number from 1 to 100000".to_owned()),
    }
}

fn site_url(text: &str) -> Result<String, String> {
    let trimmed = text.trim_end_matches('/');
    if trimmed.is_empty() || trimmed.starts_with("http://") || trimmed.starts_with("https://") {
        Ok(trimmed.to_owned())
    } else {
        Err("an address begins with https:// or http://".to_owned())
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
