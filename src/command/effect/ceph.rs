//! Ceph.

use super::arguments::{Arguments, listed};
use super::rule::{READ, Rule, Tool, Verdict, ask, changes, decide, destroys, reads, verbs};
use super::{Judgement, NOT_KNOWN};

/// Options of Ceph's tools whose value is the next word.
const VALUED: &str = "c conf cluster f format id i name n keyring k pool p namespace N connect-timeout m monmap \
                      rgw-realm rgw-zone rgw-zonegroup uid bucket user o out-file object image s size";

pub(super) static CEPH: Tool = ask(VALUED, ceph);

fn ceph(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    if arguments.operand(from).is_none() {
        return if arguments.has(&["-s", "-w", "--status", "-v", "--version", "--watch", "--help", "-h"]) {
            Judgement::READ
        } else if arguments.words.is_empty() {
            Judgement::read("opens a shell")
        } else {
            NOT_KNOWN
        }
        .into();
    }
    decide(&Rule::Verbs(VERBS), arguments, from)
}

const VERBS: &[(&str, Rule)] = &[
    (
        "status health df versions version features quorum_status mon_status time-sync-status report node log iostat \
         insights progress fsid",
        Rule::Ask(health),
    ),
    ("osd", Rule::Verbs(OSD)),
    ("pg", Rule::Ask(pg)),
    ("mon", Rule::Verbs(MON)),
    ("mgr", Rule::Verbs(MGR)),
    ("mds", Rule::Verbs(MDS)),
    ("fs", Rule::Verbs(FS)),
    ("auth", Rule::Verbs(AUTH)),
    ("config", Rule::Verbs(CONFIG)),
    (
        "config-key",
        Rule::Verbs(&[
            ("ls dump get exists list", READ),
            ("set put", changes("changes settings")),
            ("rm del", destroys("deletes settings")),
        ]),
    ),
    (
        "crash",
        Rule::Verbs(&[
            ("ls ls-new info stat json_report", READ),
            ("archive archive-all post", changes("archives crash reports")),
            ("rm prune", destroys("deletes crash reports")),
        ]),
    ),
    (
        "device",
        Rule::Verbs(&[
            (
                "ls info ls-by-daemon ls-by-host query-daemon-health-metrics get-health-metrics \
                              check-health ls-lights",
                READ,
            ),
            ("*", changes("changes devices")),
        ]),
    ),
    ("orch", Rule::Verbs(ORCH)),
    (
        "cephadm",
        Rule::Verbs(&[
            ("check-host get-ssh-config get-pub-key get-user", READ),
            ("*", changes("changes the cluster's set-up")),
        ]),
    ),
    (
        "balancer",
        Rule::Verbs(&[
            ("status show ls eval eval-verbose dump", READ),
            (
                "on off mode execute optimize pool reset rm",
                changes("changes the balancing of data"),
            ),
        ]),
    ),
    (
        "telemetry",
        Rule::Verbs(&[
            (
                "status show show-all show-device preview preview-all collection channel diff",
                READ,
            ),
            ("on off send enable disable", changes("changes telemetry")),
        ]),
    ),
    ("tell daemon", Rule::Ask(daemon)),
    (
        "rbd",
        Rule::Verbs(&[
            ("perf", READ),
            ("task", Rule::Verbs(&[("list", READ), ("*", changes("changes images"))])),
        ]),
    ),
    ("nfs", Rule::Ask(managed)),
    ("dashboard", Rule::Ask(managed)),
    ("scrub", changes("starts a check")),
    ("prometheus", READ),
    ("service", READ),
    ("compact", changes("compacts a database")),
    ("injectargs", changes("changes settings")),
    ("heap", changes("changes memory use")),
];

/// `ceph health mute X`, `ceph log MESSAGE`.
fn health(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    match arguments.text(from) {
        "mute" => Judgement::change("mutes a warning").into(),
        "unmute" => Judgement::change("shows a warning again").into(),
        _ => Judgement::READ.into(),
    }
}

