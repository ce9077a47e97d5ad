//! How the path of a field is written: `spec.appliesTo[1].name`, `metadata.labels["app.kubernetes.io/name"]`.
//!
//! In: parents and keys, or a path. Out: a path, or its segments. Must not: know which fields exist.

use std::borrow::Cow;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment<'p> {
    /// The value of a key.
    Key(Cow<'p, str>),
    /// An item of a list, counted from 0.
    Index(usize),
}

/// The path of `key` in the mapping at `parent`; an empty parent is the object itself.
pub fn join(parent: &str, key: &str) -> String {
    let plain = !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$'));
    match (plain, parent.is_empty()) {
        (true, true) => key.to_owned(),
        (true, false) => format!("{parent}.{key}"),
        // A string always has a JSON form.
        (false, _) => format!("{parent}[{}]", serde_json::to_string(key).unwrap_or_default()),
    }
}

/// The path of the item `index` of the list at `parent`.
pub fn item(parent: &str, index: usize) -> String {
    format!("{parent}[{index}]")
}

/// The steps of a path. What does not follow the form is read as a key, so that every path means something.
pub fn segments(path: &str) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            if let Some((segment, after)) = bracket(inner) {
                segments.push(segment);
                rest = after;
                continue;
            }
            segments.push(Segment::Key(rest.into()));
            break;
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        if !key.is_empty() {
            segments.push(Segment::Key(key.into()));
        } else if after.starts_with('.') {
            segments.push(Segment::Key("".into()));
        }
        rest = after;
    }
    segments
}

/// Reads `3]...` or `"key"]...`.
fn bracket(inner: &str) -> Option<(Segment<'_>, &str)> {
    if inner.starts_with('"') {
        let mut keys = serde_json::Deserializer::from_str(inner).into_iter::<String>();
        let key = keys.next()?.ok()?;
        let after = inner.get(keys.byte_offset()..)?.strip_prefix(']')?;
        return Some((Segment::Key(key.into()), after));
    }
    let (number, after) = inner.split_once(']')?;
    Some((Segment::Index(number.parse().ok()?), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_back_as_the_steps_it_was_made_of() {
        let mut path = String::new();
        let keys = [
            "metadata",
            "labels",
            "app.kubernetes.io/name",
            "",
            "a\"]b",
            "ä ö",
            "x-y_z",
        ];
        for key in keys {
            path = item(&join(&path, key), 7);
        }
        let steps: Vec<Segment<'_>> = segments(&path);
        let wanted: Vec<Segment<'_>> = keys
            .iter()
            .flat_map(|key| [Segment::Key((*key).into()), Segment::Index(7)])
            .collect();
        assert_eq!(steps, wanted, "{path}");
    }

    #[test]
    fn odd_paths_still_mean_something() {
        assert_eq!(segments(""), []);
        assert_eq!(segments("a[b"), [Segment::Key("a".into()), Segment::Key("[b".into())]);
        assert_eq!(
            segments("spec.title"),
            [Segment::Key("spec".into()), Segment::Key("title".into())]
        );
    }
}
