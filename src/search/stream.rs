//! The terms of a document, as tantivy takes them.
//!
//! In: the text that [`Entry::write`](super::Entry) makes. Out: a stream of terms with positions. Must not: cut words
//! otherwise than `words.rs`.
//!
//! `KubePodCrashLooping` becomes `kube`, `pod`, `crash`, `looping` at four positions, so that a phrase finds them, and
//! `kubepodcrashlooping`, `podcrashlooping`, `crashlooping` where each begins. `crash-loop` becomes `crash`, `loop` and
//! `crashloop`; `payments-api-down` becomes its words, `paymentsapi` and `apidown`. In all but the text, words with a
//! space between them do the same: whoever asks for `payments-api` means the title `Payments API is down` too.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::fold::is_plain;
use super::words::{Parts, Run, Runs};
use super::zone::{Mark, Zone};

/// Positions left out between two values of a zone, so that no phrase spans them.
const GAP: usize = 2;

/// Makes the stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms;

impl Tokenizer for Terms {
    type TokenStream<'a> = TermStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> TermStream<'a> {
        TermStream {
            runs: Runs::new(text),
            stage: Stage::Run,
            mark: None,
            parts: Parts::default(),
            last: Parts::default(),
            joined: String::new(),
            position: 0,
            next: 0,
            token: Token::default(),
        }
    }
}

/// Which terms of a run come next.
#[derive(Clone, Copy, Debug)]
enum Stage {
    /// None: the next run.
    Run,
    /// The part of this number, then the other parts.
    Part(usize),
    /// The tail of this number, then the other tails.
    Tail(usize),
    /// The two words on both sides of a hyphen as one.
    Joined,
}

/// The stream.
pub(super) struct TermStream<'a> {
    runs: Runs<'a>,
    stage: Stage,
    mark: Option<Mark>,
    parts: Parts,
    /// The parts of the run before.
    last: Parts,
    joined: String,
    /// Position of the first part.
    position: usize,
    /// Position behind the last part.
    next: usize,
    token: Token,
}

impl TermStream<'_> {
    /// Reads the next run; false at the end.
    fn read(&mut self) -> bool {
        let Some(run) = self.runs.next() else {
            return false;
        };
        let mark = run.before.bytes().rev().find_map(Mark::from_byte);
        if mark.is_some() {
            self.next = if mark == self.mark { self.next + GAP } else { 0 };
            self.mark = mark;
        }
        std::mem::swap(&mut self.parts, &mut self.last);
        if self.mark.is_some_and(|mark| mark.zone == Zone::Whole) {
            self.parts.fill_whole(run.text);
        } else {
            self.parts.fill(run.text);
        }
        self.join(run);
        self.position = self.next;
        self.next += self.parts.len();
        self.stage = Stage::Part(0);
        true
    }

    /// Notes `crashloop` for `crash-loop`, and outside of the text for `crash loop`.
    fn join(&mut self, run: Run<'_>) {
        self.joined.clear();
        let (last, word) = (self.last.whole(), self.parts.whole());
        let one_word_each = self.last.len() == 1 && self.parts.len() == 1;
        let is_text = self
            .mark
            .is_none_or(|mark| matches!(mark.zone, Zone::Command | Zone::Body));
        let is_pair = run.is_hyphenated() || (run.before == " " && !is_text);
        if is_pair && one_word_each && (is_plain(last) || is_plain(word)) {
            self.joined.push_str(last);
            self.joined.push_str(word);
        }
    }
}

impl TokenStream for TermStream<'_> {
    fn advance(&mut self) -> bool {
        loop {
            let (text, position, stage) = match self.stage {
                Stage::Run => {
                    if !self.read() {
                        return false;
                    }
                    continue;
                }
                Stage::Part(number) => match self.parts.iter().nth(number) {
                    Some(part) => (part, self.position + number, Stage::Part(number + 1)),
                    None => {
                        self.stage = Stage::Tail(0);
                        continue;
                    }
                },
                Stage::Tail(number) => match self.parts.tails().nth(number) {
                    Some(tail) => (tail, self.position + number, Stage::Tail(number + 1)),
                    None => {
                        self.stage = Stage::Joined;
                        continue;
                    }
                },
                Stage::Joined => (self.joined.as_str(), self.position.saturating_sub(1), Stage::Run),
            };
            self.stage = stage;
            if let Some(mark) = self.mark.filter(|_| !text.is_empty()) {
                self.token.text.clear();
                self.token.text.push_str(text);
                self.token.text.push(char::from(mark.byte()));
                self.token.position = position;
                return true;
            }
        }
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Terms with their positions, all of the same mark.
    fn terms(text: &str) -> Vec<String> {
        let text = format!("\u{1c}{text}");
        let mut terms = Vec::new();
        let mut tokenizer = Terms;
        let mut stream = tokenizer.token_stream(&text);
        while let Some(token) = stream.next() {
            terms.push(format!("{}{}", token.text.replace('\u{1c}', "@"), token.position));
        }
        terms
    }

    #[test]
    fn names_are_found_whole_and_by_their_parts() {
        let cases: &[(&str, &[&str])] = &[
            ("Check the pods", &["check@0", "the@1", "pods@2"]),
            ("CrashLoop now", &["crash@0", "loop@1", "crashloop@0", "now@2"]),
            (
                "a crash-loop now",
                &["a@0", "crash@1", "loop@2", "crashloop@1", "now@3"],
            ),
            ("CrashLoop-back", &["crash@0", "loop@1", "crashloop@0", "back@2"]),
            (
                "kube-state-metrics",
                &["kube@0", "state@1", "kubestate@0", "metrics@2", "statemetrics@1"],
            ),
            (
                "etcd.yaml SCS-0210",
                &["etcd@0", "yaml@1", "scs@2", "0210@3", "scs0210@2"],
            ),
            ("2024-01 a/b", &["2024@0", "01@1", "a@2", "b@3"]),
            ("\u{301}", &[]),
        ];
        for (text, expect) in cases {
            assert_eq!(terms(text), *expect, "{text:?}");
        }
    }

    #[test]
    fn values_are_apart_and_zones_begin_anew() {
        let mut tokenizer = Terms;
        let mut stream = tokenizer.token_stream("\u{10}one two\u{10}three\u{1c}four");
        let mut terms = Vec::new();
        while let Some(token) = stream.next() {
            terms.push((token.text.clone(), token.position));
        }
        let expect = [
            ("one\u{10}", 0),
            ("two\u{10}", 1),
            ("onetwo\u{10}", 0),
            ("three\u{10}", 4),
            ("four\u{1c}", 0),
        ];
        assert_eq!(terms, expect.map(|(text, position)| (text.to_owned(), position)));
    }
}
