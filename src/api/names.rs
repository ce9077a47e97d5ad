//! Every label, annotation and field-manager name of ours and the foreign ones we read, each as one constant.
//!
//! In: nothing. Out: constants. Must not: be repeated as a literal anywhere else in `src`.

/// API group of both kinds.
pub const GROUP: &str = "knowledge.scs.community";
/// The one served version. Changes to it are additive only.
pub const VERSION: &str = "v1alpha1";
/// `group/version` as it stands in a manifest.
pub const API_VERSION: &str = "knowledge.scs.community/v1alpha1";

/// Annotation on a target: the runbooks that describe it.
pub const RUNBOOKS_ANNOTATION: &str = "knowledge.scs.community/runbooks";
/// Annotation on a target: the articles that describe it.
pub const ARTICLES_ANNOTATION: &str = "knowledge.scs.community/articles";
/// Annotation on a target or Namespace: `"false"` asks the operator to write nothing to it.
pub const ATTACH_ANNOTATION: &str = "knowledge.scs.community/attach";
/// Label on a ConfigMap: `"true"` is its owner's consent to publish what is in it.
pub const CONTENT_LABEL: &str = "knowledge.scs.community/content";
/// Label on a ClusterRole whose rules are added to the operator's own.
pub const AGGREGATE_LABEL: &str = "knowledge.scs.community/aggregate-to-operator";
/// Annotation that keeps Flux from replacing `${VARIABLES}` in an object; its value is `disabled`.
/// Source: <https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution>
pub const FLUX_SUBSTITUTE_ANNOTATION: &str = "kustomize.toolkit.fluxcd.io/substitute";
/// The published annotation convention for a runbook's URL on a workload; read, and written only on request.
pub const A8R_RUNBOOK_ANNOTATION: &str = "a8r.io/runbook";

/// Field manager of status writes.
pub const STATUS_MANAGER: &str = "knowledge-operator/status";
/// Field manager of annotation writes on targets.
pub const ATTACH_MANAGER: &str = "knowledge-operator/attach";
/// Field manager of writes to the Lease that elects the writer.
pub const LEASE_MANAGER: &str = "knowledge-operator/lease";
/// Field manager of writes to the webhook's Secret and configuration.
pub const WEBHOOK_MANAGER: &str = "knowledge-operator/webhook";
