//! Where things stand: fields, keys and content in every way YAML can write them; recovery and budgets.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::finding::ContentSpan;

const HEAD: &str = "apiVersion: v1\nkind: X\n";

/// What stands at a span.
pub(super) fn slice(text: &str, span: TextSpan) -> &str {
    text.get(span.start..span.end).unwrap()
}

/// The text that a place of the only object means.
fn at<'t>(text: &'t str, at: &At) -> &'t str {
    let (objects, findings) = parse_manifests(text);
    assert_eq!(findings, [], "{text}");
    let span = objects[0].origin.resolve(at);
    slice(text, span)
}

fn field<'t>(text: &'t str, path: &str) -> &'t str {
    at(text, &At::field(path))
}

fn codes(text: &str) -> Vec<&'static str> {
    parse_manifests(text)
        .1
        .iter()
        .map(|finding| finding.code.id())
        .collect()
}

fn content(start: usize, end: usize) -> At {
    let (start, end) = (u32::try_from(start).unwrap(), u32::try_from(end).unwrap());
    At::Content(ContentSpan {
        start,
        end,
        line: 1,
        column: 1,
    })
}

#[test]
fn fields_and_keys_stand_where_they_are_written() {
    let text = "apiVersion: v1\nkind: X\nmetadata: {name: payments, labels: {a.b/c: d}}\nspec:\n  title: 'T' # c\n  empty:\n  list:\n    - a: 1\n      b: 2\n    - {a: 3}\n  block:\n    - x\n    - y\n  one:\n    - z\n";
    for (path, found) in [
        ("spec.title", "'T'"),
        ("spec.list[0].b", "2"),
        ("spec.list[1]", "{a: 3}"),
        ("spec.list[1].a", "3"),
        ("metadata.labels[\"a.b/c\"]", "d"),
        ("metadata.labels", "{a.b/c: d}"),
        // Without a value: the name.
        ("spec.empty", "empty"),
        // More than a line: the name, or the first line of an item.
        ("spec", "spec"),
        ("spec.block", "block"),
        ("spec.one", "- z"),
        ("spec.list[0]", "a: 1"),
        // Not there: what is around it.
        ("spec.list[1].zzz", "{a: 3}"),
        ("spec.list[0].zzz", "a: 1"),
        ("spec.list[7]", "list"),
        ("spec.missing.deeper", "spec"),
        ("status", "apiVersion: v1"),
        ("", "apiVersion: v1"),
    ] {
        assert_eq!(field(text, path), found, "{path}");
    }
    assert_eq!(at(text, &At::Key("spec.title".into())), "title");
    assert_eq!(at(text, &At::Key("metadata.labels[\"a.b/c\"]".into())), "a.b/c");
    assert_eq!(at(text, &At::Object), "payments");
    assert_eq!(at("apiVersion: v1\nkind: X\n", &At::Object), "apiVersion: v1");
}

#[test]
fn anchors_and_merges_lead_to_what_was_written() {
    let text = format!("{HEAD}base: &b {{name: n, url: u}}\ncopy: *b\nlist:\n  - <<: *b\n    more: m\n");
    assert_eq!(field(&text, "copy"), "*b");
    assert_eq!(field(&text, "copy.name"), "n");
    assert_eq!(field(&text, "list[0].url"), "u");
    assert_eq!(field(&text, "list[0].more"), "m");
}

