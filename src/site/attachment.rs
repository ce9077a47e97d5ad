//! Which objects a document describes, and which documents describe an object: one relation, read from both ends.
//!
//! In: the snapshot so far. Out: [`Attachment`] of a document, [`Describing`] of an object.
//! Must not: disagree with itself; both ends ask [`entry_matches`] and [`reach`] and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Site;
use crate::api::{GroupKind, Target};
use crate::check::{EntryFault, Reach, reach, target_fault};
use crate::corpus::{Document, DocumentId, KindState, TargetId, TargetMeta};
use crate::finding::Finding;

/// What became of one entry of `appliesTo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It describes this many objects, at least one.
    Matched(usize),
    /// It describes nothing, and why.
    Fault(EntryFault),
    /// It breaks a rule of its own, which the checks have named.
    Refused,
    /// Whether it describes something cannot be told from what was looked at.
    Unknown,
}

/// The objects a document describes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachment {
    /// One outcome for each entry of `appliesTo`.
    pub outcomes: Vec<Outcome>,
    /// Each object once, in the order of its identity.
    pub targets: Vec<TargetId>,
}

/// A document that describes an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Describing {
    /// The document.
    pub document: DocumentId,
    /// It names the object, rather than selecting it.
    pub named: bool,
    /// Which entries of its `appliesTo` mean the object: bit n for entry n. There are at most 50.
    pub entries: u64,
}

/// Whether a kind's objects live in a namespace, as far as it is known.
pub(super) fn scope(site: &Site) -> impl Fn(&GroupKind) -> Option<bool> + '_ {
    |kind| {
        let known = site.kinds().get(kind).map(|info| info.namespaced);
        known.or_else(|| kind.default_kind().map(|row| row.namespaced))
    }
}

/// Finds the objects a document describes.
pub(super) fn attach(document: &Document, site: &Site) -> Attachment {
    let mut targets: Vec<TargetId> = Vec::new();
    let mut outcomes = Vec::with_capacity(document.spec.applies_to.len());
    for target in &document.spec.applies_to {
        let reach = reach(target, &document.id.namespace, site.settings(), &scope(site));
        let (Ok(reach), true) = (reach, is_one_choice(target)) else {
            outcomes.push(Outcome::Refused);
            continue;
        };
        let kind = kind_of(target);
        let before = targets.len();
        match site.kinds().get(&kind) {
            None => {
                outcomes.push(Outcome::Fault(EntryFault::NotConfigured));
                continue;
            }
            Some(info) => match info.state {
                KindState::NotServed => {
                    outcomes.push(Outcome::Fault(EntryFault::NotServed));
                    continue;
                }
                KindState::NotPermitted => {
                    outcomes.push(Outcome::Fault(EntryFault::NotPermitted(info.plural.to_string())));
                    continue;
                }
                KindState::OutOfReach => {
                    outcomes.push(Outcome::Fault(EntryFault::OutOfReach));
                    continue;
                }
                KindState::Pending | KindState::Listed | KindState::Unavailable => {}
            },
        }
        // Which namespaces are selected is only known where all of them are.
        let selected_none = matches!(reach, Reach::Selected(_)) && namespaces(reach, site).is_empty();
        let mut absence_known = match reach {
            Reach::Selected(_) => site.knows_absence(&GroupKind::namespace(), "", None),
            Reach::Namespace(_) | Reach::Cluster | Reach::NamespaceObject(_) => true,
        };
        for namespace in namespaces(reach, site) {
            let name = match reach {
                Reach::NamespaceObject(own) => Some(own),
                Reach::Namespace(_) | Reach::Selected(_) | Reach::Cluster => target.name.as_deref(),
            };
            absence_known &= site.knows_absence(&kind, namespace, name);
            let one = name.and_then(|name| site.object(&kind, namespace, name));
            let all = name
                .is_none()
                .then(|| site.objects(&kind, namespace))
                .into_iter()
                .flatten();
            let matching = one.into_iter().chain(all).filter(|meta| entry_matches(target, meta));
            targets.extend(matching.map(|meta| meta.id.clone()));
        }
        let found = targets.len() - before;
        outcomes.push(match (found, absence_known) {
            (0, true) if selected_none => Outcome::Fault(EntryFault::NoNamespace),
            (0, true) => Outcome::Fault(EntryFault::NotFound),
            (0, false)
                if site
                    .kinds()
                    .get(&kind)
                    .is_some_and(|info| info.state == KindState::Unavailable) =>
            {
                Outcome::Fault(EntryFault::Unavailable)
            }
            (0, false) => match reach {
                Reach::Namespace(namespace) if !site.coverage.includes(namespace) => {
                    Outcome::Fault(EntryFault::NotCovered(namespace.to_owned()))
                }
                _ => Outcome::Unknown,
            },
            _ => Outcome::Matched(found),
        });
    }
    targets.sort();
    targets.dedup();
    Attachment { outcomes, targets }
}

