//! Which documents of a part are still there.
//!
//! In: what was deleted. Out: [`Alive`]. Must not: come back to life.

/// A set of documents that only shrinks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alive {
    words: Vec<u64>,
    /// How many documents there were at first.
    length: u32,
    /// How many are left.
    count: u32,
}

impl Alive {
    /// The first `count` documents.
    pub(super) fn all(count: u32) -> Self {
        let full = (count / 64) as usize;
        let mut words = vec![u64::MAX; full];
        words.extend(Some((1u64 << (count % 64)) - 1).filter(|rest| *rest > 0));
        Self {
            words,
            length: count,
            count,
        }
    }

    /// Takes a document out.
    pub(super) fn remove(&mut self, document: u32) {
        let bit = 1u64 << (document % 64);
        if let Some(word) = self.words.get_mut((document / 64) as usize)
            && *word & bit != 0
        {
            *word &= !bit;
            self.count -= 1;
        }
    }

    /// True if the document is still there.
    pub(super) fn contains(&self, document: u32) -> bool {
        let word = self.words.get((document / 64) as usize);
        word.is_some_and(|word| word & (1 << (document % 64)) != 0)
    }

    /// How many there are.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// For each document that ever was: is it still there?
    pub(super) fn flags(&self) -> Vec<bool> {
        if self.count == self.length {
            return vec![true; self.length as usize];
        }
        (0..self.length).map(|document| self.contains(document)).collect()
    }

    /// The documents in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        let bits = |(index, word): (u32, &u64)| {
            let word = *word;
            (0..64)
                .filter(move |bit| word & (1 << bit) != 0)
                .map(move |bit| index * 64 + bit)
        };
        (0..).zip(&self.words).flat_map(bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_go_and_stay_away() {
        for count in [0, 1, 63, 64, 65, 200] {
            let mut alive = Alive::all(count);
            assert!(alive.iter().eq(0..count), "{count}");
            assert_eq!(alive.count(), count);
            for document in [0, 63, 64, 64, 199, 500] {
                alive.remove(document);
                assert!(!alive.contains(document));
            }
            let left: Vec<_> = (0..count)
                .filter(|document| ![0, 63, 64, 199].contains(document))
                .collect();
            assert!(alive.iter().eq(left.iter().copied()), "{count}");
            assert_eq!(alive.count() as usize, left.len());
        }
    }
}
