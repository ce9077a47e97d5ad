//! What the query string of a page says: the labels of an alert, values that a reader typed, the object it is about.
//!
//! In: a query string. Out: [`Asked`]. Must not: fail; what makes no sense is left out.
//!
//! Names with a dot are ours, as no alert label has one: `set.NAME=value` is a typed value, `page.target=…` the object.
//! Everything else is a label of the alert that led here.

use std::collections::BTreeMap;
use std::fmt::Write;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// How many pairs are read, and how long a name or value may be in bytes.
const MAX_PAIRS: usize = 100;
const MAX_VALUE: usize = 2_000;

/// The name of the pair that says which object the page is about: `{resource}/{namespace}/{name}`, an empty namespace
/// for cluster-scoped ones.
pub(super) const TARGET: &str = "page.target";
/// What a typed value's name begins with.
pub(super) const SET: &str = "set.";

/// What stays as it is in a query string.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b':');

/// What a query string asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// The labels of an alert.
    pub(super) labels: BTreeMap<String, String>,
    /// Values by the name of their parameter.
    pub(super) typed: BTreeMap<String, String>,
    /// The object.
    pub(super) target: Option<String>,
}

impl Asked {
    /// Reads a query string.
    pub(super) fn of(query: Option<&str>) -> Self {
        let mut asked = Self::default();
        for (name, value) in pairs(query.unwrap_or_default()).take(MAX_PAIRS) {
            if value.is_empty() || value.len() > MAX_VALUE || name.len() > MAX_VALUE {
                continue;
            }
            if let Some(name) = name.strip_prefix(SET) {
                asked.typed.insert(name.to_owned(), value);
            } else if name == TARGET {
                asked.target = Some(value);
            } else if is_label(&name) {
                asked.labels.insert(name, value);
            }
        }
        asked
    }

    /// The same as a query string with its `?`; empty if nothing is asked for.
    pub(super) fn query(&self) -> String {
        let mut query = String::new();
        let labels = self.labels.iter().map(|(name, value)| (name.clone(), value));
        let typed = self.typed.iter().map(|(name, value)| (format!("{SET}{name}"), value));
        let target = self.target.iter().map(|value| (TARGET.to_owned(), value));
        for (name, value) in labels.chain(typed).chain(target) {
            let mark = if query.is_empty() { '?' } else { '&' };
            // Writing to a String cannot fail.
            let _ = write!(query, "{mark}{}={}", encoded(&name), encoded(value));
        }
        query
    }
}

/// `text` as it may stand in a query string.
pub(super) fn encoded(text: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(text, KEPT)
}

/// The pairs of a query string, decoded.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (String, String)> + '_ {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text)
            .decode_utf8_lossy()
            .into_owned()
    };
    query.split('&').filter(|pair| !pair.is_empty()).map(move |pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

/// The form of a label's name in Prometheus.
fn is_label(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_values_and_the_object_are_told_apart() {
        let asked = Asked::of(Some(
            "namespace=payments&pod=a%2Fb+c&set.TICKET=x%26y&page.target=deployments.apps/a/b&=1&a-b=2&empty=&x",
        ));
        let expect = Asked {
            labels: [("namespace", "payments"), ("pod", "a/b c")]
                .map(|(n, v)| (n.to_owned(), v.to_owned()))
                .into(),
            typed: [("TICKET".to_owned(), "x&y".to_owned())].into(),
            target: Some("deployments.apps/a/b".to_owned()),
        };
        assert_eq!(asked, expect);
        assert_eq!(Asked::of(Some(asked.query().trim_start_matches('?'))), expect);
        assert_eq!(Asked::default().query(), "");
        assert_eq!(Asked::of(None), Asked::default());
        let many = "a=b&".repeat(10_000) + "z=1";
        assert!(!Asked::of(Some(&many)).labels.contains_key("z"));
    }
}
