//! Whether a line or a span of code is a command.
//!
//! In: text. Out: how well its first words fit a command that is known. Must not: read more than the beginning, or say
//! anything about effects.

use super::effect::{Verbs, is_english, is_known, verbs};
use super::interpreter::{self, Reading, base_name};
use super::lexer::{is_assignment, is_reserved};

/// How many words are looked at.
const MAX_WORDS: usize = 12;

/// How well a text fits a known command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// Its first word is no known command.
    Unknown,
    /// A known command whose verbs the next word is not among.
    Odd,
    /// A known command that is an English word too, and nothing that only a command would have.
    English,
    /// The name of a known command and nothing else.
    Alone,
    /// Only assignments.
    Assigns,
    /// Key words of the shell.
    Reserved,
    /// A path that begins with a dot or with variables.
    Path,
    /// A known command with something that fits.
    Command,
}

/// True if the text of a code span is a command, not only the name of one.
pub fn is_command(text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_prefix("$ ").unwrap_or(text);
    fit(text) == Fit::Command
}

/// How `text`, one line, fits.
pub(super) fn fit(text: &str) -> Fit {
    let mut words = text.split_ascii_whitespace();
    let mut before = Fit::Unknown;
    loop {
        let rest = words.clone();
        let Some(word) = words.next() else {
            return before;
        };
        let word = word.trim_start_matches(['(', '!']);
        if word.is_empty() || word == "{" {
            before = Fit::Reserved;
            continue;
        }
        if is_assignment(word) {
            let open = word.matches('<').count() > word.matches('>').count();
            if word.contains("$(") || word.contains('`') || has_open_quote(word) || word.contains("=(") || open {
                return Fit::Assigns;
            }
            before = Fit::Assigns;
            continue;
        }
        if is_reserved(word.trim_end_matches(';')) || word == "}" {
            match reserved(word.trim_end_matches(';'), words.clone()) {
                Some(fit) => return fit,
                None => {
                    before = Fit::Reserved;
                    continue;
                }
            }
        }
        if is_program_path(word) {
            return Fit::Path;
        }
        let name = word
            .split([';', '|', '&', '<', '>', '(', ')', '`', '"', '\''])
            .next()
            .unwrap_or_default();
        let cut = name.len() < word.len();
        let name = base_name(name);
        if let Reading::Wrapper(wrapper) = interpreter::reading(name) {
            let own = skip_own(wrapper, &mut words);
            let runs_output = |word: &str| word.starts_with("$(") || word.starts_with("\"$");
            if words.clone().next().is_some_and(runs_output) {
                return Fit::Command;
            }
            let english = is_english(name) && !own;
            return match fit_command(words.clone()) {
                None if own => Fit::Command,
                None | Some(Fit::Unknown | Fit::Alone | Fit::English) if english => Fit::English,
                None => Fit::Alone,
                Some(Fit::Unknown) if own => Fit::Command,
                Some(Fit::Unknown) => Fit::Odd,
                Some(Fit::Alone) => Fit::Command,
                Some(inner) => inner,
            };
        }
        return named(name, cut, rest);
    }
}

/// The fit of what a wrapper runs, if it runs anything. Wrappers within wrappers are not followed.
fn fit_command<'a>(mut words: impl Iterator<Item = &'a str> + Clone) -> Option<Fit> {
    let rest = words.clone();
    let word = words.next()?;
    Some(named(base_name(word.trim_matches(['\'', '"'])), false, rest))
}

/// True for words that follow the name of a command in sentences.
fn is_prose(word: &str) -> bool {
    matches!(
        word,
        "is" | "was"
            | "are"
            | "were"
            | "has"
            | "have"
            | "will"
            | "can"
            | "must"
            | "should"
            | "the"
            | "does"
            | "did"
            | "command"
    )
}

/// The fit of the command `name`, which is the first of `words`. `cut`: an operator touches it.
fn named<'a>(name: &str, cut: bool, words: impl Iterator<Item = &'a str> + Clone) -> Fit {
    if !is_known(name) {
        return Fit::Unknown;
    }
    let mut rest = [""; MAX_WORDS];
    let mut count = 0;
    for (slot, word) in rest.iter_mut().zip(words.skip(1)) {
        *slot = word;
        count += 1;
    }
    let rest = rest.get(..count).unwrap_or_default();
    let Some(first) = rest.first() else {
        return if cut { Fit::Command } else { Fit::Alone };
    };
    if matches!(*first, "|" | "||" | "&&" | ";" | "&" | ">" | ">>" | "<" | "#" | "\\") {
        return Fit::Command;
    }
    if is_prose(first) {
        return Fit::English;
    }
    match verbs(name, rest) {
        Verbs::Fit => return Fit::Command,
        Verbs::Odd => return Fit::Odd,
        Verbs::None => {}
    }
    if is_english(name) && !rest.iter().take(4).any(|word| tells(word)) {
        return Fit::English;
    }
    Fit::Command
}

