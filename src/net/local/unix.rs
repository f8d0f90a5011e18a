//! Local sockets of Unix.

use std::ffi::OsStr;
use std::io;
use std::net::Shutdown;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::task::{Context, Poll, ready};

use socket2::SockRef;
use tokio::net::UnixListener;
use tokio::time::sleep;

use super::socket_file::{self, PATH_MAX, SocketFile};
use super::{Access, BUSY_PAUSE, Unlink};

/// An established connection.
pub type Stream = tokio::net::UnixStream;

/// A listener whose backlog is full answers EAGAIN at once on a local socket, where TCP would wait: a storm of
/// clients would fail for no reason its user could see. So it is asked again, this often.
const BUSY_TRIES: u32 = 200;

/// An open listener; dropping it closes the descriptor and removes its own file.
#[derive(Debug)]
pub struct Listener {
    // Fields drop in this order: the file goes before the descriptor, so nobody is refused at a path that exists.
    _file: SocketFile,
    socket: UnixListener,
}

impl Listener {
    /// The next connection.
    ///
    /// # Errors
    /// What the operating system says; the next call goes on.
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<Stream>> {
        Poll::Ready(ready!(self.socket.poll_accept(cx)).map(|(stream, _)| stream))
    }
}

/// Listens at `path`, which must be [`fitting`]. Called in the context of the runtime.
///
/// # Errors
/// What the operating system says; EACCES for a missing directory, as libuv reports it.
pub fn bind(path: &Path, unlink: Unlink, access: Access, backlog: i32) -> io::Result<Listener> {
    let (socket, file) = socket_file::bind(path, unlink, access, backlog)?;
    socket.set_nonblocking(true)?;
    Ok(Listener {
        _file: file,
        socket: UnixListener::from_std(socket.into())?,
    })
}

/// Connects to whoever listens at `path`.
///
/// # Errors
/// What the operating system says.
pub async fn connect(path: &Path) -> io::Result<Stream> {
    let mut tries = 1;
    loop {
        match socket_file::connect(path) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && tries < BUSY_TRIES => {
                tries += 1;
            }
            outcome => return Stream::from_std(outcome?.into()),
        }
        sleep(BUSY_PAUSE).await;
    }
}

/// Ends this side.
///
/// # Errors
/// What the operating system says.
pub fn poll_shutdown(stream: &Stream, _: &mut Context<'_>) -> Poll<io::Result<()>> {
    Poll::Ready(SockRef::from(stream).shutdown(Shutdown::Write))
}

/// Cuts a local path to what the operating system takes: an original peer does the same silently, so both meet
/// at the truncated name.
#[must_use]
pub fn fitting(path: String) -> PathBuf {
    match path.as_bytes().get(..PATH_MAX) {
        Some(bytes) => PathBuf::from(OsStr::from_bytes(bytes)),
        None => PathBuf::from(path),
    }
}

/// The user at the other end.
#[must_use]
pub fn user(stream: &Stream) -> Option<u32> {
    stream.peer_cred().ok().map(|peer| peer.uid())
}
