//! What the sections of a runbook are for, read from their headings.
//!
//! In: the headings of a document. Out: its [`Section`]s with their [`SectionKind`]s.
//! Must not: insist on one spelling. The table holds what real runbooks say, in English and German.

use std::ops::Range;

use super::SectionKind::{self, Diagnosis, Impact, Meaning, Mitigation};
use super::{Heading, Section, place};

/// What the sections need to know of a heading beside [`Heading`].
pub(super) struct Outline {
    /// The byte after the heading.
    pub(super) end: usize,
    /// Words of the document up to the heading, and up to its end.
    pub(super) words: Range<usize>,
    /// False within a quote or a list: such a heading is no part of the outline.
    pub(super) top_level: bool,
}

/// One heading of the outline.
struct Entry<'h> {
    index: usize,
    heading: &'h Heading,
    outline: &'h Outline,
    kinds: Vec<SectionKind>,
}

/// The sections of a document that ends at byte `end` after `words` words.
pub(super) fn sections(headings: &[Heading], outlines: &[Outline], end: usize, words: usize) -> Vec<Section> {
    let entries: Vec<_> = entries(headings, outlines);
    let named = entries.iter().filter(|entry| !entry.kinds.is_empty());
    let shallowest = || entries.iter().map(|entry| entry.heading.level).min();
    let Some(level) = named.map(|entry| entry.heading.level).min().or_else(shallowest) else {
        return Vec::new();
    };

    let mut sections: Vec<Section> = Vec::new();
    let mut open: Option<Entry<'_>> = None;
    let close = |open: Option<Entry<'_>>, end: usize, words: usize| {
        open.map(|entry| Section {
            kinds: entry.kinds,
            heading: entry.index,
            body: place::bytes(&(entry.outline.end..end.max(entry.outline.end))),
            words: words.saturating_sub(entry.outline.words.end),
        })
    };
    for entry in entries.into_iter().filter(|entry| entry.heading.level <= level) {
        let (end, words) = (entry.heading.span.start as usize, entry.outline.words.start);
        sections.extend(close(open.take(), end, words));
        open = Some(entry).filter(|entry| entry.heading.level == level);
    }
    sections.extend(close(open, end, words));
    sections
}

/// The headings that may open a section: all of the outline but the title.
fn entries<'h>(headings: &'h [Heading], outlines: &'h [Outline]) -> Vec<Entry<'h>> {
    let all = headings.iter().zip(outlines).enumerate();
    let mut outline = all.filter(|(_, (_, outline))| outline.top_level).peekable();
    let first_is_top = outline.peek().is_some_and(|(_, (heading, _))| heading.level == 1);
    let tops = outline.clone().filter(|(_, (heading, _))| heading.level == 1).count();
    // One heading of level 1 at the beginning is the title, whatever it says.
    let title = usize::from(first_is_top && tops == 1);
    let entry = |(index, (heading, outline)): (usize, (&'h Heading, &'h Outline))| Entry {
        index,
        heading,
        outline,
        kinds: kinds(&heading.text),
    };
    outline.skip(title).map(entry).collect()
}

/// What a section with this heading is for: nothing known, one thing, or the two of a merged heading.
pub(super) fn kinds(heading: &str) -> Vec<SectionKind> {
    let lower = heading.to_lowercase();
    let mut kinds = Vec::new();
    for part in parts(&lower) {
        let name = part.trim_matches(|c: char| !c.is_alphanumeric());
        let kind = kind(name);
        kinds.extend(kind.filter(|kind| !kinds.contains(kind)));
    }
    kinds
}

/// "diagnosis and mitigation" is two names, and so are "diagnose und behebung" and "diagnosis / mitigation".
fn parts(heading: &str) -> impl Iterator<Item = &str> {
    heading
        .split(['/', '&', '+', ','])
        .flat_map(|part| part.split(" and "))
        .flat_map(|part| part.split(" und "))
}

