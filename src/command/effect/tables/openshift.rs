//! `oc`, and tools of the same house.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::arguments::Arguments;
use super::kubectl::{NODES, SHARED, VALUED, finish};
use super::rule::{Inner, READ, Rule, Tool, Verdict, changes, destroys, next_rule, reads, verbs};
use super::{DEPENDS, Judgement, NOT_KNOWN};

pub(super) static OC: Tool = Tool {
    rule: Rule::Ask(oc),
    valued: VALUED,
};

const ONLY_OC: &[(&str, Rule)] = &[
    ("adm", Rule::Ask(adm)),
    ("debug", Rule::Ask(debug)),
    ("rsh", Rule::Ask(rsh)),
    ("rsync", changes("copies files")),
    ("status whoami projects process dev_tool ex get-token", READ),
    ("login logout", reads("signs in or out")),
    (
        "project",
        Rule::Verbs(&[("-", READ), ("*", changes("changes the kubeconfig"))]),
    ),
    ("new-project", changes("creates a project")),
    ("new-app new-build", changes("creates objects")),
    ("start-build", changes("starts a build")),
    ("cancel-build", changes("cancels a build")),
    ("import-image tag", changes("changes image streams")),
    ("extract", Rule::Ask(extract)),
    ("idle", changes("stops all replicas")),
    ("rollback", changes("goes back to an earlier version")),
    ("deploy", changes("starts a rollout")),
    ("env volume volumes", changes("changes pods")),
    (
        "secrets secret",
        Rule::Verbs(&[("link unlink add", changes("changes secrets of an account"))]),
    ),
    ("policy", Rule::Verbs(POLICY)),
    (
        "sa serviceaccounts",
        Rule::Verbs(&[
            ("get-token", READ),
            ("create-kubeconfig", READ),
            ("new-token", changes("creates a token")),
        ]),
    ),
    (
        "image",
        Rule::Verbs(&[("info", READ), ("extract mirror append", changes("copies images"))]),
    ),
    (
        "registry",
        Rule::Verbs(&[("info", READ), ("login", reads("signs in or out"))]),
    ),
    ("mirror", changes("copies images")),
    ("must-gather", changes("collects data into files")),
];

const POLICY: &[(&str, Rule)] = &[
    ("who-can can-i scc-review scc-subject-review", READ),
    (
        "add-role-to-user add-role-to-group add-cluster-role-to-user add-cluster-role-to-group add-scc-to-user \
         add-scc-to-group",
        changes("gives rights"),
    ),
    (
        "remove-role-from-user remove-role-from-group remove-cluster-role-from-user remove-cluster-role-from-group \
         remove-scc-from-user remove-scc-from-group remove-user remove-group",
        changes("takes rights away"),
    ),
];

const ADM: &[(&str, Rule)] = &[
    (
        "top node-logs wait-for-stable-cluster verify-image-signature build-chain wait-for-node-reboot",
        READ,
    ),
    ("policy", Rule::Verbs(POLICY)),
    ("upgrade", Rule::Ask(upgrade)),
    ("inspect", changes("collects data into files")),
    (
        "release",
        Rule::Verbs(&[("info", READ), ("extract mirror new", changes("copies images"))]),
    ),
    ("catalog", Rule::Verbs(&[("mirror build", changes("copies images"))])),
    ("prune", Rule::Ask(prune)),
    ("groups", Rule::Verbs(&[("*", changes("changes groups"))])),
    (
        "new-project create-bootstrap-project-template create-login-template",
        changes("creates objects"),
    ),
    ("reboot-machine-config-pool", changes("reboots nodes")),
    ("restart-kubelet", changes("restarts kubelets")),
    ("copy-to-node", changes("copies files to nodes")),
    ("node-image", changes("writes an image")),
    ("migrate", changes("rewrites objects")),
    ("ocp-certificates", changes("renews certificates")),
    ("pod-network", changes("changes the network")),
];

fn oc(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let operand = arguments.operand(from);
    let rule = [SHARED, ONLY_OC, NODES]
        .into_iter()
        .find_map(|table| next_rule(table, operand));
    finish(rule.as_ref(), arguments, from)
}

