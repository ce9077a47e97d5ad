//! Somebody who reads pages all the time, and somebody who has documents reviewed all the time.
//!
//! In: an address, a namespace. Out: [`Tally`]. Must not: try anything twice.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use super::support::{http, kubectl_command, run};

/// How often something was asked, and every answer that was not as it should be.
#[derive(Debug, Default)]
pub struct Tally {
    pub asked: usize,
    pub failed: Vec<String>,
}

/// A loop in a thread of its own.
pub struct Steady {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Tally>,
}

impl Steady {
    fn start(pause: Duration, mut ask: impl FnMut() -> Result<(), String> + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || {
            let mut tally = Tally::default();
            while !stopped.load(Ordering::Relaxed) {
                tally.asked += 1;
                if let Err(why) = ask() {
                    tally.failed.push(why);
                }
                std::thread::sleep(pause);
            }
            tally
        });
        Self { stop, thread }
    }

    /// Reads a page two hundred times a second, each time on a new connection and without a second attempt.
    pub fn reader(address: SocketAddr, path: &'static str, expect: &'static str) -> Self {
        Self::start(Duration::from_millis(5), move || match http(address, path) {
            Ok((200, body)) if body.contains(expect) => Ok(()),
            Ok((code, body)) => Err(format!("{code}: {body:.200}")),
            Err(error) => Err(error.to_string()),
        })
    }

    /// Has a broken document reviewed: not to be denied would mean that it was stored without a review.
    pub fn author(namespace: &str) -> Self {
        let runbook = serde_json::json!({
            "apiVersion": "knowledge.scs.community/v1alpha1", "kind": "Runbook",
            "metadata": { "name": "never", "namespace": namespace },
            "spec": { "content": "## Meaning\n\nText.", "appliesTo": [{ "group": "", "kind": "Pod", "name": "x" }] },
        })
        .to_string();
        Self::start(Duration::from_millis(20), move || {
            let mut kubectl = kubectl_command("ADMIN");
            match run(kubectl.args(["create", "--dry-run=server", "-f", "-"]), &runbook) {
                Err(error) if error.contains("admission webhook") && error.contains("denied the request") => Ok(()),
                other => Err(format!("{other:?}")),
            }
        })
    }

    pub fn stop(self) -> Tally {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}
