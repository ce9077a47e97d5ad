//! The operator's own alerts and runbooks: each alert has one, each is clean, each metric exists.
//!
//! In: the chart with everything on. Out: what promtool and our own lint say. Must not: list an alert by hand.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{NAMESPACE, SERVED, everything, objects, program, run};
use knowledge_operator::manifest::to_yaml;

fn rendered() -> Option<Vec<Value>> {
    objects(&everything(), &SERVED)
}

fn rules(objects: &[Value]) -> Vec<Value> {
    let rule = objects
        .iter()
        .find(|object| object["kind"] == "PrometheusRule")
        .unwrap();
    rule["spec"]["groups"][0]["rules"].as_array().unwrap().clone()
}

#[test]
fn every_alert_has_a_runbook_and_every_runbook_an_alert() {
    let Some(objects) = rendered() else { return };
    let mut alerts = BTreeSet::new();
    for rule in rules(&objects) {
        let alert = rule["alert"].as_str().unwrap().to_owned();
        let runbook = objects
            .iter()
            .find(|object| object["kind"] == "Runbook" && object["spec"]["alerts"][0]["name"] == alert.as_str())
            .unwrap_or_else(|| panic!("{alert} has no runbook"));
        let name = runbook["metadata"]["name"].as_str().unwrap();
        let annotations = &rule["annotations"];
        assert_eq!(annotations["runbook"], format!("{NAMESPACE}/{name}"));
        let page = format!("https://runbooks.example.org/knowledge/namespaces/{NAMESPACE}/runbooks/{name}");
        assert_eq!(annotations["runbook_url"], page);
        assert!(annotations["summary"].as_str().unwrap().len() > 20);
        alerts.insert(alert);
    }
    let runbooks = objects.iter().filter(|object| object["kind"] == "Runbook").count();
    assert_eq!(alerts.len(), runbooks);
}

#[test]
fn the_runbooks_have_nothing_to_complain_about() {
    let Some(objects) = rendered() else { return };
    let folder: TempDir = tempfile::tempdir().unwrap();
    let runbooks = objects.iter().filter(|object| object["kind"] == "Runbook");
    let stream: String = runbooks.map(|object| format!("---\n{}", to_yaml(object))).collect();
    let file = folder.path().join("runbooks.yaml");
    std::fs::write(&file, stream).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-runbook"));
    run(command.args(["lint", "--fail-on", "warning"]).arg(&file)).unwrap();
}

#[test]
fn prometheus_takes_the_rules() {
    let (Some(objects), Some(promtool)) = (rendered(), program("PROMTOOL")) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.yaml");
    let groups = json!({ "groups": [{ "name": "own", "rules": rules(&objects) }] });
    std::fs::write(&file, to_yaml(&groups)).unwrap();
    let said = run(Command::new(promtool).args(["check", "rules"]).arg(&file)).unwrap();
    assert!(said.contains("SUCCESS: 8 rules found"), "{said}");
}

/// `docs/operator.md` holds the registry's names; `tests/docs.rs` sees to that.
#[test]
fn every_metric_of_an_expression_exists() {
    let Some(objects) = rendered() else { return };
    let page = std::fs::read_to_string(super::root().join("docs/operator.md")).unwrap();
    for rule in rules(&objects) {
        let expression = rule["expr"].as_str().unwrap();
        let words = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        for name in words.filter(|word| word.starts_with("knowledge_operator_")) {
            assert!(page.contains(&format!("`{name}")), "{name}");
        }
    }
}
