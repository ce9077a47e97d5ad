//! Words that decide what a placeholder is.
//!
//! In: what stands between brackets or behind `$`. Out: yes or no. Must not: know where it stands.

/// What programs print in angle brackets where there is nothing to print.
pub(super) fn is_absent_value(name: &str) -> bool {
    #[rustfmt::skip]
    const VALUES: &[&str] = &[
        "none", "unknown", "nil", "pending", "invalid", "unset", "empty", "null", "undefined", "unmanaged", "redacted",
        "omitted", "hidden", "masked", "snip", "snipped", "truncated", "no value", "no output", "not set", "not found",
        "set to the key", "blank", "binary", "no data", "keine", "leer",
    ];
    VALUES.iter().any(|value| value.eq_ignore_ascii_case(name))
        || !name.contains(|c: char| c.is_alphanumeric())
        || name
            .strip_suffix(" bytes")
            .is_some_and(|count| count.bytes().all(|b| b.is_ascii_digit()))
}

/// `Insert site specific measures`: a text for the author, not the reader.
pub(super) fn is_stub(phrase: &str) -> bool {
    #[rustfmt::skip]
    const VERBS: &[&str] = &[
        "insert", "add", "describe", "explain", "fill", "write", "put", "einfügen", "beschreiben", "ergänzen",
        "hinzufügen", "eintragen", "beschreibe", "ergänze", "füge", "optional:",
    ];
    let first = phrase.split_whitespace().next().unwrap_or_default().to_lowercase();
    let last = phrase.split_whitespace().next_back().unwrap_or_default().to_lowercase();
    is_unwritten(phrase)
        || (phrase.contains(char::is_whitespace)
            && (VERBS.contains(&first.as_str()) || matches!(last.as_str(), "einfügen" | "ergänzen" | "beschreiben")))
}

/// `TODO: describe`, `TBD`.
pub(super) fn is_unwritten(text: &str) -> bool {
    ["TODO", "FIXME", "TBD", "XXX"].iter().any(|mark| {
        text.strip_prefix(mark)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', ' ', '.', '(', '\n', ',', '-']))
    })
}

/// `Enter`, `Ctrl-C`.
pub(super) fn is_key(name: &str) -> bool {
    #[rustfmt::skip]
    const KEYS: &[&str] = &[
        "enter", "return", "esc", "escape", "tab", "backspace", "leertaste", "eingabe",
    ];
    let lower = name.to_ascii_lowercase();
    let lower = lower
        .strip_prefix("hit ")
        .or(lower.strip_prefix("press "))
        .unwrap_or(&lower);
    let combined = ["ctrl", "control", "alt", "shift", "strg", "meta", "cmd"];
    KEYS.contains(&lower)
        || combined.iter().any(|modifier| {
            lower.strip_prefix(modifier).is_some_and(|rest| {
                let mut rest = rest.chars();
                rest.next().is_some_and(|c| matches!(c, '-' | '+')) && (1..=4).contains(&rest.count())
            })
        })
}

/// Levels, results and marks that programs and texts put in brackets.
pub(super) fn is_level(name: &str) -> bool {
    #[rustfmt::skip]
    const LEVELS: &[&str] = &[
        "OK", "INFO", "INF", "I", "WARN", "WARNING", "WRN", "W", "ERROR", "ERR", "E", "DEBUG", "DBG", "D", "TRACE",
        "FATAL", "CRIT", "CRITICAL", "NOTICE", "ALERT", "EMERG", "PANIC", "FAIL", "FAILED", "FAILURE", "PASS",
        "PASSED", "DONE", "SKIP", "SKIPPED", "SKIPPING", "CHANGED", "ACTIVE", "RUNNING", "SUCCESS", "DEPRECATED",
        "OPTIONAL", "REQUIRED", "NOTE", "TIP", "IMPORTANT", "CAUTION", "NEW", "ALPHA", "BETA", "WIP", "DRAFT", "SWAP",
        "ANNOUNCE", "ENABLED", "DISABLED", "UP", "DOWN", "YES", "NO", "Y", "N", "Y/N", "X", "EXISTING", "EOF", "ADDED",
        "REMOVED", "UNRELEASED", "FIRING", "RESOLVED", "PENDING", "RFC", "CI",
    ];
    LEVELS.iter().any(|level| level.eq_ignore_ascii_case(name))
}

/// What a usage line puts in brackets.
pub(super) fn is_usage(name: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "OPTIONS", "OPTION", "FLAGS", "ARGS", "ARGUMENTS", "COMMAND", "COMMANDS", "SUBCOMMAND", "FILE...",
    ];
    let option = name.starts_with('-') && name.contains(char::is_alphabetic);
    option || WORDS.iter().any(|word| word.eq_ignore_ascii_case(name))
}

