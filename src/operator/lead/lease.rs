//! Electing the one writer: a Lease that a process holds, renews and gives back.
//!
//! In: a Lease of the cluster. Out: terms for [`Leadership`]. Must not: trust anybody's clock, create the Lease, or hold
//! on to a term that others may think has ended.
//!
//! As in client-go (<https://pkg.go.dev/k8s.io/client-go/tools/leaderelection>), a Lease has ended when it did not
//! change for its whole duration, measured here; the times that stand in it are for people. Each write names the
//! version it saw, so that of two processes that want the Lease one gets it.

use std::time::Duration;

use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::api::{Api, Patch, PatchParams};
use kube::{Client, ResourceExt};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use crate::api::names;
use crate::operator::clock::Clock;
use crate::operator::error::words;
use crate::operator::lead::leadership::Leadership;
use crate::operator::pause::pause;

/// How long a term is.
const DURATION: Duration = Duration::from_secs(15);
/// How often the holder renews it.
const RENEW: Duration = Duration::from_secs(4);
/// How often others look at it.
const LOOK: Duration = Duration::from_secs(1);
/// How long one request may take.
const REQUEST: Duration = Duration::from_secs(4);
/// First and longest pause of a holder whose renewal failed.
const RETRY: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(1));
/// How long a process that ends tries to give the Lease back.
const RELEASE: Duration = Duration::from_secs(2);

/// Which Lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseName {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// Where the Lease was seen to stand.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Observed {
    version: String,
    holder: Option<String>,
    duration: Duration,
    transitions: i32,
    /// When it was first seen in this version.
    since: Instant,
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// It is ours: renew it.
    Renew,
    /// Nobody holds it: take it.
    Take,
    /// Somebody holds it.
    Wait,
}

impl Observed {
    fn new(lease: &Lease, before: Option<&Self>, now: Instant) -> Self {
        let version = lease.resource_version().unwrap_or_default();
        let spec = lease.spec.clone().unwrap_or_default();
        let seconds = spec
            .lease_duration_seconds
            .and_then(|seconds| u64::try_from(seconds).ok());
        Self {
            since: before
                .filter(|before| before.version == version)
                .map_or(now, |before| before.since),
            version,
            holder: spec.holder_identity.filter(|holder| !holder.is_empty()),
            duration: seconds.map_or(DURATION, Duration::from_secs),
            transitions: spec.lease_transitions.unwrap_or_default(),
        }
    }

    fn step(&self, identity: &str, now: Instant) -> Step {
        match &self.holder {
            Some(holder) if holder == identity => Step::Renew,
            Some(_) if now < self.since + self.duration => Step::Wait,
            _ => Step::Take,
        }
    }
}

/// What a candidate knows.
#[derive(Debug, Default)]
struct State {
    seen: Option<Observed>,
    /// The Lease stands as we wrote it last, or our next write will be refused.
    written: bool,
    /// Until when it is ours.
    until: Option<Instant>,
}

/// A candidate for the one writer.
pub(crate) struct Elector {
    pub(crate) client: Client,
    pub(crate) lease: LeaseName,
    /// Who we are; unique to this process, so that a restarted one is not taken for its predecessor.
    pub(crate) identity: String,
    pub(crate) leadership: Leadership,
    pub(crate) clock: Clock,
}

impl Elector {
    /// Wins, renews and loses the Lease, for ever.
    pub(crate) async fn run(&self) {
        let mut state = State::default();
        let mut failures = 0_u32;
        while !self.leadership.is_closed() {
            // A term that was not renewed in time is over, whatever the API server would say.
            if state.until.is_some_and(|until| Instant::now() >= until) {
                tracing::warn!(lease = %self.lease, "the lease could not be renewed in time; no more writes");
                self.lose(&mut state);
            }
            let step = timeout(REQUEST, self.step(&mut state)).await;
            let wait = match step.unwrap_or_else(|_| Err("no answer in time".to_owned())) {
                Ok(()) => {
                    failures = 0;
                    if state.until.is_some() { RENEW } else { LOOK }
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    if failures == 1 {
                        tracing::warn!(lease = %self.lease, error, "the lease could not be read or written");
                    }
                    state.written = false;
                    pause(RETRY, failures)
                }
            };
            let wake = Instant::now() + wait;
            tokio::time::sleep_until(state.until.map_or(wake, |until| wake.min(until))).await;
        }
    }

