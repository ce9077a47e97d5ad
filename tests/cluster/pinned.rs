//! The admission policy of the chart: whatever rights the operator's account has, it writes what it is for and no more.
//!
//! In: the policy as Helm renders it, an account with every right. Out: what the API server lets it do.
//! Must not: leave a policy behind, which is cluster-scoped.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::wait::eventually;
use crate::support::{Test, variable};

/// A cluster in which one account is held by the policy.
struct Pinned {
    test: Test,
    account: String,
    /// Name of the release's objects.
    name: String,
}

impl Pinned {
    fn start(name: &str) -> Option<Self> {
        let test = Test::start(name)?;
        let release = format!("{name}-{}", std::process::id());
        let name = format!("{release}-knowledge-operator");
        let account = format!("system:serviceaccount:{}:{name}", test.namespace);
        let pinned = Self { test, account, name };
        for template in ["admissionpolicy", "webhook", "own"] {
            pinned.install(&release, template);
        }
        // Every right there is: what is refused now is refused by the policy alone.
        pinned.test.kubectl(&[
            "create",
            "clusterrolebinding",
            &pinned.name,
            "--clusterrole=cluster-admin",
            &format!("--user={}", pinned.account),
        ]);
        // A policy takes effect a moment after it was stored.
        eventually("the policy to take effect", Duration::from_secs(30), || {
            match pinned.try_to(&["create", "configmap", "early", "--dry-run=server"], "") {
                Err(error) if error.contains("denied request") => Ok(()),
                other => Err(format!("{other:?}")),
            }
        });
        Some(pinned)
    }

    fn install(&self, release: &str, template: &str) {
        let mut helm = Command::new(variable("HELM"));
        helm.args([
            "template",
            release,
            "charts/knowledge-operator",
            "--namespace",
            &self.test.namespace,
        ])
        .args(["--show-only", &format!("templates/{template}.yaml")])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
        let output = helm.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let manifest = String::from_utf8(output.stdout).unwrap();
        self.test.kubectl_in(&["apply", "--server-side", "-f", "-"], &manifest);
    }

    /// As the operator's account.
    fn try_to(&self, args: &[&str], input: &str) -> Result<String, String> {
        self.test.try_kubectl(&[&["--as", &self.account], args].concat(), input)
    }

    /// A merge patch by the operator's account.
    fn patch(&self, object: &str, patch: &Value) -> Result<String, String> {
        self.try_to(&["patch", object, "--type=merge", "--patch", &patch.to_string()], "")
    }

    fn allows(&self, object: &str, patch: &Value) {
        let result = self.patch(object, patch);
        assert!(result.is_ok(), "{object} {patch}: {result:?}");
    }

    fn denies(&self, result: Result<String, String>, what: &str) {
        let error = result.expect_err(what);
        let named = format!("ValidatingAdmissionPolicy '{}'", self.name);
        assert!(
            error.contains(&named) && error.contains("the knowledge operator"),
            "{what}: {error}"
        );
        assert!(!error.contains("resulted in error"), "{what}: {error}");
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        for (object, _) in CONTENT {
            let free = r#"{"metadata":{"finalizers":null}}"#;
            let _ = self
                .test
                .try_kubectl(&["patch", object, "--type=merge", "--patch", free], "");
            let _ = self
                .test
                .try_kubectl(&["delete", object, "--ignore-not-found", "--wait=false"], "");
        }
        for kind in [
            "validatingadmissionpolicybinding",
            "validatingadmissionpolicy",
            "validatingwebhookconfiguration",
            "clusterrolebinding",
        ] {
            let _ = self
                .test
                .try_kubectl(&["delete", kind, &self.name, "--ignore-not-found"], "");
        }
    }
}

fn ours(value: Option<&str>) -> Value {
    json!({ "metadata": { "annotations": { "knowledge.scs.community/runbooks": value } } })
}

fn annotated(key: &str, value: Option<&str>) -> Value {
    json!({ "metadata": { "annotations": { key: value } } })
}

