//! Pages, statuses and annotations follow what people change, without a restart.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::documents::{CONTENT, condition, deployment, judgement, runbook};
use crate::support::operator::Operator;
use crate::support::wait::{equal, eventually, timed};
use crate::support::{Test, checkout};

/// How long anything may take on a machine that has other things to do.
const DEADLINE: Duration = Duration::from_secs(5);
/// How long it takes for half of the changes, at most.
const HALF: Duration = Duration::from_secs(1);

/// Names and times of what was waited for.
#[derive(Default)]
struct Steps(Vec<(String, Duration)>);

impl Steps {
    fn wait(&mut self, what: &str, condition: impl FnMut() -> Result<(), String>) {
        let (_, took) = timed(what, DEADLINE, condition);
        self.0.push((what.to_owned(), took));
    }

    fn judge(mut self) {
        for (what, took) in &self.0 {
            say!("{:>6} ms  {what}", took.as_millis());
        }
        self.0.sort_by_key(|(_, took)| *took);
        let (_, half) = self.0[self.0.len() / 2];
        assert!(half <= HALF, "half of the steps took longer than {half:?}");
    }
}

fn reason(test: &Test, runbook: &str, wanted: &str, reason: &str) -> Result<(), String> {
    let document = test.read(&test.runbook_path(runbook))?;
    equal(judgement(&document, wanted).as_deref(), Some(reason))
}

#[test]
fn annotations_status_and_pages_follow_every_change_within_a_second() {
    let Some(test) = Test::start("changes") else { return };
    let operator = Operator::start(&[]);
    let mut steps = Steps::default();
    let (path, page) = (
        test.runbook_path("down"),
        format!("/namespaces/{}/runbooks/down", test.namespace),
    );
    let object = format!("/namespaces/{}/objects/deployments.apps/api", test.namespace);
    let selecting =
        |app: &str| json!([{ "group": "apps", "kind": "Deployment", "selector": { "matchLabels": { "app": app } } }]);
    let shows = |path: &str, text: &str| {
        let body = operator.page(path).body;
        if body.contains(text) { Ok(()) } else { Err(body) }
    };

    test.apply(&[deployment("api", "payments"), deployment("worker", "payments")]);
    test.apply(&[runbook("down", selecting("payments"))]);
    steps.wait("a new document: annotation", || {
        equal(test.runbooks_of("worker")?.as_deref(), Some("down"))
    });
    steps.wait("a new document: page", || equal(operator.page(&page).status, 200));
    steps.wait("a new document: status", || {
        reason(&test, "down", "Attached", "Attached")
    });

    test.patch(
        &path,
        &json!({ "spec": { "appliesTo": [{ "group": "apps", "kind": "Deployment", "selector":
        { "matchExpressions": [{ "key": "app", "operator": "In", "values": ["payments"] },
            { "key": "tier", "operator": "DoesNotExist" }] } }] } }),
    );
    test.patch(
        &test.deployment_path("worker"),
        &json!({ "metadata": { "labels": { "tier": "back" } } }),
    );
    steps.wait("a narrowed selector: the object that left", || {
        equal(test.runbooks_of("worker")?, None)
    });
    steps.wait("a narrowed selector: the object that stayed", || {
        equal(test.runbooks_of("api")?.as_deref(), Some("down"))
    });

    test.patch(
        &test.deployment_path("api"),
        &json!({ "metadata": { "labels": { "app": "billing" } } }),
    );
    steps.wait("a renamed label: annotation", || equal(test.runbooks_of("api")?, None));
    steps.wait("a renamed label: status", || {
        reason(&test, "down", "Attached", "TargetNotFound")
    });
    steps.wait("a renamed label: page of the object", || {
        shows(&object, "No document describes such an object")
    });
    test.patch(&path, &json!({ "spec": { "appliesTo": selecting("billing") } }));
    steps.wait("a selector that follows: annotation", || {
        equal(test.runbooks_of("api")?.as_deref(), Some("down"))
    });
    steps.wait("a selector that follows: page of the object", || {
        shows(&object, "About down")
    });
    steps.wait("a selector that follows: status", || {
        reason(&test, "down", "Attached", "Attached")
    });

    test.delete(&test.deployment_path("api"));
    steps.wait("a deleted workload: page of the object", || {
        equal(operator.page(&object).status, 404)
    });
    steps.wait("a deleted workload: status", || {
        reason(&test, "down", "Attached", "TargetNotFound")
    });
    test.apply(&[deployment("api", "billing")]);
    steps.wait("a workload that came back: annotation", || {
        equal(test.runbooks_of("api")?.as_deref(), Some("down"))
    });

    let refused = test.try_kubectl(
        &[
            "patch",
            "rbk/down",
            "--type=merge",
            "-p",
            r#"{"spec":{"appliesTo":[{"kind":"Node"}]}}"#,
        ],
        "",
    );
    assert!(refused.unwrap_err().contains("exactly one of name, selector, all"));
    test.patch(&path, &json!({ "spec": { "content": " \n" } }));
    steps.wait("a broken edit: Ready", || {
        reason(&test, "down", "Ready", "InvalidContent")
    });
    let broken = test.read(&path).unwrap();
    assert_eq!(condition(&broken, "Stalled").unwrap()["status"], "True");
    assert!(
        condition(&broken, "Ready").unwrap()["message"]
            .as_str()
            .unwrap()
            .starts_with("KB0201 at spec.content")
    );
    steps.wait("a broken edit: page", || shows(&page, "KB0201"));
    test.patch(&path, &json!({ "spec": { "content": CONTENT } }));
    steps.wait("the repair: Ready", || reason(&test, "down", "Ready", "Published"));
    assert_eq!(condition(&test.read(&path).unwrap(), "Stalled"), None);
    steps.wait("the repair: page", || shows(&page, "Nobody can pay"));

    test.delete(&path);
    steps.wait("a deleted document: annotation", || {
        equal(test.runbooks_of("api")?, None)
    });
    steps.wait("a deleted document: page", || equal(operator.page(&page).status, 404));
    operator.stop();
    steps.judge();
}

