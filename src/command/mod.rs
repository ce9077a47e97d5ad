//! The shell text of runbooks, understood without running it.
//!
//! In: the text of a code block or span. Out: its pieces ([`lexer`]), its commands without prompts and output ([`split()`]),
//! and what they do ([`effect`]). Must not: run anything, look anything up, or fail: what is not understood is said to be
//! so.

pub mod effect;
mod fit;
mod interpreter;
pub mod lexer;
#[cfg(test)]
mod lexer_tests;
mod names;
pub mod split;

pub use effect::{Effect, Judgement, judge};
pub use fit::is_command;
pub use split::{Block, Command, Form, Line, LineKind, split};
