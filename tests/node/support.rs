//! kubectl, Helm and plain HTTP, as somebody at the node would use them.
//!
//! In: `KNOWLEDGE_TEST_*`. Out: [`Node`], which cleans up; answers. Must not: wait for a time instead of a condition.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

static ALONE: Mutex<()> = Mutex::new(());

/// The release and what it is called after.
pub const NAME: &str = "knowledge-operator";
/// Annotation that lists the runbooks of an object.
pub const RUNBOOKS: &str = "knowledge.scs.community/runbooks";

/// Says something past the capture of the test harness.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The one cluster, for one test. Whatever the test installs is gone afterwards.
pub struct Node {
    namespaces: Vec<String>,
    releases: Vec<(String, String)>,
    _alone: MutexGuard<'static, ()>,
}

pub fn variable(name: &str) -> PathBuf {
    let full = format!("KNOWLEDGE_TEST_{name}");
    std::env::var_os(&full)
        .unwrap_or_else(|| panic!("{full} is not set; run tests/run node"))
        .into()
}

/// Runs a program with a standard input; an error is all that it said.
pub fn run(command: &mut Command, input: &str) -> Result<String, String> {
    let mut child = command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    // Who does not read its input closes it.
    let _ = writer.join().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        Ok(said)
    } else {
        Err(said + &String::from_utf8_lossy(&output.stderr))
    }
}

pub fn kubectl_command(user: &str) -> Command {
    let mut command = Command::new(variable("KUBECTL"));
    command.arg("--kubeconfig").arg(variable(&format!("{user}_KUBECONFIG")));
    command
}

pub fn try_kubectl(args: &[&str], input: &str) -> Result<String, String> {
    run(kubectl_command("ADMIN").args(args), input)
}

pub fn kubectl(args: &[&str]) -> String {
    try_kubectl(args, "").unwrap_or_else(|error| panic!("kubectl {}: {error}", args.join(" ")))
}

pub fn apply(objects: &[Value]) {
    let list = serde_json::json!({ "apiVersion": "v1", "kind": "List", "items": objects }).to_string();
    try_kubectl(&["apply", "--server-side", "--force-conflicts", "-f", "-"], &list).unwrap();
}

/// The object, or `Value::Null` when there is none.
pub fn get(args: &[&str]) -> Value {
    let text = kubectl(&[&["get", "--ignore-not-found", "-o", "json"], args].concat());
    if text.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&text).unwrap()
    }
}

/// Helm as this user.
pub fn try_helm_as(user: &str, args: &[&str]) -> Result<String, String> {
    let mut command = Command::new(variable("HELM"));
    command.arg("--kubeconfig").arg(variable(&format!("{user}_KUBECONFIG")));
    run(command.args(args), "")
}

pub fn try_helm(args: &[&str]) -> Result<String, String> {
    try_helm_as("ADMIN", args)
}

pub fn helm(args: &[&str]) -> String {
    try_helm(args).unwrap_or_else(|error| panic!("helm {}: {error}", args.join(" ")))
}

