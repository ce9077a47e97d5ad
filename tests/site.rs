//! The snapshot built step by step equals the one built from nothing, whatever the steps.

#![cfg(test)]

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use knowledge_operator::api::{DocumentKind, GroupKind};
use knowledge_operator::corpus::{
    ContentMap, Corpus, Coverage, Delta, Document, KindInfo, KindState, Listing, Object, ObjectId, TargetId, TargetMeta,
};
use knowledge_operator::plan;
use knowledge_operator::settings::Settings;
use knowledge_operator::site::{Changes, Site};
use proptest::prelude::*;
use serde_json::{Value, json};

const NAMESPACES: [&str; 3] = ["a", "b", "shared"];
const NAMES: [&str; 4] = ["one", "two", "three", "four"];

/// One step: a change of the cluster.
#[derive(Clone, Debug)]
enum Step {
    Document {
        kind: DocumentKind,
        namespace: usize,
        name: usize,
        spec: Value,
        age: i64,
    },
    Target {
        kind: usize,
        namespace: usize,
        name: usize,
        label: usize,
        opted_out: bool,
        annotated: bool,
    },
    Content {
        namespace: usize,
        name: usize,
        text: usize,
    },
    DeleteDocument {
        kind: DocumentKind,
        namespace: usize,
        name: usize,
    },
    DeleteTarget {
        kind: usize,
        namespace: usize,
        name: usize,
    },
    DeleteContent {
        namespace: usize,
        name: usize,
    },
    Kind {
        kind: usize,
        state: KindState,
    },
    Relist {
        kind: usize,
        keep: usize,
    },
    /// Take a snapshot here.
    Build,
}

fn kinds() -> [GroupKind; 3] {
    [
        GroupKind::new("apps", "Deployment"),
        GroupKind::namespace(),
        GroupKind::new("", "Node"),
    ]
}

fn info(kind: &GroupKind, state: KindState) -> KindInfo {
    let row = kind.default_kind().expect("the test uses default kinds");
    KindInfo {
        plural: row.plural.into(),
        namespaced: row.namespaced,
        state,
    }
}

/// A cluster, or two namespaces of one.
fn corpus(bound: bool) -> Corpus {
    let kinds = kinds().map(|kind| {
        let info = info(&kind, KindState::Listed);
        (kind, info)
    });
    let namespaces = ["a".to_owned(), "shared".to_owned()];
    Corpus::new(kinds, Coverage::of(if bound { &namespaces } else { &[] }))
}

fn spec() -> impl Strategy<Value = Value> {
    let target = (0..3_usize, 0..4_usize, 0..4_usize, 0..4_usize).prop_map(|(kind, how, which, reach)| {
        let kind = &kinds()[kind];
        let mut target = json!({ "group": &*kind.group, "kind": &*kind.kind });
        match how {
            0 => target["all"] = json!(true),
            1 => target["selector"] = json!({ "matchLabels": { "app": NAMES[which] } }),
            2 => target["selector"] = json!({ "matchExpressions": [{ "key": "app", "operator": "Exists" }] }),
            _ if kind == &GroupKind::namespace() => target["name"] = json!(NAMESPACES[which % 3]),
            _ => target["name"] = json!(NAMES[which]),
        }
        match reach {
            0 => target["namespace"] = json!(NAMESPACES[which % 3]),
            1 => target["namespaceSelector"] = json!({ "matchLabels": { "app": NAMES[which] } }),
            _ => {}
        }
        target
    });
    let link = prop_oneof![
        (0..4_usize).prop_map(|name| format!("[x]({}.md)", NAMES[name])),
        (0..4_usize).prop_map(|name| format!("[x](../dir/{}.md#part)", NAMES[name])),
        (0..3_usize, 0..4_usize)
            .prop_map(|(ns, name)| format!("[x](/namespaces/{}/runbooks/{})", NAMESPACES[ns], NAMES[name])),
        (0..4_usize).prop_map(|name| format!("<https://docs.example.org/{}>", NAMES[name])),
    ];
    let aliases = prop::collection::vec(0..4_usize, 0..2);
    let body = prop::option::weighted(0.8, (prop::collection::vec(link, 0..3), any::<bool>()));
    (
        prop::collection::vec(target, 0..3),
        aliases,
        body,
        prop::option::of((0..3_usize, 0..4_usize)),
        prop::option::of(0..4_usize),
        prop::option::of(0..4_usize),
    )
        .prop_map(|(applies_to, aliases, body, related, path, published)| {
            let mut spec = json!({
                "appliesTo": applies_to,
                "aliases": aliases.into_iter().map(|name| json!({ "name": NAMES[name] })).collect::<Vec<_>>(),
            });
            match body {
                Some((links, heading)) => {
                    let heading = if heading { "# Part\n" } else { "# Title\n" };
                    spec["content"] = json!(format!(
                        "{heading}\nSome words that say what to do.\n\n{}\n",
                        links.join(" ")
                    ));
                }
                None => spec["contentFrom"] = json!({ "configMapKeyRef": { "name": "one", "key": "text" } }),
            }
            if let Some((namespace, name)) = related {
                spec["related"] =
                    json!([{ "kind": "Runbook", "namespace": NAMESPACES[namespace], "name": NAMES[name] }]);
            }
            if let Some(path) = path {
                spec["source"] = json!({ "path": format!("dir/{}.md", NAMES[path]) });
            }
            if let Some(published) = published {
                spec["source"]["publishedURL"] = json!(format!("https://docs.example.org/{}", NAMES[published]));
            }
            spec
        })
}

