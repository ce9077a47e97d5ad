//! Databases, queues and stores.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::arguments::{Arguments, listed};
use super::rule::{READ, Rule, Tool, Verdict, ask, changes, destroys, verbs};
use super::sql::judge_sql;
use super::{DEPENDS, Judgement, NOT_KNOWN};

pub(super) static SQL: Tool = ask(
    "U h p d u P H port host username dbname user database defaults-file D S socket",
    sql,
);

/// `psql -c '…'`, `mysql -e '…'`.
fn sql(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    let mut worst = None;
    for (at, word) in arguments.words.iter().enumerate() {
        let text = word.text.as_ref();
        let (statement, certain) = match text.split_once('=') {
            _ if matches!(text, "--command" | "--execute" | "-Q") || is_statement_option(text) => {
                match arguments.words.get(at + 1) {
                    Some(next) => (next.text.as_ref(), next.certain),
                    None => continue,
                }
            }
            Some(("--command" | "--execute", statement)) => (statement, word.certain),
            _ => continue,
        };
        let judgement = judge_sql(statement);
        let judgement = if certain || !statement.starts_with('$') {
            judgement
        } else {
            DEPENDS
        };
        worst = Some(worst.map_or(judgement, |worst: Judgement| worst.worst(judgement)));
    }
    match worst {
        Some(worst) => worst,
        None if arguments.has(&["-f", "--file"]) => Judgement::unknown("runs a script"),
        None if arguments.has(&["-l", "--list", "--version", "-V"]) => Judgement::READ,
        None if arguments.piped => Judgement::unknown("runs what it is given"),
        None => Judgement::read("opens a database"),
    }
    .into()
}

/// `-c`, `-e`, also as the last of some letters: `-qtc`, `-sNe`.
fn is_statement_option(text: &str) -> bool {
    text.strip_prefix('-')
        .is_some_and(|letters| letters.len() <= 5 && !letters.starts_with('-') && letters.ends_with(['c', 'e']))
}

pub(super) static PATRONICTL: Tool = verbs(
    "c config-file k group",
    &[
        ("list topology history show-config dsn query version", READ),
        ("restart", changes("restarts a database")),
        ("reload edit-config", changes("changes settings")),
        ("switchover failover", changes("fails over")),
        ("pause resume", changes("stops or starts automatic failover")),
        ("reinit", destroys("replaces a replica's data")),
        ("remove", destroys("removes the cluster's state")),
        ("flush", changes("cancels planned actions")),
    ],
);

pub(super) static RABBITMQ: Tool = ask("n node p vhost t timeout q", rabbitmq);

fn rabbitmq(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let verb = arguments.text(from);
    let judgement = if verb.starts_with("list")
        || verb.starts_with("check_")
        || verb.ends_with("status")
        || listed(
            "report environment ping node_health_check help version observer tail log_location show get list \
                   node_health_check memory_breakdown resume_listeners schema_info discover_peers erlang_version",
            verb,
        ) {
        Judgement::READ
    } else if listed("reset force_reset forget_cluster_node purge_queue purge", verb) || verb.starts_with("delete") {
        Judgement::destroy("deletes queues, users or a node's data")
    } else if listed("stop_app start_app stop start restart shutdown", verb) {
        Judgement::change("stops or starts the queue")
    } else if listed(
        "sync_queue cancel_sync_queue join_cluster change_cluster_node_type change_password authenticate_user \
                      eval export_definitions import_definitions close_connection close_all_connections rename_cluster_node \
                      rotate_logs enable disable grow shrink rebalance declare publish rebalance_queues",
        verb,
    ) || ["add_", "set_", "clear_", "enable_", "disable_", "force_", "rebalance_"]
        .iter()
        .any(|start| verb.starts_with(start))
    {
        Judgement::change("changes the queue")
    } else if arguments.operand(from).is_some_and(|word| !word.certain) {
        DEPENDS
    } else {
        NOT_KNOWN
    };
    judgement.into()
}

pub(super) static REDIS: Tool = ask("h p a n u s user pass cacert cert key", redis);

fn redis(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    judge_redis(arguments.text(from), arguments.text(from + 1)).into()
}

