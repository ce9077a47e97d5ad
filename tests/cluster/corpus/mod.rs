//! 272 real runbooks and the objects of real clusters, from a folder of Markdown to pages and annotations.
//!
//! In: `../shared/corpus`, or where `KNOWLEDGE_CORPUS` says; `attachments.tsv`; `objects.yaml`.
//! Out: times, and a failure for whatever was lost, attached wrongly or written twice.

mod expected;
mod inputs;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use inputs::{LABEL, NAMELESS, corpus, files, label, parsed};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::rights::Granted;
use crate::support::audit::{self, by_resource};
use crate::support::documents::condition;
use crate::support::operator::{Operator, program};
use crate::support::wait::{equal, eventually, throughout};
use crate::support::{Test, checkout, outcome};

/// How many Markdown files there are.
const FILES: usize = 272;
/// The namespace whose documents reach everywhere.
const SHARED: &str = "knowledge-shared";
/// The resources that documents may describe here: all of the list that this cluster serves.
const TARGETS: [&str; 14] = [
    "deployments.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "cronjobs.batch",
    "jobs.batch",
    "services",
    "ingresses.networking.k8s.io",
    "namespaces",
    "nodes",
    "persistentvolumeclaims",
    "clusters.cluster.x-k8s.io,machinedeployments.cluster.x-k8s.io",
    "clusterstacks.clusterstack.x-k8s.io",
    "shoots.core.gardener.cloud",
    "helmreleases.helm.toolkit.fluxcd.io,kustomizations.kustomize.toolkit.fluxcd.io",
];

/// Definitions and objects without a namespace go when the test does.
struct Cleaned<'t>(&'t Test);

impl Drop for Cleaned<'_> {
    fn drop(&mut self) {
        let kinds = "customresourcedefinitions,nodes,clusterroles,clusterrolebindings,namespaces";
        let gone = self
            .0
            .try_kubectl(&["delete", kinds, "--selector", LABEL, "--wait=false"], "");
        if let Err(error) = gone {
            say!("not cleaned up: {error}");
        }
    }
}

/// All documents of the test.
fn stored(test: &Test) -> Result<Vec<Value>, String> {
    let mut all = Vec::new();
    for plural in ["runbooks", "knowledgearticles"] {
        let path = format!("/apis/knowledge.scs.community/v1alpha1/{plural}?labelSelector={LABEL}");
        all.extend(test.read(&path)?["items"].as_array().unwrap().iter().cloned());
    }
    Ok(all)
}

fn has_status(document: &&Value) -> bool {
    document["status"]["observedGeneration"] == document["metadata"]["generation"]
}

fn page(document: &Value) -> String {
    let text = |key: &str| document["metadata"][key].as_str().unwrap().to_owned();
    let kind = if document["kind"] == "Runbook" {
        "runbooks"
    } else {
        "articles"
    };
    format!("/namespaces/{}/{kind}/{}", text("namespace"), text("name"))
}

