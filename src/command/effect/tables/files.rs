//! Files and text.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::Judgement;
use super::arguments::Arguments;
use super::rule::{Inner, Tool, Verdict, ask};

pub(super) static FIND: Tool = ask("", find);

fn find(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    if arguments.has(&["-delete"]) {
        return Judgement::destroy("deletes files").into();
    }
    let judgement = if arguments.has(&["-fprint", "-fls", "-fprintf"]) {
        Judgement::change("writes a file")
    } else {
        Judgement::READ
    };
    let inner = ["-exec", "-execdir", "-ok", "-okdir"]
        .iter()
        .find_map(|option| arguments.after(option));
    Verdict::with(judgement, inner.map_or(Inner::None, Inner::Words))
}

pub(super) static SED: Tool = ask("e f expression", |arguments, _| {
    let in_place = arguments.words.iter().any(|word| {
        let text = word.text.as_ref();
        text.starts_with("--in-place")
            || text.strip_prefix('-').is_some_and(|option| {
                option.starts_with('i') || (option.len() <= 4 && !option.starts_with('-') && option.contains('i'))
            })
    });
    if in_place {
        Judgement::change("edits files")
    } else {
        Judgement::READ
    }
    .into()
});

pub(super) static YQ: Tool = ask("", |arguments, from| {
    if arguments.has_letter('i')
        || arguments.has(&["--inplace", "--in-place"])
        || matches!(arguments.text(from), "w" | "write") && arguments.has(&["-i"])
    {
        Judgement::change("edits files")
    } else {
        Judgement::READ
    }
    .into()
});

pub(super) static AWK: Tool = ask("F v f", |arguments, from| {
    let runs = arguments
        .words
        .iter()
        .any(|word| word.text.contains("system(") || word.text.contains("| getline"));
    if runs || arguments.operand(from).is_some_and(|word| word.text.starts_with('$')) {
        Judgement::unknown("runs a program")
    } else {
        Judgement::READ
    }
    .into()
});

pub(super) static SORT: Tool = ask("k t S T", |arguments, _| {
    if arguments.has(&["-o", "--output"]) {
        Judgement::change("writes a file")
    } else {
        Judgement::READ
    }
    .into()
});

pub(super) static TEE: Tool = ask("", |arguments, from| {
    match arguments.operand(from).map(|word| word.text.as_ref()) {
        None | Some("/dev/null" | "/dev/stderr" | "/dev/stdout" | "/dev/tty") => Judgement::READ,
        Some("/proc/sysrq-trigger") => Judgement::destroy("resets the machine"),
        Some(_) => Judgement::change("writes a file"),
    }
    .into()
});

pub(super) static TAR: Tool = ask("f C file directory exclude", |arguments, from| {
    let mode = arguments.words.first().map_or("", |word| word.text.as_ref());
    let mode = if mode.starts_with("--") {
        ""
    } else {
        mode.trim_start_matches('-')
    };
    let is = |letter: char, name: &str| mode.contains(letter) || arguments.has(&[name]);
    // An archive called `-`, or none, is printed.
    let printed =
        arguments.words.iter().any(|word| word.text == "-") || !mode.contains('f') && !arguments.has(&["-f", "--file"]);
    let _ = from;
    if is('t', "--list") {
        Judgement::READ
    } else if is('x', "--extract") {
        if arguments.has(&["-O", "--to-stdout"]) {
            Judgement::READ
        } else {
            Judgement::change("unpacks files")
        }
    } else if is('c', "--create") && printed {
        Judgement::READ
    } else {
        Judgement::change("writes a file")
    }
    .into()
});

/// `gzip`, `xz` and their like.
pub(super) static PACK: Tool = ask("", |arguments, _| {
    let printed = arguments.has_letter('c')
        || arguments.has_letter('l')
        || arguments.has_letter('t')
        || arguments.has(&["--stdout", "--list", "--test"])
        || arguments.piped;
    if printed {
        Judgement::READ
    } else {
        Judgement::change("packs or unpacks files")
    }
    .into()
});

pub(super) static UNZIP: Tool = ask("d", |arguments, _| {
    if arguments.has_letter('l') || arguments.has_letter('p') || arguments.has_letter('t') {
        Judgement::READ
    } else {
        Judgement::change("unpacks files")
    }
    .into()
});

/// `python`, `perl`, `ruby`, `node`: a program nobody read.
pub(super) static PROGRAM: Tool = ask("", |arguments, from| {
    if arguments.has(&["--version", "-V", "-v"]) {
        return Judgement::READ.into();
    }
    let module = arguments.value_text("-m");
    if let Some("json.tool" | "base64" | "site" | "calendar") = module {
        return Judgement::READ.into();
    }
    if arguments.words.is_empty() || (arguments.operand(from).is_none() && arguments.has(&["-i"])) {
        return if arguments.piped {
            Judgement::unknown("runs what it is given")
        } else {
            Judgement::read("opens a shell")
        }
        .into();
    }
    Judgement::unknown("runs a program").into()
});

pub(super) static SOURCE: Tool = ask("", |arguments, from| {
    match arguments.operand(from).map(|word| word.text.as_ref()) {
        Some(text) if text.starts_with("<(") => Judgement::unknown("runs what another command prints"),
        // A file that sets variables, by its name.
        Some(text)
            if text.ends_with("rc")
                || text.ends_with(".env")
                || text.ends_with("activate")
                || text.ends_with("rc.sh")
                || text.ends_with("profile") =>
        {
            Judgement::READ
        }
        _ => Judgement::unknown("runs a script"),
    }
    .into()
});

pub(super) static TRAP: Tool = ask("", |arguments, from| match arguments.place(from) {
    Some(at) if arguments.words.len() > at + 1 => Verdict::with(Judgement::READ, Inner::Shell(at)),
    _ => Judgement::READ.into(),
});

pub(super) static SPLIT: Tool = ask("l b n", |_, _| Judgement::change("writes files").into());

pub(super) static S3: Tool = ask("endpoint-url host", |arguments, from| {
    match arguments.text(from) {
        "ls" | "la" | "du" | "info" | "stat" | "cat" | "tree" | "find" | "head" | "diff" | "admin" | "version" => {
            Judgement::READ
        }
        "rm" | "del" | "rb" | "rmdir" | "multipart" => Judgement::destroy("deletes objects in a store"),
        "cp" | "mv" | "put" | "get" | "sync" | "mb" | "mirror" | "setacl" | "setpolicy" | "alias" | "pipe" => {
            Judgement::change("copies objects")
        }
        _ => super::NOT_KNOWN,
    }
    .into()
});
