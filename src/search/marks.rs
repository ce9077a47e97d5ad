//! What to mark in a text that was found.
//!
//! In: the clauses of a query as they were used. Out: [`Terms`], and the runs of a text that they mark. Must not: mark
//! part of a word.

use std::collections::HashMap;

use super::form::Form;
use super::query::Clause;
use super::words::{Parts, Run, Runs};
use super::zone::Tongue;

/// How many different words of a text are compared by their stems. Usual texts have some hundred, a hostile one may have
/// a hundred thousand, and stemming is what takes time: behind so many, words are marked only if spelled as asked.
const MAX_STEMMED: usize = 5_000;

/// The words that led to a hit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    words: Vec<Form>,
    /// Names and phrases.
    sequences: Vec<Vec<Form>>,
}

impl Terms {
    /// Adds what a clause looks for.
    pub(super) fn add(&mut self, clause: &Clause) {
        self.words.extend(clause.word.clone());
        self.sequences
            .extend(Some(clause.sequence.clone()).filter(|sequence| !sequence.is_empty()));
    }

    /// Adds words that were used in place of another one.
    pub(super) fn add_words(&mut self, words: &[&str]) {
        self.words.extend(words.iter().map(|word| Form::new(word, false)));
    }

    /// True if there is nothing to mark.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.sequences.is_empty()
    }

    /// How many different terms there are.
    pub(super) fn len(&self) -> usize {
        self.words.len() + self.sequences.len()
    }

    /// The runs of `text` to mark, in order, each with the number of its term.
    pub(super) fn find<'t>(&self, text: &'t str) -> Vec<(Run<'t>, usize)> {
        let mut found = Vec::new();
        if self.is_empty() {
            return found;
        }
        let mut known: HashMap<String, Option<usize>> = HashMap::new();
        let mut sequences: Vec<_> = self.sequences.iter().map(|forms| Sequence::new(forms)).collect();
        let mut parts = Parts::default();
        for run in Runs::new(text) {
            parts.fill(run.text);
            let mut names = parts.iter().chain(parts.tails());
            let term = names.find_map(|name| self.term(name, &mut known));
            found.extend(term.map(|term| (run, term)));
            for (number, sequence) in (self.words.len()..).zip(&mut sequences) {
                for part in parts.iter() {
                    sequence.read(part, run);
                }
                found.extend(sequence.complete().map(|run| (run, number)));
            }
        }
        found.sort_by_key(|(run, term)| (run.start, *term));
        found.dedup_by_key(|(run, _)| run.start);
        found
    }

    /// The first term that `word` agrees with. `known`: what was answered before.
    fn term(&self, word: &str, known: &mut HashMap<String, Option<usize>>) -> Option<usize> {
        if let Some(term) = known.get(word) {
            return *term;
        }
        if known.len() >= MAX_STEMMED {
            return self.words.iter().position(|form| form.text() == word);
        }
        let agrees = |form: &Form| Tongue::ALL.into_iter().any(|tongue| form.kind(word, tongue).is_some());
        let term = self.words.iter().position(agrees);
        known.insert(word.to_owned(), term);
        term
    }
}

/// A name or phrase while a text is read.
struct Sequence<'f, 't> {
    forms: &'f [Form],
    /// The runs that agree so far, one list for each place where it may have begun.
    begun: Vec<Vec<Run<'t>>>,
    complete: Vec<Run<'t>>,
}

impl<'f, 't> Sequence<'f, 't> {
    fn new(forms: &'f [Form]) -> Self {
        Self {
            forms,
            begun: Vec::new(),
            complete: Vec::new(),
        }
    }

    fn read(&mut self, part: &str, run: Run<'t>) {
        self.begun.push(Vec::new());
        let forms = self.forms;
        self.begun.retain_mut(|runs| {
            let agrees = forms.get(runs.len()).is_some_and(|form| form.is_same(part));
            runs.push(run);
            agrees
        });
        let complete = |runs: &mut Vec<Run<'t>>| runs.len() == forms.len();
        self.complete.extend(self.begun.extract_if(.., complete).flatten());
    }

    /// The runs of what was completed since the last call.
    fn complete(&mut self) -> impl Iterator<Item = Run<'t>> {
        self.complete.drain(..)
    }
}
