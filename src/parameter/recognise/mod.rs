//! Finds what looks like a placeholder in code and prose, and says what it is.
//!
//! In: a piece of code or a paragraph. Out: each [`Use`], in order, to a sink. Must not: keep silent about what looks like
//! a placeholder and is none; the reader must be able to see why it was left alone.

mod angle;
mod brace;
mod bracket;
mod dollar;
mod places;
mod programs;
mod reader;
mod scope;
mod token;
mod words;

use std::fmt;
use std::ops::Range;

use super::quote::{Context, Quotes};
use places::{Place, Places};
pub use scope::Scope;

/// How a placeholder is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Style {
    /// `$NAME`
    Dollar,
    /// `${NAME}`
    DollarBrace,
    /// `<name>`
    Angle,
    /// `{name}`, and templates.
    Brace,
    /// `[NAME]`
    Bracket,
    /// `YOUR_NAME`, `my-name`, `REPLACE_ME`
    Word,
    /// `NODE_NAME` where a value is expected.
    Caps,
    /// `xxx`
    Crossed,
}

/// What a placeholder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The reader has to replace it.
    Parameter,
    /// A variable of the shell that the document sets before, or at least in the same block.
    SetByDocument,
    /// A variable that every shell, or the reader's, has.
    Environment,
    /// A template that a program fills in.
    Template,
    /// It only looks like one.
    NotParameter(Reason),
    /// Text that somebody forgot to write.
    Stub,
}

/// Why something is no parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// `<https://example.org>`
    Address,
    /// `{a,b}`
    BraceExpansion,
    /// `[a-z]`, `\<word\>`
    Pattern,
    /// `{"a": 1}`
    Data,
    /// `[5m]`
    Duration,
    /// `my-image` as an example in prose or data.
    Example,
    /// `${#X}`
    Expansion,
    /// `{.metadata.name}`
    JsonPath,
    /// `<Enter>`
    Key,
    /// `[INFO]`, `[OK]`
    LogLevel,
    /// `<br>`
    Markup,
    /// `<0-5>`
    Number,
    /// `awk '{print $1}'`, `jq '.[$i]'`
    Program,
    /// `[root@node ~]#`
    Prompt,
    /// `token: xxxxx`
    Redacted,
    /// `[DEFAULT]`
    Section,
    /// `{job="x"}`
    Selector,
    /// `[OPTIONS]`
    Usage,
    /// `<none>`
    Value,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "an address",
            Self::BraceExpansion => "the shell makes several words of it",
            Self::Pattern => "part of a pattern",
            Self::Data => "part of JSON or YAML",
            Self::Duration => "a duration",
            Self::Example => "a name given as an example",
            Self::Expansion => "the shell computes it",
            Self::JsonPath => "part of a JSONPath",
            Self::Key => "a key to press",
            Self::LogLevel => "a level or state that programs print",
            Self::Markup => "markup",
            Self::Number => "a number",
            Self::Program => "part of a program in another language",
            Self::Prompt => "a prompt",
            Self::Redacted => "a value left out",
            Self::Section => "a section of a file",
            Self::Selector => "labels of a query",
            Self::Usage => "a word of a usage line",
            Self::Value => "what programs print where there is nothing",
        })
    }
}

/// What looks like a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use<'a> {
    /// Where it is, in bytes: what a value replaces.
    pub range: Range<usize>,
    /// Its name, without `$` and brackets.
    pub name: &'a str,
    /// How it is written.
    pub style: Style,
    /// What it is.
    pub class: Class,
    /// What a value must respect.
    pub context: Context,
}

/// The language of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Commands, without prompts and output.
    Shell,
    /// Code within a sentence.
    Inline,
    /// A query.
    PromQl,
    /// Data whose values people write without quotes.
    Yaml,
    /// Data.
    Json,
    /// Output, logs, configuration and whatever has no known language.
    Text,
    /// A programming language.
    Program,
}

impl Language {
    /// The language with this common name (`sh` for `bash`); unknown is [`Language::Text`].
    pub fn of(common_name: Option<&str>) -> Self {
        match common_name {
            Some("sh" | "console") => Self::Shell,
            Some("promql" | "logql") => Self::PromQl,
            Some("yaml") => Self::Yaml,
            Some("json") => Self::Json,
            None | Some("ini" | "diff" | "text" | "xml" | "html" | "markdown") => Self::Text,
            Some(_) => Self::Program,
        }
    }
}

/// Finds the placeholders of `code`. What it sets is added to `known`, which earlier code of the document has filled.
pub fn in_code<'a>(code: &'a str, language: Language, known: &mut Scope, sink: &mut dyn FnMut(Use<'a>)) {
    let places = match language {
        Language::Shell => Places::of_commands(code, known),
        // One word is the name of something, not a command.
        Language::Inline if code.trim().contains(char::is_whitespace) => Places::of_commands(code, known),
        Language::Inline => Places::whole(code, Context::PROSE),
        _ => Places::whole(code, Context::DATA),
    };
    Scanner::new(code, Medium::Code(language), places, known, sink).run();
}

