//! The operator as people run it: the real program against the real API server.
//!
//! In: a user of the test control plane and flags. Out: [`Operator`], ready. Must not: outlive its test.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::site::{self, Answer};
use super::variable;
use super::wait::eventually;

/// How many lines of the log a failing test shows.
const SHOWN: usize = 40;

/// A running operator.
pub struct Operator {
    child: Child,
    log: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
    site: SocketAddr,
    admin: SocketAddr,
}

/// The program, set up as this user and free of the configuration of whoever runs the tests.
pub fn program(user: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_knowledge-operator"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("KNOWLEDGE_") {
            command.env_remove(name);
        }
    }
    command.env("KUBECONFIG", variable(&format!("{user}_KUBECONFIG")));
    command
}

impl Operator {
    /// An operator with the rights it is installed with, ready.
    pub fn start(args: &[&str]) -> Self {
        Self::start_as("OPERATOR", args)
    }

    /// An operator with the rights of another user, ready.
    pub fn start_as(user: &str, args: &[&str]) -> Self {
        let operator = Self::launch(user, args);
        eventually("the operator to be ready", Duration::from_secs(30), || {
            let answer = operator.admin("/readyz")?;
            if answer.status == 200 {
                Ok(())
            } else {
                Err(format!("{}: {}", answer.status, answer.body))
            }
        });
        operator
    }

    /// An operator that listens and may not be ready yet.
    pub fn launch(user: &str, args: &[&str]) -> Self {
        let mut child = program(user)
            .args(["run", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"])
            .args(args)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (stderr, lines) = (child.stderr.take().unwrap(), log.clone());
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines() {
                lines.lock().unwrap().push(line.unwrap());
            }
        });
        let none = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut operator = Self {
            child,
            log,
            reader: Some(reader),
            site: none,
            admin: none,
        };
        let listening = eventually("the operator to listen", Duration::from_secs(30), || {
            operator
                .logged("listening")
                .into_iter()
                .next()
                .ok_or_else(|| operator.tail())
        });
        let address = |field: &str| {
            let url = listening[field].as_str().unwrap();
            url.trim_start_matches("http://").trim_end_matches('/').parse().unwrap()
        };
        (operator.site, operator.admin) = (address("site"), address("admin"));
        operator
    }

    /// Where its webhook listens.
    pub fn webhook(&self) -> String {
        let listening = self.logged("listening");
        listening[0]["webhook"]
            .as_str()
            .expect("it was started with a webhook")
            .to_owned()
    }

    /// Where its site listens.
    pub fn site(&self) -> SocketAddr {
        self.site
    }

    /// Ends it as a power cut does.
    pub fn kill(mut self) {
        self.signal("KILL");
        let _ = self.child.wait();
    }

    /// A page of the site.
    pub fn page(&self, path: &str) -> Answer {
        self.page_as(path, "text/html")
    }

    /// A page in the form that the header `Accept` asks for.
    pub fn page_as(&self, path: &str, accept: &str) -> Answer {
        site::get(self.site, path, accept).unwrap_or_else(|error| panic!("GET {path}: {error}"))
    }

    /// A path of the second port.
    pub fn admin(&self, path: &str) -> Result<Answer, String> {
        site::get(self.admin, path, "*/*")
    }

    /// The log lines with this message, as JSON.
    pub fn logged(&self, message: &str) -> Vec<Value> {
        let lines = self.log.lock().unwrap();
        let parsed = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        parsed.filter(|line| line["message"] == message).collect()
    }

    /// The last lines of the log.
    pub fn tail(&self) -> String {
        let lines = self.log.lock().unwrap();
        lines[lines.len().saturating_sub(SHOWN)..].join("\n")
    }

    /// Holds the process where it is.
    pub fn pause(&self) {
        self.signal("STOP");
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.signal("CONT");
    }

    /// Asks it to end, without waiting.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// How it ended, if it did.
    pub fn poll_end(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Waits for the end that [`Self::terminate`] asked for. Returns how it ended.
    pub fn ended(&mut self) -> ExitStatus {
        let status = eventually("the operator to end", Duration::from_secs(15), || {
            self.poll_end().ok_or_else(|| "it runs".to_owned())
        });
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        status
    }

    /// Ends it as Kubernetes does; it must end well. Returns how long that took.
    pub fn stop(mut self) -> Duration {
        let start = Instant::now();
        self.terminate();
        let status = self.ended();
        assert!(status.success(), "the operator ended with {status}\n{}", self.tail());
        start.elapsed()
    }

    // The standard library sends no other signal than KILL.
    fn signal(&self, name: &str) {
        let sent = Command::new("sh")
            .args(["-c", &format!("kill -{name} {}", self.child.id())])
            .status();
        assert!(sent.unwrap().success(), "the operator is gone\n{}", self.tail());
    }
}

impl Drop for Operator {
    fn drop(&mut self) {
        if std::thread::panicking() {
            say!("the operator's last lines:\n{}", self.tail());
        }
        // It has ended already, unless its test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
