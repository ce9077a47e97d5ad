//! Rendering, checked from outside: golden pages, hostile texts, random texts and real runbooks.
//!
//! In: `tests/render/cases` and, where present, the corpus of real runbooks. Out: a failure that names the case.
//! Must not: look inside the library. `UPDATE_GOLDENS=1 cargo test --test render` rewrites the expected files.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at the first surprise"
)]

#[path = "render/checker.rs"]
mod checker;
#[path = "render/corpus.rs"]
mod corpus;
#[path = "render/families.rs"]
mod families;
#[path = "render/labels.rs"]
mod labels;
#[path = "render/properties.rs"]
mod properties;

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use knowledge_operator::api::Format;
use knowledge_operator::finding::At;
use knowledge_operator::parameter::Given;
use knowledge_operator::render::{self, Facts, Link, LinkKind, Resolved, SafeUrl, Source};

/// What the links of the golden cases become: documents and pictures of this site are known by their suffix.
fn resolve(link: &Link) -> Resolved {
    let url = SafeUrl::parse(&link.dest);
    match (link.kind, url) {
        (LinkKind::Image, Ok(url)) if link.dest.ends_with(".png") && !url.is_absolute() => Resolved::Picture(url),
        (LinkKind::Link, Ok(url)) if link.dest.contains(".md") && !url.is_absolute() => Resolved::Page(url),
        _ => Resolved::alone(link),
    }
}

/// Renders in every form and checks what holds for any text at all.
fn check_any(markdown: &str) -> Result<(Facts, String, String), String> {
    let facts = render::read(markdown, Format::Auto);
    let html = render::html(markdown, &facts, None, &resolve, &Given::NOTHING).into_string();
    let text = render::text(markdown, Format::Auto);
    let limit = render::max_output(markdown.len());
    if html.len() > limit || text.len() > limit {
        return Err(format!(
            "{} bytes became {} of HTML and {} of text",
            markdown.len(),
            html.len(),
            text.len()
        ));
    }
    checker::text_of(&html)?;
    if let Some(c) = text.chars().find(|c| c.is_control() && !matches!(c, '\t' | '\n')) {
        return Err(format!("the text has {c:?}"));
    }
    for finding in &facts.findings {
        let At::Content(span) = finding.at else {
            return Err(format!("{finding:?} has no place"));
        };
        if span.line == 0 || span.column == 0 || span.end as usize > markdown.len() || span.start > span.end {
            return Err(format!("{finding:?} is misplaced"));
        }
    }
    for code in &facts.code_blocks {
        code.text(markdown);
    }
    Ok((facts, html, text))
}

/// The facts as lines that a person can review.
fn listing(markdown: &str, facts: &Facts) -> String {
    let mut out = String::new();
    let source = |start: u32, end: u32| markdown[start as usize..end as usize].to_owned();
    let _ = writeln!(out, "title: {:?}", facts.title);
    let _ = writeln!(out, "first paragraph: {:?}", facts.first_paragraph);
    let _ = writeln!(out, "words: {}", facts.words);
    if let Some(range) = &facts.front_matter {
        let _ = writeln!(out, "front matter: {:?}", &markdown[range.clone()]);
    }
    for heading in &facts.headings {
        let at = heading.span;
        let _ = writeln!(
            out,
            "{}:{} h{} #{} {:?}",
            at.line, at.column, heading.level, heading.id, heading.text
        );
    }
    for section in &facts.sections {
        let (at, heading) = (section.body, &facts.headings[section.heading].text);
        let _ = writeln!(
            out,
            "{}:{} section {heading:?} {:?} {} words",
            at.line, at.column, section.kinds, section.words
        );
    }
    for link in &facts.links {
        let at = link.span;
        let _ = writeln!(
            out,
            "{}:{} {:?} {:?} -> {:?}",
            at.line, at.column, link.kind, link.text, link.dest
        );
    }
    for code in &facts.code_blocks {
        let at = code.block;
        let form = if code.fenced { "fenced" } else { "indented" };
        let end = if code.closed { "" } else { ", not closed" };
        let _ = writeln!(
            out,
            "{}:{} {form} code {:?} {:?}{end}",
            at.line, at.column, code.language, code.info
        );
        for line in code.text(markdown).lines() {
            let _ = writeln!(out, "    |{line}");
        }
    }
    for finding in &facts.findings {
        let At::Content(at) = finding.at else {
            panic!("{finding:?}")
        };
        let marked = source(at.start, at.end);
        let marked = marked.lines().next().unwrap_or_default();
        let _ = writeln!(
            out,
            "{}:{} {} {} {marked:?}",
            at.line,
            at.column,
            finding.code.id(),
            finding.message
        );
    }
    out
}

/// Compares with the file, or writes it.
fn check_file(path: &Path, actual: &str) -> Result<(), String> {
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        fs::write(path, actual).unwrap();
        return Ok(());
    }
    let expect = fs::read_to_string(path).unwrap_or_default();
    if expect == actual {
        return Ok(());
    }
    let differs = expect.lines().zip(actual.lines()).position(|(a, b)| a != b);
    let line = differs.unwrap_or_else(|| expect.lines().count().min(actual.lines().count()));
    Err(format!(
        "{} line {}\n  expected {:?}\n  actual   {:?}",
        path.display(),
        line + 1,
        expect.lines().nth(line),
        actual.lines().nth(line)
    ))
}

