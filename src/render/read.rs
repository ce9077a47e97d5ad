//! One pass over a document: what is in it, and what is wrong with it.
//!
//! In: the Markdown. Out: [`Facts`]. Must not: look at other documents; whether a link to one leads anywhere is
//! decided where all of them are known.

use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::events::{Met, walk_noting};
use super::frame::{Frame, Step};
use super::sections::{Outline, sections};
use super::slug::{self, Slugs};
use super::source::Source;
use super::word_count::Words;
use super::{
    CodeBlock, Facts, Heading, Link, LinkKind, MAX_DEPTH, MAX_INPUT, MAX_RECORDED, SafeUrl, UndefinedReference,
    language, place, scan,
};
use crate::api::Format;
use crate::finding::{At, Code, ContentSpan, Finding, tidy};
use crate::parameter::{Class, in_prose};

/// The longest text of a link and of the first paragraph, in characters.
const MAX_TEXT: usize = 300;

/// Reads `markdown` once.
pub fn read(markdown: &str, format: Format) -> Facts {
    let source = Source::new(markdown, format);
    let undefined = RefCell::default();
    let mut reader = Reader::default();
    let met = walk_noting(&source, &undefined, |step, range| reader.step(step, range, markdown));

    let words = reader.words.total();
    let end = source.end();
    let mut facts = reader.facts;
    facts.format = format;
    facts.sections = sections(&facts.headings, &reader.outlines, end, words);
    facts.words = words;
    facts.front_matter = source.front_matter.clone();
    facts.undefined_references = undefined
        .into_inner()
        .into_iter()
        .map(|(range, label)| UndefinedReference {
            label: shortened(&label),
            span: place::bytes(&source.place(&range)),
        })
        .collect();
    locate(markdown, &mut facts);
    facts.findings = findings(markdown, &facts, &source, &met, reader.unrecorded, &reader.stubs);
    facts
}

#[derive(Default)]
struct Reader {
    facts: Facts,
    outlines: Vec<Outline>,
    slugs: Slugs,
    words: Words,
    /// Open elements.
    depth: usize,
    /// The heading that is being read: where it began in words, and its text.
    heading: Option<(usize, String)>,
    /// Links and images that are being read, as indexes of the recorded ones, with their texts so far.
    links: Vec<(Option<usize>, String)>,
    /// Open images: their texts describe them and are no prose.
    images: usize,
    /// The code block that is being read.
    code: Option<CodeBlock>,
    /// The first paragraph while it is being read.
    paragraph: Option<String>,
    /// Text that somebody forgot to write.
    stubs: Vec<(usize, String)>,
    /// The first heading, link or code block that was not recorded.
    unrecorded: Option<usize>,
}

impl Reader {
    fn step(&mut self, step: Step<'_, '_>, range: Range<usize>, markdown: &str) {
        match step {
            Step::Markdown(event) => self.event(event, range, markdown),
            Step::Open(frame) => self.frame(frame, 1),
            Step::Close(frame) => self.frame(frame, -1),
        }
    }

    fn frame(&mut self, frame: Frame, by: isize) {
        if !matches!(frame, Frame::Key | Frame::Sub | Frame::Sup | Frame::Mono) {
            self.words.end();
        }
        self.depth = self.depth.saturating_add_signed(by);
    }