const OSD: &[(&str, Rule)] = &[
    (
        "tree status stat dump df perf find metadata blocked-by lspools ls map safe-to-destroy ok-to-stop numa-status \
         utilization count-metadata versions last-stat-seq getcrushmap getmap getmaxosd get-require-min-compat-client \
         info test-reweight-by-utilization test-reweight-by-pg tree-from ls-tree pool-stats",
        READ,
    ),
    (
        "set unset set-group unset-group add-noout rm-noout add-noup rm-noup add-nodown rm-nodown add-noin rm-noin",
        changes("changes cluster flags"),
    ),
    ("in", changes("lets an OSD take data")),
    ("out", changes("moves data off an OSD")),
    ("down", changes("marks an OSD down")),
    ("stop", changes("stops an OSD")),
    (
        "reweight reweight-by-utilization reweight-by-pg reweightn primary-affinity pg-upmap pg-upmap-items rm-pg-upmap \
         rm-pg-upmap-items pg-temp",
        changes("moves data"),
    ),
    (
        "set-full-ratio set-nearfull-ratio set-backfillfull-ratio set-require-min-compat-client require-osd-release \
         new create add setcrushmap setmaxosd",
        changes("changes the storage cluster"),
    ),
    ("repair scrub deep-scrub", changes("starts a check")),
    ("purge purge-new", destroys("removes an OSD")),
    ("destroy", destroys("destroys an OSD's data")),
    ("rm", destroys("removes an OSD")),
    ("lost", destroys("gives up data of an OSD")),
    ("force-create-pg", destroys("gives up data of a placement group")),
    (
        "pool",
        Rule::Verbs(&[
            ("ls get get-quota stats autoscale-status", READ),
            (
                "create set set-quota rename application autoscale mksnap scrub deep-scrub repair force-backfill force-recovery \
              cancel-force-recovery",
                changes("changes a pool"),
            ),
            ("application-get", READ),
            ("rm delete rmsnap", destroys("deletes a pool")),
        ]),
    ),
    (
        "crush",
        Rule::Verbs(&[
            (
                "dump tree ls show-tunables get-tunable get-device-class weight-set-ls",
                READ,
            ),
            (
                "rule",
                Rule::Verbs(&[
                    ("ls list dump ls-by-class", READ),
                    (
                        "create-simple create-replicated create-erasure rename",
                        changes("changes the placement of data"),
                    ),
                    ("rm", destroys("deletes a placement rule")),
                ]),
            ),
            (
                "class",
                Rule::Verbs(&[("ls ls-osd", READ), ("*", changes("changes the placement of data"))]),
            ),
            ("rm remove unlink", destroys("removes from the placement of data")),
            ("*", changes("changes the placement of data")),
        ]),
    ),
    (
        "erasure-code-profile",
        Rule::Verbs(&[
            ("ls get", READ),
            ("set", changes("changes a profile")),
            ("rm", destroys("deletes a profile")),
        ]),
    ),
    (
        "blocklist blacklist",
        Rule::Verbs(&[
            ("ls", READ),
            ("add", changes("locks a client out")),
            ("rm clear range", changes("lets a client in")),
        ]),
    ),
    ("tier", changes("changes a pool")),
];

fn pg(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    if arguments.text(from + 1) == "query" || arguments.text(from + 1) == "list_unfound" {
        return Judgement::READ.into();
    }
    if arguments.text(from + 1) == "mark_unfound_lost" {
        return Judgement::destroy("gives up lost objects").into();
    }
    decide(&Rule::Verbs(PG), arguments, from)
}

