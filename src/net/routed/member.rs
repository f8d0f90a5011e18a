//! What becomes of the frames and events of one connection.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::pressure::{self, Pressure};
use super::state::Shared;
use crate::core::batch::Kind;
use crate::core::intake::Refusal;
use crate::core::routing::Course;
use crate::net::receiver::{Received, Receiver};

/// Bytes of decisions that are carried out before the rest of a chunk is looked at.
const ENOUGH: usize = 256 * 1024;

/// A connection of a domain.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) id: u32,
    /// Of a private socket: JavaScript knows it.
    pub(super) private: bool,
    pub(super) domain: Arc<Shared>,
    /// Those it has sent more to than they can take.
    pub(super) slow: Arc<Mutex<Vec<Arc<Pressure>>>>,
}

impl Receiver for Member {
    fn receive<F>(&self, unseen: &AtomicUsize, feed: F) -> Result<(), Refusal>
    where
        F: FnOnce(&mut dyn FnMut(Received<'_>)) -> Result<(), Refusal>,
    {
        let (id, inbox) = (self.id, &self.domain.inbox);
        let mut slow = self.slow.lock().unwrap_or_else(PoisonError::into_inner);
        let mut guard = self.domain.lock();
        let state = &mut *guard;
        let outcome = feed(&mut |received| match received {
            Received::Frame(frame) => {
                match state.router.frame(id, &frame, &mut state.out) {
                    Course::Routed => {}
                    Course::Handlers => inbox.record(|content| {
                        let bytes = frame.len();
                        unseen.fetch_add(bytes, Ordering::Relaxed);
                        content.credits.push((id, bytes));
                        content
                            .batch
                            .push_frame(id, &self.domain.protocol.decoding, frame);
                    }),
                }
                if state.out.len() > ENOUGH {
                    self.domain.carry_out(state, Some(&mut slow));
                }
            }
            Received::Chunk(chunk) if self.private => inbox.record(|content| {
                unseen.fetch_add(chunk.len(), Ordering::Relaxed);
                content.credits.push((id, chunk.len()));
                content.batch.push_chunk(id, chunk);
            }),
            Received::End if self.private => inbox.event(Kind::End, id, 0, 0),
            // Nobody else would end this side.
            Received::End => state.end(id),
            Received::Chunk(_) => {}
        });
        self.domain.carry_out(state, Some(&mut slow));
        outcome
    }

    fn event(&self, kind: Kind, a: i32, b: i32) {
        match kind {
            Kind::Close => self.domain.left(self.id),
            Kind::Drain => self.domain.drained(self.id),
            _ => {}
        }
        if self.private {
            self.domain.inbox.event(kind, self.id, a, b);
        }
    }

    fn refused(&self, refusal: Refusal) -> bool {
        self.domain.too_large(self.id);
        if self.private {
            self.domain
                .inbox
                .event(Kind::Refused, self.id, refusal as i32, 0);
        }
        !self.private
    }

    fn room(&self) -> impl Future<Output = ()> + Send {
        let slow = std::mem::take(&mut *self.slow.lock().unwrap_or_else(PoisonError::into_inner));
        async move {
            if !slow.is_empty() {
                pressure::relieved(slow).await;
            }
        }
    }
}
