//! The form of label keys and values, as the API server has it.
//! Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set>
//!
//! In: a key or a value. Out: why it is none. Must not: know where it stands.

const NAME_LIMIT: usize = 63;
const PREFIX_LIMIT: usize = 253;

/// Whether this can be the key of a label.
///
/// # Errors
/// The rule that it breaks.
pub fn key(key: &str) -> Result<(), &'static str> {
    let (prefix, name) = key
        .rsplit_once('/')
        .map_or((None, key), |(prefix, name)| (Some(prefix), name));
    if let Some(prefix) = prefix {
        let part = |part: &str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                && !part.starts_with('-')
                && !part.ends_with('-')
        };
        if prefix.len() > PREFIX_LIMIT || !prefix.split('.').all(part) {
            return Err("the part before / is a DNS name");
        }
    }
    if name.is_empty() {
        return Err("the name is empty");
    }
    word(name)
}

/// Whether this can be the value of a label.
///
/// # Errors
/// The rule that it breaks.
pub fn value(value: &str) -> Result<(), &'static str> {
    if value.is_empty() { Ok(()) } else { word(value) }
}

fn word(word: &str) -> Result<(), &'static str> {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if word.len() > NAME_LIMIT {
        Err("at most 63 characters")
    } else if !edge(word.chars().next()) || !edge(word.chars().next_back()) {
        Err("it begins and ends with a letter or digit")
    } else if !word
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    {
        Err("only letters, digits, -, _ and . may stand in it")
    } else {
        Ok(())
    }
}
