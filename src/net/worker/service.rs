//! The task of one connection: reads and frames, writes, and tells the end.

use std::borrow::Cow;
use std::cell::RefCell;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::task::unconstrained;
use tokio::time::{Instant, timeout, timeout_at};

use super::{SLICES, Shared};
use crate::core::batch::{Kind, Syscall};
use crate::core::intake::{Intake, Refusal};
use crate::core::limits::COALESCE;
use crate::core::outbox::Outbox;
use crate::core::protocol::Protocol;
use crate::net::errno::errno;
use crate::net::receiver::{Received, Receiver};
use crate::net::tls::failure::Failure;

thread_local! {
    /// Idle connections hold no read buffer: there is one a thread.
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; COALESCE].into_boxed_slice());
}

enum ReadError {
    Io(io::Error),
    Refused(Refusal),
}

impl From<Refusal> for ReadError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Reads, unless the time of the frame in the making runs out first.
async fn within(
    deadline: Option<Instant>,
    read: impl Future<Output = io::Result<usize>>,
) -> Result<usize, ReadError> {
    let outcome = match deadline {
        Some(deadline) => timeout_at(deadline, read)
            .await
            .map_err(|_| Refusal::TooLate)?,
        None => read.await,
    };
    outcome.map_err(ReadError::Io)
}

pub(super) struct Service<T> {
    pub(super) shared: Arc<Shared>,
    pub(super) receiver: T,
}

impl<T: Receiver> Service<T> {
    pub(super) async fn run<R: AsyncRead, W: AsyncWrite + Unpin>(
        self,
        reader: R,
        mut writer: W,
        protocol: Protocol,
    ) {
        let failed = {
            let reader = pin!(reader);
            let mut reading = pin!(self.read(reader, &protocol));
            let mut writing = pin!(self.write(&mut writer));
            let (mut read_done, mut write_done) = (false, false);
            loop {
                tokio::select! {
                    outcome = &mut reading, if !read_done => match outcome {
                        Ok(()) => read_done = true,
                        Err(ReadError::Io(error)) => break self.failed(&error, Syscall::Read),
                        Err(ReadError::Refused(refusal)) => {
                            if self.receiver.refused(refusal) {
                                break true;
                            }
                            // What the frames before it were answered with still leaves: JavaScript closes.
                            read_done = true;
                        }
                    },
                    outcome = &mut writing, if !write_done => match outcome {
                        Ok(()) => write_done = true,
                        Err(error) => {
                            // What the peer sent before it went is still delivered.
                            if !read_done {
                                let _ = timeout(Duration::ZERO, unconstrained(&mut reading)).await;
                            }
                            break self.failed(&error, Syscall::Write);
                        }
                    },
                    () = self.shared.destroyed.notified() => {
                        // One attempt, no waiting: the socket's buffer usually has room for it.
                        if !write_done {
                            let _ = timeout(Duration::ZERO, unconstrained(&mut writing)).await;
                        }
                        break false;
                    }
                }
                if read_done && write_done {
                    break false;
                }
            }
        };
        let _ = timeout(Duration::ZERO, unconstrained(writer.shutdown())).await;
        self.receiver.event(Kind::Close, failed.into(), 0);
    }

    fn failed(&self, error: &io::Error, syscall: Syscall) -> bool {
        match Failure::of_stream(error) {
            Some(failure) => self.receiver.broken(&failure),
            None => self
                .receiver
                .event(Kind::Error, errno(error), syscall as i32),
        }
        true
    }

