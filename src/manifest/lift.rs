//! A front matter key to the field of the document that it means.
//!
//! In: a key, its value and how it is written. Out: [`Lifted`]. Must not: change what a value says; a value that does
//! not fit its field stays where it is.

use serde_json::{Value, json};

use super::front_matter::FrontMatter;
use super::origin::find_value;
use super::scalar;
use super::tree::{Body, NodeId};
use crate::api::DocumentKind;
use crate::finding::path::Segment;
use crate::finding::{At, Code, Finding, TextSpan};
use crate::schema;

/// What becomes of a front matter key.
pub(super) enum Lifted {
    /// A field of the spec.
    Spec(Value),
    /// `name` or `namespace`.
    Metadata(Value),
    /// The kind of the document.
    Kind,
    /// Not a field: it stays, and does nothing.
    Unknown(Finding),
    /// The name of a field with a value that does not fit it: it stays.
    Unfit(Finding),
}

/// Spec fields that front matter does not set: the body is the content.
const NOT_LIFTED: [&str; 2] = ["content", "contentFrom"];

/// What `key` with `value` means for a document of this kind.
pub(super) fn lift(kind: DocumentKind, key: &str, value: &Value, matter: &FrontMatter) -> Lifted {
    let node = find_value(&matter.tree, 0, &[Segment::Key(key.into())]);
    match key {
        "kind" => match value.as_str().and_then(self::kind) {
            Some(_) => Lifted::Kind,
            None => Lifted::Unfit(unfit(
                key,
                &place(matter, node),
                "it is neither Runbook nor KnowledgeArticle",
            )),
        },
        "name" | "namespace" => {
            let value = written(matter, node).unwrap_or_else(|| value.clone());
            let at = At::field(format!("metadata.{key}"));
            let findings = schema::metadata(&json!({ "metadata": { key: value } }));
            match findings.iter().find(|finding| finding.at == at) {
                Some(finding) => Lifted::Unfit(unfit(key, &place(matter, node), &finding.message)),
                None => Lifted::Metadata(value),
            }
        }
        _ if !schema::has_field(kind, key) || NOT_LIFTED.contains(&key) => {
            let message = format!("front matter key `{key}` is kept in the content and does nothing");
            Lifted::Unknown(Finding::new(
                Code::FrontMatterKept,
                At::Text(key_place(matter, key)),
                message,
            ))
        }
        _ => {
            let value = normal(key, value, matter, node);
            match schema::field(kind, key, &value).first() {
                Some(finding) => Lifted::Unfit(unfit(key, &place(matter, node), &finding.message)),
                None if value.is_null() => Lifted::Unfit(unfit(key, &place(matter, node), "it has no value")),
                None => Lifted::Spec(value),
            }
        }
    }
}

/// The kind of that name, in any letter case.
pub(super) fn kind(name: &str) -> Option<DocumentKind> {
    DocumentKind::ALL
        .into_iter()
        .find(|kind| kind.as_str().eq_ignore_ascii_case(name))
}

fn unfit(key: &str, place: &TextSpan, why: &str) -> Finding {
    Finding::new(
        Code::FrontMatterInvalid,
        At::Text(*place),
        format!("front matter `{key}` is not the field of that name: {why}"),
    )
    .help("mend the value, or rename the key if it means something else")
}

fn place(matter: &FrontMatter, node: Option<NodeId>) -> TextSpan {
    let span = node.and_then(|node| matter.tree.node(node)).map(|node| node.span);
    span.unwrap_or(TextSpan {
        start: matter.bounds.inside,
        end: matter.bounds.inside,
    })
}

fn key_place(matter: &FrontMatter, key: &str) -> TextSpan {
    super::origin::key_span(&matter.tree, 0, key).unwrap_or_else(|| place(matter, None))
}

/// A scalar as it is written: in front matter `language: no` and `title: 2024` are text.
fn written(matter: &FrontMatter, node: Option<NodeId>) -> Option<Value> {
    let (_, node) = matter.tree.value(node?)?;
    match &node.body {
        Body::Scalar(text, style) if !scalar::is_null(text, *style) => Some(Value::from(text.as_str())),
        _ => None,
    }
}

/// The items of a list as they are written, or the one value instead of a list.
fn written_items(matter: &FrontMatter, node: Option<NodeId>) -> Option<Vec<Value>> {
    let (_, list) = matter.tree.value(node?)?;
    match &list.body {
        Body::Sequence(items) => items.iter().map(|item| written(matter, Some(*item))).collect(),
        Body::Scalar(text, style) if !scalar::is_null(text, *style) => Some(
            text.split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(Value::from)
                .collect(),
        ),
        _ => None,
    }
}

/// The value in the form of its field where that changes nothing of what it says.
fn normal(key: &str, value: &Value, matter: &FrontMatter, node: Option<NodeId>) -> Value {
    let text = || written(matter, node);
    let items = || written_items(matter, node);
    let normal = match key {
        "title" | "summary" | "language" | "component" | "license" => text(),
        "tags" => items().map(Value::from),
        "audience" => items().map(|items| {
            items
                .into_iter()
                .map(|item| cased(&item, &["Operator", "Developer", "User"]))
                .collect()
        }),
        "type" => text().map(|text| {
            let types = schema::allowed(DocumentKind::KnowledgeArticle, "type");
            cased(&text, &types.iter().map(String::as_str).collect::<Vec<_>>())
        }),
        "owner" => text().map(|team| json!({ "team": team })),
        "aliases" | "alerts" | "attribution" => {
            items().map(|items| items.into_iter().map(|name| json!({ "name": name })).collect())
        }
        _ => None,
    };
    normal.unwrap_or_else(|| value.clone())
}

/// The allowed word that differs from the value in letter case only.
fn cased(value: &Value, allowed: &[&str]) -> Value {
    let same = |word: &&&str| value.as_str().is_some_and(|value| value.eq_ignore_ascii_case(word));
    allowed
        .iter()
        .find(same)
        .map_or_else(|| value.clone(), |word| Value::from(*word))
}
