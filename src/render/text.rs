//! The document as plain text, for a terminal without colours, `.txt` and search.
//!
//! In: the Markdown. Out: its text without markup: items keep their bullets and numbers, code stays verbatim, the
//! columns of a table line up, and the destination of a link follows its text once.
//! Must not: lose a word, write a control character, or grow beyond [`max_output`].

use std::collections::HashMap;

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::frame::{Frame, Step};
use super::safe_html::push_visible;
use super::source::Source;
use super::table::Table;
use super::{language, max_output, walk};
use crate::api::Format;

/// The text of `markdown`.
pub fn text(markdown: &str, format: Format) -> String {
    write(markdown, format, true)
}

/// The same without the destinations of links: what a search reads and shows.
pub fn words(markdown: &str, format: Format) -> String {
    write(markdown, format, false)
}

fn write(markdown: &str, format: Format, destinations: bool) -> String {
    let source = Source::new(markdown, format);
    let mut writer = Writer {
        destinations,
        out: String::with_capacity(markdown.len() + markdown.len() / 8),
        // What is left after the comfort of indentation and destinations is far more than the texts can need.
        comfort: max_output(markdown.len()) / 2,
        ..Writer::default()
    };
    walk(&source, |step, _| writer.step(step));
    writer.finish()
}

/// What has to come before the next text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Line,
    Blank,
}

#[derive(Default)]
struct Writer {
    out: String,
    /// Links are followed by where they lead.
    destinations: bool,
    /// Past this length, indentation and destinations are left out.
    comfort: usize,
    gap: Gap,
    /// Right after the mark of a container, where its first block begins without a gap.
    after_mark: bool,
    /// What every line begins with, and how long that was before each open container.
    prefix: String,
    containers: Vec<usize>,
    /// The numbers of the open lists.
    lists: Vec<Option<u64>>,
    /// The destinations of open links and images, and where their texts begin.
    links: Vec<(String, usize)>,
    table: Table,
    /// The text around the table cell that is being written.
    around: Option<String>,
    footnotes: HashMap<String, usize>,
}

impl Writer {
    fn finish(mut self) -> String {
        let kept = self.out.trim_end().len();
        self.out.truncate(kept);
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }

    fn step(&mut self, step: Step<'_, '_>) {
        match step {
            Step::Markdown(event) => self.event(event),
            Step::Open(frame) => self.open_frame(frame),
            Step::Close(frame) => self.close_frame(frame),
        }
    }

    fn open_frame(&mut self, frame: Frame) {
        match frame {
            Frame::Alert { label, titled, .. } => {
                self.need(Gap::Blank);
                self.open_container("", "> ");
                if !titled {
                    self.label(label);
                }
            }
            Frame::Fold { label, titled, .. } => {
                self.need(Gap::Blank);
                self.open_container("", "  ");
                if !titled {
                    self.label(label);
                }
            }
            Frame::Labelled => {
                self.need(Gap::Blank);
                self.open_container("", "  ");
            }
            Frame::Title | Frame::Key | Frame::Sub | Frame::Sup | Frame::Mono => {}
        }
    }

    fn close_frame(&mut self, frame: Frame) {
        match frame {
            Frame::Alert { .. } | Frame::Fold { .. } | Frame::Labelled => {
                self.close_container();
                self.need(Gap::Blank);
            }
            Frame::Title => {
                self.write(":");
                self.need(Gap::Line);
                self.after_mark = true;
            }
            Frame::Key | Frame::Sub | Frame::Sup | Frame::Mono => {}
        }
    }

