//! When a word of a document is what was asked for.
//!
//! In: a word as it was asked for, a word of a document. Out: [`Kind`], how well they agree. Must not: read an index.
//! `dictionary.rs` finds the same words faster, and its tests hold it to this.

use std::borrow::Cow;

use frostem::{Algorithm, Stemmer};

use super::fold::is_plain;
use super::zone::Tongue;

/// How a word of a document agrees with the one asked for, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The same word.
    Exact,
    /// Another form of it: `Zertifikate`, `Zertifikat`.
    Stem,
    /// A German compound that contains it: `Ablauf`, `Zertifikatsablauf`.
    Compound,
    /// A word that begins with it.
    Prefix,
    /// A word that differs by a slip of the keyboard.
    Typo,
}

/// A word that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    text: String,
    /// The stem in each [`Tongue`].
    stems: [String; 2],
    /// From how many bytes on it stands for the words that begin with it. None if it does not go on.
    open_from: Option<usize>,
}

/// The shortest word that stands for those that begin with it while it is typed.
const MIN_OPEN: usize = 3;

/// The same for a word that stands for nothing else.
const MIN_BEGUN: usize = 1;

/// The shortest stem that is looked for at the end of compounds.
pub(super) const MIN_LAST: usize = 4;

/// The shortest stem that is looked for anywhere in compounds.
const MIN_INNER: usize = 5;

/// The least that the other part of a compound must have.
pub(super) const MIN_REST: usize = 3;

impl Form {
    /// The word `text`, folded. `is_open`: it may go on.
    pub(super) fn new(text: &str, is_open: bool) -> Self {
        Self {
            text: text.to_owned(),
            stems: Tongue::ALL.map(|tongue| stem(text, tongue).into_owned()),
            open_from: is_open.then_some(MIN_OPEN),
        }
    }

    /// The same word, but it may go on and be shorter.
    pub(super) fn opened(&self) -> Self {
        Self {
            open_from: Some(MIN_BEGUN),
            ..self.clone()
        }
    }

    /// The word itself.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Its stem.
    pub(super) fn stem(&self, tongue: Tongue) -> &str {
        let [english, german] = &self.stems;
        match tongue {
            Tongue::English => english,
            Tongue::German => german,
        }
    }

    /// The beginning that words may have, if it may go on and is long enough.
    pub(super) fn beginning(&self) -> Option<&str> {
        let long_enough = self.open_from.is_some_and(|least| self.text.len() >= least);
        long_enough.then_some(self.text.as_str())
    }

    /// True if it may go on.
    pub(super) fn is_open(&self) -> bool {
        self.open_from.is_some()
    }

    /// True if it may go on, but is too short to stand for all words that begin with it.
    pub(super) fn is_hardly_begun(&self) -> bool {
        self.is_open() && self.beginning().is_none()
    }

    /// What compounds may contain.
    pub(super) fn element(&self) -> Option<&str> {
        Some(self.stem(Tongue::German)).filter(|stem| stem.len() >= MIN_LAST && is_plain(stem))
    }

    /// True if both words have one stem, or one is the stem of the other: stems have stems of their own, and `provision`
    /// is that of `provisioner`.
    fn has_stem(&self, word: &str, tongue: Tongue) -> bool {
        let stem = stem(word, tongue);
        stem == self.stem(tongue) || stem == self.text || word == self.stem(tongue)
    }

    /// True if `part` is the word itself, or begins with it if it may go on.
    pub(super) fn is_same(&self, part: &str) -> bool {
        part == self.text || self.beginning().is_some_and(|beginning| part.starts_with(beginning))
    }

    /// How `word`, which stands in a document of this tongue, agrees.
    pub(super) fn kind(&self, word: &str, tongue: Tongue) -> Option<Kind> {
        if word == self.text {
            return Some(Kind::Exact);
        }
        // Stems keep their first letter, and most words differ in it.
        if word.as_bytes().first() == self.text.as_bytes().first() && self.has_stem(word, tongue) {
            return Some(Kind::Stem);
        }
        if tongue == Tongue::German
            && let Some(element) = self.element()
            && is_plain(word)
            && word
                .match_indices(element)
                .any(|(at, _)| is_compound(element.len(), at, word.len()))
        {
            return Some(Kind::Compound);
        }
        let begins = self.beginning().is_some_and(|beginning| word.starts_with(beginning));
        begins.then_some(Kind::Prefix)
    }
}

/// True if an element of `length` letters makes a word of `word` letters a compound when it stands at letter `at`.
pub(super) fn is_compound(length: usize, at: usize, word: usize) -> bool {
    let rest = word.saturating_sub(at + length);
    match (at, length) {
        (0, MIN_INNER..) => rest >= MIN_REST,
        (MIN_REST.., MIN_INNER..) => true,
        // A short element must come last; what follows is its ending.
        (MIN_REST.., MIN_LAST..) => rest < MIN_REST,
        _ => false,
    }
}

/// The stem of a folded word.
pub(super) fn stem(word: &str, tongue: Tongue) -> Cow<'_, str> {
    let algorithm = match tongue {
        Tongue::English => Algorithm::English,
        Tongue::German => Algorithm::German,
    };
    Stemmer::new(algorithm).stem(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_agree_by_language() {
        use Kind::{Compound, Exact, Prefix, Stem};
        use Tongue::{English, German};
        let cases = [
            ("pods", false, "pods", English, Some(Exact)),
            ("pods", false, "pod", English, Some(Stem)),
            ("pods", false, "podman", English, None),
            ("looping", false, "loop", English, Some(Stem)),
            ("provision", false, "provisioner", English, Some(Stem)),
            ("provisioner", false, "provision", English, Some(Stem)),
            ("policies", false, "policy", English, Some(Stem)),
            ("cert", true, "certificate", English, Some(Prefix)),
            ("cert", false, "certificate", English, None),
            ("ce", true, "certificate", English, None),
            ("zertifikate", false, "zertifikat", German, Some(Stem)),
            ("loeschen", false, "loesche", German, Some(Stem)),
            ("haeuser", false, "haus", German, Some(Stem)),
            ("ablauf", false, "zertifikatsablauf", German, Some(Compound)),
            ("ablauf", false, "zertifikatsablaufdatum", German, Some(Compound)),
            ("ablauf", false, "zertifikatsablauf", English, None),
            ("zertifikat", false, "zertifikatsablauf", German, Some(Compound)),
            ("zertifikate", false, "zertifikatsablauf", German, Some(Compound)),
            ("netz", false, "overlaynetze", German, Some(Compound)),
            ("netz", false, "netzwerk", German, None),
            ("last", false, "belastung", German, None),
            ("netz", false, "vernetzung", German, None),
            ("rat", false, "beirat", German, None),
            ("port", false, "important", English, None),
        ];
        for (asked, open, word, tongue, expect) in cases {
            assert_eq!(Form::new(asked, open).kind(word, tongue), expect, "{asked:?} {word:?}");
        }
    }

    #[test]
    fn stems_keep_their_first_letter() {
        for word in [
            "haeuser",
            "aerzte",
            "oefen",
            "ueberlauf",
            "skies",
            "dying",
            "uerdingen",
            "aegypten",
            "oel",
        ] {
            for tongue in Tongue::ALL {
                assert_eq!(stem(word, tongue).chars().next(), word.chars().next(), "{word:?}");
            }
        }
    }
}
