//! Writing to the cluster: the only file that writes to what is not the operator's own.
//!
//! In: a plan and the object it was made for. Out: what the API server made of it.
//! Must not: write anything else than the status of our kinds, our annotations on targets, and events; or write without
//! a permit.

use k8s_openapi::api::core::v1::ObjectReference;
use kube::api::{Api, DynamicObject, PartialObjectMeta, Patch, PatchParams};
use kube::core::{ApiResource, Status};
use kube::runtime::events::{Event, EventType, Recorder, Reporter};
use kube::{Client, ResourceExt};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout_at;

use crate::api::{Attached, DocumentKind, DocumentStatus, names};
use crate::corpus::{Document, TargetMeta};
use crate::operator::error::words;
use crate::operator::lead::leadership::{Leadership, NotLeading};
use crate::plan::{OURS, TargetPlan, Transition};

/// What became of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The object has this resource version now.
    Written(String),
    /// The object changed or vanished since it was seen: what follows from that comes as a watch event.
    Overtaken,
}

/// Why a write did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// This process may not write, or no longer.
    #[error("this process is not the writer")]
    Stopped,
    /// There was no answer in time; whether it was written shows at the next look.
    #[error("no answer from the API server in time")]
    TooSlow,
    /// The operator has no right to write this.
    #[error("not permitted: {0}")]
    Forbidden(String),
    /// Somebody's webhook or policy refused it.
    #[error("denied by {by}: {said}")]
    Denied {
        /// Which one.
        by: String,
        /// The whole answer.
        said: String,
    },
    /// The API server refused it as invalid: a fault of ours.
    #[error("refused by the API server: {0}")]
    Invalid(String),
    /// Anything that may pass: the API server is away, busy or broken.
    #[error("{}", words(.0.as_ref()))]
    Transient(Box<kube::Error>),
}

/// Carries out one write: permitted, and ended by its time.
pub(crate) async fn permitted<T>(
    lead: &Leadership,
    write: impl Future<Output = Result<T, kube::Error>>,
) -> Result<Answer<T>, ApplyError> {
    let end = lead.permit().map_err(|NotLeading| ApplyError::Stopped)?;
    // A write that has not ended by then is given up: another process may write soon.
    timeout_at(end, write).await.map_err(|_| ApplyError::TooSlow)
}

pub(crate) type Answer<T> = Result<T, kube::Error>;

/// Writes the status of a document.
///
/// # Errors
/// When this process may not write, or the API server does not take it.
pub async fn status(
    client: &Client,
    lead: &Leadership,
    seen: &Document,
    status: &DocumentStatus,
) -> Result<Applied, ApplyError> {
    let api: Api<DynamicObject> = Api::namespaced_with(client.clone(), &seen.id.namespace, &resource(seen.id.kind));
    let patch = json!({
        "apiVersion": names::API_VERSION,
        "kind": seen.id.kind.as_str(),
        "metadata": { "name": &*seen.id.name, "namespace": &*seen.id.namespace, "uid": &*seen.uid },
        "status": status,
    });
    let params = PatchParams::apply(names::STATUS_MANAGER).force();
    let patch = Patch::Apply(patch);
    let answer = permitted(lead, api.patch_status(&seen.id.name, &params, &patch)).await?;
    let kept = match &answer {
        Ok(written) => written.data.get("status").is_some_and(|have| holds(have, status)),
        // What was stored under another schema, or is written under an older one, cannot be applied, but patched.
        Err(error) => !matches!(error, kube::Error::Api(error) if error.code == 500),
    };
    if kept {
        return verdict(answer);
    }
    // Apply leaves what others wrote, also where it is ours to say: a condition of ours is named and removed.
    let params = PatchParams {
        field_manager: Some(names::STATUS_MANAGER.to_owned()),
        ..PatchParams::default()
    };
    // The list of conditions is replaced as a whole, so it is patched in the version it was read in: whoever wrote one
    // since is not overwritten, but seen first.
    let applied = answer.ok();
    let (have, version) = match &applied {
        Some(applied) => {
            let have = applied.data.get("status").map(DocumentStatus::deserialize);
            (
                have.and_then(Result::ok),
                applied.resource_version().unwrap_or_default(),
            )
        }
        None => (seen.status.clone(), seen.resource_version.to_string()),
    };
    let others = have.into_iter().flat_map(|status| status.conditions);
    let others = others.filter(|condition| !OURS.contains(&condition.type_.as_str()));
    let mut status = status.clone();
    status.conditions.extend(others);
    let metadata = json!({ "uid": &*seen.uid, "resourceVersion": version });
    let patch = json!({ "metadata": metadata, "status": whole(&status) });
    let patch = Patch::Merge(patch);
    verdict(permitted(lead, api.patch_status(&seen.id.name, &params, &patch)).await?)
}

/// Whether a status that was read says what ours says, whatever others say beside it.
fn holds(have: &Value, wanted: &DocumentStatus) -> bool {
    let Ok(mut have) = DocumentStatus::deserialize(have) else {
        return false;
    };
    have.conditions
        .retain(|condition| OURS.contains(&condition.type_.as_str()));
    have.conditions.sort_by(|a, b| a.type_.cmp(&b.type_));
    // As JSON: a time loses its fraction on the way.
    matches!((serde_json::to_value(have), serde_json::to_value(wanted)), (Ok(have), Ok(wanted)) if have == wanted)
}

