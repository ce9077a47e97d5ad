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
        let (mut total, mut inside) = (self.total, self.inside);
        for byte in text.bytes() {
            let class = CLASSES.get(usize::from(byte)).copied().unwrap_or(Class::Other);
            let space = matches!(class, Class::Space);
            total += usize::from(inside & space);
            inside = (inside & !space) | matches!(class, Class::Letter);
        }
        (self.total, self.inside) = (total, inside);
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

#[derive(Clone, Copy)]
enum Class {
    Space,
    Letter,
    Other,
}

/// What each byte is: looked up, as this runs for every byte of every document.
const CLASSES: [Class; 256] = {
    let mut table = [Class::Other; 256];
    let mut rest: &mut [Class] = &mut table;
    let mut byte: u8 = 0;
    while let Some((first, others)) = rest.split_first_mut() {
        *first = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0c => Class::Space,
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => Class::Letter,
            // Most letters beyond ASCII begin like this. Dashes, quotes and arrows begin with 0xC2 or 0xE2.
            0xc3..=0xe1 | 0xe3..=0xff => Class::Letter,
            _ => Class::Other,
        };
        byte = byte.wrapping_add(1);
        rest = others;
    }
    table
};

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
