//! Where every connection ends that is not for this machine: proof, beside the browser's own log, of what left the site.
//!
//! In: connections of a browser that takes each other host for this one. Out: what they asked for.
//! Must not: let anything through.

use std::sync::{Arc, Mutex};

use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

/// The host that hostile documents call.
pub const EVIL: &str = "evil.example";

/// A listener that answers nothing.
pub struct Witness {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Witness {
    /// Listens on a free port until the runtime ends.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(note(stream, Arc::clone(&noted)));
            }
        });
        Self { port, seen }
    }

    /// What Chromium is told instead of asking a name server.
    pub fn resolver_rules(&self) -> String {
        format!("MAP * 127.0.0.1:{}, EXCLUDE 127.0.0.1", self.port)
    }

    /// The beginnings of all connections that a page made. A browser also calls its maker's hosts, flags or not; those
    /// end here as well and say nothing about the page.
    pub fn calls(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|call| call.contains(EVIL)).cloned().collect()
    }
}

/// The first bytes hold the host in plain text: a request's head, or the server name of a TLS handshake.
async fn note(mut stream: TcpStream, seen: Arc<Mutex<Vec<String>>>) {
    let mut first = vec![0; 4096];
    let read = stream.read(&mut first).await.unwrap_or_default();
    let text: String = first
        .iter()
        .take(read)
        .map(|byte| char::from(*byte))
        .filter(|c| c.is_ascii_graphic() || *c == ' ')
        .collect();
    seen.lock().unwrap().push(text);
}
