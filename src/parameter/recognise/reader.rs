//! Reads commands for what a value in them would have to respect.
//!
//! In: the pieces of the shell lexer. Out: a [`Place`] for each; what the commands set. Must not: take a text that goes
//! on to another reader for one that ends here. When in doubt a place is nested, where only plain values are let in.

use std::collections::HashSet;

use super::places::Place;
use super::programs::{Arguments, arguments, is_interpreter, only_reads};
use super::scope::{Scope, Step};
use crate::command::lexer::{self, Piece, PieceKind};
use crate::parameter::quote::{Context, Quotes};

/// The places of `code`, and the variables that its commands give to programs of their own.
pub(super) fn read(code: &str, known: &mut Scope) -> (Vec<Place>, HashSet<String>) {
    let pieces = lexer::lex(code);
    let mut reader = Reader {
        code,
        known,
        places: Vec::with_capacity(pieces.len()),
        frames: vec![Frame::default()],
        given: HashSet::new(),
        doubtful: false,
    };
    for piece in &pieces {
        reader.piece(piece);
    }
    (reader.places, reader.given)
}

/// The commands, quotes or substitution that are being read.
#[derive(Default)]
struct Frame {
    /// The place that opened it.
    opened: usize,
    /// It is in quotes.
    quoted: bool,
    /// Ordinary quoting does not help: backquotes, arithmetic, what another program will read.
    reread: bool,
    /// Within quotes: there is more than a name, so it may be meant for another reader.
    busy: bool,
    /// Nothing of the word has been read that is certainly not empty.
    leading: bool,
    /// What the next word may be.
    step: Step,
    /// The next word is the target of a redirection.
    redirected: bool,
    /// The command searches text.
    searches: bool,
    /// The next word is the name of a variable of a program.
    gives: bool,
    /// What the command does with its arguments.
    arguments: Arguments,
    /// `((` was read on this line.
    computes: bool,
    /// The shell takes the next word for a command, or this one.
    command: Odd,
    pipe: Pipe,
}

/// Where a backslash and a blank end the line, which continues it for the author and ends it for the shell.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Odd {
    #[default]
    Not,
    NextWord,
    Word,
}

/// Where text goes that commands print.
#[derive(Default)]
struct Pipe {
    /// The first place of this pipeline.
    start: usize,
    /// The first place that is not marked yet.
    unmarked: usize,
    /// The command reads what another printed.
    reads: bool,
    /// A `|` was the last that was read.
    open: bool,
    /// A loop or group has just ended: all of it is in the pipeline.
    compound: bool,
    /// A heredoc begins with the next line.
    heredoc: bool,
    /// An unknown reader gets the lines of the heredoc, or the words of `<<<`.
    fed: bool,
}

impl Frame {
    /// True if what stands here is read once more; `leading`: at the beginning of an argument.
    fn rereads(&self, leading: bool) -> bool {
        self.reread
            || self.pipe.fed
            || self.computes
            || self.arguments == Arguments::Evaluated
            || (self.arguments == Arguments::Names && leading)
    }
}

struct Reader<'a> {
    code: &'a str,
    known: &'a mut Scope,
    places: Vec<Place>,
    /// Never empty.
    frames: Vec<Frame>,
    given: HashSet<String>,
    /// A heredoc ended for the author and goes on for the shell.
    doubtful: bool,
}

