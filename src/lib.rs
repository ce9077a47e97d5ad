//! SCS Knowledge Operator: operational knowledge as cluster resources.
//!
//! ```text
//!  cluster watch ─┐                                          ┌─ serve      pages, text, JSON
//!  folder        ─┼─> corpus ─> check, render ─> site, ──────┼─ plan ─> operator::apply   status, annotations
//!  stdin         ─┘   what       what we think   search      ├─ admission  denials, warnings
//!                     exists     of it           snapshot    └─ cli        lint, preview, import
//! ```
//!
//! Objects come in at the left, an immutable [`publish::Snapshot`] comes out, everybody reads it. Everything up to
//! [`plan`] is pure: no socket, file, clock or task, and `cargo check --lib --no-default-features` keeps it so.

pub mod admission;
pub mod api;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod command;
pub mod corpus;
pub mod finding;
pub mod manifest;
#[cfg(feature = "operator")]
pub mod operator;
pub mod parameter;
pub mod plan;
pub mod publish;
pub mod render;
pub mod schema;
pub mod search;
#[cfg(feature = "serve")]
pub mod serve;
pub mod settings;
pub mod site;
#[cfg(any(feature = "cli", feature = "operator"))]
pub mod telemetry;
