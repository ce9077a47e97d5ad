//! Reads the tables of manifests in this folder.
//!
//! In: `*.yaml` files. A line `#### name` begins a case; lines `#### key: value` below it say something about it; what
//! follows up to the next case is the manifest. `{{200 x a}}` in it stands for 200 times `a`.
//!
//! - `expect: KB0102 7:3` a finding and its line and column, one line for each, in order; none means that all is well;
//! - `as: crlf, bom, no-final-newline` changes the bytes;
//! - `lax: why` the API server takes it when field validation is not strict;
//! - `stricter: why` lint reports an error although the API server takes it;
//! - `no-cluster: why` it cannot be sent to an API server as it is.
//!
//! Out: [`Case`]s. Must not: interpret a manifest.

use std::path::{Path, PathBuf};

/// One manifest and what is expected of it. Each test uses the half that it is about.
#[derive(Debug, Clone)]
pub struct Case {
    /// File and name, for messages.
    pub name: String,
    /// The text that is checked.
    pub text: String,
    /// `KB0102 7:3`, in order.
    pub expected: Vec<String>,
    /// Whether the API server takes it when it is not strict.
    pub lax: bool,
    /// Whether the API server takes it although lint does not.
    pub stricter: bool,
    /// Whether it can be sent to an API server.
    pub cluster: bool,
}

/// The folder of the tables.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests")
}

/// The tables, by name.
pub fn files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// The cases of a table.
pub fn cases(file: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(file).unwrap();
    let stem = file.file_stem().unwrap().to_string_lossy();
    let blocks = text
        .split("\n#### ")
        .skip(1)
        .fold(Vec::<Vec<&str>>::new(), |mut blocks, block| {
            // A directive continues the case that it stands in: nothing but its own line came before.
            let continues = blocks
                .last()
                .is_some_and(|lines| lines.iter().all(|line| !line.contains('\n')));
            match blocks.last_mut() {
                Some(last) if continues => last.push(block),
                _ => blocks.push(vec![block]),
            }
            blocks
        });
    blocks.iter().map(|lines| case(&stem, lines)).collect()
}

fn case(stem: &str, lines: &[&str]) -> Case {
    let (last, before) = lines.split_last().unwrap();
    let (head, body) = last.split_once('\n').unwrap_or((last, ""));
    let heads: Vec<&str> = before.iter().copied().chain([head]).collect();
    let (name, directives) = heads.split_first().unwrap();
    let values = |key: &str| -> Vec<String> {
        let prefix = format!("{key}: ");
        directives
            .iter()
            .filter_map(|line| line.strip_prefix(&prefix))
            .map(str::to_owned)
            .collect()
    };
    for directive in directives {
        let key = directive.split(':').next().unwrap();
        assert!(
            ["expect", "as", "lax", "stricter", "no-cluster"].contains(&key),
            "{stem}: {name}: {directive}"
        );
    }
    // One empty line separates cases.
    let body = body
        .strip_suffix('\n')
        .filter(|body| body.ends_with('\n'))
        .unwrap_or(body);
    let body = if body.is_empty() || body.ends_with('\n') {
        body.to_owned()
    } else {
        format!("{body}\n")
    };
    Case {
        name: format!("{stem}: {name}"),
        text: bytes(expand(&body), &values("as")),
        expected: values("expect"),
        lax: !values("lax").is_empty(),
        stricter: !values("stricter").is_empty(),
        cluster: values("no-cluster").is_empty(),
    }
}

fn expand(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((count, unit, after)) = repetition(after) else {
            out.push_str(before);
            out.push_str("{{");
            rest = after;
            continue;
        };
        out.push_str(before);
        out.push_str(&unit.repeat(count));
        rest = after;
    }
    out + rest
}

/// `200 x a}}...`: how often, what, and the rest. A unit may end with a bracket itself.
fn repetition(after: &str) -> Option<(usize, String, &str)> {
    let (inner, rest) = after.split_once("}}")?;
    let (count, unit) = inner.split_once(" x ")?;
    let (bracket, rest) = rest.strip_prefix('}').map_or(("", rest), |rest| ("}", rest));
    Some((count.parse().ok()?, format!("{unit}{bracket}"), rest))
}

fn bytes(mut text: String, forms: &[String]) -> String {
    let has = |form: &str| forms.iter().any(|forms| forms.split(", ").any(|found| found == form));
    if has("no-final-newline") {
        text = text.trim_end().to_owned();
    }
    if has("crlf") {
        text = text.replace('\n', "\r\n");
    }
    if has("bom") {
        text = format!("\u{feff}{text}");
    }
    text
}
