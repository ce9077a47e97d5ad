//! Shell variables that a document sets itself.
//!
//! In: the words of commands. Out: [`Scope`]. Must not: take `make NAMESPACE=...` for an assignment: what stands behind a
//! command is its argument.

use std::collections::HashSet;

use super::words::is_identifier;

/// The shell variables that a document has set so far. Their uses keep what the document gave them.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    set: HashSet<String>,
}

impl Scope {
    /// True if the document sets this variable.
    pub fn sets(&self, name: &str) -> bool {
        self.set.contains(name)
    }

    /// The document sets this variable, whatever sets it.
    pub fn add(&mut self, name: &str) {
        if !self.set.contains(name) {
            self.set.insert(name.to_owned());
        }
    }

    /// What `${NAME:=value}` sets.
    pub(super) fn add_default(&mut self, variable: &str) {
        let inner = variable.strip_prefix("${").unwrap_or_default();
        if let Some((name, _)) = inner.split_once('=')
            && let name = name.strip_suffix(':').unwrap_or(name)
            && is_identifier(name)
        {
            self.add(name);
        }
    }

    /// What a program within the commands sets: `ssh host 'X=1; echo $X'`, `bash <<EOF`.
    pub(super) fn add_program(&mut self, program: &str) {
        for command in program.split(['\n', ';', '&', '|']) {
            let mut words = command.split_ascii_whitespace();
            let mut step = Step::Command;
            while let Some(word) = words.next()
                && step != Step::Arguments
            {
                step = self.word(word, step, step == Step::Command);
            }
        }
    }

    /// Reads the word that comes at `step`, and answers what the next one may be. `may_name_command`: assignments and
    /// reserved words stand before the command.
    pub(super) fn word(&mut self, word: &str, step: Step, names_command: bool) -> Step {
        match step {
            Step::Command => {
                if let Some(name) = assigned(word) {
                    self.add(name);
                    return Step::Command;
                }
                match word {
                    "for" | "select" => Step::For,
                    "if" | "then" | "elif" | "else" | "while" | "until" | "do" | "!" | "{" | "(" | "time" | "sudo" => {
                        Step::Command
                    }
                    "export" | "readonly" => Step::Export,
                    "local" | "declare" | "typeset" => Step::Declare,
                    "read" | "mapfile" | "readarray" => Step::Read,
                    "unset" => Step::Unset,
                    _ if names_command => Step::Arguments,
                    _ => Step::Command,
                }
            }
            Step::Export | Step::Declare | Step::Read => {
                let bare = is_identifier(word) && step != Step::Export;
                if let Some(name) = assigned(word).or(bare.then_some(word)) {
                    self.add(name);
                }
                step
            }
            Step::For => {
                if is_identifier(word) {
                    self.add(word);
                }
                Step::Arguments
            }
            Step::Unset | Step::Arguments => step,
        }
    }
}

/// What the next word of a command may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Step {
    /// An assignment, a reserved word or the command.
    #[default]
    Command,
    /// A name, with a value.
    Export,
    /// A name, perhaps with a value.
    Declare,
    /// A name that input fills.
    Read,
    /// The name that `for` fills.
    For,
    /// A name that is taken away.
    Unset,
    /// Whatever the command takes.
    Arguments,
}

/// The name that `NAME=...`, `NAME+=...` and `NAME[...]=...` set.
fn assigned(word: &str) -> Option<&str> {
    let (name, _) = word.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let name = name.split_once('[').map_or(name, |(name, _)| name);
    is_identifier(name).then_some(name)
}