impl Reader<'_> {
    fn piece(&mut self, piece: &Piece) {
        let text = self.code.get(piece.range.clone()).unwrap_or_default();
        self.pipe(piece, text);
        if piece.kind == PieceKind::Quote && !self.frames.last().is_some_and(|frame| frame.quoted) {
            self.open(piece.word_start);
        }
        self.word(piece, text);
        self.place(piece);
        let now = self.places.len();
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        match piece.kind {
            PieceKind::Quote => self.quote(),
            PieceKind::SubstitutionOpen => {
                let reread = frame.reread || piece.nested || text != "$(";
                self.frames.push(Frame {
                    opened: now,
                    reread,
                    pipe: Pipe {
                        start: now,
                        unmarked: now,
                        ..Pipe::default()
                    },
                    ..Frame::default()
                });
            }
            PieceKind::SubstitutionClose => self.close(),
            PieceKind::Variable => self.known.add_default(text),
            PieceKind::HeredocBody => self.program(piece, text),
            PieceKind::Word => {
                frame.leading = false;
                frame.busy |= frame.quoted && text.bytes().any(|byte| !is_of_name(byte));
                self.program(piece, text);
            }
            PieceKind::Escape => (frame.leading, frame.busy) = (false, true),
            PieceKind::Operator | PieceKind::LineEnd => {
                (frame.step, frame.redirected, frame.searches) = (Step::Command, false, false);
                (frame.arguments, frame.command) = (Arguments::AsTheyAre, Odd::Not);
                frame.computes |= text == "("
                    && self
                        .code
                        .get(..piece.range.start)
                        .is_some_and(|code| code.ends_with('('));
                frame.computes &= piece.kind != PieceKind::LineEnd;
            }
            PieceKind::Continuation => {
                if text.contains([' ', '\t']) {
                    frame.command = Odd::NextWord;
                }
            }
            PieceKind::Blank => {
                if frame.command == Odd::Word {
                    frame.command = Odd::Not;
                }
            }
            PieceKind::HeredocMark => {
                let ends = matches!(piece.quotes, lexer::Quotes::HeredocPlain | lexer::Quotes::HeredocQuoted);
                self.doubtful |= ends && !self.ends_heredoc(piece);
            }
            PieceKind::Redirect => {
                let to_number = text.ends_with(|c: char| c.is_ascii_digit() || c == '-') && text != "<<-";
                frame.redirected = !to_number;
            }
            PieceKind::Comment | PieceKind::Placeholder => {}
        }
    }

    /// True if the shell too takes the mark for the end of the heredoc: it is alone on its line. Tabs before it are
    /// taken for those of `<<-`.
    fn ends_heredoc(&self, piece: &Piece) -> bool {
        let before = self
            .code
            .get(..piece.range.start)
            .unwrap_or_default()
            .trim_end_matches('\t');
        let after = self.code.get(piece.range.end..).unwrap_or_default();
        before.ends_with('\n') && (after.is_empty() || after.starts_with('\n'))
    }

    /// Follows what commands print to whoever reads it: `echo <x> | sh` is as dangerous as `sh -c <x>`.
    fn pipe(&mut self, piece: &Piece, text: &str) {
        let now = self.places.len();
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let pipe = &mut frame.pipe;
        match piece.kind {
            PieceKind::Operator if matches!(text, "|" | "|&") => {
                if pipe.compound {
                    pipe.start = pipe.unmarked;
                }
                (pipe.reads, pipe.open) = (true, true);
            }
            PieceKind::Operator if matches!(text, ")" | "}") => pipe.compound = true,
            // `| (sh)`
            PieceKind::Operator if matches!(text, "(" | "{") && pipe.reads && pipe.open => self.mark(),
            PieceKind::Operator if matches!(text, "(" | "{") => {}
            PieceKind::Operator | PieceKind::LineEnd => {
                if piece.kind == PieceKind::LineEnd {
                    pipe.fed &= pipe.heredoc;
                    pipe.heredoc = false;
                }
                if !(pipe.open && piece.kind == PieceKind::LineEnd) {
                    (pipe.start, pipe.reads, pipe.open) = (now + 1, false, false);
                }
            }
            PieceKind::Redirect if text.ends_with("<<<") => pipe.fed = true,
            PieceKind::Redirect if text.contains("<<") => pipe.heredoc = true,
            _ if piece.word_start && !frame.redirected => {
                pipe.compound = matches!(text, "done" | "fi" | "esac");
                pipe.open = false;
                if pipe.reads && frame.step == Step::Command && !only_reads(text) {
                    self.mark();
                }
            }
            _ => {}
        }
    }

    /// All of the pipeline that ends here is read once more.
    fn mark(&mut self) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let pipe = &mut frame.pipe;
        let start = pipe.start.max(pipe.unmarked);
        for place in self.places.iter_mut().skip(start) {
            place.context.nested = true;
        }
        (pipe.unmarked, pipe.fed) = (self.places.len(), true);
    }

    /// What the word that begins with this piece does to the variables.
    fn word(&mut self, piece: &Piece, text: &str) {
        let quoted = piece.kind == PieceKind::Quote;
        let depth = self.frames.len() - usize::from(quoted);
        let Some(frame) = self.frames.get_mut(depth.saturating_sub(1)) else {
            return;
        };
        if !piece.word_start {
            return;
        }
        if !quoted {
            frame.leading = true;
        }
        if std::mem::take(&mut frame.redirected) {
            return;
        }
        if std::mem::take(&mut frame.gives) {
            let name = text.split('=').next().unwrap_or_default();
            self.given.insert(name.to_owned());
        }
        frame.gives = matches!(text, "--arg" | "--argjson" | "--slurpfile" | "--rawfile" | "-v");
        if frame.command == Odd::NextWord {
            frame.command = Odd::Word;
        }
        if frame.step == Step::Command && piece.command_word {
            frame.arguments = arguments(text);
            frame.searches = matches!(
                text,
                "grep" | "egrep" | "fgrep" | "zgrep" | "rg" | "jq" | "echo" | "printf" | "printenv"
            );
        }
        if frame.step == Step::Arguments && is_interpreter(text) {
            frame.arguments = Arguments::Evaluated;
        }
        if piece.kind == PieceKind::Word {
            frame.step = self.known.word(text, frame.step, piece.command_word);
        } else if frame.step == Step::Command && piece.command_word {
            frame.step = Step::Arguments;
        }
    }

    /// Programs of other shells set variables too, each on its lines.
    fn program(&mut self, piece: &Piece, text: &str) {
        let read_again = piece.nested && piece.quotes != lexer::Quotes::None;
        if read_again {
            self.known.add_program(text);
        }
    }

    fn open(&mut self, word_start: bool) {
        let Some(frame) = self.frames.last() else {
            return;
        };
        let (reread, command) = (frame.rereads(word_start), frame.command);
        let leading = word_start || frame.leading;
        self.frames.push(Frame {
            opened: self.places.len(),
            quoted: true,
            reread,
            leading,
            command: if command == Odd::Not { command } else { Odd::Word },
            ..Frame::default()
        });
    }

    /// A quote mark: the first opened the frame, the second closes it.
    fn quote(&mut self) {
        let Some(frame) = self.frames.last() else {
            return;
        };
        if frame.opened + 1 == self.places.len() {
            return;
        }
        let (opened, busy, leading) = (frame.opened, frame.busy, frame.leading);
        let depth = self.depth();
        if busy {
            // Quotes may stand in quotes only by substitutions, and the lexer bounds those.
            for place in self.places.iter_mut().skip(opened) {
                place.context.nested |= place.depth == depth;
            }
        }
        self.close();
        if let Some(frame) = self.frames.last_mut() {
            frame.leading = leading;
        }
    }

    fn close(&mut self) {
        if self.frames.len() > 1 {
            self.frames.pop();
        }
    }

    fn place(&mut self, piece: &Piece) {
        let Some(frame) = self.frames.last() else {
            return;
        };
        let quotes = match piece.quotes {
            // Some interactive shells read comments as commands, and a substitution may end where its comment does.
            _ if piece.kind == PieceKind::Comment => Quotes::Data,
            lexer::Quotes::None => Quotes::None,
            lexer::Quotes::Single => Quotes::Single,
            lexer::Quotes::Double => Quotes::Double,
            lexer::Quotes::HeredocPlain => Quotes::HeredocPlain,
            lexer::Quotes::HeredocQuoted => Quotes::HeredocQuoted,
        };
        let context = Context {
            quotes,
            nested: piece.nested || self.doubtful || frame.rereads(frame.leading || piece.word_start),
            word_start: frame.leading || piece.word_start,
            command_word: piece.command_word || frame.command == Odd::Word,
        };
        self.places.push(Place {
            kind: Some(piece.kind),
            names_variables: matches!(
                frame.step,
                Step::Export | Step::Declare | Step::Read | Step::Unset | Step::For
            ),
            searched: frame.searches,
            depth: self.depth(),
            ..Place::new(&piece.range, context)
        });
    }

    fn depth(&self) -> u8 {
        // The lexer opens no more than some tens.
        u8::try_from(self.frames.len()).unwrap_or(u8::MAX)
    }
}

/// What stands in names and paths: quotes around nothing else are no program.
fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_./:@%+=,-".contains(&byte)
}