/// Variables that a shell has without the document's doing, those of an OpenStack session among them.
pub(super) fn is_environment(name: &str) -> bool {
    #[rustfmt::skip]
    const NAMES: &[&str] = &[
        "BASH", "BASHPID", "BASH_SOURCE", "BASH_VERSION", "COLUMNS", "DISPLAY", "EDITOR", "EUID", "FUNCNAME", "GOARCH",
        "GOBIN", "GOOS", "GOPATH", "GOROOT", "GROUPS", "HISTFILE", "HOME", "HOSTNAME", "HOSTTYPE", "HTTPS_PROXY",
        "HTTP_PROXY", "IFS", "JAVA_HOME", "KUBECONFIG", "KUBE_EDITOR", "LANG", "LC_ALL", "LINENO", "LINES", "LOGNAME",
        "MACHTYPE", "MAIL", "NO_PROXY", "OLDPWD", "OPTARG", "OPTIND", "OSTYPE", "PAGER", "PATH", "PIPESTATUS", "PPID",
        "PS1", "PWD", "RANDOM", "REPLY", "SECONDS", "SHELL", "SHLVL", "SSH_AUTH_SOCK", "SUDO_USER", "TERM", "TMP",
        "TMPDIR", "UID", "USER", "USERNAME", "VIRTUAL_ENV", "VISUAL", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
        "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "http_proxy", "https_proxy", "no_proxy",
    ];
    #[rustfmt::skip]
    const OPENSTACK: &[&str] = &[
        "OS_AUTH_TYPE", "OS_AUTH_URL", "OS_CACERT", "OS_CLOUD", "OS_IDENTITY_API_VERSION", "OS_INTERFACE",
        "OS_PASSWORD", "OS_PROJECT_DOMAIN_ID", "OS_PROJECT_DOMAIN_NAME", "OS_PROJECT_ID", "OS_PROJECT_NAME",
        "OS_REGION_NAME", "OS_TOKEN", "OS_USERNAME", "OS_USER_DOMAIN_NAME",
    ];
    NAMES.contains(&name) || OPENSTACK.contains(&name)
}

/// Element names that are hardly anything else; `everywhere`: also where a placeholder of this name could stand.
pub(super) fn is_element(name: &str, everywhere: bool) -> bool {
    #[rustfmt::skip]
    const ANYWHERE: &[&str] = &[
        "blockquote", "body", "br", "dd", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "html",
        "li", "nobr", "ol", "script", "span", "strong", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "wbr",
    ];
    #[rustfmt::skip]
    const IN_PROSE: &[&str] = &[
        "a", "abbr", "article", "aside", "b", "big", "button", "caption", "center", "cite", "code", "col", "colgroup",
        "del", "details", "dfn", "figcaption", "figure", "font", "footer", "form", "head", "header", "i", "iframe",
        "img", "input", "ins", "kbd", "main", "mark", "nav", "p", "picture", "pre", "q", "s", "samp", "section",
        "small", "strike", "style", "sub", "summary", "sup", "svg", "table", "tt", "u", "video",
    ];
    ANYWHERE.contains(&name) || (!everywhere && IN_PROSE.contains(&name))
}

/// True for `5m`, `1h30m` and `1d:5m`.
pub(super) fn is_duration(text: &str) -> bool {
    let mut digits = 0;
    let mut units = 0;
    for c in text.chars() {
        match c {
            '0'..='9' => digits += 1,
            's' | 'm' | 'h' | 'd' | 'w' | 'y' if digits > 0 => units += 1,
            ':' if units > 0 => {}
            _ => return false,
        }
    }
    units > 0
}

/// True for a name of a shell variable.
pub(super) fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read() {
        for name in [
            "BASH",
            "HOME",
            "no_proxy",
            "KUBECONFIG",
            "OS_CLOUD",
            "OS_USER_DOMAIN_NAME",
        ] {
            assert!(is_environment(name), "{name}");
        }
        for name in ["blockquote", "wbr", "a", "video", "br"] {
            assert!(is_element(name, false), "{name}");
        }
        assert!(!is_element("code", true) && is_element("li", true) && !is_element("node", false));
    }

    #[test]
    fn words_are_told_apart() {
        type Case = (fn(&str) -> bool, &'static [&'static str], &'static [&'static str]);
        let cases: &[Case] = &[
            (
                is_absent_value,
                &["none", "Unknown", "...", "12 bytes", "no value"],
                &["node", "value", "none of it"],
            ),
            (
                is_stub,
                &["Insert the steps", "TODO", "TBD: x", "hier Schritte einfügen"],
                &["insert", "TODOS", "pod name"],
            ),
            (
                is_key,
                &["Enter", "Ctrl-C", "ctrl+d", "HIT ctrl-d", "Strg-C"],
                &["control-plane", "key", "ctrl"],
            ),
            (
                is_duration,
                &["5m", "1h30m", "1d:5m", "90s"],
                &["m", "5", "m5", "5x", ""],
            ),
            (is_level, &["INFO", "info", "OK"], &["NODE", ""]),
            (
                is_unwritten,
                &["TODO", "TODO: x", "XXX fix"],
                &["TODO_LIST", "XXXX", "todo"],
            ),
        ];
        for (test, yes, no) in cases {
            for text in *yes {
                assert!(test(text), "{text:?}");
            }
            for text in *no {
                assert!(!test(text), "{text:?}");
            }
        }
    }
}
