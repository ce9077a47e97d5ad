//! JSON, with comments, in the wider dialect people write by hand, and broken off at any place.
//!
//! In: documents or parts of them. Out: keys, strings, numbers, literals, comments. Must not: let a quote that nobody
//! closed take more than its line.

use super::bytes::{BETWEEN, BLANK, QUOTED_STOP, WORD, byte, find, has, line_end, skip};
use super::marks::Marks;
use super::{Class, number};

pub(super) fn lex(code: &[u8], marks: &mut Marks<'_>) {
    let mut at = 0;
    loop {
        at = skip(code, at, BETWEEN);
        if at >= code.len() {
            return;
        }
        let (end, class) = match byte(code, at) {
            quote @ (b'"' | b'\'') => string(code, at, quote),
            // After a colon it belongs to an address without quotes.
            b'/' if byte(code, at + 1) == b'/' && (at == 0 || byte(code, at - 1) != b':') => {
                (line_end(code, at), Some(Class::Comment))
            }
            b'/' if byte(code, at + 1) == b'*' => (comment_end(code, at + 2), Some(Class::Comment)),
            b'0'..=b'9' | b'-' | b'+' | b'.' => number(code, at),
            b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'$' | 0x80.. => word(code, at),
            _ => (at + 1, None),
        };
        if let Some(class) = class {
            marks.piece(at..end, class);
        }
        at = end;
    }
}

/// A text in quotes that begins at `at`: it ends with its line at the latest.
fn string(code: &[u8], from: usize, quote: u8) -> (usize, Option<Class>) {
    let mut at = from + 1;
    loop {
        at = find(code, at, QUOTED_STOP);
        match byte(code, at) {
            b'\n' => return (at, Some(Class::String)),
            b'\\' if byte(code, at + 1) != b'\n' => at += 2,
            stop if stop == quote => break,
            _ => at += 1,
        }
    }
    let key = byte(code, skip(code, at + 1, BLANK)) == b':';
    (at + 1, Some(if key { Class::Key } else { Class::String }))
}

fn comment_end(code: &[u8], from: usize) -> usize {
    let rest = code.get(from..).unwrap_or_default();
    let found = rest.windows(2).position(|pair| pair == b"*/");
    found.map_or(code.len(), |found| from + found + 2)
}

fn number(code: &[u8], from: usize) -> (usize, Option<Class>) {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-' | b'_');
    let rest = code.get(from..).unwrap_or_default();
    let length = rest.iter().position(|byte| !part(byte)).unwrap_or(rest.len());
    let word = rest.get(..length).unwrap_or_default();
    let number = number::is_number(word) || matches!(word, b"-Infinity" | b"+Infinity" | b"-NaN");
    (from + length, number.then_some(Class::Number))
}

fn word(code: &[u8], from: usize) -> (usize, Option<Class>) {
    let end = skip(code, from + 1, WORD);
    let next = skip(code, end, BLANK);
    let class = match code.get(from..end).unwrap_or_default() {
        _ if byte(code, next) == b':' && !has(code, next, b"://") => Some(Class::Key),
        b"true" | b"false" | b"null" => Some(Class::Keyword),
        b"NaN" | b"Infinity" => Some(Class::Number),
        _ => None,
    };
    (end, class)
}
