//! The one reading of Markdown: its events as every reader and writer of this project sees them.
//!
//! In: a [`Source`]. Out: [`walk`], which hands out the steps through the document with their places in the original.
//! Must not: let raw HTML, a control mask or more than [`MAX_DEPTH`] open elements through.
//!
//! What is changed on the way: neighbouring texts are joined; the quotes that stand for frames of a dialect become
//! frames; HTML that real documents use becomes the elements it means (`html`), comments are left out, and all other
//! HTML is text (`<cluster>` in prose is a placeholder that must stay visible); bare addresses become links. So
//! [`Event::Html`], [`Event::InlineHtml`], [`Tag::HtmlBlock`], [`Tag::MetadataBlock`] and the math events never come out,
//! and elements are always balanced.

mod block;
mod html;

use std::cell::RefCell;
use std::ops::Range;

use pulldown_cmark::{
    BrokenLink, BrokenLinkCallback, CowStr, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd,
};

use self::block::Block;
use self::html::is_inline_html_text;
use super::autolink::addresses;
use super::frame::{Frame, Step};
use super::source::Source;
use super::{MAX_DEPTH, MAX_RECORDED};
use crate::api::Format;

/// The extensions of every dialect. Named one by one: `Options::all()` would turn `--force` in prose into `–force`.
const DIALECT: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS);

/// The same with the alerts of GitHub.
const WITH_ALERTS: Options = DIALECT.union(Options::ENABLE_GFM);

/// What was met on the way that has no place in the document.
#[derive(Debug, Default)]
pub struct Met {
    /// Where the first element stood that is shown as plain text because it lies too deep.
    pub too_deep: Option<usize>,
    /// HTML that is shown as it is written, and where.
    pub html_as_text: Vec<(String, Range<usize>)>,
}

/// Hands every step through `source` to `sink`, in order, with its bytes in the original text.
///
/// Events are lent, not given: they are large, and this way none is copied from hand to hand.
pub fn walk<'s>(source: &'s Source<'s>, sink: impl FnMut(Step<'_, 's>, Range<usize>)) -> Met {
    Walk::new(source, None, sink).walk()
}

/// The same; references without a definition are noted in `undefined`, at their place in the body.
pub(super) fn walk_noting<'s>(
    source: &'s Source<'s>,
    undefined: &'s UndefinedLabels,
    sink: impl FnMut(Step<'_, 's>, Range<usize>),
) -> Met {
    let noting = Undefined {
        body: &source.body,
        labels: undefined,
    };
    Walk::new(source, Some(noting), sink).walk()
}

struct Walk<'s, S> {
    parser: OffsetIter<'s, Undefined<'s>>,
    source: &'s Source<'s>,
    sink: S,
    masked: bool,
    /// The elements that were handed out and are open.
    open: Vec<Open>,
    /// Open elements below the deepest one that is shown.
    hidden: usize,
    met: Met,
    /// Open links, images and code blocks: no address in them becomes a link.
    literal: usize,
    /// A paragraph that begins now is the title of the frame around it.
    title: bool,
    block: Block<'s>,
    /// The table of HTML that was opened last has no row yet.
    fresh_table: bool,
    /// White space between words of an HTML block, where it stands.
    pending_break: Option<Range<usize>>,
}

/// An open element.
#[derive(Clone, Copy, Debug)]
struct Open {
    what: What,
    /// The element of HTML that opened it; `None` for Markdown, whose parser closes it.
    html: Option<&'static str>,
}

/// How an element ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Markdown(TagEnd),
    Frame(Frame),
}

impl What {
    /// True if blocks may stand in it.
    fn holds_blocks(self) -> bool {
        match self {
            Self::Markdown(tag) => matches!(
                tag,
                TagEnd::BlockQuote(_) | TagEnd::Item | TagEnd::TableCell | TagEnd::FootnoteDefinition
            ),
            Self::Frame(frame) => matches!(frame, Frame::Alert { .. } | Frame::Fold { .. } | Frame::Labelled),
        }
    }

    /// True if text may stand in it without a paragraph around it.
    fn holds_text(self) -> bool {
        match self {
            Self::Markdown(tag) => !matches!(
                tag,
                TagEnd::BlockQuote(_)
                    | TagEnd::FootnoteDefinition
                    | TagEnd::List(_)
                    | TagEnd::Table
                    | TagEnd::TableHead
                    | TagEnd::TableRow
            ),
            Self::Frame(frame) => !matches!(frame, Frame::Alert { .. } | Frame::Fold { .. } | Frame::Labelled),
        }
    }
}

/// The places and labels of references that have no definition.
pub(super) type UndefinedLabels = RefCell<Vec<(Range<usize>, String)>>;

/// Notes full and collapsed references without a definition. `[x]` alone is prose, as in `[optional]`, and so is what
/// touches a word, as in `list[0][1]`.
struct Undefined<'s> {
    body: &'s str,
    labels: &'s UndefinedLabels,
}

