//! Is a chain of certificates to be trusted? With the decisions, the names and the precedence of errors that OpenSSL
//! has, because those are what programs for Node test for and what the certificates in use were made with: a
//! self-signed certificate that is itself trusted is good, one without extensions may sign itself, the host's name is
//! another question (which JavaScript asks).
//!
//! OpenSSL goes on after an error, and the last one is told. So does this: whatever is found stays found.

use std::collections::HashMap;
use std::time::Duration;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{
    CertificateDer, SubjectPublicKeyInfoDer, TrustAnchor, UnixTime,
};
use webpki::{EndEntityCert, KeyUsage, RawPublicKeyEntity, anchor_from_trusted_cert};

use super::certificate::Certificate;

/// No honest chain is longer; each step may cost signatures.
const LONGEST: usize = 16;

/// Which end presents the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The one that accepts connections.
    Server,
    /// The one that connects.
    Client,
}

/// What is wrong with a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nobody here knows who signed the last certificate known here.
    NoIssuer,
    /// Nobody here knows who signed the last certificate presented.
    NoLocalIssuer,
    /// There is one certificate, and nobody knows who signed it.
    UnverifiedLeaf,
    /// There is one certificate, which signed itself.
    SelfSigned,
    /// The last one signed itself and nobody trusts it.
    SelfSignedInChain,
    /// Too early.
    NotYetValid,
    /// Too late.
    Expired,
    /// Not signed by who is named.
    BadSignature,
    /// More authorities in between than one of them permits.
    PathTooLong,
    /// Made for something else; also one that has signed and may not.
    InvalidPurpose,
    /// It cannot be read at all.
    Unreadable,
    /// An extension must be understood that is not.
    UnknownDemand,
    /// An authority may not sign for this name.
    NameNotPermitted,
}

impl Problem {
    /// Node's code and OpenSSL's words.
    #[must_use]
    pub fn describe(self) -> (&'static str, &'static str) {
        match self {
            Self::NoIssuer => (
                "UNABLE_TO_GET_ISSUER_CERT",
                "unable to get issuer certificate",
            ),
            Self::NoLocalIssuer => (
                "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
                "unable to get local issuer certificate",
            ),
            Self::UnverifiedLeaf => (
                "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
                "unable to verify the first certificate",
            ),
            Self::SelfSigned => ("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"),
            Self::SelfSignedInChain => (
                "SELF_SIGNED_CERT_IN_CHAIN",
                "self-signed certificate in certificate chain",
            ),
            Self::NotYetValid => ("CERT_NOT_YET_VALID", "certificate is not yet valid"),
            Self::Expired => ("CERT_HAS_EXPIRED", "certificate has expired"),
            Self::BadSignature => ("CERT_SIGNATURE_FAILURE", "certificate signature failure"),
            Self::PathTooLong => ("PATH_LENGTH_EXCEEDED", "path length constraint exceeded"),
            Self::InvalidPurpose => ("INVALID_PURPOSE", "unsuitable certificate purpose"),
            Self::Unreadable => (
                "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
                "unable to decode the certificate",
            ),
            Self::UnknownDemand => ("UNSPECIFIED", "unhandled critical extension"),
            Self::NameNotPermitted => ("UNSPECIFIED", "permitted subtree violation"),
        }
    }
}

/// The certificates somebody trusts.
#[derive(Debug, Default)]
pub struct Anchors {
    certificates: Vec<Certificate>,
    by_subject: HashMap<Vec<u8>, Vec<usize>>,
}

impl Anchors {
    /// Trusts `certificates`; what cannot be read is left out, as it could not verify anything.
    pub fn new(certificates: impl IntoIterator<Item = CertificateDer<'static>>) -> Self {
        let mut this = Self::default();
        for certificate in certificates
            .into_iter()
            .filter_map(|der| Certificate::parse(&der))
        {
            let subject = certificate.subject.clone();
            this.by_subject
                .entry(subject)
                .or_default()
                .push(this.certificates.len());
            this.certificates.push(certificate);
        }
        this
    }

