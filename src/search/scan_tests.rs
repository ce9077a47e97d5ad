//! The index against the definition: it must find what a scan of all words with [`Form::kind`] finds.

use std::collections::BTreeSet;

use tantivy::tokenizer::{TokenStream, Tokenizer};

use super::dictionary::Dictionary;
use super::fold;
use super::form::{Form, Kind};
use super::stream::Terms as Splitter;
use super::tests::{ask, entry, german, ids, searcher};
use super::typo::{self, Near};
use super::zone::{Mark, Tongue, Zones};
use super::{Entry, Searcher};

/// Words with their marks, as the index would have them.
fn dictionary(entries: &[Entry]) -> (Searcher, BTreeSet<(String, Mark)>) {
    let mut terms = BTreeSet::new();
    for entry in entries {
        let mut text = String::new();
        entry.write(&mut text);
        let mut splitter = Splitter;
        let mut stream = splitter.token_stream(&text);
        while let Some(token) = stream.next() {
            let mut word = token.text.clone();
            let mark = word.pop().and_then(|mark| Mark::from_byte(mark as u8)).expect("a mark");
            terms.insert((word, mark));
        }
    }
    (searcher(entries.to_vec()), terms)
}

const TEXTS: &[&str] = &[
    "Certificates certificate certified uncertified certain policy policies police pods pod podman node nodes noded",
    "restart restarts restarted restarting restarter start kubelet kubelets cube tube dying die dies skis sky skies \
     containerized container contain provisioner provision provisional",
    "KubePodCrashLooping CrashLoopBackOff crash-loop crashes VMs IPv6 5xxErrors payments-api-down a1 b2 2024-01-01",
];

const GERMAN: &[&str] = &[
    "Zertifikat Zertifikate Zertifikatsablauf Zertifikatsablaufdatum Ablauf Abläufe Netz Netze Overlaynetz Netzwerk",
    "Häuser Haus Hausmeister Krankenhaus Last Belastung Volllast löschen gelöscht loeschen Größe Speichergrößen",
    "Pods Nodes Certificate Knoten Rechenknoten Knotenausfall Platz Speicherplatz Arbeitsplatz platzen",
];

#[test]
fn the_dictionary_finds_what_agrees() {
    let english = TEXTS.iter().map(|text| entry(text, "", text));
    let entries: Vec<Entry> = english
        .chain(GERMAN.iter().map(|text| german(text, "", text)))
        .collect();
    let (searcher, terms) = dictionary(&entries);
    let part = searcher.part().expect("a part");
    let dictionary: &Dictionary = &part.dictionary;
    let words: BTreeSet<&str> = terms.iter().map(|(word, _)| word.as_str()).collect();
    assert!(
        words
            .iter()
            .copied()
            .eq((0..dictionary.len()).map(|number| dictionary.word(number)))
    );
    let has = |word: &str, tongue| terms.iter().any(|(other, mark)| other == word && mark.tongue == tongue);
    for asked in words
        .iter()
        .copied()
        .chain(["certif", "unknown", "knot", "plaetze", "ca", "e"])
    {
        for is_open in [false, true] {
            let form = Form::new(asked, is_open);
            let mut expect: BTreeSet<(&str, Tongue, Kind)> = BTreeSet::new();
            for word in &words {
                for tongue in Tongue::ALL.into_iter().filter(|tongue| has(word, *tongue)) {
                    expect.extend(form.kind(word, tongue).map(|kind| (*word, tongue, kind)));
                }
            }
            let found = dictionary.agreeing(&form).into_iter();
            let found = found.map(|found| (dictionary.word(found.word), found.tongue, found.kind));
            let found: BTreeSet<_> = found.filter(|(word, tongue, _)| has(word, *tongue)).collect();
            assert_eq!(found, expect, "{asked:?} {is_open}");
            let allowed = typo::allowed(asked.chars().count());
            let mut near = Near::new(asked, allowed);
            let expect: Vec<_> = words
                .iter()
                .filter_map(|word| Some((*word, near.distance(word)?)))
                .collect();
            let found = dictionary.near(&mut near, false).into_iter();
            let found: Vec<_> = found
                .map(|(number, distance)| (dictionary.word(number), distance))
                .collect();
            assert_eq!(found, expect, "{asked:?}");
        }
    }
}

#[test]
fn a_search_finds_what_a_scan_finds() {
    let english = TEXTS
        .iter()
        .flat_map(|text| text.split(' '))
        .map(|text| entry(text, "", text));
    let german = GERMAN
        .iter()
        .flat_map(|text| text.split(' '))
        .map(|text| german(&format!("de {text}"), "", text));
    let entries: Vec<Entry> = english.chain(german).collect();
    let (searcher, _) = dictionary(&entries);
    let terms: Vec<_> = entries
        .iter()
        .map(|entry| dictionary(std::slice::from_ref(entry)).1)
        .collect();
    let asked = entries
        .iter()
        .map(|entry| entry.body.as_str())
        .filter(|text| !text.contains('-'));
    let mut compared = 0;
    for asked in asked.chain(["certif", "knot", "ablauf", "restar"]) {
        for (query, is_open) in [(format!("{asked} "), false), (asked.to_owned(), true)] {
            let form = Form::new(&fold::squash(asked), is_open);
            let agrees = |(word, mark): &(String, Mark)| {
                Zones::TEXT.contains(mark.zone) && form.kind(word, mark.tongue).is_some()
            };
            let scanned = entries.iter().zip(&terms).filter(|(_, terms)| terms.iter().any(agrees));
            let scanned: BTreeSet<&str> = scanned.map(|(entry, _)| entry.id.as_str()).collect();
            let results = ask(&searcher, &query);
            if results.forgiven.is_empty() && !scanned.is_empty() {
                assert_eq!(ids(&results).into_iter().collect::<BTreeSet<_>>(), scanned, "{query:?}");
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "{compared}");
}