impl<'s> BrokenLinkCallback<'s> for Undefined<'_> {
    fn handle_broken_link(&mut self, link: BrokenLink<'s>) -> Option<(CowStr<'s>, CowStr<'s>)> {
        let reference = matches!(link.link_type, LinkType::Reference | LinkType::Collapsed);
        let before = self.body.get(..link.span.start).unwrap_or_default();
        let touches = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ']' | ')' | '_' | '$' | '}'));
        let mut labels = self.labels.borrow_mut();
        if reference && !touches && labels.len() < MAX_RECORDED {
            labels.push((link.span, link.reference.into_string()));
        }
        None
    }
}

impl<'s, S: FnMut(Step<'_, 's>, Range<usize>)> Walk<'s, S> {
    fn new(source: &'s Source<'s>, undefined: Option<Undefined<'s>>, sink: S) -> Self {
        let options = if source.format == Format::CommonMark {
            DIALECT
        } else {
            WITH_ALERTS
        };
        Self {
            parser: Parser::new_with_broken_link_callback(&source.body, options, undefined).into_offset_iter(),
            source,
            sink,
            masked: source.is_masked(),
            open: Vec::new(),
            hidden: 0,
            met: Met {
                too_deep: source.too_deep,
                ..Met::default()
            },
            literal: 0,
            title: false,
            block: Block::default(),
            fresh_table: false,
            pending_break: None,
        }
    }

    fn walk(mut self) -> Met {
        let mut next = self.parser.next();
        while let Some((event, range)) = &mut next {
            match event {
                Event::Text(CowStr::Borrowed(text)) if text.len() == range.len() => {
                    let (text, range) = (*text, range.clone());
                    self.text(text, range, &mut next);
                    continue;
                }
                _ => self.event(event, range),
            }
            next = self.parser.next();
        }
        let end = self.source.body.len();
        self.close_html(0, &(end..end));
        self.met
    }

    /// Hands out an event that stands at `range` of the body.
    fn give(&mut self, event: &Event<'s>, range: &Range<usize>) {
        let place = self.source.place(range);
        (self.sink)(Step::Markdown(event), place);
    }

    fn give_text(&mut self, text: CowStr<'s>, range: &Range<usize>) {
        let text = if self.masked {
            Source::unmask(&text).into()
        } else {
            text
        };
        self.give(&Event::Text(text), range);
    }

