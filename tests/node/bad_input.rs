//! What goes wrong when people install it, and what they are told.
//!
//! In: installations that cannot be. Out: messages that name the place and the remedy. Must not: accept a bare failure.

use super::support::{NAME, Node, get, kubectl, try_helm, try_helm_as};

#[test]
fn a_second_installation_is_refused_and_the_first_is_named() {
    let Some(mut node) = Node::start() else { return };
    node.restricted("first");
    node.namespace("second");
    node.install("first", &[]);
    let second = [
        "install",
        "second",
        "charts/knowledge-operator",
        "--namespace",
        "second",
    ];
    let error = try_helm(&second).unwrap_err();
    assert!(
        error.contains("runbooks.knowledge.scs.community") || error.contains("knowledgearticles.knowledge"),
        "{error}"
    );
    assert!(
        error.contains("invalid ownership metadata") && error.contains("first"),
        "{error}"
    );
}

#[test]
fn definitions_of_a_newer_version_are_not_put_back() {
    let Some(mut node) = Node::start() else { return };
    node.restricted("newer");
    node.install("newer", &[]);
    let crd = "runbooks.knowledge.scs.community";
    kubectl(&["label", "crd", crd, "app.kubernetes.io/version=9.0.0", "--overwrite"]);
    let upgrade = ["upgrade", NAME, "charts/knowledge-operator", "--namespace", "newer"];
    let error = try_helm(&upgrade).unwrap_err();
    assert!(
        error.contains("runbooks.knowledge.scs.community of version 9.0.0"),
        "{error}"
    );
    assert!(error.contains("use a newer chart, or crds.install: false"), "{error}");
    node.upgrade("newer", &["--set", "crds.install=false"]);
    assert_eq!(
        get(&["crd", crd])["metadata"]["labels"]["app.kubernetes.io/version"],
        "9.0.0",
        "left as it is"
    );
}

/// Alice is the administrator of one namespace.
#[test]
fn without_cluster_wide_rights_helm_says_which_are_missing() {
    let Some(mut node) = Node::start() else { return };
    node.restricted("limited");
    kubectl(&[
        "create",
        "rolebinding",
        "alice",
        "--clusterrole=admin",
        "--user=alice",
        "-n",
        "limited",
    ]);
    let install = ["install", NAME, "charts/knowledge-operator", "--namespace", "limited"];
    let error = try_helm_as("ALICE", &install).unwrap_err();
    assert!(
        error.contains("forbidden") && error.contains("alice") && error.contains("cluster scope"),
        "{error}"
    );
}
