//! The one dialect: Markdown events as every reader and writer of this project sees them.
//!
//! In: a [`Source`]. Out: [`Events`], pulldown-cmark's events with their places in the original text.
//! Must not: let raw HTML, a control mask or more than [`MAX_DEPTH`] open elements through.
//!
//! What is changed on the way: neighbouring texts are joined; raw HTML becomes text (`<cluster>` in prose is a
//! placeholder that must stay visible) but for comments, which are left out, and `<br>`, which is a line break; bare
//! addresses become links. So [`Event::Html`], [`Event::InlineHtml`], [`Tag::HtmlBlock`], [`Tag::MetadataBlock`] and the
//! math events never come out.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::Range;

use pulldown_cmark::{
    BrokenLink, BrokenLinkCallback, CowStr, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd,
};

use super::MAX_DEPTH;
use super::autolink::addresses;
use super::source::Source;

/// The extensions of the dialect. Named one by one: `Options::all()` would turn `--force` in prose into `–force`.
const DIALECT: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM);

type Item<'s> = (Event<'s>, Range<usize>);

/// The events of a document with their bytes in the original text.
pub struct Events<'s> {
    parser: OffsetIter<'s, Undefined<'s>>,
    source: &'s Source<'s>,
    /// Read from the parser, but not yet handled.
    peeked: Option<Item<'s>>,
    /// Handled, but not yet given out.
    ready: VecDeque<Item<'s>>,
    /// Open elements that were given out.
    depth: usize,
    /// Open elements below the deepest one that is shown.
    hidden: usize,
    /// Where the first hidden element is.
    too_deep: Option<usize>,
    /// Open links, images and code blocks: no address in them becomes a link.
    literal: usize,
    html: HtmlBlock,
}

/// What is known of the HTML block that is being read.
#[derive(Default)]
struct HtmlBlock {
    /// Within `<!-- -->`.
    comment: bool,
    /// Where the last `-->` of the block begins. A comment that never ends is shown, or it would hide the rest.
    last_close: Option<usize>,
    /// Something was shown; true again if it was within a paragraph of its own.
    shown: Option<bool>,
}

/// The places and labels of references that have no definition.
pub(super) type UndefinedLabels = RefCell<Vec<(Range<usize>, String)>>;

/// Notes full and collapsed references without a definition. `[x]` alone is prose, as in `[optional]`.
struct Undefined<'s>(&'s UndefinedLabels);

impl<'s> BrokenLinkCallback<'s> for Undefined<'_> {
    fn handle_broken_link(&mut self, link: BrokenLink<'s>) -> Option<(CowStr<'s>, CowStr<'s>)> {
        if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed) {
            self.0.borrow_mut().push((link.span, link.reference.into_string()));
        }
        None
    }
}

impl<'s> Events<'s> {
    /// The events of `source`.
    pub fn new(source: &'s Source<'s>) -> Self {
        Self::start(source, None)
    }

    /// The events of `source`; references without a definition are noted in `undefined`, at their place in the body.
    pub(super) fn noting(source: &'s Source<'s>, undefined: &'s UndefinedLabels) -> Self {
        Self::start(source, Some(Undefined(undefined)))
    }

    /// Where the first element stood that is shown as plain text because it lies too deep.
    pub(super) fn too_deep(&self) -> Option<usize> {
        match (self.source.too_deep, self.too_deep) {
            (Some(marker), Some(element)) => Some(marker.min(element)),
            (marker, element) => marker.or(element),
        }
    }

    fn start(source: &'s Source<'s>, undefined: Option<Undefined<'s>>) -> Self {
        Self {
            parser: Parser::new_with_broken_link_callback(&source.body, DIALECT, undefined).into_offset_iter(),
            source,
            peeked: None,
            ready: VecDeque::new(),
            depth: 0,
            hidden: 0,
            too_deep: None,
            literal: 0,
            html: HtmlBlock::default(),
        }
    }

