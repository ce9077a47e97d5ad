//! What is planned: statuses that keep the rules of conditions and of kstatus, annotations, and nothing twice.

#![cfg(test)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::jiff::Timestamp;
use knowledge_operator::api::{DocumentKind, DocumentStatus, GroupKind};
use knowledge_operator::corpus::{
    Corpus, Coverage, Document, DocumentId, KindInfo, KindState, Object, ObjectId, TargetId, TargetMeta,
};
use knowledge_operator::plan::{self, Held, TargetPlan, Urgency};
use knowledge_operator::settings::Settings;
use knowledge_operator::site::Site;
use serde_json::{Value, json};

const BODY: &str = "# T\n\n## Diagnosis\nLook at the pods first.\n\n## Mitigation\nRestart all of them.\n";

fn deployment() -> GroupKind {
    GroupKind::new("apps", "Deployment")
}

/// A cluster that serves Deployments and Namespaces, may not show Ingresses and has no Cluster API.
fn cluster() -> Corpus {
    covering(Coverage::Cluster)
}

fn covering(coverage: Coverage) -> Corpus {
    let kinds = [
        (deployment(), "deployments", true, KindState::Listed),
        (GroupKind::namespace(), "namespaces", false, KindState::Listed),
        (GroupKind::new("", "Node"), "nodes", false, KindState::Listed),
        (
            GroupKind::new("networking.k8s.io", "Ingress"),
            "ingresses",
            true,
            KindState::NotPermitted,
        ),
        (
            GroupKind::new("cluster.x-k8s.io", "Cluster"),
            "clusters",
            true,
            KindState::NotServed,
        ),
    ];
    let kinds = kinds.map(|(kind, plural, namespaced, state)| {
        let plural = plural.into();
        (
            kind,
            KindInfo {
                plural,
                namespaced,
                state,
            },
        )
    });
    Corpus::new(kinds, coverage)
}

fn document(corpus: &mut Corpus, name: &str, spec: &Value) -> DocumentId {
    status(corpus, name, spec, None)
}

fn status(corpus: &mut Corpus, name: &str, spec: &Value, status: Option<&DocumentStatus>) -> DocumentId {
    let (namespace, name) = name.split_once('/').unwrap_or(("a", name));
    let object = json!({
        "apiVersion": "knowledge.scs.community/v1alpha1",
        "kind": "Runbook",
        "metadata": { "name": name, "namespace": namespace, "generation": 3, "uid": "u", "resourceVersion": "7" },
        "spec": spec,
        "status": status,
    });
    let document = Document::stored(DocumentKind::Runbook, &object).unwrap();
    let id = document.id.clone();
    corpus.apply(Object::Document(Box::new(document)));
    id
}

fn target(
    corpus: &mut Corpus,
    kind: &GroupKind,
    namespace: &str,
    name: &str,
    annotations: &[(&str, &str)],
) -> TargetId {
    let meta = ObjectMeta {
        name: Some(name.to_owned()),
        namespace: Some(namespace.to_owned()),
        uid: Some("uid".to_owned()),
        resource_version: Some("1".to_owned()),
        labels: Some(BTreeMap::from([("app".to_owned(), name.to_owned())])),
        annotations: Some(
            annotations
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
        ),
        ..ObjectMeta::default()
    };
    let target = TargetMeta::prune(kind, meta).unwrap();
    let id = target.id.clone();
    corpus.apply(Object::Target(target));
    id
}

fn site(corpus: &Corpus) -> Site {
    Site::of(
        corpus,
        Arc::new(Settings {
            shared_namespaces: ["shared".into()].into(),
            ..Settings::default()
        }),
    )
}

fn plan(site: &Site, id: &DocumentId) -> Option<plan::StatusPlan> {
    plan::document(site, site.page(id).unwrap(), &|_| None, Timestamp::UNIX_EPOCH)
}

/// `Ready=True/Published Attached=False/TargetNotFound ...`, in the order of the status.
fn conditions(status: &DocumentStatus) -> String {
    let all = status
        .conditions
        .iter()
        .map(|c| format!("{}={}/{}", c.type_, c.status, c.reason));
    all.collect::<Vec<_>>().join(" ")
}

