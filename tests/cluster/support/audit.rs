//! The API server's own record of writes.
//!
//! In: the audit log of `tests/control-plane/audit-policy.yaml`. Out: the writes of a user since a mark.
//! Must not: miss a write that was answered already.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::time::Duration;

use serde_json::{Value, json};

use super::wait::eventually;
use super::{Test, variable};

/// One write as the API server noted it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    pub verb: String,
    /// `deployments`, or `runbooks/status`.
    pub resource: String,
    pub namespace: String,
    pub name: String,
    pub code: u64,
}

/// A place in the audit log.
#[derive(Clone, Copy, Debug)]
pub struct Mark(u64);

/// Everything after this was written later than now.
pub fn mark(test: &Test) -> Mark {
    settle(test);
    Mark(fs::metadata(variable("AUDIT_LOG")).unwrap().len())
}

/// The writes of a user since a mark, complete up to now.
pub fn writes(test: &Test, since: Mark, user: &str) -> Vec<Write> {
    settle(test);
    let of_user = |event: &Value| event["user"]["username"] == user && event["stage"] == "ResponseComplete";
    events(since).iter().filter(|event| of_user(event)).map(write).collect()
}

/// How often each resource was written, as `verb resource` with its number.
pub fn by_resource(writes: &[Write]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for write in writes {
        *counts.entry(format!("{} {}", write.verb, write.resource)).or_default() += 1;
    }
    counts
}

/// A write of our own is noted down after all that were answered before it.
fn settle(test: &Test) {
    let since = Mark(fs::metadata(variable("AUDIT_LOG")).map_or(0, |file| file.len()));
    let path = format!("/api/v1/namespaces/{}", test.namespace);
    test.patch(
        &path,
        &json!({ "metadata": { "annotations": { "test.example.org/settle": since.0.to_string() } } }),
    );
    eventually("the audit log to note a write down", Duration::from_secs(10), || {
        let noted = |event: &Value| event["objectRef"]["name"] == *test.namespace && event["verb"] == "patch";
        if events(since).iter().any(noted) {
            Ok(())
        } else {
            Err("nothing".to_owned())
        }
    });
}

fn events(since: Mark) -> Vec<Value> {
    let mut file = fs::File::open(variable("AUDIT_LOG")).unwrap();
    file.seek(SeekFrom::Start(since.0)).unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    // The last line may be on its way still.
    text.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

fn write(event: &Value) -> Write {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let object = &event["objectRef"];
    let subresource = object["subresource"].as_str().map(|name| format!("/{name}"));
    Write {
        verb: text(&event["verb"]),
        resource: text(&object["resource"]) + &subresource.unwrap_or_default(),
        namespace: text(&object["namespace"]),
        name: text(&object["name"]),
        code: event["responseStatus"]["code"].as_u64().unwrap_or_default(),
    }
}
