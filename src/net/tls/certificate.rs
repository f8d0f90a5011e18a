//! What the verification of a chain needs to know of one certificate.

use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::{FromDer, X509Certificate, X509Version};

/// A parsed certificate; it owns what it knows, so that roots are parsed once.
#[derive(Debug)]
pub struct Certificate {
    /// As it came.
    pub der: CertificateDer<'static>,
    /// The signed part.
    pub tbs: Vec<u8>,
    /// Name, as encoded.
    pub subject: Vec<u8>,
    /// Name of who signed it, as encoded.
    pub issuer: Vec<u8>,
    /// The public key with its algorithm, as encoded.
    pub spki: Vec<u8>,
    /// Seconds since 1970.
    pub not_before: i64,
    /// Seconds since 1970.
    pub not_after: i64,
    /// Contents of the OID of the signature's algorithm.
    pub signature_oid: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
    /// From before extensions existed: nothing says what it may be used for.
    pub is_v1: bool,
    /// Whether it may sign certificates, if it says.
    pub ca: Option<bool>,
    /// How many authorities may stand between it and the last certificate.
    pub path_len: Option<u32>,
    /// What the key is for, if it says.
    pub key_usage: Option<KeyUsage>,
    /// The roles it is for, if it says.
    pub roles: Option<Roles>,
    /// It limits the names of those below.
    pub limits_names: bool,
    /// It demands that something is understood which is not.
    pub has_unknown_demand: bool,
    /// Name of its key.
    pub key_id: Option<Vec<u8>>,
    /// Name of the key that signed it.
    pub issuer_key_id: Option<Vec<u8>>,
}

/// What a key is for, as far as it matters here.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools)]
pub struct KeyUsage {
    /// Signing certificates.
    pub cert_sign: bool,
    /// Signing a handshake.
    pub digital_signature: bool,
    /// Older ways to agree on secrets.
    pub key_encipherment: bool,
    /// The same.
    pub key_agreement: bool,
}

/// The ends of a connection that a certificate may stand for.
#[derive(Clone, Copy, Debug)]
pub struct Roles {
    /// The one that accepts.
    pub server: bool,
    /// The one that connects.
    pub client: bool,
}

impl Certificate {
    /// Parses one certificate; `None` if it is none.
    #[must_use]
    pub fn parse(der: &CertificateDer<'_>) -> Option<Self> {
        let (_, parsed) = X509Certificate::from_der(der.as_ref()).ok()?;
        let tbs = &parsed.tbs_certificate;
        let mut this = Self {
            tbs: tbs.as_ref().to_vec(),
            subject: tbs.subject.as_raw().to_vec(),
            issuer: tbs.issuer.as_raw().to_vec(),
            spki: tbs.subject_pki.raw.to_vec(),
            not_before: tbs.validity.not_before.timestamp(),
            not_after: tbs.validity.not_after.timestamp(),
            signature_oid: parsed.signature_algorithm.algorithm.as_bytes().to_vec(),
            signature: parsed.signature_value.data.to_vec(),
            is_v1: tbs.version == X509Version::V1,
            ca: None,
            path_len: None,
            key_usage: None,
            roles: None,
            limits_names: false,
            has_unknown_demand: false,
            key_id: None,
            issuer_key_id: None,
            der: der.clone().into_owned(),
        };
        for extension in tbs.extensions() {
            this.learn(extension.parsed_extension(), extension.critical);
        }
        Some(this)
    }

    fn learn(&mut self, extension: &ParsedExtension<'_>, critical: bool) {
        match extension {
            ParsedExtension::BasicConstraints(constraints) => {
                self.ca = Some(constraints.ca);
                self.path_len = constraints.path_len_constraint;
            }
            ParsedExtension::KeyUsage(usage) => {
                self.key_usage = Some(KeyUsage {
                    cert_sign: usage.key_cert_sign(),
                    digital_signature: usage.digital_signature(),
                    key_encipherment: usage.key_encipherment(),
                    key_agreement: usage.key_agreement(),
                });
            }
            ParsedExtension::ExtendedKeyUsage(usage) => {
                self.roles = Some(Roles {
                    server: usage.server_auth,
                    client: usage.client_auth,
                });
            }
            ParsedExtension::NameConstraints(_) => self.limits_names = true,
            ParsedExtension::SubjectKeyIdentifier(id) => self.key_id = Some(id.0.to_vec()),
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                self.issuer_key_id = id.key_identifier.as_ref().map(|id| id.0.to_vec());
            }
            ParsedExtension::SubjectAlternativeName(_)
            | ParsedExtension::CertificatePolicies(_)
            | ParsedExtension::PolicyMappings(_)
            | ParsedExtension::PolicyConstraints(_)
            | ParsedExtension::InhibitAnyPolicy(_)
            | ParsedExtension::CRLDistributionPoints(_)
            | ParsedExtension::NSCertType(_) => {}
            // One that cannot be read may have said anything.
            ParsedExtension::ParseError { .. } => self.has_unknown_demand = true,
            _ => self.has_unknown_demand |= critical,
        }
    }

    /// Signed by itself, as far as names tell.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.issuer == self.subject && same_key_id(self.issuer_key_id.as_ref(), self)
    }

    /// Whether `issuer` may be who signed this one, as far as names tell.
    #[must_use]
    pub fn names(&self, issuer: &Self) -> bool {
        self.issuer == issuer.subject
            && same_key_id(self.issuer_key_id.as_ref(), issuer)
            && issuer.key_usage.is_none_or(|usage| usage.cert_sign)
    }

    /// Whether it is valid at `now`, seconds since 1970.
    #[must_use]
    pub fn is_current(&self, now: i64) -> bool {
        self.not_before <= now && now <= self.not_after
    }
}

fn same_key_id(wanted: Option<&Vec<u8>>, of: &Certificate) -> bool {
    match (wanted, &of.key_id) {
        (Some(wanted), Some(id)) => wanted == id,
        _ => true,
    }
}

/// All certificates of a PEM text; `None` if one of them is broken.
#[must_use]
pub fn from_pem(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .ok()
}
