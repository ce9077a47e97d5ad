//! What a word is, told from its text alone.
//!
//! In: a word as it is written. Out: whether it assigns, or is one of the shell's own. Must not: know where it stands.

/// The word without the quotes around all of it.
pub(super) fn unquoted(word: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|quote| word.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(word)
}

/// True for `NAME=…`, `NAME+=…` and `NAME[…]=…`.
pub(in super::super) fn is_assignment(word: &str) -> bool {
    let of_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let length = word.bytes().take_while(of_name).count();
    let (name, rest) = word.as_bytes().split_at_checked(length).unwrap_or_default();
    let rest = match rest.split_first() {
        Some((b'[', index)) => index.splitn(2, |byte| *byte == b']').nth(1).unwrap_or_default(),
        _ => rest,
    };
    name.first().is_some_and(|first| !first.is_ascii_digit()) && (rest.starts_with(b"=") || rest.starts_with(b"+="))
}

/// True for the words that the shell reads itself where a command is awaited.
pub(in super::super) fn is_reserved(word: &str) -> bool {
    matches!(
        word,
        "if" | "then"
            | "elif"
            | "else"
            | "fi"
            | "for"
            | "select"
            | "while"
            | "until"
            | "do"
            | "done"
            | "case"
            | "esac"
            | "function"
            | "!"
    )
}