    fn event(&mut self, event: &Event<'_>, range: Range<usize>, markdown: &str) {
        match event {
            Event::Start(tag) => self.open(tag, range),
            Event::End(tag) => self.close(*tag, &range, markdown),
            Event::Text(text) => {
                if let Some(code) = &mut self.code {
                    self.words.read(text);
                    add_piece(code, text, &range, markdown);
                } else {
                    self.text(text, range.start);
                }
            }
            Event::Code(text) => self.text(text, range.start),
            Event::SoftBreak | Event::HardBreak => self.text(" ", range.start),
            Event::Rule => self.words.end(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, at: usize) {
        self.words.read(text);
        // Hardly any text has one of these, and only such a one can be unwritten.
        if memchr::memchr3(b'<', b'[', b'T', text.as_bytes()).is_some() && self.stubs.len() < MAX_RECORDED {
            in_prose(text, &mut |used| {
                if used.class == Class::Stub {
                    self.stubs.push((at + used.range.start, shortened(used.name)));
                }
            });
        }
        if let Some((_, heading)) = &mut self.heading {
            heading.push_str(text);
        }
        if let Some(paragraph) = self.paragraph.as_mut().filter(|_| self.images == 0) {
            push_limited(paragraph, text);
        }
        for (_, link) in &mut self.links {
            push_limited(link, text);
        }
    }

    fn open(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Link { dest_url, .. } => self.open_link(LinkKind::Link, dest_url, &range),
            Tag::Image { dest_url, .. } => {
                self.images += 1;
                self.open_link(LinkKind::Image, dest_url, &range);
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {}
            Tag::Heading { .. } => {
                self.words.end();
                self.heading = Some((self.words.total(), String::new()));
            }
            Tag::CodeBlock(kind) => {
                self.words.end();
                let (fenced, info) = match kind {
                    CodeBlockKind::Fenced(info) => (true, info.to_string()),
                    CodeBlockKind::Indented => (false, String::new()),
                };
                self.code = Some(CodeBlock {
                    language: language::common_name(&info),
                    info,
                    fenced,
                    closed: true,
                    block: place::bytes(&range),
                    span: place::bytes(&(range.end..range.end)),
                    pieces: Vec::new(),
                    decoded: None,
                });
            }
            Tag::Paragraph => {
                self.words.end();
                if self.depth == 0 && self.facts.first_paragraph.is_none() {
                    self.paragraph = Some(String::new());
                }
            }
            _ => self.words.end(),
        }
        self.depth += 1;
    }

    fn open_link(&mut self, kind: LinkKind, dest: &str, range: &Range<usize>) {
        let index = (self.facts.links.len() < MAX_RECORDED).then_some(self.facts.links.len());
        if index.is_none() {
            self.unrecorded.get_or_insert(range.start);
        } else {
            self.facts.links.push(Link {
                kind,
                dest: dest.to_owned(),
                text: String::new(),
                span: place::bytes(range),
            });
        }
        self.links.push((index, String::new()));
    }

    fn close(&mut self, tag: TagEnd, range: &Range<usize>, markdown: &str) {
        self.depth -= 1;
        match tag {
            TagEnd::Link | TagEnd::Image => {
                if matches!(tag, TagEnd::Image) {
                    self.images -= 1;
                }
                if let Some((Some(index), text)) = self.links.pop()
                    && let Some(link) = self.facts.links.get_mut(index)
                {
                    link.text = shortened(&text);
                }
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {}
            TagEnd::Heading(level) => self.close_heading(level as u8, range),
            TagEnd::CodeBlock => {
                self.words.end();
                if let Some(mut code) = self.code.take() {
                    code.closed = !code.fenced || is_closed(markdown.get(range.clone()).unwrap_or_default());
                    if self.facts.code_blocks.len() < MAX_RECORDED {
                        self.facts.code_blocks.push(code);
                    } else {
                        self.unrecorded.get_or_insert(range.start);
                    }
                }
            }
            TagEnd::Paragraph => {
                self.words.end();
                if let Some(text) = self.paragraph.take().filter(|text| is_prose(text)) {
                    self.facts.first_paragraph = Some(shortened(&text));
                }
            }
            _ => self.words.end(),
        }
    }

    fn close_heading(&mut self, level: u8, range: &Range<usize>) {
        self.words.end();
        let Some((words, text)) = self.heading.take() else {
            return;
        };
        if self.facts.headings.len() >= MAX_RECORDED {
            self.unrecorded.get_or_insert(range.start);
            return;
        }
        let text = one_line(&text, usize::MAX);
        if level == 1 && self.facts.title.is_none() && !text.is_empty() {
            self.facts.title = Some(text.clone());
        }
        self.outlines.push(Outline {
            end: range.end,
            words: words..self.words.total(),
            top_level: self.depth == 0,
        });
        self.facts.headings.push(Heading {
            level,
            id: self.slugs.next(&text),
            text,
            span: place::bytes(range),
        });
    }
}

/// Adds a piece of code to its block, to the last piece if they touch.
fn add_piece(code: &mut CodeBlock, text: &str, range: &Range<usize>, markdown: &str) {
    if code.decoded.is_some() || text.len() != range.len() {
        let before = code
            .decoded
            .take()
            .map_or_else(|| code.text(markdown).into_owned(), String::from);
        code.decoded = Some((before + text).into());
    }
    let piece = place::bytes(range);
    match code.pieces.last_mut() {
        Some(last) if last.end == piece.start => last.end = piece.end,
        Some(_) => code.pieces.push(piece.start..piece.end),
        None => {
            code.span.start = piece.start;
            code.pieces.push(piece.start..piece.end);
        }
    }
    code.span.end = piece.end;
}

/// True if the fenced `block` ends with a fence of its own and not because its container or the document ends.
fn is_closed(block: &str) -> bool {
    let opening = block.trim_start();
    // A fence in the words of another dialect is closed by its own means.
    if !opening.starts_with(['`', '~']) {
        return true;
    }
    let Some(mark) = opening.chars().next() else {
        return true;
    };
    let length = |line: &str| line.chars().take_while(|c| *c == mark).count();
    let Some((_, last)) = block.trim_end().rsplit_once(['\n', '\r']) else {
        return false;
    };
    let last = last.trim_start_matches([' ', '\t', '>']);
    length(last) >= length(opening) && last.trim_start_matches(mark).trim().is_empty()
}

/// True for a paragraph that a reader would call one: not a lone image or a tag of raw HTML.
fn is_prose(text: &str) -> bool {
    !text.trim_start().starts_with('<') && text.contains(char::is_alphabetic)
}

/// Appends `text` as far as [`shortened`] may need it.
fn push_limited(to: &mut String, text: &str) {
    let room = (MAX_TEXT * 4).saturating_sub(to.len());
    to.push_str(text.split_at(text.floor_char_boundary(room)).0);
}

/// `text` on one line, cut at a word if it is longer than [`MAX_TEXT`] characters.
fn shortened(text: &str) -> String {
    one_line(text, MAX_TEXT)
}

/// `text` on one line and without control characters, as it may be shown in a table, a log or a terminal; cut at a
/// word if it is longer than `limit` characters.
fn one_line(text: &str, limit: usize) -> String {
    let mut line = String::with_capacity(text.len());
    let mut room = limit;
    for word in text.split_whitespace() {
        if !line.is_empty() {
            let length = word.chars().count() + 1;
            if length >= room {
                line.push('…');
                return line;
            }
            room -= length;
            line.push(' ');
        } else {
            room = room.saturating_sub(word.chars().count());
        }
        let visible = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
        line.extend(word.chars().take(limit).map(visible));
    }
    line
}

/// The first control character other than tab and line end, and where it is.
fn first_control_character(text: &str) -> Option<(usize, char)> {
    // Nearly no text has one. 0xC2 begins the C1 controls.
    let suspect = |byte: u8| ((byte < 0x20) & (byte != b'\n') & (byte != b'\t')) | (byte == 0x7f) | (byte == 0xc2);
    if !scan::any(text.as_bytes(), suspect) {
        return None;
    }
    text.char_indices()
        .find(|(_, c)| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

/// Gives every span its line and column, in one sweep over the text.
fn locate(markdown: &str, facts: &mut Facts) {
    let mut spans: Vec<&mut ContentSpan> = Vec::new();
    spans.extend(facts.headings.iter_mut().map(|heading| &mut heading.span));
    spans.extend(facts.sections.iter_mut().map(|section| &mut section.body));
    spans.extend(facts.links.iter_mut().map(|link| &mut link.span));
    spans.extend(
        facts
            .undefined_references
            .iter_mut()
            .map(|reference| &mut reference.span),
    );
    spans.extend(
        facts
            .code_blocks
            .iter_mut()
            .flat_map(|code| [&mut code.block, &mut code.span]),
    );
    place::locate(markdown, spans);
}

fn is_data(dest: &str) -> bool {
    dest.trim_start()
        .get(..5)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

fn findings(
    markdown: &str,
    facts: &Facts,
    source: &Source<'_>,
    met: &Met,
    unrecorded: Option<usize>,
    stubs: &[(usize, String)],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let ids: HashSet<&str> = facts.headings.iter().map(|heading| heading.id.as_str()).collect();
    for link in &facts.links {
        let at = At::Content(link.span);
        let dest = || shortened(&link.dest);
        if let Some(fragment) = link.dest.strip_prefix('#') {
            if !slug::is_top(fragment) && slug::find(fragment, |id| ids.get(id).copied()).is_none() {
                let message = format!("no heading of this document is called `{}`", dest());
                findings.push(Finding::new(Code::AnchorBroken, at, message));
            }
            continue;
        }
        let url = match link.kind {
            LinkKind::Link => SafeUrl::parse(&link.dest),
            LinkKind::Image => SafeUrl::picture(&link.dest),
        };
        match url {
            Err(why) if !link.dest.is_empty() => {
                let message = format!("the address `{}` is not linked: {why}", dest());
                findings.push(Finding::new(Code::UnsafeLink, at, message));
            }
            Ok(url) if link.kind == LinkKind::Image && url.is_absolute() && !is_data(&link.dest) => {
                let message = format!("the picture `{}` is elsewhere and is shown as a link", dest());
                let help = "put it into the ConfigMap of contentFrom, under binaryData, and refer to its key";
                findings.push(Finding::new(Code::RemotePicture, at, message).help(help));
            }
            _ => {}
        }
    }
    for reference in &facts.undefined_references {
        let label = &reference.label;
        let message = format!("the reference `[{label}]` has no definition");
        let help = format!("add a line `[{label}]: https://…`");
        findings.push(Finding::new(Code::ReferenceUndefined, At::Content(reference.span), message).help(help));
    }
    for code in facts.code_blocks.iter().filter(|code| !code.closed) {
        let message = "this code block is never closed";
        let help = "end it with a line of the same marks that opened it";
        findings.push(Finding::new(Code::UnclosedFence, At::Content(code.block), message).help(help));
    }

    let mut points = Vec::new();
    if source.cut {
        let message = format!("the text is longer than {MAX_INPUT} bytes; the rest is not shown");
        points.push((source.end(), Code::ContentTooLarge, message));
    }
    if let Some(at) = met.too_deep {
        let message = format!("this nests deeper than {MAX_DEPTH} levels and is shown as plain text");
        points.push((at, Code::BeyondLimits, message));
    }
    for (at, text) in stubs {
        points.push((
            *at,
            Code::Stub,
            format!("`{text}` is text that somebody forgot to write"),
        ));
    }
    for (name, at) in source.unknown().take(MAX_RECORDED) {
        let message = format!("`{}` is no construct that is known here", shortened(name));
        points.push((at, Code::ConstructUnknown, message));
    }
    for at in source.unclosed() {
        points.push((at, Code::FrameUnclosed, "nothing ends what begins here".to_owned()));
    }
    for (name, range) in &met.html_as_text {
        let message = format!("the HTML element `{}` is shown as text", shortened(name));
        points.push((range.start, Code::HtmlAsText, message));
    }
    if let Some(at) = unrecorded {
        let message = format!("more than {MAX_RECORDED} headings, links or code blocks; the links are shown as text");
        points.push((at, Code::BeyondLimits, message));
    }
    if let Some((at, c)) = first_control_character(markdown) {
        let message = format!("control character U+{:04X}", u32::from(c));
        points.push((at, Code::ControlCharacter, message));
    }
    let mut spans: Vec<_> = points.iter().map(|(at, ..)| place::bytes(&(*at..*at))).collect();
    place::locate(markdown, spans.iter_mut().collect());
    let points = points.into_iter().zip(spans);
    findings.extend(points.map(|((_, code, message), span)| Finding::new(code, At::Content(span), message)));
    tidy(&mut findings);
    findings
}
