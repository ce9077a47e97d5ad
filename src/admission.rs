//! One review: what an object that is about to be stored is denied for, and what is said about it. Pure.
//!
//! In: the object, what it was before, the last snapshot. Out: [`Verdict`].
//! Must not: deny what another object shows or what was wrong before, or say anything that `lint` and the controller
//! would not; they ask the same functions. Whatever is stored without a review is just as safe.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::api::DocumentKind;
use crate::corpus::Document;
use crate::finding::{At, Code, Finding, Severity, Tier};
use crate::site::Site;

/// How many warnings are said; kubectl prints each on a line.
const WARNINGS: usize = 10;
/// Longest warning, in characters; the API server advises against more than 256 bytes
/// (<https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response>).
const LENGTH: usize = 240;

/// What is about to be stored.
#[derive(Clone, Copy, Debug)]
pub struct Review<'a> {
    /// Which kind of document.
    pub kind: DocumentKind,
    /// The object as it would be.
    pub object: &'a Value,
    /// The object as it is; `None` when it is created.
    pub old: Option<&'a Value>,
    /// The subresource that is written; empty for the object itself.
    pub subresource: &'a str,
}

/// What is answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The findings it is denied for; allowed when empty.
    pub denied: Vec<Finding>,
    /// What is said about it otherwise.
    pub warnings: Vec<String>,
}

/// Judges an object. Without a snapshot nothing is said that needs other objects.
pub fn review(review: Review<'_>, site: &Site) -> Verdict {
    let part = |object: &Value, part: &str| object.pointer(part).cloned().unwrap_or_default();
    let untouched = review
        .old
        .is_some_and(|old| part(old, "/spec") == part(review.object, "/spec"));
    let leaving = !part(review.object, "/metadata/deletionTimestamp").is_null();
    if !review.subresource.is_empty() || untouched || leaving {
        return Verdict::default();
    }
    let Some(findings) = judged(review.kind, review.object, site) else {
        return Verdict::default();
    };
    let mut before = review
        .old
        .and_then(|old| judged(review.kind, old, site))
        .map(counted)
        .unwrap_or_default();
    let mut verdict = Verdict::default();
    for finding in findings {
        // What the API server itself refuses does not get here; where its schema is older than ours, that is its affair.
        let is_error = finding.severity() == Severity::Error && finding.tier() == Tier::Object;
        if is_error && !take(&mut before, &finding) {
            verdict.denied.push(finding);
        } else if finding.severity() != Severity::Note && verdict.warnings.len() < WARNINGS {
            verdict.warnings.push(told(&finding, LENGTH));
        }
    }
    verdict
}

impl Verdict {
    /// Why it is denied, as people read it; `None` when it is allowed.
    pub fn message(&self) -> Option<String> {
        let (first, more) = self.denied.split_first()?;
        let more = match more.len() {
            0 => String::new(),
            count => format!(" (and {count} more)"),
        };
        Some(told(first, 1_000) + &more)
    }
}

/// The findings about an object, as if it were stored; `None` when it has no name yet, as with `generateName`.
fn judged(kind: DocumentKind, object: &Value, site: &Site) -> Option<Vec<Finding>> {
    Document::stored(kind, object).map(|document| site.judge(&Arc::new(document)))
}

/// What an error is, wherever in the document it stands: moving an entry makes no new error.
type Same = (Code, String);

fn counted(findings: Vec<Finding>) -> BTreeMap<Same, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry((finding.code, finding.message)).or_default() += 1;
    }
    counts
}

fn take(before: &mut BTreeMap<Same, usize>, finding: &Finding) -> bool {
    match before.get_mut(&(finding.code, finding.message.clone())) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}

/// `KB0120 at spec.appliesTo[0].kind: a Pod cannot be described (describe the Deployment)`.
fn told(finding: &Finding, length: usize) -> String {
    let at = match &finding.at {
        At::Object => String::new(),
        At::Field(path) | At::Key(path) => format!(" at {path}"),
        At::Content(span) => format!(" at content line {}", span.line),
        At::Text(_) => String::new(),
    };
    let help = finding
        .help
        .as_ref()
        .map(|help| format!(" ({help})"))
        .unwrap_or_default();
    let text = format!("{}{at}: {}{help}", finding.code.id(), finding.message);
    let text = text.replace(char::is_control, " ");
    match text.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