fn adm(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    // What follows `--` runs in a pod that only collects.
    if arguments.text(from) == "must-gather" {
        return Judgement::change("collects data into files").into();
    }
    let operand = arguments.operand(from);
    let rule = [ADM, NODES].into_iter().find_map(|table| next_rule(table, operand));
    finish(rule.as_ref(), arguments, from)
}

/// A shell on a node or in a copy of a pod, which vanishes at the end.
fn debug(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    match arguments.after("--") {
        Some(at) => Verdict::with(Judgement::READ, Inner::Words(at)),
        None => Judgement::read("opens a shell").into(),
    }
}

/// A shell in a container, or the command behind the pod's name.
fn rsh(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let inner = match arguments.after("--") {
        Some(at) => Some(at),
        None => arguments
            .place(from)
            .map(|at| at + 1)
            .filter(|at| *at < arguments.words.len()),
    };
    match inner {
        Some(at) => Verdict::with(Judgement::READ, Inner::Words(at)),
        None => Judgement::read("opens a shell").into(),
    }
}

fn extract(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    match arguments.value_text("--to") {
        Some("-") => Judgement::READ.into(),
        _ => Judgement::change("writes files").into(),
    }
}

/// Without a target it shows what is available.
fn upgrade(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    if arguments.has(&["--to", "--to-latest", "--to-image", "--to-multi-arch"]) {
        Judgement::change("upgrades the cluster").into()
    } else if arguments.has(&["--clear"]) {
        Judgement::change("cancels an upgrade").into()
    } else {
        match arguments.operand(from).map(|word| (word.certain, word.text.as_ref())) {
            None | Some((true, "status" | "recommend")) => Judgement::READ,
            Some((true, "channel" | "rollback" | "accept")) => Judgement::change("changes the next upgrade"),
            Some((false, _)) => DEPENDS,
            Some(_) => NOT_KNOWN,
        }
        .into()
    }
}

/// Only shows what would be deleted unless it is confirmed.
fn prune(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    if arguments.has(&["--confirm"]) {
        Judgement::destroy("deletes old objects").into()
    } else {
        Judgement::READ.into()
    }
}

pub(super) static ODF: Tool = verbs(
    "storage-client namespace n",
    &[
        ("get health help", READ),
        (
            "cephfs-snap subvolume",
            Rule::Verbs(&[("ls", READ), ("delete", destroys("deletes data in the file system"))]),
        ),
        ("set operator", changes("changes the storage cluster")),
        ("purge-osd", destroys("removes an OSD")),
        ("maintenance", changes("starts a maintenance deployment")),
        ("restore", changes("restores the monitors' quorum or objects")),
    ],
);

pub(super) static OCM: Tool = verbs(
    "parameter header",
    &[
        ("get list describe whoami version token account config help", READ),
        ("login logout", reads("signs in or out")),
        (
            "create edit patch post resume hibernate upgrade link unlink",
            changes("changes clusters"),
        ),
        ("delete", destroys("deletes clusters")),
        (
            "backplane",
            Rule::Verbs(&[
                ("login logout", reads("signs in or out")),
                ("status session console version", READ),
                ("tunnel", reads("opens a port")),
            ]),
        ),
    ],
);

pub(super) static ROSA: Tool = verbs(
    "c cluster region profile",
    &[
        ("list describe logs verify whoami version help", READ),
        ("login logout", reads("signs in or out")),
        (
            "create edit upgrade grant revoke init install link unlink register",
            changes("changes clusters"),
        ),
        ("delete uninstall unregister", destroys("deletes clusters")),
    ],
);

pub(super) static INSTALL: Tool = verbs(
    "dir log-level",
    &[
        ("version graph explain help wait-for coreos", READ),
        ("create agent", changes("creates a cluster")),
        ("gather", changes("collects data into files")),
        ("destroy", destroys("deletes a cluster")),
    ],
);

pub(super) static NOOBAA: Tool = verbs(
    "n namespace",
    &[
        ("status version list api help", READ),
        (
            "backingstore bucketclass obc bucket namespacestore account pvpool",
            Rule::Verbs(&[
                ("list status", READ),
                ("create update regenerate", changes("changes object storage")),
                ("delete", destroys("deletes object storage")),
            ]),
        ),
        ("diagnostics diagnose", changes("collects data into files")),
        ("install upgrade system operator", changes("changes object storage")),
        ("uninstall", destroys("deletes object storage")),
    ],
);
