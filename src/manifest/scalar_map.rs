//! From places in a string to places in the scalar that the string is written as.
//!
//! In: a scalar of any style. Out: the bytes of the file for bytes of the string.
//! Must not: guess. When the two cannot be laid side by side there is no answer.

use granit_parser::ScalarStyle;

use super::tree::{Body, Node, Tree};
use crate::finding::TextSpan;

/// A string and how it is written.
pub(super) struct ScalarMap<'t> {
    value: &'t str,
    /// The text of the scalar, from its first character.
    source: &'t str,
    /// Where that is in the file.
    offset: usize,
    style: ScalarStyle,
}

impl<'t> ScalarMap<'t> {
    /// The map of a scalar; `None` for anything else.
    pub fn new(tree: &'t Tree, node: &'t Node) -> Option<Self> {
        let Body::Scalar(value, style) = &node.body else {
            return None;
        };
        let (start, end) = match style {
            // What a block scalar holds are whole lines.
            ScalarStyle::Literal | ScalarStyle::Folded => {
                (block_start(&tree.text, node.span.start, value)?, tree.text.len())
            }
            _ => (node.span.start, node.span.end),
        };
        Some(Self {
            value,
            source: tree.text.get(start..end)?,
            offset: start,
            style: *style,
        })
    }

    /// The bytes of the file that `start..end` of the string stands on.
    pub fn span(&self, start: usize, end: usize) -> Option<TextSpan> {
        let (start, end) = (start.min(self.value.len()), end.min(self.value.len()));
        let first = self.place(start)?.start;
        let last = match self
            .value
            .get(start..end)
            .and_then(|text| text.char_indices().next_back())
        {
            Some((at, _)) => self.place(start + at)?.end,
            None => first,
        };
        Some(TextSpan {
            start: self.offset + first,
            end: self.offset + last.max(first),
        })
    }

    /// Where the character at `offset` of the string stands in the source.
    fn place(&self, offset: usize) -> Option<TextSpan> {
        match self.style {
            ScalarStyle::Literal => self.literal(offset),
            _ => self.aligned(offset),
        }
    }

    /// Line by line: each line of the string is the end of a line of the source.
    fn literal(&self, offset: usize) -> Option<TextSpan> {
        let before = self.value.get(..offset)?;
        let number = before.matches('\n').count();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = self.value.get(line_start..)?.split('\n').next().unwrap_or_default();
        let mut source_start = 0;
        for source_line in self.source.split_inclusive('\n').chain([""]).take(number) {
            source_start += source_line.len();
        }
        let source_line = self.source.get(source_start..)?.split('\n').next().unwrap_or_default();
        let source_line = source_line.strip_suffix('\r').unwrap_or(source_line);
        let indent = source_line.strip_suffix(line)?.len();
        let start = source_start + indent + (offset - line_start);
        let width = self.value.get(offset..)?.chars().next().map_or(0, char::len_utf8);
        Some(TextSpan {
            start,
            end: start + width,
        })
    }

    /// Character by character, past line breaks and escapes.
    fn aligned(&self, offset: usize) -> Option<TextSpan> {
        let mut at = usize::from(matches!(
            self.style,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted
        ));
        for (index, wanted) in self.value.char_indices() {
            if wanted.is_whitespace() {
                if index >= offset {
                    return Some(TextSpan { start: at, end: at });
                }
                continue;
            }
            let mut written = self.written(at)?;
            while written.is_space {
                at += written.width;
                written = self.written(at)?;
            }
            if written.character != wanted {
                return None;
            }
            if index >= offset {
                return Some(TextSpan {
                    start: at,
                    end: at + written.width,
                });
            }
            at += written.width;
        }
        (offset >= self.value.len()).then_some(TextSpan { start: at, end: at })
    }

    /// The character that is written at `at` of the source.
    fn written(&self, at: usize) -> Option<Written> {
        let rest = self.source.get(at..)?;
        let first = rest.chars().next()?;
        let mut written = Written {
            character: first,
            width: first.len_utf8(),
            is_space: first.is_whitespace(),
        };
        match self.style {
            ScalarStyle::SingleQuoted if rest.starts_with("''") => written.width = 2,
            ScalarStyle::DoubleQuoted if first == '\\' => {
                let (character, width) = escape(rest)?;
                written = Written {
                    character,
                    width,
                    is_space: character.is_whitespace(),
                };
            }
            _ => {}
        }
        Some(written)
    }
}

struct Written {
    character: char,
    width: usize,
    is_space: bool,
}

/// The character and length of an escape in double quotes.
fn escape(text: &str) -> Option<(char, usize)> {
    let kind = text.chars().nth(1)?;
    let digits = match kind {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => {
            let character = match kind {
                '0' => '\0',
                'a' => '\u{7}',
                'b' => '\u{8}',
                'e' => '\u{1b}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\u{b}',
                'N' => '\u{85}',
                '_' => '\u{a0}',
                'L' => '\u{2028}',
                'P' => '\u{2029}',
                other => other,
            };
            return Some((character, 1 + kind.len_utf8()));
        }
    };
    let code = u32::from_str_radix(text.get(2..2 + digits)?, 16).ok()?;
    // Half of a surrogate pair, as JSON writes it: the second half follows.
    if (0xd800..0xdc00).contains(&code) {
        let low = u32::from_str_radix(text.get(8..12)?, 16).ok()?;
        let joined = 0x10000 + ((code - 0xd800) << 10) + low.checked_sub(0xdc00)?;
        return Some((char::from_u32(joined)?, 12));
    }
    Some((char::from_u32(code)?, 2 + digits))
}

/// The first byte of the first line after the header (`|`, `>-`, ...) of a block scalar.
///
/// The span begins at the first character that is not a line break, or at the header when there is none.
fn block_start(text: &str, start: usize, value: &str) -> Option<usize> {
    let line = |at: usize| Some(text.get(..at)?.rfind('\n').map_or(0, |at| at + 1));
    let breaks = value.len() - value.trim_start_matches('\n').len();
    if breaks == value.len() {
        let header = text.get(start..)?.find('\n').map_or(text.len(), |at| start + at + 1);
        return Some(header);
    }
    let mut first = line(start)?;
    for _ in 0..breaks {
        first = line(first.checked_sub(1)?)?;
    }
    Some(first)
}
