//! The inside of `[]` and `{}` in YAML, which JSON is a part of.
//!
//! In: the place of the first bracket, or of a line between brackets. Out: keys and scalars in it, to the end of the line.
//! Must not: nest calls as deep as the brackets nest.

use super::super::Class;
use super::super::bytes::{BLANK, FLOW_STOP, byte, find, is, is_space, skip, trimmed_end};
use super::scalar::{Extent, scalar_class};
use super::{Lexer, Open};

impl Lexer<'_, '_, '_> {
    /// Reads to the end of the line, or further where a template does.
    pub(super) fn flow(&mut self) {
        self.open = Open::Flow;
        loop {
            self.at = skip(self.code, self.at, BLANK);
            self.properties();
            match byte(self.code, self.at) {
                b'\n' => {
                    self.at += 1;
                    return;
                }
                b'{' if self.template(None) => {}
                b'[' | b'{' => {
                    self.depth += 1;
                    self.at += 1;
                }
                b']' | b'}' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.at += 1;
                    if self.depth == 0 {
                        return self.tail();
                    }
                }
                b',' | b':' => self.at += 1,
                b'#' => return self.comment(),
                b'"' | b'\'' => {
                    if !self.flow_quoted() {
                        return;
                    }
                }
                _ => self.flow_plain(),
            }
        }
    }

    /// Reads a text in quotes; false if it goes on in the next line.
    fn flow_quoted(&mut self) -> bool {
        let (from, quote) = (self.at, byte(self.code, self.at));
        let (extent, closed) = self.quoted_extent(from + 1, quote);
        let end = extent.end;
        let key = closed && byte(self.code, skip(self.code, end, BLANK)) == b':';
        self.scalar(from, &extent, Some(if key { Class::Key } else { Class::String }));
        if !closed {
            self.open = Open::Quoted(quote);
        }
        self.at = if closed { end } else { end + 1 };
        closed
    }

    /// Reads a text without quotes.
    fn flow_plain(&mut self) {
        let from = self.at;
        let mut templates = false;
        let mut key = false;
        let mut at = from + 1;
        loop {
            at = find(self.code, at, FLOW_STOP);
            let next = byte(self.code, at + 1);
            match byte(self.code, at) {
                b':' if is_space(next) || matches!(next, b',' | b'[' | b']' | b'{' | b'}') => {
                    key = true;
                    break;
                }
                b'#' if is(byte(self.code, at - 1), BLANK) => break,
                b'{' if next == b'{' => match self.templates.end(self.code, at, None) {
                    Some((end, _)) => {
                        templates = true;
                        at = end;
                    }
                    None => break,
                },
                b':' | b'#' => at += 1,
                _ => break,
            }
        }
        let end = trimmed_end(self.code, from, at);
        let class = match self.code.get(from..end).filter(|_| !templates) {
            _ if key => Some(Class::Key),
            Some(word) => scalar_class(word),
            None => None,
        };
        self.scalar(
            from,
            &Extent {
                end,
                templates,
                quote: None,
            },
            class,
        );
        self.at = at;
    }
}
