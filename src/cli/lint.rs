//! `kubectl runbook lint`: reads files, examines them, reports.
//!
//! In: paths. Out: findings with their places, in the form asked for, and an exit code.
//! Must not: know a rule. Text is judged by `manifest`, single objects by `schema` and `check`, all together by `site`.

use std::io::{self, Write};
use std::path::PathBuf;

use super::Exit;
use super::folder::{self, File, Format, Input};
use super::report::{self, Report};
use crate::finding::{Code, Finding, Severity, TextSpan};
use crate::manifest::{self, Lines, MarkdownDefaults, Parsed, Position};
use crate::schema::{self, Identity};

/// Checks documents as manifests or plain Markdown, without a cluster.
///
/// Exit code 0: no errors. 1: errors (or warnings with --fail-on warning). 2: something could not be read.
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

/// What was found in one file.
#[derive(Debug)]
pub struct FileFindings {
    /// The path as it is shown.
    pub name: String,
    /// The text the findings point into.
    pub text: String,
    /// The objects of the file, in its order.
    pub objects: Vec<Examined>,
    /// The findings, by place.
    pub findings: Vec<Placed>,
}

/// One object of the input.
#[derive(Debug)]
pub struct Examined {
    /// What it is to us.
    pub identity: Identity,
    /// The object and where it stands.
    pub parsed: Parsed,
}

/// A finding and where it stands.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The finding.
    pub finding: Finding,
    /// Its bytes in the text.
    pub span: TextSpan,
    /// Line and column of the first of them.
    pub start: Position,
    /// Line and column after the last of them.
    pub end: Position,
    /// The object it is about, as its place in the list of the file.
    pub object: Option<usize>,
}

/// Runs the command.
pub fn run(args: &LintArgs, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<Exit> {
    if let Some(code) = &args.explain {
        return report::explain(code, out, err);
    }
    let input = folder::collect(&args.paths);
    for notice in &input.notices {
        writeln!(err, "{notice}")?;
    }
    for failure in &input.failures {
        writeln!(err, "error: {failure}")?;
    }
    let files = examine(&input);
    for file in input
        .files
        .iter()
        .filter(|file| !file.named && !files.iter().any(|found| found.name == file.name))
    {
        writeln!(err, "{} holds no Kubernetes object and was left out", file.name)?;
    }
    let report = Report::new(&files);
    match args.output {
        Output::Text => report.text(out)?,
        Output::Json => report.json(out)?,
        Output::Github => report.github(out)?,
        Output::Sarif => report.sarif(out)?,
    }
    let bad = report.errors > 0 || (args.fail_on == FailOn::Warning && report.warnings > 0);
    Ok(match (input.failures.is_empty(), bad) {
        (false, _) => Exit::Failure,
        (true, true) => Exit::Findings,
        (true, false) => Exit::Clean,
    })
}

/// Judges everything that was read. Files of a folder that hold nothing of ours are left out.
pub fn examine(input: &Input) -> Vec<FileFindings> {
    let mut files: Vec<(FileFindings, Vec<Vec<Finding>>)> = input.files.iter().filter_map(read).collect();
    judge(&mut files);
    files
        .into_iter()
        .map(|(file, of_objects)| place(file, of_objects))
        .collect()
}

/// The text of one file to objects, and the findings about text and schema. The findings of each object stand at its
/// place in the second list; those about the text alone are placed at once.
fn read(file: &File) -> Option<(FileFindings, Vec<Vec<Finding>>)> {
    let (parsed, of_text) = match (&file.problem, file.format) {
        (Some(problem), _) => (Vec::new(), vec![problem.clone()]),
        (None, Format::Manifest) => manifest::parse_manifests(&file.text),
        (None, Format::Markdown) => {
            let (parsed, findings) =
                manifest::parse_markdown(&file.path, &file.text, &MarkdownDefaults::default(), &sections);
            (vec![parsed], findings)
        }
    };
    // Other tools keep YAML beside documents. What was named is ours, and so is what looks like a broken document.
    let is_foreign = |finding: &Finding| finding.code == Code::NotAnObject && !file.text.contains("\nspec:");
    if !file.named && parsed.is_empty() && of_text.iter().all(is_foreign) {
        return None;
    }
    let mut objects = Vec::new();
    let mut of_objects = Vec::new();
    for parsed in parsed {
        let identity = schema::identify(&parsed.value);
        of_objects.push(match &identity {
            Identity::Document(kind) => schema::check(*kind, &parsed.value),
            Identity::Unknown(finding) => vec![finding.clone()],
            // Other objects serve as targets; whoever serves their kind judges them.
            Identity::Foreign => Vec::new(),
        });
        objects.push(Examined { identity, parsed });
    }
    let lines = Lines::new(&file.text);
    let findings = of_text
        .into_iter()
        .map(|finding| placed(finding, None, None, &file.text, &lines))
        .collect();
    let file = FileFindings {
        name: file.name.clone(),
        text: file.text.clone(),
        objects,
        findings,
    };
    Some((file, of_objects))
}

/// The checks beyond the schema: each object by itself, then all of them together.
///
/// One list of findings for each object of each file; `check` and `site` add theirs here.
fn judge(_files: &mut [(FileFindings, Vec<Vec<Finding>>)]) {}

/// How many of Meaning, Impact, Diagnosis and Mitigation a Markdown body has.
fn sections(body: &str) -> usize {
    let is_heading = |line: &&str, name: &str| {
        let text = line.trim_start_matches('#').trim();
        line.starts_with('#') && text.to_ascii_lowercase().starts_with(name)
    };
    let names = ["meaning", "impact", "diagnosis", "mitigation"];
    names
        .iter()
        .filter(|name| body.lines().any(|line| is_heading(&line, name)))
        .count()
}

fn place(mut file: FileFindings, of_objects: Vec<Vec<Finding>>) -> FileFindings {
    let lines = Lines::new(&file.text);
    for (index, findings) in of_objects.into_iter().enumerate() {
        let Some(object) = file.objects.get(index) else {
            continue;
        };
        let found = findings
            .into_iter()
            .map(|finding| placed(finding, Some(index), Some(&object.parsed), &file.text, &lines));
        file.findings.extend(found);
    }
    file.findings.sort_by(|a, b| {
        let key = |placed: &Placed| (placed.span.start, placed.finding.severity(), placed.finding.code);
        key(a)
            .cmp(&key(b))
            .then_with(|| a.finding.message.cmp(&b.finding.message))
    });
    file.findings
        .dedup_by(|a, b| a.finding == b.finding && a.span == b.span);
    file
}

fn placed(finding: Finding, object: Option<usize>, parsed: Option<&Parsed>, text: &str, lines: &Lines) -> Placed {
    let span = match (parsed, &finding.at) {
        (Some(parsed), at) => parsed.origin.resolve(at),
        (None, crate::finding::At::Text(span)) => *span,
        (None, _) => TextSpan { start: 0, end: 0 },
    };
    Placed {
        start: lines.position(text, span.start),
        end: lines.position(text, span.end.max(span.start)),
        finding,
        span,
        object,
    }
}

/// How findings are counted.
pub(super) fn count(files: &[FileFindings], severity: Severity) -> usize {
    files
        .iter()
        .flat_map(|file| &file.findings)
        .filter(|placed| placed.finding.severity() == severity)
        .count()
}
