//! Go templates: `{{ … }}`, as Helm charts and alert texts have them.
//!
//! In: the place of a `{{`. Out: where the template ends, if it does. Must not: look at anything again and again when
//! templates are open, or let one template that nobody closed take the rest of the code.

use super::Class;
use super::bytes::{BLANK, QUOTED_STOP, TEMPLATE_STOP, byte, find, has, line_end, skip};

/// How many lines a template may have, none of them indented less than the first; comments are free.
const MAX_LINES: usize = 12;

/// Reads templates, and remembers what was looked at in vain.
#[derive(Default)]
pub(super) struct Templates {
    /// A search from `vain.0` came as far as `vain.1`. What begins in between is no template either.
    vain: (usize, usize),
    no_comment_ends: bool,
}

impl Templates {
    /// The end of the template at `at`, where `{{` is, and what it is: [`Class::Variable`] or [`Class::Comment`].
    /// `quote` is the quote of the text around it: in `"`, a template may have quotes with and without `\`, so they
    /// tell nothing.
    pub(super) fn end(&mut self, code: &[u8], at: usize, quote: Option<u8>) -> Option<(usize, Class)> {
        if (self.vain.0..self.vain.1).contains(&at) {
            return None;
        }
        let dash = at + 2 + usize::from(byte(code, at + 2) == b'-');
        let begin = skip(code, dash, BLANK);
        if has(code, begin, b"/*") {
            return self.comment_end(code, begin + 2).map(|end| (end, Class::Comment));
        }
        match search(code, at + 2, quote == Some(b'"')) {
            Ok(end) => Some((end, Class::Variable)),
            Err(seen) => {
                self.vain = (at, seen);
                None
            }
        }
    }

    /// The end of a template with a comment in it that goes on at `from`.
    fn comment_end(&mut self, code: &[u8], from: usize) -> Option<usize> {
        if self.no_comment_ends {
            return None;
        }
        let rest = code.get(from..).unwrap_or_default();
        let Some(found) = rest.windows(2).position(|pair| pair == b"*/") else {
            self.no_comment_ends = true;
            return None;
        };
        let end = from + found + 2;
        let dash = skip(code, end, BLANK);
        let close = dash + usize::from(byte(code, dash) == b'-');
        Some(if has(code, close, b"}}") { close + 2 } else { end })
    }
}

/// The end of the template whose inside is at `from`, or how far was looked in vain.
fn search(code: &[u8], from: usize, in_double_quotes: bool) -> Result<usize, usize> {
    let mut lines = 1;
    // Most templates have one line and need no look back.
    let mut indent = None;
    let mut at = from;
    loop {
        at = find(code, at, TEMPLATE_STOP);
        match byte(code, at) {
            b'}' if byte(code, at + 1) == b'}' => return Ok(at + 2),
            b'{' if byte(code, at + 1) == b'{' && !(in_double_quotes && byte(code, at - 1) == b'"') => return Err(at),
            b'`' => at = string_end(code, at, b'`').ok_or_else(|| line_end(code, at))?,
            b'"' if !in_double_quotes => at = string_end(code, at, b'"').ok_or_else(|| line_end(code, at))?,
            // Before the look back: many texts may end here, but lines end only once.
            b'\n' if at >= code.len() => return Err(at),
            b'\n' => {
                let next = skip(code, at + 1, BLANK);
                let outdented = next - (at + 1) < *indent.get_or_insert_with(|| indent_of(code, from));
                if outdented || lines == MAX_LINES || byte(code, next) == b'\n' {
                    return Err(at);
                }
                lines += 1;
                at = next;
            }
            _ => at += 1,
        }
    }
}

/// By how many bytes the line that holds `at` is indented.
fn indent_of(code: &[u8], at: usize) -> usize {
    let before = code.get(..at).unwrap_or_default();
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    skip(code, start, BLANK) - start
}

/// The end of the string in a template that begins with the `quote` at `at`: it ends in its line, or it is none.
fn string_end(code: &[u8], at: usize, quote: u8) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at = find(code, at, QUOTED_STOP);
        match byte(code, at) {
            b'\n' => return None,
            b'\\' if quote == b'"' && byte(code, at + 1) != b'\n' => at += 2,
            stop if stop == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_end_where_go_ends_them() {
        let variables = [
            "{{ $value }}",
            "{{.Values.a}}",
            "{{- if and\n  .a .b -}}",
            "{{ \"{{\" }}",
            "{{ \"}}\" }}",
            "{{ \"\\\"}}\" }}",
            "{{`{{ $labels.pod }}`}}",
            "{{ printf \"%.2f\" $value | f `\\` }}",
            "{{}}",
        ];
        for code in variables {
            let followed = format!("{code} }}}} {{{{ x }}}}");
            let end = Templates::default().end(followed.as_bytes(), 0, None);
            assert_eq!(end, Some((code.len(), Class::Variable)), "{code}");
        }
        for code in ["{{/* a }} {{ b\n\n*/}}", "{{- /* a */ -}}", "{{/* a */"] {
            let followed = format!("{code} x }}}}");
            let end = Templates::default().end(followed.as_bytes(), 0, None);
            assert_eq!(end, Some((code.len(), Class::Comment)), "{code}");
        }
    }

    #[test]
    fn what_is_not_closed_is_no_template() {
        let long = format!("{{{{ {} }}}}", "a\n".repeat(MAX_LINES));
        for code in [
            "{{",
            "{{ a",
            "{{ a\n\n}}",
            "{{ a {{ b }}",
            "{{ \"a }}",
            "{{ `a }}\n` }}",
            "{{/* a }}",
            "  {{ a\n}}",
            &long,
        ] {
            assert_eq!(Templates::default().end(code.as_bytes(), 0, None), None, "{code}");
        }
    }

    #[test]
    fn quotes_around_a_template_are_not_its_own() {
        for (code, length) in [
            (r#"{{ printf \"%.2f\" $value }}""#, 28),
            (r#"{{ include "x" . }}""#, 19),
            (r#"{{ "{{" }} $x""#, 10),
        ] {
            let end = Templates::default().end(code.as_bytes(), 0, Some(b'"'));
            assert_eq!(end, Some((length, Class::Variable)), "{code}");
        }
    }

    #[test]
    fn what_was_looked_at_in_vain_is_not_looked_at_again() {
        let code = b"{{ \"{{\" \n {{ a }}";
        let mut templates = Templates::default();
        assert_eq!(templates.end(code, 0, None), None);
        assert_eq!(templates.vain, (0, 10));
        assert_eq!(templates.end(code, 4, None), None);
        assert_eq!(templates.end(code, 10, None), Some((17, Class::Variable)));
    }
}
