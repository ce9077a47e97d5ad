//! That a page meets the screen and the reader it is told, and that keys, clicks and the clipboard are real.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::browser::Browser;
use crate::page::Options;

const PAGE: &str = r#"<!doctype html><html lang=en><meta name=viewport content="width=device-width">
<title>x</title><h1>One</h1><p id=script>without</p><input id=field><button id=copy>Copy</button><p id=keys></p>
<button class=tiny>a</button><button class=tiny>b</button><style>.tiny { width: 9px; height: 9px; padding: 0; border: 0 }</style>
<script>
  document.getElementById("script").textContent = "with";
  document.getElementById("copy").addEventListener("click", () => navigator.clipboard.writeText("kubectl get pods"));
  addEventListener("keydown", event => {
    const held = (event.ctrlKey ? "Control+" : "") + (event.shiftKey ? "Shift+" : "");
    document.getElementById("keys").textContent += held + event.key + " ";
  });
</script>"#;

#[tokio::test]
async fn a_page_meets_the_screen_and_the_reader_it_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let router = Router::new().fallback(get(|| async { Html(PAGE) }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let browser = Browser::start().await;
    let page = browser.page(Options::default()).await;
    let plain = Options::default();
    let cases = [
        (plain, "1440 false false false false with"),
        (Options { width: 390, ..plain }, "390 false false false true with"),
        (
            Options {
                width: 820,
                dark: true,
                ..plain
            },
            "820 true false false true with",
        ),
        (
            Options {
                reduced_motion: true,
                ..plain
            },
            "1440 false true false false with",
        ),
        (Options { print: true, ..plain }, "1440 false false true false with"),
        (
            Options { script: false, ..plain },
            "1440 false false false false without",
        ),
    ];
    for (options, expect) in cases {
        page.become_like(options).await;
        page.goto(&url).await;
        let found = page
            .eval(
                "[innerWidth, ...['(prefers-color-scheme: dark)', '(prefers-reduced-motion: reduce)', 'print', '(pointer: coarse)']
                    .map(query => matchMedia(query).matches)].join(' ')",
            )
            .await;
        let found = format!("{} {}", found.as_str().unwrap(), page.text("#script").await);
        assert_eq!(found, expect);
    }
    page.become_like(plain).await;
    page.goto(&url).await;
    for keys in ["Tab", "/", "+", "Control+a", "Control+Shift+k", "ArrowDown"] {
        page.press(keys).await;
    }
    let keys = page.text("#keys").await;
    assert_eq!(
        keys.trim(),
        "Tab / Shift++ Control+Control Control+a Control+Control Control+Shift+Shift Control+Shift+K ArrowDown"
    );
    page.click("#field").await;
    page.type_text("Größe <b>").await;
    // The first key had led here, and two of the next were letters.
    assert_eq!(page.eval("document.getElementById('field').value").await, "/+Größe <b>");
    page.click("#copy").await;
    assert_eq!(page.clipboard().await, "kubectl get pods");
    assert!(page.requests().iter().all(|request| request.url.starts_with(&url)) && !page.requests().is_empty());
    assert!(page.dialogs().is_empty());
    page.eval("console.warn('slow'); setTimeout(() => alert('stop')); 0")
        .await;
    page.settle().await;
    assert_eq!(page.dialogs(), ["stop"]);
    assert!(
        page.console()
            .iter()
            .any(|message| message.level == "WARNING" && message.text.contains("slow"))
    );
    let folder = tempfile::tempdir().unwrap();
    let size = page.screenshot(&folder.path().join("x.png")).await;
    assert_eq!(size, (plain.width, plain.height));
    // What axe finds is told with its rule, its place and its weight.
    let found = page.axe().await;
    let told = found.iter().map(ToString::to_string).collect::<String>();
    for part in [
        "label (critical, WCAG)",
        "#field",
        "<input id=\"field\">",
        "region (moderate, best practice)",
        "target-size (serious, WCAG)",
    ] {
        assert!(told.contains(part), "{part} is not in:\n{told}");
    }
    assert!(
        found
            .iter()
            .any(|violation| violation.is_wcag() && violation.id == "label"),
        "{told}"
    );
}
