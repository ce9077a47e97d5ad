//! The words of one simple command.
//!
//! In: words. Out: the command's operands and options. Must not: know any tool.

use std::borrow::Cow;

/// A word without its quotes.
#[derive(Clone, Debug, Default)]
pub(super) struct Word<'a> {
    /// Its text; variables and placeholders as they are written.
    pub text: Cow<'a, str>,
    /// It has no variable, placeholder or substitution.
    pub certain: bool,
    /// It begins with a quote mark.
    pub quoted: bool,
    /// It names a command.
    pub command: bool,
    /// It is the target of a redirection: `Some(true)` if it is written to.
    pub target: Option<bool>,
}

/// A command and its words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arguments<'w, 'a> {
    /// The words after the command.
    pub words: &'w [Word<'a>],
    /// Other commands feed it.
    pub piped: bool,
    valued: &'static str,
}

impl<'w, 'a> Arguments<'w, 'a> {
    /// `valued` lists the options, without dashes, whose value is the next word.
    pub(super) fn new(words: &'w [Word<'a>], valued: &'static str, piped: bool) -> Self {
        Self { words, piped, valued }
    }

    /// The `number`th operand, from 0.
    pub(super) fn operand(&self, number: usize) -> Option<&'w Word<'a>> {
        self.operands().nth(number).map(|(_, word)| word)
    }

    /// The operands with their places in `words`.
    fn operands(&self) -> impl Iterator<Item = (usize, &'w Word<'a>)> {
        let valued = self.valued;
        let mut value_follows = false;
        let mut ended = false;
        self.words.iter().enumerate().filter(move |(_, word)| {
            let text = word.text.as_ref();
            if ended || std::mem::take(&mut value_follows) {
                return false;
            }
            let Some(option) = text.strip_prefix('-').filter(|option| !option.is_empty()) else {
                return true;
            };
            ended = option == "-" && !valued.is_empty();
            let name = option.strip_prefix('-').unwrap_or(option);
            value_follows = !name.contains('=') && listed(valued, name);
            false
        })
    }

    /// The text of the `number`th operand, empty without one.
    pub(super) fn text(&self, number: usize) -> &'w str {
        self.operand(number).map_or("", |word| word.text.as_ref())
    }

    /// True if one of `options` is given, alone or with `=` and a value.
    pub(super) fn has(&self, options: &[&str]) -> bool {
        self.words.iter().any(|word| {
            let text = word.text.as_ref();
            text.starts_with('-') && options.iter().any(|option| is_option(text, option))
        })
    }

    /// True if the short option `letter` is given, also among others: `-rf`.
    pub(super) fn has_letter(&self, letter: char) -> bool {
        self.words.iter().any(|word| {
            word.text
                .strip_prefix('-')
                .is_some_and(|option| !option.starts_with('-') && option.contains(letter))
        })
    }

    /// The value of `option`, behind `=` or in the next word.
    pub(super) fn value(&self, option: &str) -> Option<&'w Word<'a>> {
        let mut words = self.words.iter();
        let word = words.find(|word| is_option(word.text.as_ref(), option))?;
        if word.text.len() > option.len() {
            Some(word)
        } else {
            words.next()
        }
    }

    /// The text of the value of `option`, without the option.
    pub(super) fn value_text(&self, option: &str) -> Option<&'w str> {
        let word = self.value(option)?;
        let text = word.text.as_ref();
        Some(
            text.strip_prefix(option)
                .and_then(|rest| rest.strip_prefix('='))
                .unwrap_or(text),
        )
    }

    /// The place in `words` after the first that is `text`.
    pub(super) fn after(&self, text: &str) -> Option<usize> {
        self.words.iter().position(|word| word.text == text).map(|at| at + 1)
    }

    /// The place in `words` of the `number`th operand.
    pub(super) fn place(&self, number: usize) -> Option<usize> {
        self.operands().nth(number).map(|(place, _)| place)
    }
}

fn is_option(text: &str, option: &str) -> bool {
    text.strip_prefix(option)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
}

/// True if `name` is one of the words of `list`, which are separated by single blanks.
pub(super) fn listed(list: &str, name: &str) -> bool {
    let name = name.as_bytes();
    let Some(first) = name.first() else {
        return false;
    };
    let mut rest = list.as_bytes();
    while rest.len() >= name.len() {
        if rest.first() == Some(first)
            && let Some(after) = rest.strip_prefix(name)
            && after.first().is_none_or(|byte| *byte == b' ')
        {
            return true;
        }
        let Some(blank) = rest.iter().position(|byte| *byte == b' ') else {
            return false;
        };
        rest = rest.get(blank + 1..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Word<'_>> {
        text.split(' ')
            .map(|text| Word {
                text: text.into(),
                certain: true,
                ..Word::default()
            })
            .collect()
    }

    #[test]
    fn operands_are_told_from_options_and_their_values() {
        let cases = [
            ("get pods", "get|pods"),
            ("-n x get pods -o yaml", "get|pods"),
            ("--namespace x --context=y get", "get"),
            ("exec x -- rm y", "exec|x"),
            ("- x", "-|x"),
        ];
        for (input, expect) in cases {
            let words = words(input);
            let arguments = Arguments::new(&words, "n o namespace context", false);
            let operands: Vec<_> = (0..9)
                .filter_map(|n| arguments.operand(n))
                .map(|w| w.text.as_ref())
                .collect();
            assert_eq!(operands.join("|"), expect, "{input:?}");
        }
    }

    #[test]
    fn options_have_values_in_both_forms() {
        let words = words("-rf --x=1 --y 2");
        let arguments = Arguments::new(&words, "", false);
        assert_eq!(arguments.value_text("--x"), Some("1"));
        assert_eq!(arguments.value_text("--y"), Some("2"));
        assert_eq!(arguments.value_text("--z"), None);
        assert!(arguments.has(&["--x"]) && arguments.has_letter('f') && !arguments.has(&["-r"]));
    }

    #[test]
    fn lists_hold_whole_words() {
        let cases = [
            ("a", true),
            ("bc", true),
            ("d", true),
            ("b", false),
            ("c", false),
            ("", false),
            ("a bc", true),
        ];
        for (name, expect) in cases {
            assert_eq!(listed("a bc d", name), expect, "{name:?}");
        }
    }
}
