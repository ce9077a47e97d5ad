//! Prompts before commands.
//!
//! In: a line. Out: its prompt. Must not: decide what a `#` or `>` that could be text as well means; the block decides.

use super::super::fit::{Fit, fit};

/// The longest prompt, in bytes.
const MAX_PROMPT: usize = 80;

/// A prompt at the beginning of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prompt {
    /// Its length in bytes, with the indentation before it and the blanks after it.
    pub length: usize,
    pub kind: PromptKind,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PromptKind {
    /// A shell, without doubt.
    Shell,
    /// `# `: a root shell, or a comment.
    Root,
    /// `> `, `quote> `: a shell that waits for more, or text.
    More,
    /// A database that reads SQL.
    Sql,
    /// `-> `: a database that waits for more.
    MoreSql,
    /// Ceph, whose commands are its verbs.
    Ceph,
    /// `oc`.
    Oc,
    /// Redis.
    Redis,
    /// Another interpreter.
    Other,
}

impl PromptKind {
    /// True if a command follows without doubt.
    pub(super) fn is_sure(self) -> bool {
        !matches!(self, Self::Root | Self::More | Self::MoreSql)
    }
}

/// The prompt of `line`.
pub(super) fn prompt(line: &str) -> Option<Prompt> {
    let text = line.trim_ascii_start();
    let indent = line.len() - text.len();
    let found = match text.bytes().next()? {
        b'$' if text.starts_with("$> ") => Some((2, PromptKind::Shell)),
        b'$' => dollar(text),
        b'#' => mark(text, 1, PromptKind::Root),
        b'>' if text.starts_with(">>> ") => Some((4, PromptKind::Other)),
        b'>' => mark(text, 1, PromptKind::More),
        b'-' => mark(text, 2, PromptKind::MoreSql).filter(|_| text.starts_with("->")),
        b'%' => mark(text, 1, PromptKind::Shell).filter(|(length, _)| is_command(text, *length)),
        b'[' => bracketed(text),
        b'(' => environment(text),
        b'/' | b'~' => path(text),
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => named(text),
        0x80.. => arrow(text),
        _ => None,
    };
    let (length, kind) = found?;
    let skip_blanks = |length: usize| {
        let rest = text.get(length..).unwrap_or_default();
        length + rest.len() - rest.trim_ascii_start().len()
    };
    let mut length = skip_blanks(length);
    // `user@host:~$ $ ls`: one of them was pasted.
    if kind == PromptKind::Shell && text.get(length..).is_some_and(|rest| rest.starts_with("$ ")) {
        length = skip_blanks(length + 2);
    }
    Some(Prompt {
        length: indent + length,
        kind,
    })
}

type Found = Option<(usize, PromptKind)>;

/// The first `length` bytes if a blank or the end follows them.
fn mark(text: &str, length: usize, kind: PromptKind) -> Found {
    let next = text.as_bytes().get(length);
    matches!(next, None | Some(b' ' | b'\t')).then_some((length, kind))
}

fn is_command(text: &str, from: usize) -> bool {
    let rest = text.get(from..).unwrap_or_default();
    matches!(
        fit(rest),
        Fit::Command | Fit::Alone | Fit::Path | Fit::Assigns | Fit::Reserved
    )
}

fn dollar(text: &str) -> Found {
    mark(text, 1, PromptKind::Shell).or_else(|| {
        // `$oc get pods`: the blank was forgotten. `$VAR` is not written like this.
        let rest = text.get(1..)?;
        let of_command = rest.starts_with(|c: char| c.is_ascii_lowercase()) && fit(rest) == Fit::Command;
        let assigns = rest.starts_with(|c: char| c.is_ascii_uppercase()) && fit(rest) == Fit::Assigns;
        (of_command || assigns || rest.starts_with("sudo ")).then_some((1, PromptKind::Shell))
    })
}

/// `[root@node ~]# `, `[core@master-0 ~]$ `.
fn bracketed(text: &str) -> Found {
    let close = text.bytes().take(MAX_PROMPT).position(|byte| byte == b']')?;
    let inner = text.get(1..close)?;
    let rest = text.get(close + 1..)?;
    let blank = usize::from(rest.starts_with(' '));
    if !rest.get(blank..)?.starts_with(['#', '$', '%', '>']) {
        return None;
    }
    let length = close + 2 + blank;
    let found = mark(text, length, PromptKind::Shell)?;
    (inner.contains('@') || inner.contains('~') || is_command(text, length)).then_some(found)
}

