//! Statements of SQL databases.
//!
//! In: statements. Out: a judgement. Must not: read more of one than its verb and the names of functions.

use super::Judgement;
use super::arguments::listed;

/// Says of statements that are not listed.
const NOT_KNOWN: Judgement = Judgement::unknown("a statement not known here");

/// What the statements of `text` do, separated by `;`.
pub(in super::super) fn judge_sql(text: &str) -> Judgement {
    let mut worst = Judgement::READ;
    for statement in text.split(';') {
        worst = worst.worst(judge_statement(statement));
    }
    worst
}

fn judge_statement(statement: &str) -> Judgement {
    let statement = statement.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    let end = statement
        .find(|c: char| c.is_whitespace() || c == '(')
        .unwrap_or(statement.len());
    let verb = statement.get(..end).unwrap_or_default();
    if verb.is_empty() || verb.starts_with("--") {
        return Judgement::READ;
    }
    if let Some(command) = verb.strip_prefix('\\') {
        let reads = command.starts_with('d')
            || listed(
                "l l+ list c connect x timing conninfo q h ? z pset a t watch sf sv",
                command,
            );
        return if reads { Judgement::READ } else { NOT_KNOWN };
    }
    let lower = statement
        .get(..statement.len().min(4_096))
        .unwrap_or(statement)
        .to_ascii_lowercase();
    let verb = lower.get(..end).unwrap_or_default();
    let words = |list: &str| {
        lower
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .any(|word| listed(list, word))
    };
    if verb.starts_with(['$', '<']) {
        return super::DEPENDS;
    }
    match verb {
        "select" | "table" | "values" if words("pg_terminate_backend pg_cancel_backend") => {
            Judgement::change("ends sessions or queries")
        }
        "select"
            if words(
                "pg_reload_conf pg_switch_wal pg_promote pg_stat_reset setval nextval lo_unlink pg_drop_replication_slot",
            ) =>
        {
            Judgement::change("changes the database")
        }
        "with" | "explain" if words("delete") => Judgement::destroy("deletes rows"),
        "with" | "explain" if words("update insert") => Judgement::change("changes rows"),
        "select" | "show" | "explain" | "describe" | "desc" | "with" | "table" | "values" | "use" | "help"
        | "status" | "begin" | "commit" | "rollback" | "exit" | "quit" | "check" | "fetch" | "declare" | "list" => {
            Judgement::READ
        }
        "insert" | "update" | "merge" | "replace" | "load" | "copy" => Judgement::change("changes rows"),
        "create" | "alter" | "rename" | "comment" => Judgement::change("changes the schema"),
        "grant" | "revoke" => Judgement::change("changes rights"),
        "vacuum" | "analyze" | "reindex" | "cluster" | "checkpoint" | "optimize" | "repair" | "refresh" => {
            Judgement::change("starts maintenance")
        }
        "set" | "reset" => Judgement::change("changes settings"),
        "kill" => Judgement::change("ends sessions or queries"),
        "pause" | "resume" | "suspend" | "reload" | "start" | "stop" | "flush" | "change" | "lock" | "unlock"
        | "call" | "do" | "execute" => Judgement::change("changes the database"),
        "delete" => Judgement::destroy("deletes rows"),
        "drop" => Judgement::destroy("deletes tables or databases"),
        "truncate" => Judgement::destroy("empties tables"),
        "purge" => Judgement::destroy("deletes logs"),
        _ => NOT_KNOWN,
    }
}
