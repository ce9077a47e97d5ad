//! `knowledge-operator probe`: whether addresses answer, for images that hold nothing else that could ask.
//!
//! In: addresses. Out: one line for each, an exit code. Must not: follow a redirect, or speak TLS; it asks neighbours.

use std::io::{self, Write};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{StatusCode, Uri};
use clap::Args;
use http_body_util::{BodyExt, Empty, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::time::{Instant, sleep, timeout_at};

use crate::cli::Exit;

/// Pause between two attempts.
const PAUSE: Duration = Duration::from_millis(500);
/// Most that is read of an answer.
const LARGEST: usize = 16 << 20;

/// Flags of `knowledge-operator probe`.
#[derive(Args, Clone, Debug)]
pub struct ProbeArgs {
    /// Addresses that have to answer, such as http://127.0.0.1:8080/
    #[arg(required = true, value_name = "URL", value_parser = address)]
    pub urls: Vec<Uri>,
    /// For how long to try again, in seconds
    #[arg(long, default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=600))]
    pub timeout: u64,
}

/// An address of version 6 may come without its brackets, as Kubernetes gives it to pods.
fn address(text: &str) -> Result<Uri, String> {
    let bracketed = text.strip_prefix("http://").and_then(|rest| {
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        (host.matches(':').count() > 1 && !host.starts_with('[')).then(|| format!("http://[{host}]{path}"))
    });
    let text = bracketed.as_deref().unwrap_or(text);
    let uri: Uri = text.parse().map_err(|_| "not a URL".to_owned())?;
    match (uri.scheme_str(), uri.host()) {
        (Some("http"), Some(_)) => Ok(uri),
        _ => Err("write http://HOST:PORT/PATH".to_owned()),
    }
}

/// Asks each address until it answers with success or the time is up.
///
/// # Errors
/// When the report cannot be written.
pub async fn run(args: &ProbeArgs, report: &mut impl Write) -> io::Result<Exit> {
    let end = Instant::now() + Duration::from_secs(args.timeout);
    let mut exit = Exit::Clean;
    for url in &args.urls {
        match answer(url, end).await {
            Ok((code, bytes)) => writeln!(report, "{url}: {code}, {bytes} bytes")?,
            Err(why) => {
                exit = Exit::Findings;
                writeln!(report, "{url}: {why}")?;
            }
        }
    }
    Ok(exit)
}

/// Code and size of a successful answer, or why there was none.
async fn answer(url: &Uri, end: Instant) -> Result<(StatusCode, usize), String> {
    let mut last = "no answer".to_owned();
    loop {
        match timeout_at(end, once(url)).await {
            Ok(Ok((code, bytes))) if code.is_success() => return Ok((code, bytes)),
            Ok(Ok((code, _))) => last = code.to_string(),
            Ok(Err(error)) => last = error,
            Err(_) => return Err(format!("{last} in time")),
        }
        if Instant::now() + PAUSE >= end {
            return Err(last);
        }
        sleep(PAUSE).await;
    }
}

async fn once(url: &Uri) -> Result<(StatusCode, usize), String> {
    let client: Client<_, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let response = client.get(url.clone()).await.map_err(|error| described(&error))?;
    let code = response.status();
    let body = Limited::new(response.into_body(), LARGEST).collect().await;
    body.map(|body| (code, body.to_bytes().len()))
        .map_err(|error| format!("the answer broke off: {error}"))
}

/// The error and what is behind it: the client's own words are only "client error".
fn described(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;
    use tokio::net::TcpListener;

    use super::*;

    async fn probe(paths: &[&str]) -> (Exit, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let gone = || async { (StatusCode::NOT_FOUND, "no") };
        let router = Router::new().route("/", get(|| async { "well" })).fallback(gone);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let urls = paths
            .iter()
            .map(|path| format!("http://{at}{path}").parse().unwrap())
            .collect();
        let mut report = Vec::new();
        let exit = run(&ProbeArgs { urls, timeout: 1 }, &mut report).await.unwrap();
        (
            exit,
            String::from_utf8(report).unwrap().replace(&at.to_string(), "site"),
        )
    }

    #[tokio::test]
    async fn every_address_has_to_answer_with_success() {
        assert_eq!(
            probe(&["/"]).await,
            (Exit::Clean, "http://site/: 200 OK, 4 bytes\n".to_owned())
        );
        let (exit, said) = probe(&["/", "/nothing"]).await;
        assert_eq!(exit, Exit::Findings);
        assert!(said.ends_with("http://site/nothing: 404 Not Found\n"), "{said}");
    }

    #[tokio::test]
    async fn nobody_there_is_said() {
        let urls = vec!["http://127.0.0.1:1/".parse().unwrap()];
        let mut report = Vec::new();
        let exit = run(&ProbeArgs { urls, timeout: 1 }, &mut report).await.unwrap();
        let said = String::from_utf8(report).unwrap();
        assert_eq!(exit, Exit::Findings);
        assert!(said.to_lowercase().contains("refused"), "{said}");
    }

    #[test]
    fn only_plain_addresses_are_taken() {
        assert_eq!(address("http://fd00::1/a").unwrap(), "http://[fd00::1]/a");
        assert_eq!(address("http://10.0.0.1:8080").unwrap(), "http://10.0.0.1:8080/");
        for wrong in ["127.0.0.1", "/a", "https://site/", ""] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }
}
