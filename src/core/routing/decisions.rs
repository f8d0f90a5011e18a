//! What there is to do.

use std::ops::Range;
use std::sync::Arc;

use super::PeerId;

/// One thing to do. The order matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Send these of the bytes to a connection.
    Send {
        /// The connection.
        to: PeerId,
        /// Where the bytes are; the same for all who get the same.
        bytes: Range<usize>,
        /// How many frames that is.
        frames: u32,
    },
    /// Open a private listener, before anything that follows. If that fails or nobody comes, the
    /// router wants to know ([`super::Router::abandoned`]).
    Open {
        /// The client it is for.
        client: u64,
        /// The end of its path.
        id: super::ChannelId,
    },
    /// The private listener of this client is not needed any more.
    Shut {
        /// The client it was for.
        client: u64,
    },
    /// Close a connection.
    Close(PeerId),
    /// A message was dropped; its sender cannot be told, the envelope knows no errors.
    Dropped {
        /// The client it was for.
        name: Arc<str>,
    },
}

/// Frames for one connection that follow each other are sent as one, up to so many bytes: all or none of them have room
/// in its outbox.
const TOGETHER: usize = 4096;

/// Things to do, in order, and the bytes they speak of.
#[derive(Debug, Default)]
pub struct Decisions {
    pub(super) list: Vec<Decision>,
    pub(super) bytes: Vec<u8>,
}

/// Buffers above this are not kept, so that a peak is not paid for ever.
const KEEP: usize = 1 << 20;

impl Decisions {
    /// In order.
    #[must_use]
    pub fn list(&self) -> &[Decision] {
        &self.list
    }

    /// The bytes of a [`Decision::Send`].
    #[must_use]
    pub fn bytes(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    /// How many bytes there are to send, those that go to many counted once.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Everything has been done.
    pub fn clear(&mut self) {
        self.list.clear();
        if self.bytes.capacity() > KEEP {
            self.bytes = Vec::new();
        } else {
            self.bytes.clear();
        }
    }

    /// Adds a frame for a connection.
    pub(super) fn send(&mut self, to: PeerId, frame: Range<usize>) {
        if let Some(Decision::Send {
            to: before,
            bytes,
            frames,
        }) = self.list.last_mut()
            && *before == to
            && bytes.end == frame.start
            && frame.end - bytes.start <= TOGETHER
        {
            bytes.end = frame.end;
            *frames += 1;
            return;
        }
        self.list.push(Decision::Send {
            to,
            bytes: frame,
            frames: 1,
        });
    }

    /// Writes bytes, and says where they are.
    pub(super) fn write(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Range<usize> {
        let start = self.bytes.len();
        write(&mut self.bytes);
        start..self.bytes.len()
    }
}
