//! What programs do with their arguments and with what they read, as far as inserted values are concerned.
//!
//! In: the name of a command. Out: whether a value has to be plain there. Must not: repeat what the shell lexer knows of
//! programs that run other programs.

/// How a command treats its arguments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Arguments {
    /// As they are.
    #[default]
    AsTheyAre,
    /// Where an argument begins, as a name of a variable, whose index is computed.
    Names,
    /// As something to compute or to run, here or on another host.
    Evaluated,
}

/// How the command called `name` treats its arguments.
pub(super) fn arguments(name: &str) -> Arguments {
    match name {
        "export" | "local" | "readonly" => Arguments::Names,
        // `[[ x -eq 1 ]]` computes, and computing an index runs what stands in it.
        "[" | "[[" | "alias" | "declare" | "getopts" | "let" | "mapfile" | "read" | "readarray" | "test"
        | "typeset" | "unset" | "wait" => Arguments::Evaluated,
        // To the shell of the other host.
        "clush" | "mosh" | "pdsh" | "rsync" | "scp" | "sftp" | "ssh" | "sshpass" => Arguments::Evaluated,
        // Into a recipe or a template.
        "ansible" | "ansible-playbook" | "gmake" | "just" | "make" | "osism" | "task" => Arguments::Evaluated,
        "at" | "batch" | "crontab" | "entr" | "screen" => Arguments::Evaluated,
        _ => Arguments::AsTheyAre,
    }
}

/// True for words that name an interpreter, wherever they stand: `lxc exec web -- sh -c '<command>'`.
pub(super) fn is_interpreter(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    matches!(
        name,
        "ash"
            | "bash"
            | "dash"
            | "eval"
            | "ksh"
            | "mariadb"
            | "mysql"
            | "node"
            | "perl"
            | "psql"
            | "python"
            | "python3"
            | "ruby"
            | "sh"
            | "sqlite3"
            | "ssh"
            | "su"
            | "xargs"
            | "zsh"
    )
}

/// True for commands that do not run what they read.
pub(super) fn only_reads(name: &str) -> bool {
    #[rustfmt::skip]
    const READERS: &[&str] = &[
        "awk", "base64", "cat", "column", "cut", "diff", "egrep", "env", "fgrep", "grep", "gunzip", "gzip", "head", "jq",
        "less", "md5sum", "more", "nl", "od", "openssl", "sed", "sha256sum", "sort", "sudo", "tail", "tee", "time", "tr",
        "uniq", "wc", "xxd", "yq", "zcat", "zgrep",
    ];
    READERS.contains(&name)
}
