//! A program that ends when the tests do, however they end.
//!
//! In: a program and its arguments. Out: the lines it prints; a scratch folder, which is its home while it runs.
//! Must not: outlive this process, even one that is killed, or leave the folder behind.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a program may take to say that it is ready, on a machine that is busy with other things too.
const READY: Duration = Duration::from_secs(120);

/// Runs the program in a process group of its own until standard input ends, which is when this process does.
const KEEPER: &str = r#"
folder=$1
shift
export HOME=$folder TMPDIR=$folder XDG_CONFIG_HOME=$folder XDG_CACHE_HOME=$folder
set -m
"$@" </dev/null &
exec >/dev/null 2>&1
read -r _
kill -KILL -- "-$!"
wait
rm -rf -- "$folder"
"#;

/// An empty folder for a program. It goes when the program does, or, without one, when it is dropped.
pub fn scratch() -> TempDir {
    TempDir::with_prefix("knowledge-browser.").unwrap()
}

/// A running program.
pub struct Owned {
    keeper: Child,
    lines: Mutex<Receiver<String>>,
    folder: PathBuf,
}

impl Owned {
    /// Starts `program` in a scratch folder.
    pub fn spawn(folder: TempDir, program: &Path, args: &[&str]) -> Self {
        let folder = folder.keep();
        let mut keeper = Command::new("bash")
            .args(["-c", KEEPER, "keeper"])
            .arg(&folder)
            .arg(program)
            .args(args)
            .process_group(0) // what is sent to the tests' group must not stop it before it has cleaned up
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let (send, lines) = mpsc::channel();
        let out = BufReader::new(keeper.stdout.take().unwrap());
        // Read to the end, or the program would stop at a full pipe.
        std::thread::spawn(move || {
            out.lines().map_while(Result::ok).for_each(|line| drop(send.send(line)));
        });
        Self {
            keeper,
            lines: Mutex::new(lines),
            folder,
        }
    }

    /// The next line with `wanted` in it.
    pub fn line_with(&self, wanted: &str) -> String {
        let mut seen = String::new();
        let until = Instant::now() + READY;
        let lines = self.lines.lock().unwrap();
        while let Ok(line) = lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if line.contains(wanted) {
                return line;
            }
            seen.push_str(&line);
            seen.push('\n');
        }
        panic!("no line with {wanted:?} in:\n{seen}");
    }

    /// Its scratch folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}