/// Finds the placeholders of a paragraph: text for people, where Markdown has taken its marks away.
pub fn in_prose<'a>(text: &'a str, sink: &mut dyn FnMut(Use<'a>)) {
    let written = text.trim();
    if words::is_unwritten(written) {
        let start = text.len() - text.trim_start().len();
        sink(Use {
            range: start..start + written.len(),
            name: written,
            style: Style::Word,
            class: Class::Stub,
            context: Context::PROSE,
        });
        return;
    }
    let known = Scope::default();
    let places = Places::whole(text, Context::PROSE);
    Scanner::new(text, Medium::Prose, places, &known, sink).run();
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Medium {
    Code(Language),
    Prose,
}

/// One pass over a text. Each form has its file, and a method that answers where to go on.
struct Scanner<'a, 's> {
    text: &'a str,
    medium: Medium,
    places: Places,
    known: &'s Scope,
    /// Names of the elements that the text closes: `</name>`.
    closed: angle::Closed<'a>,
    sink: &'s mut dyn FnMut(Use<'a>),
}

impl<'a, 's> Scanner<'a, 's> {
    fn new(text: &'a str, medium: Medium, places: Places, known: &'s Scope, sink: &'s mut dyn FnMut(Use<'a>)) -> Self {
        Self {
            text,
            medium,
            places,
            known,
            closed: angle::Closed::of(text),
            sink,
        }
    }

    fn run(mut self) {
        let mut at = 0;
        while let Some(byte) = self.byte(at) {
            let next = match byte {
                b'$' => self.dollar(at),
                b'<' => self.angle(at),
                b'{' => self.brace(at),
                b'[' => self.bracket(at),
                _ if token::is_of_token(byte) => self.token(at),
                _ => at + 1,
            };
            // Whatever a form answers, the pass goes on.
            at = next.max(at + 1);
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The byte before `at`; 0 at the beginning.
    fn before(&self, at: usize) -> u8 {
        at.checked_sub(1).and_then(|at| self.byte(at)).unwrap_or(0)
    }

    fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    /// The text from `at`, at most `length` bytes of it and not beyond its line, cut at a character.
    fn ahead(&self, at: usize, length: usize) -> &'a str {
        let bytes = self.text.as_bytes();
        let window = bytes.get(at..bytes.len().min(at + length)).unwrap_or_default();
        let mut end = window.iter().position(|byte| *byte == b'\n').unwrap_or(window.len());
        while !self.text.is_char_boundary(at + end) {
            end -= 1;
        }
        self.slice(at..at + end)
    }

    fn language(&self) -> Option<Language> {
        match self.medium {
            Medium::Code(language) => Some(language),
            Medium::Prose => None,
        }
    }

    /// Commands, also within a sentence.
    fn is_shell(&self) -> bool {
        matches!(self.medium, Medium::Code(Language::Shell | Language::Inline))
    }

    fn place(&mut self, at: usize) -> Place {
        self.places.at(at)
    }

    fn found(&mut self, range: Range<usize>, name: &'a str, style: Style, class: Class) -> usize {
        let end = range.end;
        let context = self.context(&range);
        (self.sink)(Use {
            range,
            name,
            style,
            class,
            context,
        });
        end
    }

    /// What a value in the place of `range` must respect.
    fn context(&mut self, range: &Range<usize>) -> Context {
        let place = self.place(range.start);
        let mut context = place.context;
        context.word_start &= place.start() == range.start;
        let heredoc = matches!(context.quotes, Quotes::HeredocPlain | Quotes::HeredocQuoted);
        let literal = matches!(context.quotes, Quotes::Single | Quotes::HeredocQuoted | Quotes::Prose);
        // Behind a backslash or `$` the first character of a value would mean something else.
        context.command_word |= !literal && matches!(self.before(range.start), b'\\' | b'$');
        // An index of an array is computed, and computing may run what stands in it.
        context.nested |= !literal && self.before(range.start) == b'[';
        context.command_word |= heredoc && self.may_end_heredoc(range);
        context
    }

    /// True if a value could make the line the end mark of a heredoc: the line has nothing else that a mark has not.
    fn may_end_heredoc(&self, range: &Range<usize>) -> bool {
        const LONGEST: usize = 128;
        let bytes = self.text.as_bytes();
        let before = bytes
            .get(range.start.saturating_sub(LONGEST)..range.start)
            .unwrap_or_default();
        let after = bytes
            .get(range.end..bytes.len().min(range.end + LONGEST))
            .unwrap_or_default();
        let of_line = |byte: &&u8| **byte != b'\n';
        let mut line = before
            .iter()
            .rev()
            .take_while(of_line)
            .chain(after.iter().take_while(of_line));
        line.all(|byte| byte.is_ascii_alphanumeric() || b"_\t\r<>${}".contains(byte))
    }
}

#[cfg(test)]
mod context_tests;
#[cfg(test)]
mod shell_tests;
#[cfg(test)]
mod tests;
