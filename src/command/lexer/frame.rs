//! The contexts of shell text that may stand within each other.
//!
//! In: what opens one. Out: what is known inside it. Must not: read text.

use std::ops::Range;

use super::Quotes;
use super::simple::SimpleCommand;

/// A context and what is known in it.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) context: Context,
    /// The quotes that its pieces stand in.
    pub(super) quotes: Quotes,
    pub(super) simple: SimpleCommand,
    pub(super) in_word: bool,
    pub(super) word_at: usize,
    pub(super) nested: bool,
    pub(super) command_word: bool,
    /// All of it is nested: it may be read otherwise than it looks.
    pub(super) doubt: bool,
    /// Between `<<` and the delimiter; `Some(true)` for `<<-`.
    pub(super) delimiter_follows: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// Commands: the text itself, `$(…)`, `` `…` ``, `(…)`.
    Code,
    Substitution,
    Backquote,
    Group,
    /// `$((…))`, with the number of further parentheses that are open.
    Arithmetic(u32),
    Single,
    /// `$'…'`
    Escaping,
    Double,
    Heredoc(Heredoc),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heredoc {
    pub(super) delimiter: Range<usize>,
    pub(super) quoted: bool,
    /// `<<-`: tabs may stand before the delimiter.
    pub(super) tabs: bool,
    pub(super) nested: bool,
}

impl Frame {
    pub(super) fn new(context: Context) -> Self {
        Self {
            quotes: quotes(&context),
            context,
            simple: SimpleCommand::new(),
            in_word: false,
            word_at: 0,
            nested: false,
            command_word: false,
            doubt: false,
            delimiter_follows: None,
        }
    }
}

fn quotes(context: &Context) -> Quotes {
    match context {
        Context::Single | Context::Escaping => Quotes::Single,
        Context::Double => Quotes::Double,
        Context::Heredoc(heredoc) if heredoc.quoted => Quotes::HeredocQuoted,
        Context::Heredoc(_) => Quotes::HeredocPlain,
        Context::Code | Context::Substitution | Context::Backquote | Context::Group | Context::Arithmetic(_) => {
            Quotes::None
        }
    }
}
