//! The index that changes.
//!
//! In: changed and removed documents. Out: a [`Searcher`] after each change. Must not: change what earlier searchers
//! see.

use std::sync::Arc;

use super::SearchError;
use super::alive::Alive;
use super::entry::Entry;
use super::part::{Builder, Part};
use super::searcher::Searcher;

/// The most documents of a part. Larger parts make searches faster by a little and the rare large merge slower by a
/// lot, because a merge holds up the change that it comes with.
const MAX_DOCUMENTS: usize = 5_000;

/// The most bytes that a part may take while it is written.
const MAX_MEMORY: usize = 64 << 20;

/// Parts of about one size are merged when there are this many of them. Sizes are about the same within this factor.
const MERGE: usize = 4;

/// A part is written anew when more than one in this many of its documents are dead.
const DEAD: u32 = 3;

/// The index of all documents.
#[derive(Debug, Default)]
pub struct Index {
    parts: Vec<Living>,
    /// The number of the next part.
    next: u64,
}

/// A part and what is left of it.
#[derive(Clone, Debug)]
pub(super) struct Living {
    number: u64,
    pub(super) part: Arc<Part>,
    pub(super) alive: Arc<Alive>,
}

impl Index {
    /// An empty index. It takes no memory to speak of.
    pub fn new() -> Self {
        Self::default()
    }

    /// Removes documents, then adds or replaces others; of two entries with one id the later counts. After an error the
    /// index may lack some of them: build a new one.
    ///
    /// Many changes at once cost far less than the same changes one by one.
    pub fn apply(
        &mut self,
        changed: impl IntoIterator<Item = Entry>,
        removed: impl IntoIterator<Item = String>,
    ) -> Result<Searcher, SearchError> {
        for id in removed {
            self.kill(&id);
        }
        let mut builder = None;
        for entry in changed {
            self.kill(&entry.id);
            let mut writer = match builder.take() {
                Some(writer) => writer,
                None => Builder::new()?,
            };
            writer.push(&entry)?;
            if writer.len() >= MAX_DOCUMENTS || writer.memory() >= MAX_MEMORY {
                self.add(writer.finish()?);
            } else {
                builder = Some(writer);
            }
        }
        if let Some(writer) = builder {
            self.add(writer.finish()?);
        }
        self.tidy()?;
        Ok(self.searcher())
    }

    /// The searcher for what was applied last.
    pub fn searcher(&self) -> Searcher {
        Searcher::new(self.parts.iter().cloned())
    }

    fn kill(&mut self, id: &str) {
        for living in &mut self.parts {
            let documents = living.part.documents.find(id);
            let alive: Vec<u32> = documents.filter(|document| living.alive.contains(*document)).collect();
            for document in alive {
                Arc::make_mut(&mut living.alive).remove(document);
            }
        }
    }

    fn add(&mut self, part: Part) {
        self.parts.push(Living {
            number: self.next,
            alive: Arc::new(part.documents.newest()),
            part: Arc::new(part),
        });
        self.next += 1;
    }

    /// Keeps the parts few and mostly alive. One merge for each change is enough for that, and bounds the time of each.
    fn tidy(&mut self) -> Result<(), SearchError> {
        self.parts.retain(|living| living.alive.count() > 0);
        let group = self.group();
        if group.is_empty() {
            return Ok(());
        }
        let is_merged = |living: &mut Living| group.contains(&living.number);
        let merged: Vec<Living> = self.parts.extract_if(.., is_merged).collect();
        let parts: Vec<(&Part, &Alive)> = merged.iter().map(|living| (&*living.part, &*living.alive)).collect();
        let part = Part::merge(&parts)?;
        self.add(part);
        Ok(())
    }

    /// The numbers of the parts to merge, if any: small ones of about one size, or one with many dead documents.
    fn group(&self) -> Vec<u64> {
        let count = |living: &&Living| living.alive.count() as usize;
        let mut small: Vec<&Living> = self
            .parts
            .iter()
            .filter(|living| count(living) <= MAX_DOCUMENTS / 2)
            .collect();
        small.sort_by_key(|living| (living.alive.count(), living.number));
        let size = |living: &&Living| count(living).ilog(MERGE);
        let many = small
            .chunk_by(|a, b| size(a) == size(b))
            .find(|group| group.len() >= MERGE);
        if let Some(group) = many {
            let mut documents = 0;
            let fits = |living: &&&Living| {
                documents += count(living);
                documents <= MAX_DOCUMENTS
            };
            return group.iter().take_while(fits).map(|living| living.number).collect();
        }
        let is_decayed = |living: &&Living| {
            (living.part.documents.len() - living.alive.count()) * DEAD > living.part.documents.len()
        };
        self.parts
            .iter()
            .find(is_decayed)
            .map(|living| living.number)
            .into_iter()
            .collect()
    }

    /// How many parts there are, for measurements.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }
}
