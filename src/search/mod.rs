//! Full-text search: the page is found in one query, with typing errors, in English or German.
//!
//! In: what is known of each document ([`Entry`]), what somebody typed. Out: [`Results`]. Must not: read a file, start a
//! thread, or let a document that a reader may not see change anything of the answer.
//!
//! ```text
//!  Entry ──> entry, stream ──> Part ───────────┐           changes come as new parts;
//!            words with marks  tantivy segment │           parts are merged and never changed
//!                              dictionary      ▼
//!  query ──> query ──> score, sequence ──> Results ──> snippet
//!            clauses   a column for each   hits, facets
//!                      clause │ nothing?
//!                             └─> forgive
//! ```
//!
//! Architecture invariants: an index built in steps answers as one built from nothing, with the same hits in the same
//! order. Whether a word of a document is meant by a word of a query is decided in `form.rs` alone; the index only finds
//! such words faster, and snippets need no index.

mod alive;
mod dictionary;
mod entry;
mod fold;
mod forgive;
mod form;
mod index;
mod labels;
mod marks;
mod part;
mod query;
mod results;
#[cfg(test)]
mod scan_tests;
mod scope;
mod score;
mod searcher;
mod sequence;
mod snippet;
mod stream;
#[cfg(test)]
mod tests;
mod typo;
mod words;
mod zone;

pub use entry::Entry;
pub use index::Index;
pub use labels::Facet;
pub use marks::Terms;
pub use query::{MAX_QUERY, MAX_WORDS};
pub use results::{Forgiven, Hit, Page, Results};
pub use scope::{Everything, Filters, Seen, Sight};
pub use searcher::Searcher;
pub use snippet::{Piece, Snippet, snippet};

/// The index could not be written or read. It lives in memory, so this is a fault of the program; build a new one.
#[derive(Debug)]
pub struct SearchError(tantivy::TantivyError);

impl std::fmt::Display for SearchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the search index is broken: {}", self.0)
    }
}

impl std::error::Error for SearchError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl From<tantivy::TantivyError> for SearchError {
    fn from(error: tantivy::TantivyError) -> Self {
        Self(error)
    }
}

impl From<std::io::Error> for SearchError {
    fn from(error: std::io::Error) -> Self {
        Self(error.into())
    }
}
