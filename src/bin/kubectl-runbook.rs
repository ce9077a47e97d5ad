//! kubectl-runbook: parse, run, exit code.
fn main() {}
