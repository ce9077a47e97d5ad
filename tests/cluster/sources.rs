//! Where content comes from, and documents that do not decode.

use std::time::Duration;

use knowledge_operator::api::{DocumentKind, crd};
use serde_json::{Value, json};

use crate::support::documents::{CONTENT, condition, judgement, runbook};
use crate::support::operator::Operator;
use crate::support::wait::{equal, eventually};
use crate::support::{Restored, Test};

#[test]
fn content_comes_from_a_config_map_whose_owner_consents_and_from_no_other() {
    let Some(test) = Test::start("content") else { return };
    let operator = Operator::start(&[]);
    let mut document = runbook("down", json!([]));
    document["spec"].as_object_mut().unwrap().remove("content");
    document["spec"]["contentFrom"] = json!({ "configMapKeyRef": { "name": "texts", "key": "down.md" } });
    test.apply(&[document]);
    let said = |reason: &str| {
        let document = test.judged("down", "Ready", reason);
        let ready = condition(&document, "Ready").unwrap();
        assert_eq!(
            (&ready["status"], condition(&document, "Stalled")),
            (&json!("False"), None)
        );
        assert_eq!(condition(&document, "Reconciling").unwrap()["reason"], reason);
        ready["message"].as_str().unwrap().to_owned()
    };
    let page = format!("/namespaces/{}/runbooks/down", test.namespace);
    let missing = said("ContentNotLabelled");
    assert!(operator.page(&page).body.contains("kubectl label configmap texts"));

    let map = format!("/api/v1/namespaces/{}/configmaps/texts", test.namespace);
    let texts = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "texts" }, "data": { "down.md": CONTENT } });
    test.apply(&[texts]);
    assert_eq!(
        said("ContentNotLabelled"),
        missing,
        "the same words whether or not it exists"
    );
    assert!(!operator.page(&page).body.contains("Nobody can pay"));

    let label = |value: Value| json!({ "metadata": { "labels": { "knowledge.scs.community/content": value } } });
    test.patch(&map, &label(json!("true")));
    let digest = test.judged("down", "Ready", "Published")["status"]["contentDigest"].clone();
    assert_eq!(operator.page(&format!("{page}.md")).body, CONTENT);

    test.patch(
        &map,
        &json!({ "data": { "down.md": format!("{CONTENT}\nCall the bank.\n") } }),
    );
    eventually("the new text", Duration::from_secs(5), || {
        let body = operator.page(&page).body;
        if body.contains("Call the bank") {
            Ok(())
        } else {
            Err(body)
        }
    });
    eventually("its digest", Duration::from_secs(5), || {
        let now = test.read(&test.runbook_path("down"))?["status"]["contentDigest"].clone();
        if now != digest && now.is_string() {
            Ok(())
        } else {
            Err(now.to_string())
        }
    });

    test.patch(&map, &json!({ "data": { "down.md": null, "up.md": CONTENT } }));
    assert!(said("ContentKeyMissing").contains("down.md"));
    test.patch(&map, &json!({ "data": { "down.md": CONTENT } }));
    test.judged("down", "Ready", "Published");
    test.patch(&map, &label(Value::Null));
    assert_eq!(said("ContentNotLabelled"), missing);
    assert!(
        !operator.page(&page).body.contains("Nobody can pay"),
        "consent can be taken back"
    );
    test.patch(&map, &label(json!("true")));
    test.judged("down", "Ready", "Published");
    test.delete(&map);
    assert_eq!(said("ContentNotLabelled"), missing);
    operator.stop();
}

/// The definition of Runbook as an older or broken version might have been: it takes anything.
fn lax() -> Value {
    let mut lax = crd(DocumentKind::Runbook).clone();
    let version = lax["spec"]["versions"][0].as_object_mut().unwrap();
    version.remove("selectableFields");
    version.insert(
        "schema".to_owned(),
        json!({ "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } }),
    );
    lax
}

#[test]
fn one_document_that_does_not_decode_is_explained_and_ninety_nine_others_are_ready() {
    let Some(test) = Test::start("undecodable") else { return };
    let restored = Restored(&test);
    test.install_crd(&lax());
    let mut broken = runbook("broken", json!("every Deployment"));
    broken["spec"]["title"] = json!({ "en": "About broken" });
    broken["spec"]["tags"] = json!(["down", 7]);
    eventually("the lax definition to be served", Duration::from_secs(15), || {
        test.try_kubectl(&["create", "--validate=false", "-f", "-"], &broken.to_string())
            .map(drop)
    });
    drop(restored);
    let good: Vec<Value> = (0..99).map(|n| runbook(&format!("good-{n:02}"), json!([]))).collect();
    eventually("the strict definition to be served", Duration::from_secs(15), || {
        let strict = test.try_kubectl(&["create", "--dry-run=server", "--validate=false", "-f", "-"], &{
            let mut other = broken.clone();
            other["metadata"]["name"] = json!("other");
            other.to_string()
        });
        strict.map_or(Ok(()), Err)
    });
    test.apply(&good);

    // Twice: a watch that meets it while listing, and one that meets it again after a restart.
    for start in 0..2 {
        let operator = Operator::start(&[]);
        eventually("99 documents to be Ready", Duration::from_secs(20), || {
            let all = test.read(&test.runbook_path(""))?;
            let all = all["items"].as_array().unwrap();
            equal(
                all.iter()
                    .filter(|item| judgement(item, "Ready").as_deref() == Some("Published"))
                    .count(),
                99,
            )
        });
        let page = operator.page(&format!("/namespaces/{}/runbooks/broken", test.namespace));
        assert_eq!(page.status, 200);
        for (code, field) in [
            ("KB0101", "spec.title"),
            ("KB0101", "spec.appliesTo"),
            ("KB0101", "spec.tags[1]"),
        ] {
            assert!(
                page.body.contains(code) && page.body.contains(field),
                "start {start}: {field} in {}",
                page.body
            );
        }
        assert!(page.body.contains("Nobody can pay"), "what is good of it is shown");
        assert!(
            operator
                .page(&format!("/namespaces/{}", test.namespace))
                .body
                .contains("good-98")
        );
        let document = test.judged("broken", "Ready", "InvalidSpec");
        assert_eq!(condition(&document, "Stalled").unwrap()["status"], "True");
        operator.stop();
    }
    let operator = Operator::start(&[]);
    let document = test.read(&test.runbook_path("broken")).unwrap();
    let mut repaired = runbook("broken", json!([]));
    repaired["metadata"]["resourceVersion"] = document["metadata"]["resourceVersion"].clone();
    test.kubectl_in(&["replace", "-f", "-"], &repaired.to_string());
    test.judged("broken", "Ready", "Published");
    // Nothing of what was said before stays: it was patched, which apply alone does not take back.
    eventually("an unbroken status", Duration::from_secs(5), || {
        let document = test.read(&test.runbook_path("broken"))?;
        equal(condition(&document, "Stalled"), None)?;
        equal(&document["status"]["findings"], &json!({ "errors": 0, "warnings": 0 }))
    });
    operator.stop();
}
