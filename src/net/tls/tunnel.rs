//! A TLS session between a descriptor and the bytes of the program, for whoever polls the descriptor himself.
//!
//! The same as [`super::secure_stream`] without tasks: reads and writes take what there is and never wait.

use std::cell::RefCell;
use std::io::{self, BufRead, IoSlice, Read, Write};
use std::mem;

use tokio_rustls::rustls::Connection;

use super::secure_stream::{AHEAD, RECORD_MAX, STEP};
use crate::core::limits::READ_BUDGET;

thread_local! {
    /// Received records, until rustls has them; see there.
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

    /// Reads and decrypts until the spare capacity of `buffer`, which must be more than a few records, is nearly used
    /// up, or there is no more for the moment.
    ///
    /// # Errors
    /// `WouldBlock` if there is nothing; what the system or TLS says, once what came before it was handed over.
    pub fn read(&mut self, source: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<Got> {
        if let Some(failure) = self.unread.take() {
            return Err(failure);
        }
        let before = buffer.len();
        let outcome = self.fill(source, buffer);
        let bytes = buffer.len() - before;
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
    fn fill(&mut self, source: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<bool> {
        let before = buffer.len();
        self.take_plaintext(buffer)?;
        while !self.ended {
            // All plaintext of what is read must find room, and that of a record that was incomplete before.
            let room = buffer.capacity().saturating_sub(buffer.len() + RECORD_MAX);
            if room < STEP {
                return Ok(false);
            }
            let room = room.min(READ_BUDGET);
            let got = WIRE.with_borrow_mut(|wire| {
                let wire = wire.get_mut(..room).unwrap_or_default();
                let got = source.read(wire)?;
                self.decrypt(wire.get(..got).unwrap_or_default(), buffer)?;
                Ok::<usize, io::Error>(got)
            })?;
            if got == 0 {
                self.ended = true;
            } else if got < room && buffer.len() > before {
                return Ok(true);
            }
        }
        Ok(true)
    }

    fn decrypt(&mut self, mut records: &[u8], buffer: &mut Vec<u8>) -> io::Result<()> {
        while !records.is_empty() && !self.ended {
            if self.session.read_tls(&mut records)? == 0 {
                break;
            }
            let processed = self.session.process_new_packets();
            self.take_plaintext(buffer)?;
            processed.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        }
        Ok(())
    }

    fn take_plaintext(&mut self, buffer: &mut Vec<u8>) -> io::Result<()> {
        let mut reader = self.session.reader();
        loop {
            let chunk = match reader.fill_buf() {
                Ok([]) => {
                    self.ended = true;
                    return Ok(());
                }
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            let count = chunk.len();
            buffer.extend_from_slice(chunk);
            reader.consume(count);
        }
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
            self.sealed = self.session.writer().write_vectored(slices)?;
        }
        self.flush(sink)?;
        Ok(mem::take(&mut self.sealed))
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
