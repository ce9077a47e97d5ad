//! The CustomResourceDefinitions: what `kubectl apply -f crds/` installs and what the offline schema check reads.
//!
//! In: the types of this module's siblings. Out: [`crd`] and [`object_schema`].
//! Must not: be edited by hand on disk; a test holds `crds/` equal to this generator.

use std::sync::LazyLock;

use kube::CustomResourceExt;
use serde_json::{Value, json};

use super::document::{DocumentKind, KnowledgeArticle, Runbook};

static RUNBOOK: LazyLock<Value> = LazyLock::new(|| complete(to_value(&Runbook::crd()), DocumentKind::Runbook));
static ARTICLE: LazyLock<Value> =
    LazyLock::new(|| complete(to_value(&KnowledgeArticle::crd()), DocumentKind::KnowledgeArticle));

/// The CustomResourceDefinition of a kind, as it is installed.
pub fn crd(kind: DocumentKind) -> &'static Value {
    match kind {
        DocumentKind::Runbook => &RUNBOOK,
        DocumentKind::KnowledgeArticle => &ARTICLE,
    }
}

/// The structural schema of a kind's objects: `spec` and `status`, without the metadata every object has.
pub fn object_schema(kind: DocumentKind) -> &'static Value {
    crd(kind)
        .pointer("/spec/versions/0/schema/openAPIV3Schema")
        .unwrap_or(&Value::Null)
}

fn to_value(crd: &impl serde::Serialize) -> Value {
    // A CustomResourceDefinition is plain data: its serialisation cannot fail.
    serde_json::to_value(crd).unwrap_or_default()
}

/// Adds what the derive macro cannot say: columns, selectable fields, the default of `status`.
fn complete(mut crd: Value, kind: DocumentKind) -> Value {
    let mut selectable = vec![".spec.component", ".spec.owner.team", ".spec.language"];
    if kind == DocumentKind::KnowledgeArticle {
        selectable.push(".spec.type");
    }
    if let Some(version) = crd.pointer_mut("/spec/versions/0").and_then(Value::as_object_mut) {
        version.insert("additionalPrinterColumns".into(), columns());
        let fields: Vec<Value> = selectable.into_iter().map(|path| json!({ "jsonPath": path })).collect();
        version.insert("selectableFields".into(), Value::Array(fields));
    }
    if let Some(status) = crd.pointer_mut("/spec/versions/0/schema/openAPIV3Schema/properties/status")
        && let Some(status) = status.as_object_mut()
    {
        // kstatus reads an object without this as Current, so a pipeline would go on before anybody looked at it.
        status.insert("default".into(), json!({ "observedGeneration": -1 }));
    }
    if let Some(schema) = crd.pointer_mut("/spec/versions/0/schema/openAPIV3Schema") {
        simplify(schema);
    }
    crd
}

/// Drops `nullable` (the API server then refuses `title:` without a value, which a template left empty or an author
/// forgot) and the generator's titles, and joins the lines of descriptions.
fn simplify(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    schema.remove("nullable");
    schema.remove("title");
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text
            .replace("\n\n", "\u{0}")
            .replace('\n', " ")
            .replace('\u{0}', "\n\n");
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get_mut(key) {
            simplify(inner);
        }
    }
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.values_mut().for_each(simplify);
    }
}

fn columns() -> Value {
    let ready = ".status.conditions[?(@.type==\"Ready\")]";
    json!([
        { "name": "Title", "type": "string", "jsonPath": ".status.title" },
        { "name": "Owner", "type": "string", "jsonPath": ".spec.owner.team" },
        { "name": "Targets", "type": "integer", "jsonPath": ".status.targets.matched" },
        { "name": "Ready", "type": "string", "jsonPath": format!("{ready}.status") },
        { "name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp" },
        { "name": "Findings", "type": "string", "priority": 1, "jsonPath": format!("{ready}.message") },
        { "name": "URL", "type": "string", "priority": 1, "jsonPath": ".status.url" },
    ])
}
