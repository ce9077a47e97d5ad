//! `kubectl` and what `oc` shares with it.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::arguments::{Arguments, listed};
use super::rule::{
    Inner, READ, Rule, Tool, Verdict, changes, decide, destroys, next_rule, reads, unknown, unless_tried,
};
use super::{DEPENDS, Judgement, NOT_KNOWN, ceph, ceph_storage, delivery, virtual_machines};

/// Options of both whose value is the next word.
pub(super) const VALUED: &str = "n namespace context kubeconfig cluster user s server token as as-group request-timeout \
                                 o output l selector f filename c container k p patch type field-selector sort-by \
                                 template image replicas tail since since-time grace-period timeout for dest-dir to \
                                 limits requests from-file from-literal port target-port v certificate-authority \
                                 client-certificate client-key tls-server-name profile cache-dir chunk-size raw \
                                 field-manager env labels annotations overrides restart to-revision to-image \
                                 max-log-requests volume z serviceaccount role clusterrole verb resource user group";

pub(super) static KUBECTL: Tool = Tool {
    rule: Rule::Ask(kubectl),
    valued: VALUED,
};

/// Verbs of both.
pub(super) const SHARED: &[(&str, Rule)] = &[
    (
        "get describe logs log top explain api-resources api-versions version events wait diff options completion help \
         kustomize plugin",
        READ,
    ),
    ("exec", Rule::Ask(exec)),
    ("delete", Rule::Ask(delete)),
    ("apply", Rule::Ask(apply)),
    ("patch", Rule::Ask(patch)),
    ("edit", changes("changes objects")),
    ("replace", Rule::Ask(replace)),
    (
        "create",
        Rule::Verbs(&[
            ("token", READ),
            ("*", changes("creates objects")),
            ("-", changes("creates objects")),
        ]),
    ),
    ("scale", Rule::Ask(scale)),
    ("autoscale", changes("creates an autoscaler")),
    ("label", Rule::Ask(label)),
    ("annotate", Rule::Ask(label)),
    ("set", Rule::Ask(set)),
    ("expose", changes("creates a service")),
    ("run", changes("starts a pod")),
    ("rollout", Rule::Verbs(ROLLOUT)),
    ("cp", changes("copies files")),
    ("port-forward proxy", reads("opens a port")),
    ("attach", reads("opens a console")),
    ("cluster-info", READ),
    ("config", Rule::Verbs(CONFIG)),
    (
        "auth",
        Rule::Verbs(&[("can-i whoami", READ), ("reconcile", changes("changes rights"))]),
    ),
];

const ROLLOUT: &[(&str, Rule)] = &[
    ("status history", READ),
    ("restart", changes("restarts pods")),
    ("undo", changes("goes back to an earlier version")),
    ("pause", changes("pauses a rollout")),
    ("resume", changes("resumes a rollout")),
    ("latest retry", changes("starts a rollout")),
    ("cancel", changes("cancels a rollout")),
];

const CONFIG: &[(&str, Rule)] = &[
    ("view current-context get-contexts get-clusters get-users", READ),
    ("*", changes("changes the kubeconfig")),
];

/// What `oc` has below `adm`.
pub(super) const NODES: &[(&str, Rule)] = &[
    ("cordon", changes("stops scheduling on a node")),
    ("uncordon", changes("allows scheduling on a node")),
    ("drain", changes("evicts all pods of a node")),
    ("taint", changes("changes taints of a node")),
    (
        "certificate",
        Rule::Verbs(&[("approve deny", changes("decides on certificate requests"))]),
    ),
];

const ONLY_KUBECTL: &[(&str, Rule)] = &[
    ("debug", changes("starts a debug container")),
    ("alpha", unknown("not known here")),
    // Plugins.
    (
        "runbook tree neat who-can view-secret view_secret get-all get_all stern tail df-pv images lineage slice ns-usage \
         resource-capacity view-allocations view-utilization outdated deprecations score kubent access-matrix rbac-tool \
         rbac-lookup doctor",
        READ,
    ),
    ("ctx ns krew", changes("changes the local set-up")),
    ("node-shell node_shell", reads("opens a shell on the node")),
    ("rook-ceph rook_ceph", Rule::Ask(rook)),
    ("cert-manager cert_manager", Rule::Verbs(delivery::CMCTL)),
    ("virt", Rule::Verbs(virtual_machines::VIRTCTL)),
    (
        "cnpg",
        Rule::Verbs(&[
            ("status certificate report logs", READ),
            ("psql", unknown("opens a database")),
            ("promote", changes("promotes a replica")),
            ("restart reload", changes("restarts pods")),
            ("hibernate", changes("stops a database")),
            ("fencing maintenance", changes("changes a database cluster")),
            ("backup", changes("starts a backup")),
            ("destroy", destroys("deletes an instance and its storage")),
        ]),
    ),
];

fn kubectl(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let operand = arguments.operand(from);
    let rule = [SHARED, NODES, ONLY_KUBECTL]
        .into_iter()
        .find_map(|table| next_rule(table, operand));
    finish(rule.as_ref(), arguments, from)
}

