//! The site as `preview` serves it.
//!
//! In: files and folders. Out: its address, the addresses of its pages. Must not: serve to anybody but this machine.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use crate::owned::{Owned, scratch};
use crate::page::Page;
use crate::proxy;

/// A running site; it ends when it is dropped.
pub struct Site {
    process: Arc<Owned>,
    /// Scheme, host and port.
    pub origin: String,
    /// The address of its first page, with a `/` at the end.
    pub root: String,
}

impl Site {
    /// Serves `folder`.
    pub fn preview(folder: &Path, more: &[&str]) -> Self {
        Self::start(scratch(), folder, more)
    }

    /// Serves files that `write` puts into an empty folder; they go when the site does.
    pub fn of<T>(write: impl FnOnce(&Path) -> T) -> (Self, T) {
        let scratch = scratch();
        let folder = scratch.path().join("files");
        fs::create_dir(&folder).unwrap();
        let written = write(&folder);
        (Self::start(scratch, &folder, &[]), written)
    }

    fn start(scratch: TempDir, folder: &Path, more: &[&str]) -> Self {
        let mut args = vec!["preview", folder.to_str().unwrap(), "--listen", "127.0.0.1:0"];
        args.extend(more);
        let process = Owned::spawn(scratch, &operator(), &args);
        // Findings may hold addresses too.
        let line = process.line_with("(pages reload when a file is saved");
        let after = line.split("http://").nth(1).unwrap();
        let origin = format!("http://{}", after.split('/').next().unwrap());
        Self {
            process: Arc::new(process),
            root: format!("{origin}/"),
            origin,
        }
    }

    /// Serves the examples as the README says.
    pub fn examples() -> Self {
        let folder = checkout().join("examples");
        Self::preview(
            &folder,
            &["--shared-namespace", "cluster-knowledge", "--cluster-name", "prod-eu1"],
        )
    }

    /// The same site behind a proxy that adds a prefix, as the API server has for Services.
    pub async fn behind(&self, prefix: &str) -> Self {
        let origin = proxy::start(&self.origin, prefix).await;
        Self {
            process: Arc::clone(&self.process),
            root: format!("{origin}{prefix}"),
            origin,
        }
    }

    /// The address of a page; `path` is relative to the first page.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.root)
    }

    /// The addresses of all pages, as a reader would find them: by links from the first one.
    pub async fn pages(&self, page: &Page) -> Vec<String> {
        page.goto(&self.root).await;
        let found = page
            .eval(&format!("({})({:?})", include_str!("crawl.js"), self.root))
            .await;
        // What the search itself did is no page's doing.
        page.settle().await;
        page.take_seen();
        let found: BTreeSet<String> = serde_json::from_value(found).unwrap();
        found.into_iter().collect()
    }
}

/// The folder of this project.
pub fn checkout() -> PathBuf {
    env!("CARGO_MANIFEST_DIR").into()
}

fn operator() -> PathBuf {
    let given = env::var_os("KNOWLEDGE_OPERATOR_BIN").map(PathBuf::from);
    let built = option_env!("CARGO_BIN_EXE_knowledge-operator").map(PathBuf::from);
    given
        .or(built)
        .expect("KNOWLEDGE_OPERATOR_BIN names the program to test")
}
