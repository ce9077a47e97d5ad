//! Annotations on workloads: nothing rolls, nothing is created, one authority for our keys.

use std::time::Duration;

use knowledge_operator::api::GroupKind;
use knowledge_operator::corpus::TargetMeta;
use knowledge_operator::operator::apply::{self, Applied};
use knowledge_operator::operator::leadership::Leadership;
use knowledge_operator::plan::TargetPlan;
use kube::core::ApiResource;
use serde_json::{Value, json};

use crate::support::documents::{deployment, deployment_named, runbook};
use crate::support::operator::Operator;
use crate::support::wait::{equal, eventually};
use crate::support::{RUNBOOKS, Test, audit};

/// The items of a list of the test's namespace.
fn items(test: &Test, api: &str, plural: &str) -> Result<Vec<Value>, String> {
    let list = test.read(&format!("{api}/namespaces/{}/{plural}", test.namespace))?;
    Ok(list["items"].as_array().cloned().unwrap_or_default())
}

/// What must not change when a Deployment is annotated: hashes of its ReplicaSets, and its pods.
fn fabric(test: &Test) -> Result<Vec<(String, String)>, String> {
    let hash = |item: &Value| item["metadata"]["labels"]["pod-template-hash"].to_string();
    let mut all = Vec::new();
    for (api, plural) in [("/apis/apps/v1", "replicasets"), ("/api/v1", "pods")] {
        all.extend(
            items(test, api, plural)?
                .iter()
                .map(|item| (hash(item), item["metadata"]["uid"].to_string())),
        );
    }
    all.sort();
    if all.len() == 2 {
        Ok(all)
    } else {
        Err(format!("{all:?}"))
    }
}

#[test]
fn annotating_a_deployment_leaves_its_template_its_replica_set_and_its_pods_as_they_were() {
    let Some(test) = Test::start("fabric") else { return };
    test.apply(&[deployment("api", "payments")]);
    let before = eventually("a replica set and its pod", Duration::from_secs(30), || fabric(&test));
    let seen = test.read(&test.deployment_path("api")).unwrap();
    let operator = Operator::start(&[]);
    test.apply(&[runbook("down", json!([deployment_named("api")]))]);
    test.attached("api", Some("down"));
    eventually(
        "the controller to have seen the annotation",
        Duration::from_secs(10),
        || {
            let sets = items(&test, "/apis/apps/v1", "replicasets")?;
            equal(sets[0]["metadata"]["annotations"][RUNBOOKS].as_str(), Some("down"))
        },
    );
    let now = test.read(&test.deployment_path("api")).unwrap();
    assert_eq!(now["spec"], seen["spec"]);
    let generation = |object: &Value| object["metadata"]["generation"].as_i64().unwrap();
    assert_eq!(
        generation(&now),
        generation(&seen) + 1,
        "the API server counts an annotation of a Deployment"
    );
    assert_eq!(fabric(&test).unwrap(), before);
    let managers = now["metadata"]["managedFields"].as_array().unwrap();
    let ours: Vec<&Value> = managers
        .iter()
        .filter(|entry| entry["manager"] == "knowledge-operator/attach")
        .collect();
    assert_eq!(ours.len(), 1);
    assert_eq!(
        ours[0]["fieldsV1"],
        json!({ "f:metadata": { "f:annotations": { "f:knowledge.scs.community/runbooks": {} } } }),
        "we own our annotation and nothing else"
    );
    operator.stop();
}

