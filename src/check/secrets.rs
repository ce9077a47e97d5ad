//! Text that looks like a secret: whoever may read the document would have it.
//!
//! In: Markdown. Out: warnings. Must not: repeat the secret in a message, as messages end up in status and logs.

use std::sync::LazyLock;

use regex_lite::Regex;

use crate::finding::{At, Code, ContentSpan, Finding};

/// What is looked for: a cheap sign that must occur, the exact form, and what it is called.
struct Pattern {
    sign: &'static str,
    form: Regex,
    name: &'static str,
}

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let table = [
        (
            "PRIVATE KEY-----",
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{20}",
            "a private key",
        ),
        (
            "eyJ",
            r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
            "a JSON Web Token",
        ),
        ("AKIA", r"\bAKIA[0-9A-Z]{16}\b", "an AWS access key"),
        ("gh", r"\bgh[pousr]_[A-Za-z0-9]{36,}\b", "a GitHub token"),
        ("glpat-", r"\bglpat-[A-Za-z0-9_-]{20,}", "a GitLab token"),
        ("xox", r"\bxox[abposr]-[A-Za-z0-9-]{10,}", "a Slack token"),
        (
            "hooks.slack.com",
            r"hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{16,}",
            "a Slack webhook",
        ),
        ("hvs.", r"\bhvs\.[A-Za-z0-9_-]{20,}", "a Vault token"),
    ];
    let compiled = table.into_iter().filter_map(|(sign, form, name)| {
        // The forms are constants; a test compiles each.
        Regex::new(form).ok().map(|form| Pattern { sign, form, name })
    });
    compiled.collect()
});

/// Finds what looks like a secret.
pub(super) fn secrets(markdown: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for pattern in PATTERNS.iter().filter(|pattern| markdown.contains(pattern.sign)) {
        let mut counted = Counted::default();
        for found in pattern.form.find_iter(markdown) {
            let span = counted.span(markdown, found.start(), found.end());
            let message = format!("this looks like {}", pattern.name);
            findings.push(
                Finding::new(Code::SecretLooking, At::Content(span), message)
                    .help("remove it here, and replace it where it is valid: it has been published"),
            );
        }
    }
    findings
}

/// Secrets are rare, so lines are counted only when one is found, and each part of the text once.
#[derive(Default)]
struct Counted {
    at: usize,
    lines: usize,
    /// Characters of the current line before `at`.
    column: usize,
}

impl Counted {
    fn span(&mut self, text: &str, start: usize, end: usize) -> ContentSpan {
        let passed = text.get(self.at..start).unwrap_or_default();
        let breaks = passed.matches('\n').count();
        let last = passed.rsplit('\n').next().unwrap_or_default().chars().count();
        self.column = if breaks > 0 { last } else { self.column + last };
        self.lines += breaks;
        self.at = start;
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        ContentSpan {
            start: number(start),
            end: number(end),
            line: number(self.lines + 1),
            column: number(self.column + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_compiles() {
        assert_eq!(PATTERNS.len(), 8);
    }

    #[test]
    fn secrets_are_found_and_never_repeated() {
        let cases = [
            (
                "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAxyzxyzxyz\n",
                "a private key",
            ),
            ("token: ghp_abcdefghijklmnopqrstuvwxyz0123456789", "a GitHub token"),
            ("id AKIAABCDEFGHIJKLMNOP.", "an AWS access key"),
        ];
        for (text, name) in cases {
            let found = secrets(text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].message.contains(name));
            assert!(!found[0].message.contains("AKIAAB") && !found[0].message.contains("ghp_ab"));
        }
        let token = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
        let places: Vec<(u32, u32)> = secrets(&format!("ü {token} {token}\n\n  {token}"))
            .iter()
            .map(|finding| match finding.at {
                At::Content(span) => (span.line, span.column),
                _ => (0, 0),
            })
            .collect();
        assert_eq!(places, [(1, 3), (1, 44), (3, 3)]);
        assert_eq!(secrets("-----BEGIN PRIVATE KEY-----\n...\n"), []);
        assert_eq!(secrets("a ghost_town and AKIA"), []);
    }
}
