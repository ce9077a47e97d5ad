//! The operator: watches in, snapshots and writes out. The edge to the cluster.
//!
//! ```text
//!  kinds ─> watch ─┐
//!                  ├─> index ─> published ─┬─> serve, admin
//!  watch (ours) ───┘     │                 └─> write ─> apply ─> the cluster
//!                        └── backlog ──────────> write
//! ```
//!
//! In: a cluster and flags. Out: pages, statuses, annotations. Must not: hold a rule a user could notice (the core
//! does), or write anywhere but in `apply`.

mod admin;
pub mod apply;
mod config;
mod detach;
mod error;
mod index;
mod kinds;
mod metrics;
mod run;
mod watch;
mod write;

pub use config::RunArgs;
pub use detach::{DetachArgs, detach};
pub use error::RunError;
pub use run::run;
