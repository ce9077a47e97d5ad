//! What `lint` finds in the tables of `tests/manifests`: codes, lines and columns.
//!
//! In: the tables. Out: a failure that shows every case that differs. `UPDATE_GOLDENS=1` writes what was found into the
//! tables instead; read the difference before committing it.

#![cfg(test)]

#[path = "manifests/table.rs"]
mod table;

use knowledge_operator::cli::examine::{Placed, examine};
use knowledge_operator::cli::folder::{File, Format, Input};
use knowledge_operator::cli::given::GivenArgs;
use knowledge_operator::finding::{At, Code, Tier};
use knowledge_operator::manifest::parse_manifests;
use knowledge_operator::schema::{Identity, check, identify};

fn found(text: &str) -> Vec<String> {
    let file = File {
        name: "case.yaml".to_owned(),
        path: "case.yaml".to_owned(),
        format: Format::Manifest,
        named: true,
        text: text.to_owned(),
        problem: None,
    };
    let input = Input {
        files: vec![file],
        ..Input::default()
    };
    let args = GivenArgs::default();
    let files = examine(input, &args, args.settings()).files;
    let line = |placed: &Placed| {
        format!(
            "{} {}:{}",
            placed.finding.code.id(),
            placed.start.line,
            placed.start.column
        )
    };
    // What the checks say beyond the schema has cases of its own.
    let of_schema = |placed: &&Placed| placed.finding.tier() == Tier::Schema;
    files
        .iter()
        .flat_map(|file| file.findings.iter().filter(of_schema).map(line))
        .collect()
}

#[test]
fn keys_given_twice_by_the_thousand_take_no_more_time_than_others() {
    let keys = |count: usize| -> String { (0..count).map(|n| format!("key-{n}: 1\n")).collect() };
    let time = |text: &str| {
        let start = std::time::Instant::now();
        assert!(!parse_manifests(text).1.is_empty());
        start.elapsed()
    };
    // Twice the text, once in other keys and once in the same.
    let other = time(&format!("{}b: 1\nb: 2\n", keys(20_000)));
    let same = time(&keys(10_000).repeat(2));
    assert!(
        same < other * 5 + std::time::Duration::from_millis(200),
        "{same:?} and {other:?}"
    );
}

#[test]
fn every_case_has_exactly_the_findings_it_expects() {
    let (mut count, mut sent, mut wrong) = (0, 0, Vec::new());
    for file in table::files() {
        if std::env::var_os("UPDATE_GOLDENS").is_some() {
            update(&file);
        }
        for case in table::cases(&file) {
            count += 1;
            sent += usize::from(case.cluster);
            assert!(
                !(case.lax || case.stricter) || !case.expected.is_empty(),
                "{}: nothing to be strict about",
                case.name
            );
            let found = found(&case.text);
            if found != case.expected {
                wrong.push(format!(
                    "{}\n  expected {:?}\n  found    {found:?}",
                    case.name, case.expected
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} cases differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 70 && sent >= 60, "{count} cases, {sent} of them for a cluster");
}

#[test]
fn every_finding_about_an_object_has_a_place_in_it() {
    for case in table::files().iter().flat_map(|file| table::cases(file)) {
        for object in parse_manifests(&case.text).0 {
            if let Identity::Document(kind) = identify(&object.value) {
                for finding in check(kind, &object.value) {
                    assert!(
                        !matches!(finding.at, At::Object | At::Text(_)),
                        "{}: {finding:?}",
                        case.name
                    );
                    assert!(
                        finding.help.is_some() || finding.code == Code::InvalidMetadata,
                        "{}: {finding:?}",
                        case.name
                    );
                }
            }
        }
    }
}

fn update(file: &std::path::Path) {
    let text = std::fs::read_to_string(file).unwrap();
    let kept: Vec<&str> = text
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("#### expect:"))
        .collect();
    let mut cases = table::cases(file).into_iter();
    let mut out = String::new();
    let mut pending: Option<table::Case> = None;
    for line in kept {
        if let Some(rest) = line.strip_prefix("#### ") {
            let directive = ["as:", "lax:", "stricter:", "no-cluster:"]
                .iter()
                .any(|key| rest.starts_with(key));
            if !directive {
                pending = cases.next();
            }
        } else if let Some(case) = pending.take() {
            for line in found(&case.text) {
                out.push_str(&format!("#### expect: {line}\n"));
            }
        }
        out.push_str(line);
    }
    std::fs::write(file, out).unwrap();
}
