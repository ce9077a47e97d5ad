//! The forms of the JSON answers. Their doc comments are the text of the OpenAPI description.
//!
//! In: the snapshot. Out: values to be written as JSON. Must not: hold what a page does not show.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::corpus::TargetId;
use crate::finding::{At, Finding};
use crate::publish::Snapshot;
use crate::serve::object::{address, resource_name};
use crate::serve::query::Asked;
use crate::serve::{App, document, search};
use crate::site::{Answers, Described, Page, Site};

/// Why a request was not answered.
#[derive(Serialize, JsonSchema)]
pub(in crate::serve) struct Failure {
    /// For people.
    pub(in crate::serve) message: String,
}

/// The namespaces that have documents or described objects.
#[derive(Serialize, JsonSchema)]
pub(in crate::serve) struct NamespaceList {
    /// Name of the cluster; empty when it has none.
    cluster: String,
    items: Vec<Namespace>,
}

/// A namespace.
#[derive(Serialize, JsonSchema)]
struct Namespace {
    name: String,
    /// How many documents it has.
    documents: usize,
    /// How many of its objects are described.
    objects: usize,
}

impl NamespaceList {
    pub(super) fn of(site: &Site) -> Self {
        let items = site.namespaces().map(|name| Namespace {
            name: name.to_string(),
            documents: site.pages_in(name).count(),
            objects: described_in(site, name).count(),
        });
        Self {
            cluster: site.settings().cluster_name.to_string(),
            items: items.collect(),
        }
    }
}

fn described_in<'s>(site: &'s Site, namespace: &str) -> impl Iterator<Item = &'s Described> {
    site.targets_in(namespace).filter(|target| !target.documents.is_empty())
}

/// The documents and described objects of a namespace.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::serve) struct DocumentList {
    /// Name of the cluster; empty when it has none.
    cluster: String,
    namespace: String,
    items: Vec<DocumentSummary>,
    /// Objects that documents describe.
    objects: Vec<ObjectReference>,
}

impl DocumentList {
    pub(super) fn of_namespace(site: &Site, namespace: &str) -> Option<Self> {
        let items: Vec<_> = site.pages_in(namespace).map(|page| DocumentSummary::of(page)).collect();
        let objects: Vec<_> = described_in(site, namespace)
            .map(|target| ObjectReference::of(site, &target.meta.id))
            .collect();
        (!items.is_empty() || !objects.is_empty()).then(|| Self {
            cluster: site.settings().cluster_name.to_string(),
            namespace: namespace.to_owned(),
            items,
            objects,
        })
    }
}

/// What lists show of a document.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::serve) struct DocumentSummary {
    /// `Runbook` or `KnowledgeArticle`.
    kind: &'static str,
    namespace: String,
    name: String,
    /// Address of its page, relative to the site.
    path: String,
    title: String,
    /// May be empty.
    summary: String,
    /// BCP 47 tag.
    language: String,
    /// The owning team.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    /// Reason of the condition `Ready`; `Published` when the page is as it is meant.
    ready: &'static str,
}

impl DocumentSummary {
    pub(in crate::serve) fn of(page: &Page) -> Self {
        let id = &page.document.id;
        Self {
            kind: id.kind.as_str(),
            namespace: id.namespace.to_string(),
            name: id.name.to_string(),
            path: document::path(id),
            title: page.title.to_string(),
            summary: page.summary.to_string(),
            language: page.language.to_string(),
            owner: page.document.spec.owner.as_ref().and_then(|owner| owner.team.clone()),
            ready: page.ready().reason(),
        }
    }
}

/// An object that documents describe.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::serve) struct ObjectReference {
    /// API group; empty for the core group.
    group: String,
    kind: String,
    /// Empty for cluster-scoped objects.
    namespace: String,
    name: String,
    /// Address of its page, relative to the site.
    path: String,
}

impl ObjectReference {
    pub(in crate::serve) fn of(site: &Site, id: &TargetId) -> Self {
        Self {
            group: id.kind.group.to_string(),
            kind: id.kind.kind.to_string(),
            namespace: id.namespace.to_string(),
            name: id.name.to_string(),
            path: address(site, id),
        }
    }
}

