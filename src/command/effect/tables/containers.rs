//! Container engines, image tools, etcd.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::Judgement;
use super::arguments::Arguments;
use super::rule::{Inner, READ, Rule, Tool, Verdict, ask, changes, destroys, reads, verbs};

const VALUED: &str = "H host context c config l log-level n namespace r runtime-endpoint i image-endpoint t timeout a address \
                      u user w workdir e env detach-keys name v volume p f file filter format k o output project-name project-directory \
                      profile env-file root network sort label since until tail";

/// Docker, Podman, nerdctl.
pub(super) static DOCKER: Tool = verbs(VALUED, ENGINE);

/// `docker-compose`.
pub(super) static COMPOSE: Tool = verbs(VALUED, COMPOSE_VERBS);

const ENGINE: &[(&str, Rule)] = &[
    (
        "ps images logs inspect stats top version info events port diff history search wait ls help healthcheck",
        READ,
    ),
    ("exec", Rule::Ask(exec)),
    ("attach", reads("opens a console")),
    ("run create", changes("starts a container")),
    ("start restart unpause", changes("starts or restarts containers")),
    ("stop pause", changes("stops containers")),
    ("kill", changes("stops containers")),
    ("pull", changes("fetches an image")),
    ("push", changes("publishes an image")),
    (
        "tag build commit import load update rename buildx buildah",
        changes("changes images or containers"),
    ),
    ("cp save export", changes("writes files")),
    ("rm", destroys("deletes containers")),
    ("rmi", destroys("deletes images")),
    ("login logout", reads("signs in or out")),
    ("compose", Rule::Verbs(COMPOSE_VERBS)),
    (
        "system",
        Rule::Verbs(&[
            ("df info events connection", READ),
            ("prune reset", destroys("deletes what is not in use")),
            ("service", changes("starts a service")),
        ]),
    ),
    (
        "manifest container image volume network pod secret config node service stack context builder plugin swarm kube play generate \
      machine",
        Rule::Verbs(OBJECTS),
    ),
];

const OBJECTS: &[(&str, Rule)] = &[
    (
        "ls list ps inspect logs history stats top diff port show exists tree mount images info",
        READ,
    ),
    ("exec", Rule::Ask(exec)),
    ("systemd kube", READ),
    ("rm remove prune leave", destroys("deletes containers or their data")),
    ("stop kill down", changes("stops containers")),
    (
        "create run start restart connect disconnect update scale rollback pull push tag build load import deploy init join \
         use promote demote enable disable play reload upgrade up",
        changes("changes images or containers"),
    ),
    ("save export cp", changes("writes files")),
];

const COMPOSE_VERBS: &[(&str, Rule)] = &[
    ("ps logs config ls images top version events port stats help", READ),
    ("exec run", Rule::Ask(exec)),
    ("up start restart unpause", changes("starts or restarts containers")),
    ("stop pause kill", changes("stops containers")),
    (
        "pull build push create scale cp",
        changes("changes images or containers"),
    ),
    ("down", destroys("stops and deletes containers")),
    ("rm", destroys("deletes containers")),
];

/// A command in a container, behind its name.
fn exec(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    match arguments
        .place(from)
        .map(|at| at + 1)
        .filter(|at| *at < arguments.words.len())
    {
        Some(at) => Verdict::with(Judgement::READ, Inner::Words(at)),
        None => Judgement::read("opens a shell").into(),
    }
}

pub(super) static CRICTL: Tool = verbs(
    VALUED,
    &[
        (
            "ps pods images image img logs inspect inspecti inspectp stats statsp imagefsinfo info version config \
             runtime-config metrics-descs metricsp events help",
            READ,
        ),
        ("exec", Rule::Ask(exec)),
        ("attach port-forward", reads("opens a console")),
        ("stop stopp", changes("stops containers")),
        ("start run runp create update checkpoint", changes("starts a container")),
        ("pull", changes("fetches an image")),
        ("rm rmp", destroys("deletes containers")),
        ("rmi", destroys("deletes images")),
    ],
);

pub(super) static CTR: Tool = verbs(
    VALUED,
    &[
        ("version info events", READ),
        (
            "containers container c images image i tasks task t namespaces namespace ns snapshots snapshot content leases \
             plugins sandboxes",
            Rule::Verbs(&[
                ("ls list info ps check metrics stat usage tree diff get", READ),
                ("rm remove delete del prune", destroys("deletes containers or images")),
                ("kill pause", changes("stops containers")),
                ("exec", changes("runs a command in a container")),
                (
                    "pull import push tag create start resume label mount unmount convert",
                    changes("changes images or containers"),
                ),
                ("export", changes("writes a file")),
            ]),
        ),
        ("run", changes("starts a container")),
    ],
);

pub(super) static SKOPEO: Tool = verbs(
    "authfile creds tls-verify",
    &[
        ("inspect list-tags manifest-digest standalone-verify", READ),
        ("copy sync", changes("copies images")),
        ("login logout", reads("signs in or out")),
        ("delete", destroys("deletes images")),
    ],
);

pub(super) static CRANE: Tool = verbs(
    "platform",
    &[
        (
            "digest ls manifest config catalog blob validate version tree verify discover repo",
            READ,
        ),
        (
            "copy cp push append mutate rebase tag flatten sign attach attest",
            changes("publishes images"),
        ),
        ("pull export", changes("writes files")),
        ("delete", destroys("deletes images")),
        ("auth login", reads("signs in or out")),
    ],
);

