//! Whether words fit a tool.
//!
//! In: a tool's name and the words after it. Out: whether its tables know the verb. Must not: judge.

use super::NOT_KNOWN;
use super::arguments::{Arguments, Word};
use super::rule::{Rule, decide};
use super::tools::find;

/// What a tool's tables say of the words after its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Verbs {
    /// The tool has verbs, and this is one.
    Fit,
    /// The tool has verbs, and this is none.
    Odd,
    /// The tool has no verbs.
    None,
}

/// How many words are looked at.
const MAX_WORDS: usize = 12;

/// How `words` fit the tool called `name`.
pub(in super::super) fn verbs(name: &str, words: &[&str]) -> Verbs {
    let Some(tool) = find(name) else {
        return Verbs::None;
    };
    if matches!(tool.rule, Rule::Is(_)) {
        return Verbs::None;
    }
    let all: [Word<'_>; MAX_WORDS] = std::array::from_fn(|number| {
        let text = words.get(number).copied().unwrap_or_default();
        let text = text.trim_matches(['"', '\'']);
        Word {
            text: text.into(),
            certain: !text.contains(['$', '<', '`']),
            ..Word::default()
        }
    });
    let words = all.get(..words.len()).unwrap_or(&all);
    let arguments = Arguments::new(words, tool.valued, false);
    if decide(&tool.rule, &arguments, 0).judgement == NOT_KNOWN {
        Verbs::Odd
    } else if matches!(tool.rule, Rule::Verbs(_)) || name == "service" {
        Verbs::Fit
    } else {
        Verbs::None
    }
}
