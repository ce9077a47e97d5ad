//! Bytes and runs of them.
//!
//! In: code as bytes. Out: what a byte is and where a run ends. Must not: fail beyond the end; there, every code ends
//! with a line end, so that no lexer has to ask for two kinds of end.

/// Space, tab and carriage return: blank, but no new line.
pub(super) const BLANK: u8 = 1;
/// What may end or interrupt a plain scalar of YAML outside of `[]` and `{}`.
pub(super) const PLAIN_STOP: u8 = 2;
/// What may end or interrupt a plain scalar of YAML inside of `[]` and `{}`.
pub(super) const FLOW_STOP: u8 = 4;
/// What may end or interrupt a quoted text.
pub(super) const QUOTED_STOP: u8 = 8;
/// What may end or interrupt a line of text with templates in it.
pub(super) const TEXT_STOP: u8 = 16;
/// Letters, digits, `_` and all that is not ASCII: what words are made of.
pub(super) const WORD: u8 = 32;
/// What may end or interrupt a template.
pub(super) const TEMPLATE_STOP: u8 = 64;
/// What JSON has between its values.
pub(super) const BETWEEN: u8 = 128;

const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut rest: &mut [u8] = &mut kinds;
    let mut byte: u8 = 0;
    while let Some((first, others)) = rest.split_first_mut() {
        *first = kinds_of(byte);
        byte = byte.wrapping_add(1);
        rest = others;
    }
    kinds
};

const fn kinds_of(byte: u8) -> u8 {
    match byte {
        b'\n' => PLAIN_STOP | FLOW_STOP | QUOTED_STOP | TEXT_STOP | TEMPLATE_STOP | BETWEEN,
        b' ' | b'\t' | b'\r' => BLANK | BETWEEN,
        b':' => PLAIN_STOP | FLOW_STOP | BETWEEN,
        b'#' => PLAIN_STOP | FLOW_STOP,
        b'{' => PLAIN_STOP | FLOW_STOP | QUOTED_STOP | TEXT_STOP | TEMPLATE_STOP | BETWEEN,
        b'}' => FLOW_STOP | TEMPLATE_STOP | BETWEEN,
        b',' | b'[' | b']' => FLOW_STOP | BETWEEN,
        b'"' => QUOTED_STOP | TEMPLATE_STOP,
        b'`' => QUOTED_STOP | TEMPLATE_STOP,
        b'\'' | b'\\' | b'$' => QUOTED_STOP,
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | 0x80.. => WORD,
        _ => 0,
    }
}

/// The byte at `at`; a line end where there is none.
#[inline]
pub(super) fn byte(code: &[u8], at: usize) -> u8 {
    code.get(at).copied().unwrap_or(b'\n')
}

/// True if `byte` is one of `kinds`.
#[inline]
pub(super) fn is(byte: u8, kinds: u8) -> bool {
    KINDS.get(usize::from(byte)).copied().unwrap_or(0) & kinds != 0
}

/// True for blanks and line ends: what has to follow YAML's `:` and `-`.
#[inline]
pub(super) fn is_space(byte: u8) -> bool {
    byte == b'\n' || is(byte, BLANK)
}

/// The place of the first byte at or after `from` that is one of `kinds`, or the end.
#[inline]
pub(super) fn find(code: &[u8], from: usize, kinds: u8) -> usize {
    let rest = code.get(from..).unwrap_or_default();
    let found = rest.iter().position(|byte| is(*byte, kinds));
    found.map_or(code.len(), |found| from + found)
}

/// The end of the run of `kinds` that begins at `from`; `from` if there is none.
#[inline]
pub(super) fn skip(code: &[u8], from: usize, kinds: u8) -> usize {
    let rest = code.get(from..).unwrap_or_default();
    let found = rest.iter().position(|byte| !is(*byte, kinds));
    found.map_or(code.len(), |found| from + found)
}

/// The end of blanks and line ends that begin at `from`.
#[inline]
pub(super) fn skip_space(code: &[u8], from: usize) -> usize {
    let rest = code.get(from..).unwrap_or_default();
    let found = rest.iter().position(|byte| !is_space(*byte));
    found.map_or(code.len(), |found| from + found)
}

/// Where the line that holds `from` ends: its line end, or the end of the code.
#[inline]
pub(super) fn line_end(code: &[u8], from: usize) -> usize {
    let rest = code.get(from..).unwrap_or_default();
    let (blocks, tail) = rest.as_chunks::<16>();
    // Blocks are looked at as a whole, which the compiler turns into a few instructions each.
    let ends = |block: &[u8; 16]| block.iter().fold(0, |found, byte| found | u8::from(*byte == b'\n')) != 0;
    let clean = blocks.iter().take_while(|block| !ends(block)).count();
    let rest = blocks.get(clean).map_or(tail, |block| block.as_slice());
    let found = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    (from + clean * 16 + found).min(code.len())
}

/// `range` without the blanks at its end.
#[inline]
pub(super) fn trimmed_end(code: &[u8], from: usize, to: usize) -> usize {
    let text = code.get(from..to).unwrap_or_default();
    let kept = text.iter().rposition(|byte| !is(*byte, BLANK));
    kept.map_or(from, |kept| from + kept + 1)
}

/// True if `code` goes on with `text` at `at`.
#[inline]
pub(super) fn has(code: &[u8], at: usize, text: &[u8]) -> bool {
    code.get(at..).is_some_and(|rest| rest.starts_with(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_wherever_they_end() {
        for length in 0..70 {
            let mut code = vec![b'a'; length];
            assert_eq!(line_end(&code, 0), length);
            for at in (0..length).rev() {
                code[at] = b'\n';
                assert_eq!(line_end(&code, 0), at);
                assert_eq!(line_end(&code, at), at);
            }
        }
    }

    #[test]
    fn the_end_is_a_line_end_and_nothing_fails_beyond() {
        let code = b"a \t";
        assert_eq!(byte(code, 2), b'\t');
        for at in [3, 4, usize::MAX] {
            assert_eq!(byte(code, at), b'\n');
            assert_eq!(find(code, at, BLANK), 3);
            assert_eq!(skip(code, at, BLANK), 3);
            assert_eq!(skip_space(code, at), 3);
            assert!(!has(code, at, b"a"));
        }
        for at in [3, 4] {
            assert_eq!(line_end(code, at), 3);
        }
        assert_eq!(find(code, 0, BLANK), 1);
        assert_eq!(skip(code, 1, BLANK), 3);
        assert_eq!(trimmed_end(code, 0, 3), 1);
        assert_eq!(trimmed_end(code, 1, 3), 1);
        assert!(has(code, 1, b" \t") && has(code, 3, b""));
    }
}
