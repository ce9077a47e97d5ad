//! What a document describes: the `appliesTo` entries of both kinds.
//!
//! In: nothing. Out: [`Target`] and [`Selector`], whose doc comments are the published manual.
//! Must not: decide whether a target may be reached (`check`) or which objects it matches (`corpus`).

use std::collections::BTreeMap;

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The objects a document describes, named in exactly one way: `name`, `selector` or `all`.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("[has(self.name), has(self.selector), has(self.all)].filter(given, given).size() == 1")
        .message("a target needs exactly one of name, selector, all"),
    validation = Rule::new("!(has(self.namespace) && has(self.namespaceSelector))")
        .message("a target has at most one of namespace, namespaceSelector")
)]
pub struct Target {
    /// API group of the kind, such as `apps`. Empty or absent for the core group. The version does not matter: the
    /// object is the same whichever version it is read in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = 253))]
    pub group: String,
    /// Kind of the objects, such as `Deployment`. Which kinds may be described is configured in the operator; Pods and
    /// ReplicaSets cannot, describe the workload that owns them.
    #[schemars(length(min = 1, max = 63))]
    pub kind: String,
    /// Name of one object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    pub name: Option<String>,
    /// Selects objects by their labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[x_kube(validation = Rule::new("(has(self.matchLabels) && size(self.matchLabels) > 0) || (has(self.matchExpressions) && size(self.matchExpressions) > 0)")
        .message("a selector needs at least one requirement; all: true selects every object"))]
    pub selector: Option<Selector>,
    /// `true` describes every object of the kind within reach. The only allowed value is `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[x_kube(validation = Rule::new("self").message("all is true or absent"))]
    pub all: Option<bool>,
    /// Namespace of the objects. Only a document in a shared namespace may name another namespace than its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 63))]
    pub namespace: Option<String>,
    /// Selects namespaces by their labels; `{}` selects all. Only for documents in a shared namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace_selector: Option<Selector>,
}

/// Selects objects by label, with the meaning of the Kubernetes label selector: all requirements must hold.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Selector {
    /// Labels the object must carry with exactly these values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 20), schema_with = "label_map")]
    pub match_labels: BTreeMap<String, String>,
    /// Requirements beyond equality.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub match_expressions: Vec<Requirement>,
}

/// One requirement on a label.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("self.operator in ['In', 'NotIn'] ? has(self.values) && size(self.values) > 0 : !has(self.values) || size(self.values) == 0")
        .message("In and NotIn need values; Exists and DoesNotExist take none")
)]
pub struct Requirement {
    /// Key of the label.
    #[schemars(length(min = 1, max = 317))]
    pub key: String,
    /// How the value of the label relates to `values`.
    pub operator: Operator,
    /// The values for `In` and `NotIn`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50), inner(length(max = 63)))]
    pub values: Vec<String>,
}

/// Operator of a label requirement.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The label is there and its value is one of `values`.
    In,
    /// The label is absent or its value is none of `values`.
    NotIn,
    /// The label is there.
    Exists,
    /// The label is absent.
    DoesNotExist,
}

/// `map[string]string` whose values are bounded like label values, so that no CEL rule walks over unbounded data.
fn label_map(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "object",
        "additionalProperties": { "type": "string", "maxLength": 63 },
        "maxProperties": 20,
    })
}

impl Selector {
    /// True when the selector has no requirement at all, so that it matches everything.
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.match_expressions.is_empty()
    }

    /// Whether an object is selected whose label values `label` tells, by the rules of the Kubernetes label selector.
    pub fn matches<'a>(&self, label: impl Fn(&str) -> Option<&'a str> + Copy) -> bool {
        self.match_labels.iter().all(|(key, value)| label(key) == Some(value))
            && self
                .match_expressions
                .iter()
                .all(|requirement| requirement.holds(label))
    }
}

impl Requirement {
    fn holds<'a>(&self, label: impl Fn(&str) -> Option<&'a str>) -> bool {
        let value = label(&self.key);
        let listed = |value: &str| self.values.iter().any(|wanted| wanted == value);
        match self.operator {
            Operator::In => value.is_some_and(listed),
            Operator::NotIn => !value.is_some_and(listed),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }
}
