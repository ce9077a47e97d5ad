//! Addresses that a browser may be given.
//!
//! In: an address as a document, annotation or field spells it. Out: [`SafeUrl`], or why not.
//! Must not: be constructed outside of this file, or repair what looks wrong: browsers repair too, and differently.

use std::fmt;

use super::scan;

/// The longest address that is linked, in bytes.
const MAX_URL: usize = 2_048;

/// The longest picture in an address, in base64.
const MAX_PICTURE: usize = 128 << 10;

/// An address that cannot run a script, leave the scheme it shows or hide its host: `http`, `https`, `mailto`, `tel`,
/// relative, or a fragment. Percent-encoded; an attribute still needs HTML escaping.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SafeUrl {
    address: String,
    absolute: bool,
}

/// Why an address is not linked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsafeUrl {
    /// There is no address.
    #[error("it is empty")]
    Empty,
    /// Longer than any real address.
    #[error("it is longer than {MAX_URL} bytes")]
    TooLong,
    /// A scheme that is not on the list.
    #[error("its scheme `{0}` is none of http, https, mailto and tel")]
    Scheme(String),
    /// Neither an absolute nor a relative address in its usual form.
    #[error("it is not in the usual form of an address")]
    Form,
    /// Control characters, or characters that are invisible or change the direction of the text.
    #[error("it contains invisible characters")]
    Invisible,
}

impl SafeUrl {
    /// The address, if it is safe.
    pub fn parse(address: &str) -> Result<Self, UnsafeUrl> {
        let address = address.trim_matches([' ', '\t', '\n', '\r']);
        if address.is_empty() {
            return Err(UnsafeUrl::Empty);
        }
        if address.len() > MAX_URL {
            return Err(UnsafeUrl::TooLong);
        }
        let plain = !scan::any(address.as_bytes(), |byte| !(0x20..0x7f).contains(&byte));
        if !plain && address.chars().any(is_invisible) {
            return Err(UnsafeUrl::Invisible);
        }
        let path_ends = |byte: u8| matches!(byte, b'?' | b'#');
        let path_end = address.bytes().position(path_ends).unwrap_or(address.len());
        let (path, _) = address.split_at(path_end);
        // Browsers read a backslash as a slash, so `/\host` would leave the site.
        if path.contains('\\') || path.starts_with("//") {
            return Err(UnsafeUrl::Form);
        }
        let first_segment = path.split('/').next().unwrap_or_default();
        let scheme = first_segment.split_once(':').map(|(scheme, _)| scheme);
        if let Some(scheme) = scheme {
            let rest = address.get(scheme.len() + 1..).unwrap_or_default();
            check_absolute(scheme, rest)?;
        }
        Ok(Self {
            address: percent_encoded(address),
            absolute: scheme.is_some(),
        })
    }

    /// The address of a picture: the same, or a small picture in a `data:` address, which loads nothing.
    ///
    /// # Errors
    ///
    /// As [`SafeUrl::parse`].
    pub fn picture(address: &str) -> Result<Self, UnsafeUrl> {
        let trimmed = address.trim();
        if trimmed
            .get(..5)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
            && is_data_picture(trimmed)
        {
            return Ok(Self {
                address: trimmed.to_owned(),
                absolute: true,
            });
        }
        Self::parse(address)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// True for an address with a scheme: it leads away from this site.
    pub fn is_absolute(&self) -> bool {
        self.absolute
    }
}

impl fmt::Display for SafeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

/// A picture of a format that holds no script and refers to nothing, in base64.
fn is_data_picture(address: &str) -> bool {
    let formats = ["png", "jpeg", "gif", "webp"];
    let data = formats
        .iter()
        .find_map(|format| address.strip_prefix(&format!("data:image/{format};base64,")));
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    data.is_some_and(|data| !data.is_empty() && data.len() <= MAX_PICTURE && data.bytes().all(is_base64))
}

fn check_absolute(scheme: &str, rest: &str) -> Result<(), UnsafeUrl> {
    let form = |good: bool| if good { Ok(()) } else { Err(UnsafeUrl::Form) };
    if !scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        || !scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    {
        return Err(UnsafeUrl::Form);
    }
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => {
            let authority = rest
                .strip_prefix("//")
                .and_then(|rest| rest.split(['/', '?', '#']).next());
            // No user name: `https://bank.example@other.example` shows one host and leads to another.
            let of_host = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | ':' | '[' | ']');
            form(authority.is_some_and(|authority| {
                authority.starts_with(|c: char| c.is_alphanumeric() || c == '[') && authority.chars().all(of_host)
            }))
        }
        "mailto" => {
            let lower = rest.to_ascii_lowercase();
            form(!rest.is_empty() && !lower.contains("%0a") && !lower.contains("%0d"))
        }
        "tel" => form(
            !rest.is_empty()
                && rest
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || " +-.()*;=".contains(c)),
        ),
        other => Err(UnsafeUrl::Scheme(other.to_owned())),
    }
}