/// `(venv) $ `, `(venv) user@host:~$ `.
fn environment(text: &str) -> Found {
    let close = text.bytes().take(MAX_PROMPT).position(|byte| byte == b')')?;
    let after = text.get(close + 1..)?;
    let rest = after.trim_ascii_start();
    let before = text.len() - rest.len();
    let (length, kind) = match rest.bytes().next()? {
        b'$' | b'%' => mark(rest, 1, PromptKind::Shell),
        b'#' => mark(rest, 1, PromptKind::Shell).filter(|_| is_command(rest, 1)),
        b'[' => bracketed(rest),
        b'a'..=b'z' | b'A'..=b'Z' => named(rest),
        _ => None,
    }?;
    Some((before + length, kind))
}

/// `/ # `, `/app $ `, `~ $ `, `~# `.
fn path(text: &str) -> Found {
    let word = text.split(' ').next()?;
    if let Some(path) = word.strip_suffix(['#', '$']) {
        let of_path = path.bytes().all(is_of_path);
        return mark(text, word.len(), PromptKind::Shell).filter(|_| of_path && is_command(text, word.len()));
    }
    if word == "~" && is_command(text, 1) {
        return mark(text, 1, PromptKind::Shell);
    }
    if !word.bytes().all(is_of_path) {
        return None;
    }
    let rest = text.get(word.len()..)?;
    let length = word.len() + 2;
    if rest.starts_with(" #") || rest.starts_with(" $") || rest.starts_with(" %") {
        mark(text, length, PromptKind::Shell).filter(|_| is_command(text, length) || text.len() == length)
    } else {
        None
    }
}

fn is_of_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'~' | b'.' | b'_' | b'-')
}

/// A prompt that begins with a name: of a shell, a user, a host, a database.
fn named(text: &str) -> Found {
    let end = text
        .bytes()
        .take(MAX_PROMPT)
        .position(|byte| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'='));
    let end = end.unwrap_or(text.len().min(MAX_PROMPT));
    if text.as_bytes().get(end) == Some(&b'=') {
        // `postgres=# `, `postgres=> `.
        let after = text.get(end + 1..)?;
        let signed = after.starts_with("# ") || after.starts_with("> ") || matches!(after, "#" | ">");
        return signed.then_some((end + 2, PromptKind::Sql));
    }
    if text.starts_with("PS ") {
        let close = text.bytes().take(MAX_PROMPT).position(|byte| byte == b'>')?;
        return mark(text, close + 1, PromptKind::Shell);
    }
    if text.starts_with("MariaDB [") || text.starts_with("MySQL [") {
        let close = text.bytes().take(MAX_PROMPT).position(|byte| byte == b'>')?;
        return mark(text, close + 1, PromptKind::Sql);
    }
    let word = text.get(..end)?;
    match word.bytes().last()? {
        b'#' | b'$' | b'%' | b'>' => of_word(text, word),
        // `root@host ~ # `, `host:~ # `, `user@host /path $ `.
        _ if word.contains('@') || word.contains(":~") || word.contains(":/") => {
            let mut words = text.split(' ').skip(1);
            let (second, third) = (words.next()?, words.next());
            let sign = matches!(second, "#" | "$" | "%" | ">");
            let length = if sign || (second.starts_with(['~', '/']) && second.ends_with(['#', '$', '%'])) {
                end + 1 + second.len()
            } else if second.starts_with(['~', '/']) && matches!(third, Some("#" | "$" | "%")) {
                end + second.len() + 3
            } else {
                return None;
            };
            Some((length, PromptKind::Shell))
        }
        _ => None,
    }
}

/// `text` begins with `word`, which ends with the sign of a prompt.
fn of_word(text: &str, word: &str) -> Found {
    let (name, sign) = word.split_at_checked(word.len() - 1)?;
    let length = word.len();
    let shell = |name: &str| {
        let version = ["sh-", "bash-", "zsh-", "ash-", "dash-", "ksh-"]
            .iter()
            .find_map(|shell| name.strip_prefix(shell));
        version.is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()))
    };
    if sign == ">" {
        let kind = match name {
            "mysql" | "mariadb" | "sqlite" | "cqlsh" | "psql" => PromptKind::Sql,
            "ceph" => PromptKind::Ceph,
            "oc" => PromptKind::Oc,
            "quote" | "dquote" | "bquote" | "heredoc" | "pipe" | "for" | "while" | "if" | "then" | "do" | "else"
            | "case" | "cmdsubst" | "subsh" | "cursh" => PromptKind::More,
            "redis" => PromptKind::Redis,
            "mongo" | "sftp" | "iex" | "scala" | "node" | "etcd" | "virsh" => PromptKind::Other,
            _ if name.starts_with("irb(") => PromptKind::Other,
            _ if name
                .rsplit_once(':')
                .is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())) =>
            {
                PromptKind::Redis
            }
            _ if name.contains('@') => PromptKind::Shell,
            _ => return None,
        };
        return mark(text, length, kind);
    }
    if shell(name) || (name.contains('@') && !name.ends_with('@')) {
        return mark(text, length, PromptKind::Shell);
    }
    // `postgres-# `: a database that waits for more.
    if sign == "#" && name.ends_with('-') {
        return mark(text, length, PromptKind::MoreSql);
    }
    // `node-1# `, `host:~$ `.
    let of_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'~' | b'/');
    let empty = (name.contains(":~") || name.contains(":/")) && text.len() == length;
    let plain = name.bytes().all(of_host) && (empty || is_command(text, length));
    mark(text, length, PromptKind::Shell).filter(|_| plain)
}

