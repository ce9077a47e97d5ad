//! Ceph's set-up: hosts, devices, servers started by hand.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::arguments::{Arguments, listed};
use super::ceph::VALUED;
use super::rule::{READ, Rule, Tool, Verdict, ask, changes, destroys, verbs};
use super::{Judgement, NOT_KNOWN};

pub(super) static CEPHADM: Tool = verbs(
    "fsid image",
    &[
        (
            "ls version list-networks logs check-host inspect-image gather-facts",
            READ,
        ),
        ("shell enter", Rule::Ask(shell)),
        (
            "bootstrap deploy adopt prepare-host install pull add-repo rm-repo unit host-maintenance",
            changes("changes the cluster's set-up"),
        ),
        (
            "rm-daemon rm-cluster zap-osds",
            destroys("removes daemons or the cluster"),
        ),
        ("ceph-volume", Rule::Verbs(VOLUME)),
    ],
);

fn shell(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    use super::rule::Inner;
    match arguments.after("--").or_else(|| arguments.place(from)) {
        Some(at) => Verdict::with(Judgement::READ, Inner::Words(at)),
        None => Judgement::read("opens a shell").into(),
    }
}

pub(super) static CEPH_VOLUME: Tool = verbs("", VOLUME);

const VOLUME: &[(&str, Rule)] = &[
    ("inventory", READ),
    (
        "lvm raw simple",
        Rule::Verbs(&[
            ("list scan", READ),
            ("zap", destroys("erases a device")),
            (
                "create prepare batch activate deactivate migrate new-wal new-db trigger",
                changes("changes devices"),
            ),
        ]),
    ),
];

/// `crushtool`, `osdmaptool`, `monmaptool`.
pub(super) static MAP_TOOL: Tool = ask("i o d c", tool);

/// Tools that print, and write a file when told to.
fn tool(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    if arguments.has(&["-o", "--outfn", "-c", "--rm", "--add", "--create", "--clobber"]) {
        Judgement::change("writes a file").into()
    } else {
        Judgement::READ.into()
    }
}

/// The tools that open an OSD's store while it is stopped.
pub(super) static STORE_TOOL: Tool = ask("path data-path op pgid journal-path dev command", store);

fn store(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let verb = arguments.value_text("--op").unwrap_or_else(|| arguments.text(from));
    if listed(
        "list info log show-label fsck bluefs-stats free-score free-dump meta-list list-pgs dump-journal stats get \
               bluefs-bdev-sizes list-crc exists",
        verb,
    ) {
        Judgement::READ.into()
    } else if listed("remove rm export-remove rm-past-intervals", verb) {
        Judgement::destroy("deletes data of an OSD").into()
    } else if listed(
        "repair bluefs-bdev-expand export import compact reshard mark-complete fix-lost apply-layout-settings \
                      fuse bluefs-bdev-migrate bluefs-bdev-new-db set",
        verb,
    ) {
        Judgement::change("changes data of an OSD").into()
    } else {
        NOT_KNOWN.into()
    }
}

pub(super) static SERVER: Tool = ask(VALUED, |arguments, _| {
    if arguments.has(&["--extract-monmap", "--mkfs", "--mkkey"]) {
        Judgement::change("writes files")
    } else if arguments.has(&["--inject-monmap"]) {
        Judgement::change("changes the monitors")
    } else if arguments.has(&["--version", "--help", "--show-config", "-v"]) {
        Judgement::READ
    } else {
        Judgement::unknown("starts a server")
    }
    .into()
});

pub(super) const ORCH: &[(&str, Rule)] = &[
    ("status ls ps", READ),
    (
        "host",
        Rule::Verbs(&[
            ("ls ok-to-stop", READ),
            ("rm", destroys("removes a host")),
            ("drain", changes("moves everything off a host")),
            ("*", changes("changes a host")),
        ]),
    ),
    (
        "device",
        Rule::Verbs(&[("ls", READ), ("zap", destroys("erases a device"))]),
    ),
    (
        "upgrade",
        Rule::Verbs(&[
            ("status check ls", READ),
            ("start stop pause resume", changes("upgrades the cluster")),
        ]),
    ),
    (
        "osd",
        Rule::Verbs(&[(
            "rm",
            Rule::Verbs(&[
                ("status", READ),
                ("stop", changes("stops a removal")),
                ("*", destroys("removes an OSD")),
            ]),
        )]),
    ),
    ("rm", destroys("removes a service")),
    (
        "daemon",
        Rule::Verbs(&[
            ("rm", destroys("removes a daemon")),
            (
                "start stop restart redeploy reconfig rotate-key add",
                changes("restarts or stops daemons"),
            ),
        ]),
    ),
    ("apply", changes("changes services")),
    (
        "restart redeploy reconfig start stop",
        changes("restarts or stops services"),
    ),
    ("pause resume cancel set", changes("changes the orchestrator")),
    (
        "client-keyring",
        Rule::Verbs(&[("ls", READ), ("*", changes("changes keys"))]),
    ),
];

/// `ceph tell WHOM …`, `ceph daemon WHOM …`.
pub(super) fn daemon(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let (verb, second) = (arguments.text(from + 1), arguments.text(from + 2));
    let reads = verb.starts_with("dump")
        || verb.starts_with("get")
        || verb.starts_with("list")
        || listed(
            "perf status ops version help log mon_status quorum_status sync_status ops_in_flight objecter_requests \
                   bluefs damage counter heap_stats",
            verb,
        )
        || (listed(
            "config session client cache heap scrub bluestore cluster_log quorum damage flight",
            verb,
        ) && listed("show get diff ls list status stats allocator dump help", second));
    if reads {
        Judgement::READ
    } else if listed("injectargs config", verb) {
        Judgement::change("changes settings")
    } else if listed(
        "compact heap scrub flush cache trim_caps smart deep-scrub scrub_path bench flush_pg_stats",
        verb,
    ) {
        Judgement::change("starts work in a daemon")
    } else if listed("session client", verb) {
        Judgement::change("ends clients' sessions")
    } else {
        NOT_KNOWN
    }
    .into()
}
