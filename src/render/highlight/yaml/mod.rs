//! YAML, with the templates that charts and alerts have in it.
//!
//! In: manifests, values, rules, or parts of them. Out: keys, scalars by what YAML takes them for, marks. Must not: let
//! a quote or bracket that nobody closed take more than what is indented below it.
//!
//! A line is read by what is [`Open`] before it: only block scalars, quoted texts, plain texts and `[]`/`{}` go on over
//! line ends, and all of them only in lines that are indented deeper than what they belong to ([`Lexer::least`]).

mod flow;
mod scalar;

use super::Class;
use super::bytes::{BLANK, TEXT_STOP, byte, find, is_space, line_end, skip, trimmed_end};
use super::marks::Marks;
use super::template::Templates;

/// What goes on in the next line, if that is indented enough.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    /// A text without quotes.
    Plain,
    /// A text after `|` or `>`; `begun` when the line before is one of its own.
    Block {
        begun: bool,
    },
    /// A text in these quotes.
    Quoted(u8),
    /// The inside of `[` or `{`.
    Flow,
}

struct Lexer<'a, 'm, 's> {
    code: &'a [u8],
    at: usize,
    marks: &'m mut Marks<'s>,
    templates: Templates,
    open: Open,
    /// How many bytes of indentation a line needs to belong to what is open.
    least: usize,
    /// How many `[` and `{` are open.
    depth: usize,
}

pub(super) fn lex(code: &[u8], marks: &mut Marks<'_>) {
    let mut lexer = Lexer {
        code,
        at: 0,
        marks,
        templates: Templates::default(),
        open: Open::Nothing,
        least: 0,
        depth: 0,
    };
    while lexer.at < code.len() {
        lexer.line();
    }
}

