//! A YAML document to the objects it holds.
//!
//! In: the value of a document. Out: one [`Parsed`] for each object, lists taken apart as `kubectl` does, and findings
//! about what is no object. Must not: look further than `apiVersion`, `kind` and `items`.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::Parsed;
use super::origin::Origin;
use super::tree::{Body, NodeId, Tree};
use crate::finding::{At, Code, Finding, TextSpan};

/// Adds the objects that the value of node `root` holds.
pub(super) fn objects(
    value: Value,
    tree: &Arc<Tree>,
    root: NodeId,
    objects: &mut Vec<Parsed>,
    findings: &mut Vec<Finding>,
) {
    let Value::Object(mut map) = value else {
        return findings.push(not_an_object(tree, root, "this is not a mapping of fields"));
    };
    let items = if is_list(&map) { map.remove("items") } else { None };
    match items {
        Some(Value::Array(values)) => {
            let (api_version, kind) = item_type(&map);
            for (value, node) in values.into_iter().zip(item_nodes(tree, root)) {
                let value = with_type(value, api_version.as_ref(), kind.as_ref());
                self::objects(value, tree, node, objects, findings);
            }
        }
        Some(Value::Null) => {}
        Some(_) => findings.push(not_an_object(tree, root, "`items` is not a list")),
        None => {
            if let Some(problem) = problem(&map) {
                findings.push(not_an_object(tree, root, problem));
            } else {
                let origin = Origin::manifest(Arc::clone(tree), root);
                objects.push(Parsed {
                    value: Value::Object(map),
                    origin,
                });
            }
        }
    }
}

fn is_list(map: &Map<String, Value>) -> bool {
    map.get("kind")
        .and_then(Value::as_str)
        .is_some_and(|kind| kind.ends_with("List"))
        && map.contains_key("items")
}

/// Items of a typed list need not repeat their type.
fn item_type(list: &Map<String, Value>) -> (Option<Value>, Option<Value>) {
    let kind = list
        .get("kind")
        .and_then(Value::as_str)
        .and_then(|kind| kind.strip_suffix("List"));
    match kind {
        Some("") | None => (None, None),
        Some(kind) => (list.get("apiVersion").cloned(), Some(kind.into())),
    }
}

fn with_type(mut value: Value, api_version: Option<&Value>, kind: Option<&Value>) -> Value {
    if let (Some(map), Some(api_version), Some(kind)) = (value.as_object_mut(), api_version, kind)
        && !map.contains_key("kind")
        && !map.contains_key("apiVersion")
    {
        map.insert("apiVersion".to_owned(), api_version.clone());
        map.insert("kind".to_owned(), kind.clone());
    }
    value
}

/// The nodes of the items, followed to what they stand for.
fn item_nodes(tree: &Tree, list: NodeId) -> Vec<NodeId> {
    let root = [crate::finding::path::Segment::Key("items".into())];
    let items = super::origin::find_value(tree, list, &root).and_then(|id| tree.value(id));
    match items.map(|(_, node)| &node.body) {
        Some(Body::Sequence(items)) => items.clone(),
        _ => Vec::new(),
    }
}

fn problem(map: &Map<String, Value>) -> Option<&'static str> {
    let text = |key: &str| {
        map.get(key)
            .and_then(Value::as_str)
            .is_some_and(|text| !text.is_empty())
    };
    match (text("apiVersion"), text("kind")) {
        (true, true) => None,
        (false, false) if map.get("groups").is_some_and(Value::is_array) => None,
        (false, false) => Some("it has no `apiVersion` and no `kind`"),
        (false, true) => Some("it has no `apiVersion`"),
        (true, false) => Some("it has no `kind`"),
    }
}

fn not_an_object(tree: &Arc<Tree>, root: NodeId, problem: &str) -> Finding {
    let origin = Origin::manifest(Arc::clone(tree), root);
    let span: TextSpan = origin.resolve(&At::Object);
    Finding::new(
        Code::NotAnObject,
        At::Text(span),
        format!("not a Kubernetes object: {problem}"),
    )
    .help("a document begins with `apiVersion: knowledge.scs.community/v1alpha1` and `kind: Runbook`")
}
