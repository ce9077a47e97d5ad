//! What the operator leaves behind when it was away, is told to attach nothing, or goes for good: nothing.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::documents::{deployment, deployment_named, runbook};
use crate::support::operator::{Operator, program};
use crate::support::wait::{equal, eventually};
use crate::support::{RUNBOOKS, Test, audit, outcome};

/// An operator that has attached one document to a Deployment and to a Service, and has ended.
fn attached_once(test: &Test) {
    let service = json!({ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "api" }, "spec": { "ports": [{ "port": 80 }] } });
    let operator = Operator::start(&[]);
    test.apply(&[
        deployment("api", "payments"),
        service,
        runbook(
            "down",
            json!([deployment_named("api"), { "kind": "Service", "name": "api" }]),
        ),
    ]);
    test.attached("api", Some("down"));
    eventually("the Service to carry it", Duration::from_secs(5), || {
        equal(on_service(test)?.as_deref(), Some("down"))
    });
    test.judged("down", "Attached", "Attached");
    operator.stop();
}

fn on_service(test: &Test) -> Result<Option<String>, String> {
    test.annotation(&format!("/api/v1/namespaces/{}/services/api", test.namespace), RUNBOOKS)
}

/// Waits until neither carries anything.
fn bare(test: &Test) {
    test.attached("api", None);
    eventually("the Service to carry nothing", Duration::from_secs(5), || {
        equal(on_service(test)?, None)
    });
}

#[test]
fn the_only_document_deleted_while_the_operator_was_away_is_gone_from_objects_within_five_seconds() {
    let Some(test) = Test::start("away") else { return };
    attached_once(&test);
    test.kubectl(&["delete", "rbk/down"]);
    let start = Instant::now();
    let operator = Operator::launch("OPERATOR", &[]);
    bare(&test);
    say!("gone {} ms after the start", start.elapsed().as_millis());
    assert!(start.elapsed() <= Duration::from_secs(5));
    operator.stop();
}

#[test]
fn attach_false_removes_what_was_attached_and_then_writes_to_no_object() {
    let Some(test) = Test::start("disabled") else { return };
    attached_once(&test);
    let operator = Operator::start(&["--attach", "false"]);
    bare(&test);
    let document = test.judged("down", "Attached", "Disabled");
    assert_eq!(
        crate::support::documents::condition(&document, "Attached").unwrap()["status"],
        "Unknown"
    );
    assert_eq!(
        document["status"]["targets"]["matched"], 2,
        "what it describes is said all the same"
    );
    let mark = audit::mark(&test);
    test.apply(&[runbook("more", json!([deployment_named("api")]))]);
    test.judged("more", "Attached", "Disabled");
    test.patch(
        &test.deployment_path("api"),
        &json!({ "metadata": { "annotations": { RUNBOOKS: "copied" } } }),
    );
    test.attached("api", None);
    let mut ours = audit::writes(&test, mark, "knowledge-operator");
    // The Deployment's own controller may have been faster; such a removal is tried again.
    ours.retain(|write| write.code != 409);
    let ours = audit::by_resource(&ours);
    assert_eq!(
        ours,
        [
            ("patch deployments".to_owned(), 1),
            ("patch runbooks/status".to_owned(), 1)
        ]
        .into()
    );
    operator.stop();
}

#[test]
fn objects_of_kinds_that_left_the_list_are_cleaned() {
    let Some(test) = Test::start("narrowed") else { return };
    attached_once(&test);
    let operator = Operator::start(&["--target-kind", "Service"]);
    test.attached("api", None);
    test.judged("down", "Attached", "PartlyAttached");
    assert_eq!(on_service(&test).unwrap().as_deref(), Some("down"));
    operator.stop();
    let operator = Operator::start(&["--target-kind", "Deployment.apps"]);
    test.attached("api", Some("down"));
    eventually("the Service to carry nothing", Duration::from_secs(5), || {
        equal(on_service(&test)?, None)
    });
    operator.stop();
}

#[test]
fn so_are_those_of_the_namespaces_that_it_is_bound_to() {
    let Some(test) = Test::start("narrowed-bound") else {
        return;
    };
    attached_once(&test);
    let namespace = test.namespace.clone();
    let operator = Operator::start(&["--namespaces", &namespace, "--target-kind", "Service"]);
    test.attached("api", None);
    assert_eq!(on_service(&test).unwrap().as_deref(), Some("down"));
    operator.stop();
    let done = program("OPERATOR")
        .args(["detach", "--namespaces", "default"])
        .output()
        .unwrap();
    assert_eq!(outcome(&done).unwrap(), "0 objects cleaned, 0 failed\n");
    let done = program("OPERATOR")
        .args(["detach", "--namespaces", &namespace])
        .output()
        .unwrap();
    assert_eq!(outcome(&done).unwrap(), "1 objects cleaned, 0 failed\n");
    bare(&test);
}

#[test]
fn detach_removes_every_annotation_and_says_how_many() {
    let Some(test) = Test::start("detach") else { return };
    test.alone();
    attached_once(&test);
    let dry = outcome(&program("OPERATOR").args(["detach", "--dry-run"]).output().unwrap()).unwrap();
    assert_eq!(dry, "2 objects would be cleaned, 0 failed\n");
    assert_eq!(test.runbooks_of("api").unwrap().as_deref(), Some("down"));
    let done = outcome(&program("OPERATOR").arg("detach").output().unwrap()).unwrap();
    assert_eq!(done, "2 objects cleaned, 0 failed\n");
    bare(&test);
    let again = outcome(&program("OPERATOR").arg("detach").output().unwrap()).unwrap();
    assert_eq!(again, "0 objects cleaned, 0 failed\n");
    let object = test.read(&test.deployment_path("api")).unwrap();
    let annotations = object["metadata"]["annotations"].as_object().into_iter().flatten();
    let ours: Vec<(&String, &Value)> = annotations
        .filter(|(key, _)| key.starts_with("knowledge.scs.community/"))
        .collect();
    assert!(ours.is_empty(), "{ours:?}");
}