/// The verdict on the verb that is operand `from`, which `rule` decides on.
pub(super) fn finish(rule: Option<&Rule>, arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let Some(rule) = rule else {
        return match arguments.operand(from) {
            _ if arguments.has(&["--help", "--version"]) => Judgement::READ,
            Some(operand) if !operand.certain => DEPENDS,
            None if !arguments.words.is_empty() => Judgement::READ,
            _ => NOT_KNOWN,
        }
        .into();
    };
    let mut verdict = decide(rule, arguments, from + 1);
    verdict.judgement = unless_tried(verdict.judgement, arguments);
    // `kubectl run` and `kubectl debug` take a command as well.
    if verdict.inner == Inner::None
        && matches!(arguments.text(from), "run" | "debug")
        && let Some(at) = arguments.after("--")
    {
        verdict.inner = Inner::Words(at);
    }
    verdict
}

/// A command in a container: behind `--`, or in the old way behind the pod.
pub(super) fn exec(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let inner = arguments.after("--").or_else(|| arguments.place(from + 1));
    let of_shell = Judgement::read("opens a shell");
    inner.map_or(of_shell.into(), |at| Verdict::with(Judgement::READ, Inner::Words(at)))
}

pub(super) fn delete(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let named = arguments.text(from);
    let kind = named.split(['/', ',', '.']).next().unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    let why = match kind.as_str() {
        _ if named.contains(',') => "deletes objects",
        "pod" | "pods" | "po" => "deletes pods",
        "pvc"
        | "pv"
        | "persistentvolumeclaim"
        | "persistentvolumeclaims"
        | "persistentvolume"
        | "persistentvolumes" => "deletes storage",
        "ns" | "namespace" | "namespaces" | "project" | "projects" => "deletes a namespace with all in it",
        "crd" | "crds" | "customresourcedefinition" | "customresourcedefinitions" => {
            "deletes a kind and all its objects"
        }
        "node" | "nodes" | "no" => "removes nodes",
        "machine" | "machines" => "deletes machines",
        "vm" | "vms" | "virtualmachine" | "virtualmachines" => "deletes virtual machines",
        _ => "deletes objects",
    };
    Judgement::destroy(why).into()
}

pub(super) fn apply(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    match arguments.text(from) {
        "view-last-applied" => Judgement::READ,
        _ if arguments.has(&["--prune"]) => Judgement::destroy("applies objects and deletes others"),
        _ => Judgement::change("applies objects"),
    }
    .into()
}

pub(super) fn patch(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    let drops = |text: &str| {
        text.contains("finalizers") && (text.contains("null") || text.contains("[]") || text.contains("remove"))
    };
    if arguments.words.iter().any(|word| drops(&word.text)) {
        Judgement::destroy("removes finalizers, so that objects vanish").into()
    } else {
        Judgement::change("changes objects").into()
    }
}

pub(super) fn replace(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    if arguments.has(&["--force"]) {
        Judgement::destroy("deletes objects and creates them anew").into()
    } else {
        Judgement::change("replaces objects").into()
    }
}

fn scale(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    if arguments.value_text("--replicas") == Some("0") {
        Judgement::change("stops all replicas").into()
    } else {
        Judgement::change("changes the number of replicas").into()
    }
}

fn label(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    if arguments.has(&["--list"]) {
        Judgement::READ.into()
    } else {
        Judgement::change("changes labels or annotations").into()
    }
}

fn set(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    if arguments.has(&["--list"]) {
        return Judgement::READ.into();
    }
    match arguments.text(from) {
        name if listed(
            "image env resources serviceaccount probe volume volumes triggers build-secret",
            name,
        ) =>
        {
            Judgement::change("changes pods").into()
        }
        "data" => Judgement::change("changes a secret or config map").into(),
        "selector" | "subject" | "route-backends" | "image-lookup" | "deployment-hook" | "build-hook" => {
            Judgement::change("changes objects").into()
        }
        _ => NOT_KNOWN.into(),
    }
}

/// `kubectl rook-ceph ceph status`.
fn rook(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let tool = match arguments.text(from) {
        "ceph" => &ceph::CEPH,
        "rbd" => &ceph_storage::RBD,
        "health" | "rook-version" | "rook" | "mons" | "subvolume" | "dr" => {
            return decide(&Rule::Verbs(ROOK), arguments, from);
        }
        _ => return decide(&Rule::Verbs(ROOK), arguments, from),
    };
    decide(&tool.rule, arguments, from + 1)
}

const ROOK: &[(&str, Rule)] = &[
    ("health", READ),
    (
        "rook",
        Rule::Verbs(&[("version status", READ), ("purge-osd", destroys("removes an OSD"))]),
    ),
    (
        "mons",
        Rule::Verbs(&[
            ("-", READ),
            ("restore-quorum", destroys("rebuilds the monitors' quorum")),
        ]),
    ),
    ("dr", Rule::Verbs(&[("health", READ)])),
    (
        "subvolume",
        Rule::Verbs(&[("ls", READ), ("delete", destroys("deletes a subvolume"))]),
    ),
    ("operator", changes("changes the operator")),
    ("debug", changes("starts a debug deployment")),
    ("maintenance", changes("starts a maintenance deployment")),
    ("destroy-cluster", destroys("deletes the storage cluster")),
    ("restore-deleted", changes("restores objects")),
];
