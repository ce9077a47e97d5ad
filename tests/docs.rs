//! What is written down is what the code does. `UPDATE_GOLDENS=1` writes generated pages anew.

#![cfg(test)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use knowledge_operator::api::Format;
use knowledge_operator::api::{Attached, DocumentKind, Ready, crd};
use knowledge_operator::finding;

#[path = "docs/tables.rs"]
mod tables;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

#[test]
fn the_page_of_findings_is_what_the_table_says() {
    let path = root().join("docs/findings.md");
    let page = finding::manual();
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == page,
        "docs/findings.md is out of date: UPDATE_GOLDENS=1 cargo test --test docs"
    );
}

#[test]
fn codes_are_unique_and_in_order() {
    let ids: Vec<&str> = finding::ALL.iter().map(|code| code.id()).collect();
    let sorted: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids, sorted.into_iter().collect::<Vec<_>>());
    for code in finding::ALL {
        assert!(code.explanation().len() > 40, "{} explains nothing", code.id());
    }
}

#[test]
fn every_code_is_raised_somewhere() {
    let mut sources = String::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("codes.rs") {
                sources.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    for code in finding::ALL {
        assert!(sources.contains(&format!("Code::{code:?}")), "{code:?} is never raised");
    }
}

#[test]
fn links_between_our_pages_lead_somewhere() {
    let mut pages = vec!["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"]
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    for entry in std::fs::read_dir(root().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            pages.push(format!("docs/{name}"));
        }
    }
    assert!(pages.len() > 12);
    for page in pages {
        let path = root().join(&page);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"));
        let facts = knowledge_operator::render::read(&text, Format::Auto);
        let ours: Vec<String> = facts.findings.iter().map(|finding| finding.message.clone()).collect();
        assert!(ours.is_empty(), "{page}: {ours:?}");
        for link in facts
            .links
            .iter()
            .filter(|link| !link.dest.contains(':') && !link.dest.starts_with('#'))
        {
            let file = link.dest.split('#').next().unwrap();
            assert!(path.parent().unwrap().join(file).exists(), "{page} links to {file}");
        }
    }
}

#[test]
fn the_readme_is_short_and_its_commands_are_those_that_exist() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.lines().count() < 200);
    assert!(readme.contains("cargo run -- preview examples/"));
    assert!(root().join("tests/run").exists());
}

#[test]
fn the_metrics_of_the_manual_are_those_that_exist() {
    let site = knowledge_operator::site::Site::empty(std::sync::Arc::default());
    let text = knowledge_operator::operator::Metrics::new().text(Some(&site));
    let exist = text
        .lines()
        .filter_map(|line| line.strip_prefix("# HELP ")?.split(' ').next());
    let exist: BTreeSet<String> = exist.map(|name| name.trim_end_matches("_total").to_owned()).collect();
    let manual = std::fs::read_to_string(root().join("docs/operator.md")).unwrap();
    let named = manual.split('`').filter(|word| word.starts_with("knowledge_operator_"));
    // These come with the first request and the first certificate.
    let later = [
        "knowledge_operator_http_requests",
        "knowledge_operator_certificate_seconds_left",
    ];
    let exist: BTreeSet<String> = exist.into_iter().chain(later.map(str::to_owned)).collect();
    let named: BTreeSet<String> = named
        .map(|word| {
            word.split('{')
                .next()
                .unwrap_or_default()
                .trim_end_matches("_total")
                .to_owned()
        })
        .collect();
    assert_eq!(named, exist);
}

/// Holds a generated part of a page to what it is made from.
fn generated(page: &str, what: &str, table: &str) {
    let path = root().join(page);
    let text = std::fs::read_to_string(&path).unwrap();
    let expect = tables::between(&text, what, table);
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(&path, &expect).unwrap();
    } else {
        assert!(
            text == expect,
            "{page} is out of date: UPDATE_GOLDENS=1 cargo test --test docs"
        );
    }
}

#[test]
fn the_fields_of_each_kind_are_those_of_its_schema() {
    for (page, kind) in [
        ("docs/runbook.md", DocumentKind::Runbook),
        ("docs/knowledgearticle.md", DocumentKind::KnowledgeArticle),
    ] {
        generated(page, "fields", &tables::fields(crd(kind)));
    }
}

#[test]
fn the_values_of_the_chart_are_those_of_its_file() {
    let file = std::fs::read_to_string(root().join("charts/knowledge-operator/values.yaml")).unwrap();
    generated("docs/configuration.md", "values", &tables::values(&file));
}

/// Each reason of each condition is explained where people look for it.
#[test]
fn every_reason_is_on_the_page_of_each_kind() {
    let ready = Ready::ALL.iter().map(|state| state.reason());
    let reasons: Vec<&str> = ready.chain(Attached::ALL.iter().map(|state| state.reason())).collect();
    let page = std::fs::read_to_string(root().join("docs/runbook.md")).unwrap();
    for reason in reasons {
        assert!(page.contains(&format!("`{reason}`")), "{reason}");
    }
}

#[test]
fn every_field_of_the_status_is_explained() {
    let page = std::fs::read_to_string(root().join("docs/runbook.md")).unwrap();
    let version = &crd(DocumentKind::Runbook)["spec"]["versions"][0];
    let status = &version["schema"]["openAPIV3Schema"]["properties"]["status"]["properties"];
    for field in status.as_object().unwrap().keys() {
        assert!(page.contains(&format!("`{field}")), "{field}");
    }
}