/// Objects of many kinds, with everything that could be changed and must not be.
fn objects() -> Vec<Value> {
    let meta = |name: &str| {
        json!({
            "name": name, "labels": { "a": "b" }, "annotations": { "foreign": "kept" },
            "finalizers": ["example.org/keeps"],
        })
    };
    let pod =
        json!({ "metadata": { "labels": { "a": "b" } }, "spec": { "containers": [{ "name": "a", "image": "a" }] } });
    vec![
        json!({ "apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta("subject"),
            "spec": { "replicas": 0, "selector": { "matchLabels": { "a": "b" } }, "template": pod } }),
        json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": meta("subject"),
            "data": { "big": "x".repeat(900 * 1024), "small": "y" } }),
        json!({ "apiVersion": "v1", "kind": "Secret", "metadata": meta("subject"), "stringData": { "small": "y" } }),
        json!({ "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": meta("pinned-subject"),
            "rules": [{ "apiGroups": [""], "resources": ["pods"], "verbs": ["get"] }] }),
        json!({ "apiVersion": "v1", "kind": "Node", "metadata": meta("pinned-subject"), "spec": { "unschedulable": true } }),
        json!({ "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": { "name": "subjects.pinned.example.org", "labels": { "a": "b" }, "annotations": { "foreign": "kept" } },
            "spec": { "group": "pinned.example.org", "scope": "Namespaced",
                "names": { "plural": "subjects", "singular": "subject", "kind": "Subject" },
                "versions": [{ "name": "v1", "served": true, "storage": true,
                    "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } } }] } }),
    ]
}

/// One change of each object's own content.
const CONTENT: [(&str, &str); 6] = [
    ("deployment/subject", r#"{"spec":{"replicas":1}}"#),
    ("configmap/subject", r#"{"data":{"small":"z"}}"#),
    ("secret/subject", r#"{"data":null}"#),
    ("clusterrole/pinned-subject", r#"{"rules":[]}"#),
    ("node/pinned-subject", r#"{"spec":{"unschedulable":null}}"#),
    (
        "crd/subjects.pinned.example.org",
        r#"{"spec":{"names":{"categories":["all"]}}}"#,
    ),
];

#[test]
fn on_other_objects_nothing_but_our_annotations_can_change() {
    let Some(pinned) = Pinned::start("pin-others") else {
        return;
    };
    pinned.test.apply(&objects());
    for (object, content) in CONTENT {
        pinned.allows(object, &ours(Some("a,b")));
        pinned.allows(object, &ours(Some("b")));
        pinned.allows(object, &ours(None));
        let content: Value = serde_json::from_str(content).unwrap();
        let owner = json!({ "apiVersion": "v1", "kind": "ConfigMap", "name": "subject", "uid": "0" });
        let changes = [
            ("its content", content.clone()),
            ("a label, added", json!({ "metadata": { "labels": { "c": "d" } } })),
            ("a label, changed", json!({ "metadata": { "labels": { "a": "c" } } })),
            ("a label, removed", json!({ "metadata": { "labels": null } })),
            ("an annotation, added", annotated("more", Some("x"))),
            ("an annotation, changed", annotated("foreign", Some("x"))),
            ("an annotation, removed", annotated("foreign", None)),
            (
                "an annotation under our prefix that is not ours to write",
                annotated("knowledge.scs.community/attach", Some("false")),
            ),
            (
                "finalizers",
                json!({ "metadata": { "finalizers": ["example.org/other"] } }),
            ),
            ("owners", json!({ "metadata": { "ownerReferences": [owner] } })),
        ];
        for (what, change) in changes {
            pinned.denies(pinned.patch(object, &change), &format!("{object}: {what}"));
            // Hidden behind what is allowed, it is not allowed either.
            let mut both = change.clone();
            both["metadata"]["annotations"]["knowledge.scs.community/runbooks"] = json!("a");
            pinned.denies(
                pinned.patch(object, &both),
                &format!("{object}: {what}, with our annotation"),
            );
        }
    }
}

#[test]
fn nothing_is_created_deleted_or_scaled() {
    let Some(pinned) = Pinned::start("pin-creating") else {
        return;
    };
    pinned.test.apply(&objects()[..3]);
    let role = json!({ "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": { "name": "new" } });
    let applied = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "new", "annotations": { "knowledge.scs.community/runbooks": "a" } } });
    let cases: &[(&[&str], &str)] = &[
        (&["create", "-f", "-"], &role.to_string()),
        (&["apply", "--server-side", "-f", "-"], &applied.to_string()),
        (&["create", "serviceaccount", "new"], ""),
        (&["create", "token", "default"], ""),
        (&["delete", "deployment", "subject"], ""),
        (&["delete", "secrets", "--all"], ""),
        (&["scale", "deployment", "subject", "--replicas=1"], ""),
        (
            &[
                "patch",
                "deployment",
                "subject",
                "--subresource=status",
                "--type=merge",
                "--patch",
                r#"{"status":{"replicas":7}}"#,
            ],
            "",
        ),
        (&["delete", "namespace", &pinned.test.namespace], ""),
    ];
    for (args, input) in cases {
        pinned.denies(pinned.try_to(args, input), &args.join(" "));
    }
}

#[test]
fn of_documents_only_the_status_is_written() {
    let Some(pinned) = Pinned::start("pin-documents") else {
        return;
    };
    let runbook = json!({
        "apiVersion": "knowledge.scs.community/v1alpha1", "kind": "Runbook",
        "metadata": { "name": "doc", "labels": { "a": "b" } }, "spec": { "content": "## Meaning\n\nText of it." },
    });
    pinned.test.apply(&[runbook]);
    let status = json!({ "status": { "title": "Written" } }).to_string();
    pinned
        .try_to(
            &[
                "patch",
                "runbook",
                "doc",
                "--subresource=status",
                "--type=merge",
                "--patch",
                &status,
            ],
            "",
        )
        .unwrap();
    for change in [
        json!({ "spec": { "title": "Other" } }),
        json!({ "metadata": { "labels": { "a": "c" } } }),
        ours(Some("a")),
    ] {
        pinned.denies(pinned.patch("runbook/doc", &change), &change.to_string());
    }
    pinned.denies(pinned.try_to(&["delete", "runbook", "doc"], ""), "delete");
}

#[test]
fn its_own_objects_and_events_are_written_and_those_of_others_are_not() {
    let Some(pinned) = Pinned::start("pin-own") else { return };
    let holder = json!({ "spec": { "holderIdentity": "me" } });
    pinned.allows(&format!("lease/{}", pinned.name), &holder);
    pinned.allows(
        &format!("secret/{}-webhook", pinned.name),
        &json!({ "data": { "authorities.json": "W10=" } }),
    );
    its_webhook_can_be_told_whom_to_trust_and_nothing_else(&pinned);
    let event = json!({
        "apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": { "name": "told" },
        "eventTime": "2026-01-01T00:00:00.000000Z", "reportingController": "knowledge-operator",
        "reportingInstance": "a", "action": "Publish", "reason": "Published", "type": "Normal",
        "regarding": { "kind": "Runbook", "namespace": pinned.test.namespace, "name": "doc" },
    });
    pinned.try_to(&["create", "-f", "-"], &event.to_string()).unwrap();

    let lease =
        |name: &str| json!({ "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": { "name": name } });
    pinned.test.apply(&[lease("other")]);
    pinned.denies(pinned.patch("lease/other", &holder), "another Lease");
    pinned.test.kubectl(&["create", "secret", "generic", "other"]);
    pinned.denies(
        pinned.patch("secret/other", &json!({ "data": { "a": "Yg==" } })),
        "another Secret",
    );
    pinned.denies(
        pinned.try_to(&["delete", "lease", &pinned.name], ""),
        "deleting its Lease",
    );
}

fn its_webhook_can_be_told_whom_to_trust_and_nothing_else(pinned: &Pinned) {
    let webhook = format!("validatingwebhookconfiguration/{}", pinned.name);
    let object: Value = serde_json::from_str(&pinned.test.kubectl(&["get", &webhook, "-o", "json"])).unwrap();
    let changed = |change: fn(&mut Value)| {
        let mut hook = object["webhooks"][0].clone();
        change(&mut hook);
        json!({ "webhooks": [hook] })
    };
    pinned.allows(
        &webhook,
        &changed(|hook| hook["clientConfig"]["caBundle"] = json!("Cg==")),
    );
    let changes: [fn(&mut Value); 5] = [
        |hook| hook["failurePolicy"] = json!("Fail"),
        |hook| hook["rules"][0]["apiGroups"] = json!(["*"]),
        |hook| hook["clientConfig"] = json!({ "url": "https://elsewhere.example.org/" }),
        |hook| hook["clientConfig"]["service"]["namespace"] = json!("default"),
        |hook| hook["name"] = json!("other.knowledge.scs.community"),
    ];
    for change in changes {
        let patch = changed(change);
        pinned.denies(pinned.patch(&webhook, &patch), &patch.to_string());
    }
    pinned.denies(pinned.patch(&webhook, &json!({ "webhooks": null })), "no webhook");
    pinned.denies(
        pinned.patch(&webhook, &json!({ "metadata": { "labels": { "a": "b" } } })),
        "a label",
    );
}

/// Annotations may hold 256 KiB; looking at each of them stays within what an expression may cost.
#[test]
fn thousands_of_annotations_are_within_the_cost_limit() {
    let Some(pinned) = Pinned::start("pin-many") else {
        return;
    };
    let many: serde_json::Map<String, Value> = (0..5000)
        .map(|n| (format!("example.org/key-{n}"), json!("some value")))
        .collect();
    pinned.test.apply(&[
        json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "many", "annotations": many } }),
    ]);
    pinned.allows("configmap/many", &ours(Some("a")));
    pinned.denies(
        pinned.patch("configmap/many", &annotated("example.org/key-4999", None)),
        "the last of them",
    );
}

#[test]
fn a_broken_policy_stops_the_operator_and_nobody_else() {
    let Some(pinned) = Pinned::start("pin-broken") else {
        return;
    };
    pinned.test.apply(&objects()[..2]);
    let broken =
        json!([{ "op": "replace", "path": "/spec/validations/0/expression", "value": "object.metadata.nowhere == 1" }]);
    pinned.test.kubectl(&[
        "patch",
        "validatingadmissionpolicy",
        &pinned.name,
        "--type=json",
        "--patch",
        &broken.to_string(),
    ]);
    eventually(
        "the broken policy to take effect",
        Duration::from_secs(30),
        || match pinned.patch("configmap/subject", &ours(Some("a"))) {
            Err(error) if error.contains("resulted in error") => Ok(()),
            other => Err(format!("{other:?}")),
        },
    );
    pinned.test.kubectl(&[
        "patch",
        "configmap/subject",
        "--type=merge",
        "--patch",
        r#"{"data":{"small":"z"}}"#,
    ]);
    pinned.test.kubectl(&["annotate", "deployment/subject", "other=value"]);
    pinned.test.kubectl(&["create", "configmap", "new"]);
}
