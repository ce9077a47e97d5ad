//! Programs that read their arguments as a command or as a program of another language.
//!
//! In: the name of a program. Out: how it reads its arguments. Must not: say anything about effects.

use super::names::Names;

/// How a program reads its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// As they are.
    Plain,
    /// The words after its own options and operands are a command.
    Wrapper(Wrapper),
    /// The word after an option with this letter is a program (`-c`).
    Shell,
    /// The first operand and all quoted words are a program, or the word after `-e` instead.
    FirstOperand,
    /// The word after one of these options is a program. An option in one word with its value is found too.
    AfterOption(&'static [&'static str]),
    /// Quoted words are programs.
    Quoted,
    /// All of them are read by somebody else.
    Everything,
    /// `kubectl` and its like: a command follows `--`, patches and templates follow options.
    Kubectl,
    /// `docker` and its like: a command follows the operands of `exec` and `run`.
    Container,
    /// A command follows `-exec`.
    Find,
}

/// A program that runs another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wrapper {
    /// Words of its own before the command, apart from options and their values.
    pub operands: u8,
    /// Letters of the short options, and whole long options after blanks, whose value is the next word.
    pub valued: &'static str,
    /// The command is read once more before it is run, by another shell.
    pub again: bool,
}

const fn wrapper(operands: u8, valued: &'static str) -> Reading {
    Reading::Wrapper(Wrapper {
        operands,
        valued,
        again: false,
    })
}

const fn again(operands: u8, valued: &'static str) -> Reading {
    Reading::Wrapper(Wrapper {
        operands,
        valued,
        again: true,
    })
}

/// How the program called `name`, a path or a bare name, reads its arguments.
pub(super) fn reading(name: &str) -> Reading {
    let name = base_name(name);
    PROGRAMS.find(name).copied().unwrap_or(Reading::Plain)
}

/// What stands after the last slash.
pub(super) fn base_name(path: &str) -> &str {
    match path.bytes().rposition(|byte| byte == b'/') {
        Some(slash) => path.get(slash + 1..).unwrap_or_default(),
        None => path,
    }
}

const SQL: &[&str] = &["-c", "--command", "-e", "--execute"];
const SCRIPT: &[&str] = &["-c", "-e", "-E", "-ne", "-pe", "-lne", "-ane", "-le", "--eval"];

