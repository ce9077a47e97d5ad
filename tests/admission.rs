//! The webhook, lint and the controller say the same: over the tables of manifests and over a thousand documents of chance.

#![cfg(test)]

#[path = "manifests/table.rs"]
#[expect(dead_code, reason = "what is expected of a case is for those who lint it")]
mod table;

use std::collections::BTreeMap;
use std::sync::Arc;

use knowledge_operator::admission::{self, Review, Verdict};
use knowledge_operator::api::{DEFAULT_KINDS, DocumentKind, GroupKind};
use knowledge_operator::corpus::{Corpus, Coverage, Document, KindInfo, KindState, Object};
use knowledge_operator::finding::{Finding, Severity, Tier};
use knowledge_operator::manifest::parse_manifests;
use knowledge_operator::schema::{self, Identity};
use knowledge_operator::settings::Settings;
use knowledge_operator::site::Site;
use serde_json::{Value, json};

fn settings() -> Arc<Settings> {
    Arc::new(Settings {
        shared_namespaces: ["shared".into()].into(),
        ..Settings::default()
    })
}

/// A cluster that serves every default kind and holds these documents.
fn cluster(documents: &[(DocumentKind, &Value)]) -> Site {
    let kinds = DEFAULT_KINDS.iter().map(|row| {
        let info = KindInfo {
            plural: row.plural.into(),
            namespaced: row.namespaced,
            state: KindState::Listed,
        };
        (GroupKind::new(row.group, row.kind), info)
    });
    let mut corpus = Corpus::new(kinds, Coverage::Cluster);
    for (kind, object) in documents {
        if let Some(document) = Document::stored(*kind, object) {
            corpus.apply(Object::Document(Box::new(document)));
        }
    }
    Site::of(&corpus, settings())
}

fn errors(findings: &[&Finding], tier: Tier) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    let those = findings
        .iter()
        .filter(|finding| finding.tier() == tier && finding.severity() == Severity::Error);
    for finding in those {
        *counts
            .entry((finding.code.id().to_owned(), finding.message.clone()))
            .or_default() += 1;
    }
    counts
}

fn reviewed(kind: DocumentKind, object: &Value, old: Option<&Value>) -> Verdict {
    let review = Review {
        kind,
        object,
        old,
        subresource: "",
    };
    admission::review(review, &cluster(&[]))
}

/// What lint finds, what the webhook denies and whether the controller stalls, for a document that is created.
fn agrees(kind: DocumentKind, object: &Value) -> bool {
    let written = Document::written(kind, object);
    let Some(id) = written.map(|document| document.id) else {
        return false;
    };
    // What the API server itself refuses never gets to the webhook.
    if schema::check(kind, object)
        .iter()
        .any(|finding| finding.severity() == Severity::Error)
    {
        return false;
    }
    let site = cluster(&[(kind, object)]);
    let page = site.page(&id).unwrap();
    let found = page.findings();
    let denied = reviewed(kind, object, None).denied;
    assert_eq!(
        errors(&denied.iter().collect::<Vec<_>>(), Tier::Object),
        errors(&found, Tier::Object),
        "{object:#}"
    );
    assert_eq!(!denied.is_empty(), page.ready().is_stalled(), "{object:#}");
    true
}

#[test]
fn the_tables_of_manifests_are_judged_alike() {
    let mut judged = 0;
    for file in table::files() {
        for case in table::cases(&file) {
            for parsed in parse_manifests(&case.text).0 {
                if let Identity::Document(kind) = schema::identify(&parsed.value) {
                    judged += usize::from(agrees(kind, &parsed.value));
                }
            }
        }
    }
    assert!(judged > 60, "{judged}");
}

fn one<'a>(of: &[&'a str]) -> &'a str {
    of[fastrand::usize(..of.len())]
}

fn target() -> Value {
    let (group, kind) = *[
        ("apps", "Deployment"),
        ("", "Pod"),
        ("", "Node"),
        ("", "Namespace"),
        ("", "Secret"),
        ("x.y", "Thing"),
    ]
    .get(fastrand::usize(..6))
    .unwrap();
    let mut target = json!({ "group": group, "kind": kind });
    match fastrand::u8(..4) {
        0 => target["all"] = json!(true),
        1 => target["selector"] = json!({ "matchLabels": { "app": one(&["a", "b c", "-"]) } }),
        2 => {
            target["selector"] = json!({ "matchExpressions": [{ "key": one(&["app", "a b"]), "operator": "Exists" }] });
        }
        _ => target["name"] = json!(one(&["a", "shared", "own"])),
    }
    match fastrand::u8(..4) {
        0 => target["namespace"] = json!(one(&["own", "other"])),
        1 => target["namespaceSelector"] = json!({ "matchLabels": { "a": one(&["b", "c d"]) } }),
        _ => {}
    }
    target
}

