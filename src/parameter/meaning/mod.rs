//! What a parameter means, read from its name.
//!
//! In: a name as the author wrote it. Out: its [`Meaning`]. Must not: guess from a part of a name. `CDI_NAMESPACE` is
//! where one component is installed, not the namespace of the alert; a wrong value is worse than none.

mod table;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::name::{squeezed, words};
use table::ROWS;
pub(super) use table::Row;

/// What a parameter stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// An alert's name.
    Alertname,
    /// A cluster, as people call it.
    Cluster,
    /// An object of this kind.
    ClusterClass,
    /// An object of this kind.
    ClusterStack,
    /// A container of a pod.
    Container,
    /// An object of this kind.
    CronJob,
    /// An object of this kind.
    DaemonSet,
    /// An object of this kind.
    Deployment,
    /// A disk or network interface of a node.
    Device,
    /// An object of this kind.
    HelmRelease,
    /// An object of this kind.
    HorizontalPodAutoscaler,
    /// An object of this kind.
    Ingress,
    /// What Prometheus scraped: mostly host and port.
    Instance,
    /// An object of this kind, not the `job` of Prometheus.
    Job,
    /// The kind of the object that the page is about.
    Kind,
    /// An object of this kind.
    Kustomization,
    /// The alert's label of this name, as the author says in words.
    Label(String),
    /// An object of this kind.
    MachineDeployment,
    /// Where a file system is mounted.
    Mountpoint,
    /// The object that the page is about, whatever its kind.
    Name,
    /// The namespace of the alert or the object.
    Namespace,
    /// An object of this kind.
    Node,
    /// An object of this kind.
    PersistentVolume,
    /// An object of this kind.
    PersistentVolumeClaim,
    /// An object of this kind.
    Pod,
    /// An object of this kind.
    PodDisruptionBudget,
    /// An object of this kind.
    Service,
    /// An alert's severity.
    Severity,
    /// An object of this kind.
    Shoot,
    /// An object of this kind.
    StatefulSet,
    /// An object of this kind.
    StorageClass,
    /// An object of this kind.
    VirtualMachine,
    /// A Deployment, StatefulSet or whatever runs the pods.
    Workload,
}

/// Words before a name that change nothing.
#[rustfmt::skip]
const LEADS: &[&str] = &[
    "a", "affected", "an", "bad", "das", "dein", "deine", "deinem", "der", "des", "die", "dieses", "enter", "euer",
    "failing", "faulty", "ihr", "ihre", "insert", "mein", "meine", "my", "our", "problematic", "the", "this", "your",
];

static NAMES: LazyLock<HashMap<&str, &Meaning>> = LazyLock::new(|| {
    let of_row = |row: &'static Row| row.names.split(' ').map(|name| (name, &row.meaning));
    ROWS.iter().flat_map(of_row).collect()
});

impl Meaning {
    /// What is known about it; nothing for a label.
    pub(super) fn row(&self) -> Option<&'static Row> {
        ROWS.iter().find(|row| row.meaning == *self)
    }
}

/// What `name` means, if it says so exactly: in any case, with any of `-`, `_` and blanks between its words, perhaps
/// with `my`, `your` or the like before it, or in words, such as `value of namespace label from alert`.
pub fn meaning(name: &str) -> Option<Meaning> {
    // Labels are written with `_`, so a phrase is cut at its blanks if it has any.
    let phrase: Vec<&str> = if name.trim().contains(char::is_whitespace) {
        name.split_whitespace().collect()
    } else {
        words(name).collect()
    };
    if let Some(label) = label(&phrase) {
        let label = if label.contains(char::is_lowercase) {
            label.to_owned()
        } else {
            label.to_lowercase()
        };
        let of_label = |row: &&Row| {
            !matches!(row.meaning, Meaning::Name | Meaning::Workload) && row.labels.last() == Some(&label.as_str())
        };
        let row = ROWS.iter().find(of_label);
        return Some(row.map_or_else(|| Meaning::Label(label), |row| row.meaning.clone()));
    }
    // `name of the alert` is a name itself, `namespace of the alert` is not.
    of_name(&phrase).or_else(|| of_name(without_alert(&phrase)?))
}

fn of_name(phrase: &[&str]) -> Option<Meaning> {
    // `ns` of `your ns`, but `the` alone is a name.
    let name = Some(skip(phrase, LEADS))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(phrase);
    let name: String = name.iter().map(|word| squeezed(word)).collect();
    NAMES.get(name.as_str()).map(|meaning| (*meaning).clone())
}

const ALERTS: &[&str] = &["alarm", "alarms", "alert", "alerts"];
const FROM: &[&str] = &["aus", "des", "from", "im", "in", "of", "vom", "von"];
const LABEL: &[&str] = &["label", "labels"];
const THE: &[&str] = &["dem", "des", "diesem", "firing", "the", "this"];
const VALUE: &[&str] = &["value", "wert"];

