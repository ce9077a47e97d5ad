//! Words that stand for others without any brackets: `YOUR_NAME`, `my-pod`, `xxx`, `REPLACE_ME`, `NODE`.

use super::{Class, Language, Medium, Place, Reason, Scanner, Style};
use crate::command::lexer::PieceKind;
use crate::parameter::meaning::{Meaning, meaning};
use crate::parameter::quote::Quotes;

/// True for bytes of words, their hyphens included.
pub(super) fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || !byte.is_ascii()
}

impl<'a> Scanner<'a, '_> {
    pub(super) fn token(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes().get(at..).unwrap_or_default();
        let length = bytes.iter().take_while(|byte| is_of_token(**byte)).count();
        let end = at + length;
        let token = self.slice(at..end);
        // The end of another word.
        if matches!(self.before(at), b'\\' | b'$' | b'.' | b'&') || token.starts_with('-') || token.len() < 2 {
            return end;
        }
        let place = self.place(at);
        if let Some((style, class)) = self.of_token(token, at, end, place) {
            self.found(at..end, token, style, class);
        }
        end
    }

    fn of_token(&self, token: &str, at: usize, end: usize, place: Place) -> Option<(Style, Class)> {
        let assigned = self.byte(end) == Some(b'=') && place.context.quotes == Quotes::None && place.start() == at;
        if self.is_shell() && (self.known.sets(token) || assigned || place.names_variables) {
            return None;
        }
        if is_filler(token) {
            return Some((Style::Word, Class::Parameter));
        }
        if let Some(yours) = of_yours(token) {
            return self
                .of_yours(token, yours, end, place)
                .map(|class| (Style::Word, class));
        }
        if is_crossed(token) {
            let class = match self.medium {
                Medium::Code(Language::Shell | Language::Inline) | Medium::Prose => Class::Parameter,
                Medium::Code(_) => Class::NotParameter(Reason::Redacted),
            };
            return Some((Style::Crossed, class));
        }
        self.is_caps(token, at, end, place)
            .then_some((Style::Caps, Class::Parameter))
    }

    /// `YOUR_NAME` wherever it stands; `my-name` only where it is for the reader to run.
    fn of_yours(&self, token: &str, yours: Yours, end: usize, place: Place) -> Option<Class> {
        let shouted = !token.contains(|c: char| c.is_lowercase());
        let file = self.byte(end) == Some(b'.') && is_file_type(self.ahead(end + 1, 12));
        if shouted {
            return Some(Class::Parameter);
        }
        if self.byte(end) == Some(b'(') {
            return None;
        }
        // `my-app-69cd495f9b-nl6hf` is the name of an object that was.
        if token.contains(|c: char| c.is_ascii_digit()) {
            return Some(Class::NotParameter(Reason::Example));
        }
        let data = place.is(PieceKind::HeredocBody) || place.is(PieceKind::Comment);
        match self.medium {
            Medium::Code(Language::Shell) if !file && !data => Some(Class::Parameter),
            Medium::Code(Language::Inline) if !file && place.kind.is_some() => Some(Class::Parameter),
            // A key, a variable of a program.
            Medium::Code(Language::Program) => None,
            Medium::Code(_) if self.byte(end) == Some(b':') => None,
            Medium::Code(Language::Yaml | Language::PromQl) if yours == Yours::Your && !file => Some(Class::Parameter),
            Medium::Code(_) => Some(Class::NotParameter(Reason::Example)),
            Medium::Prose => None,
        }
    }

    /// `osism set maintenance NODE`, `kubectl logs POD_NAME`.
    fn is_caps(&self, token: &str, at: usize, end: usize, place: Place) -> bool {
        if !self.is_shell()
            || (place.context.nested && place.context.quotes != Quotes::None)
            || place.context.command_word
            || !place.is(PieceKind::Word)
            || token.len() < 3
            || !token.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
            || (place.searched && !token.contains('_'))
        {
            return false;
        }
        let edge = |byte: u8| {
            matches!(
                byte,
                b' ' | b'\n' | b'\r' | b'\t' | b'"' | b'\'' | b'/' | b';' | b'|' | b')' | 0
            )
        };
        let before = self.before(at);
        // Output that nobody told from commands: `NODE      ATTACHED`.
        let blanks = |first: u8, second: u8| first == b' ' && second == b' ';
        if blanks(self.byte(end).unwrap_or(0), self.byte(end + 1).unwrap_or(0))
            || blanks(before, self.before(at.saturating_sub(1)))
        {
            return false;
        }
        edge(self.byte(end).unwrap_or(0))
            && (edge(before) || matches!(before, b'=' | b'@'))
            && meaning(token).is_some_and(|meaning| {
                !matches!(
                    meaning,
                    Meaning::Name
                        | Meaning::Kind
                        | Meaning::Workload
                        | Meaning::Alertname
                        | Meaning::Severity
                        | Meaning::Instance
                        | Meaning::Device
                        | Meaning::Job
                )
            })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Yours {
    Your,
    My,
}

/// `YOUR_NAME`, `your-name`, `YOURNAME`, `MY_NAME`, `my-name`.
fn of_yours(token: &str) -> Option<Yours> {
    let after = |lead: &str| {
        token
            .strip_prefix(lead)
            .filter(|rest| rest.contains(|c: char| c.is_alphabetic()))
    };
    if after("YOUR_")
        .or(after("YOUR-"))
        .or(after("your-"))
        .or(after("your_"))
        .is_some()
    {
        return Some(Yours::Your);
    }
    if after("YOUR").is_some_and(|rest| rest.len() > 2 && rest.bytes().all(|byte| byte.is_ascii_uppercase())) {
        return Some(Yours::Your);
    }
    let domain = ["yourdomain", "yourcluster", "yourname", "yournamespace", "yourproject"];
    if domain.contains(&token) {
        return Some(Yours::Your);
    }
    after("MY_").or(after("my-")).or(after("my_")).map(|_| Yours::My)
}

/// Words that only say that something has to be put in their place.
fn is_filler(token: &str) -> bool {
    #[rustfmt::skip]
    const FILLERS: &[&str] = &[
        "CHANGEME", "CHANGE_ME", "PLACEHOLDER", "REPLACEME", "REPLACE_ME", "TO_BE_REPLACED", "changeme", "change-me",
        "replace-me", "replaceme",
    ];
    FILLERS.contains(&token) || token.starts_with("REPLACE_WITH_") || token.starts_with("INSERT_")
}

/// True for `xxx`, `XXXX` and `ovnkube-node-xxxxx`: three or more of them, and no other letter at their sides.
fn is_crossed(token: &str) -> bool {
    ['x', 'X'].iter().any(|cross| {
        let of_cross = |part: &str| part.len() > 2 && part.chars().all(|c| c == *cross);
        token.contains(*cross) && token.split(|c: char| !c.is_alphabetic()).any(of_cross)
    })
}

/// What stands behind the dot of a file's name.
fn is_file_type(rest: &str) -> bool {
    #[rustfmt::skip]
    const TYPES: &[&str] = &[
        "cfg", "conf", "crt", "csv", "go", "gz", "img", "ini", "iso", "j2", "js", "json", "key", "log", "md", "pem",
        "private", "py", "qcow2", "raw", "repo", "sh", "sql", "tar", "tf", "tgz", "toml", "txt", "xml", "yaml", "yml",
        "zip",
    ];
    let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    rest.get(..end).is_some_and(|kind| TYPES.contains(&kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crosses_have_no_other_letters_at_their_sides() {
        for (token, expect) in [
            ("xxx", true),
            ("XXXX", true),
            ("ovnkube-master-xxxxx", true),
            ("xxxx-1", true),
            ("5xx", false),
            ("xx", false),
            ("fooxxx", false),
            ("xxXX", false),
            ("x-x-x", false),
        ] {
            assert_eq!(is_crossed(token), expect, "{token:?}");
        }
    }
}
