//! Requests that a real API server and the fake one must answer alike.
//!
//! In: a client of either and a namespace of its own. Out: a line for each request: the code, the reason of a refusal,
//! and what became of the object. Must not: look at what no client of ours looks at.

use axum::http::Request;
use http_body_util::BodyExt;
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};

const APPLY: &str = "application/apply-patch+yaml";
const MERGE: &str = "application/merge-patch+json";
const OURS: &str = "/apis/knowledge.scs.community/v1alpha1";
const METADATA: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

const METADATA_LIST: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/// Sends the table and returns what was answered.
pub async fn answers(client: &Client, namespace: &str) -> Vec<String> {
    let mut asked = Asked {
        client,
        namespace,
        lines: Vec::new(),
        versions: Vec::new(),
    };
    asked.table().await;
    asked.lines
}

struct Asked<'a> {
    client: &'a Client,
    namespace: &'a str,
    lines: Vec<String>,
    /// The versions of the object in the order in which they were seen.
    versions: Vec<String>,
}

impl Asked<'_> {
    async fn send(&mut self, what: &str, method: &str, path: &str, media_type: &str, body: &Value) -> Value {
        let path = path.replace("{ns}", self.namespace);
        let body = if body.is_null() {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        let accept = match what {
            "list metadata only" => METADATA_LIST,
            "get metadata only" => METADATA,
            _ => "application/json",
        };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", media_type)
            .header("accept", accept)
            .body(Body::from(body))
            .unwrap();
        let answer = self.client.send(request).await.unwrap();
        let code = answer.status().as_u16();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        let value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let seen = self.seen(code, &value);
        self.lines.push(format!("{what}: {code} {seen}"));
        value
    }

    /// What a client of ours looks at.
    fn seen(&mut self, code: u16, value: &Value) -> String {
        if code >= 400 {
            let field = value["details"]["causes"][0]["field"].as_str().unwrap_or_default();
            return format!(
                "{} {}",
                value["reason"].as_str().unwrap_or_default(),
                if code == 422 { field } else { "" }
            );
        }
        if let Some(items) = value["items"].as_array() {
            let names: Vec<String> = items.iter().map(|item| item["metadata"]["name"].to_string()).collect();
            let more = value["metadata"]["continue"]
                .as_str()
                .is_some_and(|token| !token.is_empty());
            return format!("{} {} more: {more}", value["kind"], names.join(","));
        }
        let version = value["metadata"]["resourceVersion"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let at = self
            .versions
            .iter()
            .position(|have| *have == version)
            .unwrap_or_else(|| {
                self.versions.push(version);
                self.versions.len() - 1
            });
        let meta = &value["metadata"];
        let mut spec = value["spec"].clone();
        if value["kind"] == "Deployment" {
            // Defaults are a real API server's own business.
            spec = json!({ "replicas": spec["replicas"] });
        }
        if value["kind"] == "Lease" {
            spec = json!({ "holder": spec["holderIdentity"] });
        }
        let status = if value["kind"] == "Deployment" {
            Value::Null
        } else {
            sorted(&value["status"])
        };
        let spec = sorted(&spec);
        format!(
            "version {at} generation {} labels {} annotations {} spec {spec} status {status} data {}",
            meta["generation"], meta["labels"], meta["annotations"], value["data"]
        )
    }

    async fn table(&mut self) {
        let books = format!("{OURS}/namespaces/{{ns}}/runbooks");
        let book = format!("{books}/one");
        let object = json!({
            "apiVersion": "knowledge.scs.community/v1alpha1",
            "kind": "Runbook",
            "metadata": { "name": "one", "labels": { "a": "b" } },
            "spec": { "content": "Text." },
        });
        let by = |path: &str, manager: &str, force: bool| format!("{path}?fieldManager={manager}&force={force}");
        let spec = |spec: Value| json!({ "apiVersion": object["apiVersion"], "kind": "Runbook", "metadata": { "name": "one" }, "spec": spec });
        let none = Value::Null;
        let json_ = "application/json";
        self.send("create", "POST", &format!("{books}?fieldManager=admin"), json_, &object)
            .await;
        self.send("create again", "POST", &books, json_, &object).await;
        let first = self.send("get", "GET", &book, json_, &none).await;
        self.send("get metadata only", "GET", &book, json_, &none).await;
        self.send("get what is not there", "GET", &format!("{books}/two"), json_, &none)
            .await;
        self.send(
            "a path that is not there",
            "GET",
            "/apis/knowledge.scs.community/v1alpha1/namespaces/{ns}/books",
            json_,
            &none,
        )
        .await;
        self.send(
            "apply a field",
            "PATCH",
            &by(&book, "a", false),
            APPLY,
            &spec(json!({ "title": "A" })),
        )
        .await;
        self.send(
            "apply the same again",
            "PATCH",
            &by(&book, "a", false),
            APPLY,
            &spec(json!({ "title": "A" })),
        )
        .await;
        self.send(
            "apply against its owner",
            "PATCH",
            &by(&book, "b", false),
            APPLY,
            &spec(json!({ "title": "B" })),
        )
        .await;
        self.send(
            "apply against its owner by force",
            "PATCH",
            &by(&book, "b", true),
            APPLY,
            &spec(json!({ "title": "B", "summary": "S" })),
        )
        .await;
        self.send(
            "apply what somebody else owns and I no more",
            "PATCH",
            &by(&book, "a", false),
            APPLY,
            &spec(json!({ "title": "B" })),
        )
        .await;
        self.send(
            "apply less",
            "PATCH",
            &by(&book, "b", true),
            APPLY,
            &spec(json!({ "title": "B" })),
        )
        .await;
        self.send(
            "apply nothing while another owns it too",
            "PATCH",
            &by(&book, "b", true),
            APPLY,
            &spec(json!({})),
        )
        .await;
        self.send(
            "apply nothing as the last owner",
            "PATCH",
            &by(&book, "a", true),
            APPLY,
            &spec(json!({})),
        )
        .await;
        let status = format!("{book}/status");
        let condition = |kind: &str, reason: &str| json!({ "type": kind, "status": "True", "reason": reason, "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z" });
        let conditions = |conditions: Value| json!({ "apiVersion": object["apiVersion"], "kind": "Runbook", "metadata": { "name": "one" }, "status": { "observedGeneration": 1, "conditions": conditions } });
        let two = conditions(json!([condition("Ready", "Published"), condition("Stalled", "X")]));
        self.send("apply a status", "PATCH", &by(&status, "s", true), APPLY, &two)
            .await;
        self.send("apply the same status", "PATCH", &by(&status, "s", true), APPLY, &two)
            .await;
        self.send(
            "apply another's condition",
            "PATCH",
            &by(&status, "t", true),
            APPLY,
            &conditions(json!([condition("Reviewed", "Y")])),
        )
        .await;
        self.send(
            "apply fewer conditions",
            "PATCH",
            &by(&status, "s", true),
            APPLY,
            &conditions(json!([condition("Ready", "Changed")])),
        )
        .await;
        let beside = json!({ "status": { "url": "https://x" }, "spec": { "title": "not through the status" }, "metadata": { "labels": { "c": "d" } } });
        self.send("patch the status and more", "PATCH", &status, MERGE, &beside)
            .await;
        self.send(
            "patch the spec and the status",
            "PATCH",
            &book,
            MERGE,
            &json!({ "spec": { "title": "T" }, "status": { "url": "https://y" } }),
        )
        .await;
        self.send(
            "patch an annotation",
            "PATCH",
            &book,
            MERGE,
            &json!({ "metadata": { "annotations": { "k": "v" } } }),
        )
        .await;
        self.send(
            "patch nothing new",
            "PATCH",
            &book,
            MERGE,
            &json!({ "metadata": { "annotations": { "k": "v" } } }),
        )
        .await;
        self.send(
            "patch an annotation away",
            "PATCH",
            &book,
            MERGE,
            &json!({ "metadata": { "annotations": { "k": null } } }),
        )
        .await;
        let old = json!({ "metadata": { "resourceVersion": first["metadata"]["resourceVersion"], "labels": { "late": "yes" } } });
        self.send("patch an old version", "PATCH", &book, MERGE, &old).await;
        self.send(
            "patch what is not there",
            "PATCH",
            &format!("{books}/two"),
            MERGE,
            &json!({ "spec": { "title": "T" } }),
        )
        .await;
        self.send("apply the status of what is not there", "PATCH", &by(&format!("{books}/two/status"), "s", true), APPLY, &json!({ "apiVersion": object["apiVersion"], "kind": "Runbook", "metadata": { "name": "two" }, "status": {} })).await;
        let uid = |uid: &str, name: &str| json!({ "apiVersion": object["apiVersion"], "kind": "Runbook", "metadata": { "name": name, "uid": uid, "annotations": { "k": "w" } } });
        let other = "00000000-0000-4000-8000-00000000ffff";
        self.send(
            "apply with the uid of another",
            "PATCH",
            &by(&book, "a", true),
            APPLY,
            &uid(other, "one"),
        )
        .await;
        self.send(
            "apply with a uid where nothing is",
            "PATCH",
            &by(&format!("{books}/two"), "a", true),
            APPLY,
            &uid(other, "two"),
        )
        .await;
        self.send(
            "patch with the uid of another",
            "PATCH",
            &book,
            MERGE,
            &json!({ "metadata": { "uid": other, "annotations": { "k": "w" } } }),
        )
        .await;
        let own = first["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
        self.send(
            "apply with its own uid",
            "PATCH",
            &by(&book, "a", true),
            APPLY,
            &uid(&own, "one"),
        )
        .await;
        self.deployments().await;
        self.lists(&books, &object).await;
        self.send("delete", "DELETE", &book, json_, &none).await;
        self.send("get what was deleted", "GET", &book, json_, &none).await;
        self.send("delete what was deleted", "DELETE", &book, json_, &none)
            .await;
    }

    /// What counts as a change of a Deployment, and Leases in versions.
    async fn deployments(&mut self) {
        let none = Value::Null;
        let path = "/apis/apps/v1/namespaces/{ns}/deployments";
        let object = json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": { "name": "api" },
            "spec": {
                "replicas": 0,
                "selector": { "matchLabels": { "a": "b" } },
                "template": { "metadata": { "labels": { "a": "b" } }, "spec": { "containers": [{ "name": "c", "image": "i" }] } },
            },
        });
        let api = format!("{path}/api");
        let code = |line: &str| {
            line.split(" version").next().unwrap().to_owned()
                + " "
                + line
                    .split("generation ")
                    .nth(1)
                    .unwrap_or_default()
                    .split(' ')
                    .next()
                    .unwrap()
        };
        let from = self.lines.len();
        self.send("create a Deployment", "POST", path, "application/json", &object)
            .await;
        self.send(
            "label a Deployment",
            "PATCH",
            &api,
            MERGE,
            &json!({ "metadata": { "labels": { "x": "y" } } }),
        )
        .await;
        self.send(
            "annotate a Deployment",
            "PATCH",
            &api,
            MERGE,
            &json!({ "metadata": { "annotations": { "x": "y" } } }),
        )
        .await;
        self.send(
            "scale a Deployment",
            "PATCH",
            &api,
            MERGE,
            &json!({ "spec": { "replicas": 1 } }),
        )
        .await;
        // Its controller writes to it meanwhile, so only code and generation can be compared.
        for line in &mut self.lines[from..] {
            *line = code(line);
        }
        let path = "/apis/coordination.k8s.io/v1/namespaces/{ns}/leases";
        let lease =
            json!({ "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": { "name": "writer" } });
        let created = self
            .send("create a Lease", "POST", path, "application/json", &lease)
            .await;
        let take = |version: &Value, holder: &str| json!({ "metadata": { "resourceVersion": version }, "spec": { "holderIdentity": holder, "leaseDurationSeconds": 15 } });
        let version = created["metadata"]["resourceVersion"].clone();
        self.send(
            "take a Lease",
            "PATCH",
            &format!("{path}/writer"),
            MERGE,
            &take(&version, "one"),
        )
        .await;
        self.send(
            "take it as if it were free",
            "PATCH",
            &format!("{path}/writer"),
            MERGE,
            &take(&version, "two"),
        )
        .await;
        self.send(
            "get the Lease",
            "GET",
            &format!("{path}/writer"),
            "application/json",
            &none,
        )
        .await;
    }

    async fn lists(&mut self, books: &str, object: &Value) {
        let none = Value::Null;
        for (name, label) in [("two", "b"), ("three", "c"), ("four", "b")] {
            let mut more = object.clone();
            more["metadata"] = json!({ "name": name, "labels": { "a": label } });
            self.send(
                "create one more",
                "POST",
                &format!("{books}?fieldManager=admin"),
                "application/json",
                &more,
            )
            .await;
        }
        for query in [
            "",
            "?labelSelector=a%3Db",
            "?fieldSelector=metadata.name%3Dtwo",
            "?limit=2",
        ] {
            self.send(
                &format!("list {query}"),
                "GET",
                &format!("{books}{query}"),
                "application/json",
                &none,
            )
            .await;
        }
        self.send("list metadata only", "GET", books, "application/json", &none)
            .await;
        let list = self
            .send("list for a watch", "GET", books, "application/json", &none)
            .await;
        let version = list["metadata"]["resourceVersion"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let two = format!("{books}/two");
        for labels in [json!({ "a": "c" }), json!({ "a": "b" })] {
            self.send(
                "relabel",
                "PATCH",
                &two,
                MERGE,
                &json!({ "metadata": { "labels": labels } }),
            )
            .await;
        }
        self.send(
            "delete one",
            "DELETE",
            &format!("{books}/four"),
            "application/json",
            &none,
        )
        .await;
        let selected = format!("{books}?watch=true&resourceVersion={version}&labelSelector=a%3Db&timeoutSeconds=1");
        self.watch("watch what is selected", &selected).await;
        self.watch(
            "watch all",
            &format!("{books}?watch=true&resourceVersion={version}&timeoutSeconds=1"),
        )
        .await;
        let initial = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=0&allowWatchBookmarks=true&timeoutSeconds=1";
        self.watch("watch from the beginning", &format!("{books}?{initial}"))
            .await;
    }

    /// The events of a watch until it ends, sorted where their order is the server's choice.
    async fn watch(&mut self, what: &str, path: &str) {
        let request = Request::get(path.replace("{ns}", self.namespace))
            .body(Body::empty())
            .unwrap();
        let answer = self.client.send(request).await.unwrap();
        let code = answer.status().as_u16();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let events = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut told: Vec<String> = Vec::new();
        for event in events {
            let ends = !event["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"].is_null();
            match event["type"].as_str().unwrap_or_default() {
                "BOOKMARK" if ends => {
                    told.sort();
                    told.push("END".to_owned());
                }
                "BOOKMARK" => {}
                kind => told.push(format!("{kind} {}", event["object"]["metadata"]["name"])),
            }
        }
        self.lines.push(format!("{what}: {code} {}", told.join(", ")));
    }
}

/// The same with the keys of every map in their order, which JSON does not keep.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            entries
                .into_iter()
                .map(|(key, value)| (key.clone(), sorted(value)))
                .collect()
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}