fn step() -> impl Strategy<Value = Step> {
    let document_kind = prop_oneof![Just(DocumentKind::Runbook), Just(DocumentKind::KnowledgeArticle)];
    let states = prop_oneof![
        Just(KindState::Listed),
        Just(KindState::NotServed),
        Just(KindState::NotPermitted)
    ];
    prop_oneof![
        6 => (document_kind.clone(), 0..3_usize, 0..4_usize, spec(), 0..3_i64)
            .prop_map(|(kind, namespace, name, spec, age)| Step::Document { kind, namespace, name, spec, age }),
        6 => (0..3_usize, 0..3_usize, 0..4_usize, 0..4_usize, any::<bool>(), any::<bool>()).prop_map(
            |(kind, namespace, name, label, opted_out, annotated)| Step::Target { kind, namespace, name, label, opted_out, annotated }
        ),
        2 => (0..3_usize, 0..2_usize, 0..3_usize).prop_map(|(namespace, name, text)| Step::Content { namespace, name, text }),
        3 => (document_kind, 0..3_usize, 0..4_usize)
            .prop_map(|(kind, namespace, name)| Step::DeleteDocument { kind, namespace, name }),
        3 => (0..3_usize, 0..3_usize, 0..4_usize)
            .prop_map(|(kind, namespace, name)| Step::DeleteTarget { kind, namespace, name }),
        1 => (0..3_usize, 0..2_usize).prop_map(|(namespace, name)| Step::DeleteContent { namespace, name }),
        1 => (0..3_usize, states).prop_map(|(kind, state)| Step::Kind { kind, state }),
        1 => (0..3_usize, 0..4_usize).prop_map(|(kind, keep)| Step::Relist { kind, keep }),
        4 => Just(Step::Build),
    ]
}

fn target_id(kind: usize, namespace: usize, name: usize) -> TargetId {
    let kind = kinds()[kind].clone();
    if kind == GroupKind::namespace() {
        TargetId::new(kind, "", NAMESPACES[namespace])
    } else if kind.kind.as_ref() == "Node" {
        TargetId::new(kind, "", NAMES[name])
    } else {
        TargetId::new(kind, NAMESPACES[namespace], NAMES[name])
    }
}

fn target(id: &TargetId, label: usize, opted_out: bool, annotated: bool) -> Object {
    let mut annotations = BTreeMap::new();
    if opted_out {
        annotations.insert("knowledge.scs.community/attach".to_owned(), "false".to_owned());
    }
    if annotated {
        annotations.insert("knowledge.scs.community/runbooks".to_owned(), "stale".to_owned());
    }
    let meta = ObjectMeta {
        name: Some(id.name.to_string()),
        namespace: Some(id.namespace.to_string()).filter(|namespace| !namespace.is_empty()),
        uid: Some(id.to_string()),
        labels: (label < 3).then(|| BTreeMap::from([("app".to_owned(), NAMES[label].to_owned())])),
        annotations: Some(annotations),
        ..ObjectMeta::default()
    };
    Object::Target(TargetMeta::prune(&id.kind, meta).expect("it has a name"))
}

