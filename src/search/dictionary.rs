//! The words of a part, sorted, and the ways to find them.
//!
//! In: tantivy's term dictionary. Out: the words that agree with a [`Form`] or are a slip away from it, and where their
//! postings lie. Must not: know documents.
//!
//! tantivy's dictionary is an automaton that finds a term. Queries need sets of words: all that share a stem, all that
//! begin or end with a word, all that are a slip away. With the words side by side in memory each of them is a binary
//! search or one pass over small numbers.

use tantivy::postings::TermInfo;
use tantivy::termdict::TermDictionary;

use super::fold;
use super::form::{self, Form, Kind};
use super::typo::{self, Near};
use super::zone::{Mark, Tongue, Zone};

/// Ends each word in the text of all words. Less than every character of a word.
const END: char = '\n';

/// How many words are looked at together.
const BLOCK: usize = 16;

/// The words.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    /// All words in order, each followed by [`END`].
    text: String,
    /// Where each word begins, and the length of `text`.
    starts: Vec<u32>,
    /// The terms of all words in order, and one behind them.
    terms: Vec<Term>,
    /// The first term of each word, and the number of terms.
    firsts: Vec<u32>,
    /// The letters of each word, see [`typo::letters`].
    letters: Vec<u32>,
    stems: [Stems; 2],
    /// Where in `text` the ends of possible compounds begin, sorted by what follows.
    tails: Vec<u32>,
}

/// A word in one zone and tongue, and where its postings begin. They end where those of the next term begin.
#[derive(Clone, Copy, Debug)]
struct Term {
    mark: Mark,
    documents: u32,
    postings: u32,
    positions: u32,
}

/// The words of one tongue by their stem, but for those that are their own stem.
#[derive(Debug, Default)]
struct Stems {
    /// All stems in order.
    text: String,
    /// Where each stem begins, and the number of its word.
    entries: Vec<(u32, u32)>,
}

/// A word that agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// The number of the word.
    pub(super) word: u32,
    /// In documents of this tongue only.
    pub(super) tongue: Tongue,
    pub(super) kind: Kind,
}

impl Dictionary {
    /// Reads tantivy's dictionary.
    pub(super) fn read(terms: &TermDictionary) -> std::io::Result<Self> {
        let mut dictionary = Self::default();
        let mut tongues = Vec::new();
        let mut stream = terms.stream()?;
        let mut end = (0, 0);
        while stream.advance() {
            let (key, info) = (stream.key(), stream.value());
            let Some((mark, word)) = key.split_last() else {
                continue;
            };
            let (Some(mark), Ok(word)) = (Mark::from_byte(*mark), std::str::from_utf8(word)) else {
                continue;
            };
            dictionary.push(word, mark, info, &mut tongues);
            end = (offset(info.postings_range.end), offset(info.positions_range.end));
        }
        dictionary.close(end, &tongues);
        Ok(dictionary)
    }

    fn push(&mut self, word: &str, mark: Mark, info: &TermInfo, tongues: &mut Vec<[bool; 2]>) {
        if self.last() != Some(word) {
            self.starts.push(offset(self.text.len()));
            self.firsts.push(offset(self.terms.len()));
            self.letters.push(typo::letters(word));
            self.text.push_str(word);
            self.text.push(END);
            tongues.push([false; 2]);
        }
        if let Some([english, german]) = tongues.last_mut().filter(|_| mark.zone != Zone::Whole) {
            *english |= mark.tongue == Tongue::English;
            *german |= mark.tongue == Tongue::German;
        }
        self.terms.push(Term {
            mark,
            documents: info.doc_freq,
            postings: offset(info.postings_range.start),
            positions: offset(info.positions_range.start),
        });
    }

    fn last(&self) -> Option<&str> {
        let text = self.text.get(*self.starts.last()? as usize..)?;
        text.strip_suffix(END)
    }

    /// `end`: where postings and positions of the last term end. `tongues`: which of them each word has.
    fn close(&mut self, (postings, positions): (u32, u32), tongues: &[[bool; 2]]) {
        self.starts.push(offset(self.text.len()));
        self.firsts.push(offset(self.terms.len()));
        self.terms.extend(self.terms.last().copied().map(|last| Term {
            postings,
            positions,
            ..last
        }));
        self.stems = Tongue::ALL.map(|tongue| {
            let has = |(_, tongues): &(u32, &[bool; 2])| tongues.get(tongue as usize).copied().unwrap_or_default();
            let words = (0..).zip(tongues).filter(has);
            Stems::new(words.map(|(number, _)| (number, self.word(number))), tongue)
        });
        let german = (0..)
            .zip(tongues)
            .filter(|(_, [_, german])| *german)
            .map(|(number, _)| number);
        self.tails = self.tails(german);
        self.text.shrink_to_fit();
        self.starts.shrink_to_fit();
        self.terms.shrink_to_fit();
        self.firsts.shrink_to_fit();
        self.letters.shrink_to_fit();
    }