#[test]
fn content_stands_where_it_is_written_in_every_style() {
    for (written, needle) in [
        ("|\n    # T\n\n    see [x](y)\n", "[x](y)"),
        ("|2-\n      see [x](y)\n", "[x](y)"),
        ("|+\n\n   a\n\n   see [x](y)\n\n\n", "[x](y)"),
        ("| # comment\n    a\n    see [x](y)", "[x](y)"),
        ("|\r\n    # T\r\n\r\n    see [x](y)\r\n", "[x](y)"),
        (">\n    a\n    b [x](y)\n    c\n\n    d\n", "[x](y)"),
        (">-\n    a\n    b\n\n    c ü [x](y)", "[x](y)"),
        ("'it''s ü [x](y)'", "[x](y)"),
        ("\"a\\n\\u00fc \\\"b\\\" [x](y)\\n\"", "[x](y)"),
        ("\"a \\\n    b [x](y)\"", "[x](y)"),
        ("\"\\ud83d\\ude00 \\U0001F600 [x](y)\"", "[x](y)"),
        ("a [x](y)", "[x](y)"),
        ("a\n    b\n    c [x](y)", "[x](y)"),
    ] {
        for json in [false, true] {
            let text = match json {
                false => format!("{HEAD}spec:\n  title: |\n    other\n  content: {written}"),
                true if written.starts_with('"') => {
                    format!("{{\"apiVersion\":\"v1\",\"kind\":\"X\",\"spec\":{{\"content\": {written}}}}}")
                }
                true => continue,
            };
            let (objects, findings) = parse_manifests(&text);
            assert!(findings.is_empty() || written.contains("\\ud83d"), "{findings:?}");
            let value = objects[0].value["spec"]["content"].as_str().unwrap();
            let start = value.find(needle).unwrap();
            assert_eq!(at_quiet(&text, &content(start, start + needle.len())), needle, "{text}");
        }
    }
}

fn at_quiet<'t>(text: &'t str, at: &At) -> &'t str {
    let span = parse_manifests(text).0[0].origin.resolve(at);
    slice(text, span)
}

#[test]
fn content_of_a_config_map_has_a_path_of_its_own() {
    let text = format!("{HEAD}data:\n  a.md: |\n    # Title\n    Text.\n");
    let (objects, _) = parse_manifests(&text);
    let span = objects[0].origin.content(
        "data[\"a.md\"]",
        ContentSpan {
            start: 8,
            end: 12,
            line: 2,
            column: 1,
        },
    );
    assert_eq!(slice(&text, span), "Text");
}

