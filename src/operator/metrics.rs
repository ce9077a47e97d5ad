//! What the operator counts about itself.
//!
//! In: occurrences. Out: the OpenMetrics text of `/metrics`. Must not: put a name or text of a user into a label.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use k8s_openapi::jiff::Timestamp;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use super::write::apply::{Applied, ApplyError};
use crate::api::{DocumentKind, Ready};
use crate::finding::{ALL, Code};
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
    /// A webhook or a policy refused it.
    Denied,
    /// It was refused as invalid.
    Invalid,
    /// The API server did not answer as it should.
    Failed,
    /// This process was not, or no longer, the writer.
    Stopped,
}

impl WriteOutcome {
    const ALL: [Self; 7] = [
        Self::Written,
        Self::Overtaken,
        Self::Forbidden,
        Self::Denied,
        Self::Invalid,
        Self::Failed,
        Self::Stopped,
    ];

    pub(super) fn of(result: &Result<Applied, ApplyError>) -> Self {
        match result {
            Ok(Applied::Written(_)) => Self::Written,
            Ok(Applied::Overtaken) => Self::Overtaken,
            Err(ApplyError::Forbidden(_)) => Self::Forbidden,
            Err(ApplyError::Denied { .. }) => Self::Denied,
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
pub(super) enum What {
    Status,
    Annotations,
}

/// What came of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(super) enum PlanOutcome {
    /// Nothing differs.
    Nothing,
    /// It is written.
    Write,
    /// It has to wait.
    Wait,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PlanLabels {
    what: What,
    outcome: PlanOutcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FindingLabels {
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PageLabels {
    route: &'static str,
    code: u16,
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

impl Admitted {
    const ALL: [Self; 6] = [
        Self::Allowed,
        Self::Denied,
        Self::Busy,
        Self::Late,
        Self::Malformed,
        Self::Failed,
    ];
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AdmissionLabels {
    outcome: Admitted,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CertificateLabels {
    which: Certificate,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, EncodeLabelValue)]
enum Certificate {
    #[default]
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
    ends: Arc<Mutex<[End; 2]>>,
    findings: Family<FindingLabels, Gauge>,
    plans: Family<PlanLabels, Counter>,
    pages: Family<PageLabels, Counter>,
    page_time: Histogram,
    leading: Gauge,
    built: Gauge,
    answered: Gauge,
}

/// When a certificate ends, if there is one.
type End = (Certificate, Option<Timestamp>);

fn seconds(time: Timestamp) -> i64 {
    time.as_second()
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
        let findings = Family::<FindingLabels, Gauge>::default();
        registry.register("findings", "Findings by code", findings.clone());
        let plans = Family::<PlanLabels, Counter>::default();
        registry.register(
            "plans",
            "Plans by what they were for and what came of them",
            plans.clone(),
        );
        let pages = Family::<PageLabels, Counter>::default();
        registry.register(
            "http_requests",
            "Requests to the site by route and status",
            pages.clone(),
        );
        let page_time = Histogram::new(exponential_buckets(0.000_1, 4.0, 8));
        registry.register_with_unit(
            "http_request",
            "Time to answer a request to the site",
            Unit::Seconds,
            page_time.clone(),
        );
        let leading = Gauge::default();
        registry.register("leader", "1 while this process is the writer", leading.clone());
        let (built, answered) = (Gauge::default(), Gauge::default());
        let help = "When the last snapshot was built, in seconds since 1970";
        registry.register_with_unit("site_built_timestamp", help, Unit::Seconds, built.clone());
        let help = "When the API server last answered, in seconds since 1970";
        registry.register_with_unit("api_server_answered_timestamp", help, Unit::Seconds, answered.clone());
        // What can happen is there from the start, at zero, so that an alert on it works the first time.
        for outcome in Admitted::ALL {
            admissions.get_or_create(&AdmissionLabels { outcome }).inc_by(0);
        }
        for what in [What::Status, What::Annotations] {
            for outcome in WriteOutcome::ALL {
                writes.get_or_create(&WriteLabels { what, outcome }).inc_by(0);
            }
            for outcome in [PlanOutcome::Nothing, PlanOutcome::Write, PlanOutcome::Wait] {
                plans.get_or_create(&PlanLabels { what, outcome }).inc_by(0);
            }
        }
        Self {
            findings,
            plans,
            pages,
            page_time,
            leading,
            built,
            answered,
            admissions,
            certificates,
            ends: Arc::default(),
            waiting,
            interruptions,
            registry: Arc::new(registry),
            documents,
            targets,
            build,
            writes,
        }
    }

    /// The text of `/metrics`. What the snapshot says is counted when somebody asks.
    pub fn text(&self, site: Option<&Site>) -> String {
        if let Some(site) = site {
            self.count(site);
        }
        let ends = self.ends.lock().map(|ends| *ends).unwrap_or_default();
        for (which, end) in ends {
            if let Some(end) = end {
                let left = end.duration_since(Timestamp::now()).as_secs();
                self.certificates.get_or_create(&CertificateLabels { which }).set(left);
            }
        }
        let mut text = String::new();
        // Encoding into a string only fails when a metric does, and ours are plain numbers.
        match prometheus_client::encoding::text::encode(&mut text, &self.registry) {
            Ok(()) => text,
            Err(error) => format!("# {error}\n"),
        }
    }

    fn count(&self, site: &Site) {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.targets.set(number(site.targets().count()));
        let mut documents: BTreeMap<(DocumentKind, Ready), usize> = BTreeMap::new();
        let mut findings: BTreeMap<Code, usize> = BTreeMap::new();
        for page in site.pages() {
            *documents.entry((page.document.id.kind, page.ready())).or_default() += 1;
            for finding in page.findings() {
                *findings.entry(finding.code).or_default() += 1;
            }
        }
        for kind in DocumentKind::ALL {
            for ready in Ready::ALL {
                let labels = DocumentLabels {
                    kind: kind.as_str(),
                    reason: ready.reason(),
                };
                let count = documents.get(&(kind, ready)).copied().unwrap_or_default();
                self.documents.get_or_create(&labels).set(number(count));
            }
        }
        for code in ALL {
            let count = findings.get(code).copied().unwrap_or_default();
            self.findings
                .get_or_create(&FindingLabels { code: code.id() })
                .set(number(count));
        }
    }

    pub(super) fn built(&self, took: Duration) {
        self.build.observe(took.as_secs_f64());
        self.built.set(seconds(Timestamp::now()));
    }

    /// The API server answered.
    pub(super) fn answered(&self, at: Timestamp) {
        self.answered.set(seconds(at));
    }

    /// This process is, or is no more, the writer.
    pub(super) fn leading(&self, leading: bool) {
        self.leading.set(i64::from(leading));
    }

    /// A plan was made.
    pub(super) fn planned(&self, what: What, outcome: PlanOutcome) {
        self.plans.get_or_create(&PlanLabels { what, outcome }).inc();
    }

    /// A page was asked for. `route` is a template of ours and no path.
    pub(super) fn answered_page(&self, route: &'static str, code: u16, took: Duration) {
        self.pages.get_or_create(&PageLabels { route, code }).inc();
        self.page_time.observe(took.as_secs_f64());
    }

    pub(super) fn admitted(&self, outcome: Admitted) {
        self.admissions.get_or_create(&AdmissionLabels { outcome }).inc();
    }

    /// When our own certificate and the last authority end. How long that is is counted when somebody asks.
    pub(super) fn certificate(&self, leaf: Option<Timestamp>, authority: Option<Timestamp>) {
        if let Ok(mut ends) = self.ends.lock() {
            *ends = [(Certificate::Leaf, leaf), (Certificate::Authority, authority)];
        }
    }

    pub(super) fn waiting(&self, count: usize) {
        self.waiting.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    pub(super) fn watch_interrupted(&self) {
        self.interruptions.inc();
    }

    pub(super) fn wrote(&self, what: What, outcome: WriteOutcome) {
        self.writes.get_or_create(&WriteLabels { what, outcome }).inc();
    }
}
