//! The structural schema of a kind, held against an object.
//!
//! In: a schema of a CustomResourceDefinition and a value. Out: findings: types, unknown and missing fields, choices,
//! bounds, patterns, and the CEL rules that the schema carries.
//! Must not: have knowledge of its own about a field: everything comes from the schema.

use serde_json::{Map, Value};

use super::constraint::{Size, bounds, choice, distinct, pattern};
use super::{rules, similar};
use crate::api::{DocumentKind, object_schema};
use crate::finding::path::{item, join};
use crate::finding::{At, Code, Finding};

/// Holds a whole object against the schema of its kind, but for its metadata.
pub(super) fn object(kind: DocumentKind, object: &Value, findings: &mut Vec<Finding>) {
    let schema = object_schema(kind);
    let Some(fields) = object.as_object() else { return };
    let properties = schema.get("properties").and_then(Value::as_object);
    let known = |name: &str| properties.and_then(|properties| properties.get(name));
    for (name, given) in fields {
        match name.as_str() {
            "apiVersion" | "kind" | "metadata" => {}
            // The API server drops what an author writes here, but reads it first.
            "status" => shape(known(name).unwrap_or(&Value::Null), given, name, findings),
            _ => match known(name) {
                Some(schema) => value(schema, given, name, findings),
                None => findings.push(misplaced(kind, name)),
            },
        }
    }
    if !fields.contains_key("spec") {
        findings.push(
            Finding::new(Code::RequiredField, At::field("spec"), "`spec` is missing")
                .help("add `spec:` with a `content`"),
        );
    }
}

