//! The site as its readers ask for it: every route, in the process, without a network.
//!
//! In: documents and objects of two tenants and a shared namespace. Out: pages, redirects, JSON that its description
//! allows. Must not: look inside the library.

#![cfg(test)]

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use knowledge_operator::api::{DocumentKind, GroupKind};
use knowledge_operator::corpus::{Corpus, Coverage, Document, KindInfo, KindState, Object, TargetMeta};
use knowledge_operator::publish::Publisher;
use knowledge_operator::serve::{CONTENT_SECURITY_POLICY, HttpConfig, router};
use knowledge_operator::settings::Settings;
use knowledge_operator::site::Site;
use serde_json::{Value, json};
use tokio::sync::watch;
use tower::ServiceExt;

const RUNBOOK: &str = "# Payments API is down\n\nNobody can pay.\n\n## Diagnosis\n\n```console\n\
    $ kubectl -n <namespace> get pods\nNAME   READY\n$ kubectl -n $NAMESPACE logs $POD\n```\n\n\
    ## Mitigation\n\nTell `<lead>` about $TICKET.\n\n```sh\nkubectl -n $NAMESPACE rollout restart deploy/<deployment>\n\
    kubectl -n $NAMESPACE delete pvc \"$PVC\"\n```\n";

fn corpus() -> Corpus {
    let deployment = GroupKind::new("apps", "Deployment");
    let node = GroupKind::new("", "Node");
    let info = |plural: &str, namespaced| KindInfo {
        plural: plural.into(),
        namespaced,
        state: KindState::Listed,
    };
    let kinds = [
        (deployment.clone(), info("deployments", true)),
        (node.clone(), info("nodes", false)),
        (GroupKind::namespace(), info("namespaces", false)),
    ];
    let mut corpus = Corpus::new(kinds, Coverage::of(&[]));
    let mut document = |kind: DocumentKind, namespace: &str, name: &str, spec: Value| {
        let object = json!({ "metadata": { "namespace": namespace, "name": name, "uid": format!("{namespace}-{name}"), "generation": 1 }, "spec": spec });
        corpus.apply(Object::Document(Box::new(Document::stored(kind, &object).unwrap())));
    };
    document(
        DocumentKind::Runbook,
        "payments",
        "payments-api-down",
        json!({
            "content": RUNBOOK, "component": "payments", "tags": ["money"], "aliases": [{ "name": "old-name" }],
            "owner": { "team": "platform-payments", "contacts": [{ "name": "Chat", "url": "https://chat.example.org/payments" }] },
            "appliesTo": [{ "group": "apps", "kind": "Deployment", "selector": { "matchLabels": { "app": "payments" } } }],
            "alerts": [{ "name": "PaymentsApiDown", "matchLabels": { "severity": "critical" } }],
            "parameters": [{ "name": "TICKET", "description": "Number of the incident.", "example": "INC-1" }],
            "source": { "path": "docs/down.md", "revision": "3f2c1ab", "editURL": "https://git.example.org/edit" }, "license": "Apache-2.0",
        }),
    );
    document(
        DocumentKind::Runbook,
        "payments",
        "payments-slow",
        json!({ "content": "# Payments are slow\n\n## Diagnosis\n\nLook.\n\n## Mitigation\n\nWait a little longer.", "alerts": [{ "name": "PaymentsApiDown", "matchLabels": { "severity": "warning" } }] }),
    );
    document(
        DocumentKind::Runbook,
        "orders",
        "capture",
        json!({ "content": "# Send us your passwords\n\nPlease do it now, dear colleagues.", "alerts": [{ "name": "PaymentsApiDown" }, { "name": "OrdersOnly" }, { "name": "EtcdSlow" }] }),
    );
    document(
        DocumentKind::Runbook,
        "platform",
        "etcd-slow",
        json!({ "content": "# etcd ist langsam\n\n## Diagnose\n\nDie Festplatte ist zu langsam, das Zertifikat läuft ab.\n\n## Behebung\n\nDen Knoten tauschen.", "component": "etcd", "language": "de", "alerts": [{ "name": "EtcdSlow" }], "appliesTo": [{ "kind": "Node", "name": "worker-1" }] }),
    );
    document(
        DocumentKind::KnowledgeArticle,
        "platform",
        "on-call",
        json!({ "content": "# On call\n\nHow we work at night, and whom to wake.", "type": "Guide", "audience": ["Operator"] }),
    );
    let mut target = |kind: &GroupKind, namespace: Option<&str>, name: &str| {
        let meta = ObjectMeta {
            name: Some(name.to_owned()),
            namespace: namespace.map(str::to_owned),
            uid: Some(name.to_owned()),
            resource_version: Some("1".to_owned()),
            labels: Some([("app".to_owned(), "payments".to_owned())].into()),
            ..ObjectMeta::default()
        };
        corpus.apply(Object::Target(TargetMeta::prune(kind, meta).unwrap()));
    };
    target(&deployment, Some("payments"), "payments-api");
    target(&deployment, Some("payments"), "payments-worker");
    target(&node, None, "worker-1");
    corpus
}

