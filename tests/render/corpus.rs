//! Real runbooks: all of them render, and no word of any is lost.
//!
//! In: the corpus beside the project (`KNOWLEDGE_CORPUS` says where else). Out: a failure that names the runbook.
//! Must not: pass in silence where the corpus is absent.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use knowledge_operator::api::Format;
use knowledge_operator::render;

use crate::{check_any, checker};

/// The runbooks, or `None` with a loud word where there are none.
pub fn runbooks() -> Option<Vec<(PathBuf, String)>> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let corpus = std::env::var_os("KNOWLEDGE_CORPUS").map_or_else(beside, PathBuf::from);
    let mut found = Vec::new();
    collect(&corpus.join("openshift-runbooks/alerts"), &mut found);
    found.sort();
    if found.is_empty() {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "corpus not found at {}",
            corpus.display()
        );
        eprintln!("SKIPPED: corpus not found at {}", corpus.display());
        return None;
    }
    Some(found)
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|end| end == "md") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

type Words = BTreeMap<String, i64>;

fn count(words: &mut Words, text: &str, by: i64) {
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        *words.entry(word.to_owned()).or_default() += by;
    }
}

/// The words of `markdown` that a reader is to see: all but link destinations, labels, fence languages, list numbers
/// and comments, taken away line by line without a parser.
fn visible_words(markdown: &str) -> Words {
    let mut words = Words::new();
    let mut fence: Option<&str> = None;
    let mut prose = String::new();
    for line in markdown.lines() {
        let trimmed = line.trim_start().trim_start_matches(['-', '*', '>', ' ']);
        let trimmed = if line.trim_start().starts_with("**") {
            line.trim_start()
        } else {
            trimmed
        };
        if let Some(mark) = fence {
            let bare = trimmed.trim_end();
            if bare.starts_with(mark) && bare.trim_start_matches(&mark[..1]).is_empty() {
                fence = None;
            } else {
                count(&mut words, line, 1);
            }
            continue;
        }
        if let Some(mark) = ["````", "```", "~~~"]
            .into_iter()
            .find(|mark| trimmed.starts_with(mark))
        {
            fence = Some(mark);
            continue;
        }
        // A letter may touch a code span: `option`s is one word.
        prose.push_str(&without_number(line).replace('`', ""));
        prose.push('\n');
    }
    count(&mut words, &without_destinations(&prose), 1);
    words
}

fn without_number(line: &str) -> &str {
    let digits = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    let item = line.trim_start().starts_with(|c: char| c.is_ascii_digit())
        && (digits.starts_with(". ") || digits.starts_with(") "));
    if item { digits } else { line }
}

fn without_destinations(prose: &str) -> String {
    let mut kept = String::new();
    let mut rest = prose;
    let mut after_definition = 0;
    while let Some(at) = rest.find(['<', ']']) {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        let skipped = if rest.starts_with("<!--") {
            rest.find("-->").map(|end| end + 3)
        } else if rest.starts_with("](") {
            rest.find(')').map(|end| end + 1)
        } else if rest.starts_with("][") {
            rest[1..].find(']').map(|end| end + 2)
        } else if let Some(after) = rest.strip_prefix("]:") {
            // A definition: its label and its address, which may stand on the next line. It follows an empty line or
            // another definition; within a paragraph it is prose.
            let label = kept.rfind('[').unwrap_or(0);
            let before = &kept[..label];
            let definition = label == 0 || before.ends_with("\n\n") || before.trim_end().len() <= after_definition;
            let address = after.trim_start();
            let end = rest.len() - address.len() + address.find(char::is_whitespace).unwrap_or(address.len());
            if definition {
                kept.truncate(label);
                after_definition = label;
            }
            definition.then_some(end)
        } else {
            None
        };
        rest = &rest[skipped.unwrap_or_else(|| {
            kept.push(' ');
            1
        })..];
    }
    kept.push_str(rest);
    kept
}

fn difference(left: &Words, right: &Words) -> Words {
    let mut difference = left.clone();
    for (word, by) in right {
        *difference.entry(word.clone()).or_default() -= by;
    }
    difference.retain(|_, by| *by != 0);
    difference
}

#[test]
fn no_word_of_a_real_runbook_is_lost() {
    let Some(runbooks) = runbooks() else { return };
    assert!(runbooks.len() >= 268, "only {} runbooks", runbooks.len());
    let (mut failures, mut unclosed) = (Vec::new(), 0);
    for (path, markdown) in &runbooks {
        let (facts, html, text) = check_any(markdown).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        let mut shown = Words::new();
        count(&mut shown, &checker::text_of(&html).unwrap(), 1);
        // Where a fence is not closed, only a parser can tell where the code ends.
        if facts.code_blocks.iter().any(|code| !code.closed) {
            unclosed += 1;
            continue;
        }
        let lost = difference(&visible_words(markdown), &shown);
        if !lost.is_empty() {
            failures.push(format!("{} HTML: {lost:?}", path.display()));
        }

        // Beyond the words of the page the text has the numbers of items and the destinations of links.
        let mut more = Words::new();
        count(&mut more, &text, 1);
        let mut more = difference(&more, &shown);
        for link in facts
            .links
            .iter()
            .filter(|link| link.dest != link.text && !link.dest.starts_with('#'))
        {
            count(&mut more, &link.dest, -1);
        }
        more.retain(|word, by| *by != 0 && !(*by > 0 && word.parse::<u8>().is_ok()));
        if !more.is_empty() {
            failures.push(format!("{} text: {more:?}", path.display()));
        }
    }
    assert!(unclosed <= 2, "{unclosed} runbooks with unclosed code");
    assert!(
        failures.is_empty(),
        "{} of {}\n{}",
        failures.len(),
        runbooks.len(),
        failures.join("\n")
    );
}

#[test]
fn real_runbooks_have_their_four_sections() {
    let Some(runbooks) = runbooks() else { return };
    let all = |kind| {
        runbooks
            .iter()
            .filter(|(_, text)| render::read(text, Format::Auto).has_section(kind))
            .count()
    };
    use render::SectionKind::{Diagnosis, Impact, Meaning, Mitigation};
    let counts = [Meaning, Impact, Diagnosis, Mitigation].map(all);
    assert!(counts.into_iter().all(|count| count >= 245), "{counts:?}");
    let titled = runbooks
        .iter()
        .filter(|(_, text)| render::read(text, Format::Auto).title.is_some())
        .count();
    assert!(titled >= 260, "{titled} titles");
}