#[test]
fn the_corpus_is_imported_applied_judged_attached_and_served_and_a_second_pass_writes_nothing() {
    let Some(corpus) = corpus() else { return };
    let Some(test) = Test::start("corpus") else { return };
    test.alone();
    let mut clock = Clock(Instant::now());
    let cleaned = Cleaned(&test);
    let granted = Granted::without(&test, "alice", &["ingresses"]);
    for file in ["cluster-api", "others"] {
        let mut definitions = parsed(
            &test,
            &["-f", "-"],
            &checkout(&format!("tests/cluster/crds/{file}.yaml")),
        );
        definitions.iter_mut().for_each(label);
        test.apply(&definitions);
    }
    let stacks = files(&corpus.join("cluster-objects/scs-cluster-stack-operator/crd"), "yaml");
    stacks.iter().for_each(|path| {
        let mut definition = parsed(&test, &["-f", path.to_str().unwrap()], "");
        definition.iter_mut().for_each(label);
        test.apply(&definition);
    });
    test.kubectl(&[
        "wait",
        "crd",
        "--selector",
        LABEL,
        "--for=condition=Established",
        "--timeout=30s",
    ]);
    clock.lap("definitions");

    let objects = inputs::objects(&test, &corpus);
    let documents = inputs::documents(&test, &corpus);
    assert_eq!(documents.len(), FILES);
    clock.lap("import");
    let namespaces: BTreeSet<&str> = objects
        .iter()
        .chain(&documents)
        .filter_map(|object| object["metadata"]["namespace"].as_str())
        .collect();
    let namespaces = namespaces.into_iter().filter(|name| *name != "kube-system").map(|name| {
        let tier = if ["cluster", NAMELESS].contains(&name) { "management" } else { "other" };
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name, "labels": { LABEL: "true", "example.org/tier": tier } } })
    });
    test.apply(&namespaces.collect::<Vec<_>>());
    test.apply(&objects);
    test.apply(&documents);
    assert_eq!(stored(&test).unwrap().len(), FILES, "two documents of one name");
    clock.lap("apply");

    // What an earlier test left on objects that every cluster has would not be written again.
    outcome(&program("ADMIN").arg("detach").output().unwrap()).unwrap();
    assert_eq!(expected::carried(&test), BTreeMap::new());
    let mark = audit::mark(&test);
    let operator = Operator::start_as("ALICE", &["--shared-namespace", SHARED]);
    clock.lap("start until ready");
    eventually("every document to have a status", Duration::from_secs(60), || {
        equal(stored(&test)?.iter().filter(has_status).count(), FILES)
    });
    clock.lap("every status");
    let now = stored(&test).unwrap();
    let expected = expected::annotations(&test, &documents, SHARED, &["Ingress"]);
    eventually("every annotation", Duration::from_secs(30), || {
        expected::compare(&expected, &expected::carried(&test))
    });
    clock.lap(&format!("{} annotations, as expected", expected.len()));
    let all = audit::writes(&test, mark, "alice");
    let writes = by_resource(&all);
    say!("first pass: {writes:?}");
    assert_eq!(
        writes.get("patch runbooks/status").unwrap() + writes.get("patch knowledgearticles/status").unwrap(),
        FILES
    );
    let attached: usize = writes
        .iter()
        .filter(|(what, _)| !what.ends_with("/status") && *what != "create events")
        .map(|(_, count)| count)
        .sum();
    let stalled = now
        .iter()
        .filter(|document| condition(document, "Stalled").is_some())
        .count();
    let events = writes.get("create events").copied().unwrap_or_default();
    assert!(
        events <= stalled,
        "{events} events for {stalled} documents that are not as they should be"
    );
    assert_eq!(
        attached,
        expected::objects_of(&expected),
        "one write for each object: {all:#?} {expected:#?}"
    );

    reasons(&now);
    nothing_lost(&now, &corpus);
    for document in &now {
        let answer = operator.page(&page(document));
        assert_eq!(answer.status, 200, "{}", page(document));
    }
    clock.lap("272 pages");
    both_versions(&test);
    operator.stop();

    let mark = audit::mark(&test);
    let operator = Operator::start_as("ALICE", &["--shared-namespace", SHARED]);
    test.apply(&objects);
    test.apply(&documents);
    clock.lap("restart, everything applied again");
    throughout("silence", Duration::from_secs(3), || {
        equal(audit::writes(&test, mark, "alice"), vec![])
    });
    // A version that is no longer served is the same kind, the same objects, the same documents.
    let definition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/clusters.cluster.x-k8s.io";
    let mut crd = test.read(definition).unwrap();
    crd["spec"]["versions"][1]["served"] = json!(false);
    test.patch(definition, &json!({ "spec": { "versions": crd["spec"]["versions"] } }));
    eventually("v1beta2 to be gone", Duration::from_secs(10), || {
        match test.read(&cluster("v1beta2")) {
            Ok(_) => Err("it is served".to_owned()),
            Err(_) => Ok(()),
        }
    });
    throughout("silence", Duration::from_secs(3), || {
        equal(audit::writes(&test, mark, "alice"), vec![])
    });
    let change = json!({ "metadata": { "annotations": { crate::support::RUNBOOKS: null } } });
    test.patch(&cluster("v1beta1"), &change);
    eventually(
        "the watch to follow at the other version",
        Duration::from_secs(10),
        || expected::compare(&expected, &expected::carried(&test)),
    );
    clock.lap("silence, and a version that goes");
    operator.stop();
    drop((granted, cleaned));
}

fn cluster(version: &str) -> String {
    format!("/apis/cluster.x-k8s.io/{version}/namespaces/cluster/clusters/ferrol")
}

/// One Cluster in two versions is one object with one annotation.
fn both_versions(test: &Test) {
    let read = |version: &str| test.annotation(&cluster(version), crate::support::RUNBOOKS).unwrap();
    assert!(read("v1beta1").is_some());
    assert_eq!(read("v1beta1"), read("v1beta2"));
}

/// Every document says of its targets what the table says.
fn reasons(documents: &[Value]) {
    let mut wrong = Vec::new();
    for document in documents {
        let attached = condition(document, "Attached").unwrap();
        let wanted = document["metadata"]["labels"]["test.example.org/reason"]
            .as_str()
            .unwrap_or("NothingToAttach");
        if attached["reason"] != wanted {
            wrong.push(format!("{}: {attached} instead of {wanted}", page(document)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every file is the content of exactly one document, byte for byte.
fn nothing_lost(documents: &[Value], corpus: &Path) {
    let folder = corpus.join("openshift-runbooks/alerts");
    let served: BTreeMap<&str, &str> = documents
        .iter()
        .map(|document| {
            let path = document["spec"]["source"]["path"].as_str().unwrap();
            (path, document["status"]["contentDigest"].as_str().unwrap())
        })
        .collect();
    let files = files(&folder, "md");
    assert_eq!((files.len(), served.len()), (FILES, FILES));
    for file in files {
        let hash = Sha256::digest(fs::read(&file).unwrap());
        let digest: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let path = file.strip_prefix(&folder).unwrap().to_str().unwrap();
        assert_eq!(served[path], format!("sha256:{digest}"), "{path}");
    }
}

/// Says how long each part took.
struct Clock(Instant);

impl Clock {
    fn lap(&mut self, what: &str) {
        say!("{:>6} ms  {what}", self.0.elapsed().as_millis());
        self.0 = Instant::now();
    }
}
