//! The recipes of `docs/gitops`: what Kustomize, Helm, `import`, Argo CD's Lua and the CI files make of their documents.
//!
//! In: those files. Out: text that arrives byte for byte, and verdicts. Must not: need a cluster; `tests/node/flux.rs` has one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::{parsed, program, root, run};

const DOCUMENTS: [(&str, &str); 2] = [("Runbook", "parcels-stuck"), ("KnowledgeArticle", "label-templates")];
const SUBSTITUTE: &str = "kustomize.toolkit.fluxcd.io/substitute";

fn recipes() -> PathBuf {
    root().join("docs/gitops")
}

/// A copy that can be changed.
fn copy() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    run(Command::new("cp").arg("-r").arg(recipes()).arg(folder.path())).unwrap();
    folder
}

fn markdown(name: &str) -> String {
    fs::read_to_string(recipes().join(format!("kustomize/docs/{name}.md"))).unwrap()
}

fn kustomize(folder: &Path) -> Option<String> {
    Some(run(Command::new(program("KUBECTL")?).arg("kustomize").arg(folder)).unwrap())
}

fn document<'a>(objects: &'a [Value], kind: &str, name: &str) -> &'a Value {
    super::find(objects, kind, name)
}

/// The name of the ConfigMap that a document shows.
fn map_of(objects: &[Value], kind: &str, name: &str) -> String {
    let map = &document(objects, kind, name)["spec"]["contentFrom"]["configMapKeyRef"]["name"];
    map.as_str().unwrap().to_owned()
}

#[test]
fn kustomize_brings_plain_files_along_byte_for_byte() {
    for folder in ["kustomize/docs", "kustomize/together"] {
        let Some(text) = kustomize(&recipes().join(folder)) else {
            return;
        };
        let objects = parsed(&text);
        for (kind, name) in DOCUMENTS {
            let map = map_of(&objects, kind, name);
            let hash = map.strip_prefix(&format!("{name}-")).unwrap_or_else(|| panic!("{map}"));
            assert!(
                hash.len() == 10 && hash.chars().all(|c| c.is_ascii_alphanumeric()),
                "{map}"
            );
            let map = document(&objects, "ConfigMap", &map);
            assert_eq!(map["data"], json!({ (format!("{name}.md")): markdown(name) }));
            assert_eq!(map["metadata"]["labels"]["knowledge.scs.community/content"], "true");
            for object in [map, document(&objects, kind, name)] {
                assert_eq!(
                    object["metadata"]["annotations"],
                    json!({ SUBSTITUTE: "disabled" }),
                    "{name}"
                );
            }
        }
        let workload = objects.iter().find(|object| object["kind"] == "Deployment");
        assert!(workload.is_none_or(|workload| workload["metadata"].get("annotations").is_none()));
    }
}

#[test]
fn a_changed_file_changes_the_one_name_that_shows_it() {
    let copy = copy();
    let docs = copy.path().join("gitops/kustomize/docs");
    let Some(before) = kustomize(&docs) else { return };
    fs::write(docs.join("parcels-stuck.md"), markdown("parcels-stuck") + "\nMore.\n").unwrap();
    let (before, after) = (parsed(&before), parsed(&kustomize(&docs).unwrap()));
    assert_ne!(
        map_of(&before, "Runbook", "parcels-stuck"),
        map_of(&after, "Runbook", "parcels-stuck")
    );
    let other = |objects: &[Value]| map_of(objects, "KnowledgeArticle", "label-templates");
    assert_eq!(other(&before), other(&after));

    // Without the shipped configuration the name would not arrive.
    let component = copy.path().join("gitops/kustomize/component/kustomization.yaml");
    let text = fs::read_to_string(&component).unwrap();
    fs::write(
        &component,
        text.replace("configurations:\n  - name-reference.yaml\n", ""),
    )
    .unwrap();
    let bare = parsed(&kustomize(&docs).unwrap());
    assert_eq!(map_of(&bare, "Runbook", "parcels-stuck"), "parcels-stuck");
}