    async fn step(&self, state: &mut State) -> Result<(), String> {
        if !state.written {
            let lease = self
                .api()
                .get(&self.lease.name)
                .await
                .map_err(|error| self.explain(&error))?;
            state.seen = Some(Observed::new(&lease, state.seen.as_ref(), Instant::now()));
        }
        let Some(seen) = &state.seen else { return Ok(()) };
        let step = seen.step(&self.identity, Instant::now());
        if step == Step::Wait {
            if state.until.is_some() {
                tracing::warn!(lease = %self.lease, holder = seen.holder, "another process took the lease; no more writes");
            }
            self.lose(state);
            return Ok(());
        }
        // From before the request: when it reaches the API server, it has aged already.
        let sent = Instant::now();
        let lease = self.write(seen, self.spec(seen, step)).await?;
        if step == Step::Take {
            tracing::info!(lease = %self.lease, identity = self.identity, "this process writes now");
        }
        *state = State {
            seen: Some(Observed::new(&lease, None, sent)),
            written: true,
            until: Some(sent + DURATION),
        };
        self.leadership.extend(sent + DURATION);
        Ok(())
    }

    fn lose(&self, state: &mut State) {
        state.until = None;
        state.written = false;
        self.leadership.lose();
    }

    /// Gives the Lease back, so that the next writer need not wait for its end. To be called when no write is under way
    /// and none can begin.
    pub(crate) async fn release(&self) {
        let release = || async {
            let lease = self
                .api()
                .get(&self.lease.name)
                .await
                .map_err(|error| self.explain(&error))?;
            let observed = Observed::new(&lease, None, Instant::now());
            if observed.holder.as_ref() == Some(&self.identity) {
                let now = MicroTime(self.clock.now());
                let spec = json!({ "holderIdentity": "", "leaseDurationSeconds": 1, "renewTime": now });
                self.write(&observed, spec).await?;
                tracing::info!(lease = %self.lease, "lease given back");
            }
            Ok::<(), String>(())
        };
        // A renewal that was under way may have come in between.
        let twice = async {
            match release().await {
                Ok(()) => Ok(()),
                Err(_) => release().await,
            }
        };
        match timeout(RELEASE, twice).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(lease = %self.lease, error, "lease not given back; it ends by itself"),
            Err(_) => tracing::warn!(lease = %self.lease, "lease not given back in time; it ends by itself"),
        }
    }

    fn spec(&self, observed: &Observed, step: Step) -> Value {
        let now = MicroTime(self.clock.now());
        match step {
            Step::Take => json!({
                "holderIdentity": self.identity,
                "leaseDurationSeconds": DURATION.as_secs(),
                "acquireTime": now,
                "renewTime": now,
                "leaseTransitions": observed.transitions.saturating_add(1),
            }),
            Step::Renew | Step::Wait => json!({
                "holderIdentity": self.identity,
                "leaseDurationSeconds": DURATION.as_secs(),
                "renewTime": now,
            }),
        }
    }

    /// Writes the Lease in the version that was seen, and in no other.
    async fn write(&self, observed: &Observed, spec: Value) -> Result<Lease, String> {
        let patch = json!({ "metadata": { "resourceVersion": observed.version }, "spec": spec });
        let params = PatchParams {
            field_manager: Some(names::LEASE_MANAGER.to_owned()),
            ..PatchParams::default()
        };
        let written = self.api().patch(&self.lease.name, &params, &Patch::Merge(patch)).await;
        written.map_err(|error| self.explain(&error))
    }

    fn api(&self) -> Api<Lease> {
        Api::namespaced(self.client.clone(), &self.lease.namespace)
    }

    fn explain(&self, error: &kube::Error) -> String {
        match error {
            kube::Error::Api(status) if status.code == 404 => format!(
                "there is no Lease {0}; create it: kubectl create -f - <<< '{{\"apiVersion\":\"coordination.k8s.io/v1\",\"kind\":\"Lease\",\"metadata\":{{\"name\":\"{1}\",\"namespace\":\"{2}\"}}}}'",
                self.lease, self.lease.name, self.lease.namespace
            ),
            _ => words(error),
        }
    }
}

impl std::fmt::Display for LeaseName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

impl std::str::FromStr for LeaseName {
    type Err = String;

    /// Reads `namespace/name`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('/') {
            Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() && !name.contains('/') => Ok(Self {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
            }),
            _ => Err("write NAMESPACE/NAME of a Lease".to_owned()),
        }
    }
}
