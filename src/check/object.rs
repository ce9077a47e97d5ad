//! Rules on one document's spec that the schema cannot say: which kinds it may describe, how far it reaches, whether
//! its selectors can match, how it must be applied.
//!
//! In: a document, the settings, the scope of kinds. Out: findings of the object tier.
//! Must not: look whether an object exists (`cross`), or at the Markdown (`content`).

use super::labels;
use crate::api::{GroupKind, Selector, Target};
use crate::corpus::Document;
use crate::finding::{At, Code, Finding};
use crate::settings::Settings;

/// Largest object, as JSON, that client-side `kubectl apply` can keep in its annotation, in bytes.
const CLIENT_APPLY_LIMIT: usize = 262_144;

/// Checks the spec. `namespaced` tells whether a kind's objects live in a namespace, where that is known.
pub fn object(
    document: &Document,
    settings: &Settings,
    namespaced: &dyn Fn(&GroupKind) -> Option<bool>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, target) in document.spec.applies_to.iter().enumerate() {
        let at = format!("spec.appliesTo[{index}]");
        let verdict = reach(target, &document.id.namespace, settings, namespaced);
        if let Err(finding) = verdict.map_err(|refusal| refusal.finding(&at, target)) {
            findings.push(finding);
        }
        for (name, selector) in [
            ("selector", &target.selector),
            ("namespaceSelector", &target.namespace_selector),
        ] {
            if let Some(selector) = selector {
                findings.extend(selector_labels(selector, &format!("{at}.{name}")));
            }
        }
    }
    if document.size > CLIENT_APPLY_LIMIT {
        let message = format!(
            "the object is {} bytes as JSON; client-side apply takes at most 262,144",
            document.size
        );
        findings
            .push(Finding::new(Code::NeedsServerSideApply, At::Object, message).help("kubectl apply --server-side"));
    }
    findings
}

/// Why a target leads nowhere, whatever exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Objects of the kind cannot be described.
    Kind {
        /// What can be described instead.
        instead: &'static str,
    },
    /// The object lies in another namespace.
    OtherNamespace,
    /// The object lies in no namespace.
    ClusterScoped,
    /// The target says in which namespace the object lies, and it lies in none.
    NotNamespaced,
}

/// The namespaces in which a target looks for its objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach<'a> {
    /// One namespace.
    Namespace(&'a str),
    /// The namespaces whose labels match.
    Selected(&'a Selector),
    /// No namespace: the objects of a cluster-scoped kind.
    Cluster,
    /// The Namespace object of this name, and no other.
    NamespaceObject(&'a str),
}

/// Says where a target of a document in `namespace` looks for its objects, or why it may not.
///
/// # Errors
/// The [`Refusal`] when the kind cannot be described or the target lies beyond the document's reach.
pub fn reach<'a>(
    target: &'a Target,
    namespace: &'a str,
    settings: &Settings,
    namespaced: &dyn Fn(&GroupKind) -> Option<bool>,
) -> Result<Reach<'a>, Refusal> {
    let kind = GroupKind::new(target.group.as_str(), target.kind.as_str());
    if let Some(refused) = kind.refused() {
        return Err(Refusal::Kind {
            instead: refused.instead,
        });
    }
    let shared = settings.is_shared(namespace);
    let cluster_scoped = namespaced(&kind) == Some(false);
    if cluster_scoped && (target.namespace.is_some() || target.namespace_selector.is_some()) {
        return Err(Refusal::NotNamespaced);
    }
    if cluster_scoped && shared {
        return Ok(Reach::Cluster);
    }
    if cluster_scoped && kind == GroupKind::namespace() {
        let other = target.name.as_deref().is_some_and(|name| name != namespace);
        return if other {
            Err(Refusal::OtherNamespace)
        } else {
            Ok(Reach::NamespaceObject(namespace))
        };
    }
    if cluster_scoped {
        return Err(Refusal::ClusterScoped);
    }
    match (&target.namespace, &target.namespace_selector) {
        (None, None) => Ok(Reach::Namespace(namespace)),
        (Some(wanted), _) if shared || wanted == namespace => Ok(Reach::Namespace(wanted)),
        (None, Some(selector)) if shared => Ok(Reach::Selected(selector)),
        _ => Err(Refusal::OtherNamespace),
    }
}

impl Refusal {
    fn finding(self, at: &str, target: &Target) -> Finding {
        let kind = GroupKind::new(target.group.as_str(), target.kind.as_str());
        let shared = "move the document to a shared namespace (--shared-namespace), or describe objects of its own";
        match self {
            Self::Kind { instead } => Finding::new(
                Code::TargetKindRefused,
                At::Field(format!("{at}.kind")),
                format!("a {kind} cannot be described"),
            )
            .help(format!("describe {instead}")),
            Self::OtherNamespace => {
                let field = if kind == GroupKind::namespace() {
                    "name"
                } else if target.namespace.is_some() {
                    "namespace"
                } else {
                    "namespaceSelector"
                };
                let message = "only a document in a shared namespace reaches another namespace";
                Finding::new(Code::TargetOutOfReach, At::Field(format!("{at}.{field}")), message).help(shared)
            }
            Self::NotNamespaced => {
                let field = if target.namespace.is_some() {
                    "namespace"
                } else {
                    "namespaceSelector"
                };
                let message = format!("a {kind} belongs to no namespace");
                Finding::new(Code::TargetNotNamespaced, At::Field(format!("{at}.{field}")), message)
                    .help(format!("remove {field}"))
            }
            Self::ClusterScoped => {
                let message =
                    format!("a {kind} belongs to no namespace; only a document in a shared namespace reaches it");
                Finding::new(Code::TargetOutOfReach, At::Field(format!("{at}.kind")), message).help(shared)
            }
        }
    }
}

/// Keys and values that no object can carry.
fn selector_labels(selector: &Selector, at: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut judge = |path: String, verdict: Result<(), &'static str>, text: &str| {
        if let Err(why) = verdict {
            let message = format!("{text:?} cannot be a label: {why}");
            findings.push(Finding::new(Code::SelectorInvalid, At::Field(path), message));
        }
    };
    for (key, value) in &selector.match_labels {
        judge(format!("{at}.matchLabels.{key}"), labels::key(key), key);
        judge(format!("{at}.matchLabels.{key}"), labels::value(value), value);
    }
    for (index, requirement) in selector.match_expressions.iter().enumerate() {
        judge(
            format!("{at}.matchExpressions[{index}].key"),
            labels::key(&requirement.key),
            &requirement.key,
        );
        for (nth, value) in requirement.values.iter().enumerate() {
            judge(
                format!("{at}.matchExpressions[{index}].values[{nth}]"),
                labels::value(value),
                value,
            );
        }
    }
    findings
}
