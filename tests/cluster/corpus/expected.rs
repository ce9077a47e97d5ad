//! Which annotations there should be: plain loops over documents and objects, sharing nothing with the operator.
//!
//! In: documents as they were applied, objects as the API server has them. Out: each annotation with its value.
//! Must not: call anything of the crate under test.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::TARGETS;
use crate::support::Test;

/// `Kind.group namespace/name key`, and the value of the annotation.
pub type Annotations = BTreeMap<String, String>;

const KEYS: [(&str, &str); 2] = [
    ("Runbook", "knowledge.scs.community/runbooks"),
    ("KnowledgeArticle", "knowledge.scs.community/articles"),
];

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or("")
}

fn objects(test: &Test) -> Vec<Value> {
    let all = test.kubectl(&["get", &TARGETS.join(","), "--all-namespaces", "-o", "json"]);
    let all: Value = serde_json::from_str(&all).unwrap();
    all["items"].as_array().unwrap().clone()
}

fn group(object: &Value) -> &str {
    text(object, "apiVersion")
        .split_once('/')
        .map_or("", |(group, _)| group)
}

fn name(object: &Value, key: &str) -> String {
    let meta = &object["metadata"];
    format!(
        "{}.{} {}/{} {key}",
        text(object, "kind"),
        group(object),
        text(meta, "namespace"),
        text(meta, "name")
    )
}

/// What all objects carry now.
pub fn carried(test: &Test) -> Annotations {
    let mut carried = Annotations::new();
    for object in objects(test) {
        for (_, key) in KEYS {
            if let Some(value) = object["metadata"]["annotations"][key].as_str() {
                carried.insert(name(&object, key), value.to_owned());
            }
        }
    }
    carried
}

/// How many objects these are on.
pub fn objects_of(annotations: &Annotations) -> usize {
    let objects: BTreeSet<&str> = annotations
        .keys()
        .filter_map(|key| Some(key.rsplit_once(' ')?.0))
        .collect();
    objects.len()
}

/// What they should carry. `forbidden` are the kinds that the operator may not watch.
pub fn annotations(test: &Test, documents: &[Value], shared: &str, forbidden: &[&str]) -> Annotations {
    let objects = objects(test);
    let mut namespaces = BTreeMap::new();
    for object in &objects {
        if object["kind"] == "Namespace" {
            namespaces.insert(text(&object["metadata"], "name"), object);
        }
    }
    let mut expected = Annotations::new();
    for object in &objects {
        let opted_out = object["metadata"]["annotations"]["knowledge.scs.community/attach"] == "false";
        if forbidden.contains(&text(object, "kind")) || opted_out {
            continue;
        }
        for (kind, key) in KEYS {
            let mut listed = BTreeSet::new();
            for document in documents {
                if document["kind"] == kind && describes(document, object, shared, &namespaces) {
                    let from = text(&document["metadata"], "namespace");
                    let name = text(&document["metadata"], "name");
                    let own = from == text(&object["metadata"], "namespace");
                    listed.insert(if own { name.to_owned() } else { format!("{from}/{name}") });
                }
            }
            let mut listed: Vec<String> = listed.into_iter().collect();
            if listed.len() > 20 {
                listed.truncate(20);
                listed.push("...".to_owned());
            }
            if !listed.is_empty() {
                expected.insert(name(object, key), listed.join(","));
            }
        }
    }
    expected
}

fn describes(document: &Value, object: &Value, shared: &str, namespaces: &BTreeMap<&str, &Value>) -> bool {
    let from = text(&document["metadata"], "namespace");
    let (space, called) = (
        text(&object["metadata"], "namespace"),
        text(&object["metadata"], "name"),
    );
    for target in document["spec"]["appliesTo"].as_array().into_iter().flatten() {
        if text(target, "kind") != text(object, "kind") || text(target, "group") != group(object) {
            continue;
        }
        let within = if space.is_empty() {
            from == shared || (object["kind"] == "Namespace" && called == from)
        } else if let Some(named) = target["namespace"].as_str() {
            named == space && (named == from || from == shared)
        } else if target["namespaceSelector"].is_object() {
            from == shared
                && namespaces
                    .get(space)
                    .is_some_and(|space| selects(&target["namespaceSelector"], space))
        } else {
            from == space
        };
        let meant = match target["name"].as_str() {
            Some(name) => name == called,
            None => target["all"] == true || (target["selector"].is_object() && selects(&target["selector"], object)),
        };
        if within && meant {
            return true;
        }
    }
    false
}

fn selects(selector: &Value, object: &Value) -> bool {
    let labels = &object["metadata"]["labels"];
    for (key, value) in selector["matchLabels"].as_object().into_iter().flatten() {
        if labels[key] != *value {
            return false;
        }
    }
    for requirement in selector["matchExpressions"].as_array().into_iter().flatten() {
        let label = &labels[text(requirement, "key")];
        let listed = requirement["values"]
            .as_array()
            .is_some_and(|values| values.contains(label));
        let holds = match text(requirement, "operator") {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => !label.is_null(),
            "DoesNotExist" => label.is_null(),
            other => panic!("no such operator: {other}"),
        };
        if !holds {
            return false;
        }
    }
    true
}

/// `Ok` when both are the same, else each difference.
pub fn compare(expected: &Annotations, carried: &Annotations) -> Result<(), String> {
    let keys: BTreeSet<&String> = expected.keys().chain(carried.keys()).collect();
    let different: Vec<String> = keys
        .into_iter()
        .filter(|key| expected.get(*key) != carried.get(*key))
        .map(|key| format!("{key}: {:?} instead of {:?}", carried.get(key), expected.get(key)))
        .collect();
    if different.is_empty() {
        Ok(())
    } else {
        Err(different.join("\n"))
    }
}
