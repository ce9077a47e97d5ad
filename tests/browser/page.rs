//! One page, as a reader would use it and as a tester looks at it.
//!
//! In: [`Options`], addresses, keys, clicks. Out: what is on the page and what it did. Must not: wait for a time; every
//! wait is for a condition.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::error::{WebDriverError, WebDriverErrorInner};
use thirtyfour::support::base64_decode;
use thirtyfour::{By, Key, WebDriver};

use crate::owned::Owned;
use crate::seen::{Message, Request, Seen};
use crate::witness::Witness;

/// How long a condition may take.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);
/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// More dialogs than any page can have by mistake.
const MAX_DIALOGS: usize = 200;
/// From here on a screen is a desktop and not a phone or tablet: no touch, a pointer that hovers.
const DESKTOP: u32 = 1024;
/// How high a screenshot is at most, in CSS pixels.
const MAX_HEIGHT: f64 = 2000.0;

/// What kind of screen and reader a page meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Width of the screen in CSS pixels; below 1024 it is a device with touch.
    pub width: u32,
    /// Height of the screen in CSS pixels.
    pub height: u32,
    /// The reader prefers dark colours.
    pub dark: bool,
    /// The reader prefers no motion.
    pub reduced_motion: bool,
    /// As printed.
    pub print: bool,
    /// Scripts of the page run.
    pub script: bool,
    /// The content security policy of the page holds. Without it, only what the page is made of protects the reader.
    pub policy: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            width: 1440,
            height: 900,
            dark: false,
            reduced_motion: false,
            print: false,
            script: true,
            policy: true,
        }
    }
}

/// A page in a Chromium of its own.
pub struct Page {
    driver: WebDriver,
    options: Mutex<Options>,
    seen: Mutex<Seen>,
    witness: Arc<Witness>,
    // Last, so that Chromium is asked to end before its driver is made to.
    _process: Arc<Owned>,
}

impl Page {
    pub(crate) async fn new(driver: WebDriver, options: Options, process: Arc<Owned>, witness: Arc<Witness>) -> Self {
        let page = Self {
            driver,
            options: Mutex::new(options),
            seen: Mutex::default(),
            witness,
            _process: process,
        };
        page.become_like(options).await;
        page.goto("about:blank").await;
        page.take_seen();
        page
    }

    /// Changes screen and reader. What a page decided when it was opened stays decided until it is opened again.
    pub async fn become_like(&self, options: Options) {
        let touch = options.width < DESKTOP;
        let scheme = if options.dark { "dark" } else { "light" };
        let motion = if options.reduced_motion {
            "reduce"
        } else {
            "no-preference"
        };
        let metrics = json!({
            "width": options.width,
            "height": options.height,
            "deviceScaleFactor": 1,
            "mobile": touch,
        });
        let media = json!({
            "media": if options.print { "print" } else { "" },
            "features": [
                {"name": "prefers-color-scheme", "value": scheme},
                {"name": "prefers-reduced-motion", "value": motion},
            ],
        });
        for (method, given) in [
            ("Emulation.setDeviceMetricsOverride", metrics),
            ("Emulation.setTouchEmulationEnabled", json!({"enabled": touch})),
            ("Emulation.setEmulatedMedia", media),
            (
                "Emulation.setScriptExecutionDisabled",
                json!({"value": !options.script}),
            ),
            ("Page.setBypassCSP", json!({"enabled": !options.policy})),
            ("Emulation.setFocusEmulationEnabled", json!({"enabled": true})),
        ] {
            self.devtools(method, given).await;
        }
        *self.options.lock().unwrap() = options;
    }

    /// Opens an address, and waits until it is loaded and quiet.
    pub async fn goto(&self, url: &str) {
        // An address that differs in its fragment alone is not loaded again.
        match self.driver.goto(url).await {
            Ok(()) => {}
            Err(error) if is_dialog(&error) => {}
            Err(error) => panic!("{url}: {error}"),
        }
        self.settle().await;
    }

