//! The first GitOps recipe, with Flux's own kustomize-controller: `docs/gitops/flux` applied from an artifact that is
//! `docs/gitops/kustomize`.
//!
//! In: those files, changed as an author would. Out: what Flux says of its Kustomizations and what is in the cluster.
//! Must not: wait for a time; every step has a condition.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::{
    NAME, Node, RUNBOOKS, annotation, document_is, eventually, get, kubectl, kubectl_command, run, variable,
};

const TEAM: &str = "parcels";

/// A repository whose commits are served as artifacts, and the controller that applies them.
struct Flux {
    folder: TempDir,
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    port: u16,
    controller: Child,
    commits: u32,
}

impl Drop for Flux {
    fn drop(&mut self) {
        let _ = self.controller.kill();
        let _ = self.controller.wait();
    }
}

impl Flux {
    fn start(node: &mut Node) -> Self {
        for crd in ["KUSTOMIZE_CRDS", "SOURCE_CRDS"] {
            kubectl(&["apply", "--server-side", "-f", variable(crd).to_str().unwrap()]);
            kubectl(&[
                "wait",
                "--for=condition=Established",
                "--timeout=30s",
                "-f",
                variable(crd).to_str().unwrap(),
            ]);
        }
        node.namespace("flux-system");
        node.namespace(TEAM);
        kubectl(&["apply", "-f", "docs/gitops/flux/source.yaml"]);
        let log = fs::File::create(variable("LOGS").join("kustomize-controller.log")).unwrap();
        let controller = Command::new(variable("KUSTOMIZE_CONTROLLER"))
            .args([
                "--enable-leader-election=false",
                "--events-addr=",
                "--metrics-addr=127.0.0.1:0",
                "--health-addr=127.0.0.1:0",
            ])
            .env("RUNTIME_NAMESPACE", "flux-system")
            .env("KUBECONFIG", variable("ADMIN_KUBECONFIG"))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("docs/gitops");
        fs::create_dir_all(&at).unwrap();
        let mut copy = Command::new("cp");
        run(copy.args(["-r", "docs/gitops/kustomize"]).arg(at), "").unwrap();
        let files = Arc::default();
        let port = serve(Arc::clone(&files));
        Self {
            folder,
            files,
            port,
            controller,
            commits: 0,
        }
    }

    fn file(&self, path: &str) -> PathBuf {
        self.folder.path().join("docs/gitops/kustomize").join(path)
    }

    fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.file(path)).unwrap();
        assert!(text.contains(from), "{path}: {text}");
        fs::write(self.file(path), text.replace(from, to)).unwrap();
    }

    /// Commits the files as they are and tells Flux; the revision is what it will name.
    fn push(&mut self) -> String {
        self.commits += 1;
        let archive = self.folder.path().with_extension("tar.gz");
        let mut tar = Command::new("tar");
        run(
            tar.arg("-C").arg(self.folder.path()).arg("-czf").arg(&archive).arg("."),
            "",
        )
        .unwrap();
        let sum = run(Command::new("sha256sum").arg(&archive), "").unwrap();
        let digest = format!("sha256:{}", sum.split(' ').next().unwrap());
        let path = format!("{}.tar.gz", self.commits);
        self.files
            .lock()
            .unwrap()
            .insert(format!("/{path}"), fs::read(&archive).unwrap());
        let revision = format!("main@sha1:{:040}", self.commits);
        let generation = get(&["gitrepository", TEAM, "-n", TEAM])["metadata"]["generation"].clone();
        let now = run(Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%SZ"]), "").unwrap();
        let now = now.trim();
        let status = json!({ "status": {
            "observedGeneration": generation,
            "artifact": {
                "path": path, "url": format!("http://127.0.0.1:{}/{path}", self.port), "revision": revision,
                "digest": digest, "lastUpdateTime": now,
            },
            "conditions": [{
                "type": "Ready", "status": "True", "reason": "Succeeded", "message": "stored", "lastTransitionTime": now,
            }],
        } });
        let patch = status.to_string();
        kubectl(&[
            "patch",
            "gitrepository",
            TEAM,
            "-n",
            TEAM,
            "--subresource=status",
            "--type=merge",
            "--patch",
            &patch,
        ]);
        revision
    }
}

