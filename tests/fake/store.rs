//! What the fake API server keeps: objects in their versions, the history that watches replay, who owns which field.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::jiff::Timestamp;
use serde_json::{Value, json};

use super::fields::{self, Manager, Owners, Path, Step};
use super::kinds::{ROWS, Row};

/// Which object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id {
    pub row: &'static str,
    pub namespace: String,
    pub name: String,
}

impl Id {
    /// The object `plural` `namespace/name`; an empty namespace for a cluster-scoped one.
    pub fn new(plural: &'static str, namespace: &str, name: &str) -> Self {
        Self {
            row: plural,
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }
    }

    /// The kind.
    pub fn kind(&self) -> &'static Row {
        ROWS.iter()
            .find(|row| row.plural == self.row)
            .expect("a kind of the table")
    }
}

/// Why a request is refused: a code, a reason and a message, as in a Status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: u16,
    pub reason: &'static str,
    pub message: String,
    /// The field at fault.
    pub field: Option<&'static str>,
}

impl Refusal {
    pub fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            reason,
            message: message.into(),
            field: None,
        }
    }

    fn not_found(id: &Id) -> Self {
        Self::new(404, "NotFound", format!("{} \"{}\" not found", id.row, id.name))
    }

    fn other_uid(id: &Id) -> Self {
        let message = format!(
            "{} \"{}\" is invalid: metadata.uid: Invalid value: field is immutable",
            id.row, id.name
        );
        Self {
            field: Some("metadata.uid"),
            ..Self::new(422, "Invalid", message)
        }
    }

    fn conflict(id: &Id, why: &str) -> Self {
        let message = format!("Operation cannot be fulfilled on {} \"{}\": {why}", id.row, id.name);
        Self::new(409, "Conflict", message)
    }
}

/// Who writes what, and when.
pub struct Write<'a> {
    pub manager: &'a str,
    pub subresource: Option<&'a str>,
    pub now: Timestamp,
}

/// What happened to an object.
#[derive(Clone, Debug)]
pub struct Event {
    pub version: u64,
    pub at: Timestamp,
    pub id: Id,
    /// How it was; `None` when it was created.
    pub before: Option<Value>,
    /// How it is; `None` when it was deleted.
    pub after: Option<Value>,
}

/// Objects and their history.
pub struct Store {
    objects: BTreeMap<Id, (Value, Owners)>,
    history: Vec<Event>,
    version: u64,
    /// Versions before this one are forgotten.
    compacted: u64,
    absent: BTreeSet<String>,
    uids: u64,
}

impl Store {
    pub fn new(absent: &[&str]) -> Self {
        Self {
            objects: BTreeMap::new(),
            history: Vec::new(),
            version: 1,
            compacted: 0,
            absent: absent.iter().map(|plural| (*plural).to_owned()).collect(),
            uids: 0,
        }
    }

    pub fn version(&self) -> u64 {
        self.version
    }

    pub fn compacted(&self) -> u64 {
        self.compacted
    }

    /// Forgets everything before now: whoever watches has to list anew.
    pub fn compact(&mut self) {
        self.compacted = self.version;
    }

    pub fn is_served(&self, plural: &str) -> bool {
        !self.absent.contains(plural)
    }

    pub fn serve(&mut self, plural: &str, served: bool, now: Timestamp) {
        if served {
            self.absent.remove(plural);
        } else {
            self.absent.insert(plural.to_owned());
            let gone: Vec<Id> = self.objects.keys().filter(|id| id.row == plural).cloned().collect();
            for id in gone {
                let _ = self.delete(&id, now);
            }
        }
        let definition = Id::new("customresourcedefinitions", "", plural);
        if served {
            let object = json!({ "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": { "name": plural } });
            self.put(&object, now);
        } else {
            let _ = self.delete(&definition, now);
        }
    }

    pub fn get(&self, id: &Id) -> Option<&Value> {
        self.objects.get(id).map(|(object, _)| object)
    }

    pub fn ids(&self) -> impl Iterator<Item = &Id> {
        self.objects.keys()
    }

    pub fn history(&self) -> &[Event] {
        &self.history
    }

    /// All objects of a kind, as they were at a version.
    pub fn list(&self, plural: &str, at: u64) -> BTreeMap<Id, Value> {
        let mut all: BTreeMap<Id, Value> = self
            .objects
            .iter()
            .filter(|(id, _)| id.row == plural)
            .map(|(id, (object, _))| (id.clone(), object.clone()))
            .collect();
        for event in self
            .history
            .iter()
            .rev()
            .take_while(|event| event.version > at)
            .filter(|event| event.id.row == plural)
        {
            match &event.before {
                Some(before) => drop(all.insert(event.id.clone(), before.clone())),
                None => drop(all.remove(&event.id)),
            }
        }
        all
    }

    /// The last version that was there at a time.
    pub fn version_at(&self, time: Timestamp) -> u64 {
        let after = self.history.partition_point(|event| event.at <= time);
        after
            .checked_sub(1)
            .and_then(|last| self.history.get(last))
            .map_or(1, |event| event.version)
    }