    /// Writes what stands above a frame.
    fn label(&mut self, label: &str) {
        self.write(label);
        self.close_frame(Frame::Title);
    }

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => self.close(*tag),
            Event::Text(text) | Event::Code(text) => self.write(text),
            Event::SoftBreak | Event::HardBreak if self.around.is_some() => self.write(" "),
            Event::SoftBreak | Event::HardBreak => self.need(Gap::Line),
            Event::Rule => {
                self.need(Gap::Blank);
                self.write("---");
                self.need(Gap::Blank);
            }
            Event::FootnoteReference(label) => {
                let mark = format!("[{}]", self.footnote(label));
                self.write(&mark);
            }
            Event::TaskListMarker(true) => self.write("[x] "),
            Event::TaskListMarker(false) => self.write("[ ] "),
            // `walk` lets none of these through; should it ever, their text is kept.
            Event::Html(text) | Event::InlineHtml(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.write(text);
            }
        }
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::Heading { .. } => self.need(Gap::Blank),
            Tag::BlockQuote(_) => {
                self.need(Gap::Blank);
                self.open_container("", "> ");
            }
            Tag::CodeBlock(kind) => {
                self.need(Gap::Blank);
                if let CodeBlockKind::Fenced(info) = kind
                    && let Some(title) = language::title(info)
                {
                    self.write(title);
                    self.need(Gap::Line);
                }
            }
            Tag::List(first) => {
                self.need(if self.lists.is_empty() { Gap::Blank } else { Gap::Line });
                self.lists.push(*first);
            }
            Tag::Item => self.open_item(),
            Tag::FootnoteDefinition(label) => {
                self.need(Gap::Blank);
                let mark = format!("[{}] ", self.footnote(label));
                self.open_container(&mark, "    ");
            }
            Tag::Table(_) => {
                self.need(Gap::Blank);
                self.begin();
                self.table = Table::default();
            }
            Tag::TableHead | Tag::TableRow => self.table.row(),
            Tag::TableCell => self.around = Some(std::mem::take(&mut self.out)),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.begin();
                self.links.push((dest_url.to_string(), self.out.len()));
            }
            // Struck text without a mark would say the opposite.
            Tag::Strikethrough => self.write("~~"),
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock => self.need(Gap::Blank),
            TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => {
                self.close_container();
                self.need(Gap::Blank);
            }
            TagEnd::List(_) => {
                self.lists.pop();
                self.need(if self.lists.is_empty() { Gap::Blank } else { Gap::Line });
            }
            TagEnd::Item => {
                self.close_container();
                self.need(Gap::Line);
            }
            TagEnd::TableCell => {
                let around = self.around.take().unwrap_or_default();
                self.table.cell(std::mem::replace(&mut self.out, around));
            }
            TagEnd::Table => {
                let room = self.comfort.saturating_sub(self.out.len());
                let lines = std::mem::take(&mut self.table).layout(room);
                self.write(&lines);
                self.need(Gap::Blank);
            }
            TagEnd::Link | TagEnd::Image => self.close_link(),
            TagEnd::Strikethrough => self.write("~~"),
            _ => {}
        }
    }

    fn open_item(&mut self) {
        let number = match self.lists.last_mut() {
            Some(Some(number)) => {
                let this = *number;
                *number = this.saturating_add(1);
                Some(this)
            }
            _ => None,
        };
        self.need(Gap::Line);
        match number {
            None => self.open_container("- ", "  "),
            Some(number) => {
                let mark = format!("{number}. ");
                // Two digits are the common case, and a fixed table of spaces needs no allocation.
                self.open_container(&mark, "          ".get(..mark.len()).unwrap_or("    "));
            }
        }
    }

    /// Writes the mark of a container; its further lines begin with `prefix`.
    fn open_container(&mut self, mark: &str, prefix: &str) {
        self.begin();
        if !mark.is_empty() {
            self.write(mark);
        }
        self.containers.push(self.prefix.len());
        self.prefix.push_str(prefix);
        self.after_mark = true;
    }

    fn close_container(&mut self) {
        let length = self.containers.pop().unwrap_or_default();
        self.prefix.truncate(length);
        self.after_mark = false;
    }

    fn close_link(&mut self) {
        let Some((dest, start)) = self.links.pop() else {
            return;
        };
        let text = self.out.get(start..).unwrap_or_default().trim();
        let same = !self.destinations && !text.is_empty() || text == dest || dest.strip_prefix("mailto:") == Some(text);
        if same || dest.starts_with('#') || dest.is_empty() || self.out.len() + dest.len() > self.comfort {
            return;
        }
        let written = if text.is_empty() { dest } else { format!(" ({dest})") };
        self.write(&written);
    }

    fn footnote(&mut self, label: &str) -> usize {
        let next = self.footnotes.len() + 1;
        *self.footnotes.entry(label.to_lowercase()).or_insert(next)
    }

    /// The next text begins after at least this gap, unless it is the first of its container.
    fn need(&mut self, gap: Gap) {
        if !self.after_mark {
            self.gap = self.gap.max(gap);
        }
    }

    /// Writes the gap that is needed before the next text.
    fn begin(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        self.after_mark = false;
        if self.around.is_some() {
            // A cell is one line, whatever stands in it.
            if gap != Gap::None && !self.out.is_empty() {
                self.out.push(' ');
            }
            return;
        }
        if gap == Gap::None || self.out.is_empty() {
            return;
        }
        if !self.at_line_start() {
            self.out.push('\n');
        }
        if gap == Gap::Blank {
            self.write_prefix(true);
            self.out.push('\n');
        }
    }

    fn at_line_start(&self) -> bool {
        // A cell of a table is a piece of a line.
        self.around.is_none() && self.out.as_bytes().last().is_none_or(|byte| *byte == b'\n')
    }

    /// Begins a line; one that stays empty gets no white space at its end.
    fn write_prefix(&mut self, empty: bool) {
        if self.out.len() < self.comfort {
            self.out
                .push_str(if empty { self.prefix.trim_end() } else { &self.prefix });
        }
    }

    fn write(&mut self, text: &str) {
        self.begin();
        let mut lines = text.split('\n').peekable();
        while let Some(line) = lines.next() {
            let last = lines.peek().is_none();
            if self.at_line_start() && !(last && line.is_empty()) {
                self.write_prefix(line.is_empty());
            }
            self.write_line(line, last);
            if !last {
                self.out.push('\n');
            }
        }
    }

    fn write_line(&mut self, line: &str, last: bool) {
        let mut rest = line;
        while let Some(at) = rest
            .bytes()
            .position(|byte| byte < 0x20 || byte == 0x7f || byte == 0xc2)
        {
            let (plain, tail) = rest.split_at(at);
            self.out.push_str(plain);
            let Some(c) = tail.chars().next() else {
                return;
            };
            rest = tail.get(c.len_utf8()..).unwrap_or_default();
            push_visible(&mut self.out, c, if rest.is_empty() && !last { "\n" } else { rest });
        }
        self.out.push_str(rest);
    }
}
