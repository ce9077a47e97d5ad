//! The kinds a document may describe, and those it may not. One table drives watches, rights, checks and docs.
//!
//! In: nothing. Out: [`DEFAULT_KINDS`], [`REFUSED_KINDS`], [`GroupKind`].
//! Must not: name a version. Identity is group and kind; the server's preferred version is found by discovery.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A kind without its version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupKind {
    /// API group; empty for the core group.
    pub group: Arc<str>,
    /// Kind, such as `Deployment`.
    pub kind: Arc<str>,
}

impl GroupKind {
    /// The kind `kind` of `group`.
    pub fn new(group: impl Into<Arc<str>>, kind: impl Into<Arc<str>>) -> Self {
        Self {
            group: group.into(),
            kind: kind.into(),
        }
    }

    /// The core group's Namespace.
    pub fn namespace() -> Self {
        Self::new("", "Namespace")
    }

    /// The table row of this kind, if it is one of the default kinds.
    pub fn default_kind(&self) -> Option<&'static TargetKind> {
        DEFAULT_KINDS
            .iter()
            .find(|row| row.group == &*self.group && row.kind == &*self.kind)
    }

    /// The table row of this kind, if it is refused.
    pub fn refused(&self) -> Option<&'static RefusedKind> {
        REFUSED_KINDS
            .iter()
            .find(|row| row.group == &*self.group && row.kind == &*self.kind)
    }
}

impl fmt::Display for GroupKind {
    /// `Deployment.apps`, or `Service` for the core group.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.group.is_empty() {
            f.write_str(&self.kind)
        } else {
            write!(f, "{}.{}", self.kind, self.group)
        }
    }
}

/// A string that names no kind.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a kind; write Kind for the core group or Kind.group, such as Deployment.apps")]
pub struct InvalidGroupKind(String);

impl FromStr for GroupKind {
    type Err = InvalidGroupKind;

    /// Reads `Deployment.apps`, or `Service` for the core group.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, group) = text.split_once('.').unwrap_or((text, ""));
        let kind_ok =
            kind.starts_with(|c: char| c.is_ascii_uppercase()) && kind.chars().all(|c| c.is_ascii_alphanumeric());
        let group_ok = group
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-');
        if kind_ok && group_ok {
            Ok(Self::new(group, kind))
        } else {
            Err(InvalidGroupKind(text.to_owned()))
        }
    }
}

/// A kind that documents may describe by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TargetKind {
    /// API group; empty for the core group.
    pub group: &'static str,
    /// Kind.
    pub kind: &'static str,
    /// Resource name, as in rights and in API paths.
    pub plural: &'static str,
    /// Whether its objects live in a namespace.
    pub namespaced: bool,
}

const fn kind(group: &'static str, kind: &'static str, plural: &'static str) -> TargetKind {
    TargetKind {
        group,
        kind,
        plural,
        namespaced: true,
    }
}

const fn cluster_kind(group: &'static str, kind: &'static str, plural: &'static str) -> TargetKind {
    TargetKind {
        group,
        kind,
        plural,
        namespaced: false,
    }
}

/// The kinds that documents may describe unless the operator is configured otherwise (`targets.kinds`).
pub const DEFAULT_KINDS: &[TargetKind] = &[
    kind("apps", "Deployment", "deployments"),
    kind("apps", "StatefulSet", "statefulsets"),
    kind("apps", "DaemonSet", "daemonsets"),
    kind("batch", "CronJob", "cronjobs"),
    kind("batch", "Job", "jobs"),
    kind("", "Service", "services"),
    kind("networking.k8s.io", "Ingress", "ingresses"),
    cluster_kind("", "Namespace", "namespaces"),
    cluster_kind("", "Node", "nodes"),
    kind("", "PersistentVolumeClaim", "persistentvolumeclaims"),
    kind("cluster.x-k8s.io", "Cluster", "clusters"),
    kind("cluster.x-k8s.io", "ClusterClass", "clusterclasses"),
    kind("cluster.x-k8s.io", "MachineDeployment", "machinedeployments"),
    kind("clusterstack.x-k8s.io", "ClusterStack", "clusterstacks"),
    kind("core.gardener.cloud", "Shoot", "shoots"),
    kind("helm.toolkit.fluxcd.io", "HelmRelease", "helmreleases"),
    kind("kustomize.toolkit.fluxcd.io", "Kustomization", "kustomizations"),
];

/// A kind that documents may never describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusedKind {
    /// API group; empty for the core group.
    pub group: &'static str,
    /// Kind.
    pub kind: &'static str,
    /// What to describe instead, as the end of a sentence.
    pub instead: &'static str,
}

/// Kinds that come and go with an owner, or whose content is nobody's business. They are never watched.
pub const REFUSED_KINDS: &[RefusedKind] = &[
    RefusedKind {
        group: "",
        kind: "Pod",
        instead: "the Deployment, StatefulSet, DaemonSet or Job that owns it",
    },
    RefusedKind {
        group: "apps",
        kind: "ReplicaSet",
        instead: "the Deployment that owns it",
    },
    RefusedKind {
        group: "",
        kind: "Secret",
        instead: "the workload that uses it",
    },
    RefusedKind {
        group: "",
        kind: "ConfigMap",
        instead: "the workload that uses it",
    },
    RefusedKind {
        group: "",
        kind: "Event",
        instead: "the object it is about",
    },
    RefusedKind {
        group: "events.k8s.io",
        kind: "Event",
        instead: "the object it is about",
    },
    RefusedKind {
        group: "coordination.k8s.io",
        kind: "Lease",
        instead: "the workload that holds it",
    },
    RefusedKind {
        group: "discovery.k8s.io",
        kind: "EndpointSlice",
        instead: "the Service it belongs to",
    },
];
