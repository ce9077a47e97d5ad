//! A ConfigMap whose owner consented to the publication of what is in it.
//!
//! In: the ConfigMap. Out: [`ContentMap`]. Must not: take in a ConfigMap without the label.

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::core::v1::ConfigMap;

use crate::api::names;

/// The text and the pictures of a labelled ConfigMap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentMap {
    /// Namespace.
    pub namespace: Arc<str>,
    /// Name.
    pub name: Arc<str>,
    /// Its `data`.
    pub data: BTreeMap<Box<str>, Arc<str>>,
    /// The pictures in its `binaryData`. Other keys of it are left out.
    pub pictures: Arc<Pictures>,
}

/// Pictures by their keys.
pub type Pictures = BTreeMap<Box<str>, Picture>;

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its media type, told from its first bytes.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

impl Picture {
    /// A picture of a format that holds no script; `None` for anything else.
    fn of(bytes: &[u8]) -> Option<Self> {
        let media_type = match bytes {
            [0x89, b'P', b'N', b'G', ..] => "image/png",
            [0xff, 0xd8, 0xff, ..] => "image/jpeg",
            [b'G', b'I', b'F', b'8', ..] => "image/gif",
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
            _ => return None,
        };
        Some(Self {
            media_type,
            bytes: bytes.into(),
        })
    }
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
        let pictures = map.binary_data.unwrap_or_default().into_iter();
        let pictures = pictures.filter_map(|(key, bytes)| Some((key.into(), Picture::of(&bytes.0)?)));
        Some(Self {
            namespace: map.metadata.namespace.unwrap_or_default().into(),
            name: map.metadata.name?.into(),
            data: map
                .data
                .unwrap_or_default()
                .into_iter()
                .map(|(key, text)| (key.into(), text.into()))
                .collect(),
            pictures: Arc::new(pictures.collect()),
        })
    }
}
