//! Waiting for an answer without sleeping.
//!
//! To be woken by the kernel takes longer than most answers do. After a turn in which exactly one stream was active the
//! loop is kept from sleeping for a moment, giving its core away again and again: the peer may need it. A wait that
//! brought nothing makes the next ones rarer, so that a one-sided or slow conversation is not paid for.

use std::cell::Cell;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::uv::{Raw, Uv};

/// After so many vain waits in a row one in 2^n turns is still tried.
const RAREST: u32 = 10;

/// Which streams something was read from or written to in a turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Active {
    /// None.
    #[default]
    Nobody,
    /// This one alone.
    One(u32),
    /// More than one.
    Several,
}

impl Active {
    /// So was this one.
    #[must_use]
    pub fn and(self, id: u32) -> Self {
        match self {
            Self::Nobody => Self::One(id),
            Self::One(same) if same == id => self,
            _ => Self::Several,
        }
    }
}

/// See the module.
#[derive(Debug, Default)]
pub struct BusyPoll {
    limit: Cell<Duration>,
    /// Vain waits in a row.
    misses: Cell<u32>,
    /// Turns to let pass before the next wait.
    skip: Cell<u32>,
}

impl BusyPoll {
    /// How long to wait at most; zero: not at all.
    pub fn set(&self, limit: Duration) {
        self.limit.set(limit);
        self.misses.set(0);
        self.skip.set(0);
    }

    /// Whether it waits at all.
    pub fn is_on(&self) -> bool {
        !self.limit.get().is_zero()
    }

    /// The loop is about to sleep: waits until something is ready on it, or for as long as is worth it.
    pub fn wait(&self, uv: &Uv, uv_loop: Raw) {
        if self.skip.get() > 0 {
            self.skip.set(self.skip.get() - 1);
            return;
        }
        // SAFETY: the loop of this thread. It does not sleep when there is something to do at once.
        if unsafe { (uv.backend_timeout)(uv_loop) } == 0 {
            return;
        }
        if self.ready(uv, uv_loop) {
            self.misses.set(0);
        } else {
            let misses = (self.misses.get() + 1).min(RAREST);
            self.misses.set(misses);
            self.skip.set((1 << misses) - 1);
        }
    }

    fn ready(&self, uv: &Uv, uv_loop: Raw) -> bool {
        // SAFETY: the descriptor of the loop, which is open as long as the loop is.
        let fd = unsafe { BorrowedFd::borrow_raw((uv.backend_fd)(uv_loop)) };
        let at_once = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let end = Instant::now() + self.limit.get();
        loop {
            // An error is the loop's to find.
            let mut descriptors = [PollFd::new(&fd, PollFlags::IN)];
            if poll(&mut descriptors, Some(&at_once)) != Ok(0) {
                return true;
            }
            if Instant::now() >= end {
                return false;
            }
            std::thread::yield_now();
        }
    }
}
