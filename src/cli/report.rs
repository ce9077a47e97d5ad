//! Findings to what people and programs read.
//!
//! In: the findings of files, each with its place. Out: text in the style of compilers, JSON, workflow commands of
//! GitHub, SARIF; and the explanation of a code.
//! Must not: drop a finding or judge one.

use std::io::{self, Write};

use super::Exit;
use super::examine::{FileFindings, count};
use crate::finding::{ALL, Code, Severity};
use crate::schema::similar;

/// Everything a report needs.
pub struct Report<'f> {
    /// What was found in each file.
    pub files: &'f [FileFindings],
    /// Number of errors.
    pub errors: usize,
    /// Number of warnings.
    pub warnings: usize,
    /// Number of notes.
    pub notes: usize,
}

impl<'f> Report<'f> {
    /// A report about these files.
    pub fn new(files: &'f [FileFindings]) -> Self {
        Self {
            files,
            errors: count(files, Severity::Error),
            warnings: count(files, Severity::Warning),
            notes: count(files, Severity::Note),
        }
    }

    /// `2 files, 1 error, 2 warnings`.
    pub fn summary(&self) -> String {
        let mut parts = vec![counted(self.files.len(), "file")];
        let kinds = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")];
        parts.extend(
            kinds
                .into_iter()
                .filter(|(number, _)| *number > 0)
                .map(|(number, word)| counted(number, word)),
        );
        if parts.len() == 1 {
            parts.push("nothing to complain about".to_owned());
        }
        parts.join(", ")
    }
}

fn counted(number: usize, word: &str) -> String {
    format!("{number} {word}{}", if number == 1 { "" } else { "s" })
}

/// Explains a code: what the rule is, who judges it, how to mend what breaks it.
pub fn explain(id: &str, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<Exit> {
    let Some(code) = ALL.iter().find(|code| code.id().eq_ignore_ascii_case(id)) else {
        let meant = similar(id, ALL.iter().map(|code| code.id()));
        let help = meant.map_or_else(
            || "codes are printed by lint, such as KB0104".to_owned(),
            |code| format!("did you mean {code}?"),
        );
        writeln!(err, "error: no finding has the code {id}; {help}")?;
        return Ok(Exit::Failure);
    };
    writeln!(out, "{}: {}", code.id(), code.title())?;
    writeln!(out, "{}, {}", code.severity().as_str(), judge(*code))?;
    writeln!(out)?;
    for line in explanation(*code).lines() {
        writeln!(out, "{line}")?;
    }
    Ok(Exit::Clean)
}

/// The explanation of a code as plain paragraphs.
pub(super) fn explanation(code: Code) -> String {
    code.explanation()
        .lines()
        .map(str::trim)
        .collect::<Vec<_>>()
        .join("\n")
        .trim()
        .to_owned()
}

fn judge(code: Code) -> &'static str {
    match code.tier() {
        crate::finding::Tier::Schema => "refused by the API server",
        crate::finding::Tier::Object => "judged by the document alone",
        crate::finding::Tier::Cross => "judged by the document and the objects around it",
    }
}
