//! OpenStack's command line and OSISM's.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::arguments::{Arguments, listed};
use super::rule::{Inner, READ, Rule, Tool, Verdict, ask, changes, decide, destroys, reads, verbs};
use super::{DEPENDS, Judgement, NOT_KNOWN};

/// Options before and among the nouns whose value is the next word.
const VALUED: &str = "os-cloud os-region-name os-project-name os-project-id os-username os-password os-auth-url \
                      os-interface os-token os-compute-api-version os-volume-api-version os-baremetal-api-version f \
                      format c column sort-column";

pub(super) static OPENSTACK: Tool = ask(VALUED, openstack);

/// How many words a noun may have.
const MAX_NOUN: usize = 5;

/// `openstack NOUN… VERB …`: the first word that is a verb decides.
fn openstack(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let noun = arguments.text(from);
    let mut any = false;
    for number in from..from + MAX_NOUN {
        let Some(word) = arguments.operand(number) else {
            break;
        };
        if !word.certain {
            return DEPENDS.into();
        }
        if let Some(judgement) = verb(noun, &word.text) {
            return judgement.into();
        }
        any = true;
    }
    if any && !arguments.has(&["--help"]) {
        NOT_KNOWN.into()
    } else {
        Judgement::read("").into()
    }
}

fn verb(noun: &str, verb: &str) -> Option<Judgement> {
    if listed(
        "list show issue find contains complete help validate stats versions get",
        verb,
    ) {
        return Some(Judgement::READ);
    }
    let destroys = match (noun, verb) {
        (_, "purge") => "deletes all of a project",
        ("server", "delete") => "deletes servers",
        ("server", "rebuild") => "overwrites a server's disk",
        ("volume", "delete") => "deletes storage",
        ("baremetal", "delete" | "undeploy" | "clean") => "erases a machine",
        ("loadbalancer", "delete") => "deletes a load balancer",
        (_, "delete" | "destroy" | "prune") => "deletes resources",
        ("volume", "revert") => "overwrites a volume",
        _ => "",
    };
    if !destroys.is_empty() {
        return Some(Judgement::destroy(destroys));
    }
    let changes = match (noun, verb) {
        ("server", "stop" | "suspend" | "pause" | "shelve") => "stops servers",
        ("server", "start" | "resume" | "unpause" | "unshelve") => "starts servers",
        ("server", "reboot") => "restarts servers",
        ("server", "migrate" | "evacuate") => "moves servers",
        ("server", "resize") => "changes a server's size",
        ("server", "ssh") => return Some(Judgement::read("opens a shell")),
        ("loadbalancer", "failover") => "fails over",
        ("baremetal", "power" | "reboot") => "switches machines on or off",
        (_, "save" | "export") => "writes a file",
        (_, "create" | "add" | "allocate" | "store") => "creates resources",
        (_, "remove") => "removes resources from others",
        (
            _,
            "set" | "unset" | "update" | "migrate" | "failover" | "configure" | "lock" | "unlock" | "rescue"
            | "unrescue" | "restore" | "import" | "accept" | "request" | "enable" | "disable" | "retype" | "upgrade"
            | "cancel" | "abort" | "manage" | "provide" | "deploy" | "inspect" | "adopt" | "maintenance" | "rename"
            | "revert" | "confirm" | "attach" | "detach" | "reset" | "sync" | "resume" | "suspend" | "stop" | "start"
            | "restart" | "clear" | "associate" | "disassociate" | "save-config" | "boot" | "passthru" | "unmanage"
            | "hold" | "unhold",
        ) => "changes resources",
        _ => "",
    };
    (!changes.is_empty()).then(|| Judgement::change(changes))
}

