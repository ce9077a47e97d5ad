//! Chromium under ChromeDriver.
//!
//! In: `chromium` and `chromedriver` on PATH, or where KNOWLEDGE_TEST_CHROMIUM and KNOWLEDGE_TEST_CHROMEDRIVER say.
//! Out: [`Page`]s, each in a Chromium of its own with an empty profile. Must not: reach another machine, or outlive the
//! tests.

use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use thirtyfour::{TimeoutConfiguration, WebDriver};

use crate::owned::{Owned, scratch};
use crate::page::{LIMIT, Options, Page};
use crate::transport::Loopback;
use crate::witness::Witness;

/// What Chromium does not need for a page: calls to its maker, a graphics card, a sandbox that root cannot have.
const FLAGS: [&str; 13] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    // It ends with the driver, even with one that is killed.
    "--remote-debugging-pipe",
];

const WITHOUT: &str =
    "--disable-features=NetworkTimeServiceQuerying,OptimizationHints,MediaRouter,Translate,AutofillServerCommunication";

/// A driver; it ends when neither it nor a page of it is used any more.
pub struct Browser {
    driver: Arc<Owned>,
    address: String,
    chromium: PathBuf,
    witness: Arc<Witness>,
    remembering: bool,
}

impl Browser {
    /// Starts the driver on a free port.
    pub async fn start() -> Self {
        let driver = Owned::spawn(
            scratch(),
            &program("KNOWLEDGE_TEST_CHROMEDRIVER", "chromedriver"),
            &["--port=0", "--log-level=SEVERE"],
        );
        let line = driver.line_with("started successfully on port");
        let port: String = line.chars().filter(char::is_ascii_digit).collect();
        Self {
            driver: Arc::new(driver),
            address: format!("http://127.0.0.1:{port}"),
            chromium: program("KNOWLEDGE_TEST_CHROMIUM", "chromium"),
            witness: Arc::new(Witness::start().await),
            remembering: false,
        }
    }

    /// One whose Chromium keeps the pages that were left, as it does outside tests. Elsewhere what a page did must not be
    /// taken for what the next one does.
    pub async fn remembering() -> Self {
        let mut browser = Self::start().await;
        browser.remembering = true;
        browser
    }

    /// Opens an empty page in a Chromium of its own.
    pub async fn page(&self, options: Options) -> Page {
        let driver = WebDriver::builder(&self.address, self.capabilities())
            .client(Loopback::new())
            .await
            .unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        // The client sets its own when it starts.
        let limits = TimeoutConfiguration::new(Some(LIMIT), Some(LIMIT), None);
        driver.update_timeouts(limits).await.unwrap();
        Page::new(driver, options, Arc::clone(&self.driver), Arc::clone(&self.witness)).await
    }

    fn capabilities(&self) -> Map<String, Value> {
        let mut flags = FLAGS.map(str::to_owned).to_vec();
        flags.push(format!(
            "{WITHOUT}{}",
            if self.remembering { "" } else { ",BackForwardCache" }
        ));
        flags.push(format!("--host-resolver-rules={}", self.witness.resolver_rules()));
        let profile = tempfile::tempdir_in(self.driver.folder()).unwrap().keep();
        flags.push(format!("--user-data-dir={}", profile.display()));
        let wanted = json!({
            "browserName": "chrome",
            "unhandledPromptBehavior": "dismiss",
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            "goog:chromeOptions": {
                "binary": self.chromium,
                "args": flags,
                // Not the page for new tabs, which loads much and may still be at it when the first page is opened.
                "prefs": {"session.restore_on_startup": 4, "session.startup_urls": ["about:blank"]},
            },
        });
        wanted.as_object().cloned().unwrap()
    }
}

fn program(variable: &str, name: &str) -> PathBuf {
    if let Some(path) = env::var_os(variable) {
        return path.into();
    }
    let found = env::split_paths(&env::var_os("PATH").unwrap_or_default())
        .map(|folder| folder.join(name))
        .find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!("{name} is missing; install it with: sudo apt-get install chromium chromium-driver, or set {variable}")
    })
}