impl Lexer<'_, '_, '_> {
    /// Reads from the beginning of a line to its end, or further where a template does.
    fn line(&mut self) {
        let start = self.at;
        let first = skip(self.code, start, BLANK);
        self.at = first;
        let indent = first - start;
        match byte(self.code, first) {
            // An empty line belongs to whatever is around it.
            b'\n' => {
                self.at += 1;
                return;
            }
            b'-' | b'.' | b'%' if indent == 0 && self.document_mark() => return,
            _ => {}
        }
        let deeper = indent >= self.least;
        let open = self.open;
        match open {
            Open::Block { begun } if deeper => return self.block_line(begun),
            // In charts, conditions stand at the left, also inside of block scalars.
            Open::Block { .. } if self.template_line() => return,
            Open::Plain if deeper && !self.at_indicator() && byte(self.code, first) != b'#' => {
                return self.plain(start, true, true);
            }
            Open::Quoted(quote) if deeper => return self.quoted_on(quote),
            Open::Flow if deeper || matches!(byte(self.code, first), b']' | b'}') => return self.flow(),
            Open::Nothing | Open::Plain | Open::Block { .. } | Open::Quoted(_) | Open::Flow => {}
        }
        self.open = Open::Nothing;
        self.depth = 0;
        self.least = self.least.min(indent);
        while self.at_indicator() {
            self.least = self.at - start + 1;
            self.at = skip(self.code, self.at + 1, BLANK);
        }
        self.node(start, true);
    }

    /// True at a `-`, `?` or `:` that stands for itself.
    fn at_indicator(&self) -> bool {
        matches!(byte(self.code, self.at), b'-' | b'?' | b':') && is_space(byte(self.code, self.at + 1))
    }

    /// Reads a line that begins or ends a document, or is about it.
    fn document_mark(&mut self) -> bool {
        let length = match self.code.get(self.at..).unwrap_or_default() {
            [b'%', b'A'..=b'Z', ..] => line_end(self.code, self.at) - self.at,
            [b'-', b'-', b'-', next, ..] | [b'.', b'.', b'.', next, ..] if is_space(*next) => 3,
            [b'-', b'-', b'-'] | [b'.', b'.', b'.'] => 3,
            _ => return false,
        };
        let (start, end) = (self.at, self.at + length);
        self.marks.piece(start..end, Class::Meta);
        (self.open, self.depth, self.least) = (Open::Nothing, 0, 0);
        self.at = skip(self.code, end, BLANK);
        self.node(start, true);
        true
    }

    /// Reads a key with its value, or a value, and the rest of the line. `start` is where the line begins.
    fn node(&mut self, start: usize, key: bool) {
        self.properties();
        match byte(self.code, self.at) {
            b'\n' => self.at += 1,
            b'#' => self.comment(),
            b'"' | b'\'' => self.quoted(start, key),
            b'|' | b'>' if self.block_header() => {}
            b'[' => self.flow(),
            b'{' if byte(self.code, self.at + 1) != b'{' => self.flow(),
            _ => self.plain(start, key, false),
        }
    }

    /// Anchors, aliases and tags.
    fn properties(&mut self) {
        while let Some(end) = self.property_end() {
            self.marks.piece(self.at..end, Class::Meta);
            self.at = skip(self.code, end, BLANK);
        }
    }

    fn property_end(&self) -> Option<usize> {
        let next = byte(self.code, self.at + 1);
        let named = next == b'_' || next.is_ascii_alphanumeric();
        let begins = match byte(self.code, self.at) {
            b'&' | b'*' => named,
            b'!' => named || matches!(next, b'!' | b'<'),
            _ => false,
        };
        let ends = |byte: &u8| is_space(*byte) || (self.depth > 0 && matches!(byte, b',' | b'[' | b']' | b'{' | b'}'));
        let rest = begins.then(|| self.code.get(self.at..))??;
        Some(self.at + rest.iter().position(ends).unwrap_or(rest.len()))
    }

    /// Reads to the end of the line.
    fn comment(&mut self) {
        let end = line_end(self.code, self.at);
        self.marks.piece(self.at..end, Class::Comment);
        self.at = end + 1;
    }

    /// Reads `|` or `>` with what may follow it; false if it is the beginning of something else.
    fn block_header(&mut self) -> bool {
        let indicator = |byte: u8| matches!(byte, b'+' | b'-' | b'1'..=b'9');
        let mut end = self.at + 1;
        while indicator(byte(self.code, end)) && end < self.at + 3 {
            end += 1;
        }
        let next = skip(self.code, end, BLANK);
        match byte(self.code, next) {
            b'\n' => {}
            b'#' if next > end => {}
            _ => return false,
        }
        self.marks.piece(self.at..end, Class::Operator);
        self.at = next;
        if byte(self.code, next) == b'#' {
            self.comment();
        } else {
            self.at += 1;
        }
        self.open = Open::Block { begun: false };
        true
    }

    /// A line of a block scalar.
    fn block_line(&mut self, begun: bool) {
        if !begun {
            self.marks.up_to(self.at, None);
            self.open = Open::Block { begun: true };
        }
        self.text(Class::String);
    }

    /// Reads a line of text, or further where a template does: all of `class` but the templates.
    fn text(&mut self, class: Class) {
        let from = self.at;
        loop {
            self.at = find(self.code, self.at, TEXT_STOP);
            if byte(self.code, self.at) == b'\n' {
                self.marks.up_to(trimmed_end(self.code, from, self.at), Some(class));
                self.at += 1;
                return;
            }
            if !self.template(Some(class)) {
                self.at += 1;
            }
        }
    }

    /// Reads a template if one begins here; what comes before it is of `class`.
    fn template(&mut self, class: Option<Class>) -> bool {
        if byte(self.code, self.at + 1) != b'{' {
            return false;
        }
        let Some((end, template)) = self.templates.end(self.code, self.at, None) else {
            return false;
        };
        self.marks.up_to(self.at, class);
        self.marks.up_to(end, Some(template));
        self.at = end;
        true
    }

    /// Reads a line between those of a block scalar that is one template and nothing else.
    fn template_line(&mut self) -> bool {
        if byte(self.code, self.at) != b'{' || byte(self.code, self.at + 1) != b'{' {
            return false;
        }
        let Some((end, template)) = self.templates.end(self.code, self.at, None) else {
            return false;
        };
        let next = skip(self.code, end, BLANK);
        if byte(self.code, next) != b'\n' {
            return false;
        }
        self.marks.piece(self.at..end, template);
        self.open = Open::Block { begun: false };
        self.at = next + 1;
        true
    }
}
