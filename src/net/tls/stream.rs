//! A connection after its handshake.

use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{CommonState, ProtocolVersion};

use super::secure_stream::SecureStream;
use super::tunnel::Tunnel;
use super::verify::Problem;
use crate::net::stream::{Plain, Stream};

/// What the handshake brought.
#[derive(Clone, Debug, Default)]
pub struct Session {
    /// The peer's certificate and those it sent along.
    pub certificates: Vec<CertificateDer<'static>>,
    /// What is wrong with them; of none, nothing.
    pub problem: Option<Problem>,
    /// `TLSv1.2` or `TLSv1.3`.
    pub protocol: &'static str,
    /// The cipher suite by its name in the standard.
    pub cipher: String,
    /// The protocol agreed on.
    pub alpn: Option<Vec<u8>>,
    /// The name the client asked for.
    pub server_name: Option<String>,
}

impl Session {
    pub(super) fn new(state: &CommonState, server_name: Option<String>) -> Self {
        Self {
            certificates: state
                .peer_certificates()
                .unwrap_or_default()
                .iter()
                .map(|certificate| certificate.clone().into_owned())
                .collect(),
            problem: None,
            protocol: match state.protocol_version() {
                Some(ProtocolVersion::TLSv1_2) => "TLSv1.2",
                _ => "TLSv1.3",
            },
            cipher: state
                .negotiated_cipher_suite()
                .map(|suite| format!("{:?}", suite.suite()))
                .unwrap_or_default(),
            alpn: state.alpn_protocol().map(<[u8]>::to_vec),
            server_name,
        }
    }
}

/// See the module.
#[derive(Debug)]
pub struct Secured {
    /// What is encrypted.
    pub stream: SecureStream,
    /// The stream beneath, for its options.
    pub plain: Plain,
    /// What the handshake brought.
    pub session: Session,
}

impl Secured {
    /// For who polls the descriptor himself; nothing if somebody reads or writes already.
    #[must_use]
    pub fn into_parts(self) -> Option<(Stream, Tunnel)> {
        let tunnel = self.stream.into_tunnel()?;
        Some((self.plain.into_stream()?, tunnel))
    }
}
