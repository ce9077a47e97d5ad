//! The operator: watches in, snapshots and writes out. The edge to the cluster.
//!
//! ```text
//!  kinds ─> watch ─┐
//!                  ├─> index ─> published ─┬─> serve, admin
//!  watch (ours) ───┘     │                 └─> write ─> apply ─> the cluster
//!                        └── backlog ──────────> write
//!  lease ─> leadership ────── permits ────────────────> apply
//!  published, certificates ─> webhook
//! ```
//!
//! In: a cluster and flags. Out: pages, statuses, annotations. Must not: hold a rule a user could notice (the core
//! does), or write to objects of others anywhere but in `apply`.

mod admin;
pub mod apply;
mod authority;
mod certificates;
pub mod clock;
mod config;
mod contact;
mod detach;
mod error;
mod index;
mod kinds;
pub mod leadership;
mod lease;
mod memory;
mod metrics;
mod pause;
mod queue;
mod rate;
pub mod replica;
mod run;
mod term;
pub mod transport;
mod watch;
mod webhook;
mod write;

pub use authority::Lifetimes;
pub use certificates::{CertificateSource, Kept, Presented};
pub use config::RunArgs;
pub use contact::Contact;
pub use detach::{DetachArgs, detach};
pub use error::RunError;
pub use index::Published;
pub use lease::LeaseName;
pub use metrics::Metrics;
pub use rate::Rate;
pub use run::run;
