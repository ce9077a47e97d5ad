//! A document as it was observed: decoded where it decodes, with the findings that say why where it does not.
//!
//! In: the JSON of a `Runbook` or `KnowledgeArticle`. Out: [`Document`]; decoding never fails.
//! Must not: look at other objects, or read the Markdown.

use std::sync::Arc;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::id::DocumentId;
use crate::api::{
    AlertRef, ArticleType, DocumentKind, DocumentSpec, DocumentStatus, KnowledgeArticleSpec, ParameterSpec, RunbookSpec,
};
use crate::finding::{At, Code, Finding};
use crate::schema;

/// A document as it was observed.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Which document.
    pub id: DocumentId,
    /// Its incarnation.
    pub uid: Arc<str>,
    /// Generation of the spec, counted by the API server; 0 outside a cluster.
    pub generation: i64,
    /// The version in which it was seen; empty outside a cluster.
    pub resource_version: Arc<str>,
    /// When it was created; decides who was first when two documents want one name.
    pub created: Option<Timestamp>,
    /// It is being deleted.
    pub deleting: bool,
    /// The spec, or as much of it as can be read: a field of the wrong type is absent here and a finding below.
    pub spec: DocumentSpec,
    /// Alerts of a runbook.
    pub alerts: Vec<AlertRef>,
    /// Parameters that a runbook declares.
    pub parameters: Vec<ParameterSpec>,
    /// Type of an article.
    pub article_type: Option<ArticleType>,
    /// The status as it stands in the cluster; `None` when there is none or when it does not decode.
    pub status: Option<DocumentStatus>,
    /// Size of the object as JSON, without status and server-kept metadata, in bytes.
    pub size: usize,
    /// What the schema says about it.
    pub findings: Vec<Finding>,
}

impl Document {
    /// Reads an object as an API server stored it. `None` when it has no name.
    pub fn stored(kind: DocumentKind, object: &Value) -> Option<Self> {
        Self::read(kind, object, schema::stored(kind, object))
    }

    /// Reads an object as somebody wrote it. `None` when it has no name.
    pub fn written(kind: DocumentKind, object: &Value) -> Option<Self> {
        Self::read(kind, object, schema::check(kind, object))
    }

    /// Fields that do not decode are left out one by one, so that what is good of a broken document is still shown.
    fn read(kind: DocumentKind, object: &Value, mut findings: Vec<Finding>) -> Option<Self> {
        let meta: ObjectMeta = object.get("metadata").and_then(lenient_object).unwrap_or_default();
        let spec_value = object
            .get("spec")
            .cloned()
            .unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        let (spec, alerts, parameters, article_type) = match kind {
            DocumentKind::Runbook => {
                let spec: RunbookSpec = lenient(spec_value, &mut findings);
                (spec.document, spec.alerts, spec.parameters, None)
            }
            DocumentKind::KnowledgeArticle => {
                let spec: KnowledgeArticleSpec = lenient(spec_value, &mut findings);
                (spec.document, Vec::new(), Vec::new(), spec.article_type)
            }
        };
        Some(Self {
            id: DocumentId::new(kind, meta.namespace.unwrap_or_default(), meta.name?),
            uid: meta.uid.unwrap_or_default().into(),
            generation: meta.generation.unwrap_or_default(),
            resource_version: meta.resource_version.unwrap_or_default().into(),
            created: meta.creation_timestamp.map(|time| time.0),
            deleting: meta.deletion_timestamp.is_some(),
            spec,
            alerts,
            parameters,
            article_type,
            status: object
                .get("status")
                .and_then(|status| serde_json::from_value(status.clone()).ok()),
            size: author_size(object),
            findings,
        })
    }

    /// The title that the spec gives, if any.
    pub fn title(&self) -> Option<&str> {
        self.spec.title.as_deref()
    }
}

/// Decodes a mapping, dropping the entries that stand in the way, each of which the schema check has named already.
fn lenient<T: DeserializeOwned + Default>(mut value: Value, findings: &mut Vec<Finding>) -> T {
    if let Ok(whole) = serde_json::from_value(value.clone()) {
        return whole;
    }
    let Some(map) = value.as_object_mut() else {
        return T::default();
    };
    let keys: Vec<String> = map.keys().cloned().collect();
    for key in keys {
        let Some((key, field)) = map.remove_entry(&key) else {
            continue;
        };
        let alone = Value::Object([(key.clone(), field.clone())].into_iter().collect());
        if serde_json::from_value::<T>(alone).is_ok() {
            map.insert(key, field);
        } else {
            let at = format!("spec.{key}");
            let named = |finding: &Finding| matches!(&finding.at, At::Field(path) if path.starts_with(&at));
            if !findings.iter().any(named) {
                let message = format!("spec.{key} cannot be read and is left out");
                findings.push(Finding::new(Code::WrongType, At::Field(at), message));
            }
        }
    }
    serde_json::from_value(value).unwrap_or_default()
}

/// Decodes metadata field by field: a wrong type in one must not hide the name.
fn lenient_object(value: &Value) -> Option<ObjectMeta> {
    if let Ok(meta) = serde_json::from_value(value.clone()) {
        return Some(meta);
    }
    let kept: serde_json::Map<String, Value> = value
        .as_object()?
        .iter()
        .filter(|(key, field)| {
            let alone = Value::Object([((*key).clone(), (*field).clone())].into_iter().collect());
            serde_json::from_value::<ObjectMeta>(alone).is_ok()
        })
        .map(|(key, field)| (key.clone(), field.clone()))
        .collect();
    serde_json::from_value(Value::Object(kept)).ok()
}

/// The bytes of what an author wrote, escaped as JSON: what client-side `kubectl apply` copies into an annotation.
fn author_size(object: &Value) -> usize {
    let part = |key: &str| object.get(key).map_or(0, JsonSize::of);
    let meta = |key: &str| object.pointer(key).map_or(0, JsonSize::of);
    // The copy is not copied again.
    let copied = meta("/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration");
    part("apiVersion")
        + part("kind")
        + part("spec")
        + meta("/metadata/labels")
        + (meta("/metadata/annotations") - copied)
        + meta("/metadata/name")
        + meta("/metadata/namespace")
        + 64
}

/// Counts the bytes of a JSON text as kubectl writes it, without keeping it.
struct JsonSize(usize);

impl JsonSize {
    fn of(value: &Value) -> usize {
        let mut size = Self(0);
        // Writing into a counter cannot fail.
        serde_json::to_writer(&mut size, value).map_or(0, |()| size.0)
    }
}

impl std::io::Write for JsonSize {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // kubectl writes these as \u003c and the like.
        let escaped = bytes.iter().filter(|byte| matches!(byte, b'<' | b'>' | b'&')).count();
        self.0 += bytes.len() + 5 * escaped;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
