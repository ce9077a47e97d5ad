//! Random edits, crashes, clocks and rights; in the end everything is what the objects say.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::cluster::{Cluster, run};
use crate::every_call::world;
use crate::fake::{Fake, Fault, Id};
use crate::objects::{article, config_map, deployment, describes, named, namespace, runbook, selected};

/// Longer than a contest is left alone.
const PATIENCE: Duration = Duration::from_secs(2 * 60 * 60);
const NAMESPACES: [&str; 3] = ["a", "b", "shared"];
const NAMES: [&str; 4] = ["api", "worker", "text", "down"];

fn one<T: Clone>(of: &[T]) -> T {
    of[fastrand::usize(..of.len())].clone()
}

fn place() -> (String, String) {
    (one(&NAMESPACES).to_owned(), one(&NAMES).to_owned())
}

fn targets() -> Value {
    let target = || {
        let mut target = match fastrand::u8(..6) {
            0 => named(&place().1),
            1 => selected(one(&["payments", "batch"])),
            2 => json!({ "group": "apps", "kind": "Deployment", "all": true }),
            3 => json!({ "kind": "Namespace", "name": place().0 }),
            4 => json!({ "group": "cluster.x-k8s.io", "kind": "Cluster", "name": "prod" }),
            _ => json!({ "kind": "Pod", "name": "api-0" }),
        };
        if fastrand::u8(..4) == 0 {
            target["namespaceSelector"] = json!({ "matchLabels": { "team": "two" } });
        }
        target
    };
    (0..fastrand::usize(..3)).map(|_| target()).collect()
}

fn spec() -> Value {
    match fastrand::u8(..8) {
        0 => json!("nothing like a spec"),
        1 => {
            json!({ "contentFrom": { "configMapKeyRef": { "name": place().1, "key": "text" } }, "appliesTo": targets() })
        }
        2 => json!({ "content": " ", "appliesTo": targets() }),
        3 => {
            let mut spec = describes(&targets());
            spec["aliases"] = json!([{ "name": place().1 }]);
            spec
        }
        _ => describes(&targets()),
    }
}

/// One edit of somebody.
fn edit(fake: &Fake) {
    let (ns, name) = place();
    let at = format!("{ns}/{name}");
    let annotation = one(&[json!(null), json!("copied"), json!("down")]);
    match fastrand::u8(..15) {
        0..=3 => fake.put(&runbook(&at, &spec())),
        4 => fake.put(&article(&at, &spec())),
        5 => fake.delete(&Id::new("runbooks", &ns, &name)),
        6 => fake.put(&deployment(&at, one(&["payments", "batch"]))),
        7 => fake.delete(&Id::new("deployments", &ns, &name)),
        8 => fake.patch(
            &Id::new("deployments", &ns, &name),
            &json!({ "metadata": { "annotations": { "knowledge.scs.community/runbooks": annotation } } }),
        ),
        9 => fake.put(&namespace(&ns, &one(&[json!({}), json!({ "team": "two" })]))),
        10 => {
            let attach = one(&[json!("false"), json!(null)]);
            let id = one(&[Id::new("namespaces", "", &ns), Id::new("deployments", &ns, &name)]);
            fake.patch(
                &id,
                &json!({ "metadata": { "annotations": { "knowledge.scs.community/attach": attach } } }),
            );
        }
        11 => fake.put(&config_map(
            &at,
            fastrand::bool(),
            "# Text\n\nSome words that say what to do.\n",
        )),
        12 => fake.delete(&Id::new("configmaps", &ns, &name)),
        13 => fake.serve("clusters", fastrand::bool()),
        _ => {
            let mut state = fake.state();
            let right = one(&[
                ("patch", "deployments"),
                ("patch", "runbooks"),
                ("list", "services"),
                ("watch", "services"),
                ("list", "deployments"),
            ]);
            let right = ("*".to_owned(), right.0, right.1);
            if !state.faults.forbidden.remove(&right) {
                state.faults.forbidden.insert(right);
            }
        }
    }
}

/// Something happens to the replicas or to their calls.
async fn mishap(cluster: &mut Cluster) {
    let index = fastrand::usize(..3);
    let calls = cluster.fake.state().faults.calls;
    match fastrand::u8(..6) {
        0 => cluster.kill(index),
        1 => cluster.stop(index).await,
        2 => {
            let fault = one(&[
                Fault::Lost,
                Fault::Unanswered,
                Fault::Silent,
                Fault::Refused(503, None),
                Fault::Refused(429, Some(1)),
                Fault::Late(Duration::from_secs(6)),
            ]);
            cluster.fake.state().faults.during = Some((calls..calls + fastrand::usize(..12), fault));
        }
        3 => {
            cluster.fake.state().store.compact();
            cluster.fake.tell();
        }
        4 => {
            let age = cluster.fake.age();
            cluster.fake.state().faults.silent_before = Some(age);
            cluster.fake.tell();
        }
        _ => {
            let lag = Duration::from_millis(fastrand::u64(..4_000));
            cluster.fake.state().faults.lag.insert(format!("replica-{index}"), lag);
        }
    }
    for index in 0..3 {
        if !cluster.replicas.contains_key(&index) && fastrand::bool() {
            cluster.start(index, fastrand::i64(-30..=30));
        }
    }
}

/// Returns how many edits there were.
fn told(seed: u64) -> usize {
    run(seed, async {
        let mut cluster = Cluster::new(world());
        (0..3).for_each(|index| cluster.start(index, fastrand::i64(-30..=30)));
        let edits = fastrand::usize(30..90);
        for _ in 0..edits {
            edit(&cluster.fake);
            if fastrand::u8(..6) == 0 {
                mishap(&mut cluster).await;
            }
            sleep(Duration::from_millis(one(&[0, 1, 20, 200, 2_000]))).await;
        }
        {
            let mut state = cluster.fake.state();
            state.faults.forbidden.clear();
            state.faults.during = None;
            state.faults.lag.clear();
        }
        for index in 0..3 {
            if !cluster.replicas.contains_key(&index) {
                cluster.start(index, 0);
            }
        }
        cluster.converged(PATIENCE).await;
        cluster.quiet(Duration::from_secs(60)).await;
        edits
    })
}

#[test]
fn whatever_happens_the_cluster_becomes_what_its_objects_say() {
    let seeds = std::env::var("KNOWLEDGE_SEEDS")
        .ok()
        .and_then(|seeds| seeds.parse().ok())
        .unwrap_or(60);
    let edits: usize = (0..seeds).map(told).sum();
    println!("{edits} edits in {seeds} stories");
}
