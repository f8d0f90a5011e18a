//! Local sockets: files on Unix, named pipes on Windows.
//!
//! - `unix`, `pipe`: the same names on either system: `Listener`, `Stream`, `bind`, `connect`, `poll_shutdown`,
//!   `fitting`, `user`
//! - `socket_file`: taking over, permissions and removal of a socket's file; a pipe has none

#[cfg(windows)]
mod pipe;
#[cfg(unix)]
mod socket_file;
#[cfg(unix)]
mod unix;

use std::time::Duration;

#[cfg(windows)]
pub use self::pipe::{Listener, Stream, bind, connect, fitting, poll_shutdown, user};
#[cfg(unix)]
pub use self::unix::{Listener, Stream, bind, connect, fitting, poll_shutdown, user};

/// A listener that cannot take another connection for the moment is asked again after this pause.
const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// What to do with what stands at the path already. A pipe's name belongs to whoever has it open: all mean `Never` there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlink {
    /// Fail with EADDRINUSE.
    Never,
    /// Take the place of a socket, dead or alive; anything else is EADDRINUSE. No other file is ever removed.
    Sockets,
    /// Take the place of a socket nobody listens on.
    Probe,
}

/// Permissions beyond the umask's. A pipe has those that Windows gives it: its user and administrators may connect.
#[derive(Clone, Copy, Debug, Default)]
pub struct Access {
    /// Everybody may read.
    pub readable_all: bool,
    /// Everybody may write.
    pub writable_all: bool,
}
