//! `kubectl runbook lint`: reads files, examines them, reports.
//!
//! In: paths. Out: findings with their places, in the form asked for, and an exit code.
//! Must not: know a rule; `examine` asks the modules that do.

use std::io::{self, Write};
use std::path::PathBuf;

use super::Exit;
use super::examine::examine;
use super::folder;
use super::given::GivenArgs;
use super::report::{self, Report};
use super::{report_machine, report_text};
use crate::schema::Identity;

/// Checks documents as manifests or plain Markdown, without a cluster.
///
/// Exit code 0: no errors. 1: errors (or warnings with --fail-on warning), or nothing to check. 2: something could not
/// be read.
#[derive(clap::Args, Clone, Debug)]
pub struct LintArgs {
    /// Files, folders with everything below them, or - for standard input
    #[arg(value_name = "PATH", required_unless_present = "explain")]
    pub paths: Vec<PathBuf>,
    /// Form of the report
    #[arg(long, short, value_enum, default_value_t = Output::Text)]
    pub output: Output,
    /// The least severe finding that makes the exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub fail_on: FailOn,
    /// Explain a code such as KB0104 and do nothing else
    #[arg(long, value_name = "CODE")]
    pub explain: Option<String>,
    /// What the input is taken to be deployed into
    #[command(flatten)]
    pub given: GivenArgs,
}

/// Form of a report.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// For people
    Text,
    /// For programs
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// What makes the exit code 1.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// Errors alone
    Error,
    /// Warnings too
    Warning,
}

/// Runs the command.
///
/// # Errors
/// When standard output or standard error cannot be written.
pub fn run(args: &LintArgs, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<Exit> {
    if let Some(code) = &args.explain {
        return report::explain(code, out, err);
    }
    let examination = examine(folder::collect(&args.paths), &args.given, args.given.settings());
    examination.talk(err)?;
    let report = Report::new(&examination.files);
    match args.output {
        Output::Text => report_text::write(&report, out)?,
        Output::Json => report_machine::json(&report, out)?,
        Output::Github => report_machine::github(&report, out)?,
        Output::Sarif => report_machine::sarif(&report, out)?,
    }
    let objects = examination.files.iter().flat_map(|file| &file.objects);
    let documents = objects
        .filter(|object| matches!(object.identity, Identity::Document(_)))
        .count();
    if documents == 0 && report.errors == 0 && examination.failures.is_empty() {
        let paths: Vec<String> = args.paths.iter().map(|path| path.display().to_string()).collect();
        writeln!(
            err,
            "no Runbook, KnowledgeArticle or Markdown file in {}",
            paths.join(", ")
        )?;
        // Other objects were read, so the path is right; a chart with its documents switched off is no mistake.
        if examination.files.is_empty() {
            return Ok(Exit::Findings);
        }
    }
    let bad = report.errors > 0 || (args.fail_on == FailOn::Warning && report.warnings > 0);
    Ok(match (examination.failures.is_empty(), bad) {
        (false, _) => Exit::Failure,
        (true, true) => Exit::Findings,
        (true, false) => Exit::Clean,
    })
}
