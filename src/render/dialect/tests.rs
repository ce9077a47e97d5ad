//! What the dialects look like in the words of CommonMark.

use super::*;

fn rewritten(body: &str, format: Format) -> String {
    rewrite(body, format).map_or_else(|| "(as it is)".to_owned(), |frames| frames.text.text)
}

#[test]
fn frames_become_quotes() {
    let cases = [
        // Docusaurus
        (":::note\ntext\n:::\nafter\n", "\n> \n> text\n\nafter\n"),
        (
            "before\n:::tip[A `b` [c]]\ntext\n:::\n",
            "before\n\n> A `b` [c]\n>\n> text\n\n",
        ),
        (":::warning Old title\n\na\n\n:::\n", "\n> Old title\n>\n>\n> a\n>\n\n"),
        (
            "::::note\n:::tip\na\n:::\nb\n::::\nc\n",
            "\n> \n>\n> > \n> > a\n>\n> b\n\nc\n",
        ),
        ("- item\n  :::note\n  a\n  :::\n", "- item\n\n  > \n  > a\n\n"),
        (
            ":::note\n```sh\n:::\n\nx\n```\n:::\n",
            "\n> \n> ```sh\n> :::\n>\n> x\n> ```\n\n",
        ),
        // MkDocs
        ("!!! note \"T\"\n    a\n\n    b\nc\n", "\n> T\n>\n> a\n>\n> b\n\nc\n"),
        ("!!! note\n\ta\n    \tb\n", "\n> \n> a\n> \tb\n"),
        ("??? tip \"T\"\n    a\n", "\n> T\n>\n> a\n"),
        ("???+ bug\n    a\n", "\n> \n> a\n"),
        (
            "=== \"One\"\n\n    ```sh\n    a\n    ```\n\n=== \"Two\"\n\n    b\n",
            "\n> One\n>\n>\n> ```sh\n> a\n> ```\n>\n\n\n> Two\n>\n>\n> b\n",
        ),
        ("!!! note inline end \"T\"\n    a\n", "\n> T\n>\n> a\n"),
        // Hugo
        ("{{< hint info >}}\na\n{{< /hint >}}\n", "\n> \n> a\n\n"),
        (
            "{{% notice warning \"T\" %}}\na\n{{% /notice %}}\n",
            "\n> T\n>\n> a\n\n",
        ),
        ("{{< expand \"T\" >}}a{{< /expand >}}\nb\n", "\n> T\n>\n> a\n\nb\n"),
        ("{{< highlight bash >}}\nls\n{{< /highlight >}}\n", "```bash\nls\n```\n"),
        (
            "{{< tabs >}}\n{{< tab \"A\" >}}\na\n{{< /tab >}}\n{{< /tabs >}}\n",
            "\n> A\n>\n> a\n\n",
        ),
        // Docusaurus components
        (
            "<Tabs>\n  <TabItem value=\"a\" label=\"A b\">\n    text\n  </TabItem>\n</Tabs>\n",
            "\n  > A b\n  >\n  > text\n\n",
        ),
        ("import Tabs from '@theme/Tabs';\n\ntext\n", "\ntext\n"),
        ("<TabItem value=\"a\">text</TabItem>\nb\n", "\n> a\n>\n> text\n\nb\n"),
        (
            "<Tabs\n  values={[1]}>\n<TabItem value=\"x\">\n\na\n\n</TabItem>\n</Tabs>\n",
            "\n> x\n>\n>\n> a\n>\n\n",
        ),
        // Remarks
        (
            "**Note:** text\nmore\n\nafter\n",
            "\n> Note\n>\n> text\n> more\n\n\nafter\n",
        ),
        ("_Hinweis_: Text\n", "\n> Hinweis\n>\n> Text\n"),
        // Titles that would be something else
        (":::note # no heading\na\n:::\n", "\n> \\# no heading\n>\n> a\n\n"),
    ];
    for (body, expect) in cases {
        assert_eq!(rewritten(body, Format::Auto), expect, "{body:?}");
    }
}

#[test]
fn what_is_no_frame_stays() {
    let cases = [
        "text\n",
        "```\n:::note\n```\n",
        "<!-- \n:::note\n-->\n",
        "    :::note\n    code\n",
        ":::\n",
        "**Note** that this is prose.\n",
        "**Note:**\n",
        "text\n**Notes and queries:** text\n",
        "!!!note\n",
        "!!! wow, \"great\" stuff\n",
        "<Namespace>\n",
        "<cluster>\n",
        "export NAMESPACE=payments\n",
        "import the dashboard\n",
        "`{{< ref \"x\" >}}`\n",
        "===\n",
    ];
    for body in cases {
        let found = rewritten(body, Format::Auto);
        assert!(found == "(as it is)" || found == body, "{body:?} became {found:?}");
    }
}

#[test]
fn a_format_limits_what_is_looked_for() {
    let constructs = [
        (":::note\na\n:::\n", Format::Docusaurus),
        ("<TabItem value=\"a\">\nx\n</TabItem>\n", Format::Docusaurus),
        ("!!! note\n    a\n", Format::MkDocs),
        ("{{< hint >}}\na\n{{< /hint >}}\n", Format::Hugo),
        ("[a]({{< ref \"b\" >}})\n", Format::Hugo),
    ];
    let formats = [
        Format::CommonMark,
        Format::GitHub,
        Format::Docusaurus,
        Format::MkDocs,
        Format::Hugo,
    ];
    for (body, of) in constructs {
        for format in formats {
            let read = !matches!(rewritten(body, format).as_str(), "(as it is)") && rewritten(body, format) != body;
            assert_eq!(read, format == of, "{body:?} as {format:?}");
        }
    }
    assert_eq!(rewritten("**Note:** a\n", Format::CommonMark), "(as it is)");
    assert_ne!(rewritten("**Note:** a\n", Format::GitHub), "(as it is)");
}

#[test]
fn what_is_not_understood_is_named() {
    let body = "{{< toc >}}\n\n:::odd\na\n:::\n\n<DocCardList />\n\n:::note\nnever closed\n";
    let frames = rewrite(body, Format::Auto).unwrap();
    let names: Vec<_> = frames
        .unknown
        .iter()
        .map(|(name, at)| (name.as_str(), body.get(*at..at + 3).unwrap()))
        .collect();
    assert_eq!(names, [("toc", "{{<"), ("odd", ":::"), ("DocCardList", "<Do")]);
    assert_eq!(frames.unclosed, [body.rfind(":::note").unwrap()]);
}
