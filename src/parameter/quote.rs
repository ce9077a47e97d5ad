//! Values in commands: how a value is written so that it stays one piece of text.
//!
//! In: a value and the [`Context`] of the placeholder it replaces. Out: the text to insert, or why there is none.
//! Must not: let a value end the quotes, the word or the command it stands in, or be read as an option.
//!
//! `fill.js` is the same rule for what a reader types in the browser; a test holds the two together.

use std::fmt;

/// The longest value that is inserted, in characters: the longest name of a Kubernetes object.
pub const MAX_VALUE: usize = 253;

/// What quotes a placeholder stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quotes {
    /// None: a word of a command.
    None,
    /// `'...'`.
    Single,
    /// `"..."`.
    Double,
    /// The lines of `<<EOF`, where `$`, backquote and backslash mean something.
    HeredocPlain,
    /// The lines of `<<'EOF'`, where nothing does.
    HeredocQuoted,
    /// Code of another language, whose quotes are not known here.
    Data,
    /// Text for people, and comments: nothing reads it.
    Prose,
}

impl Quotes {
    /// The name that `fill.js` knows.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Single => "single",
            Self::Double => "double",
            Self::HeredocPlain => "heredoc",
            Self::HeredocQuoted => "heredoc-quoted",
            Self::Data => "data",
            Self::Prose => "prose",
        }
    }
}

/// Where a placeholder stands, as far as a value that replaces it is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Context {
    /// The innermost quotes.
    pub quotes: Quotes,
    /// True where the text is read a second time: `$(...)`, backquotes, the argument of `ssh`, `sh -c` or `awk`.
    pub nested: bool,
    /// True where the value is the beginning of an argument, also behind an opening quote.
    pub word_start: bool,
    /// True where a value would choose what runs: the name of the command, or right behind `$` or a backslash.
    pub command_word: bool,
}

impl Context {
    /// Text for people.
    pub const PROSE: Self = Self::of(Quotes::Prose);
    /// Code of a language that is not a shell's.
    pub const DATA: Self = Self::of(Quotes::Data);

    /// Within `quotes`, in the middle of a word, read once.
    pub const fn of(quotes: Quotes) -> Self {
        Self {
            quotes,
            nested: false,
            word_start: false,
            command_word: false,
        }
    }
}

/// Why a value is not inserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// There is no value.
    Empty,
    /// Longer than [`MAX_VALUE`].
    TooLong,
    /// Line ends, control characters, and characters that are invisible or change the direction of the text.
    Unseen,
    /// It would be read as an option.
    Option,
    /// It would choose the command.
    CommandWord,
    /// Only letters, digits and `_./:@%+-` are safe here.
    NotPlain,
    /// An interactive shell replaces `!`, and nothing here can stop it.
    History,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::TooLong => write!(f, "it is longer than {MAX_VALUE} characters"),
            Self::Unseen => f.write_str("it contains a line end or invisible characters"),
            Self::Option => f.write_str("it begins with `-` and would be read as an option"),
            Self::CommandWord => f.write_str("it would decide which command runs"),
            Self::NotPlain => f.write_str("only letters, digits and `_./:@%+-` are safe in this place"),
            Self::History => f.write_str("a shell would replace the `!`"),
        }
    }
}

impl std::error::Error for Refusal {}

/// The text that stands for `value` in `context`: the shell passes on exactly `value`, as a part of one argument.
pub fn quote(value: &str, context: &Context) -> Result<String, Refusal> {
    check(value)?;
    if context.quotes == Quotes::Prose {
        return Ok(value.to_owned());
    }
    if context.command_word {
        return Err(Refusal::CommandWord);
    }
    // Where a text is read twice, words may begin anywhere.
    let starts = context.word_start || context.nested;
    if starts && value.starts_with('-') {
        return Err(Refusal::Option);
    }
    let special = starts && value.starts_with(['@', '=', '%']);
    // `PATH=x` is an assignment to whoever computes or runs it.
    let assigns = context.nested && value.contains('=');
    if value.bytes().all(is_plain) && !special && !assigns {
        return Ok(value.to_owned());
    }
    if context.nested {
        return Err(Refusal::NotPlain);
    }
    match context.quotes {
        Quotes::None => Ok(format!("'{}'", value.replace('\'', r"'\''"))),
        Quotes::Single => Ok(value.replace('\'', r"'\''")),
        Quotes::Double => escaped(value, &['\\', '"', '$', '`']),
        Quotes::HeredocPlain => escaped(value, &['\\', '$', '`']),
        Quotes::HeredocQuoted => escaped(value, &[]),
        Quotes::Data | Quotes::Prose => Err(Refusal::NotPlain),
    }
}

/// Refuses what is inserted nowhere.
pub fn check(value: &str) -> Result<(), Refusal> {
    if value.is_empty() {
        Err(Refusal::Empty)
    } else if value.chars().nth(MAX_VALUE).is_some() {
        Err(Refusal::TooLong)
    } else if value.chars().any(is_unseen) {
        Err(Refusal::Unseen)
    } else {
        Ok(())
    }
}

/// What no shell reads as anything but itself. Not the comma: within braces it makes two words of one.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_./:@%+=-".contains(&byte)
}

fn escaped(value: &str, special: &[char]) -> Result<String, Refusal> {
    if value.contains('!') {
        return Err(Refusal::History);
    }
    let mut text = String::with_capacity(value.len() + 8);
    for c in value.chars() {
        if special.contains(&c) {
            text.push('\\');
        }
        text.push(c);
    }
    Ok(text)
}

/// Control characters, line ends, and what a reader cannot see or would see elsewhere.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
#[path = "quote_tests.rs"]
mod tests;
