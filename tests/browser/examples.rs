//! The examples as the README shows them: what a reader meets first.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::browser::Browser;
use crate::look::{look, nothing_wrong};
use crate::page::{Options, Page};
use crate::proxy;
use crate::site::Site;

/// A phone, a tablet, a desktop.
const WIDTHS: [u32; 3] = [390, 820, 1440];

fn screens() -> impl Iterator<Item = Options> {
    WIDTHS.into_iter().flat_map(|width| {
        [false, true].map(|dark| Options {
            width,
            dark,
            ..Options::default()
        })
    })
}

fn named(options: Options) -> String {
    format!("{}-{}", options.width, if options.dark { "dark" } else { "light" })
}

#[tokio::test]
async fn every_page_is_for_everybody_on_every_screen() {
    let site = Site::examples();
    let browser = Browser::start().await;
    let page = browser.page(Options::default()).await;
    let urls = site.pages(&page).await;
    assert!(urls.len() >= 20, "{urls:#?}");
    let mut wrong = Vec::new();
    // Most of what is wrong is wrong on several pages and screens; it is told once, with all of them.
    let mut violations: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for url in &urls {
        let path = url.replace(&site.root, "/");
        for options in screens() {
            page.become_like(options).await;
            if options.dark {
                page.settle().await;
            } else {
                wrong.extend(look(&page, &site, url).await);
                let hidden = page
                    .eval("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                    .await;
                if hidden != 0 {
                    wrong.push(format!(
                        "{path} {}: {hidden} pixels lie beside the screen",
                        named(options)
                    ));
                }
            }
            for violation in page.axe().await {
                let seen = violations.entry(violation.to_string()).or_default();
                seen.push(format!("{path} {}", named(options)));
            }
        }
    }
    wrong.extend(
        violations
            .into_iter()
            .map(|(violation, at)| format!("{violation}  at {}", at.join(", "))),
    );
    nothing_wrong(&wrong);
}

#[tokio::test]
async fn the_site_works_behind_the_proxy_of_the_api_server() {
    let site = Site::examples();
    let browser = Browser::start().await;
    let page = browser.page(Options::default()).await;
    let direct = site.pages(&page).await.len();
    let site = site.behind(proxy::SERVICE).await;
    let urls = site.pages(&page).await;
    assert_eq!(urls.len(), direct);
    let mut wrong = Vec::new();
    for url in &urls {
        wrong.extend(look(&page, &site, url).await);
    }
    // An alias leads to its document there too.
    page.goto(&site.url("namespaces/payments/runbooks/pool-exhausted"))
        .await;
    let at = page.eval("location.href").await;
    assert_eq!(at, site.url("namespaces/payments/runbooks/db-pool-exhausted"));
    nothing_wrong(&wrong);
}

#[tokio::test]
async fn without_scripts_nothing_is_missing() {
    let site = Site::examples();
    let browser = Browser::start().await;
    let with = browser.page(Options::default()).await;
    let without = browser
        .page(Options {
            script: false,
            ..Options::default()
        })
        .await;
    let mut wrong = Vec::new();
    for url in site.pages(&with).await {
        with.goto(&url).await;
        wrong.extend(look(&without, &site, &url).await);
        let (with, without) = (with.words().await, without.words().await);
        if with != without {
            wrong.push(format!("{url}: with scripts:\n{with}\nwithout:\n{without}"));
        }
    }
    nothing_wrong(&wrong);
}

#[tokio::test]
async fn nothing_moves_for_those_who_want_no_motion() {
    let site = Site::examples();
    let browser = Browser::start().await;
    let options = Options {
        reduced_motion: true,
        ..Options::default()
    };
    let page = browser.page(options).await;
    for url in site.pages(&page).await {
        page.goto(&url).await;
        assert_eq!(page.eval("document.getAnimations().length").await, 0, "{url}");
        let smooth = page
            .eval("getComputedStyle(document.documentElement).scrollBehavior")
            .await;
        assert_eq!(smooth, "auto", "{url}");
    }
}

/// A browser keeps pages that were left, in case the reader comes back, with their connections.
#[tokio::test]
async fn a_reader_of_the_preview_can_go_from_page_to_page() {
    let site = Site::examples();
    let browser = Browser::remembering().await;
    let page = browser.page(Options::default()).await;
    for _ in 0..5 {
        for path in ["", "namespaces/payments"] {
            page.goto(&site.url(path)).await;
        }
    }
}

/// Pictures of pages on all screens, for a look: KNOWLEDGE_TEST_SCREENSHOTS names a folder that keeps them.
#[tokio::test]
async fn screenshots() {
    let site = Site::examples();
    let browser = Browser::start().await;
    let page = browser.page(Options::default()).await;
    let kept = std::env::var_os("KNOWLEDGE_TEST_SCREENSHOTS").map(PathBuf::from);
    let scratch = tempfile::tempdir().unwrap();
    let folder = kept.clone().unwrap_or_else(|| scratch.path().to_owned());
    std::fs::create_dir_all(&folder).unwrap();
    let urls = match kept {
        Some(_) => site.pages(&page).await,
        None => vec![site.url(""), site.url("namespaces/payments/runbooks/payments-api-down")],
    };
    for url in urls {
        for options in screens() {
            picture(&page, &site, &url, options, &folder).await;
        }
    }
}

async fn picture(page: &Page, site: &Site, url: &str, options: Options, folder: &std::path::Path) {
    page.become_like(options).await;
    page.goto(url).await;
    let path = url.replace(&site.root, "").replace('/', "_");
    let name = if path.is_empty() { "home" } else { &path };
    let file = folder.join(format!("{name}.{}.png", named(options)));
    let (width, height) = page.screenshot(&file).await;
    assert_eq!(width, options.width, "{}", file.display());
    assert!((options.height..=2000).contains(&height), "{}", file.display());
}
