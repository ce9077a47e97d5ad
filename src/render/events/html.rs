//! HTML in Markdown as the elements it means.
//!
//! In: the lines of an HTML block, and tags between the words of a paragraph. Out: steps of [`Walk`].
//! Must not: close what Markdown opened, or leave open what ends with it. Whatever the tags say, elements come out
//! balanced, and no word is lost.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd};

use super::super::frame::{Frame, Step};
use super::super::tags::{Element, HtmlTag, element, html_tag, is_shown_as_text};
use super::super::{MAX_DEPTH, MAX_RECORDED};
use super::{Open, Walk, What};

/// True for a tag between words that is shown as it is written.
pub(super) fn is_inline_html_text(html: &str) -> bool {
    !html.starts_with("<!--") && html_tag(html).is_none_or(|tag| element(tag.name).is_none())
}

impl<'s, S: FnMut(Step<'_, 's>, Range<usize>)> Walk<'s, S> {
    /// A tag between words.
    pub(super) fn inline_html(&mut self, html: CowStr<'s>, range: &Range<usize>) {
        if html.starts_with("<!--") {
            return;
        }
        if let Some(tag) = html_tag(&html) {
            if let Some((name, element)) = element(tag.name) {
                return self.tag(name, element, &tag, false, range);
            }
            self.unknown(tag.name, range);
        }
        self.give_text(html, range);
    }

    pub(super) fn unknown(&mut self, name: &str, range: &Range<usize>) {
        if is_shown_as_text(name) && self.met.html_as_text.len() < MAX_RECORDED {
            let place = self.source.place(range);
            self.met.html_as_text.push((name.to_ascii_lowercase(), place));
        }
    }

    /// True where a text would begin a paragraph.
    pub(super) fn at_block_level(&self) -> bool {
        self.open.last().is_none_or(|open| !open.what.holds_text())
    }

    /// Opens what a text needs around it.
    pub(super) fn room_for_text(&mut self, range: &Range<usize>) {
        match self.open.last().map(|open| open.what) {
            Some(What::Markdown(TagEnd::List(_))) => self.open_html("li", Tag::Item, range),
            Some(What::Markdown(TagEnd::Table)) => {
                self.open_html("tr", Tag::TableRow, range);
                self.open_html("td", Tag::TableCell, range);
            }
            Some(What::Markdown(TagEnd::TableRow | TagEnd::TableHead)) => self.open_html("td", Tag::TableCell, range),
            Some(what) if what.holds_text() => {}
            _ => self.open_html("p", Tag::Paragraph, range),
        }
    }

    /// A tag that is known. `block` says whether it stands in an HTML block.
    pub(super) fn tag(
        &mut self,
        name: &'static str,
        element: Element,
        tag: &HtmlTag<'_>,
        block: bool,
        range: &Range<usize>,
    ) {
        if self.hidden > 0 {
            return;
        }
        if tag.closing {
            return self.close_tag(name, element, block, range);
        }
        match element {
            Element::Transparent => {}
            Element::Break => self.give_inline(&Event::HardBreak, range),
            Element::Image => self.image(tag, range),
            Element::Link => {
                // An anchor without an address only marks a place.
                if let Some(href) = tag.attribute("href").filter(|_| self.literal == 0) {
                    let link = Tag::Link {
                        link_type: LinkType::Inline,
                        dest_url: decoded(href.trim()).into_owned().into(),
                        title: decoded(tag.attribute("title").unwrap_or_default()).into_owned().into(),
                        id: "".into(),
                    };
                    self.open_inline(name, link, range);
                }
            }
            Element::Strong => self.open_inline(name, Tag::Strong, range),
            Element::Emphasis => self.open_inline(name, Tag::Emphasis, range),
            Element::Struck => self.open_inline(name, Tag::Strikethrough, range),
            Element::Preformatted => self.open_inline_frame(name, Frame::Mono, range),
            Element::Frame(frame) if is_inline_frame(frame) => self.open_inline_frame(name, frame, range),
            _ if !block && !self.in_cell() => self.give_inline(&Event::HardBreak, range),
            _ => self.block_tag(name, element, tag, range),
        }
    }

