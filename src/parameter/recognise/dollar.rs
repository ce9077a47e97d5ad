//! `$NAME`, `${NAME}` and what else begins with `$`.

use super::words::{is_environment, is_identifier};
use super::{Class, Language, Place, Reason, Scanner, Style};
use crate::command::lexer::PieceKind;
use crate::parameter::meaning::meaning;
use crate::parameter::quote::Quotes;

/// The longest `${...}` that is looked at where no lexer found its end, in bytes.
const MAX_BRACED: usize = 200;

impl<'a> Scanner<'a, '_> {
    pub(super) fn dollar(&mut self, at: usize) -> usize {
        let place = self.place(at);
        if place.is(PieceKind::Escape) {
            return place.end();
        }
        if self.byte(at + 1) == Some(b'{') && self.byte(at + 2) == Some(b'{') {
            return self.template(at);
        }
        if place.is(PieceKind::Variable) && place.start() == at {
            return self.variable(at, place.end(), place);
        }
        // Where the shell does not look for variables, the reader does.
        match self.byte(at + 1) {
            Some(b'{') => {
                let ahead = self.ahead(at + 2, MAX_BRACED);
                match ahead
                    .find(['}', '{'])
                    .and_then(|end| ahead.get(end..).map(|rest| (end, rest)))
                {
                    Some((end, rest)) if rest.starts_with('}') => self.variable(at, at + 2 + end + 1, place),
                    _ => at + 2,
                }
            }
            Some(b'A'..=b'Z' | b'a'..=b'z' | b'_') => {
                let name = self.text.as_bytes().get(at + 1..).unwrap_or_default();
                let of_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
                let length = name.iter().take_while(of_name).count();
                self.variable(at, at + 1 + length, place)
            }
            Some(b'0'..=b'9') if place.is_program() => {
                let name = self.slice(at + 1..at + 2);
                self.found(at..at + 2, name, Style::Dollar, Class::NotParameter(Reason::Program))
            }
            Some(b'$') => at + 2,
            _ => at + 1,
        }
    }

    /// The variable from `at` to `end`.
    fn variable(&mut self, at: usize, end: usize, place: Place) -> usize {
        let text = self.slice(at..end);
        if let Some(inner) = text.strip_prefix("${").and_then(|inner| inner.strip_suffix('}')) {
            return self.braced(at, end, inner, place);
        }
        let name = text.strip_prefix('$').unwrap_or_default();
        if !is_identifier(name) {
            return self.found(at..end, name, Style::Dollar, Class::Environment);
        }
        let field = self.byte(end) == Some(b'.') && self.byte(end + 1).is_some_and(|byte| byte.is_ascii_alphabetic());
        let of_alert = matches!(name, "labels" | "value" | "externalLabels" | "externalURL");
        if name.starts_with("__") || (of_alert && (field || !matches!(self.language(), Some(Language::Shell)))) {
            let mut end = end;
            if of_alert && field {
                let rest = self.text.as_bytes().get(end + 1..).unwrap_or_default();
                end += 1 + rest
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
                    .count();
            }
            return self.found(at..end, name, Style::Dollar, Class::Template);
        }
        let class = self.of_variable(name, place);
        let (name, end) = match class {
            Class::Parameter => self.with_hyphens(at, end, name),
            _ => (name, end),
        };
        self.found(at..end, name, Style::Dollar, class)
    }

    /// To the shell, `$MASTER-POD-NAME` is `$MASTER` and more. To its author it is one name.
    fn with_hyphens(&self, at: usize, end: usize, name: &'a str) -> (&'a str, usize) {
        let of_name = |byte: &u8| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'-');
        let rest = self.text.as_bytes().get(end..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| of_name(byte)).count();
        let more = self.slice(end..end + length);
        let whole = name.bytes().all(|byte| of_name(&byte))
            && more.starts_with('-')
            && more.split('-').skip(1).all(|word| word.len() > 1)
            && !self.byte(end + length).is_some_and(|byte| byte.is_ascii_alphanumeric());
        if whole {
            (self.slice(at + 1..end + length), end + length)
        } else {
            (name, end)
        }
    }

    fn braced(&mut self, at: usize, end: usize, inner: &'a str, place: Place) -> usize {
        let range = at..end;
        let style = Style::DollarBrace;
        if inner.starts_with(['#', '!']) && inner.len() > 1 {
            return self.found(range, inner, style, Class::NotParameter(Reason::Expansion));
        }
        let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let name = inner.split(|c| !of_name(c)).next().unwrap_or_default();
        let rest = inner.strip_prefix(name).unwrap_or_default();
        if !is_identifier(name) {
            let class = if inner.len() <= 2 && !inner.contains(' ') {
                Class::Environment
            } else {
                Class::NotParameter(Reason::Expansion)
            };
            return self.found(range, inner, style, class);
        }
        // To the shell, `${top-user-from-last-command}` is `top` with a default. To its author it is a name.
        let dashed = |part: &str| !part.is_empty() && part.chars().all(of_name);
        if rest
            .strip_prefix('-')
            .is_some_and(|rest| rest.contains('-') && rest.split('-').all(dashed))
        {
            return self.found(range, inner, style, Class::Parameter);
        }
        match rest.as_bytes() {
            [] | [b':', b'-' | b'=' | b'?', ..] | [b'-' | b'?' | b'=', ..] => {
                let class = self.of_variable(name, place);
                self.found(range, name, style, class)
            }
            // Terraform, Maven and the like.
            [b'.' | b'(' | b' ', ..] => self.found(range, inner, style, Class::Template),
            // The shell has to cut or replace, so the value has to be in the variable.
            [b'#' | b'%' | b'/' | b':' | b'^' | b',' | b'+' | b'[' | b'@', ..] => {
                let class = match self.of_variable(name, place) {
                    Class::Parameter => Class::NotParameter(Reason::Expansion),
                    class => class,
                };
                self.found(range, name, style, class)
            }
            _ => self.found(range, inner, style, Class::NotParameter(Reason::Expansion)),
        }
    }

    fn of_variable(&self, name: &str, place: Place) -> Class {
        if place.is_program() && self.places.is_given_to_program(name) {
            return Class::NotParameter(Reason::Program);
        }
        if self.known.sets(name) {
            return Class::SetByDocument;
        }
        let shouted = !name.contains(|c: char| c.is_ascii_lowercase());
        let program = match self.medium {
            super::Medium::Prose => false,
            super::Medium::Code(Language::Shell | Language::Inline) => {
                // The shell leaves it alone: it belongs to awk, jq, a template, or is an example to the reader.
                !shouted && matches!(place.context.quotes, Quotes::Single | Quotes::HeredocQuoted)
            }
            super::Medium::Code(Language::PromQl | Language::Text) => false,
            super::Medium::Code(Language::Yaml | Language::Json) => !shouted && meaning(name).is_none(),
            super::Medium::Code(Language::Program) => true,
        };
        if program {
            Class::NotParameter(Reason::Program)
        } else if is_environment(name) {
            Class::Environment
        } else {
            Class::Parameter
        }
    }
}
