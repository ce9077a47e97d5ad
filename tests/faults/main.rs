//! What must hold whatever fails: three replicas and a fake API server in one process, with time that jumps.
//!
//! In: scenarios, and every way to make one of their calls or events fail. Out: the state of the cluster equals the pure
//! function of its objects, one process wrote at a time, and nothing was written in vain.
//! Must not: sleep in real time, or depend on a port.

#![cfg(test)]

#[path = "../fake/mod.rs"]
mod fake;

mod bulk;
mod cluster;
mod edits;
mod every_call;
mod every_event;
mod leaders;
mod objects;
mod oracle;
mod outages;