#[test]
fn a_target_that_vanished_between_looking_and_writing_is_not_created() {
    let Some(test) = Test::start("vanished") else { return };
    test.apply(&[deployment("api", "payments")]);
    let path = test.deployment_path("api");
    let meta = |object: &Value| {
        let metadata = serde_json::from_value(object["metadata"].clone()).unwrap();
        TargetMeta::prune(&GroupKind::new("apps", "Deployment"), metadata).unwrap()
    };
    let seen = meta(&test.read(&path).unwrap());
    let resource = ApiResource {
        group: "apps".into(),
        version: "v1".into(),
        api_version: "apps/v1".into(),
        kind: "Deployment".into(),
        plural: "deployments".into(),
    };
    let set = TargetPlan::Set {
        runbooks: Some("down".to_owned()),
        articles: None,
    };
    let remove = TargetPlan::Remove(vec![RUNBOOKS]);
    let client = test.client();
    let write = |plan: &TargetPlan| {
        test.block_on(apply::annotations(
            &client,
            &Leadership::alone(),
            &resource,
            &seen,
            plan,
        ))
        .unwrap()
    };
    test.kubectl(&["delete", "deployment/api"]);
    assert_eq!(write(&set), Applied::Overtaken);
    assert_eq!(write(&remove), Applied::Overtaken);
    assert!(test.read(&path).is_err(), "it was created");
    // Another object of the same name is not the one that was seen.
    test.apply(&[deployment("api", "payments")]);
    assert_eq!(write(&set), Applied::Overtaken);
    assert_eq!(write(&remove), Applied::Overtaken);
    assert_eq!(test.runbooks_of("api").unwrap(), None);
    let closed = Leadership::alone();
    closed.close();
    let seen = meta(&test.read(&path).unwrap());
    let refused = test.block_on(apply::annotations(&client, &closed, &resource, &seen, &set));
    assert!(matches!(refused, Err(apply::ApplyError::Stopped)), "{refused:?}");
    assert_eq!(test.runbooks_of("api").unwrap(), None);
}

#[test]
fn a_target_deleted_behind_a_paused_operators_back_stays_deleted() {
    let Some(test) = Test::start("paused") else { return };
    test.apply(&[deployment("api", "payments"), deployment("worker", "payments")]);
    let operator = Operator::start(&[]);
    operator.pause();
    test.apply(&[runbook(
        "down",
        json!([deployment_named("api"), deployment_named("worker")]),
    )]);
    test.kubectl(&["delete", "deployment/api"]);
    operator.resume();
    test.attached("worker", Some("down"));
    test.judged("down", "Attached", "PartlyAttached");
    assert!(test.read(&test.deployment_path("api")).is_err(), "it was created");
    operator.stop();
}

