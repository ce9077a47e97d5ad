//! What we think of a document: rules on its spec, its Markdown and its surroundings. Pure.
//!
//! In: documents and what was read from their Markdown. Out: findings, each from exactly one rule.
//! Must not: print, deny or write. `lint`, `plan`, admission and the page read the same findings.

mod content;
mod cross;
mod labels;
mod object;
mod parameters;
mod secrets;

pub use content::content;
pub use cross::{EntryFault, name_taken, related_not_found, rule, target_fault};
pub use object::{Reach, Refusal, object, reach};
pub use parameters::parameters;
