//! Text to objects, each with the exact place of everything in it. Pure.
//!
//! In: the text of a manifest (YAML or JSON, any number of documents) or of a Markdown file with front matter.
//! Out: [`Parsed`] objects whose [`Origin`] turns a finding's place into bytes of that text, and findings.
//! Must not: read a file, fail, or judge an object: whatever a user got wrong in the text is a finding, what they got
//! wrong in the object is said by `schema` and `check`.

mod dialect;
mod expand;
mod front_matter;
mod lift;
mod lines;
mod list;
mod markdown;
#[cfg(test)]
mod markdown_tests;
mod name;
mod origin;
mod scalar;
mod scalar_map;
#[cfg(test)]
mod tests;
mod tree;
mod write;

use std::sync::Arc;

use serde_json::Value;

use crate::finding::{At, Code, Finding, TextSpan, tidy};

pub use lines::{Lines, Position};
pub use markdown::{MarkdownDefaults, front_matter, parse_markdown};
pub use name::{alias_name, is_alert_shaped, name_from_template, object_name};
pub use origin::Origin;
pub use write::to_yaml;

/// The longest text that is read. The API server takes no request above 3 MiB.
pub const MAX_TEXT: usize = 16 << 20;

/// One object of the input and where it stands.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The object as the API server reads it.
    pub value: Value,
    /// Where everything in it stands.
    pub origin: Origin,
}

/// Reads the objects of a text: YAML or JSON, several documents, lists expanded.
///
/// A mapping with `groups` and without `kind` is a plain Prometheus rule file; it is handed on as it is.
pub fn parse_manifests(text: &str) -> (Vec<Parsed>, Vec<Finding>) {
    if text.len() > MAX_TEXT {
        let message = format!("the file is longer than {} MiB and is not read", MAX_TEXT >> 20);
        return (
            Vec::new(),
            vec![Finding::new(
                Code::YamlBudget,
                At::Text(TextSpan { start: 0, end: 0 }),
                message,
            )],
        );
    }
    let text: Arc<str> = text.into();
    let lines = Lines::new(&text);
    let (trees, mut findings) = tree::documents(&text);
    let mut objects = Vec::new();
    let mut budget = expand::Budget::new();
    for tree in trees {
        if let Some(value) = expand::expand(&tree, &lines, &mut budget, &mut findings) {
            list::objects(value, &Arc::new(tree), 0, &mut objects, &mut findings);
        }
    }
    tidy(&mut findings);
    (objects, findings)
}

/// Reads bytes as text: UTF-8, with or without a byte order mark.
pub fn decode(bytes: &[u8]) -> Result<&str, Finding> {
    std::str::from_utf8(bytes).map_err(|error| {
        let start = error.valid_up_to();
        let line = bytes.iter().take(start).filter(|byte| **byte == b'\n').count() + 1;
        let message = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the file is UTF-16, not UTF-8".to_owned(),
            _ if bytes.contains(&0) => "the file is binary".to_owned(),
            _ => format!("byte {start} of the file, in line {line}, is not UTF-8"),
        };
        // There is no text to point into.
        Finding::new(Code::NotText, At::Text(TextSpan { start: 0, end: 0 }), message).help("save the file as UTF-8")
    })
}
