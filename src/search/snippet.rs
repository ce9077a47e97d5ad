//! The place of a text that shows why it was found.
//!
//! In: a text of the caller, the [`Terms`] of an answer. Out: a [`Snippet`] of it. Must not: cut a word, or need the
//! index: nothing is stored there.

use std::collections::VecDeque;

use super::marks::Terms;
use super::words::Run;

/// A piece of a text, some of its words marked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet<'t> {
    /// The text, cut wherever a mark begins or ends.
    pub pieces: Vec<Piece<'t>>,
    /// True if the text goes on before the snippet.
    pub cut_before: bool,
    /// True if it goes on behind it.
    pub cut_after: bool,
}

/// Some text that is marked or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'t> {
    /// The text.
    pub text: &'t str,
    /// True for a word that was asked for.
    pub marked: bool,
}

/// What of the rest of a snippet stands before the first mark.
const LEAD: usize = 4;

/// The part of `text` with the most different terms, at most `max_chars` characters long; its beginning if there are
/// none. Use `usize::MAX` to mark a whole title or heading.
pub fn snippet<'t>(text: &'t str, terms: &Terms, max_chars: usize) -> Snippet<'t> {
    let marks = terms.find(text);
    let (start, end) = window(text, &marks, terms.len(), max_chars);
    let shown = text.get(start..end).unwrap_or_default();
    let mut pieces = Vec::new();
    let mut rest = shown;
    let mut at = start;
    for (run, _) in marks
        .iter()
        .filter(|(run, _)| run.start >= start && run.start + run.text.len() <= end)
    {
        let (before, behind) = rest.split_at_checked(run.start - at).unwrap_or((rest, ""));
        let (word, behind) = behind.split_at_checked(run.text.len()).unwrap_or((behind, ""));
        pieces.push(Piece {
            text: before,
            marked: false,
        });
        pieces.push(Piece {
            text: word,
            marked: true,
        });
        at = run.start + run.text.len();
        rest = behind;
    }
    pieces.push(Piece {
        text: rest,
        marked: false,
    });
    pieces.retain(|piece| !piece.text.is_empty());
    let goes_on = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
    Snippet {
        pieces,
        cut_before: goes_on(text.get(..start)),
        cut_after: goes_on(text.get(end..)),
    }
}

