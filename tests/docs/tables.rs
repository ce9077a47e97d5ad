//! Tables of the manual that are written from what they describe: the fields of a kind, the values of the chart.
//!
//! In: a schema, `values.yaml`. Out: Markdown. Must not: leave anything out.

use serde_json::Value;

/// Replaces what stands between the two markers of a page.
pub fn between(page: &str, what: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- {what}: begin, "), format!("<!-- {what}: end -->"));
    let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("no {begin}"));
    let (mark, rest) = rest.split_once('\n').unwrap();
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("no {end}"));
    format!("{before}{begin}{mark}\n{table}{end}{after}")
}

/// Every field of a document's spec: where, of what type within which bounds, what for.
pub fn fields(crd: &Value) -> String {
    let schema = &crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"];
    let mut rows = String::from("| field | type | meaning |\n|---|---|---|\n");
    walk(schema, "", &mut rows);
    rows
}

fn walk(schema: &Value, at: &str, rows: &mut String) {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let path = if at.is_empty() {
            name.clone()
        } else {
            format!("{at}.{name}")
        };
        let needed = if required.contains(&name.as_str()) {
            ", required"
        } else {
            ""
        };
        let meaning = field["description"]
            .as_str()
            .unwrap_or_default()
            .replace('\n', " ")
            .replace('|', "\\|");
        assert!(!meaning.is_empty(), "{path} is not described");
        rows.push_str(&format!("| `{path}` | {}{needed} | {meaning} |\n", kind(field)));
        match field["type"].as_str() {
            Some("array") => walk(&field["items"], &format!("{path}[]"), rows),
            _ => walk(field, &path, rows),
        }
    }
}

fn kind(field: &Value) -> String {
    let bound = |key: &str, unit: &str| field[key].as_u64().map(|most| format!(", at most {most} {unit}"));
    let named = match field["type"].as_str().unwrap_or("any") {
        "array" => format!("list of {}s", field["items"]["type"].as_str().unwrap_or("any")),
        "object" if field.get("additionalProperties").is_some() => "map of strings".to_owned(),
        other => other.to_owned(),
    };
    let choices: Vec<String> = field["enum"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|choice| format!("`{choice}`"))
        .collect();
    let named = if choices.is_empty() {
        named
    } else {
        format!("one of {}", choices.join(", "))
    };
    [
        Some(named),
        bound("maxLength", "characters"),
        bound("maxItems", "entries"),
        bound("maxProperties", "entries"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every value of the chart with its default and its comment, in the order of the file.
pub fn values(text: &str) -> String {
    let mut rows = String::from("| value | default | meaning |\n|---|---|---|\n");
    let mut path: Vec<(usize, String)> = Vec::new();
    let mut comment = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let depth = line.len() - line.trim_start().len();
        let content = line.trim();
        if let Some(words) = content.strip_prefix('#') {
            let words = words.trim();
            match words.strip_prefix("--") {
                Some(first) => comment = first.trim().to_owned(),
                None if !comment.is_empty() => comment = format!("{comment} {words}"),
                None => {}
            }
            continue;
        }
        let Some((key, value)) = content.split_once(':').filter(|_| !content.starts_with('-')) else {
            comment.clear();
            continue;
        };
        path.retain(|(deeper, _)| *deeper < depth);
        path.push((depth, key.to_owned()));
        let value = value.trim();
        let is_list = lines.peek().is_some_and(|next| next.trim().starts_with("- "));
        let opens = value.is_empty() && !is_list;
        // A comment on a group is that of the group's only switch, or belongs to what follows.
        if opens {
            continue;
        }
        let name: Vec<&str> = path.iter().map(|(_, key)| key.as_str()).collect();
        let name = name.join(".");
        assert!(!comment.is_empty(), "{name} is not explained");
        let default = if is_list {
            "the list".to_owned()
        } else {
            format!("`{value}`")
        };
        rows.push_str(&format!("| `{name}` | {default} | {} |\n", comment.replace('|', "\\|")));
        comment.clear();
    }
    rows
}
