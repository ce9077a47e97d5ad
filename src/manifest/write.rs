//! JSON to YAML that every reader takes the same way: what `import`, `new` and the CustomResourceDefinitions are
//! written with.
//!
//! In: a JSON value. Out: YAML in block style, longer text as literal blocks, byte for byte the same for the same value.
//! Must not: write a plain scalar that YAML 1.1 or 1.2 reads as anything but that string.

use granit_parser::ScalarStyle;
use serde_json::{Map, Value};

use super::scalar;

/// The value as a YAML document, without `---`.
pub fn to_yaml(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(map) if !map.is_empty() => mapping(map, 0, &mut out),
        Value::Array(items) if !items.is_empty() => sequence(items, 0, &mut out),
        other => inline(other, 0, &mut out),
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

fn mapping(map: &Map<String, Value>, indent: usize, out: &mut String) {
    for (index, (key, value)) in map.iter().enumerate() {
        if index > 0 {
            spaces(indent, out);
        }
        out.push_str(&flow(key));
        out.push(':');
        match value {
            Value::Object(map) if !map.is_empty() => {
                out.push('\n');
                spaces(indent + 2, out);
                mapping(map, indent + 2, out);
            }
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                spaces(indent + 2, out);
                sequence(items, indent + 2, out);
            }
            other => {
                out.push(' ');
                inline(other, indent + 2, out);
            }
        }
    }
}

fn sequence(items: &[Value], indent: usize, out: &mut String) {
    for (index, value) in items.iter().enumerate() {
        if index > 0 {
            spaces(indent, out);
        }
        out.push_str("- ");
        match value {
            Value::Object(map) if !map.is_empty() => mapping(map, indent + 2, out),
            Value::Array(items) if !items.is_empty() => sequence(items, indent + 2, out),
            other => inline(other, indent + 2, out),
        }
    }
}

/// A value that begins on the line of its key and ends with a line feed.
fn inline(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::String(text) => match block_header(text) {
            Some(header) => {
                out.push_str(&header);
                out.push('\n');
                for line in text.split_inclusive('\n') {
                    if line != "\n" {
                        // A top-level text still needs indentation.
                        spaces(indent.max(2), out);
                    }
                    out.push_str(line);
                }
                if !text.ends_with('\n') {
                    out.push('\n');
                }
                return;
            }
            None => out.push_str(&flow(text)),
        },
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
        other => out.push_str(&other.to_string()),
    }
    out.push('\n');
}

/// The header of the literal block that holds this text, if one can: `|`, `|-`, `|+`, with an indentation of its own
/// where the text begins with a space.
fn block_header(text: &str) -> Option<String> {
    let first = text.split('\n').find(|line| !line.is_empty())?;
    let fits = text.contains('\n') && !first.starts_with('\t') && text.chars().all(|c| c == '\n' || is_plain(c));
    if !fits {
        return None;
    }
    // What ends with lines of spaces alone is read differently by different readers.
    let last = text.trim_end_matches('\n').rsplit('\n').next().unwrap_or_default();
    if last.trim().is_empty() {
        return None;
    }
    let indicator = if first.starts_with(' ') || text.starts_with('\n') {
        "2"
    } else {
        ""
    };
    let chomping = match text.len() - text.trim_end_matches('\n').len() {
        0 => "-",
        1 => "",
        _ => "+",
    };
    Some(format!("|{indicator}{chomping}"))
}

/// Characters that stand for themselves in a literal block.
fn is_plain(c: char) -> bool {
    let is_break = matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
    !is_break && matches!(c, '\t' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// A text on one line: plain where it means the same to everybody, else in double quotes.
fn flow(text: &str) -> String {
    let starts = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '.' | '_' | '$' | '(');
    let inside = |c: char| is_plain(c) && !matches!(c, '\t' | ',' | '[' | ']' | '{' | '}');
    let plain = text.starts_with(starts)
        && text.chars().all(inside)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && text.len() < 1000
        && scalar::resolve(text, ScalarStyle::Plain, None).is_ok_and(|value| value == text);
    if plain {
        return text.to_owned();
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if is_plain(c) => quoted.push(c),
            c if u32::from(c) <= 0xffff => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    quoted.push('"');
    quoted
}

fn spaces(count: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', count));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::manifest::parse_manifests;

    fn read_back(value: &Value) {
        let object = json!({ "apiVersion": "v1", "kind": "X", "v": value, "w": [value], "x": { "y": [[value]] } });
        let text = to_yaml(&object);
        let (objects, findings) = parse_manifests(&text);
        assert_eq!(findings, [], "{text}");
        assert_eq!(objects[0].value, object, "{text}");
    }

    #[test]
    fn text_is_written_as_people_would() {
        let value = json!({
            "title": "Payments API is down", "language": "no", "count": 5, "empty": {}, "list": [], "url": "https://a/b?c#d",
            "items": [{ "a": "b", "c": ["d"] }], "content": "# Title\n\n    code\n", "cut": "a\nb", "long": "a\n\n\n",
        });
        let text = "title: Payments API is down\nlanguage: \"no\"\ncount: 5\nempty: {}\nlist: []\nurl: https://a/b?c#d\nitems:\n  - a: b\n    c:\n      - d\ncontent: |\n  # Title\n\n      code\ncut: |-\n  a\n  b\nlong: |+\n  a\n\n\n";
        assert_eq!(to_yaml(&value), text);
    }

    #[test]
    fn awkward_text_reads_back() {
        for text in [
            "",
            " ",
            "\n",
            "\n\n",
            "a\n ",
            "  a\nb\n",
            "\n a\n",
            "\ta\nb",
            "a\r\nb",
            "yes",
            "0777",
            "1e3",
            "~",
            "- a",
            "a: b",
            "a #b",
            "a:",
            "#",
            "'",
            "\"",
            "\\",
            "\u{feff}a\nb",
            "\u{2028}",
            "\u{7}",
            "a\n\n\nb\n\n",
            "---\na\n",
            "...",
            "%",
            "@",
            "a\n---\nb\n",
            "1.5.2",
            "0x1g",
            "=",
            "<<",
            "null",
            "\u{1f600}",
            "a\n\t\n",
            "trailing \nspace \n",
            "e\u{85}f\ng",
        ] {
            read_back(&text.into());
            let object = json!({ "apiVersion": "v1", "kind": "X", text: 1 });
            let (objects, findings) = parse_manifests(&to_yaml(&object));
            assert_eq!(findings, [], "{text:?}");
            assert_eq!(objects[0].value, object, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_reads_back(text in "[ -~\\n\\t\u{e4}\u{2028}#:'\"-]{0,40}|(\\PC|\\n){0,20}") {
            read_back(&text.into());
        }
    }
}
