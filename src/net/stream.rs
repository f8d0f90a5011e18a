//! An established connection, before a data path takes it.

use std::io::{self, IoSlice};
use std::net::{Shutdown, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, ready};
use std::time::Duration;

#[cfg(unix)]
use socket2::Domain;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::descriptor::Descriptor;
use super::local;

/// A connected stream that tokio has established.
#[derive(Debug)]
pub enum Stream {
    /// TCP.
    Tcp(tokio::net::TcpStream),
    /// A local socket.
    Local(local::Stream),
}

/// Both ends of a TCP connection; nothing for local sockets, as in Node.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ends {
    /// This process's end.
    pub local: Option<SocketAddr>,
    /// The peer's end.
    pub remote: Option<SocketAddr>,
}

impl Stream {
    /// The addresses of both ends, read once: after a reset they could not be told any more.
    #[must_use]
    pub fn ends(&self) -> Ends {
        match self {
            Self::Tcp(stream) => Ends {
                local: stream.local_addr().ok(),
                remote: stream.peer_addr().ok(),
            },
            Self::Local(_) => Ends::default(),
        }
    }

    /// Switches Nagle's algorithm off or on; nothing to do for local sockets.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn set_no_delay(&self, on: bool) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.set_nodelay(on),
            Self::Local(_) => Ok(()),
        }
    }

    /// Ends this side.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn poll_shutdown(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(stream) => Poll::Ready(SockRef::from(stream).shutdown(Shutdown::Write)),
            Self::Local(stream) => local::poll_shutdown(stream, cx),
        }
    }

    /// Switches probes of an idle TCP connection on, after `idle`, or off; nothing to do for local sockets.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn set_keep_alive(&self, idle: Option<Duration>) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => keep_alive(&SockRef::from(stream), idle),
            Self::Local(_) => Ok(()),
        }
    }

    /// Writes what the system takes at once.
    ///
    /// # Errors
    /// `WouldBlock` if that is nothing; what the operating system says.
    pub fn try_write_vectored(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.try_write_vectored(slices),
            Self::Local(stream) => stream.try_write_vectored(slices),
        }
    }

    /// A stream from a connected descriptor that somebody else has opened, which it takes over.
    ///
    /// # Errors
    /// See [`check`].
    #[cfg(unix)]
    pub fn from_fd(fd: Descriptor) -> io::Result<Self> {
        let domain = check(&SockRef::from(&fd))?;
        let socket = socket2::Socket::from(fd);
        if domain == Domain::UNIX {
            return Ok(Self::Local(
                std::os::unix::net::UnixStream::from(socket).into(),
            ));
        }
        socket.set_nonblocking(true)?;
        let _context = super::runtime::handle()?.enter();
        Ok(Self::Tcp(tokio::net::TcpStream::from_std(socket.into())?))
    }

    /// There is none on Windows.
    ///
    /// # Errors
    /// None.
    #[cfg(windows)]
    #[expect(clippy::needless_pass_by_value, reason = "on Unix it takes it over")]
    pub fn from_fd(fd: Descriptor) -> io::Result<Self> {
        match fd {}
    }

    /// Takes the descriptor out of tokio, for the loop path to adopt.
    ///
    /// # Errors
    /// What the operating system says when tokio lets go of it.
    #[cfg(unix)]
    pub fn into_fd(self) -> io::Result<Descriptor> {
        Ok(match self {
            Self::Tcp(stream) => stream.into_std()?.into(),
            Self::Local(stream) => stream.into_std()?.into(),
        })
    }
}

/// The domain of a socket that can be a [`Stream`].
///
/// # Errors
/// What the operating system says, and `InvalidInput` for anything but a TCP or local stream socket.
#[cfg(unix)]
pub fn check(socket: &SockRef<'_>) -> io::Result<Domain> {
    use socket2::Type;

    // Asked of its address: not every system tells the domain itself.
    let domain = socket.local_addr()?.domain();
    let known = [Domain::UNIX, Domain::IPV4, Domain::IPV6].contains(&domain);
    if known && socket.r#type()? == Type::STREAM {
        Ok(domain)
    } else {
        Err(io::ErrorKind::InvalidInput.into())
    }
}

/// Switches probes of an idle TCP connection on, after `idle` (zero: the system's own delay), or off.
///
/// # Errors
/// What the operating system says.
pub fn keep_alive(socket: &SockRef<'_>, idle: Option<Duration>) -> io::Result<()> {
    match idle {
        Some(Duration::ZERO) => socket.set_keepalive(true),
        Some(idle) => socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(idle)),
        None => socket.set_keepalive(false),
    }
}

/// A stream whose reader, writer and options are in different hands.
#[derive(Clone, Debug)]
pub struct Plain(Arc<Stream>);

impl From<Stream> for Plain {
    fn from(stream: Stream) -> Self {
        Self(Arc::new(stream))
    }
}

impl Plain {
    /// The stream, for its options.
    #[must_use]
    pub fn get(&self) -> &Stream {
        &self.0
    }

    /// Its options, for who neither reads nor writes.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings(Arc::downgrade(&self.0))
    }

    /// The stream itself, if nobody else has it.
    #[must_use]
    pub fn into_stream(self) -> Option<Stream> {
        Arc::into_inner(self.0)
    }
}

/// The options of a stream as long as somebody reads or writes it. It does not keep the stream open: the peer of a pipe
/// sees its end only when nobody has it any more.
#[derive(Clone, Debug)]
pub struct Settings(Weak<Stream>);

impl Settings {
    /// See [`Stream::set_no_delay`].
    ///
    /// # Errors
    /// As there, and `NotConnected` once the stream is closed.
    pub fn set_no_delay(&self, on: bool) -> io::Result<()> {
        self.get()?.set_no_delay(on)
    }

    /// See [`Stream::set_keep_alive`].
    ///
    /// # Errors
    /// As there, and `NotConnected` once the stream is closed.
    pub fn set_keep_alive(&self, idle: Option<Duration>) -> io::Result<()> {
        self.get()?.set_keep_alive(idle)
    }

    fn get(&self) -> io::Result<Arc<Stream>> {
        self.0
            .upgrade()
            .ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl AsyncRead for Plain {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            // Not `try_read` into initialised memory: the room for a large frame would be zeroed for every chunk of it.
            let outcome = match &*self.0 {
                Stream::Tcp(stream) => {
                    ready!(stream.poll_read_ready(cx))?;
                    stream.try_read_buf(buffer)
                }
                Stream::Local(stream) => {
                    ready!(stream.poll_read_ready(cx))?;
                    stream.try_read_buf(buffer)
                }
            };
            match outcome {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                outcome => return Poll::Ready(outcome.map(drop)),
            }
        }
    }
}

impl AsyncWrite for Plain {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        loop {
            let outcome = match &*self.0 {
                Stream::Tcp(stream) => {
                    ready!(stream.poll_write_ready(cx))?;
                    stream.try_write_vectored(slices)
                }
                Stream::Local(stream) => {
                    ready!(stream.poll_write_ready(cx))?;
                    stream.try_write_vectored(slices)
                }
            };
            match outcome {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                outcome => return Poll::Ready(outcome),
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_shutdown(cx)
    }
}