    /// Stores an object, whatever was there.
    pub fn put(&mut self, object: &Value, now: Timestamp) {
        let row = Row::of_object(object).unwrap_or_else(|| panic!("not in the table: {object}"));
        let text = |key: &str| object["metadata"][key].as_str().unwrap_or_default();
        let id = Id::new(
            row.plural,
            if row.namespaced { text("namespace") } else { "" },
            text("name"),
        );
        let write = Write {
            manager: "admin",
            subresource: None,
            now,
        };
        if self.objects.contains_key(&id) {
            self.replace(&id, &write, object.clone());
        } else {
            let _ = self.create(&id, &write, object.clone());
        }
    }

    /// Creates an object.
    pub fn create(&mut self, id: &Id, write: &Write<'_>, mut object: Value) -> Result<Value, Refusal> {
        if self.objects.contains_key(id) {
            return Err(Refusal::new(
                409,
                "AlreadyExists",
                format!("{} \"{}\" already exists", id.row, id.name),
            ));
        }
        let row = id.kind();
        self.uids += 1;
        object["apiVersion"] = json!(row.api_version());
        object["kind"] = json!(row.kind);
        let meta = &mut object["metadata"];
        meta["name"] = json!(id.name);
        if row.namespaced {
            meta["namespace"] = json!(id.namespace);
        }
        meta["uid"] = json!(format!("{:08x}-0000-4000-8000-000000000000", self.uids));
        meta["creationTimestamp"] = json!(write.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        if row.status {
            meta["generation"] = json!(1);
            object.as_object_mut().unwrap().shift_remove("status");
        }
        if row.group == "knowledge.scs.community" {
            // The default that the definition gives.
            object["status"] = json!({ "observedGeneration": -1 });
        }
        let mut owners = Owners::default();
        owners.updated(&manager(write, false), &own_paths(&object), &BTreeSet::new());
        Ok(self.commit(id, object, owners, write.now))
    }

    /// Replaces an object as a whole, but for what the server keeps.
    fn replace(&mut self, id: &Id, write: &Write<'_>, mut object: Value) {
        let (before, _) = self.objects.get(id).cloned().expect("it is there");
        for key in ["uid", "creationTimestamp", "generation", "resourceVersion"] {
            object["metadata"][key] = before["metadata"][key].clone();
        }
        object["metadata"]["name"] = json!(id.name);
        object["status"] = before["status"].clone();
        if object["status"].is_null() {
            object.as_object_mut().unwrap().shift_remove("status");
        }
        self.update(id, &manager(write, false), object, write.now);
    }

    /// A JSON merge patch.
    pub fn merge(&mut self, id: &Id, write: &Write<'_>, patch: &Value) -> Result<Value, Refusal> {
        let (before, _) = self.objects.get(id).ok_or_else(|| Refusal::not_found(id))?;
        self.check_version(id, &patch["metadata"])?;
        if patch["metadata"]["uid"].is_string() && patch["metadata"]["uid"] != before["metadata"]["uid"] {
            return Err(Refusal::other_uid(id));
        }
        let mut object = before.clone();
        fields::merge(&mut object, &part(patch, write.subresource, id.kind()));
        for key in [
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "name",
            "namespace",
        ] {
            if !before["metadata"][key].is_null() {
                object["metadata"][key] = before["metadata"][key].clone();
            }
        }
        Ok(self.update(id, &manager(write, false), object, write.now))
    }

    /// Server-side apply.
    pub fn apply(&mut self, id: &Id, write: &Write<'_>, force: bool, body: &Value) -> Result<Value, Refusal> {
        let uid = &body["metadata"]["uid"];
        let Some((before, owners)) = self.objects.get(id).cloned() else {
            if uid.is_string() {
                return Err(Refusal::conflict(
                    id,
                    "uid mismatch: the provided object specified uid, and no existing object was found",
                ));
            }
            if write.subresource.is_some() {
                return Err(Refusal::not_found(id));
            }
            let created = self.create(id, write, body.clone())?;
            return Ok(created);
        };
        self.check_version(id, &body["metadata"])?;
        if uid.is_string() && *uid != before["metadata"]["uid"] {
            return Err(Refusal::other_uid(id));
        }
        let mine = manager(write, true);
        let applied: BTreeMap<Path, Value> = fields::leaves(&part(body, write.subresource, id.kind()))
            .into_iter()
            .filter(|(path, _)| is_owned(path))
            .collect();
        let have = fields::leaves(&before);
        if !force {
            let conflicts = owners.conflicts(&mine, &applied, &have);
            if !conflicts.is_empty() {
                return Err(Refusal::new(
                    409,
                    "Conflict",
                    format!("Apply failed with conflicts with {}", conflicts.join(", ")),
                ));
            }
        }
        let mut object = before;
        let dropped = owners
            .of(&mine)
            .into_iter()
            .filter(|path| !applied.contains_key(path) && !owners.is_shared(&mine, path));
        for path in dropped.collect::<Vec<_>>() {
            fields::remove(&mut object, &path);
        }
        let changed = applied
            .iter()
            .filter(|(path, value)| have.get(*path) != Some(value))
            .map(|(path, _)| path.clone())
            .collect();
        for (path, value) in &applied {
            fields::set(&mut object, path, value.clone());
        }
        let mut owners = owners;
        owners.applied(&mine, applied.into_keys().collect(), &changed);
        Ok(self.commit(id, object, owners, write.now))
    }

    pub fn delete(&mut self, id: &Id, now: Timestamp) -> Result<Value, Refusal> {
        let (object, _) = self.objects.remove(id).ok_or_else(|| Refusal::not_found(id))?;
        self.version += 1;
        let mut last = object.clone();
        last["metadata"]["resourceVersion"] = json!(self.version.to_string());
        self.history.push(Event {
            version: self.version,
            at: now,
            id: id.clone(),
            before: Some(object),
            after: None,
        });
        Ok(last)
    }

    fn update(&mut self, id: &Id, mine: &Manager, object: Value, now: Timestamp) -> Value {
        let (before, mut owners) = self.objects.get(id).cloned().expect("it is there");
        let (had, have) = (fields::leaves(&before), fields::leaves(&object));
        let changed = have
            .iter()
            .filter(|(path, value)| is_owned(path) && had.get(*path) != Some(value))
            .map(|(path, _)| path.clone())
            .collect();
        let removed = had.keys().filter(|path| !have.contains_key(*path)).cloned().collect();
        owners.updated(mine, &changed, &removed);
        self.commit(id, object, owners, now)
    }

    /// Stores an object in its next version, unless nothing is different.
    fn commit(&mut self, id: &Id, mut object: Value, owners: Owners, now: Timestamp) -> Value {
        for key in ["labels", "annotations"] {
            let metadata = object["metadata"].as_object_mut().expect("every object has metadata");
            if metadata
                .get(key)
                .and_then(Value::as_object)
                .is_some_and(serde_json::Map::is_empty)
            {
                metadata.shift_remove(key);
            }
        }
        let before = self.objects.get(id).cloned();
        if let Some((before, had)) = &before {
            if *before == object && *had == owners {
                return object;
            }
            if id.kind().status && counts(before, id) != counts(&object, id) {
                object["metadata"]["generation"] =
                    json!(before["metadata"]["generation"].as_i64().unwrap_or_default() + 1);
            }
        }
        self.version += 1;
        object["metadata"]["resourceVersion"] = json!(self.version.to_string());
        self.history.push(Event {
            version: self.version,
            at: now,
            id: id.clone(),
            before: before.map(|(before, _)| before),
            after: Some(object.clone()),
        });
        self.objects.insert(id.clone(), (object.clone(), owners));
        object
    }

    fn check_version(&self, id: &Id, metadata: &Value) -> Result<(), Refusal> {
        let have = self.get(id).map(|object| &object["metadata"]["resourceVersion"]);
        match metadata["resourceVersion"].as_str() {
            Some(wanted) if !wanted.is_empty() && have.is_some_and(|have| *have != *wanted) => Err(Refusal::conflict(
                id,
                "the object has been modified; please apply your changes to the latest version and try again",
            )),
            _ => Ok(()),
        }
    }
}

fn manager(write: &Write<'_>, apply: bool) -> Manager {
    (write.manager.to_owned(), apply, write.subresource.map(str::to_owned))
}

/// The part of a body that a request to this subresource may change.
fn part(body: &Value, subresource: Option<&str>, row: &Row) -> Value {
    let mut part = body.as_object().cloned().unwrap_or_default();
    match subresource {
        Some("status") => part.retain(|key, _| key == "status"),
        _ if row.status => drop(part.shift_remove("status")),
        _ => {}
    }
    for key in ["apiVersion", "kind"] {
        part.shift_remove(key);
    }
    if let Some(metadata) = part.get_mut("metadata").and_then(Value::as_object_mut) {
        for key in [
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "name",
            "namespace",
            "managedFields",
        ] {
            metadata.shift_remove(key);
        }
        if metadata.is_empty() {
            part.shift_remove("metadata");
        }
    }
    Value::Object(part)
}

/// Whether a leaf can have an owner: not what identifies the object or what the server keeps.
fn is_owned(path: &Path) -> bool {
    let key = |step: Option<&Step>| match step {
        Some(Step::Key(key)) => key.clone(),
        _ => String::new(),
    };
    match (key(path.first()).as_str(), key(path.get(1)).as_str()) {
        ("apiVersion" | "kind" | "", _) => false,
        ("metadata", key) => matches!(key, "labels" | "annotations" | "finalizers" | "ownerReferences"),
        _ => true,
    }
}

fn own_paths(object: &Value) -> BTreeSet<Path> {
    fields::leaves(object).into_keys().filter(is_owned).collect()
}

/// What the generation counts: everything but metadata and status; of Deployments also the annotations.
fn counts(object: &Value, id: &Id) -> Value {
    let mut counted = object.clone();
    let annotations = counted["metadata"]["annotations"].clone();
    let map = counted.as_object_mut().unwrap();
    map.shift_remove("metadata");
    map.shift_remove("status");
    if id.row == "deployments" {
        map.insert("annotations".into(), annotations);
    }
    counted
}
