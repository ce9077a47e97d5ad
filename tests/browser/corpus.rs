//! Real runbooks in a real browser: what hundreds of authors wrote must not break a page.
//!
//! In: the corpus beside the project (`KNOWLEDGE_CORPUS` says where else). Out: a failure that names the page.

use std::path::PathBuf;

use crate::browser::Browser;
use crate::look::{look, nothing_wrong};
use crate::page::Options;
use crate::site::{Site, checkout};

#[tokio::test]
async fn every_real_runbook_opens_without_a_fault() {
    let beside = || checkout().join("../shared/corpus");
    let corpus = std::env::var_os("KNOWLEDGE_CORPUS").map_or_else(beside, PathBuf::from);
    let folder = corpus.join("openshift-runbooks");
    if !folder.is_dir() {
        let missing = format!("corpus not found at {}", corpus.display());
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{missing}");
        return eprintln!("SKIPPED: {missing}");
    }
    let site = Site::preview(&folder, &[]);
    let browser = Browser::start().await;
    let page = browser.page(Options::default()).await;
    let urls = site.pages(&page).await;
    assert!(urls.len() > 270, "{urls:#?}");
    let mut wrong = Vec::new();
    for url in &urls {
        wrong.extend(look(&page, &site, url).await);
    }
    nothing_wrong(&wrong);
}