/// Asks until the answer is right; the last wrong one is what the panic tells.
pub fn eventually<T>(what: &str, limit: Duration, mut ask: impl FnMut() -> Result<T, String>) -> T {
    let end = Instant::now() + limit;
    loop {
        match ask() {
            Ok(answer) => return answer,
            Err(why) => assert!(Instant::now() < end, "{what}: not within {limit:?}: {why}"),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// One request on a connection of its own, as a load balancer would make it: code and body.
pub fn http(address: SocketAddr, path: &str) -> std::io::Result<(u16, String)> {
    let limit = Duration::from_secs(3);
    let mut stream = TcpStream::connect_timeout(&address, limit)?;
    stream.set_read_timeout(Some(limit))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: site\r\nConnection: close\r\n\r\n")?;
    let mut bytes = Vec::new();
    let mut some = [0; 8192];
    // `kubectl port-forward` resets connections instead of closing them, so the end is where the answer says.
    while !is_complete(&bytes) {
        match stream.read(&mut some)? {
            0 => break,
            count => bytes.extend_from_slice(some.get(..count).unwrap_or_default()),
        }
    }
    let answer = String::from_utf8_lossy(&bytes);
    let broken = || std::io::Error::other(format!("not HTTP: {answer:.100}"));
    let code = answer
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .ok_or_else(broken)?;
    let (_, body) = answer.split_once("\r\n\r\n").ok_or_else(broken)?;
    if is_complete(&bytes) {
        Ok((code, body.to_owned()))
    } else {
        Err(std::io::Error::other("the answer broke off"))
    }
}

/// Whether an answer has as many bytes as it says.
fn is_complete(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, _)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    length.is_some_and(|length| bytes.len() >= head.len() + 4 + length)
}

/// Address of a Service inside of the cluster.
pub fn service(namespace: &str, name: &str, port: u16) -> SocketAddr {
    let service = get(&["service", name, "-n", namespace]);
    let address = service["spec"]["clusterIP"].as_str().unwrap();
    SocketAddr::new(address.parse().unwrap(), port)
}

impl Node {
    /// `None`, aloud, without a node; in CI that is a failure.
    pub fn start() -> Option<Self> {
        if std::env::var_os("KNOWLEDGE_TEST_NODE").is_none() {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "there is no node; a skip is a failure in CI"
            );
            say("SKIPPED: there is no node; tests/run node brings one up");
            return None;
        }
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        Some(Self {
            namespaces: Vec::new(),
            releases: Vec::new(),
            _alone: alone,
        })
    }

    /// Has a release that somebody else installs removed at the end.
    pub fn release(&mut self, name: &str, namespace: &str) {
        self.releases.push((name.to_owned(), namespace.to_owned()));
    }

    /// The same for a namespace.
    pub fn owns(&mut self, namespace: &str) {
        self.namespaces.push(namespace.to_owned());
    }

    /// A namespace that enforces the Restricted profile.
    pub fn restricted(&mut self, name: &str) {
        self.namespace(name);
        kubectl(&[
            "label",
            "namespace",
            name,
            "pod-security.kubernetes.io/enforce=restricted",
        ]);
    }

    pub fn namespace(&mut self, name: &str) {
        kubectl(&["create", "namespace", name]);
        self.namespaces.push(name.to_owned());
    }

    /// `helm install --wait` of our chart, and how long it took.
    pub fn install(&mut self, namespace: &str, flags: &[&str]) -> Duration {
        let started = Instant::now();
        self.release(NAME, namespace);
        try_helm(&released("install", namespace, flags)).unwrap_or_else(|error| {
            let pods = try_kubectl(&["describe", "pods", "-n", namespace], "");
            let selector = "app.kubernetes.io/name=knowledge-operator";
            let logs = try_kubectl(&["logs", "-n", namespace, "-l", selector], "");
            panic!("{error}\n{pods:?}\n{logs:?}")
        });
        started.elapsed()
    }

    pub fn upgrade(&self, namespace: &str, flags: &[&str]) {
        helm(&released("upgrade", namespace, flags));
    }

    pub fn uninstall(&mut self, namespace: &str) {
        self.releases.retain(|(_, at)| at != namespace);
        helm(&[
            "uninstall",
            NAME,
            "--namespace",
            namespace,
            "--wait",
            "--timeout",
            "90s",
        ]);
    }
}

/// What Helm is told of our chart.
pub fn released<'a>(verb: &'a str, namespace: &'a str, flags: &[&'a str]) -> Vec<&'a str> {
    let chart = [verb, NAME, "charts/knowledge-operator", "--namespace", namespace];
    [&chart[..], &["--wait", "--timeout", "90s"], flags].concat()
}

impl Drop for Node {
    fn drop(&mut self) {
        for (name, namespace) in &self.releases {
            let _ = try_helm(&[
                "uninstall",
                name,
                "--namespace",
                namespace,
                "--wait",
                "--ignore-not-found",
            ]);
        }
        // No two tests use the same namespace, so nobody has to wait until all of it is gone.
        for namespace in &self.namespaces {
            let _ = try_kubectl(
                &["delete", "namespace", namespace, "--ignore-not-found", "--wait=false"],
                "",
            );
        }
        // Kept on purpose by Helm; the next test begins with an empty cluster.
        for kind in ["runbooks", "knowledgearticles"] {
            let name = format!("{kind}.knowledge.scs.community");
            let _ = try_kubectl(&["delete", "crd", &name, "--ignore-not-found"], "");
        }
    }
}

/// Waits until a document says what is expected in `status/reason` of its Ready condition.
pub fn document_is(namespace: &str, kind: &str, name: &str, expect: &str) {
    eventually(
        &format!("{kind} {name} to be {expect}"),
        Duration::from_secs(30),
        || {
            let document = get(&[kind, name, "-n", namespace]);
            let conditions = document["status"]["conditions"].as_array().cloned().unwrap_or_default();
            let ready = conditions.iter().find(|condition| condition["type"] == "Ready");
            let found = ready.map(|ready| {
                format!(
                    "{}/{}",
                    ready["status"].as_str().unwrap(),
                    ready["reason"].as_str().unwrap()
                )
            });
            if found.as_deref() == Some(expect) {
                Ok(())
            } else {
                Err(format!("{found:?}"))
            }
        },
    );
}

/// An annotation of an object.
pub fn annotation(namespace: &str, object: &str, key: &str) -> Option<String> {
    let object = get(&[object, "-n", namespace]);
    object["metadata"]["annotations"][key].as_str().map(str::to_owned)
}

/// Waits until an object carries exactly this in an annotation, or does not carry it.
pub fn annotated(namespace: &str, object: &str, key: &str, expect: Option<&str>) {
    eventually(
        &format!("{key} of {object} to be {expect:?}"),
        Duration::from_secs(20),
        || {
            let found = annotation(namespace, object, key);
            if found.as_deref() == expect {
                Ok(())
            } else {
                Err(format!("{found:?}"))
            }
        },
    );
}

/// An object once its controller has taken note of its last change.
pub fn at_rest(namespace: &str, object: &[&str]) -> Value {
    eventually(&format!("{object:?} to be at rest"), Duration::from_secs(30), || {
        let now = get(&[object, &["-n", namespace]].concat());
        let (is, seen) = (&now["metadata"]["generation"], &now["status"]["observedGeneration"]);
        if is == seen {
            Ok(now)
        } else {
            Err(format!("{seen} of {is}"))
        }
    })
}
