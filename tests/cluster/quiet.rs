//! No needless write, and no document that passes before anybody has looked at it.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::audit::{self, by_resource};
use crate::support::documents::{CONTENT, article, condition, deployment, deployment_named, runbook};
use crate::support::operator::Operator;
use crate::support::wait::{equal, eventually, throughout};
use crate::support::{Restored, Test, outcome, variable};

/// The user whose writes count.
const USER: &str = "knowledge-operator";

#[test]
fn each_document_and_each_object_is_written_once_and_a_restart_writes_nothing() {
    let Some(test) = Test::start("quiet") else { return };
    test.alone();
    let mut objects: Vec<_> = (0..10).map(|n| deployment(&format!("d{n}"), "payments")).collect();
    objects.extend((0..10).map(|n| runbook(&format!("r{n}"), json!([deployment_named(&format!("d{n}"))]))));
    let selector = json!({ "matchLabels": { "app": "payments" } });
    objects.push(article(
        "all",
        json!([{ "group": "apps", "kind": "Deployment", "selector": selector }]),
    ));
    objects.push(runbook("none", json!([deployment_named("gone")])));
    test.apply(&objects);
    eventually("the Deployments to come to rest", Duration::from_secs(30), || {
        let all = test.read(&format!("/apis/apps/v1/namespaces/{}/deployments", test.namespace))?;
        let resting =
            |item: &&serde_json::Value| item["status"]["observedGeneration"] == item["metadata"]["generation"];
        equal(all["items"].as_array().unwrap().iter().filter(resting).count(), 10)
    });

    let mark = audit::mark(&test);
    let operator = Operator::start(&[]);
    for n in 0..10 {
        test.attached(&format!("d{n}"), Some(&format!("r{n}")));
        test.judged(&format!("r{n}"), "Attached", "Attached");
    }
    test.judged("none", "Attached", "TargetNotFound");
    test.kubectl(&["wait", "--for=condition=Ready", "--timeout=10s", "kba/all"]);
    let once = [
        ("patch deployments".to_owned(), 10),
        ("patch knowledgearticles/status".to_owned(), 1),
        ("patch runbooks/status".to_owned(), 11),
    ];
    throughout("one write for each", Duration::from_secs(2), || {
        equal(by_resource(&audit::writes(&test, mark, USER)), once.clone().into())
    });
    operator.stop();

    let mark = audit::mark(&test);
    let operator = Operator::start(&[]);
    throughout("silence", Duration::from_secs(3), || {
        equal(audit::writes(&test, mark, USER), Vec::new())
    });
    // Nor does applying the same again, or a change that is none of ours.
    test.apply(&objects);
    test.patch(&test.deployment_path("d1"), &json!({ "spec": { "replicas": 3 } }));
    throughout("silence", Duration::from_secs(1), || {
        equal(audit::writes(&test, mark, USER), Vec::new())
    });
    operator.stop();
    assert_eq!(audit::writes(&test, mark, USER), Vec::new());
}

/// A chart with one runbook of this content. The folder lives as long as what is returned.
fn chart(content: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).unwrap();
    fs::create_dir(folder.path().join("templates")).unwrap();
    write("Chart.yaml", "apiVersion: v2\nname: docs\nversion: 1.0.0\n");
    let mut document = runbook("down", json!([]));
    document["spec"]["content"] = json!(content);
    write("templates/down.yaml", &document.to_string());
    folder
}

fn helm(test: &Test, release: &str, chart: &tempfile::TempDir, timeout: &str) -> Result<String, String> {
    let mut helm = Command::new(variable("HELM"));
    helm.arg("--kubeconfig")
        .arg(variable("ADMIN_KUBECONFIG"))
        .args(["--namespace", &test.namespace]);
    outcome(
        &helm
            .args(["install", release])
            .arg(chart.path())
            .args(["--wait", "--timeout", timeout])
            .output()
            .unwrap(),
    )
}

#[test]
fn helm_waits_for_a_document_that_nobody_has_looked_at_and_fails_for_a_broken_one() {
    let Some(test) = Test::start("helm") else { return };
    let good = chart(CONTENT);
    let unseen = helm(&test, "unseen", &good, "5s").unwrap_err();
    let document = test.read(&test.runbook_path("down")).unwrap();
    assert_eq!(document["status"], json!({ "observedGeneration": -1 }), "{unseen}");
    assert!(unseen.contains("InProgress"), "{unseen}");
    test.kubectl(&["delete", "rbk/down"]);

    let operator = Operator::start(&[]);
    let start = Instant::now();
    helm(&test, "seen", &good, "30s").unwrap();
    say!("helm passed after {:?}", start.elapsed());
    let document = test.judged("down", "Ready", "Published");
    assert_eq!(condition(&document, "Ready").unwrap()["status"], "True");
    test.kubectl(&["delete", "rbk/down"]);

    let start = Instant::now();
    let broken = helm(&test, "broken", &chart("\n"), "30s").unwrap_err();
    say!("helm failed after {:?}: {}", start.elapsed(), broken.trim());
    assert!(start.elapsed() < Duration::from_secs(15), "it waited for its time-out");
    operator.stop();
}

