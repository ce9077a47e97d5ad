//! The parameters that a runbook declares.
//!
//! In: nothing. Out: [`ParameterSpec`]. Must not: hold a value; values come from the alert, the object or the reader.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A placeholder of the runbook, said more exactly than its name can.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct ParameterSpec {
    /// Its name as the content has it, without the marks around it: `NAMESPACE` for `$NAMESPACE` or `<namespace>`. Letter
    /// case, `-`, `_` and blanks make no difference.
    #[schemars(length(min = 1, max = 63), regex(pattern = r"^[^\s<>{}$]([^<>{}$]*[^\s<>{}$])?$"))]
    pub name: String,
    /// What it stands for, shown beside its field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 300))]
    pub description: Option<String>,
    /// Where its value comes from. When absent, the name decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ParameterSource>,
    /// The value when nothing else gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    pub default: Option<String>,
    /// A value such as a reader would type, shown in the empty field. It is never used as a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    pub example: Option<String>,
}

/// Where the value of a parameter comes from.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
#[x_kube(validation = Rule::new("has(self.alertLabel) || has(self.targetField)").message("a source needs at least one of alertLabel, targetField"))]
pub struct ParameterSource {
    /// A label of the alert that the page was opened from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100), regex(pattern = r"^[a-zA-Z_][a-zA-Z0-9_]*$"))]
    pub alert_label: Option<String>,
    /// A field of the object that the page is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_field: Option<TargetField>,
}

/// A field of an object.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetField {
    /// Its name.
    #[serde(rename = "name")]
    Name,
    /// Its namespace.
    #[serde(rename = "namespace")]
    Namespace,
    /// Its kind.
    #[serde(rename = "kind")]
    Kind,
}
