//! The page: HTML of a document's body.
//!
//! In: the Markdown, its facts and what each destination becomes. Out: [`SafeHtml`] of a closed set of tags and
//! attributes, always balanced, at most [`max_output`] bytes. Must not: decide where a link leads, or lose a text.

mod code;
mod footnotes;
mod links;

use std::collections::HashMap;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Tag, TagEnd};

use self::footnotes::Footnote;
pub use self::links::Resolved;
use super::frame::{AlertKind, Frame, Step};
use super::safe_html::HtmlWriter;
use super::source::Source;
use super::{Facts, Link, SafeHtml, max_output, walk};
use crate::parameter::{Given, Scope};

/// Room for one element and the ends of all open ones, beyond what is checked before each element.
const MARGIN: usize = 20 << 10;

/// The body of a document as HTML.
///
/// `facts` are those of the same text. `shown_title` is the title that the page shows above the body: a first heading
/// of level 1 that says the same is left out. `resolve` is asked for every link and image but those to a heading of
/// this document. `given` fills the placeholders.
pub fn html(
    markdown: &str,
    facts: &Facts,
    shown_title: Option<&str>,
    resolve: &dyn Fn(&Link) -> Resolved,
    given: &Given<'_>,
) -> SafeHtml {
    let source = Source::new(markdown, facts.format);
    let mut page = Page {
        out: HtmlWriter::new(markdown.len() + markdown.len() / 2),
        facts,
        resolve,
        hidden_title: hidden_title(facts, shown_title),
        anchors: None,
        headings: 0,
        links: 0,
        open: Vec::new(),
        muted: None,
        in_anchor: false,
        alt: None,
        columns: Vec::new(),
        cell: (0, false),
        footnotes: HashMap::new(),
        plain: false,
        given,
        scope: Scope::default(),
        block: None,
        at: 0,
        input: markdown.len(),
        room: max_output(markdown.len()) - MARGIN,
    };
    walk(&source, |step, range| page.step(step, range.start));
    page.finish()
}

/// The first heading, if the page shows its text above the body.
fn hidden_title(facts: &Facts, shown_title: Option<&str>) -> bool {
    let first = facts.headings.first().filter(|heading| heading.level == 1);
    first
        .zip(shown_title)
        .is_some_and(|(heading, title)| heading.text.trim() == title.trim())
}

/// What ends the frames that may have a title of their own: it tells them apart.
const END_OF_ALERT: &str = "</div>\n";
const END_OF_FOLD: &str = "</details>\n";
const END_OF_LABELLED: &str = "</section>\n";

struct Page<'f> {
    out: HtmlWriter,
    facts: &'f Facts,
    resolve: &'f dyn Fn(&Link) -> Resolved,
    hidden_title: bool,
    /// The ids of all headings, once a link asks for one.
    anchors: Option<HashMap<&'f str, usize>>,
    /// Headings and links seen so far: the next one is described by the facts of that index.
    headings: usize,
    links: usize,
    /// What ends each open element. Whatever an element was written as, its end pops the end that fits.
    open: Vec<&'static str>,
    /// Within the title that the page shows already: how many elements were open before it.
    muted: Option<usize>,
    /// Within `<a>`, where no other may be.
    in_anchor: bool,
    /// Within the `alt` attribute of a picture: how many elements were open before it.
    alt: Option<usize>,
    columns: Vec<Alignment>,
    /// The column and the tag of the table cell that comes next.
    cell: (usize, bool),
    footnotes: HashMap<String, Footnote>,
    /// Past the bounds: texts only.
    plain: bool,
    given: &'f Given<'f>,
    /// The variables that the document has set so far.
    scope: Scope,
    /// The code block that is being read: its info string and its text.
    block: Option<(String, String)>,
    /// Where the step that is being written stands in the source.
    at: usize,
    input: usize,
    /// How long the output may be before an element is written.
    room: usize,
}

impl<'f> Page<'f> {
    /// Leaves out all further markup when the texts that are left, escaped, might not fit otherwise.
    fn keep_bounds(&mut self, at: usize) {
        let left = self.input.saturating_sub(at).saturating_mul(5);
        if self.out.len() + left > self.room && !self.plain {
            self.plain = true;
            if self.alt.take().is_some() {
                self.out.markup("\">");
            }
            for end in self.open.iter_mut().rev() {
                self.out.markup(std::mem::take(end));
            }
            self.out.markup("<p class=\"plain\">");
        }
    }

    fn finish(mut self) -> SafeHtml {
        if self.plain {
            self.out.markup("</p>\n");
        }
        self.out.finish()
    }