/// Serves artifacts on loopback for as long as the test lives.
fn serve(files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut line = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let _ = reader.read_line(&mut line);
            let mut header = String::new();
            while reader.read_line(&mut header).is_ok_and(|count| count > 2) {
                header.clear();
            }
            let body = files
                .lock()
                .unwrap()
                .get(line.split(' ').nth(1).unwrap_or_default())
                .cloned();
            let (code, body) = body.map_or(("404 Not Found", Vec::new()), |body| ("200 OK", body));
            let _ = write!(
                stream,
                "HTTP/1.1 {code}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(&body);
        }
    });
    port
}

/// Waits until a Kustomization says this of a revision: `Ready`, or a reason for not being so and a part of its message.
fn says(name: &str, revision: &str, expect: &str, message: &str) {
    eventually(
        &format!("{name} to be {expect} at {revision}"),
        Duration::from_secs(60),
        || {
            let found = get(&["kustomization.kustomize.toolkit.fluxcd.io", name, "-n", TEAM]);
            let conditions = found["status"]["conditions"].as_array().cloned().unwrap_or_default();
            let ready = conditions
                .iter()
                .find(|one| one["type"] == "Ready")
                .cloned()
                .unwrap_or_default();
            let is = if ready["status"] == "True" {
                "Ready"
            } else {
                ready["reason"].as_str().unwrap_or_default()
            };
            let tried = &found["status"]["lastAttemptedRevision"];
            let told = ready["message"].as_str().unwrap_or_default();
            if tried == revision && is == expect && told.contains(message) {
                Ok(())
            } else {
                Err(format!("{tried} {ready}"))
            }
        },
    );
}

fn deployment() -> Value {
    get(&["deployment", TEAM, "-n", TEAM])
}

/// What the cluster holds of a Markdown file, through the ConfigMap that its document names.
fn stored(kind: &str, name: &str) -> String {
    let map = get(&[kind, name, "-n", TEAM])["spec"]["contentFrom"]["configMapKeyRef"]["name"].clone();
    let map = get(&["configmap", map.as_str().unwrap(), "-n", TEAM]);
    map["data"][format!("{name}.md")].as_str().unwrap().to_owned()
}

#[test]
fn documents_and_workload_are_two_kustomizations() {
    let mut node = Node::start();
    node.restricted("knowledge");
    node.install("knowledge", &[]);
    let mut flux = Flux::start(&mut node);
    kubectl(&["apply", "-f", "docs/gitops/flux/kustomizations.yaml"]);
    let first = flux.push();
    says("parcels", &first, "Ready", "");
    says("parcels-docs", &first, "Ready", "");
    document_is(TEAM, "runbook", "parcels-stuck", "True/Published");
    eventually("the annotation", Duration::from_secs(10), || {
        let found = annotation(TEAM, "deployment/parcels", RUNBOOKS);
        if found.as_deref() == Some("parcels-stuck") {
            Ok(())
        } else {
            Err(format!("{found:?}"))
        }
    });

    reconciling_again_changes_nothing(&first);
    placeholders_survive_substitution(&flux, &first);
    a_changed_file_shows_without_a_gap(&mut flux);
    a_broken_document_turns_red_and_delays_nothing(&mut flux);
    a_stopped_operator_delays_nothing(&mut flux);
    what_leaves_the_repository_is_pruned(&mut flux);
    kubectl(&[
        "delete",
        "kustomization.kustomize.toolkit.fluxcd.io",
        "parcels",
        "parcels-docs",
        "-n",
        TEAM,
    ]);
    drop(flux);
    for crd in ["KUSTOMIZE_CRDS", "SOURCE_CRDS"] {
        kubectl(&["delete", "-f", variable(crd).to_str().unwrap()]);
    }
}