/// The status as a merge patch: what it does not hold is removed.
fn whole(status: &DocumentStatus) -> Value {
    let mut whole = json!({
        "title": null,
        "conditions": null,
        "findings": { "sample": null },
        "targets": { "sample": null },
        "contentDigest": null,
        "url": null,
    });
    overlay(&mut whole, serde_json::to_value(status).unwrap_or_default());
    whole
}

/// Lays the fields of one object over those of another, mapping by mapping.
fn overlay(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                overlay(under.entry(key).or_insert(Value::Null), value);
            }
        }
        (under, over) => *under = over,
    }
}

/// Writes our annotations on a target; `resource` says how the cluster serves its kind.
///
/// # Errors
/// When this process may not write, or the API server does not take it.
pub async fn annotations(
    client: &Client,
    lead: &Leadership,
    resource: &ApiResource,
    seen: &TargetMeta,
    plan: &TargetPlan,
) -> Result<Applied, ApplyError> {
    let api: Api<DynamicObject> = if seen.id.namespace.is_empty() {
        Api::all_with(client.clone(), resource)
    } else {
        Api::namespaced_with(client.clone(), &seen.id.namespace, resource)
    };
    let Some((params, patch)) = patch(resource, seen, plan) else {
        return Ok(Applied::Written(seen.resource_version.to_string()));
    };
    let answer: Answer<PartialObjectMeta<DynamicObject>> =
        permitted(lead, api.patch_metadata(&seen.id.name, &params, &patch)).await?;
    verdict(answer)
}

/// Tells once, as an event on the target, that someone else keeps changing our annotation.
///
/// # Errors
/// When this process may not write, or the API server does not take it.
pub async fn contested(
    client: &Client,
    lead: &Leadership,
    resource: &ApiResource,
    seen: &TargetMeta,
) -> Result<(), ApplyError> {
    let note = "someone else keeps changing the annotations of knowledge.scs.community; the next attempt is in an hour";
    let event = event(EventType::Warning, Attached::Contested.reason(), note, "Attach");
    let reference = ObjectReference {
        api_version: Some(resource.api_version.clone()),
        kind: Some(resource.kind.clone()),
        name: Some(seen.id.name.to_string()),
        namespace: Some(seen.id.namespace.to_string()).filter(|namespace| !namespace.is_empty()),
        uid: Some(seen.uid.to_string()),
        ..ObjectReference::default()
    };
    publish(client, lead, names::ATTACH_MANAGER, &event, &reference).await
}

/// Tells, as an event on the document, that Ready has changed.
///
/// # Errors
/// When this process may not write, or the API server does not take it.
pub async fn transition(
    client: &Client,
    lead: &Leadership,
    seen: &Document,
    transition: &Transition,
) -> Result<(), ApplyError> {
    let type_ = if transition.ready.is_ready() {
        EventType::Normal
    } else {
        EventType::Warning
    };
    let event = event(type_, transition.ready.reason(), &transition.message, "Judge");
    let reference = ObjectReference {
        api_version: Some(names::API_VERSION.to_owned()),
        kind: Some(seen.id.kind.as_str().to_owned()),
        name: Some(seen.id.name.to_string()),
        namespace: Some(seen.id.namespace.to_string()),
        uid: Some(seen.uid.to_string()),
        ..ObjectReference::default()
    };
    publish(client, lead, names::STATUS_MANAGER, &event, &reference).await
}

fn event(type_: EventType, reason: &str, note: &str, action: &str) -> Event {
    Event {
        type_,
        reason: reason.to_owned(),
        note: Some(note.to_owned()),
        action: action.to_owned(),
        secondary: None,
    }
}

async fn publish(
    client: &Client,
    lead: &Leadership,
    controller: &str,
    event: &Event,
    reference: &ObjectReference,
) -> Result<(), ApplyError> {
    let reporter = Reporter {
        controller: controller.to_owned(),
        instance: None,
    };
    let recorder = Recorder::new(client.clone(), reporter);
    let published = permitted(lead, recorder.publish(event, reference)).await?;
    published.map_err(|error| ApplyError::Transient(Box::new(error)))
}

