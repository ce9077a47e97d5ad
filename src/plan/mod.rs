//! What should be written: one document to its status, one target to its annotations. Pure.
//!
//! In: the site, what was observed, the time. Out: plans, empty when nothing differs.
//! Must not: write, read a clock, or remember anything.

mod conditions;
mod document;
mod target;

pub use conditions::OURS;
pub use document::{StatusPlan, Urgency, document};
pub use target::{TargetPlan, annotation, target};
