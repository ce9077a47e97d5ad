//! `knowledge-operator detach`: removes every annotation of ours, whoever wrote it and whatever kind carries it.
//!
//! In: a cluster. Out: how many objects were cleaned, and those that could not be.
//! Must not: touch anything but our two annotations, or list kinds that hold secrets or come by the thousand.

use std::time::Duration;

use clap::Args;
use kube::api::{Api, DynamicObject, ListParams};
use kube::core::ApiResource;
use kube::discovery::{Discovery, Scope};
use kube::{Client, Config};

use crate::api::{GroupKind, names};
use crate::corpus::TargetMeta;
use crate::operator::error::{RunError, words};
use crate::operator::flags::namespace;
use crate::operator::lead::leadership::Leadership;
use crate::operator::pause::{self, pause};
use crate::operator::transport;
use crate::operator::write::apply::{self, Applied, ApplyError};
use crate::plan;

/// How often an object that keeps changing is tried.
const ATTEMPTS: usize = 5;
/// How often a kind is looked at when not all of its objects could be cleaned.
const ROUNDS: u32 = 6;
/// First and longest pause between two of them.
const PAUSE: pause::Range = (Duration::from_secs(1), Duration::from_secs(30));
/// Pause before each write: at most a hundred a second.
const BETWEEN: Duration = Duration::from_millis(10);
/// Objects per page of a list.
const PAGE: u32 = 500;

/// Flags of `knowledge-operator detach`.
#[derive(Args, Clone, Debug)]
pub struct DetachArgs {
    /// Say what would be removed and remove nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Namespaces to look at, separated by commas; empty for all of them and for cluster-scoped objects
    #[arg(long, env = "KNOWLEDGE_NAMESPACES", value_delimiter = ',', value_name = "NAMESPACE", value_parser = namespace)]
    pub namespaces: Vec<String>,
}

/// A resource that may carry our annotations.
#[derive(Clone, Debug)]
pub(crate) struct Listable {
    resource: ApiResource,
    namespaced: bool,
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
    let no_cluster = |error: &(dyn std::error::Error + 'static)| RunError::NoCluster(words(error));
    let config = Config::infer().await.map_err(|error| no_cluster(&error))?;
    let (client, _) = transport::connect(config).map_err(|error| no_cluster(&error))?;
    let namespaces: Vec<String> = args.namespaces.into_iter().filter(|name| !name.is_empty()).collect();
    let mut total = Detached::default();
    for listable in listable(&client).await.map_err(|error| no_cluster(&error))? {
        total += sweep(&client, &Leadership::alone(), &listable, &namespaces, args.dry_run).await;
    }
    Ok(total)
}

impl std::ops::AddAssign for Detached {
    fn add_assign(&mut self, other: Self) {
        self.cleaned += other.cleaned;
        self.failed += other.failed;
    }
}

/// Every resource that can be listed and patched and may ever have been described.
async fn listable(client: &Client) -> Result<Vec<Listable>, kube::Error> {
    let discovery = Discovery::new(client.clone()).run_aggregated().await?;
    let mut resources = Vec::new();
    for group in discovery.groups().filter(|group| group.name() != names::GROUP) {
        for (resource, capabilities) in group.resources_by_stability() {
            let kind = GroupKind::new(resource.group.as_str(), resource.kind.as_str());
            let usable = capabilities.supports_operation("list") && capabilities.supports_operation("patch");
            if usable && kind.refused().is_none() {
                let namespaced = capabilities.scope == Scope::Namespaced;
                resources.push(Listable { resource, namespaced });
            }
        }
    }
    Ok(resources)
}

/// Removes what an earlier configuration left on kinds that are no longer watched. What fails is tried again for some
/// minutes: these kinds have no watch that would bring the objects back to mind.
pub(crate) async fn sweep_left(client: Client, lead: Leadership, watched: Vec<GroupKind>, namespaces: Vec<String>) {
    let mut left: Option<Vec<Listable>> = None;
    let mut leading = lead.watch();
    for round in 0..ROUNDS {
        if round > 0 {
            tokio::time::sleep(pause(PAUSE, round)).await;
        }
        // That of whoever becomes the writer is the one that counts.
        if leading.wait_for(|leading| *leading).await.is_err() {
            return;
        }
        let pending = match left.take() {
            Some(pending) => pending,
            None => match listable(&client).await {
                Ok(all) => all.into_iter().filter(|one| !watched.contains(&one.kind())).collect(),
                Err(error) => {
                    tracing::debug!(
                        error = words(&error),
                        "discovery failed; kinds that left the list are looked at later"
                    );
                    continue;
                }
            },
        };
        let mut failed = Vec::new();
        for listable in pending {
            if sweep(&client, &lead, &listable, &namespaces, false).await.failed > 0 {
                failed.push(listable);
            }
        }
        if failed.is_empty() {
            return;
        }
        left = Some(failed);
    }
    let kinds = left.map(|left| {
        left.iter()
            .map(|one| one.kind().to_string())
            .collect::<Vec<_>>()
            .join(", ")
    });
    tracing::warn!(
        kinds,
        "annotations may be left on kinds that left the list; remove them with: knowledge-operator detach"
    );
}

impl Listable {
    fn kind(&self) -> GroupKind {
        GroupKind::new(self.resource.group.as_str(), self.resource.kind.as_str())
    }

