//! One target to the annotations it should carry.
//!
//! In: the site and the target as it was seen. Out: [`TargetPlan`].
//! Must not: be able to say anything about a target but our two annotations.

use crate::api::{DocumentKind, names};
use crate::corpus::TargetMeta;
use crate::site::{Describing, Site};

/// How many documents an annotation lists before it ends in `...`.
const LISTED: usize = 20;

/// What to write to a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetPlan {
    /// Nothing: it is as it should be.
    Nothing,
    /// Set these annotations by server-side apply; one that is `None` is given up.
    Set {
        /// `knowledge.scs.community/runbooks`.
        runbooks: Option<String>,
        /// `knowledge.scs.community/articles`.
        articles: Option<String>,
    },
    /// Remove these annotations by merge patch, whoever wrote them.
    Remove(Vec<&'static str>),
}

/// Compares what a target carries with what it should carry.
pub fn target(site: &Site, seen: &TargetMeta) -> TargetPlan {
    if seen.deleting {
        return TargetPlan::Nothing;
    }
    let wanted = if site.writes_to(seen) {
        site.described(&seen.id)
    } else {
        &[]
    };
    let runbooks = annotation(wanted, DocumentKind::Runbook, &seen.id.namespace);
    let articles = annotation(wanted, DocumentKind::KnowledgeArticle, &seen.id.namespace);
    let pairs = [
        (
            names::ARTICLES_ANNOTATION,
            articles.as_deref(),
            seen.articles.as_deref(),
        ),
        (
            names::RUNBOOKS_ANNOTATION,
            runbooks.as_deref(),
            seen.runbooks.as_deref(),
        ),
    ];
    if pairs.iter().any(|(_, wanted, have)| wanted.is_some() && wanted != have) {
        return TargetPlan::Set { runbooks, articles };
    }
    // Server-side apply only takes back what we applied. A value that a roll-back or a copy brought belongs to someone
    // else, so removal names the keys outright.
    stale(seen, &pairs.map(|(key, wanted, _)| (key, wanted.is_some())))
}

/// Takes our annotations off an object, whoever wrote them.
pub fn removal(seen: &TargetMeta) -> TargetPlan {
    stale(
        seen,
        &[(names::ARTICLES_ANNOTATION, false), (names::RUNBOOKS_ANNOTATION, false)],
    )
}

/// Removes what an object carries and nobody wants.
fn stale(seen: &TargetMeta, wanted: &[(&'static str, bool)]) -> TargetPlan {
    let carries = |key: &str| match key {
        names::ARTICLES_ANNOTATION => seen.articles.is_some(),
        _ => seen.runbooks.is_some(),
    };
    let stale = wanted.iter().filter(|(key, wanted)| !wanted && carries(key));
    let stale: Vec<&str> = stale.map(|(key, _)| *key).collect();
    if stale.is_empty() {
        TargetPlan::Nothing
    } else {
        TargetPlan::Remove(stale)
    }
}

/// The value of an annotation on an object of `namespace`: names, sorted, those of other namespaces with theirs.
pub fn annotation(documents: &[Describing], kind: DocumentKind, namespace: &str) -> Option<String> {
    let of_kind = documents.iter().filter(|describing| describing.document.kind == kind);
    let mut listed: Vec<String> = of_kind
        .map(|describing| describing.document.seen_from(namespace))
        .collect();
    listed.sort();
    if listed.len() > LISTED {
        listed.truncate(LISTED);
        listed.push("...".to_owned());
    }
    if listed.is_empty() {
        None
    } else {
        Some(listed.join(","))
    }
}
