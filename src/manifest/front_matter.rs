//! Where the front matter of a Markdown file stands, and what stays of it.
//!
//! In: the text of a file. Out: [`Bounds`], and the ranges that remain once some keys are lifted.
//! Must not: rewrite anything: what remains is cut out of the text line by line.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::expand::name_of;
use super::tree::{Body, Tree};
use crate::finding::TextSpan;

/// The lines of a front matter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// First byte of the opening line.
    pub open: usize,
    /// First byte of the first line inside.
    pub inside: usize,
    /// First byte of the closing line.
    pub close: usize,
    /// First byte after the closing line.
    pub body: usize,
}

/// A front matter that could be read.
pub(super) struct FrontMatter {
    /// Its nodes, with the offsets of the file.
    pub tree: Tree,
    /// Its values.
    pub values: Map<String, Value>,
    /// Its lines.
    pub bounds: Bounds,
}

/// The front matter that begins at `start`: `---`, some lines, `---` or `...`. Without a closing line the first one is
/// a ruler.
pub(super) fn bounds(text: &str, start: usize) -> Option<Bounds> {
    let mut lines = text.get(start..)?.split_inclusive('\n');
    let first = lines.next().filter(|line| line.trim_end() == "---")?;
    let inside = start + first.len();
    let mut at = inside;
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            return Some(Bounds {
                open: start,
                inside,
                close: at,
                body: at + line.len(),
            });
        }
        at += line.len();
    }
    None
}

impl FrontMatter {
    /// The ranges of the file that are the content of the document: the front matter with the `kept` keys alone, if
    /// there are any, and the body.
    pub fn remaining(&self, text: &str, kept: &BTreeSet<String>) -> Vec<TextSpan> {
        let Bounds {
            open,
            inside,
            close,
            body,
        } = self.bounds;
        if kept.is_empty() {
            let after = text.get(body..).unwrap_or_default();
            let blank = after.len() - after.trim_start_matches(['\n', '\r']).len();
            return vec![TextSpan {
                start: body + blank,
                end: text.len(),
            }];
        }
        let Some(starts) = self.lines_of_keys(text) else {
            return vec![TextSpan {
                start: open,
                end: text.len(),
            }];
        };
        let span = |start, end| TextSpan { start, end };
        let mut ranges = vec![span(open, inside)];
        // Comments above the first key.
        ranges.extend(starts.first().map(|(start, _)| span(inside, *start)));
        for (index, (start, name)) in starts.iter().enumerate() {
            let end = starts.get(index + 1).map_or(close, |(start, _)| *start);
            if kept.contains(name) {
                ranges.push(span(*start, end));
            }
        }
        ranges.push(span(close, text.len()));
        ranges
    }

    /// Where the line of each key begins; `None` when the keys do not stand on lines of their own, or when one value
    /// refers to another, so that taking one out would change the rest.
    fn lines_of_keys(&self, text: &str) -> Option<Vec<(usize, String)>> {
        let root = self.tree.node(0)?;
        let Body::Mapping(entries) = &root.body else {
            return None;
        };
        if self.tree.has_alias() {
            return None;
        }
        let mut starts = Vec::with_capacity(entries.len());
        for (key, _) in entries {
            let node = self.tree.node(*key)?;
            let line = text.get(..node.span.start)?.rfind('\n')? + 1;
            let before = text.get(line..node.span.start)?;
            if !before.is_empty() || starts.last().is_some_and(|(last, _)| *last >= line) {
                return None;
            }
            starts.push((line, name_of(&self.tree, *key)?));
        }
        Some(starts)
    }
}