pub(super) static OSISM: Tool = verbs(
    "",
    &[
        ("apply", Rule::Verbs(&[("-", READ), ("*", changes("applies a role"))])),
        (
            "get validate log wait service task worker version help status report",
            Rule::Ask(osism_read),
        ),
        ("console", reads("opens a console")),
        ("container", Rule::Ask(container)),
        ("reconciler reconcile sync", changes("synchronises the configuration")),
        ("update upgrade", changes("updates the manager")),
        (
            "netbox",
            Rule::Verbs(&[("ping versions", READ), ("*", changes("changes the inventory"))]),
        ),
        ("set noset unset lock unlock", changes("changes flags")),
        ("vault", changes("changes the vault's password")),
        ("manage", changes("changes resources")),
        (
            "compute server volume",
            Rule::Verbs(&[
                ("list show", READ),
                ("evacuate migrate", changes("moves servers")),
                ("stop", changes("stops servers")),
                ("*", changes("changes resources")),
            ]),
        ),
        (
            "baremetal",
            Rule::Verbs(&[
                ("list ping show dump", READ),
                ("undeploy clean delete", destroys("erases a machine")),
                ("*", changes("changes machines")),
            ]),
        ),
        ("stress", changes("creates load")),
        (
            "migrate",
            Rule::Verbs(&[(
                "*",
                Rule::Verbs(&[
                    ("check list", READ),
                    ("delete", destroys("deletes resources")),
                    ("*", changes("changes resources")),
                    ("-", changes("changes resources")),
                ]),
            )]),
        ),
        ("redfish", Rule::Verbs(&[("list", READ)])),
        (
            "sonic",
            Rule::Verbs(&[
                ("list show dump console backup", READ),
                ("*", changes("changes switches")),
            ]),
        ),
    ],
);

fn osism_read(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    if arguments.text(from) == "revoke" {
        Judgement::change("stops a task").into()
    } else {
        Judgement::READ.into()
    }
}

/// `osism container HOST ps`: Docker's command on another machine.
fn container(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    match arguments.operand(from + 1) {
        Some(_) => decide(&super::containers::DOCKER.rule, arguments, from + 1),
        None => Judgement::READ.into(),
    }
}

/// The older clients of single services: `nova list`, `neutron agent-list`.
pub(super) static SERVICE: Tool = ask(VALUED, service);

fn service(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let verb = arguments.text(from);
    if listed("list show", verb) || verb.ends_with("-list") || verb.ends_with("-show") {
        Judgement::READ.into()
    } else if verb.ends_with("delete") {
        Judgement::destroy("deletes resources").into()
    } else {
        NOT_KNOWN.into()
    }
}

pub(super) static KOLLA: Tool = ask("i inventory e limit t tags", kolla);

/// `kolla-ansible [-i INVENTORY] VERB`.
fn kolla(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    match arguments.text(from) {
        "prechecks" | "check" | "validate-config" => Judgement::READ.into(),
        "destroy" => Judgement::destroy("deletes the deployment").into(),
        "" => Judgement::READ.into(),
        _ => Judgement::change("changes the deployment").into(),
    }
}

/// A playbook, of which nothing is known but whether it is only tried.
pub(super) static PLAYBOOK: Tool = ask("i inventory e l limit t tags", playbook);

fn playbook(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    if arguments.has(&[
        "--check",
        "-C",
        "--syntax-check",
        "--list-hosts",
        "--list-tasks",
        "--list-tags",
    ]) {
        Judgement::READ.into()
    } else {
        Judgement::unknown("runs a playbook").into()
    }
}

pub(super) static ANSIBLE: Tool = ask("i inventory m a l e u limit", ansible);

fn ansible(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    let module = arguments
        .value_text("-m")
        .or_else(|| arguments.value_text("--module-name"));
    let command = || {
        arguments
            .words
            .iter()
            .position(|word| word.text == "-a" || word.text == "--args")
    };
    match (module, command()) {
        (Some("ping" | "setup" | "debug"), _) => Judgement::READ.into(),
        (None | Some("shell" | "command"), Some(at)) => Verdict::with(Judgement::READ, Inner::Shell(at + 1)),
        _ => Judgement::unknown("runs a module").into(),
    }
}

/// `nova-manage db purge`, `keystone-manage doctor`: the services' own tools.
pub(super) static MANAGE: Tool = ask("config-file config-dir", |arguments, from| {
    let any = |list: &str, starts: &[&str]| {
        (from..from + 3).any(|number| {
            let verb = arguments.text(number);
            listed(list, verb) || starts.iter().any(|start| verb.starts_with(start))
        })
    };
    if any("purge remove delete", &["delete_", "purge_"]) {
        Judgement::destroy("deletes records")
    } else if any(
        "list show check doctor version status",
        &["list_", "show_", "check_", "credential_list"],
    ) {
        Judgement::READ
    } else if arguments.operand(from).is_some() {
        Judgement::change("changes records")
    } else {
        NOT_KNOWN
    }
    .into()
});

/// OSISM's managers of images and flavors.
pub(super) static MANAGER: Tool = ask("cloud images filter limit-memory", |arguments, _| {
    if arguments.has(&["--dry-run", "--check", "--help"]) {
        Judgement::READ
    } else {
        Judgement::change("changes resources")
    }
    .into()
});
