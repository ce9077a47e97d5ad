//! Objects as YAML that consists of printable ASCII, whatever stands in them.
//!
//! In: JSON values. Out: YAML in flow style, one line an object. Must not: rely on a character that YAML does not allow.

use std::fmt::Write;

use serde_json::Value;

/// A stream of documents.
pub(super) fn stream(objects: &[Value]) -> String {
    let mut out = String::new();
    for object in objects {
        out.push_str("---\n");
        value(&mut out, object);
        out.push('\n');
    }
    out
}

fn value(out: &mut String, given: &Value) {
    match given {
        Value::String(text) => quoted(out, text),
        Value::Array(items) => {
            out.push('[');
            for item in items {
                value(out, item);
                out.push_str(", ");
            }
            out.push(']');
        }
        Value::Object(fields) => {
            out.push('{');
            for (key, item) in fields {
                quoted(out, key);
                out.push_str(": ");
                value(out, item);
                out.push_str(", ");
            }
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
}

/// A text between double quotes, as front matter may have it too.
pub(super) fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        let written = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            ' '..='~' => write!(out, "{c}"),
            '\0'..='\u{ff}' => write!(out, "\\x{:02x}", u32::from(c)),
            '\u{100}'..='\u{ffff}' => write!(out, "\\u{:04x}", u32::from(c)),
            _ => write!(out, "\\U{:08x}", u32::from(c)),
        };
        written.unwrap();
    }
    out.push('"');
}
