//! Tests against a real API server. `tests/run cluster` brings one up and says where it is.
//!
//! In: `KNOWLEDGE_TEST_*` of `tests/control-plane/up.sh`. Out: what a user of a cluster would see.
//! Must not: touch a cluster that was not named for the tests.

#![cfg(test)]

#[macro_use]
mod support;
#[path = "../fake/mod.rs"]
#[expect(dead_code, unused_imports, reason = "faults are for the fault tests")]
mod fake;
#[path = "../fake/table.rs"]
mod requests;
#[path = "../manifests/table.rs"]
mod table;

mod attaching;
mod corpus;
mod examples;
#[path = "fake.rs"]
mod faked;
mod following;
mod leaving;
mod pinned;
mod quiet;
mod reach;
mod reading;
mod replicas;
mod rights;
mod sources;
mod verdict;
mod webhook;
