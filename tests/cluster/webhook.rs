//! The webhook, asked by a real API server.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use k8s_openapi::ByteString;
use serde_json::{Value, json};

use crate::support::Test;
use crate::support::documents::{CONTENT, deployment, deployment_named, runbook};
use crate::support::operator::Operator;
use crate::support::wait::{equal, eventually};

/// A configuration that nobody is asked by, gone with the test.
struct Configured<'t>(&'t Test);

impl<'t> Configured<'t> {
    /// Has the API server ask these operators about documents of the test's namespace.
    fn with(test: &'t Test, operators: &[&Operator]) -> Self {
        let webhooks: Vec<Value> = operators
            .iter()
            .enumerate()
            .map(|(index, operator)| {
                json!({
                    "name": format!("webhook-{index}.knowledge.scs.community"),
                    "admissionReviewVersions": ["v1"],
                    "sideEffects": "None",
                    "failurePolicy": "Ignore",
                    "timeoutSeconds": 5,
                    "clientConfig": { "url": format!("https://{}/validate", operator.webhook()) },
                    "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": test.namespace } },
                    "rules": [{
                        "apiGroups": ["knowledge.scs.community"],
                        "apiVersions": ["v1alpha1"],
                        "operations": ["CREATE", "UPDATE"],
                        "resources": ["runbooks", "knowledgearticles"],
                    }],
                })
            })
            .collect();
        let configuration = json!({
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingWebhookConfiguration",
            "metadata": { "name": "knowledge-operator" },
            "webhooks": webhooks,
        });
        test.apply(&[configuration]);
        Self(test)
    }

    fn bundle(&self) -> Result<String, String> {
        let path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/knowledge-operator";
        let have = self.0.read(path)?;
        let bundles: BTreeSet<String> = have["webhooks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|webhook| webhook["clientConfig"]["caBundle"].to_string())
            .collect();
        match bundles.first() {
            Some(bundle) if bundles.len() == 1 && bundle.len() > 10 => Ok(bundle.clone()),
            _ => Err("no bundle yet".to_owned()),
        }
    }
}

impl Drop for Configured<'_> {
    fn drop(&mut self) {
        if let Err(error) = self
            .0
            .try_kubectl(&["delete", "validatingwebhookconfiguration", "knowledge-operator"], "")
        {
            say!("not cleaned up: {error}");
        }
    }
}

/// Flags of an operator with a webhook that keeps its own certificate.
fn flags(test: &Test) -> Vec<String> {
    let secret = json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "knowledge-operator-webhook" } });
    test.apply(&[secret]);
    let text = |text: &str| text.to_owned();
    vec![
        text("--webhook-listen"),
        text("127.0.0.1:0"),
        text("--webhook-secret"),
        format!("{}/knowledge-operator-webhook", test.namespace),
        text("--webhook-configuration"),
        text("knowledge-operator"),
        text("--webhook-name"),
        text("127.0.0.1,webhook.example.svc"),
        text("--webhook-leaf-lifetime"),
        text("10s"),
        text("--webhook-ca-lifetime"),
        text("30s"),
    ]
}

fn launch(args: &[String]) -> Operator {
    Operator::launch("OPERATOR", &args.iter().map(String::as_str).collect::<Vec<_>>())
}

/// A counter of the API server, over all labels that contain `part`.
fn counter(test: &Test, name: &str, part: &str) -> u64 {
    let text = test.kubectl(&["get", "--raw", "/metrics"]);
    let lines = text
        .lines()
        .filter(|line| line.starts_with(name) && line.contains(part));
    lines
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .sum::<f64>() as u64
}

fn broken(name: &str) -> Value {
    runbook(name, json!([{ "kind": "Pod", "name": "api-0" }]))
}

