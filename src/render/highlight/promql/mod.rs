//! PromQL, with the variables of dashboards and the templates of alert texts.
//!
//! In: queries or parts of them. Out: functions, keywords, labels, texts, numbers, signs; metrics stay plain. Must not:
//! let a quote that nobody closed take more than its line.

mod words;

use self::words::Word;
use super::bytes::{BLANK, QUOTED_STOP, WORD, byte, find, is, line_end, skip, skip_space};
use super::marks::Marks;
use super::template::Templates;
use super::{Class, number};

/// What names are where they stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Metrics, functions and keywords.
    Outside,
    /// Labels with what they have to match: between `{` and `}`.
    Matchers,
    /// Labels: in the parentheses after `by`, `on` and the like.
    Labels,
    /// Durations: between `[` and `]`.
    Range,
}

struct Lexer<'a, 'm, 's> {
    code: &'a [u8],
    at: usize,
    marks: &'m mut Marks<'s>,
    templates: Templates,
    place: Place,
    /// True if the next `(` begins a list of labels.
    labels_follow: bool,
}

pub(super) fn lex(code: &[u8], marks: &mut Marks<'_>) {
    let mut lexer = Lexer {
        code,
        at: 0,
        marks,
        templates: Templates::default(),
        place: Place::Outside,
        labels_follow: false,
    };
    while lexer.at < code.len() {
        lexer.piece();
    }
}

impl Lexer<'_, '_, '_> {
    fn piece(&mut self) {
        let here = byte(self.code, self.at);
        let next = byte(self.code, self.at + 1);
        match here {
            b' ' | b'\t' | b'\r' => self.at = skip(self.code, self.at, BLANK),
            b'\n' => {
                self.at += 1;
                // Nobody breaks a line in there.
                if self.place == Place::Range {
                    self.place = Place::Outside;
                }
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'_' | 0x80.. => self.name(),
            b':' if self.place == Place::Outside => self.name(),
            b'0'..=b'9' => self.number(),
            b'.' if next.is_ascii_digit() => self.number(),
            b'"' | b'\'' | b'`' => self.string(here),
            b'#' => self.mark(line_end(self.code, self.at), Class::Comment),
            b'$' => match variable_end(self.code, self.at) {
                Some(end) => self.mark(end, Class::Variable),
                None => self.at += 1,
            },
            b'{' if next == b'{' => match self.templates.end(self.code, self.at, None) {
                Some((end, class)) => self.mark(end, class),
                None => self.at += 2,
            },
            b'=' | b'!' | b'~' | b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%' | b'^' | b'@' => {
                self.mark(self.at + 1, Class::Operator);
            }
            _ => self.punctuation(here),
        }
    }

    fn mark(&mut self, end: usize, class: Class) {
        self.marks.piece(self.at..end, class);
        self.at = end;
        self.labels_follow = false;
    }

    fn punctuation(&mut self, sign: u8) {
        self.at += 1;
        self.place = match sign {
            b'{' => Place::Matchers,
            b'[' => Place::Range,
            b'(' if self.labels_follow => Place::Labels,
            // None of these stands between `{` and `}`: there, one was not closed.
            b'}' | b']' | b'(' | b')' => Place::Outside,
            _ => self.place,
        };
        self.labels_follow = false;
    }

    /// A word: a metric with `:` in it, a label, a function or a keyword.
    fn name(&mut self) {
        let mut end = skip(self.code, self.at, WORD);
        if self.place != Place::Outside {
            let class = (self.place != Place::Range).then_some(Class::Key).or_else(|| {
                // `step()` and the like are durations, too.
                (byte(self.code, end) == b'(').then_some(Class::Function)
            });
            return match class {
                Some(class) => self.mark(end, class),
                None => self.at = end,
            };
        }
        while byte(self.code, end) == b':' {
            end = skip(self.code, end + 1, WORD);
        }
        let word = self.code.get(self.at..end).and_then(words::word);
        let class = match word {
            Some(Word::Grouping | Word::Modifier) => Some(Class::Keyword),
            Some(Word::Number) => Some(Class::Number),
            Some(Word::Aggregation) => self.aggregates(end).then_some(Class::Keyword),
            Some(Word::Fill) => self.calls(end).then_some(Class::Keyword),
            Some(Word::Function) => self.calls(end).then_some(Class::Function),
            None => None,
        };
        if let Some(class) = class {
            self.marks.piece(self.at..end, class);
        }
        self.at = end;
        self.labels_follow = word == Some(Word::Grouping);
    }

    /// True if `(` follows.
    fn calls(&self, end: usize) -> bool {
        byte(self.code, skip_space(self.code, end)) == b'('
    }

    /// True if `(`, `by` or `without` follows.
    fn aggregates(&self, end: usize) -> bool {
        let next = skip_space(self.code, end);
        if byte(self.code, next) == b'(' {
            return true;
        }
        let word = self.code.get(next..skip(self.code, next, WORD)).unwrap_or_default();
        word.eq_ignore_ascii_case(b"by") || word.eq_ignore_ascii_case(b"without")
    }

    /// A number or a duration.
    fn number(&mut self) {
        let part = |byte: u8| byte == b'.' || is(byte, WORD);
        let mut end = self.at;
        loop {
            let rest = self.code.get(end..).unwrap_or_default();
            end += rest.iter().position(|byte| !part(*byte)).unwrap_or(rest.len());
            // `1e-3` is one number, `5-3` and `0xe-3` are two.
            let word = self.code.get(self.at..end).unwrap_or_default();
            let [mantissa @ .., b'e' | b'E'] = word else { break };
            let signed = matches!(byte(self.code, end), b'+' | b'-') && byte(self.code, end + 1).is_ascii_digit();
            if !signed || mantissa.starts_with(b"0x") || !number::is_number(mantissa) {
                break;
            }
            end += 1;
        }
        let word = self.code.get(self.at..end).unwrap_or_default();
        if number::is_number(word) || is_duration(word) {
            self.mark(end, Class::Number);
        } else {
            self.at = end;
        }
    }

    /// A text in quotes; between backquotes it may have several lines.
    fn string(&mut self, quote: u8) {
        let from = self.at;
        let text = match quote {
            b'`' => raw(self.code, from),
            _ => quoted(self.code, from, quote),
        };
        let class = match self.place {
            Place::Labels => Class::Key,
            Place::Matchers if matches!(byte(self.code, skip_space(self.code, text.end)), b'=' | b'!') => Class::Key,
            Place::Outside | Place::Matchers | Place::Range => Class::String,
        };
        self.marks.up_to(from, None);
        if text.variables {
            self.variables(text.end, class);
        }
        self.mark(text.end, class);
        if !text.closed {
            // Whatever should have closed the braces is in the text.
            self.place = Place::Outside;
        }
    }

    /// Marks the variables and templates of a text in quotes that ends at `end`.
    fn variables(&mut self, end: usize, class: Class) {
        let code = self.code.get(..end).unwrap_or_default();
        let mut at = self.at;
        loop {
            at = find(code, at, QUOTED_STOP);
            let found = match byte(code, at) {
                _ if at >= end => return,
                b'$' => variable_end(code, at),
                b'{' if byte(code, at + 1) == b'{' => self.templates.end(code, at, Some(b'"')).map(|(end, _)| end),
                _ => None,
            };
            if let Some(found) = found {
                self.marks.up_to(at, Some(class));
                self.marks.up_to(found, Some(Class::Variable));
                at = found;
            } else {
                at += 1;
            }
        }
    }
}

