//! What somebody typed, understood.
//!
//! In: any text. Out: [`Query`]. Must not: fail. What cannot be read as syntax is words, and what is too much is left
//! out.
//!
//! `crash looping`: both words. `"crash looping"`: these words one after the other. `-word`: without it.
//! `title:word`: there. `ns:payments`: a filter. `payments-api`: a name, its parts one after the other or as one word.

use super::fold;
use super::form::Form;
use super::labels::Facet;
use super::words::{MAX_WORD, Parts, Runs};
use super::zone::{Zone, Zones};

/// How much of a query is read, in characters.
pub const MAX_QUERY: usize = 512;

/// How many words of a query are read, parts of names counted.
pub const MAX_WORDS: usize = 32;

/// A query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// What has to be in a document.
    pub(super) clauses: Vec<Clause>,
    /// What must not be.
    pub(super) excluded: Vec<Clause>,
    pub(super) filters: Vec<Filter>,
    /// All words without what stands between them: is it a whole name?
    pub(super) whole: String,
}

/// A word, name or phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    /// As it was typed.
    pub(super) typed: String,
    /// Where to look.
    pub(super) zones: Zones,
    /// The word, or all parts of the name as one word. None for a phrase.
    pub(super) word: Option<Form>,
    /// The parts of a name or the words of a phrase, to be found one after the other. Empty for a word.
    pub(super) sequence: Vec<Form>,
}

/// What a label has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) facet: Facet,
    pub(super) value: String,
    /// True if the value may go on.
    pub(super) is_open: bool,
    pub(super) excluded: bool,
}

/// What stands before a colon.
#[derive(Clone, Copy)]
enum Field {
    Zone(Zone),
    Facet(Facet),
}

const FIELDS: &[(&str, Field)] = &[
    ("title", Field::Zone(Zone::Title)),
    ("alert", Field::Zone(Zone::Alert)),
    ("command", Field::Zone(Zone::Command)),
    ("name", Field::Zone(Zone::Name)),
    ("namespace", Field::Facet(Facet::Namespace)),
    ("ns", Field::Facet(Facet::Namespace)),
    ("kind", Field::Facet(Facet::Kind)),
    ("owner", Field::Facet(Facet::Owner)),
    ("team", Field::Facet(Facet::Owner)),
    ("tag", Field::Facet(Facet::Tag)),
    ("audience", Field::Facet(Facet::Audience)),
    ("language", Field::Facet(Facet::Language)),
    ("lang", Field::Facet(Facet::Language)),
    ("component", Field::Facet(Facet::Component)),
];

/// Words that say nothing about what is searched, unless nothing else is asked. `no`, `not` and `down` do.
const FILLERS: &[&str] = &[
    "a", "aber", "als", "am", "an", "and", "are", "as", "at", "auf", "aus", "be", "bei", "but", "by", "can", "das",
    "dass", "dem", "den", "der", "des", "die", "do", "does", "ein", "eine", "einem", "einen", "einer", "eines", "es",
    "for", "from", "fuer", "has", "have", "how", "i", "ich", "if", "im", "in", "is", "ist", "it", "its", "man", "mein",
    "meine", "mit", "my", "nach", "oder", "of", "on", "or", "sich", "sind", "that", "the", "there", "this", "to",
    "und", "vom", "von", "was", "we", "wenn", "what", "when", "where", "which", "why", "wie", "will", "wir", "wird",
    "with", "wo", "you", "zu", "zum", "zur",
];

impl Query {
    /// Understands `text`.
    pub(super) fn parse(text: &str) -> Self {
        let text: String = text.chars().take(MAX_QUERY).map(plain).collect();
        let mut reader = Reader {
            rest: &text,
            words: 0,
            query: Self::default(),
        };
        while reader.read() {}
        let mut query = reader.query;
        let is_filler = |clause: &Clause| {
            let word = clause.word.as_ref().filter(|_| clause.zones == Zones::TEXT);
            word.is_some_and(|word| FILLERS.contains(&word.text()))
        };
        if !query.clauses.iter().all(is_filler) {
            query.clauses.retain(|clause| !is_filler(clause));
        }
        query
    }
}

impl Clause {
    /// The same, but its last word may go on.
    pub(super) fn opened(&self) -> Self {
        let mut open = self.clone();
        open.word = self.word.as_ref().map(Form::opened);
        if let Some(last) = open.sequence.last_mut() {
            *last = last.opened();
        }
        open
    }

