//! What documents can be filtered and counted by.
//!
//! In: entries. Out: [`Labels`]: for each document of a part its values, as numbers. Must not: search text.

use std::collections::HashMap;
use std::sync::Arc;

use super::entry::Entry;
use super::fold;
use super::words::Runs;

/// A property with few values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// Namespace of the object.
    Namespace,
    /// Kind of the object.
    Kind,
    /// The owning team.
    Owner,
    /// Tags; a document may have several.
    Tag,
    /// Whom it is for; a document may name several.
    Audience,
    /// Language, BCP 47.
    Language,
    /// Component.
    Component,
}

impl Facet {
    /// All facets.
    pub const ALL: [Self; 7] = [
        Self::Namespace,
        Self::Kind,
        Self::Owner,
        Self::Tag,
        Self::Audience,
        Self::Language,
        Self::Component,
    ];
}

/// One value of one facet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Label {
    pub(super) facet: Facet,
    pub(super) value: Arc<str>,
}

impl Label {
    /// True if somebody who typed `value` means this label. Letter case and signs do not count, nor the plural of a
    /// kind; `de` means `de-AT` too, and one word of its name is enough for a team. `is_open`: a beginning is enough.
    pub(super) fn is_meant_by(&self, value: &str, is_open: bool) -> bool {
        let (label, asked) = (fold::squash(&self.value), fold::squash(value));
        if asked.is_empty() {
            return false;
        }
        if is_open && label.starts_with(&asked) {
            return true;
        }
        let singular = |word: &str| word.strip_suffix('s').unwrap_or(word).to_owned();
        label == asked
            || match self.facet {
                Facet::Language => self
                    .value
                    .split(['-', '_'])
                    .next()
                    .is_some_and(|tag| fold::fold(tag) == asked),
                Facet::Kind => singular(&label).ends_with(&singular(&asked)),
                Facet::Audience => singular(&label) == singular(&asked),
                Facet::Owner => Runs::new(&self.value).any(|run| fold::fold(run.text) == asked),
                Facet::Namespace | Facet::Tag | Facet::Component => false,
            }
    }
}

/// Where objects live: what rights are granted for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) namespace: Arc<str>,
    pub(super) kind: Arc<str>,
}

/// The labels and places of the documents of a part.
#[derive(Debug, Default)]
pub(super) struct Labels {
    values: Vec<Label>,
    places: Vec<Place>,
    /// The values of all documents, one document after the other.
    of: Vec<u32>,
    /// Where in `of` the values of each document end.
    ends: Vec<u32>,
    /// The place of each document.
    place: Vec<u32>,
}

impl Labels {
    /// Every value that a document of the part has.
    pub(super) fn values(&self) -> &[Label] {
        &self.values
    }

    /// Every place that a document of the part lives in.
    pub(super) fn places(&self) -> &[Place] {
        &self.places
    }

    /// For each document the number of its place.
    pub(super) fn place_of_each(&self) -> &[u32] {
        &self.place
    }

    /// For each document the numbers of its values.
    pub(super) fn of_each(&self) -> impl Iterator<Item = &[u32]> {
        let (mut rest, mut start) = (self.of.as_slice(), 0);
        self.ends.iter().map(move |end| {
            let (of, behind) = rest.split_at_checked((end - start) as usize).unwrap_or_default();
            (rest, start) = (behind, *end);
            of
        })
    }

    /// The numbers of the values of a document.
    pub(super) fn of(&self, document: u32) -> &[u32] {
        let end = |document: Option<u32>| document.and_then(|at| self.ends.get(at as usize)).copied();
        let start = end(document.checked_sub(1)).unwrap_or(0);
        let end = end(Some(document)).unwrap_or(start);
        self.of.get(start as usize..end as usize).unwrap_or_default()
    }
}

/// Collects labels, document by document.
#[derive(Debug, Default)]
pub(super) struct LabelsBuilder {
    labels: Labels,
    values: HashMap<Label, u32>,
    places: HashMap<Place, u32>,
}

impl LabelsBuilder {
    /// Adds the next document.
    pub(super) fn push(&mut self, entry: &Entry) {
        let one = |facet, value: &String| (facet, Arc::from(value.as_str()));
        let single = [
            one(Facet::Namespace, &entry.namespace),
            one(Facet::Kind, &entry.kind),
            one(Facet::Owner, &entry.owner),
            one(Facet::Language, &entry.language),
            one(Facet::Component, &entry.component),
        ];
        let tags = entry.tags.iter().map(|tag| one(Facet::Tag, tag));
        let audience = entry.audience.iter().map(|reader| one(Facet::Audience, reader));
        let labels = single.into_iter().chain(tags).chain(audience);
        let place = Place {
            namespace: Arc::from(entry.namespace.as_str()),
            kind: Arc::from(entry.kind.as_str()),
        };
        self.add(labels.map(|(facet, value)| Label { facet, value }), place);
    }

