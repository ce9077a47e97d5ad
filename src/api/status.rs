//! What the operator writes back: the status of both kinds and its conditions as closed enums.
//!
//! In: nothing. Out: [`DocumentStatus`], [`Ready`], [`Attached`].
//! Must not: decide which condition holds (`plan`), read a clock, or grow a field that moves by itself.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the operator found out about a document. Bounded to 8 KiB.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DocumentStatus {
    /// The generation of the spec that this status speaks of; -1 until the operator has seen the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Title of the page, wherever it comes from: `spec.title`, front matter, first heading or name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub title: Option<String>,
    /// Ready, Attached and, only while they hold, Stalled and Reconciling.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]), length(max = 8))]
    pub conditions: Vec<Condition>,
    /// What the checks say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub findings: Option<FindingsSummary>,
    /// Which objects the document is attached to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targets: Option<TargetsSummary>,
    /// Digest of the Markdown that is served, as `sha256:` and 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 71))]
    pub content_digest: Option<String>,
    /// Address of the page; absent while the operator does not know the address of its site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2500))]
    pub url: Option<String>,
}

/// What the checks say, in numbers and a sample.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct FindingsSummary {
    /// Number of errors.
    pub errors: i32,
    /// Number of warnings.
    pub warnings: i32,
    /// The first findings, errors before warnings. All of them are on the page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10))]
    pub sample: Vec<FindingSample>,
}

/// One finding.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct FindingSample {
    /// Stable code; `kubectl runbook lint --explain CODE` says more.
    #[schemars(length(max = 6))]
    pub code: String,
    /// Where: a field such as `spec.appliesTo[0].name`, or `content:12` for line 12 of the Markdown.
    #[schemars(length(max = 128))]
    pub at: String,
    /// What is wrong.
    #[schemars(length(max = 256))]
    pub message: String,
}

/// The objects a document is attached to, in number and a sample.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct TargetsSummary {
    /// Number of objects the document describes.
    pub matched: i32,
    /// The first of them, as `kind.group/namespace/name`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10), inner(length(max = 400)))]
    pub sample: Vec<String>,
}

/// The state of the condition `Ready`, with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ready {
    /// True: the page is published.
    Published,
    /// False and Stalled: the spec breaks a rule.
    InvalidSpec,
    /// False and Stalled: the content breaks a rule.
    InvalidContent,
    /// False and Stalled: the content is too large.
    TooLarge,
    /// False and Reconciling: the ConfigMap is missing or its owner has not labelled it. The two cannot be told apart,
    /// as only labelled ConfigMaps are read.
    ContentNotLabelled,
    /// False and Reconciling: the ConfigMap has no such key.
    ContentKeyMissing,
}

impl Ready {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Published,
        Self::InvalidSpec,
        Self::InvalidContent,
        Self::TooLarge,
        Self::ContentNotLabelled,
        Self::ContentKeyMissing,
    ];

    /// The reason as it stands in the condition.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Published => "Published",
            Self::InvalidSpec => "InvalidSpec",
            Self::InvalidContent => "InvalidContent",
            Self::TooLarge => "TooLarge",
            Self::ContentNotLabelled => "ContentNotLabelled",
            Self::ContentKeyMissing => "ContentKeyMissing",
        }
    }

    /// True when the page is published.
    pub fn is_ready(self) -> bool {
        self == Self::Published
    }

    /// True when only an edit of the document helps: Stalled is then True and kstatus says Failed.
    pub fn is_stalled(self) -> bool {
        matches!(self, Self::InvalidSpec | Self::InvalidContent | Self::TooLarge)
    }
}

/// The state of the condition `Attached`, with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attached {
    /// True: every entry of `appliesTo` is attached to something.
    Attached,
    /// True: there is no `appliesTo`.
    NothingToAttach,
    /// False: nothing matches.
    TargetNotFound,
    /// False: a kind is not served or not configured.
    KindNotFound,
    /// False: a kind may not be watched.
    KindNotPermitted,
    /// False: some entries are attached and some are not.
    PartlyAttached,
    /// False: someone else keeps changing the annotation.
    Contested,
    /// False: the target or its namespace does not want annotations.
    OptedOut,
    /// Unknown: attaching is switched off.
    Disabled,
}

impl Attached {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Attached,
        Self::NothingToAttach,
        Self::TargetNotFound,
        Self::KindNotFound,
        Self::KindNotPermitted,
        Self::PartlyAttached,
        Self::Contested,
        Self::OptedOut,
        Self::Disabled,
    ];

    /// The reason as it stands in the condition.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Attached => "Attached",
            Self::NothingToAttach => "NothingToAttach",
            Self::TargetNotFound => "TargetNotFound",
            Self::KindNotFound => "KindNotFound",
            Self::KindNotPermitted => "KindNotPermitted",
            Self::PartlyAttached => "PartlyAttached",
            Self::Contested => "Contested",
            Self::OptedOut => "OptedOut",
            Self::Disabled => "Disabled",
        }
    }

    /// `True`, `False` or `Unknown`.
    pub fn status(self) -> &'static str {
        match self {
            Self::Attached | Self::NothingToAttach => "True",
            Self::Disabled => "Unknown",
            _ => "False",
        }
    }
}