fn helm(chart: &Path, flags: &[&str]) -> Option<Result<String, String>> {
    let mut command = Command::new(program("HELM")?);
    Some(run(command
        .args(["template", "parcels"])
        .arg(chart)
        .args(["-n", "parcels"])
        .args(flags)))
}

#[test]
fn helm_brings_files_with_front_matter_along_byte_for_byte() {
    let parent = recipes().join("helm/parcels");
    let own = parent.join("charts/parcels-docs");
    for (chart, flags) in [(&own, &[][..]), (&parent, &["--set", "parcels-docs.enabled=true"][..])] {
        let Some(text) = helm(chart, flags) else { return };
        let objects = parsed(&text.unwrap());
        for (kind, name) in DOCUMENTS {
            let document = document(&objects, kind, name);
            assert_eq!(document["spec"]["content"], markdown(name), "{name}");
            assert_eq!(document["metadata"]["annotations"][SUBSTITUTE], "disabled");
        }
    }
    let alone = parsed(&helm(&parent, &[]).unwrap().unwrap());
    assert!(
        alone.iter().all(|object| object["kind"] == "Deployment"),
        "documents are a release of their own"
    );
    for chart in [&own, &parent] {
        run(Command::new(program("HELM").unwrap())
            .args(["lint", "--strict"])
            .arg(chart))
        .unwrap();
    }
}

#[test]
fn helm_names_the_file_that_is_no_document() {
    for (text, named) in [
        ("no front", "docs/x.md: no front matter between two lines of ---"),
        ("---\na: [\n---\n", "docs/x.md: error converting YAML"),
    ] {
        let copy = copy();
        let chart = copy.path().join("gitops/helm/parcels/charts/parcels-docs");
        fs::write(chart.join("docs/x.md"), text).unwrap();
        let Some(rendered) = helm(&chart, &[]) else { return };
        let error = rendered.unwrap_err();
        assert!(error.contains(named), "{error}");
    }
}

#[test]
fn import_brings_the_same_text_and_keeps_it_from_flux() {
    let out = tempfile::tempdir().unwrap();
    let docs = recipes().join("helm/parcels/charts/parcels-docs/docs");
    let mut import = Command::new(env!("CARGO_BIN_EXE_kubectl-runbook"));
    run(import
        .arg("import")
        .arg(docs)
        .args(["--namespace", "parcels", "-o"])
        .arg(out.path()))
    .unwrap();
    let files = run(Command::new("find").arg(out.path()).args(["-name", "*.yaml"])).unwrap();
    let objects: Vec<Value> = files
        .lines()
        .flat_map(|file| parsed(&fs::read_to_string(file).unwrap()))
        .collect();
    for (kind, name) in DOCUMENTS {
        let object = document(&objects, kind, name);
        assert_eq!(object["spec"]["content"], markdown(name));
        assert_eq!(object["metadata"]["annotations"][SUBSTITUTE], "disabled");
    }
}