#[test]
fn a_kind_that_appears_later_is_picked_up_within_two_seconds_and_let_go_again() {
    let Some(test) = Test::start("later") else { return };
    let crd = "crd/clusterstacks.clusterstack.x-k8s.io";
    test.kubectl(&["delete", crd, "--ignore-not-found"]);
    let operator = Operator::start(&[]);
    test.apply(&[runbook(
        "stack",
        json!([{ "group": "clusterstack.x-k8s.io", "kind": "ClusterStack", "name": "scs" }]),
    )]);
    test.judged("stack", "Attached", "KindNotFound");

    test.kubectl_in(
        &["apply", "--server-side", "-f", "-"],
        &checkout("tests/cluster/crds/clusterstack.yaml"),
    );
    let definition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/clusterstacks.clusterstack.x-k8s.io";
    eventually("the new kind to be established", Duration::from_secs(10), || {
        let definition = test.read(definition)?;
        let established = condition(&definition, "Established").is_some_and(|condition| condition["status"] == "True");
        if established {
            Ok(())
        } else {
            Err(definition["status"].to_string())
        }
    });
    let established = Instant::now();
    eventually("the kind to be watched", DEADLINE, || {
        reason(&test, "stack", "Attached", "TargetNotFound")
    });
    let watched = established.elapsed();
    let stack = json!({ "apiVersion": "clusterstack.x-k8s.io/v1alpha1", "kind": "ClusterStack", "metadata": { "name": "scs" }, "spec": {} });
    test.apply(&[stack]);
    let path = format!(
        "/apis/clusterstack.x-k8s.io/v1alpha1/namespaces/{}/clusterstacks/scs",
        test.namespace
    );
    let (_, attached) = timed("its object to be annotated", DEADLINE, || {
        equal(
            test.annotation(&path, crate::support::RUNBOOKS)?.as_deref(),
            Some("stack"),
        )
    });
    say!(
        "watched {} ms after it was established; its object annotated after {} ms",
        watched.as_millis(),
        attached.as_millis()
    );
    assert!(watched <= Duration::from_secs(2), "{watched:?}");

    test.kubectl(&["delete", crd]);
    let (_, gone) = timed("the kind to be let go", DEADLINE, || {
        reason(&test, "stack", "Attached", "KindNotFound")
    });
    let object = format!(
        "/namespaces/{}/objects/clusterstacks.clusterstack.x-k8s.io/scs",
        test.namespace
    );
    assert_eq!(operator.page(&object).status, 404);
    say!("let go {} ms after it was deleted", gone.as_millis());
    assert!(operator.logged("watch interrupted").len() <= 2, "no storm of retries");
    operator.stop();
}

#[test]
fn two_documents_that_want_one_name_are_told_apart_by_age() {
    let Some(test) = Test::start("names") else { return };
    let operator = Operator::start(&[]);
    let alias = |name: &str| {
        let mut document = runbook(name, json!([]));
        document["spec"]["aliases"] = json!([{ "name": "down" }]);
        document
    };
    let codes = |name: &str| -> Result<Vec<Value>, String> {
        let sample = test.read(&test.runbook_path(name))?["status"]["findings"]["sample"].clone();
        Ok(sample
            .as_array()
            .into_iter()
            .flatten()
            .map(|finding| finding["code"].clone())
            .collect())
    };
    test.apply(&[alias("first")]);
    let created = |name: &str| test.read(&test.runbook_path(name)).unwrap()["metadata"]["creationTimestamp"].clone();
    // Ages are seconds; the next document has to be younger by one.
    let first = created("first");
    eventually("another second", Duration::from_secs(3), || {
        let now = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "clock" } });
        test.kubectl_in(&["replace", "--force", "-f", "-"], &now.to_string());
        let clock = test.read(&format!("/api/v1/namespaces/{}/configmaps/clock", test.namespace))?;
        if clock["metadata"]["creationTimestamp"] == first {
            Err("the same".to_owned())
        } else {
            Ok(())
        }
    });
    test.apply(&[alias("second")]);
    eventually("the newcomer to be told", DEADLINE, || {
        equal(codes("second")?, vec![json!("KB0130")])
    });
    test.judged("first", "Ready", "Published");
    assert_eq!(
        codes("first").unwrap(),
        Vec::<Value>::new(),
        "nothing is held against who was first"
    );
    let page = format!("/namespaces/{}/runbooks/down", test.namespace);
    assert_eq!(operator.page(&page).header("location"), Some("first"));
    test.delete(&test.runbook_path("first"));
    eventually("the name to pass on", DEADLINE, || {
        equal(operator.page(&page).header("location"), Some("second"))
    });
    let on_page = format!("/namespaces/{}/runbooks/second.json", test.namespace);
    eventually("the finding to go from the page", DEADLINE, || {
        let shown: Value = serde_json::from_str(&operator.page(&on_page).body).map_err(|error| error.to_string())?;
        equal(shown["findings"].as_array().map(Vec::len), Some(0))
    });
    // A number that others change is written at most once in 30 seconds.
    eventually("the finding to go from the status", Duration::from_secs(40), || {
        equal(codes("second")?, vec![])
    });
    operator.stop();
}