/// How a document describes an object, if it does.
pub(super) fn describes(document: &Document, meta: &TargetMeta, site: &Site) -> Option<Describing> {
    let (mut entries, mut named) = (0_u64, false);
    for (index, target) in document.spec.applies_to.iter().enumerate() {
        if target.kind != *meta.id.kind.kind || target.group != *meta.id.kind.group || !entry_matches(target, meta) {
            continue;
        }
        let Ok(reach) = reach(target, &document.id.namespace, site.settings(), &scope(site)) else {
            continue;
        };
        let within = match reach {
            Reach::Namespace(namespace) => *meta.id.namespace == *namespace,
            Reach::Selected(selector) => site
                .object(&GroupKind::namespace(), "", &meta.id.namespace)
                .is_some_and(|namespace| selector.matches(|key| namespace.labels.get(key))),
            Reach::Cluster => meta.id.namespace.is_empty(),
            Reach::NamespaceObject(own) => *meta.id.name == *own,
        };
        if within {
            // Beyond the schema's 50 entries only input given by hand can go; bit 63 stands for all that follow.
            entries |= 1 << index.min(63);
            named |= target.name.is_some();
        }
    }
    (entries != 0).then(|| Describing {
        document: document.id.clone(),
        named,
        entries,
    })
}

/// The warnings for the entries that are attached to nothing.
pub(super) fn faults(document: &Document, attachment: &Attachment) -> Vec<Finding> {
    let entries = document.spec.applies_to.iter().zip(&attachment.outcomes).enumerate();
    entries
        .filter_map(|(index, (target, outcome))| match outcome {
            Outcome::Fault(fault) => Some(target_fault(index, target, fault)),
            Outcome::Matched(_) | Outcome::Refused | Outcome::Unknown => None,
        })
        .collect()
}

/// The kinds that the documents of a namespace describe, each with those documents.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Interests(BTreeMap<GroupKind, Interest>);

/// The documents that describe objects of one kind: by the name of the object, and in other ways.
#[derive(Clone, Debug, Default, PartialEq)]
struct Interest {
    named: BTreeMap<Arc<str>, Vec<DocumentId>>,
    others: Vec<DocumentId>,
}

impl Interests {
    /// Adds what a document describes. Documents come in the order of their identity.
    pub(super) fn add(&mut self, document: &Document) {
        for target in &document.spec.applies_to {
            let interest = self.0.entry(kind_of(target)).or_default();
            let documents = match &target.name {
                // Whatever else an entry says, it can mean no object of another name.
                Some(name) => interest.named.entry(name.as_str().into()).or_default(),
                None => &mut interest.others,
            };
            if documents.last() != Some(&document.id) {
                documents.push(document.id.clone());
            }
        }
    }

    /// The documents that may describe an object of this kind and name, each at least once.
    pub(super) fn in_object(&self, kind: &GroupKind, name: &str) -> impl Iterator<Item = &DocumentId> {
        let interest = self.0.get(kind);
        let named = interest.and_then(|interest| interest.named.get(name));
        named
            .into_iter()
            .chain(interest.map(|interest| &interest.others))
            .flatten()
    }

    /// The documents that describe objects of this kind.
    pub(super) fn in_kind(&self, kind: &GroupKind) -> impl Iterator<Item = &DocumentId> {
        let interest = self.0.get(kind).into_iter();
        interest.flat_map(|interest| interest.named.values().flatten().chain(&interest.others))
    }
}

fn kind_of(target: &Target) -> GroupKind {
    GroupKind::new(target.group.as_str(), target.kind.as_str())
}

/// Whether an entry says in one way which objects it means; the schema names those that do not.
fn is_one_choice(target: &Target) -> bool {
    [target.name.is_some(), target.selector.is_some(), target.all.is_some()]
        .into_iter()
        .filter(|given| *given)
        .count()
        == 1
}

/// Whether an entry means this object by name, selector or `all`, wherever the object is.
fn entry_matches(target: &Target, meta: &TargetMeta) -> bool {
    match (&target.name, &target.selector, target.all) {
        (Some(name), None, None) => *name == *meta.id.name,
        (None, Some(selector), None) => !selector.is_empty() && selector.matches(|key| meta.labels.get(key)),
        (None, None, Some(all)) => all,
        _ => false,
    }
}

/// The namespaces in which to look; the empty name for objects that live in none.
fn namespaces<'a>(reach: Reach<'a>, site: &'a Site) -> Vec<&'a str> {
    match reach {
        Reach::Namespace(namespace) => vec![namespace],
        Reach::Cluster | Reach::NamespaceObject(_) => vec![""],
        Reach::Selected(selector) => site
            .objects(&GroupKind::namespace(), "")
            .filter(|namespace| selector.matches(|key| namespace.labels.get(key)))
            .map(|namespace| &*namespace.id.name)
            .collect(),
    }
}
