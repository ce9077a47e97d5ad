//! `kubectl runbook lint` as people run it: arguments, exit codes, streams and the forms of the report.
//!
//! In: files of a temporary folder. Out: failures that show what was printed. Must not: need a cluster.

#![cfg(test)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const GOOD: &str = "apiVersion: knowledge.scs.community/v1alpha1\nkind: KnowledgeArticle\nmetadata: {name: good}\nspec: {title: T, content: Ten words that say enough so that nobody calls it a stub.}\n";
const BAD: &str = "apiVersion: knowledge.scs.community/v1alpha1\nkind: KnowledgeArticle\nmetadata:\n  name: bad\nspec:\n  tilte: T\n  appliesTo:\n    - { group: apps, kind: Deployment }\n  content: |\n    # Title\n\n    Ten words that say enough so that nobody calls it a stub.\n";
const WARNED: &str =
    "---\naliases: [/old]\n---\n# Title\n\nTen words that say enough so that nobody calls it a stub.\n";

fn lint(folder: &Path, args: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kubectl-runbook"))
        .arg("lint")
        .args(args)
        .current_dir(folder)
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input closes it.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_exit_code_says_how_it_went() {
    let folder = folder(&[
        ("good.yaml", GOOD),
        ("bad.yaml", BAD),
        ("warned.md", WARNED),
        ("notes.md", "Text."),
        ("empty/logo.svg", "<svg/>"),
        (
            "others/service.yaml",
            "{apiVersion: v1, kind: Service, metadata: {name: api}}",
        ),
    ]);
    for (args, code) in [
        (vec!["good.yaml"], 0),
        (vec!["warned.md"], 0),
        (vec!["warned.md", "--fail-on", "warning"], 1),
        (vec!["bad.yaml"], 1),
        (vec!["."], 1),
        (vec!["empty"], 1),
        (vec!["others"], 0),
        (vec!["good.yaml", "absent.yaml"], 2),
        (vec!["bad.yaml", "absent"], 2),
        (vec!["--explain", "KB0104"], 0),
        (vec!["--explain", "KB9999"], 2),
        (vec![], 2),
        (vec!["--output", "xml", "."], 2),
    ] {
        let output = lint(folder.path(), &args, "");
        assert_eq!(
            output.status.code(),
            Some(code),
            "{args:?}\n{}{}",
            text(&output.stdout),
            text(&output.stderr)
        );
    }
}

#[test]
fn people_see_the_line_and_what_to_do() {
    let folder = folder(&[("docs/bad.yaml", BAD), ("docs/good.yaml", GOOD)]);
    let output = lint(folder.path(), &["docs"], "");
    let expected = "\
error[KB0102]: there is no field `tilte`
 --> docs/bad.yaml:6:3
  |
6 |   tilte: T
  |   ^^^^^
  |
  = help: did you mean `title`?
error[KB0104]: a target needs exactly one of name, selector, all
 --> docs/bad.yaml:8:7
  |
8 |     - { group: apps, kind: Deployment }
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: add `name: ...` of the Deployment, a `selector`, or `all: true`
2 files, 2 errors      kubectl runbook lint --explain KB0102
";
    assert_eq!(text(&output.stdout), expected);
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn folders_are_read_in_order_and_what_is_not_ours_is_left_out() {
    let folder = folder(&[
        ("d/b.yaml", BAD),
        ("d/a/z.yml", BAD),
        ("d/c.json", "{\"name\": \"package\"}"),
        ("d/.hidden/x.yaml", BAD),
        ("d/.x.yaml", BAD),
        ("d/README", "a: ["),
        ("d/mkdocs.yml", "site_name: x\n"),
        ("d/kustomization.yaml", "resources: [b.yaml]\n"),
        ("d/chart/Chart.yaml", "name: c\n"),
        ("d/chart/templates/x.yaml", "{{ .Values.a }}: ["),
        ("d/rules.yaml", "groups: []\n"),
        (
            "d/deployment.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: UPPER}\n",
        ),
        ("d/halves.yaml", "kind: Runbook\nspec:\n  content: Text.\n"),
    ]);
    let output = lint(folder.path(), &["./d", "-o", "json"], "");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut files: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["file"].as_str().unwrap())
        .collect();
    files.dedup();
    assert_eq!(files, ["d/a/z.yml", "d/b.yaml", "d/halves.yaml"]);
    let talk = text(&output.stderr);
    assert!(
        talk.contains("helm template d/chart | kubectl runbook lint -"),
        "{talk}"
    );
    assert!(talk.contains("d/mkdocs.yml holds no Kubernetes object"), "{talk}");
    assert_eq!(
        talk.lines().count(),
        2,
        "JSON of other tools is nobody's mistake: {talk}"
    );
    // Who names a file means it.
    let named = lint(folder.path(), &["d/mkdocs.yml", "d/.x.yaml"], "");
    assert!(text(&named.stdout).contains("KB0005") && text(&named.stdout).contains("KB0102"));
}

#[cfg(unix)]
#[test]
fn links_to_files_are_followed_and_circles_are_not() {
    let folder = folder(&[("d/a.yaml", BAD)]);
    std::os::unix::fs::symlink(folder.path().join("d"), folder.path().join("d/again")).unwrap();
    std::os::unix::fs::symlink("a.yaml", folder.path().join("d/b.yaml")).unwrap();
    std::os::unix::fs::symlink("nowhere.yaml", folder.path().join("d/c.yaml")).unwrap();
    let output = lint(folder.path(), &["d"], "");
    assert!(
        text(&output.stdout).ends_with("2 files, 4 errors, 1 warning      kubectl runbook lint --explain KB0102\n"),
        "{}",
        text(&output.stdout)
    );
}

#[test]
fn standard_input_is_objects_or_markdown() {
    let folder = folder(&[]);
    for (input, place) in [
        (BAD, "<stdin>:6:3"),
        (WARNED, "<stdin>:2:10"),
        ("---\na: 1\n---\n# T\n", "<stdin>:2:1"),
    ] {
        let output = lint(folder.path(), &["-"], input);
        assert!(text(&output.stdout).contains(place), "{}", text(&output.stdout));
    }
    assert_eq!(
        text(&lint(folder.path(), &["-"], "").stdout),
        "1 file, nothing to complain about\n"
    );
}

#[test]
fn a_path_that_cannot_be_read_is_named_and_the_rest_goes_on() {
    let folder = folder(&[("bad.yaml", BAD)]);
    let output = lint(folder.path(), &["nowhere", "bad.yaml"], "");
    let talk = text(&output.stderr);
    assert!(
        talk.starts_with("error: nowhere: no such file or folder; check the path, it is relative to "),
        "{talk}"
    );
    assert!(text(&output.stdout).contains("KB0102"));
}

#[test]
fn bytes_of_any_sort_are_findings() {
    let folder = folder(&[]);
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("binary.yaml", b"\x7fELF\0\xff");
    write("latin.md", b"Gr\xfc\xdfe");
    write("bom.yaml", format!("\u{feff}{BAD}").as_bytes());
    // Each with a name of its own: the same object twice is a finding of its own.
    let named = |name: &str| BAD.replace("name: bad", &format!("name: {name}"));
    write("crlf.yaml", named("crlf").replace('\n', "\r\n").as_bytes());
    write("cut.yaml", named("cut").trim_end().as_bytes());
    write("empty.yaml", b"");
    write("long.yaml", format!("{GOOD}# {}", "x".repeat(17 << 20)).as_bytes());
    let output = lint(folder.path(), &[".", "-o", "json"], "");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let lines: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            format!(
                "{} {} {}:{}",
                f["file"].as_str().unwrap(),
                f["code"].as_str().unwrap(),
                f["line"],
                f["column"]
            )
        })
        .collect();
    let bad = |file: &str| [format!("{file} KB0102 6:3"), format!("{file} KB0104 8:7")];
    let mut expected = vec!["binary.yaml KB0004 1:1".to_owned()];
    expected.extend(["bom.yaml", "crlf.yaml", "cut.yaml"].iter().flat_map(|file| bad(file)));
    expected.extend(["latin.md KB0004 1:1".to_owned(), "long.yaml KB0003 1:1".to_owned()]);
    assert_eq!(lines, expected);
}

