//! Bytes and decisions, without any I/O.
//!
//! Bytes, numbers and random bits go in; frames, slices and decisions come out. Nothing here knows
//! a descriptor, a clock, tokio or napi, so all of it is tested and fuzzed with cargo alone.
//!
//! - [`protocol`]: what a dialect says of itself.
//! - [`framing`]: where one message ends and the next begins, in linear time whatever the chunking.
//! - [`intake`]: what comes in on one connection, from bytes to a batch.
//! - [`batch`]: frames and events that cross to JavaScript together, each with its [`record`].
//! - [`tables`]: messages of a batch that all have the same members.
//! - [`envelope`]: the object around the payload of a message, taken apart without being parsed.
//! - [`members`]: the same for objects that JavaScript also wants as text.
//! - [`json`]: may this frame travel to `JSON.parse` inside a joined array?
//! - [`form`]: messages that are alike, of which only values are told.
//! - [`fanout`]: to how many connections a turn of the loop sends.
//! - [`outbox`]: the bytes waiting to leave one connection, their completions and the drain that is
//!   owed.
//! - [`retry`]: when to try again, and when to stop.
//! - [`routing`]: who is who in a domain whose clients talk to each other, and what goes where.
//! - [`limits`]: the numbers the rest is tuned with, each with its reason.

pub mod batch;
pub mod envelope;
pub mod fanout;
pub mod form;
pub mod framing;
pub mod intake;
pub mod json;
pub mod limits;
pub mod members;
pub mod outbox;
pub mod protocol;
pub mod record;
pub mod retry;
pub mod routing;
pub mod tables;
