//! The API server's verdict, offline: structural schema, CEL rules and metadata rules. Pure.
//!
//! In: one object as JSON. Out: findings of the schema tier, all of them.
//! Must not: know more than the API server does (that is `check`), or stop at the first finding.

use serde_json::Value;

use crate::api::DocumentKind;
use crate::finding::Finding;

/// What the API server would refuse in a document of this kind.
pub fn check(_kind: DocumentKind, _object: &Value) -> Vec<Finding> {
    Vec::new()
}

/// What the API server would refuse in the metadata of any object.
pub fn metadata(_object: &Value) -> Vec<Finding> {
    Vec::new()
}
