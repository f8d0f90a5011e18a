//! The stream of a connection after its handshake, for tasks: a [`Tunnel`] that waits.

use std::io::{self, IoSlice, Read, Write};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::rustls::Connection;

use super::tunnel::Tunnel;
use crate::net::stream::Plain;
use crate::net::worker::Direct;

/// See the module. Reader, writer, and who sends on the JavaScript thread have one each. A peer that goes without saying
/// so has ended, as in Node: messages have their own ends.
#[derive(Clone, Debug)]
pub struct SecureStream(Arc<Mutex<Inner>>);

impl SecureStream {
    /// The stream of a `session` whose handshake is done.
    pub(super) fn new(plain: Plain, session: impl Into<Connection>) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            plain,
            tunnel: Tunnel::new(session),
            unsent: None,
        })))
    }

    /// The session alone, for who reads and writes by himself; nothing if somebody else uses it.
    pub(super) fn into_tunnel(self) -> Option<Tunnel> {
        let inner = Arc::into_inner(self.0)?;
        Some(
            inner
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner)
                .tunnel,
        )
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // rustls keeps what it has until it is whole; whoever panicked closes the connection.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Inner {
    plain: Plain,
    tunnel: Tunnel,
    /// What went wrong with sending where nobody could be told.
    unsent: Option<io::Error>,
}

impl Inner {
    /// Gives the system all records there are; without a context, as far as that goes at once.
    fn write_records(&mut self, cx: Option<&mut Context<'_>>) -> Poll<io::Result<()>> {
        if let Some(failure) = self.unsent.take() {
            return Poll::Ready(Err(failure));
        }
        let mut wire = Wire {
            plain: &mut self.plain,
            cx,
        };
        polled(self.tunnel.flush(&mut wire))
    }
}

/// What would block is pending: the stream beneath has seen to the wake-up.
fn polled<T>(outcome: io::Result<T>) -> Poll<io::Result<T>> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Poll::Pending,
        outcome => Poll::Ready(outcome),
    }
}

impl AsyncRead for SecureStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Inner { plain, tunnel, .. } = &mut *self.lock();
        let room = buffer.remaining();
        let mut wire = Wire {
            plain,
            cx: Some(cx),
        };
        let outcome = tunnel.read(&mut wire, buffer, room);
        if tunnel.pending() {
            // What TLS itself has to say, for example why it fails, if there is room for it.
            let _ = tunnel.flush(&mut wire);
        }
        polled(outcome.map(drop))
    }
}

impl AsyncWrite for SecureStream {
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
        let mut inner = self.lock();
        // What was encrypted before comes first; so no more than rustls takes at a time is held in here.
        ready!(inner.write_records(Some(cx)))?;
        let taken = inner.tunnel.encrypt(slices)?;
        match inner.write_records(Some(cx)) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            _ => Poll::Ready(Ok(taken)),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.lock().write_records(Some(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut inner = self.lock();
        // Said once, however often this is asked.
        inner.tunnel.say_goodbye();
        ready!(inner.write_records(Some(cx)))?;
        match ready!(Pin::new(&mut inner.plain).poll_shutdown(cx)) {
            Err(error) if error.kind() != io::ErrorKind::NotConnected => Poll::Ready(Err(error)),
            _ => Poll::Ready(Ok(())),
        }
    }
}

impl Direct for SecureStream {
    fn try_send(&self, slices: &[IoSlice<'_>]) -> (usize, bool) {
        // Whoever is reading would be waited for.
        let Ok(mut inner) = self.0.try_lock() else {
            return (0, false);
        };
        if inner.unsent.is_some() || inner.tunnel.pending() {
            return (0, false);
        }
        let taken = match inner.tunnel.encrypt(slices) {
            Ok(taken) => taken,
            Err(error) => {
                inner.unsent = Some(error);
                return (0, false);
            }
        };
        match inner.write_records(None) {
            Poll::Ready(Ok(())) => (taken, true),
            Poll::Ready(Err(error)) => {
                inner.unsent = Some(error);
                (taken, false)
            }
            Poll::Pending => (taken, false),
        }
    }
}

/// The stream beneath as rustls wants it.
struct Wire<'a, 'b, 'c> {
    plain: &'a mut Plain,
    cx: Option<&'b mut Context<'c>>,
}

impl Read for Wire<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(cx) = self.cx.as_deref_mut() else {
            return Err(io::ErrorKind::WouldBlock.into());
        };
        let mut chunk = ReadBuf::new(buffer);
        match Pin::new(&mut *self.plain).poll_read(cx, &mut chunk) {
            Poll::Ready(outcome) => outcome.map(|()| chunk.filled().len()),
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

impl Write for Wire<'_, '_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let Some(cx) = self.cx.as_deref_mut() else {
            return self.plain.get().try_write_vectored(slices);
        };
        match Pin::new(&mut *self.plain).poll_write_vectored(cx, slices) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