    /// Where its objects are, as far as the namespaces reach.
    fn places(&self, client: &Client, namespaces: &[String]) -> Vec<(Api<DynamicObject>, ListParams)> {
        let all = || Api::all_with(client.clone(), &self.resource);
        let pages = ListParams::default().limit(PAGE);
        if namespaces.is_empty() {
            return vec![(all(), pages)];
        }
        if self.kind() == GroupKind::namespace() {
            let one = |namespace: &String| (all(), pages.clone().fields(&format!("metadata.name={namespace}")));
            return namespaces.iter().map(one).collect();
        }
        let within = namespaces.iter().filter(|_| self.namespaced);
        let api = |namespace: &String| Api::namespaced_with(client.clone(), namespace, &self.resource);
        within.map(|namespace| (api(namespace), pages.clone())).collect()
    }
}

/// Removes our annotations from all objects of one kind.
async fn sweep(
    client: &Client,
    lead: &Leadership,
    listable: &Listable,
    namespaces: &[String],
    dry_run: bool,
) -> Detached {
    let mut done = Detached::default();
    for (api, pages) in listable.places(client, namespaces) {
        done += sweep_place(client, lead, listable, &api, pages, dry_run).await;
    }
    done
}

/// The same for one list, page by page. A kind that may not be listed was never written to.
async fn sweep_place(
    client: &Client,
    lead: &Leadership,
    listable: &Listable,
    api: &Api<DynamicObject>,
    pages: ListParams,
    dry_run: bool,
) -> Detached {
    let kind = listable.kind();
    let mut done = Detached::default();
    let mut params = pages.clone();
    let mut restarts = 0;
    loop {
        let page = match api.list_metadata(&params).await {
            Ok(page) => page,
            // The list grew too old between two of its pages. What was cleaned is not found again.
            Err(kube::Error::Api(status)) if status.code == 410 && restarts < ATTEMPTS => {
                restarts += 1;
                params = pages.clone();
                continue;
            }
            Err(error) => {
                // A kind that may not or cannot be listed was never written to; any other fault leaves objects unseen.
                let never = matches!(&error, kube::Error::Api(status) if matches!(status.code, 403..=405));
                if never {
                    tracing::debug!(%kind, error = words(&error), "not listed");
                } else {
                    tracing::warn!(%kind, error = words(&error), "not all objects could be listed");
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
            let result = if dry_run {
                Ok(())
            } else {
                tokio::time::sleep(BETWEEN).await;
                remove(client, lead, &listable.resource, seen.clone()).await
            };
            match result {
                Ok(()) => {
                    let what = if dry_run {
                        "annotations would be removed"
                    } else {
                        "annotations removed"
                    };
                    tracing::info!(object = %seen.id, "{what}");
                    done.cleaned += 1;
                }
                Err(ApplyError::Stopped) => {
                    done.failed += 1;
                    return done;
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
    lead: &Leadership,
    resource: &ApiResource,
    mut seen: TargetMeta,
) -> Result<(), ApplyError> {
    let api: Api<DynamicObject> = if seen.id.namespace.is_empty() {
        Api::all_with(client.clone(), resource)
    } else {
        Api::namespaced_with(client.clone(), &seen.id.namespace, resource)
    };
    for _ in 0..ATTEMPTS {
        if apply::annotations(client, lead, resource, &seen, &plan::removal(&seen)).await? != Applied::Overtaken {
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
