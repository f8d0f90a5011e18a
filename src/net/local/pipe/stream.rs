//! One end of a named pipe.
//!
//! A pipe has no half-closed state: its peer sees the end when the handle is closed. So whoever ends his side waits, as in
//! libuv, until the peer has read everything, and then a moment for what it has to say to it.

use std::io::{self, IoSlice};
use std::os::windows::io::{AsHandle, BorrowedHandle};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::ReadBuf;
use tokio::net::windows::named_pipe::{NamedPipeClient, NamedPipeServer};
use tokio::task::JoinHandle;
use tokio::time::{Sleep, sleep};
use windows_sys::Win32::Foundation::ERROR_PIPE_NOT_CONNECTED;

use super::code;
use super::flush::flush;

/// How long a peer that has read everything may take to answer it; libuv's.
const LAST_WORD: Duration = Duration::from_millis(50);

/// The most that is handed to the system at once: until the peer has read it, it is out of sight.
const WRITE_MAX: usize = 64 * 1024;

/// See the module.
#[derive(Debug)]
pub struct Stream {
    end: Arc<End>,
    parting: Mutex<Parting>,
}

/// Whose end of the pipe it is.
#[derive(Debug)]
pub enum End {
    /// The end of who serves its name.
    Server(NamedPipeServer),
    /// The end of who has connected.
    Client(NamedPipeClient),
}

/// How far the end of this side has come.
#[derive(Debug)]
enum Parting {
    Not,
    /// Asked for once. Who does not ask again is closing anyway, and waits for nobody.
    Asked,
    /// The peer has not read everything.
    Leaving(JoinHandle<()>),
    /// It may say something to it.
    Listening(Pin<Box<Sleep>>),
    Over,
}

impl From<NamedPipeServer> for Stream {
    fn from(pipe: NamedPipeServer) -> Self {
        Self {
            end: Arc::new(End::Server(pipe)),
            parting: Mutex::new(Parting::Not),
        }
    }
}

impl From<NamedPipeClient> for Stream {
    fn from(pipe: NamedPipeClient) -> Self {
        Self {
            end: Arc::new(End::Client(pipe)),
            parting: Mutex::new(Parting::Not),
        }
    }
}

impl AsHandle for End {
    fn as_handle(&self) -> BorrowedHandle<'_> {
        match self {
            Self::Server(pipe) => pipe.as_handle(),
            Self::Client(pipe) => pipe.as_handle(),
        }
    }
}

impl Stream {
    /// Ready when there may be something to read.
    ///
    /// # Errors
    /// If the runtime is going.
    pub fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ready = match &*self.end {
            End::Server(pipe) => pipe.poll_read_ready(cx),
            End::Client(pipe) => pipe.poll_read_ready(cx),
        };
        if ready.is_ready() {
            return ready;
        }
        let mut parting = self.parting();
        if let Parting::Listening(moment) = &mut *parting
            && moment.as_mut().poll(cx).is_ready()
        {
            *parting = Parting::Over;
        }
        match *parting {
            Parting::Over => Poll::Ready(Ok(())),
            _ => Poll::Pending,
        }
    }

    /// Reads what there is; nothing at the end.
    ///
    /// # Errors
    /// `WouldBlock` if that is nothing; what the operating system says.
    pub fn try_read_buf(&self, buffer: &mut ReadBuf<'_>) -> io::Result<usize> {
        let outcome = match &*self.end {
            End::Server(pipe) => pipe.try_read_buf(buffer),
            End::Client(pipe) => pipe.try_read_buf(buffer),
        };
        match outcome {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(0),
            // This side has thrown out a peer that did not read.
            Err(error)
                if matches!(*self.end, End::Server(_))
                    && code(&error) == Some(ERROR_PIPE_NOT_CONNECTED) =>
            {
                Ok(0)
            }
            Err(error)
                if error.kind() == io::ErrorKind::WouldBlock
                    && matches!(*self.parting(), Parting::Over) =>
            {
                Ok(0)
            }
            outcome => outcome,
        }
    }

    /// Ready when something may be written.
    ///
    /// # Errors
    /// If the runtime is going.
    pub fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &*self.end {
            End::Server(pipe) => pipe.poll_write_ready(cx),
            End::Client(pipe) => pipe.poll_write_ready(cx),
        }
    }

    /// Writes some of the first slice that is not empty.
    ///
    /// # Errors
    /// `WouldBlock` if what was written before has not left; what the operating system says.
    pub fn try_write_vectored(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let Some(slice) = slices.iter().find(|slice| !slice.is_empty()) else {
            return Ok(0);
        };
        let slice = slice.get(..WRITE_MAX).unwrap_or(slice);
        match &*self.end {
            End::Server(pipe) => pipe.try_write(slice),
            End::Client(pipe) => pipe.try_write(slice),
        }
    }

    /// Ends this side when the peer has read everything, or does not come to it. What it says to it within a moment is
    /// still read.
    ///
    /// # Errors
    /// If there is no second handle to be had.
    pub fn poll_shutdown(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut parting = self.parting();
        loop {
            *parting = match &mut *parting {
                Parting::Not => {
                    *parting = Parting::Asked;
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Parting::Asked => Parting::Leaving(flush(self.end.clone())?),
                Parting::Leaving(flushed) => {
                    // It does not panic; were it so, the moment would only begin early.
                    let _ = ready!(Pin::new(flushed).poll(cx));
                    Parting::Listening(Box::pin(sleep(LAST_WORD)))
                }
                Parting::Listening(_) | Parting::Over => return Poll::Ready(Ok(())),
            }
        }
    }

    fn parting(&self) -> MutexGuard<'_, Parting> {
        self.parting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
