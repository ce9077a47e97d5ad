//! What fills a placeholder, case by case.

use super::*;

/// What the reader typed, the labels, the object, what is declared, and what comes of it.
type Case<'a> = (
    Pairs<'a>,
    Pairs<'a>,
    Option<TargetFields<'a>>,
    &'a [Declared<'a>],
    &'a str,
);
type Pairs<'a> = &'a [(&'a str, &'a str)];

fn map(pairs: Pairs<'_>) -> BTreeMap<String, String> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

const fn object(
    group: &'static str,
    kind: &'static str,
    namespace: &'static str,
    name: &'static str,
) -> TargetFields<'static> {
    TargetFields {
        group: Some(group),
        kind: Some(kind),
        namespace: if namespace.is_empty() { None } else { Some(namespace) },
        name: Some(name),
    }
}

const API: TargetFields<'static> = object("apps", "Deployment", "payments", "payments-api");

/// `value, origin` of a parameter, or why there is none.
fn bound(
    name: &str,
    reader: Pairs<'_>,
    labels: Pairs<'_>,
    target: Option<TargetFields<'_>>,
    declared: &[Declared<'_>],
) -> String {
    let (reader, labels) = (map(reader), map(labels));
    let given = Given {
        reader: &reader,
        labels: &labels,
        target,
        shared: TargetFields::default(),
        declared,
        cluster: Some("prod-eu1"),
    };
    match bind(name, meaning_of(name).as_ref(), &given) {
        Ok(Some(bound)) => format!("{}, {}", bound.value, bound.origin),
        Ok(None) => String::new(),
        Err(refused) => refused.to_string(),
    }
}

#[test]
fn who_is_asked_first() {
    let declared = [Declared {
        name: "NAMESPACE",
        alert_label: Some("tenant"),
        target_field: Some(TargetField::Name),
        default: Some("default"),
    }];
    let labels: Pairs<'_> = &[("namespace", "of-alert"), ("tenant", "of-tenant")];
    let cases: &[Case<'_>] = &[
        (&[("namespace", "me")], labels, Some(API), &declared, "me, typed"),
        (&[("NS", "me")], labels, Some(API), &declared, "me, typed"),
        (
            &[("ns", "me"), ("Namespace", "I")],
            labels,
            Some(API),
            &declared,
            "I, typed",
        ),
        (
            &[("ns", "")],
            labels,
            Some(API),
            &declared,
            "of-tenant, from the alert label tenant",
        ),
        (
            &[("name", "me")],
            labels,
            Some(API),
            &declared,
            "of-tenant, from the alert label tenant",
        ),
        (
            &[],
            &[("namespace", "a")],
            Some(API),
            &declared,
            "payments-api, from Deployment payments-api",
        ),
        (
            &[],
            &[("namespace", "a")],
            None,
            &declared,
            "a, from the alert label namespace",
        ),
        (
            &[],
            &[("namespace", "")],
            Some(API),
            &[],
            "payments, from Deployment payments-api",
        ),
        (
            &[],
            &[("exported_namespace", "b"), ("namespace", "a")],
            Some(API),
            &[],
            "b, from the alert label exported_namespace",
        ),
        (
            &[],
            &[("Namespace", "a")],
            Some(API),
            &[],
            "a, from the alert label Namespace",
        ),
        (&[], &[], Some(API), &[], "payments, from Deployment payments-api"),
        (&[], &[], None, &declared, "default, the default of this document"),
        (&[], &[], None, &[], ""),
    ];
    for (reader, labels, target, declared, expect) in cases {
        assert_eq!(bound("NAMESPACE", reader, labels, *target, declared), *expect);
    }
}

#[test]
fn a_name_is_the_name_of_its_kind_only() {
    let cases: &[(&str, TargetFields<'_>, Pairs<'_>, &str)] = &[
        ("deployment", API, &[], "payments-api, from Deployment payments-api"),
        (
            "DEPLOYMENT_NAME",
            API,
            &[],
            "payments-api, from Deployment payments-api",
        ),
        ("NAME", API, &[], "payments-api, from Deployment payments-api"),
        ("workload", API, &[], "payments-api, from Deployment payments-api"),
        ("kind", API, &[], "Deployment, from Deployment payments-api"),
        ("POD", API, &[], ""),
        ("container", API, &[], ""),
        ("node", API, &[], ""),
        ("service", API, &[], ""),
        ("statefulset", API, &[], ""),
        ("POD", API, &[("pod", "api-1")], "api-1, from the alert label pod"),
        ("deployment", object("example.org", "Deployment", "x", "y"), &[], ""),
        (
            "node",
            object("", "Node", "", "worker-1"),
            &[],
            "worker-1, from Node worker-1",
        ),
        ("namespace", object("", "Node", "", "worker-1"), &[], ""),
        (
            "namespace",
            object("", "Namespace", "", "payments"),
            &[],
            "payments, from Namespace payments",
        ),
        ("cluster", API, &[], "prod-eu1, the name of this cluster"),
        (
            "cluster",
            API,
            &[("cluster", "prod-eu2")],
            "prod-eu2, from the alert label cluster",
        ),
        (
            "cluster",
            object("cluster.x-k8s.io", "Cluster", "a", "b"),
            &[],
            "b, from Cluster b",
        ),
        (
            "cluster",
            object("postgresql.cnpg.io", "Cluster", "a", "b"),
            &[],
            "prod-eu1, the name of this cluster",
        ),
        ("cluster-id", API, &[("cluster", "x")], ""),
        ("job", API, &[("job", "scraped")], ""),
        (
            "job",
            API,
            &[("job", "scraped"), ("job_name", "backup")],
            "backup, from the alert label job_name",
        ),
        (
            "value of job label from alert",
            API,
            &[("job", "scraped")],
            "scraped, from the alert label job",
        ),
        (
            "value of namespace label from alert",
            API,
            &[],
            "payments, from Deployment payments-api",
        ),
        ("alert name label", API, &[], ""),
        ("queue", API, &[("queue", "q")], "q, from the alert label queue"),
        (
            "QUEUE_NAME",
            API,
            &[("queue_name", "q")],
            "q, from the alert label queue_name",
        ),
        ("queue name", API, &[("queue", "q")], ""),
    ];
    for (name, target, labels, expect) in cases {
        assert_eq!(
            bound(name, &[], labels, Some(*target), &[]),
            *expect,
            "{name} {labels:?}"
        );
    }
}

#[test]
fn labels_of_an_exporter_do_not_name_what_is_in_trouble() {
    let state: Pairs<'_> = &[
        ("job", "kube-state-metrics"),
        ("pod", "kube-state-metrics-5d-x"),
        ("container", "kube-rbac-proxy-main"),
        ("service", "monitoring-kube-state-metrics"),
        ("instance", "10.0.0.1:8443"),
        ("namespace", "payments"),
        ("deployment", "payments-api"),
    ];
    let own: Pairs<'_> = &[("job", "kube-state-metrics"), ("pod", "api-1"), ("container", "api")];
    let node: Pairs<'_> = &[
        ("job", "node-exporter"),
        ("pod", "node-exporter-x"),
        ("namespace", "monitoring"),
        ("instance", "worker-1:9100"),
        ("service", "node-exporter"),
    ];
    let direct: Pairs<'_> = &[("job", "payments-api"), ("pod", "api-1"), ("service", "payments-api")];
    let cases: &[(Pairs<'_>, &str, &str)] = &[
        (state, "pod", ""),
        (state, "container", ""),
        (state, "service", ""),
        (state, "instance", ""),
        (state, "endpoint", ""),
        (state, "namespace", "payments"),
        (state, "deployment", "payments-api"),
        (own, "pod", "api-1"),
        (own, "container", "api"),
        (node, "pod", ""),
        (node, "namespace", ""),
        (node, "service", ""),
        (node, "instance", "worker-1:9100"),
        (direct, "pod", "api-1"),
        (direct, "service", "payments-api"),
    ];
    for (labels, name, expect) in cases {
        let text = bound(name, &[], labels, None, &[]);
        assert_eq!(text.split(", ").next(), Some(*expect), "{name} {labels:?}");
    }
}

