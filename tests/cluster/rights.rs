//! With fewer rights than asked for: a finding that says what to add, and everything else goes on.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::documents::{condition, deployment, deployment_named, runbook, within};
use crate::support::operator::Operator;
use crate::support::wait::{equal, eventually};
use crate::support::{RUNBOOKS, Test, audit};

/// Gives a user rights of their own for as long as this lives.
pub struct Granted<'t> {
    test: &'t Test,
    names: Vec<String>,
}

impl<'t> Granted<'t> {
    /// The rights that the operator is installed with, but for resources that `drop` names.
    pub fn without(test: &'t Test, user: &str, drop: &[&str]) -> Self {
        let role = test
            .read("/apis/rbac.authorization.k8s.io/v1/clusterroles/knowledge-operator")
            .unwrap();
        let mut rules = role["rules"].clone();
        for rule in rules.as_array_mut().unwrap() {
            rule["resources"]
                .as_array_mut()
                .unwrap()
                .retain(|name| !drop.iter().any(|dropped| name == dropped));
        }
        rules
            .as_array_mut()
            .unwrap()
            .retain(|rule| !rule["resources"].as_array().unwrap().is_empty());
        let mut granted = Self {
            test,
            names: Vec::new(),
        };
        granted.rules(user, "reduced", &rules);
        granted
    }

    /// The rights that the operator is installed with, but for patching this resource.
    pub fn reading(test: &'t Test, user: &str, group: &str, resource: &str) -> Self {
        let mut granted = Self::without(test, user, &[resource]);
        let verbs = ["get", "list", "watch"];
        granted.rules(
            user,
            "reading",
            &json!([{ "apiGroups": [group], "resources": [resource], "verbs": verbs }]),
        );
        granted
    }

    /// Adds a ClusterRole with these rules.
    pub fn rules(&mut self, user: &str, name: &str, rules: &Value) {
        let name = format!("{}-{name}", self.test.namespace);
        self.test.apply(&[
            json!({ "apiVersion": RBAC, "kind": "ClusterRole", "metadata": { "name": name }, "rules": rules }),
            binding("ClusterRoleBinding", "ClusterRole", &name, user),
        ]);
        self.names.push(name);
    }
}

impl Drop for Granted<'_> {
    fn drop(&mut self) {
        for name in &self.names {
            let gone = self
                .test
                .try_kubectl(&["delete", "clusterrole,clusterrolebinding", name], "");
            if let Err(error) = gone {
                say!("not cleaned up: {error}");
            }
        }
    }
}

const RBAC: &str = "rbac.authorization.k8s.io/v1";

fn binding(kind: &str, role: &str, name: &str, user: &str) -> Value {
    json!({
        "apiVersion": RBAC,
        "kind": kind,
        "metadata": { "name": name },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": role, "name": name },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user }],
    })
}

fn ingress() -> Value {
    let backend = json!({ "service": { "name": "api", "port": { "number": 80 } } });
    json!({ "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": { "name": "api" }, "spec": { "defaultBackend": backend } })
}

#[test]
fn a_kind_without_rights_is_a_finding_with_the_rule_to_add_and_the_rest_goes_on() {
    let Some(test) = Test::start("forbidden") else { return };
    let mut granted = Granted::without(&test, "alice", &["ingresses"]);
    let target = json!({ "group": "networking.k8s.io", "kind": "Ingress", "name": "api" });
    test.apply(&[
        deployment("api", "payments"),
        ingress(),
        runbook("down", json!([deployment_named("api")])),
        runbook("route", json!([target])),
    ]);
    let operator = Operator::start_as("ALICE", &[]);
    test.attached("api", Some("down"));
    let document = test.judged("route", "Attached", "KindNotPermitted");
    assert_eq!(
        condition(&document, "Ready").unwrap()["status"],
        "True",
        "never a change of Ready"
    );
    assert_eq!(document["status"]["findings"]["sample"][0]["code"], "KB0126");
    let json = operator
        .page(&format!("/namespaces/{}/runbooks/route.json", test.namespace))
        .body;
    let finding = serde_json::from_str::<Value>(&json).unwrap()["findings"][0].clone();
    let rule =
        r#"{apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: ["get", "list", "watch", "patch"]}"#;
    assert!(finding["help"].as_str().unwrap().contains(rule), "{finding}");

    let rules = json!([{ "apiGroups": ["networking.k8s.io"], "resources": ["ingresses"], "verbs": ["get", "list", "watch", "patch"] }]);
    granted.rules("alice", "ingresses", &rules);
    // The watch tries again by itself, less often the longer it was refused.
    let path = format!("/apis/networking.k8s.io/v1/namespaces/{}/ingresses/api", test.namespace);
    eventually("the rule to help", Duration::from_secs(60), || {
        equal(test.annotation(&path, RUNBOOKS)?.as_deref(), Some("route"))
    });
    test.judged("route", "Attached", "Attached");
    operator.stop();
}

