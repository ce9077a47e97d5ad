//! Objects of the scenarios.

use serde_json::{Value, json};

pub const BODY: &str =
    "# Title\n\n## Diagnosis\nLook at the pods first of all.\n\n## Mitigation\nRestart them one by one.\n";

pub fn namespace(name: &str, labels: &Value) -> Value {
    json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name, "labels": labels } })
}

pub fn deployment(place: &str, app: &str) -> Value {
    object(
        "apps/v1",
        "Deployment",
        place,
        &json!({ "app": app }),
        &json!({ "spec": { "replicas": 1 } }),
    )
}

pub fn service(place: &str) -> Value {
    object("v1", "Service", place, &json!({}), &json!({ "spec": { "ports": [] } }))
}

pub fn cluster(place: &str) -> Value {
    object(
        "cluster.x-k8s.io/v1beta1",
        "Cluster",
        place,
        &json!({}),
        &json!({ "spec": {} }),
    )
}

pub fn config_map(place: &str, labelled: bool, text: &str) -> Value {
    let labels = if labelled {
        json!({ "knowledge.scs.community/content": "true" })
    } else {
        json!({})
    };
    object("v1", "ConfigMap", place, &labels, &json!({ "data": { "text": text } }))
}

pub fn runbook(place: &str, spec: &Value) -> Value {
    object(
        "knowledge.scs.community/v1alpha1",
        "Runbook",
        place,
        &json!({}),
        &json!({ "spec": spec }),
    )
}

pub fn article(place: &str, spec: &Value) -> Value {
    object(
        "knowledge.scs.community/v1alpha1",
        "KnowledgeArticle",
        place,
        &json!({}),
        &json!({ "spec": spec }),
    )
}

/// A spec with content that describes these.
pub fn describes(applies_to: &Value) -> Value {
    json!({ "content": BODY, "appliesTo": applies_to })
}

pub fn named(name: &str) -> Value {
    json!({ "group": "apps", "kind": "Deployment", "name": name })
}

pub fn selected(app: &str) -> Value {
    json!({ "group": "apps", "kind": "Deployment", "selector": { "matchLabels": { "app": app } } })
}

fn object(version: &str, kind: &str, place: &str, labels: &Value, rest: &Value) -> Value {
    let (namespace, name) = place.split_once('/').unwrap();
    let mut object = json!({
        "apiVersion": version,
        "kind": kind,
        "metadata": { "name": name, "namespace": namespace, "labels": labels },
    });
    object
        .as_object_mut()
        .unwrap()
        .extend(rest.as_object().unwrap().clone());
    object
}
