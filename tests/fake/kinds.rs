//! The kinds the fake API server knows, and its discovery documents.

use serde_json::{Value, json};

/// One kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub group: &'static str,
    pub version: &'static str,
    pub plural: &'static str,
    pub kind: &'static str,
    pub namespaced: bool,
    /// It has a status of its own, so that the rest of it has a generation.
    pub status: bool,
}

const fn row(
    group: &'static str,
    version: &'static str,
    plural: &'static str,
    kind: &'static str,
    namespaced: bool,
    status: bool,
) -> Row {
    Row {
        group,
        version,
        plural,
        kind,
        namespaced,
        status,
    }
}

/// Every kind.
pub const ROWS: [Row; 17] = [
    row("", "v1", "configmaps", "ConfigMap", true, false),
    row("", "v1", "namespaces", "Namespace", false, true),
    row("", "v1", "nodes", "Node", false, true),
    row("", "v1", "pods", "Pod", true, true),
    row("", "v1", "secrets", "Secret", true, false),
    row("", "v1", "services", "Service", true, true),
    row("apps", "v1", "deployments", "Deployment", true, true),
    row("apps", "v1", "statefulsets", "StatefulSet", true, true),
    row("networking.k8s.io", "v1", "ingresses", "Ingress", true, true),
    row("coordination.k8s.io", "v1", "leases", "Lease", true, false),
    row("events.k8s.io", "v1", "events", "Event", true, false),
    row(
        "apiextensions.k8s.io",
        "v1",
        "customresourcedefinitions",
        "CustomResourceDefinition",
        false,
        true,
    ),
    row("apiregistration.k8s.io", "v1", "apiservices", "APIService", false, true),
    row(
        "admissionregistration.k8s.io",
        "v1",
        "validatingwebhookconfigurations",
        "ValidatingWebhookConfiguration",
        false,
        false,
    ),
    row("cluster.x-k8s.io", "v1beta1", "clusters", "Cluster", true, true),
    row("knowledge.scs.community", "v1alpha1", "runbooks", "Runbook", true, true),
    row(
        "knowledge.scs.community",
        "v1alpha1",
        "knowledgearticles",
        "KnowledgeArticle",
        true,
        true,
    ),
];

impl Row {
    /// The row of a resource.
    pub fn of(group: &str, plural: &str) -> Option<&'static Self> {
        ROWS.iter().find(|row| row.group == group && row.plural == plural)
    }

    /// The row of an object, by its own words.
    pub fn of_object(object: &Value) -> Option<&'static Self> {
        let version = object["apiVersion"].as_str()?;
        let group = version.split_once('/').map_or("", |(group, _)| group);
        let kind = object["kind"].as_str()?;
        ROWS.iter().find(|row| row.group == group && row.kind == kind)
    }

    /// `apps/v1`, or `v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_owned()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }
}

/// The aggregated discovery document of `/api` or `/apis`.
pub fn discovery<'a>(core: bool, served: impl Fn(&str) -> bool + 'a) -> Value {
    let mut items: Vec<Value> = Vec::new();
    for row in ROWS
        .iter()
        .filter(|row| row.group.is_empty() == core && served(row.plural))
    {
        let resource = json!({
            "resource": row.plural,
            "responseKind": { "group": row.group, "version": row.version, "kind": row.kind },
            "scope": if row.namespaced { "Namespaced" } else { "Cluster" },
            "singularResource": row.kind.to_lowercase(),
            "verbs": ["create", "delete", "get", "list", "patch", "update", "watch"],
        });
        match items.iter_mut().find(|item| item["metadata"]["name"] == row.group) {
            Some(item) => item["versions"][0]["resources"].as_array_mut().unwrap().push(resource),
            None => items.push(json!({
                "metadata": { "name": row.group },
                "versions": [{ "version": row.version, "resources": [resource], "freshness": "Current" }],
            })),
        }
    }
    json!({ "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items })
}