    /// An element that stands on lines of its own.
    fn block_tag(&mut self, name: &'static str, element: Element, tag: &HtmlTag<'_>, range: &Range<usize>) {
        match element {
            Element::Item => {
                if self.close_back_to(range, |what| matches!(what, What::Markdown(TagEnd::List(_)))) {
                    return self.open_html(name, Tag::Item, range);
                }
                self.close_until_blocks(range);
                self.open_html("ul", Tag::List(None), range);
                self.open_html(name, Tag::Item, range);
            }
            Element::Row => {
                self.close_back_to(range, |what| what == What::Markdown(TagEnd::Table));
            }
            Element::Cell | Element::HeadCell => self.cell(name, element, range),
            Element::Frame(Frame::Title) => {
                // A summary that opens no details is a paragraph.
                let within = self
                    .open
                    .last()
                    .is_some_and(|open| matches!(open.what, What::Frame(Frame::Fold { .. })));
                if within {
                    self.open_frame(Frame::Title, Some(name), range);
                } else {
                    self.close_until_blocks(range);
                    self.open_html(name, Tag::Paragraph, range);
                }
            }
            _ => {
                self.close_until_blocks(range);
                match element {
                    Element::Rule => self.give(&Event::Rule, range),
                    Element::Paragraph => self.open_html(name, Tag::Paragraph, range),
                    Element::Heading(level) => {
                        let level = HeadingLevel::try_from(usize::from(level)).unwrap_or(HeadingLevel::H6);
                        let heading = Tag::Heading {
                            level,
                            id: None,
                            classes: Vec::new(),
                            attrs: Vec::new(),
                        };
                        self.open_html(name, heading, range);
                    }
                    Element::Quote => self.open_html(name, Tag::BlockQuote(None), range),
                    Element::Bullets => self.open_html(name, Tag::List(None), range),
                    Element::Numbers => {
                        let first = tag.attribute("start").and_then(|start| start.parse().ok()).unwrap_or(1);
                        self.open_html(name, Tag::List(Some(first)), range);
                    }
                    // The rows of a table within a table become rows of the outer one.
                    Element::Table if !self.in_table() => self.open_html(name, Tag::Table(Vec::new()), range),
                    Element::Frame(Frame::Fold { .. }) => {
                        let open = tag.attribute("open").is_some();
                        self.open_frame(
                            Frame::Fold {
                                open,
                                kind: None,
                                label: "Details",
                                titled: true,
                            },
                            Some(name),
                            range,
                        );
                    }
                    _ => {}
                }
            }
        }
    }

    /// A cell of a table. Its row is opened with it, as the first cell says whether the row is the head.
    fn cell(&mut self, name: &'static str, element: Element, range: &Range<usize>) {
        let is_row = |what| matches!(what, What::Markdown(TagEnd::TableRow | TagEnd::TableHead));
        let is_table = |what| what == What::Markdown(TagEnd::Table);
        if !self.close_back_to(range, |what| is_row(what) || is_table(what)) {
            // A cell without a table is text.
            return self.give_inline(&Event::SoftBreak, range);
        }
        if self.open.last().is_some_and(|open| is_table(open.what)) {
            let row = if element == Element::HeadCell && self.block_head() {
                Tag::TableHead
            } else {
                Tag::TableRow
            };
            self.open_html("tr", row, range);
        }
        self.open_html(name, Tag::TableCell, range);
    }

    /// True for the first row of the innermost table.
    fn block_head(&mut self) -> bool {
        // Only a table that was opened last has had no row.
        std::mem::take(&mut self.fresh_table)
    }

    fn close_tag(&mut self, name: &'static str, element: Element, block: bool, range: &Range<usize>) {
        let matches = |open: &Open| open.html == Some(name);
        let html = self.open.iter().rev().take_while(|open| open.html.is_some()).count();
        let base = self.open.len() - html;
        let found = self.open.iter().rposition(matches).filter(|index| *index >= base);
        match found {
            Some(index) => self.close_html(index, range),
            None if !block && element == Element::Division && !self.in_cell() => {
                self.give_inline(&Event::HardBreak, range);
            }
            None => {}
        }
    }

