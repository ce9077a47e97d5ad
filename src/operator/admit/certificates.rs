//! The webhook's certificate: from a Secret that the operator keeps, or from files that somebody else keeps.
//!
//! In: a Secret and a webhook configuration by name, or a folder. Out: what the TLS server presents.
//! Must not: create either object, change anything of the configuration but `caBundle`, or log a key.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use k8s_openapi::ByteString;
use k8s_openapi::api::admissionregistration::v1::ValidatingWebhookConfiguration;
use k8s_openapi::api::core::v1::Secret;
use kube::api::{Api, Patch, PatchParams};
use kube::{Client, ResourceExt};
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use serde_json::json;

use crate::api::names;
use crate::operator::admit::authority::{Authorities, Leaf, Lifetimes};
use crate::operator::clock::Clock;
use crate::operator::error::words;
use crate::operator::lead::leadership::Leadership;
use crate::operator::metrics::Metrics;
use crate::operator::write::apply;

/// Key of the Secret.
const KEY: &str = "authorities.json";
/// How soon it is tried again after a failure.
const RETRY: Duration = Duration::from_secs(2);
/// How often the files of a folder are read.
const FILES: Duration = Duration::from_secs(10);

/// What the TLS server presents. All clones are one.
#[derive(Clone, Default)]
pub struct Presented(Arc<Mutex<Option<Arc<CertifiedKey>>>>);

impl Presented {
    fn set(&self, key: CertifiedKey) {
        if let Ok(mut presented) = self.0.lock() {
            *presented = Some(Arc::new(key));
        }
    }

    /// Whether there is anything to present.
    pub(crate) fn is_there(&self) -> bool {
        self.0.lock().is_ok_and(|presented| presented.is_some())
    }
}

impl fmt::Debug for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Presented")
    }
}

impl ResolvesServerCert for Presented {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.lock().ok()?.clone()
    }
}

/// The objects that the operator keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Namespace of the Secret.
    pub namespace: String,
    /// Name of the Secret.
    pub secret: String,
    /// Name of the ValidatingWebhookConfiguration.
    pub configuration: String,
    /// Names and addresses by which the API server calls the webhook.
    pub names: Vec<String>,
    /// How long certificates are good for.
    pub lifetimes: Lifetimes,
}

/// Where the certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateSource {
    /// The operator makes it.
    Kept(Kept),
    /// Somebody else keeps `tls.crt` and `tls.key` in a folder.
    Folder(PathBuf),
}

/// Keeps the certificate, for ever.
pub(crate) struct Keeper {
    pub(crate) client: Client,
    pub(crate) leadership: Leadership,
    pub(crate) clock: Clock,
    pub(crate) metrics: Metrics,
    pub(crate) presented: Presented,
}

impl Keeper {
    pub(crate) async fn run(self, source: CertificateSource) {
        match source {
            CertificateSource::Kept(kept) => self.keep(kept).await,
            CertificateSource::Folder(folder) => self.read(&folder).await,
        }
    }

