//! Placeholders of commands and prose: where they are, what they mean, which values they have, how values are inserted.
//!
//! In: code, prose, and what is known of the reader's situation. Out: [`Use`]s, [`Parameters`], [`Bound`] values, quoted
//! text. Must not: change what a document itself sets, or insert a value that could be more than a value.
//!
//! `recognise` finds and classifies, `meaning` reads names, `bind` looks for values, `quote` writes them.

mod bind;
#[cfg(test)]
mod hostile;
mod list;
mod meaning;
mod name;
mod quote;
mod recognise;

pub use bind::{Bound, Declared, Given, Origin, Refused, TargetField, TargetFields, bind};
pub use list::{Parameter, Parameters};
pub use meaning::{Meaning, meaning};
pub use name::key;
pub use quote::{Context, MAX_VALUE, Quotes, Refusal, check, quote};
pub use recognise::{Class, Language, Reason, Scope, Style, Use, in_code, in_prose};

/// The rule of [`quote()`] for the browser: a script with one function.
pub const FILL_SCRIPT: &str = include_str!("fill.js");