/// What a command of Redis does; `next` is the word after it.
pub(super) fn judge_redis(verb: &str, next: &str) -> Judgement {
    let (verb, next) = (verb.to_ascii_lowercase(), next.to_ascii_lowercase());
    if verb.is_empty() {
        return Judgement::read("opens a shell");
    }
    match verb.as_str() {
        "config" | "client" | "cluster" | "slowlog" | "memory" | "latency" | "acl" | "sentinel" | "debug" | "xinfo"
        | "object" | "command" | "pubsub" => {
            let reads = "get list info nodes slots doctor stats usage masters master replicas sentinels slaves \
                         get-master-addr-by-name ckquorum history latest whoami getname len help encoding stream groups \
                         count channels shards myid keyslot";
            if listed(reads, &next) {
                Judgement::READ
            } else {
                Judgement::change("changes settings")
            }
        }
        "flushall" | "flushdb" | "del" | "unlink" | "hdel" | "ltrim" | "srem" | "zrem" | "lpop" | "rpop" => {
            Judgement::destroy("deletes keys")
        }
        "shutdown" => Judgement::destroy("shuts the database down"),
        _ if listed(
            "info get mget keys scan ttl pttl llen lrange hgetall hget hkeys hlen smembers scard zrange zcard ping monitor \
             dbsize exists type lastsave time role strlen getrange sscan hscan zscan quit auth select echo lindex",
            &verb,
        ) =>
        {
            Judgement::READ
        }
        _ if listed(
            "set mset expire persist lpush rpush hset sadd zadd incr decr rename bgsave save bgrewriteaof failover replicaof \
             slaveof migrate restore publish setex append",
            &verb,
        ) =>
        {
            Judgement::change("changes keys or the server")
        }
        _ => NOT_KNOWN,
    }
}

pub(super) static MYSQLADMIN: Tool = verbs(
    "u h P p user host port",
    &[
        ("status extended-status processlist variables version ping", READ),
        ("drop", destroys("deletes tables or databases")),
        ("shutdown", destroys("shuts the database down")),
        ("*", changes("changes the database")),
    ],
);

pub(super) static VAULT: Tool = verbs(
    "address namespace",
    &[
        (
            "status read list version debug monitor events help print path-help",
            READ,
        ),
        (
            "kv",
            Rule::Verbs(&[
                ("get list metadata enable-versioning", READ),
                ("delete destroy undelete", destroys("deletes secrets")),
                ("*", changes("changes secrets")),
            ]),
        ),
        (
            "operator",
            Rule::Verbs(&[
                ("members diagnose usage key-status", READ),
                (
                    "raft",
                    Rule::Verbs(&[
                        ("list-peers autopilot", READ),
                        ("snapshot", changes("saves or restores data")),
                        ("remove-peer", destroys("removes a member")),
                        ("*", changes("changes the members")),
                    ]),
                ),
                ("unseal", changes("opens the vault")),
                ("seal", changes("seals the vault")),
                ("*", changes("changes the vault")),
            ]),
        ),
        (
            "token auth policy secrets lease audit plugin transit pki",
            Rule::Verbs(&[
                ("lookup list read capabilities info help health-check", READ),
                ("revoke delete disable", destroys("revokes or deletes")),
                ("*", changes("changes the vault")),
            ]),
        ),
        ("login", super::rule::reads("signs in or out")),
        ("write patch unwrap wrap", changes("changes secrets")),
        ("delete", destroys("deletes secrets")),
    ],
);

pub(super) static CONSUL: Tool = verbs(
    "http-addr token datacenter",
    &[
        ("members info catalog monitor version validate debug rtt", READ),
        (
            "kv",
            Rule::Verbs(&[
                ("get export", READ),
                ("delete", destroys("deletes keys")),
                ("*", changes("changes keys")),
            ]),
        ),
        (
            "operator",
            Rule::Verbs(&[
                (
                    "raft",
                    Rule::Verbs(&[("list-peers", READ), ("remove-peer", destroys("removes a member"))]),
                ),
                (
                    "autopilot",
                    Rule::Verbs(&[("get-config state", READ), ("*", changes("changes settings"))]),
                ),
            ]),
        ),
        (
            "snapshot",
            Rule::Verbs(&[
                ("inspect", READ),
                ("save", changes("writes a file")),
                ("restore", destroys("replaces the data")),
            ]),
        ),
        ("leave force-leave", changes("changes the members")),
        ("reload maint join", changes("changes an agent")),
    ],
);

pub(super) static KAFKA: Tool = ask("", kafka);

/// Kafka's scripts, whose options are their verbs.
fn kafka(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    if arguments.has(&["--delete", "--delete-offsets"]) {
        Judgement::destroy("deletes topics or offsets")
    } else if arguments.has(&[
        "--create",
        "--alter",
        "--execute",
        "--reset-offsets",
        "--add",
        "--remove",
    ]) {
        if arguments.has(&["--dry-run"]) {
            Judgement::READ
        } else {
            Judgement::change("changes topics or offsets")
        }
    } else {
        Judgement::READ
    }
    .into()
}

/// Continuous archiving of PostgreSQL.
pub(super) static ARCHIVE: Tool = verbs(
    "config",
    &[
        (
            "backup-list wal-show wal-verify backup-show help version info check",
            READ,
        ),
        (
            "backup-push wal-push backup-mark backup stanza-create",
            changes("makes a backup"),
        ),
        ("backup-fetch wal-fetch restore", changes("restores files")),
        ("delete expire stanza-delete", destroys("deletes backups")),
    ],
);
