//! From pieces to ranges.
//!
//! In: pieces in order. Out: ranges without gaps, given to the sink. Must not: give an empty range, or two of one class
//! in a row.

use std::ops::Range;

use super::Class;

/// Collects pieces of one class until another class begins.
pub(super) struct Marks<'s> {
    sink: &'s mut dyn FnMut(Option<Class>, Range<usize>),
    class: Option<Class>,
    /// Where the range that is being collected begins.
    from: usize,
    /// The end of what has a class so far.
    to: usize,
}

impl<'s> Marks<'s> {
    pub(super) fn new(sink: &'s mut dyn FnMut(Option<Class>, Range<usize>)) -> Self {
        Self {
            sink,
            class: None,
            from: 0,
            to: 0,
        }
    }

    /// All that has no class yet, up to `end`, is of `class`.
    #[inline]
    pub(super) fn up_to(&mut self, end: usize, class: Option<Class>) {
        if end <= self.to {
            return;
        }
        if class != self.class {
            if self.from < self.to {
                (self.sink)(self.class, self.from..self.to);
            }
            self.from = self.to;
            self.class = class;
        }
        self.to = end;
    }

    /// A piece; what lies between it and the one before is plain.
    #[inline]
    pub(super) fn piece(&mut self, range: Range<usize>, class: Class) {
        self.up_to(range.start, None);
        self.up_to(range.end, Some(class));
    }

    /// The rest of a text of `length` bytes is plain.
    pub(super) fn finish(mut self, length: usize) {
        self.up_to(length, None);
        if self.from < self.to {
            (self.sink)(self.class, self.from..self.to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_plain_and_neighbours_are_joined() {
        let mut ranges = Vec::new();
        let mut sink = |class, range| ranges.push((class, range));
        let mut marks = Marks::new(&mut sink);
        marks.piece(2..4, Class::Key);
        marks.piece(4..5, Class::Key);
        marks.piece(5..5, Class::String);
        marks.piece(5..7, Class::Number);
        marks.up_to(6, Some(Class::Key));
        marks.up_to(8, None);
        marks.finish(10);
        let expect = [
            (None, 0..2),
            (Some(Class::Key), 2..5),
            (Some(Class::Number), 5..7),
            (None, 7..10),
        ];
        assert_eq!(ranges, expect);
    }

    #[test]
    fn nothing_has_no_range() {
        let mut sink = |_, range| panic!("{range:?}");
        Marks::new(&mut sink).finish(0);
    }
}