    async fn read<R: AsyncRead>(
        &self,
        mut reader: Pin<&mut R>,
        protocol: &Protocol,
    ) -> Result<(), ReadError> {
        let mut intake = Intake::new(protocol);
        loop {
            self.receiver.room().await;
            while !self.shared.may_read() {
                self.shared.read_wake.notified().await;
            }
            let deadline = intake.deadline().map(Instant::from_std);
            let got = if let Some(buffer) = intake.direct() {
                // A large frame is read where it is put together.
                buffer.reserve(COALESCE);
                let before = buffer.len();
                let got = within(deadline, reader.read_buf(buffer)).await?;
                let chunk = self.tapped_copy(buffer.get(before..).unwrap_or_default());
                self.received(got, |take| {
                    let outcome = intake.scan(&mut |frame| take(Received::Frame(frame)));
                    if let Some(chunk) = &chunk {
                        take(Received::Chunk(chunk));
                    }
                    outcome
                })?;
                got
            } else {
                let mut outcome = Ok(());
                let read = poll_fn(|cx| {
                    SCRATCH.with_borrow_mut(|scratch| {
                        let mut buffer = ReadBuf::new(scratch);
                        ready!(reader.as_mut().poll_read(cx, &mut buffer))?;
                        let chunk = buffer.filled();
                        if chunk.is_empty() {
                            // The end; with raw framing it would pass for an empty chunk.
                            return Poll::Ready(Ok(0));
                        }
                        outcome = self.received(chunk.len(), |take| {
                            let outcome = intake.feed(chunk, &mut |frame: Cow<'_, [u8]>| {
                                take(Received::Frame(frame));
                            });
                            if self.shared.tapped.load(Ordering::Relaxed) {
                                take(Received::Chunk(chunk));
                            }
                            outcome
                        });
                        Poll::Ready(Ok(chunk.len()))
                    })
                });
                let got = within(deadline, read).await?;
                outcome?;
                got
            };
            if got == 0 {
                self.received(0, |take| {
                    intake.finish(&mut |frame| take(Received::Frame(frame)))?;
                    take(Received::End);
                    Ok(())
                })?;
                return Ok(());
            }
            intake.settle(std::time::Instant::now);
            if deadline.is_some_and(|deadline| deadline <= Instant::now())
                && intake.deadline().map(Instant::from_std) == deadline
            {
                // Whoever always has one more byte ready is late all the same.
                return Err(Refusal::TooLate.into());
            }
        }
    }

    fn tapped_copy(&self, chunk: &[u8]) -> Option<Vec<u8>> {
        self.shared
            .tapped
            .load(Ordering::Relaxed)
            .then(|| chunk.to_vec())
    }

    /// Passes on what `feed` makes of `got` received bytes.
    fn received(
        &self,
        got: usize,
        feed: impl FnOnce(&mut dyn FnMut(Received<'_>)) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        self.shared
            .bytes_read
            .fetch_add(got as u64, Ordering::Relaxed);
        self.receiver.receive(&self.shared.unseen, feed)
    }

    async fn write<W: AsyncWrite + Unpin>(&self, writer: &mut W) -> io::Result<()> {
        let mut leaving = Outbox::new(usize::MAX, None);
        loop {
            let (ending, completed) = {
                let mut queue = self.shared.queue();
                std::mem::swap(&mut queue.outbox, &mut leaving);
                queue.idle = leaving.is_empty();
                (queue.ending, std::mem::take(&mut queue.completed))
            };
            self.settle(completed);
            if leaving.is_empty() {
                // A stream that encrypts keeps some of what it took.
                writer.flush().await?;
                // Who wanted to know when nothing more waits, and asked after the last byte was taken.
                self.settle(leaving.consume(0).completed);
                self.settle_drain();
                if ending {
                    // A peer that has reset the connection meanwhile is heard of by reading.
                    let _ = writer.shutdown().await;
                    return Ok(());
                }
                self.shared.write_wake.notified().await;
                continue;
            }
            while !leaving.is_empty() {
                let n = poll_fn(|cx| {
                    let mut slices = [IoSlice::new(&[]); SLICES];
                    let count = leaving.slices(&mut slices);
                    Pin::new(&mut *writer)
                        .poll_write_vectored(cx, slices.get(..count).unwrap_or_default())
                })
                .await?;
                if n == 0 {
                    return Err(io::ErrorKind::WriteZero.into());
                }
                self.settle(leaving.consume(n).completed);
                self.shared.waiting.fetch_sub(n, Ordering::AcqRel);
            }
        }
    }

    fn settle(&self, completed: u32) {
        if completed > 0 {
            let completed = i32::try_from(completed).unwrap_or(i32::MAX);
            self.receiver.event(Kind::Flushed, completed, 0);
        }
    }

    fn settle_drain(&self) {
        if self.shared.waiting.load(Ordering::Acquire) == 0
            && self.shared.drain_owed.swap(false, Ordering::AcqRel)
        {
            self.receiver.event(Kind::Drain, 0, 0);
        }
    }
}