#[test]
fn each_situation_has_its_conditions() {
    let entry = |target: Value| json!({ "content": BODY, "appliesTo": [target] });
    let api = json!({ "group": "apps", "kind": "Deployment", "name": "api" });
    let cases = [
        (
            json!({ "content": BODY }),
            "Attached=True/NothingToAttach Ready=True/Published",
        ),
        (entry(api.clone()), "Attached=True/Attached Ready=True/Published"),
        (
            entry(json!({ "group": "apps", "kind": "Deployment", "name": "no" })),
            "Attached=False/TargetNotFound Ready=True/Published",
        ),
        (
            json!({ "content": BODY, "appliesTo": [api.clone(), { "group": "apps", "kind": "Deployment", "name": "no" }] }),
            "Attached=False/PartlyAttached Ready=True/Published",
        ),
        (
            entry(json!({ "group": "cluster.x-k8s.io", "kind": "Cluster", "all": true })),
            "Attached=False/KindNotFound Ready=True/Published",
        ),
        (
            entry(json!({ "group": "x.y", "kind": "Thing", "all": true })),
            "Attached=False/KindNotFound Ready=True/Published",
        ),
        (
            entry(json!({ "group": "networking.k8s.io", "kind": "Ingress", "all": true })),
            "Attached=False/KindNotPermitted Ready=True/Published",
        ),
        (
            entry(json!({ "kind": "Pod", "name": "api-0" })),
            "Attached=False/TargetNotFound Ready=False/InvalidSpec Stalled=True/InvalidSpec",
        ),
        (
            entry(json!({ "group": "apps", "kind": "Deployment", "name": "api", "namespace": "b" })),
            "Attached=False/TargetNotFound Ready=False/InvalidSpec Stalled=True/InvalidSpec",
        ),
        (
            entry(json!({ "kind": "Node", "name": "worker" })),
            "Attached=False/TargetNotFound Ready=False/InvalidSpec Stalled=True/InvalidSpec",
        ),
        (
            entry(json!({ "kind": "Node", "name": "worker", "namespace": "a" })),
            "Attached=False/TargetNotFound Ready=False/InvalidSpec Stalled=True/InvalidSpec",
        ),
        (
            entry(json!({ "kind": "Namespace", "name": "a", "namespace": "a" })),
            "Attached=False/TargetNotFound Ready=False/InvalidSpec Stalled=True/InvalidSpec",
        ),
        (
            entry(json!({ "kind": "Namespace", "name": "a" })),
            "Attached=True/Attached Ready=True/Published",
        ),
        (
            entry(json!({ "kind": "Namespace", "name": "b" })),
            "Attached=False/TargetNotFound Ready=False/InvalidSpec Stalled=True/InvalidSpec",
        ),
        (
            json!({ "content": "" }),
            "Attached=True/NothingToAttach Ready=False/InvalidContent Stalled=True/InvalidContent",
        ),
        (
            json!({ "content": "x".repeat(1_100_000) }),
            "Attached=True/NothingToAttach Ready=False/TooLarge Stalled=True/TooLarge",
        ),
        (
            json!({ "contentFrom": { "configMapKeyRef": { "name": "m", "key": "k" } } }),
            "Attached=True/NothingToAttach Ready=False/ContentNotLabelled Reconciling=True/ContentNotLabelled",
        ),
        (
            json!({ "content": BODY, "tags": "one" }),
            "Attached=True/NothingToAttach Ready=False/InvalidSpec Stalled=True/InvalidSpec",
        ),
    ];
    for (spec, expect) in cases {
        let mut corpus = cluster();
        target(&mut corpus, &deployment(), "a", "api", &[]);
        target(&mut corpus, &deployment(), "b", "api", &[]);
        target(&mut corpus, &GroupKind::namespace(), "", "a", &[]);
        target(&mut corpus, &GroupKind::namespace(), "", "b", &[]);
        let id = document(&mut corpus, "doc", &spec);
        let status_planned = plan(&site(&corpus), &id).unwrap().status;
        let shown: String = spec.to_string().chars().take(200).collect();
        assert_eq!(conditions(&status_planned), expect, "{shown}");
        assert_eq!(status_planned.observed_generation, Some(3));
        assert!(
            status_planned
                .conditions
                .iter()
                .all(|condition| condition.observed_generation == Some(3))
        );
        // What was written is not written again.
        status(&mut corpus, "doc", &spec, Some(&status_planned));
        assert_eq!(plan(&site(&corpus), &id), None, "{shown}");
    }
}

