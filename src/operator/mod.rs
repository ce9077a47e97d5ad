//! The operator: watches in, snapshots and writes out. The edge to the cluster.
//!
//! ```text
//!             lead     a Lease ─> permits ──────────┐
//!                                                   v
//!  cluster ─> observe  kinds, watches, snapshots ─> write ─> the cluster
//!                                   │
//!                                   ├─> admit    the webhook
//!                                   └─> serve, admin
//! ```
//!
//! `replica` starts the tasks of one replica, `run` gives it listeners, signals and an end.
//!
//! In: a cluster and flags. Out: pages, statuses, annotations. Must not: hold a rule a user could notice (the core
//! does), or write to objects of others anywhere but in `apply`.

mod admin;
mod admit;
pub mod clock;
mod config;
mod contact;
mod error;
mod flags;
mod lead;
mod metrics;
mod observe;
mod pause;
pub mod replica;
mod run;
pub mod transport;
mod write;

pub use admit::authority::Lifetimes;
pub use admit::certificates::{CertificateSource, Kept, Presented};
pub use config::RunArgs;
pub use contact::Contact;
pub use error::RunError;
pub use lead::leadership;
pub use lead::lease::LeaseName;
pub use metrics::Metrics;
pub use observe::index::Published;
pub use run::run;
pub use write::apply;
pub use write::detach::{DetachArgs, detach};
pub use write::rate::Rate;
