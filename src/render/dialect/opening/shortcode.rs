//! Shortcodes of Hugo that stand on lines of their own.
//!
//! In: a line that begins with `{{`. Out: what it opens or closes. Must not: touch those within a line (`inline` does).

use std::ops::Range;

use super::{FOLD, Mark, Opening, Until, labelled, name, named, trimmed};
use crate::render::dialect::inline;
use crate::render::frame::{AlertKind, Frame};

/// `{{< hint info >}}`, `{{% notice note %}}`, `{{< /hint >}}`.
pub(super) fn shortcode(line: &str) -> Option<Mark<'_>> {
    let (inside, length) = inline::shortcode(line)?;
    let inner = line.get(inside.clone())?;
    let after = line.get(length..)?;
    if let Some(name) = inner.trim().strip_prefix('/') {
        let name = name.trim();

        let wrapper = WRAPPERS.iter().any(|known| known.eq_ignore_ascii_case(name));
        return match after.trim() {
            "" if wrapper => Some(Mark::Drop(length)),
            "" => Some(Mark::Close(Until::Shortcode(name))),
            _ => None,
        };
    }
    let place = name(line, inside.end - inner.trim_start().len());
    let name = line.get(place.clone())?;
    if name.is_empty() {
        return None;
    }
    if INLINE.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return None;
    }
    let arguments = arguments(line, place.end, inside.end);
    // All on one line: `{{< hint >}}text{{< /hint >}}`.
    let closing = after.rfind("{{").filter(|_| !after.trim().is_empty());
    let (content, until) = match closing {
        Some(at) => {
            let end = after.get(at..)?;
            let (closing, _) = inline::shortcode(end)?;
            if end.get(closing)?.trim().strip_prefix('/')?.trim() != name {
                return None;
            }
            (trimmed(line, length..length + at), Until::Line)
        }
        None if after.trim().is_empty() => (None, Until::Shortcode(name)),
        None => return None,
    };
    if name.eq_ignore_ascii_case("highlight") {
        let language = arguments.first().and_then(|(_, range)| line.get(range.clone()));
        return Some(Mark::Fence(format!("```{}", language.unwrap_or_default()), length));
    }
    if WRAPPERS.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return Some(Mark::Drop(length));
    }
    let value = |keys: &[&str]| {
        arguments
            .iter()
            .find(|(key, _)| keys.contains(key))
            .map(|(_, range)| range.clone())
    };
    let positional = |index: usize| {
        arguments
            .iter()
            .filter(|(key, _)| key.is_empty())
            .nth(index)
            .map(|(_, range)| range.clone())
    };
    let opening = match name.to_ascii_lowercase().as_str() {
        "expand" | "details" | "collapse" | "spoiler" => {
            let title = value(&["title", "summary", "label"]).or_else(|| positional(0));
            let title = title.and_then(|range| trimmed(line, range));
            let frame = Frame::Fold {
                open: false,
                kind: None,
                label: FOLD,
                titled: title.is_some(),
            };
            Opening {
                frame,
                title,
                until,
                content: None,
                length: line.len(),
                unknown: None,
            }
        }
        "tab" | "tabitem" | "tabs-item" | "step" | "card" => {
            let title = value(&["name", "title", "label", "header"]).or_else(|| positional(0));
            labelled(title.unwrap_or(place), until, line.len())
        }
        "notice" | "hint" | "callout" | "alert" | "admonition" | "box" => {
            let kind = value(&["type", "color", "style", "icon", "level"]).or_else(|| positional(0));
            let title = value(&["title", "heading"])
                .or_else(|| positional(1))
                .and_then(|range| trimmed(line, range));
            // What is no kind, such as an icon, means the plain remark.
            let known = kind.filter(|range| line.get(range.clone()).and_then(AlertKind::named).is_some());
            Opening {
                unknown: None,
                ..named(line, known.unwrap_or(0..0), title, until)
            }
        }
        _ if AlertKind::named(name).is_some() => {
            let title = value(&["title"])
                .or_else(|| positional(0))
                .and_then(|range| trimmed(line, range));
            named(line, place, title, until)
        }
        _ => return Some(Mark::Unknown(name)),
    };
    Some(Mark::Open(Opening {
        until,
        content,
        ..opening
    }))
}

/// Shortcodes that only hold others.
const WRAPPERS: [&str; 5] = ["tabs", "steps", "cards", "columns", "tabpane"];
/// Shortcodes that stand within a line.
const INLINE: [&str; 3] = ["ref", "relref", "figure"];

/// The arguments of a shortcode: `key=value`, or a value with an empty key.
fn arguments(line: &str, start: usize, end: usize) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = start;
    while let Some(rest) = line.get(at..end) {
        at += rest.len() - rest.trim_start().len();
        let Some(rest) = line.get(at..end).filter(|rest| !rest.is_empty()) else {
            break;
        };
        let key = rest
            .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')))
            .next()
            .unwrap_or_default();
        let value_at = if rest.get(key.len()..).is_some_and(|after| after.starts_with('=')) {
            key.len() + 1
        } else {
            0
        };
        let value = rest.get(value_at..).unwrap_or_default();
        let (inside, length) = match value.chars().next() {
            Some(mark @ ('"' | '\'' | '`')) => {
                let close = value.get(1..).and_then(|inside| inside.find(mark));
                let inside = close.unwrap_or(value.len() - 1);
                (1..1 + inside, (inside + 2).min(value.len()))
            }
            _ => {
                let length = value.find(char::is_whitespace).unwrap_or(value.len());
                (0..length, length)
            }
        };
        let base = at + value_at;
        found.push((
            if value_at == 0 { "" } else { key },
            base + inside.start..base + inside.end,
        ));
        at = base + length.max(1);
    }
    found
}
