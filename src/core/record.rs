//! What is said of one thing that happened, as it crosses to JavaScript.

/// What a record says. The numbers are known to `lib/engine/records.js`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Kind {
    /// Nothing: it concerned something closed since.
    Void = 0,
    /// The next `a` values of the joined text belong to connection `id`.
    Frames = 1,
    /// Blob `a` is one frame, to be fetched as a string.
    Text = 2,
    /// Blob `a` is one frame of `b` bytes, to be fetched as bytes.
    Bytes = 3,
    /// Blob `a` is a copy of a received chunk of `b` bytes, for `data` listeners of the user.
    Chunk = 4,
    /// The peer will send no more.
    End = 5,
    /// The connection is closed; `a` is 1 if an error closed it.
    Close = 6,
    /// The connection failed with errno `a` in the call `b` (see [`Syscall`]).
    Error = 7,
    /// The outbox is empty again after it had reached its high-water mark.
    Drain = 8,
    /// `a` writes that asked for it have left.
    Flushed = 9,
    /// The connection is established.
    Connected = 10,
    /// Connecting to address number `b` failed with errno `a`; the last one of an attempt has `b < 0`.
    Failed = 11,
    /// Listener `id` accepted connection `a`.
    Accepted = 12,
    /// Listener `id` could not accept, errno `a`.
    AcceptFailed = 13,
    /// Timer `id` fired.
    Fired = 14,
    /// Nothing more is taken from the peer: `a` is the reason, a [`super::intake::Refusal`]. JavaScript destroys the
    /// connection after it has delivered what came before.
    Refused = 15,
    /// A task of the engine panicked; the connection closes.
    Panicked = 16,
    /// Listener `id` turned a connection away: `a` were open already.
    Dropped = 17,
    /// The connection is there, its TLS handshake begins.
    Reached = 18,
    /// The TLS handshake is done; whether to go on is asked.
    Secured = 19,
    /// The TLS handshake failed: errno `b`, or if that is 0 blob `a`, a code and a reason on two lines.
    Insecure = 20,
    /// The TLS handshake of a connection listener `id` accepted failed; see `Insecure`.
    ClientInsecure = 21,
    /// TLS failed on an established connection, which closes; see `Insecure`.
    Broken = 22,
    /// A datagram of `b` bytes came to socket `id`; blob `a` is its sender, an address and a port. Its frames follow.
    Datagram = 23,
    /// The next value of the joined text is a name, the `a` after it are payloads of messages of that name for connection
    /// `id`.
    Events = 24,
    /// A large message whose payload is a string: blob `a`. Blob `b` is its name.
    String = 25,
    /// Blob `a` is the text of the `Line`s that follow.
    Lines = 26,
    /// A part of the last `Lines` is one frame of connection `id`; `a` is where it begins and, times 65536, where it ends.
    /// The next `b` values of the joined text are those of its members.
    Line = 27,
    /// Blob `a` is one JSON frame that may have an outline (see [`super::json::outline`]).
    Document = 28,
    /// Connection `a` is the one of a client that has joined domain `id`.
    Joined = 32,
    /// Something went wrong between domain `id` and the client whose name is blob `a`: it has lost `b` messages by now;
    /// errno `-b` kept it from joining; or, with 0, it sent a frame over the cap.
    Trouble = 33,
    /// Loop path: the time that connection `id` had for a frame may be over. Becomes `Refused` or `Void` before it crosses.
    Late = 31,
}

/// The call an errno came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Syscall {
    /// `read(2)`
    Read = 0,
    /// `write(2)`
    Write = 1,
    /// `shutdown(2)`
    Shutdown = 2,
    /// `recvmsg(2)`
    Receive = 3,
    /// `sendmsg(2)`
    Send = 4,
}

/// One thing that happened, four words wide as it crosses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Record {
    /// What happened.
    pub kind: Kind,
    /// The connection, listener or timer it happened to.
    pub id: u32,
    /// See [`Kind`].
    pub a: i32,
    /// See [`Kind`].
    pub b: i32,
}
