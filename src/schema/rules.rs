//! The CEL rules of the CustomResourceDefinitions, said once more in Rust.
//!
//! In: the text of a rule and the value it is about. Out: whether it holds, and how to mend it.
//! Must not: have a rule that the definitions do not have, or lack one; a test compares the two.

use serde_json::{Map, Value};

use crate::finding::Code;

/// The Rust twin of a CEL rule.
pub(super) struct Twin {
    /// The rule exactly as it stands in the definition.
    rule: &'static str,
    /// What is raised where it does not hold.
    pub code: Code,
    /// `None` where it holds, else how to mend it.
    pub broken: fn(&Value) -> Option<String>,
}

/// The twin of a rule.
pub(super) fn twin(rule: &str) -> Option<&'static Twin> {
    TWINS.iter().find(|twin| twin.rule == rule)
}

const TWINS: &[Twin] = &[
    Twin {
        rule: "has(self.content) != has(self.contentFrom)",
        code: Code::ContentChoice,
        broken: |spec| match (has(spec, "content"), has(spec, "contentFrom")) {
            (true, true) => Some("remove `content` or `contentFrom`".to_owned()),
            (false, false) => Some("write the document under `content: |`".to_owned()),
            _ => None,
        },
    },
    Twin {
        rule: "[has(self.name), has(self.selector), has(self.all)].filter(given, given).size() == 1",
        code: Code::TargetChoice,
        broken: |target| {
            let given: Vec<&str> = ["name", "selector", "all"]
                .into_iter()
                .filter(|key| has(target, key))
                .collect();
            match given.as_slice() {
                [_] => None,
                [] => Some(format!(
                    "add `name: ...` of the {}, a `selector`, or `all: true`",
                    target.get("kind").and_then(Value::as_str).unwrap_or("object")
                )),
                several => Some(format!("keep one of {}", several.join(", "))),
            }
        },
    },
    Twin {
        rule: "!(has(self.namespace) && has(self.namespaceSelector))",
        code: Code::NamespaceChoice,
        broken: |target| {
            let both = has(target, "namespace") && has(target, "namespaceSelector");
            both.then(|| "remove `namespace` or `namespaceSelector`".to_owned())
        },
    },
    Twin {
        rule: "(has(self.matchLabels) && size(self.matchLabels) > 0) || (has(self.matchExpressions) && size(self.matchExpressions) > 0)",
        code: Code::SelectorForm,
        broken: |selector| {
            let empty = size(selector, "matchLabels") == 0 && size(selector, "matchExpressions") == 0;
            empty.then(|| "add a label under `matchLabels`, or write `all: true` instead of `selector`".to_owned())
        },
    },
    Twin {
        rule: "has(self.alertLabel) || has(self.targetField)",
        code: Code::ParameterSource,
        broken: |from| {
            let neither = !has(from, "alertLabel") && !has(from, "targetField");
            neither.then(|| "add `alertLabel: namespace` or `targetField: name`, or remove `from`".to_owned())
        },
    },
    Twin {
        rule: "self",
        code: Code::NotAllowed,
        broken: |all| (all == &Value::Bool(false)).then(|| "remove `all`, or write `all: true`".to_owned()),
    },
    Twin {
        rule: "self.operator in ['In', 'NotIn'] ? has(self.values) && size(self.values) > 0 : !has(self.values) || size(self.values) == 0",
        code: Code::SelectorForm,
        broken: |requirement| {
            let operator = requirement.get("operator").and_then(Value::as_str).unwrap_or_default();
            match (operator, size(requirement, "values") > 0) {
                ("In" | "NotIn", false) => Some(format!("add `values` for `{operator}`")),
                ("Exists" | "DoesNotExist", true) => Some("remove `values`, or write `operator: In`".to_owned()),
                _ => None,
            }
        },
    },
];

/// Null counts as given: it has a finding of its own already.
fn has(value: &Value, key: &str) -> bool {
    value.get(key).is_some()
}

fn size(value: &Value, key: &str) -> usize {
    match value.get(key) {
        Some(Value::Object(map)) => Map::len(map),
        Some(Value::Array(items)) => items.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::api::{DocumentKind, object_schema};

    fn rules<'s>(schema: &'s Value, found: &mut BTreeSet<&'s str>) {
        match schema {
            Value::Object(map) => {
                let validations = map.get("x-kubernetes-validations").and_then(Value::as_array);
                for validation in validations.into_iter().flatten() {
                    assert!(
                        validation["message"].is_string(),
                        "{validation}: a rule needs a message"
                    );
                    found.insert(validation["rule"].as_str().unwrap());
                }
                map.values().for_each(|value| rules(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| rules(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_rule_of_the_definitions_has_its_twin_and_no_twin_is_left_over() {
        let mut found = BTreeSet::new();
        for kind in DocumentKind::ALL {
            rules(object_schema(kind), &mut found);
        }
        let twins: BTreeSet<&str> = TWINS.iter().map(|twin| twin.rule).collect();
        assert_eq!(found, twins);
        assert_eq!(twins.len(), TWINS.len(), "a rule has two twins");
    }
}
