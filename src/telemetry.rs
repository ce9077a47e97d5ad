//! Logs: structured, to stderr, as text on a terminal and as JSON where a machine reads them.
//!
//! In: a level and a format. Out: nothing. Must not: write to stdout, which is for data.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl LogFormat {
    /// Reads a format; an empty text, as an unset variable of a template, is the default.
    ///
    /// # Errors
    /// When there is no such format.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "" | "auto" => Ok(Self::Auto),
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("the formats are auto, text and json".to_owned()),
        }
    }
}

/// Starts logging. `filter` is a level or a list such as `info,kube=debug`; an invalid one means `info`.
pub fn start(filter: &str, format: LogFormat) {
    // What the watches of kube warn of at each attempt, our own say once.
    let levels = |filter: &str| EnvFilter::try_new(format!("kube_runtime::watcher=error,{filter}"));
    let levels = levels(filter).or_else(|_| levels("info")).unwrap_or_default();
    let terminal = std::io::stderr().is_terminal();
    let json = match format {
        LogFormat::Auto => !terminal,
        LogFormat::Text => false,
        LogFormat::Json => true,
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(terminal);
    let registry = tracing_subscriber::registry().with(levels);
    // A second start (in a test) keeps the first.
    let _ = if json {
        registry.with(lines.json().flatten_event(true)).try_init()
    } else {
        registry.with(lines).try_init()
    };
}
