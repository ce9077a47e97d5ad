//! What should be written: one document to its status, one target to its annotations. Pure.
//!
//! In: the site, what was observed, the time. Out: plans, empty when nothing differs; when they may be carried out.
//! Must not: write, or read a clock.

mod conditions;
mod contest;
mod document;
mod target;

pub use conditions::OURS;
pub use contest::{Contests, is_older};
pub use document::{Held, StatusPlan, Transition, Urgency, document};
pub use target::{TargetPlan, annotation, removal, target};
