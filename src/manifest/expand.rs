//! A tree to the JSON value that the API server makes of it.
//!
//! In: a [`Tree`]. Out: a value and findings: repeated keys, keys and scalars without a JSON form, aliases beyond the
//! budget. Must not: let aliases grow the value: a few hundred bytes of nested aliases can stand for gigabytes.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::lines::Lines;
use super::scalar;
use super::tree::{Body, Node, NodeId, Tree};
use crate::finding::{At, Code, Finding, TextSpan};

/// How many nodes of one file may come from aliases.
const MAX_ALIASED_NODES: usize = 200_000;
/// How many bytes of scalars of one file may come from aliases.
const MAX_ALIASED_BYTES: usize = 4 << 20;
/// How deep a value may nest once its aliases are followed.
const MAX_DEPTH: usize = 200;

/// What the aliases of one file may still cost.
pub(super) struct Budget {
    nodes: usize,
    bytes: usize,
}

impl Budget {
    pub fn new() -> Self {
        Self {
            nodes: MAX_ALIASED_NODES,
            bytes: MAX_ALIASED_BYTES,
        }
    }
}

/// The value of a tree; `None` when the API server could not read it either.
pub(super) fn expand(tree: &Tree, lines: &Lines, budget: &mut Budget, findings: &mut Vec<Finding>) -> Option<Value> {
    let mut expansion = Expansion {
        tree,
        lines,
        budget,
        findings,
        open: Vec::new(),
        aliases: 0,
    };
    expansion.value(0)
}

struct Expansion<'a> {
    tree: &'a Tree,
    lines: &'a Lines,
    budget: &'a mut Budget,
    findings: &'a mut Vec<Finding>,
    /// The collections around the node at hand, to find one that contains itself.
    open: Vec<NodeId>,
    /// How many of them were reached by an alias.
    aliases: usize,
}

