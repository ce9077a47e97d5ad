//! From `helm install` on an empty, restricted cluster to `helm uninstall`, and what is left then.
//!
//! In: the chart, the image, `examples/payments`. Out: figures on standard error.
//! Must not: forgive a single failed read or review.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use k8s_openapi::jiff::Timestamp;
use serde_json::Value;

use super::readers::Steady;
use super::support::{
    NAME, Node, RUNBOOKS, annotated, annotation, document_is, eventually, get, helm, http, kubectl, kubectl_command,
    say, service,
};

const PAGE: &str = "/namespaces/payments/runbooks/payments-api-down";

/// The pods of the operator that are not on their way out.
fn pods(namespace: &str) -> Vec<Value> {
    let selector = "app.kubernetes.io/name=knowledge-operator,app.kubernetes.io/component=operator";
    let pods = get(&["pods", "-n", namespace, "-l", selector]);
    let pods = pods["items"].as_array().unwrap().iter();
    pods.filter(|pod| pod["metadata"].get("deletionTimestamp").is_none())
        .cloned()
        .collect()
}

/// Name of the pod that writes.
fn leader(namespace: &str) -> String {
    eventually("somebody to lead", Duration::from_secs(20), || {
        let lease = get(&["lease", NAME, "-n", namespace]);
        let holder = lease["spec"]["holderIdentity"].as_str().unwrap_or_default();
        let pod = holder.rsplit_once('_').map(|(pod, _)| pod.to_owned());
        pod.filter(|pod| {
            pods(namespace)
                .iter()
                .any(|one| one["metadata"]["name"] == pod.as_str())
        })
        .ok_or_else(|| format!("held by {holder:?}"))
    })
}

/// What the processes of the operator take, in KiB of resident memory.
fn resident() -> Vec<u64> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let resident = processes.filter_map(|process| {
        let status = std::fs::read_to_string(process.path().join("status")).ok()?;
        let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name));
        (field("Name:\t")? == "knowledge-opera").then(|| field("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok())?
    });
    resident.collect()
}

/// Whole seconds from the start of a pod to a condition, which is all that Kubernetes writes down.
fn seconds_to(pod: &Value, condition: &str) -> i64 {
    let conditions = pod["status"]["conditions"].as_array().unwrap();
    let reached = &conditions.iter().find(|one| one["type"] == condition).unwrap()["lastTransitionTime"];
    let time = |value: &Value| value.as_str().unwrap().parse::<Timestamp>().unwrap();
    (time(reached) - time(&pod["status"]["startTime"])).get_seconds()
}

#[test]
fn from_install_to_uninstall() {
    let Some(mut node) = Node::start() else { return };
    node.restricted("platform");
    let took = node.install("platform", &[]);
    say(&format!("helm install --wait: {:.1} s", took.as_secs_f64()));
    for pod in pods("platform") {
        say(&format!(
            "start-up: ready {} s after the pod was started",
            seconds_to(&pod, "Ready")
        ));
    }
    let tested = helm(&["test", NAME, "--namespace", "platform", "--logs"]);
    assert!(tested.contains("/namespaces/platform: 200 OK"), "{tested}");

    // The operator documents itself.
    document_is("platform", "runbook", "knowledge-operator-down", "True/Published");
    say(&format!("resident memory at rest, KiB a replica: {:?}", resident()));

    node.namespace("payments");
    kubectl(&["apply", "--server-side", "-f", "examples/payments/"]);
    document_is("payments", "runbook", "payments-api-down", "True/Published");
    document_is(
        "payments",
        "knowledgearticle",
        "payments-architecture",
        "True/Published",
    );
    annotated(
        "payments",
        "deployment/payments-api",
        RUNBOOKS,
        Some("db-pool-exhausted,payments-api-down"),
    );

    reads_through_port_forward_and_service_proxy();
    survives_upgrade_and_loss_of_the_leader(&node);

    let uid = |name: &str| get(&["runbook", name, "-n", "payments"])["metadata"]["uid"].clone();
    let before = uid("payments-api-down");
    node.uninstall("platform");
    assert_eq!(uid("payments-api-down"), before, "documents outlive the operator");
    assert!(
        annotation("payments", "deployment/payments-api", RUNBOOKS).is_some(),
        "as nobody asked to detach"
    );
    let own = get(&["runbooks", "-n", "platform"]);
    assert!(
        own["items"].as_array().is_none_or(Vec::is_empty),
        "its own are gone with it: {own}"
    );

    node.install("platform", &["--set", "detachOnUninstall=true"]);
    document_is("payments", "runbook", "payments-api-down", "True/Published");
    node.uninstall("platform");
    assert_eq!(annotation("payments", "deployment/payments-api", RUNBOOKS), None);
    assert_eq!(uid("payments-api-down"), before);
    for kind in ["clusterrole", "clusterrolebinding"] {
        assert_eq!(
            get(&[kind, "knowledge-operator-detach"]),
            Value::Null,
            "what the hook brought along is gone"
        );
    }
    assert!(
        !get(&["crd", "runbooks.knowledge.scs.community"]).is_null(),
        "definitions are kept"
    );
}

