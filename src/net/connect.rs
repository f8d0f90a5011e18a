//! One attempt to establish a connection.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::address::Address;
use super::inbox::Inbox;
use super::local;
use super::runtime;
use super::stream::Stream;
use super::tls::handshake::{self, Client};
use crate::core::batch::Kind;

/// How long one of several addresses may take before the next is tried; Node's `autoSelectFamilyAttemptTimeout`.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(250);

/// Why an attempt failed: an error for each address tried, in order.
pub type Failures = Vec<io::Error>;

/// Starts an attempt for connection `id`, whose outcome comes by `inbox`; with `secure` a TLS handshake follows.
///
/// # Errors
/// If the background thread cannot be started.
pub fn start(
    id: u32,
    address: Address,
    no_delay: bool,
    secure: Option<Client>,
    inbox: Arc<Inbox>,
) -> io::Result<AbortHandle> {
    let alarm = inbox.clone();
    let task = async move {
        match connect(&address).await {
            Ok(stream) => {
                if no_delay {
                    // Only a delay more: a connection that cannot have it is still a connection.
                    let _ = stream.set_no_delay(true);
                }
                let Some(client) = secure else {
                    inbox.connected(id, stream);
                    return;
                };
                inbox.reached(id, stream.ends());
                match handshake::connect(stream, &client).await {
                    Ok(secured) => inbox.secured(id, secured),
                    Err(failure) => inbox.insecure(Kind::Insecure, id, &failure),
                }
            }
            Err(failures) => inbox.failed(id, &failures),
        }
    };
    runtime::spawn(task, move || {
        alarm.failed(id, &[io::ErrorKind::Other.into()]);
    })
}

/// Connects, trying the addresses in order.
///
/// # Errors
/// The failures of all addresses; one for a local path.
pub async fn connect(address: &Address) -> Result<Stream, Failures> {
    match address {
        Address::Path(path) => match local::connect(path).await {
            Ok(stream) => Ok(Stream::Local(stream)),
            Err(error) => Err(vec![error]),
        },
        Address::Host { candidates, local } => {
            let mut failures = Failures::new();
            let mut rest = candidates.iter().peekable();
            while let Some(&remote) = rest.next() {
                let attempt = tcp(remote, *local);
                // The last one has the operating system's own patience.
                let outcome = if rest.peek().is_some() {
                    timeout(ATTEMPT_TIMEOUT, attempt)
                        .await
                        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
                } else {
                    attempt.await
                };
                match outcome {
                    Ok(stream) => return Ok(Stream::Tcp(stream)),
                    Err(error) => failures.push(error),
                }
            }
            Err(failures)
        }
    }
}

async fn tcp(remote: SocketAddr, local: Option<SocketAddr>) -> io::Result<TcpStream> {
    let socket = if remote.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    if let Some(local) = local {
        // As libuv: a client that reconnects from a fixed port must not wait for TIME_WAIT.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(local)?;
    }
    socket.connect(remote).await
}
