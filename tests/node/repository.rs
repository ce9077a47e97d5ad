//! A repository of documents, Flux's controller that applies it, and a watch on what comes of it.
//!
//! In: `docs/gitops/kustomize`, edits. Out: artifacts over loopback, as source-controller would store them.
//! Must not: apply anything itself.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::{Node, eventually, get, kubectl, kubectl_command, run, variable};

/// Namespace of the team.
pub const TEAM: &str = "parcels";

/// A repository whose commits are served as artifacts, and the controller that applies them.
pub struct Flux {
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
    pub fn start(node: &mut Node) -> Self {
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

    pub fn file(&self, path: &str) -> PathBuf {
        self.folder.path().join("docs/gitops/kustomize").join(path)
    }

    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.file(path)).unwrap();
        assert!(text.contains(from), "{path}: {text}");
        fs::write(self.file(path), text.replace(from, to)).unwrap();
    }

    /// Commits the files as they are and tells Flux; the revision is what it will name.
    pub fn push(&mut self) -> String {
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

/// What a watch shows of a document: nothing between the old text and the new one may call it stalled.
pub struct Watch(Child, Arc<Mutex<Vec<u8>>>);

impl Watch {
    pub fn start(document: &str) -> Self {
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
    pub fn shows(&self, states: usize) -> Vec<String> {
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
