//! What the cluster should look like: a pure function of its objects, whatever happened on the way.

use std::collections::BTreeSet;
use std::sync::Arc;

use k8s_openapi::jiff::Timestamp;
use knowledge_operator::api::{DocumentKind, GroupKind};
use knowledge_operator::corpus::{ContentMap, Corpus, Coverage, Document, KindInfo, KindState, Object, TargetMeta};
use knowledge_operator::plan::{self, TargetPlan};
use knowledge_operator::settings::Settings;
use knowledge_operator::site::Site;

use crate::fake::Fake;
use crate::fake::kinds::{ROWS, Row};

/// The kinds that documents may describe in the scenarios.
pub fn kinds() -> Vec<GroupKind> {
    let kinds = [
        ("", "Namespace"),
        ("", "Node"),
        ("", "Service"),
        ("apps", "Deployment"),
        ("cluster.x-k8s.io", "Cluster"),
    ];
    kinds.map(|(group, kind)| GroupKind::new(group, kind)).into()
}

pub fn settings() -> Arc<Settings> {
    Arc::new(Settings {
        shared_namespaces: ["shared".into()].into(),
        ..Settings::default()
    })
}

/// The site of everything that is stored.
pub fn site(fake: &Fake) -> Site {
    let state = fake.state();
    let infos = kinds().into_iter().map(|kind| {
        let row = ROWS
            .iter()
            .find(|row| row.group == &*kind.group && row.kind == &*kind.kind)
            .unwrap();
        let served = state.store.is_served(row.plural);
        let permitted = !state.faults.forbids("*", "list", row.plural);
        let info = KindInfo {
            plural: row.plural.into(),
            namespaced: row.namespaced,
            state: match (served, permitted) {
                (true, true) if state.faults.broken.contains(row.plural) => KindState::Unavailable,
                (true, true) => KindState::Listed,
                (true, false) => KindState::NotPermitted,
                (false, _) => KindState::NotServed,
            },
        };
        (kind, info)
    });
    let infos: Vec<_> = infos.collect();
    let readable: BTreeSet<&str> = infos
        .iter()
        .filter(|(_, info)| info.state == KindState::Listed)
        .map(|(_, info)| &*info.plural)
        .collect();
    let mut corpus = Corpus::new(infos.clone(), Coverage::Cluster);
    for id in state.store.ids() {
        let value = state.store.get(id).unwrap();
        let row: &Row = id.kind();
        let object = match row.kind {
            "Runbook" => {
                Document::stored(DocumentKind::Runbook, value).map(|document| Object::Document(Box::new(document)))
            }
            "KnowledgeArticle" => Document::stored(DocumentKind::KnowledgeArticle, value)
                .map(|document| Object::Document(Box::new(document))),
            "ConfigMap" => ContentMap::read(serde_json::from_value(value.clone()).unwrap()).map(Object::Content),
            _ if readable.contains(row.plural) => {
                let meta = serde_json::from_value(value["metadata"].clone()).unwrap();
                TargetMeta::prune(&GroupKind::new(row.group, row.kind), meta).map(Object::Target)
            }
            _ => None,
        };
        if let Some(object) = object {
            corpus.apply(object);
        }
    }
    Site::of(&corpus, settings())
}

/// What differs from what should be written; empty when all is as it should be.
pub fn differences(site: &Site) -> Vec<String> {
    let documents = site.pages().filter_map(|page| {
        let plan = plan::document(site, page, &|_| None, Timestamp::UNIX_EPOCH)?;
        Some(format!(
            "{} should be {:?} and is {:?}",
            page.document.id, plan.status, page.document.status
        ))
    });
    let targets = site
        .targets()
        .filter_map(|target| match plan::target(site, &target.meta) {
            TargetPlan::Nothing => None,
            plan => Some(format!("{} needs {plan:?}", target.meta.id)),
        });
    documents.chain(targets).collect()
}
