//! The one reading of Markdown: everything that shows, checks or searches a document goes through here.
//!
//! In: the Markdown body of a document. Out: [`Facts`] (what is in it), [`SafeHtml`], plain text, and [`walk`],
//! from whose events the three are made. Must not: follow a link (the caller says what a destination becomes), run
//! anything, or write HTML other than through [`SafeHtml`].
//!
//! ```text
//!                               ┌─> read  -> Facts     headings, links, code blocks, sections, findings
//!  Markdown -> Source -> walk ──┼─> html  -> SafeHtml  for pages; links become what `resolve` says
//!              bounds    one    └─> text  -> String    for `.txt` and search
//!                        dialect
//! ```
//!
//! Architecture invariant: hostile input is bounded before it is parsed ([`Source`]) and sanitised while it is
//! events, so that no writer can forget it.
//!
//! Ids: a heading gets the plain GitHub slug as its `id`, because that is what `#fragment` links expect. A slug holds
//! letters, digits, `-` and `_` only; every other id (footnotes `fn.1`, the page's own) contains a `.`, so a document
//! can never take one of those.

mod autolink;
mod code;
mod dialect;
mod events;
mod facts;
mod frame;
mod highlight;
mod html;
mod language;
mod place;
mod procedure;
mod read;
mod safe_html;
mod safe_url;
mod scan;
mod sections;
mod slug;
mod source;
mod table;
mod tags;
mod text;
mod word_count;

pub use events::{Met, walk};
pub use facts::{CodeBlock, Facts, Heading, Link, LinkKind, Section, SectionKind, UndefinedReference};
pub use frame::{AlertKind, Frame, Step};
pub use html::{Resolved, html};
pub use procedure::{FilledCommand, Procedure, procedure};
pub use read::read;
pub use safe_html::SafeHtml;
pub use safe_url::{SafeUrl, UnsafeUrl};
pub use source::Source;
pub use text::{text, words};

/// The longest Markdown that is read, in bytes. What follows is not shown, and the document says so.
pub const MAX_INPUT: usize = 1 << 20;

/// How deep elements may nest. What lies deeper is shown as plain text.
pub const MAX_DEPTH: usize = 64;

/// How many headings, links or code blocks of a document are recorded, each. The rest is shown as plain text.
pub const MAX_RECORDED: usize = 5_000;

/// The most HTML or text that a document of `input` bytes may become: its markup is left out when it comes close.
pub fn max_output(input: usize) -> usize {
    input.saturating_mul(8).saturating_add(64 << 10)
}
