//! The newcomer's path: every command of the README's "Install it", copied from the page, and how long it takes.
//!
//! In: README.md. Out: the page that it names. Must not: know a command that is not on the page.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::support::{Node, eventually, get, http, run, say, variable};

/// The commands that people are told to copy.
fn commands(readme: &str) -> Vec<String> {
    let section = readme
        .split("\n## Install it\n")
        .nth(1)
        .unwrap()
        .split("\n## ")
        .next()
        .unwrap();
    let blocks = section
        .split("```sh\n")
        .skip(1)
        .map(|block| block.split("```").next().unwrap());
    blocks.flat_map(str::lines).map(str::to_owned).collect()
}

#[test]
fn from_the_readme_to_a_runbook() {
    let Some(mut node) = Node::start() else { return };
    node.owns("operations");
    node.owns("payments");
    node.release("knowledge-operator", "operations");
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let programs = [variable("KUBECTL"), variable("HELM")];
    let folders: Vec<String> = programs
        .iter()
        .map(|path| path.parent().unwrap().display().to_string())
        .collect();
    let path = format!("{}:{}", folders.join(":"), std::env::var("PATH").unwrap());
    let bash = |command: &str| {
        let mut bash = Command::new("bash");
        bash.args(["-euo", "pipefail", "-c", command])
            .env("PATH", &path)
            .env("KUBECONFIG", variable("ADMIN_KUBECONFIG"));
        bash
    };
    let commands = commands(&readme);
    assert!(commands.len() > 6, "{commands:?}");
    eventually("what an earlier test left to be gone", Duration::from_secs(90), || {
        let left = get(&["namespace", "payments"]);
        if left.is_null() {
            Ok(())
        } else {
            Err(left["status"].to_string())
        }
    });
    let started = Instant::now();
    let mut forward = None;
    for command in &commands {
        if command.starts_with("tests/image/build.sh ") {
            // tests/run node did that, and brought the image to the node.
        } else if command.contains(" port-forward ") {
            forward = Some(bash(command).stdout(Stdio::null()).spawn().unwrap());
        } else {
            run(&mut bash(command), "").unwrap_or_else(|error| panic!("{command}: {error}"));
        }
    }
    let page = "/namespaces/payments/runbooks/payments-api-down";
    let told = format!("http://127.0.0.1:8080{page}");
    assert!(readme.contains(&told));
    eventually(
        "the page that the README names",
        Duration::from_secs(10),
        || match http("127.0.0.1:8080".parse().unwrap(), page) {
            Ok((200, body)) if body.contains("Payments API is down") => Ok(()),
            other => Err(format!("{other:?}")),
        },
    );
    say(&format!(
        "README, from the image to the page: {:.1} s",
        started.elapsed().as_secs_f64()
    ));
    let mut forward = forward.unwrap();
    // bash hands its place on to kubectl.
    forward.kill().unwrap();
    forward.wait().unwrap();
}