#[test]
fn json_names_object_and_field() {
    let folder = folder(&[("bad.yaml", BAD)]);
    let output = lint(folder.path(), &["bad.yaml", "-o", "json"], "");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = serde_json::json!({
        "version": 1, "files": 1, "errors": 2, "warnings": 0, "notes": 0,
        "findings": [{
            "code": "KB0102", "severity": "error", "tier": "schema", "message": "there is no field `tilte`", "help": "did you mean `title`?",
            "file": "bad.yaml", "line": 6, "column": 3, "endLine": 6, "endColumn": 8,
            "object": { "kind": "KnowledgeArticle", "name": "bad" }, "field": "spec.tilte",
        }, {
            "code": "KB0104", "severity": "error", "tier": "schema", "message": "a target needs exactly one of name, selector, all",
            "help": "add `name: ...` of the Deployment, a `selector`, or `all: true`",
            "file": "bad.yaml", "line": 8, "column": 7, "endLine": 8, "endColumn": 40,
            "object": { "kind": "KnowledgeArticle", "name": "bad" }, "field": "spec.appliesTo[0]",
        }],
    });
    assert_eq!(report, expected);
}

#[test]
fn workflow_commands_are_escaped() {
    let folder = folder(&[("a,b:c%.yaml", BAD)]);
    let output = lint(folder.path(), &["a,b:c%.yaml", "-o", "github"], "");
    let first = text(&output.stdout).lines().next().unwrap().to_owned();
    assert_eq!(
        first,
        "::error file=a%2Cb%3Ac%25.yaml,line=6,col=3,endLine=6,endColumn=8,title=KB0102%3A unknown field::there is no field `tilte`%0Ahelp: did you mean `title`?"
    );
}

