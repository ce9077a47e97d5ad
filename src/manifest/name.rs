//! Names of documents that come from files.
//!
//! In: the path of a Markdown file, relative to the folder that is read, with `/`. Out: names that the API server takes.
//! Must not: depend on any other file, or adding one would rename another; collisions are the importer's to settle.

use sha2::{Digest, Sha256};

/// As long as a label value may be, so that the name can stand in one.
const MAX_NAME: usize = 63;
/// As long as any name may be.
const MAX_ALIAS: usize = 253;

/// The object name of the file at `path`: `<component>-<file>` in lower case, the component being the first folder.
/// `index`, `_index` and `README` take the name of their folder.
pub fn object_name(path: &str) -> String {
    let (folders, stem) = split(path);
    let mut parts: Vec<&str> = folders.first().copied().into_iter().collect();
    if !is_index(stem) {
        parts.push(stem);
    } else if folders.len() > 1 {
        parts.extend(folders.last());
    } else if folders.is_empty() {
        parts.push(stem);
    }
    let name = parts
        .iter()
        .map(|part| plain(part))
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    shorten(
        // Nothing of the path can stand in a name, so its digest does: another such file gets another.
        if name.is_empty() {
            format!("document-{}", digest(path))
        } else {
            name
        },
        path,
        MAX_NAME,
    )
}

/// A name made of a template: `{component}` is the first folder, `{file}` the file name, `{path}` all folders and the
/// file name, each in the form that a name can have.
pub fn name_from_template(template: &str, path: &str) -> String {
    let (folders, stem) = split(path);
    let whole: Vec<&str> = folders.iter().copied().chain([stem]).collect();
    let name = template
        .replace("{component}", &plain(folders.first().copied().unwrap_or_default()))
        .replace("{file}", &plain(stem))
        .replace("{path}", &plain(&whole.join("-")));
    shorten(plain(&name), path, MAX_ALIAS)
}

/// The plain lower-cased file name, by which the document is also found; `None` when that is its name already, or
/// when the file is named after its folder.
pub fn alias_name(path: &str) -> Option<String> {
    let (_, stem) = split(path);
    let alias = shorten(plain(stem), path, MAX_ALIAS);
    (!is_index(stem) && !alias.is_empty() && alias != object_name(path)).then_some(alias)
}

/// True for a file name (without its extension) in the form of an alert name, such as `KubeNodeNotReady` or
/// `etcdNoLeader`: letters and digits in at least two humps, three if it begins in lower case.
pub fn is_alert_shaped(stem: &str) -> bool {
    let letters = stem.as_bytes();
    let humps = letters
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_uppercase() && b.is_ascii_lowercase()));
    let lower_start = letters.first().is_some_and(u8::is_ascii_lowercase);
    letters.iter().all(u8::is_ascii_alphanumeric)
        && letters.first().is_some_and(u8::is_ascii_alphabetic)
        && humps.count() >= 2
        && (!lower_start || letters.len() > 4)
}

/// The file name of a path without its extension.
pub(super) fn stem(path: &str) -> &str {
    split(path).1
}

fn split(path: &str) -> (Vec<&str>, &str) {
    let mut folders: Vec<&str> = path
        .split(['/', '\\'])
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .collect();
    let file = folders.pop().unwrap_or_default();
    let stem = match file.rsplit_once('.') {
        Some((stem, extension)) if is_markdown(extension) && !stem.is_empty() => stem,
        _ => file,
    };
    (folders, stem)
}

fn is_markdown(extension: &str) -> bool {
    extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
}

fn is_index(stem: &str) -> bool {
    ["index", "_index", "readme"]
        .iter()
        .any(|index| stem.eq_ignore_ascii_case(index))
}

/// Lower case; everything that a name cannot hold becomes one `-`, and dots stay only between letters or digits.
fn plain(part: &str) -> String {
    let mut name = String::with_capacity(part.len());
    for c in part.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => name.push(c),
            'ä' => name.push_str("ae"),
            'ö' => name.push_str("oe"),
            'ü' => name.push_str("ue"),
            'ß' => name.push_str("ss"),
            '.' if name.ends_with(|c: char| c.is_ascii_alphanumeric()) => name.push('.'),
            _ if name.ends_with('.') => {
                name.pop();
                name.push('-');
            }
            _ if name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    name.trim_matches(['-', '.']).to_owned()
}

/// A name within `max`: what is cut off is replaced by a digest of the path, so that two long names stay two names.
fn shorten(name: String, path: &str, max: usize) -> String {
    if name.len() <= max {
        return name;
    }
    let digest = digest(path);
    let head: String = name.chars().take(max - digest.len() - 1).collect();
    format!("{}-{digest}", head.trim_end_matches(['-', '.']))
}

fn digest(path: &str) -> String {
    Sha256::digest(path.as_bytes())
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_component_and_file_in_lower_case() {
        for (path, name, alias) in [
            ("etcd/etcdNoLeader.md", "etcd-etcdnoleader", Some("etcdnoleader")),
            (
                "cluster-monitoring-operator/KubeNodeNotReady.md",
                "cluster-monitoring-operator-kubenodenotready",
                Some("kubenodenotready"),
            ),
            ("a/b/C.markdown", "a-c", Some("c")),
            ("KubeNodeNotReady.md", "kubenodenotready", None),
            ("etcd/README.md", "etcd", None),
            ("etcd/_index.md", "etcd", None),
            ("etcd/backup/index.md", "etcd-backup", None),
            ("README.md", "readme", None),
            (
                "ops/Größe ändern (neu).md",
                "ops-groesse-aendern-neu",
                Some("groesse-aendern-neu"),
            ),
            ("ops/v1.29.upgrade..md", "ops-v1.29.upgrade", Some("v1.29.upgrade")),
            ("ops/a._b.md", "ops-a-b", Some("a-b")),
            ("日本/語.md", "document-b34cc6c2", None),
            ("./x/../y.md", "x-y", Some("y")),
        ] {
            assert_eq!(object_name(path), name, "{path}");
            assert_eq!(alias_name(path).as_deref(), alias, "{path}");
        }
    }

    #[test]
    fn long_names_are_cut_and_stay_different() {
        let long = "x".repeat(80);
        let (one, two) = (
            object_name(&format!("a/{long}1.md")),
            object_name(&format!("a/{long}2.md")),
        );
        assert_eq!((one.len(), two.len()), (63, 63));
        assert_ne!(one, two);
        assert_eq!(one, object_name(&format!("a/{long}1.md")));
    }

    #[test]
    fn alert_names_have_humps() {
        for name in ["KubeNodeNotReady", "CPUThrottlingHigh", "etcdNoLeader", "Node2DiskFull"] {
            assert!(is_alert_shaped(name), "{name}");
        }
        for name in [
            "README",
            "Kubernetes",
            "getting-started",
            "gettingStarted",
            "How To",
            "",
            "Alpha_BetaGamma",
        ] {
            assert!(!is_alert_shaped(name), "{name}");
        }
    }
}