#[test]
fn what_an_object_alone_shows_wrong_is_denied_and_the_rest_is_a_warning() {
    let Some(test) = Test::start("webhook") else { return };
    let operator = launch(&flags(&test));
    let configured = Configured::with(&test, &[&operator]);
    eventually("the bundle", Duration::from_secs(20), || configured.bundle());
    let apply = |object: &Value, more: &[&str]| {
        let args = [
            &["apply", "--server-side", "--force-conflicts", "-f", "-", "-v=0"],
            more,
        ]
        .concat();
        test.try_kubectl_talk(&args, &object.to_string())
    };
    let denied = eventually("the API server to ask", Duration::from_secs(10), || {
        let (ok, said) = apply(&broken("broken"), &["--dry-run=server"]);
        if ok { Err(said) } else { Ok(said) }
    });
    let wanted = "denied the request: KB0120 at spec.appliesTo[0].kind: a Pod cannot be described (describe ";
    assert!(denied.contains(wanted), "{denied}");

    // Documents may come before their workloads; that is said and not denied.
    let (ok, said) = apply(&runbook("early", json!([deployment_named("api")])), &[]);
    assert!(ok, "{said}");
    assert!(
        said.contains("Warning: KB0123 at spec.appliesTo[0].name: there is no Deployment.apps named api"),
        "{said}"
    );
    test.apply(&[deployment("api", "payments")]);
    test.attached("api", Some("early"));
    let (ok, said) = apply(&runbook("later", json!([deployment_named("api")])), &[]);
    assert!(ok && !said.contains("Warning"), "{said}");

    // What was stored without a review is not held against later edits, and new mistakes are.
    let at = |name: &str| test.runbook_path(name);
    let patch = |name: &str, patch: &Value| test.try_patch(&at(name), patch);
    drop(configured);
    eventually("the API server to stop asking", Duration::from_secs(10), || {
        let (ok, said) = apply(&broken("old"), &[]);
        if ok { Ok(()) } else { Err(said) }
    });
    test.judged("old", "Ready", "InvalidSpec");
    let configured = Configured::with(&test, &[&operator]);
    eventually("the API server to ask again", Duration::from_secs(20), || {
        configured.bundle()?;
        let (ok, said) = apply(&broken("probe"), &["--dry-run=server"]);
        if ok { Err(said) } else { Ok(()) }
    });
    patch("old", &json!({ "spec": { "title": "Another title" } })).unwrap();
    patch("old", &json!({ "metadata": { "labels": { "a": "b" } } })).unwrap();
    let worse = json!({ "spec": { "appliesTo": [{ "kind": "Pod", "name": "a" }, { "kind": "Pod", "name": "b" }] } });
    assert!(patch("old", &worse).unwrap_err().contains("KB0120"));
    patch("old", &json!({ "spec": { "content": CONTENT, "appliesTo": [] } })).unwrap();
    test.judged("old", "Ready", "Published");
    let page = operator.admin("/metrics").unwrap().body;
    assert!(
        page.contains("knowledge_operator_admissions_total{outcome=\"Denied\"}"),
        "{page}"
    );
    assert!(
        page.contains("knowledge_operator_certificate_seconds_left{which=\"Authority\"}"),
        "{page}"
    );

    // Gone: nobody is kept from anything.
    let fail_open = "apiserver_admission_webhook_fail_open_count";
    let before = counter(&test, fail_open, "webhook-0.knowledge");
    operator.stop();
    let (ok, said) = apply(&broken("unreviewed"), &[]);
    assert!(ok, "{said}");
    assert!(counter(&test, fail_open, "webhook-0.knowledge") > before);
    test.delete(&at("unreviewed"));
}