    fn named<'a>(&'a self, subject: &[u8]) -> impl Iterator<Item = &'a Certificate> {
        let found = self.by_subject.get(subject).map_or(&[][..], Vec::as_slice);
        found.iter().filter_map(|&at| self.certificates.get(at))
    }

    fn has(&self, certificate: &Certificate) -> bool {
        self.named(&certificate.subject)
            .any(|known| known.der == certificate.der)
    }

    /// The names of all of them, which a server tells its clients.
    pub fn subjects(&self) -> impl Iterator<Item = &[u8]> {
        self.certificates
            .iter()
            .map(|certificate| certificate.subject.as_slice())
    }
}

/// What is wrong with the chain `presented` by the `role` end, if anything; `now` in seconds since 1970.
#[must_use]
pub fn chain(
    presented: &[CertificateDer<'_>],
    anchors: &Anchors,
    role: Role,
    now: i64,
) -> Option<Problem> {
    let presented: Option<Vec<Certificate>> = presented
        .iter()
        .take(LONGEST)
        .map(Certificate::parse)
        .collect();
    let Some((leaf, others)) = presented.as_deref().and_then(<[_]>::split_first) else {
        return Some(Problem::Unreadable);
    };
    let (chain, built) = build(leaf, others, anchors, now);
    let mut found = built;
    for problem in [
        extensions(&chain, role),
        signatures(&chain, now),
        names(&chain, role, now),
    ] {
        found = problem.or(found);
    }
    found
}

/// The chain from the leaf up, as far as it goes.
fn build<'a>(
    leaf: &'a Certificate,
    others: &'a [Certificate],
    anchors: &'a Anchors,
    now: i64,
) -> (Vec<&'a Certificate>, Option<Problem>) {
    let mut chain = vec![leaf];
    let mut top = leaf;
    let mut top_is_known = false;
    while chain.len() <= LONGEST && !top.is_self_issued() {
        let is_new = |candidate: &&Certificate| {
            top.names(candidate) && chain.iter().all(|link| link.der != candidate.der)
        };
        let known = best(top, anchors.named(&top.issuer).filter(is_new), now);
        let next = match known {
            Some(issuer) => Some((issuer, true)),
            None => best(top, others.iter().filter(is_new), now).map(|issuer| (issuer, false)),
        };
        let Some((issuer, is_known)) = next else {
            break;
        };
        top_is_known = is_known;
        top = issuer;
        chain.push(issuer);
    }
    let problem = if top.is_self_issued() {
        match (anchors.has(top), chain.len()) {
            (true, _) => None,
            (false, 1) => Some(Problem::SelfSigned),
            (false, _) => Some(Problem::SelfSignedInChain),
        }
    } else if top_is_known {
        Some(Problem::NoIssuer)
    } else if chain.len() == 1 {
        Some(Problem::UnverifiedLeaf)
    } else {
        Some(Problem::NoLocalIssuer)
    };
    (chain, problem)
}

/// Of several that have the right name: the one whose key fits, a valid one first.
fn best<'a>(
    signed: &Certificate,
    candidates: impl Iterator<Item = &'a Certificate>,
    now: i64,
) -> Option<&'a Certificate> {
    let rank = |candidate: &Certificate| {
        (
            is_signed_by(signed, candidate),
            candidate.is_current(now),
            candidate.not_after,
        )
    };
    let mut candidates: Vec<_> = candidates.take(LONGEST).collect();
    if candidates.len() < 2 {
        return candidates.pop();
    }
    candidates
        .into_iter()
        .max_by_key(|candidate| rank(candidate))
}

fn extensions(chain: &[&Certificate], role: Role) -> Option<Problem> {
    let mut found = None;
    let mut below = 0;
    for (depth, certificate) in chain.iter().enumerate() {
        if certificate.has_unknown_demand {
            found = Some(Problem::UnknownDemand);
        }
        let is_authority = depth > 0;
        if !has_purpose(certificate, role, is_authority) || is_authority && !may_sign(certificate) {
            found = Some(Problem::InvalidPurpose);
        }
        if is_authority && certificate.path_len.is_some_and(|most| below > most) {
            found = Some(Problem::PathTooLong);
        }
        if is_authority && !certificate.is_self_issued() {
            below += 1;
        }
    }
    found
}