/// A document with all that its page shows.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::serve) struct Document {
    /// Since when the API server has not answered: the state is of that time. Absent while it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    stale_since: Option<String>,
    /// Name of the cluster; empty when it has none.
    cluster: String,
    #[serde(flatten)]
    summary: DocumentSummary,
    /// Digest of the Markdown, as `sha256:` and 64 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_digest: Option<String>,
    /// The spec without its content.
    #[schemars(with = "BTreeMap<String, Value>")]
    spec: Value,
    /// The objects it describes.
    targets: Vec<ObjectReference>,
    headings: Vec<Heading>,
    /// The placeholders of the content, in the order of their first use.
    parameters: Vec<Parameter>,
    /// The commands of the content, filled as far as their parameters are known. Never run one unread.
    commands: Vec<Command>,
    findings: Vec<JsonFinding>,
    /// The Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
}

/// A heading of the content.
#[derive(Serialize, JsonSchema)]
struct Heading {
    /// From 1 to 6.
    level: u8,
    text: String,
    /// Its fragment in the page.
    id: String,
}

/// A placeholder of the content.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Parameter {
    /// Its name as first written.
    name: String,
    /// How often it occurs.
    uses: usize,
    /// The value that it is filled with.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// Where the value comes from, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    /// Why a value that was given is not used.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

/// A command of the content.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Command {
    /// What to run, without prompts and output; several lines if it goes on.
    text: String,
    /// `read`, `change`, `destructive` or `unknown`.
    effect: &'static str,
    /// What it does, in a few words; may be empty.
    why: String,
    /// The heading it stands under.
    #[serde(skip_serializing_if = "Option::is_none")]
    heading: Option<String>,
    /// Names of parameters in it that have no value yet.
    unbound: Vec<String>,
}

/// Something that the checks say about a document.
#[derive(Serialize, JsonSchema)]
struct JsonFinding {
    /// Such as `KB0203`.
    code: &'static str,
    /// `error`, `warning` or `note`.
    severity: &'static str,
    /// `schema`, `object` or `cross`.
    tier: &'static str,
    at: Place,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

/// Where a finding is: a field of the object, or a place in its content.
#[derive(Serialize, JsonSchema, Default)]
struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
}

impl JsonFinding {
    fn of(finding: &Finding) -> Self {
        let at = match &finding.at {
            At::Field(path) | At::Key(path) => Place {
                field: Some(path.clone()),
                ..Place::default()
            },
            At::Content(span) => Place {
                line: Some(span.line),
                column: Some(span.column),
                ..Place::default()
            },
            At::Object | At::Text(_) => Place::default(),
        };
        Self {
            code: finding.code.id(),
            severity: finding.severity().as_str(),
            tier: finding.tier().as_str(),
            at,
            message: finding.message.clone(),
            help: finding.help.clone(),
        }
    }
}

impl Document {
    pub(in crate::serve) fn of(app: &App, site: &Site, page: &Page, asked: &Asked) -> Self {
        let filled = page.filled(&document::situation(site, page, asked));
        let parameters = filled.parameters.iter().map(|shown| Parameter {
            name: shown.parameter.name.clone(),
            uses: shown.parameter.uses,
            value: shown.bound.as_ref().map(|bound| bound.value.clone()),
            origin: shown.bound.as_ref().map(|bound| bound.origin.to_string()),
            refused: shown.refused.as_ref().map(ToString::to_string),
        });
        let commands = filled.commands.iter().map(|command| Command {
            text: command.text.clone(),
            effect: command.judgement.effect.as_str(),
            why: command.judgement.why.to_owned(),
            heading: command
                .heading
                .and_then(|index| page.facts.headings.get(index))
                .map(|heading| heading.text.clone()),
            unbound: command.unbound.clone(),
        });
        let headings = page.facts.headings.iter().map(|heading| Heading {
            level: heading.level,
            text: heading.text.clone(),
            id: heading.id.clone(),
        });
        let targets = page.attachment.targets.iter();
        Self {
            stale_since: app.stale().map(|(since, _)| since.to_string()),
            cluster: site.settings().cluster_name.to_string(),
            summary: DocumentSummary::of(page),
            content_digest: page.digest().map(str::to_owned),
            spec: spec(page),
            targets: targets.map(|target| ObjectReference::of(site, target)).collect(),
            headings: headings.collect(),
            parameters: parameters.collect(),
            commands: commands.collect(),
            findings: page.findings().into_iter().map(JsonFinding::of).collect(),
            content: page.markdown().map(str::to_owned),
        }
    }
}

/// The spec without its content, which stands beside it whatever it came from.
fn spec(page: &Page) -> Value {
    let document = &page.document;
    let mut spec = serde_json::to_value(&document.spec).unwrap_or_default();
    if let Some(fields) = spec.as_object_mut() {
        fields.remove("content");
        let mut add = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        if !document.alerts.is_empty() {
            add("alerts", serde_json::json!(document.alerts));
        }
        if !document.parameters.is_empty() {
            add("parameters", serde_json::json!(document.parameters));
        }
        if let Some(article_type) = document.article_type {
            add("type", serde_json::json!(article_type));
        }
    }
    spec
}

