//! Blocks of HTML.
//!
//! In: the lines of a block, which the parser hands out one by one. Out: their texts and tags, in order.
//! Must not: know what a tag means (`html` does).

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag, TagEnd};

use super::super::frame::Step;
use super::super::tags::{Element, Token, element, tokens};
use super::html::decoded;
use super::{Walk, What};

/// The lines of an HTML block with their places in the body.
#[derive(Debug, Default)]
pub(super) struct Block<'s> {
    lines: Vec<(CowStr<'s>, usize)>,
}

impl<'s> Block<'s> {
    pub(super) fn push(&mut self, line: CowStr<'s>, range: &Range<usize>) {
        self.lines.push((line, range.start));
    }

    /// The whole text, and where each line of it begins here and in the body.
    fn text(&self) -> (String, Vec<(usize, usize)>) {
        let mut text = String::new();
        let mut starts = Vec::with_capacity(self.lines.len());
        for (line, at) in &self.lines {
            starts.push((text.len(), *at));
            text.push_str(line);
        }
        (text, starts)
    }
}

/// The bytes of the body that became `range` of the text of a block.
fn place(starts: &[(usize, usize)], range: &Range<usize>) -> Range<usize> {
    let at = |wanted: usize, last: bool| {
        let index = starts.partition_point(|(here, _)| if last { *here < wanted } else { *here <= wanted });
        let (here, there) = index
            .checked_sub(1)
            .and_then(|index| starts.get(index))
            .copied()
            .unwrap_or_default();
        there + wanted.saturating_sub(here)
    };
    let start = at(range.start, false);
    start..at(range.end, true).max(start)
}

impl<'s, S: FnMut(Step<'_, 's>, Range<usize>)> Walk<'s, S> {
    /// The lines that were collected, as elements.
    pub(super) fn html_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        let (text, starts) = block.text();
        let mut preformatted: Option<usize> = None;
        let mut rest = tokens(&text).into_iter().peekable();
        while let Some(token) = rest.next() {
            match (token, preformatted) {
                (Token::Comment, _) => {}
                (Token::Text(range), None) => {
                    let piece = text.get(range.clone()).unwrap_or_default();
                    self.block_text(piece, &range, &starts);
                }
                (Token::Text(range), Some(_)) => {
                    let piece = text.get(range.clone()).unwrap_or_default();
                    self.give_text(decoded(piece).into_owned().into(), &place(&starts, &range));
                }
                (Token::Tag(tag, range), None) => {
                    let here = place(&starts, &range);
                    match element(tag.name) {
                        Some((_, Element::Preformatted)) if !tag.closing => {
                            let language = match rest.peek() {
                                Some(Token::Tag(code, _)) => code.attribute("class").and_then(language),
                                _ => None,
                            };
                            if self.open_preformatted(language, &here) {
                                preformatted = Some(self.open.len());
                            }
                        }
                        Some((name, element)) => self.tag(name, element, &tag, true, &here),
                        None => {
                            let written = text.get(range.clone()).unwrap_or_default();
                            self.unknown(tag.name, &here);
                            self.block_text(written, &range, &starts);
                        }
                    }
                }
                (Token::Tag(tag, range), Some(_)) => {
                    let here = place(&starts, &range);
                    match element(tag.name) {
                        Some((_, Element::Preformatted)) if tag.closing => {
                            self.close_top(&here);
                            preformatted = None;
                        }
                        Some((_, Element::Break)) => self.give_text("\n".into(), &here),
                        Some(_) => {}
                        None => {
                            let written = text.get(range).unwrap_or_default().to_owned();
                            self.give_text(written.into(), &here);
                        }
                    }
                }
            }
        }
        if preformatted.is_some() {
            let end = place(&starts, &(text.len()..text.len()));
            self.close_top(&end);
        }
        // A paragraph that only its text opened goes on after the next blank line, if at all.
        let end = place(&starts, &(text.len()..text.len()));
        while self
            .open
            .last()
            .is_some_and(|open| open.html.is_some() && !open.what.holds_blocks())
            && self.is_implied_paragraph()
        {
            self.close_top(&end);
        }
    }

    fn is_implied_paragraph(&self) -> bool {
        self.open
            .last()
            .is_some_and(|open| open.what == What::Markdown(TagEnd::Paragraph))
    }

    /// Text of an HTML block.
    fn block_text(&mut self, text: &str, range: &Range<usize>, starts: &[(usize, usize)]) {
        let blank = text.trim().is_empty();
        let top = self.open.last().map(|open| open.what);
        let within = top.is_some_and(What::holds_text) && !self.at_block_level();
        if blank {
            // Between words it is a blank, between blocks nothing.
            if within && !text.is_empty() {
                self.pending_break = Some(place(starts, range));
            }
            return;
        }
        let kept = if within { text } else { text.trim_start() };
        let start = range.start + text.len() - kept.len();
        let here = place(starts, &(start..range.end));
        self.room_for_text(&here);
        self.pending_break();
        let mut at = start;
        for (index, line) in kept.split('\n').enumerate() {
            let trimmed = if index == 0 { line } else { line.trim_start() };
            if index > 0 && !line.trim().is_empty() {
                self.give(&Event::SoftBreak, &place(starts, &(at..at)));
            }
            let shown = trimmed.trim_end_matches('\r');
            if !shown.trim().is_empty() || (within && !shown.is_empty() && index == 0) {
                let from = at + line.len() - trimmed.len();
                let here = place(starts, &(from..from + shown.len()));
                self.give_text(decoded(shown).into_owned().into(), &here);
            }
            at += line.len() + 1;
        }
    }

    /// A code block for `<pre>`.
    fn open_preformatted(&mut self, language: Option<&str>, range: &Range<usize>) -> bool {
        self.close_until_blocks(range);
        let before = self.open.len();
        let kind = match language {
            Some(language) => CodeBlockKind::Fenced(language.to_owned().into()),
            None => CodeBlockKind::Indented,
        };
        self.open_html("pre", Tag::CodeBlock(kind), range);
        self.open.len() > before
    }
}

/// The language in the class of `<code class="language-sh">`.
fn language(class: &str) -> Option<&str> {
    class
        .split_whitespace()
        .find_map(|class| class.strip_prefix("language-"))
}
