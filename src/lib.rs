//! SCS Knowledge Operator: operational knowledge as cluster resources.
//!
//! ```text
//!  cluster watch ─┐                                       ┌─ serve      pages, text, JSON
//!  folder        ─┼─> corpus ─> check, render ─> site ────┼─ plan       status + annotations -> operator::apply
//!  stdin         ─┘   what       what we think   snapshot └─ cli        lint, preview, import
//!                     exists     of it
//! ```
//!
//! Objects come in at the left, an immutable [`site::Site`](crate) comes out, everybody reads it. Everything up to
//! `plan` is pure: no socket, file, clock or task, and `cargo check --lib --no-default-features` keeps it so.

pub mod api;
#[cfg(feature = "cli")]
pub mod cli;
pub mod finding;
pub mod manifest;
pub mod schema;
