//! Tables as kubectl prints them.
//!
//! In: a header and rows. Out: columns, three spaces apart. Must not: let a control character of a document through.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

/// Widest cell, in terminal columns; what is longer ends in an ellipsis.
const WIDEST: usize = 80;

/// A table of `N` columns.
#[derive(Debug)]
pub struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// A table with this header.
    pub fn new(header: [&str; N]) -> Self {
        Self {
            rows: vec![header.map(str::to_owned)],
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: [String; N]) {
        let mut left = N;
        self.rows.push(cells.map(|cell| {
            left -= 1;
            // Nothing stands behind the last cell, so it may be as long as it is.
            clean(&cell, if left == 0 { usize::MAX } else { WIDEST })
        }));
    }

    /// True when there is nothing below the header.
    pub fn is_empty(&self) -> bool {
        self.rows.len() < 2
    }

    /// Prints it.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        for row in &self.rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(widths) {
                line.push_str(cell);
                line.push_str(&" ".repeat(width + 3 - cell.width()));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// One line without control characters, at most `widest` columns.
fn clean(cell: &str, widest: usize) -> String {
    let plain: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if plain.width() <= widest {
        return plain;
    }
    let mut cut = String::new();
    for c in plain.chars() {
        if cut.width() + 2 > widest {
            break;
        }
        cut.push(c);
    }
    cut + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_and_control_characters_stay_out() {
        let mut table = Table::new(["NAME", "TITLE"]);
        table.row(["a".to_owned(), "plain".to_owned()]);
        table.row(["日本".to_owned(), "esc\u{1b}[31m".to_owned()]);
        table.row(["x".repeat(100), "y".repeat(100)]);
        let mut out = Vec::new();
        table.write(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let gap = |text: &str| format!("{text}{}", " ".repeat(83 - text.width()));
        let cut = format!("{}…", "x".repeat(79));
        let rows = [
            ("NAME", "TITLE"),
            ("a", "plain"),
            ("日本", "esc [31m"),
            (&cut, &"y".repeat(100)),
        ];
        let expect: String = rows
            .iter()
            .map(|(name, title)| format!("{}{title}\n", gap(name)))
            .collect();
        assert_eq!(text, expect);
    }
}
