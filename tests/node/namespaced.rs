//! `scope: Namespaces`: installed by somebody who administers one namespace and nothing else.
//!
//! In: Alice, who administers one namespace. Out: what the operator does with a Role alone.
//! Must not: use a right that Alice does not have.

use std::time::Duration;

use serde_json::{Value, json};

use super::support::{
    NAME, Node, RUNBOOKS, annotation, apply, document_is, eventually, get, http, kubectl, released, service,
    try_helm_as,
};

/// The one kind that is described here: Alice can give away only rights that she has.
const KINDS: &str = r#"targets.kinds=[{"group":"apps","kind":"Deployment","resource":"deployments"}]"#;

fn role(name: &str, group: &str, resources: &[&str], verbs: &[&str]) -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": { "name": name },
        "rules": [{ "apiGroups": [group], "resources": resources, "verbs": verbs }],
    })
}

fn runbook(namespace: &str) -> Value {
    json!({
        "apiVersion": "knowledge.scs.community/v1alpha1", "kind": "Runbook",
        "metadata": { "name": "doc", "namespace": namespace },
        "spec": {
            "content": "## Meaning\n\nText of it.",
            "appliesTo": [{ "group": "apps", "kind": "Deployment", "name": NAME }],
        },
    })
}

/// Helm as Alice, with the flags of this installation.
fn alice(verb: &str, flags: &[&str]) -> String {
    let scope = ["--set", "scope=Namespaces", "--set-json", KINDS];
    try_helm_as("ALICE", &released(verb, "team", &[&scope[..], flags].concat())).unwrap()
}

#[test]
fn the_administrator_of_a_namespace_installs_it_there() {
    let Some(mut node) = Node::start() else { return };
    node.restricted("team");
    node.namespace("other");
    kubectl(&["apply", "--server-side", "-f", "crds/"]);
    kubectl(&["wait", "--for=condition=Established", "--timeout=30s", "-f", "crds/"]);
    // What an administrator of a namespace lacks: documents and their status, and Events.
    let documents = [
        "runbooks",
        "knowledgearticles",
        "runbooks/status",
        "knowledgearticles/status",
    ];
    apply(&[
        role(
            "knowledge-all",
            "knowledge.scs.community",
            &documents,
            &["get", "list", "watch", "create", "update", "patch", "delete"],
        ),
        role("knowledge-events", "events.k8s.io", &["events"], &["create", "patch"]),
    ]);
    for role in ["admin", "knowledge-all", "knowledge-events"] {
        let (name, role) = (format!("alice-{role}"), format!("--clusterrole={role}"));
        kubectl(&["create", "rolebinding", &name, &role, "--user=alice", "-n", "team"]);
    }
    node.release(NAME, "team");
    alice("install", &[]);

    apply(&[runbook("team"), runbook("other")]);
    document_is("team", "runbook", "doc", "True/Published");
    let status = get(&["runbook", "doc", "-n", "team"])["status"].clone();
    let conditions = status["conditions"].as_array().unwrap();
    assert!(
        conditions.iter().any(|condition| condition["reason"] == "Disabled"),
        "{status}"
    );
    assert_eq!(status["targets"]["matched"], 1);
    assert_eq!(
        annotation("team", "deployment/knowledge-operator", RUNBOOKS),
        None,
        "nothing pins it there"
    );
    assert_eq!(
        get(&["runbook", "doc", "-n", "other"])["status"]["observedGeneration"],
        -1,
        "out of its sight"
    );
    let site = service("team", NAME, 80);
    eventually(
        "the site to know nothing of other namespaces",
        Duration::from_secs(10),
        || match http(site, "/namespaces/other") {
            Ok((404, _)) => Ok(()),
            other => Err(format!("{other:?}")),
        },
    );

    alice("upgrade", &["--set", "attach.enabled=true"]);
    eventually("the annotation", Duration::from_secs(20), || {
        let found = annotation("team", "deployment/knowledge-operator", RUNBOOKS);
        let listed = found.as_deref().is_some_and(|found| found.contains("doc"));
        listed.then_some(()).ok_or(format!("{found:?}"))
    });
    try_helm_as("ALICE", &["uninstall", NAME, "--namespace", "team", "--wait"]).unwrap();
    kubectl(&["delete", "clusterrole", "knowledge-all", "knowledge-events"]);
}
