//! Markdown files as documents: what is lifted, what stays, and where everything still stands.

use std::io::Write;

use proptest::prelude::*;
use serde_json::json;

use super::tests::slice;
use super::*;
use crate::finding::ContentSpan;
use crate::schema;

fn read(path: &str, text: &str) -> (Parsed, Vec<Finding>) {
    parse_markdown(path, text, &MarkdownDefaults::default(), &|body| {
        body.matches("## ").count()
    })
}

/// The findings as `code text-they-stand-on`.
fn found(text: &str) -> Vec<String> {
    let (parsed, findings) = read("a.md", text);
    let line = |finding: &Finding| {
        let span = parsed.origin.resolve(&finding.at);
        format!("{} {}", finding.code.id(), slice(text, span))
    };
    findings.iter().map(line).collect()
}

#[test]
fn front_matter_is_lifted_into_the_document() {
    let text = "---\ntitle: 2024\nlanguage: no\ntags: etcd, db\naudience: operator\nowner: Platform\nalerts: [A, B]\nname: my-name\nnamespace: ops\nappliesTo:\n- {kind: Service, name: a}\nlicense: MIT\naliases: [old]\n---\n\n\n# Title\n\nText.";
    let (parsed, findings) = read("x.md", text);
    assert_eq!(findings, []);
    let expected = json!({
        "apiVersion": "knowledge.scs.community/v1alpha1",
        "kind": "Runbook",
        "metadata": { "name": "my-name", "namespace": "ops" },
        "spec": {
            "title": "2024", "language": "no", "tags": ["etcd", "db"], "audience": ["Operator"], "owner": { "team": "Platform" },
            "alerts": [{ "name": "A" }, { "name": "B" }], "appliesTo": [{ "kind": "Service", "name": "a" }], "license": "MIT",
            "aliases": [{ "name": "old" }], "content": "# Title\n\nText.",
        },
    });
    assert_eq!(parsed.value, expected);
    assert_eq!(schema::check(crate::api::DocumentKind::Runbook, &parsed.value), []);
    for (path, place) in [
        ("spec.title", "2024"),
        ("spec.appliesTo[0].name", "a"),
        ("spec.tags[1]", "etcd, db"),
        ("metadata.namespace", "ops"),
        ("spec.summary", ""),
        ("kind", ""),
    ] {
        let span = parsed.origin.resolve(&At::field(path));
        assert_eq!(slice(text, span), place, "{path}");
    }
}

#[test]
fn what_is_not_lifted_stays_byte_for_byte() {
    let text = "\u{feff}---\r\n# about\r\nweight: 5\r\ntitle: T\r\nmenu:\r\n  main: {}\r\ntags:\r\n  - a\r\n---\r\n\r\n# H\r\n";
    let (parsed, findings) = read("x.md", text);
    assert_eq!(parsed.value["spec"]["title"], "T");
    assert_eq!(parsed.value["spec"]["tags"], json!(["a"]));
    assert_eq!(
        parsed.value["spec"]["content"],
        "---\n# about\nweight: 5\nmenu:\n  main: {}\n---\n\n# H\n"
    );
    assert_eq!(
        findings.iter().map(|finding| finding.code.id()).collect::<Vec<_>>(),
        ["KB0215", "KB0215"]
    );
}

