//! What a dialect says of itself to the engine: data, no callbacks.

use std::sync::Arc;
use std::time::Duration;

use super::batch::Decoding;
use super::framing::Framing;
use super::routing::guard::Guard;

/// The description shared by all connections of a client or listener.
#[derive(Clone, Debug)]
pub struct Protocol {
    /// How frames are told apart.
    pub framing: Framing,
    /// What follows each frame that is sent.
    pub frame_end: Box<[u8]>,
    /// What a frame becomes.
    pub decoding: Decoding,
    /// Longest frame accepted, bytes without the delimiter.
    pub max_frame: usize,
    /// Waiting bytes from which on a send asks for a pause.
    pub high_water_mark: usize,
    /// Waiting bytes over which a send fails; none: no limit.
    pub outbox_cap: Option<usize>,
    /// Worker path: received bytes JavaScript has not seen yet, from which on reading pauses.
    pub inbox_cap: usize,
    /// `TCP_NODELAY` from the start.
    pub no_delay: bool,
    /// What each frame must be; none: anything.
    pub guard: Option<Arc<Guard>>,
    /// How long one frame may take from its first byte to its last; none: for ever.
    pub frame_timeout: Option<Duration>,
}
