//! What is written: what waits, in which order and how fast, what became of it, and the requests themselves.
//!
//! In: snapshots, changes, permits. Out: statuses, annotations, events. Must not: hold a rule about what should be
//! written (`plan` does).

pub mod apply;
pub(crate) mod detach;
pub(crate) mod memory;
pub(crate) mod queue;
pub(crate) mod rate;
pub(crate) mod term;
pub(crate) mod writer;
