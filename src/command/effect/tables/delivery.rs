//! Tools that bring software onto clusters: Helm, Flux, Argo CD, Cluster API, backups, Git.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::arguments::Arguments;
use super::rule::{READ, Rule, Tool, Verdict, ask, changes, decide, destroys, reads, unless_tried, verbs};

pub(super) static HELM: Tool = ask(
    "n namespace kube-context kubeconfig f values version set o output repo revision timeout",
    helm,
);

const HELM_VERBS: &[(&str, Rule)] = &[
    (
        "list ls status get history hist show inspect search template version env lint verify diff help completion",
        READ,
    ),
    (
        "repo",
        Rule::Verbs(&[
            ("list ls index", READ),
            ("add update up remove rm", changes("changes the local set-up")),
        ]),
    ),
    (
        "plugin",
        Rule::Verbs(&[("list ls", READ), ("*", changes("changes the local set-up"))]),
    ),
    (
        "dependency dep dependencies",
        Rule::Verbs(&[("list ls", READ), ("update up build", changes("writes files"))]),
    ),
    ("registry", reads("signs in or out")),
    ("pull fetch create package", changes("writes files")),
    ("push", changes("publishes a chart")),
    ("install", changes("installs a release")),
    ("upgrade", changes("upgrades a release")),
    ("rollback", changes("goes back to an earlier version")),
    ("test", changes("runs tests in the cluster")),
    ("mapkubeapis", changes("changes a release")),
    ("uninstall delete del un", destroys("uninstalls a release")),
];

fn helm(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let verdict = decide(&Rule::Verbs(HELM_VERBS), arguments, from);
    unless_tried(verdict.judgement, arguments).into()
}

pub(super) static HELMFILE: Tool = verbs(
    "f file e environment n namespace l selector",
    &[
        ("list status diff lint template show-dag build test version", READ),
        ("apply sync", changes("changes releases")),
        ("repos deps fetch cache", changes("changes the local set-up")),
        ("destroy delete", destroys("uninstalls releases")),
    ],
);

pub(super) static FLUX: Tool = verbs(
    "n namespace context kubeconfig timeout",
    &[
        (
            "get check version logs events stats tree trace diff export build list debug envsubst completion",
            READ,
        ),
        ("reconcile", changes("reconciles now")),
        ("suspend", changes("stops reconciliation")),
        ("resume", changes("starts reconciliation")),
        ("create install bootstrap migrate", changes("creates objects")),
        ("push tag", changes("publishes an artifact")),
        ("pull", changes("writes files")),
        ("delete uninstall", destroys("deletes objects")),
    ],
);

pub(super) static ARGOCD: Tool = verbs(
    "server auth-token grpc-web-root-path config core namespace N app-namespace argocd-context",
    &[
        ("version context help", READ),
        ("login logout relogin", reads("signs in or out")),
        (
            "app appset application applicationset",
            Rule::Verbs(&[
                (
                    "get list diff history logs manifests resources wait get-resource generate",
                    READ,
                ),
                ("sync", changes("synchronises an application")),
                (
                    "actions",
                    Rule::Verbs(&[("list", READ), ("run", changes("changes objects"))]),
                ),
                ("rollback", changes("goes back to an earlier version")),
                ("terminate-op", changes("stops a synchronisation")),
                (
                    "set unset create patch edit patch-resource add-source remove-source confirm-deletion update",
                    changes("changes an application"),
                ),
                ("delete delete-resource", destroys("deletes objects")),
            ]),
        ),
        (
            "cluster repo repocreds proj project account cert gpg admin",
            Rule::Verbs(&[
                (
                    "list get get-user-info can-i export dashboard settings initial-password",
                    READ,
                ),
                ("rm remove delete", destroys("removes settings of Argo CD")),
                ("*", changes("changes settings of Argo CD")),
            ]),
        ),
    ],
);

