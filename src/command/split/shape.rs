//! What a line without a prompt looks like.
//!
//! In: a line. Out: its shape. Must not: know the lines around it.

use super::super::effect::is_english;
use super::super::fit::{Fit, fit};
use super::super::lexer::is_assignment;

/// What a line looks like, judged alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Blank,
    /// `#` and text.
    Comment,
    /// A known command or other words of the shell.
    Command,
    /// The command is not known here, but options, pipes or variables are.
    Likely,
    /// A known tool with a verb that is not known.
    Odd,
    /// Could be either.
    Weak,
    /// An option, operator or quoted text that continues a command whose backslash was forgotten.
    Rest,
    /// Output, or text of another language.
    Output,
}

/// English words that are rather typed than printed when they stand alone.
const TYPED_ALONE: &[&str] = &[
    "exit", "logout", "reboot", "top", "date", "mount", "hostname", "uptime", "toolbox", "history",
];

/// The shape of `line`.
pub(super) fn shape(line: &str) -> Shape {
    let text = line.trim_ascii();
    let Some(first) = text.bytes().next() else {
        return Shape::Blank;
    };
    match first {
        b'#' => return Shape::Comment,
        b'\'' | b'"' => return Shape::Rest,
        b'|' if text.starts_with("| ") && !text.ends_with('|') => return Shape::Rest,
        b'&' if text.starts_with("&&") => return Shape::Rest,
        b'-' => {
            let name = text.trim_start_matches('-');
            let option = name.len() < text.len() && name.starts_with(|c: char| c.is_ascii_alphabetic());
            return if option { Shape::Rest } else { Shape::Output };
        }
        b'/' if text.starts_with("//") => return Shape::Output,
        b'[' if text.starts_with("[ ") || text.starts_with("[[ ") => {}
        b'(' if text.starts_with("( ") || fit(text) == Fit::Command => {}
        b'{' if text == "{" => return Shape::Weak,
        b'}' if text == "}" => return Shape::Weak,
        b'!' | b'$' | b'<' | b'.' | b'~' | b'/' | b'_' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'\\' | b'`' => {}
        _ => return Shape::Output,
    }
    if is_gap(text) || is_log(text) {
        return Shape::Output;
    }
    match fit(text) {
        Fit::English if is_target(text) => Shape::Command,
        Fit::Command if is_row(text) => Shape::Weak,
        Fit::Command if !is_sentence(text) => Shape::Command,
        Fit::Path => Shape::Command,
        Fit::Reserved => Shape::Command,
        Fit::Alone if is_english(text) && !TYPED_ALONE.contains(&text) => Shape::Weak,
        Fit::Alone if text.len() <= 40 => Shape::Command,
        Fit::Assigns => assigns(text),
        Fit::Odd if is_row(text) || is_sentence(text) => Shape::Output,
        Fit::Odd if tells(text) => Shape::Likely,
        Fit::Odd => Shape::Odd,
        Fit::English if is_row(text) || is_sentence(text) => Shape::Output,
        Fit::English => Shape::Weak,
        Fit::Command | Fit::Alone | Fit::Unknown => unknown(text),
    }
}

/// `make verify`: a target, not a sentence.
fn is_target(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    let (first, second, third) = (words.next(), words.next(), words.next());
    first == Some("make") && third.is_none() && !matches!(second, Some("sure" | "it" | "this" | "that" | "use"))
}

/// `...`, `[...]`, `<snip>`, `---`: a mark where something was left out, or a rule.
fn is_gap(text: &str) -> bool {
    text.bytes().all(|byte| b".-=_*+|[]()<>~ ".contains(&byte))
        || text.chars().all(|c| matches!(c, '…' | ' '))
        || (text.len() < 60 && text.starts_with(['<', '[', '(', '.']) && {
            let inner = text.trim_matches(['<', '>', '[', ']', '(', ')', '.', ' ', '…']);
            let lower = inner.to_ascii_lowercase();
            ["snip", "omitted", "truncated", "output", "skipped"]
                .iter()
                .any(|word| lower.contains(word))
        })
}

