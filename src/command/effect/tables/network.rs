//! Networks: addresses, filters, switches, HTTP.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::arguments::{Arguments, listed};
use super::rule::{Inner, READ, Tool, Verdict, ask, changes, destroys, verbs};
use super::{DEPENDS, Judgement, NOT_KNOWN};

pub(super) static IP: Tool = ask("n netns f family", ip);

/// `ip OBJECT VERB`, whose verb may be left out.
fn ip(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let (object, verb) = (arguments.text(from), arguments.text(from + 1));
    if object == "netns" && verb == "exec" {
        let inner = arguments.place(from + 3).map_or(Inner::None, Inner::Words);
        return Verdict::with(Judgement::READ, inner);
    }
    let known = listed(
        "a addr address l link r ro route rule ru n neigh neighbor neighbour netns maddr maddress mroute tunnel tunl tun \
         tuntap xfrm vrf monitor m ntable token tcp_metrics macsec nexthop stats",
        object,
    );
    if object.is_empty() {
        return Judgement::READ.into();
    }
    if !known {
        return arguments
            .operand(from)
            .map_or(NOT_KNOWN, |word| if word.certain { NOT_KNOWN } else { DEPENDS })
            .into();
    }
    let change = arguments.words.iter().any(|word| {
        listed(
            "add del delete set change replace append flush up down attach detach change prepend restore",
            &word.text,
        )
    });
    // `ip link show up` filters.
    if change && !listed("show list ls lst s l sh get state policy", verb) || listed("set flush", verb) {
        Judgement::change("changes the network")
    } else {
        Judgement::READ
    }
    .into()
}

/// `bridge`, `tc`, `nmcli`, `ifconfig`, `route`: they show unless told to change.
pub(super) static SHOWS: Tool = ask("f fields m mode", |arguments, _| {
    let change = arguments.words.iter().any(|word| {
        listed(
            "add del delete set change replace append flush up down modify edit reload connect disconnect reapply restart \
             netmask mtu on off load update attach detach configure",
            &word.text,
        )
    });
    if change {
        Judgement::change("changes the network")
    } else {
        Judgement::READ
    }
    .into()
});

pub(super) static IPTABLES: Tool = ask("t table n w", |arguments, _| {
    if arguments.has(&["-F", "--flush", "-X", "--delete-chain"]) {
        Judgement::destroy("deletes firewall rules")
    } else if arguments.has_letter('L')
        || arguments.has_letter('S')
        || arguments.has(&["--list", "--list-rules", "-C", "--check", "-V", "--version"])
    {
        Judgement::READ
    } else {
        Judgement::change("changes firewall rules")
    }
    .into()
});

pub(super) static NFT: Tool = verbs(
    "f",
    &[
        ("list monitor describe", READ),
        ("flush delete destroy reset", destroys("deletes firewall rules")),
        (
            "add insert create replace rename import",
            changes("changes firewall rules"),
        ),
    ],
);

pub(super) static FIREWALL: Tool = ask("zone", |arguments, _| {
    let any = |starts: &[&str]| {
        arguments.words.iter().any(|word| {
            starts
                .iter()
                .any(|start| word.text.strip_prefix("--").is_some_and(|text| text.starts_with(start)))
        })
    };
    if any(&[
        "add",
        "remove",
        "set",
        "reload",
        "new",
        "delete",
        "complete-reload",
        "runtime-to-permanent",
        "panic-on",
    ]) {
        Judgement::change("changes firewall rules")
    } else {
        Judgement::READ
    }
    .into()
});

pub(super) static IPSET: Tool = verbs(
    "",
    &[
        ("list save test version -L", READ),
        ("-", READ),
        ("flush destroy", destroys("deletes firewall rules")),
        ("*", changes("changes firewall rules")),
    ],
);

pub(super) static ETHTOOL: Tool = ask("", |arguments, _| {
    if arguments.has(&[
        "-s",
        "-K",
        "-G",
        "-A",
        "-C",
        "-L",
        "-N",
        "-U",
        "-X",
        "-r",
        "-p",
        "-f",
        "--change",
        "--offload",
        "--set-ring",
        "--set-priv-flags",
        "--reset",
        "--set-channels",
    ]) {
        Judgement::change("changes the network")
    } else {
        Judgement::READ
    }
    .into()
});

