//! Which document answers an alert.
//!
//! In: the component and name from an alert's link, and its labels. Out: [`Answers`]. Must not: let a document of one
//! namespace answer for the alerts of another: those are choices for the reader, never the answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Page, Site};
use crate::corpus::DocumentId;

/// The documents that answer an alert.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Those to trust: of the alert's own namespace, or else of the shared ones. The best comes first; a second one means
    /// that nothing tells them apart.
    pub trusted: Vec<DocumentId>,
    /// Those of other namespaces, for a reader to choose from.
    pub others: Vec<DocumentId>,
}

/// How well a document fits; larger is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// It lists the alert, and does not only bear its name.
    listed: bool,
    component: bool,
    labels: usize,
}

impl Site {
    /// The documents that answer the alert `name`, in any letter case. `component` is the one in the alert's link.
    pub fn alert(&self, component: Option<&str>, name: &str, labels: &BTreeMap<String, String>) -> Answers {
        let own = labels.get("namespace").map(String::as_str);
        let shared = |namespace: &str| self.settings().is_shared(namespace);
        let in_namespace = |namespace: &str| self.fits(namespace, component, name, labels);
        let mut answers = Answers::default();
        let best = |found: Vec<(Fit, DocumentId)>| {
            let first = found.first().map(|(fit, _)| *fit);
            let tied = found.into_iter().filter(|(fit, _)| Some(*fit) == first);
            tied.map(|(_, id)| id).collect::<Vec<_>>()
        };
        if let Some(own) = own {
            answers.trusted = best(in_namespace(own));
        }
        if answers.trusted.is_empty() {
            let mut found: Vec<_> = self
                .namespaces()
                .filter(|namespace| shared(namespace))
                .flat_map(|namespace| in_namespace(namespace))
                .collect();
            found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            answers.trusted = best(found);
        }
        let foreign = self
            .namespaces()
            .filter(|namespace| !shared(namespace) && Some(&***namespace) != own);
        answers.others = foreign.flat_map(|namespace| best(in_namespace(namespace))).collect();
        answers
    }

    /// The documents of a namespace that answer an alert, the best first.
    fn fits(
        &self,
        namespace: &str,
        component: Option<&str>,
        name: &str,
        labels: &BTreeMap<String, String>,
    ) -> Vec<(Fit, DocumentId)> {
        let Some(directory) = self.directory(namespace) else {
            return Vec::new();
        };
        let listed = directory.alert(name).iter().filter_map(|id| self.page(id));
        let named = directory.stem(name).and_then(|id| self.page(id));
        let mut found: Vec<(Fit, DocumentId)> = listed
            .chain(named)
            .filter_map(|page| Some((fit(page, component, name, labels)?, page.document.id.clone())))
            .collect();
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        found.dedup_by(|a, b| a.1 == b.1);
        found
    }
}

/// How well a page fits; `None` if it is meant for another component or for other labels.
fn fit(page: &Arc<Page>, component: Option<&str>, name: &str, labels: &BTreeMap<String, String>) -> Option<Fit> {
    let document = &page.document;
    let same_component = match (component, document.spec.component.as_deref()) {
        (Some(wanted), Some(own)) => wanted.eq_ignore_ascii_case(own).then_some(true)?,
        _ => false,
    };
    let alerts = document
        .alerts
        .iter()
        .filter(|alert| alert.name.eq_ignore_ascii_case(name));
    let matched = alerts.filter_map(|alert| {
        // A label that the link does not carry does not speak against the document.
        let contradicts = alert
            .match_labels
            .iter()
            .any(|(label, value)| labels.get(label).is_some_and(|have| have != value));
        (!contradicts).then(|| {
            alert
                .match_labels
                .keys()
                .filter(|label| labels.contains_key(*label))
                .count()
        })
    });
    let lists_it = document
        .alerts
        .iter()
        .any(|alert| alert.name.eq_ignore_ascii_case(name));
    match (matched.max(), lists_it) {
        (Some(labels), _) => Some(Fit {
            listed: true,
            component: same_component,
            labels,
        }),
        (None, true) => None,
        (None, false) => Some(Fit {
            listed: false,
            component: same_component,
            labels: 0,
        }),
    }
}
