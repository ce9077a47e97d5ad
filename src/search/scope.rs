//! Which documents a search may find.
//!
//! In: what the reader may see, what was filtered. Out: [`Scope`]: for each document of a part whether it exists for this
//! search at all, and whether it may be a hit. Must not: let a document that is not seen change anything.

use super::index::Living;
use super::labels::{Facet, Label};
use super::query::Filter;

/// What a reader may see of one kind of documents in one namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Every document.
    All,
    /// The documents for which [`Sight::document`] says so.
    Some,
    /// None.
    Nothing,
}

/// What a reader may see. For everything else a search behaves as if it did not exist: hits, counts, the order of hits,
/// corrections of typing errors.
///
/// Rights are granted by namespace and kind, so that is asked first, once for each pair and search.
pub trait Sight {
    /// What is seen of the documents of `kind` in `namespace`.
    fn place(&self, namespace: &str, kind: &str) -> Seen;

    /// True if the document `id` is seen. Asked only where [`Self::place`] says [`Seen::Some`].
    fn document(&self, id: &str) -> bool;
}

/// The sight of somebody who may see everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Everything;

impl Sight for Everything {
    fn place(&self, _namespace: &str, _kind: &str) -> Seen {
        Seen::All
    }

    fn document(&self, _id: &str) -> bool {
        true
    }
}

/// A question about each document by its id.
impl<F: Fn(&str) -> bool> Sight for F {
    fn place(&self, _namespace: &str, _kind: &str) -> Seen {
        Seen::Some
    }

    fn document(&self, id: &str) -> bool {
        self(id)
    }
}

/// Values that documents must have. Several values of one facet: any of them; several facets: all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    values: Vec<(Facet, String)>,
}

impl Filters {
    /// Also lets through documents with exactly this value of `facet`.
    pub fn insert(&mut self, facet: Facet, value: impl Into<String>) {
        self.values.push((facet, value.into()));
    }

    /// The same, to chain.
    #[must_use]
    pub fn with(mut self, facet: Facet, value: impl Into<String>) -> Self {
        self.insert(facet, value);
        self
    }

    /// The values.
    pub fn iter(&self) -> impl Iterator<Item = (Facet, &str)> {
        self.values.iter().map(|(facet, value)| (*facet, value.as_str()))
    }
}

/// The documents of one part.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// For each document: is it there and seen?
    pub(super) seen: Vec<bool>,
    /// For each document: may it be a hit?
    pub(super) wanted: Vec<bool>,
    /// How many documents are seen.
    pub(super) count: u32,
}

impl Scope {
    pub(super) fn new(living: &Living, sight: &dyn Sight, filters: &Filters, typed: &[Filter]) -> Self {
        let seen = seen(living, sight);
        let count = u32::try_from(seen.iter().filter(|seen| **seen).count()).unwrap_or(u32::MAX);
        let mut wanted = seen.clone();
        for facet in Facet::ALL {
            let of_facet = filters.iter().filter(|(other, _)| *other == facet);
            let chosen: Vec<&str> = of_facet.map(|(_, value)| value).collect();
            if !chosen.is_empty() {
                retain(&mut wanted, living, true, |label| {
                    label.facet == facet && chosen.contains(&&*label.value)
                });
            }
            for excluded in [false, true] {
                let of_facet = typed
                    .iter()
                    .filter(|filter| filter.facet == facet && filter.excluded == excluded);
                let meant: Vec<&Filter> = of_facet.collect();
                if !meant.is_empty() {
                    retain(&mut wanted, living, !excluded, |label| {
                        let means = |filter: &&Filter| label.is_meant_by(&filter.value, filter.is_open);
                        label.facet == facet && meant.iter().any(means)
                    });
                }
            }
        }
        Self { seen, wanted, count }
    }
}

fn seen(living: &Living, sight: &dyn Sight) -> Vec<bool> {
    let documents = &living.part.documents;
    let places = documents.labels.places().iter();
    let places: Vec<Seen> = places.map(|place| sight.place(&place.namespace, &place.kind)).collect();
    if places.iter().all(|seen| *seen == Seen::All) {
        return living.alive.flags();
    }
    let is_seen = |(document, place): (u32, &u32)| {
        living.alive.contains(document)
            && match places.get(*place as usize) {
                Some(Seen::All) => true,
                Some(Seen::Some) => sight.document(documents.id(document)),
                Some(Seen::Nothing) | None => false,
            }
    };
    (0..).zip(documents.labels.place_of_each()).map(is_seen).collect()
}

/// Keeps the documents that have a label that `is_chosen`; or, if not `having`, those that have none.
fn retain(wanted: &mut [bool], living: &Living, having: bool, is_chosen: impl Fn(&Label) -> bool) {
    let labels = &living.part.documents.labels;
    let chosen: Vec<bool> = labels.values().iter().map(is_chosen).collect();
    let is_chosen = |label: &u32| chosen.get(*label as usize).copied().unwrap_or_default();
    for (of, wanted) in labels.of_each().zip(wanted) {
        *wanted = *wanted && of.iter().any(is_chosen) == having;
    }
}
