//! HTML that is safe to send, and the only way to write it.
//!
//! In: markup that stands in this program's source, texts and addresses from anywhere. Out: [`SafeHtml`].
//! Must not: accept markup that was made at run time. That is what keeps a document's text from becoming HTML.

use std::fmt::Write;

use super::safe_url::SafeUrl;
use super::scan;

/// HTML whose tags and attributes all come from this program and whose texts are escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The HTML, to be sent.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Collects HTML. Its [`HtmlWriter::finish`] is the only constructor of [`SafeHtml`].
pub(super) struct HtmlWriter(String);

impl HtmlWriter {
    /// An empty writer with room for `capacity` bytes.
    pub(super) fn new(capacity: usize) -> Self {
        Self(String::with_capacity(capacity))
    }

    /// Writes markup of this program. `'static` keeps out everything that is put together at run time.
    pub(super) fn markup(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// Writes text between tags.
    pub(super) fn text(&mut self, text: &str) {
        escape::<false>(&mut self.0, text);
    }

    /// Writes text between the double quotes of an attribute.
    pub(super) fn value(&mut self, text: &str) {
        escape::<true>(&mut self.0, text);
    }

    /// Writes an address between the double quotes of an attribute.
    pub(super) fn url(&mut self, url: &SafeUrl) {
        self.value(url.as_str());
    }

    /// Writes a number.
    pub(super) fn number(&mut self, number: u64) {
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{number}");
    }

    /// The bytes written so far.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// True at the beginning of a line.
    pub(super) fn at_line_start(&self) -> bool {
        self.0.as_bytes().last().is_none_or(|byte| *byte == b'\n')
    }

    /// What was written.
    pub(super) fn finish(self) -> SafeHtml {
        SafeHtml(self.0)
    }
}

/// Appends `text` without characters that mean something in HTML. Control characters other than tab and line feed
/// become U+FFFD, since HTML cannot hold them and a terminal might obey them.
fn escape<const QUOTES: bool>(out: &mut String, text: &str) {
    let table = if QUOTES { &SPECIAL_IN_VALUE } else { &SPECIAL_IN_TEXT };
    let mut rest = text;
    loop {
        let (plain, tail) = rest.split_at(scan::find(rest.as_bytes(), is_special::<QUOTES>, table));
        out.push_str(plain);
        let Some(c) = tail.chars().next() else {
            return;
        };
        rest = tail.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&#34;"),
            other => push_visible(out, other, rest),
        }
    }
}

const SPECIAL_IN_TEXT: [bool; 256] = scan::table!(is_special::<false>);
const SPECIAL_IN_VALUE: [bool; 256] = scan::table!(is_special::<true>);

/// True for markup, a control character, or the first byte of the two-byte characters among which the C1 controls are.
const fn is_special<const QUOTES: bool>(byte: u8) -> bool {
    let markup = (byte == b'<') | (byte == b'>') | (byte == b'&') | (QUOTES & (byte == b'"'));
    let control = (byte < 0x20) & (byte != b'\t') & (byte != b'\n');
    markup | control | (byte == 0x7f) | (byte == 0xc2)
}

/// Appends `c` as it may be shown. `rest` is what follows it: CR LF is one line end.
pub(super) fn push_visible(out: &mut String, c: char, rest: &str) {
    match c {
        '\t' | '\n' => out.push(c),
        '\r' if rest.starts_with('\n') => {}
        '\r' => out.push('\n'),
        c if c.is_control() => out.push(char::REPLACEMENT_CHARACTER),
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_values_are_escaped() {
        let cases = [
            ("a<b>&\"c'", "a&lt;b&gt;&amp;\"c'", "a&lt;b&gt;&amp;&#34;c'"),
            (
                "\u{0}\u{1b}[31m\u{7f}\u{85}\t\n",
                "\u{fffd}\u{fffd}[31m\u{fffd}\u{fffd}\t\n",
                "\u{fffd}\u{fffd}[31m\u{fffd}\u{fffd}\t\n",
            ),
            ("a\r\nb\rc", "a\nb\nc", "a\nb\nc"),
            ("° § é €", "° § é €", "° § é €"),
            ("", "", ""),
        ];
        for (input, text, value) in cases {
            let mut writer = HtmlWriter::new(0);
            writer.text(input);
            assert_eq!(writer.finish().as_str(), text, "{input:?}");
            let mut writer = HtmlWriter::new(0);
            writer.value(input);
            assert_eq!(writer.finish().as_str(), value, "{input:?}");
        }
    }
}