/// Control and format characters and white space other than the space: what a reader cannot see or would see elsewhere.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// What an address may be written with; all else is percent-encoded.
const KEPT: [bool; 256] = scan::table!(is_kept);

const fn is_kept(byte: u8) -> bool {
    matches!(byte,
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' | b':' | b'/' | b'?' | b'#' | b'[' | b']'
        | b'@' | b'!' | b'$' | b'&' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b'%')
}

fn percent_encoded(address: &str) -> String {
    const HEX: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or('0');
    let keep = |byte: u8| KEPT.get(usize::from(byte)).copied().unwrap_or(false);
    if address.bytes().all(keep) {
        return address.to_owned();
    }
    let mut encoded = String::with_capacity(address.len() + 32);
    for byte in address.bytes() {
        if keep(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_real_documents_pass() {
        let cases = [
            ("https://example.org", "https://example.org"),
            (
                "HTTP://example.org:8080/a?b=c&d=e#f",
                "HTTP://example.org:8080/a?b=c&d=e#f",
            ),
            (" https://example.org/a b\n", "https://example.org/a%20b"),
            ("https://münchen.example/ü", "https://m%C3%BCnchen.example/%C3%BC"),
            ("https://[2001:db8::1]:9090/graph", "https://[2001:db8::1]:9090/graph"),
            (
                "https://example.org/q?x={a=\"b\"}|c\\d",
                "https://example.org/q?x=%7Ba=%22b%22%7D%7Cc%5Cd",
            ),
            (
                "https://example.org/@user/javascript:alert(1)",
                "https://example.org/@user/javascript:alert(1)",
            ),
            (
                "mailto:team@example.org?subject=Help",
                "mailto:team@example.org?subject=Help",
            ),
            ("tel:+49-30-1234", "tel:+49-30-1234"),
            ("../b/C.md#d", "../b/C.md#d"),
            ("./javascript:x", "./javascript:x"),
            ("/a/b", "/a/b"),
            ("?q=https://example.org", "?q=https://example.org"),
            ("#überblick", "#%C3%BCberblick"),
            ("a%20b.md", "a%20b.md"),
            ("it's.md", "it%27s.md"),
            ("<host>/x", "%3Chost%3E/x"),
        ];
        for (input, expect) in cases {
            assert_eq!(
                SafeUrl::parse(input).map(|url| url.address).as_deref(),
                Ok(expect),
                "{input:?}"
            );
        }
    }

    /// Each of these ran a script, left the site or hid its host in some browser, library or product.
    const TRICKS: &[&str] = &[
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "JAVASCRIPT:alert(1)",
        " javascript:alert(1)",
        "\tjavascript:alert(1)",
        "\njavascript:alert(1)",
        "\u{1}javascript:alert(1)",
        "\u{0}javascript:alert(1)",
        "\u{1f}javascript:alert(1)",
        "\u{7f}javascript:alert(1)",
        "\u{80}javascript:alert(1)",
        "\u{a0}javascript:alert(1)",
        "\u{feff}javascript:alert(1)",
        "\u{200b}javascript:alert(1)",
        "\u{2028}javascript:alert(1)",
        "\u{202e}javascript:alert(1)",
        "\u{ad}javascript:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "java\rscript:alert(1)",
        "java\u{0}script:alert(1)",
        "java\u{200d}script:alert(1)",
        "java script:alert(1)",
        "javascript\t:alert(1)",
        "javascript :alert(1)",
        "javascript\u{a0}:alert(1)",
        "javascript:",
        "javascript://example.org/%0aalert(1)",
        "javascript:/*https://example.org*/alert(1)",
        "javascript:alert(1)//https://example.org",
        "jаvascript:alert(1)",
        "ｊavascript:alert(1)",
        "vbscript:msgbox(1)",
        "VBSCRIPT:x",
        "livescript:x",
        "mocha:x",
        "data:text/html,<script>alert(1)</script>",
        "data:text/html;base64,PHNjcmlwdD4=",
        "data:image/svg+xml,<svg onload=alert(1)>",
        "DATA:,x",
        "blob:https://example.org/0",
        "filesystem:https://example.org/x",
        "file:///etc/passwd",
        "FILE:C:/x",
        "ftp://example.org",
        "about:blank",
        "view-source:javascript:alert(1)",
        "view-source:https://example.org",
        "feed:javascript:alert(1)",
        "jar:https://example.org!/x",
        "intent://x#Intent;end",
        "ms-msdt:/id",
        "ws://example.org",
        "chrome://settings",
        "text | javascript:alert(1)",
        "text|javascript:alert(1)",
        "Docs | https://example.org",
        "Docs|https://example.org",
        "https://example.org | javascript:alert(1)",
        "https://example.org|javascript:alert(1)",
        "//evil.example",
        "///evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/\n/evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https:///evil.example",
        "https:\\\\evil.example",
        "https:/\\evil.example",
        "https://\\evil.example",
        "https://good.example\\@evil.example",
        "https://good.example@evil.example",
        "https://user:password@example.org",
        "https://@evil.example",
        "https://good.example%40evil.example",
        "https://good.example%2f@evil.example",
        "https://good.example\u{2044}@evil.example",
        "https:// evil.example",
        "https://",
        "https://?x",
        "https://.",
        "https://:80",
        "https://<host>/x",
        "https://$HOST/x",
        "https://good.example\u{202e}/gro.live",
        "https://go\u{200b}od.example",
        "http\u{3a}//\u{9}evil.example",
        "://evil.example",
        ":javascript:alert(1)",
        "1javascript:alert(1)",
        "namespace:name",
        "localhost:8080",
        "mailto:",
        "mailto:a@b.example%0Abcc:c@d.example",
        "mailto:a@b.example%0dX",
        "tel:",
        "tel:<script>",
        "",
        "   ",
        "\u{1}",
    ];

    #[test]
    fn tricks_are_refused() {
        assert!(TRICKS.len() >= 60);
        for trick in TRICKS {
            let parsed = SafeUrl::parse(trick);
            assert!(parsed.is_err(), "{trick:?} became {parsed:?}");
        }
        let long = format!("https://example.org/{}", "a".repeat(MAX_URL));
        assert_eq!(SafeUrl::parse(&long), Err(UnsafeUrl::TooLong));
    }

    #[test]
    fn what_is_not_decoded_twice_stays_a_harmless_path() {
        for (input, expect) in [
            ("javascript%3Aalert(1)", "javascript%3Aalert(1)"),
            ("javascript&colon;alert(1)", "javascript&colon;alert(1)"),
            ("java&#115;cript:alert(1)", "java&#115;cript:alert(1)"),
            ("%2f%2fevil.example", "%2f%2fevil.example"),
            ("\"onmouseover=alert(1)", "%22onmouseover=alert(1)"),
            ("'><script>", "%27%3E%3Cscript%3E"),
        ] {
            let url = SafeUrl::parse(input).unwrap();
            assert_eq!((url.as_str(), url.is_absolute()), (expect, false));
        }
    }

    #[test]
    fn whatever_passes_is_plain_ascii_without_quotes_or_brackets() {
        for input in TRICKS
            .iter()
            .map(|trick| format!("./{trick}"))
            .chain(TRICKS.iter().map(|t| format!("?{t}")))
        {
            if let Ok(url) = SafeUrl::parse(&input) {
                assert!(
                    url.as_str()
                        .bytes()
                        .all(|b| b.is_ascii_graphic() && !b"\"'<>`\\".contains(&b)),
                    "{url}"
                );
                assert!(!url.is_absolute(), "{url}");
            }
        }
    }
}