pub(super) static CLUSTERCTL: Tool = verbs(
    "n namespace kubeconfig kubeconfig-context config v to-kubeconfig show-conditions",
    &[
        ("describe get version config generate help completion", READ),
        (
            "init",
            Rule::Verbs(&[
                ("list-images", READ),
                ("-", changes("installs Cluster API")),
                ("*", changes("installs Cluster API")),
            ]),
        ),
        (
            "upgrade",
            Rule::Verbs(&[("plan", READ), ("apply", changes("upgrades Cluster API"))]),
        ),
        ("move", changes("moves clusters to another management cluster")),
        ("backup restore", changes("moves clusters into or out of files")),
        ("delete", destroys("deletes Cluster API's providers")),
        (
            "alpha",
            Rule::Verbs(&[
                (
                    "rollout",
                    Rule::Verbs(&[
                        ("restart", changes("replaces machines")),
                        ("pause resume undo", changes("changes a rollout")),
                    ]),
                ),
                ("topology", READ),
            ]),
        ),
    ],
);

pub(super) const CMCTL: &[(&str, Rule)] = &[
    ("status check inspect version help completion", READ),
    ("convert", READ),
    ("renew", changes("renews certificates")),
    ("create", changes("creates objects")),
    ("approve deny", changes("decides on certificate requests")),
    ("upgrade", changes("changes objects")),
    (
        "x experimental",
        Rule::Verbs(&[
            ("install", changes("installs cert-manager")),
            ("uninstall", destroys("uninstalls cert-manager")),
            ("create", changes("creates objects")),
        ]),
    ),
];

pub(super) static CMCTL_TOOL: Tool = verbs("n namespace context kubeconfig o output", CMCTL);

pub(super) static VELERO: Tool = ask("n namespace kubeconfig kubecontext from-backup from-schedule", velero);

/// The verb comes first or second.
fn velero(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    const ALL: &[(&str, Rule)] = &[
        ("get describe logs version completion help client", READ),
        ("download debug", changes("writes files")),
        ("create", changes("creates a backup or restores one")),
        (
            "pause unpause set add remove install",
            changes("changes backups' settings"),
        ),
        ("delete uninstall", destroys("deletes backups")),
        (
            "backup restore schedule backup-location snapshot-location plugin repo data-mover",
            Rule::Ask(velero),
        ),
    ];
    decide(&Rule::Verbs(ALL), arguments, from)
}

pub(super) static KUBEADM: Tool = verbs(
    "config kubeconfig v rootfs",
    &[
        ("version help", READ),
        (
            "certs",
            Rule::Verbs(&[
                ("check-expiration certificate-key", READ),
                ("renew", changes("renews certificates")),
                ("generate-csr", changes("writes files")),
            ]),
        ),
        (
            "config",
            Rule::Verbs(&[
                ("print view validate", READ),
                ("migrate", changes("writes files")),
                (
                    "images",
                    Rule::Verbs(&[("list", READ), ("pull", changes("fetches images"))]),
                ),
            ]),
        ),
        (
            "token",
            Rule::Verbs(&[
                ("list generate", READ),
                ("create", changes("creates a token")),
                ("delete", destroys("deletes a token")),
            ]),
        ),
        (
            "upgrade",
            Rule::Verbs(&[
                ("plan diff", READ),
                ("apply", changes("upgrades the cluster")),
                ("node", changes("upgrades a node")),
            ]),
        ),
        ("init", changes("creates a cluster")),
        ("join", changes("adds a node")),
        ("kubeconfig", changes("writes a file")),
        ("reset", destroys("removes the cluster from the node")),
    ],
);

pub(super) static KUSTOMIZE: Tool = verbs(
    "o output",
    &[
        ("build version cfg help", READ),
        ("edit create fn localize", changes("changes local files")),
    ],
);

pub(super) static TERRAFORM: Tool = verbs(
    "",
    &[
        (
            "plan show output validate version providers graph console get test",
            READ,
        ),
        (
            "fmt init import taint untaint refresh workspace force-unlock login",
            changes("changes the state"),
        ),
        (
            "state",
            Rule::Verbs(&[
                ("list show pull", READ),
                ("rm", destroys("drops resources from the state")),
                ("*", changes("changes the state")),
            ]),
        ),
        ("apply", changes("changes resources")),
        ("destroy", destroys("deletes resources")),
    ],
);

pub(super) static TANKA: Tool = verbs(
    "",
    &[
        ("show diff status eval env lint fmt", READ),
        ("apply", changes("applies objects")),
        ("prune delete", destroys("deletes objects")),
        ("export init tool", changes("writes files")),
    ],
);