/// The first and last byte of what is shown.
fn window(text: &str, marks: &[(Run<'_>, usize)], terms: usize, max_chars: usize) -> (usize, usize) {
    if text.len() <= max_chars || text.chars().count() <= max_chars {
        return (0, text.len());
    }
    let (from, to) = best(text, marks, terms, max_chars);
    let length = text.get(from..to).unwrap_or_default().chars().count();
    let spare = max_chars.saturating_sub(length);
    let behind = text.get(to..).unwrap_or_default().chars().take(spare).count();
    let lead = (spare / LEAD).max(spare - behind);
    let before = text.get(..from).unwrap_or_default();
    let start = before.char_indices().rev().take(lead).last().map_or(from, |(at, _)| at);
    let rest = text.get(start..).unwrap_or_default();
    let end = start + rest.char_indices().nth(max_chars).map_or(rest.len(), |(at, _)| at);
    (begin_of_word(text, start, from), end_of_word(text, end, to))
}

/// The marks that fit into `max_chars` together and have the most different terms, then the most marks; the first such.
/// As the bytes where they begin and end.
fn best(text: &str, marks: &[(Run<'_>, usize)], terms: usize, max_chars: usize) -> (usize, usize) {
    let mut counts = vec![0usize; terms];
    let mut different = 0;
    let mut window: VecDeque<(usize, Run<'_>, usize)> = VecDeque::new();
    let mut best = (0, 0, (0, 0));
    let (mut chars, mut read) = (0, 0);
    for (run, term) in marks {
        chars += text.get(read..run.start).unwrap_or_default().chars().count();
        read = run.start;
        let last = chars + run.text.chars().count();
        window.push_back((chars, *run, *term));
        if let Some(count) = counts.get_mut(*term) {
            different += usize::from(*count == 0);
            *count += 1;
        }
        while window.front().is_some_and(|(first, ..)| last - first > max_chars) {
            if let Some((_, _, gone)) = window.pop_front()
                && let Some(count) = counts.get_mut(gone)
            {
                *count -= 1;
                different -= usize::from(*count == 0);
            }
        }
        if let Some((_, first, _)) = window.front()
            && (different, window.len()) > (best.0, best.1)
        {
            best = (different, window.len(), (first.start, run.start + run.text.len()));
        }
    }
    best.2
}

/// Where the first whole word behind `start` begins, `latest` at the latest.
fn begin_of_word(text: &str, start: usize, latest: usize) -> usize {
    let lead = text.get(start..latest).unwrap_or_default();
    let cuts = text
        .get(..start)
        .and_then(|before| before.chars().next_back())
        .is_some_and(|c| !c.is_whitespace());
    if !cuts {
        return start;
    }
    let word = lead.find(char::is_whitespace).unwrap_or(lead.len());
    let behind = lead.get(word..).unwrap_or_default();
    start + word + (behind.len() - behind.trim_start().len())
}

/// Where the last whole word before `end` ends, `earliest` at the earliest.
fn end_of_word(text: &str, end: usize, earliest: usize) -> usize {
    let cuts = text
        .get(end..)
        .and_then(|behind| behind.chars().next())
        .is_some_and(|c| !c.is_whitespace());
    let trail = text.get(earliest..end).unwrap_or_default();
    if !cuts {
        return end;
    }
    earliest + trail.rfind(char::is_whitespace).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::{Entry, Everything, Filters, Index, Page};
    use super::*;

    /// What is marked for a query over this text alone.
    fn terms(query: &str, text: &str, language: &str) -> Terms {
        let entry = Entry {
            id: "a".to_owned(),
            body: text.to_owned(),
            language: language.to_owned(),
            ..Entry::default()
        };
        let searcher = Index::new().apply([entry], []).expect("an index");
        let page = Page { offset: 0, limit: 1 };
        let results = searcher.search(query, &Filters::default(), &Everything, page);
        results.expect("a readable index").terms
    }

    /// The snippet in one line: `…` where it is cut, `[` and `]` around what is marked.
    fn show(text: &str, terms: &Terms, max_chars: usize) -> String {
        let snippet = snippet(text, terms, max_chars);
        let piece = |piece: &Piece<'_>| {
            if piece.marked {
                format!("[{}]", piece.text)
            } else {
                piece.text.to_owned()
            }
        };
        let shown: String = snippet.pieces.iter().map(piece).collect();
        let (before, after) = (snippet.cut_before, snippet.cut_after);
        format!(
            "{}{shown}{}",
            if before { "…" } else { "" },
            if after { "…" } else { "" }
        )
    }

    #[test]
    fn whole_words_are_marked() {
        let cases = [
            (
                "pod ",
                "Two pods, one Pod, no podman.",
                "en",
                "Two [pods], one [Pod], no podman.",
            ),
            ("po", "Two pods", "en", "Two [pods]"),
            (
                "crashloop",
                "See KubePodCrashLooping.",
                "en",
                "See [KubePodCrashLooping].",
            ),
            (
                "looping ",
                "See KubePodCrashLooping.",
                "en",
                "See [KubePodCrashLooping].",
            ),
            (
                "certifcate ",
                "A certificate expired.",
                "en",
                "A [certificate] expired.",
            ),
            (
                "ablauf ",
                "Der Zertifikatsablauf naht.",
                "de",
                "Der [Zertifikatsablauf] naht.",
            ),
            ("haeuser ", "Ein Haus, zwei Häuser", "de", "Ein [Haus], zwei [Häuser]"),
            (
                "payments-api ",
                "payments-api and payments, api",
                "en",
                "[payments]-[api] and [payments], [api]",
            ),
            (
                "\"not ready\"",
                "Ready or not, not ready.",
                "en",
                "Ready or not, [not] [ready].",
            ),
            ("\"a a b\"", "a a a b a", "en", "a [a] [a] [b] a"),
            ("pod -node ", "pod and node", "en", "[pod] and node"),
            ("ns:x", "x y", "en", "x y"),
            (
                "löschen",
                "lo\u{308}schen, loeschen",
                "de",
                "[lo\u{308}schen], [loeschen]",
            ),
        ];
        for (query, text, language, expect) in cases {
            assert_eq!(
                show(text, &terms(query, text, language), usize::MAX),
                expect,
                "{query:?}"
            );
        }
    }

    #[test]
    fn the_best_place_is_shown() {
        let text = "One etcd here. Nothing of interest for a long while, word after word, and then etcd lost its quorum at \
                    night. Then again nothing but words and words to the end.";
        let cases = [
            ("etcd quorum ", 40, "…then [etcd] lost its [quorum] at night. Then…"),
            ("etcd ", 20, "One [etcd] here.…"),
            ("end ", 30, "…words and words to the [end]."),
            ("unknown ", 20, "One etcd here.…"),
            ("etcd ", 0, "…"),
            ("etcd ", 1000, &text.replace("etcd", "[etcd]")),
        ];
        for (query, max_chars, expect) in cases {
            assert_eq!(show(text, &terms(query, text, "en"), max_chars), expect, "{query:?}");
        }
        assert_eq!(show("", &terms("etcd ", text, "en"), 10), "");
    }

    #[test]
    fn snippets_are_pieces_of_the_text_and_no_longer_than_asked() {
        let text = "Größe prüfen, löschen: größer als 10 GiB? 証明書 wird größer.";
        for query in ["größe ", "10 ", "証明書", "prüfen größer ", "gr"] {
            let terms = terms(query, text, "de");
            for max_chars in 0..70 {
                let snippet = snippet(text, &terms, max_chars);
                let shown: String = snippet.pieces.iter().map(|piece| piece.text).collect();
                assert!(
                    text.contains(&shown) && shown.chars().count() <= max_chars,
                    "{query:?} {max_chars} {shown:?}"
                );
            }
        }
    }
}
