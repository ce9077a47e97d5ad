//! The README's own commands, on a cluster that has never seen them.

use std::time::Duration;

use crate::support::operator::Operator;
use crate::support::wait::{equal, eventually};
use crate::support::{RUNBOOKS, Test};

#[test]
fn the_examples_are_applied_as_the_readme_says_and_judged() {
    let Some(test) = Test::start("examples") else { return };
    let operator = Operator::start(&[]);
    let folder = format!("{}/examples/payments/", env!("CARGO_MANIFEST_DIR"));
    test.kubectl(&["apply", "--server-side", "-f", &folder]);
    let wait = ["wait", "--for=condition=Ready", "--timeout=10s", "-n", "payments"];
    test.kubectl(&[&wait[..], &["rbk/payments-api-down", "kba/payments-architecture"]].concat());
    eventually("the annotation", Duration::from_secs(5), || {
        let path = "/apis/apps/v1/namespaces/payments/deployments/payments-api";
        equal(
            test.annotation(path, RUNBOOKS)?.as_deref(),
            Some("db-pool-exhausted,payments-api-down"),
        )
    });
    let table = test.kubectl(&["get", "knowledge", "-n", "payments"]);
    assert!(
        table.contains("How payments hang together"),
        "a derived title is in its column:\n{table}"
    );
    let broken = format!("{}/examples/broken/", env!("CARGO_MANIFEST_DIR"));
    let refused = test
        .try_kubectl(&["apply", "--server-side", "-f", &broken], "")
        .unwrap_err();
    assert!(
        refused.contains(".spec.alert: field not declared in schema"),
        "{refused}"
    );
    test.kubectl(&["delete", "namespace", "payments", "--wait=false"]);
    operator.stop();
}
