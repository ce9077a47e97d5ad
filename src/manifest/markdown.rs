//! Plain Markdown with front matter to a document object.
//!
//! In: the text and path of a Markdown file, and what the caller knows better. Out: a [`Parsed`] document and findings.
//! Must not: lose a byte of the author's text: front matter keys without a meaning stay in the content.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::expand::{self, Budget};
use super::front_matter::{self as block, FrontMatter};
use super::lift::{Lifted, lift};
use super::origin::{Markdown, Origin};
use super::{Lines, Parsed, name};
use crate::api::{DocumentKind, names};
use crate::finding::{At, Code, Finding, TextSpan, tidy};
use crate::schema;

/// What the caller knows about a Markdown file. What the file itself says in its front matter wins.
#[derive(Clone, Debug, Default)]
pub struct MarkdownDefaults {
    /// The kind; found out from the file when absent.
    pub kind: Option<DocumentKind>,
    /// `metadata.name`; made of the path when absent.
    pub name: Option<String>,
    /// `metadata.namespace`.
    pub namespace: Option<String>,
    /// Fields of the spec. Those that the kind does not have are left out.
    pub spec: Map<String, Value>,
}

/// Reads a Markdown file as a document.
///
/// `path` is relative to the folder that is read, with `/`. `sections` says how many of Meaning, Impact, Diagnosis and
/// Mitigation a Markdown body has: two make a runbook, and so does a file name in the form of an alert name.
pub fn parse_markdown(
    path: &str,
    text: &str,
    defaults: &MarkdownDefaults,
    sections: &dyn Fn(&str) -> usize,
) -> (Parsed, Vec<Finding>) {
    let mut findings = Vec::new();
    let (matter, body_start) = read_front_matter(text, &mut findings);
    let values = matter.as_ref().map(|matter| matter.values.clone()).unwrap_or_default();
    let body = text.get(body_start..).unwrap_or_default();
    let kind = kind_of(&values, defaults, path, body, sections);

    let mut spec = Map::new();
    let mut metadata = Map::new();
    let mut kept = BTreeSet::new();
    if let Some(matter) = &matter {
        for (key, value) in &values {
            match lift(kind, key, value, matter) {
                Lifted::Spec(value) => drop(spec.insert(key.clone(), value)),
                Lifted::Metadata(value) => drop(metadata.insert(key.clone(), value)),
                Lifted::Kind => {}
                Lifted::Unknown(finding) | Lifted::Unfit(finding) => {
                    kept.insert(key.clone());
                    findings.push(finding);
                }
            }
        }
    }
    for (key, value) in &defaults.spec {
        if !spec.contains_key(key) && schema::has_field(kind, key) {
            spec.insert(key.clone(), value.clone());
        }
    }
    let name = defaults.name.clone().unwrap_or_else(|| name::object_name(path));
    metadata.entry("name").or_insert_with(|| name.into());
    if let Some(namespace) = &defaults.namespace {
        metadata.entry("namespace").or_insert_with(|| namespace.clone().into());
    }

    let ranges = match &matter {
        Some(matter) => matter.remaining(text, &kept),
        None => vec![TextSpan {
            start: body_start,
            end: text.len(),
        }],
    };
    let (content, pieces) = assemble(text, &ranges);
    spec.insert("content".to_owned(), content.into());
    // Name before namespace and fields before content, whatever the order of the file: the reader sees it first.
    let value = json!({
        "apiVersion": names::API_VERSION,
        "kind": kind.as_str(),
        "metadata": metadata,
        "spec": spec,
    });
    let origin = Origin::markdown(Markdown {
        matter: matter.map(|matter| matter.tree),
        pieces,
        length: text.len(),
    });
    tidy(&mut findings);
    (Parsed { value, origin }, findings)
}

/// The values of the front matter at the beginning of a Markdown text; `None` when there is none that can be read.
pub fn front_matter(text: &str) -> Option<Map<String, Value>> {
    read_front_matter(text, &mut Vec::new()).0.map(|found| found.values)
}

/// The front matter, and where the text that it does not cover begins.
fn read_front_matter(text: &str, findings: &mut Vec<Finding>) -> (Option<FrontMatter>, usize) {
    let start = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let body = text.get(start..).unwrap_or_default();
    if body.starts_with("+++\n") || body.starts_with("+++\r\n") {
        let span = TextSpan { start, end: start + 3 };
        let message = "front matter in TOML is not read";
        findings.push(
            Finding::new(Code::FrontMatterInvalid, At::Text(span), message)
                .help("write it in YAML, between `---` lines"),
        );
        return (None, start);
    }
    let Some(bounds) = block::bounds(text, start) else {
        return (None, start);
    };
    // With the first line, so that offsets are those of the file.
    let head: Arc<str> = text.get(..bounds.close).unwrap_or_default().into();
    let (trees, mut problems) = super::tree::documents(&head);
    let mut trees = trees.into_iter();
    // A second document cannot be: what would begin it has ended the front matter.
    let tree = trees.next();
    let values = tree.as_ref().and_then(|tree| {
        match expand::expand(tree, &Lines::new(&head), &mut Budget::new(), &mut problems)? {
            Value::Object(values) => Some(values),
            _ => {
                let span = tree.node(0).map_or(TextSpan { start, end: start }, |node| node.span);
                problems.push(Finding::new(
                    Code::FrontMatterInvalid,
                    At::Text(span),
                    "front matter that is not a mapping of fields",
                ));
                None
            }
        }
    });
    let broken = !problems.is_empty();
    findings.extend(problems.into_iter().map(|problem| Finding {
        code: Code::FrontMatterInvalid,
        ..problem
    }));
    match (tree, values) {
        // Nothing but comments between the lines.
        (None, _) if !broken => (None, bounds.body),
        (Some(tree), Some(values)) if !broken => (Some(FrontMatter { tree, values, bounds }), bounds.body),
        // What cannot be read, or says something twice, is not taken apart.
        _ => (None, start),
    }
}

fn kind_of(
    values: &Map<String, Value>,
    defaults: &MarkdownDefaults,
    path: &str,
    body: &str,
    sections: &dyn Fn(&str) -> usize,
) -> DocumentKind {
    let said = values.get("kind").and_then(Value::as_str).and_then(super::lift::kind);
    said.or(defaults.kind).unwrap_or_else(|| {
        if values.contains_key("alerts") || name::is_alert_shaped(name::stem(path)) || sections(body) >= 2 {
            DocumentKind::Runbook
        } else {
            DocumentKind::KnowledgeArticle
        }
    })
}

/// The ranges of the text one after the other, with line feeds alone at the ends of lines, and which bytes of the
/// result are which of the text.
fn assemble(text: &str, ranges: &[TextSpan]) -> (String, Vec<(usize, usize)>) {
    let mut content = String::with_capacity(text.len());
    let mut pieces = Vec::new();
    for range in ranges {
        let mut from = range.start;
        for line in text
            .get(range.start..range.end)
            .unwrap_or_default()
            .split_inclusive("\r\n")
        {
            pieces.push((content.len(), from));
            match line.strip_suffix("\r\n") {
                Some(line) => {
                    content.push_str(&line.replace('\r', "\n"));
                    pieces.push((content.len(), from + line.len() + 1));
                    content.push('\n');
                }
                None => content.push_str(&line.replace('\r', "\n")),
            }
            from += line.len();
        }
    }
    (content, pieces)
}