#[test]
fn a_roll_back_a_replacement_and_a_copy_converge() {
    let Some(test) = Test::start("converge") else { return };
    let operator = Operator::start(&[]);
    test.apply(&[
        deployment("api", "payments"),
        runbook("first", json!([deployment_named("api")])),
    ]);
    test.attached("api", Some("first"));
    // The controller copies the annotation to the replica set of the revision that is rolled out.
    let revision = |number: &str, runbooks: &str| {
        eventually("a replica set with its annotation", Duration::from_secs(10), || {
            let sets = items(&test, "/apis/apps/v1", "replicasets")?;
            let of = |set: &&Value| set["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == number;
            let set = sets.iter().find(of).ok_or("no such revision")?;
            equal(set["metadata"]["annotations"][RUNBOOKS].as_str(), Some(runbooks))
        });
    };
    revision("1", "first");
    test.kubectl(&["set", "image", "deployment/api", "main=registry.example.org/main:2"]);
    test.apply(&[runbook("second", json!([deployment_named("api")]))]);
    test.attached("api", Some("first,second"));
    revision("2", "first,second");

    let mark = audit::mark(&test);
    test.kubectl(&["rollout", "undo", "deployment/api"]);
    let undone = audit::writes(&test, mark, "admin");
    assert!(undone.iter().any(|write| write.resource == "deployments"), "{undone:?}");
    let image = test.read(&test.deployment_path("api")).unwrap();
    assert_eq!(
        image["spec"]["template"]["spec"]["containers"][0]["image"],
        "registry.example.org/main:1"
    );
    test.attached("api", Some("first,second"));
    let ours = audit::writes(&test, mark, "knowledge-operator");
    let patches = ours.iter().filter(|write| write.resource == "deployments").count();
    assert_eq!(
        patches, 1,
        "the old revision brought its annotation and we corrected it: {ours:?}"
    );

    let mut bare = deployment("api", "payments");
    bare["spec"]["replicas"] = json!(2);
    test.kubectl_in(&["replace", "-f", "-"], &bare.to_string());
    test.attached("api", Some("first,second"));
    assert_eq!(test.read(&test.deployment_path("api")).unwrap()["spec"]["replicas"], 2);

    let mut copy = test.read(&test.deployment_path("api")).unwrap();
    assert_eq!(copy["metadata"]["annotations"][RUNBOOKS], "first,second");
    copy["metadata"] = json!({ "name": "copy", "annotations": copy["metadata"]["annotations"] });
    test.kubectl_in(&["create", "-f", "-"], &copy.to_string());
    test.attached("copy", None);
    operator.stop();
}

#[test]
fn more_than_twenty_documents_end_in_dots() {
    let Some(test) = Test::start("many") else { return };
    let operator = Operator::start(&[]);
    let names: Vec<String> = (0..25).map(|n| format!("r{n:02}")).collect();
    let mut objects = vec![deployment("api", "payments")];
    objects.extend(names.iter().map(|name| runbook(name, json!([deployment_named("api")]))));
    test.apply(&objects);
    test.attached("api", Some(&format!("{},...", names[..20].join(","))));
    operator.stop();
}

#[test]
fn an_object_and_a_namespace_can_opt_out_and_in_again() {
    let Some(test) = Test::start("optout") else { return };
    let operator = Operator::start(&[]);
    test.apply(&[
        deployment("api", "payments"),
        runbook("down", json!([deployment_named("api")])),
    ]);
    test.attached("api", Some("down"));
    let attach = |value: Value| json!({ "metadata": { "annotations": { "knowledge.scs.community/attach": value } } });
    let namespace = format!("/api/v1/namespaces/{}", test.namespace);
    for path in [test.deployment_path("api"), namespace] {
        test.patch(&path, &attach(json!("false")));
        test.attached("api", None);
        test.judged("down", "Attached", "OptedOut");
        let page = operator.page(&format!("/namespaces/{}/objects/deployments.apps/api", test.namespace));
        assert!(page.body.contains("About down"), "the site says it all the same");
        test.patch(&path, &attach(Value::Null));
        test.attached("api", Some("down"));
        test.judged("down", "Attached", "Attached");
    }
    operator.stop();
}

#[test]
fn who_changes_our_annotation_back_three_times_gets_their_way_and_one_event() {
    let Some(test) = Test::start("contest") else { return };
    let operator = Operator::start(&[]);
    test.apply(&[
        deployment("api", "payments"),
        deployment("worker", "payments"),
        runbook("down", json!([deployment_named("api")])),
    ]);
    test.attached("api", Some("down"));
    let revert = || {
        test.patch(
            &test.deployment_path("api"),
            &json!({ "metadata": { "annotations": { RUNBOOKS: null } } }),
        )
    };
    for _ in 0..2 {
        revert();
        test.attached("api", Some("down"));
    }
    let mark = audit::mark(&test);
    revert();
    let document = test.judged("down", "Attached", "Contested");
    assert_eq!(
        crate::support::documents::condition(&document, "Ready").unwrap()["status"],
        "True"
    );
    let events = || -> Result<Vec<Value>, String> {
        let mut events = items(&test, "/apis/events.k8s.io/v1", "events")?;
        events.retain(|event| event["reason"] == "Contested");
        Ok(events)
    };
    eventually("the event", Duration::from_secs(5), || equal(events()?.len(), 1));
    assert_eq!(events().unwrap()[0]["regarding"]["name"], "api");
    test.patch(
        &test.deployment_path("api"),
        &json!({ "metadata": { "annotations": { RUNBOOKS: "mine" } } }),
    );
    // When a later document is attached, the earlier change was seen and left alone.
    test.apply(&[runbook("other", json!([deployment_named("worker")]))]);
    test.attached("worker", Some("other"));
    let ours = audit::writes(&test, mark, "knowledge-operator");
    let to_api = ours
        .iter()
        .filter(|write| write.resource == "deployments" && write.name == "api");
    assert_eq!(to_api.count(), 0, "{ours:?}");
    assert_eq!(test.runbooks_of("api").unwrap().as_deref(), Some("mine"));
    assert_eq!(events().unwrap().len(), 1);
    operator.stop();
}
