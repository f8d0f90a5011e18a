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

/// The longest local path the operating system takes, in bytes, without a terminating zero.
#[cfg(target_os = "macos")]
pub const PATH_MAX: usize = 104;
/// The longest local path the operating system takes, in bytes, without a terminating zero.
#[cfg(not(target_os = "macos"))]
pub const PATH_MAX: usize = 108;

/// Cuts a local path to what the operating system takes: an original peer does the same silently, so both meet
/// at the truncated name. `None` if it fits.
#[cfg(unix)]
#[must_use]
pub fn truncated(path: &std::path::Path) -> Option<PathBuf> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let bytes = path.as_os_str().as_bytes();
    (bytes.len() > PATH_MAX).then(|| PathBuf::from(OsStr::from_bytes(&bytes[..PATH_MAX])))
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
