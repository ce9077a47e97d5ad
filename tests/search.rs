//! Search as its readers meet it.
//!
//! In: the public interface. Must not: pass without having looked: what is skipped says so.

#![expect(clippy::expect_used, reason = "a test may stop at the first surprise")]

#[path = "search/corpus.rs"]
mod corpus;
#[path = "search/german.rs"]
mod german;
#[path = "search/queries.rs"]
mod queries;

use std::collections::BTreeMap;
use std::io::Write;

use knowledge_operator::search::{Entry, Everything, Filters, Index, Page, Results, Searcher, Seen, Sight, snippet};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// How many stories are made up for each property.
const CASES: u32 = 48;

const FIRST: Page = Page { offset: 0, limit: 10 };

fn ask(searcher: &Searcher, query: &str) -> Results {
    searcher
        .search(query, &Filters::default(), &Everything, FIRST)
        .expect("a readable index")
}

fn ids(results: &Results) -> Vec<&str> {
    results.hits.iter().map(|hit| &*hit.id).collect()
}

#[test]
fn the_page_is_found_in_one_query() {
    let Some(folder) = corpus::folder() else {
        // Not `eprintln!`, which nobody sees when a test passes.
        let said = writeln!(
            std::io::stderr(),
            "SKIPPED: no runbooks; KNOWLEDGE_CORPUS names their folder"
        );
        said.expect("a standard error");
        assert!(std::env::var_os("CI").is_none(), "CI must not skip");
        return;
    };
    let mut index = Index::new();
    let searcher = index
        .apply(corpus::entries(&folder).into_iter().chain(german::entries()), [])
        .expect("an index");
    let mut wrong = Vec::new();
    for (query, within, expect) in queries::QUERIES {
        let results = ask(&searcher, query);
        let ids = ids(&results);
        if !ids.iter().take(*within).any(|id| id == expect) {
            let top: Vec<_> = results
                .hits
                .iter()
                .take(4)
                .map(|hit| format!("{} {:.2}", hit.id, hit.score))
                .collect();
            let at = ids.iter().position(|id| id == expect);
            wrong.push(format!(
                "{query:?}: {expect} at {at:?} of {}, {top:?} {:?}",
                results.total, results.forgiven
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        queries::QUERIES.len(),
        wrong.join("\n")
    );
}

/// Words of the invented documents: forms of each other, parts of each other, slips of each other.
const WORDS: &[&str] = &[
    "pod",
    "pods",
    "Podman",
    "etcd",
    "ectd",
    "restart",
    "restarting",
    "KubePodCrashLooping",
    "CrashLoop",
    "crash-loop",
    "payments-api",
    "payments",
    "api",
    "kube-state-metrics",
    "node.kubernetes.io/unreachable",
    "SCS-0210",
    "the",
    "Zertifikat",
    "Zertifikate",
    "Zertifikatsablauf",
    "Ablauf",
    "löschen",
    "loeschen",
    "Häuser",
    "Haus",
    "certificate",
    "certficate",
    "certificates",
    "volume",
    "full",
    "not",
    "ready",
    "NotReady",
    "x",
    "証明書",
];

/// Questions about them.
const QUESTIONS: &[&str] = &[
    "",
    "pod",
    "pod ",
    "pods",
    "po",
    "etcd",
    "etcd ",
    "restart ",
    "restar",
    "KubePodCrashLooping",
    "crashloop",
    "crash loop",
    "\"crash loop\"",
    "\"pod restart\"",
    "payments-api",
    "payments api",
    "kube-state",
    "unreachable",
    "scs0210",
    "scs-0210 ",
    "zertifikat ",
    "ablauf ",
    "haus ",
    "loeschen ",
    "certifcate ",
    "certificats ",
    "pod -etcd",
    "-zertifikat",
    "title:pod ",
    "alert:crashloop",
    "name:d1",
    "command:restart ",
    "ns:n1 pod ",
    "kind:runbook",
    "-tag:t1 pod ",
    "lang:de ",
    "pod etcd volume full ",
    "nothing of this kind ",
    "notready",
    "not ready ",
    "証明",
    "kubepodcrashloping ",
];

fn text() -> impl Strategy<Value = String> {
    vec(select(WORDS), 0..6).prop_map(|words| words.join(" "))
}

fn document() -> impl Strategy<Value = Entry> {
    let places = (
        select(&["n1", "n2"][..]),
        select(&["Runbook", "KnowledgeArticle"][..]),
        select(&["en", "de"][..]),
    );
    let texts = (
        text(),
        text(),
        text(),
        vec(select(WORDS), 0..2),
        vec(select(&["t1", "t2"][..]), 0..3),
    );
    (0..12u8, places, texts).prop_map(
        |(number, (namespace, kind, language), (title, body, command, alerts, tags))| Entry {
            id: format!("d{number}"),
            name: format!("d{number}"),
            namespace: namespace.to_owned(),
            kind: kind.to_owned(),
            language: language.to_owned(),
            title,
            body,
            commands: command,
            alerts: alerts.into_iter().map(str::to_owned).collect(),
            tags: tags.into_iter().map(str::to_owned).collect(),
            ..Entry::default()
        },
    )
}

/// What changes at once: new texts, and numbers of documents that go.
fn change() -> impl Strategy<Value = (Vec<Entry>, Vec<u8>)> {
    (vec(document(), 0..4), vec(0..12u8, 0..2))
}

fn name(number: &u8) -> String {
    format!("d{number}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn an_index_in_steps_equals_one_from_nothing(changes in vec(change(), 1..12)) {
        let mut index = Index::new();
        let mut documents = BTreeMap::new();
        let mut before: Option<(Searcher, Vec<Results>)> = None;
        for (changed, removed) in changes {
            removed.iter().for_each(|number| drop(documents.remove(&name(number))));
            documents.extend(changed.iter().map(|entry| (entry.id.clone(), entry.clone())));
            let searcher = index.apply(changed, removed.iter().map(name)).expect("an index");
            prop_assert_eq!(searcher.len(), documents.len());
            let fresh = Index::new().apply(documents.values().cloned(), []).expect("an index");
            let answers: Vec<Results> = QUESTIONS.iter().map(|question| ask(&searcher, question)).collect();
            for (question, answer) in QUESTIONS.iter().zip(&answers) {
                prop_assert_eq!(answer, &ask(&fresh, question), "{:?}", question);
                prop_assert!(answer.hits.iter().all(|hit| documents.contains_key(&*hit.id)));
            }
            if let Some((searcher, answers)) = &before {
                let again: Vec<Results> = QUESTIONS.iter().map(|question| ask(searcher, question)).collect();
                prop_assert_eq!(answers, &again, "an earlier searcher saw a later change");
            }
            before = Some((searcher, answers));
        }
    }

    #[test]
    fn what_is_not_seen_does_not_exist(documents in vec(document(), 1..14), hidden in vec(0..12u8, 0..8)) {
        let hidden: Vec<String> = hidden.iter().map(name).collect();
        let is_seen = |id: &str| !hidden.iter().any(|hidden| hidden == id);
        let all = Index::new().apply(documents.clone(), []).expect("an index");
        let mut of_id = BTreeMap::new();
        of_id.extend(documents.into_iter().map(|entry| (entry.id.clone(), entry)));
        let seen = of_id.values().filter(|entry| is_seen(&entry.id)).cloned();
        let alone = Index::new().apply(seen, []).expect("an index");
        for question in QUESTIONS {
            let answer = all.search(question, &Filters::default(), &is_seen, FIRST).expect("a readable index");
            prop_assert_eq!(answer, ask(&alone, question), "{:?}", question);
        }
        let of_place = of_id.into_values().filter(|entry| entry.namespace == "n1");
        let alone = Index::new().apply(of_place, []).expect("an index");
        for question in QUESTIONS {
            let answer = all.search(question, &Filters::default(), &OnlyFirst, FIRST).expect("a readable index");
            prop_assert_eq!(answer, ask(&alone, question), "{:?}", question);
        }
    }

    #[test]
    fn pages_are_pieces_of_one_list(documents in vec(document(), 1..14), limit in 1..5usize) {
        let searcher = Index::new().apply(documents, []).expect("an index");
        for question in QUESTIONS {
            let whole = ask(&searcher, question);
            let page = |offset| Page { offset, limit };
            let pages = (0..).map(|number| searcher.search(question, &Filters::default(), &Everything, page(number * limit)));
            let pages = pages.map(|page| page.expect("a readable index")).take_while(|page| !page.hits.is_empty());
            let joined: Vec<_> = pages.flat_map(|page| page.hits).collect();
            prop_assert_eq!(joined.len(), whole.total);
            prop_assert_eq!(joined.iter().take(10).collect::<Vec<_>>(), whole.hits.iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_query_is_an_error(documents in vec(document(), 0..5), query in any::<String>(), signs in "[a-z\":\\-. ]{0,40}") {
        let searcher = Index::new().apply(documents, []).expect("an index");
        for query in [query, signs] {
            let results = ask(&searcher, &query);
            prop_assert!(results.total <= searcher.len());
            let shown = snippet(&query, &results.terms, usize::MAX);
            prop_assert_eq!(shown.pieces.iter().map(|piece| piece.text).collect::<String>(), query);
        }
    }
}

/// Sees the documents of one namespace.
struct OnlyFirst;

impl Sight for OnlyFirst {
    fn place(&self, namespace: &str, _kind: &str) -> Seen {
        if namespace == "n1" { Seen::All } else { Seen::Nothing }
    }

    fn document(&self, _id: &str) -> bool {
        false
    }
}
