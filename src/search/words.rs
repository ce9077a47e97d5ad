//! How text falls into words.
//!
//! In: any text. Out: its [`Runs`] of letters and digits, and the [`Parts`] that one run stands for, folded: lower case
//! without accents, `ä` as `ae`. Must not: know what is indexed or asked. Both sides cut in the same way, and that is
//! why they meet.
//!
//! `KubePodCrashLooping` is one run of four parts; `payments-api` is two runs with `-` between them.

use super::fold::{fold_char, is_accent};

/// The longest word in bytes, folded. What is longer is cut off here, in documents and in queries alike.
pub(super) const MAX_WORD: usize = 80;

/// A name of more parts is no name but noise such as base64, and stays whole.
const MAX_PARTS: usize = 16;

/// Letters and digits without anything between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run<'t> {
    /// What stands between the run before and this one.
    pub(super) before: &'t str,
    /// The run itself, as it was written.
    pub(super) text: &'t str,
    /// The byte at which it begins.
    pub(super) start: usize,
}

impl Run<'_> {
    /// True if nothing but a hyphen stands between the run before and this one.
    pub(super) fn is_hyphenated(&self) -> bool {
        matches!(self.before, "-" | "_") && self.start > self.before.len()
    }
}

/// The runs of a text.
#[derive(Clone, Debug)]
pub(super) struct Runs<'t> {
    rest: &'t str,
    at: usize,
}

impl<'t> Runs<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { rest: text, at: 0 }
    }
}

impl<'t> Iterator for Runs<'t> {
    type Item = Run<'t>;

    fn next(&mut self) -> Option<Run<'t>> {
        let (before, rest) = self.rest.split_at_checked(self.rest.find(is_word)?)?;
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (text, rest) = rest.split_at_checked(end)?;
        let start = self.at + before.len();
        self.at = start + end;
        self.rest = rest;
        Some(Run { before, text, start })
    }
}

/// Letters, digits, and the accents that follow them in decomposed text.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_accent(c)
}

/// Characters of scripts that put no space between words: each is a word of its own.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The folded parts of a run. Kept and refilled, because there is one for each word of every document.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    /// All parts, one after the other.
    text: String,
    /// Where each part begins.
    starts: Vec<usize>,
}

impl Parts {
    /// Reads a run.
    pub(super) fn fill(&mut self, run: &str) {
        self.text.clear();
        self.starts.clear();
        self.starts.push(0);
        if run.bytes().all(|byte| byte.is_ascii_lowercase()) {
            self.text.push_str(run);
        } else {
            self.split(run);
        }
        if self.text.len() > MAX_WORD {
            self.starts.truncate(1);
            self.text.truncate(self.text.floor_char_boundary(MAX_WORD));
        }
    }

    /// Reads a text as one word, whatever it is made of.
    pub(super) fn fill_whole(&mut self, text: &str) {
        self.text.clear();
        self.starts.clear();
        self.starts.push(0);
        self.text.push_str(text);
    }

    /// All parts as one word.
    pub(super) fn whole(&self) -> &str {
        &self.text
    }

    /// How many parts there are: at least one.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The parts.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        let ends = self.starts.iter().skip(1).copied().chain([self.text.len()]);
        let part = |(start, end): (&usize, usize)| self.text.get(*start..end).unwrap_or_default();
        self.starts.iter().zip(ends).map(part)
    }

    /// For each part but the last: all from there to the end as one word. `crashlooping` finds `KubePodCrashLooping`.
    pub(super) fn tails(&self) -> impl Iterator<Item = &str> {
        let starts = self.starts.iter().take(self.starts.len().saturating_sub(1));
        starts.map(|start| self.text.get(*start..).unwrap_or_default())
    }

    fn split(&mut self, run: &str) {
        let mut chars = run.chars();
        let mut part = Reading::default();
        let mut firm = false;
        while let Some(c) = chars.next() {
            let mut ahead = chars.clone();
            let cut = part.cut_before(c, ahead.next(), ahead.next());
            firm |= cut == Cut::Firm;
            if cut != Cut::None {
                self.starts.push(self.text.len());
                part.length = 0;
            }
            fold_char(c, &mut self.text);
            part.length += 1;
            part.lower = if c.is_lowercase() { part.lower + 1 } else { 0 };
            part.last = Some(c);
        }
        if !firm || self.starts.len() > MAX_PARTS {
            self.starts.truncate(1);
        }
    }
}

/// Whether a part ends between two characters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    None,
    /// Only if the run has a firm cut elsewhere: `Warning100` is cut in `CapacityWarning100`, `node1` is not.
    Loose,
    Firm,
}

/// What was read of a part.
#[derive(Default)]
struct Reading {
    /// The last character; none before the first part.
    last: Option<char>,
    /// How many characters.
    length: usize,
    /// How many of the last ones are lower-case letters.
    lower: usize,
}

