//! `import` as people run it: Markdown in, manifests out, nothing lost.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use knowledge_operator::manifest::parse_manifests;
use serde_json::Value;
use tempfile::TempDir;

fn import(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kubectl-runbook"))
        .arg("import")
        .args(args)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A folder with these files, and a place beside it for the manifests.
fn folder(files: &[(&str, &str)]) -> (TempDir, String, String) {
    let root = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = root.path().join("docs").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let path = |name: &str| root.path().join(name).display().to_string();
    let (docs, out) = (path("docs"), path("out"));
    (root, docs, out)
}

fn written(out: &str) -> BTreeMap<String, String> {
    let entries = fs::read_dir(out).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                fs::read_to_string(path).unwrap(),
            )
        })
        .collect()
}

fn objects(out: &str) -> Vec<Value> {
    let manifests = written(out).into_values();
    manifests
        .flat_map(|manifest| {
            let (parsed, findings) = parse_manifests(&manifest);
            assert_eq!(findings, []);
            parsed.into_iter().map(|parsed| parsed.value)
        })
        .collect()
}

const RUNBOOK: &str = "# Api is down\n\n## Diagnosis\n\nLook at the pods.\n\n## Mitigation\n\nRestart.\n";

#[test]
fn a_folder_becomes_manifests_with_names_links_and_fields() {
    let front = "---\ntitle: A guide\ntags: [one, two]\nweight: 10\n---\n\nSee [the runbook](../api/ApiDown.md).\n";
    let (_root, docs, out) = folder(&[
        ("api/ApiDown.md", RUNBOOK),
        ("guides/how-to.md", front),
        ("api/README.md", "# Api\n\nText.\n"),
    ]);
    let result = import(&[
        &docs,
        "-o",
        &out,
        "-n",
        "ops",
        "--owner",
        "platform",
        "--applies-to",
        "Deployment.apps/api",
        "--language",
        "en",
        "--tag",
        "imported",
        "--license",
        "Apache-2.0",
        "--source",
        "https://git.example.org/docs@main",
        "--published-at",
        "https://docs.example.org/",
    ]);
    assert_eq!(result.status.code(), Some(0), "{}", text(&result.stderr));
    assert!(text(&result.stderr).contains("`weight`"), "{}", text(&result.stderr));
    assert!(
        text(&result.stdout).starts_with("1 runbooks and 2 articles"),
        "{}",
        text(&result.stdout)
    );
    let objects = objects(&out);
    let names: BTreeSet<&str> = objects
        .iter()
        .map(|object| object["metadata"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, BTreeSet::from(["api", "api-apidown", "guides-how-to"]));
    let runbook = objects.iter().find(|object| object["kind"] == "Runbook").unwrap();
    assert_eq!(runbook["metadata"]["namespace"], "ops");
    assert_eq!(runbook["spec"]["component"], "api");
    assert_eq!(runbook["spec"]["owner"]["team"], "platform");
    assert_eq!(runbook["spec"]["appliesTo"][0]["name"], "api");
    assert_eq!(runbook["spec"]["aliases"][0]["name"], "apidown");
    assert_eq!(runbook["spec"]["source"]["repository"], "https://git.example.org/docs");
    assert_eq!(runbook["spec"]["source"]["revision"], "main");
    assert_eq!(
        runbook["spec"]["source"]["publishedURL"],
        "https://docs.example.org/api/ApiDown.md"
    );
    assert_eq!(runbook["spec"]["content"], RUNBOOK);
    let guide = objects
        .iter()
        .find(|object| object["metadata"]["name"] == "guides-how-to")
        .unwrap();
    assert_eq!(guide["spec"]["title"], "A guide");
    assert_eq!(
        guide["spec"]["tags"],
        serde_json::json!(["one", "two"]),
        "the file's own tags win"
    );
    assert!(
        guide["spec"]["content"]
            .as_str()
            .unwrap()
            .starts_with("---\nweight: 10\n---\n")
    );
    let lint = Command::new(env!("CARGO_BIN_EXE_kubectl-runbook"))
        .args(["lint", &out])
        .output()
        .unwrap();
    assert_eq!(lint.status.code(), Some(0));
    assert!(
        !text(&lint.stdout).contains("KB0203"),
        "links lead on: {}",
        text(&lint.stdout)
    );
}

#[test]
fn the_same_input_is_the_same_bytes_and_a_new_file_renames_no_other() {
    let (root, docs, out) = folder(&[("a/One.md", RUNBOOK), ("b/One.md", RUNBOOK)]);
    import(&[&docs, "-o", &out]);
    let first = written(&out);
    import(&[&docs, "-o", &out]);
    assert_eq!(written(&out), first);
    fs::write(root.path().join("docs/a/Two.md"), RUNBOOK).unwrap();
    let result = import(&[&docs, "-o", &out]);
    assert!(text(&result.stdout).contains("(1 new or changed, 0 removed)"));
    for (name, manifest) in first {
        assert_eq!(written(&out).get(&name), Some(&manifest));
    }
}

#[test]
fn prune_removes_what_an_import_wrote_and_nothing_else() {
    let (root, docs, out) = folder(&[("a/One.md", RUNBOOK), ("a/Two.md", RUNBOOK)]);
    import(&[&docs, "-o", &out]);
    let mine = Path::new(&out).join("mine.yaml");
    fs::write(&mine, "kind: Mine\n").unwrap();
    fs::remove_file(root.path().join("docs/a/Two.md")).unwrap();
    import(&[&docs, "-o", &out]);
    assert_eq!(written(&out).len(), 3, "without --prune nothing goes");
    let result = import(&[&docs, "-o", &out, "--prune"]);
    assert!(text(&result.stdout).contains("1 removed"));
    assert!(mine.exists());
    assert_eq!(written(&out).len(), 2);
}

#[test]
fn two_imports_can_share_a_folder_and_prune_their_own() {
    let (root, docs, out) = folder(&[("a/One.md", RUNBOOK), ("a/Two.md", RUNBOOK)]);
    let more = root.path().join("more");
    fs::create_dir(&more).unwrap();
    fs::write(more.join("Three.md"), RUNBOOK).unwrap();
    let more = more.to_str().unwrap().to_owned();
    let first = ["-o", &out, "--prune", "--source", "https://git.example.org/a@1"];
    let second = ["-o", &out, "--prune", "--source", "https://git.example.org/b"];
    let third = [
        "-o",
        &out,
        "--prune",
        "--source",
        "https://git.example.org/b",
        "-n",
        "ops",
    ];
    let with = |folder: &str, args: &[&str]| import(&[&[folder], args].concat());
    with(&docs, &first);
    assert!(text(&with(&more, &second).stdout).contains("0 removed"));
    fs::remove_file(root.path().join("docs/a/Two.md")).unwrap();
    fs::rename(root.path().join("more/Three.md"), root.path().join("more/Four.md")).unwrap();
    assert!(text(&with(&more, &third).stdout).contains("0 removed"));
    assert_eq!(written(&out).len(), 4);
    let result = with(&docs, &first);
    assert!(text(&result.stdout).contains("1 removed"), "{}", text(&result.stdout));
    assert!(text(&with(&more, &second).stdout).contains("1 removed"));
    let left: Vec<String> = written(&out).into_keys().collect();
    assert_eq!(left, ["runbook-a-one.yaml", "runbook-four.yaml"]);
}

#[test]
fn a_file_may_say_its_namespace_and_source_and_is_pruned_all_the_same() {
    let body = |namespace: &str| {
        format!(
            "---\nnamespace: {namespace}\nname: down\nsource: {{repository: 'https://git.example.org/x'}}\n---\n{RUNBOOK}"
        )
    };
    let (root, docs, out) = folder(&[("a.md", &body("team-a")), ("b.md", &body("team-b")), ("c.md", RUNBOOK)]);
    let args = [docs.as_str(), "-o", &out, "--prune", "-n", "ops"];
    let result = import(&args);
    assert_eq!(result.status.code(), Some(0), "{}", text_of(&result));
    let files: Vec<String> = written(&out).into_keys().collect();
    assert_eq!(
        files,
        ["runbook-c.yaml", "runbook-team-a_down.yaml", "runbook-team-b_down.yaml"]
    );
    fs::remove_file(root.path().join("docs/a.md")).unwrap();
    let result = import(&args);
    assert!(text(&result.stdout).contains("1 removed"), "{}", text_of(&result));
    assert_eq!(written(&out).len(), 2);
}

fn text_of(output: &Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

#[test]
fn a_folder_without_markdown_is_said_and_nothing_is_done() {
    let (_root, docs, out) = folder(&[("a/logo.svg", "<svg/>")]);
    let result = import(&[&docs, "-o", &out, "--prune"]);
    assert_eq!(result.status.code(), Some(1));
    assert!(
        text(&result.stderr).contains("no Markdown file"),
        "{}",
        text(&result.stderr)
    );
    assert!(!Path::new(&out).exists());
}

#[test]
fn files_of_others_are_not_overwritten_and_nothing_is_removed_after_a_failure() {
    let (root, docs, out) = folder(&[("a/One.md", RUNBOOK), ("a/Two.md", RUNBOOK)]);
    fs::create_dir_all(&out).unwrap();
    let theirs = Path::new(&out).join("runbook-a-one.yaml");
    fs::write(&theirs, "user: data\n").unwrap();
    let result = import(&[&docs, "-o", &out]);
    assert_eq!(result.status.code(), Some(1));
    assert!(
        text(&result.stderr).contains("not overwritten"),
        "{}",
        text(&result.stderr)
    );
    assert_eq!(fs::read_to_string(&theirs).unwrap(), "user: data\n");
    fs::write(root.path().join("docs/a/Two.md"), [0xff, 0xfe]).unwrap();
    let result = import(&[&docs, "-o", &out, "--prune"]);
    assert!(
        text(&result.stderr).contains("nothing is removed"),
        "{}",
        text(&result.stderr)
    );
    assert!(Path::new(&out).join("runbook-a-two.yaml").exists());
}

#[test]
fn what_cannot_be_imported_is_said_and_the_rest_goes_on() {
    let (root, docs, out) = folder(&[
        ("a/One.md", RUNBOOK),
        ("a/one.markdown", RUNBOOK),
        ("b/Long.md", &"word ".repeat(50_000)),
    ]);
    fs::write(root.path().join("docs/b/binary.md"), [0xff, 0xfe, 0x00]).unwrap();
    let result = import(&[&docs, "-o", &out]);
    let err = text(&result.stderr);
    assert_eq!(result.status.code(), Some(1), "{err}");
    let both = format!("{docs}/a/One.md and {docs}/a/one.markdown would all be the Runbook a-one");
    assert!(err.contains(&both), "{err}");
    assert!(err.contains("binary.md"), "{err}");
    assert!(err.contains("Long.md") && err.contains("200"), "{err}");
    assert_eq!(objects(&out).len(), 0, "neither of the two has more right to the name");
    assert!(text(&result.stdout).contains("4 files could not be imported"));
    let missing = import(&["no-such-folder", "-o", &out]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing.stderr).contains("no-such-folder: no such folder"));
}

#[test]
fn a_name_template_makes_the_names() {
    let (_root, docs, out) = folder(&[("a/b/One.md", RUNBOOK)]);
    import(&[
        &docs,
        "-o",
        &out,
        "--name-template",
        "{path}",
        "--kind",
        "knowledgearticle",
    ]);
    let objects = objects(&out);
    assert_eq!(objects[0]["metadata"]["name"], "a-b-one");
    assert_eq!(objects[0]["kind"], "KnowledgeArticle");
}

/// The corpus of real runbooks, or `None` after saying that it is not there.
fn corpus() -> Option<PathBuf> {
    let given = std::env::var_os("KNOWLEDGE_CORPUS").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"));
    let folder = folder.join("openshift-runbooks/alerts");
    if !folder.is_dir() {
        assert!(
            std::env::var_os("CI").is_none(),
            "in CI the corpus must be there: {}",
            folder.display()
        );
        println!("SKIPPED: no corpus at {}", folder.display());
        return None;
    }
    Some(folder)
}

#[test]
fn all_runbooks_of_the_corpus_are_imported_byte_for_byte() {
    let Some(folder) = corpus() else { return };
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("out").display().to_string();
    let result = import(&[&folder.display().to_string(), "-o", &out, "-n", "ops"]);
    assert_eq!(result.status.code(), Some(0), "{}", text(&result.stderr));
    let objects = objects(&out);
    assert_eq!(objects.len(), 272);
    let names: BTreeSet<&str> = objects
        .iter()
        .map(|object| object["metadata"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 272);
    for object in &objects {
        let path = object["spec"]["source"]["path"].as_str().unwrap();
        let source = fs::read_to_string(folder.join(path)).unwrap();
        assert_eq!(object["spec"]["content"].as_str().unwrap(), source, "{path}");
    }
}
