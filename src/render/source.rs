//! The Markdown as it may be parsed: cut to size, without front matter, and not nested deeper than is shown.
//!
//! In: any text. Out: [`Source`]. Must not: change a length (every offset into the parsed text is an offset into the
//! original) or lose a character for good: what is masked here is unmasked when the events come out.
//!
//! The parser walks all open containers at each line, so a few thousand nested items followed by blank lines would
//! cost it seconds. A container that may lie deeper than [`MAX_DEPTH`] is therefore masked before parsing: its marker
//! is replaced by a control character that nothing else uses, and [`Source::unmask`] brings it back as plain text.

use std::borrow::Cow;
use std::ops::Range;

use super::dialect::{Frames, rewrite};
use super::frame::Frame;
use super::{MAX_DEPTH, MAX_INPUT, scan};
use crate::api::Format;

/// A text that is safe to parse in linear time.
#[derive(Debug)]
pub struct Source<'a> {
    /// The text to parse: the body without byte order mark and front matter.
    pub(super) body: Cow<'a, str>,
    /// Where the body begins in the original.
    pub(super) base: usize,
    /// The bytes of the front matter in the original.
    pub(super) front_matter: Option<Range<usize>>,
    /// True if the original was longer than is read.
    pub(super) cut: bool,
    /// Where the first container that lies too deep begins, in the original.
    pub(super) too_deep: Option<usize>,
    /// The dialect that it was read as.
    pub(super) format: Format,
    /// The frames of dialects, where there are any.
    frames: Option<Frames>,
}

impl<'a> Source<'a> {
    /// Prepares `markdown` for parsing.
    pub fn new(markdown: &'a str, format: Format) -> Self {
        let end = markdown.floor_char_boundary(MAX_INPUT);
        let (kept, _) = markdown.split_at(end);
        let text = kept.strip_prefix('\u{feff}').unwrap_or(kept);
        let mark = kept.len() - text.len();
        let front_matter = front_matter(text);
        let skip = front_matter.unwrap_or(0);
        let base = mark + skip;
        let body = text.get(skip..).unwrap_or_default();
        let mut frames = rewrite(body, format);
        let body = match &mut frames {
            Some(frames) => Cow::Owned(std::mem::take(&mut frames.text.text)),
            None => Cow::Borrowed(body),
        };
        let (body, too_deep) = bounded(body);
        let mut source = Self {
            body,
            base,
            front_matter: front_matter.map(|length| mark..mark + length),
            cut: end < markdown.len(),
            too_deep: None,
            format,
            frames,
        };
        source.too_deep = too_deep.map(|at| source.place(&(at..at)).start);
        source
    }

    /// The bytes of the original that `range` of the body came from.
    pub(super) fn place(&self, range: &Range<usize>) -> Range<usize> {
        match &self.frames {
            None => range.start + self.base..range.end + self.base,
            Some(frames) => {
                let origin = frames.text.origin(range);
                origin.start + self.base..origin.end + self.base
            }
        }
    }

    /// The frame that the block quote at this place of the body stands for.
    pub(super) fn frame(&self, at: usize) -> Option<Frame> {
        self.frames.as_ref()?.frames.get(&at).copied()
    }

    /// Where the body ends in the original.
    pub(super) fn end(&self) -> usize {
        self.place(&(self.body.len()..self.body.len())).end
    }

    /// Constructs of a dialect that are not known, with their places in the original.
    pub(super) fn unknown(&self) -> impl Iterator<Item = (&str, usize)> {
        let unknown = self.frames.iter().flat_map(|frames| &frames.unknown);
        unknown.map(|(name, at)| (name.as_str(), at + self.base))
    }

    /// Where frames begin that nothing ends.
    pub(super) fn unclosed(&self) -> impl Iterator<Item = usize> {
        self.frames
            .iter()
            .flat_map(|frames| &frames.unclosed)
            .map(|at| at + self.base)
    }

    /// True if markers are masked in the body.
    pub(super) fn is_masked(&self) -> bool {
        self.too_deep.is_some()
    }

