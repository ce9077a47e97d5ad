//! Payloads in the fields of a document, and in its text in every place that Markdown has.
//!
//! In: payloads. Out: specs, Markdown. Must not: break a rule of the schema where it says it does not.

use serde_json::{Map, Value, json};

use super::{Kind, Payload};

/// A spec that the API server accepts: two texts in turn in the fields that take any text, where they are not too long,
/// and `addresses` in those that take one.
pub(super) fn accepted(texts: &[&str], addresses: &[&str], content: &str) -> Value {
    let web = |url: &&&str| url.starts_with("https://") || url.starts_with("http://");
    let reach = |url: &&&str| web(url) || url.starts_with("mailto:") || url.starts_with("tel:");
    // An address that only begins like one breaks out as well as any text.
    let broken_out = format!("https://evil.example/{}", turn(texts, 0, 1000));
    let contacts = addresses.iter().filter(reach).take(9).copied();
    let contacts = contacts.chain([broken_out.as_str()]).enumerate();
    let contacts = contacts.map(|(index, url)| json!({"name": turn(texts, index, 100), "url": url}));
    json!({
        "title": turn(texts, 0, 200),
        "summary": turn(texts, 1, 1000),
        "tags": [turn(texts, 0, 63), turn(texts, 1, 63)],
        "owner": {"team": turn(texts, 0, 100), "contacts": contacts.collect::<Vec<_>>()},
        "appliesTo": [
            {"group": "apps", "kind": "Deployment", "name": "target"},
            {"group": turn(texts, 0, 253), "kind": turn(texts, 1, 63), "name": turn(texts, 0, 253)},
        ],
        "related": [{"kind": "Runbook", "name": turn(texts, 1, 253)}, {"kind": "Runbook", "name": "h-000"}],
        "attribution": [
            {"name": turn(texts, 0, 200), "url": addresses.iter().find(web).unwrap_or(&broken_out.as_str())},
            {"name": turn(texts, 1, 200)},
        ],
        "source": {
            "repository": addresses.first().unwrap_or(&broken_out.as_str()),
            "path": turn(texts, 1, 1000),
            "revision": turn(texts, 0, 200),
            "editURL": broken_out,
            "publishedURL": broken_out,
        },
        "content": content,
    })
}

/// What only a Runbook has.
pub(super) fn alerts(texts: &[&str]) -> Value {
    let of = |index| {
        json!({
            "name": turn(texts, index, 200),
            "matchLabels": {turn(texts, index, 1024): turn(texts, index + 1, 1024)},
        })
    };
    json!([of(0), of(1)])
}

/// One of `texts` that has at most `max` characters: that of this turn, or another.
fn turn<'a>(texts: &[&'a str], index: usize, max: usize) -> &'a str {
    let fits = |text: &&&str| text.chars().count() <= max;
    let mut from = texts.iter().cycle().skip(index % texts.len()).take(texts.len());
    from.find(fits).copied().unwrap_or("evil.example")
}

/// A spec that breaks the rules of the schema everywhere: its page has to show what is wrong.
pub(super) fn refused(line: &str, addresses: &[&str], content: &str) -> Value {
    let contact = |url: &&str| json!({"name": line, "url": url});
    let mut spec = object(json!({
        "title": line,
        "summary": line,
        "language": line,
        "license": line,
        "component": line,
        "audience": [line],
        "tags": [line, ""],
        "aliases": [{"name": line}],
        "owner": {"team": line, "contacts": addresses.iter().map(contact).collect::<Vec<_>>()},
        "attribution": addresses.iter().map(contact).collect::<Vec<_>>(),
        "related": [{"kind": line, "name": line, "namespace": line}],
        "appliesTo": [{"kind": line, "name": line, "all": line, "selector": {"matchLabels": {line: line}, "matchExpressions": [{"key": line, "operator": line}]}}],
        "source": {"editURL": addresses.first(), "publishedURL": addresses.last(), "repository": addresses.first(), "path": line},
        "content": content,
    }));
    spec.insert(line.to_owned(), json!(line));
    Value::Object(spec)
}

/// Markdown with a payload in all its places.
pub(super) fn markdown(payload: &Payload) -> String {
    let text = payload.text;
    match payload.kind {
        Kind::Markdown => text.to_owned(),
        Kind::Address | Kind::Disguise => [
            format!("[x]({text})"),
            format!("[x](<{text}>)"),
            format!("[x]({text} \"{text}\")"),
            format!("![x]({text})"),
            format!("![x](<{text}> '{text}')"),
            format!("<{text}>"),
            format!("See {text} now."),
            format!("[x][{0}] and [{0}]\n\n[{0}]: {text}", payload.name),
            format!("[x][{0}-2]\n\n[{0}-2]: <{text}> \"x\"", payload.name),
            format!("<a href=\"{text}\">x</a> <a href='{text}'>x</a> <a href={text}>x</a> <img src=\"{text}\">"),
            format!("| a |\n|---|\n| [x]({text}) |"),
            format!("## [x]({text})"),
            format!("- [x]({text})\n- [ ] [x](<{text}>)"),
            format!("x[^{0}]\n\n[^{0}]: [x]({text})", payload.name),
        ]
        .join("\n\n"),
        Kind::Html | Kind::Text => [
            text.to_owned(),
            format!("A sentence with {text} in it."),
            format!("## {text}"),
            format!("### x {{#{text}}}"),
            format!("- {text}\n- [ ] {text}"),
            format!("> {text}"),
            format!("> [!NOTE]\n> {text}"),
            format!("> [!{text}]\n> x"),
            format!("| {text} | b |\n|---|---|\n| x | {text} |"),
            format!("**{text}** *{text}* ~~{text}~~"),
            format!("`{text}`"),
            format!("```{text}\n{text}\n```"),
            format!("```sh title=\"{text}\" {text}\necho {text}\n```"),
            format!("```mermaid\ngraph TD; A[\"{text}\"] --> B\n```"),
            format!("    {text}"),
            format!("[{text}](/x)"),
            format!("[x](/x \"{text}\")"),
            format!("[x](/{text})"),
            format!("![{text}](/x \"{text}\")"),
            format!("x[^{text}]\n\n[^{text}]: {text}"),
            format!("!!! note \"{text}\"\n    {text}"),
            format!("??? \"{text}\"\n    {text}"),
            format!(":::note[{text}]\n{text}\n:::"),
            format!("=== \"{text}\"\n    {text}"),
            format!("<Tabs>\n<TabItem value=\"x\" label=\"{text}\">\n\n{text}\n\n</TabItem>\n</Tabs>"),
            format!("{{{{< tab name=\"{text}\" >}}}}\n{text}\n{{{{< /tab >}}}}"),
            format!("<details><summary>{text}</summary>\n\n{text}\n\n</details>"),
            format!("<kbd>{text}</kbd><br>{text}<!-- {text} -->"),
            format!("<p title=\"{text}\" id='{text}' class={text}>x</p>"),
        ]
        .join("\n\n"),
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => panic!("not an object: {other}"),
    }
}