fn reconciling_again_changes_nothing(revision: &str) {
    let before = deployment()["metadata"]["resourceVersion"].clone();
    for name in ["parcels", "parcels-docs"] {
        let asked = format!("reconcile.fluxcd.io/requestedAt={name}-again");
        kubectl(&[
            "annotate",
            "kustomization.kustomize.toolkit.fluxcd.io",
            name,
            "-n",
            TEAM,
            "--overwrite",
            &asked,
        ]);
        eventually("Flux to have reconciled", Duration::from_secs(30), || {
            let found = get(&["kustomization.kustomize.toolkit.fluxcd.io", name, "-n", TEAM]);
            let handled = found["status"]["lastHandledReconcileAt"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            if handled.ends_with("-again") {
                Ok(())
            } else {
                Err(handled)
            }
        });
        says(name, revision, "Ready", "");
    }
    assert_eq!(
        deployment()["metadata"]["resourceVersion"],
        before,
        "nobody fights over the Deployment"
    );
}

fn placeholders_survive_substitution(flux: &Flux, revision: &str) {
    kubectl(&["apply", "-f", "docs/gitops/flux/post-build.yaml"]);
    says("parcels-docs", revision, "Ready", "");
    eventually("Flux to have seen it", Duration::from_secs(30), || {
        let found = get(&["kustomization.kustomize.toolkit.fluxcd.io", "parcels-docs", "-n", TEAM]);
        let (now, seen) = (&found["metadata"]["generation"], &found["status"]["observedGeneration"]);
        if now == seen {
            Ok(())
        } else {
            Err(format!("{seen} of {now}"))
        }
    });
    let file = fs::read_to_string(flux.file("docs/label-templates.md")).unwrap();
    assert!(file.contains("${VAR}"), "{file}");
    assert_eq!(stored("knowledgearticle", "label-templates"), file);
}

/// What a watch shows of a document: nothing between the old text and the new one may call it stalled.
struct Watch(Child, Arc<Mutex<Vec<u8>>>);

impl Watch {
    fn start(document: &str) -> Self {
        let mut child = kubectl_command("ADMIN")
            .args(["get", document, "-n", TEAM, "--watch", "-o", "json"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (mut stream, out) = (child.stdout.take().unwrap(), Arc::clone(&seen));
        std::thread::spawn(move || {
            let mut some = [0; 4096];
            while let Ok(count @ 1..) = stream.read(&mut some) {
                out.lock()
                    .unwrap()
                    .extend_from_slice(some.get(..count).unwrap_or_default());
            }
        });
        let watch = Self(child, seen);
        watch.shows(1);
        watch
    }

    /// The conditions of every state that was seen, once there are so many.
    fn shows(&self, states: usize) -> Vec<String> {
        eventually("the watch to show it", Duration::from_secs(10), || {
            let bytes = self.1.lock().unwrap().clone();
            let objects = serde_json::Deserializer::from_slice(&bytes).into_iter::<Value>();
            let seen: Vec<String> = objects
                .map_while(Result::ok)
                .map(|object| object["status"]["conditions"].to_string())
                .collect();
            if seen.len() >= states {
                Ok(seen)
            } else {
                Err(format!("{seen:?}"))
            }
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn a_changed_file_shows_without_a_gap(flux: &mut Flux) {
    let digest = || get(&["runbook", "parcels-stuck", "-n", TEAM])["status"]["contentDigest"].clone();
    let (watch, before) = (Watch::start("runbook/parcels-stuck"), digest());
    let path = flux.file("docs/parcels-stuck.md");
    let text = fs::read_to_string(&path).unwrap() + "\nOne more line.\n";
    fs::write(&path, &text).unwrap();
    let revision = flux.push();
    says("parcels-docs", &revision, "Ready", "");
    assert_ne!(digest(), before);
    assert_eq!(stored("runbook", "parcels-stuck"), text);
    // The new name of the ConfigMap, and the verdict on what is in it.
    let seen = watch.shows(3);
    assert!(seen.iter().all(|state| !state.contains("Stalled")), "{seen:?}");
}

fn cpu() -> Value {
    deployment()["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["cpu"].clone()
}

fn a_broken_document_turns_red_and_delays_nothing(flux: &mut Flux) {
    let path = flux.file("docs/parcels-stuck.md");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, "").unwrap();
    flux.edit("app/deployment.yaml", "cpu: 5m", "cpu: 6m");
    let broken = flux.push();
    says(
        "parcels-docs",
        &broken,
        "HealthCheckFailed",
        "stalled resources: [Runbook/parcels/parcels-stuck",
    );
    says("parcels", &broken, "Ready", "");
    assert_eq!(cpu(), "6m");
    fs::write(&path, text).unwrap();
    let repaired = flux.push();
    says("parcels-docs", &repaired, "Ready", "");
}

fn a_stopped_operator_delays_nothing(flux: &mut Flux) {
    kubectl(&["scale", "deployment", NAME, "-n", "knowledge", "--replicas=0"]);
    kubectl(&[
        "wait",
        "--for=delete",
        "pods",
        "-n",
        "knowledge",
        "-l",
        "app.kubernetes.io/component=operator",
        "--timeout=60s",
    ]);
    let path = flux.file("docs/parcels-stuck.md");
    fs::write(&path, fs::read_to_string(&path).unwrap() + "\nAnd another.\n").unwrap();
    flux.edit("app/deployment.yaml", "cpu: 6m", "cpu: 7m");
    let revision = flux.push();
    says("parcels", &revision, "Ready", "");
    assert_eq!(cpu(), "7m");
    says("parcels-docs", &revision, "Progressing", "");
    kubectl(&["scale", "deployment", NAME, "-n", "knowledge", "--replicas=2"]);
    says("parcels-docs", &revision, "Ready", "");
}

fn what_leaves_the_repository_is_pruned(flux: &mut Flux) {
    let documents = fs::read_to_string(flux.file("docs/documents.yaml")).unwrap();
    let runbook = documents.split("---\n").next().unwrap();
    fs::write(flux.file("docs/documents.yaml"), runbook).unwrap();
    let before = annotation(TEAM, "deployment/parcels", "knowledge.scs.community/articles");
    assert_eq!(before.as_deref(), Some("label-templates"));
    let revision = flux.push();
    says("parcels-docs", &revision, "Ready", "");
    assert_eq!(get(&["knowledgearticle", "label-templates", "-n", TEAM]), Value::Null);
    eventually("the annotation to go", Duration::from_secs(10), || {
        let found = annotation(TEAM, "deployment/parcels", "knowledge.scs.community/articles");
        if found.is_none() {
            Ok(())
        } else {
            Err(format!("{found:?}"))
        }
    });
}

/// The same with Helm, whose `--wait` asks kstatus too.
#[test]
fn documents_and_workload_are_two_releases() {
    let mut node = Node::start();
    node.restricted("knowledge-helm");
    node.namespace("parcels-helm");
    node.install("knowledge-helm", &[]);
    let docs = tempfile::tempdir().unwrap();
    run(
        Command::new("cp")
            .args(["-r", "docs/gitops/helm/parcels/charts/parcels-docs"])
            .arg(docs.path()),
        "",
    )
    .unwrap();
    let chart = docs.path().join("parcels-docs");
    let release = |name: &str, chart: &Path, flags: &[&str]| {
        let upgrade = [
            "upgrade",
            "--install",
            name,
            chart.to_str().unwrap(),
            "-n",
            "parcels-helm",
            "--wait",
            "--timeout",
            "30s",
        ];
        super::support::try_helm(&[&upgrade[..], flags].concat())
    };
    release("parcels-docs", &chart, &[]).unwrap();
    document_is("parcels-helm", "runbook", "parcels-stuck", "True/Published");
    release("parcels", Path::new("docs/gitops/helm/parcels"), &[]).unwrap();

    // A document without text is red at once.
    let file = chart.join("docs/parcels-stuck.md");
    let text = fs::read_to_string(&file).unwrap();
    let front = text.split("---\n").nth(1).unwrap();
    fs::write(&file, format!("---\n{front}---\n")).unwrap();
    let error = release("parcels-docs", &chart, &[]).unwrap_err();
    assert!(
        error.contains("denied the request") || error.contains("Failed"),
        "{error}"
    );
    fs::write(&file, text).unwrap();
    release("parcels-docs", &chart, &[]).unwrap();

    kubectl(&["scale", "deployment", NAME, "-n", "knowledge-helm", "--replicas=0"]);
    let app = [
        "--rollback-on-failure",
        "--set",
        "parcels-docs.enabled=false",
        "--description",
        "without an operator",
    ];
    release("parcels", Path::new("docs/gitops/helm/parcels"), &app).unwrap();
    for name in ["parcels", "parcels-docs"] {
        super::support::helm(&["uninstall", name, "-n", "parcels-helm", "--wait"]);
    }
}
