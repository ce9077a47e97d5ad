//! One document to the status it should have.
//!
//! In: its page, what keeps objects from being written, the time. Out: [`StatusPlan`], or nothing when the status is
//! right. Must not: let a count make Ready or a transition time move.

use std::sync::Arc;
use std::time::{Duration, Instant};

use k8s_openapi::jiff::Timestamp;

use super::conditions::{OURS, clip, conditions};
use crate::api::{Attached, DocumentStatus, FindingSample, FindingsSummary, Ready, TargetsSummary};
use crate::check::{EntryFault, rule};
use crate::corpus::TargetId;
use crate::finding::{At, Finding, Severity};
use crate::site::{Outcome, Page, Site};

/// How many findings and targets a status samples.
const SAMPLE: usize = 10;
const TITLE_LIMIT: usize = 200;
const AT_LIMIT: usize = 128;
const MESSAGE_LIMIT: usize = 256;
const TARGET_LIMIT: usize = 400;
/// Largest status, as JSON, in bytes: it lies in one etcd object with the content, and every watch carries it.
const STATUS_LIMIT: usize = 8 * 1024;

/// How often a status is written for numbers alone.
const COUNTS_INTERVAL: Duration = Duration::from_secs(30);

/// Why the annotations of an object are left as they are for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// Someone else keeps changing them.
    Contested,
    /// The operator has no right to patch the object.
    NotPermitted,
    /// This webhook or policy, or the API server itself, refuses the annotation. Who, and not in what words: an answer may
    /// repeat parts of the object, which readers of the document may not be allowed to see.
    Refused(Arc<str>),
}

/// A status to write.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusPlan {
    /// The status as it should be.
    pub status: DocumentStatus,
    /// How soon.
    pub urgency: Urgency,
    /// What is worth an event, if Ready goes from one state to another.
    pub transition: Option<Transition>,
}

/// A change of Ready that somebody should hear of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The document is published now, or no longer.
    pub ready: Ready,
    /// The message of the condition.
    pub message: String,
}

/// How soon a status should be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Now: something about the document changed.
    Now,
    /// At leisure: only numbers that follow other objects changed.
    Counts,
}

impl StatusPlan {
    /// Until when it has to wait, if the status was last written at `written`.
    pub fn waits_until(&self, written: Option<Instant>, now: Instant) -> Option<Instant> {
        let due = written.filter(|_| self.urgency == Urgency::Counts)? + COUNTS_INTERVAL;
        (due > now).then_some(due)
    }
}

/// Compares the status of a document with what it should be. `held` tells what is left alone, and why.
pub fn document(
    site: &Site,
    page: &Page,
    held: &dyn Fn(&TargetId) -> Option<Held>,
    now: Timestamp,
) -> Option<StatusPlan> {
    let document = &page.document;
    if document.deleting {
        return None;
    }
    let findings = page.findings();
    let (attached, attached_message) = attached(site, page, held);
    let ready = page.ready();
    let old = document.status.as_ref();
    let mut status = DocumentStatus {
        observed_generation: Some(document.generation),
        title: Some(clip(&page.title, TITLE_LIMIT)),
        conditions: conditions(
            ready,
            &ready_message(ready, page, &findings),
            attached,
            &attached_message,
            document.generation,
            old.map(|status| status.conditions.as_slice()).unwrap_or_default(),
            now,
        ),
        findings: Some(findings_summary(&findings)),
        targets: Some(targets_summary(&page.attachment.targets)),
        content_digest: page.digest().map(str::to_owned),
        url: site.url(&document.id),
    };
    fit(&mut status);
    let transition = transition(ready, &status, old);
    let Some(old) = old else {
        return Some(StatusPlan {
            status,
            urgency: Urgency::Now,
            transition,
        });
    };
    let mut old = old.clone();
    // Conditions of others are not ours to remove, and no reason to write.
    old.conditions
        .retain(|condition| OURS.contains(&condition.type_.as_str()));
    old.conditions.sort_by(|a, b| a.type_.cmp(&b.type_));
    if old == status {
        return None;
    }
    let urgency = if without_counts(&old) == without_counts(&status) {
        Urgency::Counts
    } else {
        Urgency::Now
    };
    Some(StatusPlan {
        status,
        urgency,
        transition,
    })
}

/// Whether Ready changes in a way that is worth an event: a document that is published at once is what everybody
/// expects.
fn transition(ready: Ready, status: &DocumentStatus, old: Option<&DocumentStatus>) -> Option<Transition> {
    let find = |status: &DocumentStatus| {
        status
            .conditions
            .iter()
            .find(|condition| condition.type_ == "Ready")
            .cloned()
    };
    let before = old.and_then(find);
    let news = match (&before, ready.is_ready()) {
        (None, ready) => !ready,
        (Some(before), true) => before.status != "True",
        (Some(before), false) => before.status == "True" || before.reason != ready.reason(),
    };
    let message = find(status)?.message;
    news.then_some(Transition { ready, message })
}