/// The label that the words name: `[value of] [the] X label (from|of|in) [the] alert`, `value of [the] X label`,
/// `alert X label`, `[Wert des] Labels X [aus dem Alarm]`.
fn label<'w>(phrase: &[&'w str]) -> Option<&'w str> {
    let phrase = skip(phrase, THE);
    let (phrase, mut stated) = match phrase {
        [value, rest @ ..] if is(value, VALUE) => (skip(skip(rest, FROM), THE), true),
        _ => (phrase, false),
    };
    let mut words = phrase;
    if let Some(before) = without_alert(phrase) {
        (words, stated) = (before, true);
    }
    if let [alert, rest @ ..] = words
        && rest.len() == 2
        && is(alert, ALERTS)
    {
        (words, stated) = (rest, true);
    }
    match words {
        [name, label] | [label, name] if stated && is(label, LABEL) && !is(name, LABEL) => Some(name),
        _ => None,
    }
}

/// What stands before `of the alert`.
fn without_alert<'p, 'w>(phrase: &'p [&'w str]) -> Option<&'p [&'w str]> {
    let (alert, before) = phrase.split_last()?;
    let the = before
        .iter()
        .rev()
        .take_while(|word| is(word, THE) && !is(word, FROM))
        .count();
    let (from, before) = before.get(..before.len() - the)?.split_last()?;
    (is(alert, ALERTS) && is(from, FROM) && !before.is_empty()).then_some(before)
}

/// The words behind those of `names` that come first.
fn skip<'p, 'w>(phrase: &'p [&'w str], names: &[&str]) -> &'p [&'w str] {
    let count = phrase.iter().take_while(|word| is(word, names)).count();
    phrase.get(count..).unwrap_or_default()
}

fn is(word: &str, names: &[&str]) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::Meaning::*;
    use super::*;

    #[test]
    fn names_say_what_they_mean_only_exactly() {
        let cases: &[(&str, Option<Meaning>)] = &[
            ("NAMESPACE", Some(Namespace)),
            ("ns", Some(Namespace)),
            ("my-namespace", Some(Namespace)),
            ("YOUR_NAMESPACE", Some(Namespace)),
            ("your namespace name", Some(Namespace)),
            ("namespace_name", Some(Namespace)),
            ("Namensraum", Some(Namespace)),
            ("dein-namensraum", Some(Namespace)),
            ("CDI_NAMESPACE", None),
            ("HPP_NAMESPACE", None),
            ("SA-NAMESPACE", None),
            ("target-namespace", None),
            ("namespaces", None),
            ("project", None),
            ("pod", Some(Pod)),
            ("podName", Some(Pod)),
            ("<pod>", None),
            ("name-des-pods", Some(Pod)),
            ("etcd-pod", None),
            ("virt-launcher-pod", None),
            ("pod-id", None),
            ("NODE_NAME", Some(Node)),
            ("affected_node_name", Some(Node)),
            ("Knoten", Some(Node)),
            ("node-ip", None),
            ("target-node", None),
            ("cluster-id", None),
            ("CLUSTER_NAME", Some(Cluster)),
            ("pvc_name", Some(PersistentVolumeClaim)),
            ("Gerät", Some(Device)),
            ("einhängepunkt", Some(Mountpoint)),
            ("NAME", Some(Name)),
            ("the", None),
            ("your", None),
            ("", None),
            ("-", None),
        ];
        for (name, expect) in cases {
            assert_eq!(meaning(name), *expect, "{name:?}");
        }
    }

    #[test]
    fn a_phrase_names_a_label() {
        let of = |label: &str| Some(Label(label.to_owned()));
        let cases: &[(&str, Option<Meaning>)] = &[
            ("value of namespace label from alert", Some(Namespace)),
            ("value of the namespace label from the alert", Some(Namespace)),
            ("namespace label from alert", Some(Namespace)),
            ("alert namespace label", Some(Namespace)),
            ("value-of-namespace-label-from-alert", Some(Namespace)),
            ("VALUE_OF_NAMESPACE_LABEL", Some(Namespace)),
            ("value of instance label from alert", Some(Instance)),
            ("the mountpoint label of this alert", Some(Mountpoint)),
            ("persistentvolumeclaim label from alert", Some(PersistentVolumeClaim)),
            ("alert name label", of("name")),
            ("value of exported_job label", of("exported_job")),
            ("value of job label from the alert", of("job")),
            ("Wert des Labels tenant aus dem Alarm", of("tenant")),
            ("Label mandant aus dem Alert", of("mandant")),
            ("namespace from the alert", Some(Namespace)),
            ("pod in alert", Some(Pod)),
            ("name of the alert", Some(Alertname)),
            ("the name of the alert", Some(Alertname)),
            ("app label", None),
            ("label", None),
            ("value of label label", None),
            ("value of", None),
            ("alert", Some(Alertname)),
            ("the alert", Some(Alertname)),
            ("of the alert", None),
            ("value of two words label", None),
        ];
        for (name, expect) in cases {
            assert_eq!(meaning(name), *expect, "{name:?}");
        }
    }

    #[test]
    fn every_name_has_one_meaning_and_is_written_as_it_is_compared() {
        let mut seen = std::collections::BTreeSet::new();
        for name in ROWS.iter().flat_map(|row| row.names.split(' ')) {
            assert_eq!(squeezed(name), name);
            assert!(seen.insert(name), "{name} is listed twice");
        }
        assert!(seen.len() > 130, "{}", seen.len());
    }
}
