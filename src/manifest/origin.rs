//! Where everything in an object stands in the text it was read from.
//!
//! In: a place as findings name it ([`At`]). Out: bytes of the text.
//! Must not: fail. What is not written in the text (a missing field) is placed at what encloses it.

use std::sync::Arc;

use super::expand::{is_merge, name_of};
use super::scalar_map::ScalarMap;
use super::tree::{Body, Node, NodeId, Tree};
use crate::finding::path::{self, Segment};
use crate::finding::{At, ContentSpan, TextSpan};

/// Where an object and everything in it stands in its text.
#[derive(Clone, Debug)]
pub struct Origin {
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    /// A node of a YAML document.
    Manifest { tree: Arc<Tree>, root: NodeId },
    /// A Markdown file.
    Markdown(Arc<Markdown>),
}

/// A Markdown file that became an object.
#[derive(Debug)]
pub(super) struct Markdown {
    /// The front matter, if there is one that can be read.
    pub matter: Option<Tree>,
    /// Which bytes of the content are which bytes of the file: (first in the content, first in the file), ascending.
    pub pieces: Vec<(usize, usize)>,
    /// The bytes of the file.
    pub length: usize,
}

impl Origin {
    pub(super) fn manifest(tree: Arc<Tree>, root: NodeId) -> Self {
        Self {
            source: Source::Manifest { tree, root },
        }
    }

    pub(super) fn markdown(markdown: Markdown) -> Self {
        Self {
            source: Source::Markdown(Arc::new(markdown)),
        }
    }

    /// The place in the text that `at` means.
    ///
    /// - a field: its value; for a value that spreads over lines the name of the field, or the first line of a list
    ///   item; for a field that is not there the nearest thing around it that is;
    /// - a key: the name of the field;
    /// - content: those characters of the Markdown, wherever and however they are written;
    /// - the object: its name.
    pub fn resolve(&self, at: &At) -> TextSpan {
        match at {
            At::Text(span) => *span,
            At::Object => self.object(),
            At::Field(path) => self.field(&path::segments(path), false),
            At::Key(path) => self.field(&path::segments(path), true),
            At::Content(span) => self.content("spec.content", *span),
        }
    }

    /// The place of a part of the string at `path`: [`At::Content`] means `spec.content`, but a ConfigMap holds a
    /// document under a key of its own.
    pub fn content(&self, path: &str, span: ContentSpan) -> TextSpan {
        let (start, end) = (span.start as usize, span.end as usize);
        match &self.source {
            Source::Manifest { tree, root } => {
                let found = find(tree, *root, &path::segments(path)).filter(|found| found.complete);
                found
                    .and_then(|found| tree.value(found.value))
                    .and_then(|(_, node)| ScalarMap::new(tree, node)?.span(start, end))
                    .unwrap_or_else(|| self.field(&path::segments(path), false))
            }
            Source::Markdown(markdown) => markdown.content(start, end),
        }
    }

    /// Every byte of the object, to show or to send it as it is written; `None` for Markdown and for items of a list.
    pub fn document(&self) -> Option<TextSpan> {
        match &self.source {
            Source::Manifest { tree, root: 0 } => tree.node(0).map(|node| node.span),
            _ => None,
        }
    }

    /// True when the object was a Markdown file.
    pub fn is_markdown(&self) -> bool {
        matches!(self.source, Source::Markdown(_))
    }

    fn object(&self) -> TextSpan {
        let name = [Segment::Key("metadata".into()), Segment::Key("name".into())];
        match &self.source {
            Source::Manifest { tree, root } => match find(tree, *root, &name).filter(|found| found.complete) {
                Some(_) => self.field(&name, false),
                None => tree
                    .value(*root)
                    .map_or(TextSpan { start: 0, end: 0 }, |(_, node)| first_line(tree, node.span)),
            },
            Source::Markdown(_) => self.field(&name, false),
        }
    }

    fn field(&self, segments: &[Segment<'_>], key: bool) -> TextSpan {
        match &self.source {
            Source::Manifest { tree, root } => place(tree, *root, segments, key),
            Source::Markdown(markdown) => markdown.field(segments, key),
        }
    }
}

impl Markdown {
    fn content(&self, start: usize, end: usize) -> TextSpan {
        let at = |offset: usize| {
            let index = self.pieces.partition_point(|(content, _)| *content <= offset);
            let (content, file) = index
                .checked_sub(1)
                .and_then(|index| self.pieces.get(index))
                .copied()
                .unwrap_or((0, 0));
            (file + (offset - content.min(offset))).min(self.length)
        };
        // The end belongs to the piece of the last byte, not to the piece that follows.
        let first = at(start);
        TextSpan {
            start: first,
            end: if end > start {
                (at(end - 1) + 1).max(first)
            } else {
                first
            },
        }
    }

