//! What the API server's YAML reader (YAML 1.1) refuses or reads otherwise although newer YAML allows it.
//!
//! In: the source of a document, a scalar or an anchor name. Out: a finding, or nothing.
//! Must not: judge what a value means. The facts come from feeding both readers the same texts.

use granit_parser::{ScalarStyle, YamlVersion};

use crate::finding::{At, Code, Finding, TextSpan};

/// The first character of `start..end` that cannot stand in a document.
pub(super) fn character(text: &str, start: usize, end: usize) -> Option<Finding> {
    let is_allowed = |c: char| {
        matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
            && !is_break(c)
    };
    let (offset, found) = text.get(start..end)?.char_indices().find(|(_, c)| !is_allowed(*c))?;
    let start = start + offset;
    let code = u32::from(found);
    let message = if is_break(found) {
        format!("U+{code:04X} ends a line for the API server, and nothing here shows it")
    } else {
        format!("the control character U+{code:04X} is not allowed in YAML")
    };
    let help = format!("remove it, or write it as \"\\u{code:04x}\" in double quotes");
    Some(finding(start, start + found.len_utf8(), message).help(help))
}

fn is_break(c: char) -> bool {
    matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A `%YAML` directive with another version than the API server reads. `start` is the beginning of its document.
pub(super) fn version(version: YamlVersion, start: usize) -> Option<Finding> {
    (version != YamlVersion::new(1, 1)).then(|| {
        finding(start, start, "the API server reads YAML 1.1 alone".to_owned()).help("remove the %YAML directive")
    })
}

/// Where a scalar stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Within `[]` or `{}`.
    pub flow: bool,
    /// Within a document that is JSON, which is read by another reader.
    pub json: bool,
}

/// What is wrong with how a scalar is written.
pub(super) fn scalar(text: &str, span: TextSpan, style: ScalarStyle, place: Place) -> Option<Finding> {
    let source = text.get(span.start..span.end)?;
    match style {
        ScalarStyle::DoubleQuoted if !place.json => escape(source, span.start),
        ScalarStyle::Plain if place.flow => {
            let after = text.get(span.end..)?;
            if source.starts_with([':', '?']) {
                Some(finding(
                    span.start,
                    span.end,
                    format!("`{source}` needs quotes within brackets"),
                ))
            } else if !source.is_empty() && after.starts_with(':') && after.get(1..)?.starts_with([',', ']', '}']) {
                let message = format!("`{source}:` is text to the API server, not a key without a value");
                Some(
                    finding(span.start, span.end + 1, message).help("put a space after the colon, or quotes around it"),
                )
            } else {
                None
            }
        }
        _ => None,
    }
}

/// A tab where a key could begin: at the beginning of a line or after `-` and `?`, outside of brackets.
pub(super) fn indentation(text: &str, start: usize) -> Option<Finding> {
    let before = text.get(..start)?;
    let bare = before.trim_end_matches([' ', '\t']);
    let tab = bare.len() + before.get(bare.len()..)?.find('\t')?;
    let is_indentation = bare.is_empty() || bare.ends_with(['\n', '\r', '-', '?']);
    is_indentation.then(|| finding(tab, tab + 1, "a tab cannot indent".to_owned()).help("indent with spaces"))
}

/// Escapes that JSON has and YAML 1.1 has not.
fn escape(source: &str, start: usize) -> Option<Finding> {
    let mut characters = source.char_indices();
    while let Some((at, c)) = characters.next() {
        if c != '\\' {
            continue;
        }
        let (_, kind) = characters.next()?;
        let from = start + at;
        match kind {
            '/' => return Some(finding(from, from + 2, "`\\/` is not an escape in YAML".to_owned()).help("write `/`")),
            'u' => {
                let digits = source.get(at + 2..at + 6)?;
                if u16::from_str_radix(digits, 16).is_ok_and(|code| (0xd800..0xe000).contains(&code)) {
                    let message = "half a surrogate pair is not an escape in YAML".to_owned();
                    return Some(
                        finding(from, from + 6, message).help("write the character itself, or \\U and eight digits"),
                    );
                }
            }
            _ => {}
        }
    }
    None
}

/// What is wrong with the name of an anchor.
pub(super) fn anchor(name: &str, span: TextSpan) -> Option<Finding> {
    let is_plain = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    (!is_plain).then(|| {
        finding(span.start, span.end, format!("`{name}` is not the name of an anchor"))
            .help("use letters, digits, `-` and `_`")
    })
}

fn finding(start: usize, end: usize, message: String) -> Finding {
    Finding::new(Code::YamlSyntax, At::Text(TextSpan { start, end }), message)
}
