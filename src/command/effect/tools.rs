//! Which commands are known.
//!
//! In: the name of a command. Out: its tool, or that it only reads. Must not: judge.

use super::super::interpreter::{self, Reading};
use super::super::names::Names;
use super::Judgement;
use super::arguments::listed;
use super::rule::Tool;
use super::tables::{FIXED, TOOLS};

/// The tool called `name`, if it has rules.
pub(super) fn find(name: &str) -> Option<&'static Tool> {
    TOOLS.find(name).copied()
}

/// What the tool called `name` does whatever its arguments are, if that is so.
pub(super) fn fixed(name: &str) -> Option<Judgement> {
    FIXED
        .find(name)
        .copied()
        .or_else(|| only_reads(name).then_some(Judgement::READ))
}

/// True for commands that only read, or change only the shell they are typed into, whatever their arguments.
fn only_reads(name: &str) -> bool {
    let Some(first) = name.bytes().next() else {
        return false;
    };
    let Some(place) = first.checked_sub(b'a') else {
        return matches!(name, "[" | "[[" | ":" | "((");
    };
    READERS.get(usize::from(place)).is_some_and(|names| listed(names, name))
}

/// True for any command of the tables. `name` has no path.
pub(in super::super) fn is_known(name: &str) -> bool {
    TOOLS.find(name).is_some() || fixed(name).is_some() || matches!(interpreter::reading(name), Reading::Wrapper(_))
}

/// True for names of commands that are English words too.
pub(in super::super) fn is_english(name: &str) -> bool {
    ENGLISH.find(name).is_some()
}

/// By first letter.
const READERS: [&str; 26] = [
    "ag alias apropos arch arping ausearch",
    "b2sum base32 base64 basename bat batcat bc bg blkid break bpftrace btop bzcat bzgrep",
    "cal cat cd cksum clear cmp column comm compgen complete continue cut crm_mon",
    "declare df diff dig dirname dirs disown dmidecode dot du drill",
    "echo envsubst egrep exit expr export expand",
    "false fc fg fgrep file filefrag findmnt fmt fold free fping fzf faillog",
    "gather getcap getconf getenforce getent getfacl getopts getsebool gojq grep groups gron",
    "hash head hexdump help history host htop hwinfo",
    "iconv id ifstat iftop iostat iotop ipcalc ipcs",
    "jid jobs join jp jq json_pp jsonnet",
    "kubectl-neat kubent klist",
    "last lastlog ldd less let lldpctl local locale locate logname logout look ls lsattr lsb_release lsblk lscpu \
     lshw lsinitrd lsipc lslocks lsmem lsmod lsns lsof lspci lsscsi lsusb ltrace lvdisplay lvs lvscan ll lz4cat",
    "man mapfile md5sum mii-tool mlr modinfo more mountpoint mpstat mtr",
    "namei ncdu needs-restarting netstat nfsstat nl nmap nmon nproc nslookup nstat numactl numastat",
    "od objdump ovn-trace ovn-detrace",
    "paste pathping perf pgrep pidof pidstat ping ping6 popd pr printenv printf ps pstree pushd pv pvdisplay pvs \
     pvscan pwd pwdx",
    "quota",
    "read readarray readelf readlink readonly realpath repquota return rev rg rpcinfo runlevel",
    "sacct sar sensors seq set sestatus sha1sum sha256sum sha512sum shasum shift shopt showmount slabtop sleep stat \
     stern strings stty systemd-analyze systemd-cgls systemd-cgtop systemd-detect-virt shellcheck",
    "tac tail test top tput tr tracepath traceroute tree true tsort tty type typeset tzselect",
    "ulimit umask unalias uname unexpand uniq unset uptime users uuidgen",
    "vgdisplay vgs vgscan virt-top vmstat",
    "w wait wc whatis whereis which who whoami whois",
    "xfs_info xmllint xxd xzcat xzgrep xclip",
    "yamllint yes",
    "zcat zdiff zgrep zless zstdcat",
];

/// Commands whose name alone begins sentences, headings and columns of tables. Sorted.
static ENGLISH: Names<()> = Names::new(&[
    ("alertmanager", ()),
    ("alias", ()),
    ("alternatives", ()),
    ("apply", ()),
    ("arch", ()),
    ("arp", ()),
    ("at", ()),
    ("break", ()),
    ("bridge", ()),
    ("cat", ()),
    ("clear", ()),
    ("column", ()),
    ("comm", ()),
    ("command", ()),
    ("complete", ()),
    ("containerd", ()),
    ("continue", ()),
    ("convert", ()),
    ("cut", ()),
    ("date", ()),
    ("declare", ()),
    ("diff", ()),
    ("dig", ()),
    ("dirs", ()),
    ("dot", ()),
    ("echo", ()),
    ("etcd", ()),
    ("eval", ()),
    ("exec", ()),
    ("exit", ()),
    ("expand", ()),
    ("export", ()),
    ("expr", ()),
    ("false", ()),
    ("fetch", ()),
    ("file", ()),
    ("find", ()),
    ("fold", ()),
    ("free", ()),
    ("go", ()),
    ("groups", ()),
    ("halt", ()),
    ("hash", ()),
    ("head", ()),
    ("help", ()),
    ("history", ()),
    ("host", ()),
    ("hostname", ()),
    ("id", ()),
    ("init", ()),
    ("install", ()),
    ("jobs", ()),
    ("join", ()),
    ("kill", ()),
    ("last", ()),
    ("less", ()),
    ("let", ()),
    ("link", ()),
    ("local", ()),
    ("locate", ()),
    ("look", ()),
    ("make", ()),
    ("man", ()),
    ("more", ()),
    ("mount", ()),
    ("node", ()),
    ("paste", ()),
    ("patch", ()),
    ("perf", ()),
    ("ping", ()),
    ("prometheus", ()),
    ("quota", ()),
    ("read", ()),
    ("reboot", ()),
    ("reset", ()),
    ("return", ()),
    ("rev", ()),
    ("route", ()),
    ("screen", ()),
    ("script", ()),
    ("sensors", ()),
    ("service", ()),
    ("set", ()),
    ("shift", ()),
    ("shutdown", ()),
    ("sleep", ()),
    ("sort", ()),
    ("source", ()),
    ("split", ()),
    ("stat", ()),
    ("stress", ()),
    ("su", ()),
    ("swap", ()),
    ("tail", ()),
    ("test", ()),
    ("time", ()),
    ("timeout", ()),
    ("toolbox", ()),
    ("top", ()),
    ("touch", ()),
    ("trap", ()),
    ("tree", ()),
    ("true", ()),
    ("type", ()),
    ("unset", ()),
    ("uptime", ()),
    ("users", ()),
    ("w", ()),
    ("wait", ()),
    ("watch", ()),
    ("which", ()),
    ("who", ()),
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        assert!(ENGLISH.table().is_sorted_by(|(a, _), (b, _)| a < b));
        for (names, letter) in READERS.iter().zip('a'..='z') {
            assert!(names.split(' ').all(|name| name.starts_with(letter)), "{names}");
        }
    }
}
