//! The numbers the engine is tuned with, each with its reason.

/// 64 KiB, the unit most of the sizes below are made of: it is what one `read(2)` or `write(2)`
/// moves without the cost of the call mattering any more.
const CHUNK: usize = 64 * 1024;

/// Bytes read from one socket before the next socket has its turn: 256 KiB. Less wastes system
/// calls, more lets one fast peer starve the others within a turn of the loop.
pub const READ_BUDGET: usize = 4 * CHUNK;

/// Bytes gathered in an outbox before they are written without waiting for the end of the turn: 64
/// KiB. An outbox starts a new segment beyond this size, so that appending never moves more than
/// this much.
pub const COALESCE: usize = CHUNK;

/// Frames shorter than this, 512 bytes, cross to JavaScript joined into one string. Above it the
/// crossing costs less than the copy into the joined string.
pub const JOIN_MAX: usize = 512;

/// Connections of which the first message of a turn is written at once after a turn in which more than so many were sent
/// several messages: what is sent to others leaves at its end. Bursts of broadcasts to a hundred then cost each peer one
/// wake-up and one read, not two, and the sender half the calls; a conversation with a few, or a single broadcast, is as
/// quick as ever.
pub const DIRECT_CONNECTIONS: usize = 8;

/// Every so many messages of a turn, and first after half as many, 4, JavaScript is asked whether it sends more of the
/// same form: fewer are no burst.
pub const BURST_STEP: usize = 8;

/// Messages of at least this size, 32 KiB, are written to the socket without passing through the
/// coalescing buffer.
pub const DIRECT_SEND: usize = 32 * 1024;

/// Bytes of received frames that may wait for JavaScript before reading stops and the kernel pushes
/// back: 1 MiB.
pub const INBOX_CAP: usize = 1024 * 1024;

/// Longest frame unless the dialect sets another: 2^29 − 24 bytes, V8's longest string. A longer
/// one could be received but never decoded.
pub const DEFAULT_MAX_FRAME: usize = (1 << 29) - 24;

/// From this size on, 64 KiB, a frame in the making is worth reading into directly, and when
/// complete its memory moves on instead of being copied once more.
pub const DIRECT_READ: usize = CHUNK;

/// Shared bytes shorter than this, 256 bytes, are copied into the outbox all the same: a reference
/// count, a queue entry and an I/O vector of their own cost more than the bytes.
pub const SHARE_MIN: usize = 256;

/// Capacity a buffer may keep while nothing waits in it: 4 KiB. Ten thousand idle connections stay
/// small, and a ping-pong of small messages still allocates nothing.
pub const KEEP_CAPACITY: usize = 4 * 1024;

/// Bytes that wait for a local socket from which on the kernel is asked to keep more of them: 256 KiB. See
/// [`WIDE_BUFFER`].
pub const WIDE_FROM: usize = 4 * CHUNK;

/// What the kernel is asked to keep for a local socket that large messages are sent on: 512 KiB, of which Linux makes
/// twice as much with its own overhead, as far as its limit allows. With what it keeps otherwise, 200 KiB, the peer of
/// a thread that is busy encoding the next message of 1 MiB runs dry after a fifth of the last one: both take turns
/// instead of working side by side. Twice to eight times as much gained nothing.
pub const WIDE_BUFFER: usize = 8 * CHUNK;

// How the sizes hang together; a change that breaks one of these breaks the reasoning above.
const _: () = {
    assert!(JOIN_MAX < DIRECT_SEND && DIRECT_SEND < COALESCE);
    assert!(SHARE_MIN < KEEP_CAPACITY && KEEP_CAPACITY < DIRECT_READ);
    assert!(READ_BUDGET < INBOX_CAP && INBOX_CAP < DEFAULT_MAX_FRAME);
};
