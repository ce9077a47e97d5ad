//! Hostile documents: what somebody would write who wants to run a script in a reader's browser, or to be told that
//! somebody reads.
//!
//! In: nothing. Out: [`payloads`], and files with documents that hold them wherever a user's text lands.
//! Must not: hold a payload that does no harm where nothing protects; `proof.rs` tries them.

mod addresses;
mod breakouts;
mod dialects;
mod documents;
mod fields;
mod mutations;
mod raw_html;
mod yaml;

use std::collections::BTreeSet;

pub use documents::{NAMESPACE, Written, write};

/// Where a payload belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// HTML: in texts and fields.
    Html,
    /// A text that something else than HTML would act on: in texts and fields.
    Text,
    /// An address: in links, and in fields that hold one.
    Address,
    /// An address that does harm once somebody has repaired it.
    Disguise,
    /// Markdown of one or more lines: in the text of a document alone.
    Markdown,
}

/// One try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload {
    /// What it is called, in lower case with dashes.
    pub name: &'static str,
    /// Where it belongs.
    pub kind: Kind,
    /// What is written.
    pub text: &'static str,
}

macro_rules! table {
    ($kind:expr; $($name:expr, $text:expr;)*) => {
        &[$(Payload { name: $name, kind: $kind, text: $text }),*]
    };
}
use table as payloads;

/// All of them.
pub fn payloads() -> Vec<Payload> {
    let tables = [
        raw_html::ELEMENTS,
        raw_html::HANDLERS,
        addresses::SCHEMES,
        addresses::HOSTS,
        addresses::DISGUISES,
        breakouts::PLACES,
        breakouts::LANGUAGES,
        breakouts::CLOBBERING,
        mutations::MUTATIONS,
        dialects::LINKS,
        dialects::BLOCKS,
    ];
    tables.concat()
}

#[test]
fn every_payload_is_one_of_its_own_and_calls_out() {
    let all = payloads();
    let distinct = |of: fn(&Payload) -> &str| all.iter().map(of).collect::<BTreeSet<_>>().len();
    assert!(all.len() >= 240, "{}", all.len());
    assert_eq!(distinct(|payload| payload.text), all.len());
    for payload in &all {
        let text = payload.text;
        // Some spell it in entities, base64 or letters of other scripts.
        let calls = [
            "alert",
            "&#97;",
            "evil.example",
            "\u{ff45}vil",
            "\u{435}vil",
            "evil\u{3002}example",
            "base64",
            "atob",
            "etc/passwd",
            "msgbox",
        ];
        assert!(calls.iter().any(|call| text.contains(call)), "{payload:?}");
    }
    // A name may occur in two tables, but not twice in one: what failed can be found.
    for kind in [Kind::Html, Kind::Text, Kind::Address, Kind::Disguise, Kind::Markdown] {
        let names: Vec<_> = all
            .iter()
            .filter(|payload| payload.kind == kind)
            .map(|payload| payload.name)
            .collect();
        assert_eq!(
            names.iter().collect::<BTreeSet<_>>().len(),
            names.len(),
            "{kind:?}: {names:?}"
        );
    }
}