fn kind(name: &str) -> Option<SectionKind> {
    // Numbered headings: "2. Diagnosis".
    let name = name.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | ' '));
    let starts = |stem: &&str| {
        name.strip_prefix(*stem)
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let exact = NAMES.iter().find(|(_, names)| names.contains(&name));
    exact
        .or_else(|| STEMS.iter().find(|(_, stems)| stems.iter().any(starts)))
        .map(|(kind, _)| *kind)
}

/// Headings that say exactly this.
const NAMES: &[(SectionKind, &[&str])] = &[
    (
        Meaning,
        &[
            "alert description",
            "summary",
            "overview",
            "background",
            "description",
            "the vulnerability",
            "what it means",
            "what does it mean",
            "what this means",
            "what does this alert mean",
            "zusammenfassung",
            "überblick",
            "übersicht",
            "hintergrund",
            "beschreibung",
            "erklärung",
            "was bedeutet das",
        ],
    ),
    (
        Impact,
        &[
            "affected versions",
            "consequences",
            "folgen",
            "betroffene versionen",
            "schaden",
            "konsequenzen",
        ],
    ),
    (
        Diagnosis,
        &[
            "symptoms",
            "symptom",
            "possible checks",
            "how to check",
            "checks",
            "investigation",
            "analysis",
            "symptome",
            "fehlersuche",
            "fehlerdiagnose",
            "fehleranalyse",
            "analyse",
            "ursachenanalyse",
            "prüfung",
            "untersuchung",
            "eingrenzung",
        ],
    ),
    (
        Mitigation,
        &[
            "mitigating",
            "fix",
            "fixes",
            "how to fix",
            "workaround",
            "recovery",
            "steps to fix",
            "gegenmaßnahme",
            "gegenmaßnahmen",
            "gegenmassnahme",
            "gegenmassnahmen",
            "fehlerbehebung",
            "problemlösung",
            "lösungen",
            "wiederherstellung",
            "beseitigung",
        ],
    ),
];

/// Headings that begin with this word: "Impact on users", "Mitigation steps", "Troubleshooting pointers".
const STEMS: &[(SectionKind, &[&str])] = &[
    (Meaning, &["meaning", "bedeutung"]),
    (Impact, &["impact", "impacts", "auswirkung", "auswirkungen"]),
    (
        Diagnosis,
        &["diagnosis", "diagnostics", "diagnose", "diagnosing", "troubleshooting"],
    ),
    (
        Mitigation,
        &[
            "mitigation",
            "mitigations",
            "resolution",
            "remediation",
            "solution",
            "solutions",
            "behebung",
            "maßnahme",
            "maßnahmen",
            "massnahme",
            "massnahmen",
            "lösung",
            "abhilfe",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_understood() {
        let cases: &[(&str, &[SectionKind])] = &[
            ("Meaning", &[Meaning]),
            ("Alert Description", &[Meaning]),
            ("Impact on users", &[Impact]),
            ("Affected Versions", &[Impact]),
            ("Troubleshooting Pointers", &[Diagnosis]),
            ("2. Diagnosis:", &[Diagnosis]),
            ("Mitigating", &[Mitigation]),
            ("Diagnosis and mitigation", &[Diagnosis, Mitigation]),
            ("Diagnosis / Mitigation", &[Diagnosis, Mitigation]),
            ("Mitigation and mitigation", &[Mitigation]),
            ("Auswirkungen", &[Impact]),
            ("Diagnose und Behebung", &[Diagnosis, Mitigation]),
            ("Maßnahmen", &[Mitigation]),
            ("MASSNAHMEN", &[Mitigation]),
            ("🔍 Fehlersuche", &[Diagnosis]),
            ("Lösung", &[Mitigation]),
            ("Notes", &[]),
            ("Impactful things", &[]),
            ("Backgrounds", &[]),
            ("Possible causes", &[]),
            ("", &[]),
        ];
        for (heading, expect) in cases {
            assert_eq!(kinds(heading), *expect, "{heading:?}");
        }
    }
}
