//! The API server's verdict, offline: structural schema, CEL rules and metadata rules. Pure.
//!
//! In: one object as JSON. Out: findings of the schema tier, all of them.
//! Must not: know more than the API server does (that is `check`), or stop at the first finding. That both say the same
//! is proven by `tests/cluster/verdict.rs`, which sends every manifest of `tests/manifests` to a real one.

mod constraint;
mod metadata;
mod rules;
mod similar;
mod walk;

use serde_json::Value;

use crate::api::{DocumentKind, names, object_schema};
use crate::finding::{At, Code, Finding};

pub use similar::similar;

/// What an object is to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// One of our kinds, in the version that is served.
    Document(DocumentKind),
    /// An object of another API group.
    Foreign,
    /// Our group, but no kind or version of it.
    Unknown(Finding),
}

/// Which kind an object is, by `apiVersion` and `kind`.
pub fn identify(object: &Value) -> Identity {
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    let Some((group, version)) = api_version.split_once('/') else {
        return Identity::Foreign;
    };
    if group != names::GROUP {
        return Identity::Foreign;
    }
    if version != names::VERSION {
        let message = format!("version `{version}` of {} is not served", names::GROUP);
        let finding = Finding::new(Code::UnknownKind, At::field("apiVersion"), message);
        return Identity::Unknown(finding.help(format!("write `apiVersion: {}`", names::API_VERSION)));
    }
    match DocumentKind::parse(kind) {
        Some(kind) => Identity::Document(kind),
        None => {
            let kinds = DocumentKind::ALL.map(DocumentKind::as_str);
            let message = format!("{} has no kind `{kind}`", names::GROUP);
            let help = match similar(kind, kinds) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("its kinds are {}", kinds.join(" and ")),
            };
            Identity::Unknown(Finding::new(Code::UnknownKind, At::field("kind"), message).help(help))
        }
    }
}

/// What the API server would refuse in a document of this kind under strict validation.
pub fn check(kind: DocumentKind, object: &Value) -> Vec<Finding> {
    let mut findings = metadata(object);
    walk::object(kind, object, &mut findings);
    findings
}

/// What the schema says of an object that an API server stored. Its metadata has passed there, and what the server adds
/// to it is nobody's mistake. It keeps no field that its own definition does not have, so one that we do not know comes
/// from a newer definition, and is left to a newer operator.
pub fn stored(kind: DocumentKind, object: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    walk::object(kind, object, &mut findings);
    findings.retain(|finding| finding.code != Code::UnknownField);
    findings
}

/// What the API server would refuse in the metadata of any object.
pub fn metadata(object: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    metadata::check(object, &mut findings);
    findings
}

/// What the API server would refuse in one field of the spec, such as `tags`, if it had this value.
pub fn field(kind: DocumentKind, name: &str, value: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(schema) = field_schema(kind, name) {
        walk::value(schema, value, &crate::finding::path::join("spec", name), &mut findings);
    }
    findings
}

/// Whether the spec of a kind has a field of that name.
pub fn has_field(kind: DocumentKind, name: &str) -> bool {
    field_schema(kind, name).is_some()
}

/// The values that a field of the spec may have, if it is a choice.
pub fn allowed(kind: DocumentKind, name: &str) -> Vec<String> {
    let choices = field_schema(kind, name)
        .and_then(|schema| schema.get("enum"))
        .and_then(Value::as_array);
    choices
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn field_schema(kind: DocumentKind, name: &str) -> Option<&'static Value> {
    object_schema(kind)
        .get("properties")?
        .get("spec")?
        .get("properties")?
        .get(name)
}
