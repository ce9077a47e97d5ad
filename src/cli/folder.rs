//! Files, folders and standard input to texts. The only place that reads the file system.
//!
//! In: the paths of a command line. Out: [`Input`]: texts in a stable order, what could not be read, what was left out.
//! Must not: stop at what cannot be read, follow a link to a folder, or look into hidden folders.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::finding::{At, Code, Finding, TextSpan};
use crate::manifest;

/// What a command reads.
#[derive(Debug, Default)]
pub struct Input {
    /// The files, in the order of the arguments and by name within a folder.
    pub files: Vec<File>,
    /// What could not be read.
    pub failures: Vec<Unreadable>,
    /// What was left out on purpose, as sentences.
    pub notices: Vec<String>,
}

/// One file.
#[derive(Debug)]
pub struct File {
    /// The path as it is shown: as it was given, or below the folder that was given.
    pub name: String,
    /// The path below the folder that was given, with `/`: what names are made of.
    pub path: String,
    /// What it is.
    pub format: Format,
    /// Whether the file was named, rather than found in a folder.
    pub named: bool,
    /// Its text; empty when it has none.
    pub text: String,
    /// Why it has none.
    pub problem: Option<Finding>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML or JSON.
    Manifest,
    /// Markdown, perhaps with front matter.
    Markdown,
}

/// A path that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// There is nothing of that name.
    #[error("{0}: no such file or folder; check the path, it is relative to {1}")]
    Missing(String, String),
    /// The rights do not suffice.
    #[error("{0}: permission denied; make it readable, for example: chmod u+r {0}")]
    Denied(String),
    /// Neither a file nor a folder.
    #[error("{0}: neither a file nor a folder; give a file, a folder, or - for standard input")]
    Special(String),
    /// Anything else.
    #[error("{0}: cannot be read: {1}")]
    Other(String, io::Error),
}

impl Unreadable {
    fn new(name: &str, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => {
                let folder = std::env::current_dir()
                    .map_or_else(|_| "this folder".to_owned(), |folder| folder.display().to_string());
                Self::Missing(name.to_owned(), folder)
            }
            io::ErrorKind::PermissionDenied => Self::Denied(name.to_owned()),
            _ => Self::Other(name.to_owned(), error),
        }
    }
}

/// Reads the files at these paths: files, folders with everything below them, `-` for standard input.
pub fn collect(paths: &[PathBuf]) -> Input {
    let mut input = Input::default();
    for path in paths {
        if path.as_os_str() == "-" {
            input.standard_input();
            continue;
        }
        let name = shown(path);
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => input.folder(path, path),
            Ok(found) if found.is_file() => input.file(path, name, file_name(path), true),
            // A pipe such as <(helm template .) can be read like a file.
            Ok(_) if !is_device(path) => input.file(path, name, file_name(path), true),
            Ok(_) => input.failures.push(Unreadable::Special(name)),
            Err(error) => input.failures.push(Unreadable::new(&name, error)),
        }
    }
    input
}

impl Input {
    fn standard_input(&mut self) {
        let mut bytes = Vec::new();
        // One byte more than is read, so that what is too long is seen to be.
        let limit = manifest::MAX_TEXT as u64 + 1;
        match io::stdin().lock().take(limit).read_to_end(&mut bytes) {
            Ok(_) => self.text(&bytes, "<stdin>".to_owned(), String::new(), true, None),
            Err(error) => self.failures.push(Unreadable::new("<stdin>", error)),
        }
    }

