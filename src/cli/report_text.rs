//! The report for people, in the style of compilers.
//!
//! In: a [`Report`]. Out: text with ANSI colours, which the caller's stream takes out where they do not belong.
//! Must not: print a line longer than a terminal can show, however long the line of the file is.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::examine::{FileFindings, Placed};
use super::report::Report;
use crate::finding::{At, Severity};

/// How much of a long line is shown.
const MAX_LINE: usize = 160;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let renderer = Renderer::styled().term_width(MAX_LINE + 20);
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
    let mut elements: Vec<Element<'a>> = Vec::new();
    match line(file, placed) {
        Some((line, span)) => {
            let annotation = AnnotationKind::Primary.span(span);
            let snippet = Snippet::source(line)
                .path(&file.name)
                .line_start(placed.start.line)
                .annotation(annotation);
            elements.push(snippet.into());
        }
        None => {
            let origin = Origin::path(&file.name)
                .line(placed.start.line)
                .char_column(placed.start.column);
            elements.push(origin.into());
        }
    }
    if let Some(line) = markdown_line(file, placed) {
        elements.push(
            Level::NOTE
                .no_name()
                .message(format!("line {line} of the Markdown"))
                .into(),
        );
    }
    if let Some(help) = &finding.help {
        elements.push(Level::HELP.message(help).into());
    }
    level
        .primary_title(&finding.message)
        .id(finding.code.id())
        .elements(elements)
}

/// The line of the Markdown, where that is not the line of the file.
fn markdown_line(file: &FileFindings, placed: &Placed) -> Option<u32> {
    let object = placed.object.and_then(|object| file.objects.get(object))?;
    match &placed.finding.at {
        At::Content(span) if !object.parsed.origin.is_markdown() => Some(span.line),
        _ => None,
    }
}

/// The first line of the finding and the bytes to underline in it, cut to what can be shown.
fn line<'a>(file: &'a FileFindings, placed: &Placed) -> Option<(&'a str, std::ops::Range<usize>)> {
    let text = file.text.as_str();
    let start = text.get(..placed.span.start)?.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(start..)?.split('\n').next()?.trim_end_matches('\r');
    let line_start = if start == 0 {
        line.len() - line.trim_start_matches('\u{feff}').len()
    } else {
        0
    };
    let from = (placed.span.start - start).clamp(line_start, line.len());
    let to = (placed.span.end.max(placed.span.start) - start).clamp(from, line.len());
    if line.trim().is_empty() {
        return None;
    }
    // A window around the place, at borders of characters.
    let mut first = line_start;
    let mut last = line.len();
    if last - first > MAX_LINE {
        first = border(line, from.saturating_sub(MAX_LINE / 4)).max(line_start);
        last = border(line, (first + MAX_LINE).min(line.len()));
    }
    let to = to.min(last);
    Some((line.get(first..last)?, from.min(last) - first..to - first))
}

fn border(line: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| line.is_char_boundary(*at)).unwrap_or_default()
}