    async fn keep(&self, kept: Kept) {
        let mut leaf: Option<Leaf> = None;
        let mut failure: Option<String> = None;
        let mut leading = self.leadership.watch();
        loop {
            let look = self.look(&kept, &mut leaf).await;
            let waits = leaf.is_none();
            let failed = look.err();
            if let Some(error) = failed.as_ref().filter(|_| failed != failure) {
                tracing::warn!(
                    error,
                    "the webhook's certificate could not be looked after; trying again"
                );
            }
            let pause = if failed.is_some() || waits {
                kept.lifetimes.look().min(RETRY)
            } else {
                kept.lifetimes.look()
            };
            failure = failed;
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                // Whoever becomes the writer may have the first authority to make.
                _ = leading.changed() => {}
            }
        }
    }

    /// Reads the Secret; renews our own certificate; as the writer, renews the authorities and publishes them.
    async fn look(&self, kept: &Kept, leaf: &mut Option<Leaf>) -> Result<(), String> {
        let secrets: Api<Secret> = Api::namespaced(self.client.clone(), &kept.namespace);
        let named = |what: &str, name: &str, error: kube::Error| format!("{what} {name}: {}", words(&error));
        let secret = secrets
            .get(&kept.secret)
            .await
            .map_err(|error| named("Secret", &kept.secret, error))?;
        let stored = secret.data.as_ref().and_then(|data| data.get(KEY));
        let mut authorities = Authorities::parse(stored.map_or(&[], |bytes| &bytes.0));
        let now = self.clock.now();
        if self.leadership.permit().is_ok() {
            if let Some(next) = authorities
                .next(now, kept.lifetimes)
                .map_err(|error| error.to_string())?
            {
                let data = json!({ KEY: ByteString(next.json()) });
                let patch = json!({ "metadata": { "resourceVersion": secret.resource_version() }, "data": data });
                let (params, patch) = (params(false), Patch::Merge(patch));
                let write = secrets.patch(&kept.secret, &params, &patch);
                let written = apply::permitted(&self.leadership, write)
                    .await
                    .map_err(|error| error.to_string())?;
                written.map_err(|error| named("Secret", &kept.secret, error))?;
                tracing::info!(ends = ?next.end(), "the webhook's certificate authorities were renewed");
                authorities = next;
            }
            self.publish(kept, &authorities).await?;
        }
        if leaf.as_ref().is_none_or(|leaf| authorities.outdates(leaf, now)) {
            let signed = authorities
                .sign(&kept.names, now, kept.lifetimes)
                .map_err(|error| error.to_string())?;
            let Some(signed) = signed else {
                tracing::debug!(
                    secret = kept.secret,
                    "no certificate authority yet; the writer makes one"
                );
                return Ok(());
            };
            let key = PrivateKeyDer::try_from(signed.key.clone()).map_err(str::to_owned)?;
            self.present(vec![CertificateDer::from(signed.certificate.clone())], &key)?;
            *leaf = Some(signed);
        }
        self.metrics
            .certificate(leaf.as_ref().map(|leaf| leaf.ends), authorities.end());
        Ok(())
    }

    /// Tells the API server whom to trust.
    async fn publish(&self, kept: &Kept, authorities: &Authorities) -> Result<(), String> {
        let api: Api<ValidatingWebhookConfiguration> = Api::all(self.client.clone());
        let named = |error: kube::Error| {
            format!(
                "ValidatingWebhookConfiguration {}: {}",
                kept.configuration,
                words(&error)
            )
        };
        let have = api.get(&kept.configuration).await.map_err(named)?;
        let bundle = authorities.bundle();
        let webhooks = have.webhooks.iter().flatten();
        let trusts = |ca: &Option<ByteString>| ca.as_ref().is_some_and(|ca| ca.0 == bundle.as_bytes());
        if webhooks.clone().all(|webhook| trusts(&webhook.client_config.ca_bundle)) {
            return Ok(());
        }
        let webhooks: Vec<_> = webhooks
            .map(|webhook| json!({ "name": webhook.name, "clientConfig": { "caBundle": ByteString(bundle.clone().into_bytes()) } }))
            .collect();
        let patch = json!({
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingWebhookConfiguration",
            // With its uid a configuration that is gone is a conflict and not a creation.
            "metadata": { "name": kept.configuration, "uid": have.uid(), "resourceVersion": have.resource_version() },
            "webhooks": webhooks,
        });
        let (params, patch) = (params(true), Patch::Apply(patch));
        let write = api.patch(&kept.configuration, &params, &patch);
        let written = apply::permitted(&self.leadership, write)
            .await
            .map_err(|error| error.to_string())?;
        written.map_err(named)?;
        Ok(())
    }

    async fn read(&self, folder: &Path) {
        let mut before: Option<(Vec<u8>, Vec<u8>)> = None;
        let mut failed = false;
        loop {
            let read = async {
                let read = |name: &str| {
                    let path = folder.join(name);
                    async move {
                        tokio::fs::read(&path)
                            .await
                            .map_err(|error| format!("{}: {error}", path.display()))
                    }
                };
                Ok::<_, String>((read("tls.crt").await?, read("tls.key").await?))
            };
            let result = match read.await {
                Ok(files) if before.as_ref() == Some(&files) => Ok(()),
                Ok(files) => self.take(&files.0, &files.1).map(|()| before = Some(files)),
                Err(error) => Err(error),
            };
            match result {
                Ok(()) => failed = false,
                Err(error) => {
                    if !std::mem::replace(&mut failed, true) {
                        tracing::warn!(
                            error,
                            "the webhook's certificate could not be read; the last one stays in use"
                        );
                    }
                }
            }
            tokio::time::sleep(FILES).await;
        }
    }

    fn take(&self, certificate: &[u8], key: &[u8]) -> Result<(), String> {
        let chain = CertificateDer::pem_slice_iter(certificate).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|error| format!("tls.crt: {error}"))?;
        if chain.is_empty() {
            return Err("tls.crt: no certificate in it".to_owned());
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| format!("tls.key: {error}"))?;
        self.present(chain, &key)?;
        tracing::info!("the webhook's certificate was read");
        Ok(())
    }

    fn present(&self, chain: Vec<CertificateDer<'static>>, key: &PrivateKeyDer<'_>) -> Result<(), String> {
        let signer = any_supported_type(key).map_err(|error| error.to_string())?;
        let certified = CertifiedKey::new(chain, signer);
        // Two files that are replaced one after the other do not fit in between.
        certified
            .keys_match()
            .map_err(|error| format!("certificate and key do not fit: {error}"))?;
        self.presented.set(certified);
        Ok(())
    }
}

fn params(apply: bool) -> PatchParams {
    if apply {
        PatchParams::apply(names::WEBHOOK_MANAGER).force()
    } else {
        PatchParams {
            field_manager: Some(names::WEBHOOK_MANAGER.to_owned()),
            ..PatchParams::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certificate and its key, as PEM.
    fn files() -> (String, String) {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec!["webhook.ns.svc".to_owned()]).unwrap();
        (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
    }

    #[tokio::test]
    async fn files_are_presented_when_they_fit_and_the_last_ones_stay() {
        let config = kube::Config::new("http://127.0.0.1:1".parse().unwrap());
        let keeper = Keeper {
            client: Client::try_from(config).unwrap(),
            leadership: Leadership::alone(),
            clock: Clock::default(),
            metrics: Metrics::new(),
            presented: Presented::default(),
        };
        let presented = || keeper.presented.0.lock().unwrap().clone().map(|key| key.cert.clone());
        let ((certificate, key), (other, other_key)) = (files(), files());
        let take = |certificate: &str, key: &str| keeper.take(certificate.as_bytes(), key.as_bytes());
        assert!(take("", &key).unwrap_err().contains("tls.crt"));
        assert!(take(&certificate, "nothing").unwrap_err().contains("tls.key"));
        assert!(!keeper.presented.is_there());
        take(&certificate, &key).unwrap();
        let first = presented().unwrap();
        // One of two files was replaced, the other will be.
        assert!(take(&other, &key).unwrap_err().contains("do not fit"));
        assert_eq!(presented().unwrap(), first);
        take(&other, &other_key).unwrap();
        assert_ne!(presented().unwrap(), first);
    }
}
