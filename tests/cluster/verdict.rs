//! `lint` and the API server give the same verdict.
//!
//! In: the tables of `tests/manifests`. Every case is sent, byte for byte, as a server-side apply that is not kept.
//! Out: a failure that shows every case about which the two disagree.

use std::collections::BTreeSet;
use std::time::Duration;

use http::{Method, Request};
use knowledge_operator::api::{DocumentKind, crd, names};
use knowledge_operator::finding::{ALL, Severity, Tier};
use knowledge_operator::manifest::parse_manifests;
use kube::Client;
use serde_json::{Value, json};

use crate::support;
use crate::table::{self, Case};

const NAMESPACE: &str = "lint-verdict";

#[tokio::test]
async fn the_api_server_refuses_exactly_what_lint_calls_an_error_of_the_schema() {
    let Some(client) = support::admin().await else { return };
    prepare(&client).await;
    let (mut sent, mut wrong) = (0, Vec::new());
    for case in table::files()
        .iter()
        .flat_map(|file| table::cases(file))
        .filter(|case| case.cluster)
    {
        let (strict, reason) = apply(&client, &case, "Strict").await;
        let refuses = lint_refuses(&case);
        sent += 1;
        let agreed = if case.stricter {
            strict && refuses
        } else {
            strict != refuses
        };
        if !agreed {
            wrong.push(format!(
                "{}\n  lint refuses: {refuses}, the API server takes it: {strict}\n  {reason}",
                case.name
            ));
        }
        if case.lax {
            let (lax, reason) = apply(&client, &case, "Ignore").await;
            if !lax {
                wrong.push(format!(
                    "{}\n  is refused even without strict validation: {reason}",
                    case.name
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {sent} verdicts differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(sent >= 60, "{sent} cases were sent");
    say!("{sent} manifests, one verdict each");
}

/// Whether `lint` reports an error of the schema tier: `tests/lint.rs` holds the table to what it finds.
fn lint_refuses(case: &Case) -> bool {
    let codes = case.expected.iter().filter_map(|line| line.split(' ').next());
    let mut codes = codes.map(|id| ALL.iter().find(|code| code.id() == id).unwrap());
    codes.any(|code| code.tier() == Tier::Schema && code.severity() == Severity::Error)
}

/// Sends the bytes to where their object would live. True when the API server takes them, else with its words.
async fn apply(client: &Client, case: &Case, validation: &str) -> (bool, String) {
    let (objects, _) = parse_manifests(&case.text);
    let text = |pointer: &str| {
        let value = objects
            .first()?
            .value
            .pointer(pointer)?
            .as_str()
            .filter(|text| !text.is_empty())?;
        Some(value.to_owned())
    };
    let kind = text("/kind")
        .and_then(|kind| DocumentKind::parse(&kind))
        .unwrap_or(DocumentKind::Runbook);
    let name = text("/metadata/name").unwrap_or_else(|| "x".to_owned());
    let uri = format!(
        "/apis/{}/namespaces/{NAMESPACE}/{}/{}?dryRun=All&fieldManager=lint-test&force=true&fieldValidation={validation}",
        names::API_VERSION,
        kind.plural(),
        escape(&name),
    );
    match send(
        client,
        Method::PATCH,
        &uri,
        "application/apply-patch+yaml",
        case.text.clone().into_bytes(),
    )
    .await
    {
        Ok(_) => (true, String::new()),
        Err(kube::Error::Api(status)) => {
            // Only a judgement of the object is a verdict.
            assert!(
                ![401, 403, 404, 409, 429].contains(&status.code),
                "{}: {status:?}",
                case.name
            );
            (false, status.message.clone())
        }
        Err(error) => panic!("{}: {error:?}", case.name),
    }
}

async fn send(client: &Client, method: Method, uri: &str, form: &str, body: Vec<u8>) -> kube::Result<String> {
    let request = Request::builder()
        .method(method)
        .uri(uri)
        .header("content-type", form)
        .body(body)
        .unwrap();
    client.request_text(request).await
}

/// The definitions and a namespace, in place and served.
async fn prepare(client: &Client) {
    for kind in DocumentKind::ALL {
        let path = format!(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{}.{}?fieldManager=lint-test&force=true",
            kind.plural(),
            names::GROUP
        );
        send(
            client,
            Method::PATCH,
            &path,
            "application/apply-patch+yaml",
            crd(kind).to_string().into_bytes(),
        )
        .await
        .unwrap();
    }
    let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": NAMESPACE } });
    let path = format!("/api/v1/namespaces/{NAMESPACE}?fieldManager=lint-test&force=true");
    send(
        client,
        Method::PATCH,
        &path,
        "application/apply-patch+yaml",
        namespace.to_string().into_bytes(),
    )
    .await
    .unwrap();
    let wanted: BTreeSet<&str> = DocumentKind::ALL.map(DocumentKind::plural).into();
    for _ in 0..200 {
        let group = format!("/apis/{}", names::API_VERSION);
        let listed = send(client, Method::GET, &group, "application/json", Vec::new())
            .await
            .unwrap_or_default();
        let listed: Value = serde_json::from_str(&listed).unwrap_or_default();
        let found = listed["resources"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|resource| resource["name"].as_str());
        let found: BTreeSet<&str> = found.collect();
        // Applying needs the published schema too, which follows the list of resources.
        if wanted.is_subset(&found) && is_applicable(client).await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the definitions are not served");
}

async fn is_applicable(client: &Client) -> bool {
    let mut all = true;
    for kind in DocumentKind::ALL {
        let path = format!(
            "/apis/{}/namespaces/{NAMESPACE}/{}/ready?dryRun=All&fieldManager=lint-test&force=true&fieldValidation=Strict",
            names::API_VERSION,
            kind.plural()
        );
        let object = json!({
            "apiVersion": names::API_VERSION, "kind": kind.as_str(), "metadata": { "name": "ready" }, "spec": { "content": "Text." },
        });
        let sent = send(
            client,
            Method::PATCH,
            &path,
            "application/apply-patch+yaml",
            object.to_string().into_bytes(),
        )
        .await;
        all &= sent.is_ok();
    }
    all
}

fn escape(name: &str) -> String {
    name.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
