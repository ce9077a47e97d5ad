//! Words that stand one after the other.
//!
//! In: a part, and for each place of a phrase the words that may stand there. Out: the documents in which they do, and
//! how often. Must not: cross from one zone to another.

use std::io;

use tantivy::DocSet;
use tantivy::postings::{Postings, TermInfo};
use tantivy::schema::IndexRecordOption;

use super::part::Part;
use super::zone::{Mark, Tongue, Zone, Zones};

/// Calls `add` with zone, document and count for each zone of a document in which words of `slots` follow each other.
/// Looks only at documents that are seen.
pub(super) fn occurrences(
    part: &Part,
    zones: Zones,
    slots: &[Vec<u32>],
    is_seen: impl Fn(u32) -> bool,
    mut add: impl FnMut(Zone, u32, u32),
) -> io::Result<()> {
    for zone in Zone::ALL.into_iter().filter(|zone| zones.contains(*zone)) {
        for tongue in Tongue::ALL {
            let terms = slots.iter().map(|words| terms(part, words, Mark { zone, tongue }));
            let mut slots: Vec<(u32, Vec<TermInfo>)> = (0..).zip(terms).collect();
            if slots.iter().any(|(_, terms)| terms.is_empty()) {
                continue;
            }
            // Rare words first: they leave the least to do for the others.
            slots.sort_by_key(|(_, terms)| terms.iter().map(|term| term.doc_freq).sum::<u32>());
            let mut documents = common(part, &slots)?;
            documents.retain(|document| is_seen(*document));
            for (document, count) in counts(part, &slots, documents)? {
                add(zone, document, count);
            }
        }
    }
    Ok(())
}

/// The terms of `words` with this mark.
fn terms(part: &Part, words: &[u32], mark: Mark) -> Vec<TermInfo> {
    let of_word = |word: &u32| part.dictionary.terms(*word);
    let terms = words.iter().flat_map(of_word);
    terms
        .filter(|(other, _)| *other == mark)
        .map(|(_, info)| info)
        .collect()
}

/// The documents that have a term of each slot.
fn common(part: &Part, slots: &[(u32, Vec<TermInfo>)]) -> io::Result<Vec<u32>> {
    let mut common: Option<Vec<u32>> = None;
    for (_, terms) in slots {
        if common.as_ref().is_some_and(Vec::is_empty) {
            break;
        }
        let mut documents = Vec::new();
        for term in terms {
            let mut postings = part
                .postings
                .read_block_postings_from_terminfo(term, IndexRecordOption::Basic)?;
            while !postings.docs().is_empty() {
                documents.extend_from_slice(postings.docs());
                postings.advance();
            }
        }
        if terms.len() > 1 {
            documents.sort_unstable();
            documents.dedup();
        }
        common = Some(match common {
            Some(common) => intersect(&common, &documents),
            None => documents,
        });
    }
    Ok(common.unwrap_or_default())
}

/// How often the slots follow each other in each of `documents`, where they do.
fn counts(part: &Part, slots: &[(u32, Vec<TermInfo>)], mut documents: Vec<u32>) -> io::Result<Vec<(u32, u32)>> {
    let mut starts: Option<Vec<u64>> = None;
    let mut positions = Vec::new();
    for (slot, terms) in slots {
        // Where the phrase begins if the word of this slot is part of it: document and position in one number.
        let mut here: Vec<u64> = Vec::new();
        for term in terms {
            let all = IndexRecordOption::WithFreqsAndPositions;
            let mut postings = part.postings.read_postings_from_terminfo(term, all)?;
            for document in &documents {
                if postings.doc() > *document || postings.seek(*document) != *document {
                    continue;
                }
                postings.positions(&mut positions);
                let begins = positions.iter().filter_map(|at| at.checked_sub(*slot));
                here.extend(begins.map(|at| u64::from(*document) << 32 | u64::from(at)));
            }
        }
        if terms.len() > 1 {
            here.sort_unstable();
            here.dedup();
        }
        let left = match starts {
            Some(starts) => intersect(&starts, &here),
            None => here,
        };
        documents.clear();
        documents.extend(left.iter().map(|start| document_of(*start)));
        documents.dedup();
        starts = Some(left);
    }
    let mut counts: Vec<(u32, u32)> = Vec::new();
    for start in starts.unwrap_or_default() {
        match counts.last_mut() {
            Some((last, count)) if *last == document_of(start) => *count += 1,
            _ => counts.push((document_of(start), 1)),
        }
    }
    Ok(counts)
}

fn document_of(start: u64) -> u32 {
    (start >> 32) as u32
}

/// What two sorted lists have in common.
fn intersect<T: Copy + Ord>(a: &[T], b: &[T]) -> Vec<T> {
    let mut b = b.iter().peekable();
    let mut common = Vec::new();
    for one in a {
        while b.next_if(|other| *other < one).is_some() {}
        if b.peek() == Some(&one) {
            common.push(*one);
        }
    }
    common
}
