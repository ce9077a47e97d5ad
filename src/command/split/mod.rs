//! A code block of a runbook, split into commands and what they print.
//!
//! In: the text of a fenced block and what its fence says. Out: its lines and commands with their judgements. Must not:
//! take output for a command; a command that is missed costs a click, one too many may cost data.

mod lines;
mod prompt;
mod reader;
mod shape;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::effect::Judgement;

/// What the fence of a block says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// A shell: `sh`, `bash`, `shell`, `zsh`.
    Script,
    /// A terminal: `console`, `terminal`, `shell-session`.
    Session,
    /// Nothing.
    Unmarked,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// A command begins.
    Command,
    /// It goes on.
    Continuation,
    /// Text of its heredoc, or the mark at the end.
    Heredoc,
    /// A comment on a line of its own.
    Comment,
    /// What a command prints, and everything else that is not to be typed.
    Output,
    /// Nothing, or a prompt and nothing.
    Blank,
}

/// A line of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it is, in bytes, without the line end, and without blanks behind a backslash that ends it.
    pub range: Range<usize>,
    /// What it is.
    pub kind: LineKind,
    /// How many bytes at its beginning are indentation of the whole block or of a prompt, and the prompt.
    pub prompt: usize,
}

/// A command of a block, which may be a whole pipe, list or loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its lines, by number from 0. Comments may be among them.
    pub lines: Range<usize>,
    /// What it does.
    pub judgement: Judgement,
}

/// A block with at least one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// All lines.
    pub lines: Vec<Line>,
    /// The commands, from top to bottom.
    pub commands: Vec<Command>,
}

impl Block {
    /// Exactly what is to be typed: the commands without prompts, output and comments on lines of their own. `code` is
    /// the text the block was split from. No line end at the end, so that pasting it runs nothing.
    pub fn runnable(&self, code: &str) -> String {
        let mut text = String::new();
        for command in &self.commands {
            self.append(code, command, &mut text);
        }
        text
    }

    /// The same for one of the block's commands.
    pub fn runnable_command(&self, code: &str, command: &Command) -> String {
        let mut text = String::new();
        self.append(code, command, &mut text);
        text
    }

    /// The effect of the worst command.
    pub fn judgement(&self) -> Judgement {
        let judgements = self.commands.iter().map(|command| command.judgement);
        judgements.reduce(Judgement::worst).unwrap_or(Judgement::READ)
    }

    fn append(&self, code: &str, command: &Command, text: &mut String) {
        let lines = self.lines.get(command.lines.clone()).unwrap_or_default();
        for line in lines.iter().filter(|line| line.kind != LineKind::Comment) {
            if !text.is_empty() {
                text.push('\n');
            }
            let start = line.range.start.saturating_add(line.prompt).min(line.range.end);
            text.push_str(code.get(start..line.range.end).unwrap_or_default());
        }
    }
}

/// The lines and commands of `code`. `None` when there is no command in it.
pub fn split(code: &str, form: Form) -> Option<Block> {
    reader::read(code, form)
}
