//! Shortcodes of Hugo that stand within a line.
//!
//! In: a line of prose. Out: the pieces to write instead. Must not: touch a code span.

use std::ops::Range;

use memchr::memmem;

/// How far the end of a code span is looked for, in bytes.
const MAX_CODE_SPAN: usize = 1_000;

/// A piece of a line as it is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// As it stands there.
    Copy(Range<usize>),
    /// Markup in the words of CommonMark.
    Insert(&'static str),
}

/// The inside of the shortcode that `text` begins with, and its whole length.
pub(super) fn shortcode(text: &str) -> Option<(Range<usize>, usize)> {
    let close = match text.get(..3)? {
        "{{<" => ">}}",
        "{{%" => "%}}",
        _ => return None,
    };
    // A shortcode stands on one line, and `{{</* */>}}` is one that is to be shown.
    let line = text.split('\n').next().unwrap_or_default();
    let length = memmem::find(line.as_bytes(), close.as_bytes())?;
    let inside = line.get(3..length)?;
    (!inside.starts_with("/*")).then_some((3..length, length + 3))
}

/// The pieces of `line` where it has a `ref`, `relref` or `figure`; `None` where it has none.
pub(super) fn replaced(line: &str) -> Option<Vec<Piece>> {
    memmem::find(line.as_bytes(), b"{{")?;
    let mut pieces = Vec::new();
    let (mut at, mut done) = (0, 0);
    while let Some(rest) = line.get(at..) {
        let Some(next) = rest.find(['`', '{']) else {
            break;
        };
        at += next;
        let rest = line.get(at..)?;
        if rest.starts_with('`') {
            at += code_span(rest);
            continue;
        }
        match shortcode(rest)
            .and_then(|(inside, length)| Some((known(line, at + inside.start..at + inside.end)?, length)))
        {
            Some((instead, length)) => {
                pieces.push(Piece::Copy(done..at));
                pieces.extend(instead);
                at += length;
                done = at;
            }
            None => at += 1,
        }
    }
    if pieces.is_empty() {
        return None;
    }
    pieces.push(Piece::Copy(done..line.len()));
    Some(pieces)
}

/// The length of the code span at the beginning of `text`, or of its backquotes if they begin none.
fn code_span(text: &str) -> usize {
    let text = text.get(..text.floor_char_boundary(MAX_CODE_SPAN)).unwrap_or(text);
    let marks = text.bytes().take_while(|byte| *byte == b'`').count();
    let mut at = marks;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find('`')) {
        at += next;
        let run = text.bytes().skip(at).take_while(|byte| *byte == b'`').count();
        at += run;
        if run == marks {
            return at;
        }
    }
    marks
}

/// What a shortcode becomes. `place` is its inside in `line`.
fn known(line: &str, place: Range<usize>) -> Option<Vec<Piece>> {
    let inside = line.get(place.clone())?;
    let name = inside.split_whitespace().next()?;
    match name {
        "ref" | "relref" => {
            let name_end = place.start + inside.find(name)? + name.len();
            let rest = line.get(name_end..place.end)?;
            let target = quoted(rest, "path=").or_else(|| quoted(rest, ""))?;
            // Braces would end the destination in an unwanted place, blanks too.
            let written = rest.get(target.clone())?;
            let plain = !written.is_empty() && !written.contains([' ', '(', ')', '<', '>', '"']);
            plain.then(|| vec![Piece::Copy(name_end + target.start..name_end + target.end)])
        }
        "figure" => {
            let source = quoted(inside, "src=")?;
            let plain = !inside.get(source.clone())?.contains([' ', '(', ')', '<', '>']);
            let text = ["alt=", "caption=", "title="]
                .iter()
                .find_map(|key| quoted(inside, key))
                .unwrap_or(0..0);
            let at = |range: Range<usize>| Piece::Copy(place.start + range.start..place.start + range.end);
            plain.then(|| {
                vec![
                    Piece::Insert("!["),
                    at(text),
                    Piece::Insert("]("),
                    at(source),
                    Piece::Insert(")"),
                ]
            })
        }
        _ => None,
    }
}

/// The place of the value after `key`, without its quotes.
fn quoted(text: &str, key: &str) -> Option<Range<usize>> {
    let start = text.find(key)? + key.len();
    let rest = text.get(start..)?;
    let value = start + rest.len() - rest.trim_start().len();
    let value = if key.is_empty() { value } else { start };
    let rest = text.get(value..)?;
    match rest.chars().next()? {
        mark @ ('"' | '\'' | '`') => {
            let length = rest.get(1..)?.find(mark)?;
            Some(value + 1..value + 1 + length)
        }
        _ => {
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            Some(value..value + length)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(line: &str) -> Option<String> {
        let write = |piece: &Piece| match piece {
            Piece::Copy(range) => line.get(range.clone()).unwrap().to_owned(),
            Piece::Insert(text) => (*text).to_owned(),
        };
        Some(replaced(line)?.iter().map(write).collect())
    }

    #[test]
    fn references_and_figures_become_markdown() {
        let cases = [
            ("See [x]({{< ref \"page.md\" >}}).", Some("See [x](page.md).")),
            (
                "See [x]({{% relref path=\"a/b.md#c\" lang=\"de\" %}}).",
                Some("See [x](a/b.md#c)."),
            ),
            ("{{< ref a.md >}} and {{< relref `b.md` >}}", Some("a.md and b.md")),
            (
                "{{< figure src=\"a.png\" alt=\"The `path`\" >}}",
                Some("![The `path`](a.png)"),
            ),
            ("`{{< ref \"page.md\" >}}` stays", None),
            (
                "``a ` {{< ref \"p\" >}}`` {{< ref \"q\" >}}",
                Some("``a ` {{< ref \"p\" >}}`` q"),
            ),
            ("{{</* ref \"page.md\" */>}}", None),
            ("{{ $labels.pod }} and {{< toc >}}", None),
            ("{{< ref \"not closed", None),
            ("{{< ref \"a b\" >}}", None),
            ("none", None),
        ];
        for (line, expect) in cases {
            assert_eq!(written(line).as_deref(), expect, "{line:?}");
        }
    }
}
