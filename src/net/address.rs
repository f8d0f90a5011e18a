//! Where to connect and listen.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// An endpoint; host names are resolved before they come here, by Node's own `dns` with its options.
#[derive(Clone, Debug)]
pub enum Address {
    /// A local socket.
    Path(PathBuf),
    /// TCP: the addresses a host name has, in the order to try them.
    Host {
        /// Never empty.
        candidates: Vec<SocketAddr>,
        /// The local end to bind to first.
        local: Option<SocketAddr>,
    },
}

/// The local end for a connection to `remote`, from what the caller gave; the family follows the remote end.
#[must_use]
pub fn local_end(ip: Option<IpAddr>, port: Option<u16>, remote: SocketAddr) -> Option<SocketAddr> {
    if ip.is_none() && port.is_none() {
        return None;
    }
    let any = match remote {
        SocketAddr::V4(_) => IpAddr::from([0_u8; 4]),
        SocketAddr::V6(_) => IpAddr::from([0_u8; 16]),
    };
    Some(SocketAddr::new(ip.unwrap_or(any), port.unwrap_or(0)))
}