/// A text in quotes.
struct Text {
    end: usize,
    closed: bool,
    /// True if there may be variables in it.
    variables: bool,
}

/// The text whose quote is at `from`; it ends with its line at the latest.
fn quoted(code: &[u8], from: usize, quote: u8) -> Text {
    let mut at = from + 1;
    let mut variables = false;
    let text = |end, closed, variables| Text { end, closed, variables };
    loop {
        at = find(code, at, QUOTED_STOP);
        match byte(code, at) {
            b'\n' => return text(at, false, variables),
            b'\\' if byte(code, at + 1) != b'\n' => at += 2,
            stop if stop == quote => return text(at + 1, true, variables),
            stop => {
                variables |= matches!(stop, b'$' | b'{');
                at += 1;
            }
        }
    }
}

/// The text whose backquote is at `from`; it ends with its line if it is not closed, for then no other is.
fn raw(code: &[u8], from: usize) -> Text {
    let rest = code.get(from + 1..).unwrap_or_default();
    let length = rest.iter().position(|byte| *byte == b'`');
    Text {
        end: length.map_or_else(|| line_end(code, from), |length| from + length + 2),
        closed: length.is_some(),
        variables: true,
    }
}

/// The end of the variable whose `$` is at `at`: `$name`, `$1`, `${name}`, `${name:format}`.
fn variable_end(code: &[u8], at: usize) -> Option<usize> {
    let braced = byte(code, at + 1) == b'{';
    let name = at + 1 + usize::from(braced);
    let end = skip(code, name, WORD);
    if end == name || !byte(code, name).is_ascii() {
        return None;
    }
    if !braced {
        return Some(end);
    }
    let end = if byte(code, end) == b':' {
        skip(code, end + 1, WORD)
    } else {
        end
    };
    (byte(code, end) == b'}').then_some(end + 1)
}

/// True for `5m`, `1h30m` and the like.
fn is_duration(word: &[u8]) -> bool {
    let mut rest = word;
    while let Some(digits) = rest.iter().position(|byte| !byte.is_ascii_digit()).filter(|at| *at > 0) {
        rest = match rest.get(digits..).unwrap_or_default() {
            [b'm', b's', rest @ ..] | [b's' | b'm' | b'h' | b'd' | b'w' | b'y', rest @ ..] => rest,
            _ => return false,
        };
    }
    rest.is_empty() && !word.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for word in ["5m", "1h30m", "100ms", "1d", "2w", "1y", "1m30s500ms"] {
            assert!(is_duration(word.as_bytes()), "{word}");
        }
        for word in ["", "m", "5", "5x", "5mm", "1.5h", "5m5", "h5"] {
            assert!(!is_duration(word.as_bytes()), "{word}");
        }
    }

    #[test]
    fn variables() {
        let cases = [
            ("$__rate_interval]", Some(16)),
            ("$job", Some(4)),
            ("$1", Some(2)),
            ("${job}x", Some(6)),
            ("${job:regex}", Some(12)),
            ("${job", None),
            ("${}", None),
            ("$", None),
            ("$ x", None),
            ("$\"", None),
            ("$)", None),
        ];
        for (code, expect) in cases {
            assert_eq!(variable_end(code.as_bytes(), 0), expect, "{code}");
        }
    }
}
