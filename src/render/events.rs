//! The one dialect: Markdown events as every reader and writer of this project sees them.
//!
//! In: a [`Source`]. Out: [`walk`], which hands out pulldown-cmark's events with their places in the original text.
//! Must not: let raw HTML, a control mask or more than [`MAX_DEPTH`] open elements through.
//!
//! What is changed on the way: neighbouring texts are joined; raw HTML becomes text (`<cluster>` in prose is a
//! placeholder that must stay visible) but for comments, which are left out, and `<br>`, which is a line break; bare
//! addresses become links. So [`Event::Html`], [`Event::InlineHtml`], [`Tag::HtmlBlock`], [`Tag::MetadataBlock`] and the
//! math events never come out.

use std::cell::RefCell;
use std::ops::Range;

use pulldown_cmark::{
    BrokenLink, BrokenLinkCallback, CowStr, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd,
};

use super::autolink::addresses;
use super::source::Source;
use super::{MAX_DEPTH, MAX_RECORDED};

/// The extensions of the dialect. Named one by one: `Options::all()` would turn `--force` in prose into `–force`.
const DIALECT: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM);

/// Hands every event of `source` to `sink`, in order, with its bytes in the original text. Says where the first
/// element stood that is shown as plain text because it lies too deep.
///
/// Events are lent, not given: they are large, and this way none is copied from hand to hand.
pub fn walk<'s>(source: &'s Source<'s>, sink: impl FnMut(&Event<'s>, Range<usize>)) -> Option<usize> {
    Walk::new(source, None, sink).walk()
}

/// The same; references without a definition are noted in `undefined`, at their place in the body.
pub(super) fn walk_noting<'s>(
    source: &'s Source<'s>,
    undefined: &'s UndefinedLabels,
    sink: impl FnMut(&Event<'s>, Range<usize>),
) -> Option<usize> {
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
    /// Open elements that were handed out.
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

impl<'s, S: FnMut(&Event<'s>, Range<usize>)> Walk<'s, S> {
    fn new(source: &'s Source<'s>, undefined: Option<Undefined<'s>>, sink: S) -> Self {
        Self {
            parser: Parser::new_with_broken_link_callback(&source.body, DIALECT, undefined).into_offset_iter(),
            source,
            sink,
            masked: source.is_masked(),
            depth: 0,
            hidden: 0,
            too_deep: source.too_deep,
            literal: 0,
            html: HtmlBlock::default(),
        }
    }

    fn walk(mut self) -> Option<usize> {
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
        self.too_deep
    }

    /// Hands out an event that stands at `range` of the body.
    fn give(&mut self, event: &Event<'s>, range: &Range<usize>) {
        let base = self.source.base;
        (self.sink)(event, range.start + base..range.end + base);
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
            Event::Start(Tag::HtmlBlock) => return self.html_block(range),
            Event::End(TagEnd::HtmlBlock) => {
                if self.html.shown != Some(true) {
                    return;
                }
                self.depth -= 1;
                *event = Event::End(TagEnd::Paragraph);
            }
            Event::Html(line) => return self.html_line(line, range.start),
            Event::Start(tag) => {
                if self.opened(tag, range.start) {
                    add_scheme(tag);
                } else if is_inline(tag) {
                    return;
                } else {
                    // Words of two hidden blocks must not run together.
                    *event = Event::SoftBreak;
                }
            }
            Event::End(tag) => {
                if !self.closed(*tag) {
                    return;
                }
            }
            Event::InlineHtml(html) if html.starts_with("<!--") => return,
            Event::InlineHtml(html) if is_line_break(html) => *event = Event::HardBreak,
            // The dialect has no math; if it had, its text must not be lost.
            Event::Text(text) | Event::InlineHtml(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                let text = std::mem::replace(text, "".into());
                return self.give_text(text, range);
            }
            Event::Code(text) if self.masked => *text = Source::unmask(text).into(),
            Event::Code(_)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::Rule
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
        self.give(event, range);
    }

    /// Counts an element that begins; false if it lies too deep to be shown.
    fn opened(&mut self, tag: &Tag<'s>, at: usize) -> bool {
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
            return true;
        }
        self.hidden += 1;
        let at = at + self.source.base;
        self.too_deep = Some(self.too_deep.map_or(at, |first| first.min(at)));
        false
    }

    /// Counts an element that ends; false if its beginning was not shown.
    fn closed(&mut self, tag: TagEnd) -> bool {
        if matches!(tag, TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) {
            self.literal -= 1;
        }
        if self.hidden > 0 {
            self.hidden -= 1;
            return false;
        }
        self.depth -= 1;
        true
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
        if self.literal == 0 && self.hidden == 0 && self.depth < MAX_DEPTH && !self.masked {
            // `https://example.org/<name>` goes on in what the parser takes for a tag: it is a pattern, no address.
            let goes_on = matches!(next, Some((Event::InlineHtml(html), place))
                if place.start == range.end && !is_line_break(html) && !html.starts_with("<!--"));
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

    fn html_block(&mut self, range: &Range<usize>) {
        let block = self.source.body.get(range.clone()).unwrap_or_default();
        self.html = HtmlBlock {
            last_close: block.rfind("-->").map(|at| range.start + at),
            ..HtmlBlock::default()
        };
    }

    /// Hands out what is to be seen of one line of an HTML block.
    fn html_line(&mut self, line: &CowStr<'s>, start: usize) {
        let CowStr::Borrowed(mut rest) = *line else {
            // Only a tab that the parser spells out, at the beginning of a line.
            if !line.trim().is_empty() {
                self.html_text(line.clone(), &(start..start));
            }
            return;
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
                self.html_text(trimmed.into(), &(at + lead..at + lead + trimmed.len()));
            }
            rest = rest.get(skipped..).unwrap_or_default();
            at += skipped;
        }
    }

    fn html_text(&mut self, text: CowStr<'s>, place: &Range<usize>) {
        if self.html.shown.is_some() {
            self.give(&Event::SoftBreak, place);
        } else {
            let own_paragraph = self.hidden == 0 && self.depth < MAX_DEPTH;
            self.html.shown = Some(own_paragraph);
            if own_paragraph {
                self.depth += 1;
                self.give(&Event::Start(Tag::Paragraph), place);
            }
        }
        self.give_text(text, place);
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

/// True for `<br>`, `<br/>` and `<BR />`: the one tag that tables need, as a cell holds one line.
fn is_line_break(html: &str) -> bool {
    let name = html
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
        .unwrap_or_default();
    name.strip_suffix('/').unwrap_or(name).trim().eq_ignore_ascii_case("br")
}
