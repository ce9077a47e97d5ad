//! A part of the index: some documents that were indexed together.
//!
//! In: entries, or other parts to merge. Out: [`Part`], which never changes. Must not: know what was deleted since.
//!
//! A part is one tantivy segment in memory. tantivy's `IndexWriter` would add threads, a lock, a commit log and an arena
//! of 15 MB to keep them; nothing of that is needed where a restart reads everything from the cluster again, so the
//! segment is written on the calling thread and is complete when it is there.

use std::io;
use std::sync::Arc;

use tantivy::directory::{OwnedBytes, RamDirectory};
use tantivy::fastfield::{AliveBitSet, write_alive_bitset};
use tantivy::index::InvertedIndexReader;
use tantivy::indexer::merge_filtered_segments;
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::store::Compressor;
use tantivy::tokenizer::TokenizerManager;
use tantivy::{BitSet, IndexSettings, Segment, SegmentReader, SingleSegmentIndexWriter, TantivyDocument, TantivyError};

use super::alive::Alive;
use super::dictionary::Dictionary;
use super::entry::Entry;
use super::labels::{Labels, LabelsBuilder};
use super::stream::Terms;
use super::zone::Zones;

/// What tantivy calls the way in which the field is cut into terms.
const TERMS: &str = "terms";

/// Memory for a segment that is written, in bytes: a small table of terms that grows when needed.
const BUDGET: usize = 100_000;

/// Some documents.
pub(super) struct Part {
    segment: Segment,
    pub(super) postings: Arc<InvertedIndexReader>,
    pub(super) dictionary: Dictionary,
    pub(super) documents: Documents,
}

/// What is known of the documents of a part, beside their words.
///
/// Ids lie in one text: ten thousand small pieces of memory that live long would keep apart what is freed around them.
#[derive(Debug, Default)]
pub(super) struct Documents {
    /// All ids, one after the other.
    ids: String,
    /// Where each id ends.
    ends: Vec<u32>,
    /// The documents in the order of their ids.
    order: Vec<u32>,
    /// The place of each document in that order.
    pub(super) ranks: Vec<u32>,
    /// How much text each has, in bytes.
    pub(super) lengths: Vec<u32>,
    pub(super) labels: Labels,
}

impl Documents {
    /// How many there are, dead ones included.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }

    /// The id of a document.
    pub(super) fn id(&self, document: u32) -> &str {
        let end = |document: u32| self.ends.get(document as usize).map_or(0, |end| *end as usize);
        let start = document.checked_sub(1).map_or(0, end);
        self.ids.get(start..end(document)).unwrap_or_default()
    }

    /// The documents with this id. All but one of them are dead.
    pub(super) fn find(&self, id: &str) -> impl Iterator<Item = u32> {
        let first = self.order.partition_point(|document| self.id(*document) < id);
        let behind = self.order.iter().skip(first).copied();
        behind.take_while(move |document| self.id(*document) == id)
    }

    /// Of each id the document that was added last.
    pub(super) fn newest(&self) -> Alive {
        let mut newest = Alive::all(self.len());
        for (document, next) in self.order.iter().zip(self.order.iter().skip(1)) {
            if self.id(*document) == self.id(*next) {
                newest.remove(*document);
            }
        }
        newest
    }

    fn push(&mut self, id: &str, length: u32) {
        self.ids.push_str(id);
        self.ends.push(u32::try_from(self.ids.len()).unwrap_or(u32::MAX));
        self.lengths.push(length);
    }

    fn close(&mut self, labels: Labels) {
        let mut order: Vec<u32> = (0..self.len()).collect();
        order.sort_by(|a, b| self.id(*a).cmp(self.id(*b)));
        let mut ranks = vec![0; order.len()];
        for (rank, document) in (0..).zip(&order) {
            ranks.get_mut(*document as usize).into_iter().for_each(|of| *of = rank);
        }
        self.order = order;
        self.ranks = ranks;
        self.labels = labels;
        self.ids.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.lengths.shrink_to_fit();
    }
}

impl Part {
    fn open(index: &tantivy::Index, documents: Documents) -> Result<Self, TantivyError> {
        let segments = index.searchable_segments()?;
        let segment = segments.into_iter().next();
        let segment = segment.ok_or_else(|| TantivyError::InternalError("no segment was written".to_owned()))?;
        let postings = SegmentReader::open(&segment)?.inverted_index(field())?;
        Ok(Self {
            segment,
            dictionary: Dictionary::read(postings.terms())?,
            postings,
            documents,
        })
    }

