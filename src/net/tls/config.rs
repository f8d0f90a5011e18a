//! What a program says about TLS, checked and prepared once for many connections.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{
    ClientConfig, DistinguishedName, ServerConfig, SupportedProtocolVersion,
};

use super::certificate::{Certificate, from_pem};
use super::proof::{OfClient, OfServer};
use super::verify::Anchors;

/// Options of one end.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)]
pub struct Options {
    /// Private keys, PKCS#8.
    pub keys: Vec<Vec<u8>>,
    /// Certificates with what stands between them and an authority, each a PEM text.
    pub certificates: Vec<Vec<u8>>,
    /// PEM texts of the authorities to trust; none: the usual ones.
    pub authorities: Option<Vec<Vec<u8>>>,
    /// Server: ask clients for a certificate.
    pub request_certificate: bool,
    /// Turn away whom it does not trust.
    pub reject_unauthorized: bool,
    /// Protocols to agree on, in order of preference.
    pub alpn: Vec<Vec<u8>>,
    /// Not TLS 1.3.
    pub only_12: bool,
    /// Not TLS 1.2.
    pub only_13: bool,
    /// Patience with a handshake.
    pub handshake_timeout: Duration,
}

/// Options that make no sense; the words are for a programmer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// A certificate or authority is no PEM.
    Certificate,
    /// A key of a kind that cannot be used.
    Key,
    /// No key is the one of this certificate, or the other way round.
    Mismatch,
    /// A server must have a certificate.
    NoCertificate,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Config {
    pub(super) side: Side,
    pub(super) anchors: Arc<Anchors>,
    pub(super) reject_unauthorized: bool,
    pub(super) request_certificate: bool,
    pub(super) handshake_timeout: Duration,
}

#[derive(Clone, Debug)]
pub(super) enum Side {
    Client(Arc<ClientConfig>),
    Server(Arc<ServerConfig>),
}

static USUAL: OnceLock<Arc<Anchors>> = OnceLock::new();

/// Whether [`set_usual_anchors`] has been called.
#[must_use]
pub fn has_usual_anchors() -> bool {
    USUAL.get().is_some()
}

/// The authorities that are trusted where nothing else is said; PEM texts. The first call counts.
pub fn set_usual_anchors<'a>(pems: impl IntoIterator<Item = &'a [u8]>) {
    let certificates = pems.into_iter().filter_map(from_pem).flatten();
    let _ = USUAL.set(Arc::new(Anchors::new(certificates)));
}

impl Config {
    /// For connections this process makes.
    ///
    /// # Errors
    /// See [`Misfit`].
    pub fn client(options: &Options) -> Result<Self, Misfit> {
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions(options))
            .map_err(|_| Misfit::Key)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(OfServer::new()));
        let mut config = match identities(options)?.into_iter().next() {
            Some(identity) => {
                builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(identity)))
            }
            None => builder.with_no_client_auth(),
        };
        // Each connection has a configuration of its own, so there is nothing to resume.
        config.resumption = Resumption::disabled();
        config.alpn_protocols.clone_from(&options.alpn);
        Self::new(Side::Client(Arc::new(config)), options)
    }

    /// For connections this process accepts.
    ///
    /// # Errors
    /// See [`Misfit`].
    pub fn server(options: &Options) -> Result<Self, Misfit> {
        let identities = identities(options)?;
        if identities.is_empty() {
            return Err(Misfit::NoCertificate);
        }
        let anchors = anchors(options)?;
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions(options))
            .map_err(|_| Misfit::Key)?;
        let builder = if options.request_certificate {
            let hints = if options.authorities.is_some() {
                anchors
                    .subjects()
                    .map(|subject| DistinguishedName::from(subject.to_vec()))
                    .collect()
            } else {
                // The usual ones are too many to list in every handshake.
                Vec::new()
            };
            builder.with_client_cert_verifier(Arc::new(OfClient::new(
                options.reject_unauthorized,
                hints,
            )))
        } else {
            builder.with_no_client_auth()
        };
        let mut config = builder.with_cert_resolver(Arc::new(Identities(identities)));
        // No client of these protocols comes back with a ticket. One that exits as soon as it has sent leaves them unread, which
        // resets the connection, and not every system still gives the server what came before that.
        config.send_tls13_tickets = 0;
        config.alpn_protocols.clone_from(&options.alpn);
        Self::new(Side::Server(Arc::new(config)), options)
    }

    fn new(side: Side, options: &Options) -> Result<Self, Misfit> {
        Ok(Self {
            side,
            anchors: anchors(options)?,
            reject_unauthorized: options.reject_unauthorized,
            request_certificate: options.request_certificate,
            handshake_timeout: options.handshake_timeout,
        })
    }
}

static ONLY_12: [&SupportedProtocolVersion; 1] = [&TLS12];
static ONLY_13: [&SupportedProtocolVersion; 1] = [&TLS13];
static BOTH: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];

fn versions(options: &Options) -> &'static [&'static SupportedProtocolVersion] {
    match (options.only_12, options.only_13) {
        (true, _) => &ONLY_12,
        (_, true) => &ONLY_13,
        _ => &BOTH,
    }
}

fn anchors(options: &Options) -> Result<Arc<Anchors>, Misfit> {
    let Some(pems) = &options.authorities else {
        return Ok(USUAL.get().cloned().unwrap_or_default());
    };
    let mut certificates = Vec::new();
    for pem in pems {
        certificates.extend(from_pem(pem).ok_or(Misfit::Certificate)?);
    }
    Ok(Arc::new(Anchors::new(certificates)))
}

/// Each certificate with its key, whatever the order of both.
fn identities(options: &Options) -> Result<Vec<Arc<CertifiedKey>>, Misfit> {
    let provider = ring::default_provider();
    let mut keys = Vec::new();
    for key in &options.keys {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.clone()));
        keys.push(
            provider
                .key_provider
                .load_private_key(key)
                .map_err(|_| Misfit::Key)?,
        );
    }
    let mut identities = Vec::new();
    for pem in &options.certificates {
        let chain = from_pem(pem).ok_or(Misfit::Certificate)?;
        let leaf = chain.first().and_then(Certificate::parse);
        let leaf = leaf.ok_or(Misfit::Certificate)?;
        let key = keys.iter().find(|key| {
            key.public_key()
                .is_some_and(|spki| spki.as_ref() == leaf.spki)
        });
        let key = key.ok_or(Misfit::Mismatch)?;
        identities.push(Arc::new(CertifiedKey::new(chain, key.clone())));
    }
    if identities.is_empty() && !keys.is_empty() {
        return Err(Misfit::NoCertificate);
    }
    Ok(identities)
}

/// A server's certificates: the first one whose key the client can check.
#[derive(Debug)]
struct Identities(Vec<Arc<CertifiedKey>>);

impl ResolvesServerCert for Identities {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let fits = |identity: &&Arc<CertifiedKey>| {
            identity
                .key
                .choose_scheme(hello.signature_schemes())
                .is_some()
        };
        self.0.iter().find(fits).or_else(|| self.0.first()).cloned()
    }
}
