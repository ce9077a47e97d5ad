//! A machine: services, packages, disks, processes, virtual machines.

use super::arguments::{Arguments, listed};
use super::rule::{Inner, READ, Rule, Tool, Verdict, ask, changes, decide, destroys, reads, unknown, verbs};
use super::{DEPENDS, Judgement, NOT_KNOWN};

pub(super) static SYSTEMCTL: Tool = verbs(
    "H host M machine t type p property state n lines o output s signal",
    &[
        (
            "status show cat list-units list-unit-files list-timers list-sockets list-dependencies list-jobs is-active \
             is-enabled is-failed is-system-running get-default show-environment help",
            READ,
        ),
        ("-", READ),
        ("start", changes("starts services")),
        (
            "restart try-restart reload-or-restart condrestart",
            changes("restarts services"),
        ),
        (
            "reload daemon-reload daemon-reexec reset-failed",
            changes("reloads settings"),
        ),
        ("stop", changes("stops services")),
        (
            "enable disable mask unmask preset edit set-property set-default revert link",
            changes("changes services"),
        ),
        ("kill", changes("signals processes")),
        ("reboot kexec soft-reboot", changes("reboots the machine")),
        ("isolate rescue emergency", changes("stops services")),
        ("poweroff halt", destroys("shuts the machine down")),
        ("suspend hibernate", changes("stops the machine")),
    ],
);

pub(super) static SERVICE: Tool = ask("", service);

/// `service NAME VERB`.
fn service(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let Some(verb) = arguments.operand(from + 1) else {
        return if arguments.has(&["--status-all"]) {
            Judgement::READ
        } else {
            NOT_KNOWN
        }
        .into();
    };
    match verb.text.as_ref() {
        "status" => Judgement::READ,
        "start" => Judgement::change("starts services"),
        "restart" | "reload" | "force-reload" | "try-restart" => Judgement::change("restarts services"),
        "stop" => Judgement::change("stops services"),
        _ if !verb.certain => DEPENDS,
        _ => NOT_KNOWN,
    }
    .into()
}

pub(super) static JOURNALCTL: Tool = ask("u unit n lines S since U until b o output p priority t", journalctl);

fn journalctl(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    if arguments.has(&["--vacuum-size", "--vacuum-time", "--vacuum-files"]) {
        Judgement::destroy("deletes logs")
    } else if arguments.has(&["--rotate", "--flush", "--sync", "--update-catalog"]) {
        Judgement::change("rotates logs")
    } else {
        Judgement::READ
    }
    .into()
}

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

/// Tools that show without a verb, and change with one of these.
const SETTINGS: &[(&str, Rule)] = &[
    (
        "status show list dump sources sourcestats tracking activity ntpdata clients waitsync selectdata timesync-status \
      list-timezones show-timesync rtcdata serverstats authdata version help query statistics resolve is-enabled",
        READ,
    ),
    ("-", READ),
    ("reboot", changes("reboots the machine")),
    ("*", changes("changes settings of the machine")),
];

pub(super) static CHRONYC: Tool = verbs("h p", SETTINGS);
pub(super) static TIMEDATECTL: Tool = verbs("H M", SETTINGS);

pub(super) static SYSCTL: Tool = ask("p", sysctl);

fn sysctl(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    let writes = arguments.has(&["-w", "--write", "-p", "--load", "--system"])
        || arguments
            .words
            .iter()
            .any(|word| !word.text.starts_with('-') && word.text.contains('='));
    if writes {
        Judgement::change("changes kernel settings")
    } else {
        Judgement::READ
    }
    .into()
}

pub(super) static KILL: Tool = ask("", kill);

fn kill(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    if arguments.has(&["-0", "-l", "-L", "--list"]) {
        Judgement::READ
    } else if arguments.has(&[
        "-HUP", "-1", "-USR1", "-USR2", "-SIGHUP", "-SIGUSR1", "-SIGUSR2", "-CONT", "-QUIT", "-3",
    ]) || matches!(arguments.value_text("-s"), Some("HUP" | "USR1" | "USR2" | "SIGHUP"))
    {
        Judgement::change("signals processes")
    } else {
        Judgement::destroy("ends processes")
    }
    .into()
}

pub(super) static SHUTDOWN: Tool = ask("", shutdown);

fn shutdown(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    if arguments.has_letter('r') || arguments.has(&["--reboot"]) {
        Judgement::change("reboots the machine")
    } else if arguments.has_letter('c') {
        Judgement::change("cancels a shutdown")
    } else {
        Judgement::destroy("shuts the machine down")
    }
    .into()
}

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

