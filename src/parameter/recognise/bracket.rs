//! `[NAME]` and `[caps-name]`, among durations, indices, classes of characters and levels.

use super::words::{is_duration, is_level, is_stub, is_usage};
use super::{Class, Language, Medium, Place, Reason, Scanner, Style};
use crate::command::lexer::PieceKind;
use crate::parameter::meaning::meaning;
use crate::parameter::quote::Quotes;

/// The longest text between brackets, in bytes.
const MAX_INNER: usize = 80;

impl<'a> Scanner<'a, '_> {
    pub(super) fn bracket(&mut self, at: usize) -> usize {
        let place = self.place(at);
        if place.is(PieceKind::Escape) {
            return place.end();
        }
        let ahead = self.ahead(at + 1, MAX_INNER);
        let Some(inner) = ahead
            .split_inclusive([']', '['])
            .next()
            .and_then(|inner| inner.strip_suffix(']'))
        else {
            return at + 1;
        };
        let end = at + inner.len() + 2;
        match self.of_bracket(inner, at, end, place) {
            Some(class) => self.found(at..end, inner, Style::Bracket, class),
            None => at + 1,
        }
    }

    /// What the brackets around `inner` are; `None` for what does not even look like a placeholder.
    fn of_bracket(&mut self, inner: &str, at: usize, end: usize, place: Place) -> Option<Class> {
        let not = |reason| Some(Class::NotParameter(reason));
        let before = self.before(at);
        if is_duration(inner) {
            return not(Reason::Duration);
        }
        if !inner.starts_with(|c: char| c.is_alphanumeric() || c == '^' || c == '-') || inner.ends_with(' ') {
            return None;
        }
        if is_class(inner) {
            return (self.medium != Medium::Prose).then_some(Class::NotParameter(Reason::Pattern));
        }
        if is_usage(inner) {
            // What stands in an optional argument is looked at on its own.
            return if inner.contains([' ', '<', '$', '=']) {
                None
            } else {
                not(Reason::Usage)
            };
        }
        if inner.contains('@') && matches!(self.byte(end), Some(b'#' | b'$')) {
            return not(Reason::Prompt);
        }
        // An index, a link or a reference: `a[b]`, `[a][b]`, `[a](b)`, `[a]: b`.
        let index = before.is_ascii_alphanumeric() || b"_])}\"'\\!".contains(&before);
        if index && !(before == b'"' || before == b'\'') || matches!(self.byte(end), Some(b'(' | b'[' | b':')) {
            return None;
        }
        if is_level(inner) {
            return not(Reason::LogLevel);
        }
        if !inner.chars().all(|c| c.is_alphanumeric() || "_- ".contains(c))
            || !inner.contains(|c: char| c.is_alphabetic())
        {
            return None;
        }
        if is_stub(inner) {
            return Some(Class::Stub);
        }
        if place.kind.is_none_or(|kind| kind == PieceKind::HeredocBody)
            && self.alone(at, end)
            && self.medium != Medium::Prose
        {
            return not(Reason::Section);
        }
        if (place.context.nested && place.context.quotes != Quotes::None) || place.is(PieceKind::Comment) {
            return None;
        }
        let meant = meaning(inner).is_some();
        let caps = inner.chars().count() > 1 && !inner.contains(|c: char| c.is_lowercase());
        let several = inner.contains(['_', '-', ' ']);
        let yours = inner.starts_with("your") || inner.starts_with("YOUR");
        let named = ["-name", "_name", " name", "-id", "-ip", "_id"]
            .iter()
            .any(|end| inner.ends_with(end));
        let parameter = match self.medium {
            Medium::Code(Language::Shell) => caps || meant || yours || named,
            Medium::Code(Language::Inline) => (caps && several) || meant || yours || named,
            Medium::Code(Language::PromQl | Language::Yaml | Language::Text) => caps && (meant || several) || yours,
            Medium::Code(Language::Json | Language::Program) => false,
            Medium::Prose => caps && (meant || inner.contains(['_', ' '])) || yours,
        };
        parameter.then_some(Class::Parameter)
    }

    /// True if there is nothing else on the line.
    fn alone(&self, at: usize, end: usize) -> bool {
        let after = self.ahead(end, MAX_INNER);
        (at == 0 || self.before(at) == b'\n') && after.trim().is_empty()
    }
}

/// `a-z`, `A-Za-z0-9_`, `^:`, `:alpha:`
fn is_class(inner: &str) -> bool {
    let mut chars = inner.chars();
    let (first, second, third) = (chars.next(), chars.next(), chars.next());
    let range = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let rest = chars.as_str();
    let word = rest.chars().take_while(|c| c.is_alphabetic()).count();
    first == Some('^')
        || (range(first) && second == Some('-') && range(third) && (word == 0 || rest.chars().nth(1) == Some('-')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_characters_are_told_from_names() {
        for (inner, expect) in [
            ("a-z", true),
            ("A-Za-z0-9_", true),
            ("0-9.", true),
            ("^:", true),
            ("A-Z_", true),
            ("x-name", false),
            ("POD-NAME", false),
            ("a", false),
            ("", false),
        ] {
            assert_eq!(is_class(inner), expect, "{inner:?}");
        }
    }
}
