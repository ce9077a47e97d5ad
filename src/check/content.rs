//! Rules on the Markdown of one document.
//!
//! In: the kind, the Markdown and what was read from it. Out: findings of the object tier with their place in it.
//! Must not: follow a link to another document (`site` does) or look at the spec (`object`).

use super::secrets;
use crate::api::DocumentKind;
use crate::finding::{At, Code, ContentSpan, Finding};
use crate::render::{CodeBlock, Facts, SectionKind};

/// Longest content, in bytes.
const CONTENT_LIMIT: usize = 1 << 20;
/// A document of fewer words helps nobody.
const STUB_DOCUMENT: usize = 10;
/// A section of fewer words says next to nothing.
const STUB_SECTION: usize = 3;

/// Checks the Markdown. `titled` says whether the spec or the front matter gives a title.
pub fn content(kind: DocumentKind, markdown: &str, facts: &Facts, titled: bool) -> Vec<Finding> {
    let mut findings = facts.findings.clone();
    if markdown.len() > CONTENT_LIMIT {
        let message = format!(
            "the content is {} bytes; at most 1,048,576 are published",
            markdown.len()
        );
        findings
            .push(Finding::new(Code::ContentTooLarge, At::field("spec.content"), message).help("split the document"));
    }
    if facts.words == 0 {
        findings.push(Finding::new(
            Code::EmptyContent,
            At::field("spec.content"),
            "the document has no text",
        ));
        return findings;
    }
    if !titled && facts.title.is_none() {
        let message = "neither spec.title nor a first heading gives a title; the name is shown";
        findings.push(Finding::new(Code::TitleMissing, At::Object, message).help("begin the content with # Title"));
    }
    stubs(facts, &mut findings);
    if kind == DocumentKind::Runbook {
        missing_sections(facts, &mut findings);
    }
    for block in facts.code_blocks.iter().filter(|block| is_shell(block)) {
        empty_arguments(&block.text(markdown), block, &mut findings);
    }
    findings.extend(secrets::secrets(markdown));
    findings
}

fn stubs(facts: &Facts, findings: &mut Vec<Finding>) {
    if facts.words < STUB_DOCUMENT {
        let message = format!("the document has {} words", facts.words);
        findings.push(Finding::new(Code::Stub, At::field("spec.content"), message));
        return;
    }
    for section in facts
        .sections
        .iter()
        .filter(|section| !section.kinds.is_empty() && section.words < STUB_SECTION)
    {
        let Some(heading) = facts.headings.get(section.heading) else {
            continue;
        };
        let message = match section.words {
            0 => format!("section {:?} is empty", heading.text),
            words => format!("section {:?} has {words} words", heading.text),
        };
        findings.push(Finding::new(Code::Stub, At::Content(heading.span), message));
    }
}

fn missing_sections(facts: &Facts, findings: &mut Vec<Finding>) {
    let wanted = [
        (SectionKind::Diagnosis, "Diagnosis"),
        (SectionKind::Mitigation, "Mitigation"),
    ];
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|(kind, _)| !facts.has_section(*kind))
        .map(|(_, name)| *name)
        .collect();
    if !missing.is_empty() {
        let message = format!("the runbook has no section {}", missing.join(" and no section "));
        let help = format!("add a heading: ## {}", missing.first().copied().unwrap_or_default());
        findings.push(Finding::new(Code::SectionMissing, At::field("spec.content"), message).help(help));
    }
}

fn is_shell(block: &CodeBlock) -> bool {
    // A block without a language is a command more often than not (662 of 853 in one corpus), and the rule below only
    // speaks of lines that begin with a known command.
    block
        .language
        .is_none_or(|language| matches!(language, "sh" | "console"))
}

/// Options that always take a value in the commands that runbooks use.
const VALUED: [&str; 6] = ["-n", "--namespace", "-l", "--selector", "-c", "--container"];
const COMMANDS: [&str; 8] = ["kubectl", "oc", "helm", "flux", "k", "virtctl", "velero", "clusterctl"];

/// Finds `-n  get`: an option that takes a value, followed by two blanks or nothing, where a placeholder was eaten.
fn empty_arguments(code: &str, block: &CodeBlock, findings: &mut Vec<Finding>) {
    for (index, line) in code.lines().enumerate() {
        let command = line.trim_start().trim_start_matches(['$', '#']).trim_start();
        let tool = command.split_whitespace().next().unwrap_or_default();
        if !COMMANDS.contains(&tool) {
            continue;
        }
        for option in VALUED {
            if let Some(gap) = eaten(line, option) {
                let span = line_span(block, index);
                let message = format!("{option} is followed by nothing{gap}");
                findings.push(
                    Finding::new(Code::CommandArgumentEmpty, At::Content(span), message)
                        .help("write the placeholder in a form that templates leave alone, such as $NAMESPACE"),
                );
                break;
            }
        }
    }
}

/// How the value of `option` was lost on this line, if it was.
fn eaten(line: &str, option: &str) -> Option<&'static str> {
    let spaced = format!(" {option}");
    let mut rest = line;
    while let Some((_, after)) = rest.split_once(&spaced) {
        if after.starts_with("= ") || after == "=" {
            return Some(" after =");
        }
        if after.starts_with("  ") && !after.trim().is_empty() && !after.trim_start().starts_with(['\\', '|']) {
            return Some("");
        }
        if after.trim().is_empty() {
            return Some(" on this line");
        }
        if after.trim_start().starts_with(['|', ';', '&']) && after.starts_with(' ') {
            return Some("");
        }
        rest = after;
    }
    None
}

/// The place of a line of a code block. Containers such as quotes may indent it; the whole line is meant.
fn line_span(block: &CodeBlock, index: usize) -> ContentSpan {
    let line = u32::try_from(index).unwrap_or(u32::MAX);
    match block.pieces.get(index) {
        Some(piece) if block.pieces.len() > 1 => ContentSpan {
            start: piece.start,
            end: piece.end,
            line: block.span.line.saturating_add(line),
            column: 1,
        },
        _ => ContentSpan {
            line: block.span.line.saturating_add(line),
            column: 1,
            ..block.span
        },
    }
}
