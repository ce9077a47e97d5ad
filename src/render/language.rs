//! Languages of code blocks: the many names people write, and the few that mean something.
//!
//! In: what is written after an opening fence. Out: a common name from a closed table, and a title.
//! Must not: let a name from a document into a class attribute.

/// The common name of the language that `info` begins with; `None` for plain text and unknown languages.
pub(super) fn common_name(info: &str) -> Option<&'static str> {
    let written = info
        .trim_start()
        .split([' ', '\t', ':', '{', ','])
        .next()
        .unwrap_or_default();
    let written = written.strip_prefix('.').unwrap_or(written);
    let known = |(_, aliases): &&(&str, &[&str])| aliases.iter().any(|alias| alias.eq_ignore_ascii_case(written));
    LANGUAGES.iter().find(known).map(|(name, _)| *name)
}

/// True if `info` names no language at all.
pub(super) fn is_unmarked(info: &str) -> bool {
    let written = info.trim_start().split([' ', '\t', ',']).next().unwrap_or_default();
    written.is_empty() || written.contains('=') || written.starts_with('{')
}

/// The value of `title="..."` in `info`, which some dialects show above the code.
pub(super) fn title(info: &str) -> Option<&str> {
    // Hardly any info string has more than a language.
    let (_, rest) = info.contains('=').then(|| info.split_once("title="))??;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (title, _) = rest.strip_prefix(quote)?.split_once(quote)?;
    Some(title.trim()).filter(|title| !title.is_empty())
}

/// `console` is a session: prompts with what they printed. `sh` is a script.
const LANGUAGES: &[(&str, &[&str])] = &[
    (
        "sh",
        &[
            "bash",
            "sh",
            "shell",
            "shel",
            "zsh",
            "ksh",
            "commandline",
            "command-line",
        ],
    ),
    (
        "console",
        &[
            "console",
            "terminal",
            "shell-session",
            "sh-session",
            "bash-session",
            "shellsession",
        ],
    ),
    ("yaml", &["yaml", "yml"]),
    ("json", &["json", "jsonc", "json5"]),
    ("promql", &["promql"]),
    ("logql", &["logql"]),
    ("diff", &["diff", "patch"]),
    ("ini", &["ini", "toml", "conf", "cfg", "properties", "systemd"]),
    ("sql", &["sql", "postgresql", "mysql"]),
    ("python", &["python", "python3", "py"]),
    ("ruby", &["ruby", "rb"]),
    ("go", &["go", "golang"]),
    ("rust", &["rust", "rs"]),
    ("javascript", &["javascript", "js", "typescript", "ts"]),
    ("xml", &["xml", "html"]),
    ("hcl", &["hcl", "terraform", "tf"]),
    ("dockerfile", &["dockerfile", "docker", "containerfile"]),
    ("powershell", &["powershell", "pwsh", "ps1"]),
    ("mermaid", &["mermaid"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded() {
        let cases = [
            ("bash", Some("sh")),
            ("shel", Some("sh")),
            ("Console", Some("console")),
            ("yaml:environments/configuration.yml", Some("yaml")),
            ("{.yaml}", None),
            ("sh title=\"x\"", Some("sh")),
            ("acsii", None),
            ("text", None),
            ("", None),
            ("\"><script>", None),
        ];
        for (info, expect) in cases {
            assert_eq!(common_name(info), expect, "{info:?}");
        }
    }

    #[test]
    fn only_a_quoted_title_is_one() {
        let cases = [
            ("bash title=\"Drain a node\"", Some("Drain a node")),
            ("bash title='a'", Some("a")),
            ("bash title=", None),
            ("bash title=\"open", None),
            ("bash title=\" \"", None),
            ("bash", None),
        ];
        for (info, expect) in cases {
            assert_eq!(title(info), expect, "{info:?}");
        }
    }
}
