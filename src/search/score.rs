//! How well a document answers one clause of a query.
//!
//! In: the words that agree, and where they stand. Out: a [`Column`]: a number for each document. Must not: let anything
//! but the document itself and the documents that the reader sees change the number.
//!
//! A clause is worth `zone + tf / (tf + norm)`: the best zone it was found in, then BM25 for how often it stands in the
//! text. The last summand is below 1 and the steps between zones are 1 and more, so a title beats any number of
//! mentions. The clause's rarity among the documents that are seen (`idf`) multiplies both. The length that `norm`
//! compares with is fixed and no average: an average would change with documents that the reader does not see.

use std::io;

use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;

use super::dictionary::{Dictionary, Found};
use super::form::{Form, Kind};
use super::index::Living;
use super::query::Clause;
use super::scope::Scope;
use super::sequence;
use super::zone::{Zone, Zones};

/// BM25: how soon further mentions stop counting.
const K1: f32 = 1.2;

/// BM25: how much the length of the text matters. Little: a long runbook is not a diluted one.
const B: f32 = 0.3;

/// The usual length of a runbook, in bytes.
const TYPICAL: f32 = 3_000.0;

/// What it is worth to be found in a zone. Zones without a worth count mentions.
fn worth(zone: Zone) -> f32 {
    match zone {
        Zone::Whole => 8.0,
        Zone::Title | Zone::Alert => 4.0,
        Zone::Name => 3.5,
        Zone::Heading => 2.0,
        Zone::Label => 1.5,
        Zone::Command | Zone::Body => 0.0,
    }
}

/// What part of that remains when another word is found.
fn closeness(kind: Kind) -> f32 {
    match kind {
        Kind::Exact => 1.0,
        Kind::Stem => 0.9,
        Kind::Compound => 0.5,
        Kind::Prefix => 0.4,
        Kind::Typo => 0.3,
    }
}

/// The worth of one clause for all documents, part by part.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    /// For each part and document the worth; 0 where nothing was found.
    pub(super) parts: Vec<Vec<f32>>,
    /// In how many documents that are seen the clause was found.
    pub(super) seen: u32,
}

impl Column {
    /// How much the clause tells: little if it is everywhere. `documents`: how many are seen.
    pub(super) fn rarity(&self, documents: u32) -> f32 {
        let (all, with) = (documents as f32, self.seen as f32);
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }

    /// The better of both for each document.
    pub(super) fn or(mut self, other: Self) -> Self {
        if self.seen == 0 || other.seen == 0 {
            return if self.seen == 0 { other } else { self };
        }
        self.seen = 0;
        for (part, other) in self.parts.iter_mut().zip(&other.parts) {
            part.resize(part.len().max(other.len()), 0.0);
            part.iter_mut()
                .zip(other)
                .for_each(|(worth, other)| *worth = worth.max(*other));
            self.seen += count(part);
        }
        self
    }
}

/// How many documents answer.
fn count(worth: &[f32]) -> u32 {
    let found = worth.iter().filter(|worth| **worth > 0.0).count();
    u32::try_from(found).unwrap_or(u32::MAX)
}

/// What was found of a clause in a document so far.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    zone: f32,
    mentions: f32,
}

/// Looks clauses up in all parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gauge<'s> {
    pub(super) parts: &'s [Living],
    pub(super) scopes: &'s [Scope],
}