    /// Where the possible last elements of these words begin, sorted.
    fn tails(&self, words: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut tails = Vec::new();
        for number in words {
            let word = self.word(number);
            let start = self.start(number);
            if fold::is_plain(word) {
                let last = offset(word.len().saturating_sub(form::MIN_LAST));
                tails.extend((offset(form::MIN_REST)..=last).map(|at| start + at));
            }
        }
        tails.sort_unstable_by(|a, b| self.from(*a).cmp(self.from(*b)));
        tails.shrink_to_fit();
        tails
    }

    /// How many words there are.
    pub(super) fn len(&self) -> u32 {
        offset(self.letters.len())
    }

    /// The word of this number; numbers are in the order of the words.
    pub(super) fn word(&self, number: u32) -> &str {
        let range = self.start(number) as usize..self.start(number + 1) as usize;
        let text = self.text.get(range).unwrap_or_default();
        text.strip_suffix(END).unwrap_or(text)
    }

    fn start(&self, number: u32) -> u32 {
        self.starts.get(number as usize).copied().unwrap_or_default()
    }

    fn from(&self, at: u32) -> &str {
        self.text.get(at as usize..).unwrap_or_default()
    }

    /// The terms of a word, each with its mark.
    pub(super) fn terms(&self, number: u32) -> impl Iterator<Item = (Mark, TermInfo)> {
        let first = |number: u32| self.firsts.get(number as usize).copied().unwrap_or_default() as usize;
        let (start, end) = (first(number), first(number + 1));
        let terms = self
            .terms
            .get(start..(end + 1).min(self.terms.len()))
            .unwrap_or_default();
        terms.iter().zip(terms.iter().skip(1)).map(|(term, next)| {
            let info = TermInfo {
                doc_freq: term.documents,
                postings_range: term.postings as usize..next.postings as usize,
                positions_range: term.positions as usize..next.positions as usize,
            };
            (term.mark, info)
        })
    }

    /// The number of `word`.
    pub(super) fn find(&self, word: &str) -> Option<u32> {
        let number = first(self.len(), |number| self.word(number) < word);
        (number < self.len() && self.word(number) == word).then_some(number)
    }

    /// The words that agree with `form`, in order, each with its best kind in each tongue.
    pub(super) fn agreeing(&self, form: &Form) -> Vec<Found> {
        let mut found = Vec::new();
        let exact = self.find(form.text());
        for tongue in Tongue::ALL {
            let mut add = |word, kind| found.push(Found { word, tongue, kind });
            exact.into_iter().for_each(|word| add(word, Kind::Exact));
            self.of_stem(form, tongue, |word| add(word, Kind::Stem));
            self.beginning(form.beginning(), |word| add(word, Kind::Prefix));
            if tongue == Tongue::German {
                self.compounds(form.element(), |word| add(word, Kind::Compound));
            }
        }
        found.sort_unstable();
        found.dedup_by_key(|found| (found.word, found.tongue));
        found
    }

    /// The words that are another form of `form` at most, and do not only contain it.
    pub(super) fn forms(&self, form: &Form) -> Vec<Found> {
        let mut found = self.agreeing(form);
        found.retain(|found| found.kind <= Kind::Stem);
        found
    }

    /// Only the word itself.
    pub(super) fn exact(&self, word: &str) -> Vec<Found> {
        let found = |word| {
            Tongue::ALL.map(|tongue| Found {
                word,
                tongue,
                kind: Kind::Exact,
            })
        };
        self.find(word).into_iter().flat_map(found).collect()
    }

    /// The word itself, and what it begins if it is open: what may stand in its place in a phrase.
    pub(super) fn same(&self, form: &Form) -> Vec<u32> {
        let mut same: Vec<u32> = self.find(form.text()).into_iter().collect();
        self.beginning(form.beginning(), |word| same.push(word));
        same.sort_unstable();
        same.dedup();
        same
    }

