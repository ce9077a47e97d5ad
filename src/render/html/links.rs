//! Links and images of a page.
//!
//! In: a destination and what the caller makes of it. Out: `<a>`, `<img>`, a marked text or the text alone.
//! Must not: nest links, or write an address that is no [`SafeUrl`].

use super::Page;
use crate::render::{Link, LinkKind, SafeUrl, slug};

/// The longest title of a link or explanation of a broken one, in bytes.
const MAX_TITLE: usize = 400;

/// What the destination of a link or image becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// A link to a page of this site.
    Page(SafeUrl),
    /// A link that leads away from this site.
    External(SafeUrl),
    /// A picture to show in place. A link to one is a link like others.
    Picture(SafeUrl),
    /// The text, marked as a link that leads nowhere, with the reason.
    Broken(String),
    /// The text alone.
    Text,
}

impl Resolved {
    /// What a link becomes that nobody else knows: away from this site it is external, and all other destinations are
    /// broken. Pictures are linked, not shown: a page makes no foreign request.
    pub fn alone(link: &Link) -> Self {
        let url = match link.kind {
            LinkKind::Link => SafeUrl::parse(&link.dest),
            LinkKind::Image => SafeUrl::picture(&link.dest),
        };
        match url {
            Ok(url) if url.as_str().starts_with("data:") => Self::Picture(url),
            Ok(url) if url.is_absolute() => Self::External(url),
            Ok(_) => Self::Broken("this leads to no page of this site".to_owned()),
            Err(_) => Self::Text,
        }
    }
}

impl Page<'_> {
    /// Writes the beginning of the next link or image, and says what ends it.
    pub(super) fn link(&mut self, title: &str) -> &'static str {
        let facts = self.facts;
        let index = self.links;
        self.links += 1;
        // Links beyond the recorded ones are text.
        let Some(link) = facts.links.get(index) else {
            return "";
        };
        let resolved = match link.dest.strip_prefix('#') {
            Some(fragment) if link.kind == LinkKind::Link => self.heading_link(fragment),
            _ => (self.resolve)(link),
        };
        match resolved {
            Resolved::Text => "",
            Resolved::Broken(why) => {
                self.out.markup("<span class=\"broken\" title=\"");
                self.out.value(why.split_at(why.floor_char_boundary(MAX_TITLE)).0);
                self.out.markup("\">");
                "</span>"
            }
            Resolved::Picture(url) if link.kind == LinkKind::Image => {
                self.out.markup("<img loading=\"lazy\" src=\"");
                self.out.url(&url);
                self.title(title);
                self.out.markup("\" alt=\"");
                self.alt = Some(self.open.len());
                "\">"
            }
            // A picture within a link that is not shown is its description: links do not nest.
            _ if self.in_anchor => "",
            Resolved::Page(url) | Resolved::Picture(url) => {
                self.out.markup("<a href=\"");
                self.anchor(&url, title)
            }
            Resolved::External(url) => {
                self.out
                    .markup("<a class=\"external\" rel=\"noopener noreferrer nofollow\" href=\"");
                let end = self.anchor(&url, title);
                // A picture without a description that is shown as a link needs words of some sort.
                if link.kind == LinkKind::Image && link.text.is_empty() {
                    self.out.text(url.as_str());
                }
                end
            }
        }
    }

    fn anchor(&mut self, url: &SafeUrl, title: &str) -> &'static str {
        self.in_anchor = true;
        self.out.url(url);
        self.title(title);
        self.out.markup("\">");
        "</a>"
    }

    fn title(&mut self, title: &str) {
        if !title.is_empty() {
            self.out.markup("\" title=\"");
            self.out.value(title.split_at(title.floor_char_boundary(MAX_TITLE)).0);
        }
    }

    /// A link to a heading of this document.
    fn heading_link(&mut self, fragment: &str) -> Resolved {
        let facts = self.facts;
        let anchors = self.anchors.get_or_insert_with(|| {
            facts
                .headings
                .iter()
                .enumerate()
                .map(|(index, heading)| (heading.id.as_str(), index))
                .collect()
        });
        let found = slug::find(fragment, |id| anchors.get_key_value(id).map(|(id, _)| *id));
        let title_is_hidden = self.hidden_title && found.is_some_and(|id| anchors.get(id) == Some(&0));
        let address = match found {
            Some(id) if !title_is_hidden => format!("#{id}"),
            Some(_) => "#".to_owned(),
            None if slug::is_top(fragment) => "#".to_owned(),
            None => return Resolved::Broken("no heading of this document has this name".to_owned()),
        };
        SafeUrl::parse(&address).map_or(Resolved::Text, Resolved::Page)
    }

    /// Forgets what ended with the link or image.
    pub(super) fn close_link(&mut self, end: &str) {
        if self.alt == Some(self.open.len()) {
            self.alt = None;
        } else if end == "</a>" {
            self.in_anchor = false;
        }
    }
}
