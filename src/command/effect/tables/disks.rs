//! Disks, partitions and file systems.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::rule::{READ, Tool, ask, changes, destroys, verbs};
use super::{Judgement, NOT_KNOWN, tools};

pub(super) static MOUNT: Tool = ask("t o", |arguments, from| {
    if arguments.operand(from).is_none() && !arguments.has(&["-a"]) {
        Judgement::READ
    } else {
        Judgement::change("mounts a file system")
    }
    .into()
});

pub(super) static WIPEFS: Tool = ask("o t", |arguments, _| {
    if arguments.has_letter('a') || arguments.has(&["--all", "-o", "--offset", "-t"]) {
        Judgement::destroy("erases a device")
    } else {
        Judgement::READ
    }
    .into()
});

/// `fdisk`, `sgdisk`, `parted`, `gdisk`, `sfdisk`.
pub(super) static PARTITION: Tool = ask("", |arguments, from| {
    if arguments.has(&[
        "-l", "-p", "--list", "--print", "-i", "--info", "-d", "--dump", "-v", "--verify",
    ]) || matches!(arguments.text(from + 1), "print" | "p")
    {
        Judgement::READ
    } else if arguments.has(&["--zap-all", "-Z", "-z", "--zap", "-o", "--clear", "--delete"])
        || matches!(arguments.text(from + 1), "rm" | "mklabel")
    {
        Judgement::destroy("erases partitions")
    } else {
        Judgement::change("changes partitions")
    }
    .into()
});

pub(super) static DD: Tool = ask("", |arguments, _| {
    let target = arguments.words.iter().find_map(|word| word.text.strip_prefix("of="));
    match target {
        None | Some("/dev/null" | "/dev/stdout") => Judgement::READ,
        Some(target) if target.starts_with("/dev/") => Judgement::destroy("overwrites a device"),
        Some(target) if target.starts_with(['$', '<']) => Judgement::destroy("overwrites a device or file"),
        Some(_) => Judgement::change("writes a file"),
    }
    .into()
});

/// Tools whose first operand is a verb: LVM's and disk arrays'.
pub(super) static MDADM: Tool = ask("", |arguments, _| {
    if arguments.has(&["--detail", "-D", "--examine", "-E", "--query", "-Q", "--version"]) {
        Judgement::READ
    } else if arguments.has(&["--zero-superblock", "--stop", "-S", "--remove"]) {
        Judgement::destroy("takes an array apart")
    } else {
        Judgement::change("changes an array")
    }
    .into()
});

pub(super) static MULTIPATH: Tool = ask("", |arguments, _| {
    if arguments.has(&["-ll", "-l", "-t", "-d", "-v2", "-v3", "-c"]) {
        Judgement::READ
    } else {
        Judgement::change("changes paths to disks")
    }
    .into()
});

pub(super) static ISCSIADM: Tool = ask("m mode o op T p", |arguments, _| {
    if arguments.has(&["--login", "-l", "--logout", "-u", "-R", "--rescan"]) {
        Judgement::change("changes sessions to disks")
    } else if matches!(
        arguments.value_text("-o").or_else(|| arguments.value_text("--op")),
        Some("delete")
    ) {
        Judgement::destroy("deletes records of disks")
    } else if matches!(
        arguments.value_text("-o").or_else(|| arguments.value_text("--op")),
        Some("update" | "new")
    ) {
        Judgement::change("changes records of disks")
    } else {
        Judgement::READ
    }
    .into()
});

pub(super) static DMSETUP: Tool = verbs(
    "",
    &[
        ("ls info status table deps targets version -", READ),
        ("remove remove_all wipe_table", destroys("removes devices")),
        ("*", changes("changes devices")),
    ],
);

pub(super) static NVME: Tool = verbs(
    "n s",
    &[
        (
            "list list-subsys smart-log error-log id-ctrl id-ns get-log fw-log show-regs version help get-feature",
            READ,
        ),
        ("format sanitize delete-ns", destroys("erases a device")),
        ("*", changes("changes a device")),
    ],
);

pub(super) static SMARTCTL: Tool = ask("d", |arguments, _| {
    if arguments.has(&["-t", "--test", "-s", "-X", "--smart", "-o", "-S"]) {
        Judgement::change("starts a test or changes a disk")
    } else {
        Judgement::READ
    }
    .into()
});

/// `lvm lvs`: the tool behind the name.
pub(super) static LVM: Tool = ask("", |arguments, from| {
    let name = arguments.text(from);
    tools::fixed(name).unwrap_or(NOT_KNOWN).into()
});

pub(super) static LOSETUP: Tool = ask("o", |arguments, _| {
    if arguments.has(&["-a", "-l", "--list", "--all", "-j"]) || arguments.words.is_empty() {
        Judgement::READ
    } else {
        Judgement::change("changes devices")
    }
    .into()
});
