//! What is there and what is not, value by value.
//!
//! In: values. Out: which objects there are and what is in them. Must not: compare whole files; each case says what matters.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{NAME, NAMESPACE, SERVED, everything, find, namespaced, objects, program, root, run, text};

/// Everything that Helm renders by default, as kind and name without the release's own.
const DEFAULT: &[&str] = &[
    "ClusterRole/",
    "ClusterRole/-edit",
    "ClusterRole/-targets",
    "ClusterRole/-view",
    "ClusterRoleBinding/",
    "ClusterRoleBinding/-targets",
    "CustomResourceDefinition/knowledgearticles.knowledge.scs.community",
    "CustomResourceDefinition/runbooks.knowledge.scs.community",
    "Deployment/",
    "Lease/",
    "NetworkPolicy/",
    "Pod/-test",
    "PodDisruptionBudget/",
    "Role/",
    "RoleBinding/",
    "Secret/-webhook",
    "Service/",
    "Service/-metrics",
    "Service/-webhook",
    "ServiceAccount/",
    "ValidatingAdmissionPolicy/",
    "ValidatingAdmissionPolicyBinding/",
    "ValidatingWebhookConfiguration/",
];

/// Kind and name of each object but runbooks.
fn names(objects: &[Value]) -> BTreeSet<String> {
    let name = |object: &Value| {
        let name = object["metadata"]["name"].as_str().unwrap();
        format!(
            "{}/{}",
            object["kind"].as_str().unwrap(),
            name.strip_prefix(NAME).unwrap_or(name)
        )
    };
    let others = objects.iter().filter(|object| object["kind"] != "Runbook");
    others.map(name).collect()
}

fn all() -> BTreeSet<String> {
    DEFAULT.iter().copied().map(str::to_owned).collect()
}

#[test]
fn the_default_is_complete_and_nothing_more() {
    let Some(objects) = objects(&json!({}), &[]) else {
        return;
    };
    assert_eq!(names(&objects), all());
}

#[test]
fn each_value_adds_and_removes_what_it_is_for() {
    let cases: &[(Value, &[&str], &[&str])] = &[
        (
            json!({ "crds": { "install": false } }),
            &[],
            &["CustomResourceDefinition/"],
        ),
        (
            json!({ "webhook": { "enabled": false } }),
            &[],
            &["ValidatingWebhookConfiguration/", "Secret/", "Service/-webhook"],
        ),
        (
            json!({ "admissionPolicy": { "enabled": false } }),
            &[],
            &["ValidatingAdmissionPolicy"],
        ),
        (
            json!({ "userRoles": { "create": false } }),
            &[],
            &["ClusterRole/-view", "ClusterRole/-edit"],
        ),
        (
            json!({ "networkPolicy": { "enabled": false } }),
            &[],
            &["NetworkPolicy/"],
        ),
        (json!({ "replicas": 1 }), &[], &["PodDisruptionBudget/"]),
        (
            json!({ "serviceMonitor": { "enabled": true }, "networkPolicy": { "metrics": { "from": [{ "podSelector": {} }] } } }),
            &["ServiceMonitor/"],
            &[],
        ),
        (
            json!({ "prometheusRule": { "enabled": true } }),
            &["PrometheusRule/"],
            &[],
        ),
        (
            json!({ "detachOnUninstall": true }),
            &[
                "Job/-detach",
                "ServiceAccount/-detach",
                "ClusterRole/-detach",
                "ClusterRoleBinding/-detach",
            ],
            &[],
        ),
        (
            json!({
                "ingress": { "enabled": true, "host": "a.example.org" }, "access": { "mode": "none" },
                "networkPolicy": { "site": { "from": [{ "podSelector": {} }] } },
            }),
            &["Ingress/"],
            &[],
        ),
    ];
    for (values, added, removed) in cases {
        let Some(objects) = objects(values, &[]) else { return };
        let expect: BTreeSet<String> = all()
            .into_iter()
            .filter(|name| !removed.iter().any(|prefix| name.starts_with(prefix)))
            .chain(added.iter().copied().map(str::to_owned))
            .collect();
        assert_eq!(names(&objects), expect, "{values}");
    }
}

