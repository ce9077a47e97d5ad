//! `preview`: files as the cluster would show them, in a browser and on the terminal, again at each save.
//!
//! In: paths. Out: pages on localhost, and on the terminal the statuses, annotations and findings that a cluster would
//! have. Must not: need a cluster or a configuration, or end because a file is broken.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::jiff::Timestamp;
use notify_debouncer_full::notify::RecursiveMode;
use notify_debouncer_full::{DebounceEventResult, new_debouncer};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use super::Exit;
use super::examine::{Examination, examine};
use super::folder;
use super::given::GivenArgs;
use super::report::Report;
use super::report_text;
use super::table::Table;
use crate::api::names;
use crate::finding::Code;
use crate::plan::{self, TargetPlan};
use crate::publish::Publisher;
use crate::serve::{self, HttpConfig};
use crate::site::{Page, Site};

/// How long saves are waited for that belong together.
const DEBOUNCE: Duration = Duration::from_millis(80);

/// Shows documents as a cluster would, without one.
#[derive(clap::Args, Clone, Debug)]
pub struct PreviewArgs {
    /// Files and folders with manifests or Markdown
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Address to serve the pages on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Print what the cluster would show and end, without serving
    #[arg(long)]
    pub once: bool,
    /// Name of the cluster to show on the pages
    #[arg(long, default_value = "", value_name = "NAME")]
    pub cluster_name: String,
    /// What the input is taken to be deployed into
    #[command(flatten)]
    pub given: GivenArgs,
}

/// Runs the command on a runtime of its own.
///
/// # Errors
/// When standard output or standard error cannot be written.
pub fn block_on(args: &PreviewArgs, out: &mut (dyn Write + Send), err: &mut (dyn Write + Send)) -> io::Result<Exit> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(run(args, out, err))
}

/// Runs the command until it is interrupted.
///
/// # Errors
/// When standard output or standard error cannot be written.
pub async fn run(args: &PreviewArgs, out: &mut (dyn Write + Send), err: &mut (dyn Write + Send)) -> io::Result<Exit> {
    let first = read(args);
    show(&first, out, err)?;
    let exit = if first.failures.is_empty() {
        Exit::Clean
    } else {
        Exit::Failure
    };
    // What could be read is worth showing, and what could not may be mended while it is shown.
    if args.once || (exit == Exit::Failure && first.files.is_empty()) {
        return Ok(exit);
    }
    // Another preview may hold the usual port; a free one is as good, and it is printed.
    let listener = match TcpListener::bind(args.listen).await {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && args.listen.port() == 8080 => {
            TcpListener::bind((args.listen.ip(), 0)).await
        }
        bound => bound,
    };
    let listener = match listener {
        Ok(listener) => listener,
        Err(error) => {
            writeln!(
                err,
                "error: cannot listen on {}: {error}; choose another with --listen",
                args.listen
            )?;
            return Ok(Exit::Failure);
        }
    };
    let address = listener.local_addr()?;
    let mut publisher = Publisher::default();
    let (publish, published) = watch::channel(Some(Arc::new(publisher.first(Arc::new(first.site)))));
    let (saved, mut saves) = mpsc::channel::<()>(1);
    let debouncer = new_debouncer(DEBOUNCE, None, move |events: DebounceEventResult| {
        // Reading files is an event too, on some systems; only what may change their content counts.
        let changed = events.is_ok_and(|events| events.iter().any(|event| !event.kind.is_access()));
        if changed {
            // One waiting save stands for all that follow it.
            let _ = saved.try_send(());
        }
    });
    let mut debouncer = match debouncer {
        Ok(debouncer) => Some(debouncer),
        Err(error) => {
            writeln!(
                err,
                "warning: files are not watched ({error}); restart preview after a change"
            )?;
            None
        }
    };
    for path in &args.paths {
        if let Some(watcher) = &mut debouncer
            && let Err(error) = watcher.watch(watched(path), RecursiveMode::Recursive)
        {
            writeln!(err, "warning: {} is not watched: {error}", path.display())?;
        }
    }
    let router = serve::router(
        published,
        HttpConfig {
            live: true,
            ..HttpConfig::default()
        },
    );
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    writeln!(
        out,
        "\nhttp://{address}/   (pages reload when a file is saved; Ctrl-C ends)"
    )?;
    out.flush()?;
    tokio::pin!(server);
    loop {
        tokio::select! {
            ended = &mut server => {
                writeln!(err, "error: the server ended: {ended:?}")?;
                return Ok(Exit::Failure);
            }
            _ = tokio::signal::ctrl_c() => return Ok(Exit::Clean),
            Some(()) = saves.recv() => {
                let next = read(args);
                writeln!(out)?;
                show(&next, out, err)?;
                out.flush()?;
                publish.send_replace(Some(Arc::new(publisher.first(Arc::new(next.site)))));
            }
        }
    }
}