#[test]
fn authorities_and_certificates_are_renewed_under_load_without_a_gap() {
    let Some(test) = Test::start("rotation") else { return };
    let lease = json!({ "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": { "name": "knowledge-operator" } });
    test.apply(&[lease]);
    let flags = flags(&test);
    let with = |name: &str| {
        let more = [
            "--lease".to_owned(),
            format!("{}/knowledge-operator", test.namespace),
            "--identity".to_owned(),
            name.to_owned(),
        ];
        launch(&[&flags[..], &more].concat())
    };
    let operators = [with("one"), with("two")];
    let configured = Configured::with(&test, &[&operators[0], &operators[1]]);
    let secret = format!(
        "/api/v1/namespaces/{}/secrets/knowledge-operator-webhook",
        test.namespace
    );
    eventually("both to be asked", Duration::from_secs(30), || {
        configured.bundle()?;
        for operator in &operators {
            equal(operator.admin("/readyz")?.status, 200)?;
        }
        let refused = test.could_create(&broken("probe")).err().ok_or("not asked")?;
        if refused.contains("KB0120") {
            Ok(())
        } else {
            Err(refused)
        }
    });
    let fail_open = || {
        counter(
            &test,
            "apiserver_admission_webhook_fail_open_count",
            "knowledge.scs.community",
        )
    };
    let before = fail_open();
    let mut bundles = BTreeSet::new();
    let mut authorities = BTreeSet::new();
    let (mut asked, start) = (0, Instant::now());
    while start.elapsed() < Duration::from_secs(45) {
        let refused = test.could_create(&broken(&format!("no-{asked}")));
        assert!(
            refused.as_ref().is_err_and(|error| error.contains("KB0120")),
            "after {:?}: {refused:?}",
            start.elapsed()
        );
        test.could_create(&runbook(&format!("yes-{asked}"), json!([]))).unwrap();
        asked += 2;
        if asked % 20 == 0 {
            bundles.insert(configured.bundle().unwrap());
            let stored: ByteString =
                serde_json::from_value(test.read(&secret).unwrap()["data"]["authorities.json"].clone()).unwrap();
            let stored: Value = serde_json::from_slice(&stored.0).unwrap();
            authorities.extend(
                stored
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|authority| authority["id"].to_string()),
            );
        }
    }
    say!(
        "{asked} reviews in {:?} by two replicas, {} authorities, {} bundles",
        start.elapsed(),
        authorities.len(),
        bundles.len()
    );
    assert!(authorities.len() >= 3, "{authorities:?}");
    assert_eq!(fail_open(), before, "the API server went on without us");
    drop(configured);
    for operator in operators {
        operator.stop();
    }
}

#[test]
fn a_flood_of_reviews_leaves_readers_their_pages() {
    let Some(test) = Test::start("flood") else { return };
    let operator = launch(&flags(&test));
    let configured = Configured::with(&test, &[&operator]);
    eventually("to be asked", Duration::from_secs(30), || {
        configured.bundle()?;
        let refused = test.could_create(&broken("probe")).err().ok_or("not asked")?;
        if refused.contains("KB0120") {
            Ok(())
        } else {
            Err(refused)
        }
    });
    test.apply(&[runbook("page", json!([]))]);
    let path = format!("/namespaces/{}/runbooks/page", test.namespace);
    eventually("the page", Duration::from_secs(5), || {
        equal(operator.page(&path).status, 200)
    });
    let read = |time: Duration| {
        let (start, mut times) = (Instant::now(), Vec::new());
        while start.elapsed() < time {
            let asked = Instant::now();
            assert_eq!(operator.page(&path).status, 200);
            times.push(asked.elapsed());
            std::thread::sleep(Duration::from_millis(5));
        }
        times.sort();
        times[times.len() / 2]
    };
    let quiet = read(Duration::from_secs(2));
    let mut large = runbook("large", json!([]));
    large["spec"]["content"] = json!(format!(
        "# Large\n\n{}",
        "- [a](b.md) and `code` and **more**\n".repeat(5_000)
    ));
    let (stop, answered) = (
        std::sync::atomic::AtomicBool::new(false),
        std::sync::atomic::AtomicUsize::new(0),
    );
    let flooded = std::thread::scope(|scope| {
        let flood = scope.spawn(|| {
            test.block_on(async {
                let one = || async {
                    while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                        test.create_async(&large).await.unwrap();
                        answered.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    }
                };
                futures::future::join_all((0..50).map(|_| one())).await;
            });
        });
        let flooded = read(Duration::from_secs(6));
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        flood.join().unwrap();
        flooded
    });
    let answered = answered.into_inner();
    say!("{answered} reviews of 180 kB, 50 at a time; a page took {quiet:?} before and {flooded:?} meanwhile (median)");
    assert!(answered > 50, "{answered}");
    // The API server, its store and this test share two processors with the operator.
    assert!(flooded < Duration::from_millis(100), "{flooded:?}");
    drop(configured);
    operator.stop();
}