/// Holds a value against its schema.
pub(super) fn value(schema: &Value, value: &Value, path: &str, findings: &mut Vec<Finding>) {
    if !has_type(schema, value, path, findings) {
        return;
    }
    match value {
        Value::Object(map) => fields(schema, map, path, findings, &self::value),
        Value::Array(items) => {
            let size = Size {
                count: items.len(),
                unit: "items",
                keys: ["minItems", "maxItems"],
            };
            bounds(schema, &size, path, findings);
            if let Some(schema) = schema.get("items") {
                for (index, given) in items.iter().enumerate() {
                    self::value(schema, given, &item(path, index), findings);
                }
            }
        }
        Value::String(text) => {
            let size = Size {
                count: text.chars().count(),
                unit: "characters",
                keys: ["minLength", "maxLength"],
            };
            // Text of the wrong length has one finding, not a second one about its form.
            if bounds(schema, &size, path, findings) {
                pattern(schema, text, path, findings);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    choice(schema, value, path, findings);
    let validations = schema.get("x-kubernetes-validations").and_then(Value::as_array);
    for validation in validations.into_iter().flatten() {
        let text = |key: &str| validation.get(key).and_then(Value::as_str).unwrap_or_default();
        if let Some(twin) = rules::twin(text("rule"))
            && let Some(help) = (twin.broken)(value)
        {
            findings.push(Finding::new(twin.code, At::field(path), text("message")).help(help));
        }
    }
}

/// Holds a value against the types and names of its schema alone, as the API server does with the status.
fn shape(schema: &Value, value: &Value, path: &str, findings: &mut Vec<Finding>) {
    // A time may be any scalar here.
    let is_time = schema.get("format").is_some_and(|format| format == "date-time");
    let is_scalar = !value.is_object() && !value.is_array();
    if value.is_null() || (is_time && is_scalar) || !has_type(schema, value, path, findings) {
        return;
    }
    match value {
        Value::Object(map) => {
            let mut found = Vec::new();
            fields(schema, map, path, &mut found, &shape);
            findings.extend(found.into_iter().filter(|finding| finding.code != Code::RequiredField));
        }
        Value::Array(items) => {
            if let Some(schema) = schema.get("items") {
                for (index, given) in items.iter().enumerate() {
                    shape(schema, given, &item(path, index), findings);
                }
            }
            distinct(schema, items, path, findings);
        }
        _ => {}
    }
}

type Walk = dyn Fn(&Value, &Value, &str, &mut Vec<Finding>);

fn fields(schema: &Value, map: &Map<String, Value>, path: &str, findings: &mut Vec<Finding>, walk: &Walk) {
    let properties = schema.get("properties").and_then(Value::as_object);
    let additional = schema.get("additionalProperties").filter(|schema| schema.is_object());
    for (name, given) in map {
        let path = join(path, name);
        match (properties.and_then(|properties| properties.get(name)), additional) {
            (Some(schema), _) | (None, Some(schema)) => walk(schema, given, &path, findings),
            (None, None) => findings.push(unknown(name, &path, properties)),
        }
    }
    for name in schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        if !map.contains_key(name) {
            let message = format!("`{name}` is missing");
            findings.push(
                Finding::new(Code::RequiredField, At::field(join(path, name)), message)
                    .help(format!("add `{name}: ...`")),
            );
        }
    }
    let size = Size {
        count: map.len(),
        unit: "entries",
        keys: ["minProperties", "maxProperties"],
    };
    bounds(schema, &size, path, findings);
}

fn unknown(name: &str, path: &str, properties: Option<&Map<String, Value>>) -> Finding {
    let known: Vec<&str> = properties.into_iter().flat_map(Map::keys).map(String::as_str).collect();
    let finding = Finding::new(
        Code::UnknownField,
        At::Key(path.to_owned()),
        format!("there is no field `{name}`"),
    );
    match similar(name, known.iter().copied()) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None if known.is_empty() => finding,
        None => finding.help(format!("fields here: {}", known.join(", "))),
    }
}

/// A field beside `spec` that belongs into it, or into the other kind.
fn misplaced(kind: DocumentKind, name: &str) -> Finding {
    if super::has_field(kind, name) {
        let message = format!("there is no field `{name}` at this place");
        return Finding::new(Code::UnknownField, At::Key(join("", name)), message)
            .help(format!("write it under `spec`: `spec.{name}`"));
    }
    unknown(
        name,
        &join("", name),
        object_schema(kind).get("properties").and_then(Value::as_object),
    )
}

fn has_type(schema: &Value, value: &Value, path: &str, findings: &mut Vec<Finding>) -> bool {
    let Some(wanted) = schema.get("type").and_then(Value::as_str) else {
        return true;
    };
    let fits = match wanted {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" | "number" => value.is_number(),
        _ => true,
    };
    let nullable = schema.get("nullable") == Some(&Value::Bool(true));
    let fits_null = nullable && value.is_null();
    if !(fits || fits_null) {
        findings.push(wrong_type(wanted, value, path));
    }
    fits
}

/// The finding for a value that is not what `wanted` says.
pub(super) fn wrong_type(wanted: &str, value: &Value, path: &str) -> Finding {
    let name = last(path);
    let at = At::field(path);
    let wanted_words = match wanted {
        "object" => "a mapping",
        "array" => "a list",
        "string" => "text",
        "boolean" => "true or false",
        _ => "a number",
    };
    let given = match value {
        Value::Null => {
            let finding = Finding::new(Code::WrongType, at, format!("`{name}` has no value"));
            return finding.help("give it a value or remove the line");
        }
        Value::Bool(flag) => format!("the boolean {flag}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(_) => "text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    };
    let finding = Finding::new(
        Code::WrongType,
        at,
        format!("`{name}` must be {wanted_words}, not {given}"),
    );
    match (wanted, value) {
        ("string", Value::Bool(_)) => {
            finding.help("put it in quotes: without them yes, no, on, off, true and false are booleans")
        }
        ("string", Value::Number(_)) => finding.help("put it in quotes"),
        ("array", Value::String(text)) if text.len() <= 40 => finding.help(format!("write it as a list: [{text}]")),
        ("array", Value::Object(_)) => finding.help("begin each item with `- `"),
        ("boolean", Value::String(_)) => finding.help("remove the quotes"),
        ("object", _) => finding.help("write its fields below it, further to the right"),
        ("array", _) => finding.help("begin each item with `- `"),
        _ => finding.help(format!("write {wanted_words} here")),
    }
}

/// What a field is called in a sentence: its last name, with the index if it is an item.
pub(super) fn last(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, name)| name)
}
