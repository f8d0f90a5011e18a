//! A TLS session between a descriptor and the bytes of the program, for whoever polls the descriptor himself.
//!
//! Not the one of tokio-rustls, which asks the system for 4 KiB at a time and hands over one record: here as much is
//! read at once as there is room for the plaintext of, and all records of it are handed over together. Reads and writes
//! take what there is and never wait.

use std::cell::RefCell;
use std::io::{self, BufRead, IoSlice, Read, Write};
use std::mem;

use bytes::BufMut;
use tokio_rustls::rustls::Connection;

use crate::core::limits::READ_BUDGET;

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
pub struct Tunnel {
    session: Connection,
    /// The peer will send no more.
    ended: bool,
    /// What went wrong behind bytes that had to be handed over first.
    unread: Option<io::Error>,
    /// Bytes of the program that are encrypted, until the system has taken all of their records.
    sealed: usize,
}

/// What a read has brought.
#[derive(Clone, Copy, Debug)]
pub struct Got {
    /// Bytes appended; 0: the end.
    pub bytes: usize,
    /// Whether the system has nothing more for the moment.
    pub drained: bool,
    /// Whether the next read has something to tell, whatever the system has.
    pub follows: bool,
}

impl Tunnel {
    /// Of a `session` whose handshake is done.
    pub(super) fn new(session: impl Into<Connection>) -> Self {
        let mut session = session.into();
        session.set_buffer_limit(Some(AHEAD));
        Self {
            session,
            ended: false,
            unread: None,
            sealed: 0,
        }
    }

    /// Reads and decrypts into `buffer` until `room` bytes are nearly used up, or there is no more for the moment.
    ///
    /// # Errors
    /// `WouldBlock` if there is nothing; what the system or TLS says, once what came before it was handed over.
    pub fn read(
        &mut self,
        source: &mut impl Read,
        buffer: &mut impl BufMut,
        room: usize,
    ) -> io::Result<Got> {
        if let Some(failure) = self.unread.take() {
            return Err(failure);
        }
        let mut left = room;
        let outcome = self.fill(source, buffer, &mut left);
        let bytes = room - left;
        let drained = match outcome {
            Ok(drained) => drained,
            Err(error) if bytes == 0 => return Err(error),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => true,
            Err(error) => {
                self.unread = Some(error);
                true
            }
        };
        Ok(Got {
            bytes,
            drained,
            follows: bytes > 0 && (self.ended || self.unread.is_some()),
        })
    }

    /// Whether the system has no more.
    fn fill(
        &mut self,
        source: &mut impl Read,
        buffer: &mut impl BufMut,
        left: &mut usize,
    ) -> io::Result<bool> {
        let whole = *left;
        self.take_plaintext(buffer, left)?;
        while !self.ended && *left > 0 {
            // All plaintext of what is read must find room, and that of a record that was incomplete before.
            let room = left.saturating_sub(RECORD_MAX);
            if room < STEP && *left < whole {
                return Ok(false);
            }
            // With little room from the start what is left over is handed out by the next read.
            let room = room.clamp(STEP, READ_BUDGET);
            let got = WIRE.with_borrow_mut(|wire| {
                let wire = wire.get_mut(..room).unwrap_or_default();
                let got = source.read(wire)?;
                self.decrypt(wire.get(..got).unwrap_or_default(), buffer, left)?;
                Ok::<usize, io::Error>(got)
            })?;
            if got == 0 {
                self.ended = true;
            } else if got < room && *left < whole {
                return Ok(true);
            }
        }
        Ok(true)
    }

    fn decrypt(
        &mut self,
        mut records: &[u8],
        buffer: &mut impl BufMut,
        left: &mut usize,
    ) -> io::Result<()> {
        while !records.is_empty() && !self.ended {
            if self.session.read_tls(&mut records)? == 0 {
                break;
            }
            let processed = self.session.process_new_packets();
            self.take_plaintext(buffer, left)?;
            processed.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        }
        Ok(())
    }

    fn take_plaintext(&mut self, buffer: &mut impl BufMut, left: &mut usize) -> io::Result<()> {
        let mut reader = self.session.reader();
        while *left > 0 {
            let chunk = match reader.fill_buf() {
                Ok([]) => {
                    self.ended = true;
                    return Ok(());
                }
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            let count = chunk.len().min(*left);
            buffer.put_slice(chunk.get(..count).unwrap_or_default());
            *left -= count;
            reader.consume(count);
        }
        Ok(())
    }

    /// Whether records wait to be written.
    #[must_use]
    pub fn pending(&self) -> bool {
        self.session.wants_write()
    }

    /// Encrypts and writes. How many bytes, counted from the first that was not counted before, have left: so long as
    /// their records have not, they must be given again.
    ///
    /// # Errors
    /// `WouldBlock` if the system does not take all records; what the system says.
    pub fn write(&mut self, sink: &mut impl Write, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        if self.sealed == 0 {
            self.sealed = self.encrypt(slices)?;
        }
        self.flush(sink)?;
        Ok(mem::take(&mut self.sealed))
    }

    /// Encrypts. How many bytes were taken; their records are [`Tunnel::pending`].
    ///
    /// # Errors
    /// What TLS says.
    pub fn encrypt(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.session.writer().write_vectored(slices)
    }

    /// Writes the records there are.
    ///
    /// # Errors
    /// As [`Tunnel::write`].
    pub fn flush(&mut self, sink: &mut impl Write) -> io::Result<()> {
        while self.session.wants_write() {
            if self.session.write_tls(sink)? == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
        }
        Ok(())
    }

    /// Tells the peer that nothing more will be sent: one more record to be written, once.
    pub fn say_goodbye(&mut self) {
        self.session.send_close_notify();
    }
}
