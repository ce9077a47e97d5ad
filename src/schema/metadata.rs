//! The rules for `metadata` that hold for every Kubernetes object.
//!
//! In: an object. Out: findings about the form of its names, labels, annotations, owners and finalizers.
//! Must not: refuse what `kubectl get -o yaml` prints and the API server takes back.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::similar;
use super::walk::wrong_type;
use crate::finding::path::{item, join};
use crate::finding::{At, Code, Finding};

/// The API server counts keys and values together.
const MAX_ANNOTATIONS: usize = 256 << 10;
const MAX_NAME: usize = 253;
const MAX_LABEL: usize = 63;

const FIELDS: [&str; 15] = [
    "annotations",
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "generation",
    "labels",
    "managedFields",
    "name",
    "namespace",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];
const OWNER_FIELDS: [&str; 6] = ["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"];

/// Checks the metadata of an object.
pub(super) fn check(object: &Value, findings: &mut Vec<Finding>) {
    let empty = Map::new();
    let metadata = match object.get("metadata") {
        None | Some(Value::Null) => &empty,
        Some(Value::Object(metadata)) => metadata,
        Some(other) => return findings.push(wrong_type("object", other, "metadata")),
    };
    for (name, value) in metadata {
        field(name, value, findings);
    }
    if !metadata
        .get("name")
        .is_some_and(|name| name.is_string() && name != "" || !name.is_string() && !name.is_null())
    {
        let message = if metadata.contains_key("generateName") {
            "`metadata.name` is missing; `generateName` works with `kubectl create` alone"
        } else {
            "`metadata.name` is missing"
        };
        findings.push(
            Finding::new(Code::RequiredField, At::field("metadata.name"), message)
                .help("add `name: ...` under `metadata`"),
        );
    }
}

fn field(name: &str, value: &Value, findings: &mut Vec<Finding>) {
    let path = join("metadata", name);
    let wanted = match name {
        "name" | "generateName" | "namespace" | "resourceVersion" | "selfLink" | "uid" => "string",
        "labels" | "annotations" => "object",
        "finalizers" | "ownerReferences" => "array",
        "generation" | "deletionGracePeriodSeconds" => "number",
        "creationTimestamp" | "deletionTimestamp" => {
            // Whatever scalar stands here, the API server writes its own.
            if value.is_object() || value.is_array() {
                findings.push(wrong_type("string", value, &path));
            }
            return;
        }
        "managedFields" => {
            if !value.is_null() {
                let finding = bad(At::Key(path), "`managedFields` is written by the API server only");
                findings.push(finding.help("remove it; `kubectl get -o yaml` leaves it out unless asked for it"));
            }
            return;
        }
        _ => return findings.push(unknown(name, path, &FIELDS)),
    };
    if !fits(wanted, value) {
        return findings.push(wrong_type(wanted, value, &path));
    }
    match (name, value) {
        ("name", Value::String(name)) if !name.is_empty() => subdomain(name, &path, findings),
        ("generateName", Value::String(prefix)) if !prefix.is_empty() => {
            subdomain(&with_letters(prefix), &path, findings);
        }
        ("namespace", Value::String(namespace)) if !namespace.is_empty() && !is_dns_label(namespace) => {
            let finding = bad(At::field(path), format!("`{namespace}` is not the name of a namespace"));
            findings
                .push(finding.help("lower case letters, digits and `-`, at most 63, a letter or digit at both ends"));
        }
        ("labels", Value::Object(labels)) => self::labels(labels, findings),
        ("annotations", Value::Object(annotations)) => self::annotations(annotations, findings),
        ("finalizers", Value::Array(finalizers)) => self::finalizers(finalizers, findings),
        ("ownerReferences", Value::Array(owners)) => self::owners(owners, findings),
        _ => {}
    }
}

/// The name that the API server tries a prefix with: it appends letters and digits, so a dash may stand at the end, and
/// whatever is before that dash is not looked at.
fn with_letters(prefix: &str) -> String {
    let mut name: Vec<char> = prefix.chars().collect();
    if name.len() > 1 && name.last() == Some(&'-') {
        name.truncate(name.len() - 2);
        name.push('a');
    }
    name.into_iter().collect()
}

/// Null is taken as absent everywhere in the metadata.
fn fits(wanted: &str, value: &Value) -> bool {
    match (wanted, value) {
        (_, Value::Null) => true,
        ("string", value) => value.is_string(),
        ("object", value) => value.is_object(),
        ("array", value) => value.is_array(),
        ("boolean", value) => value.is_boolean(),
        (_, value) => value.is_number(),
    }
}

fn subdomain(name: &str, path: &str, findings: &mut Vec<Finding>) {
    let parts = name.split('.').all(is_dns_part);
    if !parts || name.len() > MAX_NAME {
        let message = if name.len() > MAX_NAME {
            format!("the name has {} characters, more than {MAX_NAME}", name.len())
        } else {
            format!("`{name}` is not a resource name")
        };
        let finding = bad(At::field(path), message);
        findings
            .push(finding.help("lower case letters, digits, `-` and `.`, a letter or digit at both ends of each part"));
    }
}

fn labels(labels: &Map<String, Value>, findings: &mut Vec<Finding>) {
    for (key, value) in labels {
        let path = join("metadata.labels", key);
        if let Some(problem) = qualified_name(key) {
            findings.push(bad(
                At::Key(path.clone()),
                format!("`{key}` is not a label key: {problem}"),
            ));
        }
        match value {
            Value::Null => {}
            Value::String(text) if text.is_empty() || is_name(text) => {}
            Value::String(text) => {
                let finding = bad(At::field(path), format!("`{text}` is not a label value"));
                findings.push(finding.help("at most 63 letters, digits, `-`, `_` and `.`, a letter or digit at both ends; annotations take any text"));
            }
            other => findings.push(wrong_type("string", other, &path)),
        }
    }
}