    fn step(&mut self, step: Step<'_, '_>, at: usize) {
        if self.block.is_none() {
            self.at = at;
        }
        match step {
            Step::Markdown(event) => {
                if !matches!(event, Event::Text(_) | Event::End(_)) {
                    self.keep_bounds(at);
                }
                self.event(event);
            }
            Step::Open(frame) => {
                self.keep_bounds(at);
                let plain = self.plain || self.alt.is_some() || self.muted.is_some();
                let end = if plain { "" } else { self.open_frame(frame) };
                self.open.push(end);
            }
            Step::Close(_) => {
                let end = self.open.pop().unwrap_or_default();
                self.out.markup(end);
            }
        }
    }

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(tag) => {
                let end = if self.plain || self.alt.is_some() {
                    self.open_plain(tag)
                } else {
                    self.open(tag)
                };
                self.open.push(end);
            }
            Event::End(tag) => self.close(*tag),
            _ if self.muted.is_some() => {}
            Event::Text(text) if self.alt.is_some() => self.out.value(text),
            Event::Text(text) if self.block.is_some() => {
                if let Some((_, block)) = &mut self.block {
                    block.push_str(text);
                }
            }
            Event::Text(text) if self.plain => self.out.text(text),
            Event::Text(text) => self.prose(text),
            Event::Code(text) if self.alt.is_some() => self.out.value(text),
            Event::Code(text) if self.plain => self.out.text(text),
            Event::Code(text) => self.span(text),
            Event::SoftBreak => self.out.markup("\n"),
            Event::HardBreak if self.plain || self.alt.is_some() => self.out.markup("\n"),
            Event::HardBreak => self.out.markup("<br>\n"),
            Event::Rule if self.plain => self.out.markup("\n"),
            Event::Rule => self.block("<hr>\n"),
            Event::FootnoteReference(label) => self.footnote_mark(label),
            Event::TaskListMarker(done) if self.plain => self.out.markup(if *done { "[x] " } else { "[ ] " }),
            Event::TaskListMarker(true) => self
                .out
                .markup("<input type=\"checkbox\" disabled checked aria-label=\"done\"> "),
            Event::TaskListMarker(false) => self
                .out
                .markup("<input type=\"checkbox\" disabled aria-label=\"to do\"> "),
            // `walk` lets none of these through; should it ever, their text is shown.
            Event::Html(text) | Event::InlineHtml(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.out.text(text);
            }
        }
    }

    /// Writes the beginning of a block on a line of its own.
    fn block(&mut self, markup: &'static str) {
        if !self.out.at_line_start() {
            self.out.markup("\n");
        }
        self.out.markup(markup);
    }

    /// Keeps count of an element that is not written.
    fn open_plain(&mut self, tag: &Tag<'_>) -> &'static str {
        match tag {
            Tag::Heading { .. } => self.headings += 1,
            Tag::Link { .. } | Tag::Image { .. } => {
                self.links += 1;
                return "";
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => return "",
            _ => {}
        }
        // Only where a text came before: a table can have many more cells than bytes.
        self.block("");
        ""
    }

    fn close(&mut self, tag: TagEnd) {
        let end = self.open.pop().unwrap_or_default();
        self.out.markup(end);
        match tag {
            TagEnd::CodeBlock => {
                if let Some((info, text)) = self.block.take() {
                    self.code(&info, &text);
                }
            }
            TagEnd::Link | TagEnd::Image => self.close_link(end),
            TagEnd::Heading(_) if self.muted == Some(self.open.len()) => self.muted = None,
            _ => {}
        }
    }

    /// Writes the beginning of an element, and says what ends it.
    fn open(&mut self, tag: &Tag<'_>) -> &'static str {
        match tag {
            _ if self.muted.is_some() => self.open_muted(tag),
            Tag::Paragraph => self.element("<p>", "</p>\n"),
            Tag::Heading { level, .. } => self.heading(*level as u8),
            Tag::BlockQuote(_) => self.element("<blockquote>\n", "</blockquote>\n"),
            Tag::CodeBlock(kind) => self.code_block(kind),
            Tag::List(Some(1)) => self.element("<ol>\n", "</ol>\n"),
            Tag::List(Some(start)) => {
                self.block("<ol start=\"");
                self.out.number(*start);
                self.out.markup("\">\n");
                "</ol>\n"
            }
            Tag::List(None) => self.element("<ul>\n", "</ul>\n"),
            Tag::Item => self.element("<li>", "</li>\n"),
            Tag::FootnoteDefinition(label) => self.footnote_text(label),
            Tag::Table(columns) => {
                self.columns.clone_from(columns);
                self.element("<div class=\"table\"><table>\n", "</table></div>\n")
            }
            Tag::TableHead => {
                self.cell = (0, true);
                self.element("<thead><tr>", "</tr></thead>\n")
            }
            Tag::TableRow => {
                self.cell = (0, false);
                self.element("<tr>", "</tr>\n")
            }
            Tag::TableCell => self.table_cell(),
            Tag::Emphasis => self.inline("<em>", "</em>"),
            Tag::Strong => self.inline("<strong>", "</strong>"),
            Tag::Strikethrough => self.inline("<del>", "</del>"),
            Tag::Link { title, .. } => self.link(title),
            Tag::Image { title, .. } => self.link(title),
            // Not part of the dialect.
            Tag::HtmlBlock
            | Tag::MetadataBlock(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript => "",
        }
    }

    fn open_muted(&mut self, tag: &Tag<'_>) -> &'static str {
        if matches!(tag, Tag::Link { .. } | Tag::Image { .. }) {
            self.links += 1;
        }
        ""
    }

    fn element(&mut self, begin: &'static str, end: &'static str) -> &'static str {
        self.block(begin);
        end
    }

    fn inline(&mut self, begin: &'static str, end: &'static str) -> &'static str {
        self.out.markup(begin);
        end
    }

    fn heading(&mut self, level: u8) -> &'static str {
        const TAGS: [(&str, &str); 6] = [
            ("<h1", "</h1>\n"),
            ("<h2", "</h2>\n"),
            ("<h3", "</h3>\n"),
            ("<h4", "</h4>\n"),
            ("<h5", "</h5>\n"),
            ("<h6", "</h6>\n"),
        ];
        let index = self.headings;
        self.headings += 1;
        if index == 0 && self.hidden_title {
            self.muted = Some(self.open.len());
            return "";
        }
        let (begin, end) = TAGS
            .get(usize::from(level.saturating_sub(1)))
            .copied()
            .unwrap_or(("<h6", "</h6>\n"));
        self.block(begin);
        if let Some(heading) = self.facts.headings.get(index) {
            self.out.markup(" id=\"");
            self.out.value(&heading.id);
            self.out.markup("\"");
        }
        self.out.markup(">");
        end
    }

    fn open_frame(&mut self, frame: Frame) -> &'static str {
        match frame {
            Frame::Alert { kind, label, titled } => {
                self.block(alert(kind));
                if !titled {
                    self.out.markup("<p class=\"alert-title\">");
                    self.out.text(label);
                    self.out.markup("</p>\n");
                }
                END_OF_ALERT
            }
            Frame::Fold {
                open,
                kind,
                label,
                titled,
            } => {
                self.block(fold(open, kind));
                if !titled {
                    self.out.markup("<summary>");
                    self.out.text(label);
                    self.out.markup("</summary>\n");
                }
                END_OF_FOLD
            }
            Frame::Labelled => self.element("<section class=\"labelled\">\n", END_OF_LABELLED),
            Frame::Title => match self.open.last().copied() {
                Some(END_OF_FOLD) => self.inline("<summary>", "</summary>\n"),
                Some(END_OF_ALERT) => self.inline("<p class=\"alert-title\">", "</p>\n"),
                Some(END_OF_LABELLED) => self.inline("<p class=\"label\">", "</p>\n"),
                _ => "",
            },
            Frame::Key => self.inline("<kbd>", "</kbd>"),
            Frame::Sub => self.inline("<sub>", "</sub>"),
            Frame::Sup => self.inline("<sup>", "</sup>"),
            Frame::Mono => self.inline("<code>", "</code>"),
        }
    }

    /// Collects a code block: it is written as a whole.
    fn code_block(&mut self, kind: &CodeBlockKind<'_>) -> &'static str {
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.to_string(),
            CodeBlockKind::Indented => String::new(),
        };
        self.block = Some((info, String::new()));
        ""
    }

    fn table_cell(&mut self) -> &'static str {
        let (column, head) = self.cell;
        self.cell = (column + 1, head);
        self.out.markup(if head { "<th" } else { "<td" });
        self.out.markup(match self.columns.get(column) {
            Some(Alignment::Left) => " class=\"left\">",
            Some(Alignment::Center) => " class=\"center\">",
            Some(Alignment::Right) => " class=\"right\">",
            Some(Alignment::None) | None => ">",
        });
        if head { "</th>" } else { "</td>" }
    }
}

