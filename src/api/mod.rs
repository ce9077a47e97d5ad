//! The contract: resource types, kinds, conditions and names, exactly as a cluster sees them. Pure.
//!
//! In: nothing. Out: types whose doc comments are the published manual.
//! Must not: import anything of this crate. Everything else stands on it.

mod crd;
mod document;
mod kinds;
pub mod names;
mod parameter;
mod status;
mod target;

pub use crd::{crd, object_schema};
pub use document::{
    AlertRef, Alias, ArticleType, Attribution, Audience, ConfigMapKeyRef, Contact, ContentFrom, DocumentKind,
    DocumentSpec, Format, KnowledgeArticle, KnowledgeArticleSpec, Owner, Related, Runbook, RunbookSpec, Source,
};
pub use kinds::{DEFAULT_KINDS, GroupKind, InvalidGroupKind, REFUSED_KINDS, RefusedKind, TargetKind};
pub use parameter::{ParameterSource, ParameterSpec, TargetField};
pub use status::{Attached, DocumentStatus, FindingSample, FindingsSummary, Ready, TargetsSummary};
pub use target::{Operator, Requirement, Selector, Target};
