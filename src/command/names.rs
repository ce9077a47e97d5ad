//! Tables of names, looked up fast.
//!
//! In: a table sorted by name. Out: what it says of a name. Must not: allocate, or match anything but whole names.

/// A table sorted by name.
#[derive(Debug)]
pub(super) struct Names<T: 'static> {
    table: &'static [(&'static str, T)],
    /// Per first byte, how many names begin with a smaller one.
    starts: [u16; 257],
}

impl<T> Names<T> {
    /// `table` is sorted by name and has no empty names.
    pub(super) const fn new(table: &'static [(&'static str, T)]) -> Self {
        let mut starts = [0; 257];
        let mut rest: &mut [u16] = &mut starts;
        let mut byte = 0;
        while let Some((start, others)) = rest.split_first_mut() {
            *start = smaller(table, byte);
            byte += 1;
            rest = others;
        }
        Self { table, starts }
    }

    /// What the table says of `name`.
    pub(super) fn find(&self, name: &str) -> Option<&'static T> {
        let first = usize::from(*name.as_bytes().first()?);
        let start = |at: usize| self.starts.get(at).copied().map_or(0, usize::from);
        let candidates = self.table.get(start(first)..start(first + 1))?;
        candidates
            .iter()
            .find(|(listed, _)| *listed == name)
            .map(|(_, value)| value)
    }

    #[cfg(test)]
    pub(super) fn table(&self) -> &'static [(&'static str, T)] {
        self.table
    }
}

/// How many names of `table` begin with a byte smaller than `byte`.
const fn smaller<T>(table: &[(&str, T)], byte: u16) -> u16 {
    let mut rest = table;
    let mut count = 0;
    while let Some((entry, others)) = rest.split_first() {
        if let Some(first) = entry.0.as_bytes().first()
            && (*first as u16) < byte
        {
            count += 1;
        }
        rest = others;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names_are_found() {
        static TABLE: Names<u8> = Names::new(&[("a", 1), ("b", 2), ("bc", 3), ("z", 4), ("ä", 5)]);
        let cases = [
            ("a", Some(1)),
            ("b", Some(2)),
            ("bc", Some(3)),
            ("bcd", None),
            ("z", Some(4)),
            ("ä", Some(5)),
            ("", None),
            ("\u{10ffff}", None),
        ];
        for (name, expect) in cases {
            assert_eq!(TABLE.find(name).copied(), expect, "{name:?}");
        }
    }
}
