//! What goes over HTTP and SSH.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::arguments::{Arguments, listed};
use super::rule::{Tool, Verdict, ask};
use super::{DEPENDS, Judgement};

pub(super) static CURL: Tool = ask(
    "X request H header d data o output u user T cacert cert key w write-out x proxy m max-time b c e A connect-timeout resolve \
     data-raw data-binary data-urlencode F form json retry unix-socket url",
    curl,
);

fn curl(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    let mut method = None;
    let mut sends = false;
    let mut queries = true;
    let mut writes = false;
    let mut previous = "";
    for word in arguments.words {
        let text = word.text.as_ref();
        let option = std::mem::replace(&mut previous, text);
        match option {
            "-X" | "--request" => method = Some((text, word.certain)),
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-urlencode" | "-F" | "--form" | "--json"
            | "-T" | "--upload-file" => {
                sends = true;
                queries &= option.starts_with("-d")
                    && listed(
                        "query match[] match start end step time limit",
                        text.split('=').next().unwrap_or_default(),
                    )
                    || option.starts_with("--data")
                        && text
                            .split('=')
                            .next()
                            .is_some_and(|name| listed("query match[] start end step time limit", name));
            }
            "-o" | "--output" => writes |= !matches!(text, "/dev/null" | "-"),
            _ => {}
        }
        if let Some((name, value)) = text.split_once('=') {
            match name {
                "--request" => method = Some((value, word.certain)),
                "--data" | "--data-raw" | "--data-binary" | "--json" => (sends, queries) = (true, false),
                "--data-urlencode" => {
                    sends = true;
                    queries &= value.starts_with("query") || value.starts_with("match");
                }
                _ => {}
            }
        }
        // `-XPOST`, `-sXDELETE`, `-sko file`, `-fsSLO`.
        if let Some(letters) = text.strip_prefix('-').filter(|letters| !letters.starts_with('-')) {
            if let Some((_, attached)) = letters.split_once('X')
                && letters.len() <= 12
            {
                if attached.is_empty() {
                    previous = "-X";
                } else {
                    method = Some((attached, word.certain));
                }
            } else if !letters.starts_with('H') && letters.len() <= 8 {
                writes |= letters.contains('O');
                if letters.len() > 1 && letters.ends_with('o') {
                    previous = "-o";
                } else if letters.len() > 1 && letters.ends_with('d') {
                    previous = "-d";
                }
            }
        }
        writes |= text == "--remote-name";
    }
    let as_query = arguments.has(&["--get", "-I", "--head"]) || arguments.has_letter('G');
    let judgement = match method {
        Some((_, false)) => DEPENDS,
        Some(("GET" | "HEAD" | "OPTIONS" | "get" | "PROPFIND", _)) => Judgement::READ,
        Some(("DELETE" | "delete", _)) => Judgement::destroy("deletes over HTTP"),
        Some((_, true)) if sends && queries => Judgement::READ,
        Some((_, true)) => Judgement::change("sends data over HTTP"),
        None if sends && !as_query && !queries => Judgement::change("sends data over HTTP"),
        None => Judgement::READ,
    };
    judgement
        .worst(if writes {
            Judgement::change("writes a file")
        } else {
            Judgement::READ
        })
        .into()
}

pub(super) static WGET: Tool =
    ask("O output-document P T timeout t header post-data", |arguments, _| {
        let output = arguments
            .value_text("-O")
            .or_else(|| arguments.value_text("--output-document"));
        let printed =
            matches!(output, Some("-" | "/dev/null" | "/dev/stdout"))
                || arguments.has(&["--spider", "-O-", "-qO-", "-nvO-"])
                || arguments.words.iter().any(|word| {
                    word.text.starts_with('-') && (word.text.ends_with("O-") || word.text.ends_with("O/dev/null"))
                })
                || (arguments.words.iter().any(|word| {
                    word.text.starts_with('-') && !word.text.starts_with("--") && word.text.ends_with('O')
                }) && arguments
                    .words
                    .iter()
                    .any(|word| word.text == "-" || word.text == "/dev/null"));
        if arguments.has(&["--post-data", "--post-file", "--method", "--body-data"]) {
            Judgement::change("sends data over HTTP")
        } else if printed {
            Judgement::READ
        } else {
            Judgement::change("writes a file")
        }
        .into()
    });

pub(super) static GRPCURL: Tool = ask("d H proto import-path cacert cert key", |arguments, from| {
    if (from..from + 3).any(|number| listed("list describe", arguments.text(number))) {
        Judgement::READ
    } else {
        Judgement::unknown("calls a service")
    }
    .into()
});

pub(super) static OPENSSL: Tool = ask("", |arguments, from| {
    let verb = arguments.text(from);
    if arguments.has(&["-out", "-keyout", "-signkey"]) || listed("genrsa genpkey ca", verb) && arguments.has(&["-out"])
    {
        Judgement::change("writes a file")
    } else if arguments.operand(from).is_some_and(|word| !word.certain) {
        DEPENDS
    } else {
        Judgement::READ
    }
    .into()
});

pub(super) static SCP: Tool = ask("i P o F", |_, _| Judgement::change("copies files").into());

pub(super) static RSYNC: Tool = ask("e", |arguments, _| {
    if arguments.has(&["--dry-run", "-n"]) {
        Judgement::READ
    } else if arguments.words.iter().any(|word| word.text.starts_with("--delete")) {
        Judgement::destroy("copies files and deletes others")
    } else {
        Judgement::change("copies files")
    }
    .into()
});
