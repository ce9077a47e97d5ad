//! What a parameter's value is, and who says so.
//!
//! In: a parameter and what is [`Given`]: what the reader typed, the alert, the object, the document. Out: a value with
//! its [`Origin`], nothing, or why a value is refused. Must not: take the name of one kind of object for another.
//!
//! The reader is always right. Then comes what the document declares, then the alert, if the page was opened from one,
//! then the object, and defaults last. A refused value does not make room for the next one: the reader is told.

use std::collections::BTreeMap;
use std::fmt;

use super::meaning::{Meaning, meaning as meaning_of};
use super::name::{key, squeezed};
use super::quote::{Refusal, check};

/// An object that a page is about, or what all its objects have in common: a field is absent where they differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TargetFields<'a> {
    /// The API group; empty for the core group.
    pub group: Option<&'a str>,
    /// The kind, such as `Deployment`.
    pub kind: Option<&'a str>,
    /// The namespace; absent for objects without one.
    pub namespace: Option<&'a str>,
    /// The name.
    pub name: Option<&'a str>,
}

/// A field of an object that a document may name as the source of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetField {
    /// Its kind.
    Kind,
    /// Its name.
    Name,
    /// Its namespace; for a Namespace, its name.
    Namespace,
}

/// A parameter that the document declares.
#[derive(Clone, Copy, Debug, Default)]
pub struct Declared<'a> {
    /// Its name, in any spelling.
    pub name: &'a str,
    /// The alert label that has its value.
    pub alert_label: Option<&'a str>,
    /// The field of the object that has its value.
    pub target_field: Option<TargetField>,
    /// The value if nothing else gives one.
    pub default: Option<&'a str>,
}

/// All that may give values. Empty values are no values.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// What the reader typed, by the name of the parameter in any spelling.
    pub reader: &'a BTreeMap<String, String>,
    /// The labels of the alert that led here; empty if none did.
    pub labels: &'a BTreeMap<String, String>,
    /// The object, if one is chosen.
    pub target: Option<TargetFields<'a>>,
    /// What all objects of the page have in common; read when none is chosen.
    pub shared: TargetFields<'a>,
    /// The document's own parameters.
    pub declared: &'a [Declared<'a>],
    /// The name of this cluster.
    pub cluster: Option<&'a str>,
}

/// No names and no values.
static NONE: BTreeMap<String, String> = BTreeMap::new();

impl Given<'static> {
    /// Nothing is known: no placeholder has a value.
    pub const NOTHING: Self = Self {
        reader: &NONE,
        labels: &NONE,
        target: None,
        shared: TargetFields {
            group: None,
            kind: None,
            namespace: None,
            name: None,
        },
        declared: &[],
        cluster: None,
    };
}

/// Who says what a value is. As text, it follows the value: `payments, from the alert label namespace`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The reader typed it.
    Reader,
    /// This label of the alert.
    AlertLabel(String),
    /// This object.
    Target {
        /// The object's kind.
        kind: String,
        /// The object's name.
        name: String,
    },
    /// All objects of the page.
    Shared,
    /// The name of this cluster.
    Cluster,
    /// The document declares it.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reader => f.write_str("typed"),
            Self::AlertLabel(label) => write!(f, "from the alert label {label}"),
            Self::Target { kind, name } => write!(f, "from {kind} {name}"),
            Self::Shared => f.write_str("the same for all objects of this page"),
            Self::Cluster => f.write_str("the name of this cluster"),
            Self::Default => f.write_str("the default of this document"),
        }
    }
}

/// A value and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The value: not empty, one line, at most [`super::quote::MAX_VALUE`] characters.
    pub value: String,
    /// Who says so.
    pub origin: Origin,
}

/// There is a value, and it is inserted nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Whose value it is.
    pub origin: Origin,
    /// Why it is refused.
    pub why: Refusal,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the value ({}) is not inserted: {}", self.origin, self.why)
    }
}

impl std::error::Error for Refused {}

/// The value of the parameter called `name`, which means `meaning`; `None` if nothing gives one.
pub fn bind(name: &str, meaning: Option<&Meaning>, given: &Given<'_>) -> Result<Option<Bound>, Refused> {
    let Some((value, origin)) = find(name, meaning, given) else {
        return Ok(None);
    };
    match check(value) {
        Ok(()) => Ok(Some(Bound {
            value: value.to_owned(),
            origin,
        })),
        Err(why) => Err(Refused { origin, why }),
    }
}

