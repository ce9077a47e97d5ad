//! `knowledge-operator detach`: removes every annotation of ours, whoever wrote it and whatever kind carries it.
//!
//! In: a cluster. Out: how many objects were cleaned, and those that could not be.
//! Must not: touch anything but our two annotations, or list kinds that hold secrets or come by the thousand.

use clap::Args;
use kube::api::{Api, DynamicObject, ListParams};
use kube::core::ApiResource;
use kube::discovery::Discovery;
use kube::{Client, Config};

use super::apply::{self, Applied, ApplyError, Gate};
use super::error::RunError;
use crate::api::{GroupKind, names};
use crate::corpus::TargetMeta;
use crate::plan::TargetPlan;

/// How often an object that keeps changing is tried.
const ATTEMPTS: usize = 5;
/// Objects per page of a list.
const PAGE: u32 = 500;

/// Flags of `knowledge-operator detach`.
#[derive(Args, Clone, Debug)]
pub struct DetachArgs {
    /// Say what would be removed and remove nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// What `detach` did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detached {
    /// Objects from which annotations were removed, or would have been.
    pub cleaned: usize,
    /// Objects from which they could not be removed.
    pub failed: usize,
}

/// Removes our annotations from everything that can be listed.
///
/// # Errors
/// When there is no cluster, or discovery fails.
pub async fn detach(args: DetachArgs) -> Result<Detached, RunError> {
    let no_cluster = |error: &dyn std::fmt::Display| RunError::NoCluster(error.to_string());
    let config = Config::infer().await.map_err(|error| no_cluster(&error))?;
    let client = Client::try_from(config).map_err(|error| no_cluster(&error))?;
    let mut total = Detached::default();
    for resource in listable(&client).await.map_err(|error| no_cluster(&error))? {
        let done = sweep(&client, &Gate::open(), &resource, args.dry_run).await;
        total.cleaned += done.cleaned;
        total.failed += done.failed;
    }
    Ok(total)
}

/// Every resource that can be listed and patched and may ever have been described.
pub(super) async fn listable(client: &Client) -> Result<Vec<ApiResource>, kube::Error> {
    let discovery = Discovery::new(client.clone()).run_aggregated().await?;
    let mut resources = Vec::new();
    for group in discovery.groups().filter(|group| group.name() != names::GROUP) {
        for (resource, capabilities) in group.resources_by_stability() {
            let kind = GroupKind::new(resource.group.as_str(), resource.kind.as_str());
            let usable = capabilities.supports_operation("list") && capabilities.supports_operation("patch");
            if usable && kind.refused().is_none() {
                resources.push(resource);
            }
        }
    }
    Ok(resources)
}

/// Removes what an earlier configuration left on kinds that are no longer watched.
pub(super) async fn sweep_left(client: Client, gate: Gate, watched: Vec<GroupKind>) {
    let resources = match listable(&client).await {
        Ok(resources) => resources,
        Err(error) => {
            tracing::warn!(%error, "kinds that left the list were not looked at");
            return;
        }
    };
    for resource in resources {
        let kind = GroupKind::new(resource.group.as_str(), resource.kind.as_str());
        if !watched.contains(&kind) {
            sweep(&client, &gate, &resource, false).await;
        }
    }
}

/// Removes our annotations from all objects of one kind, page by page. A kind that may not be listed was never
/// written to.
pub(super) async fn sweep(client: &Client, gate: &Gate, resource: &ApiResource, dry_run: bool) -> Detached {
    let kind = GroupKind::new(resource.group.as_str(), resource.kind.as_str());
    let api: Api<DynamicObject> = Api::all_with(client.clone(), resource);
    let mut done = Detached::default();
    let mut params = ListParams::default().limit(PAGE);
    loop {
        let page = match api.list_metadata(&params).await {
            Ok(page) => page,
            Err(error) => {
                // A kind that may not or cannot be listed was never written to; any other fault leaves objects unseen.
                let never = matches!(&error, kube::Error::Api(status) if matches!(status.code, 403..=405));
                if never {
                    tracing::debug!(%kind, %error, "not listed");
                } else {
                    tracing::warn!(%kind, %error, "not all objects could be listed");
                    done.failed += 1;
                }
                return done;
            }
        };
        let seen = page
            .items
            .into_iter()
            .filter_map(|object| TargetMeta::prune(&kind, object.metadata));
        for seen in seen.filter(TargetMeta::is_annotated) {
            let have = [
                (names::ARTICLES_ANNOTATION, seen.articles.is_some()),
                (names::RUNBOOKS_ANNOTATION, seen.runbooks.is_some()),
            ];
            let plan = TargetPlan::Remove(have.into_iter().filter(|(_, have)| *have).map(|(key, _)| key).collect());
            let result = if dry_run {
                Ok(())
            } else {
                remove(client, gate, resource, seen.clone(), &plan).await
            };
            match result {
                Ok(()) => {
                    tracing::info!(object = %seen.id, dry_run, "annotations removed");
                    done.cleaned += 1;
                }
                Err(error) => {
                    tracing::warn!(object = %seen.id, %error, "annotations not removed");
                    done.failed += 1;
                }
            }
        }
        match page.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => params = params.continue_token(&token),
            None => return done,
        }
    }
}

/// Removes annotations from one object, looking again when it changed in between.
async fn remove(
    client: &Client,
    gate: &Gate,
    resource: &ApiResource,
    mut seen: TargetMeta,
    plan: &TargetPlan,
) -> Result<(), ApplyError> {
    let api: Api<DynamicObject> = if seen.id.namespace.is_empty() {
        Api::all_with(client.clone(), resource)
    } else {
        Api::namespaced_with(client.clone(), &seen.id.namespace, resource)
    };
    for _ in 0..ATTEMPTS {
        if apply::annotations(client, gate, resource, &seen, plan).await? != Applied::Overtaken {
            return Ok(());
        }
        let again = api
            .get_metadata_opt(&seen.id.name)
            .await
            .map_err(|error| ApplyError::Transient(Box::new(error)))?;
        match again.and_then(|object| TargetMeta::prune(&seen.id.kind, object.metadata)) {
            Some(newer) if newer.is_annotated() => seen = newer,
            _ => return Ok(()),
        }
    }
    Err(ApplyError::Invalid(format!(
        "it changed {ATTEMPTS} times in a row while it was being written"
    )))
}
