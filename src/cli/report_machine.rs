//! The reports for programs: JSON, workflow commands of GitHub, SARIF.
//!
//! In: a [`Report`]. Out: text in the form of the standard.
//! Must not: change a field that somebody reads already.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::examine::{FileFindings, Placed};
use super::report::{Report, explanation};
use crate::finding::{ALL, At, Severity};

/// ```json
/// {"version": 1, "files": 2, "errors": 1, "warnings": 0, "notes": 0, "findings": [{
///   "code": "KB0104", "severity": "error", "tier": "schema", "message": "...", "help": "...",
///   "file": "docs/payments.yaml", "line": 14, "column": 7, "endLine": 14, "endColumn": 40,
///   "object": {"kind": "Runbook", "namespace": "payments", "name": "payments-api-down"},
///   "field": "spec.appliesTo[0]", "contentLine": 27}]}
/// ```
///
/// Lines and columns count from 1, columns in characters, the end is one past the last. `help`, `object`, `field` and
/// `contentLine` (the line of the Markdown) are there when they mean something.
pub(super) fn json(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let findings: Vec<Value> = each(report).map(|(file, placed)| finding(file, placed)).collect();
    let document = json!({
        "version": 1,
        "files": report.files.len(),
        "errors": report.errors,
        "warnings": report.warnings,
        "notes": report.notes,
        "findings": findings,
    });
    writeln!(out, "{document:#}")
}

fn finding(file: &FileFindings, placed: &Placed) -> Value {
    let found = &placed.finding;
    let mut value = json!({
        "code": found.code.id(),
        "severity": found.severity().as_str(),
        "tier": found.tier().as_str(),
        "message": found.message,
    });
    let mut set = |key: &str, field: Value| drop(value.as_object_mut().map(|map| map.insert(key.to_owned(), field)));
    if let Some(help) = &found.help {
        set("help", help.as_str().into());
    }
    set("file", file.name.as_str().into());
    set("line", placed.start.line.into());
    set("column", placed.start.column.into());
    set("endLine", placed.end.line.into());
    set("endColumn", placed.end.column.into());
    if let Some(object) = placed.object.and_then(|object| file.objects.get(object)) {
        let text = |pointer: &str| {
            object
                .parsed
                .value
                .pointer(pointer)
                .filter(|value| value.is_string())
                .cloned()
        };
        let mut reference = json!({});
        for (key, pointer) in [
            ("kind", "/kind"),
            ("namespace", "/metadata/namespace"),
            ("name", "/metadata/name"),
        ] {
            if let (Some(text), Some(map)) = (text(pointer), reference.as_object_mut()) {
                map.insert(key.to_owned(), text);
            }
        }
        set("object", reference);
    }
    match &found.at {
        At::Field(path) | At::Key(path) => set("field", path.as_str().into()),
        At::Content(span) => set("contentLine", span.line.into()),
        At::Object | At::Text(_) => {}
    }
    value
}

/// `::error file=docs/payments.yaml,line=14,...::message`
pub(super) fn github(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (file, placed) in each(report) {
        let found = &placed.finding;
        let command = match found.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let mut properties = format!(
            "file={},line={},col={}",
            property(&file.name),
            placed.start.line,
            placed.start.column
        );
        if placed.end.line == placed.start.line && placed.end.column > placed.start.column {
            let _ = write!(
                properties,
                ",endLine={},endColumn={}",
                placed.end.line, placed.end.column
            );
        }
        let title = property(&format!("{}: {}", found.code.id(), found.code.title()));
        let help = found
            .help
            .as_ref()
            .map(|help| format!("\nhelp: {help}"))
            .unwrap_or_default();
        writeln!(
            out,
            "::{command} {properties},title={title}::{}",
            message(&format!("{}{help}", found.message))
        )?;
    }
    Ok(())
}

fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

pub(super) fn sarif(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<Value> = ALL
        .iter()
        .map(|code| {
            json!({
                "id": code.id(),
                "name": format!("{code:?}"),
                "shortDescription": { "text": code.title() },
                "fullDescription": { "text": explanation(*code) },
                "help": { "text": explanation(*code) },
                "defaultConfiguration": { "level": level(code.severity()) },
                "properties": { "tags": [code.tier().as_str()] },
            })
        })
        .collect();
    let mut seen = HashMap::new();
    let results: Vec<Value> = each(report)
        .map(|(file, placed)| result(file, placed, &mut seen))
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "kubectl-runbook",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": "https://scs.community",
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    writeln!(out, "{document:#}")
}

fn result(file: &FileFindings, placed: &Placed, seen: &mut HashMap<String, usize>) -> Value {
    let found = &placed.finding;
    let text = match &found.help {
        Some(help) => format!("{}. {help}", found.message),
        None => found.message.clone(),
    };
    json!({
        "ruleId": found.code.id(),
        "ruleIndex": ALL.iter().position(|code| *code == found.code).unwrap_or_default(),
        "level": level(found.severity()),
        "message": { "text": text },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&file.name) },
            "region": {
                "startLine": placed.start.line,
                "startColumn": placed.start.column,
                "endLine": placed.end.line,
                "endColumn": placed.end.column,
            },
        } }],
        "partialFingerprints": { "primaryLocationLineHash": fingerprint(file, placed, seen) },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A relative reference: what a path may hold and an address may not is escaped.
fn uri(name: &str) -> String {
    let mut uri = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

/// The same for the same line and finding wherever the line has moved to.
fn fingerprint(file: &FileFindings, placed: &Placed, seen: &mut HashMap<String, usize>) -> String {
    let start = placed.span.start;
    let begin = file
        .text
        .get(..start)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |at| at + 1);
    let line = file
        .text
        .get(begin..)
        .and_then(|rest| rest.lines().next())
        .unwrap_or_default();
    let digest = Sha256::digest(format!("{}\0{}\0{}", placed.finding.code.id(), file.name, line.trim()));
    let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    // Equal lines with the same finding are told apart by their number, as code scanning asks.
    let seen = seen.entry(hex.clone()).or_insert(0_usize);
    *seen += 1;
    format!("{hex}:{seen}")
}

fn each<'f>(report: &Report<'f>) -> impl Iterator<Item = (&'f FileFindings, &'f Placed)> {
    report
        .files
        .iter()
        .flat_map(|file| file.findings.iter().map(move |placed| (file, placed)))
}
