//! What a schema says about a value of the right type: bounds, choices, patterns, keys of lists.
//!
//! In: a schema and a value. Out: findings. Must not: look at types or go into a value; that is `walk`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::{Map, Value};

use super::similar;
use super::walk::last;
use crate::api::{DocumentKind, object_schema};
use crate::finding::path::item;
use crate::finding::{At, Code, Finding};

/// A size and what it counts.
pub(super) struct Size {
    pub count: usize,
    pub unit: &'static str,
    /// The keys of the schema that bound it from below and above.
    pub keys: [&'static str; 2],
}

/// Whether a size is within its bounds.
pub(super) fn bounds(schema: &Value, size: &Size, path: &str, findings: &mut Vec<Finding>) -> bool {
    let Size { count, unit, keys } = size;
    let bound = |key: &str| usize::try_from(schema.get(key)?.as_u64()?).ok();
    let [min, max] = keys.map(bound);
    let name = last(path);
    let below = min.filter(|min| count < min);
    if let Some(min) = below {
        let message = match count {
            0 => format!("`{name}` is empty"),
            _ => format!("`{name}` has {count} {unit}, fewer than {min}"),
        };
        findings.push(Finding::new(Code::OutOfBounds, At::field(path), message).help("give it a value or remove it"));
    }
    let above = max.filter(|max| count > max);
    if let Some(max) = above {
        let message = format!("`{name}` has {count} {unit}, more than {max}");
        let finding = Finding::new(Code::OutOfBounds, At::field(path), message);
        findings.push(if path == "spec.content" {
            finding.help("split the document, or put it in a ConfigMap and use `contentFrom`")
        } else {
            finding.help(format!("keep it to {max} {unit}"))
        });
    }
    below.is_none() && above.is_none()
}

/// Whether the value is one of those that the schema lists.
pub(super) fn choice(schema: &Value, value: &Value, path: &str, findings: &mut Vec<Finding>) {
    let Some(choices) = schema.get("enum").and_then(Value::as_array) else {
        return;
    };
    if choices.contains(value) {
        return;
    }
    let words: Vec<&str> = choices.iter().filter_map(Value::as_str).collect();
    let given = value.as_str().unwrap_or_default();
    let message = format!("`{}` cannot be `{}`", last(path), shown(given));
    let finding = Finding::new(Code::NotAllowed, At::field(path), message);
    findings.push(match similar(given, words.iter().copied()) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None => finding.help(format!("one of: {}", words.join(", "))),
    });
}

/// The patterns of both kinds, compiled once.
static PATTERNS: LazyLock<BTreeMap<String, Regex>> = LazyLock::new(|| {
    let mut patterns = BTreeMap::new();
    let mut schemas: Vec<&Value> = DocumentKind::ALL.map(object_schema).to_vec();
    while let Some(schema) = schemas.pop() {
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str)
            && let Ok(regex) = Regex::new(pattern)
        {
            patterns.insert(pattern.to_owned(), regex);
        }
        let inner = ["items", "additionalProperties"].iter();
        schemas.extend(inner.filter_map(|key| schema.get(key)));
        let properties = schema.get("properties").and_then(Value::as_object);
        schemas.extend(properties.into_iter().flat_map(Map::values));
    }
    patterns
});

/// Whether text has the form that the schema asks for.
pub(super) fn pattern(schema: &Value, text: &str, path: &str, findings: &mut Vec<Finding>) {
    let Some(pattern) = schema.get("pattern").and_then(Value::as_str) else {
        return;
    };
    if PATTERNS.get(pattern).is_none_or(|regex| regex.is_match(text)) {
        return;
    }
    let name = last(path);
    let help = match pattern {
        "^https?://.+" => "write an address that begins with https:// or http://".to_owned(),
        "^(https?://|mailto:|tel:).+" => {
            "write an address that begins with https://, http://, mailto: or tel:".to_owned()
        }
        _ if name == "language" => "write a BCP 47 tag such as `en` or `de-AT`".to_owned(),
        _ if path.starts_with("spec.aliases[") => "use lower case letters, digits, `-` and `.`".to_owned(),
        _ => format!("it must match {pattern}"),
    };
    let message = format!("`{name}` cannot be `{}`", shown(text));
    findings.push(Finding::new(Code::BadForm, At::field(path), message).help(help));
}

/// Items of a list with keys must have the keys, each once.
pub(super) fn distinct(schema: &Value, items: &[Value], path: &str, findings: &mut Vec<Finding>) {
    let Some(keys) = schema.get("x-kubernetes-list-map-keys").and_then(Value::as_array) else {
        return;
    };
    let mut seen = Vec::new();
    for (index, given) in items.iter().enumerate() {
        let keys = keys.iter().filter_map(Value::as_str);
        let key: Vec<Option<&Value>> = keys.map(|key| given.get(key)).collect();
        if seen.contains(&key) || key.contains(&None) {
            let message = format!("item {index} of `{}` repeats or lacks its key", last(path));
            let finding = Finding::new(Code::BadForm, At::field(item(path, index)), message);
            findings.push(finding.help("the status is the operator's to write; remove it"));
        }
        seen.push(key);
    }
}

/// As much of a value as a message should repeat.
fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(60)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn patterns<'s>(schema: &'s Value, found: &mut BTreeSet<&'s str>) {
        match schema {
            Value::Object(map) => {
                found.extend(map.get("pattern").and_then(Value::as_str));
                map.values().for_each(|value| patterns(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| patterns(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_pattern_of_the_definitions_compiles() {
        let mut found = BTreeSet::new();
        for kind in DocumentKind::ALL {
            patterns(object_schema(kind), &mut found);
        }
        let compiled: BTreeSet<&str> = PATTERNS.keys().map(String::as_str).collect();
        assert_eq!(found, compiled);
    }
}
