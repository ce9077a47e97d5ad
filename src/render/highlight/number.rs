//! Numbers, as YAML, JSON and PromQL write them.
//!
//! In: a word. Out: whether it is a number. Must not: take dates, versions, addresses or amounts such as `500m` for one.

/// True for decimal and hexadecimal numbers with sign, fraction, exponent and `_` between digits.
pub(super) fn is_number(word: &[u8]) -> bool {
    let word = match word {
        [b'+' | b'-', rest @ ..] => rest,
        _ => word,
    };
    if let [b'0', b'x' | b'X', digits @ ..] = word {
        return !digits.is_empty() && digits.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'_');
    }
    let (whole, rest) = digits(word);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => digits(rest),
        _ => (0, rest),
    };
    if whole + fraction == 0 {
        return false;
    }
    match rest {
        [] => true,
        [b'e' | b'E', b'+' | b'-', exponent @ ..] | [b'e' | b'E', exponent @ ..] => {
            !exponent.is_empty() && exponent.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// How many digits `word` begins with, and what follows them. A `_` belongs to the digit before it.
fn digits(word: &[u8]) -> (usize, &[u8]) {
    let is_digit = |at: usize, byte: u8| byte.is_ascii_digit() || (byte == b'_' && at > 0);
    let end = word.iter().enumerate().position(|(at, byte)| !is_digit(at, *byte));
    let end = end.unwrap_or(word.len());
    (end, word.get(end..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_from_words_that_look_like_them() {
        let numbers = "0 7 -1 +1 007 1_000 1.5 -1.5 .5 5. 1e3 1E-3 1.5e+10 0x1f 0XFF 0xdead_beef 1e0";
        for word in numbers.split(' ') {
            assert!(is_number(word.as_bytes()), "{word}");
        }
        let others = "- + . -. 1.2.3 1.34.2 10.0.0.1 2026-11-24 12:30 500m 2Gi 30s 1k 0x 0xg 1e 1e+ e3 _1 1e3e3 1-1 --1 v1 \u{661}";
        for word in others.split(' ').chain([""]) {
            assert!(!is_number(word.as_bytes()), "{word}");
        }
    }
}
