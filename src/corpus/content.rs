//! A ConfigMap whose owner consented to the publication of what is in it.
//!
//! In: the ConfigMap. Out: [`ContentMap`]. Must not: take in a ConfigMap without the label.

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::core::v1::ConfigMap;

use crate::api::names;

/// The text keys of a labelled ConfigMap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentMap {
    /// Namespace.
    pub namespace: Arc<str>,
    /// Name.
    pub name: Arc<str>,
    /// Its `data`. Keys of `binaryData` are not text and are left out.
    pub data: BTreeMap<Box<str>, Arc<str>>,
}

impl ContentMap {
    /// The content of a ConfigMap, if it has a name and carries the label that consents to its publication.
    pub fn read(map: ConfigMap) -> Option<Self> {
        let label = map
            .metadata
            .labels
            .as_ref()
            .and_then(|labels| labels.get(names::CONTENT_LABEL));
        if label.map(String::as_str) != Some("true") {
            return None;
        }
        Some(Self {
            namespace: map.metadata.namespace.unwrap_or_default().into(),
            name: map.metadata.name?.into(),
            data: map
                .data
                .unwrap_or_default()
                .into_iter()
                .map(|(key, text)| (key.into(), text.into()))
                .collect(),
        })
    }
}
