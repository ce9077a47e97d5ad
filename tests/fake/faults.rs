//! What goes wrong on purpose, and the log of every call.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What becomes of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is answered with this code and nothing is done; a `Retry-After` in seconds may come with it.
    Refused(u16, Option<u64>),
    /// The connection breaks before the call arrives.
    Lost,
    /// It is done, and the connection breaks before the answer arrives.
    Unanswered,
    /// It does not arrive, and there is never an answer.
    Silent,
    /// It arrives so much later.
    Late(Duration),
}

/// One call, as the server saw it.
#[derive(Clone, Debug)]
pub struct Record {
    pub at: Duration,
    pub user: String,
    /// `get`, `list`, `watch`, `create`, `patch`, `update`, `delete`.
    pub verb: &'static str,
    pub plural: String,
    pub subresource: Option<String>,
    pub namespace: String,
    pub name: String,
    pub code: u16,
    /// Who held a Lease at that moment.
    pub holder: Option<String>,
}

impl Record {
    /// Whether it is a write of what the operator is there to write: not the Lease, not an event.
    pub fn is_product(&self) -> bool {
        matches!(self.verb, "patch" | "update" | "create" | "delete")
            && !matches!(
                self.plural.as_str(),
                "leases" | "events" | "secrets" | "validatingwebhookconfigurations"
            )
    }
}

/// Everything that may go wrong.
#[derive(Default)]
pub struct Faults {
    /// Every call, in the order of its arrival.
    pub log: Vec<Record>,
    /// How many calls came in.
    pub calls: usize,
    /// What becomes of the call of this number.
    pub at: BTreeMap<usize, Fault>,
    /// What becomes of all calls whose number lies in this range.
    pub during: Option<(std::ops::Range<usize>, Fault)>,
    /// Nobody can be reached until this age.
    pub away_until: Option<Duration>,
    /// Users that reach nobody, while others do.
    pub cut_off: BTreeSet<String>,
    /// Watches that were opened before this age say nothing any more.
    pub silent_before: Option<Duration>,
    /// Users (or `*`), verbs and plurals that are forbidden.
    pub forbidden: BTreeSet<(String, &'static str, &'static str)>,
    /// Kinds whose objects cannot be listed or watched, as when their conversion webhook is down.
    pub broken: BTreeSet<&'static str>,
    /// How far behind lists and watches of a user are.
    pub lag: BTreeMap<String, Duration>,
    /// How many events were delivered to watches.
    pub delivered: usize,
    /// Events, by their number, that are lost without a trace.
    pub lost_events: BTreeSet<usize>,
    /// Events, by their number, at which the connection breaks instead.
    pub cut_events: BTreeSet<usize>,
    /// No streaming lists, as servers without the feature answer.
    pub no_streaming: bool,
    /// How long a call takes at least, and at most longer than that.
    pub latency: (Duration, Duration),
}

impl Faults {
    /// Counts a call and says what becomes of it.
    pub fn next(&mut self) -> Option<Fault> {
        let number = self.calls;
        self.calls += 1;
        let during = self
            .during
            .as_ref()
            .filter(|(range, _)| range.contains(&number))
            .map(|(_, fault)| *fault);
        self.at.get(&number).copied().or(during)
    }

    /// Whether a user may not do something.
    pub fn forbids(&self, user: &str, verb: &'static str, plural: &'static str) -> bool {
        let rule = |user: &str| self.forbidden.contains(&(user.to_owned(), verb, plural));
        rule(user) || rule("*")
    }

    /// Whether a user cannot reach the server at this age.
    pub fn is_away(&self, user: &str, age: Duration) -> bool {
        self.away_until.is_some_and(|until| age < until) || self.cut_off.contains(user)
    }
}
