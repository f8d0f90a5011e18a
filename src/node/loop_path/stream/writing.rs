//! What goes out, and how it ends.

use std::io::IoSlice;

use rustix::io::Errno;
use rustix::net::Shutdown;
use socket2::{Domain, SockRef};

use super::super::wire::Fault;
use super::{LAST_WORDS, LoopStream, State};
use crate::core::batch::{Batch, Kind, Syscall};
use crate::core::limits::{WIDE_BUFFER, WIDE_FROM};
use crate::core::outbox::Progress;
use crate::net::stream::check;

/// Slices handed to one vectored write: a megabyte of full segments. Each write clears the list, which small ones would feel.
const SLICES: usize = 16;

impl LoopStream {
    /// Lets the next flush try, although libuv has not said that the socket takes more.
    pub fn retry_blocked(&mut self) {
        self.blocked = false;
    }

    /// Sends what waits as far as the socket takes it.
    pub fn flush(&mut self, batch: &mut Batch, scratch: &mut Vec<u8>) -> State {
        if let Err(fault) = self.write_out(batch) {
            return self.write_failed(&fault, batch, scratch);
        }
        if self.ending && !self.shut && self.outbox.is_empty() && !self.wire.pending() {
            return self.shut_down(batch);
        }
        State::Open
    }

    pub(super) fn write_out(&mut self, batch: &mut Batch) -> Result<(), Fault> {
        if self.outbox.is_empty() {
            // Who wanted to know when nothing more waits, and asked when nothing did.
            let progress = self.outbox.consume(0);
            self.settle(progress, batch);
        }
        while (!self.outbox.is_empty() || self.wire.pending()) && !self.blocked {
            let mut slices = [IoSlice::new(&[]); SLICES];
            let count = self.outbox.slices(&mut slices);
            let slices = slices.get(..count).unwrap_or_default();
            match self.wire.write(&self.fd, slices) {
                Ok(n) => {
                    self.written += n as u64;
                    let progress = self.outbox.consume(n);
                    self.settle(progress, batch);
                }
                Err(Fault::System(Errno::INTR)) => {}
                Err(Fault::System(Errno::AGAIN)) if self.widen() => {}
                Err(Fault::System(Errno::AGAIN)) => {
                    self.blocked = true;
                    self.watch();
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    /// Has the kernel take more of what waits, once; see [`WIDE_BUFFER`]. Whether it may do so now.
    fn widen(&mut self) -> bool {
        if self.wide || self.outbox.len() < WIDE_FROM {
            return false;
        }
        self.wide = true;
        let socket = SockRef::from(&self.fd);
        // TCP finds its sizes itself, as long as nobody sets them.
        check(&socket).is_ok_and(|domain| domain == Domain::UNIX)
            && socket.send_buffer_size().is_ok_and(|now| now < WIDE_BUFFER)
            && socket.set_send_buffer_size(WIDE_BUFFER).is_ok()
    }

    pub(super) fn settle(&self, progress: Progress, batch: &mut Batch) {
        if progress.completed > 0 {
            let completed = i32::try_from(progress.completed).unwrap_or(i32::MAX);
            batch.push(Kind::Flushed, self.id, completed, 0);
        }
        if progress.drained {
            batch.push(Kind::Drain, self.id, 0, 0);
        }
    }

    pub(super) fn write_failed(
        &mut self,
        fault: &Fault,
        batch: &mut Batch,
        scratch: &mut Vec<u8>,
    ) -> State {
        self.outbox.clear();
        // What the peer sent before it went is still delivered.
        if !self.eof && self.receive(LAST_WORDS, batch, scratch) != State::Open {
            return State::Closed(true);
        }
        fault.report(self.id, Syscall::Write, batch);
        self.closed(true, batch)
    }

    /// Sends what waits, then ends this side; closes when the peer has ended too.
    pub fn end(&mut self, batch: &mut Batch, scratch: &mut Vec<u8>) -> State {
        self.ending = true;
        self.flush(batch, scratch)
    }

    pub(super) fn shut_down(&mut self, batch: &mut Batch) -> State {
        self.wire.say_goodbye();
        // A peer that has reset the connection is heard of by reading.
        let said = self.write_out(batch);
        if said.is_ok() && self.wire.pending() {
            // The flush that comes when there is room for it goes on here.
            return State::Open;
        }
        self.shut = true;
        if self.eof {
            return self.closed(false, batch);
        }
        let _ = rustix::net::shutdown(&self.fd, Shutdown::Write);
        State::Open
    }

    /// Closes both sides after one last attempt to send what waits: the original would have written it when it was sent.
    pub fn destroy(&mut self, batch: &mut Batch) -> State {
        // The connection is closing anyway; whether the peer is still there is no news to whoever destroys it.
        let _ = self.write_out(batch);
        self.wire.say_goodbye();
        let _ = self.write_out(batch);
        self.closed(false, batch)
    }
}