struct Browser(axum::Router);

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Browser {
    fn new() -> Self {
        let settings = Settings {
            cluster_name: "prod-eu1".into(),
            shared_namespaces: ["platform".into()].into(),
            ..Settings::default()
        };
        let site = Site::of(&corpus(), Arc::new(settings));
        let snapshot = Publisher::default().first(Arc::new(site));
        let (_, published) = watch::channel(Some(Arc::new(snapshot)));
        Self(router(published, HttpConfig::default()))
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(path, &[]).await
    }

    async fn ask(&self, path: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let response = self
            .0
            .clone()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

#[tokio::test]
async fn an_alert_leads_to_the_document_of_its_namespace_and_never_to_that_of_another() {
    let browser = Browser::new();
    let page = "../../namespaces/payments/runbooks/payments-api-down";
    let cases = [
        (
            "/runbooks/payments/PaymentsApiDown?namespace=payments&severity=critical",
            format!("{page}?namespace=payments&severity=critical"),
        ),
        (
            "/runbooks/PAYMENTS/paymentsapidown?namespace=payments&severity=critical",
            format!("{page}?namespace=payments&severity=critical"),
        ),
        (
            "/runbooks/payments/PaymentsApiDown/?namespace=payments&severity=critical",
            format!("../{page}?namespace=payments&severity=critical"),
        ),
        (
            "/runbooks/PaymentsApiDown?namespace=payments&severity=warning",
            "../namespaces/payments/runbooks/payments-slow?namespace=payments&severity=warning".to_owned(),
        ),
        (
            "/runbooks/PaymentsApiDown/?namespace=payments&severity=warning",
            "../../namespaces/payments/runbooks/payments-slow?namespace=payments&severity=warning".to_owned(),
        ),
        // By its name, where nothing lists the alert.
        (
            "/runbooks/payments-slow?namespace=payments",
            "../namespaces/payments/runbooks/payments-slow?namespace=payments".to_owned(),
        ),
        // The shared namespace answers for everybody, and before a foreign one.
        (
            "/runbooks/etcd/EtcdSlow?namespace=payments",
            "../../namespaces/platform/runbooks/etcd-slow?namespace=payments".to_owned(),
        ),
        (
            "/runbooks/EtcdSlow",
            "../namespaces/platform/runbooks/etcd-slow".to_owned(),
        ),
    ];
    for (path, expect) in cases {
        let answer = browser.get(path).await;
        assert_eq!(
            (answer.status, answer.header(header::LOCATION)),
            (StatusCode::TEMPORARY_REDIRECT, expect.as_str()),
            "{path}"
        );
    }
    // A document of another namespace is a choice with a warning, whatever it claims.
    for path in ["/runbooks/OrdersOnly?namespace=payments", "/runbooks/OrdersOnly"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(
            answer.body.contains("From other namespaces") && answer.body.contains("nobody vouches"),
            "{path}"
        );
    }
    // Without a namespace, no tenant's document is the answer.
    let answer = browser.get("/runbooks/payments/PaymentsApiDown").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("does not say which namespace") && answer.body.contains("payments-api-down"));
    let answer = browser
        .get("/runbooks/other/PaymentsApiDown?namespace=payments&severity=critical")
        .await;
    assert!(
        !answer.header(header::LOCATION).contains("payments-api-down"),
        "it is of another component"
    );
    let answer = browser
        .get("/runbooks/payments/PaymentsApiDwon?namespace=payments")
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(
        answer.body.contains("Did you mean") && answer.body.contains("namespaces/payments/runbooks/payments-api-down"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn commands_are_filled_from_the_alert_the_object_and_the_reader() {
    let browser = Browser::new();
    let page = "/namespaces/payments/runbooks/payments-api-down";
    let commands = async |query: &str| {
        let answer = browser.get(&format!("/api/v1alpha1{page}{query}")).await;
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        let texts = body["commands"]
            .as_array()
            .unwrap()
            .iter()
            .map(|command| command["text"].as_str().unwrap().to_owned());
        (texts.collect::<Vec<_>>(), body)
    };
    let (texts, body) = commands("").await;
    // Both objects are Deployments of one namespace: that they share, their names they do not.
    assert_eq!(texts[0], "kubectl -n payments get pods");
    assert_eq!(texts[2], "kubectl -n payments rollout restart deploy/<deployment>");
    assert_eq!(body["commands"][2]["unbound"], json!(["deployment"]));
    let effects: Vec<&str> = body["commands"]
        .as_array()
        .unwrap()
        .iter()
        .map(|command| command["effect"].as_str().unwrap())
        .collect();
    assert_eq!(effects, ["read", "read", "change", "destructive"]);
    let (texts, _) = commands("?page.target=deployments.apps/payments/payments-worker").await;
    assert_eq!(texts[2], "kubectl -n payments rollout restart deploy/payments-worker");
    let (texts, _) = commands("?page.target=nodes//worker-1").await;
    assert_eq!(
        texts[2], "kubectl -n payments rollout restart deploy/<deployment>",
        "the page does not describe that object"
    );
    let (texts, body) = commands("?namespace=orders&pod=web-0").await;
    assert_eq!(
        texts[1], "kubectl -n orders logs web-0",
        "the alert says what it is about"
    );
    assert_eq!(body["parameters"][0]["origin"], "from the alert label namespace");
    // A value cannot break out.
    let (texts, body) = commands("?set.PVC=a%22;reboot;%22&set.NAMESPACE=x;reboot").await;
    assert_eq!(texts[3], "kubectl -n 'x;reboot' delete pvc \"a\\\";reboot;\\\"\"");
    assert_eq!(body["parameters"][0]["origin"], "typed");
    let page_html = browser
        .get(&format!("{page}?set.PVC=%3Cscript%3Ealert(1)%3C/script%3E"))
        .await
        .body;
    assert!(!page_html.contains("<script>alert"), "{page_html}");
    assert!(page_html.contains("Number of the incident.") && page_html.contains("placeholder=\"INC-1\""));
    assert!(page_html.contains("<option value=\"deployments.apps/payments/payments-api\">"));
}

#[tokio::test]
async fn a_page_says_which_cluster_it_is_and_where_it_comes_from() {
    let browser = Browser::new();
    let body = browser
        .get("/namespaces/payments/runbooks/payments-api-down")
        .await
        .body;
    for part in [
        "<title>Payments API is down · prod-eu1</title>",
        "prod-eu1</span>",
        "platform-payments · <a href=\"https://chat.example.org/payments\" rel=\"noopener noreferrer\">Chat</a> · <a href=\"https://git.example.org/edit\"",
        "<code>docs/down.md@3f2c1ab</code>",
        "Apache-2.0",
        "<p class=\"effect\"><span><strong>destructive</strong>",
        "href=\"#mitigation\"",
    ] {
        assert!(body.contains(part), "{part}\n{body}");
    }
    let german = browser.get("/namespaces/platform/runbooks/etcd-slow").await.body;
    assert!(german.contains("<main id=\"main\" lang=\"de\""), "{german}");
    let moved = browser.get("/namespaces/payments/runbooks/old-name?namespace=a").await;
    assert_eq!(
        (moved.status, moved.header(header::LOCATION)),
        (StatusCode::PERMANENT_REDIRECT, "payments-api-down?namespace=a")
    );
}

#[tokio::test]
async fn search_forgives_and_narrows() {
    let browser = Browser::new();
    let cases = [
        ("PaymentsApiDown namespace:payments", "payments-api-down"),
        ("paymnets api", "payments-api-down"),
        ("zertifikate", "etcd-slow"),
        ("festpl", "etcd-slow"),
        ("\"rollout restart\"", "payments-api-down"),
        ("tag:money", "payments-api-down"),
        ("kind:article night", "on-call"),
    ];
    for (query, expect) in cases {
        let address = format!("/search?q={}", query.replace(' ', "+").replace('"', "%22"));
        let body = browser.get(&address).await.body;
        let first = body.split("<ol class=\"results\"").nth(1).unwrap_or_default();
        let first = first.split("</li>").next().unwrap_or_default();
        assert!(first.contains(expect), "{query}: {first}");
    }
    let body = browser.get("/search?q=payments&namespace=orders").await.body;
    assert!(!body.contains("payments-api-down\""), "the filter leaves it out");
    assert!(
        browser.get("/search").await.body.contains("exact phrase"),
        "an empty query teaches"
    );
    assert!(browser.get("/search?q=xyzzyplugh").await.body.contains("0 documents"));
}

#[tokio::test]
async fn what_a_reader_has_is_not_sent_again_and_the_guard_is_on_every_answer() {
    let browser = Browser::new();
    for path in [
        "/",
        "/search?q=etcd",
        "/namespaces/payments",
        "/namespaces/payments/runbooks/payments-api-down",
        "/assets/style.css",
        "/assets/site.js",
        "/api/v1alpha1/namespaces",
        "/no/such/page",
        "/runbooks/EtcdSlow",
    ] {
        let first = browser.get(path).await;
        assert_eq!(
            first.header(header::CONTENT_SECURITY_POLICY),
            CONTENT_SECURITY_POLICY,
            "{path}"
        );
        assert_eq!(first.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        if first.status != StatusCode::OK {
            continue;
        }
        let tag = first.header(header::ETAG).to_owned();
        let again = browser.ask(path, &[(header::IF_NONE_MATCH, &tag)]).await;
        assert_eq!(
            (again.status, again.body.as_str()),
            (StatusCode::NOT_MODIFIED, ""),
            "{path}"
        );
        let packed = browser.ask(path, &[(header::ACCEPT_ENCODING, "gzip")]).await;
        assert!(
            packed.header(header::CONTENT_ENCODING) == "gzip" || first.body.len() < 100,
            "{path}"
        );
    }
    // The first page with its style and script.
    let mut wire = 0;
    for path in [
        "/namespaces/payments/runbooks/payments-api-down",
        "/assets/style.css",
        "/assets/site.js",
        "/assets/fill.js",
    ] {
        let response = Request::get(path)
            .header(header::ACCEPT_ENCODING, "gzip")
            .body(Body::empty())
            .unwrap();
        let response = browser.0.clone().oneshot(response).await.unwrap();
        wire += to_bytes(response.into_body(), usize::MAX).await.unwrap().len();
    }
    println!("first page with style and script: {wire} bytes on the wire");
    assert!(wire <= 40 << 10, "{wire} bytes");
}

/// The schema of an answer, with all definitions in it.
fn schema(description: &Value, path: &str, status: &str) -> Value {
    let mut schema =
        description["paths"][path]["get"]["responses"][status]["content"]["application/json"]["schema"].clone();
    assert!(schema.is_object(), "{path} {status} is not described");
    schema["components"] = description["components"].clone();
    schema
}

#[tokio::test]
async fn every_json_answer_is_one_that_the_description_allows() {
    let browser = Browser::new();
    let base = "/api/v1alpha1";
    let description: Value = serde_json::from_str(&browser.get(&format!("{base}/openapi.json")).await.body).unwrap();
    let asked = [
        ("/namespaces", "/namespaces", "200"),
        ("/namespaces/{namespace}", "/namespaces/payments", "200"),
        ("/namespaces/{namespace}", "/namespaces/none", "404"),
        (
            "/namespaces/{namespace}/{kind}/{name}",
            "/namespaces/payments/runbooks/payments-api-down?namespace=payments&set.TICKET=1",
            "200",
        ),
        (
            "/namespaces/{namespace}/{kind}/{name}",
            "/namespaces/platform/articles/on-call",
            "200",
        ),
        (
            "/namespaces/{namespace}/{kind}/{name}",
            "/namespaces/platform/runbooks/etcd-slow",
            "200",
        ),
        (
            "/namespaces/{namespace}/{kind}/{name}",
            "/namespaces/platform/runbooks/none",
            "404",
        ),
        (
            "/namespaces/{namespace}/objects/{resource}/{name}",
            "/namespaces/payments/objects/deployments.apps/payments-api",
            "200",
        ),
        (
            "/namespaces/{namespace}/objects/{resource}/{name}",
            "/namespaces/payments/objects/deployment/payments-api",
            "200",
        ),
        (
            "/namespaces/{namespace}/objects/{resource}/{name}",
            "/namespaces/payments/objects/deployment/none",
            "404",
        ),
        ("/objects/{resource}/{name}", "/objects/nodes/worker-1", "200"),
        ("/objects/{resource}/{name}", "/objects/nodes/none", "404"),
        ("/runbooks/{alert}", "/runbooks/EtcdSlow", "200"),
        ("/runbooks/{alert}", "/runbooks/None", "404"),
        (
            "/runbooks/{component}/{alert}",
            "/runbooks/payments/PaymentsApiDown?namespace=payments",
            "200",
        ),
        ("/runbooks/{component}/{alert}", "/runbooks/payments/None", "404"),
        ("/search", "/search?q=payments", "200"),
        ("/search", "/search?q=paymnets&namespace=payments&offset=0", "200"),
        ("/search", "/search", "200"),
    ];
    for (path, address, status) in asked {
        let answer = browser.get(&format!("{base}{address}")).await;
        assert_eq!(answer.status.as_str(), status, "{address}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/json", "{address}");
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        let schema = schema(&description, path, status);
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .build(&schema)
            .unwrap();
        let wrong: Vec<String> = validator
            .iter_errors(&body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{address}: {wrong:#?}");
        // An answer that says nothing would be valid too.
        assert!(body.as_object().is_some_and(|body| !body.is_empty()), "{address}");
    }
    let described: BTreeSet<&str> = description["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        described,
        asked.iter().map(|(path, ..)| *path).collect(),
        "each path is asked for"
    );
    // A document says the same in all of its forms.
    let page = "/namespaces/payments/runbooks/payments-api-down";
    let as_json = browser.get(&format!("{page}.json")).await.body;
    assert_eq!(as_json, browser.get(&format!("{base}{page}")).await.body);
    assert_eq!(
        as_json,
        browser.ask(page, &[(header::ACCEPT, "application/json")]).await.body
    );
    let nowhere = browser.get(&format!("{base}/none")).await;
    assert_eq!(
        (nowhere.status, nowhere.header(header::CONTENT_TYPE)),
        (StatusCode::NOT_FOUND, "application/json")
    );
}
