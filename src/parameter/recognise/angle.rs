//! `<name>`, `<several words>`, and markup that looks the same.

use std::collections::HashSet;

use super::words::{is_absent_value, is_element, is_identifier, is_key, is_stub, is_unwritten};
use super::{Class, Language, Medium, Reason, Scanner, Style};
use crate::command::lexer::PieceKind;

/// The longest text between the brackets, in bytes.
const MAX_NAME: usize = 160;

/// What a text says of its elements.
pub(super) struct Closed<'a> {
    names: HashSet<&'a str>,
}

impl<'a> Closed<'a> {
    /// The elements that are closed somewhere in `text`.
    pub(super) fn of(text: &'a str) -> Self {
        let ends = text.split("</").skip(1);
        let name = |rest: &'a str| {
            let end = rest.bytes().take(MAX_NAME).position(|byte| byte == b'>')?;
            rest.get(..end)
        };
        Self {
            names: ends.filter_map(name).collect(),
        }
    }
}

impl<'a> Scanner<'a, '_> {
    pub(super) fn angle(&mut self, at: usize) -> usize {
        let place = self.place(at);
        if place.is(PieceKind::Escape) {
            return place.end();
        }
        let rest = self.ahead(at, MAX_NAME);
        if place.is(PieceKind::Redirect) {
            return self.dollar_within(at, rest).unwrap_or(place.end());
        }
        if place.is(PieceKind::SubstitutionOpen) || place.is(PieceKind::HeredocMark) {
            return place.end();
        }
        if rest.starts_with("<!--") || rest.starts_with("<?") || rest.starts_with("<!") {
            return at + 2;
        }
        let placeholder = place.is(PieceKind::Placeholder) && place.start() == at;
        // `<<name>>`, but not `<<<<<<< HEAD`.
        let doubled = rest.starts_with("<<") && !rest.starts_with("<<<");
        let skip = if doubled { 2 } else { 1 };
        let Some(inner) = rest.get(skip..).and_then(|rest| Some(rest.split_once('>')?.0)) else {
            return at + rest.len() - rest.trim_start_matches('<').len();
        };
        let mut end = at + skip + inner.len() + 1;
        if doubled {
            if self.byte(end) != Some(b'>') {
                return at + 1;
            }
            end += 1;
        }
        if placeholder {
            end = place.end();
        }
        if !(placeholder || is_name(inner)) || inner.contains('<') {
            return at + 1;
        }
        let unquoted = inner.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
        let name = unquoted.unwrap_or(inner).trim_start_matches('$').trim();
        let Some(class) = self.of_angle(name, at) else {
            return at + 1;
        };
        self.found(at..end, name, Style::Angle, class)
    }

    /// `<$name>`, where a shell would read from one file and write to another.
    fn dollar_within(&mut self, at: usize, rest: &'a str) -> Option<usize> {
        let (name, _) = rest.strip_prefix("<$")?.split_once('>')?;
        let is_name = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b" _-".contains(&byte));
        if !is_name || !name.starts_with(|c: char| c.is_ascii_alphabetic()) || name.ends_with(' ') {
            return None;
        }
        Some(self.found(at..at + name.len() + 3, name, Style::Angle, Class::Parameter))
    }

    /// What the brackets with this text are; `None` for something that does not even look like a placeholder.
    fn of_angle(&mut self, name: &str, at: usize) -> Option<Class> {
        let not = |reason| Some(Class::NotParameter(reason));
        let in_code = self.medium != Medium::Prose;
        if is_absent_value(name) {
            return not(Reason::Value);
        }
        if is_address(name) {
            return not(Reason::Address);
        }
        if self.before(at) == b'\\' && in_code && name.ends_with('\\') {
            return not(Reason::Pattern);
        }
        if self.is_markup(name) {
            return not(Reason::Markup);
        }
        if is_unwritten(name) || (!in_code && is_stub(name)) {
            return Some(Class::Stub);
        }
        if is_key(name) {
            return not(Reason::Key);
        }
        if !name.contains(|c: char| c.is_alphabetic()) {
            return not(Reason::Number);
        }
        match self.medium {
            // `Vec<String>`, `#include <errno.h>`
            Medium::Code(Language::Program) if self.before(at).is_ascii_alphanumeric() || name.ends_with(".h") => {
                not(Reason::Program)
            }
            _ if name.ends_with(".h") => not(Reason::Program),
            _ => Some(Class::Parameter),
        }
    }

    fn is_markup(&mut self, name: &str) -> bool {
        if name.starts_with('/') || self.closed.names.contains(name) {
            return true;
        }
        let (element, rest) = match name.find(|c: char| c.is_whitespace() || c == '/') {
            Some(end) => name.split_at(end),
            None => (name, ""),
        };
        let attributes = rest.contains("=\"") || rest.contains("='") || rest.contains("={");
        if attributes
            && element
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-:.".contains(&byte))
        {
            return true;
        }
        let plain = rest.is_empty() || rest.trim() == "/";
        plain && (is_element(element, self.medium != Medium::Prose) || (rest.trim() == "/" && is_identifier(element)))
    }
}

/// `https://...`, `a@b.example`, `mailto:...`
fn is_address(name: &str) -> bool {
    if name.contains(char::is_whitespace) {
        return false;
    }
    let scheme = name.split_once("://").map_or("", |(scheme, _)| scheme);
    let domain = name.split_once('@').map_or("", |(_, domain)| domain);
    name.starts_with("mailto:")
        || (!scheme.is_empty()
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)))
        || (domain.contains('.')
            && domain
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)))
}

/// True for text between brackets that people write as a name, and not for `a <b and c> d`.
fn is_name(inner: &str) -> bool {
    let trimmed = inner.trim();
    let begins = |c: char| c.is_alphanumeric() || "_./[{\"'$".contains(c);
    let comparison = inner.starts_with(|c: char| c.is_ascii_digit()) && inner.contains(' ');
    trimmed.len() == inner.len()
        && inner.starts_with(begins)
        && !inner.ends_with(['-', '=', ' '])
        && !inner.contains("&&")
        && !inner.contains("||")
        && !comparison
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_comparisons() {
        for (inner, expect) in [
            ("namespace", true),
            ("value of x", true),
            ("\"Used By:\" field", true),
            ("/br", true),
            ("5 and b", false),
            (" b ", false),
            ("a && b", false),
            ("-", false),
            ("", false),
        ] {
            assert_eq!(is_name(inner), expect, "{inner:?}");
        }
        for (name, expect) in [
            ("https://example.org", true),
            ("a@b.example", true),
            ("user@host", false),
            ("the https://example.org", false),
            ("mailto:a", true),
        ] {
            assert_eq!(is_address(name), expect, "{name:?}");
        }
    }
}
