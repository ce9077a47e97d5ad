//! kubectl-runbook: parse, run, exit code.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use knowledge_operator::cli::{finish, import, lint, preview};

/// Operational knowledge of a cluster, at the terminal.
#[derive(Parser)]
#[command(
    name = "kubectl-runbook",
    bin_name = "kubectl runbook",
    version,
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Lint(lint::LintArgs),
    Preview(preview::PreviewArgs),
    Import(import::ImportArgs),
}

fn main() -> ExitCode {
    let (mut out, mut err) = (anstream::stdout(), anstream::stderr());
    let result = match Cli::parse().verb {
        Verb::Lint(args) => lint::run(&args, &mut out, &mut err),
        Verb::Preview(args) => preview::block_on(&args, &mut out, &mut err),
        Verb::Import(args) => import::run(&args, &mut out, &mut err),
    };
    ExitCode::from(finish(result).code())
}
