//! A strict reader of the HTML that `render` may write.
//!
//! In: HTML. Out: its text, or what is wrong with it. Must not: share a line with the writer it checks, or forgive.

use std::collections::HashSet;

/// Every tag with its attributes. Nothing else may ever come out of a document.
const TAGS: &[(&str, &[&str])] = &[
    ("a", &["class", "rel", "href", "title"]),
    ("blockquote", &[]),
    ("br", &[]),
    ("code", &["class"]),
    ("del", &[]),
    ("details", &["open", "class"]),
    ("div", &["class", "id"]),
    ("em", &[]),
    ("figcaption", &[]),
    ("figure", &["class"]),
    ("h1", &["id"]),
    ("h2", &["id"]),
    ("h3", &["id"]),
    ("h4", &["id"]),
    ("h5", &["id"]),
    ("h6", &["id"]),
    ("hr", &[]),
    ("img", &["loading", "src", "title", "alt"]),
    ("input", &["type", "disabled", "checked", "aria-label"]),
    ("kbd", &[]),
    ("li", &[]),
    ("ol", &["start"]),
    ("p", &["class"]),
    ("pre", &["tabindex"]),
    ("span", &["class", "data-p", "data-q", "title", "data-raw"]),
    ("section", &["class"]),
    ("strong", &[]),
    ("sub", &[]),
    ("summary", &[]),
    ("sup", &["class", "id"]),
    ("table", &[]),
    ("td", &["class"]),
    ("th", &["class"]),
    ("thead", &[]),
    ("tr", &[]),
    ("ul", &[]),
];

const VOID: &[&str] = &["br", "hr", "img", "input"];

const INLINE: &[&str] = &["a", "code", "del", "em", "img", "kbd", "span", "strong", "sub", "sup"];

const CLASSES: &[&str] = &[
    "alert",
    "alert-title",
    "add",
    "bound",
    "broken",
    "c",
    "caution",
    "change",
    "center",
    "code",
    "del",
    "destructive",
    "effect",
    "external",
    "f",
    "footnote",
    "footnote-mark",
    "footnote-number",
    "important",
    "k",
    "l",
    "label",
    "labelled",
    "left",
    "m",
    "n",
    "note",
    "o",
    "out",
    "p",
    "plain",
    "prompt",
    "read",
    "refused",
    "right",
    "run",
    "s",
    "table",
    "tip",
    "unknown",
    "v",
    "w",
    "warning",
];

/// What the script may be told of the place of a placeholder.
const QUOTES: &[&str] = &[
    "none",
    "single",
    "double",
    "heredoc",
    "heredoc-quoted",
    "data",
    "prose",
    "nested",
    "start",
    "command",
];

/// The text of `html`: without tags, entities resolved, blocks set apart by a space.
pub fn text_of(html: &str) -> Result<String, String> {
    let mut checker = Checker::default();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '>', '&']) {
        checker.plain(&rest[..at])?;
        rest = &rest[at..];
        rest = match rest.as_bytes()[0] {
            b'<' => {
                let end = rest.find('>').ok_or("tag without end")?;
                checker.tag(&rest[1..end])?;
                &rest[end + 1..]
            }
            b'&' => {
                let (c, length) = entity(rest)?;
                checker.text.push(c);
                &rest[length..]
            }
            _ => return Err(format!("bare > before {:?}", &rest[..rest.len().min(40)])),
        };
    }
    checker.plain(rest)?;
    if let Some(open) = checker.open.last() {
        return Err(format!("<{open}> is never closed"));
    }
    Ok(checker.text)
}

#[derive(Default)]
struct Checker {
    text: String,
    open: Vec<String>,
    /// Within the words for an effect, which are ours and not the document's: how many elements were open before.
    effect: Option<usize>,
    ids: HashSet<String>,
}

impl Checker {
    fn plain(&mut self, text: &str) -> Result<(), String> {
        if let Some(c) = text.chars().find(|c| c.is_control() && !matches!(c, '\t' | '\n')) {
            return Err(format!("control character {c:?}"));
        }
        if self.effect.is_none() {
            self.text.push_str(text);
        }
        Ok(())
    }

