//! The two kinds and the fields they share. The doc comments on fields are the published manual and the text of
//! `kubectl explain`.
//!
//! In: nothing. Out: [`Runbook`], [`KnowledgeArticle`] and what their specs are made of.
//! Must not: hold a field that does nothing, or a rule that a CEL rule cannot say (those are in `check`).

use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::parameter::ParameterSpec;
use super::status::DocumentStatus;
use super::target::Target;

/// A runbook: what to do when an alert fires or a workload misbehaves.
#[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[kube(
    group = "knowledge.scs.community",
    version = "v1alpha1",
    kind = "Runbook",
    plural = "runbooks",
    namespaced,
    status = "DocumentStatus",
    shortname = "rbk",
    category = "knowledge",
    derive = "PartialEq",
    doc = "A runbook: what an engineer on call does when an alert fires or a workload misbehaves. The operator checks it, attaches it to the workloads it describes and serves it as a page."
)]
#[serde(rename_all = "camelCase")]
#[x_kube(validation = Rule::new("has(self.content) != has(self.contentFrom)").message("a document has exactly one of content, contentFrom"))]
pub struct RunbookSpec {
    /// The fields that both kinds have.
    #[serde(flatten)]
    pub document: DocumentSpec,
    /// Alerts this runbook answers: the address `/runbooks/{component}/{alert}` leads to its page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100))]
    pub alerts: Vec<AlertRef>,
    /// Placeholders of the content that need more than their name to be filled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50))]
    pub parameters: Vec<ParameterSpec>,
}

/// A knowledge article: background that is read before or after an incident.
#[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[kube(
    group = "knowledge.scs.community",
    version = "v1alpha1",
    kind = "KnowledgeArticle",
    plural = "knowledgearticles",
    namespaced,
    status = "DocumentStatus",
    shortname = "kba",
    category = "knowledge",
    derive = "PartialEq",
    doc = "A knowledge article: a guide, concept, reference or postmortem about the workloads it describes. The operator checks it, attaches it and serves it as a page."
)]
#[serde(rename_all = "camelCase")]
#[x_kube(validation = Rule::new("has(self.content) != has(self.contentFrom)").message("a document has exactly one of content, contentFrom"))]
pub struct KnowledgeArticleSpec {
    /// The fields that both kinds have.
    #[serde(flatten)]
    pub document: DocumentSpec,
    /// What sort of article this is.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub article_type: Option<ArticleType>,
}

/// The fields that both kinds share.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct DocumentSpec {
    /// Title of the page. When absent, the `title` of the front matter, the first heading or the name is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    pub title: Option<String>,
    /// One or two sentences for lists and search results. When absent, the first paragraph is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1000))]
    pub summary: Option<String>,
    /// Language of the content as a BCP 47 tag such as `en` or `de-AT`. When absent, it is detected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 2, max = 35), regex(pattern = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"))]
    pub language: Option<String>,
    /// Who the document is written for. A filter for lists, not a permission: whoever may read the resource may read it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 3))]
    pub audience: Vec<Audience>,
    /// Words to find the document by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 30), inner(length(min = 1, max = 63)))]
    pub tags: Vec<String>,
    /// Component the document belongs to, such as `payments` or `etcd`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        length(min = 1, max = 63),
        regex(pattern = r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$")
    )]
    pub component: Option<String>,
    /// Who answers for the document and how to reach them. Shown at the end of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// The objects this document describes. It is attached to each of them as an annotation, so that `kubectl describe`
    /// shows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50))]
    pub applies_to: Vec<Target>,
    /// Other documents a reader may want next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50))]
    pub related: Vec<Related>,
    /// Former or additional names of this document within its namespace. A page opened by an alias redirects here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub aliases: Vec<Alias>,
    /// The document itself, in Markdown, at most 200,000 characters. Front matter (YAML between `---` lines) may stand
    /// at its beginning. Exactly one of `content` and `contentFrom` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200_000))]
    pub content: Option<String>,
    /// Takes the Markdown from a ConfigMap of the same namespace: for longer documents, and for documents that are kept
    /// as files and turned into ConfigMaps by a pipeline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_from: Option<ContentFrom>,
    /// Dialect of the Markdown. When absent or `Auto`, the constructs of every dialect are understood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// Where the document is maintained, for the edit link and the closing line of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Licence of the content as an SPDX expression, such as `Apache-2.0` or `CC-BY-SA-4.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100), regex(pattern = r"^[A-Za-z0-9.+() -]+$"))]
    pub license: Option<String>,
    /// Whose work the content is or builds on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub attribution: Vec<Attribution>,
}

/// A dialect of Markdown. All of them have tables, footnotes, task lists, struck text and a small part of HTML.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Every construct of the other dialects.
    #[default]
    Auto,
    /// No frames at all: what looks like one is text.
    CommonMark,
    /// Alerts such as `> [!NOTE]`.
    GitHub,
    /// Admonitions such as `:::note`, tabs and other components; imports and exports are dropped.
    Docusaurus,
    /// Admonitions such as `!!! note`, foldable ones and content tabs.
    MkDocs,
    /// Shortcodes such as `{{< hint >}}`, `{{< expand >}}`, `{{< ref >}}`.
    Hugo,
}

