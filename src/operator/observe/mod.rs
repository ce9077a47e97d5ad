//! What is seen of a cluster: which kinds it serves, watches on them, and the one task that makes snapshots of it.
//!
//! In: the API server. Out: snapshots, and what changed in them. Must not: write, or judge.

pub(crate) mod index;
pub(crate) mod kinds;
pub(crate) mod watch;
