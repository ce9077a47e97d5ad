//! knowledge-operator: parse, run, exit code.
fn main() {}
