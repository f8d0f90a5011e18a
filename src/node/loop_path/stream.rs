//! One connection on the loop path.

use std::borrow::Cow;
use std::ffi::c_int;
use std::io::IoSlice;
use std::os::fd::{AsRawFd, OwnedFd};
use std::rc::Weak;
use std::sync::Arc;
use std::time::Instant;

use rustix::buffer::spare_capacity;
use rustix::io::Errno;
use rustix::net::Shutdown;

use super::handle::{Handle, context};
use super::phases::Phases;
use super::uv::{READABLE, Raw, Type, WRITABLE};
use crate::core::batch::{Batch, Decoding, Kind, Syscall};
use crate::core::intake::Intake;
use crate::core::limits::{COALESCE, READ_BUDGET};
use crate::core::outbox::{Outbox, Progress};
use crate::core::protocol::Protocol;
use crate::net::inbox::Inbox;
use crate::net::timer::Timer;
use crate::net::worker::Traffic;
use crate::node::hub::Hub;
use crate::node::raw::contain;

/// Slices handed to one vectored write.
const SLICES: usize = 64;

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
    ending: bool,
    shut: bool,
    eof: bool,
    paused: bool,
    tapped: bool,
    read: u64,
    written: u64,
}

impl LoopStream {
    /// Adopts a connected, non-blocking descriptor and starts to poll it.
    ///
    /// # Errors
    /// libuv's error number.
    pub fn adopt(
        id: u32,
        fd: OwnedFd,
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
            interest: 0,
            intake: Intake::new(protocol),
            decoding: protocol.decoding.clone(),
            timer: None,
            inbox,
            outbox,
            turn: 0,
            dirty: false,
            blocked: false,
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

    /// Lets the next flush try, although libuv has not said that the socket takes more.
    pub fn retry_blocked(&mut self) {
        self.blocked = false;
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
            let state = self.receive(budget, batch, scratch);
            if state != State::Open {
                return state;
            }
            self.intake.settle(Instant::now);
            self.keep_watch();
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

    /// Reads what is there, up to `budget` bytes.
    fn receive(&mut self, mut budget: usize, batch: &mut Batch, scratch: &mut Vec<u8>) -> State {
        loop {
            let (id, decoding, tapped) = (self.id, &self.decoding, self.tapped);
            let mut sink = |frame: Cow<'_, [u8]>| batch.push_frame(id, decoding, frame);
            let (got, room, outcome) = if let Some(buffer) = self.intake.direct() {
                // A large frame is read where it is put together.
                buffer.reserve(COALESCE);
                let before = buffer.len();
                let room = buffer.capacity() - before;
                let got = rustix::io::read(&self.fd, spare_capacity(buffer));
                let chunk = tapped.then(|| buffer.get(before..).unwrap_or_default().to_vec());
                let outcome = self.intake.scan(&mut sink);
                if let Some(chunk) = chunk.filter(|chunk| !chunk.is_empty()) {
                    batch.push_chunk(id, &chunk);
                }
                (got, room, outcome)
            } else {
                scratch.clear();
                let room = scratch.capacity();
                let got = rustix::io::read(&self.fd, spare_capacity(scratch));
                let outcome = if scratch.is_empty() {
                    Ok(())
                } else {
                    self.intake.feed(scratch, &mut sink)
                };
                if tapped && !scratch.is_empty() {
                    batch.push_chunk(id, scratch);
                }
                (got, room, outcome)
            };
            if let Err(refusal) = outcome {
                batch.push(Kind::Refused, id, refusal as i32, 0);
                return self.refuse(batch);
            }
            match got {
                Ok(0) => {
                    self.eof = true;
                    if let Err(refusal) = self
                        .intake
                        .finish(&mut |frame| batch.push_frame(id, decoding, frame))
                    {
                        batch.push(Kind::Refused, id, refusal as i32, 0);
                        return self.refuse(batch);
                    }
                    batch.push(Kind::End, id, 0, 0);
                    return if self.shut {
                        self.closed(false, batch)
                    } else {
                        State::Open
                    };
                }
                Ok(got) => {
                    self.read += got as u64;
                    budget = budget.saturating_sub(got);
                    // A short read has emptied the socket; asking once more would cost a system call to hear so.
                    if got < room || budget == 0 {
                        return State::Open;
                    }
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return State::Open,
                Err(error) => {
                    batch.push(Kind::Error, id, error.raw_os_error(), Syscall::Read as i32);
                    return self.closed(true, batch);
                }
            }
        }
    }

    /// Takes nothing more from the peer. What the frames before were answered with still leaves: JavaScript closes.
    fn refuse(&mut self, batch: &mut Batch) -> State {
        self.eof = true;
        self.timer = None;
        self.watch();
        if self.shut {
            return self.closed(true, batch);
        }
        State::Open
    }

    /// Sees to it that a frame that takes too long is noticed.
    fn keep_watch(&mut self) {
        if self.timer.is_none()
            && let Some(deadline) = self.intake.deadline()
        {
            let delay = deadline.saturating_duration_since(Instant::now());
            // Without the background thread there would be no connection.
            self.timer = Timer::watch(self.id, delay, self.inbox.clone()).ok();
        }
    }

    /// The time of a frame may be over: whether it is. There may be another frame in the making by now, which has its own.
    pub fn late(&mut self) -> bool {
        self.timer = None;
        match self.intake.deadline() {
            Some(deadline) if deadline <= Instant::now() && !self.eof => {
                self.eof = true;
                self.watch();
                true
            }
            Some(_) if !self.eof => {
                self.keep_watch();
                false
            }
            _ => false,
        }
    }

    /// Sends what waits as far as the socket takes it.
    pub fn flush(&mut self, batch: &mut Batch, scratch: &mut Vec<u8>) -> State {
        if let Err(error) = self.write_out(batch) {
            return self.write_failed(error, batch, scratch);
        }
        if self.ending && !self.shut && self.outbox.is_empty() {
            return self.shut_down(batch);
        }
        State::Open
    }

    fn write_out(&mut self, batch: &mut Batch) -> Result<(), Errno> {
        if self.outbox.is_empty() {
            // Who wanted to know when nothing more waits, and asked when nothing did.
            let progress = self.outbox.consume(0);
            self.settle(progress, batch);
        }
        while !self.outbox.is_empty() && !self.blocked {
            let mut slices = [IoSlice::new(&[]); SLICES];
            let count = self.outbox.slices(&mut slices);
            match rustix::io::writev(&self.fd, slices.get(..count).unwrap_or_default()) {
                Ok(n) => {
                    self.written += n as u64;
                    let progress = self.outbox.consume(n);
                    self.settle(progress, batch);
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    self.blocked = true;
                    self.watch();
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn settle(&self, progress: Progress, batch: &mut Batch) {
        if progress.completed > 0 {
            let completed = i32::try_from(progress.completed).unwrap_or(i32::MAX);
            batch.push(Kind::Flushed, self.id, completed, 0);
        }
        if progress.drained {
            batch.push(Kind::Drain, self.id, 0, 0);
        }
    }

    fn write_failed(&mut self, error: Errno, batch: &mut Batch, scratch: &mut Vec<u8>) -> State {
        self.outbox.clear();
        // What the peer sent before it went is still delivered.
        if !self.eof && self.receive(LAST_WORDS, batch, scratch) != State::Open {
            return State::Closed(true);
        }
        batch.push(
            Kind::Error,
            self.id,
            error.raw_os_error(),
            Syscall::Write as i32,
        );
        self.closed(true, batch)
    }

    /// Sends what waits, then ends this side; closes when the peer has ended too.
    pub fn end(&mut self, batch: &mut Batch, scratch: &mut Vec<u8>) -> State {
        self.ending = true;
        self.flush(batch, scratch)
    }

    fn shut_down(&mut self, batch: &mut Batch) -> State {
        self.shut = true;
        if self.eof {
            return self.closed(false, batch);
        }
        // A peer that has reset the connection is heard of by reading.
        let _ = rustix::net::shutdown(&self.fd, Shutdown::Write);
        State::Open
    }

    /// Closes both sides after one last attempt to send what waits: the original would have written it when it was sent.
    pub fn destroy(&mut self, batch: &mut Batch) -> State {
        // The connection is closing anyway; whether the peer is still there is no news to whoever destroys it.
        let _ = self.write_out(batch);
        self.closed(false, batch)
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
