//! `preview` as people run it: pages and tables from files, again at each save.

#![cfg(test)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// A preview that runs until it is dropped.
struct Preview {
    child: Child,
    lines: Receiver<String>,
    address: String,
}

impl Preview {
    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_knowledge-operator"))
            .arg("preview")
            .args(["--listen", "127.0.0.1:0"])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let (send, lines) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        let mut preview = Self {
            child,
            lines,
            address: String::new(),
        };
        let line = preview.line_with("http://");
        let after = line.split("http://").nth(1).unwrap();
        preview.address = after.split('/').next().unwrap().to_owned();
        preview
    }

    fn line_with(&self, wanted: &str) -> String {
        let mut seen = String::new();
        let until = Instant::now() + Duration::from_secs(20);
        while let Ok(line) = self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if line.contains(wanted) {
                return line;
            }
            seen.push_str(&line);
            seen.push('\n');
        }
        panic!("no line with {wanted:?} in:\n{seen}");
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn examples() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .display()
        .to_string()
}

#[test]
fn the_examples_show_what_a_cluster_would() {
    let preview = Preview::start(&[
        &examples(),
        "--shared-namespace",
        "cluster-knowledge",
        "--cluster-name",
        "prod-eu1",
    ]);
    for (path, status, words) in [
        ("/", "200", vec!["Needs attention", "Wrong in several ways", "prod-eu1"]),
        (
            "/namespaces/payments",
            "200",
            vec!["Payments API is down", "Described objects"],
        ),
        (
            "/namespaces/payments/runbooks/payments-api-down",
            "200",
            vec!["&lt;payments-lead&gt;", "href=\"db-pool-exhausted#mitigation\""],
        ),
        (
            "/namespaces/payments/runbooks/payments-api-down.md",
            "200",
            vec!["## Mitigation", "text/markdown"],
        ),
        (
            "/namespaces/payments/runbooks/payments-api-down.txt",
            "200",
            vec!["Mitigation", "text/plain"],
        ),
        (
            "/namespaces/payments/runbooks/payments-api-down.json",
            "200",
            vec!["\"ready\": \"Published\""],
        ),
        (
            "/namespaces/payments/runbooks/pool-exhausted",
            "308",
            vec!["location: db-pool-exhausted"],
        ),
        (
            "/namespaces/payments/runbooks/pool-exhausted.md",
            "308",
            vec!["location: db-pool-exhausted.md"],
        ),
        (
            "/namespaces/payments/articles/payments-architecture",
            "200",
            vec!["How payments hang together"],
        ),
        (
            "/namespaces/payments/objects/deployments.apps/payments-api",
            "200",
            vec!["Connection pool", "app.kubernetes.io/name"],
        ),
        (
            "/namespaces/payments/objects/deployment/payments-api",
            "308",
            vec!["location: ../deployments.apps/payments-api"],
        ),
        (
            "/objects/namespaces/payments",
            "200",
            vec!["How payments hang together"],
        ),
        ("/namespaces/payments/runbooks/nothing", "404", vec!["no such document"]),
        ("/namespaces/nowhere", "404", vec![]),
        ("/nothing/at/all", "404", vec![]),
        ("/assets/style.css", "200", vec!["text/css"]),
    ] {
        let answer = preview.get(path);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
        assert!(
            answer.contains("content-security-policy: default-src 'none'"),
            "{path}: {answer}"
        );
        for word in words {
            assert!(answer.contains(word), "{path} has no {word:?}: {answer}");
        }
    }
}

#[test]
fn a_save_updates_page_and_table() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("guide.md");
    fs::write(&file, "# Before\n\nSome words for the first version of it.\n").unwrap();
    let preview = Preview::start(&[&folder.path().display().to_string()]);
    assert!(preview.get("/namespaces/default/articles/guide").contains("Before"));
    let started = Instant::now();
    fs::write(&file, "# After\n\nSome words for the second version of it.\n").unwrap();
    preview.line_with("After");
    // The page is published before the table is read here, or a moment later.
    while !preview.get("/namespaces/default/articles/guide").contains("After") {
        assert!(started.elapsed() < Duration::from_secs(10), "the page did not follow");
    }
    fs::write(&file, [0xff, 0xfe, 0x00]).unwrap();
    preview.line_with("KB0004");
    fs::write(&file, "# Again\n\nSome words for the third version of it.\n").unwrap();
    preview.line_with("Again");
    fs::write(
        folder.path().join("new.md"),
        "# New\n\nA file that was not there at the start.\n",
    )
    .unwrap();
    preview.line_with("New");
}

#[test]
fn a_folder_that_is_not_there_is_a_failure_with_a_sentence() {
    let output = Command::new(env!("CARGO_BIN_EXE_kubectl-runbook"))
        .args(["preview", "no-such-folder"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-such-folder: no such file or folder"));
}