#[test]
fn an_edit_that_nobody_has_looked_at_is_not_ready_for_kubectl_wait_by_generation() {
    let Some(test) = Test::start("unseen") else { return };
    let operator = Operator::start(&[]);
    test.apply(&[runbook("down", json!([]))]);
    test.judged("down", "Ready", "Published");
    operator.stop();
    test.patch(&test.runbook_path("down"), &json!({ "spec": { "content": " " } }));
    let document = test.read(&test.runbook_path("down")).unwrap();
    assert_ne!(
        document["status"]["observedGeneration"],
        document["metadata"]["generation"]
    );
    assert_ne!(
        condition(&document, "Ready").unwrap()["observedGeneration"],
        document["metadata"]["generation"]
    );
}

#[test]
fn what_the_api_server_does_not_keep_or_somebody_adds_is_no_storm_of_writes() {
    let Some(test) = Test::start("storm") else { return };
    test.alone();
    let operator = Operator::start(&["--site-url", "https://docs.example.org"]);
    test.apply(&[runbook("down", json!([]))]);
    let path = test.runbook_path("down");
    test.judged("down", "Ready", "Published");
    let mark = audit::mark(&test);
    test.patch(&path, &json!({ "spec": { "content": " " } }));
    test.judged("down", "Ready", "InvalidContent");
    test.patch(&path, &json!({ "spec": { "content": CONTENT } }));
    let ours = test.judged("down", "Ready", "Published")["status"].clone();
    // Each change of Ready is one status and one event.
    let writes = [("create events".to_owned(), 2), ("patch runbooks/status".to_owned(), 2)];
    eventually("a status and an event for each change", Duration::from_secs(5), || {
        equal(by_resource(&audit::writes(&test, mark, USER)), writes.clone().into())
    });

    // A condition that somebody else added is theirs: no reason to write, and not lost when we do.
    let foreign = json!({
        "type": "Reviewed", "status": "True", "reason": "Once", "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z",
    });
    let mark = audit::mark(&test);
    let mut status = ours.clone();
    status["conditions"].as_array_mut().unwrap().push(foreign.clone());
    test.patch(&format!("{path}/status"), &json!({ "status": status }));
    throughout("silence", Duration::from_secs(1), || {
        equal(audit::writes(&test, mark, USER), vec![])
    });
    test.patch(&path, &json!({ "spec": { "content": " " } }));
    let document = test.judged("down", "Ready", "InvalidContent");
    assert_eq!(condition(&document, "Reviewed"), Some(&foreign));
    // One of ours is not theirs to add.
    test.patch(&path, &json!({ "spec": { "content": CONTENT } }));
    let mut status = test.judged("down", "Ready", "Published")["status"].clone();
    let mut stalled = foreign.clone();
    stalled["type"] = json!("Stalled");
    status["conditions"].as_array_mut().unwrap().push(stalled);
    let mark = audit::mark(&test);
    test.patch(&format!("{path}/status"), &json!({ "status": status }));
    let document = eventually("our conditions to be ours again", Duration::from_secs(5), || {
        let document = test.read(&path)?;
        equal(condition(&document, "Stalled"), None)?;
        Ok(document)
    });
    assert_eq!(condition(&document, "Reviewed"), Some(&foreign));
    throughout("an attempt in each way", Duration::from_secs(2), || {
        let mut writes = audit::writes(&test, mark, USER);
        // The event of the change before may still be on its way.
        writes.retain(|write| write.resource != "events");
        if writes.len() <= 2 {
            Ok(())
        } else {
            Err(format!("{writes:?}"))
        }
    });

    // A definition of an earlier version has no url: the API server takes the write and drops the field.
    let mut earlier = knowledge_operator::api::crd(knowledge_operator::api::DocumentKind::Runbook).clone();
    let version = &mut earlier["spec"]["versions"][0];
    let columns = version["additionalPrinterColumns"].as_array_mut().unwrap();
    columns.retain(|column| column["name"] != "URL");
    let properties = version
        .pointer_mut("/schema/openAPIV3Schema/properties/status/properties")
        .unwrap();
    properties.as_object_mut().unwrap().remove("url");
    let _restored = Restored(&test);
    test.install_crd(&earlier);
    let mark = audit::mark(&test);
    test.patch(&path, &json!({ "spec": { "title": "Another title" } }));
    let document = test.judged("down", "Ready", "Published");
    assert_eq!(document["status"]["url"], json!(null));
    throughout("an attempt now and then", Duration::from_secs(3), || {
        let writes = audit::writes(&test, mark, USER);
        if writes.len() <= 10 {
            Ok(())
        } else {
            Err(format!("{} writes", writes.len()))
        }
    });
    operator.stop();
}
