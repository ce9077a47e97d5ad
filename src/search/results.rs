//! What a search answers.
//!
//! In: the columns of all clauses. Out: [`Results`]: one page of hits, and counts over all of them. Must not: depend on
//! how the documents are spread over parts.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::index::Living;
use super::labels::Facet;
use super::marks::Terms;
use super::scope::Scope;
use super::score::Column;

/// Added to the score of a document whose whole title, name or alert was asked for. More than 32 words can be worth.
const WHOLE: f32 = 10_000.0;

/// Which hits to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many hits to leave out.
    pub offset: usize,
    /// How many to answer at most.
    pub limit: usize,
}

/// The answer to a search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// One page of hits, best first; equal ones by id.
    pub hits: Vec<Hit>,
    /// How many hits there are on all pages.
    pub total: usize,
    /// How many of all hits have which value. Frequent values first, equal ones in order.
    pub facets: BTreeMap<Facet, Vec<(Arc<str>, usize)>>,
    /// How the query was relaxed because nothing or hardly anything was found as it was typed. Empty if it was not.
    pub forgiven: Vec<Forgiven>,
    /// What to mark in snippets.
    pub terms: Terms,
}

/// A document that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// See [`Entry::id`](super::Entry::id).
    pub id: String,
    /// How well it answers the query: comparable within one answer.
    pub score: f32,
}

/// How a query was relaxed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forgiven {
    /// A word was taken for a typing error.
    Typo {
        /// The word as it was typed.
        typed: String,
        /// Words that were searched instead, most frequent first, at most three.
        used: Vec<String>,
    },
    /// A finished word that nothing contains was taken for the beginning of other words.
    Begun {
        /// The word as it was typed.
        typed: String,
    },
    /// A phrase or name that nothing contains was taken for words in any order.
    Apart {
        /// The phrase or name as it was typed.
        typed: String,
    },
    /// Nothing contains all words, so documents with half of them are hits, or with one.
    SomeWords,
}

/// The score of a document that is no hit.
const NO_HIT: f32 = f32::NEG_INFINITY;

/// All hits, before a page is chosen.
#[derive(Debug)]
pub(super) struct Hits<'s> {
    parts: &'s [Living],
    /// For each part the score of each document.
    scores: Vec<Vec<f32>>,
    /// How many hits there are.
    pub(super) total: usize,
}

impl<'s> Hits<'s> {
    /// The documents that answer at least `needed` of `columns`, or whose `whole` name was asked for.
    pub(super) fn new(
        parts: &'s [Living],
        scopes: &[Scope],
        columns: &[Column],
        needed: usize,
        whole: Option<&Column>,
    ) -> Self {
        let documents = scopes.iter().map(|scope| scope.count).sum();
        let rarities: Vec<f32> = columns.iter().map(|column| column.rarity(documents)).collect();
        let mut total = 0;
        let mut scores = Vec::with_capacity(scopes.len());
        for (index, scope) in scopes.iter().enumerate() {
            let mut of_part = vec![0.0; scope.wanted.len()];
            let mut missing = vec![0u8; scope.wanted.len()];
            for (column, rarity) in columns.iter().zip(&rarities) {
                // A part in which nothing was found has no numbers at all.
                let worth = column.parts.get(index).map(Vec::as_slice).unwrap_or_default();
                if worth.is_empty() {
                    missing.iter_mut().for_each(|missing| *missing += 1);
                }
                for ((score, missing), worth) in of_part.iter_mut().zip(&mut missing).zip(worth) {
                    *score += rarity * worth;
                    *missing += u8::from(*worth == 0.0);
                }
            }
            let named = whole
                .and_then(|whole| whole.parts.get(index))
                .map(Vec::as_slice)
                .unwrap_or_default();
            let named = named.iter().map(|worth| *worth > 0.0).chain(std::iter::repeat(false));
            let allowed = u8::try_from(columns.len().saturating_sub(needed)).unwrap_or(u8::MAX);
            for (((score, missing), wanted), named) in of_part.iter_mut().zip(missing).zip(&scope.wanted).zip(named) {
                if !wanted || (missing > allowed && !named) {
                    *score = NO_HIT;
                    continue;
                }
                total += 1;
                *score += if named { WHOLE } else { 0.0 };
            }
            scores.push(of_part);
        }
        Self { parts, scores, total }
    }

    /// One page of them, best first.
    pub(super) fn page(&self, page: Page) -> Vec<Hit> {
        let end = page.offset.saturating_add(page.limit);
        let mut best = Vec::new();
        for (living, scores) in self.parts.iter().zip(&self.scores) {
            // Within a part ids are compared by their rank, and only the best of each part by themselves.
            let documents = &living.part.documents;
            let each = (0..).zip(scores).zip(&documents.ranks);
            let hits = each.filter(|((_, score), _)| **score != NO_HIT);
            let mut hits: Vec<(f32, u32, u32)> = hits
                .map(|((document, score), rank)| (*score, *rank, document))
                .collect();
            let order = |a: &(f32, u32, u32), b: &(f32, u32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
            if end < hits.len() {
                hits.select_nth_unstable_by(end, order);
                hits.truncate(end);
            }
            best.extend(
                hits.into_iter()
                    .map(|(score, _, document)| (score, documents.id(document))),
            );
        }
        best.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        let page = best.into_iter().take(end).skip(page.offset);
        let hit = |(score, id): (f32, &str)| Hit {
            id: id.to_owned(),
            score,
        };
        page.map(hit).collect()
    }

    /// How many of all hits have which value.
    pub(super) fn facets(&self) -> BTreeMap<Facet, Vec<(Arc<str>, usize)>> {
        let mut counts: BTreeMap<(Facet, &Arc<str>), usize> = BTreeMap::new();
        for (living, scores) in self.parts.iter().zip(&self.scores) {
            let labels = &living.part.documents.labels;
            let mut of_label = vec![0; labels.values().len()];
            for (of, _) in labels.of_each().zip(scores).filter(|(_, score)| **score != NO_HIT) {
                for label in of {
                    if let Some(count) = of_label.get_mut(*label as usize) {
                        *count += 1;
                    }
                }
            }
            for (label, count) in labels.values().iter().zip(of_label).filter(|(_, count)| *count > 0) {
                *counts.entry((label.facet, &label.value)).or_default() += count;
            }
        }
        let mut facets: BTreeMap<Facet, Vec<(Arc<str>, usize)>> = BTreeMap::new();
        for ((facet, value), count) in counts {
            facets.entry(facet).or_default().push((Arc::clone(value), count));
        }
        // Stable: equal counts stay in the order of the values.
        facets
            .values_mut()
            .for_each(|values| values.sort_by_key(|(_, count)| Reverse(*count)));
        facets
    }
}