/// The request for a plan. It names the incarnation that was seen, so that an object which vanished since is a
/// conflict and never a creation.
fn patch(resource: &ApiResource, seen: &TargetMeta, plan: &TargetPlan) -> Option<(PatchParams, Patch<Value>)> {
    match plan {
        TargetPlan::Nothing => None,
        TargetPlan::Set { runbooks, articles } => {
            let pairs = [
                (names::RUNBOOKS_ANNOTATION, runbooks),
                (names::ARTICLES_ANNOTATION, articles),
            ];
            let annotations: serde_json::Map<String, Value> = pairs
                .into_iter()
                .filter_map(|(key, value)| Some((key.to_owned(), json!(value.as_ref()?))))
                .collect();
            let mut metadata = serde_json::Map::new();
            metadata.insert("name".into(), json!(&*seen.id.name));
            if !seen.id.namespace.is_empty() {
                metadata.insert("namespace".into(), json!(&*seen.id.namespace));
            }
            metadata.insert("uid".into(), json!(&*seen.uid));
            metadata.insert("annotations".into(), Value::Object(annotations));
            let body = json!({ "apiVersion": resource.api_version, "kind": resource.kind, "metadata": metadata });
            Some((PatchParams::apply(names::ATTACH_MANAGER).force(), Patch::Apply(body)))
        }
        TargetPlan::Remove(keys) => {
            let annotations: serde_json::Map<String, Value> =
                keys.iter().map(|key| ((*key).to_owned(), Value::Null)).collect();
            let body = json!({
                "metadata": {
                    "uid": &*seen.uid,
                    "resourceVersion": &*seen.resource_version,
                    "annotations": annotations,
                }
            });
            let params = PatchParams {
                field_manager: Some(names::ATTACH_MANAGER.to_owned()),
                ..PatchParams::default()
            };
            Some((params, Patch::Merge(body)))
        }
    }
}

/// How the API server names a kind of ours.
pub fn resource(kind: DocumentKind) -> ApiResource {
    ApiResource {
        group: names::GROUP.to_owned(),
        version: names::VERSION.to_owned(),
        api_version: names::API_VERSION.to_owned(),
        kind: kind.as_str().to_owned(),
        plural: kind.plural().to_owned(),
    }
}

fn names_uid(status: &Status) -> bool {
    let causes = status.details.iter().flat_map(|details| &details.causes);
    causes.into_iter().any(|cause| cause.field == "metadata.uid")
}

/// Who denied a request, by the API server's own words around the reason; `None` when nobody did. Policies answer 422
/// unless they say otherwise. Authorisation says who cannot do what to what; whatever else is forbidden is admission's.
/// Source: `forbiddenMessage` of <https://github.com/kubernetes/apiserver/blob/master/pkg/endpoints/handlers/responsewriters/errors.go>
fn denied_by(status: &Status) -> Option<String> {
    let named = |what: &str, open: &str, close: char| {
        let (name, _) = status.message.split_once(open)?.1.split_once(close)?;
        Some(format!("the {what} {name}"))
    };
    let unauthorised = [r#"cannot patch resource ""#, r#"cannot create resource ""#];
    let forbidden = status.code == 403 && !unauthorised.iter().any(|words| status.message.contains(words));
    named("admission webhook", r#"admission webhook ""#, '"')
        .or_else(|| named("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicy '", '\''))
        .or_else(|| forbidden.then(|| "the cluster's admission".to_owned()))
}

fn verdict(answer: Result<impl ResourceExt, kube::Error>) -> Result<Applied, ApplyError> {
    match answer {
        Ok(written) => Ok(Applied::Written(written.resource_version().unwrap_or_default())),
        Err(kube::Error::Api(status)) => match (status.code, denied_by(&status)) {
            (404 | 409, _) => Ok(Applied::Overtaken),
            // Another object of that name is there now: an apply answers so where other writes answer 409.
            (422, _) if names_uid(&status) => Ok(Applied::Overtaken),
            (400..=422, Some(by)) => Err(ApplyError::Denied {
                by,
                said: status.message,
            }),
            (401 | 403, _) => Err(ApplyError::Forbidden(status.message)),
            (400 | 413 | 415 | 422, _) => Err(ApplyError::Invalid(status.message)),
            _ => Err(ApplyError::Transient(Box::new(kube::Error::Api(status)))),
        },
        Err(error) => Err(ApplyError::Transient(Box::new(error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages as the API server 1.36 gives them.
    #[test]
    fn want_of_rights_and_denials_are_told_apart() {
        let cases = [
            (
                r#"deployments.apps "a" is forbidden: User "x" cannot patch resource "deployments" in API group "apps" in the namespace "n""#,
                None,
            ),
            (
                r#"events.events.k8s.io is forbidden: User "x" cannot create resource "events" in API group "events.k8s.io" in the namespace "n""#,
                None,
            ),
            (
                r#"deployments.apps "a" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: you cannot patch this"#,
                Some("the ValidatingAdmissionPolicy p"),
            ),
            (
                r#"admission webhook "w.example.org" denied the request: annotations are ours"#,
                Some("the admission webhook w.example.org"),
            ),
            (
                r#"deployments.apps "a" is forbidden: exceeded quota"#,
                Some("the cluster's admission"),
            ),
        ];
        for (message, by) in cases {
            let status = Status::failure(message, "Forbidden").with_code(403);
            assert_eq!(denied_by(&status).as_deref(), by, "{message}");
        }
        // A policy that gives no reason of its own is answered as invalid; so is what only the API server refuses.
        let invalid = |message| denied_by(&Status::failure(message, "Invalid").with_code(422));
        let policy = invalid("ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no");
        assert_eq!(policy.as_deref(), Some("the ValidatingAdmissionPolicy p"));
        assert_eq!(
            invalid("Deployment.apps \"a\" is invalid: spec.replicas: Invalid value: -1"),
            None
        );
    }
}
