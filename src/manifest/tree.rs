//! YAML text to trees of nodes, one for each document, with the bytes each node stands on.
//!
//! In: a text. Out: [`Tree`]s in order and findings about what is not YAML. After a syntax error reading goes on with
//! the next `---`, so one broken document does not cost the others.
//! Must not: give a scalar a meaning (`scalar`), follow an alias (`expand`), or use more memory than the text is long.

use std::collections::HashMap;
use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, StructureStyle, Tag, options};

use super::dialect::{self, Place};
use crate::finding::{At, Code, Finding, TextSpan};

/// The deepest nesting that is read. A document needs less than a tenth of it.
const MAX_DEPTH: usize = 100;
/// The longest key, so that a mistaken key does not swallow a page of text. The limit of YAML itself.
const MAX_KEY: usize = 1024;
/// How many documents of one text are read.
const MAX_DOCUMENTS: usize = 10_000;

/// The place of a node in its tree.
pub(super) type NodeId = usize;

/// One YAML document.
#[derive(Debug)]
pub(super) struct Tree {
    /// The text of the whole file: spans count from its beginning.
    pub text: Arc<str>,
    nodes: Vec<Node>,
}

/// One value as it is written.
#[derive(Debug)]
pub(super) struct Node {
    /// The bytes it stands on, without what surrounds it.
    pub span: TextSpan,
    /// The tag such as `!!str`, in its long form.
    pub tag: Option<String>,
    /// What it is.
    pub body: Body,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Body {
    /// Text, not yet resolved to a string, number, boolean or null.
    Scalar(String, ScalarStyle),
    /// A list.
    Sequence(Vec<NodeId>),
    /// Keys and values in the order of the text.
    Mapping(Vec<(NodeId, NodeId)>),
    /// The same value as that node.
    Alias(NodeId),
}

impl Tree {
    /// The node of that id.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// True when one value refers to another.
    pub fn has_alias(&self) -> bool {
        self.nodes.iter().any(|node| matches!(node.body, Body::Alias(_)))
    }

    /// The node of that id, with aliases followed.
    pub fn value(&self, id: NodeId) -> Option<(NodeId, &Node)> {
        let mut id = id;
        // An alias leads to a node that is written before it, so this ends.
        loop {
            let node = self.node(id)?;
            let Body::Alias(target) = node.body else {
                return Some((id, node));
            };
            id = target;
        }
    }
}

/// Reads every document of `text`. A tree's root is node 0; empty documents are left out.
pub(super) fn documents(text: &Arc<str>) -> (Vec<Tree>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut trees = Vec::new();
    let options = options! {
        simple_key_max_lookahead: MAX_KEY,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
        block_scalar_eof_without_line_feed: true,
        emit_anchor_events: true,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder::default();
    let mut start = 0;
    while let Some(event) = parser.next_event() {
        match event {
            Ok((Event::DocumentStart(_, version), span)) => {
                builder = Builder::default();
                start = bytes(text, &span).start;
                findings.extend(version.and_then(|version| dialect::version(version, start)));
            }
            Ok((Event::DocumentEnd, span)) => {
                let Builder { nodes, problems, .. } = std::mem::take(&mut builder);
                findings.extend(problems);
                let end = bytes(text, &span).end.max(start);
                if let Some(finding) = dialect::character(text, start, end) {
                    findings.push(finding);
                } else if !is_empty(&nodes) {
                    trees.push(Tree {
                        text: Arc::clone(text),
                        nodes,
                    });
                }
                if trees.len() == MAX_DOCUMENTS {
                    let message = format!("more than {MAX_DOCUMENTS} documents in one file; the rest is not read");
                    findings.push(Finding::new(
                        Code::YamlBudget,
                        At::Text(TextSpan { start: end, end }),
                        message,
                    ));
                    break;
                }
            }
            Ok((event, span)) => builder.event(text, event, bytes(text, &span)),
            Err(error) => {
                findings.push(syntax(text, &error));
                builder = Builder::default();
                if !matches!(parser.proceed_next_document(), Ok(true)) {
                    break;
                }
            }
        }
    }
    (trees, findings)
}

fn is_empty(nodes: &[Node]) -> bool {
    match nodes {
        [] => true,
        [only] => matches!(only.body, Body::Scalar(_, ScalarStyle::Plain)) && only.span.start == only.span.end,
        _ => false,
    }
}

fn syntax(text: &str, error: &ScanError) -> Finding {
    let start = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    let width = text
        .get(start..)
        .and_then(|rest| rest.chars().next())
        .filter(|c| !c.is_control())
        .map_or(0, char::len_utf8);
    let at = At::Text(TextSpan {
        start,
        end: start + width,
    });
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => {
            Finding::new(Code::YamlBudget, at, format!("nested deeper than {MAX_DEPTH} levels"))
        }
        ErrorKind::TabInBlockIndentation | ErrorKind::TabInIndentation | ErrorKind::TabNotAllowed => {
            Finding::new(Code::YamlSyntax, at, error.info()).help("indent with spaces")
        }
        ErrorKind::UnknownAnchor => Finding::new(Code::YamlSyntax, at, "alias to an anchor that does not exist")
            .help("an anchor is written as &name, in the same document and before the alias; put text that begins with * in quotes"),
        ErrorKind::UnexpectedCharacter { character } => {
            Finding::new(Code::YamlSyntax, at, format!("a plain value cannot begin with `{character}`")).help("put it in quotes")
        }
        ErrorKind::MappingValueNotAllowed => Finding::new(Code::YamlSyntax, at, "a second `: ` in one line")
            .help("put the value in quotes, or the key on a line of its own"),
        _ => Finding::new(Code::YamlSyntax, at, error.info()),
    }
}

/// The bytes of a span. The parser counts bytes for any text, so this does not fall back.
fn bytes(text: &str, span: &Span) -> TextSpan {
    let range = span.byte_range().unwrap_or(0..0);
    TextSpan {
        start: range.start.min(text.len()),
        end: range.end.min(text.len()),
    }
}

/// Puts events together to nodes.
#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    /// The collections that are open, each with the key that waits for its value.
    open: Vec<(NodeId, Option<NodeId>)>,
    anchors: HashMap<usize, NodeId>,
    /// How many of the open collections are within brackets.
    flow: usize,
    /// Whether the document is JSON.
    json: bool,
    problems: Vec<Finding>,
}

