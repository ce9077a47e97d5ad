//! Counting words.
//!
//! In: texts in order. Out: how many words they have. Must not: count bullets, dashes or the rules of a table.

/// A running count. A word is what stands between white space and has a letter or digit in it.
#[derive(Debug, Default)]
pub(super) struct Words {
    total: usize,
    /// The word that is being read has a letter or digit.
    inside: bool,
}

impl Words {
    /// Goes on with `text`, which may begin or end within a word.
    pub(super) fn read(&mut self, text: &str) {
        for byte in text.bytes() {
            if byte.is_ascii_whitespace() {
                self.end();
            } else if byte.is_ascii_alphanumeric() || is_letter_beyond_ascii(byte) {
                self.inside = true;
            }
        }
    }

    /// Ends the word that is being read: a block ends here.
    pub(super) fn end(&mut self) {
        self.total += usize::from(self.inside);
        self.inside = false;
    }

    /// The words that have ended.
    pub(super) fn total(&self) -> usize {
        self.total
    }
}

/// True for the first byte of most letters beyond ASCII. Dashes, quotes and arrows begin with 0xC2 or 0xE2.
fn is_letter_beyond_ascii(byte: u8) -> bool {
    byte >= 0xc3 && byte != 0xe2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_across_texts_and_end_with_blocks() {
        let mut words = Words::default();
        for text in ["Über", "all – and", "  no", "-where → |---|"] {
            words.read(text);
        }
        words.end();
        words.end();
        assert_eq!(words.total(), 3);
    }
}
