//! The form of the tables.
//!
//! In: a tool's rule and arguments. Out: a verdict. Must not: hold rules.

use super::arguments::{Arguments, Word, listed};
use super::{DEPENDS, Effect, Judgement, NOT_KNOWN};

/// What decides on a command.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    /// Always the same.
    Is(Judgement),
    /// The next operand: names separated by blanks, and the rule for them. The name `-` stands for no further operand,
    /// `*` for any other.
    Verbs(&'static [(&'static str, Rule)]),
    /// A function, with the number of operands that were used up.
    Ask(fn(&Arguments<'_, '_>, usize) -> Verdict),
}

/// A tool of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tool {
    pub rule: Rule,
    /// Options, without dashes, whose value is the next word.
    pub valued: &'static str,
}

/// What is said of a command, and what of it has to be judged as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub judgement: Judgement,
    pub inner: Inner,
}

/// A command within the arguments of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Inner {
    None,
    /// The words from this place on are a command.
    Words(usize),
    /// The word at this place is shell text.
    Shell(usize),
}

impl Verdict {
    pub(super) const fn with(judgement: Judgement, inner: Inner) -> Self {
        Self { judgement, inner }
    }
}

impl From<Judgement> for Verdict {
    fn from(judgement: Judgement) -> Self {
        Self::with(judgement, Inner::None)
    }
}

pub(super) const READ: Rule = Rule::Is(Judgement::READ);

pub(super) const fn reads(why: &'static str) -> Rule {
    Rule::Is(Judgement::read(why))
}

pub(super) const fn changes(why: &'static str) -> Rule {
    Rule::Is(Judgement::change(why))
}

pub(super) const fn destroys(why: &'static str) -> Rule {
    Rule::Is(Judgement::destroy(why))
}

pub(super) const fn unknown(why: &'static str) -> Rule {
    Rule::Is(Judgement::unknown(why))
}

/// A tool whose operands decide. `valued` lists the options with values.
pub(super) const fn verbs(valued: &'static str, table: &'static [(&'static str, Rule)]) -> Tool {
    Tool {
        rule: Rule::Verbs(table),
        valued,
    }
}

/// A tool that a function decides on.
pub(super) const fn ask(valued: &'static str, function: fn(&Arguments<'_, '_>, usize) -> Verdict) -> Tool {
    Tool {
        rule: Rule::Ask(function),
        valued,
    }
}

/// The verdict of `rule`, whose operands begin with number `from`.
pub(super) fn decide(rule: &Rule, arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let mut rule = *rule;
    let mut number = from;
    loop {
        match rule {
            Rule::Is(judgement) => return judgement.into(),
            Rule::Ask(function) => return function(arguments, number),
            Rule::Verbs(table) => {
                let Some(next) = next_rule(table, arguments.operand(number)) else {
                    let help = arguments.has(&["--help", "--version"]) || arguments.text(number) == "help";
                    return if help {
                        Judgement::READ
                    } else if arguments.operand(number).is_some_and(|word| !word.certain) {
                        DEPENDS
                    } else {
                        NOT_KNOWN
                    }
                    .into();
                };
                rule = next;
                number += 1;
            }
        }
    }
}

/// The rule for `operand` in `table`.
pub(super) fn next_rule(table: &'static [(&'static str, Rule)], operand: Option<&Word<'_>>) -> Option<Rule> {
    let name = match operand {
        Some(word) if word.certain => word.text.as_ref(),
        Some(_) => "*",
        None => "-",
    };
    let find = |name: &str| {
        table
            .iter()
            .find(|(names, _)| listed(names, name))
            .map(|(_, rule)| *rule)
    };
    find(name).or_else(|| if name == "-" { None } else { find("*") })
}

/// The judgement, unless the command is only tried.
pub(super) fn unless_tried(judgement: Judgement, arguments: &Arguments<'_, '_>) -> Judgement {
    if judgement.effect == Effect::Read {
        return judgement;
    }
    let tried = match arguments.value_text("--dry-run") {
        // Helm and old versions of kubectl take it without a value.
        Some(value) => !matches!(value, "none" | "false"),
        None => arguments.has(&["--dry-run"]),
    };
    if tried { Judgement::READ } else { judgement }
}