    /// `text` of a masked body as it was written.
    pub(super) fn unmask(text: &str) -> String {
        text.chars()
            .map(|c| {
                MASKS
                    .iter()
                    .find(|(_, mask)| *mask as char == c)
                    .map_or(c, |(plain, _)| *plain as char)
            })
            .collect()
    }
}

/// Markers of containers and the control characters that stand for them.
const MASKS: [(u8, u8); 7] = [
    (b'>', 1),
    (b'-', 2),
    (b'*', 3),
    (b'+', 4),
    (b'[', 5),
    (b'.', 6),
    (b')', 7),
];

/// What a control character of the original becomes in a masked body, so that it is not taken for a mask.
const CONTROL: u8 = 0x1a;

/// The length of the front matter at the beginning of `text`: a `---` line, YAML that begins with a key or a comment,
/// and a `---` or `...` line; or TOML between `+++` lines. Anything else that begins with `---` is a rule, and its text
/// must be shown.
fn front_matter(text: &str) -> Option<usize> {
    let mut lines = text.split_inclusive('\n');
    let opening = lines.next()?;
    let toml = match opening.trim_end() {
        "---" => false,
        "+++" => true,
        _ => return None,
    };
    let mut length = opening.len();
    let mut looks_like_it = None;
    for line in lines {
        length += line.len();
        let content = line.trim_end();
        if (toml && content == "+++") || (!toml && matches!(content, "---" | "...")) {
            return looks_like_it.unwrap_or(true).then_some(length);
        }
        if looks_like_it.is_none() && !content.starts_with('#') {
            looks_like_it = Some(if toml { is_toml_key(content) } else { is_key(content) });
        }
        if looks_like_it == Some(false) {
            return None;
        }
    }
    None
}

/// True for a line such as `title = "Payments"` or `[params]`, or a blank one.
fn is_toml_key(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('[') || line.split_once('=').is_some_and(|(key, _)| !key.trim().is_empty())
}

/// True for a line such as `title: Payments` or `tags:`.
fn is_key(line: &str) -> bool {
    let Some((key, value)) = line.split_once(':') else {
        return false;
    };
    let plain = key.trim_matches(['"', '\'']);
    let named = plain.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        && plain
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
    named && (value.is_empty() || value.starts_with([' ', '\t']))
}

/// `body` with the containers masked that may lie too deep, and the first of them.
fn bounded(body: Cow<'_, str>) -> (Cow<'_, str>, Option<usize>) {
    let deep = deep_markers(&body);
    let Some(first) = deep.first().copied() else {
        return (body, None);
    };
    let mut bytes: Vec<u8> = body
        .bytes()
        .map(|b| if (1..=7).contains(&b) { CONTROL } else { b })
        .collect();
    for at in deep {
        if let Some(byte) = bytes.get_mut(at)
            && let Some((_, mask)) = MASKS.iter().find(|(plain, _)| plain == byte)
        {
            *byte = *mask;
        }
    }
    // Only ASCII was replaced by ASCII, so this is still UTF-8; the fallback cannot happen and would lose nothing.
    (String::from_utf8(bytes).map_or(body, Cow::Owned), Some(first))
}

/// Where in `body` the markers stand that may open a container deeper than [`MAX_DEPTH`].
///
/// A container continues on a line only with two columns of indentation or a `>` of its own, so the depth at a marker
/// is at most the number of markers before it on its line plus half of the white space. A tab is four columns, so 32
/// bytes of white space and markers come first, and one of the blocks that the text is cut into holds nothing else:
/// that tells nearly every real line apart at a glance. Only the label of a footnote can hold more.
fn deep_markers(body: &str) -> Vec<usize> {
    const { assert!(MAX_DEPTH / 2 >= 2 * BLOCK) };
    let bytes = body.as_bytes();
    let of_marker = |byte: &u8| matches!(*byte, b' ' | b'\t' | b'>' | b')'..=b'9');
    let ends_line = |byte: &u8| matches!(*byte, b'\n' | b'\r');
    let footnotes = scan::any(bytes, |byte| byte == b'^') && body.contains("[^");

    let mut deep = Vec::new();
    let mut done = 0;
    for (index, block) in bytes.chunks_exact(BLOCK).enumerate() {
        let at = index * BLOCK;
        if at < done || !(footnotes || block.iter().all(of_marker)) {
            continue;
        }
        let before = bytes.get(done..at).unwrap_or_default();
        let start = before.iter().rposition(ends_line).map_or(done, |end| done + end + 1);
        let rest = bytes.get(start..).unwrap_or_default();
        let line = rest.split(ends_line).next().unwrap_or_default();
        deep_markers_of_line(line, start, &mut deep);
        done = start + line.len() + 1;
    }
    deep
}