/// Editors replace files, so the folder is watched and not the file.
fn watched(path: &Path) -> &Path {
    if path.is_dir() {
        return path;
    }
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn read(args: &PreviewArgs) -> Examination {
    let mut settings = args.given.settings();
    settings.cluster_name = args.cluster_name.as_str().into();
    examine(folder::collect(&args.paths), &args.given, settings)
}

/// What the cluster would show: documents with their status, the annotations, the findings.
fn show(read: &Examination, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<()> {
    read.talk(err)?;
    documents(&read.site, out)?;
    annotations(&read.site, out)?;
    writeln!(out)?;
    report_text::write(&Report::new(&read.files), out)
}

fn documents(site: &Site, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new([
        "NAMESPACE",
        "KIND",
        "NAME",
        "TITLE",
        "OWNER",
        "TARGETS",
        "READY",
        "REASON",
        "FINDINGS",
    ]);
    for page in site.pages() {
        let id = &page.document.id;
        let owner = page.document.spec.owner.as_ref().and_then(|owner| owner.team.clone());
        let (ready, reason, findings) = ready(site, page);
        table.row([
            id.namespace.to_string(),
            id.kind.as_str().to_owned(),
            id.name.to_string(),
            page.title.to_string(),
            owner.unwrap_or_default(),
            page.attachment.targets.len().to_string(),
            ready,
            reason,
            findings,
        ]);
    }
    table.write(out)
}

/// Status, reason and message of Ready, from the status that the operator would write.
fn ready(site: &Site, page: &Page) -> (String, String, String) {
    let status = plan::document(site, page, &|_| None, Timestamp::UNIX_EPOCH).map(|plan| plan.status);
    let conditions = status.map(|status| status.conditions).unwrap_or_default();
    if let Some(missing) = page.missing().filter(|missing| missing.code == Code::ContentNotGiven) {
        return (
            "Unknown".to_owned(),
            "ContentNotGiven".to_owned(),
            missing.message.clone(),
        );
    }
    let ready = conditions.into_iter().find(|condition| condition.type_ == "Ready");
    ready
        .map(|ready| (ready.status, ready.reason, ready.message))
        .unwrap_or_default()
}

fn annotations(site: &Site, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new(["OBJECT", "ANNOTATION", "VALUE"]);
    for target in site.targets() {
        let object = || target.meta.id.to_string();
        match plan::target(site, &target.meta) {
            TargetPlan::Nothing => {}
            TargetPlan::Set { runbooks, articles } => {
                let pairs = [
                    (names::RUNBOOKS_ANNOTATION, runbooks),
                    (names::ARTICLES_ANNOTATION, articles),
                ];
                for (key, value) in pairs {
                    if let Some(value) = value {
                        table.row([object(), key.to_owned(), value]);
                    }
                }
            }
            TargetPlan::Remove(keys) => {
                keys.into_iter()
                    .for_each(|key| table.row([object(), key.to_owned(), "(removed)".to_owned()]));
            }
        }
    }
    if !table.is_empty() {
        writeln!(out)?;
        table.write(out)?;
    }
    Ok(())
}
