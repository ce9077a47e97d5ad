//! One JSX tag at the beginning of a text.
//!
//! In: text that begins with `<`. Out: [`JsxTag`]. Must not: look further than [`MAX_TAG`] bytes, or evaluate what stands in
//! braces.

use std::ops::Range;

/// How long a tag may be. A longer one is text.
const MAX_TAG: usize = 500;

/// A tag of a component: its name begins with a capital letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JsxTag<'t> {
    /// The name, such as `TabItem`.
    pub(super) name: &'t str,
    /// `</Name>`.
    pub(super) closing: bool,
    /// `<Name />`.
    pub(super) empty: bool,
    /// The names of its attributes, with the places of those values that are plain strings.
    pub(super) attributes: Vec<(&'t str, Option<Range<usize>>)>,
    /// How many bytes it takes.
    pub(super) length: usize,
}

impl JsxTag<'_> {
    /// The place of the first of `names` that has a plain string for its value.
    pub(super) fn value(&self, names: &[&str]) -> Option<Range<usize>> {
        let value = |wanted: &&str| {
            let (_, value) = self.attributes.iter().find(|(name, _)| name == wanted)?;
            value.clone().filter(|range| !range.is_empty())
        };
        names.iter().find_map(value)
    }
}

/// The tag that `text` begins with.
pub(super) fn jsx_tag(text: &str) -> Option<JsxTag<'_>> {
    let text = text.get(..text.floor_char_boundary(MAX_TAG))?;
    let after = text.strip_prefix('<')?;
    let closing = after.starts_with('/');
    let start = 1 + usize::from(closing);
    let name = word(text, start);
    if !name.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let mut tag = JsxTag {
        name,
        closing,
        empty: false,
        attributes: Vec::new(),
        length: 0,
    };
    let mut at = start + name.len();
    loop {
        at += blank(text, at);
        let rest = text.get(at..)?;
        if rest.starts_with('>') {
            tag.length = at + 1;
            return Some(tag);
        }
        if rest.starts_with("/>") && !closing {
            (tag.empty, tag.length) = (true, at + 2);
            return Some(tag);
        }
        if rest.starts_with('{') {
            // A spread: `{...props}`.
            at += braces(rest)?;
            continue;
        }
        let attribute = word(text, at);
        if attribute.is_empty() || closing {
            return None;
        }
        at += attribute.len();
        let equals = at + blank(text, at);
        if !text.get(equals..)?.starts_with('=') {
            tag.attributes.push((attribute, None));
            continue;
        }
        at = equals + 1 + blank(text, equals + 1);
        let rest = text.get(at..)?;
        let mark = rest.chars().next()?;
        let (value, length) = match mark {
            '"' | '\'' => {
                let inside = rest.get(1..)?.find(mark)?;
                (Some(at + 1..at + 1 + inside), inside + 2)
            }
            '{' => (None, braces(rest)?),
            _ => return None,
        };
        tag.attributes.push((attribute, value));
        at += length;
    }
}

/// The letters, digits, dots, colons, hyphens and underscores from `at`.
fn word(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '_')));
    rest.split_at(end.unwrap_or(rest.len())).0
}

fn blank(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.len() - rest.trim_start().len()
}

/// The length of `{ … }` at the beginning of `text`, with what nests in it.
fn braces(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read() {
        type Attributes<'a> = &'a [(&'a str, Option<&'a str>)];
        type Read<'a> = Option<(&'a str, bool, bool, Attributes<'a>, usize)>;
        let cases: &[(&str, Read<'_>)] = &[
            ("<Tabs>", Some(("Tabs", false, false, &[], 6))),
            ("</Tabs> x", Some(("Tabs", true, false, &[], 7))),
            ("<DocCardList />", Some(("DocCardList", false, true, &[], 15))),
            (
                "<TabItem value=\"a\" label='B c' default>\n",
                Some((
                    "TabItem",
                    false,
                    false,
                    &[("value", Some("a")), ("label", Some("B c")), ("default", None)],
                    39,
                )),
            ),
            (
                "<Tabs\n  values={[{label: '}', value: \"x\"}]} {...p}>",
                Some(("Tabs", false, false, &[("values", None)], 51)),
            ),
            ("<Namespace>", Some(("Namespace", false, false, &[], 11))),
            ("<cluster>", None),
            ("<Cluster name>", Some(("Cluster", false, false, &[("name", None)], 14))),
            ("<A b=c>", None),
            ("<A b=\"c>", None),
            ("<A {", None),
            ("<", None),
            ("</A b>", None),
            ("<Über>", None),
        ];
        for (text, expect) in cases {
            let tag = jsx_tag(text);
            let read = tag.as_ref().map(|tag| {
                let attributes: Vec<_> = tag
                    .attributes
                    .iter()
                    .map(|(name, value)| (*name, value.clone().map(|range| text.get(range).unwrap())))
                    .collect();
                (tag.name, tag.closing, tag.empty, attributes, tag.length)
            });
            let expect = expect
                .map(|(name, closing, empty, attributes, length)| (name, closing, empty, attributes.to_vec(), length));
            assert_eq!(read, expect, "{text:?}");
        }
    }
}
