//! What a search finds, in which order, and what it says about it.

use std::collections::BTreeSet;

use super::*;

const FIRST: Page = Page { offset: 0, limit: 100 };

/// A document of a title and a body.
pub(super) fn entry(id: &str, title: &str, body: &str) -> Entry {
    Entry {
        id: id.to_owned(),
        title: title.to_owned(),
        body: body.to_owned(),
        language: "en".to_owned(),
        ..Entry::default()
    }
}

pub(super) fn german(id: &str, title: &str, body: &str) -> Entry {
    Entry {
        language: "de".to_owned(),
        ..entry(id, title, body)
    }
}

pub(super) fn searcher(entries: impl IntoIterator<Item = Entry>) -> Searcher {
    Index::new().apply(entries, []).expect("an index")
}

pub(super) fn ask(searcher: &Searcher, query: &str) -> Results {
    let results = searcher.search(query, &Filters::default(), &Everything, FIRST);
    results.expect("a readable index")
}

pub(super) fn ids(results: &Results) -> Vec<&str> {
    results.hits.iter().map(|hit| &*hit.id).collect()
}

#[test]
fn words_are_found_in_every_place_and_form() {
    let mut runbook = entry(
        "a",
        "Pod keeps crashing",
        "Look at node.kubernetes.io/unreachable and etcd.yaml, see SCS-0210.",
    );
    runbook.alerts = vec!["KubePodCrashLooping".to_owned()];
    runbook.headings = vec!["Expired certificates".to_owned()];
    runbook.commands = "kubectl rollout restart deployment/payments-api".to_owned();
    runbook.owner = "Platform Team".to_owned();
    runbook.tags = vec!["on-call".to_owned()];
    let compound = german("b", "Zertifikatsablauf", "Häuser löschen. Die Größe prüfen.");
    let other = entry("c", "Something else", "Nothing of interest.");
    let searcher = searcher([runbook, compound, other]);
    let cases: &[(&str, &[&str])] = &[
        ("KubePodCrashLooping", &["a"]),
        ("kubepodcrashlooping", &["a"]),
        ("KUBEPODCRASHLOOPING ", &["a"]),
        ("pod crash looping ", &["a"]),
        ("crashloop", &["a"]),
        ("podcrash", &["a"]),
        ("certificate ", &["a"]),
        ("certif", &["a"]),
        ("platform ", &["a"]),
        ("on-call ", &["a"]),
        ("oncall ", &["a"]),
        ("kubectl rollout restart ", &["a"]),
        ("\"kubectl rollout restart\"", &["a"]),
        ("\"rollout kubectl\" ", &["a"]),
        ("payments-api ", &["a"]),
        ("payments ", &["a"]),
        ("etcd.yaml ", &["a"]),
        ("yaml ", &["a"]),
        ("node.kubernetes.io/unreachable ", &["a"]),
        ("unreachable ", &["a"]),
        ("scs-0210 ", &["a"]),
        ("scs0210 ", &["a"]),
        ("Ablauf ", &["b"]),
        ("Zertifikate ", &["b"]),
        ("zertifikat ", &["b"]),
        ("haeuser ", &["b"]),
        ("Haus ", &["b"]),
        ("loeschen ", &["b"]),
        ("groesse ", &["b"]),
        ("else ", &["c"]),
        ("interest -something ", &[]),
        ("xyzxyz ", &[]),
    ];
    for (query, expect) in cases {
        assert_eq!(ids(&ask(&searcher, query)), *expect, "{query:?}");
    }
}

#[test]
fn phrases_are_neither_stemmed_nor_spread() {
    let searcher = searcher([
        entry("a", "x", "restart the pods now"),
        entry("b", "x", "restart the pod now"),
        entry("c", "x", "the pods restart now"),
        entry("d", "restart the", "pods now and restart all"),
    ]);
    for (query, expect) in [
        ("\"restart the pods\"", &["a"][..]),
        ("\"Restart  THE pods!\"", &["a"]),
        ("\"pods\"", &["a", "c", "d"]),
        ("now -\"the pods\"", &["d", "b"]),
        ("title:\"restart the\"", &["d"]),
    ] {
        let results = ask(&searcher, query);
        assert_eq!(
            ids(&results).into_iter().collect::<BTreeSet<_>>(),
            expect.iter().copied().collect(),
            "{query:?}"
        );
        assert_eq!(results.forgiven, [], "{query:?}");
    }
}