    /// The living documents of all `parts` as one part.
    pub(super) fn merge(parts: &[(&Self, &Alive)]) -> Result<Self, TantivyError> {
        let segments: Vec<Segment> = parts.iter().map(|(part, _)| part.segment.clone()).collect();
        let living = parts
            .iter()
            .map(|(part, alive)| bits(alive, part.documents.len()).map(Some));
        let living = living.collect::<Result<_, _>>()?;
        let index = merge_filtered_segments(&segments, settings(), living, RamDirectory::create())?;
        let mut documents = DocumentsBuilder::default();
        for (part, alive) in parts {
            alive
                .iter()
                .for_each(|document| documents.push_from(&part.documents, document));
        }
        Self::open(&index, documents.finish())
    }

    /// In how many zones of documents that are `seen` a word stands.
    pub(super) fn count(&self, word: u32, zones: Zones, seen: &[bool]) -> io::Result<u32> {
        let mut count = 0;
        for (_, term) in self
            .dictionary
            .terms(word)
            .filter(|(mark, _)| zones.contains(mark.zone))
        {
            let mut postings = self
                .postings
                .read_block_postings_from_terminfo(&term, IndexRecordOption::Basic)?;
            while !postings.docs().is_empty() {
                let is_seen = |document: &&u32| seen.get(**document as usize).copied().unwrap_or_default();
                count += u32::try_from(postings.docs().iter().filter(is_seen).count()).unwrap_or(u32::MAX);
                postings.advance();
            }
        }
        Ok(count)
    }
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part")
            .field("documents", &self.documents.len())
            .finish_non_exhaustive()
    }
}

/// The living documents as tantivy wants them.
fn bits(alive: &Alive, length: u32) -> Result<AliveBitSet, TantivyError> {
    let mut set = BitSet::with_max_value(length);
    for document in alive.iter() {
        set.insert(document);
    }
    let mut bytes = Vec::new();
    write_alive_bitset(&set, &mut bytes)?;
    Ok(AliveBitSet::open(OwnedBytes::new(bytes)))
}

/// Writes a part.
pub(super) struct Builder {
    writer: SingleSegmentIndexWriter,
    documents: DocumentsBuilder,
    text: String,
}

impl Builder {
    pub(super) fn new() -> Result<Self, TantivyError> {
        let tokenizers = TokenizerManager::new();
        tokenizers.register(TERMS, Terms);
        let builder = tantivy::Index::builder()
            .schema(schema())
            .settings(settings())
            .tokenizers(tokenizers);
        Ok(Self {
            writer: builder.single_segment_index_writer(RamDirectory::create(), BUDGET)?,
            documents: DocumentsBuilder::default(),
            text: String::new(),
        })
    }

    /// Adds a document.
    pub(super) fn push(&mut self, entry: &Entry) -> Result<(), TantivyError> {
        self.text.clear();
        entry.write(&mut self.text);
        let mut document = TantivyDocument::new();
        document.add_text(field(), &self.text);
        self.writer.add_document(document)?;
        self.documents.push(entry);
        Ok(())
    }

    /// How many documents were added.
    pub(super) fn len(&self) -> usize {
        self.documents.documents.len() as usize
    }

    /// How many bytes are used for them until [`Self::finish`].
    pub(super) fn memory(&self) -> usize {
        self.writer.mem_usage()
    }

    /// The part with all that was added, at least one document.
    pub(super) fn finish(self) -> Result<Part, TantivyError> {
        Part::open(&self.writer.finalize()?, self.documents.finish())
    }
}

#[derive(Debug, Default)]
struct DocumentsBuilder {
    documents: Documents,
    labels: LabelsBuilder,
}

impl DocumentsBuilder {
    fn push(&mut self, entry: &Entry) {
        let length = u32::try_from(entry.length()).unwrap_or(u32::MAX);
        self.documents.push(&entry.id, length);
        self.labels.push(entry);
    }

    fn push_from(&mut self, other: &Documents, document: u32) {
        let length = other.lengths.get(document as usize).copied().unwrap_or_default();
        self.documents.push(other.id(document), length);
        self.labels.push_from(&other.labels, document);
    }

    fn finish(mut self) -> Documents {
        self.documents.close(self.labels.finish());
        self.documents
    }
}

/// The only field.
fn field() -> Field {
    Field::from_field_id(0)
}

fn schema() -> Schema {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(TERMS)
        .set_fieldnorms(false)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let mut schema = Schema::builder();
    schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    schema.build()
}

fn settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::None,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}
