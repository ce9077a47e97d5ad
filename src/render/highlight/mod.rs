//! Highlighting of code blocks: one-pass lexers, one for each language that operations documents are full of.
//!
//! In: the common name of a language and code in it, whole, broken off or not in that language at all. Out: the classes
//! of ranges of bytes that follow each other and cover the code. Must not: change the code, judge it (what is wrong is
//! plain), look at anything twice, or nest calls as deep as the code nests.
//!
//! ```text
//!  code -> yaml | json | promql | diff -> Marks -> sink
//!          what each piece is             gaps become plain, neighbours of one class become one
//! ```
//!
//! Architecture invariant: ranges end beside an ASCII byte or at an end of the code, so they never split a character.

mod bytes;
mod diff;
mod json;
mod marks;
mod number;
mod promql;
mod template;
#[cfg(test)]
mod tests;
mod yaml;

use std::ops::Range;

use self::marks::Marks;

/// What a piece of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// A remark for people.
    Comment,
    /// The name in a pair: a mapping's key, a label.
    Key,
    /// Text that the language takes as it is.
    String,
    /// A number or a duration.
    Number,
    /// A word that the language gives a meaning: operators, literals such as `true`.
    Keyword,
    /// A function that is called.
    Function,
    /// What something else fills in: a template, a dashboard's variable.
    Variable,
    /// A sign that the language gives a meaning.
    Operator,
    /// A line that a change adds.
    Added,
    /// A line that a change removes.
    Removed,
    /// About the text rather than in it: document marks, anchors, tags, headers of a change.
    Meta,
}

impl Class {
    /// The name of the class in a style sheet.
    pub fn css(self) -> &'static str {
        match self {
            Self::Comment => "c",
            Self::Key => "k",
            Self::String => "s",
            Self::Number => "n",
            Self::Keyword => "w",
            Self::Function => "f",
            Self::Variable => "v",
            Self::Operator => "o",
            Self::Added => "add",
            Self::Removed => "del",
            Self::Meta => "m",
        }
    }
}

/// Gives `sink` the classes of all of `code`, `None` for what is plain, in order and without gaps; two ranges in a row
/// never have one class. False, with nothing given, when `language` is none of `yaml`, `json`, `promql` and `diff`.
pub fn highlight(language: &str, code: &str, sink: &mut dyn FnMut(Option<Class>, Range<usize>)) -> bool {
    let lex: fn(&[u8], &mut Marks<'_>) = match language {
        "yaml" => yaml::lex,
        "json" => json::lex,
        "promql" => promql::lex,
        "diff" => diff::lex,
        _ => return false,
    };
    let mut marks = Marks::new(sink);
    lex(code.as_bytes(), &mut marks);
    marks.finish(code.len());
    true
}
