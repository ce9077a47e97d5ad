//! Reads the lines of a block one after another.
//!
//! In: lines. Out: their kinds, and the commands. Must not: go back further than to the beginning of a command, nor
//! more often than keeps it linear.

use super::super::effect::{Judgement, judge, judge_pieces, judge_sql};
use super::super::fit::{Fit, fit};
use super::super::lexer::{Lexer, Piece, PieceKind, is_assignment};
use super::lines::{Lines, Raw};
use super::prompt::PromptKind;
use super::shape::{Shape, shape};
use super::{Block, Command, Form, Line, LineKind};

pub(super) fn read(code: &str, form: Form) -> Option<Block> {
    let lines = Lines::new(code, form);
    let mut reader = Reader {
        budget: code.len().saturating_mul(2).saturating_add(1_024),
        block: Block {
            lines: Vec::with_capacity(lines.raw.len()),
            commands: Vec::new(),
        },
        pieces: Vec::with_capacity(64),
        lines,
    };
    if reader.lines.prompted {
        reader.prompted();
    } else {
        reader.unprompted(form);
    }
    let block = reader.block;
    (!block.commands.is_empty()).then_some(block)
}

struct Reader<'a> {
    lines: Lines<'a>,
    block: Block,
    pieces: Vec<Piece>,
    /// How many bytes may still be read twice.
    budget: usize,
}

/// Why a command did not end with its first line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    No,
    /// A backslash, an operator, a heredoc, a loop: more has to come.
    Yes,
    /// A quote or parenthesis, which may be a stray one.
    Quote,
}

impl<'a> Reader<'a> {
    fn at(&self) -> usize {
        self.block.lines.len()
    }

    fn raw(&self, at: usize) -> Option<Raw> {
        self.lines.raw.get(at).cloned()
    }

    fn push(&mut self, raw: &Raw, kind: LineKind, prompt: usize) {
        self.block.lines.push(Line {
            prompt: prompt.min(raw.range.len()),
            range: raw.range.clone(),
            kind,
        });
    }

    /// A block in which commands have prompts: other lines are output.
    fn prompted(&mut self) {
        while let Some(raw) = self.raw(self.at()) {
            let text = self.lines.text(&raw);
            match self.lines.command_prompt(&raw) {
                Some(prompt) => {
                    let rest = self.lines.rest(&raw);
                    if rest.trim_ascii().is_empty() {
                        self.push(&raw, LineKind::Blank, prompt.length);
                    } else if rest.starts_with('#') && matches!(prompt.kind, PromptKind::Shell) {
                        self.push(&raw, LineKind::Comment, prompt.length);
                    } else {
                        match prompt.kind {
                            PromptKind::Sql
                            | PromptKind::Ceph
                            | PromptKind::Oc
                            | PromptKind::Redis
                            | PromptKind::Other => self.of_tool(prompt.length, prompt.kind),
                            _ => self.command(prompt.length),
                        }
                    }
                }
                // Nothing was typed yet that could have printed it.
                None if self.block.commands.is_empty() && shape(text) == Shape::Command => {
                    self.command(self.lines.indent);
                }
                None => {
                    let trimmed = text.trim_ascii_start();
                    let kind = match trimmed.bytes().next() {
                        None => LineKind::Blank,
                        Some(b'#') if !trimmed.starts_with("# HELP ") && !trimmed.starts_with("# TYPE ") => {
                            LineKind::Comment
                        }
                        _ => LineKind::Output,
                    };
                    self.push(&raw, kind, self.lines.indent);
                }
            }
        }
    }

