//! What the words of one simple command have told so far.
//!
//! In: the words, one after another. Out: for each word, whether it names the command and whether another interpreter
//! reads it once more; how many compound commands are open. Must not: look ahead.

use super::super::interpreter::{self, Reading, Wrapper};
use super::word::{is_assignment, is_reserved, unquoted};

/// The longest beginning of a word in which an option before a program is looked for, in bytes.
const MAX_OPTION: usize = 96;

/// What the next word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The command, or something before it.
    Command,
    Arguments,
    /// The words of `for`, which are neither.
    Names,
    /// Between `case` and `in`.
    Subject,
    /// A pattern of `case`.
    Pattern,
    /// The name after `function`.
    Function,
}

/// What is known about the word that begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Role {
    /// It names the command.
    pub command: bool,
    /// Another interpreter reads it after this shell.
    pub nested: bool,
}

/// A simple command as far as it was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct SimpleCommand {
    stage: Stage,
    reading: Reading,
    wrapper: Option<Wrapper>,
    /// Every further word is nested.
    again: bool,
    /// The next word is a program.
    program_follows: bool,
    /// How many next words are values of an option and nothing else.
    values: u8,
    /// The next word is the target of a redirection.
    target_follows: bool,
    /// `exec`, `run` or the like was among the words.
    runs: bool,
    /// `patch` was among the words.
    patches: bool,
    operands: u8,
    /// `if`, `for`, `{` and so on that are open.
    pub blocks: u16,
    /// `case` that are open.
    pub cases: u16,
    /// What follows belongs to the same command although the line ends: after `|`, `&&` and the head of a function.
    pub joined: bool,
}

impl SimpleCommand {
    /// The state before the first word.
    pub(super) const fn new() -> Self {
        Self {
            stage: Stage::Command,
            reading: Reading::Plain,
            wrapper: None,
            again: false,
            program_follows: false,
            values: 0,
            target_follows: false,
            runs: false,
            patches: false,
            operands: 0,
            blocks: 0,
            cases: 0,
            joined: false,
        }
    }

    /// The words of an array or of anything else that is no command.
    pub(super) const fn of_words() -> Self {
        let mut words = Self::new();
        words.stage = Stage::Arguments;
        words
    }

    /// The next simple command of the same list begins. `joined`: it is needed to complete this one.
    pub(super) fn next(&mut self, joined: bool) {
        let (blocks, cases) = (self.blocks, self.cases);
        let stage = match self.stage {
            kept @ (Stage::Pattern | Stage::Subject) => kept,
            Stage::Command | Stage::Arguments | Stage::Names | Stage::Function => Stage::Command,
        };
        *self = Self::new();
        (self.stage, self.blocks, self.cases, self.joined) = (stage, blocks, cases, joined);
    }

    /// The line ends.
    pub(super) fn line_end(&mut self) {
        self.next(self.joined);
    }

    /// A branch of `case` ended with `;;`.
    pub(super) fn branch_end(&mut self) {
        self.next(false);
        if self.cases > 0 {
            self.stage = Stage::Pattern;
        }
    }

    /// True between `in` or `;;` and the `)` of a branch of `case`.
    pub(super) fn in_pattern(&self) -> bool {
        self.stage == Stage::Pattern
    }

    /// A `)` ended the pattern.
    pub(super) fn pattern_end(&mut self) {
        self.stage = Stage::Command;
    }

    /// True if a word now would name the command.
    pub(super) fn awaits_command(&self) -> bool {
        self.stage == Stage::Command && !self.target_follows
    }

    /// A redirection was read, whose target follows.
    pub(super) fn redirect(&mut self) {
        self.target_follows = true;
    }

    /// True if what stands in a heredoc is read by an interpreter and not only by a reader of data.
    pub(super) fn reads_input_as_program(&self) -> bool {
        self.again
            || self.runs
            || matches!(
                self.reading,
                Reading::Shell | Reading::AfterOption(_) | Reading::Quoted | Reading::Wrapper(_)
            )
    }

    /// A word begins with the byte `first`.
    pub(super) fn begin(&mut self, first: u8) -> Role {
        if self.target_follows {
            return Role::default();
        }
        self.joined = false;
        let option = first == b'-';
        let quoted = matches!(first, b'\'' | b'"');
        Role {
            command: self.stage == Stage::Command
                && self.values == 0
                && !(self.wrapper.is_some() && (option || self.operands > 0)),
            nested: (self.again && self.values == 0 && !(self.wrapper.is_some() && (option || self.operands > 0)))
                || self.program_follows
                || match self.reading {
                    Reading::FirstOperand => self.values == 0 && (quoted || (self.operands > 0 && !option)),
                    Reading::Quoted => quoted,
                    Reading::Everything => true,
                    _ => false,
                },
        }
    }

    /// True if the word that `beginning` begins holds a program from here on: `-o=jsonpath=`, `--patch=`.
    pub(super) fn holds_program(&self, beginning: &str) -> bool {
        if matches!(self.reading, Reading::Quoted | Reading::Wrapper(_)) {
            return false;
        }
        let length = beginning.len().min(MAX_OPTION);
        let beginning = beginning.get(..length).unwrap_or(beginning);
        let Some((option, _)) = beginning.split_once('=') else {
            return false;
        };
        match self.reading {
            Reading::Kubectl => {
                let output = |text: &str| {
                    ["jsonpath", "template", "columns", "patch", "overrides"]
                        .iter()
                        .any(|end| text.ends_with(end))
                };
                output(option)
                    || (option == "-p" && self.patches)
                    || (matches!(option, "-o" | "--output") && beginning.split('=').nth(1).is_some_and(output))
            }
            Reading::AfterOption(options) => options.contains(&option),
            _ => matches!(option, "--command" | "--expression"),
        }
    }

