//! The first GitOps recipe with Helm, whose `--wait` asks kstatus too: the application and its documents are two releases.
//!
//! In: `docs/gitops/helm`, changed as an author would. Out: what Helm says, what becomes of the Deployment.
//! Must not: wait for a time; every step has a condition.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::support::{
    NAME, Node, RUNBOOKS, annotated, at_rest, document_is, get, helm, kubectl, run, try_helm, try_kubectl,
};

const TEAM: &str = "parcels-helm";

/// Takes back what another tool has taken by force.
fn release(name: &str, chart: &Path) -> Result<String, String> {
    let chart = chart.to_str().unwrap();
    let wait = [
        "--wait",
        "--rollback-on-failure",
        "--force-conflicts",
        "--timeout",
        "30s",
    ];
    try_helm(&[&["upgrade", "--install", name, chart, "-n", TEAM][..], &wait].concat())
}

/// Changes the Deployment in the chart.
fn cpu(chart: &Path, from: &str, to: &str) {
    let file = chart.join("templates/deployment.yaml");
    let text = fs::read_to_string(&file).unwrap();
    let (from, to) = (format!("cpu: {from}"), format!("cpu: {to}"));
    assert!(text.contains(&from));
    fs::write(file, text.replace(&from, &to)).unwrap();
}

fn deployed(cpu: &str) {
    let deployment = get(&["deployment", "parcels", "-n", TEAM]);
    assert_eq!(
        deployment["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["cpu"],
        cpu
    );
    let release = helm(&["status", "parcels", "-n", TEAM]);
    assert!(release.contains("STATUS: deployed"), "{release}");
}

fn attached() {
    annotated(TEAM, "deployment/parcels", RUNBOOKS, Some("parcels-stuck"));
}

fn generation() -> Value {
    at_rest(TEAM, &["deployment", "parcels"])["metadata"]["generation"].clone()
}

#[test]
fn neither_a_broken_document_nor_a_stopped_operator_delays_the_application() {
    let Some(mut node) = Node::start() else { return };
    node.restricted("knowledge-helm");
    node.namespace(TEAM);
    // Without the webhook a broken document is stored, and kstatus is what tells Helm.
    node.install("knowledge-helm", &["--set", "webhook.enabled=false"]);
    let folder = tempfile::tempdir().unwrap();
    run(
        Command::new("cp")
            .args(["-r", "docs/gitops/helm/parcels"])
            .arg(folder.path()),
        "",
    )
    .unwrap();
    let app = folder.path().join("parcels");
    let docs = app.join("charts/parcels-docs");
    release("parcels-docs", &docs).unwrap();
    document_is(TEAM, "runbook", "parcels-stuck", "True/Published");
    release("parcels", &app).unwrap();
    attached();
    nobody_fights_over_the_deployment(&app);

    let file = docs.join("docs/parcels-stuck.md");
    let text = fs::read_to_string(&file).unwrap();
    let front = text.split("---\n").nth(1).unwrap();
    fs::write(&file, format!("---\n{front}---\n")).unwrap();
    let broken = [
        "upgrade",
        "parcels-docs",
        docs.to_str().unwrap(),
        "-n",
        TEAM,
        "--wait",
        "--timeout",
        "30s",
    ];
    let error = try_helm(&broken).unwrap_err();
    assert!(error.contains("status: Failed") && error.contains("KB0201"), "{error}");
    document_is(TEAM, "runbook", "parcels-stuck", "False/InvalidContent");
    cpu(&app, "5m", "6m");
    release("parcels", &app).unwrap();
    deployed("6m");
    fs::write(&file, text).unwrap();
    release("parcels-docs", &docs).unwrap();

    kubectl(&["scale", "deployment", NAME, "-n", "knowledge-helm", "--replicas=0"]);
    cpu(&app, "6m", "7m");
    release("parcels", &app).unwrap();
    deployed("7m");
    for name in ["parcels", "parcels-docs"] {
        helm(&["uninstall", name, "-n", TEAM, "--wait"]);
    }
}

/// Helm's own upgrade and roll-back, and an apply as Argo CD does it, forced and under another manager.
fn nobody_fights_over_the_deployment(app: &Path) {
    let before = generation();
    release("parcels", app).unwrap();
    let manifest = helm(&["get", "manifest", "parcels", "-n", TEAM]);
    for _ in 0..2 {
        let apply = [
            "apply",
            "--server-side",
            "--force-conflicts",
            "--field-manager=argocd-controller",
            "-n",
            TEAM,
            "-f",
            "-",
        ];
        try_kubectl(&apply, &manifest).unwrap();
    }
    helm(&["rollback", "parcels", "1", "-n", TEAM, "--wait", "--timeout", "30s"]);
    attached();
    assert_eq!(generation(), before, "nobody changed anything");
}
