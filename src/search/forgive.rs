//! What to try when nothing was found as it was typed.
//!
//! In: a clause that no document answers. Out: columns for what was probably meant, and what to say about it. Must not:
//! suggest a word that stands only in documents that the reader does not see.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;

use super::form::Form;
use super::marks::Terms;
use super::query::Clause;
use super::results::Forgiven;
use super::score::{Column, Gauge};
use super::typo::{self, Near};
use super::zone::Zones;

/// How many corrections of a word are named.
const NAMED: usize = 3;

/// The shortest word whose beginning may have a slip.
const MIN_BEGINNING: usize = 5;

/// The shortest word that a few hits do not prove right.
const MIN_DOUBTFUL: usize = 6;

/// How many times more frequent a word must be to be meant instead of one that exists.
const FAR_MORE: u32 = 10;

/// What is used in place of clauses as they were typed.
#[derive(Debug, Default)]
pub(super) struct Relaxed {
    pub(super) columns: Vec<Column>,
    pub(super) forgiven: Vec<Forgiven>,
    pub(super) terms: Terms,
}

impl Relaxed {
    /// What is used for `clause`, which answers with `column`: that, if any document does; else what was probably meant.
    pub(super) fn add(&mut self, gauge: &Gauge<'_>, clause: &Clause, column: Column) -> io::Result<()> {
        let hardly_begun = clause.word.as_ref().is_some_and(Form::is_hardly_begun);
        if column.seen > 0 && !hardly_begun {
            self.terms.add(clause);
            self.columns.push(column);
            return Ok(());
        }
        if let Some(word) = &clause.word
            && (self.begun(gauge, clause)? || self.typo(gauge, clause, word, false)?)
        {
            return Ok(());
        }
        if !clause.sequence.is_empty() {
            let typed = clause.typed.clone();
            self.forgiven.push(Forgiven::Apart { typed });
            for part in clause.apart() {
                let column = gauge.clause(&part)?;
                self.add(gauge, &part, column)?;
            }
            return Ok(());
        }
        if let Some(word) = &clause.word
            && word.beginning().is_some()
            && word.text().len() >= MIN_BEGINNING
            && self.typo(gauge, clause, word, true)?
        {
            return Ok(());
        }
        self.terms.add(clause);
        self.columns.push(column);
        Ok(())
    }

    /// Takes a word for the beginning of others.
    fn begun(&mut self, gauge: &Gauge<'_>, clause: &Clause) -> io::Result<bool> {
        let open = clause.opened();
        let column = gauge.clause(&open)?;
        if column.seen == 0 {
            return Ok(false);
        }
        // Nobody wonders that a word which is still being typed finds longer ones.
        if !clause.word.as_ref().is_some_and(Form::is_open) {
            let typed = clause.typed.clone();
            self.forgiven.push(Forgiven::Begun { typed });
        }
        self.terms.add(&open);
        self.columns.push(column);
        Ok(true)
    }

    /// Takes a word for another one with a slip in it, or with `is_open` for the beginning of one.
    fn typo(&mut self, gauge: &Gauge<'_>, clause: &Clause, word: &Form, is_open: bool) -> io::Result<bool> {
        let used = corrections(gauge, clause.zones, word, is_open)?;
        if used.is_empty() {
            return Ok(false);
        }
        let words: Vec<&str> = used.iter().map(|(_, word)| word.as_str()).collect();
        self.columns.push(gauge.instead(clause.zones, &words)?);
        self.terms.add_words(&words);
        self.name(&clause.typed, &used);
        Ok(true)
    }

    /// What is used for a clause that hardly any document answers: that, and a far more frequent word one slip away.
    pub(super) fn widen(&mut self, gauge: &Gauge<'_>, clause: &Clause, column: Column) -> io::Result<()> {
        self.terms.add(clause);
        let doubtful = |word: &&Form| clause.sequence.is_empty() && word.text().chars().count() >= MIN_DOUBTFUL;
        let mut used = BTreeMap::new();
        if let Some(word) = clause.word.as_ref().filter(doubtful) {
            used = near(gauge, clause.zones, &mut Near::new(word.text(), 1), false)?;
            used.retain(|_, (_, count)| *count >= FAR_MORE * column.seen.max(1));
        }
        if used.is_empty() {
            self.columns.push(column);
            return Ok(());
        }
        let used = frequent_first(used);
        let words: Vec<&str> = used.iter().map(|(_, word)| word.as_str()).collect();
        let instead = gauge.instead(clause.zones, &words)?;
        self.columns.push(column.or(instead));
        self.terms.add_words(&words);
        self.name(&clause.typed, &used);
        Ok(())
    }

    fn name(&mut self, typed: &str, used: &[(u32, String)]) {
        let mut named: Vec<String> = Vec::new();
        for (_, word) in used {
            // `alertmanager` says it all when `alertmanagerfailedreload` was found too.
            if named.len() < NAMED && !named.iter().any(|named| word.starts_with(named.as_str())) {
                named.push(word.clone());
            }
        }
        self.forgiven.push(Forgiven::Typo {
            typed: typed.to_owned(),
            used: named,
        });
    }
}

/// The nearest words that exist for the reader, most frequent first.
fn corrections(gauge: &Gauge<'_>, zones: Zones, word: &Form, is_open: bool) -> io::Result<Vec<(u32, String)>> {
    let allowed = match typo::allowed(word.text().chars().count()) {
        0 => return Ok(Vec::new()),
        allowed if is_open => allowed.min(1),
        allowed => allowed,
    };
    let mut near = near(gauge, zones, &mut Near::new(word.text(), allowed), is_open)?;
    let least = near.values().map(|(distance, _)| *distance).min();
    near.retain(|_, (distance, _)| Some(*distance) == least);
    Ok(frequent_first(near))
}

fn frequent_first(words: BTreeMap<String, (usize, u32)>) -> Vec<(u32, String)> {
    let mut words: Vec<_> = words.into_iter().map(|(word, (_, count))| (count, word)).collect();
    // Stable: equal counts stay in the order of the words.
    words.sort_by_key(|(count, _)| Reverse(*count));
    words
}

/// Near words that exist for the reader, each with its distance and in how many places it stands.
fn near(gauge: &Gauge<'_>, zones: Zones, near: &mut Near, is_open: bool) -> io::Result<BTreeMap<String, (usize, u32)>> {
    let mut words: BTreeMap<String, (usize, u32)> = BTreeMap::new();
    for (living, scope) in gauge.parts.iter().zip(gauge.scopes) {
        let dictionary = &living.part.dictionary;
        for (number, distance) in dictionary.near(near, is_open) {
            let count = living.part.count(number, zones, &scope.seen)?;
            if count > 0 {
                let word = words.entry(dictionary.word(number).to_owned());
                word.or_insert((distance, 0)).1 += count;
            }
        }
    }
    Ok(words)
}
