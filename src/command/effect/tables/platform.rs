//! What runs on clusters: monitoring, networks of pods, policies.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::rule::{READ, Rule, Tool, changes, destroys, verbs};

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