/// A line that begins with a time or a level, as logs do.
fn is_log(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match bytes {
        // `I0428 02:23:13.498282`
        [b'I' | b'W' | b'E' | b'F' | b'D', a, b, c, d, b' ', ..]
            if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()) =>
        {
            true
        }
        // `2024-06-20T…`, `2024/06/20`, `02:11:08`
        _ if digits == 4 && matches!(bytes.get(4), Some(b'-' | b'/')) => true,
        _ if digits == 2 && bytes.get(2) == Some(&b':') => true,
        _ => {
            ["level=", "ts=", "time=", "t=", "caller=", "msg="]
                .iter()
                .any(|start| text.starts_with(start))
                && text.contains(' ')
        }
    }
}

fn assigns(text: &str) -> Shape {
    let word = text.split_ascii_whitespace().next().unwrap_or_default();
    let name = word.split('=').next().unwrap_or_default();
    let shell = name
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        || word.contains(['$', '<', '`'])
        || word.contains("=(");
    // `YWJj…==`: encoded data.
    let encoded = name.len() > 40 || text.ends_with('=');
    let words = text.split_ascii_whitespace().count();
    let all = text.split_ascii_whitespace().all(|word| word.contains('='));
    match () {
        () if shell => Shape::Command,
        () if encoded => Shape::Output,
        () if words == 1 || word.contains(['"', '\'']) && !all => Shape::Likely,
        () => Shape::Output,
    }
}

/// Columns: two gaps of several blanks, and nothing a command has.
fn is_row(text: &str) -> bool {
    let mut gaps = 0;
    let mut blanks = 0;
    for byte in text.bytes() {
        match byte {
            b'\t' => blanks += 2,
            b' ' => blanks += 1,
            b'#' | b'\\' if blanks > 1 => return false,
            b'-' if blanks > 1 => return false,
            _ => {
                gaps += usize::from(blanks > 1);
                blanks = 0;
            }
        }
    }
    gaps > 1
}

/// Prose: it begins with a capital or ends like a sentence, with plain words.
fn is_sentence(text: &str) -> bool {
    let ends = text.ends_with('.') || text.ends_with(':') || text.ends_with('!') || text.ends_with('?');
    ends && text.split_ascii_whitespace().count() > 4
        && !text
            .split_ascii_whitespace()
            .any(|word| word.starts_with('-') || word.contains(['$', '/', '|', '=', '<', '*']))
}

/// A line whose first word is no known command.
fn unknown(text: &str) -> Shape {
    let mut words = text.split_ascii_whitespace();
    let first = words.next().unwrap_or_default();
    let second = words.next();
    let more = words.next().is_some();
    let function = first.ends_with("()") || (second.is_some_and(|second| second.starts_with("()")));
    if function && (text.ends_with('{') || text.ends_with('}')) {
        return Shape::Command;
    }
    if is_assignment(first) {
        let name = first.split('=').next().unwrap_or_default();
        let shouted = !name.bytes().any(|byte| byte.is_ascii_lowercase());
        return if shouted && more { Shape::Likely } else { Shape::Output };
    }
    let name = first.strip_prefix(['$', '"']).unwrap_or(first);
    let of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '+' | '{' | '}');
    let variable = first.starts_with('$');
    if !variable && (!name.chars().all(of_name) || name.contains(['{', '}'])) {
        return if first.starts_with('<') && more && tells(text) {
            Shape::Likely
        } else {
            Shape::Output
        };
    }
    // Commands are written small; headings, tables and sentences are not.
    let small = first.starts_with(|c: char| c.is_ascii_lowercase()) || first.starts_with('/') || variable;
    if !small || first.ends_with('.') || is_row(text) || is_sentence(text) {
        return Shape::Output;
    }
    match second {
        Some(
            "=" | ":=" | "->" | "=>" | "is" | "was" | "has" | "are" | ":" | "==" | "+" | "*" | ">" | "<" | "by" | "of"
            | "and",
        ) => {
            return Shape::Output;
        }
        Some(second) if second.starts_with(['(', '{', '=']) => return Shape::Output,
        _ => {}
    }
    if has_bare_parenthesis(text) {
        return Shape::Output;
    }
    // `deployment.apps/x restarted`
    let object = first.contains('/') && !first.starts_with(['/', '$']);
    if object {
        return if tells(text) && !text.contains('"') {
            Shape::Weak
        } else {
            Shape::Output
        };
    }
    if first.starts_with('/') && second.is_none() && !first.contains("bin/") {
        return Shape::Output;
    }
    let of_tool = first.ends_with("ctl")
        || first.ends_with("-cli")
        || first.ends_with("adm")
        || first.ends_with("-tool")
        || first.ends_with(".sh")
        || first.ends_with(".py");
    if tells(text) || (of_tool && second.is_some()) {
        Shape::Likely
    } else {
        Shape::Weak
    }
}

