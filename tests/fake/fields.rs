//! Fields of objects: their paths, merging, and who owns what.
//!
//! Source: <https://kubernetes.io/docs/reference/using-api/server-side-apply/>. Maps are taken apart; lists are atomic,
//! but for `conditions`, whose items have a key.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Key(String),
    /// The condition of this type.
    Condition(String),
}

/// A path to a leaf.
pub type Path = Vec<Step>;

/// The leaves of a value with their paths.
pub fn leaves(value: &Value) -> BTreeMap<Path, Value> {
    let mut all = BTreeMap::new();
    collect(value, &mut Vec::new(), &mut all);
    all
}

fn collect(value: &Value, path: &mut Path, all: &mut BTreeMap<Path, Value>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                path.push(Step::Key(key.clone()));
                match (key.as_str(), value) {
                    ("conditions", Value::Array(items)) if !items.is_empty() => {
                        for item in items {
                            path.push(Step::Condition(item["type"].as_str().unwrap_or_default().to_owned()));
                            collect(item, path, all);
                            path.pop();
                        }
                    }
                    _ => collect(value, path, all),
                }
                path.pop();
            }
        }
        leaf => drop(all.insert(path.clone(), leaf.clone())),
    }
}

/// Sets a leaf, making what is on the way.
pub fn set(value: &mut Value, path: &[Step], leaf: Value) {
    let Some((first, rest)) = path.split_first() else {
        // Nothing said of a map is nothing said of what is in it.
        let silent = leaf.as_object().is_some_and(Map::is_empty) && value.is_object();
        if !silent {
            *value = leaf;
        }
        return;
    };
    match first {
        Step::Key(key) => {
            if !value.is_object() {
                *value = Value::Object(Map::new());
            }
            let map = value.as_object_mut().unwrap();
            set(map.entry(key.clone()).or_insert(Value::Null), rest, leaf);
        }
        Step::Condition(kind) => {
            if !value.is_array() {
                *value = Value::Array(Vec::new());
            }
            let items = value.as_array_mut().unwrap();
            let at = items.iter().position(|item| item["type"] == **kind);
            let at = at.unwrap_or_else(|| {
                items.push(serde_json::json!({ "type": kind }));
                items.len() - 1
            });
            set(&mut items[at], rest, leaf);
        }
    }
}

/// Removes a leaf, and the containers that it leaves empty.
pub fn remove(value: &mut Value, path: &[Step]) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    match first {
        Step::Key(key) => {
            let Some(map) = value.as_object_mut() else { return };
            if rest.is_empty() {
                // Who said nothing of a map owns nothing of what is in it.
                let filled = map
                    .get(key)
                    .and_then(Value::as_object)
                    .is_some_and(|inner| !inner.is_empty());
                if !filled {
                    map.shift_remove(key);
                }
            } else if let Some(inner) = map.get_mut(key) {
                remove(inner, rest);
                let empty = inner.as_object().is_some_and(Map::is_empty) || inner.as_array().is_some_and(Vec::is_empty);
                if empty {
                    map.shift_remove(key);
                }
            }
        }
        Step::Condition(kind) => {
            let Some(items) = value.as_array_mut() else { return };
            let Some(at) = items.iter().position(|item| item["type"] == **kind) else {
                return;
            };
            remove(&mut items[at], rest);
            if items[at].as_object().is_some_and(Map::is_empty) {
                items.remove(at);
            }
        }
    }
}

/// A JSON merge patch, RFC 7386.
pub fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let target = target.as_object_mut().unwrap();
    for (key, value) in patch {
        if value.is_null() {
            target.shift_remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

/// A manager, how it writes, and to which subresource.
pub type Manager = (String, bool, Option<String>);

/// Who owns which leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owners(BTreeMap<Manager, BTreeSet<Path>>);

impl Owners {
    /// Others that own one of these leaves with another value.
    pub fn conflicts(
        &self,
        mine: &Manager,
        applied: &BTreeMap<Path, Value>,
        have: &BTreeMap<Path, Value>,
    ) -> Vec<String> {
        let differs = |path: &Path| have.get(path).is_some_and(|have| applied.get(path) != Some(have));
        let others = self
            .0
            .iter()
            .filter(|(manager, _)| (&manager.0, manager.1) != (&mine.0, mine.1));
        let conflicting = others.filter(|(_, owned)| applied.keys().any(|path| owned.contains(path) && differs(path)));
        conflicting.map(|((name, ..), _)| name.clone()).collect()
    }

    /// The leaves that were applied by this manager before.
    pub fn of(&self, manager: &Manager) -> BTreeSet<Path> {
        self.0.get(manager).cloned().unwrap_or_default()
    }

    /// Whether anybody else owns a leaf.
    pub fn is_shared(&self, mine: &Manager, path: &Path) -> bool {
        self.0
            .iter()
            .any(|(manager, owned)| manager != mine && owned.contains(path))
    }

    /// An apply: these and no other leaves are this manager's now; those whose value changes are nobody else's.
    pub fn applied(&mut self, mine: &Manager, paths: BTreeSet<Path>, changed: &BTreeSet<Path>) {
        self.lose(mine, changed);
        if paths.is_empty() {
            self.0.remove(mine);
        } else {
            self.0.insert(mine.clone(), paths);
        }
    }

    /// Any other write: the leaves it changed are this manager's now and nobody else's; those it removed nobody's.
    pub fn updated(&mut self, mine: &Manager, changed: &BTreeSet<Path>, removed: &BTreeSet<Path>) {
        self.lose(mine, changed);
        for owned in self.0.values_mut() {
            owned.retain(|path| !removed.contains(path));
        }
        if !changed.is_empty() {
            self.0.entry(mine.clone()).or_default().extend(changed.iter().cloned());
        }
        self.0.retain(|_, owned| !owned.is_empty());
    }

    fn lose(&mut self, mine: &Manager, changed: &BTreeSet<Path>) {
        for (_, owned) in self.0.iter_mut().filter(|(manager, _)| *manager != mine) {
            owned.retain(|path| !changed.contains(path));
        }
        self.0.retain(|_, owned| !owned.is_empty());
    }
}
