//! How far a document reaches: its own namespace, unless it stands in a shared one.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::documents::{condition, deployment, deployment_named, runbook, within};
use crate::support::operator::Operator;
use crate::support::wait::{equal, eventually};
use crate::support::{RUNBOOKS, Test};

fn carries(test: &Test, path: &str, wanted: Option<&str>) {
    eventually(&format!("{path} to carry {wanted:?}"), Duration::from_secs(5), || {
        equal(test.annotation(path, RUNBOOKS)?.as_deref(), wanted)
    });
}

fn deployment_in(namespace: &str) -> String {
    format!("/apis/apps/v1/namespaces/{namespace}/deployments/api")
}

#[test]
fn a_document_reaches_its_own_namespace_and_the_namespace_object_of_that_name() {
    let Some(mut test) = Test::start("reach-own") else {
        return;
    };
    let other = test.namespace("reach-other");
    let operator = Operator::start(&[]);
    let elsewhere = json!({ "group": "apps", "kind": "Deployment", "name": "api", "namespace": other });
    let anywhere = json!({ "group": "apps", "kind": "Deployment", "name": "api", "namespaceSelector": {} });
    let cases = [
        ("elsewhere", elsewhere, "spec.appliesTo[1].namespace"),
        ("anywhere", anywhere, "spec.appliesTo[1].namespaceSelector"),
        (
            "node",
            json!({ "kind": "Node", "name": "worker-0" }),
            "spec.appliesTo[1].kind",
        ),
        (
            "namespace",
            json!({ "kind": "Namespace", "name": other }),
            "spec.appliesTo[1].name",
        ),
        ("pod", json!({ "kind": "Pod", "name": "api" }), "spec.appliesTo[1].kind"),
    ];
    test.apply(&[
        deployment("api", "payments"),
        within(&other, deployment("api", "payments")),
    ]);
    for (name, target, _) in &cases {
        test.apply(&[runbook(name, json!([deployment_named("api"), target]))]);
    }
    for (name, _, at) in &cases {
        let document = test.judged(name, "Ready", "InvalidSpec");
        let ready = condition(&document, "Ready").unwrap();
        assert_eq!(
            (&ready["status"], &condition(&document, "Stalled").unwrap()["status"]),
            (&json!("False"), &json!("True"))
        );
        assert!(ready["message"].as_str().unwrap().contains(at), "{name}: {ready}");
        assert_eq!(
            document["status"]["targets"]["matched"], 1,
            "{name} describes the object of its own namespace"
        );
    }
    carries(
        &test,
        &deployment_in(&test.namespace),
        Some("anywhere,elsewhere,namespace,node,pod"),
    );
    carries(&test, &deployment_in(&other), None);
    let page = operator.page(&format!("/namespaces/{other}/objects/deployments.apps/api"));
    assert!(
        page.body.contains("No document describes such an object"),
        "no link comes from it either"
    );

    let own = json!([{ "kind": "Namespace", "name": test.namespace }]);
    test.apply(&[runbook("own", own)]);
    let full = format!("{}/own", test.namespace);
    carries(&test, &format!("/api/v1/namespaces/{}", test.namespace), Some(&full));
    test.judged("own", "Ready", "Published");
    operator.stop();
}

#[test]
fn a_document_of_a_shared_namespace_reaches_every_namespace_and_what_has_none() {
    let Some(mut test) = Test::start("shared") else { return };
    let (one, two) = (test.namespace("one"), test.namespace("two"));
    let label = |namespace: &str, team: Value| {
        test.patch(
            &format!("/api/v1/namespaces/{namespace}"),
            &json!({ "metadata": { "labels": { "team": team } } }),
        );
    };
    label(&one, json!("payments"));
    let node = format!("node-{}", test.namespace);
    let shared = test.namespace.clone();
    let operator = Operator::start(&["--shared-namespace", &shared]);
    let selected = json!({ "matchLabels": { "team": "payments" } });
    let deployment_with = |key: &str, value: Value| {
        let mut target = deployment_named("api");
        target[key] = value;
        json!([target])
    };
    test.apply(&[
        within(&one, deployment("api", "payments")),
        within(&two, deployment("api", "payments")),
        deployment("api", "payments"),
        json!({ "apiVersion": "v1", "kind": "Node", "metadata": { "name": node } }),
        runbook("named", deployment_with("namespace", json!(two))),
        runbook("selected", deployment_with("namespaceSelector", selected)),
        runbook("everywhere", deployment_with("namespaceSelector", json!({}))),
        runbook("own", json!([deployment_named("api")])),
        runbook(
            "node",
            json!([{ "kind": "Node", "name": node }, { "kind": "Namespace", "name": one }]),
        ),
        within(&one, runbook("local", json!([deployment_named("api")]))),
    ]);
    let from = |names: &[&str]| {
        names
            .iter()
            .map(|name| format!("{shared}/{name}"))
            .collect::<Vec<_>>()
            .join(",")
    };
    carries(
        &test,
        &deployment_in(&one),
        Some(&format!("local,{}", from(&["everywhere", "selected"]))),
    );
    carries(&test, &deployment_in(&two), Some(&from(&["everywhere", "named"])));
    carries(&test, &deployment_in(&shared), Some("everywhere,own"));
    carries(&test, &format!("/api/v1/nodes/{node}"), Some(&from(&["node"])));
    carries(&test, &format!("/api/v1/namespaces/{one}"), Some(&from(&["node"])));
    assert_eq!(operator.page(&format!("/objects/nodes/{node}")).status, 200);

    // The label moves, and the document with it.
    label(&two, json!("payments"));
    carries(
        &test,
        &deployment_in(&two),
        Some(&from(&["everywhere", "named", "selected"])),
    );
    label(&one, Value::Null);
    carries(
        &test,
        &deployment_in(&one),
        Some(&format!("local,{}", from(&["everywhere"]))),
    );
    operator.stop();

    // Without the configuration it is a namespace like any other.
    let operator = Operator::start(&[]);
    carries(&test, &deployment_in(&two), None);
    carries(&test, &format!("/api/v1/nodes/{node}"), None);
    carries(&test, &deployment_in(&shared), Some("own"));
    test.judged("node", "Ready", "InvalidSpec");
    operator.stop();
    test.kubectl(&["delete", "node", &node]);
}
