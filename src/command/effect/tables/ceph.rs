//! Ceph.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::arguments::{Arguments, listed};
use super::rule::{READ, Rule, Tool, Verdict, ask, changes, decide, destroys};
use super::{Judgement, NOT_KNOWN, ceph_daemons};

/// Options of Ceph's tools whose value is the next word.
pub(super) const VALUED: &str = "c conf cluster f format id i name n keyring k pool p namespace N connect-timeout m monmap \
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
    ("orch", Rule::Verbs(ceph_daemons::ORCH)),
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
    ("tell daemon", Rule::Ask(ceph_daemons::daemon)),
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