fn find<'a>(name: &str, meaning: Option<&Meaning>, given: &Given<'a>) -> Option<(&'a str, Origin)> {
    let given_key = key(name);
    let same = |other: &str| key(other) == given_key || (meaning.is_some() && meaning_of(other).as_ref() == meaning);

    let typed = || {
        let exact = given.reader.iter().find(|(other, _)| key(other) == given_key);
        let typed = exact.or_else(|| given.reader.iter().find(|(other, _)| same(other)));
        typed.and_then(|(_, value)| filled(value, Origin::Reader))
    };
    let exact = given.declared.iter().find(|declared| key(declared.name) == given_key);
    let declared = exact.or_else(|| given.declared.iter().find(|declared| same(declared.name)));

    typed()
        .or_else(|| label(given.labels, declared?.alert_label?))
        .or_else(|| field(given, declared?.target_field?))
        .or_else(|| of_alert(given.labels, name, meaning))
        .or_else(|| of_target(given, meaning?))
        .or_else(|| {
            let cluster = given.cluster.filter(|_| meaning == Some(&Meaning::Cluster));
            filled(cluster?, Origin::Cluster)
        })
        .or_else(|| filled(declared?.default?, Origin::Default))
}

fn filled(value: &str, origin: Origin) -> Option<(&str, Origin)> {
    (!value.is_empty()).then_some((value, origin))
}

/// Prometheus does not tell an empty label from an absent one.
fn label<'a>(labels: &'a BTreeMap<String, String>, name: &str) -> Option<(&'a str, Origin)> {
    filled(labels.get(name)?, Origin::AlertLabel(name.to_owned()))
}

/// The alert label of this meaning, or of this very name.
fn of_alert<'a>(
    labels: &'a BTreeMap<String, String>,
    name: &str,
    meaning: Option<&Meaning>,
) -> Option<(&'a str, Origin)> {
    if let Some(Meaning::Label(name)) = meaning {
        return label(labels, name);
    }
    let row = meaning.and_then(Meaning::row);
    let of_row = row.into_iter().flat_map(|row| row.labels);
    let by_meaning = of_row
        .filter(|name| !describes_the_exporter(name, labels))
        .find_map(|name| label(labels, name));
    by_meaning.or_else(|| {
        // `job` is what Prometheus scraped, and a Job is an object.
        if meaning == Some(&Meaning::Job) {
            return None;
        }
        let name = squeezed(name);
        let (exact, _) = labels
            .iter()
            .find(|(label, _)| squeezed(label) == name && !describes_the_exporter(label, labels))?;
        label(labels, exact)
    })
}

/// Prometheus adds labels of what it scraped. Where that is an exporter, which reports about other things, they name the
/// exporter's pod and not the pod in trouble.
fn describes_the_exporter(label: &str, labels: &BTreeMap<String, String>) -> bool {
    let names_exporter = |label: &str| {
        let value = labels.get(label).map_or("", String::as_str);
        value.contains("kube-state-metrics") || value.contains("exporter")
    };
    match label {
        "service" | "endpoint" => names_exporter("job"),
        // The address of a node exporter is that of the node.
        "instance" => labels.get("job").is_some_and(|job| job.contains("kube-state-metrics")),
        // A metric may have brought its own, which the exporter's do not replace.
        "pod" | "container" => names_exporter("job") && names_exporter("pod"),
        "namespace" => labels.get("job").is_some_and(|job| job.contains("node-exporter")),
        _ => false,
    }
}

/// The chosen object, or what all have in common, and what to call it.
fn object<'a>(given: &Given<'a>) -> (TargetFields<'a>, Origin) {
    let object = given.target.unwrap_or(given.shared);
    let origin = match (object.kind, object.name) {
        (Some(kind), Some(name)) => Origin::Target {
            kind: kind.to_owned(),
            name: name.to_owned(),
        },
        _ => Origin::Shared,
    };
    (object, origin)
}

fn field<'a>(given: &Given<'a>, field: TargetField) -> Option<(&'a str, Origin)> {
    let (object, origin) = object(given);
    let value = match field {
        TargetField::Kind => object.kind,
        TargetField::Name => object.name,
        TargetField::Namespace => match (object.group, object.kind) {
            (None | Some(""), Some("Namespace")) => object.name,
            _ => object.namespace,
        },
    };
    filled(value?, origin)
}

fn of_target<'a>(given: &Given<'a>, meaning: &Meaning) -> Option<(&'a str, Origin)> {
    match meaning {
        Meaning::Namespace => return field(given, TargetField::Namespace),
        Meaning::Kind => return field(given, TargetField::Kind),
        Meaning::Name | Meaning::Workload => return field(given, TargetField::Name),
        _ => {}
    }
    let (object, _) = object(given);
    let is_of = |(group, kind): &(&str, &str)| {
        object.kind == Some(kind) && object.group.is_none_or(|of_object| of_object == *group)
    };
    let row = meaning.row()?;
    row.kinds.iter().any(is_of).then(|| field(given, TargetField::Name))?
}

#[cfg(test)]
#[path = "bind_tests.rs"]
mod tests;
