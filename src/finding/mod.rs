//! What the checks say about a user's input: the only currency for a user's mistake.
//!
//! In: nothing. Out: [`Finding`], its place [`At`] and the table of [`Code`]s.
//! Must not: know a driver. `lint` prints findings, `plan` turns the worst into a condition,
//! admission into a denial or a warning, the page into a banner.

mod codes;
pub mod path;

pub use codes::{ALL, Code, manual};

/// Who can tell that a finding is true, and so what it may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// The API server itself refuses the object: structural schema, CEL rule or metadata rule.
    Schema,
    /// This object alone shows it wrong: an error here denies admission and stalls the document.
    Object,
    /// Needs other objects to tell: always a warning, never a denial, never a change of Ready.
    Cross,
}

impl Tier {
    /// The name used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Object => "object",
            Self::Cross => "cross",
        }
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The document is not published as meant until this is mended.
    Error,
    /// The document is published; a reader would trip over this.
    Warning,
    /// Worth knowing, nothing to mend.
    Note,
}

impl Severity {
    /// The name used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Where a finding stands. A source map (see `manifest`) turns it into file, line and column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum At {
    /// The object as a whole.
    Object,
    /// The value of a field, as a path such as `spec.appliesTo[1].name`.
    Field(String),
    /// The name of a field rather than its value: an unknown or a repeated key.
    Key(String),
    /// A place in the Markdown body.
    Content(ContentSpan),
    /// A place in the text that was read, for input that is no object yet.
    Text(TextSpan),
}

impl At {
    /// The value of the field at `path`.
    pub fn field(path: impl Into<String>) -> Self {
        Self::Field(path.into())
    }
}

/// A range of the Markdown body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentSpan {
    /// First byte, counted from 0.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Line of the first byte, counted from 1.
    pub line: u32,
    /// Column of the first byte in characters, counted from 1.
    pub column: u32,
}

/// A range of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextSpan {
    /// First byte, counted from 0.
    pub start: usize,
    /// One past the last byte; equal to `start` for a point.
    pub end: usize,
}

/// One thing the checks say about a document or about text that was meant to be one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Finding {
    /// Which rule; stable, never reused.
    pub code: Code,
    /// Where.
    pub at: At,
    /// What is wrong, one sentence without a full stop, naming the thing.
    pub message: String,
    /// What to do about it, if one line can say.
    pub help: Option<String>,
}

impl Finding {
    /// A finding without help.
    pub fn new(code: Code, at: At, message: impl Into<String>) -> Self {
        Self {
            code,
            at,
            message: message.into(),
            help: None,
        }
    }

    /// The same finding with the line that says how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The tier of its code.
    pub fn tier(&self) -> Tier {
        self.code.tier()
    }

    /// The severity of its code.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// True for a finding that makes the document invalid: an error of the schema or object tier.
    pub fn is_fatal(&self) -> bool {
        self.severity() == Severity::Error && self.tier() != Tier::Cross
    }
}

/// Sorts findings by place, then code, and drops repeats, so that the same input always reads the same.
pub fn tidy(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| (&a.at, a.code, &a.message).cmp(&(&b.at, b.code, &b.message)));
    findings.dedup();
}