    fn image(&mut self, tag: &HtmlTag<'_>, range: &Range<usize>) {
        let Some(source) = tag.attribute("src") else {
            return;
        };
        let alt = decoded(tag.attribute("alt").unwrap_or_default()).into_owned();
        self.room_for_text(range);
        self.pending_break();
        let image = Tag::Image {
            link_type: LinkType::Inline,
            dest_url: decoded(source.trim()).into_owned().into(),
            title: decoded(tag.attribute("title").unwrap_or_default()).into_owned().into(),
            id: "".into(),
        };
        if self.open.len() < MAX_DEPTH {
            self.give(&Event::Start(image), range);
            if !alt.is_empty() {
                self.give_text(alt.into(), range);
            }
            self.give(&Event::End(TagEnd::Image), range);
        } else {
            self.give_text(alt.into(), range);
        }
    }

    fn give_inline(&mut self, event: &Event<'s>, range: &Range<usize>) {
        if !self.at_block_level() {
            self.give(event, range);
        }
    }

    fn open_inline(&mut self, name: &'static str, tag: Tag<'s>, range: &Range<usize>) {
        self.room_for_text(range);
        self.pending_break();
        self.open_html(name, tag, range);
    }

    fn open_inline_frame(&mut self, name: &'static str, frame: Frame, range: &Range<usize>) {
        self.room_for_text(range);
        self.pending_break();
        self.open_frame(frame, Some(name), range);
    }

    pub(super) fn open_html(&mut self, name: &'static str, tag: Tag<'s>, range: &Range<usize>) {
        // Room for the parts without which a list or table would be none.
        let needed = if matches!(tag, Tag::List(_) | Tag::Table(_)) {
            3
        } else {
            1
        };
        if self.hidden > 0 || self.open.len() + needed > MAX_DEPTH {
            return;
        }
        if matches!(tag, Tag::Table(_)) {
            self.fresh_table = true;
        } else if matches!(tag, Tag::TableRow) {
            self.fresh_table = false;
        }
        let end = tag.to_end();
        if super::is_literal(&end) {
            self.literal += 1;
        }
        self.open.push(Open {
            what: What::Markdown(end),
            html: Some(name),
        });
        self.give(&Event::Start(tag), range);
    }

    /// Closes elements of HTML until one that `wanted` accepts is the innermost. False, and nothing closed, if there is
    /// none before an element of Markdown.
    fn close_back_to(&mut self, range: &Range<usize>, wanted: impl Fn(What) -> bool) -> bool {
        let html = self.open.iter().rev().take_while(|open| open.html.is_some()).count();
        let base = self.open.len() - html;
        let found = self
            .open
            .iter()
            .rposition(|open| wanted(open.what))
            .filter(|index| *index >= base);
        if let Some(index) = found {
            self.close_html(index + 1, range);
        }
        found.is_some()
    }

    /// Closes the elements of HTML in which no block may stand: one begins.
    pub(super) fn close_until_blocks(&mut self, range: &Range<usize>) {
        let at = range.start..range.start;
        while self
            .open
            .last()
            .is_some_and(|open| open.html.is_some() && !open.what.holds_blocks())
        {
            self.close_top(&at);
        }
    }

    /// Closes elements, all of them of HTML, until `length` are open.
    pub(super) fn close_html(&mut self, length: usize, range: &Range<usize>) {
        while self.open.len() > length {
            self.close_top(range);
        }
    }

    /// Hands out the white space between words, once a word follows.
    pub(super) fn pending_break(&mut self) {
        if let Some(place) = self.pending_break.take() {
            self.give(&Event::SoftBreak, &place);
        }
    }

    pub(super) fn close_top(&mut self, range: &Range<usize>) {
        self.pending_break = None;

        match self.open.pop() {
            Some(Open {
                what: What::Frame(frame),
                ..
            }) => self.give_frame(Step::Close(frame), range),
            Some(Open {
                what: What::Markdown(end),
                ..
            }) => {
                self.end_literal(end);
                self.give(&Event::End(end), range);
            }
            None => {}
        }
    }

    fn in_table(&self) -> bool {
        self.open.iter().any(|open| open.what == What::Markdown(TagEnd::Table))
    }

    /// Within a cell of a table, where lists may stand between words.
    fn in_cell(&self) -> bool {
        let mut around = self.open.iter().rev().skip_while(|open| open.html.is_some());
        around
            .next()
            .is_some_and(|open| open.what == What::Markdown(TagEnd::TableCell))
    }
}

fn is_inline_frame(frame: Frame) -> bool {
    matches!(frame, Frame::Key | Frame::Sub | Frame::Sup | Frame::Mono)
}

/// `text` with its character references resolved.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    html_escape::decode_html_entities(text)
}