/// Sorted by name.
static PROGRAMS: Names<Reading> = Names::new(&[
    ("[[", Reading::Everything),
    ("ansible", Reading::AfterOption(&["-a", "--args", "-m"])),
    ("ash", Reading::Shell),
    ("awk", Reading::FirstOperand),
    ("bash", Reading::Shell),
    ("builtin", wrapper(0, "")),
    ("caffeinate", wrapper(0, "")),
    ("chpst", wrapper(0, "uUbemdofcrp")),
    ("chronic", wrapper(0, "")),
    ("chroot", wrapper(1, "")),
    ("chrt", wrapper(1, "")),
    ("clickhouse-client", Reading::AfterOption(&["-q", "--query"])),
    ("command", wrapper(0, "")),
    ("coproc", wrapper(0, "")),
    ("cqlsh", Reading::AfterOption(SQL)),
    ("crictl", Reading::Container),
    ("ctr", Reading::Container),
    (
        "curl",
        Reading::AfterOption(&[
            "-d",
            "--data",
            "--data-raw",
            "--data-binary",
            "--data-urlencode",
            "--json",
        ]),
    ),
    ("dash", Reading::Shell),
    ("declare", Reading::Everything),
    ("doas", wrapper(0, "uC")),
    ("docker", Reading::Container),
    ("env", wrapper(0, "uC")),
    ("envdir", wrapper(1, "")),
    ("eval", again(0, "")),
    ("exec", wrapper(0, "a")),
    ("find", Reading::Find),
    ("flock", wrapper(1, "wEc")),
    ("fly", Reading::Container),
    ("fzf", Reading::AfterOption(&["--preview", "--bind"])),
    ("gawk", Reading::FirstOperand),
    ("gitlab-rails", Reading::AfterOption(&["runner", "r"])),
    ("gojq", Reading::FirstOperand),
    ("helm", Reading::AfterOption(&["--set", "--set-string", "--set-json"])),
    ("ionice", wrapper(0, "cnt")),
    ("jq", Reading::FirstOperand),
    ("knife", Reading::Everything),
    ("ksh", Reading::Shell),
    ("kubecolor", Reading::Kubectl),
    ("kubectl", Reading::Kubectl),
    ("let", Reading::Everything),
    ("logcli", Reading::Quoted),
    ("make", Reading::Everything),
    ("mariadb", Reading::AfterOption(SQL)),
    ("mawk", Reading::FirstOperand),
    ("mlr", Reading::Quoted),
    ("mongo", Reading::AfterOption(SCRIPT)),
    ("mongosh", Reading::AfterOption(SCRIPT)),
    ("mysql", Reading::AfterOption(SQL)),
    ("nerdctl", Reading::Container),
    ("nice", wrapper(0, "n")),
    ("nix-shell", Reading::AfterOption(&["--run", "--command"])),
    ("node", Reading::AfterOption(SCRIPT)),
    ("nohup", wrapper(0, "")),
    ("nsenter", wrapper(0, "tSG")),
    ("oc", Reading::Kubectl),
    ("ovsdb-client", Reading::Quoted),
    ("parallel", again(0, "jNn")),
    ("pdsh", Reading::Everything),
    ("perl", Reading::AfterOption(SCRIPT)),
    ("podman", Reading::Container),
    ("promtool", Reading::Quoted),
    ("proxychains", wrapper(0, "f")),
    ("psql", Reading::AfterOption(SQL)),
    ("pssh", Reading::Everything),
    ("python", Reading::AfterOption(SCRIPT)),
    ("python2", Reading::AfterOption(SCRIPT)),
    ("python3", Reading::AfterOption(SCRIPT)),
    ("rabbitmqctl", Reading::AfterOption(&["eval"])),
    ("rbash", Reading::Shell),
    ("redis-cli", Reading::AfterOption(&["--eval", "eval", "EVAL"])),
    ("rsync", Reading::Everything),
    ("ruby", Reading::AfterOption(SCRIPT)),
    ("runuser", Reading::Shell),
    ("salt", Reading::Everything),
    ("scp", Reading::Everything),
    ("script", Reading::AfterOption(&["-c", "--command"])),
    ("sed", Reading::FirstOperand),
    ("setsid", wrapper(0, "")),
    ("sh", Reading::Shell),
    ("sqlcmd", Reading::AfterOption(&["-Q", "-q"])),
    ("sqlite3", Reading::Quoted),
    ("ssh", again(1, "bcDEeFIiJLlmOopQRSWw")),
    ("sshpass", wrapper(0, "fdp")),
    ("stdbuf", wrapper(0, "ioe")),
    ("strace", wrapper(0, "aeEoOPpsSuX")),
    ("su", Reading::Shell),
    ("sudo", wrapper(0, "ugpCrtUDRTh")),
    ("systemd-run", wrapper(0, "pEGu")),
    ("taskset", wrapper(1, "")),
    ("time", wrapper(0, "fo")),
    ("timeout", wrapper(1, "ks")),
    ("tmux", Reading::Quoted),
    ("trap", Reading::FirstOperand),
    ("unshare", wrapper(0, "")),
    ("virsh", Reading::Quoted),
    ("virtctl", Reading::AfterOption(&["-c", "--command"])),
    ("watch", again(0, "nq")),
    ("xargs", again(0, "adEILnPs")),
    ("yq", Reading::FirstOperand),
    ("zsh", Reading::Shell),
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(PROGRAMS.table().is_sorted_by(|(a, _), (b, _)| a < b));
    }

    #[test]
    fn programs_are_found_by_name_and_path() {
        let cases = [
            ("bash", Reading::Shell),
            ("/bin/bash", Reading::Shell),
            ("oc", Reading::Kubectl),
            ("cat", Reading::Plain),
            ("", Reading::Plain),
            ("bash/", Reading::Plain),
        ];
        for (name, expect) in cases {
            assert_eq!(reading(name), expect, "{name:?}");
        }
    }
}
