//! What a document contains, as far as its Markdown alone shows.
//!
//! In: nothing, these are types. Out: [`Facts`] and its parts, small enough to keep one per document.
//! Must not: hold HTML or anything that depends on another document.

use std::borrow::Cow;
use std::ops::Range;

use super::code::Code;
use crate::api::Format;
use crate::command;
use crate::finding::{ContentSpan, Finding};

/// What one pass over a document found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The dialect that the Markdown was read as.
    pub format: Format,
    /// The bytes of the front matter with both of its `---` or `+++` lines. Never rendered.
    pub front_matter: Option<Range<usize>>,
    /// The text of the first heading of level 1.
    pub title: Option<String>,
    /// The beginning of the first paragraph that is prose, not an item, quote, table or code: at most 300 characters.
    pub first_paragraph: Option<String>,
    /// Every heading, in order.
    pub headings: Vec<Heading>,
    /// The parts of the document at the level where its Meaning, Impact, Diagnosis or Mitigation stand.
    pub sections: Vec<Section>,
    /// Every link and image, in order.
    pub links: Vec<Link>,
    /// References such as `[text][label]` whose label is not defined.
    pub undefined_references: Vec<UndefinedReference>,
    /// Every code block, in order.
    pub code_blocks: Vec<CodeBlock>,
    /// How many words the document has, those of its code included.
    pub words: usize,
    /// What is wrong with the content, sorted by place.
    pub findings: Vec<Finding>,
}

impl Facts {
    /// The id of the heading that `fragment` (without `#`) leads to. Percent-encoding and letter case are forgiven,
    /// as the common viewers of Markdown forgive them.
    pub fn anchor(&self, fragment: &str) -> Option<&str> {
        super::slug::find(fragment, |id| {
            self.headings
                .iter()
                .find(|heading| heading.id == id)
                .map(|h| h.id.as_str())
        })
    }

    /// True if a section of this kind exists.
    pub fn has_section(&self, kind: SectionKind) -> bool {
        self.sections.iter().any(|section| section.kinds.contains(&kind))
    }
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// From 1 to 6.
    pub level: u8,
    /// Its text without markup.
    pub text: String,
    /// Its id in the page: the GitHub slug, made unique within the document.
    pub id: String,
    /// Where it stands.
    pub span: ContentSpan,
}

/// A heading of the section level with all that follows until the next of this or a higher level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What the section is for. A heading such as "Diagnosis and mitigation" says two things, most others none.
    pub kinds: Vec<SectionKind>,
    /// Which of [`Facts::headings`] opens it.
    pub heading: usize,
    /// From the end of its heading to the beginning of the next section.
    pub body: ContentSpan,
    /// The words of the body with its sub-headings and code.
    pub words: usize,
}

/// The four things a runbook says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SectionKind {
    /// What the alert or the symptom means.
    Meaning,
    /// Who or what suffers, and how much.
    Impact,
    /// How to find the cause.
    Diagnosis,
    /// What to do about it.
    Mitigation,
}

/// A link or an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Whether it leads somewhere or shows something.
    pub kind: LinkKind,
    /// The destination as it is written, with entities and escapes resolved.
    pub dest: String,
    /// The text of the link or the description of the image, without markup, at most 300 characters.
    pub text: String,
    /// Where it stands, with its brackets.
    pub span: ContentSpan,
}

/// What a destination is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkKind {
    /// `[text](destination)`, `<https://…>` or a bare address.
    Link,
    /// `![description](destination)`.
    Image,
}

/// A reference whose label has no definition: it is shown as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndefinedReference {
    /// The label that was looked up.
    pub label: String,
    /// Where the reference stands.
    pub span: ContentSpan,
}

/// A block of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeBlock {
    /// The common name of the language, such as `sh` for `bash` and `shell`; `None` if it is none of the known ones.
    pub language: Option<&'static str>,
    /// All that is written after the opening fence. Empty for an indented block.
    pub info: String,
    /// False for a block that is marked by indentation.
    pub fenced: bool,
    /// False for a fenced block that its container or the document ends, not a fence.
    pub closed: bool,
    /// The whole block with its fences.
    pub block: ContentSpan,
    /// From the first to the last byte of the code. Between them may stand the `>` or indentation of a container.
    pub span: ContentSpan,
    /// The bytes of the code itself, piece by piece: one piece for each line, less where lines lie side by side.
    pub pieces: Vec<Range<u32>>,
    /// The code where it is not what stands there: that of `<pre>`, whose character references are resolved.
    pub decoded: Option<Box<str>>,
}

impl CodeBlock {
    /// The commands of the block; `None` where it holds none. `markdown` is the text that the facts were read from.
    pub fn split(&self, markdown: &str) -> Option<command::Block> {
        Code::new(&self.info, &self.text(markdown)).block
    }

    /// The code without the marks of its containers. `markdown` is the text that the facts were read from.
    pub fn text<'m>(&self, markdown: &'m str) -> Cow<'m, str> {
        let piece = |range: &Range<u32>| {
            markdown
                .get(range.start as usize..range.end as usize)
                .unwrap_or_default()
        };
        if let Some(decoded) = &self.decoded {
            return Cow::Owned(decoded.to_string());
        }
        match self.pieces.as_slice() {
            [] => Cow::Borrowed(""),
            [one] => Cow::Borrowed(piece(one)),
            many => Cow::Owned(many.iter().map(piece).collect()),
        }
    }
}
