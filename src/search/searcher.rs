//! Searching.
//!
//! In: what somebody typed, filters, what they may see. Out: [`Results`]. Must not: fail because of a query, or answer
//! the same question about the same documents in two ways.

use std::io;
use std::sync::Arc;

use super::SearchError;
use super::forgive::Relaxed;
use super::index::Living;
use super::query::Query;
use super::results::{Forgiven, Hits, Page, Results};
use super::scope::{Filters, Scope, Sight};
use super::score::{Column, Gauge};

/// So few hits may be documents with the same typing error.
const FEW: usize = 3;

/// The documents as they were at one moment. Cheap to clone; later changes of the index do not reach it.
#[derive(Clone, Debug)]
pub struct Searcher {
    parts: Arc<[Living]>,
}

impl Searcher {
    pub(super) fn new(parts: impl Iterator<Item = Living>) -> Self {
        Self { parts: parts.collect() }
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.parts.iter().map(|living| living.alive.count() as usize).sum()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first part.
    #[cfg(test)]
    pub(super) fn part(&self) -> Option<&super::part::Part> {
        self.parts.first().map(|living| &*living.part)
    }

    /// Searches. A query of no words finds everything that passes the filters.
    ///
    /// The only error is that of an index that cannot be read, which is a fault of the program.
    pub fn search(
        &self,
        query: &str,
        filters: &Filters,
        sight: &dyn Sight,
        page: Page,
    ) -> Result<Results, SearchError> {
        let query = Query::parse(query);
        let scope = |living| Scope::new(living, sight, filters, &query.filters);
        let mut scopes: Vec<Scope> = self.parts.iter().map(scope).collect();
        self.exclude(&query, &mut scopes)?;
        let gauge = Gauge {
            parts: &self.parts,
            scopes: &scopes,
        };
        let (hits, relaxed) = self.find(&query, &gauge)?;
        Ok(Results {
            hits: hits.page(page),
            total: hits.total,
            facets: hits.facets(),
            forgiven: relaxed.forgiven,
            terms: relaxed.terms,
        })
    }

    fn exclude(&self, query: &Query, scopes: &mut [Scope]) -> io::Result<()> {
        for clause in &query.excluded {
            let gauge = Gauge {
                parts: &self.parts,
                scopes,
            };
            let column = gauge.excluded(clause)?;
            for (scope, part) in scopes.iter_mut().zip(&column.parts) {
                let each = scope.wanted.iter_mut().zip(part);
                each.for_each(|(wanted, worth)| *wanted &= *worth == 0.0);
            }
        }
        Ok(())
    }

    /// The hits as it was typed; if there are none, of what was probably meant; if there are still none, of some words.
    fn find(&self, query: &Query, gauge: &Gauge<'_>) -> io::Result<(Hits<'_>, Relaxed)> {
        let whole = Some(&query.whole).filter(|whole| !whole.is_empty());
        let whole = whole.map(|whole| gauge.whole(whole)).transpose()?;
        let whole = whole.as_ref().filter(|whole| whole.seen > 0);
        let columns = query.clauses.iter().map(|clause| gauge.clause(clause));
        let columns: Vec<Column> = columns.collect::<io::Result<_>>()?;
        let hits = |columns: &[Column], needed| Hits::new(&self.parts, gauge.scopes, columns, needed, whole);
        let all = columns.len();
        let exact = hits(&columns, all);
        let mut relaxed = Relaxed::default();
        if exact.total >= FEW || (exact.total > 0 && whole.is_some()) || all == 0 {
            query.clauses.iter().for_each(|clause| relaxed.terms.add(clause));
            return Ok((exact, relaxed));
        }
        for (clause, column) in query.clauses.iter().zip(columns) {
            if exact.total > 0 {
                relaxed.widen(gauge, clause, column)?;
            } else {
                relaxed.add(gauge, clause, column)?;
            }
        }
        // Names and phrases may have become several columns.
        let all = relaxed.columns.len();
        let found = hits(&relaxed.columns, all);
        // A few exact hits are joined by what is nearly as good, and only nothing by anything.
        let steps = [most(all), all.div_ceil(2), 1];
        let steps = steps.iter().take(if found.total > 0 { 1 } else { steps.len() });
        for needed in steps.filter(|needed| **needed < all && found.total < FEW) {
            let more = hits(&relaxed.columns, *needed);
            if more.total > found.total {
                relaxed.forgiven.push(Forgiven::SomeWords);
                return Ok((more, relaxed));
            }
        }
        Ok((found, relaxed))
    }
}

/// How many of three and more clauses a document needs to be nearly as good as one that has all.
fn most(all: usize) -> usize {
    if all < 3 { all } else { all - (all / 4).max(1) }
}
