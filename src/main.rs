//! knowledge-operator: parse, run, exit code.

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use knowledge_operator::cli::preview::{self, PreviewArgs};
use knowledge_operator::cli::probe::{self, ProbeArgs};
use knowledge_operator::cli::{Exit, crds, finish};
use knowledge_operator::operator::{self, DetachArgs, RunArgs};
use knowledge_operator::telemetry::{self, LogFormat};

/// Publishes operational knowledge as cluster resources.
#[derive(Parser)]
#[command(version, about, max_term_width = 100)]
struct Cli {
    /// What to log: error, warn, info, debug, or a list such as info,kube=debug
    #[arg(
        long,
        global = true,
        env = "KNOWLEDGE_LOG",
        default_value = "info",
        value_name = "LEVEL"
    )]
    log: String,
    /// How log lines look
    #[arg(
        long,
        global = true,
        env = "KNOWLEDGE_LOG_FORMAT",
        default_value = "auto",
        value_name = "FORMAT",
        value_parser = LogFormat::parse
    )]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Watch the cluster of the current kubeconfig or service account, publish and attach documents
    Run(Box<RunArgs>),
    Preview(PreviewArgs),
    /// Print the CustomResourceDefinitions, ready for kubectl apply --server-side -f -
    Crds,
    /// Remove all annotations that the operator ever wrote
    Detach(DetachArgs),
    /// Ask whether addresses answer, for tests inside of a cluster
    Probe(ProbeArgs),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    telemetry::start(&cli.log, cli.log_format);
    // One provider for every connection; a second in the tree would make rustls panic at the first of them.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::debug!("a TLS provider was installed already");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failure(&error),
    };
    runtime.block_on(async {
        match cli.command {
            Command::Run(args) => operator::run(*args)
                .await
                .map_or_else(|error| failure(&error), |()| ExitCode::SUCCESS),
            Command::Preview(args) => {
                let exit = finish(preview::run(&args, &mut anstream::stdout(), &mut anstream::stderr()).await);
                ExitCode::from(exit.code())
            }
            Command::Crds => {
                let written = std::io::stdout().write_all(crds::stream().as_bytes());
                ExitCode::from(finish(written.map(|()| Exit::Clean)).code())
            }
            Command::Probe(args) => {
                let exit = finish(probe::run(&args, &mut anstream::stdout()).await);
                ExitCode::from(exit.code())
            }
            Command::Detach(args) => match operator::detach(args.clone()).await {
                Ok(done) => {
                    let cleaned = if args.dry_run { "would be cleaned" } else { "cleaned" };
                    println!("{} objects {cleaned}, {} failed", done.cleaned, done.failed);
                    if done.failed == 0 {
                        ExitCode::SUCCESS
                    } else {
                        ExitCode::from(1)
                    }
                }
                Err(error) => failure(&error),
            },
        }
    })
}

fn failure(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::from(2)
}