    fn folder(&mut self, root: &Path, folder: &Path) {
        let entries = match fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
            Ok(entries) => entries,
            Err(error) => return self.failures.push(Unreadable::new(&shown(folder), error)),
        };
        if entries.iter().any(|entry| entry.file_name() == "Chart.yaml") {
            let name = shown(folder);
            return self.notices.push(format!(
                "{name} is a Helm chart and was left out; check what it renders: helm template {name} | kubectl runbook lint -"
            ));
        }
        let mut entries = entries;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.folder(root, &path),
                Ok(_) => {
                    // A link counts as what it leads to, but not when that is a folder: links can go in circles.
                    let is_file = fs::metadata(&path).is_ok_and(|found| found.is_file());
                    if is_file && format(&path).is_some() && !is_kustomization(&path) {
                        let below = path.strip_prefix(root).unwrap_or(&path);
                        let below = below.iter().map(OsStr::to_string_lossy).collect::<Vec<_>>().join("/");
                        self.file(&path, shown(&path), below, false);
                    }
                }
                Err(error) => self.failures.push(Unreadable::new(&shown(&path), error)),
            }
        }
    }

    fn file(&mut self, file: &Path, name: String, path: String, named: bool) {
        let limit = manifest::MAX_TEXT as u64 + 1;
        let mut bytes = Vec::new();
        match fs::File::open(file).and_then(|file| file.take(limit).read_to_end(&mut bytes)) {
            Ok(_) => self.text(&bytes, name, path, named, format(file)),
            Err(error) => self.failures.push(Unreadable::new(&name, error)),
        }
    }

    fn text(&mut self, bytes: &[u8], name: String, path: String, named: bool, format: Option<Format>) {
        let (text, problem) = if bytes.len() > manifest::MAX_TEXT {
            let message = format!(
                "the file is longer than {} MiB and is not read",
                manifest::MAX_TEXT >> 20
            );
            let at = At::Text(TextSpan { start: 0, end: 0 });
            (String::new(), Some(Finding::new(Code::YamlBudget, at, message)))
        } else {
            match manifest::decode(bytes) {
                Ok(text) => (text.to_owned(), None),
                Err(finding) => (String::new(), Some(finding)),
            }
        };
        let format = format.unwrap_or_else(|| guess(&text));
        self.files.push(File {
            name,
            path,
            format,
            named,
            text,
            problem,
        });
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// A path with `/` and without a leading `./`.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    match text.strip_prefix("./") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => text,
    }
}

fn format(path: &Path) -> Option<Format> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "yaml" | "yml" | "json" => Some(Format::Manifest),
        "md" | "markdown" => Some(Format::Markdown),
        _ => None,
    }
}

/// A Kustomization is a list of files for a tool, not an object of a cluster.
fn is_kustomization(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name == "kustomization.yaml" || name == "kustomization.yml")
}

#[cfg(unix)]
fn is_device(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    fs::metadata(path).is_ok_and(|found| !found.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_device(_: &Path) -> bool {
    true
}

/// Objects or Markdown, for a text without a name: objects begin with a key of theirs or a bracket. Front matter has
/// keys too, but no `apiVersion`, and is closed by a second `---`.
fn guess(text: &str) -> Format {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .peekable();
    let marked = lines.next_if(|line| line.trim_end() == "---").is_some();
    let Some(first) = lines.peek() else {
        // Nothing at all, or comments alone, is what a template renders that has nothing to say. `# Title` may be
        // either; a comment of a template names its file.
        let headings = text
            .lines()
            .any(|line| line.starts_with("# ") && !line.starts_with("# Source:"));
        return if headings && !marked {
            Format::Markdown
        } else {
            Format::Manifest
        };
    };
    if first.starts_with(['{', '[']) && !marked {
        return Format::Manifest;
    }
    let is_key = first
        .split_once(':')
        .is_some_and(|(key, rest)| !key.contains([' ', '*', '`', '[']) && (rest.is_empty() || rest.starts_with(' ')));
    let keys: &[&str] = if marked {
        &["apiVersion:", "groups:"]
    } else {
        &["apiVersion:", "groups:", "kind:"]
    };
    let mut block = lines.take_while(|line| !line.starts_with("---") && !line.starts_with("```"));
    let is_object = block.any(|line| keys.iter().any(|key| line.starts_with(key)));
    if is_key && is_object {
        Format::Manifest
    } else {
        Format::Markdown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_a_name_is_told_by_its_beginning() {
        for (text, format) in [
            ("apiVersion: v1\nkind: X\n", Format::Manifest),
            ("# comment\n---\nkind: X\napiVersion: v1\n", Format::Manifest),
            ("{\"kind\": \"X\"}", Format::Manifest),
            ("metadata: {}\nkind: X\n", Format::Manifest),
            ("groups:\n- name: a\n", Format::Manifest),
            ("# Title\n\nText.\n", Format::Markdown),
            ("---\ntitle: T\nkind: Runbook\n---\nText.\n", Format::Markdown),
            ("---\ntitle: T\n---\n", Format::Markdown),
            ("Note: read this.\n\n```yaml\napiVersion: v1\n```\n", Format::Markdown),
            ("Some text: with a colon.\n", Format::Markdown),
            ("# Title\n", Format::Markdown),
            ("---\n# Source: chart/templates/empty.yaml\n", Format::Manifest),
            ("# Source: chart/templates/empty.yaml\n", Format::Manifest),
            ("", Format::Manifest),
        ] {
            assert_eq!(guess(text), format, "{text:?}");
        }
    }
}
