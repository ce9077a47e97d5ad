//! Names of parameters, as different authors write the same one.
//!
//! In: what stands between the brackets or behind the `$`. Out: keys that are equal when the names are.
//! Must not: know what a name means.

/// The name in lower case, with `-` between its words: `POD_NAME`, `pod name` and `Pod-Name` are `pod-name`.
pub fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for word in words(name) {
        if !key.is_empty() {
            key.push('-');
        }
        key.extend(word.chars().flat_map(char::to_lowercase));
    }
    key
}

/// The name in lower case, as one word: `podname` too is `pod-name`.
pub(super) fn squeezed(name: &str) -> String {
    words(name).flat_map(str::chars).flat_map(char::to_lowercase).collect()
}

/// The words of a name.
pub(super) fn words(name: &str) -> impl DoubleEndedIterator<Item = &str> {
    name.split(|c: char| matches!(c, '-' | '_') || c.is_whitespace())
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_name_have_one_key() {
        for (name, expect) in [
            ("NAMESPACE", "namespace"),
            ("POD_NAME", "pod-name"),
            (" pod  name ", "pod-name"),
            ("Pod-Name", "pod-name"),
            ("podName", "podname"),
            ("Gerät_Ä", "gerät-ä"),
            ("--x--", "x"),
            ("a.b/c", "a.b/c"),
            ("_", ""),
        ] {
            assert_eq!(key(name), expect, "{name:?}");
        }
        assert_eq!(squeezed("Name des-PODS"), "namedespods");
    }
}
