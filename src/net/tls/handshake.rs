//! The handshake of either side, with a deadline: a peer that falls silent costs nothing for ever.

use tokio::time::timeout;
use tokio_rustls::rustls::CommonState;
use tokio_rustls::rustls::pki_types::{ServerName, UnixTime};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::config::{Config, Side};
use super::failure::Failure;
use super::secure_stream::SecureStream;
use super::stream::{Secured, Session};
use super::verify::{self, Role};
use crate::net::stream::{Plain, Stream};

/// A client's side of one connection.
#[derive(Clone, Debug)]
pub struct Client {
    /// How.
    pub config: Config,
    /// The name to ask the server for; none: do not.
    pub server_name: Option<String>,
}

/// Makes a connection a secure one, from the connecting side. Whether the server is trusted is told by the session.
///
/// # Errors
/// See [`Failure`].
pub async fn connect(stream: Stream, client: &Client) -> Result<Secured, Failure> {
    let Side::Client(config) = &client.config.side else {
        return Err(Failure::Protocol("internal error".to_owned()));
    };
    let name = client
        .server_name
        .clone()
        .and_then(|name| ServerName::try_from(name).ok());
    let mut config = config.clone();
    let name = name.unwrap_or_else(|| {
        std::sync::Arc::make_mut(&mut config).enable_sni = false;
        ServerName::IpAddress(std::net::Ipv4Addr::UNSPECIFIED.into())
    });
    let plain = Plain::from(stream);
    let handshake = TlsConnector::from(config).connect(name, plain.clone());
    let stream = timeout(client.config.handshake_timeout, handshake)
        .await
        .map_err(|_| Failure::TimedOut)??;
    let mut session = session(stream.get_ref().1, client.server_name.clone());
    session.problem = problem(&session, &client.config, Role::Server);
    let (io, state) = stream.into_inner();
    Ok(Secured {
        stream: SecureStream::new(io, state),
        plain,
        session,
    })
}

/// Makes a connection a secure one, from the accepting side. A client that must be trusted and is not fails.
///
/// # Errors
/// See [`Failure`].
pub async fn accept(stream: Stream, config: &Config) -> Result<Secured, Failure> {
    let Side::Server(server) = &config.side else {
        return Err(Failure::Protocol("internal error".to_owned()));
    };
    let plain = Plain::from(stream);
    let handshake = TlsAcceptor::from(server.clone()).accept(plain.clone());
    let stream = timeout(config.handshake_timeout, handshake)
        .await
        .map_err(|_| Failure::TimedOut)??;
    let state = stream.get_ref().1;
    let mut session = session(state, state.server_name().map(ToOwned::to_owned));
    if config.request_certificate {
        session.problem = if session.certificates.is_empty() {
            // What OpenSSL says of a certificate that is not there.
            Some(verify::Problem::NoIssuer)
        } else {
            problem(&session, config, Role::Client)
        };
        if let Some(problem) = session.problem
            && config.reject_unauthorized
        {
            return Err(Failure::Distrust(problem));
        }
    }
    let (io, state) = stream.into_inner();
    Ok(Secured {
        stream: SecureStream::new(io, state),
        plain,
        session,
    })
}

fn session(state: &CommonState, server_name: Option<String>) -> Session {
    Session::new(state, server_name)
}

fn problem(session: &Session, config: &Config, role: Role) -> Option<verify::Problem> {
    let now = i64::try_from(UnixTime::now().as_secs()).unwrap_or(i64::MAX);
    verify::chain(&session.certificates, &config.anchors, role, now)
}
