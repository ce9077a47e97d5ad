//! A piece of code as its reader needs it: commands apart from prompts and output, placeholders, colours.
//!
//! In: the text of a code block or span and what its fence says. Out: [`Code`], the texts to run, [`marks`].
//! Must not: change a byte of the text, or know how it is shown.

use std::ops::Range;

use super::highlight::{self, Class};
use super::language;
use crate::command::lexer::{Piece, PieceKind, Quotes, lex};
use crate::command::{Block, Command, Form, LineKind, split};
use crate::parameter::{Language, Scope, Use, in_code};

/// A block of code.
pub(super) struct Code<'c> {
    /// Its text.
    pub(super) text: &'c str,
    /// The common name of its language.
    pub(super) language: Option<&'static str>,
    /// Its commands, if it holds any.
    pub(super) block: Option<Block>,
}

/// A command of a block, as one text to run.
pub(super) struct Runnable {
    /// Without prompts, output and comments on lines of their own.
    pub(super) text: String,
    /// Where in `text` each of its lines begins, with the number of the line in the block.
    pub(super) lines: Vec<(usize, usize)>,
}

impl<'c> Code<'c> {
    /// The block with this info string and text.
    pub(super) fn new(info: &str, text: &'c str) -> Self {
        let language = language::common_name(info);
        let form = match language {
            Some("sh") => Some(Form::Script),
            Some("console") => Some(Form::Session),
            // A word that is no language of ours, such as `text`, says that this is no command.
            None if language::is_unmarked(info) => Some(Form::Unmarked),
            _ => None,
        };
        Self {
            text,
            language,
            block: form.and_then(|form| split(text, form)),
        }
    }

    /// The commands of the block.
    pub(super) fn commands(&self) -> &[Command] {
        self.block.as_ref().map_or(&[], |block| &block.commands)
    }

    /// The text of a command.
    pub(super) fn runnable(&self, command: &Command) -> Runnable {
        let mut runnable = Runnable {
            text: String::new(),
            lines: Vec::new(),
        };
        let lines = self.block.iter().flat_map(|block| block.lines.iter().enumerate());
        let of_command = lines.skip(command.lines.start).take(command.lines.len());
        for (number, line) in of_command.filter(|(_, line)| line.kind != LineKind::Comment) {
            if !runnable.text.is_empty() {
                runnable.text.push('\n');
            }
            runnable.lines.push((runnable.text.len(), number));
            let start = (line.range.start + line.prompt).min(line.range.end);
            runnable
                .text
                .push_str(self.text.get(start..line.range.end).unwrap_or_default());
        }
        runnable
    }

    /// As what its placeholders are read where it holds no commands.
    pub(super) fn placeholders(&self) -> Language {
        Language::of(self.language)
    }
}

/// A stretch of a text that is shown in a way of its own.
#[derive(Debug)]
pub(super) enum Mark<'t> {
    /// Coloured as this; plain without a class.
    Class(Option<Class>, Range<usize>),
    /// A placeholder, or what looks like one.
    Use(Use<'t>),
}

/// The marks of a command, in order and without gaps.
pub(super) fn command_marks<'t>(text: &'t str, scope: &mut Scope) -> Vec<Mark<'t>> {
    let pieces = lex(text);
    let classes = pieces.iter().map(|piece| (class(text, piece), piece.range.clone()));
    merged(classes.collect(), uses(text, Language::Shell, scope))
}

/// The marks of code of another language.
pub(super) fn marks<'t>(
    text: &'t str,
    language: Option<&str>,
    placeholders: Language,
    scope: &mut Scope,
) -> Vec<Mark<'t>> {
    let mut classes = Vec::new();
    let known = language
        .is_some_and(|language| highlight::highlight(language, text, &mut |class, range| classes.push((class, range))));
    if !known {
        classes = vec![(None, 0..text.len())];
    }
    merged(classes, uses(text, placeholders, scope))
}

/// What looks like a placeholder in code.
pub(super) fn uses<'t>(text: &'t str, language: Language, scope: &mut Scope) -> Vec<Use<'t>> {
    let mut found = Vec::new();
    in_code(text, language, scope, &mut |used| found.push(used));
    found
}

/// Puts the placeholders in the places of what they cover.
fn merged(classes: Vec<(Option<Class>, Range<usize>)>, uses: Vec<Use<'_>>) -> Vec<Mark<'_>> {
    if uses.is_empty() {
        return classes
            .into_iter()
            .map(|(class, range)| Mark::Class(class, range))
            .collect();
    }
    let mut marks = Vec::with_capacity(classes.len() + 2 * uses.len());
    let mut uses = uses.into_iter().peekable();
    // How far the last placeholder covers the text.
    let mut done = 0;
    for (class, range) in classes {
        let mut at = range.start.max(done);
        while let Some(used) = uses.next_if(|used| used.range.start < range.end) {
            if used.range.start < at {
                continue;
            }
            if at < used.range.start {
                marks.push(Mark::Class(class, at..used.range.start));
            }
            at = used.range.end;
            done = at;
            marks.push(Mark::Use(used));
        }
        if at < range.end {
            marks.push(Mark::Class(class, at..range.end));
        }
    }
    marks
}

/// The colour of a piece of shell text.
fn class(text: &str, piece: &Piece) -> Option<Class> {
    match piece.kind {
        PieceKind::Comment => Some(Class::Comment),
        PieceKind::Variable => Some(Class::Variable),
        PieceKind::Operator | PieceKind::Redirect | PieceKind::SubstitutionOpen | PieceKind::SubstitutionClose => {
            Some(Class::Operator)
        }
        PieceKind::Quote | PieceKind::HeredocMark | PieceKind::HeredocBody => Some(Class::String),
        _ if piece.quotes != Quotes::None => Some(Class::String),
        PieceKind::Word if piece.command_word => Some(Class::Function),
        PieceKind::Word if piece.word_start && text.get(piece.range.clone())?.starts_with('-') => Some(Class::Key),
        _ => None,
    }
}
