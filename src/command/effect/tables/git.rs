//! Git and its hosts.
//!
//! In: arguments. Out: verdicts. Must not: call harmless what may not be.

use super::Judgement;
use super::arguments::{Arguments, listed};
use super::rule::{READ, Rule, Tool, Verdict, ask, changes, decide, destroys, reads, verbs};

pub(super) static GIT: Tool = ask("C c git-dir work-tree", git);

const GIT_VERBS: &[(&str, Rule)] = &[
    (
        "status log diff show rev-parse ls-files ls-remote ls-tree blame describe grep shortlog reflog cat-file version \
         merge-base rev-list name-rev whatchanged cherry help for-each-ref symbolic-ref check-ignore range-diff fsck count-objects verify-pack diff-tree",
        READ,
    ),
    (
        "clone init fetch pull submodule worktree archive format-patch",
        changes("changes local files"),
    ),
    (
        "add commit checkout switch merge rebase cherry-pick revert restore apply am mv bisect gc update-ref update-index prune",
        changes("changes local files"),
    ),
    ("rm", destroys("deletes files")),
    ("clean", destroys("deletes files")),
    ("branch tag", Rule::Ask(branch)),
    ("remote config", Rule::Ask(settings)),
    (
        "stash",
        Rule::Verbs(&[
            ("list show", READ),
            ("drop clear", destroys("drops local changes")),
            ("*", changes("changes local files")),
            ("-", changes("changes local files")),
        ]),
    ),
    ("push", Rule::Ask(push)),
    ("reset", Rule::Ask(reset)),
];

fn git(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    decide(&Rule::Verbs(GIT_VERBS), arguments, from)
}

fn branch(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    if arguments.has(&["-d", "-D", "--delete"]) {
        Judgement::destroy("deletes a branch or tag")
    } else if arguments.operand(from).is_none()
        || arguments.has(&[
            "-l",
            "--list",
            "-a",
            "-r",
            "--all",
            "-v",
            "-vv",
            "--contains",
            "--show-current",
        ])
    {
        Judgement::READ
    } else {
        Judgement::change("changes branches or tags")
    }
    .into()
}

fn settings(arguments: &Arguments<'_, '_>, from: usize) -> Verdict {
    let reads = arguments.has(&["--get", "--list", "-l", "--get-all", "-v"])
        || arguments.operand(from).is_none()
        || listed("show get-url list get", arguments.text(from));
    if reads {
        Judgement::READ
    } else {
        Judgement::change("changes the local set-up")
    }
    .into()
}

fn push(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    if arguments.has(&["--dry-run", "-n"]) {
        Judgement::READ
    } else if arguments.has(&[
        "--force",
        "-f",
        "--force-with-lease",
        "--delete",
        "-d",
        "--mirror",
        "--prune",
    ]) {
        Judgement::destroy("overwrites or deletes what is published")
    } else {
        Judgement::change("publishes commits")
    }
    .into()
}

fn reset(arguments: &Arguments<'_, '_>, _: usize) -> Verdict {
    if arguments.has(&["--hard"]) {
        Judgement::destroy("drops local changes")
    } else {
        Judgement::change("changes local files")
    }
    .into()
}

pub(super) static GH: Tool = verbs(
    "R repo",
    &[
        ("status search browse help version", READ),
        ("api", reads("")),
        ("auth", reads("signs in or out")),
        (
            "pr issue run release repo workflow gist secret variable label cache",
            Rule::Verbs(&[
                ("list view status checks diff watch", READ),
                ("download clone checkout", changes("writes files")),
                ("delete", destroys("deletes")),
                ("*", changes("changes a repository")),
            ]),
        ),
    ],
);
