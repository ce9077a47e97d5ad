//! Images, objects and buckets of Ceph.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::arguments::{Arguments, listed};
use super::ceph::VALUED;
use super::rule::{READ, Rule, Tool, Verdict, ask, changes, destroys, verbs};
use super::{Judgement, NOT_KNOWN};

pub(super) static RBD: Tool = verbs(
    VALUED,
    &[
        (
            "ls list info status du disk-usage children showmapped watch diff perf help version",
            READ,
        ),
        (
            "device nbd",
            Rule::Verbs(&[("list ls", READ), ("map unmap attach detach", changes("maps images"))]),
        ),
        ("map unmap", changes("maps images")),
        (
            "pool",
            Rule::Verbs(&[("stats", READ), ("init", changes("changes a pool"))]),
        ),
        (
            "namespace group",
            Rule::Verbs(&[
                ("ls list info", READ),
                ("create rename image snap", changes("changes images")),
                ("rm remove", destroys("deletes a group of images")),
            ]),
        ),
        (
            "snap snapshot",
            Rule::Verbs(&[
                ("ls list limit", READ),
                ("create add protect unprotect rename", changes("changes snapshots")),
                ("rollback revert", destroys("overwrites an image with a snapshot")),
                ("rm remove purge", destroys("deletes snapshots")),
            ]),
        ),
        (
            "trash",
            Rule::Verbs(&[
                ("ls list", READ),
                ("mv move", changes("moves an image to the trash")),
                ("restore", changes("restores an image")),
                ("rm remove purge", destroys("deletes images")),
            ]),
        ),
        (
            "lock",
            Rule::Verbs(&[("ls list", READ), ("add rm remove", changes("changes locks"))]),
        ),
        (
            "mirror",
            Rule::Verbs(&[
                (
                    "pool image",
                    Rule::Verbs(&[
                        ("status info", READ),
                        ("resync", destroys("overwrites an image")),
                        ("*", changes("changes mirroring")),
                    ]),
                ),
                ("snapshot", changes("changes mirroring")),
            ]),
        ),
        (
            "feature image-meta config migration object-map",
            Rule::Verbs(&[("ls list get check", READ), ("*", changes("changes images"))]),
        ),
        (
            "create clone flatten resize copy cp deep rename mv import merge-diff encryption sparsify",
            changes("changes images"),
        ),
        ("export export-diff", changes("writes a file")),
        ("bench", changes("writes test data")),
        ("rm remove", destroys("deletes an image")),
        ("task", Rule::Verbs(&[("list", READ), ("*", changes("changes images"))])),
    ],
);

pub(super) static RADOS: Tool = verbs(
    VALUED,
    &[
        (
            "df ls lspools stat stat2 listomapkeys listomapvals getomapval getomapheader listxattr getxattr listsnaps \
             listwatchers list-inconsistent-pg list-inconsistent-obj list-inconsistent-snapset lssnap",
            READ,
        ),
        ("get export", changes("writes a file")),
        (
            "put append create setxattr setomapval setomapheader bench cp clonedata mksnap import touch lock \
             set-alloc-hint load-gen",
            changes("writes objects"),
        ),
        (
            "rm purge rmomapkey rmxattr rmsnap truncate cleanup rmpool clearomap cache-evict-all",
            destroys("deletes objects"),
        ),
        ("rollback", destroys("overwrites objects")),
    ],
);

pub(super) static RADOSGW: Tool = ask(VALUED, radosgw);

/// `radosgw-admin NOUN VERB`.
fn radosgw(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    if arguments.has(&["--fix", "--yes-i-really-mean-it"]) {
        return Judgement::change("repairs or changes object storage").into();
    }
    let verdict = |verb: &str| {
        if listed("list info stats show status get check search diff info-list ls", verb) {
            Some(Judgement::READ)
        } else if listed("rm remove purge-data delete trim", verb) {
            Some(Judgement::destroy("deletes data of object storage"))
        } else if listed(
            "create modify suspend enable disable add set link unlink chown reshard process cancel update commit init \
             pull rename default rewrite sync run check-fix unlink-object stale-instances tail",
            verb,
        ) {
            Some(Judgement::change("changes object storage"))
        } else {
            None
        }
    };
    (from + 1..from + 4)
        .find_map(|number| verdict(arguments.text(number)))
        .unwrap_or(NOT_KNOWN)
        .into()
}