fn take(corpus: &mut Corpus, step: &Step) -> Delta {
    match step {
        Step::Document {
            kind,
            namespace,
            name,
            spec,
            age,
        } => {
            let object = json!({
                "apiVersion": "knowledge.scs.community/v1alpha1",
                "kind": kind.as_str(),
                "metadata": {
                    "name": NAMES[*name],
                    "namespace": NAMESPACES[*namespace],
                    "creationTimestamp": format!("2026-01-0{}T00:00:00Z", age + 1),
                },
                "spec": spec,
            });
            corpus.apply(Object::Document(Box::new(
                Document::stored(*kind, &object).expect("it has a name"),
            )))
        }
        Step::Target {
            kind,
            namespace,
            name,
            label,
            opted_out,
            annotated,
        } => {
            let id = target_id(*kind, *namespace, *name);
            match corpus.kind(&id.kind).map(|info| info.state) {
                Some(KindState::Listed) => corpus.apply(target(&id, *label, *opted_out, *annotated)),
                _ => Delta::default(),
            }
        }
        Step::Content { namespace, name, text } => {
            let map = ConfigMap {
                metadata: ObjectMeta {
                    name: Some(NAMES[*name].to_owned()),
                    namespace: Some(NAMESPACES[*namespace].to_owned()),
                    labels: Some(BTreeMap::from([(
                        "knowledge.scs.community/content".to_owned(),
                        "true".to_owned(),
                    )])),
                    ..ObjectMeta::default()
                },
                data: Some(BTreeMap::from([(
                    ["text", "other"][text % 2].to_owned(),
                    format!("# Text {text}\n\nwords"),
                )])),
                ..ConfigMap::default()
            };
            corpus.apply(Object::Content(ContentMap::read(map).expect("it is labelled")))
        }
        Step::DeleteDocument { kind, namespace, name } => corpus.delete(&ObjectId::Document(
            knowledge_operator::corpus::DocumentId::new(*kind, NAMESPACES[*namespace], NAMES[*name]),
        )),
        Step::DeleteTarget { kind, namespace, name } => {
            corpus.delete(&ObjectId::Target(target_id(*kind, *namespace, *name)))
        }
        Step::DeleteContent { namespace, name } => {
            corpus.delete(&ObjectId::Content(NAMESPACES[*namespace].into(), NAMES[*name].into()))
        }
        Step::Kind { kind, state } => {
            let kind = kinds()[*kind].clone();
            let info = info(&kind, *state);
            corpus.set_kind(&kind, info)
        }
        Step::Relist { kind, keep } => {
            let kind = kinds()[*kind].clone();
            let all = corpus.all_targets().filter(|target| target.id.kind == kind).take(*keep);
            let kept = all.map(|target| Object::Target(TargetMeta::clone(target))).collect();
            corpus.reset(&Listing::Targets(kind), None, kept)
        }
        Step::Build => Delta::default(),
    }
}

fn settings() -> Arc<Settings> {
    Arc::new(Settings {
        shared_namespaces: ["shared".into()].into(),
        ..Settings::default()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_site_built_in_steps_equals_one_built_from_nothing(steps in prop::collection::vec(step(), 1..60), bound: bool) {
        let mut corpus = corpus(bound);
        let mut pending = corpus.everything();
        let mut site = Site::empty(settings());
        for step in steps.iter().chain([&Step::Build]) {
            pending.merge(take(&mut corpus, step));
            if matches!(step, Step::Build) {
                let (next, changes) = site.updated(&corpus, &std::mem::take(&mut pending));
                let expected = Site::of(&corpus, settings());
                prop_assert_eq!(&next, &expected);
                prop_assert_eq!(missed(&site, &next, &changes), None);
                site = next;
            }
        }
    }

    #[test]
    fn both_ends_of_an_attachment_agree(steps in prop::collection::vec(step(), 1..60), bound: bool) {
        let mut corpus = corpus(bound);
        for step in &steps {
            take(&mut corpus, step);
        }
        let site = Site::of(&corpus, settings());
        let from_documents: std::collections::BTreeSet<_> = site
            .pages()
            .flat_map(|page| page.attachment.targets.iter().map(|target| (page.document.id.clone(), target.clone())))
            .collect();
        let from_targets: std::collections::BTreeSet<_> = site
            .targets()
            .flat_map(|target| target.documents.iter().map(|by| (by.document.clone(), target.meta.id.clone())))
            .collect();
        prop_assert_eq!(from_documents, from_targets);
    }
}

/// What would be planned differently now and is not among the changes.
fn missed(before: &Site, now: &Site, changes: &Changes) -> Option<String> {
    for target in now
        .targets()
        .filter(|target| !changes.targets.contains(&target.meta.id))
    {
        let Some(seen) = before.target(&target.meta.id) else {
            return Some(target.meta.id.to_string());
        };
        if plan::target(before, &seen.meta) != plan::target(now, &target.meta) {
            return Some(target.meta.id.to_string());
        }
    }
    let epoch = k8s_openapi::jiff::Timestamp::UNIX_EPOCH;
    for page in now
        .pages()
        .filter(|page| !changes.documents.contains(&page.document.id))
    {
        let Some(seen) = before.page(&page.document.id) else {
            return Some(page.document.id.to_string());
        };
        let plan = |site: &Site, page| plan::document(site, page, &|_| None, epoch);
        if plan(before, seen) != plan(now, page) {
            return Some(page.document.id.to_string());
        }
    }
    None
}