#[test]
fn the_transition_time_moves_only_with_the_status() {
    let mut corpus = cluster();
    let spec = json!({ "content": BODY, "appliesTo": [{ "group": "apps", "kind": "Deployment", "name": "api" }] });
    let id = document(&mut corpus, "doc", &spec);
    let first = plan(&site(&corpus), &id).unwrap().status;
    status(&mut corpus, "doc", &spec, Some(&first));
    target(&mut corpus, &deployment(), "a", "api", &[]);
    let site = site(&corpus);
    let later = Timestamp::from_second(1_000).unwrap();
    let second = plan::document(&site, site.page(&id).unwrap(), &|_| None, later)
        .unwrap()
        .status;
    let time = |status: &DocumentStatus, type_: &str| {
        status
            .conditions
            .iter()
            .find(|condition| condition.type_ == type_)
            .unwrap()
            .last_transition_time
            .0
    };
    assert_eq!(time(&second, "Ready"), Timestamp::UNIX_EPOCH);
    assert_eq!(time(&second, "Attached"), later);
}

#[test]
fn only_numbers_wait() {
    let mut corpus = cluster();
    let spec = json!({ "content": BODY, "appliesTo": [{ "group": "apps", "kind": "Deployment", "all": true }] });
    target(&mut corpus, &deployment(), "a", "one", &[]);
    let id = document(&mut corpus, "doc", &spec);
    let first = plan(&site(&corpus), &id).unwrap();
    assert_eq!(first.urgency, Urgency::Now);
    status(&mut corpus, "doc", &spec, Some(&first.status));
    target(&mut corpus, &deployment(), "a", "two", &[]);
    let more = plan(&site(&corpus), &id).unwrap();
    assert_eq!(more.urgency, Urgency::Counts);
    let now = Instant::now();
    let seconds = |n| now + Duration::from_secs(n);
    assert_eq!(more.waits_until(None, now), None);
    assert_eq!(more.waits_until(Some(now), seconds(29)), Some(seconds(30)));
    assert_eq!(more.waits_until(Some(now), seconds(30)), None);
    assert_eq!(first.waits_until(Some(now), now), None);
}

#[test]
fn warnings_that_others_cause_are_numbers_too() {
    let mut corpus = cluster();
    let related = json!([{ "kind": "Runbook", "name": "other" }]);
    let spec = json!({ "content": BODY, "related": related });
    document(&mut corpus, "other", &json!({ "content": BODY }));
    let id = document(&mut corpus, "doc", &spec);
    let first = plan(&site(&corpus), &id).unwrap().status;
    status(&mut corpus, "doc", &spec, Some(&first));
    corpus.delete(&ObjectId::Document(DocumentId::new(
        DocumentKind::Runbook,
        "a",
        "other",
    )));
    let second = plan(&site(&corpus), &id).unwrap();
    assert_eq!(second.status.findings.as_ref().unwrap().warnings, 1);
    assert_eq!(second.urgency, Urgency::Counts);
}