/// Who answers for a document.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Owner {
    /// Name of the team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100))]
    pub team: Option<String>,
    /// Ways to reach the team.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10))]
    pub contacts: Vec<Contact>,
}

/// One way to reach a team.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// What it is, such as `Chat`.
    #[schemars(length(min = 1, max = 100))]
    pub name: String,
    /// Address: `https://`, `http://`, `mailto:` or `tel:`.
    #[schemars(length(max = 2000), regex(pattern = r"^(https?://|mailto:|tel:).+"))]
    pub url: String,
}

/// Another document.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Related {
    /// Kind of the document.
    pub kind: DocumentKind,
    /// Namespace of the document; that of this document when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 63))]
    pub namespace: Option<String>,
    /// Name of the document.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
}

/// A further name of a document.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Alias {
    /// The name, in the form of a resource name: lower case letters, digits, `-` and `.`.
    #[schemars(length(min = 1, max = 253), regex(pattern = r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"))]
    pub name: String,
}

/// Where content comes from when it is not in the document itself.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct ContentFrom {
    /// A key of a ConfigMap in the namespace of the document. The ConfigMap must carry the label
    /// `knowledge.scs.community/content: "true"`: it is the consent of its owner to publish what is in it.
    pub config_map_key_ref: ConfigMapKeyRef,
}

/// A key of a ConfigMap.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct ConfigMapKeyRef {
    /// Name of the ConfigMap.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
    /// Key in its `data`. The value is Markdown, at most 1 MiB.
    #[schemars(length(min = 1, max = 253))]
    pub key: String,
}

/// Where a document is maintained.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// Address of the repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2000))]
    pub repository: Option<String>,
    /// Path of the file in the repository. Relative links of the content are resolved against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1000))]
    pub path: Option<String>,
    /// Revision of the file: a commit, tag or branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    pub revision: Option<String>,
    /// Address of the page on which the file can be edited.
    #[serde(default, rename = "editURL", skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2000), regex(pattern = "^https?://.+"))]
    pub edit_url: Option<String>,
    /// Address under which the document is published elsewhere. Links to it are resolved to this document.
    #[serde(default, rename = "publishedURL", skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2000), regex(pattern = "^https?://.+"))]
    pub published_url: Option<String>,
}

/// Whose work the content is or builds on.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Attribution {
    /// Name of the author or project.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// Address of the work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2000), regex(pattern = "^https?://.+"))]
    pub url: Option<String>,
}

/// An alert that a runbook answers.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct AlertRef {
    /// Name of the alert as in its rule, such as `PaymentsApiDown`.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// Labels the alert must carry for this runbook to be meant.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    #[schemars(schema_with = "alert_labels")]
    pub match_labels: std::collections::BTreeMap<String, String>,
}

/// The kinds of document.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// A knowledge article.
    KnowledgeArticle,
    /// A runbook.
    Runbook,
}

/// Who a document is written for.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Who runs the platform.
    Operator,
    /// Who develops what runs on it.
    Developer,
    /// Who uses it.
    User,
}

/// What sort of article a knowledge article is.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArticleType {
    /// How to do something.
    Guide,
    /// How to find and mend a fault.
    Troubleshooting,
    /// How something works.
    Concept,
    /// Facts to look up.
    Reference,
    /// Questions and answers.
    Faq,
    /// What everybody must know or do now.
    Advisory,
    /// What happened and what was learned.
    Postmortem,
    /// What was decided and why.
    Decision,
}

fn alert_labels(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "object",
        "additionalProperties": { "type": "string", "maxLength": 1024 },
        "maxProperties": 20,
    })
}

impl DocumentKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::KnowledgeArticle, Self::Runbook];

    /// The kind as it stands in a manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Runbook => "Runbook",
            Self::KnowledgeArticle => "KnowledgeArticle",
        }
    }

    /// The resource name in API paths.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Runbook => "runbooks",
            Self::KnowledgeArticle => "knowledgearticles",
        }
    }

    /// The segment of page addresses: `runbooks` or `articles`.
    pub fn segment(self) -> &'static str {
        match self {
            Self::Runbook => "runbooks",
            Self::KnowledgeArticle => "articles",
        }
    }

    /// The kind with this name in a manifest.
    pub fn parse(kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == kind)
    }

    /// The kind with this segment in page addresses.
    pub fn from_segment(segment: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.segment() == segment)
    }
}

impl ArticleType {
    /// The type as it stands in a manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Guide => "Guide",
            Self::Troubleshooting => "Troubleshooting",
            Self::Concept => "Concept",
            Self::Reference => "Reference",
            Self::Faq => "Faq",
            Self::Advisory => "Advisory",
            Self::Postmortem => "Postmortem",
            Self::Decision => "Decision",
        }
    }
}

impl Audience {
    /// The audience as it stands in a manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "Operator",
            Self::Developer => "Developer",
            Self::User => "User",
        }
    }
}
