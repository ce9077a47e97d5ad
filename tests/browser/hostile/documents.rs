//! Files for `preview` with every payload in them.
//!
//! In: a folder. Out: manifests that the API server accepts, manifests that it refuses, Markdown, and the objects that
//! they describe. Must not: depend on anything but the payloads: the same files each time.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{Kind, Payload, fields, payloads, yaml};

/// The namespace of all of them.
pub const NAMESPACE: &str = "hostile";
/// How many documents stand in one file.
const PER_FILE: usize = 25;
/// How many payloads one refused document stands for.
const PER_REFUSED: usize = 8;

/// How many documents were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Those that the API server accepts.
    pub accepted: usize,
    /// Those that it refuses; their pages say why.
    pub refused: usize,
    /// Markdown files.
    pub markdown: usize,
}

/// Writes them into an empty folder.
pub fn write(folder: &Path) -> Written {
    let all = payloads();
    let (lines, rest): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|payload| matches!(payload.kind, Kind::Html | Kind::Text));
    let addresses: Vec<&str> = rest
        .iter()
        .filter(|payload| matches!(payload.kind, Kind::Address | Kind::Disguise))
        .map(|payload| payload.text)
        .collect();
    // Two texts share the fields of a document; what belongs into its Markdown alone is dealt out among all.
    let pairs: Vec<&[Payload]> = lines.chunks(2).collect();
    let share = rest.len().div_ceil(pairs.len());
    let mut shares = rest.chunks(share);
    let accepted: Vec<Value> = pairs
        .into_iter()
        .enumerate()
        .map(|(index, pair)| accepted(index, pair, shares.next().unwrap_or_default(), &addresses))
        .collect();
    assert!(shares.next().is_none(), "a payload is in no document");
    let refused: Vec<Value> = lines
        .iter()
        .step_by(PER_REFUSED)
        .enumerate()
        .map(|(index, line)| refused(index, line, &addresses))
        .collect();
    for (name, objects) in [("accepted", &accepted), ("refused", &refused)] {
        for (index, objects) in objects.chunks(PER_FILE).enumerate() {
            fs::write(folder.join(format!("{name}-{index:02}.yaml")), yaml::stream(objects)).unwrap();
        }
    }
    fs::write(folder.join("objects.yaml"), yaml::stream(&objects(&lines, &addresses))).unwrap();
    let some_lines: Vec<Payload> = lines.iter().step_by(4).copied().collect();
    let markdown = markdown_files(folder, &some_lines);
    Written {
        accepted: accepted.len(),
        refused: refused.len(),
        markdown,
    }
}

fn accepted(index: usize, pair: &[Payload], more: &[Payload], addresses: &[&str]) -> Value {
    let parts: Vec<String> = pair.iter().chain(more).map(fields::markdown).collect();
    let content = parts.join("\n\n<!-- -->\n\n");
    let texts: Vec<&str> = pair.iter().map(|payload| payload.text).collect();
    let kind = if index.is_multiple_of(2) {
        "Runbook"
    } else {
        "KnowledgeArticle"
    };
    let mut spec = fields::accepted(&texts, &some(addresses, index), &content);
    if kind == "Runbook" {
        spec["alerts"] = fields::alerts(&texts);
    }
    document(kind, &format!("h-{index:03}"), &spec)
}

fn refused(index: usize, line: &Payload, addresses: &[&str]) -> Value {
    let spec = fields::refused(line.text, &some(addresses, index), line.text);
    document("Runbook", &format!("r-{index:03}"), &spec)
}

fn document(kind: &str, name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": "knowledge.scs.community/v1alpha1",
        "kind": kind,
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": spec,
    })
}

/// Ten addresses, others for each document.
fn some<'a>(addresses: &[&'a str], index: usize) -> Vec<&'a str> {
    addresses.iter().cycle().skip(index * 10).take(10).copied().collect()
}

/// What the documents describe: labels and annotations are a user's texts too, and so are the names of alerts and of
/// objects whose names the API server does not restrict.
fn objects(lines: &[Payload], addresses: &[&str]) -> Vec<Value> {
    let deployment = |name: &str, line: &str, address: &str| {
        json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {
                "name": name,
                "namespace": NAMESPACE,
                "labels": {"payload": line, line: "evil.example"},
                "annotations": {"a8r.io/runbook": address, line: line},
                "ownerReferences": [{"apiVersion": "apps/v1", "kind": line, "name": line, "uid": "x"}],
            },
        })
    };
    let mut objects = vec![deployment("target", lines[0].text, addresses[0])];
    // One place shows them all, so a part of them will do.
    for (index, address) in addresses.iter().enumerate().step_by(3) {
        let line = lines[index * 3 % lines.len()].text;
        let name = if index.is_multiple_of(2) {
            line.to_owned()
        } else {
            format!("t-{index:03}")
        };
        objects.push(deployment(&name, line, address));
    }
    let rules: Vec<Value> = lines
        .iter()
        .map(|line| json!({"alert": line.text, "expr": line.text, "annotations": {"runbook_url": line.text, "summary": line.text}}))
        .collect();
    objects.push(json!({
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "rules", "namespace": NAMESPACE},
        "spec": {"groups": [{"name": lines[0].text, "rules": rules}]},
    }));
    let every = json!([
        {"group": "apps", "kind": "Deployment", "all": true},
        {"group": "monitoring.coreos.com", "kind": "PrometheusRule", "all": true},
    ]);
    objects.push(document(
        "Runbook",
        "every",
        &json!({"title": "Every object", "appliesTo": every, "content": "## Steps\n\nRead."}),
    ));
    objects
}

/// Markdown with front matter, as a repository of documents has it. What stands in a text stands in manifests as well, so
/// these hold a part of it.
fn markdown_files(folder: &Path, lines: &[Payload]) -> usize {
    let keys = ["title", "summary", "description", "author", "weight", "layout"];
    let files = lines.chunks(keys.len()).enumerate();
    files
        .map(|(index, lines)| {
            let mut text = "---\n".to_owned();
            for (key, line) in keys.iter().zip(lines) {
                text.push_str(key);
                text.push_str(": ");
                yaml::quoted(&mut text, line.text);
                text.push('\n');
            }
            text.push_str("---\n\n");
            text.extend(lines.first().map(fields::markdown));
            fs::write(folder.join(format!("m-{index:02}.md")), text).unwrap();
        })
        .count()
}
