//! What a command does to the cluster, the machine or the data, told from its words.
//!
//! In: the text of a command. Out: a [`Judgement`]; of several commands in one text, the worst. Must not: guess. What
//! the tables do not list is [`Effect::Unknown`].

mod arguments;
mod fit;
mod rule;
mod sql;
mod tables;
#[cfg(test)]
mod tests;
mod tools;
mod walk;
mod words;

use super::lexer::Piece;

pub(super) use fit::{Verbs, verbs};
pub(super) use sql::judge_sql;
pub(super) use tools::{is_english, is_known};

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// It reads, or changes nothing but the shell it is typed into.
    Read,
    /// Not known here.
    Unknown,
    /// It changes something in a way that another command can undo.
    Change,
    /// It deletes data or objects, or shuts something down for good.
    Destructive,
}

impl Effect {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Unknown => "unknown",
            Self::Change => "change",
            Self::Destructive => "destructive",
        }
    }
}

/// What a command does, and in which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Judgement {
    /// What it does. The order of the values is from harmless to grave.
    pub effect: Effect,
    /// A few words for the reader, such as "deletes objects"; often empty for what only reads.
    pub why: &'static str,
}

impl Judgement {
    /// It reads.
    pub const READ: Self = Self::new(Effect::Read, "");

    pub(super) const fn new(effect: Effect, why: &'static str) -> Self {
        Self { effect, why }
    }

    pub(super) const fn read(why: &'static str) -> Self {
        Self::new(Effect::Read, why)
    }

    pub(super) const fn change(why: &'static str) -> Self {
        Self::new(Effect::Change, why)
    }

    pub(super) const fn destroy(why: &'static str) -> Self {
        Self::new(Effect::Destructive, why)
    }

    pub(super) const fn unknown(why: &'static str) -> Self {
        Self::new(Effect::Unknown, why)
    }

    /// The graver of both; of equal ones the first that says why.
    pub(super) fn worst(self, other: Self) -> Self {
        if other.effect > self.effect || (other.effect == self.effect && self.why.is_empty()) {
            other
        } else {
            self
        }
    }
}

/// Says of tools and verbs that are in no table.
pub(super) const NOT_KNOWN: Judgement = Judgement::unknown("not known here");
/// Says of placeholders and variables where a tool or verb should be.
pub(super) const DEPENDS: Judgement = Judgement::unknown("depends on what is filled in");

/// What `command` does, with all commands in its pipes, lists, substitutions, wrappers and nested shells.
pub fn judge(command: &str) -> Judgement {
    walk::judge(command)
}

/// The same for text that was cut into `pieces` before.
pub(super) fn judge_pieces(code: &str, pieces: &[Piece]) -> Judgement {
    walk::judge_pieces(code, pieces)
}
