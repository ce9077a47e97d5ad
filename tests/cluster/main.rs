//! Tests against a real API server. `tests/run cluster` brings one up and says where it is.
//!
//! In: `KNOWLEDGE_TEST_ADMIN_KUBECONFIG`. Out: what the API server and we disagree about.
//! Must not: touch a cluster that was not named for the tests.

#![cfg(test)]

#[path = "../manifests/table.rs"]
mod table;
mod verdict;

use std::io::Write;

use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

/// A client with every right, or `None` where there is no cluster; in CI that is a failure.
async fn admin() -> Option<Client> {
    let Some(path) = std::env::var_os("KNOWLEDGE_TEST_ADMIN_KUBECONFIG") else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "KNOWLEDGE_TEST_ADMIN_KUBECONFIG is not set"
        );
        // Past the capture of the test harness: a skip is seen.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: KNOWLEDGE_TEST_ADMIN_KUBECONFIG is not set; tests/run cluster sets it"
        );
        return None;
    };
    // Several crates bring a provider; kube needs to be told which.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let kubeconfig = Kubeconfig::read_from(path).unwrap();
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
        .await
        .unwrap();
    Some(Client::try_from(config).unwrap())
}
