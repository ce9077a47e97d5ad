//! Real runbooks as entries. The project has a better reader of Markdown; this one needs nothing but the standard
//! library, and search must not depend on the difference.

use std::path::{Path, PathBuf};

use knowledge_operator::search::Entry;

/// Where the runbooks are: `KNOWLEDGE_CORPUS` or the folder beside the checkout. None if they are not there.
pub fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let given = std::env::var_os("KNOWLEDGE_CORPUS").map_or(beside, PathBuf::from);
    let folder = given.join("openshift-runbooks");
    folder.is_dir().then_some(folder)
}

/// All runbooks below `folder`, in the order of their paths.
pub fn entries(folder: &Path) -> Vec<Entry> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(&folder).expect("a readable folder") {
            let path = file.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                files.push(path);
            }
        }
    }
    files.retain(|path| path.file_name().is_some_and(|name| name != "README.md"));
    files.sort();
    files.iter().map(|path| entry(path)).collect()
}

fn entry(path: &Path) -> Entry {
    let markdown = std::fs::read_to_string(path).expect("a readable runbook");
    let name = |path: Option<&Path>| {
        path.and_then(Path::file_name)
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let folder = name(path.parent());
    let is_alert = folder != "helpers" && stem.chars().any(char::is_uppercase);
    Entry {
        id: format!("{folder}/{stem}"),
        namespace: folder.clone(),
        kind: if is_alert { "Runbook" } else { "KnowledgeArticle" }.to_owned(),
        name: stem.to_lowercase(),
        owner: folder.trim_end_matches("-operator").to_owned(),
        component: folder,
        alerts: Some(stem).filter(|_| is_alert).into_iter().collect(),
        audience: vec!["Operator".to_owned()],
        language: "en".to_owned(),
        ..read(&markdown)
    }
}

/// Title, headings, commands and body of a Markdown text.
pub fn read(markdown: &str) -> Entry {
    let mut entry = Entry::default();
    let mut code = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            code = !code;
        } else if code || line.starts_with("    ") {
            entry.commands.push_str(line.trim().trim_start_matches("$ "));
            entry.commands.push('\n');
        } else if let Some(heading) = line.strip_prefix('#') {
            let heading = plain(heading.trim_start_matches('#').trim());
            if entry.title.is_empty() {
                entry.title = heading;
            } else {
                entry.headings.push(heading);
            }
        } else {
            entry.body.push_str(&plain(line));
            entry.body.push('\n');
        }
    }
    entry
}

/// A line without the signs of Markdown and without the destinations of links.
fn plain(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((text, after)) = rest.split_once("](") {
        out.push_str(text);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.replace(['`', '*', '[', ']', '<', '>'], "")
}
