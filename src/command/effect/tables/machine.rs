//! A machine: services, packages, disks, processes, virtual machines.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::arguments::{Arguments, listed};
use super::rule::{READ, Rule, Tool, Verdict, ask, changes, destroys, reads, unknown, verbs};
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

pub(super) static RAILS: Tool = verbs(
    "e",
    &[
        ("console c", reads("opens a console")),
        ("dbconsole db", reads("opens a database")),
        ("runner r", unknown("runs a program")),
    ],
);

/// `init 6`.
pub(super) static INIT: Tool = ask("", |arguments, from| {
    match arguments.text(from) {
        "0" => Judgement::destroy("shuts the machine down"),
        "6" => Judgement::change("reboots the machine"),
        _ => Judgement::change("changes the machine's run level"),
    }
    .into()
});

pub(super) static FUSER: Tool = ask("", |arguments, _| {
    if arguments.has_letter('k') || arguments.has(&["--kill"]) {
        Judgement::destroy("ends processes")
    } else {
        Judgement::READ
    }
    .into()
});

pub(super) static CHAGE: Tool = ask("", |arguments, _| {
    if arguments.has(&["-l", "--list"]) {
        Judgement::READ
    } else {
        Judgement::change("changes accounts")
    }
    .into()
});

pub(super) static TUNED: Tool = verbs(
    "",
    &[
        ("active list recommend verify profile_info", READ),
        (
            "profile off auto_profile profile_mode",
            changes("changes settings of the machine"),
        ),
    ],
);

/// Tools that show unless one of their few options that change is given: `efibootmgr`, `nvidia-smi`, `blockdev`.
pub(super) static FIRMWARE: Tool = ask("", |arguments, _| {
    let changes = [
        "-o",
        "-B",
        "-n",
        "-N",
        "-O",
        "-c",
        "-a",
        "-A",
        "--bootorder",
        "--delete-bootnum",
        "--bootnext",
        "--create",
        "-r",
        "--gpu-reset",
        "-pm",
        "-pl",
        "-mig",
        "-ac",
        "-lgc",
        "-e",
        "--setro",
        "--setrw",
        "--setra",
        "--flushbufs",
        "--rereadpt",
        "--setbsz",
    ];
    if arguments.has(&changes) {
        Judgement::change("changes settings of the machine")
    } else {
        Judgement::READ
    }
    .into()
});

/// `tmux`, `screen`: sessions, or commands in them.
pub(super) static SESSIONS: Tool = ask("t s S L", |arguments, from| {
    let attach = arguments.operand(from).is_none()
        || listed(
            "attach attach-session a ls list-sessions new new-session",
            arguments.text(from),
        ) && arguments.operand(from + 1).is_none();
    if attach {
        Judgement::read("opens a shell")
    } else {
        Judgement::unknown("runs a program")
    }
    .into()
});
