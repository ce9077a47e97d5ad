//! Texts that cost a careless parser or writer the square of their length.
//!
//! In: a length. Out: one text of about that length per family. Must not: need more than their pattern to explain.

/// The name and the text of every family at about `n` bytes.
pub fn families(n: usize) -> Vec<(&'static str, String)> {
    let fill = |unit: &str| unit.repeat(n / unit.len() + 1);
    let half = |head: &str, tail: &str| head.repeat(n / 2 / head.len() + 1) + &tail.repeat(n / 2 / tail.len() + 1);
    let numbered = |make: &dyn Fn(usize) -> String| {
        let mut text = String::new();
        let mut count = 0;
        while text.len() < n {
            text.push_str(&make(count));
            count += 1;
        }
        text
    };
    let columns = (n as f64).sqrt() as usize;
    vec![
        ("quotes on one line", fill(">")),
        ("quotes with spaces", fill("> ")),
        ("quotes, then lines", half("> ", "a\n")),
        ("quotes, then blank lines", half(">", "\n")),
        ("lists on one line", fill("- ")),
        ("lists, then blank lines", half("- ", "\n")),
        ("lists, then lines", half("* ", "\nx")),
        ("numbered lists, then blank lines", half("1. ", "\n")),
        ("quotes and lists in turn", half("> - ", "\n")),
        (
            "lists by indentation",
            numbered(&|i| format!("{}- a\n", "  ".repeat(i % 2000))),
        ),
        ("lists by tabs, then blank lines", {
            let stairs = (0..columns / 2)
                .map(|i| format!("{}- a\n", "\t".repeat(i)))
                .collect::<String>();
            let blank = "\n".repeat(n.saturating_sub(stairs.len()));
            stairs + &blank
        }),
        ("admonitions", fill(":::note\n")),
        ("admonitions that close", fill(":::note\na\n:::\n")),
        (
            "admonitions with more and more colons",
            numbered(&|i| format!("{}note\n", ":".repeat(3 + i % 40))),
        ),
        (
            "indented admonitions",
            numbered(&|i| format!("{}!!! note\n", "    ".repeat(i % 40))),
        ),
        ("content tabs", fill("=== \"a\"\n\n    b\n\n")),
        ("components", fill("<TabItem value=\"a\">\n")),
        ("components that never end", fill("<A {\n")),
        ("components with open quotes", fill("<A b=\"\n")),
        ("shortcodes", fill("{{< hint >}}\n")),
        ("references", fill("{{< ref \"a\" >}}")),
        ("references in broken code", fill("{{< ref \"a\" >}} ` `` ``` ```` ")),
        ("remarks", fill("**Note:** a\n\n")),
        ("details", fill("<details>\n<summary>a</summary>\n\n")),
        ("tags on one line", half("<b><i>", "</b></i>")),
        ("lists of HTML", fill("<ul><li>")),
        ("tables of HTML", fill("<table><tr><td>")),
        ("a table of HTML", "<table>".to_owned() + &fill("<tr><td>a</td></tr>\n")),
        ("tags with open quotes", fill("<a b=\"<a b='")),
        ("open comments in HTML", "<div>\n".to_owned() + &fill("<!-- ")),
        ("one item per line", fill("- a\n")),
        ("empty items", fill("-\n")),
        ("tasks", fill("- [ ] a\n")),
        ("opening brackets", fill("[")),
        ("closing brackets", fill("]")),
        ("nested brackets", half("[", "]")),
        ("images in images", half("![", "](a)")),
        ("links without end", fill("[a](")),
        ("links with angle", fill("[a](<b")),
        ("parentheses in a link", format!("[a]({})", half("(", ")"))),
        ("shortcut references", fill("[a] ")),
        ("undefined references", fill("[a][b]")),
        ("collapsed references", fill("[a][]")),
        (
            "one definition, many uses",
            format!("[a]: {}\n\n", "b".repeat(n / 2)) + &"[a] ".repeat(n / 8),
        ),
        (
            "one definition with quotes",
            format!("[a]: /u '{}'\n\n", "\"".repeat(n / 2)) + &"[a] ".repeat(n / 8),
        ),
        ("many definitions", numbered(&|i| format!("[l{i}]: /u\n\n[l{i}]\n\n"))),
        ("emphasis", fill("*a **a ")),
        ("emphasis closed", half("*a ", " a*")),
        ("underscores", fill("_a__b")),
        ("tildes", fill("~~a ~")),
        ("backticks growing", numbered(&|i| format!("a{}", "`".repeat(i % 500)))),
        ("backticks", fill("`a``")),
        ("fences", fill("```\n")),
        ("tildes and backticks", fill("```\n~~~\n")),
        ("angle brackets", fill("<")),
        ("autolinks", fill("<a:b")),
        ("comments without end", fill("<!--")),
        ("comments in a block", fill("<!-- a --> b\n")),
        ("processing instructions", fill("a <?")),
        ("declarations", fill("a <!A")),
        ("character data", fill("a <![CDATA[")),
        ("tags", fill("<a b='")),
        ("tags in a block", fill("<div>\n")),
        ("entities", fill("&amp;")),
        ("broken entities", fill("&a")),
        ("ampersands", fill("&")),
        ("quotes in text", fill("\"")),
        ("escapes", fill("\\*")),
        ("table of few columns", format!("|a|b|\n|-|-|\n{}", fill("|c|d|\n"))),
        ("table of many columns", {
            let head = "|".to_owned() + &"a|".repeat(columns) + "\n|" + &"-|".repeat(columns) + "\n";
            head + &"|\n".repeat(n / 2)
        }),
        ("table of many empty columns", {
            let head = "|".repeat(n / 4) + "\n" + &"|-".repeat(n / 4) + "|\n";
            head + &"|".repeat(n / 4)
        }),
        ("table heads", fill("|a\n|-\n")),
        ("almost tables", fill("|a|b\n")),
        ("headings", fill("# a\n")),
        (
            "equal numbered headings",
            numbered(&|i| format!("# a\n# a-{}\n", i % 100)),
        ),
        ("underlined headings", fill("a\n-\n")),
        ("footnotes", numbered(&|i| format!("[^{i}]\n\n[^{i}]: a\n\n"))),
        ("one footnote", format!("[^a]: b\n\n{}", fill("[^a]"))),
        ("footnotes of footnotes", fill("[^a]: ")),
        (
            "nested footnotes",
            numbered(&|i| format!("{}[^{i}]: a\n", "    ".repeat(i % 1000))),
        ),
        ("undefined footnotes", fill("[^a]")),
        ("alerts", fill("> [!NOTE]\n")),
        ("bare addresses", fill("https://a.example ")),
        ("almost addresses", fill("http:http:")),
        ("placeholder addresses", fill("http://a") + "{"),
        ("one address", format!("https://a.example/{}", fill("&"))),
        ("rules", fill("---\n")),
        ("front matter without end", format!("---\na: b\n{}", fill("c\n"))),
        ("control characters", fill("\u{1}")),
        ("carriage returns", fill("a\r")),
        ("spaces", fill(" ")),
        ("spaces before an end", fill("a    \n")),
        ("code by indentation", fill("    a\n\n")),
        ("wide characters", fill("ä€😀")),
    ]
}
