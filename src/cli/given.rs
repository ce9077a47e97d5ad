//! Objects from files instead of a cluster: the same corpus and the same site.
//!
//! In: objects in the order in which they were read. Out: [`Given`]: the site, and which object is which document.
//! Must not: judge anything; the site does, exactly as in the operator.

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::Value;

use crate::api::{DEFAULT_KINDS, DocumentKind, GroupKind};
use crate::corpus::{ContentMap, Corpus, Coverage, Document, DocumentId, KindInfo, KindState, Object, TargetMeta};
use crate::finding::{At, Code, Finding};
use crate::schema::Identity;
use crate::settings::Settings;
use crate::site::Site;

/// What the input is taken to be deployed into.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct GivenArgs {
    /// Namespace of objects that do not say theirs
    #[arg(long, short = 'n', default_value = "default", value_name = "NAMESPACE")]
    pub namespace: String,
    /// Namespaces whose documents may describe objects of other namespaces and of none
    #[arg(long = "shared-namespace", value_delimiter = ',', value_name = "NAMESPACE")]
    pub shared_namespaces: Vec<String>,
    /// Kinds that documents may describe beside the built-in list, as Kind or Kind.group
    #[arg(long = "target-kind", value_delimiter = ',', value_name = "KIND")]
    pub target_kinds: Vec<GroupKind>,
}

/// The input as a site.
#[derive(Debug)]
pub struct Given {
    /// The site.
    pub site: Site,
    /// For each object of the input, the document that it is.
    pub documents: Vec<Option<DocumentId>>,
    /// Objects that stand in the input a second time, with the finding that says so.
    pub repeated: Vec<(usize, Finding)>,
}

impl GivenArgs {
    /// The settings of an installation with these flags.
    pub fn settings(&self) -> Settings {
        Settings {
            shared_namespaces: self
                .shared_namespaces
                .iter()
                .map(|name| Arc::from(name.as_str()))
                .collect(),
            ..Settings::default()
        }
    }

    fn corpus(&self) -> Corpus {
        let defaults = DEFAULT_KINDS.iter().map(|row| {
            let info = KindInfo {
                plural: row.plural.into(),
                namespaced: row.namespaced,
                state: KindState::Listed,
            };
            (GroupKind::new(row.group, row.kind), info)
        });
        // The resource name is only known to a cluster; the kind's own name will do for an address.
        let more = self.target_kinds.iter().map(|kind| {
            let plural = kind.kind.to_lowercase().into();
            (
                kind.clone(),
                KindInfo {
                    plural,
                    namespaced: true,
                    state: KindState::Listed,
                },
            )
        });
        Corpus::new(more.chain(defaults), Coverage::Given)
    }
}

/// Takes objects in as a cluster would have them after all were applied.
pub fn given<'a>(
    objects: impl Iterator<Item = (&'a Value, &'a Identity)>,
    args: &GivenArgs,
    settings: Settings,
) -> Given {
    let mut corpus = args.corpus();
    let mut documents = Vec::new();
    let mut repeated = Vec::new();
    let mut seen: BTreeMap<DocumentId, usize> = BTreeMap::new();
    for (index, (value, identity)) in objects.enumerate() {
        let mut id = None;
        match identity {
            Identity::Document(kind) => {
                if let Some(document) = document(*kind, value, &args.namespace) {
                    let this = document.id.clone();
                    if seen.insert(this.clone(), index).is_some() {
                        let message = format!("{this} stands in the input twice; the first is used");
                        let finding = Finding::new(Code::DuplicateObject, At::field("metadata.name"), message);
                        repeated.push((index, finding.help("remove one of the two, or rename it")));
                    } else {
                        corpus.apply(Object::Document(Box::new(document)));
                        id = Some(this);
                    }
                }
            }
            Identity::Foreign => {
                if let Some(object) = foreign(value, &args.namespace, &mut corpus) {
                    corpus.apply(object);
                }
            }
            Identity::Unknown(_) => {}
        }
        documents.push(id);
    }
    let site = Site::of(&corpus, Arc::new(settings));
    Given {
        site,
        documents,
        repeated,
    }
}

fn document(kind: DocumentKind, value: &Value, namespace: &str) -> Option<Document> {
    let mut document = Document::written(kind, value)?;
    if document.id.namespace.is_empty() {
        document.id.namespace = namespace.into();
    }
    Some(document)
}

/// Any other object: content, or something that documents may describe.
fn foreign(value: &Value, namespace: &str, corpus: &mut Corpus) -> Option<Object> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let group = text("apiVersion").split_once('/').map_or("", |(group, _)| group);
    let kind = GroupKind::new(group, text("kind"));
    if kind == GroupKind::new("", "ConfigMap") {
        let mut map: ConfigMap = serde_json::from_value(value.clone()).ok()?;
        let namespace = map.metadata.namespace.get_or_insert_with(|| namespace.to_owned());
        corpus.note_config_map(namespace.as_str());
        return ContentMap::read(map).map(Object::Content);
    }
    let info = corpus.kind(&kind)?;
    let mut meta: ObjectMeta = serde_json::from_value(value.get("metadata")?.clone()).ok()?;
    if info.namespaced {
        meta.namespace.get_or_insert_with(|| namespace.to_owned());
    } else {
        meta.namespace = None;
    }
    TargetMeta::prune(&kind, meta).map(Object::Target)
}
