//! What a page did: requests, dialogs, messages.
//!
//! In: Chromium's log of network, page and console events. Out: [`Seen`]. Must not: leave out what was tried and denied.

use std::collections::HashSet;
use std::fmt;

use serde_json::Value;
use thirtyfour::BrowserLogEntry;

/// Something a page loaded, or tried to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The whole address.
    pub url: String,
    /// What for: `Document`, `Script`, `Image`, `Fetch`, `Ping`, `WebSocket`, `Window`, `Navigation` and so on.
    pub kind: String,
}

/// A line of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// `SEVERE` for an error, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// Who says it: `console-api`, `javascript`, `network`, `security` and so on.
    pub source: String,
    /// Its text, with the address that caused it.
    pub text: String,
}

impl Message {
    /// True for an error.
    pub fn is_error(&self) -> bool {
        self.level == "SEVERE"
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.level, self.source, self.text)
    }
}

/// What a page did.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Everything it loaded or tried to load, denied or not.
    pub requests: Vec<Request>,
    /// The texts of its dialogs, such as `alert`.
    pub dialogs: Vec<String>,
    /// What stands in its console.
    pub console: Vec<Message>,
    pending: HashSet<String>,
    open_dialogs: usize,
}

impl Seen {
    /// The requests that do not go to `origin`, such as `http://127.0.0.1:8080`. Data in an address goes nowhere.
    pub fn foreign(&self, origin: &str) -> Vec<String> {
        let own = |url: &str| {
            url.strip_prefix(origin)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let nowhere = |url: &str| {
            ["data:", "blob:", "about:"]
                .iter()
                .any(|scheme| url.starts_with(scheme))
        };
        let foreign = |request: &&Request| !own(&request.url) && !nowhere(&request.url);
        let shown = |request: &Request| format!("{} {}", request.kind, request.url);
        self.requests.iter().filter(foreign).map(shown).collect()
    }

    /// The errors in the console but that the page at `url` itself is missing.
    pub fn errors(&self, url: &str) -> Vec<String> {
        let missing = format!("{url} - Failed to load resource: the server responded with a status of 404");
        self.console
            .iter()
            .filter(|message| message.is_error() && !message.text.starts_with(&missing))
            .map(ToString::to_string)
            .collect()
    }

    /// True while something is still being loaded.
    pub(crate) fn is_loading(&self) -> bool {
        !self.pending.is_empty()
    }

    /// True while a dialog waits for an answer.
    pub(crate) fn has_open_dialog(&self) -> bool {
        self.open_dialogs > 0
    }

    /// Takes in the log of network and page events.
    pub(crate) fn add_events(&mut self, entries: &[BrowserLogEntry]) {
        for entry in entries {
            let event: Value = serde_json::from_str(&entry.message).unwrap();
            self.event(&event["message"]);
        }
    }

    /// Takes in the log of the console.
    pub(crate) fn add_console(&mut self, entries: Vec<BrowserLogEntry>) {
        self.console.extend(entries.into_iter().map(|entry| Message {
            level: entry.level,
            source: entry.source.unwrap_or_default(),
            text: entry.message,
        }));
    }

    fn event(&mut self, event: &Value) {
        let given = &event["params"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut request = |url: &Value, kind: &str| {
            self.requests.push(Request {
                url: text(url),
                kind: kind.to_owned(),
            });
        };
        match event["method"].as_str().unwrap_or_default() {
            "Network.requestWillBeSent" => {
                let kind = text(&given["type"]);
                request(&given["request"]["url"], &kind);
                // A stream of events has no end, and a ping no answer that anybody waits for.
                if kind != "EventSource" && kind != "Ping" {
                    self.pending.insert(text(&given["requestId"]));
                }
            }
            "Network.loadingFinished" | "Network.loadingFailed" => {
                self.pending.remove(given["requestId"].as_str().unwrap_or_default());
            }
            "Network.webSocketCreated" => request(&given["url"], "WebSocket"),
            "Network.webTransportCreated" => request(&given["url"], "WebTransport"),
            "Page.windowOpen" => request(&given["url"], "Window"),
            "Page.frameRequestedNavigation" => request(&given["url"], "Navigation"),
            "Page.downloadWillBegin" => request(&given["url"], "Download"),
            "Page.javascriptDialogOpening" => {
                self.dialogs.push(text(&given["message"]));
                self.open_dialogs += 1;
            }
            "Page.javascriptDialogClosed" => self.open_dialogs = self.open_dialogs.saturating_sub(1),
            // The document is another one now; what the old one waited for is over.
            "Page.frameNavigated" if given["frame"]["parentId"].is_null() => {
                let loader = text(&given["frame"]["loaderId"]);
                self.pending.retain(|id| *id == loader);
            }
            _ => {}
        }
    }
}
