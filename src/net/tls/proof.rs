//! During the handshake the peer proves that it has the key of its certificate; that is all rustls is asked to check.
//! Whether the certificate is to be trusted is decided after the handshake, as in Node: a program may ask for a
//! connection to somebody it does not trust (`rejectUnauthorized: false`), and wants to know the reason.
//!
//! rustls' own checks of the proof refuse certificates of version 1, which old recipes still make; hence these.

use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{
    WebPkiSupportedAlgorithms, ring, verify_tls13_signature_with_raw_key,
};
use tokio_rustls::rustls::pki_types::{
    CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime,
};
use tokio_rustls::rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use tokio_rustls::rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme,
};
use webpki::RawPublicKeyEntity;

use super::certificate::Certificate;

/// The check of a server's proof.
#[derive(Debug)]
pub struct OfServer(Proof);

/// The check of a client's proof.
#[derive(Debug)]
pub struct OfClient {
    proof: Proof,
    mandatory: bool,
    hints: Vec<DistinguishedName>,
}

#[derive(Debug)]
struct Proof(WebPkiSupportedAlgorithms);

impl Proof {
    fn new() -> Self {
        Self(ring::default_provider().signature_verification_algorithms)
    }

    fn tls12(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let spki = spki(certificate)?;
        let spki = SubjectPublicKeyInfoDer::from(spki);
        let key = RawPublicKeyEntity::try_from(&spki).map_err(|_| bad_encoding())?;
        let candidates = self
            .0
            .mapping
            .iter()
            .filter(|(scheme, _)| *scheme == signed.scheme)
            .flat_map(|(_, algorithms)| algorithms.iter());
        for &algorithm in candidates {
            if key
                .verify_signature(algorithm, message, signed.signature())
                .is_ok()
            {
                return Ok(HandshakeSignatureValid::assertion());
            }
        }
        Err(Error::InvalidCertificate(CertificateError::BadSignature))
    }

    fn tls13(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let spki = spki(certificate)?;
        let spki = SubjectPublicKeyInfoDer::from(spki);
        verify_tls13_signature_with_raw_key(message, &spki, signed, &self.0)
    }

    fn schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

fn spki(certificate: &CertificateDer<'_>) -> Result<Vec<u8>, Error> {
    Certificate::parse(certificate)
        .map(|certificate| certificate.spki)
        .ok_or_else(bad_encoding)
}

fn bad_encoding() -> Error {
    Error::InvalidCertificate(CertificateError::BadEncoding)
}

impl OfServer {
    /// See the module.
    #[must_use]
    pub fn new() -> Self {
        Self(Proof::new())
    }
}

impl Default for OfServer {
    fn default() -> Self {
        Self::new()
    }
}

impl ServerCertVerifier for OfServer {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.tls12(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.tls13(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.schemes()
    }
}

impl OfClient {
    /// `hints` are the names of the authorities a client's certificate may come from; a client without one is turned
    /// away if it is `mandatory`.
    #[must_use]
    pub fn new(mandatory: bool, hints: Vec<DistinguishedName>) -> Self {
        Self {
            proof: Proof::new(),
            mandatory,
            hints,
        }
    }
}

impl ClientCertVerifier for OfClient {
    fn client_auth_mandatory(&self) -> bool {
        self.mandatory
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.hints
    }

    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.proof.tls12(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.proof.tls13(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.proof.schemes()
    }
}