/// True for words that only a command has: options, paths, variables, numbers.
fn tells(word: &str) -> bool {
    let option = word
        .strip_prefix('-')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-'));
    option
        || matches!(word, "|" | "||" | "&&" | ">" | ">>" | "." | "..")
        || word.contains(['/', '$', '<', '=', '"', '\'', '*', '|', '@'])
        || word.starts_with(|c: char| c.is_ascii_digit())
        || (word.contains('.') && !word.ends_with('.'))
        || (word.len() > 3 && is_known(word) && !is_english(word))
}

/// True for the path of a program: `./run.sh`, `/opt/x/bin/y`. Not for that of a directory or of a file of data.
fn is_program_path(word: &str) -> bool {
    let relative = ["./", "../", "~/"].iter().any(|start| word.starts_with(start));
    let data = [".yaml", ".yml", ".json", ".md", ".conf", ".log", ".txt", ":", ",", "/"];
    let script = word.ends_with(".sh") || word.ends_with(".py") || word.contains("bin/");
    (relative || (word.starts_with('/') && script)) && !data.iter().any(|end| word.ends_with(end))
}

fn has_open_quote(word: &str) -> bool {
    word.matches('"').count() % 2 == 1 || word.matches('\'').count() % 2 == 1
}

/// What follows the key word `word`: its fit, or `None` if the next word decides.
fn reserved<'a>(word: &str, mut next: impl Iterator<Item = &'a str>) -> Option<Fit> {
    let (first, second) = (next.next(), next.next());
    let known = match word {
        "for" | "select" => second == Some("in") || second.is_some_and(|second| second.starts_with("in;")),
        "case" => second == Some("in"),
        "function" => second.is_none_or(|second| second.starts_with(['{', '('])),
        "done" | "fi" | "esac" | "}" => first.is_none_or(|first| first.starts_with(['|', '&', ';', '<', '>', ')'])),
        "do" | "then" | "else" if first.is_none() => true,
        "if" | "while" | "until" | "elif" if first.is_some_and(|first| first.starts_with(['[', '('])) => true,
        _ => return None,
    };
    Some(if known { Fit::Reserved } else { Fit::Unknown })
}

/// Skips the options and operands of a wrapper itself. True if there are any.
fn skip_own<'a>(wrapper: interpreter::Wrapper, words: &mut (impl Iterator<Item = &'a str> + Clone)) -> bool {
    let mut operands = wrapper.operands;
    let mut value = false;
    let mut any = false;
    loop {
        let mut ahead = words.clone();
        let Some(word) = ahead.next() else {
            return any;
        };
        if std::mem::take(&mut value) || is_assignment(word) {
        } else if let Some(option) = word.strip_prefix('-') {
            let last = option.chars().last();
            value = !option.starts_with('-') && last.is_some_and(|letter| wrapper.valued.contains(letter));
        } else if operands > 0 {
            operands -= 1;
        } else {
            return any;
        }
        any = true;
        *words = ahead;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_names_and_prose() {
        let cases = [
            ("kubectl get pods", true),
            ("kubectl -n x get pods", true),
            ("kubectl", false),
            ("oc", false),
            ("oc adm drain <node>", true),
            ("kubectl command", false),
            ("helm chart", false),
            ("helm upgrade", true),
            ("ceph osd", false),
            ("ceph osd tree", true),
            ("ceph cluster", false),
            ("ceph-osd", false),
            ("git", false),
            ("git status", true),
            ("git repository", false),
            ("docker image", false),
            ("docker ps", true),
            ("etcd cluster", false),
            ("etcdctl endpoint health", true),
            ("systemctl restart kubelet", true),
            ("systemctl", false),
            ("top level", false),
            ("top -b -n1", true),
            ("find the pod", false),
            ("find / -name x", true),
            ("cat the file", false),
            ("cat /etc/hosts", true),
            ("cat values.yaml", true),
            ("kill the process", false),
            ("kill -9 1", true),
            ("kill <pid>", true),
            ("watch for changes", false),
            ("watch kubectl get pods", true),
            ("watch -n1 date", true),
            ("time to live", false),
            ("time kubectl get pods", true),
            ("test the connection", false),
            ("test -f /x", true),
            ("set the value", false),
            ("set -x", true),
            ("sort order", false),
            ("sort -u x", true),
            ("service account", false),
            ("service nginx restart", true),
            ("host name", false),
            ("host example.org", true),
            ("who am i", false),
            ("make sure", false),
            ("sudo kubectl get pods", true),
            ("sudo", false),
            ("$ kubectl get pods", true),
            ("X=1 kubectl get pods", true),
            ("X=1", false),
            ("journalctl -u kubelet", true),
            ("grep -r x .", true),
            ("ls", false),
            ("ls -l", true),
            ("for i in a b; do echo $i; done", false),
            ("spec.replicas", false),
            ("status: Ready", false),
            ("", false),
            ("openstack server show x", true),
            ("openstack server", false),
            ("osism apply x", true),
            ("flux system", false),
            ("flux reconcile source git x", true),
            ("vault status", true),
            ("kind of", false),
            ("kubectl runbook deploy/x", true),
            ("ssh node-1 uptime", true),
            ("rm -rf /x", true),
        ];
        let mut wrong = String::new();
        for (input, expect) in cases {
            if is_command(input) != expect {
                wrong += &format!("{input:?} {:?}\n", fit(input));
            }
        }
        assert!(wrong.is_empty(), "\n{wrong}");
    }
}