impl Reading {
    /// Whether the part ends before `c`, which `next` and `second` follow.
    fn cut_before(&self, c: char, next: Option<char>, second: Option<char>) -> Cut {
        let Some(last) = self.last else {
            return Cut::None;
        };
        let is_lower = |c: Option<char>| c.is_some_and(char::is_lowercase);
        if is_ideograph(last) || is_ideograph(c) {
            return Cut::Firm;
        }
        if c.is_uppercase() {
            // `VMs` and `PVCs` are plurals; `VMware` and `IPsec` begin with less than an abbreviation.
            let plural = next == Some('s') && !is_lower(second);
            let word = is_lower(next) && !plural && self.length >= 2;
            let firm = self.lower > 0 || (word && (last.is_uppercase() || last.is_numeric()));
            return if firm { Cut::Firm } else { Cut::None };
        }
        // `Warning100` and `High403`, but not the version in `IPv6`.
        if c.is_numeric() && self.lower >= 2 {
            Cut::Loose
        } else {
            Cut::None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;
    use super::*;

    fn parts(run: &str) -> Vec<String> {
        let mut parts = Parts::default();
        parts.fill(run);
        parts.iter().map(str::to_owned).collect()
    }

    #[test]
    fn runs_are_letters_and_digits() {
        let cases: &[(&str, &[&str])] = &[
            (
                "kubectl get pods -n kube-system",
                &["kubectl", "get", "pods", "n", "kube", "system"],
            ),
            (
                "node.kubernetes.io/unreachable",
                &["node", "kubernetes", "io", "unreachable"],
            ),
            ("«Überlauf» 100%", &["Überlauf", "100"]),
            ("u\u{308}ber", &["u\u{308}ber"]),
            ("--", &[]),
            ("", &[]),
        ];
        for (text, expect) in cases {
            let runs: Vec<_> = Runs::new(text).map(|run| run.text).collect();
            assert_eq!(runs, *expect, "{text:?}");
            for run in Runs::new(text) {
                assert_eq!(
                    text.get(run.start..run.start + run.text.len()),
                    Some(run.text),
                    "{text:?}"
                );
            }
        }
    }

    #[test]
    fn hyphens_stand_between_words() {
        let runs = Runs::new("-a payments-api_down, b--c e - f etcd.yaml");
        let after: Vec<_> = runs.filter(Run::is_hyphenated).map(|run| run.text).collect();
        assert_eq!(after, ["api", "down"]);
    }

    #[test]
    fn names_fall_into_parts() {
        let cases: &[(&str, &[&str])] = &[
            ("pods", &["pods"]),
            ("Pods", &["pods"]),
            ("KubePodCrashLooping", &["kube", "pod", "crash", "looping"]),
            ("etcdMembersDown", &["etcd", "members", "down"]),
            ("KubeAPIDown", &["kube", "api", "down"]),
            ("CoreDNSErrorsHigh", &["core", "dns", "errors", "high"]),
            ("VMs", &["vms"]),
            ("PVCs", &["pvcs"]),
            ("KubeVMsDown", &["kube", "vms", "down"]),
            ("VMware", &["vmware"]),
            ("IPsecErrors", &["ipsec", "errors"]),
            (
                "SingleStackIPv6Unsupported",
                &["single", "stack", "ipv6", "unsupported"],
            ),
            ("V4SubnetAllocation", &["v4", "subnet", "allocation"]),
            ("CollectorHigh403Forbidden", &["collector", "high", "403", "forbidden"]),
            ("Ingress5xxErrors", &["ingress", "5xx", "errors"]),
            (
                "NooBaaCapacityWarning100",
                &["noo", "baa", "capacity", "warning", "100"],
            ),
            ("node1", &["node1"]),
            ("Node1", &["node1"]),
            ("v1beta1", &["v1beta1"]),
            ("5XX", &["5xx"]),
            ("ÜberwachungAusgefallen", &["ueberwachung", "ausgefallen"]),
            ("STRASSE", &["strasse"]),
            ("Straße", &["strasse"]),
            ("証明書", &["証", "明", "書"]),
            (
                "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgHiJkLm",
                &["abcdefghijklmnopqrstuvwxyzabcdefghijklm"],
            ),
        ];
        for (run, expect) in cases {
            assert_eq!(parts(run), *expect, "{run:?}");
        }
    }

    #[test]
    fn tails_begin_at_parts() {
        let mut parts = Parts::default();
        parts.fill("KubePodCrashLooping");
        let tails: Vec<_> = parts.tails().collect();
        assert_eq!(tails, ["kubepodcrashlooping", "podcrashlooping", "crashlooping"]);
        parts.fill("pod");
        assert_eq!(parts.tails().count(), 0);
    }

    #[test]
    fn long_words_are_cut() {
        let long = "ä".repeat(500);
        assert_eq!(parts(&long), [fold(&"ä".repeat(MAX_WORD / 2))]);
        assert_eq!(parts(&"Ab".repeat(50)).len(), 1);
    }
}