    /// A clause for each word of the name or phrase, in any place.
    pub(super) fn apart(&self) -> Vec<Self> {
        let part = |form: &Form| Self {
            typed: form.text().to_owned(),
            zones: self.zones,
            word: Some(form.clone()),
            sequence: Vec::new(),
        };
        self.sequence.iter().map(part).collect()
    }
}

/// Quotation marks of every kind as one kind, control characters as spaces.
fn plain(c: char) -> char {
    match c {
        '“' | '”' | '„' | '‟' | '«' | '»' => '"',
        _ if c.is_control() => ' ',
        _ => c,
    }
}

struct Reader<'t> {
    rest: &'t str,
    /// How many words were read.
    words: usize,
    query: Query,
}

impl<'t> Reader<'t> {
    /// Reads the next clause; false at the end.
    fn read(&mut self) -> bool {
        self.rest = self.rest.trim_start();
        if self.rest.is_empty() || self.words >= MAX_WORDS {
            return false;
        }
        let excluded = self.excludes();
        if excluded {
            self.skip(1);
        }
        let field = self.field();
        let phrase = self.phrase();
        let is_phrase = phrase.is_some();
        let text = phrase.unwrap_or_else(|| self.word());
        let is_open = !is_phrase && !excluded && self.rest.is_empty();
        match field {
            Some(Field::Facet(facet)) => self.filter(facet, text, is_open, excluded),
            Some(Field::Zone(zone)) => self.clause(Zones::only(zone), text, is_phrase, is_open, excluded),
            None => self.clause(Zones::TEXT, text, is_phrase, is_open, excluded),
        }
        true
    }

    /// True before a `-` that excludes what follows. `-n` and `--all` are options of pasted commands.
    fn excludes(&self) -> bool {
        let Some(rest) = self.rest.strip_prefix('-') else {
            return false;
        };
        let mut chars = rest.chars();
        match chars.next() {
            Some('"') => true,
            Some(first) if first.is_alphanumeric() => chars.next().is_some_and(char::is_alphanumeric),
            _ => false,
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// Takes `title:` and the like.
    fn field(&mut self) -> Option<Field> {
        let (name, rest) = self.rest.split_once(':')?;
        let (_, field) = FIELDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        self.rest = rest;
        Some(*field)
    }

    /// Takes what stands in quotation marks.
    fn phrase(&mut self) -> Option<&'t str> {
        let (phrase, rest) = self.rest.strip_prefix('"')?.split_once('"')?;
        self.rest = rest;
        Some(phrase)
    }

    /// Takes all up to the next space or quotation mark.
    fn word(&mut self) -> &'t str {
        let rest = self.rest.strip_prefix('"').unwrap_or(self.rest);
        let end = rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        word
    }

    fn filter(&mut self, facet: Facet, text: &str, is_open: bool, excluded: bool) {
        // `ns:` is a filter that is only begun.
        if !fold::squash(text).is_empty() {
            self.query.filters.push(Filter {
                facet,
                value: text.to_owned(),
                is_open,
                excluded,
            });
        }
    }

