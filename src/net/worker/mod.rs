//! The worker data path: reads, framing and writes run on the background thread.
//!
//! - [`service`]: the task of one connection

mod service;

use std::io::{self, IoSlice};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;

use self::service::Service;
use super::inbox::Inbox;
use super::receiver::{Mailbox, Receiver};
use super::runtime;
use crate::core::batch::Kind;
use crate::core::limits::DIRECT_SEND;
use crate::core::outbox::{Accepted, Outbox};
use crate::core::protocol::Protocol;

/// Slices handed to one vectored write.
const SLICES: usize = 64;

/// A connection served by the background thread; dropping it closes the connection.
#[derive(Debug)]
pub struct Worker(Handle);

/// Access to a connection that somebody else owns.
#[derive(Clone, Debug)]
pub struct Handle(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    /// Queued bytes and those the writer is at.
    waiting: AtomicUsize,
    drain_owed: AtomicBool,
    write_wake: Notify,
    direct: Option<Box<dyn Direct>>,
    /// Received bytes JavaScript has not seen.
    unseen: AtomicUsize,
    /// JavaScript has not been told of it, and so has not said what it wants to hear.
    fresh: AtomicBool,
    paused: AtomicBool,
    tapped: AtomicBool,
    read_wake: Notify,
    destroyed: Notify,
    bytes_read: AtomicU64,
    high_water_mark: usize,
    inbox_cap: usize,
}

#[derive(Debug)]
struct Queue {
    outbox: Outbox,
    /// All bytes ever put into the outbox.
    accepted: u64,
    ending: bool,
    /// The writer sleeps and wants to be woken.
    idle: bool,
    /// Writes that asked for it have left without the writer, who is to tell of them.
    completed: u32,
}

/// A stream that any thread can send on.
pub trait Direct: std::fmt::Debug + Send + Sync {
    /// Sends without waiting. How many bytes were taken, and whether all there was has left; if not, or if it failed,
    /// the writer goes on, and hears of the failure.
    fn try_send(&self, slices: &[IoSlice<'_>]) -> (usize, bool);
}

/// Received and sent bytes of a connection.
#[derive(Clone, Copy, Debug, Default)]
pub struct Traffic {
    /// From the peer.
    pub read: u64,
    /// Taken by the operating system.
    pub written: u64,
    /// Not yet taken.
    pub waiting: usize,
}

impl Worker {
    /// Serves a stream as connection `id`. `outbox` holds what was sent before it was established. Nothing is read before
    /// [`Worker::begin`].
    ///
    /// # Errors
    /// If the background thread cannot be started.
    pub fn start<R, W>(
        id: u32,
        halves: (R, W),
        direct: Option<Box<dyn Direct>>,
        protocol: &Protocol,
        outbox: Outbox,
        inbox: Arc<Inbox>,
    ) -> io::Result<Self>
    where
        R: AsyncRead + Send + 'static,
        W: AsyncWrite + Unpin + Send + 'static,
    {
        let decoding = protocol.decoding.clone();
        let mailbox = Mailbox {
            id,
            decoding,
            inbox,
        };
        Self::run(mailbox, halves, direct, protocol, outbox, true)
    }

    /// The same for any `receiver`; reading starts at once.
    ///
    /// # Errors
    /// If the background thread cannot be started.
    pub fn serve<T, R, W>(
        receiver: T,
        halves: (R, W),
        protocol: &Protocol,
        outbox: Outbox,
    ) -> io::Result<Self>
    where
        T: Receiver,
        R: AsyncRead + Send + 'static,
        W: AsyncWrite + Unpin + Send + 'static,
    {
        Self::run(receiver, halves, None, protocol, outbox, false)
    }

    fn run<T, R, W>(
        receiver: T,
        (reader, writer): (R, W),
        direct: Option<Box<dyn Direct>>,
        protocol: &Protocol,
        outbox: Outbox,
        fresh: bool,
    ) -> io::Result<Self>
    where
        T: Receiver,
        R: AsyncRead + Send + 'static,
        W: AsyncWrite + Unpin + Send + 'static,
    {
        let shared = Arc::new(Shared {
            waiting: AtomicUsize::new(outbox.len()),
            drain_owed: AtomicBool::new(outbox.len() >= protocol.high_water_mark),
            queue: Mutex::new(Queue {
                accepted: outbox.len() as u64,
                outbox,
                ending: false,
                idle: false,
                completed: 0,
            }),
            direct,
            write_wake: Notify::new(),
            unseen: AtomicUsize::new(0),
            fresh: AtomicBool::new(fresh),
            paused: AtomicBool::new(false),
            tapped: AtomicBool::new(false),
            read_wake: Notify::new(),
            destroyed: Notify::new(),
            bytes_read: AtomicU64::new(0),
            high_water_mark: protocol.high_water_mark,
            inbox_cap: protocol.inbox_cap,
        });
        let service = Service {
            shared: shared.clone(),
            receiver: receiver.clone(),
        };
        runtime::spawn(service.run(reader, writer, protocol.clone()), move || {
            receiver.event(Kind::Panicked, 0, 0);
            receiver.event(Kind::Close, 1, 0);
        })?;
        Ok(Self(Handle(shared)))
    }

    /// Access for others.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.0.clone()
    }
}

impl std::ops::Deref for Worker {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.0
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Without its owner nobody would ever close it.
        self.destroy();
    }
}

