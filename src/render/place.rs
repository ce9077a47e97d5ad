//! Lines and columns of byte ranges.
//!
//! In: a text and spans that know their bytes. Out: the same spans with line and column.
//! Must not: walk the text more than once, however many spans there are.

use std::ops::Range;

use crate::finding::ContentSpan;

/// A span that knows its bytes only; [`locate`] adds line and column.
pub(super) fn bytes(range: &Range<usize>) -> ContentSpan {
    ContentSpan {
        start: u32::try_from(range.start).unwrap_or(u32::MAX),
        end: u32::try_from(range.end).unwrap_or(u32::MAX),
        line: 0,
        column: 0,
    }
}

/// Fills in the line and column (in characters) of every span, both counted from 1. A byte order mark has no column.
pub(super) fn locate(text: &str, mut spans: Vec<&mut ContentSpan>) {
    spans.sort_by_key(|span| span.start);
    let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let (mut at, mut line, mut column) = (mark, 1, 1);
    for span in spans {
        let to = text.floor_char_boundary(span.start as usize).max(at);
        let passed = text.get(at..to).unwrap_or_default();
        let new_lines = passed.bytes().filter(|byte| *byte == b'\n').count();
        let last_line = passed
            .rfind('\n')
            .map(|newline| passed.get(newline + 1..).unwrap_or_default());
        line += u32::try_from(new_lines).unwrap_or(u32::MAX);
        let characters = u32::try_from(last_line.unwrap_or(passed).chars().count()).unwrap_or(u32::MAX);
        column = if last_line.is_some() {
            1 + characters
        } else {
            column + characters
        };
        at = to;
        (span.line, span.column) = (line, column);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_located_in_any_order() {
        let text = "\u{feff}äö\r\n  x\n\nz";
        let at = |needle: &str| text.find(needle).unwrap();
        let mut spans: Vec<_> = [at("z"), at("ö"), at("x"), 0, 3, text.len()]
            .map(|start| bytes(&(start..start)))
            .to_vec();
        locate(text, spans.iter_mut().collect());
        let places: Vec<_> = spans.iter().map(|span| (span.line, span.column)).collect();
        assert_eq!(places, [(4, 1), (1, 2), (2, 3), (1, 1), (1, 1), (4, 2)]);
    }
}
