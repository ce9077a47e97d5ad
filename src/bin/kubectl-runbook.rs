//! kubectl-runbook: parse, run, exit code.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use knowledge_operator::cli::{Exit, finish, lint};

/// Operational knowledge of a cluster, at the terminal.
#[derive(Parser)]
#[command(name = "kubectl-runbook", bin_name = "kubectl runbook", version)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Lint(lint::LintArgs),
}

fn main() -> ExitCode {
    let exit: Exit = match Cli::parse().verb {
        Verb::Lint(args) => finish(lint::run(
            &args,
            &mut anstream::stdout().lock(),
            &mut anstream::stderr().lock(),
        )),
    };
    ExitCode::from(exit.code())
}
