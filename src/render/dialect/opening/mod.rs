//! What one line opens or closes in a dialect.
//!
//! In: a line without its indentation, outside of code. Out: [`Mark`], with places in the text that was given.
//! Must not: know what is open: whether a closing mark fits is decided by the caller.

mod admonition;
mod component;
mod remark;
mod shortcode;

use std::ops::Range;

use super::Families;
use crate::render::frame::{AlertKind, Frame};

/// What a line means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark<'l> {
    /// A frame begins.
    Open(Opening<'l>),
    /// A frame ends, if one is open that this ends.
    Close(Until<'l>),
    /// Nothing of this many bytes is for readers.
    Drop(usize),
    /// A fence in the words of another dialect: the fence to write, and how many bytes it replaces.
    Fence(String, usize),
    /// It looks like a construct of a dialect but is none that is known: its name.
    Unknown(&'l str),
}

/// A frame that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opening<'l> {
    /// The frame.
    pub(super) frame: Frame,
    /// Where its title stands.
    pub(super) title: Option<Range<usize>>,
    /// What ends it.
    pub(super) until: Until<'l>,
    /// Where content stands on the same line.
    pub(super) content: Option<Range<usize>>,
    /// How many bytes the opening takes; the whole line if that is longer.
    pub(super) length: usize,
    /// The name, where it is none that the dialect documents.
    pub(super) unknown: Option<&'l str>,
}

/// What ends a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until<'l> {
    /// A line of this many colons.
    Colons(usize),
    /// A line that is indented by less than four columns more than the opening.
    Dedent,
    /// `</Name>`.
    Tag(&'l str),
    /// `{{< /name >}}`.
    Shortcode(&'l str),
    /// A blank line or a heading.
    Blank,
    /// The end of the opening line.
    Line,
}

/// What `line` means. `text` begins with the same bytes and goes on with the lines after it, for tags of several lines.
/// `after_blank` says whether a block may begin here, and `closed` whether a closing tag of this name stands anywhere.
pub(super) fn mark<'l>(
    line: &'l str,
    text: &'l str,
    after_blank: bool,
    families: Families,
    closed: &dyn Fn(&str) -> bool,
) -> Option<Mark<'l>> {
    match line.as_bytes().first()? {
        b':' if families.colons => admonition::colons(line),
        b'!' | b'?' if families.bangs => admonition::bangs(line),
        b'=' if families.bangs => admonition::tab(line),
        b'{' if families.shortcodes && line.starts_with("{{") => shortcode::shortcode(line),
        b'{' if families.jsx => component::expression(line),
        b'<' if families.jsx => component::component(line, text, closed),
        b'i' | b'e' if families.jsx && after_blank => component::module_line(line),
        b'*' | b'_' if families.remarks && after_blank => remark::remark(line, text),
        _ => None,
    }
}

/// What a part to fold away is called that has no title.
const FOLD: &str = "Details";

/// The frame of a remark that a dialect calls by what stands at `name`; a plain note if nothing does.
fn named<'l>(line: &'l str, name: Range<usize>, title: Option<Range<usize>>, until: Until<'l>) -> Opening<'l> {
    let length = line.len();
    let written = line.get(name.clone()).unwrap_or_default();
    if matches!(written, "details" | "collapse" | "spoiler") {
        let frame = Frame::Fold {
            open: false,
            kind: None,
            label: FOLD,
            titled: title.is_some(),
        };
        return Opening {
            frame,
            title,
            until,
            content: None,
            length,
            unknown: None,
        };
    }
    let known = AlertKind::named(written);
    let (kind, label) = known.unwrap_or((AlertKind::Note, "Note"));
    let unknown = Some(written).filter(|written| known.is_none() && !written.is_empty());
    // A remark of an unknown name keeps the name for its title.
    let title = title.or_else(|| unknown.map(|_| name));
    let frame = Frame::Alert {
        kind,
        label,
        titled: title.is_some(),
    };
    Opening {
        frame,
        title,
        until,
        content: None,
        length,
        unknown,
    }
}

fn labelled(title: Range<usize>, until: Until<'_>, length: usize) -> Opening<'_> {
    Opening {
        frame: Frame::Labelled,
        title: Some(title),
        until,
        content: None,
        length,
        unknown: None,
    }
}

/// The place of the letters, digits, hyphens and underscores from `at`.
fn name(line: &str, at: usize) -> Range<usize> {
    let rest = line.get(at..).unwrap_or_default();
    let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')));
    at..at + end.unwrap_or(rest.len())
}

/// `range` of `line` without white space around it; `None` if nothing is left.
fn trimmed(line: &str, range: Range<usize>) -> Option<Range<usize>> {
    let text = line.get(range.clone())?;
    let start = range.start + text.len() - text.trim_start().len();
    let length = text.trim().len();
    (length > 0).then_some(start..start + length)
}
