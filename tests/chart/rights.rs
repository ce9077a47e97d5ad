//! The rights of the chart are those that the operator is tested with, no more and no fewer.
//!
//! In: the roles as rendered. Out: single rights, compared as sets. Must not: let a wildcard or a further right pass.

use std::collections::BTreeSet;

use knowledge_operator::api::names;
use serde_json::{Value, json};

use super::{NAME, everything, find, namespaced, objects, parsed, root};

/// Every single right: group, resource, name, verb.
type Rights = BTreeSet<(String, String, String, String)>;

fn strings(value: &Value) -> Vec<String> {
    let list = value.as_array().into_iter().flatten();
    list.map(|one| one.as_str().unwrap().to_owned()).collect()
}

fn rights<'a>(roles: impl Iterator<Item = &'a Value>) -> Rights {
    let mut all = Rights::new();
    for rule in roles.flat_map(|role| role["rules"].as_array().into_iter().flatten()) {
        let mut names = strings(&rule["resourceNames"]);
        if names.is_empty() {
            names.push(String::new());
        }
        for group in strings(&rule["apiGroups"]) {
            for resource in strings(&rule["resources"]) {
                for name in &names {
                    for verb in strings(&rule["verbs"]) {
                        all.insert((group.clone(), resource.clone(), name.clone(), verb));
                    }
                }
            }
        }
    }
    all
}

/// The roles that are bound to the operator's account.
fn roles(objects: &[Value]) -> impl Iterator<Item = &Value> {
    let bound: BTreeSet<String> = objects
        .iter()
        .filter(|object| {
            object["kind"]
                .as_str()
                .is_some_and(|kind| kind.ends_with("RoleBinding"))
        })
        .filter(|binding| binding["subjects"][0]["name"] == NAME)
        .map(|binding| format!("{}/{}", binding["roleRef"]["kind"], binding["roleRef"]["name"]))
        .collect();
    objects.iter().filter(move |object| {
        let name = format!("{}/{}", object["kind"], object["metadata"]["name"]);
        bound.contains(&name)
    })
}

/// `tests/run cluster` runs the operator with exactly these, so they suffice; the list argues for each.
#[test]
fn the_default_chart_has_the_rights_that_the_operator_is_tested_with() {
    let Some(objects) = objects(&json!({}), &[]) else {
        return;
    };
    let tested = std::fs::read_to_string(root().join("tests/control-plane/operator-rbac.yaml")).unwrap();
    let tested = parsed(&tested);
    let tested = rights(tested.iter().filter(|object| object["kind"] == "ClusterRole"));
    let ours = rights(roles(&objects));
    assert_eq!(
        ours.difference(&tested).collect::<Vec<_>>(),
        Vec::<&_>::new(),
        "only in the chart"
    );
    assert_eq!(
        tested.difference(&ours).collect::<Vec<_>>(),
        Vec::<&_>::new(),
        "only in the tests"
    );
    assert!(ours.len() > 80, "{}", ours.len());
}

#[test]
fn no_right_is_a_wildcard_or_creates_or_deletes() {
    for values in [json!({}), everything(), namespaced()] {
        let Some(objects) = objects(&values, &[]) else { return };
        for (group, resource, name, verb) in rights(roles(&objects)) {
            let text = format!("{group}/{resource}/{name}: {verb}");
            assert!(!text.contains('*'), "{text}");
            assert!(!verb.starts_with("delete") && verb != "update", "{text}");
            assert!(verb != "create" || resource == "events", "{text}");
            assert!(resource != "secrets" || (!name.is_empty() && verb != "list"), "{text}");
        }
    }
}

#[test]
fn without_attaching_nothing_may_be_patched_but_statuses_and_its_own() {
    let Some(objects) = objects(&json!({ "attach": { "enabled": false } }), &[]) else {
        return;
    };
    for (group, resource, name, verb) in rights(roles(&objects)) {
        let own = !name.is_empty() || resource.ends_with("/status") || resource == "events";
        assert!(verb != "patch" || own, "{group}/{resource}");
    }
}

#[test]
fn a_further_kind_brings_its_rights_and_one_without_a_resource_brings_none() {
    let kinds = json!([
        { "group": "example.org", "kind": "Widget", "resource": "widgets" },
        { "group": "example.org", "kind": "Gadget" },
    ]);
    let Some(objects) = objects(&json!({ "targets": { "extraKinds": kinds } }), &[]) else {
        return;
    };
    let verbs: Vec<String> = rights(roles(&objects))
        .into_iter()
        .filter(|(group, ..)| group == "example.org")
        .map(|(_, resource, _, verb)| format!("{resource}:{verb}"))
        .collect();
    assert_eq!(verbs, ["widgets:get", "widgets:list", "widgets:patch", "widgets:watch"]);
}

#[test]
fn other_charts_can_add_kinds_by_label() {
    let Some(objects) = objects(&json!({}), &[]) else {
        return;
    };
    let role = find(&objects, "ClusterRole", "knowledge-operator-targets");
    let selector = &role["aggregationRule"]["clusterRoleSelectors"][0]["matchLabels"];
    assert_eq!(selector, &json!({ names::AGGREGATE_LABEL: "true" }));
}
