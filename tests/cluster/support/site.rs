//! A reader of pages: HTTP/1.0 over a socket, so that nothing between the site and the test can mend an answer.
//!
//! In: an address and a path. Out: [`Answer`]. Must not: follow a redirect, or accept a broken answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    headers: String,
    pub body: String,
}

impl Answer {
    /// The values of a header; names are compared in any case.
    pub fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let lines = self.headers.lines().filter_map(|line| line.split_once(':'));
        lines
            .filter(move |(have, _)| have.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// The first value of a header.
    pub fn header<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.headers(name).next()
    }
}

/// Asks for a path. An error is that of the connection.
pub fn get(address: SocketAddr, path: &str, accept: &str) -> Result<Answer, String> {
    let text = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect(address).map_err(text)?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).map_err(text)?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {address}\r\nAccept: {accept}\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(text)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).map_err(text)?;
    let answer = String::from_utf8(bytes).map_err(|error| error.to_string())?;
    let (headers, body) = answer
        .split_once("\r\n\r\n")
        .ok_or_else(|| format!("not HTTP: {answer:?}"))?;
    let status = headers.split(' ').nth(1).and_then(|code| code.parse().ok());
    Ok(Answer {
        status: status.ok_or_else(|| format!("not HTTP: {headers:?}"))?,
        headers: headers.to_owned(),
        body: body.to_owned(),
    })
}
