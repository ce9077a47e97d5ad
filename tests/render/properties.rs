//! Random texts: whatever is written, rendering neither panics nor grows, and writes only what the checker allows.
//!
//! In: proptest's choice of marks and fragments. Out: the smallest text that breaks a rule. Must not: know the rules.

use proptest::prelude::*;

use crate::check_any;

const MARKS: &str = r#"(?x)
    [\x20a-c\n>*_`\[\]()!<&\#|:~\\"'^\-+=0-9./{}\t\r\x00-\x08\x1b\x7f\u{80}-\u{a0}äß€😀\u{feff}\u{202e}]{0,200}"#;

fn fragments() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "# ",
        "## Diagnosis\n",
        "\n",
        "\n\n",
        "    ",
        "\t",
        "> ",
        "- ",
        "1. ",
        "[^1]: ",
        "[^1]",
        "[a](",
        "](",
        ")",
        "[a][b]",
        "[b]: javascript:x\n",
        "[b]: /u 'title \"'\n",
        "![",
        "](x.png)",
        "<!--",
        "-->",
        "<br>",
        "<div>\n",
        "</div>",
        "<details>\n",
        "<summary>",
        "</summary>",
        "</details>\n",
        "<ul>",
        "<li>",
        "</ul>",
        "<table>\n",
        "<tr><td>",
        "<th>",
        "</tr>",
        "</table>",
        "<p>",
        "<pre>",
        "</pre>",
        "<b>",
        "</b>",
        "<a href='x'>",
        "</a>",
        "<img src=x alt='<b>'>",
        "<h2>",
        "<kbd>",
        ":::note[t]\n",
        ":::\n",
        "::::\n",
        "!!! tip \"t\"\n",
        "??? bug\n",
        "=== \"t\"\n",
        "{{< hint >}}\n",
        "{{< /hint >}}\n",
        "{{< highlight sh >}}\n",
        "{{< /highlight >}}\n",
        "{{< ref \"a\" >}}",
        "<Tabs>\n",
        "<TabItem value=\"v\">\n",
        "</TabItem>\n",
        "import a from 'b';\n",
        "**Note:** ",
        "<https://a.example>",
        "https://a.example/b",
        "`",
        "```\n",
        "```sh title=\"t\"\n",
        "~~~\n",
        "~~",
        "**",
        "*",
        "_",
        "|a|b|\n|-|:-:|\n",
        "|c",
        "|",
        "- [x] ",
        "> [!NOTE]\n",
        "&lt;",
        "&#0;",
        "&",
        "\\",
        "\u{0}",
        "\u{1}",
        "\u{85}",
        "\r\n",
        "\r",
        "\u{feff}",
        "---\n",
        "title: x\n",
        "word",
        "#a",
        "ä",
        "😀",
        "javascript:alert(1)",
        "<script>",
        "\"",
        "'",
        "onload=",
        "<a@b.example>",
        "> > > > > > > > ",
        "- - - - - - - - ",
        "* * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * * ",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_marks_are_safe(text in MARKS) {
        if let Err(why) = check_any(&text) { prop_assert!(false, "{}", why); }
    }

    #[test]
    fn any_fragments_are_safe(text in fragments()) {
        if let Err(why) = check_any(&text) { prop_assert!(false, "{}", why); }
    }

    #[test]
    fn any_text_is_safe(text in "\\PC{0,300}") {
        if let Err(why) = check_any(&text) { prop_assert!(false, "{}", why); }
    }
}