#[test]
fn titles_beat_headings_beat_text() {
    let often = "etcd ".repeat(500);
    let with = |id, change: fn(&mut Entry)| {
        let mut entry = entry(id, "Something", "Short.");
        change(&mut entry);
        entry
    };
    let text = entry("text", "Something", &often);
    let mut both = with("both", |entry| entry.headings = vec!["etcd".to_owned()]);
    both.body = often;
    let searcher = searcher([
        text,
        both,
        with("command", |entry| entry.commands = "systemctl status etcd".to_owned()),
        with("heading", |entry| entry.headings = vec!["About etcd here".to_owned()]),
        with("tag", |entry| entry.tags = vec!["etcd".to_owned()]),
        with("alert", |entry| entry.alerts = vec!["AlwaysEtcdDown".to_owned()]),
        with("title", |entry| entry.title = "Broken etcd members".to_owned()),
    ]);
    let results = ask(&searcher, "etcd ");
    assert_eq!(
        ids(&results),
        ["alert", "title", "both", "heading", "tag", "text", "command"]
    );
}

#[test]
fn whole_names_come_first() {
    let mut alert = entry("z", "When it fails", "Short.");
    alert.alerts = vec!["PodNotReady".to_owned()];
    let searcher = searcher([
        entry(
            "a",
            "Pod not ready, pod not ready, not ready pod",
            "pod not ready ".repeat(50).as_str(),
        ),
        alert,
        entry("b", "Volume full", "pod not ready"),
    ]);
    for query in ["PodNotReady", "podnotready ", "pod not ready", "Pod-Not-Ready"] {
        assert_eq!(ids(&ask(&searcher, query)).first(), Some(&"z"), "{query:?}");
    }
    assert_eq!(ids(&ask(&searcher, "volume FULL")), ["b"]);
}

#[test]
fn rare_words_decide() {
    let common = (0..50).map(|number| entry(&format!("c{number:02}"), "Pods", "pod pod pod pod"));
    let rare = entry("z", "Notes", "The pod has a quorum.");
    let searcher = searcher(common.chain([rare]));
    let results = ask(&searcher, "quorum pods nonsense ");
    assert_eq!(ids(&results).first(), Some(&"z"));
    assert!(results.forgiven.contains(&Forgiven::SomeWords));
}

#[test]
fn equal_documents_are_in_the_order_of_their_ids() {
    let entries = ["c", "a", "d", "b"].map(|id| entry(id, "Same", "Same text."));
    let mut index = Index::new();
    let mut last = None;
    for entry in entries {
        last = Some(index.apply([entry], []).expect("an index"));
    }
    let searcher = last.expect("a searcher");
    for query in ["same ", ""] {
        assert_eq!(ids(&ask(&searcher, query)), ["a", "b", "c", "d"], "{query:?}");
    }
}

#[test]
fn slips_are_forgiven_and_said() {
    let typo = |typed: &str, used: &[&str]| Forgiven::Typo {
        typed: typed.to_owned(),
        used: used.iter().map(|word| (*word).to_owned()).collect(),
    };
    let begun = |typed: &str| Forgiven::Begun {
        typed: typed.to_owned(),
    };
    let apart = |typed: &str| Forgiven::Apart {
        typed: typed.to_owned(),
    };
    let many = (0..30).map(|number| {
        entry(
            &format!("m{number:02}"),
            "Certificates",
            "Renew the certificate in time.",
        )
    });
    let mut name = entry(
        "a",
        "Alertmanager reload",
        "Restart payments-api at once, then check kubelet.",
    );
    name.alerts = vec!["AlertmanagerFailedReload".to_owned()];
    let rare = entry("b", "Notes", "A certficate, as somebody wrote.");
    let searcher = searcher(many.chain([name, rare]));
    let cases: &[(&str, usize, &[Forgiven])] = &[
        ("certificate ", 30, &[]),
        ("certifcate ", 31, &[typo("certifcate", &["certificate", "certficate"])]),
        ("certificaet", 30, &[typo("certificaet", &["certificate"])]),
        ("alertmanger ", 1, &[typo("alertmanger", &["alertmanager"])]),
        (
            "AlertmanagerFailedRelaod ",
            1,
            &[typo("AlertmanagerFailedRelaod", &["alertmanagerfailedreload"])],
        ),
        ("abc ", 0, &[]),
        // It exists, but not there.
        ("title:kubelte ", 0, &[]),
        // Nobody wrote more than one document with this slip.
        ("certficate ", 31, &[typo("certficate", &["certificate"])]),
        ("alertm reload ", 1, &[begun("alertm")]),
        ("alertmnag", 1, &[typo("alertmnag", &["alertmanager"])]),
        ("paymets-api ", 1, &[typo("paymets-api", &["paymentsapi"])]),
        ("api-payments ", 1, &[apart("api-payments")]),
        ("\"kubelet check\"", 1, &[apart("kubelet check")]),
        ("kubelet certificate ", 31, &[Forgiven::SomeWords]),
    ];
    for (query, total, expect) in cases {
        let results = ask(&searcher, query);
        assert_eq!(results.forgiven, *expect, "{query:?}");
        assert_eq!(results.total, *total, "{query:?}");
    }
    assert_eq!(ids(&ask(&searcher, "certficate ")).first(), Some(&"b"));
}

