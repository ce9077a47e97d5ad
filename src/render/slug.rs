//! Heading ids as GitHub makes them, so that links written for its viewer work here.
//!
//! In: the plain text of a heading. Out: an id of letters, digits, `-` and `_`, unique within the document.
//! Must not: make the same id twice, or one that differs from another in letter case only.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The ids given so far.
#[derive(Debug, Default)]
pub(super) struct Slugs {
    taken: HashSet<String>,
    /// The last number given to a repeated slug. Counting on from it keeps a thousand equal headings linear.
    repeats: HashMap<String, usize>,
}

impl Slugs {
    /// The id of the next heading.
    pub(super) fn next(&mut self, text: &str) -> String {
        let slug = slug(text);
        if self.taken.insert(slug.clone()) {
            return slug;
        }
        let count = self.repeats.entry(slug.clone()).or_default();
        loop {
            *count += 1;
            let numbered = format!("{slug}-{count}");
            if self.taken.insert(numbered.clone()) {
                return numbered;
            }
        }
    }
}

/// True for a fragment that means the top of the page in HTML, whatever headings there are.
pub(super) fn is_top(fragment: &str) -> bool {
    fragment.is_empty() || fragment.eq_ignore_ascii_case("top")
}

/// The id that `fragment` leads to among those that `lookup` knows. Percent-encoding and letter case are forgiven, as
/// the common viewers of Markdown forgive them.
pub(super) fn find<'a>(fragment: &str, lookup: impl Fn(&str) -> Option<&'a str>) -> Option<&'a str> {
    let wanted = decode_fragment(fragment);
    lookup(&wanted).or_else(|| lookup(&wanted.to_lowercase()))
}

/// The fragment of a link as an id: percent-encoding resolved.
fn decode_fragment(fragment: &str) -> Cow<'_, str> {
    if !fragment.contains('%') {
        return Cow::Borrowed(fragment);
    }
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
        match (byte, digit(ahead.next()), digit(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'%'));
                rest = ahead;
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(fragment), Cow::Owned)
}

fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            ' ' | '-' => slug.push('-'),
            '_' => slug.push('_'),
            _ if c.is_alphanumeric() => slug.extend(c.to_lowercase().filter(|lower| lower.is_alphanumeric())),
            _ => {}
        }
    }
    if slug.is_empty() {
        slug.push_str("section");
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_those_of_github() {
        let cases = [
            ("Meaning", "meaning"),
            ("Diagnosis & Mitigation", "diagnosis--mitigation"),
            ("  What's `kubectl get -n`? ", "whats-kubectl-get--n"),
            ("Überprüfung der Maßnahmen", "überprüfung-der-maßnahmen"),
            ("snake_case v1.34", "snake_case-v134"),
            ("🔥", "section"),
            ("fn.1", "fn1"),
        ];
        for (text, expect) in cases {
            assert_eq!(slug(text), expect, "{text:?}");
        }
    }

    #[test]
    fn repeated_headings_get_different_ids() {
        let mut slugs = Slugs::default();
        let ids: Vec<_> = ["A", "a-1", "a", "A", "a-1", "!"]
            .iter()
            .map(|text| slugs.next(text))
            .collect();
        assert_eq!(ids, ["a", "a-1", "a-2", "a-3", "a-1-1", "section"]);
    }

    #[test]
    fn fragments_are_decoded() {
        for (fragment, expect) in [
            ("%C3%BCber", "über"),
            ("a%2", "a%2"),
            ("%zz", "%zz"),
            ("%ff", "%ff"),
            ("a%2Db", "a-b"),
        ] {
            assert_eq!(decode_fragment(fragment), expect);
        }
    }
}
