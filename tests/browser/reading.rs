//! Readers at work: finding a page, filling it, taking a command along.

use serde_json::Value;

use crate::browser::Browser;
use crate::look::{look, nothing_wrong};
use crate::page::{Options, Page};
use crate::proxy;
use crate::site::Site;

fn phone() -> Options {
    Options {
        width: 390,
        ..Options::default()
    }
}

/// A site of one runbook whose commands need everything.
fn site() -> Site {
    let (site, ()) = Site::of(|folder| {
        let file = folder.join("runbook.yaml");
        std::fs::write(file, include_str!("reading.yaml")).unwrap();
    });
    site
}

const PAGE: &str = "namespaces/payments/runbooks/queue-stuck";

async fn copied(page: &Page, number: usize) -> String {
    // Asking grants the right to the clipboard, which a click of a test does not have by itself.
    page.clipboard().await;
    page.eval(&format!("document.querySelectorAll('article .copy')[{number}].click()"))
        .await;
    page.until("document.querySelector('[role=status].hidden').textContent !== ''")
        .await;
    let text = page.clipboard().await;
    page.until("document.querySelector('[role=status].hidden').textContent === ''")
        .await;
    text
}

#[tokio::test]
async fn an_alert_leads_to_commands_that_can_be_pasted() {
    let site = site();
    let browser = Browser::start().await;
    let page = browser.page(Options::default()).await;
    page.goto(&site.url("runbooks/queues/QueueStuck?namespace=payments&pod=queue-0&severity=critical"))
        .await;
    let at = page.eval("location.pathname.slice(1) + location.search").await;
    assert_eq!(at, format!("{PAGE}?namespace=payments&pod=queue-0&severity=critical"));
    // Prompts and output stay behind, and names are those of the alert.
    assert_eq!(
        copied(&page, 0).await,
        "kubectl -n payments get pods -l app=queue\nkubectl -n payments logs queue-0 --tail=5"
    );
    assert_eq!(
        copied(&page, 1).await,
        "for name in a b; do\n  kubectl -n payments delete job \"$name-$JOB_SUFFIX\"\ndone"
    );
    // What is typed fills every place, quoted as the place needs.
    page.eval("document.querySelector('[data-parameter=job-suffix]').focus()")
        .await;
    page.type_text("x y").await;
    assert_eq!(
        copied(&page, 1).await,
        "for name in a b; do\n  kubectl -n payments delete job \"$name-x y\"\ndone"
    );
    assert_eq!(
        copied(&page, 2).await,
        "kubectl -n payments annotate job/a suffix='x y'"
    );
    // The link that is shared holds it, and a reload brings it back.
    let shared = page.eval("location.href").await;
    page.goto(&site.url("")).await;
    page.goto(shared.as_str().unwrap()).await;
    assert_eq!(
        copied(&page, 2).await,
        "kubectl -n payments annotate job/a suffix='x y'"
    );
    // An emptied field gives the placeholder back.
    page.eval("{ const field = document.querySelector('[data-parameter=job-suffix]'); field.value = ''; field.dispatchEvent(new Event('input')); }").await;
    assert_eq!(
        copied(&page, 2).await,
        "kubectl -n payments annotate job/a suffix=$JOB_SUFFIX"
    );
    // A value that could be more than a value is not inserted.
    page.eval("{ const field = document.querySelector('[data-parameter=job-suffix]'); field.value = '!x'; field.dispatchEvent(new Event('input')); }").await;
    assert_eq!(
        copied(&page, 1).await,
        "for name in a b; do\n  kubectl -n payments delete job \"$name-$JOB_SUFFIX\"\ndone"
    );
    assert_eq!(
        page.eval("document.querySelectorAll('article .p.refused').length")
            .await,
        1
    );
}