    /// The word that began is complete.
    pub(super) fn end(&mut self, word: &str) {
        if std::mem::take(&mut self.target_follows) {
            return;
        }
        match self.stage {
            Stage::Command => self.command_word(word),
            Stage::Arguments => self.argument(word),
            Stage::Names => {}
            Stage::Subject => {
                if word == "in" {
                    self.stage = Stage::Pattern;
                }
            }
            Stage::Pattern => {
                if word == "esac" {
                    self.close(true);
                }
            }
            Stage::Function => {
                self.next(true);
            }
        }
    }

    /// A `{` or `}` stood where a command is awaited.
    pub(super) fn brace(&mut self, opens: bool) {
        if opens {
            self.blocks = self.blocks.saturating_add(1);
            self.next(false);
        } else {
            self.close(false);
        }
    }

    /// `name()` was read.
    pub(super) fn function(&mut self) {
        self.next(true);
    }

    fn close(&mut self, case: bool) {
        self.blocks = self.blocks.saturating_sub(1);
        if case {
            self.cases = self.cases.saturating_sub(1);
        }
        self.stage = Stage::Arguments;
        self.reading = Reading::Plain;
    }

    fn command_word(&mut self, word: &str) {
        if let Some(wrapper) = self.wrapper
            && self.belongs_to(wrapper, word)
        {
            return;
        }
        if is_assignment(word) {
            return;
        }
        if self.wrapper.is_none() && self.reserved(word) {
            return;
        }
        self.wrapper = None;
        match interpreter::reading(unquoted(word)) {
            Reading::Wrapper(wrapper) => {
                self.wrapper = Some(wrapper);
                self.operands = wrapper.operands;
                self.again |= wrapper.again;
                self.reading = Reading::Wrapper(wrapper);
            }
            reading => self.read_as(reading),
        }
    }

    fn read_as(&mut self, reading: Reading) {
        self.stage = Stage::Arguments;
        self.reading = reading;
        self.operands = u8::from(reading == Reading::FirstOperand);
    }

    /// True if the word is an option, the value of an option or an operand of the wrapper itself.
    fn belongs_to(&mut self, wrapper: Wrapper, word: &str) -> bool {
        if self.is_value() {
            return true;
        }
        if let Some(option) = word.strip_prefix('-') {
            let last = option.chars().last();
            let valued = !option.starts_with('-') && last.is_some_and(|letter| wrapper.valued.contains(letter));
            self.values = u8::from(valued);
            return true;
        }
        let own = self.operands > 0;
        self.operands = self.operands.saturating_sub(1);
        own
    }

    /// True if the word is one of the shell's own.
    fn reserved(&mut self, word: &str) -> bool {
        if !is_reserved(word) {
            return false;
        }
        match word {
            "if" | "while" | "until" => self.blocks = self.blocks.saturating_add(1),
            "for" | "select" => {
                self.blocks = self.blocks.saturating_add(1);
                self.stage = Stage::Names;
            }
            "case" => {
                self.blocks = self.blocks.saturating_add(1);
                self.cases = self.cases.saturating_add(1);
                self.stage = Stage::Subject;
            }
            "fi" | "done" => self.close(false),
            "esac" => self.close(true),
            "function" => self.stage = Stage::Function,
            // `then`, `do`, `else`, `!`: a command follows as before.
            _ => {}
        }
        true
    }

    /// True if the word is the value of an option before it.
    fn is_value(&mut self) -> bool {
        let value = self.values > 0;
        self.values = self.values.saturating_sub(1);
        value
    }

    fn argument(&mut self, word: &str) {
        if std::mem::take(&mut self.program_follows) || self.is_value() {
            return;
        }
        match self.reading {
            Reading::Plain | Reading::Wrapper(_) | Reading::Quoted | Reading::Everything => {
                self.program_follows = word == "--command";
            }
            Reading::Shell => {
                self.program_follows = word == "--command"
                    || word
                        .strip_prefix('-')
                        .is_some_and(|option| !option.starts_with('-') && option.contains('c'));
            }
            Reading::FirstOperand => match word {
                "-e" | "--expression" => (self.program_follows, self.operands) = (true, 0),
                "-F" | "-v" => self.values = 1,
                "--arg" | "--argjson" | "--slurpfile" | "--rawfile" => self.values = 2,
                "-f" | "--from-file" | "--file" => (self.values, self.operands) = (1, 0),
                _ if word.starts_with('-') => {}
                _ => self.operands = 0,
            },
            Reading::AfterOption(options) => self.program_follows = options.contains(&word),
            Reading::Kubectl | Reading::Container => self.of_runner(word),
            Reading::Find => {
                if matches!(word, "-exec" | "-execdir" | "-ok" | "-okdir") {
                    self.stage = Stage::Command;
                }
            }
        }
    }

    fn of_runner(&mut self, word: &str) {
        if !self.runs && !matches!(word.as_bytes().first(), Some(b'-' | b'e' | b'r' | b'd' | b'c' | b'p')) {
            return;
        }
        match word {
            "--" => {
                self.stage = Stage::Command;
                self.runs = true;
            }
            "exec" | "rsh" | "debug" | "run" | "compose" => self.runs = true,
            "patch" => self.patches = true,
            "--patch" | "--template" | "--overrides" => self.program_follows = true,
            "-p" => self.program_follows = self.patches,
            _ if self.runs && !word.starts_with('-') => match interpreter::reading(word) {
                Reading::Plain | Reading::Wrapper(_) | Reading::Kubectl | Reading::Container | Reading::Find => {}
                reading => self.read_as(reading),
            },
            _ => {}
        }
    }
}
