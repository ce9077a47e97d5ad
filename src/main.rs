//! knowledge-operator: parse, run, exit code.

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use knowledge_operator::cli::{Exit, crds, finish};

/// Publishes operational knowledge as cluster resources.
#[derive(Parser)]
#[command(name = "knowledge-operator", version)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Print the CustomResourceDefinitions, for `kubectl apply --server-side -f -`
    Crds,
}

fn main() -> ExitCode {
    let exit = match Cli::parse().verb {
        Verb::Crds => finish(
            std::io::stdout()
                .write_all(crds::stream().as_bytes())
                .map(|()| Exit::Clean),
        ),
    };
    ExitCode::from(exit.code())
}