    fn event(&mut self, event: &mut Event<'s>, range: &Range<usize>) {
        match event {
            Event::Start(Tag::HtmlBlock) => self.block = Block::default(),
            Event::End(TagEnd::HtmlBlock) => self.html_block(),
            Event::Html(line) => {
                let line = std::mem::replace(line, "".into());
                self.block.push(line, range);
            }
            Event::InlineHtml(html) => {
                let html = std::mem::replace(html, "".into());
                self.inline_html(html, range);
            }
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(*tag, range),
            // The dialects have no math; if one had, its text must not be lost.
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                let text = std::mem::replace(text, "".into());
                self.give_text(text, range);
            }
            Event::Code(text) => {
                if self.masked {
                    *text = Source::unmask(text).into();
                }
                self.give(event, range);
            }
            Event::Rule => {
                self.close_until_blocks(range);
                self.give(event, range);
            }
            Event::SoftBreak | Event::HardBreak | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {
                self.give(event, range);
            }
        }
    }

    /// An element of Markdown begins.
    fn start(&mut self, tag: &mut Tag<'s>, range: &Range<usize>) {
        let is_title = std::mem::take(&mut self.title);
        if let Tag::BlockQuote(kind) = tag {
            let kind = *kind;
            self.close_until_blocks(range);
            let frame = self.source.frame(range.start).or_else(|| {
                let kind = super::frame::AlertKind::from(kind?);
                Some(Frame::Alert {
                    kind,
                    label: kind.label(),
                    titled: false,
                })
            });
            if let Some(frame) = frame {
                self.open_frame(frame, None, range);
                self.title = matches!(
                    frame,
                    Frame::Labelled | Frame::Alert { titled: true, .. } | Frame::Fold { titled: true, .. }
                );
                return;
            }
        } else if is_title && *tag == Tag::Paragraph {
            return self.open_frame(Frame::Title, None, range);
        } else if !is_inline(tag) && !is_part(tag) {
            self.close_until_blocks(range);
        }
        if self.opened(tag, range.start) {
            add_scheme(tag);
            let what = What::Markdown(tag.to_end());
            self.open.push(Open { what, html: None });
            self.give(&Event::Start(tag.clone()), range);
        } else if !is_inline(tag) {
            // Words of two hidden blocks must not run together.
            self.give(&Event::SoftBreak, range);
        }
    }

    /// An element of Markdown ends, and with it all HTML that was opened in it.
    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        if self.hidden > 0 {
            self.hidden -= 1;
            self.end_literal(tag);
            return;
        }
        let end = range.end..range.end;
        let html = self.open.iter().rev().take_while(|open| open.html.is_some()).count();
        self.close_html(self.open.len() - html, &end);
        self.title = false;
        match self.open.pop() {
            Some(Open {
                what: What::Frame(frame),
                ..
            }) => self.give_frame(Step::Close(frame), range),
            Some(_) => {
                self.end_literal(tag);
                self.give(&Event::End(tag), range);
            }
            None => {}
        }
    }

    fn open_frame(&mut self, frame: Frame, html: Option<&'static str>, range: &Range<usize>) {
        if self.hidden == 0 && self.open.len() < MAX_DEPTH {
            self.open.push(Open {
                what: What::Frame(frame),
                html,
            });
            self.give_frame(Step::Open(frame), range);
        } else if html.is_none() {
            self.hide(range.start);
        }
    }

    fn give_frame(&mut self, step: Step<'_, 's>, range: &Range<usize>) {
        let place = self.source.place(range);
        (self.sink)(step, place);
    }

    /// Counts an element that begins; false if it lies too deep to be shown.
    fn opened(&mut self, tag: &Tag<'s>, at: usize) -> bool {
        if is_literal(&tag.to_end()) {
            self.literal += 1;
        }
        // A list without items or a table without cells would not be HTML, so they are opened whole or not at all.
        let needed = match tag {
            Tag::List(_) => 2,
            Tag::Table(_) => 3,
            _ => 1,
        };
        if self.hidden == 0 && self.open.len() + needed <= MAX_DEPTH {
            return true;
        }
        self.hide(at);
        false
    }

    fn hide(&mut self, at: usize) {
        self.hidden += 1;
        let at = self.source.place(&(at..at)).start;
        self.met.too_deep = Some(self.met.too_deep.map_or(at, |first| first.min(at)));
    }

    fn end_literal(&mut self, tag: TagEnd) {
        if is_literal(&tag) {
            self.literal -= 1;
        }
    }

    /// Hands out a text that is a plain piece of the source, joined with those that directly follow it: the parser
    /// splits at every character that might have been markup, in the middle of an address too. `next` becomes the
    /// event after them.
    fn text(&mut self, first: &'s str, mut range: Range<usize>, next: &mut Option<(Event<'s>, Range<usize>)>) {
        *next = self.parser.next();
        while let Some((Event::Text(CowStr::Borrowed(text)), place)) = next
            && place.start == range.end
            && text.len() == place.len()
        {
            range.end = place.end;
            *next = self.parser.next();
        }
        let text = self.source.body.get(range.clone()).unwrap_or(first);
        if self.literal == 0 && self.hidden == 0 && self.open.len() < MAX_DEPTH && !self.masked {
            // `https://example.org/<name>` goes on in what the parser takes for a tag: it is a pattern, no address.
            let goes_on = matches!(next, Some((Event::InlineHtml(html), place))
                if place.start == range.end && is_inline_html_text(html));
            self.prose(text, &range, goes_on);
        } else {
            self.give_text(text.into(), &range);
        }
    }

    /// Hands out `text` with its addresses as links, but for one at its end if the text `goes_on`.
    fn prose(&mut self, text: &'s str, range: &Range<usize>, goes_on: bool) {
        let at = range.start;
        let mut done = 0;
        for address in addresses(text).filter(|address| !goes_on || address.end < text.len()) {
            let before = text.get(done..address.start).unwrap_or_default();
            if !before.is_empty() {
                self.give(&Event::Text(before.into()), &(at + done..at + address.start));
            }
            let dest = text.get(address.clone()).unwrap_or_default();
            let place = at + address.start..at + address.end;
            let link = Tag::Link {
                link_type: LinkType::Autolink,
                dest_url: dest.into(),
                title: "".into(),
                id: "".into(),
            };
            self.give(&Event::Start(link), &place);
            self.give(&Event::Text(dest.into()), &place);
            self.give(&Event::End(TagEnd::Link), &place);
            done = address.end;
        }
        let rest = text.get(done..).unwrap_or_default();
        if !rest.is_empty() {
            self.give(&Event::Text(rest.into()), &(at + done..range.end));
        }
    }
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}

/// Makes `<a@b.example>` a link to `mailto:a@b.example`.
fn add_scheme(tag: &mut Tag<'_>) {
    if let Tag::Link {
        link_type: LinkType::Email,
        dest_url,
        ..
    } = tag
    {
        *dest_url = format!("mailto:{dest_url}").into();
    }
}

/// True for what stands directly in a list or table and nowhere else.
fn is_part(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Item | Tag::TableHead | Tag::TableRow | Tag::TableCell)
}

/// True for what holds text as it is written.
fn is_literal(tag: &TagEnd) -> bool {
    matches!(tag, TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock)
}
