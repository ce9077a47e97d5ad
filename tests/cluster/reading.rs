//! What people read: columns, conditions, explanations and pages.

use std::time::Duration;

use serde_json::json;

use crate::support::Test;
use crate::support::documents::{CONTENT, article, condition, deployment, deployment_named, runbook};
use crate::support::operator::Operator;
use crate::support::site::Answer;

/// The one policy that every answer carries.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The cells of the row of a table that begins with `name`.
fn cells<'t>(table: &'t str, name: &str) -> Vec<&'t str> {
    let row = table.lines().find(|line| line.starts_with(name));
    let row = row.unwrap_or_else(|| panic!("no row {name} in\n{table}"));
    row.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect()
}

/// Whether an answer says that it depends on the header `Accept`.
fn varies(answer: &Answer) -> bool {
    answer
        .headers("vary")
        .any(|vary| vary.split(',').any(|name| name.trim().eq_ignore_ascii_case("accept")))
}

#[test]
fn kubectl_shows_title_owner_targets_ready_and_the_annotation() {
    let Some(test) = Test::start("columns") else { return };
    let operator = Operator::start(&["--site-url", "https://docs.example.org/kb"]);
    test.apply(&[
        deployment("api", "payments"),
        runbook("api-down", json!([deployment_named("api")])),
        article("architecture", json!([deployment_named("api")])),
    ]);
    test.kubectl(&[
        "wait",
        "--for=condition=Ready",
        "--timeout=10s",
        "rbk/api-down",
        "kba/architecture",
    ]);
    test.attached("api", Some("api-down"));

    let table = test.kubectl(&["get", "runbooks,knowledgearticles"]);
    let header = table.lines().next().unwrap();
    assert_eq!(
        header.split_whitespace().collect::<Vec<_>>(),
        ["NAME", "TITLE", "OWNER", "TARGETS", "READY", "AGE"]
    );
    let row = cells(&table, "runbook.knowledge.scs.community/api-down");
    assert_eq!(row[1..5], ["About api-down", "payments", "1", "True"], "{table}");
    let row = cells(&table, "knowledgearticle.knowledge.scs.community/architecture");
    assert_eq!(row[1..5], ["About architecture", "payments", "1", "True"], "{table}");
    let wide = test.kubectl(&["get", "runbooks", "-o", "wide"]);
    let row = cells(&wide, "api-down");
    let url = format!(
        "https://docs.example.org/kb/namespaces/{}/runbooks/api-down",
        test.namespace
    );
    assert_eq!(row[6..], ["no findings", &url], "{wide}");
    let category = test.kubectl(&["get", "knowledge", "-o", "name"]);
    assert_eq!(
        category.lines().collect::<Vec<_>>(),
        [
            "knowledgearticle.knowledge.scs.community/architecture",
            "runbook.knowledge.scs.community/api-down"
        ]
    );
    let selected = test.kubectl(&[
        "get",
        "runbooks",
        "--field-selector",
        "spec.owner.team=payments",
        "-o",
        "name",
    ]);
    assert_eq!(selected.trim(), "runbook.knowledge.scs.community/api-down");

    let explained = test.kubectl(&["explain", "runbook.spec.appliesTo"]);
    assert!(
        explained.contains("objects this document describes") && explained.contains("selector"),
        "{explained}"
    );
    let described = test.kubectl(&["describe", "deployment", "api"]);
    assert!(
        described.contains("knowledge.scs.community/runbooks: api-down"),
        "{described}"
    );
    assert!(
        described.contains("knowledge.scs.community/articles: architecture"),
        "{described}"
    );
    operator.stop();
}

#[test]
fn the_status_says_what_was_found_and_nothing_twice() {
    let Some(test) = Test::start("status") else { return };
    let operator = Operator::start(&[]);
    let mut document = runbook("api-down", json!([deployment_named("api"), deployment_named("gone")]));
    document["spec"]["content"] = json!("# Down\n\nThe payments interface is down and nobody knows why.\n");
    test.apply(&[deployment("api", "payments"), document]);
    let seen = test.judged("api-down", "Attached", "PartlyAttached");
    let status = &seen["status"];
    assert_eq!(condition(&seen, "Ready").unwrap()["reason"], "Published");
    assert_eq!(condition(&seen, "Stalled"), None);
    assert_eq!(condition(&seen, "Reconciling"), None);
    assert_eq!(
        condition(&seen, "Ready").unwrap()["observedGeneration"],
        seen["metadata"]["generation"]
    );
    assert_eq!(status["targets"]["matched"], 1);
    assert_eq!(
        status["targets"]["sample"],
        json!([format!("Deployment.apps/{}/api", test.namespace)])
    );
    assert_eq!(status["findings"]["errors"], 0);
    let codes = status["findings"]["sample"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| &finding["code"]);
    assert_eq!(codes.collect::<Vec<_>>(), ["KB0207", "KB0123"], "{status:#}");
    assert_eq!(status["url"], json!(null), "the operator does not know its address");
    operator.stop();
}

