//! The lines of a block and which of them are prompted.
//!
//! In: a block's text. Out: its lines with prompts that count. Must not: read commands.

use std::ops::Range;

use super::super::fit::{Fit, fit};
use super::Form;
use super::prompt::{Prompt, PromptKind, prompt};
use super::shape::{Shape, shape};

/// A line before it is read.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    /// Without the line end.
    pub range: Range<usize>,
    pub prompt: Option<Prompt>,
}

/// The lines of a block.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    pub code: &'a str,
    pub raw: Vec<Raw>,
    /// Commands have prompts.
    pub prompted: bool,
    /// `# ` is a prompt where a command follows.
    root: bool,
    /// `> ` is a prompt where a command follows.
    angle: bool,
    /// How many bytes of indentation all lines have.
    pub indent: usize,
    /// What the lines look like, once somebody asked.
    shapes: Vec<Shape>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(code: &'a str, form: Form) -> Self {
        let mut raw = Vec::with_capacity(code.bytes().filter(|byte| *byte == b'\n').count() + 1);
        let mut at = 0;
        let mut indent = usize::MAX;
        for line in code.split_inclusive('\n') {
            let next = at + line.len();
            let text = line.strip_suffix('\n').unwrap_or(line);
            let text = text.strip_suffix('\r').unwrap_or(text);
            let blanks = text.len() - text.trim_ascii_start().len();
            if blanks < text.len() {
                indent = indent.min(blanks);
            }
            raw.push(Raw {
                range: at..at + text.len(),
                prompt: prompt(text),
            });
            at = next;
        }
        let mut lines = Self {
            code,
            raw,
            prompted: false,
            root: false,
            angle: false,
            indent: if indent == usize::MAX { 0 } else { indent },
            shapes: Vec::new(),
        };
        lines.weigh(form);
        lines
    }

    /// What the lines look like.
    pub(super) fn shapes(&mut self) -> &[Shape] {
        if self.shapes.is_empty() {
            self.shapes = self.raw.iter().map(|raw| shape(self.text(raw))).collect();
        }
        &self.shapes
    }

    /// The text of a line, with its prompt.
    pub(super) fn text(&self, raw: &Raw) -> &'a str {
        self.code.get(raw.range.clone()).unwrap_or_default()
    }

    /// Where the line after `raw` begins.
    pub(super) fn next(&self, raw: &Raw) -> usize {
        let rest = self.code.get(raw.range.end..).unwrap_or_default();
        let line_end = match rest.as_bytes() {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => 0,
        };
        raw.range.end + line_end
    }

    /// What follows the prompt.
    pub(super) fn rest(&self, raw: &Raw) -> &'a str {
        let prompt = raw.prompt.map_or(0, |prompt| prompt.length);
        self.text(raw).get(prompt..).unwrap_or_default()
    }

    /// The prompt of a line, if it is one that a command follows.
    pub(super) fn command_prompt(&self, raw: &Raw) -> Option<Prompt> {
        let prompt = raw.prompt?;
        let counts = match prompt.kind {
            PromptKind::Root => self.root && is_typed(self.rest(raw)),
            PromptKind::More => self.angle && is_typed(self.rest(raw)),
            kind => kind.is_sure(),
        };
        counts.then_some(prompt)
    }

    /// Decides what `#` and `>` mean.
    fn weigh(&mut self, form: Form) {
        let strong = self
            .raw
            .iter()
            .any(|raw| raw.prompt.is_some_and(|prompt| prompt.kind.is_sure()));
        if strong {
            (self.prompted, self.root) = (true, true);
            return;
        }
        let (mut roots, mut typed_roots) = (0, 0);
        let (mut first_root, mut first_angle) = (None, None);
        for (number, raw) in self.raw.iter().enumerate() {
            match raw.prompt.map(|prompt| prompt.kind) {
                Some(PromptKind::Root) => {
                    roots += 1;
                    if is_typed(self.rest(raw)) {
                        typed_roots += 1;
                        first_root.get_or_insert(number);
                    }
                }
                Some(PromptKind::More) if first_angle.is_none() && is_typed(self.rest(raw)) => {
                    first_angle = Some(number);
                }
                _ => {}
            }
        }
        let Some(first) = first_root.or(first_angle) else {
            return;
        };
        let (root, angle) = (first_root.is_some(), first_root.is_none());
        let first_plain = self.shapes().iter().position(|shape| *shape == Shape::Command);
        let root_first = match first_plain {
            Some(plain) => form == Form::Session && first < plain && !self.is_title(first, plain),
            None => form != Form::Script || typed_roots * 2 >= roots,
        };
        self.prompted = root_first;
        (self.root, self.angle) = (root && root_first, angle && root_first);
    }

    /// True if the line `root` is a comment above the command in the next line.
    fn is_title(&self, root: usize, plain: usize) -> bool {
        plain == root + 1
            && self
                .raw
                .get(root)
                .is_some_and(|raw| self.rest(raw).ends_with([':', '.']))
    }
}

/// True for a text that a person types, rather than writes in a comment.
fn is_typed(text: &str) -> bool {
    // Sentences begin with a capital; commands do not, and names that are assigned have more than one.
    let sentence =
        matches!(text.as_bytes(), [b'A'..=b'Z', second, ..] if second.is_ascii_lowercase() || *second == b' ');
    !sentence && (shape(text) == Shape::Command || fit(text) == Fit::Alone)
}