    fn of_stem(&self, form: &Form, tongue: Tongue, add: impl FnMut(u32)) {
        let [english, german] = &self.stems;
        let stems = match tongue {
            Tongue::English => english,
            Tongue::German => german,
        };
        let (stem, text) = (form.stem(tongue), form.text());
        let also = Some(text).filter(|text| *text != stem);
        let with_stem = stems
            .words(stem)
            .chain(also.into_iter().flat_map(|text| stems.words(text)));
        self.find(stem).into_iter().chain(with_stem).for_each(add);
    }

    fn beginning(&self, beginning: Option<&str>, add: impl FnMut(u32)) {
        let Some(beginning) = beginning else {
            return;
        };
        let from = first(self.len(), |number| self.word(number) < beginning);
        let to = first(self.len(), |number| {
            self.word(number) < beginning || self.word(number).starts_with(beginning)
        });
        (from..to).for_each(add);
    }

    fn compounds(&self, element: Option<&str>, mut add: impl FnMut(u32)) {
        let Some(element) = element else {
            return;
        };
        let mut add = |number: u32, at: u32| {
            let word = self.word(number);
            if fold::is_plain(word) && form::is_compound(element.len(), at as usize, word.len()) {
                add(number);
            }
        };
        self.beginning(Some(element), |number| add(number, 0));
        let tail = |at: u32| self.from(self.tails.get(at as usize).copied().unwrap_or_default());
        let count = offset(self.tails.len());
        let from = first(count, |at| tail(at) < element);
        for start in self
            .tails
            .iter()
            .skip(from as usize)
            .take_while(|at| self.from(**at).starts_with(element))
        {
            let number = first(self.len(), |number| self.start(number) <= *start).saturating_sub(1);
            add(number, start - self.start(number));
        }
    }

    /// The words that are a slip away from what was typed, with their distance. `is_open`: from a word that may go on.
    pub(super) fn near(&self, near: &mut Near, is_open: bool) -> Vec<(u32, usize)> {
        let mut found = Vec::new();
        for (block, letters) in (0..).zip(self.letters.chunks(BLOCK)) {
            let may_be = |near: &Near, letters: u32| {
                if is_open {
                    near.may_begin(letters)
                } else {
                    near.may_be(letters)
                }
            };
            // Nearly every word is too far away, and a whole block is told apart at once.
            if !letters.iter().fold(false, |any, letters| any | may_be(near, *letters)) {
                continue;
            }
            for (number, letters) in (block * offset(BLOCK)..).zip(letters) {
                if may_be(near, *letters) {
                    let word = self.word(number);
                    let distance = if is_open {
                        near.distance_of_beginning(word)
                    } else {
                        near.distance(word)
                    };
                    found.extend(distance.map(|distance| (number, distance)));
                }
            }
        }
        found
    }
}

impl Stems {
    fn new<'w>(words: impl Iterator<Item = (u32, &'w str)>, tongue: Tongue) -> Self {
        let stem = |(number, word): (u32, &'w str)| {
            let stem = form::stem(word, tongue);
            (stem != word).then(|| (stem.into_owned(), number))
        };
        let mut pairs: Vec<(String, u32)> = words.filter_map(stem).collect();
        pairs.sort_unstable();
        let mut stems = Self::default();
        for (stem, number) in pairs {
            stems.entries.push((offset(stems.text.len()), number));
            stems.text.push_str(&stem);
        }
        stems.text.shrink_to_fit();
        stems.entries.shrink_to_fit();
        stems
    }

    /// The words of this stem.
    fn words(&self, stem: &str) -> impl Iterator<Item = u32> {
        let at = |number: u32| self.entries.get(number as usize).map(|(at, _)| *at as usize);
        let text = move |number: u32| {
            let range = at(number).unwrap_or_default()..at(number + 1).unwrap_or(self.text.len());
            self.text.get(range).unwrap_or_default()
        };
        let count = offset(self.entries.len());
        let from = first(count, |number| text(number) < stem);
        let to = first(count, |number| text(number) <= stem);
        self.entries
            .iter()
            .take(to as usize)
            .skip(from as usize)
            .map(|(_, word)| *word)
    }
}

/// The first of `0..count` for which `before` is false; it must be true for all numbers before that.
fn first(count: u32, before: impl Fn(u32) -> bool) -> u32 {
    let (mut from, mut to) = (0, count);
    while from < to {
        let middle = from + (to - from) / 2;
        if before(middle) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    from
}

/// Parts are kept so small that no offset in them needs more.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