#[test]
fn a_value_that_does_not_fit_stays_and_is_named() {
    for (matter, expected) in [
        ("aliases: [/old/url]", "KB0216 [/old/url]"),
        ("type: Standard", "KB0215 type"),
        ("audience: everybody", "KB0216 everybody"),
        ("kind: Deployment", "KB0216 Deployment"),
        ("name: A B", "KB0216 A B"),
        ("namespace: a.b", "KB0216 a.b"),
        ("title: {a: b}", "KB0216 {a: b}"),
        ("title:", "KB0216 "),
        ("language: English!", "KB0216 English!"),
        ("appliesTo: [{kind: Service}]", "KB0216 [{kind: Service}]"),
        ("content: x", "KB0215 content"),
        ("weight: 1", "KB0215 weight"),
        ("\"a b\": 1", "KB0215 \"a b\""),
    ] {
        let text = format!("---\n{matter}\nkind: Runbook\n---\nText.\n");
        let text = if matter.starts_with("kind") {
            text.replace("kind: Runbook\n", "")
        } else {
            text
        };
        assert_eq!(found(&text), [expected], "{matter}");
        let content = read("a.md", &text).0.value["spec"]["content"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(content, format!("---\n{matter}\n---\nText.\n"), "{matter}");
    }
    assert_eq!(found("---\ntype: guide\n---\nText.\n"), Vec::<String>::new());
    assert_eq!(read("a.md", "---\ntype: guide\n---\n").0.value["spec"]["type"], "Guide");
}

#[test]
fn front_matter_that_cannot_be_read_is_content() {
    for (text, expected) in [
        ("---\na: [\n---\nText.\n", vec!["KB0216 ["]),
        ("---\n- a\n---\nText.\n", vec!["KB0216 - a"]),
        ("---\na: 1\na: 2\n---\nText.\n", vec!["KB0216 a"]),
        ("+++\ntitle = 'T'\n+++\nText.\n", vec!["KB0216 +++"]),
        ("---\nno end\n", vec![]),
        ("---\n\nA ruler above.\n", vec![]),
        ("Text.\n---\n", vec![]),
    ] {
        assert_eq!(found(text), expected, "{text}");
        assert_eq!(read("a.md", text).0.value["spec"]["content"], text, "{text}");
    }
    // Comments alone, and nothing at all.
    for text in ["---\n---\nText.\n", "---\n# c\n---\nText.\n", "---\n...\n\nText.\n"] {
        assert_eq!(
            read("a.md", text).0.value["spec"]["content"]
                .as_str()
                .unwrap()
                .trim_start(),
            "Text.\n",
            "{text}"
        );
    }
}

#[test]
fn keys_that_refer_to_each_other_are_not_torn_apart() {
    let text = "---\ntitle: &t T\nother: *t\n---\nText.\n";
    let (parsed, _) = read("a.md", text);
    assert_eq!(parsed.value["spec"]["title"], "T");
    assert_eq!(parsed.value["spec"]["content"], text);
    let text = "---\n{title: T, other: x}\n---\nText.\n";
    assert_eq!(read("a.md", text).0.value["spec"]["content"], text);
}

#[test]
fn the_kind_is_what_the_file_says_else_what_it_looks_like() {
    for (path, text, kind) in [
        ("a/KubeNodeNotReady.md", "Text.", "Runbook"),
        ("a/notes.md", "## Meaning\n## Impact\n", "Runbook"),
        ("a/notes.md", "## Meaning\n", "KnowledgeArticle"),
        ("a/notes.md", "---\nalerts: A\n---\n", "Runbook"),
        (
            "a/KubeNodeNotReady.md",
            "---\nkind: knowledgearticle\n---\n",
            "KnowledgeArticle",
        ),
    ] {
        assert_eq!(read(path, text).0.value["kind"], kind, "{path} {text}");
    }
}

#[test]
fn the_file_wins_over_the_caller() {
    let spec = json!({ "title": "D", "license": "MIT", "type": "Guide" });
    let defaults = MarkdownDefaults {
        kind: Some(crate::api::DocumentKind::Runbook),
        name: Some("given".to_owned()),
        namespace: Some("ops".to_owned()),
        spec: spec.as_object().unwrap().clone(),
    };
    let (parsed, _) = parse_markdown("a/b.md", "---\ntitle: F\n---\nText.\n", &defaults, &|_| 0);
    assert_eq!(parsed.value["metadata"], json!({ "name": "given", "namespace": "ops" }));
    // A runbook has no type.
    assert_eq!(
        parsed.value["spec"],
        json!({ "title": "F", "license": "MIT", "content": "Text.\n" })
    );
    let (parsed, _) = parse_markdown(
        "a/b.md",
        "---\nname: own\nkind: KnowledgeArticle\n---\n",
        &defaults,
        &|_| 0,
    );
    assert_eq!(
        (&parsed.value["kind"], &parsed.value["metadata"]["name"]),
        (&json!("KnowledgeArticle"), &json!("own"))
    );
}

proptest! {
    #[test]
    fn every_character_of_the_content_is_found_in_the_file(
        matter in "(title: T\\r?\\n|weight: 1\\r?\\n|# c\\n|tags:\\n- a\\n){0,4}",
        body in "[a-z#\u{e4}\\r\\n]{0,40}",
        bom in any::<bool>(),
    ) {
        let text = format!("{}---\n{matter}---\n{body}", if bom { "\u{feff}" } else { "" });
        let (parsed, _) = read("a.md", &text);
        let content = parsed.value["spec"]["content"].as_str().unwrap();
        for (offset, c) in content.char_indices().filter(|(_, c)| !c.is_whitespace()) {
            let (start, end) = (u32::try_from(offset).unwrap(), u32::try_from(offset + c.len_utf8()).unwrap());
            let span = parsed.origin.resolve(&At::Content(ContentSpan { start, end, line: 1, column: 1 }));
            prop_assert_eq!(slice(&text, span), c.to_string());
        }
        prop_assert!(!content.contains('\r'));
    }
}

#[test]
fn the_files_of_the_corpus_keep_their_names_apart() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/openshift-runbooks/alerts");
    let Ok(folder) = folder.canonicalize() else {
        // Past the capture of the test harness: a skip is seen.
        let _ = writeln!(std::io::stderr(), "SKIPPED: {} is not there", folder.display());
        return;
    };
    let mut files = Vec::new();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                files.push(path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    let names: std::collections::BTreeSet<String> = files.iter().map(|path| object_name(path)).collect();
    assert_eq!((files.len(), names.len()), (272, 272));
}