    /// A line for a database or the like, and those that continue it.
    fn of_tool(&mut self, prompt: usize, kind: PromptKind) {
        let first = self.at();
        let mut text = String::new();
        let mut length = prompt;
        while let Some(raw) = self.raw(self.at()) {
            let of_line = self.lines.text(&raw).get(length..).unwrap_or_default();
            let line_kind = if self.at() == first {
                LineKind::Command
            } else {
                LineKind::Continuation
            };
            text.push_str(of_line);
            text.push('\n');
            self.push(&raw, line_kind, length);
            match self.raw(self.at()).and_then(|raw| raw.prompt) {
                Some(prompt) if prompt.kind == PromptKind::MoreSql => length = prompt.length,
                _ => break,
            }
        }
        let judgement = match kind {
            PromptKind::Sql => judge_sql(&text),
            PromptKind::Ceph => judge(&format!("ceph {text}")),
            PromptKind::Oc => judge(&format!("oc {text}")),
            PromptKind::Redis => judge(&format!("redis-cli {text}")),
            // Consoles of logs and queues read SQL too.
            _ if text.trim_ascii_start().to_ascii_lowercase().starts_with("select ") => judge_sql(&text),
            _ => Judgement::unknown("not known here"),
        };
        self.block.commands.push(Command {
            lines: first..self.at(),
            judgement,
        });
    }

    /// A block without prompts.
    fn unprompted(&mut self, form: Form) {
        let shapes = self.lines.shapes().to_vec();
        if !holds_commands(&shapes, form) {
            return;
        }
        let known = shapes.contains(&Shape::Command);
        // Nothing in the block looks like output.
        let calm = !shapes
            .iter()
            .any(|shape| matches!(shape, Shape::Output | Shape::Weak | Shape::Odd));
        // True where output may go on.
        let mut printed = false;
        let mut after_command = false;
        while let Some(raw) = self.raw(self.at()) {
            let shape = shapes.get(self.at()).copied().unwrap_or(Shape::Output);
            let is_command = match shape {
                Shape::Command => true,
                Shape::Likely | Shape::Odd if printed => false,
                Shape::Likely | Shape::Odd if form == Form::Script => true,
                Shape::Likely if calm && fit(self.lines.text(&raw)) != Fit::Assigns => true,
                // Nothing was typed yet that could have printed it, or nothing else is known.
                Shape::Likely => !after_command && (!known || self.block.commands.is_empty() || form == Form::Session),
                Shape::Weak => form == Form::Script && !printed && !after_command,
                Shape::Blank | Shape::Comment | Shape::Rest | Shape::Odd | Shape::Output => false,
            };
            if is_command {
                self.command(self.lines.indent);
                (printed, after_command) = (false, !is_silent(self.lines.text(&raw)));
                continue;
            }
            let kind = match shape {
                Shape::Blank => LineKind::Blank,
                Shape::Comment => LineKind::Comment,
                Shape::Rest if after_command && self.joins(&raw, form) => continue,
                _ => LineKind::Output,
            };
            match kind {
                LineKind::Blank => after_command = false,
                LineKind::Comment => (printed, after_command) = (false, false),
                _ => (printed, after_command) = (true, false),
            }
            self.push(&raw, kind, self.lines.indent);
        }
    }

    /// Adds a line to the command before it, whose backslash was forgotten.
    fn joins(&mut self, raw: &Raw, form: Form) -> bool {
        if form != Form::Script && !self.lines.text(raw).trim_ascii_start().starts_with("--") {
            return false;
        }
        let indent = self.lines.indent;
        let end = self.at() + 1;
        match self.block.commands.last_mut() {
            Some(command) if command.lines.end + 1 == end => command.lines.end = end,
            _ => return false,
        }
        self.push(raw, LineKind::Continuation, indent);
        true
    }