impl Gauge<'_> {
    /// A clause as it was typed, with other forms of its words.
    pub(super) fn clause(&self, clause: &Clause) -> io::Result<Column> {
        self.both(clause, Dictionary::agreeing)
    }

    /// What a clause excludes: its words and their forms, but nothing that they only begin or are contained in.
    pub(super) fn excluded(&self, clause: &Clause) -> io::Result<Column> {
        self.both(clause, Dictionary::forms)
    }

    /// The word of a clause; its sequence if it is a phrase, or a name that no document has.
    fn both(&self, clause: &Clause, find: impl Fn(&Dictionary, &Form) -> Vec<Found>) -> io::Result<Column> {
        let column = match &clause.word {
            None => Column::default(),
            Some(word) => self.column(|reading| {
                let found = find(&reading.living.part.dictionary, word);
                reading.words(clause.zones, &found)?;
                if clause.zones == Zones::TEXT {
                    let found: Vec<_> = found.into_iter().filter(|found| found.kind == Kind::Exact).collect();
                    reading.words(Zones::only(Zone::Whole), &found)?;
                }
                Ok(())
            })?,
        };
        // Whoever knows a name means it. Its parts one after the other are somebody else's words, and take long to find.
        if clause.sequence.is_empty() || column.seen > 0 {
            return Ok(column);
        }
        self.column(|reading| reading.sequence(clause.zones, &clause.sequence))
    }

    /// Exactly these words, found in place of another one that was typed.
    pub(super) fn instead(&self, zones: Zones, words: &[&str]) -> io::Result<Column> {
        self.column(|reading| {
            for word in words {
                let mut found = reading.living.part.dictionary.exact(word);
                found.iter_mut().for_each(|found| found.kind = Kind::Typo);
                reading.words(zones, &found)?;
            }
            Ok(())
        })
    }

    /// Documents of which `name` is a whole name.
    pub(super) fn whole(&self, name: &str) -> io::Result<Column> {
        self.column(|reading| {
            let found = reading.living.part.dictionary.exact(name);
            reading.words(Zones::only(Zone::Whole), &found)
        })
    }

    fn column(&self, mut fill: impl FnMut(&mut Reading<'_>) -> io::Result<()>) -> io::Result<Column> {
        let mut column = Column::default();
        for (living, scope) in self.parts.iter().zip(self.scopes) {
            let mut reading = Reading {
                living,
                scope,
                cells: Vec::new(),
                postings: None,
            };
            fill(&mut reading)?;
            let each = reading
                .cells
                .iter()
                .zip(&living.part.documents.lengths)
                .zip(&scope.seen);
            let worth: Vec<f32> = each
                .map(|((cell, length), seen)| if *seen { cell.worth(*length) } else { 0.0 })
                .collect();
            column.seen += count(&worth);
            column.parts.push(worth);
        }
        Ok(column)
    }
}

impl Cell {
    fn worth(self, length: u32) -> f32 {
        let norm = K1 * (1.0 - B + B * length as f32 / TYPICAL);
        self.zone + self.mentions / (self.mentions + norm)
    }

    fn add(&mut self, worth: f32, closeness: f32, count: u32) {
        if worth > 0.0 {
            self.zone = self.zone.max(worth * closeness);
        } else {
            self.mentions += closeness * count as f32;
        }
    }
}

/// One part while a clause is looked up in it.
struct Reading<'p> {
    living: &'p Living,
    scope: &'p Scope,
    /// What was found in each document. Empty until something is.
    cells: Vec<Cell>,
    /// Kept, because opening costs more than moving to the next term.
    postings: Option<BlockSegmentPostings>,
}

impl Reading<'_> {
    fn words(&mut self, zones: Zones, found: &[Found]) -> io::Result<()> {
        for Found { word, tongue, kind } in found {
            for (mark, term) in self.living.part.dictionary.terms(*word) {
                if mark.tongue == *tongue && zones.contains(mark.zone) {
                    self.term(&term, worth(mark.zone), closeness(*kind))?;
                }
            }
        }
        Ok(())
    }

    fn term(&mut self, term: &TermInfo, worth: f32, closeness: f32) -> io::Result<()> {
        self.begin();
        let postings = match &mut self.postings {
            Some(postings) => {
                self.living
                    .part
                    .postings
                    .reset_block_postings_from_terminfo(term, postings)?;
                postings
            }
            none => {
                let with = IndexRecordOption::WithFreqs;
                none.insert(
                    self.living
                        .part
                        .postings
                        .read_block_postings_from_terminfo(term, with)?,
                )
            }
        };
        while !postings.docs().is_empty() {
            for (document, count) in postings.docs().iter().zip(postings.freqs()) {
                if let Some(cell) = self.cells.get_mut(*document as usize) {
                    cell.add(worth, closeness, *count);
                }
            }
            postings.advance();
        }
        Ok(())
    }

    fn sequence(&mut self, zones: Zones, forms: &[Form]) -> io::Result<()> {
        let part = &self.living.part;
        let slots: Vec<Vec<u32>> = forms.iter().map(|form| part.dictionary.same(form)).collect();
        if slots.is_empty() || slots.iter().any(Vec::is_empty) {
            return Ok(());
        }
        self.begin();
        let (cells, seen) = (&mut self.cells, &self.scope.seen);
        let is_seen = |document: u32| seen.get(document as usize).copied().unwrap_or_default();
        sequence::occurrences(part, zones, &slots, is_seen, |zone, document, count| {
            if let Some(cell) = cells.get_mut(document as usize) {
                cell.add(worth(zone), closeness(Kind::Exact), count);
            }
        })
    }

    fn begin(&mut self) {
        self.cells
            .resize(self.living.part.documents.len() as usize, Cell::default());
    }
}
