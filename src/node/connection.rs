//! One connection, on whichever data path it is.

use std::sync::Arc;

use tokio::task::AbortHandle;

use crate::core::outbox::{Accepted, Outbox};
use crate::core::protocol::Protocol;
use crate::net::listener::Seat;
use crate::net::stream::{Ends, Settings};
use crate::net::tls::stream::{Secured, Session};
use crate::net::worker::{Traffic, Worker};
#[cfg(unix)]
use crate::node::loop_path::stream::LoopStream;

/// See the module.
pub struct Connection {
    /// How it talks.
    pub protocol: Arc<Protocol>,
    /// Where its bytes run.
    pub path: Path,
    /// Both ends, for TCP.
    pub ends: Ends,
    /// Whether it holds the process alive.
    pub referenced: bool,
    /// What its TLS handshake brought.
    pub session: Option<Box<Session>>,
    /// Its place among the connections of its listener.
    pub seat: Option<Seat>,
    /// When it has sent, on the worker path.
    pub pace: Pace,
}

/// What leaves at once and what is coalesced.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    /// The turn in which it has sent last; none: 0.
    pub turn: u32,
    /// Something is coalesced.
    pub dirty: bool,
}

/// Where the bytes of a connection run.
pub enum Path {
    /// Nowhere yet; what is sent meanwhile is kept for this one attempt.
    Connecting(Connecting),
    /// On Node's loop.
    #[cfg(unix)]
    Loop(Box<LoopStream>),
    /// On the background thread.
    Worker(Worker, Settings),
}

/// An attempt under way; dropping it gives it up.
pub struct Connecting {
    /// The task; none while the host name is being resolved.
    pub task: Option<AbortHandle>,
    /// Secure, while JavaScript thinks about the peer's name.
    pub secured: Option<Box<Secured>>,
    /// What is sent meanwhile.
    pub outbox: Outbox,
    /// Reading starts paused.
    pub paused: bool,
    /// Received chunks are wanted from the start.
    pub tapped: bool,
    /// End as soon as established.
    pub ending: bool,
}

impl Drop for Connecting {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Connecting {
    /// An attempt for a connection of `protocol`.
    pub fn new(protocol: &Protocol) -> Self {
        Self {
            task: None,
            secured: None,
            outbox: outbox(protocol),
            paused: false,
            tapped: false,
            ending: false,
        }
    }
}

/// An empty outbox with the limits of `protocol`.
pub fn outbox(protocol: &Protocol) -> Outbox {
    Outbox::new(protocol.high_water_mark, protocol.outbox_cap)
}

impl Connection {
    /// Bytes waiting to leave.
    pub fn waiting(&self) -> usize {
        match &self.path {
            Path::Connecting(connecting) => connecting.outbox.len(),
            #[cfg(unix)]
            Path::Loop(stream) => stream.outbox.len(),
            Path::Worker(worker, _) => worker.waiting(),
        }
    }

    /// Counters.
    pub fn traffic(&self) -> Traffic {
        match &self.path {
            Path::Connecting(connecting) => Traffic {
                waiting: connecting.outbox.len(),
                ..Traffic::default()
            },
            #[cfg(unix)]
            Path::Loop(stream) => stream.traffic(),
            Path::Worker(worker, _) => worker.traffic(),
        }
    }

    /// How many more bytes stay within the hard cap, if there is one.
    pub fn room(&self) -> Option<usize> {
        let cap = self.protocol.outbox_cap?;
        Some(cap.saturating_sub(self.waiting()))
    }

    /// Whether nothing waits to leave. If something does, `Drain` follows when it has left.
    pub fn drained(&mut self) -> bool {
        match &mut self.path {
            Path::Connecting(connecting) => connecting.outbox.drained(),
            #[cfg(unix)]
            Path::Loop(stream) => stream.outbox.drained(),
            Path::Worker(worker, _) => worker.drained(),
        }
    }

    /// Appends what `put` puts into the outbox; `put` returns the number of bytes, which it has accounted for.
    pub fn append(
        &mut self,
        complete: bool,
        put: impl FnOnce(&mut Outbox, &Protocol) -> (usize, Accepted),
    ) -> (usize, Accepted) {
        let outbox = match &mut self.path {
            Path::Worker(worker, _) => {
                return worker.keep(complete, |outbox| put(outbox, &self.protocol));
            }
            Path::Connecting(connecting) => &mut connecting.outbox,
            #[cfg(unix)]
            Path::Loop(stream) => &mut stream.outbox,
        };
        let put = put(outbox, &self.protocol);
        if complete {
            outbox.complete();
        }
        put
    }
}
