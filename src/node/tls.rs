//! What a program says about TLS, converted once; and what a handshake brought, for JavaScript.

use std::time::Duration;

use napi::bindgen_prelude::{Error, Result, Status, Uint8Array};
use napi_derive::napi;

use crate::net::tls::config::{self, Config, Misfit, Options};
use crate::net::tls::self_signed;
use crate::net::tls::stream::Session;
use crate::net::tls::verify::Problem;

/// What `lib/engine/tls.js` passes, checked there.
#[napi(object)]
#[allow(clippy::struct_excessive_bools)]
pub struct TlsOptions {
    /// For connections that are accepted.
    pub server: bool,
    /// Private keys, PKCS#8.
    pub keys: Vec<Uint8Array>,
    /// PEM texts, each of a certificate and what stands between it and an authority.
    pub certificates: Vec<Uint8Array>,
    /// PEM texts; none: the usual authorities.
    pub authorities: Option<Vec<Uint8Array>>,
    /// Ask clients for a certificate.
    pub request_certificate: bool,
    /// Turn away whom it does not trust.
    pub reject_unauthorized: bool,
    /// In order of preference.
    pub alpn: Vec<Uint8Array>,
    /// TLS 1.2 is the latest.
    pub only12: bool,
    /// TLS 1.3 is the earliest.
    pub only13: bool,
    /// Patience with a handshake, ms.
    pub handshake_timeout: f64,
}

/// See the module.
#[napi]
pub struct Tls(Config);

#[napi]
impl Tls {
    /// Converts the options. An error's message is `certificate`, `key`, `mismatch` or `missing`.
    #[napi(constructor)]
    #[allow(clippy::needless_pass_by_value)]
    pub fn new(options: TlsOptions) -> Result<Self> {
        let timeout = options.handshake_timeout.clamp(1.0, 2_147_483_647.0) / 1000.0;
        let converted = Options {
            keys: bytes(&options.keys),
            certificates: bytes(&options.certificates),
            authorities: options.authorities.as_deref().map(bytes),
            request_certificate: options.request_certificate,
            reject_unauthorized: options.reject_unauthorized,
            alpn: bytes(&options.alpn),
            only_12: options.only12,
            only_13: options.only13,
            handshake_timeout: Duration::from_secs_f64(timeout),
        };
        let config = if options.server {
            Config::server(&converted)
        } else {
            Config::client(&converted)
        };
        config.map(Self).map_err(|misfit| {
            let word = match misfit {
                Misfit::Certificate => "certificate",
                Misfit::Key => "key",
                Misfit::Mismatch => "mismatch",
                Misfit::NoCertificate => "missing",
            };
            Error::new(Status::InvalidArg, word)
        })
    }

    /// Whether the usual authorities are known yet.
    #[napi]
    #[must_use]
    pub fn has_usual_authorities() -> bool {
        config::has_usual_anchors()
    }

    /// The authorities to trust where nothing else is said; PEM texts.
    #[napi]
    #[allow(clippy::needless_pass_by_value)]
    pub fn set_usual_authorities(pems: Vec<String>) {
        config::set_usual_anchors(pems.iter().map(String::as_bytes));
    }

    /// A certificate for `names`, made on the spot.
    #[napi]
    pub fn self_signed(names: Vec<String>) -> Result<SelfSigned> {
        let made = self_signed::make(names)
            .map_err(|error| Error::new(Status::GenericFailure, error.to_string()))?;
        Ok(SelfSigned {
            key: made.key,
            cert: made.certificate,
        })
    }
}

impl Tls {
    /// The engine's own form.
    pub fn get(&self) -> Config {
        self.0.clone()
    }
}

fn bytes(arrays: &[Uint8Array]) -> Vec<Vec<u8>> {
    arrays.iter().map(|array| array.to_vec()).collect()
}

/// A key and its certificate, both PEM.
#[napi(object)]
pub struct SelfSigned {
    /// PKCS#8.
    pub key: String,
    /// For the names it was made for.
    pub cert: String,
}

/// What a handshake brought.
#[napi(object)]
pub struct SessionObject {
    /// Node's code for what is wrong with the peer's certificate.
    pub code: Option<String>,
    /// The same in words.
    pub reason: Option<String>,
    /// `TLSv1.2` or `TLSv1.3`.
    pub protocol: String,
    /// The cipher suite.
    pub cipher: String,
    /// The protocol agreed on.
    pub alpn: Option<Uint8Array>,
    /// The name the client asked for.
    pub server_name: Option<String>,
    /// What the peer sent, DER, its own first.
    pub certificates: Vec<Uint8Array>,
}

impl From<&Session> for SessionObject {
    fn from(session: &Session) -> Self {
        let problem = session.problem.map(Problem::describe);
        Self {
            code: problem.map(|(code, _)| code.to_owned()),
            reason: problem.map(|(_, reason)| reason.to_owned()),
            protocol: session.protocol.to_owned(),
            cipher: session.cipher.clone(),
            alpn: session.alpn.clone().map(Into::into),
            server_name: session.server_name.clone(),
            certificates: session
                .certificates
                .iter()
                .map(|certificate| certificate.to_vec().into())
                .collect(),
        }
    }
}
