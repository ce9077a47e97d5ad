//! How far two words are apart in keystrokes.
//!
//! In: a word as it was typed, words that exist. Out: the distance, if it is small enough to be a slip. Must not: take
//! longer for hostile words: what cannot be near is told by its letters, the rest costs length times length.

use std::iter::{once, repeat};

/// How many slips a typed word of `length` characters may have.
pub(super) fn allowed(length: usize) -> usize {
    match length {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// Which letters a word has, one bit for each of 26 and six for all other characters.
pub(super) fn letters(word: &str) -> u32 {
    word.chars().fold(0, |letters, c| letters | 1 << bit(c))
}

fn bit(c: char) -> u32 {
    match c {
        'a'..='z' => c as u32 - 'a' as u32,
        _ => 26 + c as u32 % 6,
    }
}

/// True if `bits` has at most `most` bits, two at the most. Asked for every word there is, so not by counting them.
fn at_most(bits: u32, most: usize) -> bool {
    let without_one = |bits: u32| bits & bits.wrapping_sub(1);
    match most {
        0 => bits == 0,
        1 => without_one(bits) == 0,
        _ => without_one(without_one(bits)) == 0,
    }
}

/// Measures words against one that was typed.
#[derive(Debug)]
pub(super) struct Near {
    typed: Vec<char>,
    letters: u32,
    allowed: usize,
    other: Vec<char>,
    /// The last two rows of the table and the one that is filled, all as long as `typed` plus one.
    rows: [Vec<usize>; 3],
}

impl Near {
    /// For words at most `allowed` slips away from `typed`.
    pub(super) fn new(typed: &str, allowed: usize) -> Self {
        Self {
            typed: typed.chars().collect(),
            letters: letters(typed),
            allowed,
            other: Vec::new(),
            rows: [Vec::new(), Vec::new(), Vec::new()],
        }
    }

    /// False if a word with these letters is too far away for sure. True says nothing.
    pub(super) fn may_be(&self, letters: u32) -> bool {
        self.may_begin(letters) & at_most(letters & !self.letters, self.allowed)
    }

    /// False if no word with these letters begins with nearly what was typed.
    pub(super) fn may_begin(&self, letters: u32) -> bool {
        at_most(self.letters & !letters, self.allowed)
    }

    /// The number of slips between the typed word and `word`: letters added, left out, replaced, or two of them swapped.
    pub(super) fn distance(&mut self, word: &str) -> Option<usize> {
        let too_long = word.is_ascii() && word.len() > self.typed.len() + self.allowed;
        if too_long || word.len() + self.allowed < self.typed.len() {
            return None;
        }
        self.measure(word)
            .map(|(whole, _)| whole)
            .filter(|distance| *distance <= self.allowed)
    }

    /// The number of slips between the typed word and the nearest beginning of `word`.
    pub(super) fn distance_of_beginning(&mut self, word: &str) -> Option<usize> {
        self.measure(word)
            .map(|(_, beginning)| beginning)
            .filter(|distance| *distance <= self.allowed)
    }

    /// The distance to `word` and to its nearest beginning; none when both are too large.
    fn measure(&mut self, word: &str) -> Option<(usize, usize)> {
        self.other.clear();
        // Characters behind what the typed word can reach tell only that `word` is longer.
        self.other
            .extend(word.chars().take(self.typed.len() + self.allowed + 1));
        let [before, last, row] = &mut self.rows;
        last.clear();
        last.extend(0..=self.typed.len());
        let mut beginning = self.typed.len();
        let mut swapped = None;
        for (line, other) in self.other.iter().enumerate() {
            row.clear();
            row.push(line + 1);
            let mut left = line + 1;
            let mut least = left;
            let mut typed_before = None;
            let above = last.iter().zip(last.iter().skip(1));
            let two_above = once(None).chain(before.iter().copied().map(Some)).chain(repeat(None));
            for ((typed, (diagonal, above)), swap) in self.typed.iter().zip(above).zip(two_above) {
                let mut cell = (left + 1).min(above + 1).min(diagonal + usize::from(typed != other));
                if typed_before == Some(other)
                    && swapped == Some(typed)
                    && let Some(swap) = swap
                {
                    cell = cell.min(swap + 1);
                }
                row.push(cell);
                left = cell;
                least = least.min(cell);
                typed_before = Some(typed);
            }
            beginning = beginning.min(left);
            if least > self.allowed && beginning > self.allowed {
                return None;
            }
            swapped = Some(other);
            std::mem::swap(before, last);
            std::mem::swap(last, row);
        }
        let whole = last.last().copied().unwrap_or(usize::MAX);
        Some((whole, beginning))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, without bounds and without reuse.
    fn plain(a: &str, b: &str) -> usize {
        let (a, b): (Vec<_>, Vec<_>) = (a.chars().collect(), b.chars().collect());
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let replaced = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let mut cell = replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        cell = cell.min(table[i - 2][j - 2] + 1);
                    }
                    cell
                };
            }
        }
        table[a.len()][b.len()]
    }

    #[test]
    fn slips_are_counted() {
        for (typed, word, expect) in [
            ("etcd", "etcd", Some(0)),
            ("ectd", "etcd", Some(1)),
            ("tecd", "etcd", Some(1)),
            ("etc", "etcd", Some(1)),
            ("etcdd", "etcd", Some(1)),
            ("prometeus", "prometheus", Some(1)),
            ("prometeuss", "prometheus", Some(2)),
            ("promtheuus", "prometheus", Some(2)),
            ("certficate", "certificate", Some(1)),
            ("abcdefgh", "hgfedcba", None),
            ("überlauf", "üeberlauf", Some(1)),
        ] {
            assert_eq!(Near::new(typed, 2).distance(word), expect, "{typed:?} {word:?}");
        }
    }

    #[test]
    fn beginnings_are_measured() {
        for (typed, word, expect) in [
            ("certf", "certificate", Some(1)),
            ("crtif", "certificate", Some(1)),
            ("certif", "certificate", Some(0)),
            ("xyz", "certificate", None),
        ] {
            assert_eq!(
                Near::new(typed, 1).distance_of_beginning(word),
                expect,
                "{typed:?} {word:?}"
            );
        }
    }

    #[test]
    fn bounds_and_letters_lose_nothing() {
        let words = [
            "a", "ab", "ba", "abc", "acb", "cab", "abcd", "badc", "pods", "pod", "posd", "restart", "restrat",
            "retsart", "node1", "node2", "nöde", "looping", "loping", "",
        ];
        for typed in words {
            for allowed in 0..=2 {
                let mut near = Near::new(typed, allowed);
                for word in words {
                    let expect = Some(plain(typed, word)).filter(|distance| *distance <= allowed);
                    assert_eq!(near.distance(word), expect, "{typed:?} {word:?}");
                    assert!(expect.is_none() || near.may_be(letters(word)), "{typed:?} {word:?}");
                    let beginnings = (0..=word.len()).filter_map(|end| word.get(..end));
                    let expect = beginnings.map(|beginning| plain(typed, beginning)).min();
                    let expect = expect.filter(|distance| *distance <= allowed);
                    assert_eq!(near.distance_of_beginning(word), expect, "{typed:?} {word:?}");
                    assert!(expect.is_none() || near.may_begin(letters(word)), "{typed:?} {word:?}");
                }
            }
        }
    }
}