    fn clause(&mut self, zones: Zones, text: &str, is_phrase: bool, is_open: bool, excluded: bool) {
        let mut sequence = Vec::new();
        let mut whole = String::new();
        let mut parts = Parts::default();
        for run in Runs::new(text) {
            parts.fill(run.text);
            whole.push_str(parts.whole());
            sequence.extend(parts.iter().filter(|part| !part.is_empty()).map(str::to_owned));
        }
        sequence.truncate(MAX_WORDS - self.words.min(MAX_WORDS));
        self.words += sequence.len();
        let count = sequence.len();
        if count == 0 {
            return;
        }
        if !excluded {
            self.query.whole.push_str(&whole);
        }
        whole.truncate(whole.floor_char_boundary(MAX_WORD));
        let form = |(index, part): (usize, String)| Form::new(&part, is_open && index + 1 == count);
        let sequence: Vec<_> = sequence.into_iter().enumerate().map(form).collect();
        let clause = Clause {
            typed: text.to_owned(),
            zones,
            word: (!is_phrase).then(|| Form::new(&whole, is_open)),
            sequence: if is_phrase || count > 1 { sequence } else { Vec::new() },
        };
        let clauses = if excluded {
            &mut self.query.excluded
        } else {
            &mut self.query.clauses
        };
        clauses.push(clause);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A query in one line: `word`, `name=a.b`, `"a b"`, `…` behind what may go on, `-` before what is excluded.
    fn show(query: &Query) -> String {
        let clause = |clause: &Clause| {
            let zone = if clause.zones == Zones::TEXT { "" } else { "in:" };
            let form = |form: &Form| format!("{}{}", form.text(), if form.beginning().is_some() { "…" } else { "" });
            let sequence: Vec<_> = clause.sequence.iter().map(form).collect();
            match &clause.word {
                Some(word) if sequence.is_empty() => format!("{zone}{}", form(word)),
                Some(word) => format!("{zone}{}={}", form(word), sequence.join(".")),
                None => format!("{zone}\"{}\"", sequence.join(" ")),
            }
        };
        let filter = |filter: &Filter| {
            let sign = if filter.excluded { "-" } else { "" };
            format!(
                "{sign}{:?}:{}{}",
                filter.facet,
                filter.value,
                if filter.is_open { "…" } else { "" }
            )
        };
        let clauses = query.clauses.iter().map(clause);
        let excluded = query.excluded.iter().map(|excluded| format!("-{}", clause(excluded)));
        let all: Vec<_> = clauses
            .chain(excluded)
            .chain(query.filters.iter().map(filter))
            .collect();
        all.join(" ")
    }

    #[test]
    fn queries_are_understood() {
        let cases = [
            ("", ""),
            ("pod", "pod…"),
            ("pod ", "pod"),
            ("Pod crash", "pod crash…"),
            ("KubePodDown ", "kubepoddown=kube.pod.down"),
            ("payments-api", "paymentsapi…=payments.api…"),
            (
                "node.kubernetes.io/unreachable ",
                "nodekubernetesiounreachable=node.kubernetes.io.unreachable",
            ),
            ("SCS-0210 ", "scs0210=scs.0210"),
            ("\"crash looping\"", "\"crash looping\""),
            ("„crash looping“", "\"crash looping\""),
            ("\"crash loop", "crash loop…"),
            ("a \" b ", "b"),
            ("pod -etcd", "pod -etcd"),
            ("pod -\"not ready\"", "pod -\"not ready\""),
            ("get pods -n etcd --all ", "get pods n etcd all"),
            ("- pod ", "pod"),
            ("title:pod ", "in:pod"),
            ("TITLE:\"not ready\"", "in:\"not ready\""),
            ("command:rollout", "in:rollout…"),
            ("ns:payments api ", "api Namespace:payments"),
            ("team:\"Platform Team\" lang:de ", "Owner:Platform Team Language:de"),
            ("tag:stor", "Tag:stor…"),
            ("-tag:storage", "-Tag:storage"),
            ("ns:", ""),
            ("app:foo ", "appfoo=app.foo"),
            ("https://x.org ", "httpsxorg=https.x.org"),
            ("how do I restart the api ", "restart api"),
            ("the ", "the"),
            ("title:the ", "in:the"),
            ("!!! --- \u{0}", ""),
            ("löschen ", "loeschen"),
        ];
        for (text, expect) in cases {
            assert_eq!(show(&Query::parse(text)), expect, "{text:?}");
        }
    }

    #[test]
    fn the_whole_query_may_be_a_name() {
        for (text, expect) in [
            ("KubePodCrashLooping", "kubepodcrashlooping"),
            ("kube pod crash-looping ", "kubepodcrashlooping"),
            ("the pods are down", "thepodsaredown"),
            ("pods -etcd ns:x", "pods"),
        ] {
            assert_eq!(Query::parse(text).whole, expect, "{text:?}");
        }
    }

    #[test]
    fn queries_are_bounded() {
        let words: String = (0..1000).map(|number| format!("w{number} ")).collect();
        assert_eq!(Query::parse(&words).clauses.len(), MAX_WORDS);
        let name: String = (0..1000).map(|number| format!("w{number}-")).collect();
        let query = Query::parse(&name);
        assert_eq!(
            query.clauses.iter().map(|clause| clause.sequence.len()).sum::<usize>(),
            MAX_WORDS
        );
        let long = Query::parse(&"ä".repeat(100_000));
        assert_eq!(long.clauses.len(), 1);
    }
}
