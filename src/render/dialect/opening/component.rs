//! Components of MDX.
//!
//! In: a line that begins with a tag, an import or a comment in braces. Out: what it opens or closes, or that it is not
//! for readers. Must not: take a placeholder such as `<Namespace>` for a component.

use std::ops::Range;

use super::{FOLD, Mark, Opening, Until, labelled, named, trimmed};
use crate::render::dialect::tag::{JsxTag, jsx_tag};
use crate::render::frame::{AlertKind, Frame};

/// `{/* a comment */}`.
pub(super) fn expression(line: &str) -> Option<Mark<'_>> {
    let body = line.trim_end();
    (body.starts_with("{/*") && body.ends_with("*/}")).then_some(Mark::Drop(line.len()))
}

/// `<Tabs>`, `<TabItem label="x">`, `</TabItem>`, `<Admonition type="note">`.
pub(super) fn component<'l>(line: &'l str, text: &'l str, closed: &dyn Fn(&str) -> bool) -> Option<Mark<'l>> {
    let tag = jsx_tag(text)?;
    let rest = text.get(tag.length..)?;
    let after = rest.split_inclusive('\n').next().unwrap_or_default();
    let alone = after.trim().is_empty();
    if tag.closing {
        return match (alone, tag.name) {
            (true, "Tabs") => Some(Mark::Drop(tag.length)),
            (true, name) => Some(Mark::Close(Until::Tag(name))),
            (false, _) => None,
        };
    }
    if tag.empty {
        return alone.then_some(Mark::Unknown(tag.name));
    }
    // All on one line: `<TabItem value="a">text</TabItem>`.
    let closing = after.trim_end().strip_suffix('>').and_then(|_| after.rfind("</"));
    let content = closing.filter(|at| {
        let end = after.get(at + 2..).unwrap_or_default();
        end.strip_prefix(tag.name).is_some_and(|rest| rest.trim() == ">")
    });
    let content: Option<Range<usize>> = match (content, alone) {
        (Some(at), _) => Some(tag.length..tag.length + at),
        (None, true) => None,
        (None, false) => return None,
    };
    let one_line = content.is_some();
    let until = if one_line { Until::Line } else { Until::Tag(tag.name) };
    let content = content.and_then(|range| trimmed(text, range));
    let length = tag.length.max(line.len());
    if tag.name == "Tabs" {
        return (!one_line).then_some(Mark::Drop(tag.length));
    }
    if tag.name == "TabItem" || !tag.attributes.is_empty() || closed(tag.name) {
        return Some(Mark::Open(Opening {
            until,
            content,
            length,
            ..of_component(text, &tag)
        }));
    }
    // `<Namespace>` is a placeholder.
    None
}

fn of_component<'l>(text: &'l str, tag: &JsxTag<'l>) -> Opening<'l> {
    let until = Until::Tag(tag.name);
    match tag.name {
        "Admonition" | "Callout" | "Note" | "Tip" | "Warning" | "Info" | "Caution" | "Danger" => {
            let kind = tag.value(&["type", "kind"]);
            let known = kind.filter(|range| text.get(range.clone()).and_then(AlertKind::named).is_some());
            let kind = known.unwrap_or(1..1 + tag.name.len());
            let title = tag.value(&["title"]);
            let plain = text.get(kind.clone()).and_then(AlertKind::named).is_none();
            Opening {
                unknown: None,
                ..named(text, if plain { 0..0 } else { kind }, title, until)
            }
        }
        "Details" | "Accordion" | "Collapsible" => {
            let title = tag.value(&["summary", "title", "header"]);
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
                length: tag.length,
                unknown: None,
            }
        }
        name => {
            let title = tag.value(&["label", "title", "name", "header", "value"]);
            // Without a label the component is called by its name.
            labelled(title.unwrap_or(1..1 + name.len()), until, tag.length)
        }
    }
}

/// `import Tabs from '@theme/Tabs';` and `export const x = 1;`.
pub(super) fn module_line(line: &str) -> Option<Mark<'_>> {
    let body = line.trim_end().trim_end_matches(';').trim_end();
    let dropped = if let Some(rest) = body.strip_prefix("import ") {
        let quoted = body.ends_with(['"', '\'']);
        quoted && (rest.contains(" from ") || rest.trim_start().starts_with(['"', '\'']))
    } else {
        ["export const ", "export default ", "export function "]
            .iter()
            .any(|start| body.starts_with(start))
    };
    dropped.then_some(Mark::Drop(line.len()))
}
