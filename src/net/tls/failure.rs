//! Why a TLS connection failed, in the words of OpenSSL: its codes are what programs for Node test for.

use std::io;

use tokio_rustls::rustls::{AlertDescription, Error, InvalidMessage, PeerIncompatible};

use super::verify::Problem;
use crate::net::errno::errno;

/// See the module.
#[derive(Debug)]
pub enum Failure {
    /// The operating system says so.
    System(i32),
    /// The peer went away before the handshake was done.
    HungUp,
    /// The handshake took too long.
    TimedOut,
    /// The peer's certificate is not to be trusted.
    Distrust(Problem),
    /// The protocol failed: the reason in OpenSSL's words.
    Protocol(String),
}

impl Failure {
    /// Code and reason on two lines, as they cross; nothing for an error number.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::System(_) => String::new(),
            Self::HungUp => "ECONNRESET\nClient network socket disconnected before secure TLS connection was established".to_owned(),
            Self::TimedOut => "ERR_TLS_HANDSHAKE_TIMEOUT\nTLS handshake timeout".to_owned(),
            Self::Distrust(problem) => {
                let (code, reason) = problem.describe();
                format!("{code}\n{reason}")
            }
            Self::Protocol(reason) => format!("{}\n{reason}", code(reason)),
        }
    }

    /// The error number, or 0.
    #[must_use]
    pub fn errno(&self) -> i32 {
        match self {
            Self::System(errno) => *errno,
            _ => 0,
        }
    }

    /// The failure behind an error of an established stream, if TLS is what failed.
    #[must_use]
    pub fn of_stream(error: &io::Error) -> Option<Self> {
        let error = error.get_ref()?.downcast_ref::<Error>()?;
        Some(Self::Protocol(reason(error)))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if let Some(failure) = Self::of_stream(&error) {
            return failure;
        }
        if error.kind() == io::ErrorKind::UnexpectedEof {
            return Self::HungUp;
        }
        Self::System(errno(&error))
    }
}

fn code(reason: &str) -> String {
    let name = reason.replace(' ', "_").to_ascii_uppercase();
    format!("ERR_SSL_{name}")
}

fn reason(error: &Error) -> String {
    match error {
        Error::AlertReceived(alert) => return alert_reason(*alert),
        Error::InvalidMessage(InvalidMessage::MessageTooLarge) | Error::PeerSentOversizedRecord => {
            "packet length too long"
        }
        Error::InvalidMessage(
            InvalidMessage::InvalidContentType
            | InvalidMessage::UnknownProtocolVersion
            | InvalidMessage::UnexpectedMessage(_)
            | InvalidMessage::InvalidEmptyPayload,
        ) => "wrong version number",
        Error::InvalidMessage(_) => "bad packet",
        Error::InappropriateMessage { .. }
        | Error::InappropriateHandshakeMessage { .. }
        | Error::PeerMisbehaved(_) => "unexpected message",
        Error::NoCertificatesPresented => "peer did not return a certificate",
        Error::DecryptError => "decryption failed or bad record mac",
        Error::NoApplicationProtocol => "no application protocol",
        Error::PeerIncompatible(why) => match why {
            PeerIncompatible::NoCipherSuitesInCommon => "no shared cipher",
            PeerIncompatible::NoSignatureSchemesInCommon
            | PeerIncompatible::NoCertificateRequestSignatureSchemesInCommon => {
                "no shared signature algorithms"
            }
            PeerIncompatible::NoKxGroupsInCommon => "no suitable key share",
            _ => "unsupported protocol",
        },
        Error::InvalidCertificate(_) => "bad signature",
        _ => "internal error",
    }
    .to_owned()
}

fn alert_reason(alert: AlertDescription) -> String {
    let (family, name) = match alert {
        AlertDescription::UnexpectedMessage => ("sslv3 alert", "unexpected message"),
        AlertDescription::BadRecordMac => ("sslv3 alert", "bad record mac"),
        AlertDescription::DecompressionFailure => ("sslv3 alert", "decompression failure"),
        AlertDescription::HandshakeFailure => ("sslv3 alert", "handshake failure"),
        AlertDescription::NoCertificate => ("sslv3 alert", "no certificate"),
        AlertDescription::BadCertificate => ("sslv3 alert", "bad certificate"),
        AlertDescription::UnsupportedCertificate => ("sslv3 alert", "unsupported certificate"),
        AlertDescription::CertificateRevoked => ("sslv3 alert", "certificate revoked"),
        AlertDescription::CertificateExpired => ("sslv3 alert", "certificate expired"),
        AlertDescription::CertificateUnknown => ("sslv3 alert", "certificate unknown"),
        AlertDescription::IllegalParameter => ("sslv3 alert", "illegal parameter"),
        AlertDescription::DecryptionFailed => ("tlsv1 alert", "decryption failed"),
        AlertDescription::RecordOverflow => ("tlsv1 alert", "record overflow"),
        AlertDescription::UnknownCA => ("tlsv1 alert", "unknown ca"),
        AlertDescription::AccessDenied => ("tlsv1 alert", "access denied"),
        AlertDescription::DecodeError => ("tlsv1 alert", "decode error"),
        AlertDescription::DecryptError => ("tlsv1 alert", "decrypt error"),
        AlertDescription::ExportRestriction => ("tlsv1 alert", "export restriction"),
        AlertDescription::ProtocolVersion => ("tlsv1 alert", "protocol version"),
        AlertDescription::InsufficientSecurity => ("tlsv1 alert", "insufficient security"),
        AlertDescription::InternalError => ("tlsv1 alert", "internal error"),
        AlertDescription::InappropriateFallback => ("tlsv1 alert", "inappropriate fallback"),
        AlertDescription::UserCanceled => ("tlsv1 alert", "user cancelled"),
        AlertDescription::NoRenegotiation => ("tlsv1 alert", "no renegotiation"),
        AlertDescription::UnsupportedExtension => ("tlsv1", "unsupported extension"),
        AlertDescription::CertificateUnobtainable => ("tlsv1", "certificate unobtainable"),
        AlertDescription::UnrecognisedName => ("tlsv1", "unrecognized name"),
        AlertDescription::BadCertificateStatusResponse => {
            ("tlsv1", "bad certificate status response")
        }
        AlertDescription::MissingExtension => ("tlsv13 alert", "missing extension"),
        AlertDescription::CertificateRequired => ("tlsv13 alert", "certificate required"),
        AlertDescription::NoApplicationProtocol => ("tlsv1 alert", "no application protocol"),
        _ => ("unknown alert", "type"),
    };
    format!("{family} {name}")
}
