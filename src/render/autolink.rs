//! Addresses that stand bare in the text: `https://example.org/page` without brackets.
//!
//! In: a piece of prose. Out: where the addresses are. Must not: look at a byte more than a constant number of times.

use std::ops::Range;

use super::scan;

/// The bare `http:`, `https:` and `mailto:` addresses of `text`, in order.
pub(super) fn addresses(text: &str) -> Addresses<'_> {
    let bytes = text.as_bytes();
    let likely = text.len() >= SHORTEST && scan::any(bytes, |byte| byte == b':') && bytes.windows(2).any(is_likely);
    Addresses {
        text,
        from: if likely { 0 } else { text.len() },
    }
}

/// As short as an address can be: `http://a`.
const SHORTEST: usize = 8;

/// True for the two bytes that every address has: `:/` of a web address, `o:` of `mailto:`.
fn is_likely(pair: &[u8]) -> bool {
    matches!(pair, b":/" | b"o:" | b"O:")
}

/// Iterator over the places of bare addresses.
pub(super) struct Addresses<'a> {
    text: &'a str,
    from: usize,
}

impl Iterator for Addresses<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        // A colon is rare in prose and every address has one.
        while self.from < self.text.len()
            && let Some(rest) = self.text.get(self.from..)
            && let Some(colon) = rest.find(':')
        {
            let colon = self.from + colon;
            let before = self.text.get(self.from..colon).unwrap_or_default();
            let after = self.text.get(colon + 1..).unwrap_or_default();
            self.from = colon + 1;
            let Some(scheme) = scheme_at_end(before) else {
                continue;
            };
            let slashes = if scheme == "mailto" { "" } else { "//" };
            let Some(address) = after.strip_prefix(slashes) else {
                continue;
            };
            let run = address.find(ends_address).unwrap_or(address.len());
            let (address, next) = address.split_at(run);
            // What failed is not looked at again, or `http:http:http:{` would cost the square of its length.
            self.from += slashes.len() + run;
            let kept = without_trailing_punctuation(address);
            if is_address(scheme, kept) && !next.starts_with(['{', '<']) {
                return Some(colon - scheme.len()..colon + 1 + slashes.len() + kept.len());
            }
        }
        None
    }
}

/// The scheme that `before` ends with, if no letter or digit touches it.
fn scheme_at_end(before: &str) -> Option<&'static str> {
    ["https", "http", "mailto"].into_iter().find(|scheme| {
        let Some(start) = before.len().checked_sub(scheme.len()) else {
            return false;
        };
        before.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(scheme))
            && !before.get(..start).unwrap_or_default().ends_with(char::is_alphanumeric)
    })
}

/// White space, brackets of placeholders and quotes end an address. A brace is legal in none.
fn ends_address(c: char) -> bool {
    matches!(
        c,
        '<' | '>' | '"' | '`' | '{' | '}' | '|' | '\\' | '，' | '。' | '」' | '）'
    ) || c.is_whitespace()
        || c.is_control()
}

/// What follows an address in a sentence is not part of it: full stops, and brackets that it did not open.
fn without_trailing_punctuation(address: &str) -> &str {
    let count = |wanted: u8| address.bytes().filter(|byte| *byte == wanted).count();
    let mut surplus = count(b')').saturating_sub(count(b'('));
    address.trim_end_matches(|c| match c {
        ')' if surplus > 0 => {
            surplus -= 1;
            true
        }
        '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' | ']' | '“' | '”' | '’' | '…' => true,
        _ => false,
    })
}

/// True if there is a host (or mailbox) that is not a placeholder such as `$HOST`.
fn is_address(scheme: &str, address: &str) -> bool {
    if scheme == "mailto" {
        return address
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    }
    let host = address.split(['/', '?', '#']).next().unwrap_or_default();
    host.starts_with(|c: char| c.is_alphanumeric() || c == '[') && !host.contains(['$', '@', '%'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expect: &[&str]) {
        let found: Vec<_> = addresses(input).map(|range| input.get(range).unwrap()).collect();
        assert_eq!(found, expect, "{input:?}");
    }

    #[test]
    fn addresses_end_where_a_reader_would_end_them() {
        check(
            "see https://a.example/b_c?d=1&e=2#f.",
            &["https://a.example/b_c?d=1&e=2#f"],
        );
        check(
            "(http://a.example/x_(y)) HTTPS://B.example!",
            &["http://a.example/x_(y)", "HTTPS://B.example"],
        );
        check("mailto:a@b.example, mailto:nobody", &["mailto:a@b.example"]);
        check("http://localhost:9090/graph: then", &["http://localhost:9090/graph"]);
        check(
            "https://a.example，https://b.example",
            &["https://a.example", "https://b.example"],
        );
        check("https://münchen.example/ü", &["https://münchen.example/ü"]);
    }

    #[test]
    fn placeholders_and_other_schemes_are_prose() {
        for input in [
            "https://<host>/x",
            "https://$HOST/x",
            "https://grafana.{{ domain }}/d",
            "https://",
            "xhttp://a.example",
            "javascript:alert(1)",
            "https:/a.example",
            "12:30",
            "https://user@b.example/",
        ] {
            check(input, &[]);
        }
    }
}
