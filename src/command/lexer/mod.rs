//! Shell text cut into pieces.
//!
//! In: the text of one or more commands, without prompts. Out: [`Piece`]s that follow each other without gaps and cover
//! the whole text, whatever it is. Must not: fail, run or expand anything, or need more than one pass.
//!
//! Two readings are more lenient than a shell's, because authors mean them so: a backslash before blanks at the end of
//! a line continues the line, and the end mark of a heredoc may be indented.

mod commands;
mod frame;
mod placeholder;
mod quoted;
mod simple;
mod word;

use std::collections::VecDeque;
use std::ops::Range;

use frame::{Context, Frame, Heredoc};

pub(super) use word::{is_assignment, is_reserved};

/// How many quotes, substitutions and groups may be open within each other. Deeper text is one nested word.
pub const MAX_DEPTH: usize = 32;

/// A part of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Where it is, in bytes.
    pub range: Range<usize>,
    /// The quotes it stands in. A quote mark stands in the quotes that it opens or closes.
    pub quotes: Quotes,
    /// Another interpreter reads it after this shell (`sh -c '…'`, `awk '…'`, `ssh host …`, a patch in JSON), so quoting
    /// for this shell alone is not enough. Rather said too often than too rarely.
    pub nested: bool,
    /// A word begins here.
    pub word_start: bool,
    /// It belongs to the word that names the command; with `sudo`, `env` and the like, to theirs or the wrapped one's.
    pub command_word: bool,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// Blanks and tabs between words.
    Blank,
    /// The end of a line outside quotes and heredocs.
    LineEnd,
    /// A backslash and the end of the line.
    Continuation,
    /// `#` and what follows on its line.
    Comment,
    /// Plain text of a word; whatever is literal in quotes.
    Word,
    /// A quote mark: `'`, `"`, `$'`, `$"`.
    Quote,
    /// `$X`, `${X…}`, `$1`, `$?`.
    Variable,
    /// A backslash and the character it protects.
    Escape,
    /// `|`, `|&`, `||`, `&&`, `;`, `;;`, `&`, `(`, `)`, and `{` and `}` where they group commands.
    Operator,
    /// `>`, `>>`, `<`, `2>&1`, `<<`, `<<-`, `<<<` and so on, without the target.
    Redirect,
    /// The delimiter of a heredoc, behind the redirection with its quotes, and at the end.
    HeredocMark,
    /// Text of a heredoc, with its line ends.
    HeredocBody,
    /// `<namespace>`, `<pod name>`: for the reader to replace. Also in quotes and heredocs.
    Placeholder,
    /// `$(`, `$((`, `<(`, `>(` or the first backquote.
    SubstitutionOpen,
    /// `)`, `))` or the second backquote.
    SubstitutionClose,
}

/// The quotes a piece stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// None.
    None,
    /// `'…'`, or `$'…'`, whose pieces are nested.
    Single,
    /// `"…"`.
    Double,
    /// A heredoc in which the shell expands variables.
    HeredocPlain,
    /// A heredoc whose delimiter is quoted: all of it is literal.
    HeredocQuoted,
}

/// The pieces of `code`.
pub fn lex(code: &str) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(code.len() / 5 + 8);
    let mut lexer = Lexer::new(code);
    lexer.read(0..code.len(), &mut pieces);
    lexer.finish();
    pieces
}

/// Reads text that comes line by line, perhaps with gaps between the lines.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    code: &'a str,
    bytes: &'a [u8],
    at: usize,
    end: usize,
    top: Frame,
    below: Vec<Frame>,
    /// Heredocs whose text begins with the next line.
    waiting: VecDeque<Heredoc>,
    /// A line of a heredoc begins here, wherever the line before it ended.
    line_begins: bool,
    /// Too deep: the rest is one word.
    lost: bool,
}

impl<'a> Lexer<'a> {
    /// At the beginning of `code`.
    pub(super) fn new(code: &'a str) -> Self {
        Self {
            code,
            bytes: code.as_bytes(),
            at: 0,
            end: 0,
            top: Frame::new(Context::Code),
            below: Vec::new(),
            waiting: VecDeque::new(),
            line_begins: false,
            lost: false,
        }
    }

    /// Reads one or more whole lines, with their ends. `range` begins where the last one ended, or later.
    pub(super) fn read(&mut self, range: Range<usize>, pieces: &mut Vec<Piece>) {
        (self.at, self.end) = (range.start, range.end.min(self.bytes.len()));
        self.line_begins = true;
        while self.at < self.end {
            if self.lost {
                self.push(PieceKind::Word, self.end, pieces);
                return;
            }
            match self.top.context {
                Context::Single => self.single(pieces),
                Context::Escaping => self.escaping(pieces),
                Context::Double => self.double(pieces),
                Context::Heredoc(_) => self.heredoc(pieces),
                Context::Arithmetic(open) => self.arithmetic(open, pieces),
                Context::Code | Context::Substitution | Context::Backquote | Context::Group => self.commands(pieces),
            }
        }
    }

    /// The text ends.
    pub(super) fn finish(&mut self) {
        if self.in_commands() {
            self.end_word();
        }
    }

    /// True if what was read needs more lines to be complete, apart from a continuation.
    pub(super) fn is_open(&self) -> bool {
        !self.lost
            && (!self.below.is_empty()
                || self.top.simple.blocks > 0
                || self.top.simple.joined
                || !self.waiting.is_empty())
    }

