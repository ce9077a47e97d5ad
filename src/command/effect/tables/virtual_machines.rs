//! Virtual machines.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::Judgement;
use super::arguments::Arguments;
use super::rule::{Inner, READ, Rule, Tool, Verdict, changes, destroys, reads, verbs};

pub(super) const VIRTCTL: &[(&str, Rule)] = &[
    (
        "guestosinfo fslist userlist version permitted-devices create help objectgraph get-vm",
        READ,
    ),
    ("console vnc ssh port-forward usbredir portforward", Rule::Ask(console)),
    ("start", changes("starts a virtual machine")),
    ("stop", changes("stops a virtual machine")),
    ("restart reset soft-reboot", changes("restarts a virtual machine")),
    ("pause unpause", changes("pauses or resumes a virtual machine")),
    (
        "migrate migrate-cancel evacuate-cancel",
        changes("moves a virtual machine"),
    ),
    ("scp image-upload vmexport memory-dump", changes("copies data")),
    (
        "addvolume removevolume expose credentials adm addinterface removeinterface",
        changes("changes a virtual machine"),
    ),
    ("guestfs", changes("starts a pod with the disk")),
];

/// A console of a virtual machine, or a command in it.
fn console(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    let at = arguments
        .words
        .iter()
        .position(|word| matches!(word.text.as_ref(), "-c" | "--command"));
    match at {
        Some(at) => Verdict::with(Judgement::READ, Inner::Shell(at + 1)),
        None => Judgement::read("opens a console").into(),
    }
}

pub(super) static VIRTCTL_TOOL: Tool = verbs("n namespace context kubeconfig", VIRTCTL);

pub(super) static VIRSH: Tool = verbs(
    "c connect",
    &[
        (
            "list dominfo domstate domblklist domblkstat domiflist domifstat domifaddr domjobinfo dommemstat domstats dumpxml \
             nodeinfo net-list net-info net-dumpxml pool-list pool-info vol-list vol-info snapshot-list version capabilities \
             vcpuinfo nodedev-list secret-list domblkinfo domcapabilities help net-dhcp-leases domblkerror",
            READ,
        ),
        ("console", reads("opens a console")),
        ("qemu-agent-command", Rule::Ask(guest_agent)),
        ("destroy shutdown", changes("stops a virtual machine")),
        ("start resume", changes("starts a virtual machine")),
        ("reboot reset", changes("restarts a virtual machine")),
        (
            "suspend migrate managedsave save restore domjobabort",
            changes("pauses or moves a virtual machine"),
        ),
        (
            "undefine vol-delete pool-delete snapshot-delete net-undefine",
            destroys("deletes a virtual machine or its parts"),
        ),
        (
            "define edit attach-disk attach-interface attach-device detach-disk detach-interface detach-device setmem setvcpus \
             blockcommit blockpull blockresize blockcopy net-start net-define create snapshot-create snapshot-create-as \
             autostart qemu-monitor-command",
            changes("changes a virtual machine"),
        ),
        ("snapshot-revert", destroys("overwrites a virtual machine")),
    ],
);

/// `virsh qemu-agent-command NAME '{"execute": "guest-…"}'`.
fn guest_agent(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let asks = ["guest-get", "guest-info", "guest-ping", "guest-network-get"];
    if asks.iter().any(|ask| arguments.text(from + 1).contains(ask)) {
        Judgement::READ
    } else {
        Judgement::change("runs something in a virtual machine")
    }
    .into()
}

pub(super) static QEMU_IMG: Tool = verbs(
    "f O o p",
    &[
        (
            "info check map measure compare snapshot",
            Rule::Ask(|arguments, _| {
                if arguments.has(&["-c", "-d", "-a", "-r"]) {
                    Judgement::change("changes an image")
                } else {
                    Judgement::READ
                }
                .into()
            }),
        ),
        (
            "convert create resize rebase commit amend dd bench",
            changes("writes an image"),
        ),
    ],
);