/// How many bytes [`deep_markers`] looks at together.
const BLOCK: usize = 16;

fn deep_markers_of_line(line: &[u8], start: usize, deep: &mut Vec<usize>) {
    let (mut at, mut columns, mut markers) = (0, 0, 0);
    while let Some(byte) = line.get(at) {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 4,
            _ => {
                let rest = line.get(at..).unwrap_or_default();
                let Some((mark, length)) = marker(rest) else {
                    return;
                };
                if markers + columns / 2 >= MAX_DEPTH {
                    deep.push(start + at + mark);
                }
                markers += 1;
                at += length;
                continue;
            }
        }
        at += 1;
    }
}

/// Which byte of the marker at the beginning of `rest` to mask, and how long the marker is with one space after it.
fn marker(rest: &[u8]) -> Option<(usize, usize)> {
    let blank = |at: usize| {
        rest.get(at)
            .is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
    };
    let with_space = |length: usize| length + usize::from(rest.get(length) == Some(&b' '));
    match rest.first()? {
        b'>' => Some((0, with_space(1))),
        b'-' | b'*' | b'+' if blank(1) => Some((0, with_space(1))),
        b'0'..=b'9' => {
            let digits = rest.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
            let dot = matches!(rest.get(digits), Some(b'.' | b')'));
            (dot && blank(digits + 1)).then(|| (digits, with_space(digits + 1)))
        }
        b'[' if rest.get(1) == Some(&b'^') => {
            let close = rest.iter().position(|byte| *byte == b']')?;
            (rest.get(close + 1) == Some(&b':')).then(|| (0, with_space(close + 2)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_recognised_only_as_such() {
        let cases = [
            ("---\ntitle: A\n---\n# B\n", Some(0..17)),
            ("\u{feff}---\r\ntitle: A\r\n---\r\nB", Some(3..23)),
            ("---\n# a comment\nx: 1\n...\nB", Some(0..25)),
            ("---\n---\nB", Some(0..8)),
            ("---\ntags:\n  - a\n---", Some(0..19)),
            ("---\n\nProse between two rules\n\n---\n", None),
            ("---\nSee also: this\n---\n", None),
            ("---\ntitle: never closed\n", None),
            ("text\n---\ntitle: A\n---\n", None),
            ("+++\ntitle = \"A\"\n+++\nB", Some(0..20)),
            ("+++\nno toml\n+++\nB", None),
            ("", None),
        ];
        for (input, expect) in cases {
            assert_eq!(Source::new(input, Format::Auto).front_matter, expect, "{input:?}");
        }
    }

    #[test]
    fn only_hostile_nesting_is_masked_and_comes_back() {
        let harmless = format!("{}- item\n\n{}> quote\n", " ".repeat(120), "> ".repeat(60));
        assert!(!Source::new(&harmless, Format::Auto).is_masked());
        for hostile in ["> ", ">", "- ", "1. ", "1)\t", "* + ", "[^a]: ", "-\t"] {
            let input =
                format!("\u{1}{hostile_line}x\n", hostile_line = hostile.repeat(200)).replace('\u{1}', "\u{2}\n");
            let source = Source::new(&input, Format::Auto);
            assert!(source.is_masked(), "{hostile:?}");
            assert_eq!(source.body.len(), input.len());
            assert_eq!(
                Source::unmask(&source.body),
                input.replace('\u{2}', "\u{1a}"),
                "{hostile:?}"
            );
        }
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let input = "ä".repeat(MAX_INPUT);
        let source = Source::new(&input, Format::Auto);
        assert!(source.cut);
        assert_eq!(source.body.len(), MAX_INPUT);
    }
}