    /// True within a heredoc, also in substitutions there.
    pub(super) fn in_heredoc(&self) -> bool {
        let is_heredoc = |frame: &Frame| matches!(frame.context, Context::Heredoc(_));
        is_heredoc(&self.top) || self.below.iter().any(is_heredoc)
    }

    /// True where a command or one of its words may begin.
    pub(super) fn in_commands(&self) -> bool {
        self.top.quotes == Quotes::None
    }

    /// True while a quote or parenthesis is open, other than in a heredoc.
    pub(super) fn in_quotes(&self) -> bool {
        !self.below.is_empty() && !self.in_heredoc()
    }

    fn byte(&self, at: usize) -> u8 {
        if at < self.end {
            self.bytes.get(at).copied().unwrap_or_default()
        } else {
            0
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..self.end).unwrap_or_default()
    }

    /// The place of the first byte from `from` that `stops` lists.
    fn run(&self, from: usize, stops: &[bool; 256]) -> usize {
        let rest = self.bytes.get(from..self.end).unwrap_or_default();
        let stop = |byte: &u8| stops.get(usize::from(*byte)).copied().unwrap_or(true);
        from + rest.iter().position(stop).unwrap_or(rest.len())
    }

    /// The end of the character that begins at `at`.
    fn character_end(&self, at: usize) -> usize {
        let more = self.bytes.get(at + 1..self.end).unwrap_or_default();
        at + 1 + more.iter().take_while(|byte| **byte & 0xc0 == 0x80).count()
    }

    /// The piece up to `end`, which is not empty.
    fn push(&mut self, kind: PieceKind, end: usize, pieces: &mut Vec<Piece>) {
        if pieces.len() == pieces.capacity() {
            // There are not more pieces to come than bytes.
            let rest = self.bytes.len().saturating_sub(self.at);
            pieces.reserve_exact(pieces.len().clamp(16, rest.max(16)));
        }
        pieces.push(Piece {
            kind,
            range: self.at..end,
            quotes: self.top.quotes,
            nested: self.top.nested || self.top.doubt || self.lost,
            word_start: false,
            command_word: self.top.command_word,
        });
        self.at = end;
    }

    /// A piece that belongs to a word, which may begin with it.
    fn push_of_word(&mut self, kind: PieceKind, end: usize, pieces: &mut Vec<Piece>) {
        let word_start = self.begin_word(kind != PieceKind::Word);
        self.push(kind, end, pieces);
        if word_start && let Some(piece) = pieces.last_mut() {
            piece.word_start = true;
        }
    }

    /// True if a word begins here. `special`: with more than plain text.
    fn begin_word(&mut self, special: bool) -> bool {
        if self.top.in_word {
            if special && !self.top.nested {
                let beginning = self.code.get(self.top.word_at..self.at).unwrap_or_default();
                self.top.nested = self.top.simple.holds_program(beginning);
            }
            return false;
        }
        let role = self.top.simple.begin(self.byte(self.at));
        let top = &mut self.top;
        (top.in_word, top.word_at, top.nested, top.command_word) = (true, self.at, role.nested, role.command);
        true
    }

    fn end_word(&mut self) {
        if std::mem::take(&mut self.top.in_word) {
            let word = self.code.get(self.top.word_at..self.at).unwrap_or_default();
            self.top.simple.end(word);
            (self.top.nested, self.top.command_word) = (false, false);
        }
    }

    /// Opens a context with the mark up to `end`.
    fn open(&mut self, context: Context, kind: PieceKind, end: usize, pieces: &mut Vec<Piece>) {
        let word_start = context != Context::Group && self.begin_word(true);
        if self.below.len() >= MAX_DEPTH {
            self.lost = true;
            return;
        }
        let quoting = matches!(context, Context::Single | Context::Escaping | Context::Double);
        // Backquotes take backslashes away, arithmetic runs what stands in brackets, and a heredoc ends wherever its
        // delimiter stands alone, whatever is open then.
        let doubt = matches!(context, Context::Backquote | Context::Arithmetic(_))
            || matches!(self.top.context, Context::Heredoc(_))
            || (context == Context::Group && self.at > 0 && self.bytes.get(self.at - 1) == Some(&b'('));
        let mut frame = Frame::new(context);
        frame.doubt = doubt || self.top.doubt;
        if quoting {
            frame.nested = self.top.nested || frame.context == Context::Escaping;
            (frame.in_word, frame.command_word) = (true, self.top.command_word);
        }
        // A quote mark stands in its own quotes, the mark of a substitution in those around it.
        if quoting {
            self.below.push(std::mem::replace(&mut self.top, frame));
            self.push(kind, end, pieces);
        } else {
            self.push(kind, end, pieces);
            self.below.push(std::mem::replace(&mut self.top, frame));
        }
        if let Some(piece) = pieces.last_mut() {
            piece.word_start = word_start;
        }
    }

    /// Closes the topmost context with the mark up to `end`.
    fn close(&mut self, kind: PieceKind, end: usize, pieces: &mut Vec<Piece>) {
        let quoting = self.top.quotes != Quotes::None;
        if quoting {
            self.push(kind, end, pieces);
        } else {
            self.end_word();
        }
        if let Some(below) = self.below.pop() {
            self.top = below;
        }
        if !quoting {
            self.push(kind, end, pieces);
        }
    }
}
