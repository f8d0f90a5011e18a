//! The stream of a connection after its handshake: what the program sends and receives, in records of TLS.
//!
//! Not the one of tokio-rustls, which asks the system for 4 KiB at a time and hands over one record: here as much is
//! read at once as there is room for the plaintext of, and all records of it are handed over together.

use std::cell::RefCell;
use std::io::{self, BufRead, IoSlice, Write};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::rustls::Connection;

use super::tunnel::Tunnel;
use crate::core::limits::READ_BUDGET;
use crate::net::stream::Plain;
use crate::net::worker::Direct;

/// Longest record on the wire. So much of the peer's bytes may be with rustls already when more are read.
pub(super) const RECORD_MAX: usize = 18 * 1024;

/// What rustls takes at a time.
pub(super) const STEP: usize = 4096;

/// Bytes of the program that are encrypted before the system has taken those before them.
pub(super) const AHEAD: usize = READ_BUDGET;

thread_local! {
    /// Received records, until rustls has them. Idle connections hold no read buffer: there is one a thread.
    static WIRE: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BUDGET].into_boxed_slice());
}

/// See the module. Reader, writer, and who sends on the JavaScript thread have one each. A peer that goes without saying
/// so has ended, as in Node: messages have their own ends.
#[derive(Clone, Debug)]
pub struct SecureStream(Arc<Mutex<Inner>>);

impl SecureStream {
    /// The stream of a `session` whose handshake is done.
    pub(super) fn new(plain: Plain, session: impl Into<Connection>) -> Self {
        let mut session = session.into();
        session.set_buffer_limit(Some(AHEAD));
        Self(Arc::new(Mutex::new(Inner {
            plain,
            session,
            ended: false,
            unread: None,
            unsent: None,
        })))
    }

    /// The session alone, for who reads and writes by himself; nothing if somebody else uses it.
    pub(super) fn into_tunnel(self) -> Option<Tunnel> {
        let inner = Arc::try_unwrap(self.0).ok()?;
        let inner = inner.into_inner().unwrap_or_else(PoisonError::into_inner);
        Some(Tunnel::new(inner.session))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // rustls keeps what it has until it is whole; whoever panicked closes the connection.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Inner {
    plain: Plain,
    session: Connection,
    ended: bool,
    /// What went wrong with reading behind bytes that had to be handed over first.
    unread: Option<io::Error>,
    /// What went wrong with sending where nobody could be told.
    unsent: Option<io::Error>,
}

impl Inner {
    /// Reads and decrypts until `buffer` is nearly full or there is no more for the moment.
    fn fill(&mut self, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.take_plaintext(buffer)?;
        while !self.ended && buffer.remaining() > 0 {
            let room = buffer.remaining().saturating_sub(RECORD_MAX);
            if room < STEP && !buffer.filled().is_empty() {
                break;
            }
            let room = room.clamp(STEP, READ_BUDGET);
            let got = WIRE.with_borrow_mut(|wire| {
                let mut chunk = ReadBuf::new(wire.get_mut(..room).unwrap_or_default());
                ready!(Pin::new(&mut self.plain).poll_read(cx, &mut chunk))?;
                self.decrypt(cx, chunk.filled(), buffer)?;
                Poll::Ready(Ok::<usize, io::Error>(chunk.filled().len()))
            });
            match ready!(got)? {
                0 => self.ended = true,
                // The system had no more.
                got if got < room && !buffer.filled().is_empty() => break,
                _ => {}
            }
        }
        Poll::Ready(Ok(()))
    }

    fn decrypt(
        &mut self,
        cx: &mut Context<'_>,
        mut records: &[u8],
        buffer: &mut ReadBuf<'_>,
    ) -> io::Result<()> {
        while !records.is_empty() && !self.ended {
            if self.session.read_tls(&mut records)? == 0 {
                break;
            }
            let processed = self.session.process_new_packets();
            self.take_plaintext(buffer)?;
            if let Err(error) = processed {
                // The peer is told why, if there is room for it.
                let _ = self.write_records(Some(cx));
                return Err(io::Error::new(io::ErrorKind::InvalidData, error));
            }
        }
        Ok(())
    }

    fn take_plaintext(&mut self, buffer: &mut ReadBuf<'_>) -> io::Result<()> {
        let mut reader = self.session.reader();
        while buffer.remaining() > 0 {
            let chunk = match reader.fill_buf() {
                Ok([]) => {
                    self.ended = true;
                    return Ok(());
                }
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            let count = chunk.len().min(buffer.remaining());
            buffer.put_slice(chunk.get(..count).unwrap_or_default());
            reader.consume(count);
        }
        Ok(())
    }

    /// Gives the system all records there are; without a context, as far as that goes at once.
    fn write_records(&mut self, mut cx: Option<&mut Context<'_>>) -> Poll<io::Result<()>> {
        if let Some(failure) = self.unsent.take() {
            return Poll::Ready(Err(failure));
        }
        while self.session.wants_write() {
            let mut sink = Sink {
                plain: &mut self.plain,
                cx: cx.as_deref_mut(),
            };
            match self.session.write_tls(&mut sink) {
                Ok(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Poll::Pending,
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for SecureStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut inner = self.lock();
        if let Some(failure) = inner.unread.take() {
            return Poll::Ready(Err(failure));
        }
        let before = buffer.filled().len();
        match inner.fill(cx, buffer) {
            Poll::Ready(Err(error)) if buffer.filled().len() > before => {
                inner.unread = Some(error);
                Poll::Ready(Ok(()))
            }
            Poll::Pending if buffer.filled().len() > before => Poll::Ready(Ok(())),
            outcome => outcome,
        }
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
        // What was encrypted before comes first; so no more than `AHEAD` is held in here.
        ready!(inner.write_records(Some(cx)))?;
        let taken = inner.session.writer().write_vectored(slices)?;
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
        inner.session.send_close_notify();
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
        if inner.unsent.is_some() || inner.session.wants_write() {
            return (0, false);
        }
        let taken = match inner.session.writer().write_vectored(slices) {
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
struct Sink<'a, 'b, 'c> {
    plain: &'a mut Plain,
    cx: Option<&'b mut Context<'c>>,
}

impl Write for Sink<'_, '_, '_> {
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
