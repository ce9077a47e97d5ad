//! Hostile documents in a real browser: nothing runs, nothing is loaded, nobody is told.

use std::sync::LazyLock;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::hostile::{self, Kind, NAMESPACE, Written, payloads};
use crate::look::{look, nothing_wrong};
use crate::page::Options;
use crate::site::Site;

/// What only the pages themselves protect from, with every script and every address allowed.
const UNPROTECTED: Options = Options {
    width: 1440,
    height: 900,
    dark: false,
    reduced_motion: false,
    print: false,
    script: true,
    policy: false,
};

/// One for all tests: it takes seconds to read. It ends with this process.
static SITE: LazyLock<(Site, Written)> = LazyLock::new(|| Site::of(hostile::write));

#[tokio::test]
async fn hostile_documents_are_harmless_even_without_the_policy() {
    harmless(UNPROTECTED, 1).await;
}

#[tokio::test]
async fn hostile_documents_do_not_even_try() {
    // What the policy would stop is an error in the console. Pages of a sort are alike, so a part of them will do.
    harmless(Options::default(), 4).await;
}

async fn harmless(options: Options, step: usize) {
    let (site, written) = &*SITE;
    let browser = Browser::start().await;
    let page = browser.page(options).await;
    let urls = site.pages(&page).await;
    let documents = written.accepted + written.refused + written.markdown;
    assert!(urls.len() > documents, "{} pages for {written:?}", urls.len());
    let (mut wrong, mut looked, mut hostile) = (Vec::new(), 0, 0);
    for url in urls.iter().step_by(step) {
        wrong.extend(look(&page, site, url).await);
        looked += 1;
        let shown = page.eval("/alert|evil/.test(document.body.textContent)").await;
        hostile += usize::from(shown == true);
    }
    // Some pages of objects show a harmless one of their texts; all others show what was tried.
    assert!(hostile * 10 > looked * 9, "{hostile} of {looked} pages show a payload");
    nothing_wrong(&wrong);
}

/// Nothing stands in their way: what is tested here could be in a cluster tomorrow.
#[tokio::test]
async fn hostile_documents_are_published() {
    let (site, written) = &*SITE;
    let browser = Browser::start().await;
    let page = browser.page(Options::default()).await;
    page.goto(&site.root).await;
    let script = format!(
        "Promise.all(Array.from({{length: {}}}, async (_, index) => {{
            const name = `h-${{String(index).padStart(3, '0')}}`;
            const kind = index % 2 === 0 ? 'runbooks' : 'articles';
            const page = await (await fetch(`namespaces/{NAMESPACE}/${{kind}}/${{name}}.json`)).json();
            const errors = page.findings.filter(finding => finding.severity === 'error');
            return page.ready === 'Published' ? [] : [name, page.ready, ...errors.map(error => error.message)];
        }}))",
        written.accepted
    );
    let refused = page.eval(&script).await;
    let refused: Vec<&Value> = refused
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| **one != json!([]))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[tokio::test]
async fn hostile_addresses_are_harmless() {
    let (site, _) = &*SITE;
    let browser = Browser::start().await;
    let page = browser.page(UNPROTECTED).await;
    let mut wrong = Vec::new();
    let lines = payloads().into_iter().filter(|payload| payload.kind != Kind::Markdown);
    // In turn, so that each place meets every sort of them.
    for (index, payload) in lines.step_by(4).enumerate() {
        let text = utf8_percent_encode(payload.text, NON_ALPHANUMERIC).to_string();
        let path = match index % 8 {
            0 => format!("?q={text}"),
            1 => format!("search?q={text}&kind={text}"),
            2 => format!("namespaces/{text}"),
            3 => format!("namespaces/{NAMESPACE}/runbooks/{text}"),
            4 => format!("namespaces/{NAMESPACE}/objects/deployments.apps/{text}"),
            5 => format!("alerts?alertname={text}&{text}={text}"),
            6 => format!("namespaces/{NAMESPACE}/runbooks/h-000?{text}={text}&TICKET={text}"),
            _ => format!("namespaces/{NAMESPACE}/runbooks/h-000#evil?TICKET={text}&{text}={text}"),
        };
        wrong.extend(look(&page, site, &site.url(&path)).await);
    }
    nothing_wrong(&wrong);
}

#[tokio::test]
async fn hostile_titles_are_harmless_among_results() {
    let (site, _) = &*SITE;
    let browser = Browser::start().await;
    let page = browser.page(UNPROTECTED).await;
    page.goto(&site.root).await;
    let mut wrong = Vec::new();
    for word in [
        "alert",
        "script",
        "evil.example",
        "<img src=x onerror=alert(1)>",
        "onerror",
    ] {
        page.press("/").await;
        page.press("Control+a").await;
        page.type_text(word).await;
        page.until("document.querySelectorAll('[role=option]').length > 0")
            .await;
        page.settle().await;
        wrong.extend(page.scan().await);
        page.press("Escape").await;
        page.press("Control+a").await;
        page.press("Enter").await;
    }
    let seen = page.take_seen();
    wrong.extend(
        seen.dialogs
            .iter()
            .cloned()
            .chain(seen.foreign(&site.origin))
            .chain(page.calls()),
    );
    nothing_wrong(&wrong);
}

#[tokio::test]
async fn other_forms_of_a_hostile_document_are_no_pages() {
    let (site, _) = &*SITE;
    let browser = Browser::start().await;
    let page = browser.page(UNPROTECTED).await;
    for (form, media_type) in [("txt", "text/plain"), ("json", "application/json")] {
        for index in (0..100).step_by(10) {
            let url = site.url(&format!("namespaces/{NAMESPACE}/runbooks/h-{index:03}.{form}"));
            page.goto(&url).await;
            assert_eq!(page.eval("document.contentType").await, media_type, "{url}");
            let seen = page.take_seen();
            assert!(
                seen.dialogs.is_empty() && seen.foreign(&site.origin).is_empty(),
                "{url}: {seen:?}"
            );
            assert_eq!(
                page.eval("document.querySelectorAll('img, script[src], iframe').length")
                    .await,
                0,
                "{url}"
            );
        }
    }
}
