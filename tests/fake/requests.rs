//! Requests as the fake API server understands them.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::kinds::Row;
use super::store::Id;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Call {
    pub verb: &'static str,
    pub row: &'static Row,
    pub namespace: String,
    pub name: String,
    pub subresource: Option<String>,
    pub query: BTreeMap<String, String>,
    /// Only the metadata is wanted.
    pub metadata_only: bool,
    pub media_type: String,
    pub body: Vec<u8>,
}

impl Call {
    /// Reads a request for resources; `None` when there is no such path.
    pub fn parse(method: &str, path: &str, query: &str, accept: &str, media_type: &str, body: Vec<u8>) -> Option<Self> {
        let query: BTreeMap<String, String> = query.split('&').filter(|pair| !pair.is_empty()).map(pair).collect();
        let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let group = match *parts.first()? {
            "api" => "",
            "apis" => *parts.get(1)?,
            _ => return None,
        };
        let version = *parts.get(if group.is_empty() { 1 } else { 2 })?;
        parts.drain(..if group.is_empty() { 2 } else { 3 });
        let mut namespace = "";
        if parts.len() > 2 && parts[0] == "namespaces" && Row::of(group, parts[2]).is_some() {
            namespace = parts[1];
            parts.drain(..2);
        }
        let row = Row::of(group, parts.first()?).filter(|row| row.version == version)?;
        let name = parts.get(1).copied().unwrap_or_default().to_owned();
        let watch = query.get("watch").is_some_and(|watch| watch == "true" || watch == "1");
        let verb = match (method, name.is_empty()) {
            ("GET", _) if watch => "watch",
            ("GET", true) => "list",
            ("GET", false) => "get",
            ("POST", _) => "create",
            ("PATCH", _) => "patch",
            ("PUT", _) => "update",
            ("DELETE", _) => "delete",
            _ => return None,
        };
        Some(Self {
            verb,
            row,
            namespace: namespace.to_owned(),
            name,
            subresource: parts.get(2).map(|part| (*part).to_owned()),
            query,
            metadata_only: accept.contains("as=PartialObjectMetadata"),
            media_type: media_type.to_owned(),
            body,
        })
    }

    pub fn id(&self) -> Id {
        Id::new(self.row.plural, &self.namespace, &self.name)
    }

    pub fn asks(&self, key: &str) -> bool {
        self.query.get(key).is_some_and(|value| value == "true" || value == "1")
    }

    pub fn number(&self, key: &str) -> Option<u64> {
        self.query.get(key)?.parse().ok()
    }

    /// Whether an object is among those that are asked for.
    pub fn selects(&self, id: &Id, object: &Value) -> bool {
        let here = self.namespace.is_empty() || self.namespace == id.namespace;
        let fields =
            self.query
                .get("fieldSelector")
                .is_none_or(|selector| match selector.split_once("metadata.name=") {
                    Some((_, name)) => name == id.name,
                    None => true,
                });
        let labels = self.query.get("labelSelector").is_none_or(|selector| {
            selector.split(',').filter(|one| !one.is_empty()).all(|one| {
                let labels = &object["metadata"]["labels"];
                match one.split_once('=') {
                    Some((key, value)) => labels[key] == *value.trim_start_matches('='),
                    None => !labels[one].is_null(),
                }
            })
        });
        here && fields && labels
    }

    /// The object as it is asked for.
    pub fn shown(&self, object: &Value) -> Value {
        if !self.metadata_only {
            return object.clone();
        }
        serde_json::json!({
            "apiVersion": "meta.k8s.io/v1",
            "kind": "PartialObjectMetadata",
            "metadata": object["metadata"],
        })
    }
}

fn pair(pair: &str) -> (String, String) {
    let decode = |text: &str| {
        percent_decode_str(&text.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
    (decode(key), decode(value))
}