    /// Waits until nothing is being loaded, no dialog is open and what was changed last is drawn.
    pub async fn settle(&self) {
        let until = Instant::now() + LIMIT;
        let drawn = if self.options().script {
            "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
        } else {
            "0"
        };
        let mut dialogs = 0;
        loop {
            // An error is a dialog, which the driver closes then, or another page that came in between.
            let rest = self.evaluate(drawn).await;
            self.read_logs().await;
            if self.seen().has_open_dialog() {
                dialogs += 1;
                assert!(
                    dialogs < MAX_DIALOGS,
                    "there is always another dialog: {:?}",
                    self.seen()
                );
                // It may have closed in the meantime.
                let _ = self.driver.dismiss_alert().await;
                continue;
            }
            if rest.is_ok() && !self.seen().is_loading() {
                return;
            }
            assert!(
                Instant::now() < until,
                "the page does not come to rest: {rest:?} {:?}",
                self.seen()
            );
            tokio::time::sleep(LOOK).await;
        }
    }

    /// What on the page could do harm by being there.
    pub async fn scan(&self) -> Vec<String> {
        let script = format!("({})(document, location.href)", include_str!("scan.js"));
        serde_json::from_value(self.eval(&script).await).unwrap()
    }

    /// The value of a JavaScript expression; a promise is waited for.
    pub async fn eval(&self, script: &str) -> Value {
        self.evaluate(script)
            .await
            .unwrap_or_else(|error| panic!("{error} in: {script}"))
    }

    /// Waits until a JavaScript expression is true.
    pub async fn until(&self, script: &str) {
        let until = Instant::now() + LIMIT;
        while self.eval(&format!("!!({script})")).await != true {
            assert!(Instant::now() < until, "never true: {script}");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// The text of the first element that a CSS selector finds, as it is shown.
    pub async fn text(&self, css: &str) -> String {
        let script = format!("document.querySelector({})?.innerText", json!(css));
        let text = self.eval(&script).await;
        text.as_str()
            .map(str::to_owned)
            .unwrap_or_else(|| panic!("nothing on the page is {css}"))
    }

    /// All words of `main` but those on buttons, whether they are shown or folded away.
    pub async fn words(&self) -> String {
        let script = "(() => {
            const main = document.querySelector('main').cloneNode(true);
            main.querySelectorAll('button, script, template').forEach(element => element.remove());
            return main.textContent.replace(/\\s+/g, ' ');
        })()";
        self.eval(script).await.as_str().unwrap_or_default().to_owned()
    }

