//! The first GitOps recipe, with Flux's own kustomize-controller: `docs/gitops/flux` applied from an artifact that is
//! `docs/gitops/kustomize`.
//!
//! In: those files, changed as an author would. Out: what Flux says of its Kustomizations and what is in the cluster.
//! Must not: wait for a time; every step has a condition.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use super::repository::{Flux, TEAM, Watch};
use super::support::{NAME, Node, RUNBOOKS, annotated, at_rest, document_is, eventually, get, kubectl, variable};

/// Flux's kind, told apart from Kustomize's.
const KUSTOMIZATION: &str = "kustomization.kustomize.toolkit.fluxcd.io";

/// Waits until a Kustomization says this of a revision: `Ready`, or a reason for not being so and a part of its message.
fn says(name: &str, revision: &str, expect: &str, message: &str) {
    eventually(
        &format!("{name} to be {expect} at {revision}"),
        Duration::from_secs(60),
        || {
            let found = get(&[KUSTOMIZATION, name, "-n", TEAM]);
            let conditions = found["status"]["conditions"].as_array().cloned().unwrap_or_default();
            let ready = conditions
                .iter()
                .find(|one| one["type"] == "Ready")
                .cloned()
                .unwrap_or_default();
            let is = if ready["status"] == "True" {
                "Ready"
            } else {
                ready["reason"].as_str().unwrap_or_default()
            };
            let tried = &found["status"]["lastAttemptedRevision"];
            let told = ready["message"].as_str().unwrap_or_default();
            if tried == revision && is == expect && told.contains(message) {
                Ok(())
            } else {
                Err(format!("{tried} {ready}"))
            }
        },
    );
}

fn deployment() -> Value {
    get(&["deployment", TEAM, "-n", TEAM])
}

/// What the cluster holds of a Markdown file, through the ConfigMap that its document names.
fn stored(kind: &str, name: &str) -> String {
    let map = get(&[kind, name, "-n", TEAM])["spec"]["contentFrom"]["configMapKeyRef"]["name"].clone();
    let map = get(&["configmap", map.as_str().unwrap(), "-n", TEAM]);
    map["data"][format!("{name}.md")].as_str().unwrap().to_owned()
}

#[test]
fn documents_and_workload_are_two_kustomizations() {
    let Some(mut node) = Node::start() else { return };
    node.restricted("knowledge");
    node.install("knowledge", &[]);
    let mut flux = Flux::start(&mut node);
    kubectl(&["apply", "-f", "docs/gitops/flux/kustomizations.yaml"]);
    let first = flux.push();
    says("parcels", &first, "Ready", "");
    says("parcels-docs", &first, "Ready", "");
    document_is(TEAM, "runbook", "parcels-stuck", "True/Published");
    annotated(TEAM, "deployment/parcels", RUNBOOKS, Some("parcels-stuck"));

    reconciling_again_changes_nothing(&first);
    placeholders_survive_substitution(&flux, &first);
    a_changed_file_shows_without_a_gap(&mut flux);
    a_broken_document_turns_red_and_delays_nothing(&mut flux);
    a_stopped_operator_delays_nothing(&mut flux);
    what_leaves_the_repository_is_pruned(&mut flux);
    one_kustomization_couples_what_it_says(&mut flux);
    kubectl(&["delete", KUSTOMIZATION, "parcels", "-n", TEAM]);
    drop(flux);
    for crd in ["KUSTOMIZE_CRDS", "SOURCE_CRDS"] {
        kubectl(&["delete", "-f", variable(crd).to_str().unwrap()]);
    }
}