/// True if a word is an option, or an operator or variable of the shell.
fn tells(text: &str) -> bool {
    text.split_ascii_whitespace().skip(1).any(|word| {
        let option = word.strip_prefix('-').is_some_and(|rest| {
            let rest = rest.strip_prefix('-').unwrap_or(rest);
            rest.starts_with(|c: char| c.is_ascii_alphabetic())
        });
        option
            || matches!(word, "|" | "&&" | "||" | ">" | ">>" | "\\")
            || word.contains("$(")
            || word.contains("${")
            || word.starts_with('$')
            || word.starts_with('<') && word.ends_with('>')
    })
}

/// True if a parenthesis stands where a shell allows none.
fn has_bare_parenthesis(text: &str) -> bool {
    let mut quote = 0;
    let mut before = b' ';
    for byte in text.bytes() {
        match byte {
            b'\'' | b'"' if quote == 0 => quote = byte,
            b'\'' | b'"' if quote == byte => quote = 0,
            b'(' if quote == 0 && !matches!(before, b'$' | b'=' | b'<' | b'>' | b'\\' | b'(') => return true,
            _ => {}
        }
        before = byte;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart() {
        use Shape::{Blank, Command, Comment, Likely, Odd, Output, Rest, Weak};
        let cases = [
            ("", Blank),
            ("   ", Blank),
            ("# a comment", Comment),
            ("oc get pods", Command),
            ("    oc get pods", Command),
            ("lsblk", Command),
            ("NAMESPACE=x", Command),
            ("pod=$(oc get pods)", Command),
            ("./run.sh", Command),
            ("for i in a b; do", Command),
            ("done", Command),
            ("fi", Command),
            ("if [ -f x ]; then", Command),
            ("(cd /x && ls)", Command),
            ("foo() {", Command),
            ("some-tool --all", Likely),
            ("some-tool all", Likely),
            ("some-thing all", Weak),
            ("oc frobnicate x", Odd),
            ("oc frobnicate --all", Likely),
            ("eyJhbGciOiJSUzI1NiIsImtpZCI6IkFBQUFBQUFBQUFBQUFBQUFBQUFB=", Output),
            ("--flag x", Rest),
            ("-o yaml", Rest),
            ("| jq .", Rest),
            ("'[{}]'", Rest),
            ("NAME   READY   STATUS", Output),
            ("NAME READY", Output),
            ("etcd-0   1/1   Running   0   5d", Output),
            ("ceph   1/1   Running   0   5d", Output),
            ("name: x", Output),
            ("- name: x", Output),
            ("{\"a\": 1}", Output),
            ("}", Weak),
            ("],", Output),
            ("| a | b |", Output),
            ("+---+---+", Output),
            ("...", Output),
            ("[...]", Output),
            ("<snip>", Output),
            ("…", Output),
            ("I0428 02:23:13.498282   11418 daemon.go:1250] x", Output),
            ("2024-06-20T17:56:33Z x", Output),
            ("Oct 18 19:39:36 ip-1 chronyd[1]: x", Output),
            ("level=warn ts=1 msg=\"x y\"", Output),
            ("error: x", Output),
            ("Error from server: x", Output),
            ("curl: (7) Failed", Output),
            ("default_runtime = \"crun\"", Output),
            ("deployment.apps/x restarted", Output),
            ("node/x cordoned", Output),
            ("sum(rate(x[5m]))", Output),
            ("sum by (node) (", Output),
            ("irate (x[4m])", Output),
            ("histogram_quantile(0.99, x)", Output),
            ("// a comment", Output),
            ("topk(5,", Output),
            (") / scalar(", Output),
            ("Make sure we have enough of it.", Output),
            ("make sure that all of it works.", Output),
            ("true", Weak),
            ("apiVersion: v1", Output),
            ("  * on(namespace)", Output),
        ];
        let mut wrong = String::new();
        for (line, expect) in cases {
            let found = shape(line);
            if found != expect {
                wrong += &format!("{line:?}: {found:?}, expected {expect:?}, {:?}\n", fit(line.trim()));
            }
        }
        assert!(wrong.is_empty(), "\n{wrong}");
    }
}