/// The state of Attached and the sentence that explains it.
fn attached(site: &Site, page: &Page, held: &dyn Fn(&TargetId) -> Option<Held>) -> (Attached, String) {
    if page.document.spec.applies_to.is_empty() {
        return (Attached::NothingToAttach, "the document describes no object".to_owned());
    }
    if !site.settings().attach {
        return (
            Attached::Disabled,
            "the operator writes no annotations (attach: false)".to_owned(),
        );
    }
    let targets = &page.attachment.targets;
    if let Some((target, why)) = targets.iter().find_map(|target| Some((target, held(target)?))) {
        return match why {
            Held::Contested => (
                Attached::Contested,
                format!("someone else keeps changing the annotation of {target}"),
            ),
            Held::NotPermitted => (
                Attached::KindNotPermitted,
                format!(
                    "the operator may not annotate {target}; it needs {}",
                    rule(
                        &target.kind,
                        site.kinds().get(&target.kind).map_or("", |info| &info.plural),
                        &["patch"]
                    )
                ),
            ),
            Held::Refused(by) => (
                Attached::KindNotPermitted,
                format!("{by} refuses to have {target} annotated; the operator's log says why"),
            ),
        };
    }
    let refused = targets.iter().filter(|target| site.is_opted_out(target)).count();
    if refused > 0 && refused == targets.len() {
        return (
            Attached::OptedOut,
            "every described object or its namespace opted out".to_owned(),
        );
    }
    let outcomes = &page.attachment.outcomes;
    let matched = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Outcome::Matched(_)))
        .count();
    if matched == outcomes.len() && refused == 0 {
        return (Attached::Attached, "attached to every described object".to_owned());
    }
    if matched > 0 {
        let message = format!(
            "{matched} of {} entries of appliesTo describe something",
            outcomes.len()
        );
        let opted = if refused > 0 {
            format!("; {refused} objects opted out")
        } else {
            String::new()
        };
        return (Attached::PartlyAttached, message + &opted);
    }
    let has = |wanted: fn(&EntryFault) -> bool| {
        outcomes
            .iter()
            .any(|outcome| matches!(outcome, Outcome::Fault(fault) if wanted(fault)))
    };
    if has(|fault| matches!(fault, EntryFault::NotPermitted(_))) {
        (
            Attached::KindNotPermitted,
            "the operator may not watch a described kind".to_owned(),
        )
    } else if has(|fault| matches!(fault, EntryFault::Unavailable)) {
        (
            Attached::KindNotFound,
            "a described kind cannot be listed for now".to_owned(),
        )
    } else if has(|fault| matches!(fault, EntryFault::NotServed | EntryFault::NotConfigured)) {
        (
            Attached::KindNotFound,
            "a described kind is not served or not configured".to_owned(),
        )
    } else if has(|fault| matches!(fault, EntryFault::NotCovered(_) | EntryFault::OutOfReach))
        || outcomes.contains(&Outcome::Unknown)
    {
        let message = "no described object is among those that this operator watches";
        (Attached::TargetNotFound, message.to_owned())
    } else {
        (Attached::TargetNotFound, "no described object exists".to_owned())
    }
}

fn ready_message(ready: Ready, page: &Page, findings: &[&Finding]) -> String {
    let count = |severity| findings.iter().filter(|finding| finding.severity() == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if let Some(worst) = findings
        .iter()
        .find(|finding| finding.is_fatal())
        .filter(|_| ready.is_stalled())
    {
        let more = if errors > 1 {
            format!(" (and {} more)", errors - 1)
        } else {
            String::new()
        };
        return format!("{} at {}: {}{more}", worst.code.id(), at(&worst.at), worst.message);
    }
    if let Some(missing) = page.missing().filter(|_| !ready.is_ready()) {
        return missing.message.clone();
    }
    match (errors, warnings) {
        (0, 0) => "no findings".to_owned(),
        (0, 1) => "1 warning".to_owned(),
        (0, warnings) => format!("{warnings} warnings"),
        (errors, warnings) => format!("{errors} errors, {warnings} warnings"),
    }
}

fn findings_summary(findings: &[&Finding]) -> FindingsSummary {
    let count = |severity| findings.iter().filter(|finding| finding.severity() == severity).count();
    let mut sample: Vec<&&Finding> = findings
        .iter()
        .filter(|finding| finding.severity() != Severity::Note)
        .collect();
    sample.sort_by_key(|finding| finding.severity());
    FindingsSummary {
        errors: clamp(count(Severity::Error)),
        warnings: clamp(count(Severity::Warning)),
        sample: sample
            .into_iter()
            .take(SAMPLE)
            .map(|finding| FindingSample {
                code: finding.code.id().to_owned(),
                at: clip(&at(&finding.at), AT_LIMIT),
                message: clip(&finding.message, MESSAGE_LIMIT),
            })
            .collect(),
    }
}

fn targets_summary(targets: &[TargetId]) -> TargetsSummary {
    TargetsSummary {
        matched: clamp(targets.len()),
        sample: targets
            .iter()
            .take(SAMPLE)
            .map(|target| clip(&target.to_string(), TARGET_LIMIT))
            .collect(),
    }
}

fn at(at: &At) -> String {
    match at {
        At::Object => "metadata".to_owned(),
        At::Field(path) | At::Key(path) => path.clone(),
        At::Content(span) => format!("content:{}", span.line),
        At::Text(span) => format!("byte {}", span.start),
    }
}

/// Shortens the samples until the status is small enough.
fn fit(status: &mut DocumentStatus) {
    let size = |status: &DocumentStatus| serde_json::to_vec(status).map_or(0, |json| json.len());
    while size(status) > STATUS_LIMIT {
        let targets = status
            .targets
            .as_mut()
            .and_then(|targets| targets.sample.pop())
            .is_some();
        let findings = status
            .findings
            .as_mut()
            .and_then(|findings| findings.sample.pop())
            .is_some();
        if !targets && !findings {
            break;
        }
    }
}

/// The status without the numbers that follow other objects. Messages count as numbers: whatever an edit of the
/// document changes shows in the generation or the digest as well.
fn without_counts(status: &DocumentStatus) -> DocumentStatus {
    let mut status = status.clone();
    status.targets = None;
    if let Some(findings) = &mut status.findings {
        findings.warnings = 0;
        findings.sample.clear();
    }
    for condition in &mut status.conditions {
        condition.message.clear();
    }
    status
}

fn clamp(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
