//! What runs on clusters: monitoring, networks of pods, policies.

use super::rule::{Inner, READ, Rule, Tool, Verdict, ask, changes, destroys, unknown, verbs};
use super::{Judgement, NOT_KNOWN};

pub(super) static PROMTOOL: Tool = verbs(
    "url",
    &[
        ("query check test", READ),
        (
            "tsdb",
            Rule::Verbs(&[
                ("analyze list dump dump-openmetrics", READ),
                ("bench create-blocks-from", changes("writes files")),
            ]),
        ),
        ("push", changes("sends data over HTTP")),
        ("debug", changes("writes files")),
        ("promql", READ),
    ],
);

pub(super) static AMTOOL: Tool = verbs(
    "alertmanager.url config.file output author comment duration d a c http.config.file",
    &[
        ("check-config cluster config template", READ),
        (
            "alert",
            Rule::Verbs(&[
                ("query", READ),
                ("-", READ),
                ("add", changes("creates an alert")),
                ("*", READ),
            ]),
        ),
        (
            "silence",
            Rule::Verbs(&[
                ("query", READ),
                ("-", READ),
                ("add", changes("silences alerts")),
                ("expire", changes("ends a silence")),
                ("update import", changes("changes silences")),
                ("*", READ),
            ]),
        ),
    ],
);

pub(super) static LOGCLI: Tool = verbs(
    "addr from to limit org-id",
    &[
        ("query labels series instant-query stats fmt volume help", READ),
        ("delete", destroys("deletes logs")),
    ],
);

pub(super) static MIMIRTOOL: Tool = verbs(
    "address id",
    &[
        ("analyze config version", READ),
        (
            "rules alertmanager",
            Rule::Verbs(&[
                ("list get print check lint verify diff", READ),
                ("load sync", changes("changes rules")),
                ("delete", destroys("deletes rules")),
            ]),
        ),
        ("backfill", changes("sends data over HTTP")),
    ],
);

pub(super) static THANOS: Tool = verbs(
    "objstore.config objstore.config-file log.level",
    &[
        (
            "tools",
            Rule::Verbs(&[(
                "bucket",
                Rule::Verbs(&[
                    ("ls inspect verify web", READ),
                    ("cleanup", destroys("deletes blocks")),
                    ("mark retention replicate rewrite downsample", changes("changes blocks")),
                ]),
            )]),
        ),
        ("query sidecar store compact rule receive", changes("starts a server")),
    ],
);

pub(super) static CILIUM: Tool = verbs(
    "n namespace context o output",
    &[
        (
            "status version monitor debuginfo help metrics bgp lrp nodeid statedb kvstore-status recorder-list",
            READ,
        ),
        (
            "connectivity",
            Rule::Verbs(&[("test perf", changes("starts test pods"))]),
        ),
        ("sysdump", changes("collects data into files")),
        (
            "config",
            Rule::Verbs(&[("view get -", READ), ("-", READ), ("*", changes("changes settings"))]),
        ),
        (
            "endpoint bpf identity policy service node map ip lb fqdn prefilter cidr encrypt encryption clustermesh hubble loadinfo \
             auth kvstore multicast egressgateway troubleshoot shell cgroups recorder",
            Rule::Verbs(&[
                (
                    "list get status show log health validate trace selectors healthz peers routes names cache tunnel nat ct \
                     endpoint policy ipcache bandwidth metrics inspect ui events help port-forward",
                    READ,
                ),
                (
                    "delete remove flush disable disconnect",
                    destroys("deletes settings or state"),
                ),
                ("-", READ),
                ("*", changes("changes settings")),
            ]),
        ),
        ("install upgrade", changes("installs Cilium")),
        ("uninstall", destroys("uninstalls Cilium")),
    ],
);

pub(super) static HUBBLE: Tool = verbs(
    "server",
    &[("observe status list version config watch record help completion", READ)],
);

pub(super) static CALICOCTL: Tool = verbs(
    "config c",
    &[
        ("get version convert validate help", READ),
        (
            "node",
            Rule::Verbs(&[("status checksystem", READ), ("diags run", changes("changes a node"))]),
        ),
        (
            "ipam",
            Rule::Verbs(&[
                ("show check", READ),
                ("release", destroys("releases addresses")),
                ("*", changes("changes addresses")),
            ]),
        ),
        ("apply create replace patch label", changes("changes the network")),
        ("datastore cluster", changes("changes the network")),
        ("delete", destroys("deletes network settings")),
    ],
);

pub(super) static ISTIOCTL: Tool = verbs(
    "n namespace context i f filename",
    &[
        (
            "analyze version proxy-status ps proxy-config pc validate verify-install describe dashboard d x experimental \
          ztunnel-config waypoint bug-report authz precheck manifest profile",
            READ,
        ),
        ("install upgrade kube-inject tag operator", changes("changes the mesh")),
        ("uninstall", destroys("uninstalls the mesh")),
    ],
);

pub(super) static LINKERD: Tool = verbs(
    "n namespace context",
    &[(
        "check version viz stat top tap edges routes diagnostics identity metrics install upgrade uninstall inject profile help \
          multicluster authz",
        READ,
    )],
);

pub(super) static LONGHORN: Tool = verbs(
    "",
    &[
        ("check get version help", READ),
        ("install export trim", changes("changes storage")),
        ("delete", destroys("deletes storage")),
    ],
);

