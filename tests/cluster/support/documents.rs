//! Documents and the objects they describe, as short to write as they are to read.
//!
//! In: names. Out: manifests as JSON, API paths, and what a status says.
//! Must not: share code with the operator: what a status means is said here a second time.

use std::time::Duration;

use serde_json::{Value, json};

use super::Test;
use super::wait::eventually;

/// Text that no rule has anything against.
pub const CONTENT: &str = "# Payments are down\n\n## Meaning\n\nNobody can pay for anything in the shop.\n\n\
    ## Diagnosis\n\nLook at the events of the workload.\n\n## Mitigation\n\nRestart the workload and wait.\n";

/// A runbook without a finding that describes these objects.
pub fn runbook(name: &str, applies_to: Value) -> Value {
    let mut document = json!({
        "apiVersion": "knowledge.scs.community/v1alpha1",
        "kind": "Runbook",
        "metadata": { "name": name },
        "spec": { "title": format!("About {name}"), "owner": { "team": "payments" }, "content": CONTENT },
    });
    document["spec"]["appliesTo"] = applies_to;
    document
}

/// An article without a finding that describes these objects.
pub fn article(name: &str, applies_to: Value) -> Value {
    let mut article = runbook(name, applies_to);
    article["kind"] = json!("KnowledgeArticle");
    article
}

/// An entry of `appliesTo` that names a Deployment.
pub fn deployment_named(name: &str) -> Value {
    json!({ "group": "apps", "kind": "Deployment", "name": name })
}

/// A Deployment whose one label beside its name is `app`.
pub fn deployment(name: &str, app: &str) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "name": name, "labels": { "app": app } },
        "spec": {
            "replicas": 1,
            "selector": { "matchLabels": { "name": name } },
            "template": {
                "metadata": { "labels": { "name": name } },
                "spec": { "containers": [{ "name": "main", "image": "registry.example.org/main:1" }] },
            },
        },
    })
}

/// The same object in another namespace.
pub fn within(namespace: &str, mut object: Value) -> Value {
    object["metadata"]["namespace"] = json!(namespace);
    object
}

impl Test {
    /// The path of a runbook in the namespace of the test.
    pub fn runbook_path(&self, name: &str) -> String {
        format!(
            "/apis/knowledge.scs.community/v1alpha1/namespaces/{}/runbooks/{name}",
            self.namespace
        )
    }

    /// The path of a Deployment in the namespace of the test.
    pub fn deployment_path(&self, name: &str) -> String {
        format!("/apis/apps/v1/namespaces/{}/deployments/{name}", self.namespace)
    }

    /// The annotation with the runbooks of a Deployment of the test.
    pub fn runbooks_of(&self, deployment: &str) -> Result<Option<String>, String> {
        self.annotation(&self.deployment_path(deployment), super::RUNBOOKS)
    }

    /// Waits until a Deployment carries exactly these runbooks.
    pub fn attached(&self, deployment: &str, runbooks: Option<&str>) {
        let what = format!("{deployment} to carry {runbooks:?}");
        eventually(&what, Duration::from_secs(5), || {
            super::wait::equal(self.runbooks_of(deployment)?.as_deref(), runbooks)
        });
    }

    /// Waits until a runbook's status speaks of its last edit and a condition has this reason. Returns the document.
    pub fn judged(&self, runbook: &str, condition: &str, reason: &str) -> Value {
        let path = self.runbook_path(runbook);
        eventually(
            &format!("{runbook} to be {condition}/{reason}"),
            Duration::from_secs(10),
            || {
                let document = self.read(&path)?;
                super::wait::equal(judgement(&document, condition).as_deref(), Some(reason))?;
                Ok(document)
            },
        )
    }
}

/// The reason of a condition, once the status speaks of the last edit.
pub fn judgement(document: &Value, condition: &str) -> Option<String> {
    let current = document["metadata"]["generation"] == document["status"]["observedGeneration"];
    let of_type = self::condition(document, condition)?;
    current.then(|| of_type["reason"].as_str().unwrap().to_owned())
}

/// A condition of a document.
pub fn condition<'d>(document: &'d Value, condition: &str) -> Option<&'d Value> {
    let conditions = document["status"]["conditions"].as_array()?;
    conditions.iter().find(|have| have["type"] == condition)
}