    /// Clicks the first element that a CSS selector finds.
    pub async fn click(&self, css: &str) {
        let element = self.driver.find(By::Css(css)).await;
        let clicked = match element {
            Ok(element) => element.click().await,
            Err(error) => Err(error),
        };
        clicked.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Presses keys, such as `Tab`, `/`, `Enter`, `ArrowDown` or `Control+a`.
    pub async fn press(&self, keys: &str) {
        // A plus sign alone is a key.
        let mut names: Vec<&str> = if keys == "+" {
            vec![keys]
        } else {
            keys.split('+').collect()
        };
        let last = names.pop().unwrap_or_default();
        let mut chain = self.driver.action_chain();
        for name in &names {
            chain = chain.key_down(key(name));
        }
        chain = chain.key_down(key(last)).key_up(key(last));
        for name in names.iter().rev() {
            chain = chain.key_up(key(name));
        }
        chain.perform().await.unwrap_or_else(|error| panic!("{keys}: {error}"));
    }

    /// Types a text where the focus is.
    pub async fn type_text(&self, text: &str) {
        let typed = self.driver.action_chain().send_keys(text).perform().await;
        typed.unwrap_or_else(|error| panic!("{text}: {error}"));
    }

    /// The text in the clipboard.
    pub async fn clipboard(&self) -> String {
        let origin = self.eval("location.origin").await;
        let rights = json!({"origin": origin, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
        self.devtools("Browser.grantPermissions", rights).await;
        let text = self.eval("navigator.clipboard.readText()").await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Writes the page from its top into a PNG file, at most 2000 pixels high, and says how large the picture is.
    pub async fn screenshot(&self, path: &Path) -> (u32, u32) {
        let options = self.options();
        let height = self.eval("document.documentElement.scrollHeight").await;
        let height = height.as_f64().unwrap().clamp(f64::from(options.height), MAX_HEIGHT);
        let given = json!({
            "format": "png",
            "captureBeyondViewport": true,
            "clip": {"x": 0, "y": 0, "width": options.width, "height": height, "scale": 1},
        });
        let picture = self.devtools("Page.captureScreenshot", given).await;
        let bytes = base64_decode(picture["data"].as_str().unwrap()).unwrap();
        std::fs::write(path, &bytes).unwrap();
        // The first chunk of every PNG: width and height in eight bytes.
        let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        (number(16), number(20))
    }

    /// Everything it loaded or tried to load since it was last taken note of.
    pub fn requests(&self) -> Vec<Request> {
        self.seen().requests.clone()
    }

    /// The texts of its dialogs since it was last taken note of.
    pub fn dialogs(&self) -> Vec<String> {
        self.seen().dialogs.clone()
    }

    /// What stands in its console since it was last taken note of.
    pub fn console(&self) -> Vec<Message> {
        self.seen().console.clone()
    }

    /// Takes note of all of it: what it did until now, and never again.
    pub fn take_seen(&self) -> Seen {
        std::mem::take(&mut self.seen())
    }

    /// The connections to other hosts that this browser's pages have made.
    pub fn calls(&self) -> Vec<String> {
        self.witness.calls()
    }

    /// How many windows are open.
    pub async fn windows(&self) -> usize {
        self.driver.windows().await.unwrap().len()
    }

    /// The options now.
    pub fn options(&self) -> Options {
        *self.options.lock().unwrap()
    }

    /// A command of the Chrome DevTools Protocol.
    pub async fn devtools(&self, method: &str, given: Value) -> Value {
        let answer = self.driver.cdp().send_raw(method, given).await;
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    async fn read_logs(&self) {
        let events = self.driver.get_log("performance").await.unwrap();
        let console = self.driver.get_log("browser").await.unwrap();
        let mut seen = self.seen();
        seen.add_events(&events);
        seen.add_console(console);
    }

    async fn evaluate(&self, script: &str) -> Result<Value, String> {
        let given = json!({
            "expression": script,
            "awaitPromise": true,
            "returnByValue": true,
            "userGesture": true,
        });
        let cdp = self.driver.cdp();
        // A page whose style is still on its way draws nothing, and would be waited for.
        let answer = tokio::time::timeout(LIMIT, cdp.send_raw("Runtime.evaluate", given)).await;
        let answer = answer.map_err(|_| format!("no answer within {LIMIT:?}"))?;
        let answer = answer.map_err(|error| error.to_string())?;
        match answer.get("exceptionDetails") {
            None => Ok(answer["result"]["value"].clone()),
            Some(exception) => Err(exception["exception"]["description"]
                .as_str()
                .map_or_else(|| exception.to_string(), str::to_owned)),
        }
    }
}

fn is_dialog(error: &WebDriverError) -> bool {
    matches!(**error, WebDriverErrorInner::UnexpectedAlertOpen(_))
}

fn key(name: &str) -> char {
    let named = match name {
        "Tab" => Key::Tab,
        "Enter" => Key::Enter,
        "Escape" => Key::Escape,
        "Backspace" => Key::Backspace,
        "Delete" => Key::Delete,
        "Space" => Key::Space,
        "Home" => Key::Home,
        "End" => Key::End,
        "PageUp" => Key::PageUp,
        "PageDown" => Key::PageDown,
        "ArrowUp" => Key::Up,
        "ArrowDown" => Key::Down,
        "ArrowLeft" => Key::Left,
        "ArrowRight" => Key::Right,
        "Control" => Key::Control,
        "Shift" => Key::Shift,
        "Alt" => Key::Alt,
        one if one.chars().count() == 1 => return one.chars().next().unwrap_or_default(),
        other => panic!("there is no key {other}"),
    };
    named.value()
}
