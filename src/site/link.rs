//! One link: where it may lead, and what its destination alone says.
//!
//! In: a destination as it is written. Out: [`LinkTarget`], the path in it, a finding for a file that is no document.
//! Must not: look for documents (`links` does).

use crate::corpus::DocumentId;
use crate::finding::{At, Code, Finding};
use crate::render::{Link, LinkKind};

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// To a document here, perhaps to one of its headings.
    Document {
        /// Which.
        id: DocumentId,
        /// The id of the heading; empty for the document as a whole.
        heading: String,
    },
    /// Out of the site, or to a heading of the same document: as it is written.
    AsWritten,
    /// To a document that does not exist.
    NoDocument,
    /// To a heading that the document does not have.
    NoHeading(DocumentId),
    /// To a picture in the ConfigMap of the content, by its key.
    Picture(String),
    /// To a file beside the source that is not a document.
    File,
}

/// The finding for a relative link to a file, which the document alone shows.
pub(super) fn file_fault(link: &Link) -> Option<Finding> {
    let path = relative(&link.dest)?;
    if is_document_path(path) && link.kind == LinkKind::Link || path.starts_with("/namespaces/") {
        return None;
    }
    let message = format!(
        "{:?} is a file beside the source, which is not in the cluster",
        link.dest
    );
    let help = "link to the address under which the file is published";
    Some(Finding::new(Code::RelativeLink, At::Content(link.span), message).help(help))
}

/// The path of a destination that has no scheme, without query and fragment; `None` for a mere fragment.
pub(super) fn relative(dest: &str) -> Option<&str> {
    let path = dest.trim().split(['#', '?']).next().unwrap_or_default();
    let scheme = path.split(['/', '\\']).next().unwrap_or_default().contains(':');
    if path.is_empty() || scheme || path.starts_with("//") || path.starts_with('\\') {
        None
    } else {
        Some(path)
    }
}

/// Whether a path can be that of a document: Markdown, or no extension at all.
pub(super) fn is_document_path(path: &str) -> bool {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    match last.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => {
            matches!(extension.to_ascii_lowercase().as_str(), "md" | "markdown" | "mdx")
        }
        _ => true,
    }
}