pub(super) static ETCDCTL: Tool = verbs(
    "w write-out endpoints cacert cert key command-timeout dial-timeout user password c data-dir",
    &[
        ("endpoint", Rule::Verbs(&[("health status hashkv", READ)])),
        ("get version watch completion help ls cluster-health", READ),
        (
            "member",
            Rule::Verbs(&[
                ("list", READ),
                ("add update promote", changes("changes the members")),
                ("remove", destroys("removes a member")),
            ]),
        ),
        (
            "alarm",
            Rule::Verbs(&[("list", READ), ("disarm", changes("clears alarms"))]),
        ),
        (
            "snapshot",
            Rule::Verbs(&[
                ("status", READ),
                ("save", changes("writes a file")),
                ("restore", destroys("replaces the database")),
            ]),
        ),
        ("put set mk", changes("changes keys")),
        ("del rm", destroys("deletes keys")),
        ("defrag", changes("blocks a member for a while")),
        ("compact compaction", changes("drops old revisions")),
        ("move-leader", changes("moves the leader")),
        ("check", changes("creates load")),
        (
            "downgrade",
            Rule::Verbs(&[("validate", READ), ("*", changes("downgrades the cluster"))]),
        ),
        (
            "lease user role auth",
            Rule::Verbs(&[
                ("list timetolive get status", READ),
                ("delete revoke", destroys("deletes leases or users")),
                ("*", changes("changes leases or users")),
            ]),
        ),
    ],
);

pub(super) static ETCDUTL: Tool = verbs(
    "w write-out data-dir",
    &[
        ("version hashkv", READ),
        (
            "snapshot",
            Rule::Verbs(&[("status", READ), ("restore", destroys("replaces the database"))]),
        ),
        ("defrag", changes("rewrites the database")),
    ],
);

pub(super) static TALOSCTL: Tool = verbs(
    "n nodes e endpoints context talosconfig f file k namespace o output",
    TALOS,
);

const TALOS: &[(&str, Rule)] = &[
    (
        "get health dashboard logs dmesg version containers stats processes memory mounts disks list ls read cat usage du \
         netstat pcap time interfaces routes inspect events cgroups image gen validate completion help",
        READ,
    ),
    (
        "service services",
        Rule::Ask(|arguments, from| {
            match arguments.text(from + 1) {
                "" | "status" => Judgement::READ,
                _ => Judgement::change("restarts or stops services"),
            }
            .into()
        }),
    ),
    (
        "etcd",
        Rule::Verbs(&[
            ("members status", READ),
            (
                "alarm",
                Rule::Verbs(&[("list", READ), ("disarm", changes("clears alarms"))]),
            ),
            ("snapshot", changes("writes a file")),
            ("defrag", changes("blocks a member for a while")),
            ("forfeit-leadership", changes("moves the leader")),
            ("remove-member leave", destroys("removes a member")),
        ]),
    ),
    (
        "config",
        Rule::Verbs(&[("info contexts", READ), ("*", changes("changes the local set-up"))]),
    ),
    ("kubeconfig support copy cp", changes("writes files")),
    ("apply-config edit patch meta", changes("changes a node's settings")),
    ("upgrade", changes("upgrades a node")),
    ("upgrade-k8s", changes("upgrades the cluster")),
    ("reboot", changes("reboots the machine")),
    ("restart", changes("restarts a process")),
    ("bootstrap rollback", changes("changes the cluster")),
    ("shutdown", destroys("shuts the machine down")),
    ("reset wipe", destroys("erases a node")),
    (
        "cluster",
        Rule::Verbs(&[
            ("show", READ),
            ("create", changes("creates a cluster")),
            ("destroy", destroys("deletes a cluster")),
        ]),
    ),
];

pub(super) static SHELL: Tool = ask("", shell);

/// A shell: its text, a script, or a prompt.
fn shell(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let text = arguments.words.iter().position(|word| {
        word.text == "--command"
            || word
                .text
                .strip_prefix('-')
                .is_some_and(|option| !option.starts_with('-') && option.contains('c'))
    });
    if let Some(at) = text {
        return Verdict::with(Judgement::READ, Inner::Shell(at + 1));
    }
    match arguments.operand(from) {
        Some(word) if word.text != "-" => Judgement::unknown("runs a script").into(),
        Some(_) => Judgement::unknown("runs what it is given").into(),
        None if arguments.piped => Judgement::unknown("runs what it is given").into(),
        None => Judgement::read("opens a shell").into(),
    }
}

pub(super) static SU: Tool = ask("s shell g u user", su);

/// `su - user -c '…'`, `runuser -u user -- command`.
fn su(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    if let Some(at) = arguments
        .words
        .iter()
        .position(|word| word.text == "-c" || word.text == "--command")
    {
        return Verdict::with(Judgement::READ, Inner::Shell(at + 1));
    }
    match arguments.after("--") {
        Some(at) => Verdict::with(Judgement::READ, Inner::Words(at)),
        None => Judgement::read("opens a shell").into(),
    }
}

pub(super) static DOCKER_MACHINE: Tool = verbs(
    "driver s storage-path",
    &[
        ("ls ip env inspect status url version config active help", READ),
        ("ssh", reads("opens a shell")),
        (
            "scp create start restart provision upgrade regenerate-certs mount",
            changes("changes machines"),
        ),
        ("stop kill", changes("stops machines")),
        ("rm", destroys("deletes machines")),
    ],
);
