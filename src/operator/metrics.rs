//! What the operator counts about itself.
//!
//! In: occurrences. Out: the OpenMetrics text of `/metrics`. Must not: put a name or text of a user into a label.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use super::apply::{Applied, ApplyError};
use crate::api::{DocumentKind, Ready};
use crate::site::Site;

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(super) enum WriteOutcome {
    /// It was taken.
    Written,
    /// The object had changed.
    Overtaken,
    /// There is no right to it.
    Forbidden,
    /// It was refused as invalid.
    Invalid,
    /// The API server did not answer as it should.
    Failed,
    /// This process was not, or no longer, the writer.
    Stopped,
}

impl WriteOutcome {
    pub(super) fn of(result: &Result<Applied, ApplyError>) -> Self {
        match result {
            Ok(Applied::Written(_)) => Self::Written,
            Ok(Applied::Overtaken) => Self::Overtaken,
            Err(ApplyError::Forbidden(_)) => Self::Forbidden,
            Err(ApplyError::Invalid(_)) => Self::Invalid,
            Err(ApplyError::Stopped) => Self::Stopped,
            Err(ApplyError::TooSlow | ApplyError::Transient(_)) => Self::Failed,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WriteLabels {
    what: What,
    outcome: WriteOutcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum What {
    Status,
    Annotations,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DocumentLabels {
    kind: &'static str,
    reason: &'static str,
}

/// What became of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(super) enum Admitted {
    /// The object may be stored.
    Allowed,
    /// It may not.
    Denied,
    /// Too many were waiting.
    Busy,
    /// It would have come too late.
    Late,
    /// It was no review.
    Malformed,
    /// A fault of ours.
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AdmissionLabels {
    outcome: Admitted,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CertificateLabels {
    which: Certificate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum Certificate {
    Leaf,
    Authority,
}

/// The counters, shared by all tasks.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Arc<Registry>,
    documents: Family<DocumentLabels, Gauge>,
    targets: Gauge,
    build: Histogram,
    writes: Family<WriteLabels, Counter>,
    waiting: Gauge,
    interruptions: Counter,
    admissions: Family<AdmissionLabels, Counter>,
    certificates: Family<CertificateLabels, Gauge>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Counters at zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("knowledge_operator");
        let documents = Family::<DocumentLabels, Gauge>::default();
        registry.register("documents", "Documents by kind and reason of Ready", documents.clone());
        let targets = Gauge::default();
        registry.register("targets", "Objects that documents may describe", targets.clone());
        let build = Histogram::new(exponential_buckets(0.000_1, 4.0, 8));
        registry.register_with_unit("site_build", "Time to build a snapshot", Unit::Seconds, build.clone());
        let writes = Family::<WriteLabels, Counter>::default();
        registry.register(
            "writes",
            "Writes to the API server by what was written and its outcome",
            writes.clone(),
        );
        let waiting = Gauge::default();
        registry.register(
            "waiting",
            "Documents and objects that wait to be looked at by the writer",
            waiting.clone(),
        );
        let interruptions = Counter::default();
        registry.register(
            "watch_interruptions",
            "Watches that broke off and were taken up again",
            interruptions.clone(),
        );
        let admissions = Family::<AdmissionLabels, Counter>::default();
        registry.register("admissions", "Reviews of the webhook by outcome", admissions.clone());
        let certificates = Family::<CertificateLabels, Gauge>::default();
        registry.register(
            "certificate_seconds_left",
            "Seconds until the webhook's certificate, and the last of its authorities, end",
            certificates.clone(),
        );
        Self {
            admissions,
            certificates,
            waiting,
            interruptions,
            registry: Arc::new(registry),
            documents,
            targets,
            build,
            writes,
        }
    }

    /// The text of `/metrics`.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Encoding into a string only fails when a metric does, and ours are plain numbers.
        match prometheus_client::encoding::text::encode(&mut text, &self.registry) {
            Ok(()) => text,
            Err(error) => format!("# {error}\n"),
        }
    }

    pub(super) fn built(&self, site: &Site, took: Duration) {
        self.build.observe(took.as_secs_f64());
        self.targets
            .set(i64::try_from(site.targets().count()).unwrap_or(i64::MAX));
        let mut counts: BTreeMap<(DocumentKind, Ready), i64> = BTreeMap::new();
        for page in site.pages() {
            *counts.entry((page.document.id.kind, page.ready())).or_default() += 1;
        }
        for kind in DocumentKind::ALL {
            for ready in Ready::ALL {
                let labels = DocumentLabels {
                    kind: kind.as_str(),
                    reason: ready.reason(),
                };
                self.documents
                    .get_or_create(&labels)
                    .set(counts.get(&(kind, ready)).copied().unwrap_or_default());
            }
        }
    }

    pub(super) fn admitted(&self, outcome: Admitted) {
        self.admissions.get_or_create(&AdmissionLabels { outcome }).inc();
    }

    /// Seconds that are left to our own certificate and to the last authority.
    pub(super) fn certificate(&self, leaf: Option<i64>, authority: Option<i64>) {
        for (which, left) in [(Certificate::Leaf, leaf), (Certificate::Authority, authority)] {
            if let Some(left) = left {
                self.certificates.get_or_create(&CertificateLabels { which }).set(left);
            }
        }
    }

    pub(super) fn waiting(&self, count: usize) {
        self.waiting.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    pub(super) fn watch_interrupted(&self) {
        self.interruptions.inc();
    }

    pub(super) fn wrote(&self, status: bool, outcome: WriteOutcome) {
        let what = if status { What::Status } else { What::Annotations };
        self.writes.get_or_create(&WriteLabels { what, outcome }).inc();
    }
}
