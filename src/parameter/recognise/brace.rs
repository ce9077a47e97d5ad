//! `{name}`, templates, and the many other uses of braces.

use super::words::{is_identifier, is_stub};
use super::{Class, Language, Medium, Place, Reason, Scanner, Style};
use crate::command::lexer::PieceKind;
use crate::parameter::meaning::meaning;

/// The longest text between braces, in bytes.
const MAX_INNER: usize = 120;
/// What a placeholder within other braces has.
const SIGNS: &[&str] = &["<", "[", "xxx", "XXX", "YOUR", "your", "MY_", "my-"];
/// The longest template, in bytes.
const MAX_TEMPLATE: usize = 400;

impl<'a> Scanner<'a, '_> {
    pub(super) fn brace(&mut self, at: usize) -> usize {
        let place = self.place(at);
        if place.is(PieceKind::Escape) {
            return place.end();
        }
        if matches!(self.byte(at + 1), Some(b'{' | b'%' | b'#')) {
            return self.template(at);
        }
        if place.is(PieceKind::Operator) || self.before(at) == b'\\' {
            return at + 1;
        }
        let ahead = self.ahead(at + 1, MAX_INNER);
        let Some(inner) = ahead
            .split_inclusive(['}', '{'])
            .next()
            .and_then(|inner| inner.strip_suffix('}'))
        else {
            return at + 1;
        };
        let Some(class) = self.of_brace(inner, at, place) else {
            return at + 1;
        };
        // Placeholders of other forms may stand within: then those are told, and not this.
        let holds = match class {
            Class::NotParameter(Reason::Data | Reason::Selector | Reason::BraceExpansion) => inner.contains('$'),
            Class::NotParameter(Reason::Program) => false,
            _ => return self.found(at..at + inner.len() + 2, inner.trim(), Style::Brace, class),
        };
        if holds || SIGNS.iter().any(|sign| inner.contains(sign)) {
            return at + 1;
        }
        self.found(at..at + inner.len() + 2, inner.trim(), Style::Brace, class)
    }

    /// `{{ ... }}`, `{% ... %}`, `{# ... #}`, and `${{ ... }}` from its `$`.
    pub(super) fn template(&mut self, at: usize) -> usize {
        let dollar = usize::from(self.byte(at) == Some(b'$'));
        let end = match self.byte(at + dollar + 1) {
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => "}}",
        };
        let bytes = self.text.as_bytes();
        let start = at + dollar + 2;
        let window = bytes
            .get(start..bytes.len().min(start + MAX_TEMPLATE))
            .unwrap_or_default();
        let opens = |pair: &[u8]| matches!(pair, [b'{', b'{' | b'%' | b'#']);
        let close = window.windows(2).position(|pair| pair == end.as_bytes() || opens(pair));
        let found = close.filter(|close| {
            window
                .get(*close..)
                .is_some_and(|rest| rest.starts_with(end.as_bytes()))
        });
        let Some(length) = found else {
            let open = window.iter().take_while(|byte| **byte == b'{').count();
            return start + open;
        };
        let name = self.slice(start..start + length).trim();
        self.found(at..start + length + 2, name, Style::Brace, Class::Template)
    }

    /// What the braces around `inner` are; `None` for what does not even look like a placeholder.
    fn of_brace(&mut self, inner: &str, at: usize, place: Place) -> Option<Class> {
        let not = |reason| Some(Class::NotParameter(reason));
        let trimmed = inner.trim();
        let first = trimmed.chars().next()?;
        if matches!(first, '.' | '@' | '[' | '*') || trimmed == "end" || trimmed.starts_with("range ") {
            // `{.class}` of Markdown
            let markup = self.medium == Medium::Prose && first == '.' && !trimmed.get(1..)?.contains(['.', '[', '*']);
            return not(if markup { Reason::Markup } else { Reason::JsonPath });
        }
        if trimmed.bytes().all(|byte| byte.is_ascii_digit() || byte == b',') {
            return not(Reason::Pattern);
        }
        if matches!(self.before(at), b'%' | b'#')
            || (self.before(at) == b'@' && matches!(trimmed, "u" | "upstream" | "push"))
        {
            return not(Reason::Program);
        }
        if ["=\"", "~\"", "='", "~'"]
            .iter()
            .any(|operator| trimmed.contains(operator))
        {
            return not(Reason::Selector);
        }
        if place.is_program() {
            return not(self.of_program(trimmed));
        }
        if trimmed.contains(['"', ':', '\'', ';', '(', '=']) {
            return not(Reason::Data);
        }
        if trimmed.contains("..") || (trimmed.contains(',') && !trimmed.contains(", ")) {
            return not(Reason::BraceExpansion);
        }
        let of_name = |c: char| c.is_alphanumeric() || "_-. ".contains(c);
        if trimmed.contains(',') || !trimmed.chars().all(of_name) {
            return not(Reason::Data);
        }
        if trimmed.chars().count() < 2 || !first.is_alphabetic() {
            return not(Reason::Program);
        }
        self.of_braced_name(trimmed, at)
    }

    fn of_braced_name(&self, name: &str, at: usize) -> Option<Class> {
        let not = |reason| Some(Class::NotParameter(reason));
        if is_stub(name) {
            return Some(Class::Stub);
        }
        let clear = meaning(name).is_some()
            || name.starts_with("your")
            || (name.contains(['_', '-']) && !name.contains(|c: char| c.is_lowercase()));
        match self.medium {
            Medium::Code(Language::Shell | Language::Inline) => Some(Class::Parameter),
            // `up{instance}` is a query, and so is `rate(x{job}[5m])`.
            Medium::Code(Language::PromQl) if self.before(at).is_ascii_alphanumeric() || self.before(at) == b'_' => {
                not(Reason::Selector)
            }
            Medium::Code(Language::Yaml | Language::Text | Language::PromQl) if clear => Some(Class::Parameter),
            Medium::Code(Language::Program) => not(Reason::Program),
            Medium::Code(_) => not(Reason::Data),
            Medium::Prose if name.contains(' ') && !clear => None,
            Medium::Prose => Some(Class::Parameter),
        }
    }

    fn of_program(&self, inner: &str) -> Reason {
        let named = |start: &str| inner.split(|c: char| !c.is_alphanumeric()).next() == Some(start);
        if named("print") || named("printf") || named("next") || is_identifier(inner) || inner.contains(['$', ';']) {
            Reason::Program
        } else if inner.starts_with('"') && !inner.contains(':') {
            // `{"\n"}`
            Reason::JsonPath
        } else {
            Reason::Data
        }
    }
}
