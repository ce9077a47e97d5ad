//! The words for what only other objects can show. Who stands in the wrong place is decided where the data is (`site`).
//!
//! In: what was looked for and how it was missed. Out: findings of the cross tier, always warnings.
//! Must not: be raised on a document that did not cause it, or where absence cannot be known.

use crate::api::{DEFAULT_KINDS, GroupKind, Related, Target, names};
use crate::corpus::DocumentId;
use crate::finding::{At, Code, Finding};

/// Why an entry of `appliesTo` is attached to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryFault {
    /// No object has the name, or none matches.
    NotFound,
    /// The cluster does not serve the kind.
    NotServed,
    /// The kind is not among those that the operator watches.
    NotConfigured,
    /// The operator may not watch the kind; its resource name.
    NotPermitted(String),
    /// The operator does not watch this namespace.
    NotCovered(String),
    /// No namespace matches the selector.
    NoNamespace,
    /// Objects of the kind live in no namespace, and the operator is bound to some.
    OutOfReach,
    /// The API server cannot list the kind.
    Unavailable,
}

/// The finding for an entry of `appliesTo` that is attached to nothing.
pub fn target_fault(index: usize, target: &Target, fault: &EntryFault) -> Finding {
    let kind = GroupKind::new(target.group.as_str(), target.kind.as_str());
    let at = |field: &str| At::Field(format!("spec.appliesTo[{index}].{field}"));
    let place = target
        .namespace
        .as_deref()
        .map(|namespace| format!(" in namespace {namespace}"))
        .unwrap_or_default();
    match fault {
        EntryFault::NotFound => match (&target.name, &target.selector) {
            (Some(name), _) => Finding::new(
                Code::TargetNotFound,
                at("name"),
                format!("there is no {kind} named {name}{place}"),
            ),
            (None, Some(_)) => Finding::new(
                Code::SelectorMatchesNothing,
                at("selector"),
                format!("no {kind}{place} matches the selector"),
            ),
            (None, None) => Finding::new(
                Code::SelectorMatchesNothing,
                at("all"),
                format!("there is no {kind}{place}"),
            ),
        },
        EntryFault::NotServed => {
            let finding = Finding::new(
                Code::KindNotFound,
                at("kind"),
                format!("this cluster has no kind {kind}"),
            );
            help_with_group(finding, &kind)
        }
        EntryFault::NotConfigured => {
            let message = format!("{kind} is not among the kinds that documents may describe here");
            let finding = Finding::new(Code::KindNotFound, at("kind"), message);
            let without_group = help_with_group(finding, &kind);
            if without_group.help.is_some() {
                without_group
            } else {
                without_group.help(format!(
                    "add {kind} to the operator's target kinds (targets.kinds, --target-kind)"
                ))
            }
        }
        EntryFault::NoNamespace => Finding::new(
            Code::SelectorMatchesNothing,
            at("namespaceSelector"),
            "no namespace matches the selector".to_owned(),
        ),
        EntryFault::OutOfReach => Finding::new(
            Code::NamespaceNotWatched,
            at("kind"),
            format!("a {kind} belongs to no namespace, and this operator is bound to some (--namespaces)"),
        ),
        EntryFault::Unavailable => Finding::new(
            Code::KindUnavailable,
            at("kind"),
            format!("the API server does not list {kind}; nothing is known of its objects"),
        )
        .help(format!(
            "see what it answers: kubectl get {} -A",
            kind.to_string().to_lowercase()
        )),
        EntryFault::NotCovered(namespace) => Finding::new(
            Code::NamespaceNotWatched,
            at("namespace"),
            format!("this operator does not watch the namespace {namespace}"),
        )
        .help(format!("add {namespace} to the operator's namespaces (--namespaces)")),
        EntryFault::NotPermitted(plural) => {
            let rule = rule(&kind, plural, &["get", "list", "watch", "patch"]);
            Finding::new(
                Code::KindNotPermitted,
                at("kind"),
                format!("the operator may not watch {kind}"),
            )
            .help(format!(
                "add the rule {rule} to a ClusterRole labelled {}: \"true\"",
                names::AGGREGATE_LABEL
            ))
        }
    }
}

/// A rule of a role, in the form that can be pasted.
pub fn rule(kind: &GroupKind, plural: &str, verbs: &[&str]) -> String {
    format!(
        "{{apiGroups: [\"{}\"], resources: [\"{plural}\"], verbs: {verbs:?}}}",
        kind.group
    )
}

/// A name or alias that an older document has.
pub fn name_taken(name: &str, alias: Option<usize>, holder: &DocumentId) -> Finding {
    let at = alias.map_or_else(
        || At::field("metadata.name"),
        |index| At::Field(format!("spec.aliases[{index}].name")),
    );
    Finding::new(Code::NameTaken, at, format!("{name:?} leads to the older {holder}"))
        .help("choose another name, or remove the alias from one of the two")
}

/// An entry of `related` that is not there.
pub fn related_not_found(index: usize, related: &Related, namespace: &str) -> Finding {
    let message = format!("there is no {} {namespace}/{}", related.kind.as_str(), related.name);
    Finding::new(
        Code::RelatedNotFound,
        At::Field(format!("spec.related[{index}].name")),
        message,
    )
}

fn help_with_group(finding: Finding, kind: &GroupKind) -> Finding {
    let sibling = DEFAULT_KINDS
        .iter()
        .find(|row| row.kind == &*kind.kind && row.group != &*kind.group);
    match sibling {
        Some(row) if row.group.is_empty() => {
            finding.help(format!("{} is of the core group: leave group out", row.kind))
        }
        Some(row) => finding.help(format!("group: {}", row.group)),
        None => finding,
    }
}
