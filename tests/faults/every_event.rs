//! Every event of every watch goes wrong once.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::cluster::{Cluster, run};
use crate::every_call::{PATIENCE, story, world};

/// Everything is listed anew within an hour.
const RELISTED: Duration = Duration::from_secs(70 * 60);

#[derive(Clone, Copy)]
enum Wrong {
    /// It is lost without a trace.
    Lost,
    /// The connection breaks instead.
    Cut,
}

/// Runs the story with one event going wrong. Returns how many events there were.
fn told(number: usize, wrong: Option<Wrong>) -> usize {
    run(u64::try_from(number).unwrap(), async {
        let mut cluster = Cluster::new(world());
        {
            let faults = &mut cluster.fake.state().faults;
            let events = BTreeSet::from([number]);
            match wrong {
                Some(Wrong::Lost) => faults.lost_events = events,
                Some(Wrong::Cut) => faults.cut_events = events,
                None => {}
            }
        }
        match wrong {
            // One replica is enough to miss something, and an hour of three is long.
            Some(Wrong::Lost) => cluster.start(0, 0),
            _ => cluster.start_all(),
        }
        story(&mut cluster).await;
        let patience = if matches!(wrong, Some(Wrong::Lost)) {
            RELISTED
        } else {
            PATIENCE
        };
        cluster.converged(patience).await;
        let events = cluster.fake.state().faults.delivered;
        cluster.quiet(Duration::from_secs(40)).await;
        events
    })
}

#[test]
fn every_event_at_which_the_connection_breaks() {
    let events = told(0, None);
    assert!(events > 50, "{events}");
    (0..events).for_each(|number| {
        told(number, Some(Wrong::Cut));
    });
}

#[test]
fn every_event_that_is_lost_is_made_up_for_by_the_next_list() {
    let events = told(0, Some(Wrong::Lost));
    assert!(events > 20, "{events}");
    (0..events).for_each(|number| {
        told(number, Some(Wrong::Lost));
    });
}
