//! The chart as Helm renders it, without a cluster. `tests/run chart` says where Helm and the judges are.
//!
//! In: values. Out: objects, or what Helm says. Must not: install anything; `tests/node` does that.

#![cfg(test)]

mod alerts;
mod kubeconform;
mod recipes;
mod rendering;
mod rights;
mod values;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use knowledge_operator::manifest::parse_manifests;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

/// What the chart makes of the values that people begin with.
const NAME: &str = "knowledge-operator";
/// The namespace of the release.
const NAMESPACE: &str = "operations";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// A program that `tests/run chart` names; `None`, aloud, when this is not run by it. In CI that is a failure.
fn program(name: &str) -> Option<PathBuf> {
    let variable = format!("KNOWLEDGE_TEST_{name}");
    let path = std::env::var_os(&variable).map(PathBuf::from);
    if path.is_none() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{variable} is not set");
        let _ = writeln!(std::io::stderr(), "SKIPPED: {variable} is not set; run tests/run chart");
    }
    path
}

/// Runs a program; an error is all that it said.
fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        Ok(said)
    } else {
        Err(said + &String::from_utf8_lossy(&output.stderr))
    }
}

/// A rendering as text, with the chart's own hooks and further flags of Helm.
fn text(values: &Value, flags: &[&str]) -> Option<Result<String, String>> {
    let helm = program("HELM")?;
    let mut file = NamedTempFile::with_suffix(".json").unwrap();
    file.write_all(values.to_string().as_bytes()).unwrap();
    let mut command = Command::new(helm);
    command
        .args(["template", NAME])
        .arg(root().join("charts/knowledge-operator"))
        .args(["--namespace", NAMESPACE, "--kube-version", "1.36.0", "--values"])
        .arg(file.path())
        .args(flags);
    Some(run(&mut command))
}

/// The objects of a rendering.
fn objects(values: &Value, flags: &[&str]) -> Option<Vec<Value>> {
    let text = text(values, flags)?.unwrap_or_else(|error| panic!("{values}: {error}"));
    Some(parsed(&text))
}

fn parsed(text: &str) -> Vec<Value> {
    let (objects, findings) = parse_manifests(text);
    assert_eq!(findings, [], "{text}");
    objects
        .into_iter()
        .map(|object| object.value)
        .filter(|value| !value.is_null())
        .collect()
}

/// The one object of this kind and name.
fn find<'a>(objects: &'a [Value], kind: &str, name: &str) -> &'a Value {
    objects
        .iter()
        .find(|object| object["kind"] == kind && object["metadata"]["name"] == name)
        .unwrap_or_else(|| panic!("no {kind} {name}"))
}

/// Flags that make Helm believe that our kinds are served, as they are from the second release on.
const SERVED: [&str; 2] = ["--api-versions", "knowledge.scs.community/v1alpha1"];

/// Every switch the other way round, so that what is off by default is looked at too.
fn everything() -> Value {
    json!({
        "scope": "Cluster",
        "clusterName": "prod-eu1",
        "siteURL": "https://runbooks.example.org/knowledge",
        "namespaces": ["a", "b", "operations", "ops"],
        "sharedNamespaces": ["ops"],
        "detachOnUninstall": true,
        "crds": { "clusterctlMove": true },
        "access": { "mode": "none" },
        "targets": { "extraKinds": [{ "group": "example.org", "kind": "Widget", "resource": "widgets" }] },
        "networkPolicy": {
            "site": { "from": [{ "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": "ingress" } } }] },
            "metrics": { "from": [{ "namespaceSelector": {} }] },
        },
        "ingress": {
            "enabled": true, "className": "nginx", "host": "runbooks.example.org", "path": "/knowledge",
            "annotations": { "a": "b" }, "tls": [{ "secretName": "tls", "hosts": ["runbooks.example.org"] }],
        },
        "serviceMonitor": { "enabled": true, "labels": { "release": "prometheus" } },
        "prometheusRule": { "enabled": true, "labels": { "release": "prometheus" } },
        "image": { "digest": format!("sha256:{}", "0".repeat(64)) },
        "imagePullSecrets": [{ "name": "registry" }],
        "priorityClassName": "system-cluster-critical",
        "nodeSelector": { "kubernetes.io/os": "linux" },
        "tolerations": [{ "key": "control-plane", "operator": "Exists" }],
        "affinity": { "nodeAffinity": {} },
        "topologySpreadConstraints": [{
            "topologyKey": "zone", "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {},
        }],
        "podAnnotations": { "c": "d" },
        "podLabels": { "e": "f", "team": "twice" },
        "extraLabels": { "team": "platform" },
    })
}

/// An installation that touches nothing outside of its namespaces.
fn namespaced() -> Value {
    json!({ "scope": "Namespaces", "namespaces": ["a", "b", NAMESPACE] })
}
