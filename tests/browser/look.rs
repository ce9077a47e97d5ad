//! One look at a page: what no page may do, whoever wrote it.
//!
//! In: a page and an address of the site. Out: sentences about what is wrong, none when all is well.
//! Must not: stop at the first.

use crate::page::Page;
use crate::site::Site;

/// Opens `url` and says what it did or holds that it must not.
pub async fn look(page: &Page, site: &Site, url: &str) -> Vec<String> {
    page.goto(url).await;
    let scanned = page.scan().await;
    let seen = page.take_seen();
    let mut wrong = Vec::new();
    let mut tell =
        |what: &str, all: Vec<String>| wrong.extend(all.into_iter().map(|one| format!("{url}: {what}: {one}")));
    tell("a dialog", seen.dialogs.clone());
    // Below a prefix, everything else of the origin is somebody else's.
    tell("a foreign request", seen.foreign(site.root.trim_end_matches('/')));
    tell("an error", seen.errors(url));
    tell("harmful", scanned);
    tell("a call", page.calls());
    if page.windows().await != 1 {
        tell("windows", vec![page.windows().await.to_string()]);
    }
    wrong
}

/// Fails with all sentences, each on its line.
#[track_caller]
pub fn nothing_wrong(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
}