    fn tag(&mut self, tag: &str) -> Result<(), String> {
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        if let Some(name) = name.strip_prefix('/') {
            let open = self.open.pop();
            if open.as_deref() != Some(name) || !attributes.is_empty() {
                return Err(format!("</{name}> closes {open:?}"));
            }
            if self.effect == Some(self.open.len()) {
                self.effect = None;
            }
            self.set_apart(name);
            return Ok(());
        }
        let (_, allowed) = TAGS
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or(format!("tag <{tag}>"))?;
        self.attributes(name, attributes, allowed)?;
        if name == "a" && self.open.iter().any(|open| open == "a") {
            return Err("link within a link".to_owned());
        }
        self.set_apart(name);
        let effect = attributes.starts_with("class=\"effect") && matches!(name, "p" | "span");
        if effect && self.effect.is_none() {
            self.effect = Some(self.open.len());
        }
        if !VOID.contains(&name) {
            self.open.push(name.to_owned());
        }
        if self.open.len() > 80 {
            return Err("nested too deep".to_owned());
        }
        Ok(())
    }

    fn set_apart(&mut self, name: &str) {
        if !INLINE.contains(&name) {
            self.text.push(' ');
        }
    }

    fn attributes(&mut self, tag: &str, text: &str, allowed: &[&str]) -> Result<(), String> {
        let mut rest = text;
        let mut seen = HashSet::new();
        while !rest.is_empty() {
            let end = rest.find(['=', ' ']).unwrap_or(rest.len());
            let name = &rest[..end];
            if !allowed.contains(&name) || !seen.insert(name.to_owned()) {
                return Err(format!("attribute {name:?} of <{tag}>"));
            }
            rest = &rest[end..];
            let mut value = String::new();
            if let Some(quoted) = rest.strip_prefix("=\"") {
                let close = quoted.find('"').ok_or("value without end")?;
                value = decoded(&quoted[..close])?;
                rest = &quoted[close + 1..];
            }
            self.value(name, &value)?;
            rest = match rest.strip_prefix(' ') {
                Some(next) if !next.is_empty() => next,
                _ if rest.is_empty() => rest,
                _ => return Err(format!("attributes {text:?} of <{tag}>")),
            };
        }
        Ok(())
    }

    fn value(&mut self, name: &str, value: &str) -> Result<(), String> {
        let good = match name {
            "class" => value
                .split(' ')
                .all(|class| CLASSES.contains(&class) || class.starts_with("language-")),
            "href" | "src" => is_harmless(value),
            "id" => self.ids.insert(value.to_lowercase()) && is_id(value),
            "rel" => value == "noopener noreferrer nofollow",
            "type" => value == "checkbox",
            "tabindex" => value == "0",
            "data-q" => value.split(' ').all(|word| QUOTES.contains(&word)),
            "loading" => value == "lazy",
            "start" => value.parse::<u64>().is_ok(),
            "alt" => {
                self.text.push_str(value);
                true
            }
            _ => !value.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n')),
        };
        if good { Ok(()) } else { Err(format!("{name}={value:?}")) }
    }
}

/// A slug, or the id of a footnote.
fn is_id(id: &str) -> bool {
    let numbered = id.strip_prefix("fn.").or_else(|| id.strip_prefix("fnref."));
    match numbered {
        Some(number) => number.parse::<u64>().is_ok(),
        None => !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')),
    }
}

fn is_harmless(url: &str) -> bool {
    let scheme = url.split(['/', '?', '#']).next().unwrap_or_default();
    let known = ["http:", "https:", "mailto:", "tel:"].iter().any(|known| {
        url.get(..known.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(known))
    });
    url.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>\\`".contains(&b))
        && !url.starts_with("//")
        && (known || !scheme.contains(':'))
}

fn decoded(value: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = value;
    while let Some(at) = rest.find(['<', '>', '&']) {
        out.push_str(&rest[..at]);
        let (c, length) = entity(&rest[at..])?;
        out.push(c);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    Ok(out)
}

fn entity(text: &str) -> Result<(char, usize), String> {
    [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&#34;", '"')]
        .into_iter()
        .find(|(entity, _)| text.starts_with(entity))
        .map(|(entity, c)| (c, entity.len()))
        .ok_or_else(|| format!("no entity: {:?}", text.chars().take(20).collect::<String>()))
}