fn document() -> Value {
    let content = match fastrand::u8(..12) {
        0 => String::new(),
        1 => " \n\t".to_owned(),
        2 => "```\nnever closed".to_owned(),
        3 => "[a](b.md) [c](#d) [e][f]".to_owned(),
        _ => "# Title\n\nSome words that say what to do.\n".to_owned(),
    };
    let targets: Vec<Value> = (0..fastrand::usize(..4)).map(|_| target()).collect();
    json!({
        "apiVersion": "knowledge.scs.community/v1alpha1",
        "kind": "Runbook",
        "metadata": { "name": "a", "namespace": one(&["own", "shared"]) },
        "spec": { "content": content, "appliesTo": targets },
    })
}

#[test]
fn a_thousand_documents_of_chance_are_judged_alike() {
    fastrand::seed(7);
    let (mut judged, mut denied) = (0, 0);
    while judged < 1_000 {
        let object = document();
        judged += usize::from(agrees(DocumentKind::Runbook, &object));
        denied += usize::from(!reviewed(DocumentKind::Runbook, &object, None).denied.is_empty());
    }
    assert!((200..900).contains(&denied), "{denied} of {judged} denied");
}

#[test]
fn an_update_is_denied_exactly_for_errors_that_are_new() {
    fastrand::seed(11);
    let (mut allowed, mut denied) = (0, 0);
    for _ in 0..1_000 {
        let (old, mut new) = (document(), document());
        new["metadata"] = old["metadata"].clone();
        // Some of them only move or keep what was there.
        match fastrand::u8(..4) {
            0 => new["spec"] = old["spec"].clone(),
            1 => {
                new["spec"]["appliesTo"] = old["spec"]["appliesTo"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .rev()
                    .cloned()
                    .collect();
            }
            _ => {}
        }
        let found = |object: &Value| {
            let site = cluster(&[(DocumentKind::Runbook, object)]);
            let page = site.pages().next().unwrap().clone();
            errors(&page.findings(), Tier::Object)
        };
        let (before, after) = (found(&old), found(&new));
        let is_new = after
            .iter()
            .any(|(error, count)| before.get(error).copied().unwrap_or_default() < *count);
        let verdict = reviewed(DocumentKind::Runbook, &new, Some(&old));
        assert_eq!(
            !verdict.denied.is_empty(),
            is_new && old["spec"] != new["spec"],
            "{old:#}\n{new:#}"
        );
        if is_new { denied += 1 } else { allowed += 1 }
    }
    assert!(allowed > 100 && denied > 100, "{allowed} {denied}");
}

#[test]
fn nothing_is_said_where_nothing_is_to_be_judged() {
    let mut broken = document();
    broken["spec"] = json!({ "content": "Text.", "appliesTo": [{ "kind": "Pod", "name": "a" }] });
    let silent = |object: &Value, old: Option<&Value>, subresource: &str| {
        let review = Review {
            kind: DocumentKind::Runbook,
            object,
            old,
            subresource,
        };
        admission::review(review, &cluster(&[])) == Verdict::default()
    };
    assert!(!silent(&broken, None, ""));
    assert!(silent(&broken, Some(&broken), ""), "the spec is as it was");
    assert!(silent(&broken, None, "status"));
    let mut leaving = broken.clone();
    leaving["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
    assert!(
        silent(&leaving, Some(&document()), ""),
        "a finalizer may be taken off whatever the spec says"
    );
    let verdict = reviewed(DocumentKind::Runbook, &broken, None);
    assert!(
        verdict
            .message()
            .unwrap()
            .starts_with("KB0120 at spec.appliesTo[0].kind: a Pod cannot be described")
    );
    for odd in [
        json!(null),
        json!(5),
        json!({}),
        json!({ "metadata": { "name": 5 } }),
        json!({ "metadata": { "name": "a" }, "spec": "x" }),
    ] {
        let _ = reviewed(DocumentKind::Runbook, &odd, Some(&odd));
        let _ = reviewed(DocumentKind::Runbook, &odd, None);
    }
}

#[test]
fn warnings_are_few_short_and_on_one_line() {
    let targets: Vec<Value> = (0..40)
        .map(|n| json!({ "group": "apps", "kind": "Deployment", "name": format!("gone-{n}-{}", "x".repeat(200)) }))
        .collect();
    let mut object = document();
    object["spec"] = json!({ "content": "Text.", "appliesTo": targets });
    let warnings = reviewed(DocumentKind::Runbook, &object, None).warnings;
    assert_eq!(warnings.len(), 10);
    assert!(
        warnings
            .iter()
            .all(|warning| warning.chars().count() <= 241 && !warning.contains('\n'))
    );
}