#[test]
fn what_is_held_back_is_said_and_ready_stays() {
    let mut corpus = cluster();
    let api = target(&mut corpus, &deployment(), "a", "api", &[]);
    let spec = json!({ "content": BODY, "appliesTo": [{ "group": "apps", "kind": "Deployment", "name": "api" }] });
    let id = document(&mut corpus, "doc", &spec);
    let site = site(&corpus);
    for (why, expect, message) in [
        (
            Held::Contested,
            "Attached=False/Contested Ready=True/Published",
            "someone else keeps changing",
        ),
        (
            Held::NotPermitted,
            "Attached=False/KindNotPermitted Ready=True/Published",
            r#"{apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"]}"#,
        ),
        (
            Held::Refused("the admission webhook x".into()),
            "Attached=False/KindNotPermitted Ready=True/Published",
            "the admission webhook x refuses to have Deployment.apps/a/api annotated",
        ),
    ] {
        let held = |target: &TargetId| (*target == api).then(|| why.clone());
        let plan = plan::document(&site, site.page(&id).unwrap(), &held, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(conditions(&plan.status), expect);
        assert!(
            plan.status.conditions[0].message.contains(message),
            "{:?}",
            plan.status.conditions[0]
        );
    }
}

#[test]
fn absence_is_claimed_only_of_what_was_looked_at() {
    let deployment_in = |place: Value| {
        let mut target = json!({ "group": "apps", "kind": "Deployment", "name": "no" });
        target
            .as_object_mut()
            .unwrap()
            .extend(place.as_object().unwrap().clone());
        json!({ "content": BODY, "appliesTo": [target] })
    };
    let labelled = json!({ "matchLabels": { "app": "b" } });
    let from = json!({ "contentFrom": { "configMapKeyRef": { "name": "m", "key": "k" } } });
    let bound = || Coverage::of(&["a".to_owned(), "shared".to_owned()]);
    let related = |namespace: &str| json!({ "content": BODY, "related": [{ "kind": "KnowledgeArticle", "namespace": namespace, "name": "no" }] });
    for (coverage, spec, expect) in [
        (Coverage::Cluster, deployment_in(json!({ "namespace": "b" })), "KB0123"),
        (bound(), deployment_in(json!({ "namespace": "a" })), "KB0123"),
        (bound(), deployment_in(json!({ "namespace": "b" })), "KB0127"),
        (bound(), deployment_in(json!({ "namespaceSelector": labelled })), ""),
        (Coverage::Given, deployment_in(json!({ "namespace": "a" })), "KB0123"),
        (Coverage::Given, deployment_in(json!({ "namespace": "b" })), ""),
        (
            Coverage::Given,
            deployment_in(json!({ "namespaceSelector": labelled })),
            "",
        ),
        (Coverage::Cluster, from.clone(), "KB0140"),
        (bound(), from.clone(), "KB0140"),
        (Coverage::Given, from.clone(), "KB0144"),
        (Coverage::Cluster, related("shared"), "KB0131"),
        (Coverage::Given, related("shared"), ""),
    ] {
        let mut corpus = covering(coverage.clone());
        target(&mut corpus, &deployment(), "a", "api", &[]);
        let id = document(&mut corpus, "shared/doc", &spec);
        let site = site(&corpus);
        let found: Vec<&str> = site
            .page(&id)
            .unwrap()
            .findings()
            .iter()
            .map(|finding| finding.code.id())
            .collect();
        assert_eq!(found.join(" "), expect, "{coverage:?} {spec}");
    }
    let mut corpus = covering(Coverage::Given);
    corpus.note_config_map("a");
    let id = document(&mut corpus, "a/doc", &from);
    let site = site(&corpus);
    assert_eq!(site.page(&id).unwrap().findings()[0].code.id(), "KB0140");
}

#[test]
fn a_status_stays_small() {
    let mut corpus = cluster();
    let long = "ü".repeat(200);
    for n in 0..50 {
        target(&mut corpus, &deployment(), "a", &format!("{n}-{long}"), &[]);
    }
    let links: String = (0..200).map(|n| format!("[x]({long}{n}.md)\n")).collect();
    let spec = json!({
        "content": format!("{BODY}\n{links}"),
        "appliesTo": [{ "group": "apps", "kind": "Deployment", "all": true }],
    });
    let id = document(&mut corpus, "doc", &spec);
    let status = plan(&site(&corpus), &id).unwrap().status;
    assert!(serde_json::to_vec(&status).unwrap().len() <= 8 * 1024);
    assert_eq!(status.findings.unwrap().warnings, 200);
    assert_eq!(status.targets.unwrap().matched, 50);
    assert!(
        status
            .conditions
            .iter()
            .all(|condition| condition.message.chars().count() <= 256)
    );
}

#[test]
fn annotations_are_set_corrected_and_removed() {
    let runbooks = "knowledge.scs.community/runbooks";
    let set = |value: &str| TargetPlan::Set {
        runbooks: Some(value.to_owned()),
        articles: None,
    };
    for (annotations, documents, expect) in [
        (vec![], vec!["doc"], set("doc")),
        (vec![(runbooks, "doc")], vec!["doc"], TargetPlan::Nothing),
        (vec![(runbooks, "old")], vec!["doc"], set("doc")),
        (vec![(runbooks, "doc")], vec![], TargetPlan::Remove(vec![runbooks])),
        (vec![], vec![], TargetPlan::Nothing),
        (vec![], vec!["b", "a", "shared/c"], set("a,b,shared/c")),
        (
            vec![("knowledge.scs.community/articles", "stale"), (runbooks, "doc")],
            vec!["doc"],
            TargetPlan::Remove(vec!["knowledge.scs.community/articles"]),
        ),
        (
            vec![("knowledge.scs.community/attach", "false"), (runbooks, "doc")],
            vec!["doc"],
            TargetPlan::Remove(vec![runbooks]),
        ),
        (
            vec![("knowledge.scs.community/attach", "false")],
            vec!["doc"],
            TargetPlan::Nothing,
        ),
    ] {
        let mut corpus = cluster();
        let id = target(&mut corpus, &deployment(), "a", "api", &annotations);
        for name in &documents {
            let spec = json!({
                "content": BODY,
                "appliesTo": [{ "group": "apps", "kind": "Deployment", "name": "api", "namespace": "a" }],
            });
            document(&mut corpus, name, &spec);
        }
        let site = site(&corpus);
        assert_eq!(
            plan::target(&site, &site.target(&id).unwrap().meta),
            expect,
            "{annotations:?} {documents:?}"
        );
    }
}

#[test]
fn an_annotation_lists_twenty_and_says_that_there_are_more() {
    let mut corpus = cluster();
    let id = target(&mut corpus, &deployment(), "a", "api", &[]);
    let spec = json!({ "content": BODY, "appliesTo": [{ "group": "apps", "kind": "Deployment", "name": "api" }] });
    for n in 0..25 {
        document(&mut corpus, &format!("doc-{n:02}"), &spec);
    }
    let site = site(&corpus);
    let TargetPlan::Set {
        runbooks: Some(value), ..
    } = plan::target(&site, &site.target(&id).unwrap().meta)
    else {
        panic!("nothing is set");
    };
    let listed: Vec<&str> = value.split(',').collect();
    assert_eq!(listed.len(), 21);
    assert_eq!((listed[0], listed[19], listed[20]), ("doc-00", "doc-19", "..."));
}

#[test]
fn who_opted_out_is_told_in_the_condition_and_not_written_to() {
    let mut corpus = cluster();
    target(
        &mut corpus,
        &GroupKind::namespace(),
        "",
        "a",
        &[("knowledge.scs.community/attach", "false")],
    );
    let id = target(&mut corpus, &deployment(), "a", "api", &[]);
    let spec = json!({ "content": BODY, "appliesTo": [{ "group": "apps", "kind": "Deployment", "name": "api" }] });
    let doc = document(&mut corpus, "doc", &spec);
    let site = site(&corpus);
    assert_eq!(
        plan::target(&site, &site.target(&id).unwrap().meta),
        TargetPlan::Nothing
    );
    let status = plan(&site, &doc).unwrap().status;
    assert_eq!(conditions(&status), "Attached=False/OptedOut Ready=True/Published");
    assert_eq!(status.findings.unwrap().warnings, 0, "the document did not cause it");
}

#[test]
fn without_attaching_everything_is_removed_and_the_condition_is_unknown() {
    let mut corpus = cluster();
    let id = target(
        &mut corpus,
        &deployment(),
        "a",
        "api",
        &[("knowledge.scs.community/runbooks", "doc")],
    );
    let spec = json!({ "content": BODY, "appliesTo": [{ "group": "apps", "kind": "Deployment", "name": "api" }] });
    let doc = document(&mut corpus, "doc", &spec);
    let site = Site::of(
        &corpus,
        Arc::new(Settings {
            attach: false,
            ..Settings::default()
        }),
    );
    let planned = plan::target(&site, &site.target(&id).unwrap().meta);
    assert_eq!(planned, TargetPlan::Remove(vec!["knowledge.scs.community/runbooks"]));
    assert_eq!(
        conditions(&plan(&site, &doc).unwrap().status),
        "Attached=Unknown/Disabled Ready=True/Published"
    );
}
