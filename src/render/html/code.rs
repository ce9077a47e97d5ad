//! Code on a page: commands ready to copy, their effects, placeholders with their values, colours.
//!
//! In: a block or span of code. Out: HTML in which the text is the author's, but for placeholders that have a value.
//! Must not: grow without bounds: past them, code is text without marks.

use super::Page;
use crate::command::{Effect, Judgement, LineKind, is_command, judge};
use crate::parameter::{Class, Context, Language, Use, bind, in_prose, key, meaning, quote};
use crate::render::code::{Code, Mark, Runnable, command_marks, marks};
use crate::render::language;

/// Room for one mark and what ends it, beyond the text itself.
const ROOM: usize = 600;

impl Page<'_> {
    /// Writes a block of code.
    pub(super) fn code(&mut self, info: &str, text: &str) {
        let title = language::title(info);
        if let Some(title) = title {
            self.block("<figure class=\"code\"><figcaption>");
            self.out.text(title);
            self.out.markup("</figcaption>");
        } else {
            self.block("");
        }
        let code = Code::new(info, text);
        if code.block.is_some() {
            self.commands(&code);
        } else {
            self.listing(&code);
        }
        self.out.markup(if title.is_some() { "</figure>\n" } else { "\n" });
    }

    fn open_pre(&mut self, language: Option<&'static str>) {
        match language {
            Some(name) => {
                self.out.markup("<pre tabindex=\"0\"><code class=\"language-");
                self.out.markup(name);
                self.out.markup("\">");
            }
            None => self.out.markup("<pre tabindex=\"0\"><code>"),
        }
    }

    /// Writes code that nobody runs.
    fn listing(&mut self, code: &Code<'_>) {
        let text = code.text;
        self.open_pre(code.language);
        let found = marks(text, code.language, code.placeholders(), &mut self.scope);
        self.marks(text, &found, 0..text.len());
        self.out.markup("</code></pre>");
    }

    /// Writes a block of commands: commands with the same effect stand together, under one mark.
    fn commands(&mut self, code: &Code<'_>) {
        let Some(block) = &code.block else { return };
        let mut open: Option<Judgement> = None;
        let mut next = 0;
        for command in code.commands() {
            // Comments above a command belong to it, output below to the one before.
            let first = block.lines.get(next..command.lines.start).unwrap_or_default();
            let above = first
                .iter()
                .rev()
                .take_while(|line| matches!(line.kind, LineKind::Comment | LineKind::Blank))
                .count();
            let own = command.lines.start - above;
            for number in next..own {
                self.line_without_command(code, number, open.is_some());
            }
            if open != Some(command.judgement) {
                if open.is_some() {
                    self.out.markup("</code></pre></div>\n");
                }
                self.open_commands(command.judgement, code.language);
                open = Some(command.judgement);
            }
            for number in own.max(next)..command.lines.start {
                self.line_without_command(code, number, true);
            }
            self.command(code, &code.runnable(command), command.lines.clone());
            next = command.lines.end;
        }
        for number in next..block.lines.len() {
            self.line_without_command(code, number, true);
        }
        if open.is_some() {
            self.out.markup("</code></pre></div>");
        }
    }

    fn open_commands(&mut self, judgement: Judgement, language: Option<&'static str>) {
        self.out.markup(match judgement.effect {
            Effect::Read => "<div class=\"run read\"><p class=\"effect\"><span>read",
            Effect::Change => "<div class=\"run change\"><p class=\"effect\"><span><strong>change</strong>",
            Effect::Destructive => {
                "<div class=\"run destructive\"><p class=\"effect\"><span><strong>destructive</strong>"
            }
            Effect::Unknown => "<div class=\"run unknown\"><p class=\"effect\"><span>effect unknown",
        });
        if !judgement.why.is_empty() {
            self.out.markup(": ");
            self.out.text(judgement.why);
        }
        self.out.markup("</span></p>");
        self.open_pre(language);
    }

    /// Writes a line that is not run.
    fn line_without_command(&mut self, code: &Code<'_>, number: usize, open: bool) {
        let Some(line) = code.block.as_ref().and_then(|block| block.lines.get(number)) else {
            return;
        };
        let text = code.text.get(line.range.clone()).unwrap_or_default();
        if !open {
            // Output above the first command.
            self.open_pre(code.language);
        }
        let class = match line.kind {
            LineKind::Comment => Some("<span class=\"c\">"),
            LineKind::Output => Some("<span class=\"out\">"),
            _ => None,
        };
        match class.filter(|_| self.is_roomy()) {
            Some(class) => {
                self.out.markup(class);
                self.out.text(text);
                self.out.markup("</span>");
            }
            None => self.out.text(text),
        }
        self.out.markup(if open { "\n" } else { "\n</code></pre>\n" });
    }

    /// Writes a command line by line: prompts stand outside of what is copied.
    fn command(&mut self, code: &Code<'_>, runnable: &Runnable, lines: std::ops::Range<usize>) {
        let text = &runnable.text;
        let found = command_marks(text, &mut self.scope);
        let mut run = runnable.lines.iter().peekable();
        for number in lines {
            let Some(line) = code.block.as_ref().and_then(|block| block.lines.get(number)) else {
                continue;
            };
            let Some((start, _)) = run.next_if(|(_, of)| *of == number) else {
                self.line_without_command(code, number, true);
                continue;
            };
            let end = run.peek().map_or(text.len(), |(next, _)| next.saturating_sub(1));
            let begin = (line.range.start + line.prompt).min(line.range.end);
            let prompt = code.text.get(line.range.start..begin).unwrap_or_default();
            let roomy = self.is_roomy();
            if !prompt.is_empty() {
                if roomy {
                    self.out.markup("<span class=\"prompt\">");
                }
                self.out.text(prompt);
                if roomy {
                    self.out.markup("</span>");
                }
            }
            if roomy {
                self.out.markup("<span class=\"l\">");
            }
            self.marks(text, &found, *start..end);
            if roomy {
                self.out.markup("</span>");
            }
            self.out.markup("\n");
        }
    }

    /// Writes what the marks say of `range`.
    fn marks(&mut self, text: &str, found: &[Mark<'_>], range: std::ops::Range<usize>) {
        // Marks are in order, so those of a line are found by bisection.
        let place = |mark: &Mark<'_>| match mark {
            Mark::Class(_, place) => place.clone(),
            Mark::Use(used) => used.range.clone(),
        };
        let first = found.partition_point(|mark| place(mark).end <= range.start);
        for mark in found.iter().skip(first) {
            let at = place(mark);
            if at.start >= range.end {
                return;
            }
            let whole = at.start >= range.start && at.end <= range.end;
            let shown = text
                .get(at.start.max(range.start)..at.end.min(range.end))
                .unwrap_or_default();
            match mark {
                Mark::Use(used) if whole => self.used(used, shown),
                Mark::Class(Some(class), _) if self.is_roomy() => {
                    self.out.markup("<span class=\"");
                    self.out.markup(class.css());
                    self.out.markup("\">");
                    self.out.text(shown);
                    self.out.markup("</span>");
                }
                Mark::Class(..) | Mark::Use(_) => self.out.text(shown),
            }
        }
    }

    /// Writes a placeholder with its value, or what only looks like one.
    fn used(&mut self, used: &Use<'_>, written: &str) {
        if used.class != Class::Parameter {
            return self.out.text(written);
        }
        let key = key(used.name);
        let bound = bind(used.name, meaning(used.name).as_ref(), self.given).ok().flatten();
        if !self.is_roomy() || key.len() + used.name.len() > ROOM / 4 {
            return self.out.text(written);
        }
        let value = bound.as_ref().map(|bound| quote(&bound.value, &used.context));
        self.out.markup(match &value {
            Some(Ok(_)) => "<span class=\"p bound\" data-p=\"",
            Some(Err(_)) => "<span class=\"p refused\" data-p=\"",
            None => "<span class=\"p\" data-p=\"",
        });
        self.out.value(&key);
        self.out.markup("\" data-q=\"");
        self.out.markup(used.context.quotes.as_str());
        self.out.markup(flags(&used.context));
        if let (Some(value), Some(bound)) = (&value, &bound) {
            self.out.markup("\" title=\"");
            match value {
                Ok(_) => self.out.value(&bound.origin.to_string()),
                Err(why) => self.out.value(&why.to_string()),
            }
        }
        match value {
            Some(Ok(value)) => {
                self.out.markup("\" data-raw=\"");
                self.out.value(written);
                self.out.markup("\">");
                self.out.text(&value);
            }
            _ => {
                self.out.markup("\">");
                self.out.text(written);
            }
        }
        self.out.markup("</span>");
    }

    /// Writes a code span: a command between words is marked like one in a block.
    pub(super) fn span(&mut self, text: &str) {
        let judgement = is_command(text).then(|| judge(text));
        self.out.markup(match judgement.map(|judgement| judgement.effect) {
            None => "<code>",
            Some(Effect::Read) => "<code class=\"run read\">",
            Some(Effect::Change) => "<code class=\"run change\">",
            Some(Effect::Destructive) => "<code class=\"run destructive\">",
            Some(Effect::Unknown) => "<code class=\"run unknown\">",
        });
        let language = if judgement.is_some() {
            Language::Shell
        } else {
            Language::Inline
        };
        let found = marks(text, None, language, &mut self.scope);
        self.marks(text, &found, 0..text.len());
        self.out.markup("</code>");
        let label = match judgement.map(|judgement| judgement.effect) {
            Some(Effect::Change) => " <span class=\"effect change\">change",
            Some(Effect::Destructive) => " <span class=\"effect destructive\">destructive",
            Some(Effect::Unknown) => " <span class=\"effect unknown\">effect unknown",
            None | Some(Effect::Read) => return,
        };
        self.out.markup(label);
        self.out.markup("</span>");
    }

    /// Writes words of a sentence.
    pub(super) fn prose(&mut self, text: &str) {
        let mut found: Vec<Use<'_>> = Vec::new();
        in_prose(text, &mut |used| found.push(used));
        let mut done = 0;
        for used in found {
            if used.class != Class::Parameter || used.range.start < done {
                continue;
            }
            self.out.text(text.get(done..used.range.start).unwrap_or_default());
            let written = text.get(used.range.clone()).unwrap_or_default();
            self.used(&used, written);
            done = used.range.end;
        }
        self.out.text(text.get(done..).unwrap_or_default());
    }

    /// True while there is room for one more mark beside all the text that is left.
    fn is_roomy(&self) -> bool {
        let left = self.input.saturating_sub(self.at).saturating_mul(5);
        self.out.len() + left + ROOM <= self.room
    }
}

/// Where a value would stand, beyond its quotes, as the script reads it.
fn flags(context: &Context) -> &'static str {
    match (context.nested, context.word_start, context.command_word) {
        (false, false, false) => "",
        (true, false, false) => " nested",
        (false, true, false) => " start",
        (true, true, false) => " nested start",
        (false, false, true) => " command",
        (true, false, true) => " nested command",
        (false, true, true) => " start command",
        (true, true, true) => " nested start command",
    }
}
