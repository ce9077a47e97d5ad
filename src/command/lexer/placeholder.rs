//! Angle brackets that stand for something the reader has to put in: `<namespace>`, `<pod name>`.
//!
//! In: bytes that begin with `<`. Out: the length of the placeholder. Must not: take a redirection for a placeholder
//! where a shell would read one in ordinary writing (`sort <in >out`, `wc <in 2>/dev/null`).

/// The longest text between the brackets, in bytes.
const MAX_NAME: usize = 100;

/// The length in bytes of the placeholder that `rest` begins with, brackets included.
pub(super) fn length(rest: &[u8]) -> Option<usize> {
    let doubled = rest.starts_with(b"<<");
    let name = rest.get(if doubled { 2 } else { 1 }..)?;
    let first = name.first().copied()?;
    if !(first.is_ascii_alphanumeric() || matches!(first, b'_' | b'.' | b'[' | b'{' | b'$') || !first.is_ascii()) {
        return None;
    }
    let variable = usize::from(first == b'$');
    let length = variable
        + name
            .iter()
            .skip(variable)
            .take(MAX_NAME)
            .position(|byte| !is_of_name(*byte))?;
    let (name, rest) = name.split_at_checked(length)?;
    let close: &[u8] = if doubled { b">>" } else { b">" };
    (rest.starts_with(close) && is_name(name)).then_some(length + 2 * close.len())
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" -_./:|,'()@#[]{}+*%\t!?".contains(&byte) || !byte.is_ascii()
}

fn is_name(name: &[u8]) -> bool {
    let (Some(first), Some(last)) = (name.first(), name.last()) else {
        return false;
    };
    if name.iter().all(|byte| *byte == b'.') {
        return true;
    }
    if last.is_ascii_whitespace() || !name.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()) {
        return false;
    }
    // `wc <in 2>err`: the last digit is the number of a file. `a <5 and b>3`: a comparison.
    let mut words = name.split(|byte| matches!(byte, b' ' | b'\t'));
    let one = words.next().is_some() && words.next().is_none();
    let last_word = name
        .rsplit(|byte| matches!(byte, b' ' | b'\t'))
        .next()
        .unwrap_or_default();
    let number = last_word.len() == 1 && last.is_ascii_digit();
    one || !(number || first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_redirections() {
        let cases = [
            ("<namespace>", 11),
            ("<pod name> -n x", 10),
            ("<value of namespace label from alert>'", 37),
            ("<NODE_NAME>", 11),
            ("<pod>/<name>", 5),
            ("<a|b>", 5),
            ("<user's name>", 13),
            ("<1-5>", 5),
            ("<...>", 5),
            ("<…>", 5),
            ("<<name>> x", 8),
            ("<größe>", 9),
            ("<in >out", 0),
            ("<in 2>err", 0),
            ("< in > out", 0),
            ("<5 and b>3", 0),
            ("<&1>", 0),
            ("<(sort x) >y", 0),
            ("<<EOF >x", 0),
            ("<<<word>", 0),
            ("<a\nb>", 0),
            ("<$x>", 4),
            ("<$x >y", 0),
            ("<x", 0),
            ("<>", 0),
            ("<-->", 0),
            ("</tag>", 0),
            ("<x type='y'>", 0),
            ("<", 0),
        ];
        for (input, expect) in cases {
            assert_eq!(length(input.as_bytes()).unwrap_or_default(), expect, "{input:?}");
        }
        assert_eq!(length(format!("<{}>", "a".repeat(200)).as_bytes()), None);
    }
}
