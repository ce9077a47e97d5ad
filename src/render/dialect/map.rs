//! Where the bytes of a rewritten text came from.
//!
//! In: pieces that are copied and text that is put between them. Out: [`Rewritten`], whose places lead back
//! to the original. Must not: know why anything is rewritten.

use std::ops::Range;

/// A text made of pieces of another one.
#[derive(Debug, Default)]
pub(in crate::render) struct Rewritten {
    /// The new text.
    pub(in crate::render) text: String,
    /// Where each copied piece stands here, where it stood there, and its length.
    pieces: Vec<(usize, usize, usize)>,
}

impl Rewritten {
    /// Copies `piece`, which stands at `at` in the original.
    pub(super) fn copy(&mut self, piece: &str, at: usize) {
        if piece.is_empty() {
            return;
        }
        let here = self.text.len();
        match self.pieces.last_mut() {
            Some((new, old, length)) if *new + *length == here && *old + *length == at => *length += piece.len(),
            _ => self.pieces.push((here, at, piece.len())),
        }
        self.text.push_str(piece);
    }

    /// Puts in `text` that the original does not have.
    pub(super) fn insert(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// The bytes of the original that became `range`. What was put in belongs to the text after it where it begins
    /// something, and to the text before it where it ends something.
    pub(in crate::render) fn origin(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.start(range.start);
        start..self.end(range.end).max(start)
    }

    fn start(&self, at: usize) -> usize {
        let after = self.pieces.partition_point(|(new, ..)| *new <= at);
        let next = || self.pieces.get(after).map(|(_, old, _)| *old);
        match after.checked_sub(1).and_then(|index| self.pieces.get(index)) {
            Some((new, old, length)) if at < new + length => old + (at - new),
            Some((_, old, length)) => next().unwrap_or(old + length),
            None => next().unwrap_or(0),
        }
    }

    fn end(&self, at: usize) -> usize {
        let after = self.pieces.partition_point(|(new, ..)| *new < at);
        match after.checked_sub(1).and_then(|index| self.pieces.get(index)) {
            Some((new, old, length)) => old + (at - new).min(*length),
            None => self.pieces.first().map_or(0, |(_, old, _)| *old),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back() {
        // abc|defg -> "> ab" + "\n> " + "defg"
        let mut text = Rewritten::default();
        text.insert("> ");
        text.copy("ab", 0);
        text.insert("\n> ");
        text.copy("defg", 3);
        assert_eq!(text.text, "> ab\n> defg");
        let cases = [
            (0..4, 0..2),
            (2..4, 0..2),
            (3..3, 1..1),
            (4..11, 3..7),
            (6..7, 3..3),
            (7..11, 3..7),
            (2..7, 0..2),
            (0..0, 0..0),
            (11..11, 7..7),
        ];
        for (range, expect) in cases {
            assert_eq!(text.origin(&range), expect, "{range:?}");
        }
    }
}
