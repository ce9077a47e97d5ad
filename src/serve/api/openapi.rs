//! The description of the JSON answers in OpenAPI 3.1.
//!
//! In: the table of paths and the types of `model`. Out: the document. Must not: describe a path that is not served; a
//! test asks for each.

use std::sync::LazyLock;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::model::{Alert, Document, DocumentList, Failure, NamespaceList, Object, SearchResults};

/// A parameter of a path: where it stands, its name, what it says.
type Input = (&'static str, &'static str, &'static str);

struct Operation {
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    inputs: &'static [Input],
    answer: fn(&mut SchemaGenerator) -> schemars::Schema,
}

const NAMESPACE: Input = ("path", "namespace", "Name of a namespace.");
const RESOURCE: Input = (
    "path",
    "resource",
    "Plural of a resource with its group, such as `deployments.apps`; a bare plural or kind where only one is meant.",
);
const LABELS: Input = (
    "query",
    "labels",
    "Labels of an alert, each as a parameter of its own name, such as `namespace=payments`. Names with a dot are \
     reserved: `set.NAME` gives a parameter of the document a value, `page.target` says which object the page is about, \
     as `deployments.apps/payments/payments-api`.",
);

const OPERATIONS: &[Operation] = &[
    Operation {
        path: "/namespaces",
        id: "listNamespaces",
        summary: "The namespaces that have documents or described objects.",
        inputs: &[],
        answer: SchemaGenerator::subschema_for::<NamespaceList>,
    },
    Operation {
        path: "/namespaces/{namespace}",
        id: "listDocuments",
        summary: "The documents and described objects of a namespace.",
        inputs: &[NAMESPACE],
        answer: SchemaGenerator::subschema_for::<DocumentList>,
    },
    Operation {
        path: "/namespaces/{namespace}/{kind}/{name}",
        id: "readDocument",
        summary: "A document, its commands filled with what the query gives.",
        inputs: &[
            NAMESPACE,
            ("path", "kind", "`runbooks` or `articles`."),
            ("path", "name", "Name or alias of the document."),
            LABELS,
        ],
        answer: SchemaGenerator::subschema_for::<Document>,
    },
    Operation {
        path: "/namespaces/{namespace}/objects/{resource}/{name}",
        id: "readObject",
        summary: "What is attached to an object of a namespace.",
        inputs: &[NAMESPACE, RESOURCE, ("path", "name", "Name of the object.")],
        answer: SchemaGenerator::subschema_for::<Object>,
    },
    Operation {
        path: "/objects/{resource}/{name}",
        id: "readClusterObject",
        summary: "What is attached to a cluster-scoped object.",
        inputs: &[RESOURCE, ("path", "name", "Name of the object.")],
        answer: SchemaGenerator::subschema_for::<Object>,
    },
    Operation {
        path: "/runbooks/{alert}",
        id: "findAlert",
        summary: "The documents that answer an alert.",
        inputs: &[("path", "alert", "Name of the alert, in any letter case."), LABELS],
        answer: SchemaGenerator::subschema_for::<Alert>,
    },
    Operation {
        path: "/runbooks/{component}/{alert}",
        id: "findAlertOfComponent",
        summary: "The documents that answer an alert of a component.",
        inputs: &[
            ("path", "component", "The component, in any letter case."),
            ("path", "alert", "Name of the alert, in any letter case."),
            LABELS,
        ],
        answer: SchemaGenerator::subschema_for::<Alert>,
    },
    Operation {
        path: "/search",
        id: "search",
        summary: "Full-text search.",
        inputs: &[
            (
                "query",
                "q",
                "Words, \"phrases\", -exclusions and field:value filters; at most 512 characters.",
            ),
            (
                "query",
                "namespace",
                "Only documents of this namespace. The filters may be repeated.",
            ),
            ("query", "kind", "Only `Runbook` or `KnowledgeArticle`."),
            ("query", "owner", "Only documents of this team."),
            ("query", "tag", "Only documents with this tag."),
            (
                "query",
                "audience",
                "Only documents for `Operator`, `Developer` or `User`.",
            ),
            ("query", "language", "Only documents in this language."),
            ("query", "component", "Only documents of this component."),
            ("query", "offset", "How many results to leave out; 0 when absent."),
        ],
        answer: SchemaGenerator::subschema_for::<SearchResults>,
    },
];

/// The whole description.
pub(super) fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(build);
    &DOCUMENT
}

fn build() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let failure = generator.subschema_for::<Failure>();
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let answer = (operation.answer)(&mut generator);
        let inputs = operation.inputs.iter().map(|input| parameter(*input));
        let get = json!({
            "operationId": operation.id,
            "summary": operation.summary,
            "parameters": inputs.collect::<Vec<_>>(),
            "responses": {
                "200": { "description": "Found.", "content": { "application/json": { "schema": answer } } },
                "404": { "description": "There is no such thing here.", "content": { "application/json": { "schema": failure } } },
                "503": { "description": "The operator is still reading the cluster.", "content": { "application/json": { "schema": failure } } },
            },
        });
        paths.insert(operation.path.to_owned(), json!({ "get": get }));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "SCS Knowledge Operator",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every page of the site as JSON: put this base before its address.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        // Relative to this document, so that it holds behind any prefix.
        "servers": [{ "url": "." }],
        "paths": paths,
        "components": { "schemas": generator.take_definitions(true) },
    })
}

fn parameter((place, name, description): Input) -> Value {
    if name == "labels" {
        return json!({
            "name": name, "in": place, "description": description, "style": "form", "explode": true,
            "schema": { "type": "object", "additionalProperties": { "type": "string" } },
        });
    }
    let repeated = place == "query" && !matches!(name, "q" | "offset");
    let schema = match name {
        "offset" => json!({ "type": "integer", "minimum": 0 }),
        _ if repeated => json!({ "type": "array", "items": { "type": "string" } }),
        _ => json!({ "type": "string" }),
    };
    json!({ "name": name, "in": place, "description": description, "required": place == "path", "schema": schema })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_placeholder_of_a_path_is_described_and_every_reference_leads_somewhere() {
        let document = document();
        for operation in OPERATIONS {
            let named: Vec<String> = operation
                .inputs
                .iter()
                .filter(|(place, ..)| *place == "path")
                .map(|(_, name, _)| format!("{{{name}}}"))
                .collect();
            let placeholders: Vec<&str> = operation.path.split('/').filter(|part| part.starts_with('{')).collect();
            assert_eq!(placeholders, named, "{}", operation.path);
        }
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"").skip(1) {
            let reference = reference.split('"').next().unwrap();
            assert!(
                document.pointer(reference.strip_prefix('#').unwrap()).is_some(),
                "{reference}"
            );
        }
    }
}