fn check_case(path: &Path) -> Result<(), String> {
    let markdown = fs::read_to_string(path).unwrap();
    let (facts, _, text) = check_any(&markdown).map_err(|why| format!("{}: {why}", path.display()))?;
    let html = render::html(&markdown, &facts, facts.title.as_deref(), &resolve, &Given::NOTHING).into_string();
    checker::text_of(&html).map_err(|why| format!("{}: {why}", path.display()))?;
    check_file(&path.with_extension("html"), &html)?;
    check_file(&path.with_extension("txt"), &text)?;
    check_file(&path.with_extension("facts"), &listing(&markdown, &facts))
}

#[test]
fn golden_cases() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/render/cases");
    let mut paths: Vec<_> = fs::read_dir(cases)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "md"));
    paths.sort();
    assert!(paths.len() >= 15, "only {} cases", paths.len());
    let failures: Vec<_> = paths.iter().filter_map(|path| check_case(path).err()).collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn line_ends_and_byte_order_mark_change_nothing() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/render/cases");
    for entry in fs::read_dir(cases).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "md") {
            continue;
        }
        let markdown = fs::read_to_string(&path).unwrap();
        if markdown.contains(['\r', '\u{feff}']) {
            continue;
        }
        let (_, html, text) = check_any(&markdown).unwrap();
        let variants = [
            ("CRLF", markdown.replace('\n', "\r\n")),
            ("mark", format!("\u{feff}{markdown}")),
            ("no final newline", markdown.trim_end_matches('\n').to_owned()),
        ];
        for (name, variant) in variants {
            let (facts, other_html, other_text) = check_any(&variant).unwrap();
            assert_eq!(other_html.trim_end(), html.trim_end(), "{name}: {}", path.display());
            assert_eq!(other_text, text, "{name}: {}", path.display());
            if name == "mark" {
                let plain = render::read(&markdown, Format::Auto);
                assert_eq!(
                    listing(&variant, &facts),
                    listing(&markdown, &plain),
                    "{}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn hostile_texts_stay_within_bounds() {
    for n in [100, 5_000, 60_000] {
        for (name, text) in families::families(n) {
            if let Err(why) = check_any(&text) {
                panic!("{name} at {n}: {}", why.chars().take(300).collect::<String>());
            }
        }
    }
}

/// A table of a thousand columns fills every short row with empty cells. Past the bounds its markup is left out, its
/// words are not.
#[test]
fn past_the_bounds_no_word_is_lost() {
    let columns = 1_000;
    let mut markdown = "|a".repeat(columns) + "|\n" + &"|-".repeat(columns) + "|\n";
    for row in 0..200 {
        let _ = writeln!(markdown, "|word{row}&&|");
    }
    markdown.push_str("\n# Heading\n\n- [link](https://example.org) ![picture](x.png) `code` last\n");
    let (_, html, text) = check_any(&markdown).unwrap();
    assert!(
        html.contains("<p class=\"plain\">"),
        "not past the bounds: {}",
        html.len()
    );
    let shown = checker::text_of(&html).unwrap();
    for word in (0..200)
        .map(|row| format!("word{row}&&"))
        .chain(["Heading", "link", "picture", "code", "last"].map(str::to_owned))
    {
        assert!(shown.contains(&word), "the page lost {word}");
        assert!(text.contains(&word), "the text lost {word}");
    }
}

/// The work of a text is counted in events; a family whose events grew faster than its text would be quadratic.
#[test]
fn events_grow_with_the_text() {
    let count = |text: &str| {
        let mut count = 0;
        render::walk(&Source::new(text, Format::Auto), |_, _| count += 1);
        count
    };
    for ((name, small), (_, large)) in families::families(16_000).iter().zip(&families::families(64_000)) {
        let growth = large.len() as f64 / small.len().max(1) as f64;
        let (few, many) = (count(small), count(large));
        // The cells that a table row leaves out are filled in, up to a fixed number for the whole text.
        let filled = if name.starts_with("table") { 3 << 18 } else { 0 };
        assert!(
            many as f64 <= few as f64 * growth * 1.3 + 100.0 + f64::from(filled),
            "{name}: {few} to {many} events"
        );
    }
}

/// A coarse clock: four times the text may take nine times as long. A quadratic family takes sixteen times.
#[test]
fn time_grows_with_the_text() {
    let time = |text: &str| {
        (0..3)
            .map(|_| {
                let start = Instant::now();
                let facts = render::read(text, Format::Auto);
                let html = render::html(text, &facts, None, &resolve, &Given::NOTHING);
                let plain = render::text(text, Format::Auto);
                std::hint::black_box((html, plain));
                start.elapsed()
            })
            .min()
            .unwrap()
    };
    let (small, large) = (families::families(20_000), families::families(80_000));
    for ((name, small), (_, large)) in small.iter().zip(&large) {
        if name == &"table of many columns" {
            continue;
        }
        let (short, long) = (time(small), time(large));
        let noise = Duration::from_millis(60);
        assert!(long <= short * 9 + noise, "{name}: {short:?} became {long:?}");
    }
}