#[test]
fn sarif_has_what_code_scanning_requires() {
    let folder = folder(&[("a b/ü.yaml", BAD)]);
    let output = lint(folder.path(), &[".", "-o", "sarif"], "");
    let sarif: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert!(sarif["$schema"].as_str().unwrap().contains("sarif-2.1.0"));
    let run = &sarif["runs"][0];
    let driver = &run["tool"]["driver"];
    assert!(driver["name"].is_string() && driver["semanticVersion"].is_string());
    let rules = driver["rules"].as_array().unwrap();
    for rule in rules {
        for field in [
            "/id",
            "/name",
            "/shortDescription/text",
            "/fullDescription/text",
            "/help/text",
            "/defaultConfiguration/level",
        ] {
            let value = rule.pointer(field).and_then(Value::as_str).unwrap_or_default();
            assert!(!value.is_empty() && value.len() < 1024, "{field} of {rule}");
        }
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        assert!(result["message"]["text"].is_string());
        assert!(result["partialFingerprints"]["primaryLocationLineHash"].is_string());
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "a%20b/%C3%BC.yaml");
        for field in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(place["region"][field].as_u64().unwrap() >= 1, "{place}");
        }
    }
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = folder(&[("bad.yaml", BAD)]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_kubectl-runbook"))
        .args(["lint", "bad.yaml", "-o", "sarif"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}

#[test]
fn every_code_can_be_explained() {
    let folder = folder(&[]);
    for code in knowledge_operator::finding::ALL {
        let output = lint(folder.path(), &["--explain", &code.id().to_lowercase()], "");
        let printed = text(&output.stdout);
        assert!(
            printed.starts_with(&format!("{}: {}\n", code.id(), code.title())),
            "{printed}"
        );
        assert!(printed.lines().count() >= 4, "{printed}");
    }
}

#[test]
fn the_definitions_can_be_printed() {
    let output = Command::new(env!("CARGO_BIN_EXE_knowledge-operator"))
        .arg("crds")
        .output()
        .unwrap();
    assert_eq!(
        text(&output.stdout)
            .matches("\nkind: CustomResourceDefinition\n")
            .count(),
        2
    );
}