fn reconciling_again_changes_nothing(revision: &str) {
    // Our annotation raises the generation; the Deployment's controller takes note of that.
    let state = || {
        let metadata = at_rest(TEAM, &["deployment", TEAM])["metadata"].clone();
        (metadata["generation"].clone(), metadata["annotations"].clone())
    };
    let before = state();
    for name in ["parcels", "parcels-docs"] {
        let asked = format!("reconcile.fluxcd.io/requestedAt={name}-again");
        kubectl(&["annotate", KUSTOMIZATION, name, "-n", TEAM, "--overwrite", &asked]);
        eventually("Flux to have reconciled", Duration::from_secs(30), || {
            let found = get(&[KUSTOMIZATION, name, "-n", TEAM]);
            let handled = found["status"]["lastHandledReconcileAt"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            if handled.ends_with("-again") {
                Ok(())
            } else {
                Err(handled)
            }
        });
        says(name, revision, "Ready", "");
    }
    assert_eq!(state(), before, "nobody fights over the Deployment");
}

fn placeholders_survive_substitution(flux: &Flux, revision: &str) {
    kubectl(&["apply", "-f", "docs/gitops/flux/post-build.yaml"]);
    says("parcels-docs", revision, "Ready", "");
    at_rest(TEAM, &[KUSTOMIZATION, "parcels-docs"]);
    let file = fs::read_to_string(flux.file("docs/label-templates.md")).unwrap();
    assert!(file.contains("${VAR}"), "{file}");
    assert_eq!(stored("knowledgearticle", "label-templates"), file);
}

fn a_changed_file_shows_without_a_gap(flux: &mut Flux) {
    let digest = || get(&["runbook", "parcels-stuck", "-n", TEAM])["status"]["contentDigest"].clone();
    let (watch, before) = (Watch::start("runbook/parcels-stuck"), digest());
    let path = flux.file("docs/parcels-stuck.md");
    let text = fs::read_to_string(&path).unwrap() + "\nOne more line.\n";
    fs::write(&path, &text).unwrap();
    let revision = flux.push();
    says("parcels-docs", &revision, "Ready", "");
    assert_ne!(digest(), before);
    assert_eq!(stored("runbook", "parcels-stuck"), text);
    // The new name of the ConfigMap, and the verdict on what is in it.
    let seen = watch.shows(3);
    assert!(seen.iter().all(|state| !state.contains("Stalled")), "{seen:?}");
}

fn cpu() -> Value {
    deployment()["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["cpu"].clone()
}

fn a_broken_document_turns_red_and_delays_nothing(flux: &mut Flux) {
    let path = flux.file("docs/parcels-stuck.md");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, "").unwrap();
    flux.edit("app/deployment.yaml", "cpu: 5m", "cpu: 6m");
    let broken = flux.push();
    says(
        "parcels-docs",
        &broken,
        "HealthCheckFailed",
        "stalled resources: [Runbook/parcels/parcels-stuck",
    );
    says("parcels", &broken, "Ready", "");
    assert_eq!(cpu(), "6m");
    fs::write(&path, text).unwrap();
    let repaired = flux.push();
    says("parcels-docs", &repaired, "Ready", "");
}

fn a_stopped_operator_delays_nothing(flux: &mut Flux) {
    kubectl(&["scale", "deployment", NAME, "-n", "knowledge", "--replicas=0"]);
    kubectl(&[
        "wait",
        "--for=delete",
        "pods",
        "-n",
        "knowledge",
        "-l",
        "app.kubernetes.io/component=operator",
        "--timeout=60s",
    ]);
    let path = flux.file("docs/parcels-stuck.md");
    fs::write(&path, fs::read_to_string(&path).unwrap() + "\nAnd another.\n").unwrap();
    flux.edit("app/deployment.yaml", "cpu: 6m", "cpu: 7m");
    let revision = flux.push();
    says("parcels", &revision, "Ready", "");
    assert_eq!(cpu(), "7m");
    says("parcels-docs", &revision, "Progressing", "");
    kubectl(&["scale", "deployment", NAME, "-n", "knowledge", "--replicas=2"]);
    says("parcels-docs", &revision, "Ready", "");
}

fn what_leaves_the_repository_is_pruned(flux: &mut Flux) {
    let documents = fs::read_to_string(flux.file("docs/documents.yaml")).unwrap();
    let runbook = documents.split("---\n").next().unwrap();
    fs::write(flux.file("docs/documents.yaml"), runbook).unwrap();
    let articles = "knowledge.scs.community/articles";
    annotated(TEAM, "deployment/parcels", articles, Some("label-templates"));
    let revision = flux.push();
    says("parcels-docs", &revision, "Ready", "");
    assert_eq!(get(&["knowledgearticle", "label-templates", "-n", TEAM]), Value::Null);
    annotated(TEAM, "deployment/parcels", articles, None);
}

/// The second recipe: a document that the API server refuses keeps the Deployment as it is, as the file says.
fn one_kustomization_couples_what_it_says(flux: &mut Flux) {
    kubectl(&["delete", KUSTOMIZATION, "parcels-docs", "-n", TEAM]);
    kubectl(&["apply", "-f", "docs/gitops/flux/one-kustomization.yaml"]);
    let good = flux.push();
    says("parcels", &good, "Ready", "");
    document_is(TEAM, "runbook", "parcels-stuck", "True/Published");
    flux.edit(
        "docs/documents.yaml",
        "  owner: {team: parcels}",
        "  ownr: {team: parcels}",
    );
    flux.edit("app/deployment.yaml", "cpu: 7m", "cpu: 8m");
    let broken = flux.push();
    says(
        "parcels",
        &broken,
        "ReconciliationFailed",
        ".spec.ownr: field not declared in schema",
    );
    assert_eq!(cpu(), "7m");
}