const PG: &[(&str, Rule)] = &[
    (
        "stat dump ls map dump_stuck dump_json dump_pools_json ls-by-osd ls-by-pool ls-by-primary getmap debug",
        READ,
    ),
    ("repair", changes("repairs a placement group")),
    ("scrub deep-scrub", changes("starts a check")),
    (
        "force-recovery force-backfill cancel-force-recovery cancel-force-backfill repeer",
        changes("changes recovery"),
    ),
];

const MON: &[(&str, Rule)] = &[
    (
        "stat dump versions metadata getmap count-metadata ok-to-stop ok-to-rm feature",
        READ,
    ),
    (
        "add enable-msgr2 set-rank set-weight enable_stretch_mode set_location",
        changes("changes the monitors"),
    ),
    ("remove rm", destroys("removes a monitor")),
    ("scrub", changes("starts a check")),
];

const MGR: &[(&str, Rule)] = &[
    ("stat dump services versions metadata count-metadata", READ),
    ("fail", changes("fails over")),
    (
        "module",
        Rule::Verbs(&[("ls", READ), ("enable disable force", changes("switches a module"))]),
    ),
];

const MDS: &[(&str, Rule)] = &[
    (
        "stat dump versions metadata count-metadata compat ok-to-stop getmap",
        READ,
    ),
    ("fail", changes("fails over")),
    (
        "repaired rm set add_data_pool deactivate",
        changes("changes the file system"),
    ),
];

const FS: &[(&str, Rule)] = &[
    ("ls status dump get lsflags", READ),
    ("fail", changes("stops a file system")),
    (
        "set new set-default add_data_pool rename required_client_features swap reset flag",
        changes("changes the file system"),
    ),
    ("rm rm_data_pool", destroys("deletes a file system")),
    ("authorize", changes("gives rights")),
    ("volume subvolume subvolumegroup", Rule::Ask(managed)),
    ("clone", Rule::Ask(managed)),
    ("snap-schedule mirror snapshot", Rule::Ask(managed)),
    ("perf", READ),
    ("top", READ),
];

/// The commands of the manager's modules, whose verb stands somewhere in the line.
fn managed(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    for number in from..from + 4 {
        let verb = arguments.text(number);
        if listed(
            "ls list info status show get getpath get-rgw-credentials exist pin-status dump perf evict-status feature \
                   ac-user-show ac-role-show",
            verb,
        ) {
            return Judgement::READ.into();
        }
        if listed("rm remove delete purge", verb) {
            return Judgement::destroy("deletes data in the file system").into();
        }
        if listed(
            "create resize add set update enable disable protect unprotect clone cancel snapshot-clone authorize \
                   deauthorize evict activate deactivate apply pin rename charmap metadata export retention motd \
                   create-self-signed-cert ac-user-create ac-user-set-password set-grafana-api-url \
                   set-alertmanager-api-host set-prometheus-api-host",
            verb,
        ) && verb != "metadata"
            && verb != "export"
        {
            return Judgement::change("changes the storage cluster").into();
        }
    }
    NOT_KNOWN.into()
}

const AUTH: &[(&str, Rule)] = &[
    ("ls list get get-key print-key print_key export", READ),
    (
        "add get-or-create get-or-create-key caps import rotate",
        changes("changes keys"),
    ),
    ("del rm", destroys("deletes keys")),
];

const CONFIG: &[(&str, Rule)] = &[
    (
        "get dump show show-with-defaults ls log help generate-minimal-conf",
        READ,
    ),
    ("set rm assimilate-conf reset", changes("changes settings")),
];

const ORCH: &[(&str, Rule)] = &[
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
fn daemon(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
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

pub(super) static CRUSHTOOL: Tool = ask("i o d c", tool);
pub(super) static MONMAPTOOL: Tool = ask("", tool);

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

pub(super) static TOOLBOX: Tool = super::rule::plain(reads("opens a shell"));

/// Ceph's servers, started by hand to read or write a map.
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

/// A script of Rook's toolbox.
pub(super) static DEBUG_LEVEL: Tool = super::rule::plain(super::rule::changes("changes settings"));