pub(super) static IPMI: Tool = ask("I H U P f L", |arguments, from| {
    let words: [&str; 3] = std::array::from_fn(|number| arguments.text(from + number));
    match words {
        ["power" | "chassis", "status", _] | ["chassis", "power", "status"] => Judgement::READ,
        ["sel", "clear", _] => Judgement::destroy("deletes logs"),
        ["sdr" | "sensor" | "sel" | "fru" | "mc", what, _] if !matches!(what, "reset") => Judgement::READ,
        ["lan" | "user" | "channel", "print" | "list" | "info" | "summary", _] => Judgement::READ,
        ["sol", ..] => Judgement::read("opens a console"),
        ["power", "off" | "soft", _] | ["chassis", "power", "off" | "soft"] => {
            Judgement::destroy("shuts the machine down")
        }
        ["power" | "chassis", ..] => Judgement::change("switches the machine"),
        ["mc" | "lan" | "user" | "raw", ..] => Judgement::change("changes the machine's controller"),
        _ => NOT_KNOWN,
    }
    .into()
});

pub(super) static CRONTAB: Tool = ask("u", |arguments, _| {
    if arguments.has(&["-l"]) {
        Judgement::READ
    } else if arguments.has(&["-r"]) {
        Judgement::destroy("deletes scheduled jobs")
    } else {
        Judgement::change("changes scheduled jobs")
    }
    .into()
});

pub(super) static CRIO: Tool = verbs(
    "c config",
    &[
        ("config version help", READ),
        ("status", READ),
        ("wipe", destroys("deletes containers and images")),
        ("info", READ),
        ("goroutines heap", READ),
        ("containers", READ),
    ],
);

pub(super) static HOSTNAME: Tool = ask("", |arguments, from| {
    if arguments.operand(from).is_none() {
        Judgement::READ
    } else {
        Judgement::change("changes the machine's name")
    }
    .into()
});

pub(super) static DATE: Tool = ask("d date r f", |arguments, from| {
    let sets =
        arguments.has(&["-s", "--set"]) || arguments.operand(from).is_some_and(|word| !word.text.starts_with('+'));
    if sets {
        Judgement::change("sets the clock")
    } else {
        Judgement::READ
    }
    .into()
});

/// `supervisorctl`, `gitlab-ctl`, `monit`, `pm2`, `rc-service` and so on.
pub(super) static SUPERVISOR: Tool = verbs(
    "c s n u p",
    &[
        (
            "status tail avail pid version show-config service-list summary list logs show info fg consul get-redis-master help \
          check-config diff-config prometheus-upgrade",
            READ,
        ),
        ("start", changes("starts services")),
        (
            "restart reload hup int usr1 usr2 reconfigure update reread once term",
            changes("restarts services"),
        ),
        ("stop shutdown kill graceful-kill", changes("stops services")),
        (
            "promote patroni pg-upgrade repmgr pgb-notify renew-le-certs registry-garbage-collect deploy-page maintenance unmonitor \
          monitor geo set-geo-primary-node",
            changes("changes services"),
        ),
        (
            "cleanse uninstall remove-accounts delete",
            destroys("deletes the installation or its services"),
        ),
        ("-", READ),
    ],
);

/// `aa-status`-like tools of access control.
pub(super) static SELINUX: Tool = verbs(
    "",
    &[
        (
            "fcontext port boolean login user module permissive",
            Rule::Ask(|arguments, _| {
                if arguments.has(&["-l", "--list", "-C", "-E", "--extract"]) {
                    Judgement::READ
                } else {
                    Judgement::change("changes access control")
                }
                .into()
            }),
        ),
        ("export", READ),
        ("import dontaudit", changes("changes access control")),
    ],
);

pub(super) static PCS: Tool = verbs(
    "f",
    &[
        ("status config constraint property quorum", Rule::Ask(pcs_shows)),
        (
            "resource stonith node cluster",
            Rule::Verbs(&[
                ("status config show list describe", READ),
                ("-", READ),
                ("delete remove destroy", destroys("removes resources of the cluster")),
                ("*", changes("changes resources of the cluster")),
            ]),
        ),
    ],
);

fn pcs_shows(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    if listed(
        "set add remove delete create move ban clear expected-votes unblock update location order colocation",
        arguments.text(from),
    ) {
        Judgement::change("changes resources of the cluster")
    } else {
        Judgement::READ
    }
    .into()
}

/// `lvm lvs`: the tool behind the name.
pub(super) static LVM: Tool = ask("", |arguments, from| {
    decide(
        super::tools::find(arguments.text(from)).map_or(&super::rule::unknown("not known here"), |tool| &tool.rule),
        arguments,
        from + 1,
    )
});

pub(super) static LOSETUP: Tool = ask("o", |arguments, _| {
    if arguments.has(&["-a", "-l", "--list", "--all", "-j"]) || arguments.words.is_empty() {
        Judgement::READ
    } else {
        Judgement::change("changes devices")
    }
    .into()
});

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

pub(super) static RAILS: Tool = verbs(
    "e",
    &[
        ("console c", reads("opens a console")),
        ("dbconsole db", reads("opens a database")),
        ("runner r", unknown("runs a program")),
    ],
);
