//! The test cluster: one namespace for each test, a user's own programs, and fast reads.
//!
//! In: `KNOWLEDGE_TEST_*`. Out: [`Test`]. Must not: wait for a time instead of a condition, or leave a namespace behind.

/// Says something past the capture of the test harness: a skip and a time are seen.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($text)*);
    }};
}

pub mod audit;
pub mod documents;
pub mod operator;
pub mod site;
pub mod wait;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use axum::http::Request;
use knowledge_operator::api::{DocumentKind, crd};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tokio::runtime::Runtime;

use wait::eventually;

/// One operator at a time: every one of them writes to the whole cluster.
static ALONE: Mutex<()> = Mutex::new(());
static PREPARED: Once = Once::new();

/// Annotation that lists the runbooks of an object.
pub const RUNBOOKS: &str = "knowledge.scs.community/runbooks";

/// What one test works with.
pub struct Test {
    pub namespace: String,
    kubectl: PathBuf,
    /// The administrator's, with the namespace of the test as its own.
    kubeconfig: NamedTempFile,
    runtime: Runtime,
    client: Client,
    further: Vec<String>,
    _alone: MutexGuard<'static, ()>,
}

/// A variable that `tests/run cluster` sets.
pub fn variable(name: &str) -> PathBuf {
    let full = format!("KNOWLEDGE_TEST_{name}");
    std::env::var_os(&full)
        .unwrap_or_else(|| panic!("{full} is not set; run tests/run cluster"))
        .into()
}

/// Says aloud that a test did not run; in CI that is a failure.
pub fn skip(why: &str) {
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "a skip is a failure in CI: {why}"
    );
    say!("SKIPPED: {why}");
}

/// A client with every right, or `None`, aloud, without a control plane.
pub async fn admin() -> Option<Client> {
    let Some(path) = std::env::var_os("KNOWLEDGE_TEST_ADMIN_KUBECONFIG") else {
        skip("there is no control plane; tests/run cluster brings one up");
        return None;
    };
    // Several crates bring a provider; kube needs to be told which.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let file = Kubeconfig::read_from(path).unwrap();
    let config = Config::from_custom_kubeconfig(file, &KubeConfigOptions::default())
        .await
        .unwrap();
    Some(Client::try_from(config).unwrap())
}

impl Test {
    /// A test with a fresh namespace whose name begins with `name`; `None`, aloud, without a control plane.
    pub fn start(name: &str) -> Option<Self> {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let runtime = Runtime::new().unwrap();
        let client = runtime.block_on(admin())?;
        let kubeconfig = NamedTempFile::new().unwrap();
        fs::copy(variable("ADMIN_KUBECONFIG"), kubeconfig.path()).unwrap();
        let mut test = Self {
            namespace: String::new(),
            kubectl: variable("KUBECTL"),
            kubeconfig,
            runtime,
            client,
            further: Vec::new(),
            _alone: alone,
        };
        PREPARED.call_once(|| test.install_crds());
        test.namespace = test.namespace(name);
        test.kubectl(&["config", "set-context", "--current", "--namespace", &test.namespace]);
        Some(test)
    }

    /// Another namespace of this test, empty and ready for workloads.
    pub fn namespace(&mut self, name: &str) -> String {
        // The process makes the name its own on a control plane that several runs share.
        let name = format!("{name}-{}-{}", std::process::id(), self.further.len());
        self.kubectl(&["create", "namespace", &name]);
        self.further.push(name.clone());
        // Until this account is there no pod can be created.
        let account = format!("/api/v1/namespaces/{name}/serviceaccounts/default");
        eventually("the default service account", Duration::from_secs(30), || {
            self.read(&account).map(drop)
        });
        name
    }

    /// The CustomResourceDefinitions as they are installed, and nothing else under their names.
    pub fn install_crds(&self) {
        for kind in [DocumentKind::Runbook, DocumentKind::KnowledgeArticle] {
            self.install_crd(crd(kind));
        }
    }

    /// Installs or replaces a CustomResourceDefinition and waits until it is served.
    pub fn install_crd(&self, crd: &Value) {
        self.kubectl_in(
            &["apply", "--server-side", "--force-conflicts", "-f", "-"],
            &crd.to_string(),
        );
        let name = crd["metadata"]["name"].as_str().unwrap();
        self.kubectl(&[
            "wait",
            "--for=condition=Established",
            "--timeout=30s",
            &format!("crd/{name}"),
        ]);
    }

    /// Runs kubectl as the administrator, in the namespace of the test; panics when it fails.
    pub fn kubectl(&self, args: &[&str]) -> String {
        self.kubectl_in(args, "")
    }

    /// The same with a standard input.
    pub fn kubectl_in(&self, args: &[&str], input: &str) -> String {
        self.try_kubectl(args, input)
            .unwrap_or_else(|error| panic!("kubectl {}: {error}", args.join(" ")))
    }

    /// The same; an error is what kubectl said.
    pub fn try_kubectl(&self, args: &[&str], input: &str) -> Result<String, String> {
        let mut command = Command::new(&self.kubectl);
        command.arg("--kubeconfig").arg(self.kubeconfig.path());
        outcome(&piped(command.args(args), input))
    }