    /// Adds the next document as a copy of one of another part.
    pub(super) fn push_from(&mut self, other: &Labels, document: u32) {
        let labels = other
            .of(document)
            .iter()
            .filter_map(|at| other.values.get(*at as usize));
        let place = other
            .place
            .get(document as usize)
            .and_then(|at| other.places.get(*at as usize));
        let nowhere = || Place {
            namespace: Arc::from(""),
            kind: Arc::from(""),
        };
        self.add(labels.cloned(), place.cloned().unwrap_or_else(nowhere));
    }

    fn add(&mut self, labels: impl Iterator<Item = Label>, place: Place) {
        let Labels {
            values,
            places,
            of,
            ends,
            place: place_of_each,
        } = &mut self.labels;
        let start = of.len();
        for label in labels.filter(|label| !label.value.is_empty()) {
            let number = *self.values.entry(label).or_insert_with_key(|label| {
                values.push(label.clone());
                number(values.len() - 1)
            });
            // The same tag twice is one tag.
            if !of.iter().skip(start).any(|other| *other == number) {
                of.push(number);
            }
        }
        ends.push(number(of.len()));
        place_of_each.push(*self.places.entry(place).or_insert_with_key(|place| {
            places.push(place.clone());
            number(places.len() - 1)
        }));
    }

    /// The labels of all documents that were added.
    pub(super) fn finish(mut self) -> Labels {
        let labels = &mut self.labels;
        labels.values.shrink_to_fit();
        labels.places.shrink_to_fit();
        labels.of.shrink_to_fit();
        labels.ends.shrink_to_fit();
        labels.place.shrink_to_fit();
        self.labels
    }
}

/// A part has far fewer documents and labels than numbers.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_meant_by_what_people_type() {
        let cases = [
            (Facet::Namespace, "openshift-etcd", "OpenShift-etcd", true),
            (Facet::Namespace, "openshift-etcd", "etcd", false),
            (Facet::Kind, "KnowledgeArticle", "article", true),
            (Facet::Kind, "KnowledgeArticle", "Articles", true),
            (Facet::Kind, "Runbook", "runbooks", true),
            (Facet::Kind, "Runbook", "article", false),
            (Facet::Owner, "Platform Team", "platform", true),
            (Facet::Owner, "Platform Team", "platform-team", true),
            (Facet::Owner, "Platform Team", "plat", false),
            (Facet::Language, "de-AT", "de", true),
            (Facet::Language, "de", "de-AT", false),
            (Facet::Audience, "Operator", "operators", true),
            (Facet::Tag, "Storage", "storage", true),
            (Facet::Tag, "Größe", "groesse", true),
            (Facet::Tag, "storage", "", false),
            (Facet::Tag, "storage", "-", false),
        ];
        for (facet, label, typed, expect) in cases {
            let value = Arc::from(label);
            assert_eq!(
                Label { facet, value }.is_meant_by(typed, false),
                expect,
                "{label:?} {typed:?}"
            );
        }
        let value = Arc::from("openshift-etcd");
        let label = Label {
            facet: Facet::Namespace,
            value,
        };
        assert!(label.is_meant_by("openshift-e", true) && !label.is_meant_by("etcd", true));
    }

    #[test]
    fn each_document_has_its_labels() {
        let entry = |namespace: &str, tags: &[&str]| Entry {
            namespace: namespace.to_owned(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..Entry::default()
        };
        let mut builder = LabelsBuilder::default();
        builder.push(&entry("a", &["x", "y", "x"]));
        builder.push(&entry("", &[]));
        builder.push(&entry("b", &["y"]));
        let labels = builder.finish();
        let mut copy = LabelsBuilder::default();
        [2, 0]
            .into_iter()
            .for_each(|document| copy.push_from(&labels, document));
        let copy = copy.finish();
        let names = |labels: &Labels, document| -> Vec<String> {
            let values = labels
                .of(document)
                .iter()
                .map(|at| labels.values[*at as usize].value.to_string());
            values.collect()
        };
        assert_eq!(names(&labels, 0), ["a", "x", "y"]);
        assert_eq!(names(&labels, 1), [""; 0]);
        assert_eq!(names(&labels, 2), ["b", "y"]);
        assert_eq!(names(&copy, 0), ["b", "y"]);
        assert_eq!(names(&copy, 1), ["a", "x", "y"]);
        assert_eq!(copy.places.len(), 2);
    }
}
