//! The files that `import` writes and removes.
//!
//! In: manifests. Out: the output folder, changed where it differs. Must not: touch a file that no import wrote, or
//! remove one after a run that could not read everything.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::api::DocumentKind;

/// First line of every file that `import` writes: `--prune` removes nothing without it.
pub(super) const MARK: &str = "# Written by kubectl runbook import from ";

/// First words of the line after it, where the import says something of all its documents.
pub(super) const ORIGIN: &str = "# All of this import:";

/// A manifest to write.
pub(super) struct Manifest {
    pub(super) file: String,
    pub(super) text: String,
    pub(super) kind: DocumentKind,
}

/// What was done.
pub(super) struct Written {
    pub(super) changed: usize,
    pub(super) removed: usize,
    pub(super) refused: usize,
}

/// Writes what differs, and removes what is no longer there of the origin to prune.
pub(super) fn write_all(
    folder: &Path,
    prune: Option<&str>,
    manifests: &[Manifest],
    complete: bool,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Written> {
    fs::create_dir_all(folder)?;
    let mut written = Written {
        changed: 0,
        removed: 0,
        refused: 0,
    };
    for manifest in manifests {
        let path = folder.join(&manifest.file);
        if fs::read(&path).is_ok_and(|have| have == manifest.text.as_bytes()) {
            continue;
        }
        if path.exists() && !is_ours(&path) {
            writeln!(
                err,
                "error: {}: not written by import, and so not overwritten; move it away",
                path.display()
            )?;
            written.refused += 1;
            continue;
        }
        fs::write(&path, &manifest.text)?;
        written.changed += 1;
    }
    if prune.is_some() && !complete {
        writeln!(
            err,
            "nothing is removed: what could not be read or imported may still be there"
        )?;
    } else if let Some(origin) = prune {
        let wanted: BTreeSet<&str> = manifests.iter().map(|manifest| manifest.file.as_str()).collect();
        for path in left_over(folder, &wanted, origin)? {
            fs::remove_file(&path)?;
            writeln!(out, "removed {}", path.display())?;
            written.removed += 1;
        }
    }
    Ok(written)
}

/// Manifests of earlier imports from the same origin that this one did not write.
fn left_over(folder: &Path, wanted: &BTreeSet<&str>, origin: &str) -> io::Result<Vec<PathBuf>> {
    let mut gone = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if !name.ends_with(".yaml") || wanted.contains(name.as_str()) {
            continue;
        }
        if fs::read_to_string(&path).is_ok_and(|text| is_from(&text, origin)) {
            gone.push(path);
        }
    }
    gone.sort();
    Ok(gone)
}

/// Whether an import with this second line wrote the text.
fn is_from(text: &str, origin: &str) -> bool {
    let Some((first, rest)) = text.split_once('\n') else {
        return false;
    };
    let second = rest
        .split_inclusive('\n')
        .next()
        .filter(|line| line.starts_with(ORIGIN));
    first.starts_with(MARK) && second.unwrap_or_default() == origin
}

/// Whether an import wrote this file.
fn is_ours(path: &Path) -> bool {
    fs::read(path).is_ok_and(|text| text.starts_with(MARK.as_bytes()))
}