    /// Whether kubectl succeeded, and all that it said on both streams.
    pub fn try_kubectl_talk(&self, args: &[&str], input: &str) -> (bool, String) {
        let mut command = Command::new(&self.kubectl);
        command.arg("--kubeconfig").arg(self.kubeconfig.path());
        let output = piped(command.args(args), input);
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (output.status.success(), said.concat())
    }

    /// Asks whether a runbook of the test's namespace could be created.
    pub async fn create_async(&self, object: &Value) -> Result<Value, String> {
        let path = format!(
            "/apis/knowledge.scs.community/v1alpha1/namespaces/{}/runbooks?dryRun=All",
            self.namespace
        );
        let request = Request::post(path)
            .header("content-type", "application/json")
            .body(object.to_string().into_bytes())
            .unwrap();
        let created = self.client.request::<Value>(request).await;
        created.map_err(|error| error.to_string())
    }

    /// Asks the same, in a millisecond.
    pub fn could_create(&self, object: &Value) -> Result<Value, String> {
        self.runtime.block_on(self.create_async(object))
    }

    /// Applies objects, which may name their namespace, as a pipeline does.
    pub fn apply(&self, objects: &[Value]) {
        let list = json!({ "apiVersion": "v1", "kind": "List", "items": objects });
        self.kubectl_in(
            &["apply", "--server-side", "--force-conflicts", "-f", "-"],
            &list.to_string(),
        );
    }

    /// Reads a path of the API server; an error is its answer.
    pub fn read(&self, path: &str) -> Result<Value, String> {
        let request = Request::get(path).body(Vec::new()).unwrap();
        self.runtime
            .block_on(self.client.request::<Value>(request))
            .map_err(|error| error.to_string())
    }

    /// Sends a JSON merge patch as the administrator: an edit that takes a millisecond, where times are measured.
    pub fn patch(&self, path: &str, patch: &Value) -> Value {
        self.try_patch(path, patch)
            .unwrap_or_else(|error| panic!("PATCH {path}: {error}"))
    }

    /// The same; an error is what the API server said.
    pub fn try_patch(&self, path: &str, patch: &Value) -> Result<Value, String> {
        let request = Request::patch(path)
            .header("content-type", "application/merge-patch+json")
            .body(patch.to_string().into_bytes())
            .unwrap();
        let patched = self.runtime.block_on(self.client.request::<Value>(request));
        patched.map_err(|error| error.to_string())
    }

    /// Deletes an object by its path.
    pub fn delete(&self, path: &str) {
        let request = Request::delete(path).body(Vec::new()).unwrap();
        let answer = self.runtime.block_on(self.client.request::<Value>(request));
        answer.unwrap_or_else(|error| panic!("DELETE {path}: {error}"));
    }

    /// A client with every right, for what is driven without the operator around it.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Waits for what that client does.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// The value of an annotation; `Ok(None)` when the object has none.
    pub fn annotation(&self, path: &str, key: &str) -> Result<Option<String>, String> {
        let object = self.read(path)?;
        Ok(object["metadata"]["annotations"][key].as_str().map(str::to_owned))
    }

    /// Waits until no namespace of an earlier test is left, so that every write belongs to this one.
    pub fn alone(&self) {
        eventually("earlier tests to be cleaned up", Duration::from_secs(90), || {
            let all = self.read("/api/v1/namespaces")?;
            let going = all["items"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|item| item["status"]["phase"] == "Terminating");
            let going: Vec<String> = going.map(|item| item["metadata"]["name"].to_string()).collect();
            if going.is_empty() {
                Ok(())
            } else {
                Err(going.join(", "))
            }
        });
    }
}

impl Drop for Test {
    fn drop(&mut self) {
        for namespace in &self.further {
            // What the next test's operator would still look at goes at once, the rest in the background.
            let documents = [
                "delete",
                "runbooks,knowledgearticles,deployments",
                "--all",
                "--namespace",
                namespace,
            ];
            let namespace = ["delete", "namespace", namespace, "--wait=false"];
            for args in [&documents[..], &namespace[..]] {
                if let Err(error) = self.try_kubectl(args, "") {
                    say!("not cleaned up: {error}");
                }
            }
        }
    }
}

/// The definitions as they are installed come back, however the test ends.
pub struct Restored<'t>(pub &'t Test);

impl Drop for Restored<'_> {
    fn drop(&mut self) {
        self.0.install_crds();
    }
}

/// Runs a command with a standard input.
pub fn piped(command: &mut Command, input: &str) -> Output {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // Written beside the reading: either side may fill its pipe.
    let writer = std::thread::spawn(move || {
        // A program that does not read its input has closed it.
        let _ = stdin.write_all(input.as_bytes());
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// Standard output, or everything that was said where the program failed.
pub fn outcome(output: &Output) -> Result<String, String> {
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        Ok(out)
    } else {
        Err(format!(
            "{}: {out}{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}

/// A file of the checkout.
pub fn checkout(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