impl Expansion<'_> {
    fn value(&mut self, id: NodeId) -> Option<Value> {
        let node = self.tree.node(id)?;
        self.spend(node)?;
        match &node.body {
            Body::Scalar(text, style) => match scalar::resolve(text, *style, node.tag.as_deref()) {
                Ok(value) => Some(value),
                Err(message) => self.fail(Code::YamlSyntax, node.span, message),
            },
            Body::Alias(target) => {
                if self.open.contains(target) {
                    return self.fail(
                        Code::YamlSyntax,
                        node.span,
                        "the anchor contains this alias to itself".to_owned(),
                    );
                }
                self.aliases += 1;
                let value = self.value(*target);
                self.aliases -= 1;
                value
            }
            Body::Sequence(items) => {
                self.enter(id, node)?;
                let values = items.iter().map(|item| self.value(*item)).collect::<Option<Vec<_>>>()?;
                self.open.pop();
                Some(Value::Array(values))
            }
            Body::Mapping(entries) => {
                self.enter(id, node)?;
                let mut map = Map::new();
                self.fill(entries, &mut map)?;
                self.open.pop();
                Some(Value::Object(map))
            }
        }
    }

    fn enter(&mut self, id: NodeId, node: &Node) -> Option<()> {
        if self.open.len() >= MAX_DEPTH {
            return self.fail(
                Code::YamlBudget,
                node.span,
                format!("nested deeper than {MAX_DEPTH} levels"),
            );
        }
        self.open.push(id);
        Some(())
    }

    fn fill(&mut self, entries: &[(NodeId, NodeId)], map: &mut Map<String, Value>) -> Option<()> {
        let mut firsts: HashMap<String, NodeId> = HashMap::new();
        for (key, value) in entries {
            let key_node = self.tree.node(*key)?;
            if is_merge(key_node) {
                self.merge(key_node, *value, map)?;
                continue;
            }
            let name = self.key(*key)?;
            let value = self.value(*value)?;
            let first = *firsts.entry(name.clone()).or_insert(*key);
            // The API server takes the last one when it is not strict, so this does.
            if map.insert(name.clone(), value).is_some() {
                self.repeated(first, *key, &name);
            }
        }
        Some(())
    }

    fn repeated(&mut self, first: NodeId, key: NodeId, name: &str) {
        let Some(node) = self.tree.node(key) else { return };
        let help = match Some(first)
            .filter(|first| *first != key)
            .and_then(|first| self.tree.node(first))
        {
            Some(first) => {
                let line = self.lines.position(&self.tree.text, first.span.start).line;
                format!("the first is in line {line}; keep one of them")
            }
            None => "it also comes from what `<<` merges; keep one of them".to_owned(),
        };
        let finding = Finding::new(
            Code::DuplicateKey,
            At::Text(node.span),
            format!("`{name}` is given twice"),
        );
        self.findings.push(finding.help(help));
    }

    /// `<<: *base` and `<<: [*one, *two]`. A key that is there already counts as given twice, as in the API server.
    fn merge(&mut self, key: &Node, value: NodeId, map: &mut Map<String, Value>) -> Option<()> {
        let (_, node) = self.tree.value(value)?;
        let single = [value];
        let sources: &[NodeId] = match (&node.body, self.tree.node(value).map(|node| &node.body)) {
            (Body::Mapping(_), _) => &single,
            // A list behind an alias is refused.
            (Body::Sequence(items), Some(Body::Sequence(_))) => items,
            _ => return self.not_a_mapping(key.span),
        };
        for source in sources.iter().rev() {
            if !matches!(self.tree.value(*source)?.1.body, Body::Mapping(_)) {
                return self.not_a_mapping(key.span);
            }
            let Some(Value::Object(merged)) = self.value(*source) else {
                return None;
            };
            for (name, value) in merged {
                if map.insert(name.clone(), value).is_some() {
                    let message = format!("`{name}` is given here and in what `<<` merges");
                    let finding = Finding::new(Code::DuplicateKey, At::Text(key.span), message);
                    self.findings
                        .push(finding.help("the API server does not let one override the other; keep one of them"));
                }
            }
        }
        Some(())
    }

    fn not_a_mapping<T>(&mut self, span: TextSpan) -> Option<T> {
        self.fail(
            Code::YamlSyntax,
            span,
            "`<<` merges a mapping or a list of mappings, nothing else".to_owned(),
        )
    }

    fn key(&mut self, id: NodeId) -> Option<String> {
        let (_, node) = self.tree.value(id)?;
        self.spend(node)?;
        match key_of(node) {
            Ok(name) => Some(name),
            Err(message) => self.fail(Code::YamlSyntax, node.span, message),
        }
    }

    /// Counts what an alias makes of a node.
    fn spend(&mut self, node: &Node) -> Option<()> {
        if self.aliases == 0 {
            return Some(());
        }
        let bytes = if let Body::Scalar(text, _) = &node.body {
            text.len()
        } else {
            0
        };
        match (self.budget.nodes.checked_sub(1), self.budget.bytes.checked_sub(bytes)) {
            (Some(nodes), Some(bytes)) => {
                *self.budget = Budget { nodes, bytes };
                Some(())
            }
            _ => self.fail(
                Code::YamlBudget,
                node.span,
                format!(
                    "aliases stand for more than {MAX_ALIASED_NODES} values or {} MiB of text",
                    MAX_ALIASED_BYTES >> 20
                ),
            ),
        }
    }

    fn fail<T>(&mut self, code: Code, span: TextSpan, message: String) -> Option<T> {
        self.findings.push(Finding::new(code, At::Text(span), message));
        None
    }
}

/// True for the key `<<`, unless it is quoted.
pub(super) fn is_merge(node: &Node) -> bool {
    match &node.body {
        Body::Scalar(text, style) if text == "<<" => match node.tag.as_deref() {
            None => *style == granit_parser::ScalarStyle::Plain,
            Some(tag) => tag == "tag:yaml.org,2002:merge",
        },
        _ => false,
    }
}

/// The name under which the value of this key is found in the object.
pub(super) fn name_of(tree: &Tree, key: NodeId) -> Option<String> {
    key_of(tree.value(key)?.1).ok()
}

fn key_of(node: &Node) -> Result<String, String> {
    match &node.body {
        Body::Scalar(text, style) => scalar::key(text, *style, node.tag.as_deref()),
        _ => Err("a list or mapping cannot be a key".to_owned()),
    }
}
