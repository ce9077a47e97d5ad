//! Real code, beside the project or where `KNOWLEDGE_CORPUS` says.
//!
//! In: runbooks and objects. Out: the blocks in one of the languages, and whole manifests as YAML. Must not: read
//! Markdown well; a fence is a line that begins with three backquotes.

use std::fs;
use std::path::{Path, PathBuf};

/// A piece of code: where it is from, its language, its text.
pub struct Block {
    /// The file, and which of its blocks.
    pub place: String,
    /// The common name of its language.
    pub language: &'static str,
    /// Without the fences and their indentation.
    pub code: String,
}

/// All pieces, in the order of their files; none where there is no corpus.
pub fn blocks() -> Vec<Block> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let corpus = std::env::var_os("KNOWLEDGE_CORPUS").map_or_else(beside, PathBuf::from);
    let mut files = Vec::new();
    collect(&corpus, &mut files);
    files.sort();
    let mut blocks = Vec::new();
    for file in files {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let place = file.strip_prefix(&corpus).unwrap_or(&file).display().to_string();
        if place.ends_with(".yaml") {
            blocks.push(Block {
                place,
                language: "yaml",
                code: text,
            });
        } else {
            fenced(&place, &text, &mut blocks);
        }
    }
    blocks
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|end| end == "md" || end == "yaml") {
            files.push(path);
        }
    }
}

fn fenced(place: &str, text: &str, blocks: &mut Vec<Block>) {
    let mut open: Option<(usize, Block)> = None;
    for line in text.split_inclusive('\n') {
        let inside = line.trim_start_matches(' ');
        let indent = line.len() - inside.len();
        match &mut open {
            Some(_) if inside.trim_end() == "```" => blocks.extend(open.take().map(|(_, block)| block)),
            Some((outer, block)) => {
                let kept = line.len() - indent.min(*outer);
                block.code += line.get(line.len() - kept..).unwrap_or(line);
            }
            None => {
                let Some(info) = inside.strip_prefix("```") else {
                    continue;
                };
                let known = ["yaml", "json", "promql", "diff"];
                let language = known.into_iter().find(|name| info.trim() == *name).unwrap_or("");
                let place = format!("{place} {}", blocks.len());
                let code = String::new();
                open = Some((indent, Block { place, language, code }));
            }
        }
    }
    blocks.retain(|block| !block.language.is_empty());
}