/// What is attached to an object.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::serve) struct Object {
    /// Name of the cluster; empty when it has none.
    cluster: String,
    #[serde(flatten)]
    reference: ObjectReference,
    /// Its resource, such as `deployments.apps`.
    resource: String,
    labels: BTreeMap<String, String>,
    /// In reading order: those that name the object first.
    documents: Vec<DocumentSummary>,
}

impl Object {
    pub(super) fn of(site: &Site, target: &Described) -> Self {
        let pages = target.documents.iter().filter_map(|by| site.page(&by.document));
        Self {
            cluster: site.settings().cluster_name.to_string(),
            reference: ObjectReference::of(site, &target.meta.id),
            resource: resource_name(site, &target.meta.id.kind),
            labels: target
                .meta
                .labels
                .iter()
                .map(|(key, value)| (key.to_string(), value.to_string()))
                .collect(),
            documents: pages.map(|page| DocumentSummary::of(page)).collect(),
        }
    }
}

/// The documents that answer an alert.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::serve) struct Alert {
    /// Name of the cluster; empty when it has none.
    cluster: String,
    /// As it was asked for.
    alert: String,
    /// Those to trust: of the alert's own namespace or of the shared ones. The first is the answer; more than one means
    /// that nothing tells them apart.
    trusted: Vec<DocumentSummary>,
    /// Those of other namespaces. Nothing vouches for them.
    others: Vec<DocumentSummary>,
}

impl Alert {
    pub(super) fn of(site: &Site, name: &str, answers: &Answers) -> Self {
        let summaries = |ids: &[_]| {
            let pages = ids.iter().filter_map(|id| site.page(id));
            pages.map(|page| DocumentSummary::of(page)).collect()
        };
        Self {
            cluster: site.settings().cluster_name.to_string(),
            alert: name.to_owned(),
            trusted: summaries(&answers.trusted),
            others: summaries(&answers.others),
        }
    }
}

/// What a search found.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::serve) struct SearchResults {
    /// Name of the cluster; empty when it has none.
    cluster: String,
    query: String,
    /// How many documents there are on all pages of results.
    total: usize,
    /// How many come before the first one here.
    offset: usize,
    items: Vec<SearchHit>,
    /// How many of the found documents have which value: by namespace, kind, owner, tag, audience, language, component.
    facets: BTreeMap<String, Vec<Count>>,
    /// How the query was read more generously because nothing fits it as it was typed.
    relaxed: Vec<Relaxed>,
}

/// A value and how many documents have it.
#[derive(Serialize, JsonSchema)]
struct Count {
    value: String,
    count: usize,
}

/// A part of a query that was read more generously.
#[derive(Serialize, JsonSchema)]
pub(in crate::serve) struct Relaxed {
    pub(in crate::serve) typed: String,
    /// `typo`: other words were searched; `prefix`: words that begin like it; `apart`: the words in any order; `some`:
    /// documents with some of the words.
    pub(in crate::serve) how: &'static str,
    /// The words that were searched instead of a typing error.
    pub(in crate::serve) used: Vec<String>,
}

/// A document that was found.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::serve) struct SearchHit {
    #[serde(flatten)]
    document: DocumentSummary,
    /// The title in pieces, so that what matches can be marked.
    title_pieces: Vec<Piece>,
    /// Where the text matches best, in pieces; may be empty.
    snippet: Vec<Piece>,
}

/// A piece of text.
#[derive(Serialize, JsonSchema)]
pub(in crate::serve) struct Piece {
    pub(in crate::serve) text: String,
    /// True for what was searched.
    pub(in crate::serve) marked: bool,
}

impl SearchResults {
    pub(super) fn of(site: &Snapshot, asked: &search::Asked) -> Self {
        let found = search::find(site, asked);
        let facets = found.facets.into_iter().map(|(facet, counts)| {
            let counts = counts.into_iter().map(|(value, count)| Count { value, count });
            (facet.to_owned(), counts.collect())
        });
        let items = found.hits.into_iter().map(|hit| SearchHit {
            document: DocumentSummary::of(&hit.page),
            title_pieces: hit.title,
            snippet: hit.snippet,
        });
        Self {
            cluster: site.settings().cluster_name.to_string(),
            query: asked.query.clone(),
            total: found.total,
            offset: asked.offset,
            items: items.collect(),
            facets: facets.collect(),
            relaxed: found.relaxed,
        }
    }
}
