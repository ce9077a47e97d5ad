//! What is known of a document.
//!
//! In: an [`Entry`], filled by the caller. Out: its text as the index reads it: all zones in one string, each value
//! behind its mark. Must not: let a character of a document pass as a mark.

use super::fold;
use super::zone::{Mark, Tongue, Zone};

/// A document as it is to be found. Every text is plain text: no markup, nothing that readers must not see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// What the caller knows it by. Opaque, unique; equal scores are ordered by it.
    pub id: String,
    /// Title.
    pub title: String,
    /// Summary, searched like a heading.
    pub summary: String,
    /// Headings.
    pub headings: Vec<String>,
    /// Names of the alerts it is for.
    pub alerts: Vec<String>,
    /// The commands it tells to run, one a line.
    pub commands: String,
    /// Everything else that it says. May repeat what stands in other fields.
    pub body: String,
    /// The owning team.
    pub owner: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Namespace of the object.
    pub namespace: String,
    /// Kind of the object.
    pub kind: String,
    /// Name of the object.
    pub name: String,
    /// Component.
    pub component: String,
    /// Whom it is for.
    pub audience: Vec<String>,
    /// Language, BCP 47. English and German words are stemmed.
    pub language: String,
}

impl Entry {
    /// Appends the text of all zones to `out`.
    pub(super) fn write(&self, out: &mut String) {
        let tongue = Tongue::of(&self.language);
        let mut write = |zone, text: &str| {
            if !text.is_empty() {
                out.push(char::from(Mark { zone, tongue }.byte()));
                push_clean(text, out);
            }
        };
        write(Zone::Title, &self.title);
        self.alerts.iter().for_each(|alert| write(Zone::Alert, alert));
        write(Zone::Name, &self.name);
        write(Zone::Heading, &self.summary);
        self.headings.iter().for_each(|heading| write(Zone::Heading, heading));
        let labels = [&self.owner, &self.namespace, &self.component];
        labels
            .into_iter()
            .chain(&self.tags)
            .for_each(|label| write(Zone::Label, label));
        self.commands.lines().for_each(|line| write(Zone::Command, line));
        write(Zone::Body, &self.body);
        for name in [&self.title, &self.name].into_iter().chain(&self.alerts) {
            write(Zone::Whole, &fold::squash(name));
        }
    }

    /// How much there is to read, in bytes: what the weight of a word in the text is measured against.
    pub(super) fn length(&self) -> usize {
        self.body.len() + self.commands.len()
    }
}

/// Appends `text`. What looks like a mark becomes a space.
fn push_clean(text: &str, out: &mut String) {
    if text.bytes().any(|byte| Mark::from_byte(byte).is_some()) {
        let is_mark = |c: char| u8::try_from(c).is_ok_and(|byte| Mark::from_byte(byte).is_some());
        out.extend(text.chars().map(|c| if is_mark(c) { ' ' } else { c }));
    } else {
        out.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_written_behind_their_marks() {
        let entry = Entry {
            title: "Pods fail".to_owned(),
            alerts: vec!["KubePodDown".to_owned()],
            body: "a\u{10}b".to_owned(),
            ..Entry::default()
        };
        let mut text = String::new();
        entry.write(&mut text);
        assert_eq!(
            text,
            "\u{10}Pods fail\u{12}KubePodDown\u{1c}a b\u{1e}podsfail\u{1e}kubepoddown"
        );
    }
}
