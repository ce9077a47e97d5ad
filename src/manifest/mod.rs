//! Text to objects, each with the exact place of everything in it. Pure.
//!
//! In: the text of a manifest (YAML or JSON, any number of documents) or of a Markdown file with front matter.
//! Out: [`Parsed`] objects whose [`Origin`] turns a finding's place into bytes of that text, and findings.
//! Must not: read a file, fail, or judge an object: whatever a user got wrong in the text is a finding, what they got
//! wrong in the object is said by `schema` and `check`.

mod lines;
mod markdown;
mod name;
mod origin;

use serde_json::Value;

use crate::finding::Finding;

pub use lines::{Lines, Position};
pub use markdown::{MarkdownDefaults, parse_markdown};
pub use name::{alias_name, is_alert_shaped, object_name};
pub use origin::Origin;

/// One object of the input and where it stands.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The object as the API server reads it.
    pub value: Value,
    /// Where everything in it stands.
    pub origin: Origin,
}

/// Reads the objects of a text: YAML or JSON, several documents, lists expanded.
pub fn parse_manifests(_text: &str) -> (Vec<Parsed>, Vec<Finding>) {
    (Vec::new(), Vec::new())
}

/// Reads bytes as text: UTF-8, with or without a byte order mark.
pub fn decode(bytes: &[u8]) -> Result<&str, Finding> {
    std::str::from_utf8(bytes).map_err(|_| {
        Finding::new(crate::finding::Code::NotText, crate::finding::At::Object, "the file is not UTF-8 text")
    })
}
