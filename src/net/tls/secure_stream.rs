//! The stream of a connection after its handshake: what the program sends and receives, in records of TLS.
//!
//! Not the one of tokio-rustls, which asks the system for 4 KiB at a time and hands over one record: here as much is
//! read at once as there is room for the plaintext of, and all records of it are handed over together.

use std::cell::RefCell;
use std::io::{self, BufRead, IoSlice, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::rustls::Connection;

use crate::core::limits::READ_BUDGET;
use crate::net::stream::Plain;

/// Longest record on the wire. So much of the peer's bytes may be with rustls already when more are read.
const RECORD_MAX: usize = 18 * 1024;

/// What rustls takes at a time.
const STEP: usize = 4096;

/// Bytes of the program that are encrypted before the system has taken those before them.
const AHEAD: usize = READ_BUDGET;

thread_local! {
    /// Received records, until rustls has them. Idle connections hold no read buffer: there is one a thread.
    static WIRE: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BUDGET].into_boxed_slice());
}

/// See the module. A peer that goes without saying so has ended, as in Node: messages have their own ends.
#[derive(Debug)]
pub struct SecureStream {
    plain: Plain,
    session: Connection,
    ended: bool,
    /// What went wrong behind bytes that had to be handed over first.
    failure: Option<io::Error>,
}

impl SecureStream {
    /// The stream of a `session` whose handshake is done.
    pub(super) fn new(plain: Plain, session: impl Into<Connection>) -> Self {
        let mut session = session.into();
        session.set_buffer_limit(Some(AHEAD));
        Self {
            plain,
            session,
            ended: false,
            failure: None,
        }
    }

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
                let _ = self.write_records(cx);
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

    /// Gives the system all records there are.
    fn write_records(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.session.wants_write() {
            let mut sink = Sink {
                plain: &mut self.plain,
                cx,
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
        let this = self.get_mut();
        if let Some(failure) = this.failure.take() {
            return Poll::Ready(Err(failure));
        }
        let before = buffer.filled().len();
        match this.fill(cx, buffer) {
            Poll::Ready(Err(error)) if buffer.filled().len() > before => {
                this.failure = Some(error);
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
        let this = self.get_mut();
        // What was encrypted before comes first; so no more than `AHEAD` is held in here.
        ready!(this.write_records(cx))?;
        let taken = this.session.writer().write_vectored(slices)?;
        match this.write_records(cx) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            _ => Poll::Ready(Ok(taken)),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().write_records(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // Said once, however often this is asked.
        this.session.send_close_notify();
        ready!(this.write_records(cx))?;
        match ready!(Pin::new(&mut this.plain).poll_shutdown(cx)) {
            Err(error) if error.kind() != io::ErrorKind::NotConnected => Poll::Ready(Err(error)),
            _ => Poll::Ready(Ok(())),
        }
    }
}

/// The stream beneath as rustls wants it.
struct Sink<'a, 'b> {
    plain: &'a mut Plain,
    cx: &'a mut Context<'b>,
}

impl Sink<'_, '_> {
    fn now(outcome: Poll<io::Result<usize>>) -> io::Result<usize> {
        match outcome {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

impl Write for Sink<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Self::now(Pin::new(&mut *self.plain).poll_write(self.cx, bytes))
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        Self::now(Pin::new(&mut *self.plain).poll_write_vectored(self.cx, slices))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
