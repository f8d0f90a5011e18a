//! Local sockets of Unix.

use std::ffi::OsStr;
use std::io::{self, IoSlice};
use std::net::Shutdown;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, ready};

use socket2::SockRef;
use tokio::io::unix::AsyncFd;
use tokio::io::{Interest, ReadBuf};
use tokio::time::sleep;

use super::socket_file::{self, PATH_MAX, SocketFile};
use super::{Access, BUSY_PAUSE, Unlink};
use crate::net::runtime;

/// An established connection. The runtime polls it only once somebody on the background thread waits for it: one that moves
/// to Node's loop would be made known to epoll and taken back for nothing.
#[derive(Debug)]
pub struct Stream {
    fresh: Mutex<Option<UnixStream>>,
    polled: OnceLock<tokio::net::UnixStream>,
}

/// A listener whose backlog is full answers EAGAIN at once on a local socket, where TCP would wait: a storm of
/// clients would fail for no reason its user could see. So it is asked again, this often.
const BUSY_TRIES: u32 = 200;

/// An open listener; dropping it closes the descriptor and removes its own file.
#[derive(Debug)]
pub struct Listener {
    // Fields drop in this order: the file goes before the descriptor, so nobody is refused at a path that exists.
    _file: SocketFile,
    socket: AsyncFd<UnixListener>,
}

impl Listener {
    /// The next connection.
    ///
    /// # Errors
    /// What the operating system says; the next call goes on.
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<Stream>> {
        loop {
            let mut guard = ready!(self.socket.poll_read_ready(cx))?;
            if let Ok(accepted) = guard.try_io(|socket| socket.get_ref().accept()) {
                return Poll::Ready(accepted.map(|(stream, _)| stream.into()));
            }
        }
    }
}

impl From<UnixStream> for Stream {
    fn from(socket: UnixStream) -> Self {
        Self {
            fresh: Mutex::new(Some(socket)),
            polled: OnceLock::new(),
        }
    }
}

impl Stream {
    /// The stream as the runtime polls it.
    fn polled(&self) -> io::Result<&tokio::net::UnixStream> {
        if self.polled.get().is_none() {
            let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(socket) = fresh.take() {
                socket.set_nonblocking(true)?;
                let _context = runtime::handle()?.enter();
                // Nobody else can have set it: there was a fresh one.
                let _ = self.polled.set(tokio::net::UnixStream::from_std(socket)?);
            }
        }
        self.polled
            .get()
            .ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    /// Ready when there may be something to read.
    ///
    /// # Errors
    /// If the runtime is going.
    pub fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.polled()?.poll_read_ready(cx)
    }

    /// Reads what there is; nothing at the end.
    ///
    /// # Errors
    /// `WouldBlock` if that is nothing; what the operating system says.
    pub fn try_read_buf(&self, buffer: &mut ReadBuf<'_>) -> io::Result<usize> {
        self.polled()?.try_read_buf(buffer)
    }

    /// Ready when something may be written.
    ///
    /// # Errors
    /// If the runtime is going.
    pub fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.polled()?.poll_write_ready(cx)
    }

    /// Writes what the system takes at once.
    ///
    /// # Errors
    /// `WouldBlock` if that is nothing; what the operating system says.
    pub fn try_write_vectored(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.polled()?.try_write_vectored(slices)
    }

    /// The socket alone, for somebody else to poll.
    ///
    /// # Errors
    /// What the operating system says when the runtime lets go of it.
    pub fn into_std(self) -> io::Result<UnixStream> {
        let fresh = self
            .fresh
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        match (fresh, self.polled.into_inner()) {
            (Some(socket), _) => Ok(socket),
            (None, Some(stream)) => stream.into_std(),
            (None, None) => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

/// Listens at `path`, which must be [`fitting`]. Called in the context of the runtime.
///
/// # Errors
/// What the operating system says; EACCES for a missing directory, as libuv reports it.
pub fn bind(path: &Path, unlink: Unlink, access: Access, backlog: i32) -> io::Result<Listener> {
    let (socket, file) = socket_file::bind(path, unlink, access, backlog)?;
    socket.set_nonblocking(true)?;
    // Not tokio's listener, which has the runtime poll what it accepts. The successor of this function is unsafe for the sake
    // of types that do not keep their descriptor, as std's listener does.
    #[allow(deprecated)]
    let socket = AsyncFd::with_interest(socket.into(), Interest::READABLE)?;
    Ok(Listener {
        _file: file,
        socket,
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
            outcome => return outcome.map(|socket| UnixStream::from(socket).into()),
        }
        sleep(BUSY_PAUSE).await;
    }
}

/// Ends this side.
///
/// # Errors
/// What the operating system says.
pub fn poll_shutdown(stream: &Stream, _: &mut Context<'_>) -> Poll<io::Result<()>> {
    Poll::Ready(
        stream
            .polled()
            .and_then(|stream| SockRef::from(stream).shutdown(Shutdown::Write)),
    )
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
    Some(stream.polled().ok()?.peer_cred().ok()?.uid())
}
