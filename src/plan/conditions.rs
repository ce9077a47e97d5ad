//! Conditions as the API conventions and kstatus want them.
//!
//! In: states and the conditions that stand. Out: the conditions that should stand.
//! Must not: move a transition time while the status of a condition stays, or keep Stalled or Reconciling when False.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use k8s_openapi::jiff::Timestamp;

use crate::api::{Attached, Ready};

/// Longest message of a condition, in characters.
const MESSAGE_LIMIT: usize = 256;

/// The types of condition that we write.
pub const OURS: [&str; 4] = ["Attached", "Ready", "Reconciling", "Stalled"];

/// The conditions for these states. `old` gives the transition times.
pub(super) fn conditions(
    ready: Ready,
    ready_message: &str,
    attached: Attached,
    attached_message: &str,
    generation: i64,
    old: &[Condition],
    now: Timestamp,
) -> Vec<Condition> {
    let ready_status = if ready.is_ready() { "True" } else { "False" };
    let mut wanted = vec![
        ("Attached", attached.status(), attached.reason(), attached_message),
        ("Ready", ready_status, ready.reason(), ready_message),
    ];
    if ready.is_stalled() {
        wanted.push(("Stalled", "True", ready.reason(), ready_message));
    } else if !ready.is_ready() {
        wanted.push(("Reconciling", "True", ready.reason(), ready_message));
    }
    wanted.sort_by_key(|(type_, ..)| *type_);
    let condition = |(type_, status, reason, message): (&str, &str, &str, &str)| {
        let before = old
            .iter()
            .find(|condition| condition.type_ == type_ && condition.status == status);
        Condition {
            type_: type_.to_owned(),
            status: status.to_owned(),
            reason: reason.to_owned(),
            message: clip(message, MESSAGE_LIMIT),
            observed_generation: Some(generation),
            last_transition_time: before.map_or_else(|| Time(now), |before| before.last_transition_time.clone()),
        }
    };
    wanted.into_iter().map(condition).collect()
}

/// The text, cut to a number of characters with an ellipsis.
pub(super) fn clip(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => text.to_owned(),
        Some(_) => text.chars().take(limit.saturating_sub(1)).chain(['…']).collect(),
    }
}