fn alert(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::Note => "<div class=\"alert note\">\n",
        AlertKind::Tip => "<div class=\"alert tip\">\n",
        AlertKind::Important => "<div class=\"alert important\">\n",
        AlertKind::Warning => "<div class=\"alert warning\">\n",
        AlertKind::Caution => "<div class=\"alert caution\">\n",
    }
}

fn fold(open: bool, kind: Option<AlertKind>) -> &'static str {
    match (open, kind) {
        (false, None) => "<details>\n",
        (true, None) => "<details open>\n",
        (false, Some(AlertKind::Note)) => "<details class=\"alert note\">\n",
        (false, Some(AlertKind::Tip)) => "<details class=\"alert tip\">\n",
        (false, Some(AlertKind::Important)) => "<details class=\"alert important\">\n",
        (false, Some(AlertKind::Warning)) => "<details class=\"alert warning\">\n",
        (false, Some(AlertKind::Caution)) => "<details class=\"alert caution\">\n",
        (true, Some(AlertKind::Note)) => "<details open class=\"alert note\">\n",
        (true, Some(AlertKind::Tip)) => "<details open class=\"alert tip\">\n",
        (true, Some(AlertKind::Important)) => "<details open class=\"alert important\">\n",
        (true, Some(AlertKind::Warning)) => "<details open class=\"alert warning\">\n",
        (true, Some(AlertKind::Caution)) => "<details open class=\"alert caution\">\n",
    }
}