#[test]
fn a_page_is_served_in_four_forms_with_headers_that_keep_hostile_content_harmless() {
    let Some(test) = Test::start("pages") else { return };
    let operator = Operator::start(&["--cluster-name", "moin"]);
    let mut document = runbook("api-down", json!([deployment_named("api")]));
    document["spec"]["aliases"] = json!([{ "name": "payments-api-down" }]);
    test.apply(&[deployment("api", "payments"), document]);
    test.judged("api-down", "Ready", "Published");
    test.attached("api", Some("api-down"));

    let page = format!("/namespaces/{}/runbooks/api-down", test.namespace);
    let html = operator.page(&page);
    assert_eq!(
        (html.status, html.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    assert!(
        html.body.contains("<h2 id=\"diagnosis\">") && html.body.contains("moin"),
        "{}",
        html.body
    );
    let forms = [
        ("md", "text/markdown", "text/markdown; charset=utf-8"),
        ("txt", "text/plain", "text/plain; charset=utf-8"),
        ("json", "application/json", "application/json"),
    ];
    for (suffix, accept, media_type) in forms {
        let by_name = operator.page(&format!("{page}.{suffix}"));
        let by_header = operator.page_as(&page, accept);
        assert_eq!(
            (by_name.status, by_name.header("content-type")),
            (200, Some(media_type))
        );
        assert_eq!(by_name.body, by_header.body, "{suffix} and Accept: {accept}");
        assert!(varies(&by_header), "a cache must keep the forms apart: {by_header:?}");
    }
    assert_eq!(operator.page(&format!("{page}.md")).body, CONTENT);
    let text = operator.page(&format!("{page}.txt")).body;
    assert!(
        text.starts_with("About api-down") && text.contains("Restart the workload"),
        "{text}"
    );
    let json: serde_json::Value = serde_json::from_str(&operator.page(&format!("{page}.json")).body).unwrap();
    assert_eq!(
        (&json["cluster"], &json["title"]),
        (&json!("moin"), &json!("About api-down"))
    );
    assert_eq!(
        json["targets"],
        json!([{
            "group": "apps", "kind": "Deployment", "namespace": test.namespace, "name": "api",
            "path": format!("namespaces/{}/objects/deployments.apps/api", test.namespace),
        }])
    );

    let alias = operator.page(&format!("/namespaces/{}/runbooks/payments-api-down", test.namespace));
    assert_eq!(
        (alias.status, alias.header("location")),
        (308, Some("api-down")),
        "relative, for any prefix"
    );
    let alias = operator.page(&format!("/namespaces/{}/runbooks/payments-api-down.md", test.namespace));
    assert_eq!((alias.status, alias.header("location")), (308, Some("api-down.md")));

    let object = operator.page(&format!("/namespaces/{}/objects/deployments.apps/api", test.namespace));
    assert_eq!(object.status, 200);
    assert!(
        object.body.contains("About api-down") && object.body.contains("app=payments"),
        "{}",
        object.body
    );
    let bare = operator.page(&format!("/namespaces/{}/objects/deployment/api", test.namespace));
    assert_eq!(
        (bare.status, bare.header("location")),
        (308, Some("../deployments.apps/api"))
    );
    // Nothing describes the Namespace: its labels are nobody's to read here.
    let namespace = operator.page(&format!("/objects/namespaces/{}", test.namespace));
    assert_eq!(namespace.status, 404);

    let paths = [
        "/",
        &page,
        &format!("{page}.md"),
        &format!("/namespaces/{}", test.namespace),
        "/namespaces/none/runbooks/none",
        "/nothing/here",
        "/assets/none",
        &format!("/namespaces/{}/objects/deployments.apps/none", test.namespace),
        "/objects/secrets/none",
        "/namespaces/%00/runbooks/%ff",
    ];
    for path in paths {
        let answer = operator.page(path);
        let missing = ["none", "nothing", "%00"].iter().any(|word| path.contains(word));
        assert_eq!(answer.status == 200, !missing, "{path}: {}", answer.status);
        assert!(answer.status < 500, "{path}: {}", answer.status);
        assert_eq!(answer.header("content-security-policy"), Some(POLICY), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
    operator.stop();
}

#[test]
fn the_site_says_that_it_goes_before_it_goes() {
    let Some(test) = Test::start("shutdown") else { return };
    let mut operator = Operator::start(&[]);
    assert_eq!(operator.admin("/livez").unwrap().status, 200);
    let metrics = operator.admin("/metrics").unwrap();
    assert!(metrics.body.ends_with("# EOF\n"), "{}", metrics.body);
    let start = std::time::Instant::now();
    operator.terminate();
    // From here on it is not ready, or it does not listen any more; both keep new requests away.
    let mut refused = 0;
    let status = crate::support::wait::eventually("the end", Duration::from_secs(2), || {
        match operator.admin("/readyz") {
            Ok(answer) if answer.status == 200 && start.elapsed() > Duration::from_millis(500) => panic!("still ready"),
            Ok(answer) if answer.status == 503 => refused += 1,
            Ok(_) | Err(_) => {}
        }
        operator.poll_end().ok_or_else(|| "it runs".to_owned())
    });
    assert!(status.success(), "{status}");
    say!(
        "ended {:?} after SIGTERM, {refused} times not ready before",
        start.elapsed()
    );
    drop(test);
}