proptest! {
    #[test]
    fn every_character_of_content_is_found_again(value in "[ -~\\n\u{e4}\u{1f600}]{1,60}") {
        let object = json!({ "apiVersion": "v1", "kind": "X", "spec": { "a": { "content": &value }, "content": value } });
        let text = to_yaml(&object);
        let (objects, findings) = parse_manifests(&text);
        prop_assert_eq!(findings, vec![]);
        for (offset, c) in value.char_indices().filter(|(_, c)| !c.is_whitespace()) {
            let span = objects[0].origin.resolve(&content(offset, offset + c.len_utf8()));
            let found = slice(&text, span);
            let escaped = format!("\\{c}");
            prop_assert!(found == c.to_string() || found == escaped, "{} is at {:?} in\n{}", c, found, text);
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "([ -~\\n\\t]|[-:{}\\[\\]#&*!|>'\"%@`,?]|\\n  |\\n- |: |---\\n|\u{feff}|\u{2028}|\u{0}|\\r\\n){0,60}") {
        let text = format!("{HEAD}{text}");
        let (objects, findings) = parse_manifests(&text);
        for object in &objects {
            for path in ["spec", "spec.content", "a[0].b"] {
                let span = object.origin.resolve(&At::field(path));
                prop_assert!(text.get(span.start..span.end).is_some());
            }
        }
        for finding in findings {
            let At::Text(span) = finding.at else { panic!("{finding:?}") };
            prop_assert!(text.get(span.start..span.end).is_some(), "{:?}", span);
        }
        let (parsed, _) = parse_markdown("a/b.md", &text, &MarkdownDefaults::default(), &|_| 0);
        prop_assert!(parsed.value["spec"]["content"].is_string());
    }
}

#[test]
fn one_broken_document_does_not_cost_the_others() {
    let text =
        "kind: A\napiVersion: v1\n---\nb: [\n---\nkind: C\napiVersion: v1\n---\nd: \"\n---\nkind: E\napiVersion: v1\n";
    let (objects, findings) = parse_manifests(text);
    let kinds: Vec<_> = objects
        .iter()
        .map(|object| object.value["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["A", "C", "E"]);
    assert_eq!(findings.len(), 2, "{findings:?}");
}

#[test]
fn empty_input_is_no_mistake() {
    for text in [
        "",
        "\n",
        "---\n",
        "# nothing\n",
        "---\n---\n...\n",
        "\u{feff}",
        "~\n",
        "null\n",
    ] {
        let (objects, findings) = parse_manifests(text);
        assert!(objects.is_empty(), "{text:?}");
        assert!(
            findings.is_empty() || matches!(text, "~\n" | "null\n"),
            "{text:?} {findings:?}"
        );
    }
}

#[test]
fn lists_are_taken_apart() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: A, x: here}\n- apiVersion: v1\n  kind: List\n  items:\n  - {apiVersion: v1, kind: B}\n- 5\n---\napiVersion: g/v1\nkind: RunbookList\nitems:\n- metadata: {name: n}\n---\napiVersion: v1\nkind: AllowList\nspec: {}\n---\napiVersion: v1\nkind: PodList\nitems: []\n";
    let (objects, findings) = parse_manifests(text);
    let kinds: Vec<_> = objects
        .iter()
        .map(|object| object.value["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["A", "B", "Runbook", "AllowList"]);
    assert_eq!(objects[2].value["apiVersion"], "g/v1");
    let span = objects[0].origin.resolve(&At::field("x"));
    assert_eq!(slice(text, span), "here");
    assert_eq!(
        findings.iter().map(|finding| finding.code).collect::<Vec<_>>(),
        [Code::NotAnObject]
    );
}

#[test]
fn rule_files_pass() {
    let (objects, findings) = parse_manifests("groups:\n- name: a\n  rules: []\n");
    assert_eq!((objects.len(), findings.len()), (1, 0));
}

#[test]
fn aliases_cost_a_bounded_amount_of_memory() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        bomb += &format!(
            "a{level}: &a{level} [{}]\n",
            vec![format!("*a{}", level - 1); 10].join(", ")
        );
    }
    assert_eq!(codes(&format!("{HEAD}{bomb}")), ["KB0003"]);
    let wide = format!(
        "{HEAD}a: &a \"{}\"\nb: [{}]\n",
        "x".repeat(100_000),
        vec!["*a"; 500].join(",")
    );
    assert_eq!(codes(&wide), ["KB0003"]);
    let mut deep = "b0: &b0 [x]\n".to_owned();
    for level in 1..2000 {
        deep += &format!("b{level}: &b{level} [*b{}]\n", level - 1);
    }
    assert_eq!(codes(&format!("{HEAD}{deep}")), ["KB0003"]);
    let merges: String = (1..400)
        .map(|level| format!("m{level}: &m{level} {{<<: *m{}, k{level}: 1}}\n", level - 1))
        .collect();
    assert!(
        codes(&format!("{HEAD}m0: &m0 {{k: 1}}\n{merges}"))
            .iter()
            .all(|code| *code == "KB0003")
    );
}

#[test]
fn depth_and_size_are_bounded() {
    assert_eq!(codes(&format!("{HEAD}a: {}", "[".repeat(100_000))), ["KB0003"]);
    assert_eq!(
        codes(&format!(
            "{HEAD}a:\n{}",
            (1..5000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>()
        )),
        ["KB0003"]
    );
    assert_eq!(codes(&" ".repeat(MAX_TEXT + 1)), ["KB0003"]);
    assert_eq!(codes(&"---\na\n".repeat(10_001)).last(), Some(&"KB0003"));
}

#[test]
fn bytes_that_are_no_text_are_named() {
    for (bytes, words) in [
        (b"a: \xff\n".as_slice(), "byte 3 of the file, in line 1, is not UTF-8"),
        (b"\xff\xfea\0", "UTF-16"),
        (b"\x7fELF\0\x80", "binary"),
    ] {
        let finding = decode(bytes).unwrap_err();
        assert!(finding.message.contains(words), "{}", finding.message);
    }
    assert_eq!(decode("\u{feff}a".as_bytes()), Ok("\u{feff}a"));
}

#[test]
fn lines_and_columns_count_from_one_in_characters() {
    let text = "\u{feff}äb\r\nc\n";
    let lines = Lines::new(text);
    let position = |offset| lines.position(text, offset);
    assert_eq!(position(3), Position { line: 1, column: 1 });
    assert_eq!(position(5), Position { line: 1, column: 2 });
    assert_eq!(position(8), Position { line: 2, column: 1 });
    assert_eq!(position(10), Position { line: 3, column: 1 });
    assert_eq!(position(99), Position { line: 3, column: 1 });
    assert_eq!((lines.count(), lines.start(2), lines.start(9)), (3, Some(8), None));
}
