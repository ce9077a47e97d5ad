//! Rules on the Markdown of one document.
//!
//! In: the kind, the Markdown and what was read from it. Out: findings of the object tier with their place in it.
//! Must not: follow a link to another document (`site` does) or look at the spec (`object`).

use super::secrets;
use crate::api::DocumentKind;
use crate::finding::{At, Code, ContentSpan, Finding};
use crate::render::{CodeBlock, Facts, SectionKind};

/// A document of fewer words helps nobody.
const STUB_DOCUMENT: usize = 10;
/// A section of fewer words says next to nothing.
const STUB_SECTION: usize = 3;

/// Checks the Markdown. `titled` says whether the spec or the front matter gives a title.
pub fn content(kind: DocumentKind, markdown: &str, facts: &Facts, titled: bool) -> Vec<Finding> {
    let mut findings = facts.findings.clone();
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
        // The text that stands there is called unwritten already.
        let unwritten = |finding: &Finding| {
            let within = |at: &At| matches!(at, At::Content(span) if (section.body.start..section.body.end).contains(&span.start));
            finding.code == Code::Stub && within(&finding.at)
        };
        if facts.findings.iter().any(unwritten) {
            continue;
        }
        let message = match section.words {
            0 => format!("section {:?} is empty", heading.text),
            1 => format!("section {:?} has one word", heading.text),
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
        let parts = line.split(['|', ';', '&']).filter(|part| begins_with_command(part));
        let eaten = parts.flat_map(|part| VALUED.into_iter().find(|option| lost_value(part, option)));
        for option in eaten.take(1) {
            let message = format!("{option} is followed by nothing");
            let help = "write the placeholder in a form that templates leave alone, such as $NAMESPACE";
            let at = At::Content(line_span(block, index));
            findings.push(Finding::new(Code::CommandArgumentEmpty, at, message).help(help));
        }
    }
}

fn begins_with_command(part: &str) -> bool {
    let command = part.trim_start().trim_start_matches(['$', '#']).trim_start();
    COMMANDS.contains(&command.split_whitespace().next().unwrap_or_default())
}

/// Whether the value of `option` is missing in one command of a line.
fn lost_value(command: &str, option: &str) -> bool {
    let mut rest = command;
    while let Some((before, after)) = rest.split_once(option) {
        let whole_word = before.ends_with([' ', '\t']);
        let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
        let next = after.trim_start();
        let gone =
            after.starts_with("= ") || after == "=" || next.is_empty() || (blanks > 1 && !next.starts_with('\\'));
        if whole_word && gone && (after.is_empty() || after.starts_with([' ', '\t', '='])) {
            return true;
        }
        rest = after;
    }
    false
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render;

    fn codes(kind: DocumentKind, markdown: &str) -> Vec<&'static str> {
        content(kind, markdown, &render::read(markdown, Default::default()), false)
            .iter()
            .map(|finding| finding.code.id())
            .collect()
    }

    #[test]
    fn a_runbook_says_what_it_lacks() {
        let sections = |meaning: &str| {
            format!(
                "# Title\n## Meaning\n{meaning}\n## Diagnosis\nLook at the pods first.\n## Mitigation\nRestart all of them.\n"
            )
        };
        let cases = [
            (sections("The service is down."), vec![]),
            (sections(""), vec!["KB0202"]),
            (sections("TBD"), vec!["KB0202"]),
            (
                "# Title\n## Diagnosis\nLook at the pods first and then at the nodes.\n".to_owned(),
                vec!["KB0207"],
            ),
            ("# Title\nToo short.\n".to_owned(), vec!["KB0202", "KB0207"]),
            (String::new(), vec!["KB0201"]),
            ("   \n\n<!-- nothing -->\n".to_owned(), vec!["KB0201"]),
            (sections("It is down.").replace("# Title\n", ""), vec!["KB0208"]),
        ];
        for (markdown, expect) in cases {
            assert_eq!(codes(DocumentKind::Runbook, &markdown), expect, "{markdown}");
        }
    }

    #[test]
    fn an_eaten_placeholder_is_found_and_nothing_else() {
        let cases = [
            ("kubectl -n  get pods", true),
            ("$ kubectl get pods -n", true),
            ("kubectl get pods -n  | wc -l", true),
            ("kubectl --namespace= get pods", true),
            ("oc logs -c  pod", true),
            ("kubectl get pods --no-headers | wc -l", false),
            ("kubectl -n $NAMESPACE get pods", false),
            ("kubectl get pods -n \\\n  payments", false),
            ("kubectl get pods -n   \\", false),
            (
                "oc exec -n a b -c c -- etcdctl get / --keys-only | cut -d/ -f3,4",
                false,
            ),
            ("kubectl get cm -name", false),
            ("echo -n  hello", false),
        ];
        for (line, expect) in cases {
            let markdown = format!("# T\n\nSome words that are here to be long enough for it.\n\n```sh\n{line}\n```\n");
            let found = codes(DocumentKind::KnowledgeArticle, &markdown);
            assert_eq!(found.contains(&"KB0210"), expect, "{line}");
        }
    }
}