#[test]
fn objects_that_may_be_read_and_not_written_are_said_and_tried_again_with_patience() {
    let Some(test) = Test::start("readonly") else { return };
    let mut granted = Granted::reading(&test, "alice", "apps", "deployments");
    test.apply(&[
        deployment("api", "payments"),
        deployment("worker", "payments"),
        runbook("down", json!([deployment_named("api"), deployment_named("worker")])),
    ]);
    let operator = Operator::start_as("ALICE", &[]);
    let document = test.judged("down", "Attached", "KindNotPermitted");
    let attached = condition(&document, "Attached").unwrap();
    let rule = r#"{apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"]}"#;
    assert!(attached["message"].as_str().unwrap().contains(rule), "{attached}");
    assert_eq!(condition(&document, "Ready").unwrap()["status"], "True");
    // However often the object changes meanwhile, its write waits for its time.
    let mark = audit::mark(&test);
    for replicas in 2..30 {
        test.patch(
            &test.deployment_path("api"),
            &json!({ "spec": { "replicas": replicas } }),
        );
    }
    let refused = audit::writes(&test, mark, "alice");
    assert!(
        refused.iter().filter(|write| write.name == "api").count() <= 3,
        "{refused:?}"
    );

    let rules = json!([{ "apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["patch"] }]);
    granted.rules("alice", "patching", &rules);
    eventually("the rule to help", Duration::from_secs(60), || {
        for name in ["api", "worker"] {
            equal(
                test.annotation(&test.deployment_path(name), RUNBOOKS)?.as_deref(),
                Some("down"),
            )?;
        }
        Ok(())
    });
    test.judged("down", "Attached", "Attached");
    operator.stop();
}

#[test]
fn an_operator_bound_to_namespaces_needs_no_right_beyond_them() {
    let Some(mut test) = Test::start("bound-a") else { return };
    let (other, outside) = (test.namespace("bound-b"), test.namespace("outside"));
    let rules = json!([
        { "apiGroups": ["knowledge.scs.community"], "resources": ["runbooks", "knowledgearticles"], "verbs": ["get", "list", "watch"] },
        { "apiGroups": ["knowledge.scs.community"], "resources": ["runbooks/status", "knowledgearticles/status"], "verbs": ["patch"] },
        { "apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch"] },
        { "apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "list", "watch", "patch"] },
    ]);
    let own = test.namespace.clone();
    for namespace in [&own, &other] {
        let role = json!({ "apiVersion": RBAC, "kind": "Role", "metadata": { "name": "bound" }, "rules": rules });
        test.apply(&[
            within(namespace, role),
            within(namespace, binding("RoleBinding", "Role", "bound", "bob")),
        ]);
    }
    for namespace in [&own, &other, &outside] {
        test.apply(&[
            within(namespace, deployment("api", "payments")),
            within(namespace, runbook("down", json!([deployment_named("api")]))),
        ]);
    }
    let mark = audit::mark(&test);
    let operator = Operator::start_as("BOB", &["--namespaces", &format!("{own},{other}")]);
    test.attached("api", Some("down"));
    let there = format!("/apis/apps/v1/namespaces/{other}/deployments/api");
    eventually("the other namespace to follow", Duration::from_secs(5), || {
        equal(test.annotation(&there, RUNBOOKS)?.as_deref(), Some("down"))
    });
    test.judged("down", "Ready", "Published");
    let page = |namespace: &str| operator.page(&format!("/namespaces/{namespace}/runbooks/down")).status;
    assert_eq!((page(&own), page(&other), page(&outside)), (200, 200, 404));

    test.apply(&[
        runbook("service", json!([{ "kind": "Service", "name": "api" }])),
        runbook("namespace", json!([{ "kind": "Namespace", "name": own }])),
    ]);
    test.judged("service", "Attached", "KindNotPermitted");
    test.judged("namespace", "Attached", "KindNotPermitted");
    test.delete(&test.runbook_path("down"));
    test.attached("api", None);
    let outside = format!("/apis/apps/v1/namespaces/{outside}/deployments/api");
    assert_eq!(test.annotation(&outside, RUNBOOKS).unwrap(), None);
    let refused: Vec<_> = audit::writes(&test, mark, "bob")
        .into_iter()
        .filter(|write| write.code >= 400)
        .collect();
    assert!(refused.is_empty(), "{refused:?}");
    operator.stop();
}

/// Somebody's policy that wants no annotation of ours on Deployments of one namespace.
fn policy(namespace: &str) -> [Value; 2] {
    let api = "admissionregistration.k8s.io/v1";
    let meta = json!({ "name": namespace });
    [
        json!({
            "apiVersion": api, "kind": "ValidatingAdmissionPolicy", "metadata": meta,
            "spec": {
                "failurePolicy": "Fail",
                "matchConstraints": { "resourceRules": [{
                    "apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["deployments"],
                }] },
                "matchConditions": [{ "name": "here", "expression": format!("request.namespace == '{namespace}'") }],
                "validations": [{
                    "expression": format!("!has(object.metadata.annotations) || !('{RUNBOOKS}' in object.metadata.annotations)"),
                    "message": "no annotations in this house",
                }],
            },
        }),
        json!({
            "apiVersion": api, "kind": "ValidatingAdmissionPolicyBinding", "metadata": meta,
            "spec": { "policyName": namespace, "validationActions": ["Deny"] },
        }),
    ]
}

#[test]
fn an_annotation_that_a_policy_denies_is_said_with_its_name_and_not_in_its_words() {
    let Some(test) = Test::start("denied") else { return };
    test.apply(&policy(&test.namespace));
    test.apply(&[deployment("api", "payments")]);
    let try_it = ["annotate", "deployment/api", "--overwrite", &format!("{RUNBOOKS}=x")];
    eventually("the policy to take effect", Duration::from_secs(30), || {
        match test.try_kubectl(&[&try_it[..], &["--dry-run=server"]].concat(), "") {
            Err(error) if error.contains("in this house") => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
    test.apply(&[runbook("down", json!([deployment_named("api")]))]);
    let operator = Operator::start(&[]);
    let document = test.judged("down", "Attached", "KindNotPermitted");
    let attached = condition(&document, "Attached").unwrap();
    let message = attached["message"].as_str().unwrap();
    let expect = format!(
        "the ValidatingAdmissionPolicy {0} refuses to have Deployment.apps/{0}/api annotated",
        test.namespace
    );
    assert!(message.starts_with(&expect), "{message}");
    // An answer of the API server may repeat parts of the object.
    assert!(!message.contains("in this house"), "{message}");
    assert_eq!(condition(&document, "Ready").unwrap()["status"], "True");
    for kind in ["validatingadmissionpolicybinding", "validatingadmissionpolicy"] {
        test.kubectl(&["delete", kind, &test.namespace]);
    }
    // Tried again by itself.
    test.attached("api", Some("down"));
    test.judged("down", "Attached", "Attached");
    operator.stop();
}
