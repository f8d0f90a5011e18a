//! The only place that knows what a dialect's frames contain: [`guard`] says whether a frame may be passed on at all; the
//! rest routes an ipcio domain: who is who, and what each frame means for whom.
//!
//! A domain has one shared socket, where clients shake hands and hand in what is meant for other
//! clients, and one private socket a client, where everything is delivered. This is the one place
//! that knows the envelope; the payload in it is passed on as it came, never parsed into values and
//! written again.
//!
//! - `envelope`: the JSON around the payload, read and written.
//! - `relay`: the message inside another, read where it stands.
//! - `channel`: the ids of private sockets.
//! - `clients`: names, private sockets, and those who have not shown up yet.
//! - `deliveries`: questions on their way, who asked and who may answer.
//! - `decisions`: what there is to do.
//! - `router`: frames in, decisions out.

mod channel;
mod clients;
mod decisions;
mod deliveries;
mod envelope;
pub mod guard;
mod relay;
mod router;
#[cfg(test)]
mod tests;

pub use self::channel::ChannelId;
pub use self::decisions::{Decision, Decisions};
pub use self::router::{Census, Course, Identity, Router, Settings};

/// A connection, by the number its owner has given it.
pub type PeerId = u32;