pub(super) static LINSTOR: Tool = verbs(
    "controllers",
    &[
        (
            "node n resource r resource-definition rd storage-pool sp volume v volume-definition vd error-reports err snapshot s \
             resource-group rg controller c physical-storage ps remote backup b",
            Rule::Verbs(&[
                (
                    "list l show list-volumes lv list-properties lp version query-size-info",
                    READ,
                ),
                ("delete d lost", destroys("deletes storage")),
                ("*", changes("changes storage")),
            ]),
        ),
        ("advise interactive", READ),
    ],
);

pub(super) static KUBESEAL: Tool = ask("w sealed-secret-file f", |arguments, _| {
    if arguments.has(&["-w", "--sealed-secret-file"]) {
        Judgement::change("writes a file")
    } else {
        Judgement::READ
    }
    .into()
});

pub(super) static STEP: Tool = verbs(
    "",
    &[
        ("version help path", READ),
        (
            "certificate crypto ca ssh",
            Rule::Verbs(&[
                ("inspect verify lint fingerprint health roots list check-host jwk", READ),
                ("*", changes("changes certificates")),
            ]),
        ),
    ],
);

/// Kubernetes' own servers, started by hand: only their version is asked for.
pub(super) static SERVER: Tool = ask("", |arguments, _| {
    if arguments.has(&["--version", "-version", "--help", "-h"])
        || arguments.words.iter().any(|word| word.text == "version")
    {
        Judgement::READ
    } else {
        Judgement::unknown("starts a server")
    }
    .into()
});

pub(super) static SOS: Tool = verbs(
    "",
    &[
        ("report collect", changes("collects data into files")),
        ("clean", changes("writes files")),
        ("help", READ),
    ],
);

/// Programs that run a task of a file in the directory.
pub(super) static MAKE: Tool = ask("C f j", |arguments, _| {
    if arguments.has(&["-n", "--dry-run", "--version"]) {
        Judgement::READ
    } else {
        Judgement::unknown("runs a task nobody read")
    }
    .into()
});

/// `bundle exec COMMAND`.
pub(super) static BUNDLE: Tool = ask("", |arguments, from| match arguments.text(from) {
    "exec" => Verdict::with(
        Judgement::READ,
        arguments.place(from + 1).map_or(Inner::None, Inner::Words),
    ),
    "list" | "show" | "check" | "outdated" | "info" => Judgement::READ.into(),
    "install" | "update" | "add" | "config" | "lock" => Judgement::change("installs packages").into(),
    _ => NOT_KNOWN.into(),
});

/// Chef's tool.
pub(super) static KNIFE: Tool = ask(
    "c config u user k key E environment z a attribute C concurrency x ssh-user p ssh-port i identity-file F format",
    |arguments, from| match (arguments.text(from), arguments.text(from + 1)) {
        ("ssh" | "winrm", _) => match arguments.place(from + 2) {
            Some(at) => Verdict::with(Judgement::READ, Inner::Shell(at)),
            None => NOT_KNOWN.into(),
        },
        ("search" | "status" | "diff" | "show" | "list" | "help" | "version", _) | (_, "show" | "list") => {
            Judgement::READ.into()
        }
        ("data", "bag") if matches!(arguments.text(from + 2), "show" | "list") => Judgement::READ.into(),
        (_, "delete") | ("delete", _) => Judgement::destroy("deletes settings of nodes").into(),
        ("data", "bag") if arguments.text(from + 2) == "delete" => {
            Judgement::destroy("deletes settings of nodes").into()
        }
        (
            _,
            "edit" | "create" | "from" | "update" | "upload" | "run_list" | "bag" | "set" | "policy" | "remove"
            | "rotate" | "refresh" | "reregister",
        )
        | ("bootstrap" | "upload" | "edit" | "cookbook" | "opc", _) => {
            Judgement::change("changes settings of nodes").into()
        }
        _ => NOT_KNOWN.into(),
    },
);

pub(super) static NGINX: Tool = ask("c p e", |arguments, from| {
    if arguments.has(&["-t", "-T", "-v", "-V", "-h", "-c", "-S"])
        || matches!(arguments.text(from), "configtest" | "status" | "fullstatus")
    {
        return Judgement::READ.into();
    }
    match arguments.value_text("-s").unwrap_or_else(|| arguments.text(from)) {
        "reload" | "reopen" | "graceful" => Judgement::change("reloads settings"),
        "stop" | "quit" | "graceful-stop" => Judgement::change("stops services"),
        "start" | "restart" => Judgement::change("restarts services"),
        _ => Judgement::unknown("starts a server"),
    }
    .into()
});

pub(super) static GPG: Tool = ask("o output u local-user keyserver homedir", |arguments, _| {
    let any = |list: &[&str]| arguments.has(list);
    if any(&[
        "--delete-key",
        "--delete-keys",
        "--delete-secret-key",
        "--delete-secret-keys",
    ]) {
        Judgement::destroy("deletes keys")
    } else if any(&[
        "-o",
        "--output",
        "--import",
        "--gen-key",
        "--full-gen-key",
        "--full-generate-key",
        "--edit-key",
        "--sign-key",
        "--send-key",
        "--send-keys",
        "--recv-keys",
        "--recv-key",
        "--card-edit",
        "--import-ownertrust",
        "--quick-generate-key",
        "--sign",
        "--detach-sign",
        "--clearsign",
        "-s",
        "-b",
    ]) {
        Judgement::change("changes keys or writes files")
    } else {
        Judgement::READ
    }
    .into()
});

pub(super) static GO: Tool = verbs(
    "",
    &[
        ("version env list doc help vet", READ),
        (
            "install get mod build generate fmt clean work",
            changes("changes local files"),
        ),
        ("test run tool", unknown("runs a program")),
    ],
);