#[test]
fn a_namespaced_installation_renders_nothing_outside_of_its_namespaces() {
    let Some(objects) = objects(&namespaced(), &SERVED) else {
        return;
    };
    for object in &objects {
        let at = object["metadata"]["namespace"].as_str().unwrap_or_default();
        assert!(["a", "b", NAMESPACE].contains(&at), "{} in {at:?}", object["kind"]);
    }
    let env = environment(&objects);
    assert_eq!(env["KNOWLEDGE_NAMESPACES"], "a,b,operations");
    assert_eq!(env["KNOWLEDGE_ATTACH"], "false", "nothing pins it there");
    assert!(env.get("KNOWLEDGE_WEBHOOK_LISTEN").is_none());
    for role in objects.iter().filter(|object| object["kind"] == "Role") {
        assert!(!role.to_string().contains(r#"["nodes"#), "{role}");
    }
}

/// The environment of the operator's container.
fn environment(objects: &[Value]) -> serde_json::Map<String, Value> {
    let container = &find(objects, "Deployment", NAME)["spec"]["template"]["spec"]["containers"][0];
    let variables = container["env"].as_array().unwrap();
    let pair = |one: &Value| (one["name"].as_str().unwrap().to_owned(), one["value"].clone());
    variables.iter().map(pair).collect()
}

#[test]
fn values_reach_the_operator_as_what_it_understands() {
    let Some(objects) = objects(&everything(), &[]) else {
        return;
    };
    let env = environment(&objects);
    let kinds = env["KNOWLEDGE_TARGET_KINDS"].as_str().unwrap();
    assert!(kinds.starts_with("Deployment.apps,"), "{kinds}");
    assert!(kinds.ends_with(",Widget.example.org"), "{kinds}");
    for (name, value) in [
        ("KNOWLEDGE_CLUSTER_NAME", "prod-eu1"),
        ("KNOWLEDGE_SITE_URL", "https://runbooks.example.org/knowledge"),
        ("KNOWLEDGE_NAMESPACES", "a,b,operations,ops"),
        ("KNOWLEDGE_SHARED_NAMESPACES", "ops"),
        ("KNOWLEDGE_LEASE", "operations/knowledge-operator"),
        ("KNOWLEDGE_WEBHOOK_NAMES", "knowledge-operator-webhook.operations.svc"),
    ] {
        assert_eq!(env[name], value);
    }
    let image = &find(&objects, "Deployment", NAME)["spec"]["template"]["spec"]["containers"][0]["image"];
    assert!(
        image.as_str().unwrap().starts_with("knowledge-operator@sha256:"),
        "{image}"
    );
}

/// The program must know every variable that the chart sets: a misspelt one would be ignored without a word.
#[test]
fn the_operator_knows_every_variable() {
    let Some(objects) = objects(&everything(), &[]) else {
        return;
    };
    let help =
        run(std::process::Command::new(env!("CARGO_BIN_EXE_knowledge-operator")).args(["run", "--help"])).unwrap();
    for name in environment(&objects).keys() {
        assert!(help.contains(&format!("{name}=")), "{name}");
    }
}

#[test]
fn every_pod_is_clean_for_the_restricted_profile_and_has_limits() {
    let Some(objects) = objects(&everything(), &[]) else {
        return;
    };
    let specs = objects.iter().filter_map(|object| match object["kind"].as_str()? {
        "Pod" => Some(&object["spec"]),
        "Deployment" | "Job" => Some(&object["spec"]["template"]["spec"]),
        _ => None,
    });
    let mut seen = 0;
    for spec in specs {
        seen += 1;
        assert_eq!(spec["securityContext"]["runAsNonRoot"], true);
        assert_eq!(spec["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
        for container in spec["containers"].as_array().unwrap() {
            let context = &container["securityContext"];
            assert_eq!(context["allowPrivilegeEscalation"], false);
            assert_eq!(context["readOnlyRootFilesystem"], true);
            assert_eq!(context["capabilities"]["drop"], json!(["ALL"]));
            assert!(container["resources"]["limits"]["memory"].is_string());
            assert!(container["resources"]["requests"]["memory"].is_string());
        }
    }
    assert_eq!(seen, 3, "operator, test, detach");
}

/// What the operator fills must not be in the chart, or an upgrade would empty it.
#[test]
fn what_the_operator_keeps_is_rendered_empty() {
    let Some(objects) = objects(&json!({}), &[]) else {
        return;
    };
    let secret = find(&objects, "Secret", "knowledge-operator-webhook");
    assert!(secret.get("data").is_none() && secret.get("stringData").is_none());
    assert!(find(&objects, "Lease", NAME).get("spec").is_none());
    let webhook = &find(&objects, "ValidatingWebhookConfiguration", NAME)["webhooks"][0];
    assert!(webhook["clientConfig"].get("caBundle").is_none());
    assert_eq!(webhook["failurePolicy"], "Ignore");
}

#[test]
fn definitions_are_kept_and_carry_what_is_asked_for() {
    let Some(plain) = objects(&json!({}), &[]) else { return };
    let moved = objects(&json!({ "crds": { "clusterctlMove": true } }), &[]).unwrap();
    for name in [
        "runbooks.knowledge.scs.community",
        "knowledgearticles.knowledge.scs.community",
    ] {
        let crd = find(&plain, "CustomResourceDefinition", name);
        assert_eq!(crd["metadata"]["annotations"]["helm.sh/resource-policy"], "keep");
        let shipped = std::fs::read_to_string(root().join("crds").join(format!("{name}.yaml"))).unwrap();
        assert_eq!(
            crd["spec"],
            super::parsed(&shipped)[0]["spec"],
            "Helm changes nothing of it"
        );
        let label = "clusterctl.cluster.x-k8s.io/move";
        assert!(crd["metadata"]["labels"].get(label).is_none());
        assert_eq!(
            find(&moved, "CustomResourceDefinition", name)["metadata"]["labels"][label],
            ""
        );
    }
}

#[test]
fn the_site_is_closed_and_the_webhook_open() {
    let ingress = |values: Value| {
        let objects = objects(&values, &[])?;
        Some(
            find(&objects, "NetworkPolicy", NAME)["spec"]["ingress"]
                .as_array()
                .unwrap()
                .clone(),
        )
    };
    let Some(rules) = ingress(json!({})) else { return };
    let ports: Vec<&str> = rules
        .iter()
        .map(|rule| rule["ports"][0]["port"].as_str().unwrap())
        .collect();
    assert_eq!(ports, ["site", "webhook"], "metrics are open to nobody by default");
    let from = rules[0]["from"].as_array().unwrap();
    assert_eq!(from.len(), 1);
    assert_eq!(
        from[0]["podSelector"]["matchLabels"]["app.kubernetes.io/component"],
        "test"
    );
    assert!(rules[1].get("from").is_none());
    let opened = ingress(json!({ "networkPolicy": { "site": { "from": [{ "namespaceSelector": {} }] } } })).unwrap();
    assert_eq!(opened[0]["from"].as_array().unwrap().len(), 2);
}

#[test]
fn every_service_is_inside_the_cluster_only() {
    let Some(objects) = objects(&everything(), &[]) else {
        return;
    };
    let services: Vec<&Value> = objects.iter().filter(|object| object["kind"] == "Service").collect();
    assert_eq!(services.len(), 3);
    assert!(services.iter().all(|service| service["spec"]["type"] == "ClusterIP"));
}

#[test]
fn labels_that_are_asked_for_are_on_everything() {
    let Some(objects) = objects(&everything(), &SERVED) else {
        return;
    };
    for object in objects {
        assert_eq!(object["metadata"]["labels"]["team"], "platform", "{}", object["kind"]);
        assert_eq!(object["metadata"]["labels"]["app.kubernetes.io/managed-by"], "Helm");
    }
}

/// No random name, no date, no certificate: GitOps compares renderings.
#[test]
fn two_renderings_are_the_same() {
    let Some(first) = text(&everything(), &[]) else { return };
    assert_eq!(first, text(&everything(), &[]).unwrap());
}

#[test]
fn own_runbooks_are_a_hook_until_their_kind_is_known() {
    let Some(first) = objects(&json!({}), &["--show-only", "templates/runbooks.yaml"]) else {
        return;
    };
    let later = objects(
        &json!({}),
        &[&SERVED[..], &["--show-only", "templates/runbooks.yaml"]].concat(),
    )
    .unwrap();
    assert_eq!(first.len(), later.len());
    for (first, later) in first.iter().zip(&later) {
        let annotations = &first["metadata"]["annotations"];
        assert_eq!(annotations["helm.sh/hook"], "post-install,post-upgrade,post-rollback");
        assert_eq!(
            annotations["meta.helm.sh/release-name"], NAME,
            "or the next upgrade could not take them over"
        );
        assert!(later["metadata"]["annotations"].get("helm.sh/hook").is_none());
        assert_eq!(first["spec"], later["spec"]);
    }
}

#[test]
fn a_release_is_named_as_objects_can_be() {
    let Some(helm) = program("HELM") else { return };
    for name in ["my.release", "1rel"] {
        let mut command = std::process::Command::new(&helm);
        let chart = root().join("charts/knowledge-operator");
        let error = run(command.args(["template", name, "--kube-version", "1.36.0"]).arg(chart)).unwrap_err();
        assert!(error.contains(&format!("release name {name}")), "{error}");
    }
}

#[test]
fn the_webhook_is_asked_only_about_namespaces_that_are_watched() {
    let Some(all) = objects(&json!({}), &[]) else { return };
    let hook = |objects: &[Value]| find(objects, "ValidatingWebhookConfiguration", NAME)["webhooks"][0].clone();
    assert!(hook(&all).get("namespaceSelector").is_none());
    let some = hook(&objects(&json!({ "namespaces": ["b", "a"] }), &[]).unwrap());
    assert_eq!(
        some["namespaceSelector"]["matchExpressions"][0]["values"],
        json!(["a", "b"])
    );
}

/// Where the operator does not look, its own runbooks would never be seen, and Helm would wait for them in vain.
#[test]
fn own_runbooks_are_left_out_where_nobody_looks() {
    for values in [
        json!({ "namespaces": ["a"] }),
        json!({ "scope": "Namespaces", "namespaces": ["a"] }),
    ] {
        let Some(objects) = objects(&values, &SERVED) else {
            return;
        };
        assert!(objects.iter().all(|object| object["kind"] != "Runbook"), "{values}");
        assert!(
            !find(&objects, "Pod", "knowledge-operator-test")
                .to_string()
                .contains("/namespaces/")
        );
    }
}

#[test]
fn an_old_cluster_is_refused_with_the_version_it_needs() {
    let Some(helm) = program("HELM") else { return };
    let mut command = std::process::Command::new(helm);
    command
        .args(["template", NAME, "--kube-version", "1.30.9"])
        .arg(root().join("charts/knowledge-operator"));
    let error = run(&mut command).unwrap_err();
    assert!(error.contains(">=1.31.0-0") && error.contains("1.30.9"), "{error}");
}

#[test]
fn the_chart_passes_helms_own_lint_in_strict_mode() {
    let Some(helm) = program("HELM") else { return };
    let mut command = std::process::Command::new(helm);
    let chart = root().join("charts/knowledge-operator");
    run(command
        .args(["lint", "--strict", "--kube-version", "1.36.0"])
        .arg(chart))
    .unwrap();
}