    /// The command that begins with the next line, after `prompt` bytes.
    fn command(&mut self, prompt: usize) {
        let first = self.at();
        let mut lexer = Lexer::new(self.lines.code);
        self.pieces.clear();
        // The state to go back to when a quote turns out to be a stray one: lines and pieces.
        let mut sure = None;
        let mut prompt = prompt;
        let mut more = None;
        let mut read = 0;
        while let Some(raw) = self.raw(self.at()) {
            let kind = if self.at() == first {
                LineKind::Command
            } else if lexer.in_heredoc() {
                LineKind::Heredoc
            } else if lexer.in_commands() && self.is_comment(&raw, prompt) && !self.continues() {
                LineKind::Comment
            } else {
                LineKind::Continuation
            };
            lexer.read(
                raw.range.start + prompt.min(raw.range.len())..self.lines.next(&raw),
                &mut self.pieces,
            );
            read += raw.range.len();
            self.push(&raw, kind, prompt);
            let open = self.open(&lexer);
            if open == Open::No {
                break;
            }
            if open == Open::Quote && sure.is_none() {
                sure = Some((self.at(), self.pieces.len()));
            } else if open == Open::Yes {
                sure = None;
            }
            self.trim();
            let Some(next) = self.raw(self.at()) else {
                break;
            };
            let prompted = self.lines.prompted && self.lines.command_prompt(&next).is_some();
            if prompted && !lexer.in_heredoc() {
                break;
            }
            // Lines that a shell asked more for, with its prompt.
            let next_more = next.prompt.filter(|prompt| prompt.kind == PromptKind::More);
            let of_shell = *more.get_or_insert(next_more.is_some());
            prompt = match next_more {
                Some(prompt) if of_shell => prompt.length,
                _ => self.lines.indent,
            };
        }
        lexer.finish();
        let open = self.open(&lexer);
        if let Some((lines, pieces)) = sure
            && open == Open::Quote
            && self.budget >= read
        {
            self.budget -= read;
            self.block.lines.truncate(lines);
            self.pieces.truncate(pieces);
        }
        let judgement = judge_pieces(self.lines.code, &self.pieces);
        self.block.commands.push(Command {
            lines: first..self.at(),
            judgement,
        });
    }

    fn is_comment(&self, raw: &Raw, prompt: usize) -> bool {
        let text = self.lines.text(raw).get(prompt..).unwrap_or_default();
        text.trim_ascii_start().starts_with('#')
    }

    /// True if the last line ended with a backslash.
    fn continues(&self) -> bool {
        self.pieces
            .last()
            .is_some_and(|piece| piece.kind == PieceKind::Continuation)
    }

    fn open(&self, lexer: &Lexer<'_>) -> Open {
        if self.continues() || (lexer.is_open() && !lexer.in_quotes()) {
            Open::Yes
        } else if lexer.is_open() {
            Open::Quote
        } else {
            Open::No
        }
    }

    /// Takes the blanks behind a backslash off the last line.
    fn trim(&mut self) {
        if !self.continues() {
            return;
        }
        let code = self.lines.code;
        if let Some(line) = self.block.lines.last_mut() {
            let text = code.get(line.range.clone()).unwrap_or_default();
            line.range.end = line.range.start + text.trim_ascii_end().len();
            line.prompt = line.prompt.min(line.range.len());
        }
    }
}

/// True for commands that print nothing: assignments, and functions, which run later.
fn is_silent(line: &str) -> bool {
    let first = line.split_ascii_whitespace().next().unwrap_or_default();
    matches!(
        first,
        "export" | "cd" | "set" | "alias" | "unset" | "declare" | "source"
    ) || is_assignment(first)
        || first == "function"
        || line.contains("() {")
}

/// True if a block whose lines have these shapes holds commands at all.
fn holds_commands(shapes: &[Shape], form: Form) -> bool {
    let any = |wanted: Shape| shapes.contains(&wanted);
    let first = shapes
        .iter()
        .find(|shape| !matches!(shape, Shape::Blank | Shape::Comment));
    match form {
        Form::Script => {
            any(Shape::Command) || any(Shape::Likely) || any(Shape::Odd) || (any(Shape::Weak) && !any(Shape::Output))
        }
        Form::Session => any(Shape::Command) || first == Some(&Shape::Likely),
        Form::Unmarked => first == Some(&Shape::Command),
    }
}
