//! Packages of a machine.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::arguments::Arguments;
use super::rule::{READ, Rule, Tool, Verdict, ask, changes, destroys, unknown, verbs};
use super::{Judgement, NOT_KNOWN};

const INSTALLS: Rule = changes("installs or updates packages");
const REMOVES: Rule = destroys("removes packages");

/// `apt`, `dnf`, `yum`, `zypper`, `apk`, `pip`, `snap` and their like.
pub(super) static PACKAGES: Tool = verbs(
    "t c o r index-url enablerepo disablerepo",
    &[
        (
            "list info search show repolist check-update history policy provides repoquery changelog depends rdepends madison \
             freeze check version stats whatprovides lr repos services dump showpkg download view outdated ls audit help",
            READ,
        ),
        (
            "install upgrade update reinstall downgrade dist-upgrade full-upgrade distro-sync add swap groupinstall \
             localinstall refresh in up ref ci enable disable hold unhold build-dep makecache ar fix-broken link",
            INSTALLS,
        ),
        ("remove erase purge autoremove uninstall del rm", REMOVES),
        ("clean autoclean", changes("clears a cache")),
        ("config", changes("changes the local set-up")),
        ("run start test exec x", unknown("runs a program")),
    ],
);

pub(super) static RPM: Tool = ask("root", rpm);

fn rpm(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    if arguments.has_letter('q')
        || arguments.has_letter('V')
        || arguments.has(&["--query", "--verify", "--version", "-K"])
    {
        Judgement::READ
    } else if arguments.has_letter('e') || arguments.has(&["--erase"]) {
        Judgement::destroy("removes packages")
    } else if arguments.has_letter('i')
        || arguments.has_letter('U')
        || arguments.has_letter('F')
        || arguments.has(&["--import"])
    {
        Judgement::change("installs packages")
    } else {
        NOT_KNOWN
    }
    .into()
}

pub(super) static DPKG: Tool = ask("", dpkg);

fn dpkg(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    if arguments.has(&[
        "-l",
        "-L",
        "-s",
        "-S",
        "-c",
        "-I",
        "-p",
        "-V",
        "--list",
        "--status",
        "--get-selections",
        "--audit",
        "--print-architecture",
    ]) {
        Judgement::READ
    } else if arguments.has(&["-r", "-P", "--remove", "--purge"]) {
        Judgement::destroy("removes packages")
    } else if arguments.has(&["-i", "--install", "--configure", "-a", "--unpack"]) {
        Judgement::change("installs packages")
    } else {
        NOT_KNOWN
    }
    .into()
}

pub(super) static RPM_OSTREE: Tool = verbs(
    "os",
    &[
        ("status db search help", READ),
        (
            "rebase upgrade rollback deploy install uninstall override reset kargs initramfs apply-live reload cleanup cancel ex \
          finalize-deployment",
            changes("changes the operating system"),
        ),
        ("-", READ),
    ],
);
