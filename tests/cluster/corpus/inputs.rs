//! What the corpus becomes before it meets the operator: documents with targets, and objects.
//!
//! In: the corpus, the table `attachments.tsv`, `objects.yaml`. Out: manifests as JSON.
//! Must not: read Markdown or YAML by itself: `kubectl runbook import` and kubectl do.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Test, checkout, outcome, skip};

/// Where documents go that describe nothing.
const REST: &str = "knowledge-rest";
/// What everything of this test carries, so that it can be found and removed.
pub const LABEL: &str = "test.example.org/corpus";

/// A row of the table.
struct Row {
    namespace: String,
    reason: String,
    applies_to: Value,
}

/// The table, by path of the Markdown file.
fn table() -> BTreeMap<String, Row> {
    let text = checkout("tests/cluster/corpus/attachments.tsv");
    let rows = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [path, namespace, reason, applies_to] = cells[..] else {
            panic!("not four cells: {line}")
        };
        let applies_to = serde_json::from_str(applies_to).unwrap();
        let row = Row {
            namespace: namespace.to_owned(),
            reason: reason.to_owned(),
            applies_to,
        };
        (path.to_owned(), row)
    });
    rows.collect()
}

pub fn corpus() -> Option<PathBuf> {
    let path = std::env::var_os("KNOWLEDGE_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
        PathBuf::from,
    );
    if path.is_dir() {
        return Some(path);
    }
    skip(&format!("{} is not there", path.display()));
    None
}

/// Files below a folder with this ending, in a fixed order.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    let below = entries.into_iter().flat_map(|path| match path.is_dir() {
        true => files(&path, ending),
        false if path.extension().is_some_and(|have| have == ending) => vec![path],
        false => vec![],
    });
    below.collect()
}

/// What kubectl makes of a file or folder, without a word of ours.
pub fn parsed(test: &Test, args: &[&str], input: &str) -> Vec<Value> {
    let mut all = vec!["create", "--dry-run=client", "--validate=false", "-o", "json"];
    all.extend(args);
    let json = test.kubectl_in(&all, input);
    let objects = serde_json::Deserializer::from_str(&json)
        .into_iter::<Value>()
        .map(Result::unwrap);
    objects
        .flat_map(|object| match &object["items"] {
            Value::Array(items) => items.clone(),
            _ => vec![object],
        })
        .collect()
}

pub fn label(object: &mut Value) {
    object["metadata"]["labels"][LABEL] = json!("true");
}

/// The documents as `kubectl runbook import` writes them, with namespaces and targets of the table.
pub fn documents(test: &Test, corpus: &Path) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let mut import = Command::new(env!("CARGO_BIN_EXE_kubectl-runbook"));
    let source = corpus.join("openshift-runbooks/alerts");
    import.arg("import").arg(source).arg("--output").arg(folder.path());
    outcome(&import.output().unwrap()).unwrap();
    let mut documents = parsed(test, &["-f", folder.path().to_str().unwrap()], "");
    let mut table = table();
    assert!(table.len() >= 60, "{} rows", table.len());
    for document in &mut documents {
        label(document);
        let row = table.remove(document["spec"]["source"]["path"].as_str().unwrap());
        document["metadata"]["namespace"] = json!(row.as_ref().map_or(REST, |row| &row.namespace));
        if let Some(row) = row {
            document["spec"]["appliesTo"] = row.applies_to;
            document["metadata"]["labels"]["test.example.org/reason"] = json!(row.reason);
        }
    }
    assert!(table.is_empty(), "no file has the path {:?}", table.keys());
    documents
}

/// The namespace of objects that name none.
pub const NAMELESS: &str = "capi";

/// The objects of real clusters, without the definitions of their kinds.
pub fn objects(test: &Test, corpus: &Path) -> Vec<Value> {
    let mut objects = Vec::new();
    let mut formats = 0;
    for path in files(&corpus.join("cluster-objects"), "yaml") {
        let text = fs::read_to_string(&path).unwrap();
        // Files of tools rather than of the API server.
        if !text.lines().any(|line| line.starts_with("kind:")) {
            formats += 1;
            continue;
        }
        let name = match path.file_name().unwrap().to_str().unwrap() {
            "cluster.yaml" => "ferrol",
            "cluster-template-topology.yaml" => "capo-topology",
            _ => "capo",
        };
        // The templates hold names and Base64; the rest of their variables may stay, nobody looks at it.
        let text = text.replace("${CLUSTER_NAME}", name);
        let text = text.replace("${OPENSTACK_CLOUD_CACERT_B64}", "eA==");
        let text = text.replace("${OPENSTACK_CLOUD_YAML_B64}", "eA==");
        objects.extend(parsed(test, &["-f", "-"], &text));
    }
    assert_eq!(formats, 6, "files without a kind");
    let further = checkout("tests/cluster/corpus/objects.yaml");
    objects.extend(parsed(test, &["-f", "-"], &further));
    objects.retain(|object| object["kind"] != "CustomResourceDefinition");
    for object in &mut objects {
        // What kubectl gives to objects that name no namespace.
        if object["metadata"]["namespace"] == *test.namespace {
            object["metadata"]["namespace"] = json!(NAMELESS);
        }
        label(object);
    }
    objects
}
