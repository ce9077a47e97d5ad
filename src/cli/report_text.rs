//! The report for people, in the style of compilers.
//!
//! In: a [`Report`]. Out: text with ANSI colours, which the caller's stream takes out where they do not belong.
//! Must not: print a line longer than a terminal can show, however long the line of the file is.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::examine::{FileFindings, Placed};
use super::report::Report;
use crate::finding::{At, Severity};

/// The width that lines are cut to around the place of a finding.
const WIDTH: usize = 140;
/// The longest line that is shown, in bytes; of longer ones only the place is said.
const LONGEST: usize = 4096;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let renderer = Renderer::styled().term_width(WIDTH);
    for file in report.files {
        for placed in &file.findings {
            let rendered = renderer.render(&[group(file, placed)]);
            writeln!(out, "{}", rendered.trim_end())?;
        }
    }
    let all = || report.files.iter().flat_map(|file| &file.findings);
    let worst = all().min_by_key(|placed| placed.finding.severity());
    match worst {
        Some(placed) => {
            writeln!(
                out,
                "{}      kubectl runbook lint --explain {}",
                report.summary(),
                placed.finding.code.id()
            )
        }
        None => writeln!(out, "{}", report.summary()),
    }
}

fn group<'a>(file: &'a FileFindings, placed: &'a Placed) -> Group<'a> {
    let finding = &placed.finding;
    let level = match finding.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let place: Element<'a> = match line(file, placed) {
        Some((line, span)) => Snippet::source(line)
            .path(file.name.as_str())
            .line_start(placed.start.line)
            .annotation(AnnotationKind::Primary.span(span).label(markdown_line(file, placed)))
            .into(),
        None => Origin::path(file.name.as_str())
            .line(placed.start.line)
            .char_column(placed.start.column)
            .into(),
    };
    let help = finding.help.as_ref().map(|help| Level::HELP.message(help).into());
    let title = level.primary_title(&finding.message).id(finding.code.id());
    title.elements([place].into_iter().chain(help))
}

/// Where in the Markdown the finding is, for a document within a manifest.
fn markdown_line(file: &FileFindings, placed: &Placed) -> Option<String> {
    let At::Content(span) = &placed.finding.at else {
        return None;
    };
    let object = placed.object.and_then(|object| file.objects.get(object))?;
    (!object.parsed.origin.is_markdown()).then(|| format!("line {} of the Markdown", span.line))
}

/// The first line of the finding and the bytes to underline in it; nothing for an empty line.
fn line<'a>(file: &'a FileFindings, placed: &Placed) -> Option<(&'a str, std::ops::Range<usize>)> {
    let text = file.text.as_str();
    let mut start = text.get(..placed.span.start)?.rfind('\n').map_or(0, |at| at + 1);
    if start == 0 && text.starts_with('\u{feff}') {
        start = '\u{feff}'.len_utf8();
    }
    let line = text.get(start..)?.split('\n').next()?.trim_end_matches('\r');
    let from = placed.span.start.saturating_sub(start).min(line.len());
    let to = placed.span.end.saturating_sub(start).clamp(from, line.len());
    // A line this long is data of a program: laying it out for each finding would take longer than reading it all.
    let is_shown = !line.trim().is_empty() && line.len() <= LONGEST;
    is_shown.then_some((line, from..to))
}
