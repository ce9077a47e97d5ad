//! The commands people type: what they read from files and what they print.
//!
//! In: arguments, files, standard input. Out: text on standard output, talk on standard error, an exit code.
//! Must not: hold a rule that a user could notice; those are in the pure modules.

pub mod crds;
pub mod examine;
pub mod folder;
pub mod given;
pub mod import;
mod import_files;
pub mod lint;
pub mod preview;
pub mod probe;
pub mod report;
mod report_machine;
mod report_text;
mod table;

/// How a command ended: what the shell sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// All is well.
    Clean,
    /// There are errors in the input, or nothing was found.
    Findings,
    /// The command could not do its work.
    Failure,
}

impl Exit {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Failure => 2,
        }
    }
}

/// Turns the result of a command into its exit: who closes the pipe has read enough.
pub fn finish(result: std::io::Result<Exit>) -> Exit {
    match result {
        Ok(exit) => exit,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Clean,
        Err(error) => {
            // Nowhere is left to say that this failed.
            let _ = std::io::Write::write_fmt(&mut anstream::stderr(), format_args!("error: cannot write: {error}\n"));
            Exit::Failure
        }
    }
}
