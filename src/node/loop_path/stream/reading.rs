//! What comes in.

use std::borrow::Cow;
use std::time::Instant;

use rustix::io::Errno;

use super::super::wire::{Fault, Wire};
use super::{LoopStream, State};
use crate::core::batch::{Batch, Kind, Syscall};
use crate::core::limits::{COALESCE, READ_BUDGET};
use crate::net::timer::Timer;
use crate::net::tls::tunnel::Got;

impl LoopStream {
    /// JavaScript knows of it, or wants to hear from it again. What TLS has decrypted already nobody would be woken for.
    pub fn begin(&mut self, batch: &mut Batch, scratch: &mut Vec<u8>) -> State {
        if matches!(self.wire, Wire::Plain) || self.eof || self.paused {
            return State::Open;
        }
        self.take(READ_BUDGET, batch, scratch)
    }

    /// Reads what is there, up to `budget` bytes, and answers what TLS itself has to answer.
    pub(super) fn take(
        &mut self,
        budget: usize,
        batch: &mut Batch,
        scratch: &mut Vec<u8>,
    ) -> State {
        let state = self.receive(budget, batch, scratch);
        if state != State::Open {
            return state;
        }
        self.intake.settle(Instant::now);
        self.keep_watch();
        if self.wire.pending() {
            return self.flush(batch, scratch);
        }
        State::Open
    }

    pub(super) fn receive(
        &mut self,
        mut budget: usize,
        batch: &mut Batch,
        scratch: &mut Vec<u8>,
    ) -> State {
        loop {
            let (id, decoding, tapped) = (self.id, &self.decoding, self.tapped);
            let mut sink = |frame: Cow<'_, [u8]>| batch.push_frame(id, decoding, frame);
            let (got, outcome) = if let Some(buffer) = self.intake.direct() {
                // A large frame is read where it is put together.
                buffer.reserve(COALESCE);
                let before = buffer.len();
                let got = self.wire.read(&self.fd, buffer);
                let chunk = tapped.then(|| buffer.get(before..).unwrap_or_default().to_vec());
                let outcome = self.intake.scan(&mut sink);
                if let Some(chunk) = chunk.filter(|chunk| !chunk.is_empty()) {
                    batch.push_chunk(id, &chunk);
                }
                (got, outcome)
            } else {
                scratch.clear();
                let got = self.wire.read(&self.fd, scratch);
                let outcome = if scratch.is_empty() {
                    Ok(())
                } else {
                    self.intake.feed(scratch, &mut sink)
                };
                if tapped && !scratch.is_empty() {
                    batch.push_chunk(id, scratch);
                }
                (got, outcome)
            };
            if let Err(refusal) = outcome {
                batch.push(Kind::Refused, id, refusal as i32, 0);
                return self.refuse(batch);
            }
            match got {
                Ok(Got { bytes: 0, .. }) => {
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
                    self.read += got.bytes as u64;
                    budget = budget.saturating_sub(got.bytes);
                    if !got.follows && (got.drained || budget == 0) {
                        return State::Open;
                    }
                }
                Err(Fault::System(Errno::INTR)) => {}
                Err(Fault::System(Errno::AGAIN)) => return State::Open,
                Err(fault) => {
                    fault.report(id, Syscall::Read, batch);
                    // By TLS the peer is told why.
                    let _ = self.write_out(batch);
                    return self.closed(true, batch);
                }
            }
        }
    }

    /// Takes nothing more from the peer. What the frames before were answered with still leaves: JavaScript closes.
    pub(super) fn refuse(&mut self, batch: &mut Batch) -> State {
        self.eof = true;
        self.timer = None;
        self.watch();
        if self.shut {
            return self.closed(true, batch);
        }
        State::Open
    }

    /// Sees to it that a frame that takes too long is noticed.
    pub(super) fn keep_watch(&mut self) {
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
}
