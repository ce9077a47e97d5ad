//! A table as text.
//!
//! In: its cells in order. Out: lines whose columns line up. Must not: pad a table far beyond the size of its texts.

use unicode_width::UnicodeWidthStr;

/// The widest column that others are lined up with. A longer cell sticks out.
const MAX_WIDTH: usize = 60;

/// The rows that were read so far; the first is the head.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Begins a row.
    pub(super) fn row(&mut self) {
        self.rows.push(Vec::new());
    }

    /// Adds a cell to the row.
    pub(super) fn cell(&mut self, text: String) {
        if let Some(row) = self.rows.last_mut() {
            row.push(text);
        }
    }

    /// The lines of the table, in at most `room` bytes if that is more than the bare cells need.
    pub(super) fn layout(self, room: usize) -> String {
        let mut widths: Vec<usize> = Vec::new();
        for row in &self.rows {
            widths.resize(widths.len().max(row.len()), 0);
            for (cell, width) in row.iter().zip(&mut widths) {
                *width = (*width).max(cell.width().min(MAX_WIDTH));
            }
        }
        let padded: usize = widths.iter().map(|width| width + 3).sum();
        let cells: usize = self.rows.iter().flatten().map(|cell| cell.len() + 1).sum();
        let line_up = padded.saturating_mul(self.rows.len()).saturating_add(cells) < room.min(cells * 4 + 4096);
        if !line_up {
            widths.clear();
        }

        let mut out = String::new();
        for (index, row) in self.rows.iter().enumerate() {
            write_row(&mut out, row, &widths);
            if index == 0 && line_up {
                let line: Vec<_> = widths.iter().map(|width| "-".repeat(*width)).collect();
                write_row(&mut out, &line, &[]);
            }
        }
        out
    }
}

fn write_row(out: &mut String, row: &[String], widths: &[usize]) {
    let filled = row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    for (column, cell) in row.iter().take(filled).enumerate() {
        if column > 0 {
            out.push_str(" | ");
        }
        out.push_str(cell);
        let missing = widths.get(column).map_or(0, |width| width.saturating_sub(cell.width()));
        if column + 1 < filled {
            out.extend(std::iter::repeat_n(' ', missing));
        }
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_unless_that_is_much_longer() {
        let mut table = Table::default();
        for row in [["Name", "Größe"], ["etcd-äö", ""], ["", "12"]] {
            table.row();
            row.iter().for_each(|cell| table.cell((*cell).to_owned()));
        }
        assert_eq!(
            table.layout(1000),
            "Name    | Größe\n------- | -----\netcd-äö\n        | 12\n"
        );

        let mut table = Table::default();
        for row in [["a", "b"], ["c", "d"]] {
            table.row();
            row.iter().for_each(|cell| table.cell((*cell).to_owned()));
        }
        assert_eq!(table.layout(0), "a | b\nc | d\n");
    }
}