fn reads_through_port_forward_and_service_proxy() {
    let mut forward = kubectl_command("ADMIN")
        .args(["port-forward", "-n", "platform", "service/knowledge-operator", ":80"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    // Kept until the end: kubectl goes when nobody listens to it any more.
    let mut said = BufReader::new(forward.stdout.take().unwrap());
    said.read_line(&mut line).unwrap();
    let address = line
        .split(' ')
        .nth(2)
        .and_then(|address| address.parse().ok())
        .unwrap_or_else(|| panic!("{line:?}"));
    let (page, data) = (http(address, PAGE), http(address, &format!("{PAGE}.json")));
    forward.kill().unwrap();
    forward.wait().unwrap();
    let ((code, body), (_, data)) = (page.unwrap(), data.unwrap());
    assert_eq!(code, 200);
    assert!(body.contains("Payments API is down"));

    // kubectl asks for JSON, and gets it.
    let proxy = format!("/api/v1/namespaces/platform/services/http:knowledge-operator:http/proxy{PAGE}");
    assert_eq!(kubectl(&["get", "--raw", &proxy]), data);
}

fn survives_upgrade_and_loss_of_the_leader(node: &Node) {
    let trust = || {
        let secret = get(&["secret", "knowledge-operator-webhook", "-n", "platform"]);
        let configuration = get(&["validatingwebhookconfiguration", NAME]);
        (
            secret["data"].clone(),
            configuration["webhooks"][0]["clientConfig"]["caBundle"].clone(),
        )
    };
    let before = trust();
    assert!(before.1.is_string());
    let address = service("platform", NAME, 80);
    let readers: Vec<_> = (0..2)
        .map(|_| Steady::reader(address, PAGE, "Payments API is down"))
        .collect();
    let author = Steady::author("payments");

    let first = pods("platform");
    node.upgrade("platform", &["--set", "clusterName=after-the-upgrade"]);
    assert!(
        pods("platform").iter().all(|pod| !first.contains(pod)),
        "every pod is a new one"
    );
    eventually("the new name on the page", Duration::from_secs(10), || {
        let (_, page) = http(address, PAGE).map_err(|error| error.to_string())?;
        page.contains("after-the-upgrade").then_some(()).ok_or(page)
    });

    let leading = leader("platform");
    kubectl(&["delete", "pod", &leading, "-n", "platform", "--wait=false"]);
    eventually("another leader", Duration::from_secs(20), || {
        let now = leader("platform");
        if now == leading { Err(now) } else { Ok(()) }
    });
    kubectl(&[
        "rollout",
        "status",
        "deployment/knowledge-operator",
        "-n",
        "platform",
        "--timeout=60s",
    ]);
    // Until the pod that was asked to go is gone.
    kubectl(&[
        "wait",
        "--for=delete",
        &format!("pod/{leading}"),
        "-n",
        "platform",
        "--timeout=60s",
    ]);

    let read: Vec<_> = readers.into_iter().map(Steady::stop).collect();
    let reviewed = author.stop();
    let pages: usize = read.iter().map(|tally| tally.asked).sum();
    say(&format!(
        "upgrade and loss of the leader: {pages} pages read, {} documents reviewed",
        reviewed.asked
    ));
    for tally in read.iter().chain([&reviewed]) {
        assert_eq!(tally.failed, Vec::<String>::new(), "of {}", tally.asked);
    }
    assert!(pages > 1000 && reviewed.asked > 20);
    assert_eq!(trust(), before, "an upgrade keeps certificates");
}