#[test]
fn what_all_objects_share_is_read_when_none_is_chosen() {
    let (reader, labels) = (BTreeMap::new(), BTreeMap::new());
    let shared = TargetFields {
        namespace: Some("payments"),
        kind: Some("StatefulSet"),
        ..TargetFields::default()
    };
    let given = Given {
        reader: &reader,
        labels: &labels,
        target: None,
        shared,
        declared: &[],
        cluster: None,
    };
    let bound = |name: &str, given: &Given<'_>| bind(name, meaning_of(name).as_ref(), given).unwrap();
    let namespace = bound("ns", &given).unwrap();
    assert_eq!(namespace.value, "payments");
    assert_eq!(namespace.origin.to_string(), "the same for all objects of this page");
    assert_eq!(bound("statefulset", &given), None);
    assert_eq!(bound("cluster", &given), None);
    let chosen = Given {
        target: Some(object("apps", "StatefulSet", "other", "db")),
        ..given
    };
    assert_eq!(bound("ns", &chosen).unwrap().value, "other");
    assert_eq!(
        bound("statefulset", &chosen).unwrap().origin.to_string(),
        "from StatefulSet db"
    );
}

#[test]
fn a_value_that_is_inserted_nowhere_is_named_and_not_replaced_by_another() {
    let bad =
        "the value (from the alert label namespace) is not inserted: it contains a line end or invisible characters";
    assert_eq!(bound("ns", &[], &[("namespace", "a\nb")], Some(API), &[]), bad);
    let long = "x".repeat(254);
    let refused = bound("ns", &[], &[("namespace", &long)], Some(API), &[]);
    assert!(refused.ends_with("it is longer than 253 characters"), "{refused}");
}
