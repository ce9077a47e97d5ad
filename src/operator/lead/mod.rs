//! Who may write: the election of one replica, and the permits that it has while its term lasts.
//!
//! In: a Lease. Out: permits. Must not: know what is written.

pub mod leadership;
pub(crate) mod lease;
