//! Where the frames and events of a connection on the worker path go.

use std::borrow::Cow;
use std::future::{Future, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::inbox::Inbox;
use super::tls::failure::Failure;
use crate::core::batch::{Decoding, Kind};
use crate::core::intake::Refusal;

/// What a read has brought.
pub enum Received<'a> {
    /// A frame.
    Frame(Cow<'a, [u8]>),
    /// The bytes that were read, for those who listen to them.
    Chunk(&'a [u8]),
    /// The peer will send no more.
    End,
}

/// See the module.
pub trait Receiver: Clone + Send + Sync + 'static {
    /// Takes what `feed` makes of one read. Bytes that JavaScript has yet to see are added to `unseen`
    /// before it can see them.
    ///
    /// # Errors
    /// The one of `feed`.
    fn receive<F>(&self, unseen: &AtomicUsize, feed: F) -> Result<(), Refusal>
    where
        F: FnOnce(&mut dyn FnMut(Received<'_>)) -> Result<(), Refusal>;

    /// Something else has happened.
    fn event(&self, kind: Kind, a: i32, b: i32);

    /// Nothing more is taken from the peer. Whether the connection closes at once; else whoever hears of it closes it.
    fn refused(&self, refusal: Refusal) -> bool;

    /// TLS failed on the connection. What JavaScript does not see as a connection hears of its close alone.
    fn broken(&self, _failure: &Failure) {}

    /// Ready when more may be read.
    fn room(&self) -> impl Future<Output = ()> + Send {
        ready(())
    }
}

/// Everything goes to JavaScript.
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// The connection.
    pub id: u32,
    /// What its frames become.
    pub decoding: Decoding,
    /// Its way to JavaScript.
    pub inbox: Arc<Inbox>,
}

impl Receiver for Mailbox {
    fn receive<F>(&self, unseen: &AtomicUsize, feed: F) -> Result<(), Refusal>
    where
        F: FnOnce(&mut dyn FnMut(Received<'_>)) -> Result<(), Refusal>,
    {
        let mut outcome = Ok(());
        self.inbox.record(|content| {
            let before = content.batch.bytes();
            outcome = feed(&mut |received| match received {
                Received::Frame(frame) => content.batch.push_frame(self.id, &self.decoding, frame),
                Received::Chunk(chunk) => content.batch.push_chunk(self.id, chunk),
                Received::End => content.batch.push(Kind::End, self.id, 0, 0),
            });
            let added = content.batch.bytes() - before;
            if added > 0 {
                unseen.fetch_add(added, Ordering::Relaxed);
                content.credits.push((self.id, added));
            }
        });
        outcome
    }

    fn refused(&self, refusal: Refusal) -> bool {
        self.event(Kind::Refused, refusal as i32, 0);
        false
    }

    fn broken(&self, failure: &Failure) {
        self.inbox.insecure(Kind::Broken, self.id, failure);
    }

    fn event(&self, kind: Kind, a: i32, b: i32) {
        self.inbox.event(kind, self.id, a, b);
    }
}
