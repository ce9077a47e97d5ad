//! The certificate authorities of the webhook: which there are, which signs, when the next one comes.
//!
//! In: what a Secret holds, the time. Out: what it should hold, a bundle for the API server, certificates for replicas.
//! Must not: read a clock, reach a cluster, or leave a moment in which a certificate is used that the API server does not
//! trust yet.
//!
//! A new authority is made and published long before the old one ends; it signs only after a while, in which every API
//! server hears of it; the old one stays published until everything it signed is over.

use std::time::Duration;

use k8s_openapi::jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// How far back certificates are valid: clocks of API servers may be behind.
const BACKDATED: Duration = Duration::from_secs(24 * 60 * 60);

/// How long certificates are good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// Of an authority.
    pub authority: Duration,
    /// Of what it signs.
    pub leaf: Duration,
}

impl Default for Lifetimes {
    /// A year and a month.
    fn default() -> Self {
        let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
        Self {
            authority: days(365),
            leaf: days(30),
        }
    }
}

impl Lifetimes {
    /// How long a new authority is published before it signs.
    fn overlap(&self) -> Duration {
        self.authority / 12
    }

    /// How often everything is looked at.
    pub(crate) fn look(&self) -> Duration {
        (self.leaf / 20).clamp(Duration::from_millis(500), Duration::from_secs(30))
    }
}

/// One authority, as the Secret keeps it.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Authority {
    /// Tells it from others; part of its name.
    id: String,
    /// Its certificate, as PEM.
    certificate: String,
    /// Its key, as PEM.
    key: String,
    /// From when on it is valid.
    from: Timestamp,
    /// From when on it signs.
    signs: Timestamp,
    /// When it ends.
    ends: Timestamp,
}

/// All of them, the oldest first.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Authorities(Vec<Authority>);

/// A certificate of one replica.
#[derive(Debug)]
pub(crate) struct Leaf {
    /// DER of the certificate.
    pub(crate) certificate: Vec<u8>,
    /// DER of its key, PKCS #8.
    pub(crate) key: Vec<u8>,
    /// Which authority signed it.
    pub(crate) authority: String,
    /// From when on it is valid.
    pub(crate) from: Timestamp,
    /// From when on a new one is better.
    pub(crate) renew: Timestamp,
    /// When it ends.
    pub(crate) ends: Timestamp,
}

impl Authorities {
    /// Reads what a Secret holds. What cannot be read is as good as nothing.
    pub(crate) fn parse(json: &[u8]) -> Self {
        serde_json::from_slice(json).unwrap_or_default()
    }

    /// As the Secret keeps them.
    pub(crate) fn json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// What the Secret should hold now; `None` when it is as it should be.
    ///
    /// # Errors
    /// When no key can be made.
    pub(crate) fn next(&self, now: Timestamp, lifetimes: Lifetimes) -> Result<Option<Self>, rcgen::Error> {
        let mut next: Vec<Authority> = self
            .0
            .iter()
            .filter(|authority| authority.ends > now)
            .cloned()
            .collect();
        // Whatever an authority signed is over one lifetime after the next one has taken over.
        let superseded = |next: &[Authority]| {
            let newer = next.get(1)?;
            (now > newer.signs + signed(lifetimes.leaf) + signed(lifetimes.look())).then_some(())
        };
        while superseded(&next).is_some() {
            next.remove(0);
        }
        // One that a clock made which was far ahead is not valid yet.
        let valid = |authority: &&Authority| authority.from <= now;
        let fresh = |authority: &Authority| authority.ends > now + signed(lifetimes.authority / 3);
        if !next.iter().filter(valid).any(fresh) {
            // Where none is valid nobody waits for the next one: there is nothing that it could break.
            let signs = if next.iter().any(|authority| valid(&authority)) {
                now + signed(lifetimes.overlap())
            } else {
                now
            };
            next.push(Authority::new(now, signs, lifetimes)?);
        }
        let next = Self(next);
        Ok((next != *self).then_some(next))
    }

    /// The certificates that the API server is to trust, as PEM.
    pub(crate) fn bundle(&self) -> String {
        self.0.iter().map(|authority| authority.certificate.as_str()).collect()
    }

    /// The authority that signs now: the newest that may; the oldest that is valid where none may yet.
    fn signer(&self, now: Timestamp) -> Option<&Authority> {
        let valid = || {
            self.0
                .iter()
                .filter(|authority| authority.from <= now && authority.ends > now)
        };
        valid()
            .rev()
            .find(|authority| authority.signs <= now)
            .or_else(|| valid().next())
    }

    /// Whether a replica should sign itself a new certificate.
    pub(crate) fn outdates(&self, leaf: &Leaf, now: Timestamp) -> bool {
        let signer = self.signer(now).map(|authority| authority.id.as_str());
        leaf.renew <= now || leaf.from > now || signer != Some(&leaf.authority)
    }

