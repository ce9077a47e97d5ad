//! axe-core: what a page keeps from people who do not see, hear, point or read as others do.
//!
//! In: a page; `axe.min.js`, which KNOWLEDGE_TEST_AXE names. Out: violations of WCAG 2.0 to 2.2 A and AA, and of axe's
//! own best practices. Must not: judge twice what is the same.

use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::json;

use crate::page::Page;

const WCAG: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

static SOURCE: LazyLock<String> = LazyLock::new(|| {
    let path = std::env::var("KNOWLEDGE_TEST_AXE").expect("KNOWLEDGE_TEST_AXE names axe.min.js; tests/run sets it");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
});

/// A rule that a page breaks.
#[derive(Clone, Debug, Deserialize)]
pub struct Violation {
    /// The name of the rule, such as `color-contrast`.
    pub id: String,
    /// How bad it is: `minor`, `moderate`, `serious` or `critical`.
    pub impact: Option<String>,
    /// What should be.
    pub help: String,
    tags: Vec<String>,
    nodes: Vec<Node>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    target: Vec<serde_json::Value>,
    html: String,
    #[serde(default)]
    failure_summary: String,
}

impl Violation {
    /// True for a criterion of WCAG, false for a best practice.
    pub fn is_wcag(&self) -> bool {
        self.tags.iter().any(|tag| WCAG.contains(&tag.as_str()))
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let impact = self.impact.as_deref().unwrap_or("unknown");
        let kind = if self.is_wcag() { "WCAG" } else { "best practice" };
        writeln!(f, "{} ({impact}, {kind}): {}", self.id, self.help)?;
        for node in &self.nodes {
            let target: Vec<String> = node
                .target
                .iter()
                .map(|part| part.to_string().replace('"', ""))
                .collect();
            writeln!(f, "  {}", target.join(" "))?;
            writeln!(f, "    {}", node.html.replace('\n', " "))?;
            for line in node.failure_summary.lines().skip(1) {
                writeln!(f, "    {}", line.trim())?;
            }
        }
        Ok(())
    }
}

impl Page {
    /// What axe finds on the page as it is now.
    pub async fn axe(&self) -> Vec<Violation> {
        if self.eval("typeof axe").await != "object" {
            self.eval(&format!("{}; 0", *SOURCE)).await;
        }
        let tags: Vec<&str> = WCAG.into_iter().chain(["best-practice"]).collect();
        let options = json!({
            "runOnly": {"type": "tag", "values": tags},
            // The rules of WCAG 2.2 are off unless asked for by name.
            "rules": {"target-size": {"enabled": true}},
            "resultTypes": ["violations"],
        });
        let found = self
            .eval(&format!("axe.run(document, {options}).then(found => found.violations)"))
            .await;
        serde_json::from_value(found).unwrap()
    }
}
