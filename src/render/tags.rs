//! HTML as it stands in Markdown: tags, comments and what is between them.
//!
//! In: text. Out: [`tokens`], and what a tag means to us ([`element`]). Must not: repair anything; which tags match is
//! decided by `events`.

use std::ops::Range;

use super::frame::Frame;

/// How long a tag may be, in bytes. A longer one is text.
const MAX_TAG: usize = 256 << 10;

/// A piece of HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// Text, and what only looks like a tag.
    Text(Range<usize>),
    /// `<name attribute="value">` or `</name>`.
    Tag(HtmlTag<'t>, Range<usize>),
    /// `<!-- … -->`, a declaration or an instruction.
    Comment,
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HtmlTag<'t> {
    /// Its name as it is written.
    pub(super) name: &'t str,
    /// `</name>`.
    pub(super) closing: bool,
    /// Its attributes with their raw values.
    pub(super) attributes: Vec<(&'t str, &'t str)>,
}

impl<'t> HtmlTag<'t> {
    /// The raw value of an attribute; empty if it is given without one.
    pub(super) fn attribute(&self, name: &str) -> Option<&'t str> {
        let found = self
            .attributes
            .iter()
            .find(|(given, _)| given.eq_ignore_ascii_case(name));
        found.map(|(_, value)| *value)
    }
}

/// What a tag means to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// The tag says nothing that is kept; what is in it is.
    Transparent,
    /// The same, but its content begins on a line of its own.
    Division,
    Break,
    Rule,
    Paragraph,
    Heading(u8),
    Quote,
    Bullets,
    Numbers,
    Item,
    Table,
    Row,
    HeadCell,
    Cell,
    Strong,
    Emphasis,
    Struck,
    Link,
    Image,
    Preformatted,
    Frame(Frame),
}

/// The elements that real documents use. All other names are placeholders, or HTML that is shown as it is written.
const ELEMENTS: &[(&str, Element)] = &[
    ("a", Element::Link),
    ("b", Element::Strong),
    ("blockquote", Element::Quote),
    ("br", Element::Break),
    ("center", Element::Division),
    ("code", Element::Frame(Frame::Mono)),
    ("dd", Element::Division),
    ("del", Element::Struck),
    (
        "details",
        Element::Frame(Frame::Fold {
            open: false,
            kind: None,
            label: "Details",
            titled: true,
        }),
    ),
    ("div", Element::Division),
    ("dl", Element::Division),
    ("dt", Element::Division),
    ("em", Element::Emphasis),
    ("font", Element::Transparent),
    ("h1", Element::Heading(1)),
    ("h2", Element::Heading(2)),
    ("h3", Element::Heading(3)),
    ("h4", Element::Heading(4)),
    ("h5", Element::Heading(5)),
    ("h6", Element::Heading(6)),
    ("hr", Element::Rule),
    ("i", Element::Emphasis),
    ("img", Element::Image),
    ("ins", Element::Transparent),
    ("kbd", Element::Frame(Frame::Key)),
    ("li", Element::Item),
    ("nobr", Element::Transparent),
    ("ol", Element::Numbers),
    ("p", Element::Paragraph),
    ("pre", Element::Preformatted),
    ("s", Element::Struck),
    ("samp", Element::Frame(Frame::Mono)),
    ("small", Element::Transparent),
    ("span", Element::Transparent),
    ("strike", Element::Struck),
    ("strong", Element::Strong),
    ("sub", Element::Frame(Frame::Sub)),
    ("summary", Element::Frame(Frame::Title)),
    ("sup", Element::Frame(Frame::Sup)),
    ("table", Element::Table),
    ("tbody", Element::Transparent),
    ("td", Element::Cell),
    ("tfoot", Element::Transparent),
    ("th", Element::HeadCell),
    ("thead", Element::Transparent),
    ("tr", Element::Row),
    ("tt", Element::Frame(Frame::Mono)),
    ("u", Element::Transparent),
    ("ul", Element::Bullets),
    ("var", Element::Emphasis),
    ("wbr", Element::Transparent),
];

/// HTML that a document may hold and that is shown as text. Nobody means a placeholder by these names.
const SHOWN_AS_TEXT: [&str; 34] = [
    "audio", "base", "body", "button", "canvas", "embed", "fieldset", "footer", "form", "frame", "frameset", "head",
    "header", "html", "iframe", "input", "label", "link", "main", "marquee", "math", "meta", "nav", "noscript",
    "object", "option", "script", "section", "select", "style", "svg", "template", "textarea", "video",
];