impl Builder {
    fn event(&mut self, source: &str, event: Event<'_>, span: TextSpan) {
        if self.flow == 0 && event.is_node() {
            self.problems.extend(dialect::indentation(source, span.start));
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let place = Place {
                    flow: self.flow > 0,
                    json: self.json,
                };
                self.problems.extend(dialect::scalar(source, span, style, place));
                self.add(span, anchor, tag.as_deref(), Body::Scalar(text.into_owned(), style));
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.open_flow(style);
                let id = self.add(span, anchor, tag.as_deref(), Body::Sequence(Vec::new()));
                self.open.push((id, None));
            }
            Event::MappingStart(style, anchor, tag) => {
                self.json |= self.nodes.is_empty() && style == StructureStyle::Flow;
                self.open_flow(style);
                let id = self.add(span, anchor, tag.as_deref(), Body::Mapping(Vec::new()));
                self.open.push((id, None));
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Anchor(_, name) => self.problems.extend(dialect::anchor(&name, span)),
            Event::Alias(anchor) => {
                // The parser has refused aliases without an anchor.
                if let Some(target) = self.anchors.get(&anchor).copied() {
                    self.add(span, 0, None, Body::Alias(target));
                }
            }
            _ => {}
        }
    }

    /// Whatever is open within brackets is within brackets itself.
    fn open_flow(&mut self, style: StructureStyle) {
        if self.flow > 0 || style == StructureStyle::Flow {
            self.flow += 1;
        }
    }

    fn add(&mut self, span: TextSpan, anchor: usize, tag: Option<&Tag>, body: Body) -> NodeId {
        let id = self.nodes.len();
        let tag = tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()));
        self.nodes.push(Node { span, tag, body });
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
        if let Some((parent, waiting)) = self.open.last_mut()
            && let Some(parent) = self.nodes.get_mut(*parent)
        {
            match &mut parent.body {
                Body::Sequence(items) => items.push(id),
                Body::Mapping(entries) => match waiting.take() {
                    Some(key) => entries.push((key, id)),
                    None => *waiting = Some(id),
                },
                Body::Scalar(..) | Body::Alias(_) => {}
            }
        }
        id
    }

    /// Ends the innermost collection: at its bracket, or where its last child ends.
    fn close(&mut self, span: TextSpan) {
        let Some((id, _)) = self.open.pop() else { return };
        self.flow = self.flow.saturating_sub(1);
        let last = match self.nodes.get(id).map(|node| &node.body) {
            Some(Body::Sequence(items)) => items.last().copied(),
            Some(Body::Mapping(entries)) => entries.last().map(|(_, value)| *value),
            _ => None,
        };
        let child_end = last.and_then(|last| self.nodes.get(last)).map(|node| node.span.end);
        if let Some(node) = self.nodes.get_mut(id) {
            // The end of a block collection is an empty span wherever the next thing begins.
            let end = if span.end > span.start {
                span.end
            } else {
                child_end.unwrap_or(span.end)
            };
            node.span.end = end.max(node.span.start);
        }
    }
}