#[test]
fn argo_cd_judges_as_kstatus_does() {
    let Some(glua) = program("GLUA") else { return };
    let condition =
        |kind: &str, status: &str| json!({ "type": kind, "status": status, "message": format!("{kind} says") });
    let case = |generation: i64, observed: Option<i64>, conditions: Vec<Value>| {
        let mut status = json!({ "conditions": conditions });
        if let Some(observed) = observed {
            status["observedGeneration"] = json!(observed);
        }
        json!({ "metadata": { "generation": generation }, "status": status })
    };
    let unseen = "the operator has not looked at this version yet";
    let cases = [
        (json!({ "metadata": { "generation": 1 } }), "Progressing", unseen),
        (case(1, Some(-1), vec![]), "Progressing", unseen),
        (case(1, Some(1), vec![]), "Progressing", unseen),
        (
            case(
                2,
                Some(2),
                vec![condition("Attached", "False"), condition("Ready", "True")],
            ),
            "Healthy",
            "Ready says",
        ),
        (
            case(
                2,
                Some(2),
                vec![condition("Ready", "False"), condition("Stalled", "True")],
            ),
            "Degraded",
            "Stalled says",
        ),
        (
            case(4, Some(3), vec![condition("Stalled", "True")]),
            "Progressing",
            unseen,
        ),
        (
            case(4, Some(3), vec![condition("Ready", "True")]),
            "Progressing",
            unseen,
        ),
        (
            case(
                2,
                Some(2),
                vec![condition("Ready", "False"), condition("Reconciling", "True")],
            ),
            "Progressing",
            "Ready says",
        ),
    ];
    for (object, status, message) in cases {
        // Argo CD opens the base library alone.
        let script = format!(
            "local read = dofile\nstring, math, io, os = nil, nil, nil, nil\nobj = {}\nlocal health = read({:?})\nprint(health.status .. ': ' .. health.message)\n",
            lua(&object),
            recipes().join("argo-cd/health.lua").display().to_string(),
        );
        let file = tempfile::NamedTempFile::with_suffix(".lua").unwrap();
        fs::write(file.path(), script).unwrap();
        let said = run(Command::new(&glua).arg(file.path())).unwrap();
        assert_eq!(said.trim(), format!("{status}: {message}"), "{object}");
    }
}

/// A JSON value as Lua writes it.
fn lua(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let entry = |(key, value): (&String, &Value)| format!("[{key:?}] = {}", lua(value));
            format!("{{{}}}", map.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Value::Array(list) => format!("{{{}}}", list.iter().map(lua).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

#[test]
fn what_argo_cd_is_configured_with_is_the_script() {
    let script = fs::read_to_string(recipes().join("argo-cd/health.lua")).unwrap();
    let map = parsed(&fs::read_to_string(recipes().join("argo-cd/argocd-cm.yaml")).unwrap()).remove(0);
    let values: Vec<&Value> = map["data"].as_object().unwrap().values().collect();
    assert_eq!(values.len(), 2);
    assert!(values.iter().all(|value| **value == script.as_str()));
}

/// Every command of the CI files that lints.
fn commands() -> Vec<String> {
    let mut commands = Vec::new();
    for file in ["github-workflow.yaml", "gitlab-ci.yml", "pre-commit-config.yaml"] {
        let text = fs::read_to_string(recipes().join("ci").join(file)).unwrap();
        let before = commands.len();
        for line in text.lines().filter(|line| line.contains("kubectl-runbook lint")) {
            let line = line
                .trim()
                .trim_start_matches("- ")
                .trim_start_matches("run: ")
                .trim_start_matches("entry: ");
            commands.push(line.replace(".bin/kubectl-runbook", "kubectl-runbook"));
        }
        assert_eq!(commands.len() - before, 2, "{file}");
    }
    commands
}

#[test]
fn the_ci_files_pass_good_documents_and_fail_broken_ones() {
    let Some(kubectl) = program("KUBECTL") else { return };
    let path = format!(
        "{}:{}:{}",
        Path::new(env!("CARGO_BIN_EXE_kubectl-runbook"))
            .parent()
            .unwrap()
            .display(),
        kubectl.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let at = |folder: &Path, command: &str| {
        let mut bash = Command::new("bash");
        let options = ["-e", "-o", "pipefail", "-c", command];
        run(bash
            .args(options)
            .current_dir(folder)
            .env("PATH", &path)
            .env("DOCS", "docs/gitops/kustomize/docs"))
    };
    for command in commands() {
        let copy = tempfile::tempdir().unwrap();
        fs::create_dir(copy.path().join("docs")).unwrap();
        run(Command::new("cp")
            .arg("-r")
            .arg(recipes())
            .arg(copy.path().join("docs")))
        .unwrap();
        at(copy.path(), &command).unwrap_or_else(|error| panic!("{command}: {error}"));
        fs::write(copy.path().join("docs/gitops/kustomize/docs/parcels-stuck.md"), "").unwrap();
        let said = at(copy.path(), &command).expect_err(&command);
        assert!(said.contains("KB0201"), "{command}: {said}");
    }
}
