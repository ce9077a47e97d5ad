//! Admonitions of Docusaurus and MkDocs, and content tabs.
//!
//! In: a line that begins with `:`, `!`, `?` or `=`. Out: what it opens or closes. Must not: take prose for one.

use super::{Mark, Until, labelled, name, named, trimmed};
use crate::render::frame::Frame;

/// `:::note[Title]`, `:::note Title` or `:::`.
pub(super) fn colons(line: &str) -> Option<Mark<'_>> {
    let count = line.bytes().take_while(|byte| *byte == b':').count();
    if count < 3 {
        return None;
    }
    let rest = line.get(count..)?;
    if rest.trim().is_empty() {
        return Some(Mark::Close(Until::Colons(count)));
    }
    let name_at = count + rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let name = name(line, name_at);
    if name.is_empty() {
        return None;
    }
    let after = name.end;
    let rest = line.get(after..)?;
    let title = if let Some(inside) = rest.strip_prefix('[') {
        // A title may hold brackets itself; attributes may follow it.
        inside.rfind(']').map(|end| after + 1..after + 1 + end)
    } else if rest.starts_with([' ', '\t']) || rest.trim().is_empty() {
        let end = rest.find('{').unwrap_or(rest.len());
        trimmed(line, after..after + end)
    } else if rest.starts_with('{') {
        None
    } else {
        return None;
    };
    let title = title.and_then(|range| trimmed(line, range));
    Some(Mark::Open(named(line, name, title, Until::Colons(count))))
}

/// `!!! note "Title"`, `??? note` or `???+ note`.
pub(super) fn bangs(line: &str) -> Option<Mark<'_>> {
    let (rest, fold) = if let Some(rest) = line.strip_prefix("!!!") {
        (rest, None)
    } else if let Some(rest) = line.strip_prefix("???+") {
        (rest, Some(true))
    } else {
        (line.strip_prefix("???")?, Some(false))
    };
    let name_at = line.len() - rest.trim_start_matches([' ', '\t']).len();
    let name = name(line, name_at);
    if name.is_empty() || !rest.starts_with([' ', '\t']) {
        return None;
    }
    // More classes may follow the name: `!!! note inline end "Title"`.
    let after = line.get(name.end..)?;
    let (classes, title) = match after.find('"') {
        Some(open) => {
            let (classes, quoted) = after.split_at(open);
            let inside = quoted
                .get(1..)?
                .strip_suffix('"')
                .or_else(|| quoted.get(1..)?.trim_end().strip_suffix('"'))?;
            let start = name.end + open + 1;
            (classes, Some(start..start + inside.len()))
        }
        None => (after, None),
    };
    // Without a title, words after the name are prose: `!!! This is it`.
    let classes_only = classes.split_whitespace().all(|class| CLASSES.contains(&class));
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '\t' | '-' | '_');
    if !(classes_only || title.is_some() && classes.trim_end_matches(['\r', '\n']).chars().all(plain)) {
        return None;
    }
    let title = title.and_then(|range| trimmed(line, range));
    let mut opening = named(line, name.clone(), title, Until::Dedent);
    if let (Some(open), Frame::Alert { kind, label, titled }) = (fold, opening.frame) {
        opening.frame = Frame::Fold {
            open,
            kind: Some(kind),
            label,
            titled,
        };
    }
    Some(Mark::Open(opening))
}

/// Classes that say where a remark stands.
const CLASSES: [&str; 4] = ["inline", "end", "annotate", "collapsible"];

/// `=== "Tab"`.
pub(super) fn tab(line: &str) -> Option<Mark<'_>> {
    let rest = line.strip_prefix("===")?;
    let rest = rest.strip_prefix(['!', '+']).unwrap_or(rest);
    let inside = rest
        .strip_prefix(' ')?
        .trim_end()
        .strip_prefix('"')?
        .strip_suffix('"')?;
    let start = line.find('"')? + 1;
    let title = trimmed(line, start..start + inside.len())?;
    Some(Mark::Open(labelled(title, Until::Dedent, line.len())))
}
