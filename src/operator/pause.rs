//! How long to wait before trying again.
//!
//! In: how often it failed. Out: a pause that grows, with a part left to chance. Must not: wait by itself.

use std::time::Duration;

/// The first and the longest pause.
pub(super) type Range = (Duration, Duration);

/// The pause after so many failures in a row: doubled with each, and up to a quarter shorter, so that those who failed
/// together do not come back together.
pub(super) fn pause((first, longest): Range, failures: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(failures.saturating_sub(1).min(16));
    let whole = first.saturating_mul(doubled).min(longest);
    whole.mul_f64(0.75 + fastrand::f64() / 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_their_bound() {
        let range = (Duration::from_secs(1), Duration::from_secs(30));
        for (failures, whole) in [(0, 1), (1, 1), (2, 2), (5, 16), (6, 30), (u32::MAX, 30)] {
            let (whole, pause) = (Duration::from_secs(whole), pause(range, failures));
            assert!(pause <= whole && pause >= whole.mul_f64(0.75), "{failures}: {pause:?}");
        }
    }
}
