//! One connection on the loop path.
//!
//! - [`reading`]: from the descriptor to the batch
//! - [`writing`]: from the outbox to the descriptor, and the end

mod reading;
mod writing;

use std::ffi::c_int;
use std::os::fd::{AsRawFd, OwnedFd};
use std::rc::Weak;
use std::sync::Arc;

use super::handle::{Handle, context};
use super::phases::Phases;
use super::uv::{READABLE, Raw, Type, WRITABLE};
use super::wire::Wire;
use crate::core::batch::{Batch, Decoding, Kind, Syscall};
use crate::core::intake::Intake;
use crate::core::limits::READ_BUDGET;
use crate::core::outbox::Outbox;
use crate::core::protocol::Protocol;
use crate::net::inbox::Inbox;
use crate::net::timer::Timer;
use crate::net::worker::Traffic;
use crate::node::hub::Hub;
use crate::node::raw::contain;

/// Received bytes one poll phase may collect before the remaining sockets wait for the next: a thousand busy sockets
/// with a read budget each would otherwise fill one crossing with hundreds of megabytes.
const PHASE_CAP: usize = 64 * READ_BUDGET;

/// After an error, bytes still read from a peer that has gone: no more than this, or one that keeps sending would hold the
/// failed connection open.
const LAST_WORDS: usize = 64 * READ_BUDGET;

/// What a stream is after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Still there.
    Open,
    /// To be dropped; `true` if an error ended it. Its last records are in the batch.
    Closed(bool),
}

/// See the module.
// Each flag is about another side or another caller; as one state they would be sixty-four.
#[allow(clippy::struct_excessive_bools)]
pub struct LoopStream {
    id: u32,
    // Dropped before the descriptor: libuv must stop polling it first.
    poll: Handle,
    fd: OwnedFd,
    wire: Wire,
    interest: c_int,
    intake: Intake,
    decoding: Decoding,
    /// Reports when a frame may have taken too long; at most one at a time.
    timer: Option<Timer>,
    inbox: Arc<Inbox>,
    /// Bytes waiting to leave.
    pub outbox: Outbox,
    /// The turn in which something was last written at once.
    pub turn: u32,
    /// Queued for the next flush.
    pub dirty: bool,
    blocked: bool,
    /// The kernel has been asked to take more.
    wide: bool,
    ending: bool,
    shut: bool,
    eof: bool,
    paused: bool,
    tapped: bool,
    read: u64,
    written: u64,
}

impl LoopStream {
    /// Adopts a connected descriptor, which libuv makes non-blocking, and starts to poll it.
    ///
    /// # Errors
    /// libuv's error number.
    pub fn adopt(
        id: u32,
        (fd, wire): (OwnedFd, Wire),
        protocol: &Protocol,
        outbox: Outbox,
        phases: &Phases,
        (hub, inbox): (Weak<Hub>, Arc<Inbox>),
    ) -> Result<Self, c_int> {
        let uv = phases.uv;
        let poll = Handle::new(uv, Type::Poll, hub, id, &phases.lifetime, |raw| {
            // SAFETY: zeroed memory of the size libuv asked for, this thread's loop, an open descriptor.
            unsafe { (uv.poll_init)(phases.uv_loop, raw, fd.as_raw_fd()) }
        })?;
        let mut stream = Self {
            id,
            poll,
            fd,
            wire,
            interest: 0,
            intake: Intake::new(protocol),
            decoding: protocol.decoding.clone(),
            timer: None,
            inbox,
            outbox,
            turn: 0,
            dirty: false,
            blocked: false,
            wide: false,
            ending: false,
            shut: false,
            eof: false,
            paused: false,
            tapped: false,
            read: 0,
            written: 0,
        };
        stream.watch();
        Ok(stream)
    }

    /// The descriptor, for socket options.
    pub fn fd(&self) -> &OwnedFd {
        &self.fd
    }

    /// Counters.
    pub fn traffic(&self) -> Traffic {
        Traffic {
            read: self.read,
            written: self.written,
            waiting: self.outbox.len(),
        }
    }

    /// Stops or resumes reading.
    pub fn set_paused(&mut self, on: bool) {
        self.paused = on;
        self.watch();
    }

    /// Whether received chunks are reported besides their frames.
    pub fn set_tapped(&mut self, on: bool) {
        self.tapped = on;
    }

    /// Tells libuv what to wait for.
    fn watch(&mut self) {
        let mut interest = 0;
        if !self.eof && !self.paused {
            interest |= READABLE;
        }
        if self.blocked {
            interest |= WRITABLE;
        }
        if interest == self.interest {
            return;
        }
        self.interest = interest;
        let uv = self.poll.uv();
        // SAFETY: an initialised handle. Both calls only fail for a closing one, which this is not.
        unsafe {
            if interest == 0 {
                (uv.poll_stop)(self.poll.raw());
            } else {
                (uv.poll_start)(self.poll.raw(), interest, on_poll);
            }
        }
    }

    /// libuv says the descriptor is ready.
    fn ready(
        &mut self,
        status: c_int,
        events: c_int,
        batch: &mut Batch,
        scratch: &mut Vec<u8>,
    ) -> State {
        if status < 0 {
            // The descriptor has an error, and libuv has stopped polling; reading tells which, after what came before it.
            self.interest = 0;
        }
        if events & WRITABLE != 0 {
            self.blocked = false;
            let state = self.flush(batch, scratch);
            if state != State::Open {
                return state;
            }
        }
        // libuv reports a socket left for the next phase again, one with an error once it is polled again.
        if batch.bytes() > PHASE_CAP {
            self.watch();
            return State::Open;
        }
        if (status < 0 || events & READABLE != 0) && !self.eof && !self.paused {
            // Asking for the error takes it away, so everything before it must have been read.
            let budget = if status < 0 { LAST_WORDS } else { READ_BUDGET };
            let state = self.take(budget, batch, scratch);
            if state != State::Open {
                return state;
            }
        }
        if status < 0
            && let Ok(Err(error)) = rustix::net::sockopt::socket_error(&self.fd)
        {
            // Not to be had by reading (paused, or ended): polling again would only report it again, for ever.
            batch.push(
                Kind::Error,
                self.id,
                error.raw_os_error(),
                Syscall::Read as i32,
            );
            return self.closed(true, batch);
        }
        self.watch();
        State::Open
    }

    fn closed(&mut self, failed: bool, batch: &mut Batch) -> State {
        batch.push(Kind::Close, self.id, failed.into(), 0);
        State::Closed(failed)
    }
}

unsafe extern "C" fn on_poll(raw: Raw, status: c_int, events: c_int) {
    contain(|| {
        // SAFETY: libuv calls back for a handle of ours.
        let Some((hub, id)) = (unsafe { context(raw) }) else {
            return;
        };
        hub.step(id, |stream, batch, scratch| {
            stream.ready(status, events, batch, scratch)
        });
    });
}