fn annotations(annotations: &Map<String, Value>, findings: &mut Vec<Finding>) {
    let mut size = 0;
    for (key, value) in annotations {
        let path = join("metadata.annotations", key);
        if let Some(problem) = qualified_name(&key.to_lowercase()) {
            findings.push(bad(
                At::Key(path.clone()),
                format!("`{key}` is not an annotation key: {problem}"),
            ));
        }
        size += key.len();
        match value {
            Value::Null => {}
            Value::String(text) => size += text.len(),
            other => findings.push(wrong_type("string", other, &path)),
        }
    }
    if size > MAX_ANNOTATIONS {
        let message = format!("the annotations have {size} bytes, more than {MAX_ANNOTATIONS}");
        findings.push(bad(At::field("metadata.annotations"), message));
    }
}

fn finalizers(finalizers: &[Value], findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for (index, finalizer) in finalizers.iter().enumerate() {
        let path = item("metadata.finalizers", index);
        let Some(name) = finalizer.as_str() else {
            findings.push(wrong_type("string", finalizer, &path));
            continue;
        };
        if let Some(problem) = qualified_name(name) {
            findings.push(bad(At::field(&path), format!("`{name}` is not a finalizer: {problem}")));
        }
        if !seen.insert(name) {
            findings.push(bad(At::field(path), format!("finalizer `{name}` is given twice")));
        }
    }
    if seen.contains("orphan") && seen.contains("foregroundDeletion") {
        findings.push(bad(
            At::field("metadata.finalizers"),
            "`orphan` and `foregroundDeletion` exclude each other",
        ));
    }
}

fn owners(owners: &[Value], findings: &mut Vec<Finding>) {
    let (mut uids, mut controllers) = (BTreeSet::new(), 0);
    for (index, owner) in owners.iter().enumerate() {
        let path = item("metadata.ownerReferences", index);
        let Some(fields) = owner.as_object() else {
            findings.push(wrong_type("object", owner, &path));
            continue;
        };
        for (name, value) in fields {
            let wanted = if matches!(name.as_str(), "controller" | "blockOwnerDeletion") {
                "boolean"
            } else {
                "string"
            };
            if !OWNER_FIELDS.contains(&name.as_str()) {
                findings.push(unknown(name, join(&path, name), &OWNER_FIELDS));
            } else if !fits(wanted, value) {
                findings.push(wrong_type(wanted, value, &join(&path, name)));
            }
        }
        let text = |key: &str| fields.get(key).and_then(Value::as_str).unwrap_or_default();
        for name in ["apiVersion", "kind", "name", "uid"] {
            if text(name).is_empty()
                && fields
                    .get(name)
                    .is_none_or(|value| value.is_string() || value.is_null())
            {
                findings.push(bad(At::field(join(&path, name)), format!("an owner needs `{name}`")));
            }
        }
        let version = text("apiVersion");
        if !version.is_empty() && (version.matches('/').count() > 1 || version.ends_with('/')) {
            let message = format!("`{version}` is not a group and version");
            findings.push(bad(At::field(join(&path, "apiVersion")), message));
        }
        if version == "v1" && text("kind") == "Event" {
            findings.push(bad(At::field(&path), "an Event cannot be an owner"));
        }
        if !text("uid").is_empty() && !uids.insert(text("uid")) {
            findings.push(bad(
                At::field(&path),
                format!("the owner with uid `{}` is given twice", text("uid")),
            ));
        }
        controllers += usize::from(fields.get("controller") == Some(&Value::Bool(true)));
        if controllers > 1 && fields.get("controller") == Some(&Value::Bool(true)) {
            findings.push(bad(
                At::field(join(&path, "controller")),
                "only one owner can be the controller",
            ));
        }
    }
}

fn unknown(name: &str, path: String, known: &[&'static str]) -> Finding {
    let finding = Finding::new(Code::UnknownField, At::Key(path), format!("there is no field `{name}`"));
    match similar(name, known.iter().copied()) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None => finding.help("put your own data in `labels` or `annotations`"),
    }
}

fn bad(at: At, message: impl Into<String>) -> Finding {
    Finding::new(Code::InvalidMetadata, at, message)
}

/// What is wrong with a key: an optional DNS prefix and a name.
fn qualified_name(key: &str) -> Option<&'static str> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    if prefix.is_some_and(|prefix| prefix.is_empty() || prefix.len() > MAX_NAME || !prefix.split('.').all(is_dns_part))
    {
        return Some("what stands before `/` must be a DNS name in lower case");
    }
    (!is_name(name))
        .then_some("the name has at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends")
}

/// A label value, or a key without its prefix.
fn is_name(name: &str) -> bool {
    let ends = |c: char| c.is_ascii_alphanumeric();
    name.len() <= MAX_LABEL
        && name.starts_with(ends)
        && name.ends_with(ends)
        && name.chars().all(|c| ends(c) || matches!(c, '-' | '_' | '.'))
}

fn is_dns_label(name: &str) -> bool {
    name.len() <= MAX_LABEL && is_dns_part(name)
}

fn is_dns_part(name: &str) -> bool {
    let ends = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.starts_with(ends) && name.ends_with(ends) && name.chars().all(|c| ends(c) || c == '-')
}
