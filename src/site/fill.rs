//! A document as it reads in one situation: its placeholders filled, its commands ready to paste.
//!
//! In: a page, and what is known of the reader's situation. Out: [`Filled`]. Must not: fill in what only one of several
//! objects has, unless that object is meant.

use std::collections::BTreeMap;

use super::Page;
use crate::api::TargetField as ApiField;
use crate::corpus::TargetId;
use crate::parameter::{self, Bound, Declared, Given, Parameter, Refused, TargetField, TargetFields};
use crate::render::{self, FilledCommand, SafeHtml};

/// What is known of the reader's situation.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// Name of the cluster; empty when it has none.
    pub cluster: &'a str,
    /// Labels of the alert that led here; empty when none did.
    pub labels: &'a BTreeMap<String, String>,
    /// Values that the reader typed, by the name of the parameter in any spelling.
    pub typed: &'a BTreeMap<String, String>,
    /// The object that is meant, one of those that the document describes.
    pub target: Option<&'a TargetId>,
}

/// A document as it reads in one situation.
#[derive(Clone, Debug, Default)]
pub struct Filled {
    /// The parameters in the order of their first use.
    pub parameters: Vec<FilledParameter>,
    /// The commands in the order of the text.
    pub commands: Vec<FilledCommand>,
}

/// A parameter and its value.
#[derive(Clone, Debug)]
pub struct FilledParameter {
    /// Which.
    pub parameter: Parameter,
    /// Its value, and where that comes from.
    pub bound: Option<Bound>,
    /// Why a value that was given is not used.
    pub refused: Option<Refused>,
    /// A command waits for it.
    pub awaited: bool,
}

impl Page {
    /// The body of the page in a situation; `None` while there is no content.
    pub fn body(&self, situation: &Situation<'_>) -> Option<SafeHtml> {
        let declared = self.declared();
        Some(self.html(self.markdown()?, &self.given(situation, &declared)))
    }

    /// The parameters and commands in a situation.
    pub fn filled(&self, situation: &Situation<'_>) -> Filled {
        let declared = self.declared();
        let given = self.given(situation, &declared);
        let Some(markdown) = self.markdown() else {
            return Filled::default();
        };
        let read = render::procedure(markdown, &self.facts, Some(&given));
        let awaited: Vec<&str> = read
            .commands
            .iter()
            .flat_map(|command| &command.unbound)
            .map(String::as_str)
            .collect();
        let parameters = read.parameters.into_iter().map(|parameter| {
            let (bound, refused) = match parameter::bind(&parameter.name, parameter.meaning.as_ref(), &given) {
                Ok(bound) => (bound, None),
                Err(refused) => (None, Some(refused)),
            };
            let awaited = awaited.iter().any(|name| parameter.is_called(name));
            FilledParameter {
                parameter,
                bound,
                refused,
                awaited,
            }
        });
        let parameters = parameters.collect();
        Filled {
            parameters,
            commands: read.commands,
        }
    }

    fn declared(&self) -> Vec<Declared<'_>> {
        let declared = self.document.parameters.iter().map(|parameter| {
            let from = parameter.from.as_ref();
            Declared {
                name: &parameter.name,
                alert_label: from.and_then(|from| from.alert_label.as_deref()),
                target_field: from.and_then(|from| from.target_field).map(|field| match field {
                    ApiField::Name => TargetField::Name,
                    ApiField::Namespace => TargetField::Namespace,
                    ApiField::Kind => TargetField::Kind,
                }),
                default: parameter.default.as_deref(),
            }
        });
        declared.collect()
    }

    fn given<'a>(&'a self, situation: &Situation<'a>, declared: &'a [Declared<'a>]) -> Given<'a> {
        Given {
            reader: situation.typed,
            labels: situation.labels,
            target: situation.target.map(fields),
            shared: self.shared(),
            declared,
            cluster: Some(situation.cluster).filter(|cluster| !cluster.is_empty()),
        }
    }

    /// What all objects that the document describes have in common.
    fn shared(&self) -> TargetFields<'_> {
        let mut targets = self.attachment.targets.iter().map(fields);
        let Some(mut shared) = targets.next() else {
            return TargetFields::default();
        };
        for target in targets {
            let both = |a: Option<&'_ str>, b: Option<&str>| a == b;
            if !both(shared.kind, target.kind) || !both(shared.group, target.group) {
                (shared.group, shared.kind) = (None, None);
            }
            shared.namespace = shared.namespace.filter(|_| both(shared.namespace, target.namespace));
            shared.name = shared.name.filter(|_| both(shared.name, target.name));
            if shared == TargetFields::default() {
                break;
            }
        }
        shared
    }
}

fn fields(id: &TargetId) -> TargetFields<'_> {
    TargetFields {
        group: Some(&id.kind.group),
        kind: Some(&id.kind.kind),
        namespace: Some(&*id.namespace).filter(|namespace| !namespace.is_empty()),
        name: Some(&id.name),
    }
}