    /// Spec fields, and the name and namespace, are keys of the front matter; anything else is the file itself.
    fn field(&self, segments: &[Segment<'_>], key: bool) -> TextSpan {
        let top = self.content(0, 0);
        let Some(matter) = &self.matter else { return top };
        let rest = match segments {
            [Segment::Key(first), rest @ ..] if matches!(first.as_ref(), "spec" | "metadata") => rest,
            [Segment::Key(first), ..] if first == "kind" => segments,
            _ => return top,
        };
        match find(matter, 0, rest) {
            Some(found) if !rest.is_empty() && found.value != 0 => place(matter, 0, rest, key),
            _ => top,
        }
    }
}

/// The deepest node on a path.
struct Found {
    key: Option<NodeId>,
    value: NodeId,
    /// Whether the whole path was found.
    complete: bool,
}

fn find(tree: &Tree, root: NodeId, segments: &[Segment<'_>]) -> Option<Found> {
    let mut found = Found {
        key: None,
        value: root,
        complete: true,
    };
    for segment in segments {
        let (_, node) = tree.value(found.value)?;
        let next = match (segment, &node.body) {
            (Segment::Key(name), Body::Mapping(entries)) => entry(tree, entries, name, 0),
            (Segment::Index(index), Body::Sequence(items)) => items.get(*index).map(|item| (None, *item)),
            _ => None,
        };
        match next {
            Some((key, value)) => {
                found.key = key;
                found.value = value;
            }
            None => {
                found.complete = false;
                break;
            }
        }
    }
    Some(found)
}

/// The entry that gives `name` its value: the last of that name, also through `<<`.
fn entry(tree: &Tree, entries: &[(NodeId, NodeId)], name: &str, depth: usize) -> Option<(Option<NodeId>, NodeId)> {
    if depth > 8 {
        return None;
    }
    for (key, value) in entries.iter().rev() {
        if tree.node(*key).is_some_and(is_merge) {
            let merged = tree.value(*value)?.1;
            let single = [*value];
            let sources: &[NodeId] = if let Body::Sequence(items) = &merged.body {
                items
            } else {
                &single
            };
            for source in sources {
                if let Some((
                    _,
                    Node {
                        body: Body::Mapping(entries),
                        ..
                    },
                )) = tree.value(*source)
                    && let Some(found) = entry(tree, entries, name, depth + 1)
                {
                    return Some(found);
                }
            }
        } else if name_of(tree, *key).as_deref() == Some(name) {
            return Some((Some(*key), *value));
        }
    }
    None
}

fn place(tree: &Tree, root: NodeId, segments: &[Segment<'_>], key: bool) -> TextSpan {
    let nowhere = TextSpan { start: 0, end: 0 };
    let Some(found) = find(tree, root, segments) else {
        return nowhere;
    };
    let key_span = found.key.and_then(|key| tree.node(key)).map(|node| node.span);
    // A repeated or merged value stands where it was written, but the alias is what the author sees here.
    let Some(node) = tree.node(found.value) else {
        return nowhere;
    };
    let one_line = !tree
        .text
        .get(node.span.start..node.span.end)
        .is_some_and(|text| text.contains('\n'));
    let empty = node.span.start == node.span.end;
    match key_span {
        Some(span) if (key && found.complete) || !one_line || empty => span,
        // A missing field of something that is written in one line: that line shows what is there.
        _ => first_line(tree, node.span),
    }
}

/// A span up to the end of its first line.
fn first_line(tree: &Tree, span: TextSpan) -> TextSpan {
    let text = tree.text.get(span.start..span.end).unwrap_or_default();
    let line = text.split(['\n', '\r']).next().unwrap_or_default().trim_end();
    TextSpan {
        start: span.start,
        end: span.start + line.len(),
    }
}

/// The node of the value at a path, if the whole path is there.
pub(super) fn find_value(tree: &Tree, root: NodeId, segments: &[Segment<'_>]) -> Option<NodeId> {
    find(tree, root, segments)
        .filter(|found| found.complete)
        .map(|found| found.value)
}

/// The bytes of a key of the mapping `root`.
pub(super) fn key_span(tree: &Tree, root: NodeId, key: &str) -> Option<TextSpan> {
    let found = find(tree, root, &[Segment::Key(key.into())]).filter(|found| found.complete)?;
    tree.node(found.key?).map(|node| node.span)
}