impl Handle {
    /// Appends what `put` puts into the outbox, and lets the writer know. Number of bytes, and whether the caller
    /// should go on sending.
    pub fn append(
        &self,
        complete: bool,
        put: impl FnOnce(&mut Outbox) -> (usize, Accepted),
    ) -> (usize, Accepted) {
        let mut queue = self.0.queue();
        let taken = self.0.put(&mut queue, complete, put);
        let wake = std::mem::take(&mut queue.idle);
        drop(queue);
        if wake {
            self.0.write_wake.notify_one();
        }
        taken
    }

    /// The same for who sends more at once: it leaves after [`Handle::push`] or [`Handle::wake`].
    pub fn keep(
        &self,
        complete: bool,
        put: impl FnOnce(&mut Outbox) -> (usize, Accepted),
    ) -> (usize, Accepted) {
        self.0.put(&mut self.0.queue(), complete, put)
    }

    /// Lets the writer know that something waits.
    pub fn wake(&self) {
        if std::mem::take(&mut self.0.queue().idle) {
            self.0.write_wake.notify_one();
        }
    }

    /// Sees to it that what waits leaves: on the calling thread if it is little and the stream can do that, else by the
    /// writer.
    pub fn push(&self) {
        let shared = &self.0;
        let mut queue = shared.queue();
        // A writer that does not sleep comes for it by itself.
        if queue.idle && !shared.leave(&mut queue) {
            queue.idle = false;
            drop(queue);
            shared.write_wake.notify_one();
        }
    }

    /// Bytes not yet taken by the operating system.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.waiting.load(Ordering::Relaxed)
    }

    /// Whether nothing waits. If something does, [`Kind::Drain`] follows when it has left.
    #[must_use]
    pub fn drained(&self) -> bool {
        if self.waiting() == 0 {
            return true;
        }
        self.0.drain_owed.store(true, Ordering::Release);
        // The writer may have taken the last byte just before, and looked.
        self.0.waiting.load(Ordering::Acquire) == 0
            && self.0.drain_owed.swap(false, Ordering::AcqRel)
    }

    /// Counters.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        let queue = self.0.queue();
        let waiting = self.waiting();
        Traffic {
            read: self.0.bytes_read.load(Ordering::Relaxed),
            // Not counted by the writer, between whose two counts somebody could look.
            written: queue.accepted.saturating_sub(waiting as u64),
            waiting,
        }
    }

    /// Sends what waits, then ends this side.
    pub fn end(&self) {
        self.0.queue().ending = true;
        self.0.write_wake.notify_one();
    }

    /// Closes both sides after one last attempt to send what waits.
    pub fn destroy(&self) {
        self.push();
        self.0.destroyed.notify_one();
    }

    /// JavaScript knows of it: what is received from now on finds whoever wants it.
    pub fn begin(&self) {
        if self.0.fresh.swap(false, Ordering::Relaxed) {
            self.0.read_wake.notify_one();
        }
    }

    /// Stops or resumes reading.
    pub fn set_paused(&self, on: bool) {
        self.0.paused.store(on, Ordering::Relaxed);
        self.0.read_wake.notify_one();
    }

    /// Whether received chunks are reported besides their frames.
    pub fn set_tapped(&self, on: bool) {
        self.0.tapped.store(on, Ordering::Relaxed);
    }

    /// JavaScript has seen `bytes` more.
    pub fn credit(&self, bytes: usize) {
        let before = self.0.unseen.fetch_sub(bytes, Ordering::Relaxed);
        if before >= self.0.inbox_cap {
            self.0.read_wake.notify_one();
        }
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // The outbox is whole between calls, whatever panicked elsewhere.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(
        &self,
        queue: &mut Queue,
        complete: bool,
        put: impl FnOnce(&mut Outbox) -> (usize, Accepted),
    ) -> (usize, Accepted) {
        let (n, _) = put(&mut queue.outbox);
        queue.accepted += n as u64;
        if complete {
            queue.outbox.complete();
        }
        // Counted before the writer can take them, so that it never counts below zero.
        let waiting = self.waiting.fetch_add(n, Ordering::AcqRel) + n;
        if waiting < self.high_water_mark {
            return (n, Accepted::Below);
        }
        self.drain_owed.store(true, Ordering::Release);
        (n, Accepted::AtMark)
    }

    /// Sends what waits on this thread. Whether nothing is left to do for the writer.
    fn leave(&self, queue: &mut Queue) -> bool {
        let Some(direct) = &self.direct else {
            return false;
        };
        if queue.ending
            || queue.outbox.len() >= DIRECT_SEND
            || self.drain_owed.load(Ordering::Acquire)
        {
            return false;
        }
        let mut slices = [IoSlice::new(&[]); SLICES];
        let count = queue.outbox.slices(&mut slices);
        let (taken, settled) = direct.try_send(slices.get(..count).unwrap_or_default());
        let completed = queue.outbox.consume(taken).completed;
        self.waiting.fetch_sub(taken, Ordering::AcqRel);
        queue.completed += completed;
        settled && queue.completed == 0 && queue.outbox.is_empty()
    }

    fn may_read(&self) -> bool {
        !self.fresh.load(Ordering::Relaxed)
            && !self.paused.load(Ordering::Relaxed)
            && self.unseen.load(Ordering::Relaxed) < self.inbox_cap
    }
}
