//! Remarks that begin with a word in bold or italics, in any format.
//!
//! In: a line that begins with `*` or `_`. Out: the remark. Must not: take emphasis in prose for one.

use super::{Mark, Opening, Until, trimmed};
use crate::render::frame::{AlertKind, Frame};

/// `**Note:** text`, `__Warning__: text`, `*Hinweis:* text`.
pub(super) fn remark<'l>(line: &'l str, text: &str) -> Option<Mark<'l>> {
    let marks = ["**", "__", "*", "_"].into_iter().find(|mark| line.starts_with(mark))?;
    let inside = line.get(marks.len()..)?;
    let close = inside.find(marks)?;
    let (label, after) = inside.split_at(close);
    let after = after.get(marks.len()..)?;
    let (word, colon) = match label.trim_end().strip_suffix(':') {
        Some(word) => (word.trim_end(), true),
        None => (label, false),
    };
    let after = match after.strip_prefix(':') {
        Some(rest) => rest,
        None if colon => after,
        None => return None,
    };
    let (_, kind) = REMARKS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word))?;
    if !after.starts_with([' ', '\t', '\r', '\n']) && !after.is_empty() {
        return None;
    }
    let start = line.len() - after.len();
    let content = trimmed(line, start..line.len());
    let next = text
        .get(line.len()..)
        .unwrap_or_default()
        .split('\n')
        .next()
        .unwrap_or_default();
    if content.is_none() && next.trim().is_empty() {
        // The word alone is a heading of sorts.
        return None;
    }
    Some(Mark::Open(Opening {
        frame: Frame::Alert {
            kind: *kind,
            label: kind.label(),
            titled: true,
        },
        title: Some(marks.len()..marks.len() + word.len()),
        until: Until::Blank,
        content,
        length: line.len(),
        unknown: None,
    }))
}

/// The words that people write in bold before a remark, in English and German.
const REMARKS: &[(&str, AlertKind)] = &[
    ("Note", AlertKind::Note),
    ("Notes", AlertKind::Note),
    ("Please note", AlertKind::Note),
    ("NB", AlertKind::Note),
    ("Info", AlertKind::Note),
    ("Hinweis", AlertKind::Note),
    ("Hinweise", AlertKind::Note),
    ("Anmerkung", AlertKind::Note),
    ("Tip", AlertKind::Tip),
    ("Hint", AlertKind::Tip),
    ("Tipp", AlertKind::Tip),
    ("Important", AlertKind::Important),
    ("Wichtig", AlertKind::Important),
    ("Warning", AlertKind::Warning),
    ("Attention", AlertKind::Warning),
    ("Warnung", AlertKind::Warning),
    ("Achtung", AlertKind::Warning),
    ("Caution", AlertKind::Caution),
    ("Danger", AlertKind::Caution),
    ("Vorsicht", AlertKind::Caution),
    ("Gefahr", AlertKind::Caution),
];
