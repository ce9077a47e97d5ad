//! What the dialects have beyond CommonMark: remarks set apart, parts to fold away, labelled parts, and the few inline
//! elements of HTML.
//!
//! In: nothing, these are types. Out: [`Step`], which a reader or writer is told, and [`Frame`].
//! Must not: know how a dialect spells a frame; that is `dialect` and `tags`.

use pulldown_cmark::{BlockQuoteKind, Event};

/// One step through a document.
#[derive(Clone, Copy, Debug)]
pub enum Step<'e, 's> {
    /// An event of the parser.
    Markdown(&'e Event<'s>),
    /// A frame begins.
    Open(Frame),
    /// The innermost open frame ends, which is this one.
    Close(Frame),
}

/// An element that Markdown itself does not have. Frames nest with the elements of Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A remark. Without a [`Frame::Title`] of its own, its label stands above it.
    Alert {
        /// How much it matters.
        kind: AlertKind,
        /// What the author called it, such as `Danger`.
        label: &'static str,
        /// A title follows.
        titled: bool,
    },
    /// A part that a reader unfolds.
    Fold {
        /// Unfolded from the beginning.
        open: bool,
        /// What it would be if it did not fold.
        kind: Option<AlertKind>,
        /// What the author called it.
        label: &'static str,
        /// A title follows.
        titled: bool,
    },
    /// One of several variants, such as a tab, or the content of a component. Its title follows.
    Labelled,
    /// The title of the frame around it: a line of text.
    Title,
    /// A key to press.
    Key,
    /// Lowered text.
    Sub,
    /// Raised text.
    Sup,
    /// Text in a fixed-width font that may hold other elements.
    Mono,
}

/// How much a remark matters, in rising order. The names are those of GitHub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertKind {
    /// Worth knowing.
    Note,
    /// A help.
    Tip,
    /// Needed to succeed.
    Important,
    /// Needs attention at once.
    Warning,
    /// Something may be lost.
    Caution,
}

impl AlertKind {
    /// Every kind, with the word for it.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Note, "Note"),
        (Self::Tip, "Tip"),
        (Self::Important, "Important"),
        (Self::Warning, "Warning"),
        (Self::Caution, "Caution"),
    ];

    /// The word for it.
    pub fn label(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find(|(kind, _)| *kind == self)
            .map_or("Note", |(_, label)| label)
    }

    /// What a dialect's name for a remark means, with the word to show; `None` if it is no known name.
    pub(super) fn named(name: &str) -> Option<(Self, &'static str)> {
        NAMES
            .iter()
            .find(|(known, ..)| known.eq_ignore_ascii_case(name))
            .map(|(_, kind, label)| (*kind, *label))
    }
}

impl From<BlockQuoteKind> for AlertKind {
    fn from(kind: BlockQuoteKind) -> Self {
        match kind {
            BlockQuoteKind::Note => Self::Note,
            BlockQuoteKind::Tip => Self::Tip,
            BlockQuoteKind::Important => Self::Important,
            BlockQuoteKind::Warning => Self::Warning,
            BlockQuoteKind::Caution => Self::Caution,
        }
    }
}

/// The names of Docusaurus, Material for MkDocs and the themes of Hugo, and what people write in bold before a remark.
const NAMES: &[(&str, AlertKind, &str)] = &[
    ("note", AlertKind::Note, "Note"),
    ("notes", AlertKind::Note, "Notes"),
    ("seealso", AlertKind::Note, "See also"),
    ("info", AlertKind::Note, "Info"),
    ("todo", AlertKind::Note, "Todo"),
    ("abstract", AlertKind::Note, "Abstract"),
    ("summary", AlertKind::Note, "Summary"),
    ("tldr", AlertKind::Note, "TL;DR"),
    ("question", AlertKind::Note, "Question"),
    ("help", AlertKind::Note, "Help"),
    ("faq", AlertKind::Note, "FAQ"),
    ("example", AlertKind::Note, "Example"),
    ("quote", AlertKind::Note, "Quote"),
    ("cite", AlertKind::Note, "Quote"),
    ("default", AlertKind::Note, "Note"),
    ("primary", AlertKind::Note, "Note"),
    ("secondary", AlertKind::Note, "Note"),
    ("tip", AlertKind::Tip, "Tip"),
    ("hint", AlertKind::Tip, "Hint"),
    ("success", AlertKind::Tip, "Success"),
    ("check", AlertKind::Tip, "Check"),
    ("done", AlertKind::Tip, "Done"),
    ("important", AlertKind::Important, "Important"),
    ("warning", AlertKind::Warning, "Warning"),
    ("attention", AlertKind::Warning, "Attention"),
    ("caution", AlertKind::Caution, "Caution"),
    ("danger", AlertKind::Caution, "Danger"),
    ("error", AlertKind::Caution, "Error"),
    ("failure", AlertKind::Caution, "Failure"),
    ("fail", AlertKind::Caution, "Failure"),
    ("missing", AlertKind::Caution, "Missing"),
    ("bug", AlertKind::Caution, "Bug"),
];
