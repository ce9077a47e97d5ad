//! Footnotes of a page.
//!
//! In: the marks and the texts in the order of the document. Out: both, numbered and linked to each other.
//! Must not: give an id twice.

use super::Page;

/// One footnote: its number, and whether an id was given to its mark and to its text.
#[derive(Clone, Copy)]
pub(super) struct Footnote {
    number: u64,
    marked: bool,
    defined: bool,
}

impl Page<'_> {
    fn footnote(&mut self, label: &str) -> &mut Footnote {
        let number = self.footnotes.len() as u64 + 1;
        self.footnotes.entry(label.to_lowercase()).or_insert(Footnote {
            number,
            marked: false,
            defined: false,
        })
    }

    /// The mark in the text. The first mark of a footnote can be returned to.
    pub(super) fn footnote_mark(&mut self, label: &str) {
        let note = self.footnote(label);
        let (number, first) = (note.number, !note.marked);
        if self.plain || self.alt.is_some() || self.in_anchor {
            self.out.markup("[");
            self.out.number(number);
            self.out.markup("]");
            return;
        }
        self.footnote(label).marked = true;
        self.out.markup("<sup class=\"footnote-mark\"");
        if first {
            self.out.markup(" id=\"fnref.");
            self.out.number(number);
            self.out.markup("\"");
        }
        self.out.markup("><a href=\"#fn.");
        self.out.number(number);
        self.out.markup("\">");
        self.out.number(number);
        self.out.markup("</a></sup>");
    }

    /// The footnote itself. Of two with the same label the first can be linked to.
    pub(super) fn footnote_text(&mut self, label: &str) -> &'static str {
        let note = self.footnote(label);
        let Footnote {
            number,
            marked,
            defined,
        } = *note;
        note.defined = true;
        self.block("<div class=\"footnote\"");
        if !defined {
            self.out.markup(" id=\"fn.");
            self.out.number(number);
            self.out.markup("\"");
        }
        self.out.markup("><span class=\"footnote-number\">");
        if marked {
            self.out.markup("<a href=\"#fnref.");
            self.out.number(number);
            self.out.markup("\">");
            self.out.number(number);
            self.out.markup("</a>");
        } else {
            self.out.number(number);
        }
        self.out.markup("</span>\n");
        "</div>\n"
    }
}