#[test]
fn a_name_is_no_slip() {
    let many = (0..30).map(|number| {
        entry(
            &format!("m{number:02}"),
            "Certificates",
            "Renew the certificate in time.",
        )
    });
    let searcher = searcher(many.chain([entry("a", "Certficate", "A name is a name.")]));
    let results = ask(&searcher, "certficate ");
    assert_eq!(ids(&results), ["a"]);
    assert_eq!(results.forgiven, []);
}

#[test]
fn filters_narrow_hits_and_counts() {
    let document = |id: &str, namespace: &str, kind: &str, tags: &[&str]| Entry {
        namespace: namespace.to_owned(),
        kind: kind.to_owned(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        owner: "Platform Team".to_owned(),
        ..entry(id, "Pod", "")
    };
    let searcher = searcher([
        document("a", "payments", "Runbook", &["disk", "etcd"]),
        document("b", "payments", "KnowledgeArticle", &["disk"]),
        document("c", "monitoring", "Runbook", &[]),
    ]);
    let cases: &[(&str, &[&str])] = &[
        ("pod ns:payments ", &["a", "b"]),
        ("ns:payments", &["a", "b"]),
        ("namespace:Payments ", &["a", "b"]),
        ("ns:pay", &["a", "b"]),
        ("ns:pay ", &[]),
        ("kind:runbook ", &["a", "c"]),
        ("kind:articles ", &["b"]),
        ("tag:disk -tag:etcd ", &["b"]),
        ("tag:disk tag:etcd ", &["a", "b"]),
        ("owner:platform ns:monitoring ", &["c"]),
        ("team:\"platform team\" kind:article", &["b"]),
        ("lang:en -ns:payments ", &["c"]),
        ("-ns:payments -ns:monitoring ", &[]),
    ];
    for (query, expect) in cases {
        let results = ask(&searcher, query);
        assert_eq!(ids(&results), *expect, "{query:?}");
        assert_eq!(results.total, expect.len(), "{query:?}");
    }
    let filters = Filters::default()
        .with(Facet::Tag, "disk")
        .with(Facet::Tag, "none")
        .with(Facet::Kind, "Runbook");
    let results = searcher
        .search("pod", &filters, &Everything, FIRST)
        .expect("a readable index");
    assert_eq!(ids(&results), ["a"]);
    let counts = |query: &str, facet| {
        let facets = ask(&searcher, query).facets;
        let values = facets.get(&facet).cloned().unwrap_or_default();
        values
            .into_iter()
            .map(|(value, count)| format!("{value} {count}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(counts("pod", Facet::Namespace), ["payments 2", "monitoring 1"]);
    assert_eq!(counts("pod", Facet::Tag), ["disk 2", "etcd 1"]);
    assert_eq!(counts("ns:payments", Facet::Kind), ["KnowledgeArticle 1", "Runbook 1"]);
    assert_eq!(counts("pod", Facet::Component), [""; 0]);
}

#[test]
fn a_searcher_is_a_snapshot_for_all_threads() {
    fn shared<T: Clone + Send + Sync>(_: &T) {}
    let mut index = Index::new();
    let before = index
        .apply([entry("a", "Pod", ""), entry("b", "Pod", "")], [])
        .expect("an index");
    shared(&before);
    let after = index
        .apply([entry("a", "Node", ""), entry("c", "Pod", "")], ["b".to_owned()])
        .expect("an index");
    assert_eq!(ids(&ask(&before, "pod")), ["a", "b"]);
    assert_eq!(ids(&ask(&after, "pod")), ["c"]);
    assert_eq!((before.len(), after.len()), (2, 2));
    let twice = index
        .apply([entry("d", "One", ""), entry("d", "Two", "")], ["d".to_owned()])
        .expect("an index");
    assert_eq!((ids(&ask(&twice, "two ")), twice.len()), (vec!["d"], 3));
    assert!(ask(&twice, "title:one ").hits.is_empty());
    assert!(Index::new().searcher().is_empty());
}

#[test]
fn parts_stay_few() {
    let mut index = Index::new();
    for number in 0..500 {
        let id = format!("d{}", number % 200);
        index
            .apply([entry(&id, "Pod", &format!("revision {number}"))], [])
            .expect("an index");
        assert!(index.parts() <= 24, "{number}: {}", index.parts());
    }
    assert_eq!(index.searcher().len(), 200);
    let all: Vec<String> = (0..200).map(|number| format!("d{number}")).collect();
    assert!(index.apply([], all).expect("an index").is_empty());
    assert_eq!(index.parts(), 0);
}
