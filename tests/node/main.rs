//! The operator where it runs: a real node, the real image, installed with Helm. `tests/run node` brings the node up.
//!
//! In: `KNOWLEDGE_TEST_*`, a node that nobody else uses. Out: what a user of the cluster would see.
//! Must not: run two tests at a time, there is one cluster.

#![cfg(test)]

mod bad_input;
mod flux;
mod helm_releases;
mod install;
mod namespaced;
mod readers;
mod readme;
mod repository;
mod support;