    /// A certificate for these names, signed by whoever signs now; `None` without an authority.
    ///
    /// # Errors
    /// When the authority's key cannot be used, or a name is none.
    pub(crate) fn sign(
        &self,
        names: &[String],
        now: Timestamp,
        lifetimes: Lifetimes,
    ) -> Result<Option<Leaf>, rcgen::Error> {
        let Some(authority) = self.signer(now) else {
            return Ok(None);
        };
        let issuer = Issuer::new(authority_params(&authority.id), KeyPair::from_pem(&authority.key)?);
        let key = KeyPair::generate()?;
        let ends = (now + signed(lifetimes.leaf)).min(authority.ends);
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name = DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::CommonName, "knowledge-operator webhook");
        params.use_authority_key_identifier_extension = true;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.not_before = at(now - signed(BACKDATED));
        params.not_after = at(ends);
        let certificate = params.signed_by(&key, &issuer)?;
        Ok(Some(Leaf {
            certificate: certificate.der().to_vec(),
            key: key.serialize_der(),
            authority: authority.id.clone(),
            from: now - signed(BACKDATED),
            renew: now + ends.duration_since(now) / 2,
            ends,
        }))
    }

    /// When the last of them ends.
    pub(crate) fn end(&self) -> Option<Timestamp> {
        self.0.iter().map(|authority| authority.ends).max()
    }
}

impl Authority {
    fn new(now: Timestamp, signs: Timestamp, lifetimes: Lifetimes) -> Result<Self, rcgen::Error> {
        let id = format!("{:016x}", fastrand::u64(..));
        let key = KeyPair::generate()?;
        let ends = now + signed(lifetimes.authority);
        let mut params = authority_params(&id);
        params.not_before = at(now - signed(BACKDATED));
        params.not_after = at(ends);
        let certificate = params.self_signed(&key)?.pem();
        Ok(Self {
            id,
            from: now - signed(BACKDATED),
            certificate,
            key: key.serialize_pem(),
            signs,
            ends,
        })
    }
}

/// What every certificate of an authority says, whenever it was made.
fn authority_params(id: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, format!("knowledge-operator webhook authority {id}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

fn at(time: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(time.as_second()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 60 * 60;

    fn day(n: i64) -> Timestamp {
        Timestamp::from_second(1_767_225_600 + n * DAY).unwrap()
    }

    fn names() -> Vec<String> {
        vec!["webhook.ns.svc".to_owned()]
    }

    /// Ten years, day by day: what is used is trusted, by an API server that heard of it a week ago.
    #[test]
    fn a_rotation_leaves_no_gap() {
        let lifetimes = Lifetimes::default();
        let mut authorities = Authorities::default();
        let mut bundles: Vec<String> = Vec::new();
        let mut leaf: Option<Leaf> = None;
        let mut rotations = 0;
        for now in (0..3650).map(day) {
            if let Some(next) = authorities.next(now, lifetimes).unwrap() {
                rotations += 1;
                authorities = next;
            }
            assert!(authorities.0.len() <= 2);
            bundles.push(authorities.bundle());
            if leaf.as_ref().is_none_or(|leaf| authorities.outdates(leaf, now)) {
                leaf = authorities.sign(&names(), now, lifetimes).unwrap();
            }
            let used = leaf.as_ref().unwrap();
            assert!(used.ends > now);
            let signer = authorities
                .0
                .iter()
                .find(|authority| authority.id == used.authority)
                .unwrap();
            assert!(signer.ends >= used.ends);
            let heard = &bundles[bundles.len().saturating_sub(8)];
            assert!(
                heard.contains(&signer.certificate),
                "{now}: signed by somebody the API server has not heard of"
            );
        }
        assert!((25..40).contains(&rotations), "{rotations} changes in ten years");
    }

    #[test]
    fn clocks_that_jump_and_long_sleeps_end_in_a_certificate_that_is_valid() {
        let lifetimes = Lifetimes::default();
        let first = Authorities::default().next(day(0), lifetimes).unwrap().unwrap();
        let leaf = first.sign(&names(), day(0), lifetimes).unwrap().unwrap();
        // A year and more later everything has ended.
        let later = first.next(day(500), lifetimes).unwrap().unwrap();
        assert_eq!(later.0.len(), 1);
        assert!(later.outdates(&leaf, day(500)));
        assert!(later.sign(&names(), day(500), lifetimes).unwrap().unwrap().ends > day(500));
        // And back again: what is valid in the future alone is of no use to an API server whose clock is right.
        let back = later.next(day(1), lifetimes).unwrap().unwrap();
        assert_eq!(back.0.len(), 2);
        let leaf = back.sign(&names(), day(1), lifetimes).unwrap().unwrap();
        let signer = back.0.iter().find(|authority| authority.id == leaf.authority).unwrap();
        assert!(signer.from < day(1) && leaf.from < day(1) && leaf.ends <= signer.ends);
        assert_eq!(back.next(day(2), lifetimes).unwrap(), None);
        assert!(
            later.sign(&names(), day(1), lifetimes).unwrap().is_none(),
            "nothing is better than what is not valid"
        );
    }

    #[test]
    fn what_cannot_be_read_is_made_anew() {
        let lifetimes = Lifetimes::default();
        for broken in ["", "null", "[]", "[{\"id\": 1}]"] {
            let next = Authorities::parse(broken.as_bytes()).next(day(0), lifetimes).unwrap();
            assert_eq!(next.unwrap().0.len(), 1, "{broken}");
        }
        let one = Authorities::default().next(day(0), lifetimes).unwrap().unwrap();
        assert_eq!(Authorities::parse(&one.json()), one);
        assert_eq!(one.next(day(1), lifetimes).unwrap(), None);
    }
}