    fn pull(&mut self) -> Option<Item<'s>> {
        self.peeked.take().or_else(|| self.parser.next())
    }

    /// `range` of the body as a range of the original.
    fn original(&self, range: Range<usize>) -> Range<usize> {
        range.start + self.source.base..range.end + self.source.base
    }

    fn plain(&self, text: CowStr<'s>) -> CowStr<'s> {
        if self.source.is_masked() {
            Source::unmask(&text).into()
        } else {
            text
        }
    }

    fn opened(&mut self, tag: Tag<'s>, range: Range<usize>) -> Option<Item<'s>> {
        if matches!(tag, Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) {
            self.literal += 1;
        }
        // A list without items or a table without cells would not be HTML, so they are opened whole or not at all.
        let needed = match tag {
            Tag::List(_) => 2,
            Tag::Table(_) => 3,
            _ => 1,
        };
        if self.hidden == 0 && self.depth + needed <= MAX_DEPTH {
            self.depth += 1;
            return Some((Event::Start(with_scheme(tag)), self.original(range)));
        }
        self.hidden += 1;
        self.too_deep.get_or_insert(range.start + self.source.base);
        let inline = matches!(
            tag,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
        );
        // Words of two hidden blocks must not run together.
        (!inline).then(|| (Event::SoftBreak, self.original(range)))
    }

    fn closed(&mut self, tag: TagEnd, range: Range<usize>) -> Option<Item<'s>> {
        if matches!(tag, TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) {
            self.literal -= 1;
        }
        if self.hidden > 0 {
            self.hidden -= 1;
            return None;
        }
        self.depth -= 1;
        Some((Event::End(tag), self.original(range)))
    }

    /// Joins a text that is a plain piece of the source with those that directly follow it: the parser splits at
    /// every character that might have been markup, in the middle of an address too.
    fn joined(&mut self, first: &'s str, mut range: Range<usize>) -> (&'s str, Range<usize>) {
        while let Some((event, next)) = self.pull() {
            match event {
                Event::Text(CowStr::Borrowed(text)) if next.start == range.end && text.len() == next.len() => {
                    range.end = next.end;
                }
                _ => {
                    self.peeked = Some((event, next));
                    break;
                }
            }
        }
        (self.source.body.get(range.clone()).unwrap_or(first), range)
    }

    fn prose(&mut self, text: CowStr<'s>, range: Range<usize>) -> Item<'s> {
        let (text, range) = match text {
            CowStr::Borrowed(text) if text.len() == range.len() => self.joined(text, range),
            other => return (Event::Text(self.plain(other)), self.original(range)),
        };
        if self.literal == 0 && self.hidden == 0 && self.depth < MAX_DEPTH && !self.source.is_masked() {
            self.link_addresses(text, &range);
            if let Some(first) = self.ready.pop_front() {
                return first;
            }
        }
        (Event::Text(self.plain(text.into())), self.original(range))
    }

    /// Queues `text` cut into prose and links, if there is an address in it.
    fn link_addresses(&mut self, text: &'s str, range: &Range<usize>) {
        let at = range.start + self.source.base;
        let mut done = 0;
        for address in addresses(text) {
            let before = text.get(done..address.start).unwrap_or_default();
            if !before.is_empty() {
                self.ready
                    .push_back((Event::Text(before.into()), at + done..at + address.start));
            }
            let dest = text.get(address.clone()).unwrap_or_default();
            let place = at + address.start..at + address.end;
            let link = Tag::Link {
                link_type: LinkType::Autolink,
                dest_url: dest.into(),
                title: "".into(),
                id: "".into(),
            };
            self.ready.push_back((Event::Start(link), place.clone()));
            self.ready.push_back((Event::Text(dest.into()), place.clone()));
            self.ready.push_back((Event::End(TagEnd::Link), place));
            done = address.end;
        }
        let rest = text.get(done..).unwrap_or_default();
        if done > 0 && !rest.is_empty() {
            self.ready
                .push_back((Event::Text(rest.into()), at + done..at + text.len()));
        }
    }

    fn inline_html(&mut self, html: CowStr<'s>, range: Range<usize>) -> Option<Item<'s>> {
        if html.starts_with("<!--") {
            return None;
        }
        if is_line_break(&html) {
            return Some((Event::HardBreak, self.original(range)));
        }
        Some((Event::Text(self.plain(html)), self.original(range)))
    }

    fn html_block(&mut self, range: &Range<usize>) {
        let block = self.source.body.get(range.clone()).unwrap_or_default();
        self.html = HtmlBlock {
            last_close: block.rfind("-->").map(|at| range.start + at),
            ..HtmlBlock::default()
        };
    }

    /// Queues what is to be seen of one line of an HTML block.
    fn html_line(&mut self, line: &CowStr<'s>, start: usize) {
        let CowStr::Borrowed(mut rest) = *line else {
            // Only a tab that the parser spells out, at the beginning of a line.
            let text = line.trim().to_owned();
            return self.html_text(text.into(), start..start);
        };
        let mut at = start;
        while !rest.is_empty() {
            let (shown, skipped) = if self.html.comment {
                let end = rest.find("-->");
                self.html.comment = end.is_none();
                (0, end.map_or(rest.len(), |end| end + 3))
            } else {
                match rest.find("<!--") {
                    // `<!-->` is a whole comment, so its end may share the two hyphens of its beginning.
                    Some(open) if self.html.last_close.is_some_and(|close| close >= at + open + 2) => {
                        self.html.comment = true;
                        (open, open + 2)
                    }
                    _ => (rest.len(), rest.len()),
                }
            };
            let text = rest.get(..shown).unwrap_or_default();
            let trimmed = text.trim();
            if !trimmed.is_empty() {
                let lead = text.len() - text.trim_start().len();
                self.html_text(trimmed.into(), at + lead..at + lead + trimmed.len());
            }
            rest = rest.get(skipped..).unwrap_or_default();
            at += skipped;
        }
    }

    fn html_text(&mut self, text: CowStr<'s>, range: Range<usize>) {
        let place = self.original(range);
        if self.html.shown.is_some() {
            self.ready.push_back((Event::SoftBreak, place.clone()));
        } else {
            let own_paragraph = self.hidden == 0 && self.depth < MAX_DEPTH;
            self.html.shown = Some(own_paragraph);
            if own_paragraph {
                self.depth += 1;
                self.ready.push_back((Event::Start(Tag::Paragraph), place.clone()));
            }
        }
        let text = self.plain(text);
        self.ready.push_back((Event::Text(text), place));
    }

    fn html_block_closed(&mut self, range: Range<usize>) -> Option<Item<'s>> {
        if self.html.shown == Some(true) {
            self.depth -= 1;
            return Some((Event::End(TagEnd::Paragraph), self.original(range)));
        }
        None
    }
}

impl<'s> Iterator for Events<'s> {
    type Item = Item<'s>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(item);
            }
            let (event, range) = self.pull()?;
            let item = match event {
                Event::Text(text) => Some(self.prose(text, range)),
                Event::Start(Tag::HtmlBlock) => {
                    self.html_block(&range);
                    None
                }
                Event::End(TagEnd::HtmlBlock) => self.html_block_closed(range),
                Event::Start(tag) => self.opened(tag, range),
                Event::End(tag) => self.closed(tag, range),
                Event::Html(line) => {
                    self.html_line(&line, range.start);
                    None
                }
                Event::InlineHtml(html) => self.inline_html(html, range),
                Event::Code(text) => Some((Event::Code(self.plain(text)), self.original(range))),
                // The dialect has no math; if it had, its text must not be lost.
                Event::InlineMath(text) | Event::DisplayMath(text) => {
                    Some((Event::Text(self.plain(text)), self.original(range)))
                }
                Event::FootnoteReference(_)
                | Event::SoftBreak
                | Event::HardBreak
                | Event::Rule
                | Event::TaskListMarker(_) => Some((event, self.original(range))),
            };
            if item.is_some() {
                return item;
            }
        }
    }
}

/// `<a@b.example>` as a link to `mailto:a@b.example`, any other tag as it is.
fn with_scheme(tag: Tag<'_>) -> Tag<'_> {
    match tag {
        Tag::Link {
            link_type: LinkType::Email,
            dest_url,
            title,
            id,
        } => Tag::Link {
            link_type: LinkType::Email,
            dest_url: format!("mailto:{dest_url}").into(),
            title,
            id,
        },
        other => other,
    }
}

/// True for `<br>`, `<br/>` and `<BR />`: the one tag that tables need, as a cell holds one line.
fn is_line_break(html: &str) -> bool {
    let name = html
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
        .unwrap_or_default();
    name.strip_suffix('/').unwrap_or(name).trim().eq_ignore_ascii_case("br")
}
