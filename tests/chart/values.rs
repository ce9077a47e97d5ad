//! Values: wrong ones are refused by name, right ones are what the code says.
//!
//! In: values, the schema, the code. Out: refusals by name, lists that agree. Must not: need a value twice.

use knowledge_operator::api::DEFAULT_KINDS;
use serde_json::{Value, json};

use super::{parsed, root, text};

#[test]
fn wrong_values_are_refused_and_named() {
    let cases = [
        (json!({ "replica": 3 }), "replica"),
        (json!({ "replicas": "two" }), "/replicas"),
        (json!({ "replicas": 21 }), "/replicas"),
        (json!({ "scope": "Namespace" }), "/scope"),
        (json!({ "access": { "mode": "open" } }), "/access/mode"),
        (json!({ "image": { "name": "x" } }), "name"),
        (json!({ "image": { "digest": "latest" } }), "/image/digest"),
        (json!({ "namespaces": ["Upper"] }), "/namespaces/0"),
        (json!({ "siteURL": "runbooks.example.org" }), "/siteURL"),
        (json!({ "targets": { "kinds": [] } }), "/targets/kinds"),
        (json!({ "targets": { "kinds": [{ "kind": "Deployment" }] } }), "group"),
        (
            json!({ "targets": { "extraKinds": [{ "group": "", "kind": "Secret" }] } }),
            "/targets/extraKinds/0/kind",
        ),
        (
            json!({ "targets": { "extraKinds": [{ "group": "a", "kind": "b" }] } }),
            "/targets/extraKinds/0/kind",
        ),
        (
            json!({ "networkPolicy": { "apiServerPorts": [] } }),
            "/networkPolicy/apiServerPorts",
        ),
        (json!({ "write": { "rate": 0 } }), "/write/rate"),
        (
            json!({ "podLabels": { "app.kubernetes.io/instance": "x" } }),
            "invalid propertyName 'app.kubernetes.io/instance'",
        ),
        (
            json!({ "extraLabels": { "helm.sh/chart": "x" } }),
            "invalid propertyName 'helm.sh/chart'",
        ),
        (
            json!({ "targets": { "kinds": null } }),
            "targets.kinds: a list of kinds is needed",
        ),
        (json!({ "log": { "format": "xml" } }), "/log/format"),
        (json!({ "service": { "type": "LoadBalancer" } }), "service"),
        (
            json!({ "sharedNamespaces": ["ops"], "namespaces": ["a"] }),
            "sharedNamespaces: ops is not watched",
        ),
        (
            json!({ "scope": "Namespaces", "sharedNamespaces": ["ops"] }),
            "sharedNamespaces: ops is not watched",
        ),
        (
            json!({ "ingress": { "enabled": true, "host": "a" } }),
            "say so with access.mode: none",
        ),
        (
            json!({ "ingress": { "enabled": true }, "access": { "mode": "none" } }),
            "ingress.host",
        ),
        (
            json!({ "ingress": { "enabled": true, "host": "a" }, "access": { "mode": "none" } }),
            "networkPolicy.site.from",
        ),
        (
            json!({ "serviceMonitor": { "enabled": true } }),
            "networkPolicy.metrics.from",
        ),
    ];
    for (values, named) in cases {
        let Some(rendered) = text(&values, &[]) else { return };
        let error = rendered.expect_err(&values.to_string());
        assert!(error.contains(named), "{values}: {error}");
    }
}

fn values() -> Value {
    let file = std::fs::read_to_string(root().join("charts/knowledge-operator/values.yaml")).unwrap();
    plain(&file)
}

/// YAML that is no object of Kubernetes.
fn plain(text: &str) -> Value {
    let mut value = parsed(&format!(
        "apiVersion: v1\nkind: Plain\n{}",
        text.replace("apiVersion: v2\n", "")
    ))
    .remove(0);
    value
        .as_object_mut()
        .unwrap()
        .retain(|key, _| key != "apiVersion" && key != "kind");
    value
}

/// One list in the code, one in the chart, each as long as the other.
#[test]
fn the_kinds_of_the_chart_are_those_of_the_code() {
    let kinds = values()["targets"]["kinds"].clone();
    let ours: Vec<Value> = DEFAULT_KINDS
        .iter()
        .map(|row| {
            let mut entry = json!({ "group": row.group, "kind": row.kind, "resource": row.plural });
            if !row.namespaced {
                entry["namespaced"] = json!(false);
            }
            entry
        })
        .collect();
    assert_eq!(kinds, json!(ours));
}

/// A value that the schema does not know could not be set; one that only the schema knows does nothing.
#[test]
fn schema_and_values_have_the_same_keys() {
    let file = std::fs::read_to_string(root().join("charts/knowledge-operator/values.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&file).unwrap();
    let ours = values();
    same_keys(&schema, &schema, &ours, "");
}

fn same_keys(root: &Value, schema: &Value, value: &Value, at: &str) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => root.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    let (Some(properties), Some(fields)) = (schema["properties"].as_object(), value.as_object()) else {
        return;
    };
    if at == ".resources" {
        return; // a part of a pod's specification
    }
    let mut known: Vec<&String> = properties.keys().filter(|key| *key != "global").collect();
    let mut set: Vec<&String> = fields.keys().collect();
    known.sort();
    set.sort();
    assert_eq!(known, set, "{at}");
    assert_eq!(schema["additionalProperties"], false, "{at}");
    for (key, value) in fields {
        same_keys(root, &properties[key], value, &format!("{at}.{key}"));
    }
}

/// One version: of the crate, the chart, the image.
#[test]
fn versions_agree() {
    let version = env!("CARGO_PKG_VERSION");
    let chart = std::fs::read_to_string(root().join("charts/knowledge-operator/Chart.yaml")).unwrap();
    let chart = plain(&chart);
    assert_eq!(chart["version"], version);
    assert_eq!(chart["appVersion"], version);
    let dockerfile = std::fs::read_to_string(root().join("Dockerfile")).unwrap();
    assert!(dockerfile.contains(&format!("\nARG VERSION={version}\n")));
}