/// `➜  ~ `, `❯ `.
fn arrow(text: &str) -> Found {
    let rest = text.strip_prefix(['➜', '❯', 'λ', '»', '›'])?;
    let before = text.len() - rest.trim_ascii_start().len();
    let rest = rest.trim_ascii_start();
    let length = match rest.split_once(' ') {
        Some((word, _)) if !is_command(text, before) && is_command(rest, word.len()) => before + word.len() + 1,
        _ if is_command(text, before) => before,
        _ => return None,
    };
    Some((length, PromptKind::Shell))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_are_found() {
        use PromptKind::{Ceph, More, MoreSql, Oc, Other, Redis, Root, Shell, Sql};
        let cases = [
            ("$ oc get pods", Some((2, Shell))),
            ("  $ oc get pods", Some((4, Shell))),
            ("$", Some((1, Shell))),
            ("$   x", Some((4, Shell))),
            ("$oc get pods", Some((1, Shell))),
            ("$VAR get pods", None),
            ("$name", None),
            ("# kubectl get x", Some((2, Root))),
            ("# look at the pods", Some((2, Root))),
            ("#!/bin/sh", None),
            ("## x", None),
            ("> --flag", Some((2, More))),
            ("dquote> x", Some((8, More))),
            ("sh-4.4# ls", Some((8, Shell))),
            ("sh-5.1$ rados df", Some((8, Shell))),
            ("bash-5.1$ ls", Some((10, Shell))),
            ("[root@node ~]# ls", Some((15, Shell))),
            ("[core@master-0 ~]$ ls", Some((19, Shell))),
            ("[1/2] x", None),
            ("[INFO] # x", None),
            ("user@host:~$ ls", Some((13, Shell))),
            ("root@host:/path# ls", Some((17, Shell))),
            ("root@host ~ # ls", Some((14, Shell))),
            ("dragon@testbed-manager:~$ osism apply x", Some((26, Shell))),
            ("host:~ # ls", Some((9, Shell))),
            ("/ # ls", Some((4, Shell))),
            ("/app $ ls -l", Some((7, Shell))),
            ("/dev/sda # the first disk", None),
            ("node-1# systemctl status x", Some((8, Shell))),
            ("issue# 5 is open", None),
            ("oc> get pods", Some((4, Oc))),
            ("ceph> status", Some((6, Ceph))),
            ("127.0.0.1:6379> info", Some((16, Redis))),
            ("% kubectl get pods", Some((2, Shell))),
            ("% of all pods", None),
            ("mysql> SELECT 1;", Some((7, Sql))),
            ("MariaDB [(none)]> SHOW STATUS;", Some((18, Sql))),
            ("    -> FROM x;", Some((7, MoreSql))),
            ("postgres=# \\l", Some((11, Sql))),
            ("postgres-# FROM x", Some((11, MoreSql))),
            ("(venv) $ ls", Some((9, Shell))),
            ("(venv) user@host:~$ ls", Some((20, Shell))),
            ("(sum(rate(x)))", None),
            ("PS C:\\> kubectl get pods", Some((8, Shell))),
            ("$> ssh-keygen -l", Some((3, Shell))),
            ("user@host:~$ $ ls", Some((15, Shell))),
            ("~ kubectl get pods", Some((2, Shell))),
            ("node-1:~$", Some((9, Shell))),
            (">>> print(1)", Some((4, Other))),
            ("❯ kubectl get pods", Some((4, Shell))),
            ("➜  ~ kubectl get pods", Some((7, Shell))),
            ("kubectl get pods", None),
            ("X=1", None),
            ("a = b", None),
            ("name: x", None),
            ("", None),
            ("…", None),
        ];
        let mut wrong = String::new();
        for (line, expect) in cases {
            let found = prompt(line).map(|prompt| (prompt.length, prompt.kind));
            if found != expect {
                wrong += &format!("{line:?}: {found:?}, expected {expect:?}\n");
            }
        }
        assert!(wrong.is_empty(), "\n{wrong}");
    }
}