#[tokio::test]
async fn the_keyboard_alone_finds_the_page_and_copies() {
    let site = site();
    let browser = Browser::start().await;
    for (options, prefix) in [(Options::default(), ""), (phone(), proxy::SERVICE)] {
        let site = if prefix.is_empty() {
            self::site()
        } else {
            site.behind(prefix).await
        };
        let page = browser.page(options).await;
        page.goto(&site.url("")).await;
        page.press("/").await;
        assert_eq!(page.eval("document.activeElement.name").await, "q");
        page.type_text("queu stuk").await;
        page.until("document.querySelectorAll('.suggestions li').length > 0")
            .await;
        assert_eq!(
            page.eval("document.activeElement.getAttribute('aria-expanded')").await,
            "true"
        );
        page.press("ArrowDown").await;
        page.until("document.querySelector('.suggestions [aria-selected=true]') !== null")
            .await;
        page.press("Enter").await;
        page.until("document.querySelector('h1')?.textContent === 'The queue is stuck'")
            .await;
        assert_eq!(page.eval("location.href").await, site.url(PAGE));
        // The first stop is the way past the header.
        page.press("Tab").await;
        assert_eq!(page.eval("document.activeElement.className").await, "skip");
        page.press("Enter").await;
        let mut stops = Vec::new();
        for _ in 0..12 {
            page.press("Tab").await;
            let stop: Value = page.eval("document.activeElement.className + ' ' + (document.activeElement.getAttribute('aria-label') ?? '')").await;
            let is_copy = stop.as_str().unwrap().starts_with("copy");
            stops.push(stop);
            if is_copy {
                break;
            }
        }
        assert_eq!(stops.last().unwrap(), "copy Copy command 1, read", "{stops:#?}");
        page.clipboard().await;
        page.press("Enter").await;
        page.until("document.querySelector('[role=status].hidden').textContent !== ''")
            .await;
        assert!(page.clipboard().await.starts_with("kubectl -n "));
        let seen = page.take_seen();
        assert_eq!(seen.foreign(&site.origin), [] as [String; 0]);
    }
}

#[tokio::test]
async fn without_scripts_the_server_fills_and_searches() {
    let site = site();
    let browser = Browser::start().await;
    let page = browser
        .page(Options {
            script: false,
            ..Options::default()
        })
        .await;
    page.goto(&site.url("search?q=queue")).await;
    page.click("ol.results a").await;
    page.goto(&site.url(&format!("{PAGE}?namespace=payments"))).await;
    page.click("[data-parameter=job-suffix]").await;
    page.type_text("x y").await;
    page.press("Enter").await;
    let text = page.text("article").await;
    assert!(
        text.contains("kubectl -n payments annotate job/a suffix='x y'"),
        "{text}"
    );
    assert!(page.text(".parameters").await.contains("typed"));
}

#[tokio::test]
async fn results_while_typing_are_for_everybody() {
    let site = site();
    let browser = Browser::start().await;
    let mut wrong = Vec::new();
    for dark in [false, true] {
        let page = browser.page(Options { dark, ..phone() }).await;
        wrong.extend(look(&page, &site, &site.url(PAGE)).await);
        page.press("/").await;
        page.type_text("queue").await;
        page.until("document.querySelectorAll('.suggestions li').length > 0")
            .await;
        page.press("ArrowDown").await;
        wrong.extend(page.axe().await.iter().map(ToString::to_string));
    }
    nothing_wrong(&wrong);
}

#[tokio::test]
async fn a_printed_page_has_its_commands_whole() {
    let site = site();
    let browser = Browser::start().await;
    let page = browser.page(Options::default()).await;
    page.goto(&site.url(PAGE)).await;
    page.devtools("Emulation.setEmulatedMedia", serde_json::json!({ "media": "print" }))
        .await;
    assert_eq!(
        page.eval("getComputedStyle(document.querySelector('header.site')).display")
            .await,
        "none"
    );
    assert_eq!(
        page.eval("getComputedStyle(document.querySelector('.copy')).display")
            .await,
        "none"
    );
    assert_eq!(
        page.eval("getComputedStyle(document.querySelector('article pre')).whiteSpace")
            .await,
        "pre-wrap"
    );
    let linked = page
        .eval("getComputedStyle(document.querySelector('article a.external'), '::after').content")
        .await;
    assert!(
        linked.as_str().unwrap().contains("https://example.org/queue"),
        "{linked}"
    );
}