pub(super) static CONNTRACK: Tool = ask("p s d f", |arguments, _| {
    if arguments.has(&["-D", "-F", "--delete", "--flush"]) {
        Judgement::destroy("drops connections")
    } else {
        Judgement::READ
    }
    .into()
});

pub(super) static OVS: Tool = ask("db t timeout p C", ovs);

/// `ovs-vsctl`, `ovs-ofctl`, `ovn-nbctl`, `ovn-sbctl` and their like.
fn ovs(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let Some(word) = arguments.operand(from) else {
        return Judgement::READ.into();
    };
    if !word.certain {
        return DEPENDS.into();
    }
    let verb = word.text.as_ref();
    let ends = |ends: &[&str]| ends.iter().any(|end| verb.ends_with(end));
    let judgement = if listed(
        "show list find get query snoop monitor ping trace lookup status list-dbs get-schema help",
        verb,
    ) || [
        "list-",
        "get-",
        "dump-",
        "show-",
        "dump",
        "query-",
        "dpctl/dump",
        "dpctl/show",
        "dpif/dump",
        "dpif/show",
        "dpif-netdev/",
    ]
    .iter()
    .any(|start| verb.starts_with(start))
        || ends(&[
            "-list",
            "-get",
            "/show",
            "/status",
            "/list",
            "/dump",
            "-show",
            "/get",
            "/trace",
            "-status",
            "/version",
            "-get-connection",
            "-ports",
            "-list-map",
            "connection-status",
            "/find",
            "-list-ls",
            "-list-lr",
            "/show-stats",
        ])
        || matches!(
            verb,
            "cluster/sid"
                | "cluster/cid"
                | "version"
                | "list-commands"
                | "br-to-vlan"
                | "br-to-parent"
                | "br-exists"
                | "port-to-br"
                | "iface-to-br"
                | "lflow-list"
                | "dump-flows"
                | "needs-conversion"
                | "get_config"
        ) {
        Judgement::READ
    } else if verb.starts_with("del-")
        || ends(&["-del", "/del-flows"])
        || listed("destroy clear remove emer-reset", verb)
    {
        Judgement::destroy("deletes network settings")
    } else if verb.starts_with("add-")
        || verb.starts_with("set-")
        || verb.starts_with("mod-")
        || verb.starts_with("lsp-set-")
        || ends(&[
            "-add",
            "/set",
            "/compact",
            "/flush",
            "-set",
            "/transfer-leadership",
            "/recompute",
            "/change-election-timer",
            "/rotate",
            "/reopen",
            "-set-connection",
            "/reset",
            "/refresh-chassis",
        ])
        || listed("set create add init sync transact bond recompute compact backup", verb)
    {
        Judgement::change("changes network settings")
    } else if verb == "exit" {
        Judgement::change("stops a daemon")
    } else if verb == "cluster/leave" || verb == "cluster/kick" {
        Judgement::destroy("removes a member")
    } else {
        NOT_KNOWN
    };
    judgement.into()
}

pub(super) static TCPDUMP: Tool = ask("i w r c s C W G", |arguments, _| {
    if arguments.has(&["-w"]) {
        Judgement::change("writes a file")
    } else {
        Judgement::READ
    }
    .into()
});

/// `vtysh -c 'show …'`, `birdc show …`, switches' consoles.
pub(super) static ROUTER: Tool = ask("c", |arguments, from| {
    let mut commands = arguments
        .words
        .iter()
        .zip(arguments.words.iter().skip(1))
        .filter(|(option, _)| option.text == "-c")
        .map(|(_, command)| command.text.as_ref())
        .peekable();
    let shows = |text: &str| text.starts_with("show") || text.starts_with("sh ");
    if commands.peek().is_some() {
        if commands.all(shows) {
            Judgement::READ
        } else {
            Judgement::change("changes the network")
        }
    } else if arguments.operand(from).is_none() {
        Judgement::read("opens a console")
    } else if shows(arguments.text(from)) {
        Judgement::READ
    } else {
        Judgement::change("changes the network")
    }
    .into()
});

pub(super) static NETPLAN: Tool = verbs(
    "",
    &[
        ("get status info ip", READ),
        ("apply try set generate rebind", changes("changes the network")),
    ],
);

pub(super) static SS: Tool = ask("f A D F", |arguments, _| {
    if arguments.has_letter('K') || arguments.has(&["--kill"]) {
        Judgement::destroy("drops connections")
    } else {
        Judgement::READ
    }
    .into()
});