/// What a tag of this name means; `None` if it is shown as text.
pub(super) fn element(name: &str) -> Option<(&'static str, Element)> {
    let known = |(known, _): &&(&'static str, Element)| known.eq_ignore_ascii_case(name);
    ELEMENTS.iter().find(known).copied()
}

/// True for an element of HTML that is shown as text.
pub(super) fn is_shown_as_text(name: &str) -> bool {
    SHOWN_AS_TEXT.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The pieces of `text`, in order and without gaps.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let (mut at, mut shown) = (0, 0);
    // A comment that never ends is shown, or it would hide the rest.
    let last_close = text.rfind("-->");
    while let Some(next) = text.get(at..).and_then(|rest| rest.find('<')) {
        at += next;
        let rest = text.get(at..).unwrap_or_default();
        let (token, length) = if let Some(comment) = rest.strip_prefix("<!--") {
            // `<!-->` is a whole comment, so its end may share the two hyphens of its beginning.
            let end = last_close
                .filter(|close| *close >= at + 2)
                .and_then(|_| rest.get(2..)?.find("-->"));
            match end {
                Some(end) => (Token::Comment, end + 5),
                None => {
                    at += rest.len() - comment.len();
                    continue;
                }
            }
        } else if let Some(length) = tag_length(rest) {
            match html_tag(rest.get(..length).unwrap_or_default()) {
                Some(tag) => (Token::Tag(tag, at..at + length), length),
                None => {
                    at += 1;
                    continue;
                }
            }
        } else {
            at += 1;
            continue;
        };
        if shown < at {
            found.push(Token::Text(shown..at));
        }
        found.push(token);
        at += length;
        shown = at;
    }
    if shown < text.len() {
        found.push(Token::Text(shown..text.len()));
    }
    found
}

/// The length of what may be a tag: to the first `>` outside of quotes.
fn tag_length(text: &str) -> Option<usize> {
    let after = text.strip_prefix('<')?;
    let name = after.strip_prefix('/').unwrap_or(after);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().take(MAX_TAG) {
        match (quote, byte) {
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some(at + 1),
            (None, b'<') if at > 0 => return None,
            (None, _) => {}
        }
    }
    None
}

/// Reads a whole tag, `<` and `>` included.
pub(super) fn html_tag(text: &str) -> Option<HtmlTag<'_>> {
    let inside = text.strip_prefix('<')?.strip_suffix('>')?;
    let (inside, closing) = match inside.strip_prefix('/') {
        Some(inside) => (inside, true),
        None => (inside.strip_suffix('/').unwrap_or(inside), false),
    };
    let end = inside
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .unwrap_or(inside.len());
    let (name, mut rest) = inside.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic())
        || !(rest.is_empty() || rest.starts_with(char::is_whitespace))
    {
        return None;
    }
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Some(HtmlTag {
                name,
                closing,
                attributes,
            });
        }
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\'' | '<' | '>' | '`'));
        let (attribute, after) = rest.split_at(end.unwrap_or(rest.len()));
        if attribute.is_empty() {
            return None;
        }
        let Some(value) = after.trim_start().strip_prefix('=') else {
            attributes.push((attribute, ""));
            rest = after;
            continue;
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next()? {
            mark @ ('"' | '\'') => value.get(1..)?.split_once(mark)?,
            _ => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
        };
        attributes.push((attribute, value));
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> String {
        let spell = |token: &Token<'_>| match token {
            Token::Text(range) => format!("[{}]", text.get(range.clone()).unwrap()),
            Token::Comment => "(comment)".to_owned(),
            Token::Tag(tag, _) => {
                let attributes: Vec<_> = tag
                    .attributes
                    .iter()
                    .map(|(name, value)| format!(" {name}:{value}"))
                    .collect();
                format!(
                    "<{}{}{}>",
                    if tag.closing { "/" } else { "" },
                    tag.name,
                    attributes.concat()
                )
            }
        };
        tokens(text).iter().map(spell).collect()
    }

    #[test]
    fn html_is_read() {
        let cases = [
            ("a <b>x</b>", "[a ]<b>[x]</b>"),
            ("<br/><BR />", "<br><BR>"),
            ("<a href=\"x>y\" title='z'>t</a>", "<a href:x>y title:z>[t]</a>"),
            ("<a\nhref = x>", "<a href:x>"),
            ("1 < 2 and <3", "[1 < 2 and <3]"),
            ("<!-- a <b> -->c", "(comment)[c]"),
            ("<!-->c<!--->d", "(comment)[c](comment)[d]"),
            ("<!-- never closed", "[<!-- never closed]"),
            ("a --> <!-- b", "[a --> <!-- b]"),
            ("<value of x>", "<value of: x:>"),
            ("<http://x.example>", "[<http://x.example>]"),
            ("<a b=\"c>", "[<a b=\"c>]"),
            ("<a <b>", "[<a ]<b>"),
            ("<>", "[<>]"),
            ("", ""),
        ];
        for (text, expect) in cases {
            assert_eq!(spelled(text), expect, "{text:?}");
        }
    }

    #[test]
    fn names_are_sorted_and_no_element_is_both_shown_and_mapped() {
        assert!(ELEMENTS.is_sorted_by_key(|(name, _)| *name));
        assert!(SHOWN_AS_TEXT.is_sorted());
        assert!(SHOWN_AS_TEXT.iter().all(|name| element(name).is_none()));
    }
}
