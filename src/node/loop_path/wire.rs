//! What lies between a descriptor and the bytes of the program: nothing, or TLS.

use std::io::{self, IoSlice, Read, Write};
use std::os::fd::OwnedFd;

use rustix::buffer::spare_capacity;
use rustix::io::Errno;

use crate::core::batch::{Batch, Kind, Syscall};
use crate::net::errno::errno;
use crate::net::tls::failure::Failure;
use crate::net::tls::tunnel::{Got, Tunnel};

/// See the module.
#[derive(Debug)]
pub enum Wire {
    /// The bytes as they are.
    Plain,
    /// By a session whose handshake is done.
    Secure(Box<Tunnel>),
}

/// Why a read or a write did not happen.
#[derive(Debug)]
pub enum Fault {
    /// The operating system says so.
    System(Errno),
    /// TLS says so.
    Tls(Failure),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match Failure::of_stream(&error) {
            Some(failure) => Self::Tls(failure),
            None if error.kind() == io::ErrorKind::WouldBlock => Self::System(Errno::AGAIN),
            None => Self::System(Errno::from_raw_os_error(errno(&error))),
        }
    }
}

impl Fault {
    /// Reports it as what ended connection `id`.
    pub fn report(&self, id: u32, call: Syscall, batch: &mut Batch) {
        match self {
            Self::System(errno) => batch.push(Kind::Error, id, errno.raw_os_error(), call as i32),
            Self::Tls(failure) => {
                batch.push_text(Kind::Broken, id, &failure.text(), failure.errno());
            }
        }
    }
}

impl Wire {
    /// Appends what is there to the spare capacity of `buffer`; 0 bytes are the end.
    ///
    /// # Errors
    /// [`Errno::AGAIN`] if there is nothing.
    pub fn read(&mut self, fd: &OwnedFd, buffer: &mut Vec<u8>) -> Result<Got, Fault> {
        match self {
            Self::Plain => {
                let room = buffer.capacity() - buffer.len();
                let bytes = rustix::io::read(fd, spare_capacity(buffer)).map_err(Fault::System)?;
                Ok(Got {
                    bytes,
                    // A short read has emptied the socket; asking once more would cost a system call to hear so.
                    drained: bytes < room,
                    follows: false,
                })
            }
            Self::Secure(tunnel) => {
                let room = buffer.capacity() - buffer.len();
                Ok(tunnel.read(&mut Socket(fd), buffer, room)?)
            }
        }
    }

    /// Writes what the system takes at once. How many bytes have left.
    ///
    /// # Errors
    /// [`Errno::AGAIN`] if the system takes no more: the same bytes are to be given again.
    pub fn write(&mut self, fd: &OwnedFd, slices: &[IoSlice<'_>]) -> Result<usize, Fault> {
        match self {
            Self::Plain => rustix::io::writev(fd, slices).map_err(Fault::System),
            Self::Secure(tunnel) => Ok(tunnel.write(&mut Socket(fd), slices)?),
        }
    }

    /// Whether something of its own waits to be written.
    pub fn pending(&self) -> bool {
        matches!(self, Self::Secure(tunnel) if tunnel.pending())
    }

    /// Nothing more will be sent.
    pub fn say_goodbye(&mut self) {
        if let Self::Secure(tunnel) = self {
            tunnel.say_goodbye();
        }
    }
}

/// A descriptor as rustls wants it.
struct Socket<'a>(&'a OwnedFd);

impl Read for Socket<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        again(|| rustix::io::read(self.0, &mut *buffer))
    }
}

impl Write for Socket<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        again(|| rustix::io::write(self.0, bytes))
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        again(|| rustix::io::writev(self.0, slices))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn again(mut call: impl FnMut() -> Result<usize, Errno>) -> io::Result<usize> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            outcome => return Ok(outcome?),
        }
    }
}
