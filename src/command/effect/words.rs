//! One simple command, its wrappers and what it runs.
//!
//! In: words. Out: a judgement, and texts that a shell reads once more. Must not: read text itself.

use super::super::interpreter::{self, Reading, Wrapper, base_name};
use super::arguments::{Arguments, Word};
use super::rule::{Inner, decide};
use super::tools::{find, fixed};
use super::{DEPENDS, Effect, Judgement, NOT_KNOWN};

/// How many commands may run each other in one, apart from wrappers.
const MAX_DEPTH: usize = 8;

/// What the command made of `words` does. Texts for another shell are added to `texts`. `fed`: it reads what another
/// command or a heredoc gives it.
pub(super) fn judge(words: &[Word<'_>], fed: bool, texts: &mut Vec<String>) -> Judgement {
    let Some(mut at) = words.iter().position(|word| word.command) else {
        return Judgement::READ;
    };
    let mut total = Judgement::READ;
    let mut again = false;
    let mut depth = 0;
    while let Some((word, rest)) = words.get(at..).and_then(<[_]>::split_first) {
        if word.text.starts_with("$(") || word.text.starts_with('`') {
            return total.worst(Judgement::unknown("runs what another command prints"));
        }
        if again && word.quoted && word.text.contains(|c: char| c.is_whitespace() || ";|&$".contains(c)) {
            texts.push(joined(words.get(at..).unwrap_or_default()));
            return total;
        }
        if !word.certain {
            return total.worst(DEPENDS);
        }
        let name = base_name(&word.text);
        if let Reading::Wrapper(wrapper) = interpreter::reading(name) {
            if name == "command"
                && rest
                    .first()
                    .is_some_and(|option| matches!(option.text.as_ref(), "-v" | "-V"))
            {
                return total;
            }
            again |= wrapper.again;
            at += 1 + own_words(wrapper, rest);
            if at >= words.len() {
                return total.worst(opens(name));
            }
            continue;
        }
        if let [only] = rest
            && matches!(only.text.as_ref(), "--help" | "--version")
        {
            return total;
        }
        let Some(tool) = find(name) else {
            let judgement = fixed(name).unwrap_or_else(|| {
                if name.starts_with("gather_") {
                    Judgement::READ
                } else if word.text.contains('/') || name.ends_with(".sh") || name.ends_with(".py") {
                    Judgement::unknown("runs a script")
                } else {
                    NOT_KNOWN
                }
            });
            return total.worst(judgement);
        };
        let arguments = Arguments::new(rest, tool.valued, fed);
        let mut verdict = decide(&tool.rule, &arguments, 0);
        let helps = verdict.inner == Inner::None && rest.last().is_some_and(|word| word.text == "--help");
        if helps && verdict.judgement.effect != Effect::Unknown {
            verdict.judgement = Judgement::READ;
        }
        total = total.worst(verdict.judgement);
        match verdict.inner {
            Inner::None => return total,
            Inner::Words(inner) => {
                at += 1 + inner;
                depth += 1;
                if depth > MAX_DEPTH {
                    return total.worst(Judgement::unknown("too deeply nested"));
                }
            }
            Inner::Shell(inner) => {
                match rest.get(inner) {
                    Some(text) => texts.push(text.text.clone().into_owned()),
                    None => total = total.worst(NOT_KNOWN),
                }
                return total;
            }
        }
        // A shell that was opened for the command.
        if at >= words.len() {
            return total;
        }
    }
    total
}

/// What a wrapper without a command does.
fn opens(name: &str) -> Judgement {
    match name {
        "sudo" | "ssh" | "chroot" | "nsenter" | "doas" | "unshare" => Judgement::read("opens a shell"),
        "eval" | "parallel" => Judgement::unknown("runs what it is given"),
        _ => Judgement::READ,
    }
}

/// How many of `words` are options and operands of the wrapper itself.
fn own_words(wrapper: Wrapper, words: &[Word<'_>]) -> usize {
    let mut operands = wrapper.operands;
    let mut value = false;
    let mut own = |word: &Word<'_>| {
        if std::mem::take(&mut value) {
            return true;
        }
        if let Some(option) = word.text.strip_prefix('-') {
            let last = option.chars().last();
            value = !option.starts_with('-') && last.is_some_and(|letter| wrapper.valued.contains(letter));
            return true;
        }
        // `env X=1 command`.
        if !word.quoted && word.text.split_once('=').is_some_and(|(name, _)| is_name(name)) {
            return true;
        }
        let own = operands > 0;
        operands = operands.saturating_sub(1);
        own
    };
    words.iter().take_while(|word| own(word)).count()
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn joined(words: &[Word<'_>]) -> String {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_ref()).collect();
    texts.join(" ")
}