fn may_sign(certificate: &Certificate) -> bool {
    match certificate.ca {
        Some(ca) => ca && certificate.key_usage.is_none_or(|usage| usage.cert_sign),
        // One from before extensions, or one that only says what its key is for.
        None if certificate.is_v1 => certificate.is_self_issued(),
        None => certificate.key_usage.is_some_and(|usage| usage.cert_sign),
    }
}

fn has_purpose(certificate: &Certificate, role: Role, is_authority: bool) -> bool {
    let right_role = certificate.roles.is_none_or(|roles| match role {
        Role::Server => roles.server,
        Role::Client => roles.client,
    });
    let right_key = is_authority
        || certificate.key_usage.is_none_or(|usage| match role {
            Role::Server => {
                usage.digital_signature || usage.key_encipherment || usage.key_agreement
            }
            Role::Client => usage.digital_signature || usage.key_agreement,
        });
    right_role && right_key
}

/// From the top down, so that what is wrong with the leaf is told before anything else.
fn signatures(chain: &[&Certificate], now: i64) -> Option<Problem> {
    let mut found = None;
    let mut issuer: Option<&Certificate> = None;
    for (depth, &certificate) in chain.iter().enumerate().rev() {
        let is_top = issuer.is_none();
        if let Some(issuer) = issuer
            && !is_signed_by(certificate, issuer)
        {
            found = Some(Problem::BadSignature);
        }
        issuer = Some(certificate);
        // A top that somebody unknown has signed is not part of what is verified, unless there is nothing else.
        if is_top && depth > 0 && !certificate.is_self_issued() {
            continue;
        }
        if now < certificate.not_before {
            found = Some(Problem::NotYetValid);
        }
        if now > certificate.not_after {
            found = Some(Problem::Expired);
        }
    }
    found
}

fn is_signed_by(certificate: &Certificate, issuer: &Certificate) -> bool {
    let spki = SubjectPublicKeyInfoDer::from(issuer.spki.as_slice());
    let Ok(key) = RawPublicKeyEntity::try_from(&spki) else {
        return false;
    };
    let algorithms = ring::default_provider().signature_verification_algorithms;
    algorithms
        .all
        .iter()
        .filter(|algorithm| {
            names_algorithm(&algorithm.signature_alg_id(), &certificate.signature_oid)
        })
        .any(|&algorithm| {
            key.verify_signature(algorithm, &certificate.tbs, &certificate.signature)
                .is_ok()
        })
}

/// Whether an encoded algorithm begins with this OID; what follows are parameters.
fn names_algorithm(encoded: &[u8], oid: &[u8]) -> bool {
    matches!(encoded, [6, length, rest @ ..] if usize::from(*length) == oid.len() && rest.starts_with(oid))
}

/// Limits of names are rare, and easy to get wrong: webpki knows how. A chain that has any must please it as well.
fn names(chain: &[&Certificate], role: Role, now: i64) -> Option<Problem> {
    let (leaf, authorities) = chain.split_first()?;
    if !authorities.iter().any(|authority| authority.limits_names) {
        return None;
    }
    let (top, between) = authorities.split_last()?;
    let between: Vec<_> = between.iter().map(|link| link.der.clone()).collect();
    let check = |anchor: TrustAnchor<'_>| {
        let now = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now).ok()?));
        let usage = match role {
            Role::Server => KeyUsage::server_auth(),
            Role::Client => KeyUsage::client_auth(),
        };
        let algorithms = ring::default_provider().signature_verification_algorithms;
        EndEntityCert::try_from(&leaf.der)
            .ok()?
            .verify_for_usage(algorithms.all, &[anchor], &between, now, usage, None, None)
            .ok()
            .map(drop)
    };
    match anchor_from_trusted_cert(&top.der).ok().and_then(check) {
        Some(()) => None,
        None => Some(Problem::NameNotPermitted),
    }
}

#[cfg(test)]
mod tests;
