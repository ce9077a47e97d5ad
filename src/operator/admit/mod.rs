//! The webhook: reviews over TLS, with certificates of its own.
//!
//! In: AdmissionReviews, a Secret or files. Out: answers. Must not: hold a rule (`admission` does).

pub(crate) mod authority;
pub(crate) mod certificates;
pub(crate) mod webhook;
