//! Programs that run tasks, serve, or hold keys.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::rule::{Inner, READ, Rule, Tool, Verdict, ask, changes, unknown, verbs};
use super::{Judgement, NOT_KNOWN};

pub(super) static KUBESEAL: Tool = ask("w sealed-secret-file f", |arguments, _| {
    if arguments.has(&["-w", "--sealed-secret-file"]) {
        Judgement::change("writes a file")
    } else {
        Judgement::READ
    }
    .into()
});

pub(super) static STEP: Tool = verbs(
    "",
    &[
        ("version help path", READ),
        (
            "certificate crypto ca ssh",
            Rule::Verbs(&[
                ("inspect verify lint fingerprint health roots list check-host jwk", READ),
                ("*", changes("changes certificates")),
            ]),
        ),
    ],
);

/// Kubernetes' own servers, started by hand: only their version is asked for.
pub(super) static SERVER: Tool = ask("", |arguments, _| {
    if arguments.has(&["--version", "-version", "--help", "-h"])
        || arguments.words.iter().any(|word| word.text == "version")
    {
        Judgement::READ
    } else {
        Judgement::unknown("starts a server")
    }
    .into()
});

pub(super) static SOS: Tool = verbs(
    "",
    &[
        ("report collect", changes("collects data into files")),
        ("clean", changes("writes files")),
        ("help", READ),
    ],
);

/// Programs that run a task of a file in the directory.
pub(super) static MAKE: Tool = ask("C f j", |arguments, _| {
    if arguments.has(&["-n", "--dry-run", "--version"]) {
        Judgement::READ
    } else {
        Judgement::unknown("runs a task nobody read")
    }
    .into()
});

/// `bundle exec COMMAND`.
pub(super) static BUNDLE: Tool = ask("", |arguments, from| match arguments.text(from) {
    "exec" => Verdict::with(
        Judgement::READ,
        arguments.place(from + 1).map_or(Inner::None, Inner::Words),
    ),
    "list" | "show" | "check" | "outdated" | "info" => Judgement::READ.into(),
    "install" | "update" | "add" | "config" | "lock" => Judgement::change("installs packages").into(),
    _ => NOT_KNOWN.into(),
});

/// Chef's tool.
pub(super) static KNIFE: Tool = ask(
    "c config u user k key E environment z a attribute C concurrency x ssh-user p ssh-port i identity-file F format",
    |arguments, from| match (arguments.text(from), arguments.text(from + 1)) {
        ("ssh" | "winrm", _) => match arguments.place(from + 2) {
            Some(at) => Verdict::with(Judgement::READ, Inner::Shell(at)),
            None => NOT_KNOWN.into(),
        },
        ("search" | "status" | "diff" | "show" | "list" | "help" | "version", _) | (_, "show" | "list") => {
            Judgement::READ.into()
        }
        ("data", "bag") if matches!(arguments.text(from + 2), "show" | "list") => Judgement::READ.into(),
        (_, "delete") | ("delete", _) => Judgement::destroy("deletes settings of nodes").into(),
        ("data", "bag") if arguments.text(from + 2) == "delete" => {
            Judgement::destroy("deletes settings of nodes").into()
        }
        (
            _,
            "edit" | "create" | "from" | "update" | "upload" | "run_list" | "bag" | "set" | "policy" | "remove"
            | "rotate" | "refresh" | "reregister",
        )
        | ("bootstrap" | "upload" | "edit" | "cookbook" | "opc", _) => {
            Judgement::change("changes settings of nodes").into()
        }
        _ => NOT_KNOWN.into(),
    },
);

pub(super) static NGINX: Tool = ask("c p e", |arguments, from| {
    if arguments.has(&["-t", "-T", "-v", "-V", "-h", "-c", "-S"])
        || matches!(arguments.text(from), "configtest" | "status" | "fullstatus")
    {
        return Judgement::READ.into();
    }
    match arguments.value_text("-s").unwrap_or_else(|| arguments.text(from)) {
        "reload" | "reopen" | "graceful" => Judgement::change("reloads settings"),
        "stop" | "quit" | "graceful-stop" => Judgement::change("stops services"),
        "start" | "restart" => Judgement::change("restarts services"),
        _ => Judgement::unknown("starts a server"),
    }
    .into()
});

pub(super) static GPG: Tool = ask("o output u local-user keyserver homedir", |arguments, _| {
    let any = |list: &[&str]| arguments.has(list);
    if any(&[
        "--delete-key",
        "--delete-keys",
        "--delete-secret-key",
        "--delete-secret-keys",
    ]) {
        Judgement::destroy("deletes keys")
    } else if any(&[
        "-o",
        "--output",
        "--import",
        "--gen-key",
        "--full-gen-key",
        "--full-generate-key",
        "--edit-key",
        "--sign-key",
        "--send-key",
        "--send-keys",
        "--recv-keys",
        "--recv-key",
        "--card-edit",
        "--import-ownertrust",
        "--quick-generate-key",
        "--sign",
        "--detach-sign",
        "--clearsign",
        "-s",
        "-b",
    ]) {
        Judgement::change("changes keys or writes files")
    } else {
        Judgement::READ
    }
    .into()
});

pub(super) static GO: Tool = verbs(
    "",
    &[
        ("version env list doc help vet", READ),
        (
            "install get mod build generate fmt clean work",
            changes("changes local files"),
        ),
        ("test run tool", unknown("runs a program")),
    ],
);
