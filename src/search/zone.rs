//! Where in a document a word stands, and in which language.
//!
//! In: nothing. Out: [`Zone`], [`Tongue`], and the [`Mark`] that holds both. Must not: weigh (see `score.rs`).
//!
//! A mark is the last character of every term of the index: `etcd` in a title and `etcd` in a text are two terms that
//! stand side by side in the sorted dictionary. So one field is enough, one look-up finds a word in all zones, and a
//! phrase cannot begin in one zone and end in another.

/// A part of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Zone {
    Title,
    Alert,
    Name,
    /// Headings and the summary.
    Heading,
    /// Owner, tags, namespace, component.
    Label,
    Command,
    Body,
    /// A title, alert or name squashed to one word: found when it is all that was asked for.
    Whole,
}

impl Zone {
    /// All zones, in the order in which a document is read.
    pub(super) const ALL: [Self; 8] = [
        Self::Title,
        Self::Alert,
        Self::Name,
        Self::Heading,
        Self::Label,
        Self::Command,
        Self::Body,
        Self::Whole,
    ];
}

/// Which stemmer reads a word, and whether words are compounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tongue {
    /// English, and every language without a stemmer here: most of their technical words are English.
    English,
    German,
}

impl Tongue {
    /// All tongues.
    pub(super) const ALL: [Self; 2] = [Self::English, Self::German];

    /// The tongue of a document whose language is `tag` (BCP 47).
    pub(super) fn of(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("de") {
            Self::German
        } else {
            Self::English
        }
    }
}

/// A zone and a tongue, as one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    pub(super) zone: Zone,
    pub(super) tongue: Tongue,
}

/// The first mark. All 16 are control characters that no text is left with, and less than any letter or digit.
const FIRST: u8 = 0x10;

impl Mark {
    /// The mark as a byte of UTF-8.
    pub(super) fn byte(self) -> u8 {
        FIRST + 2 * self.zone as u8 + self.tongue as u8
    }

    /// The mark that `byte` stands for.
    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        let index = usize::from(byte.checked_sub(FIRST)?);
        Some(Self {
            zone: *Zone::ALL.get(index / 2)?,
            tongue: *Tongue::ALL.get(index % 2)?,
        })
    }
}

/// Some zones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Zones(u8);

impl Zones {
    /// Where words are looked for unless a query says where.
    pub(super) const TEXT: Self = Self(0x7f);

    /// Only `zone`.
    pub(super) const fn only(zone: Zone) -> Self {
        Self(1 << zone as u8)
    }

    /// True if `zone` is one of them.
    pub(super) const fn contains(self, zone: Zone) -> bool {
        self.0 & (1 << zone as u8) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_bytes_below_all_words() {
        for zone in Zone::ALL {
            for tongue in Tongue::ALL {
                let mark = Mark { zone, tongue };
                assert_eq!(Mark::from_byte(mark.byte()), Some(mark));
                assert!(mark.byte() < b'0', "{mark:?}");
            }
        }
        for byte in [0, 9, 10, 13, 15, 32, b'a', 255] {
            assert_eq!(Mark::from_byte(byte), None, "{byte}");
        }
    }

    #[test]
    fn text_is_all_zones_but_whole_names() {
        for zone in Zone::ALL {
            assert_eq!(Zones::TEXT.contains(zone), zone != Zone::Whole, "{zone:?}");
            assert!(Zones::only(zone).contains(zone));
        }
        assert!(!Zones::only(Zone::Title).contains(Zone::Body));
    }

    #[test]
    fn german_is_recognised() {
        for (tag, expect) in [
            ("de", Tongue::German),
            ("DE-at", Tongue::German),
            ("de_CH", Tongue::German),
            ("den", Tongue::English),
            ("en", Tongue::English),
            ("", Tongue::English),
        ] {
            assert_eq!(Tongue::of(tag), expect, "{tag:?}");
        }
    }
}
