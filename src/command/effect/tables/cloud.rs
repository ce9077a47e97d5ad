//! Command lines of clouds.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::arguments::{Arguments, listed};
use super::rule::{READ, Tool, Verdict, ask, changes, destroys, reads, verbs};
use super::{DEPENDS, Judgement, NOT_KNOWN};

/// `aws SERVICE OPERATION`.
pub(super) static AWS: Tool = ask(
    "endpoint-url region profile output query ca-bundle",
    |arguments, from| {
        let (service, operation) = (arguments.text(from), arguments.text(from + 1));
        let starts = |starts: &[&str]| starts.iter().any(|start| operation.starts_with(start));
        let uncertain = (from..from + 2).any(|number| arguments.operand(number).is_some_and(|word| !word.certain));
        match service {
            _ if uncertain => DEPENDS,
            "s3" if matches!(operation, "ls" | "presign") => Judgement::READ,
            "s3" if matches!(operation, "rm" | "rb") => Judgement::destroy("deletes objects in a store"),
            "s3" if matches!(operation, "cp" | "mv" | "sync" | "mb" | "website") => Judgement::change("copies objects"),
            "configure" | "sso" if matches!(operation, "" | "login" | "logout" | "set") => {
                Judgement::change("changes the local set-up")
            }
            "help" | "--version" => Judgement::READ,
            _ if starts(&[
                "describe",
                "get",
                "list",
                "head",
                "lookup",
                "search",
                "filter",
                "estimate",
                "wait",
                "tail",
                "help",
                "batch-get",
                "query",
                "scan",
                "validate",
            ]) =>
            {
                Judgement::READ
            }
            _ if starts(&["delete", "terminate", "deregister", "purge", "release"]) => {
                Judgement::destroy("deletes resources")
            }
            _ if starts(&[
                "create",
                "update",
                "put",
                "modify",
                "start",
                "stop",
                "reboot",
                "attach",
                "detach",
                "associate",
                "disassociate",
                "register",
                "run",
                "set",
                "add",
                "remove",
                "tag",
                "untag",
                "enable",
                "disable",
                "copy",
                "restore",
                "authorize",
                "revoke",
                "import",
                "allocate",
                "send",
                "invoke",
                "upload",
                "complete",
                "abort",
                "change",
                "apply",
                "cancel",
                "reset",
                "assume",
                "publish",
            ]) =>
            {
                Judgement::change("changes resources")
            }
            _ => NOT_KNOWN,
        }
        .into()
    },
);

/// `gcloud`, `az`, `hcloud`, `doctl`, `ibmcloud`, `linode-cli`: nouns, then a verb.
pub(super) static NOUN_VERB: Tool = ask(
    "project zone region g resource-group n name subscription o output context format",
    noun_verb,
);

fn noun_verb(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    for number in from..from + 6 {
        let Some(word) = arguments.operand(number) else {
            break;
        };
        if !word.certain {
            return DEPENDS.into();
        }
        let verb = word.text.as_ref();
        if listed(
            "list show describe get ls view info read version help get-credentials logs tail search wait check check-access \
                   list-instances get-instance-view get-server-config monitor browse",
            verb,
        ) {
            return Judgement::READ.into();
        }
        let starts = |starts: &[&str]| starts.iter().any(|start| verb.starts_with(start));
        if starts(&["list-", "get-", "describe-", "show-", "tail-", "check-"]) {
            return Judgement::READ.into();
        }
        if starts(&["delete-", "purge-"]) {
            return Judgement::destroy("deletes resources").into();
        }
        if starts(&[
            "add-", "set-", "create-", "remove-", "attach-", "detach-", "update-", "reset-", "resize-", "enable-",
            "disable-",
        ]) {
            return Judgement::change("changes resources").into();
        }
        if listed("login logout auth", verb) {
            return Judgement::read("signs in or out").into();
        }
        if listed("delete purge rm destroy remove", verb) {
            return Judgement::destroy("deletes resources").into();
        }
        if listed(
            "create update set snapshot activate seek install start stop restart reboot add resize scale attach detach enable disable poweron poweroff \
                   reset rebuild deallocate apply deploy import export patch edit upgrade assign unassign move copy ssh scp \
                   add-label remove-label cp mv rsync change shutdown request-console invoke power",
            verb,
        ) {
            return Judgement::change("changes resources").into();
        }
    }
    NOT_KNOWN.into()
}

pub(super) static GSUTIL: Tool = verbs(
    "",
    &[
        ("ls cat du stat hash version", READ),
        ("cp mv rsync mb setmeta", changes("copies objects")),
        ("rm rb", destroys("deletes objects in a store")),
        ("*", changes("changes a store")),
    ],
);

pub(super) static EKSCTL: Tool = verbs(
    "f cluster region",
    &[
        ("get version info help completion", READ),
        (
            "create scale upgrade update set unset enable associate drain utils",
            changes("changes a cluster"),
        ),
        ("delete", destroys("deletes a cluster or nodes")),
    ],
);

pub(super) static KIND: Tool = verbs(
    "name config image p profile n node",
    &[
        (
            "get version status ip profile list node addons dashboard service logs ssh help cluster kubectl registry image",
            READ,
        ),
        ("create start load config build", changes("changes a local cluster")),
        ("stop pause unpause export", changes("changes a local cluster")),
        ("delete", destroys("deletes a local cluster")),
    ],
);

pub(super) static GARDENCTL: Tool = verbs(
    "garden project shoot seed",
    &[
        ("kubectl-env kubeconfig provider-env rc resolve version help", READ),
        ("target", changes("changes what is targeted")),
        ("config", changes("changes the local set-up")),
        ("ssh", reads("opens a shell on the node")),
        ("ssh-patch", changes("changes a bastion")),
    ],
);
