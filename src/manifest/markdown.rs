//! Plain Markdown with front matter to a document object.

use serde_json::{Map, Value};

use super::Parsed;
use crate::api::DocumentKind;
use crate::finding::Finding;

/// What a Markdown file does not say itself.
#[derive(Clone, Debug, Default)]
pub struct MarkdownDefaults {
    /// The kind, whatever the file looks like.
    pub kind: Option<DocumentKind>,
    /// `metadata.name`; derived from the path when absent.
    pub name: Option<String>,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
    /// Fields of the spec; the front matter wins.
    pub spec: Map<String, Value>,
}

/// Reads a Markdown file as a document. `path` is relative to the folder that is read, with `/`; `sections` says how
/// many of Meaning, Impact, Diagnosis and Mitigation a Markdown body has.
pub fn parse_markdown(
    _path: &str,
    _text: &str,
    _defaults: &MarkdownDefaults,
    _sections: &dyn Fn(&str) -> usize,
) -> (Parsed, Vec<Finding>) {
    (Parsed { value: Value::Null, origin: super::Origin::default() }, Vec::new())
}
