//! Frames in, decisions out.

use std::sync::Arc;

use super::clients::{Clients, Role};
use super::decisions::{Decision, Decisions};
use super::deliveries::{Deliveries, Refused};
use super::envelope::{self, Envelope, NULL};
use super::relay::{self, Audience};
use super::{ChannelId, PeerId};
use crate::core::framing::json_scanner::Scanner;

/// What the answer to a handshake says of a name that cannot be had.
const NAME_TAKEN: &str = "201";

/// Longest name, in bytes. Every client's list of clients has all of them.
const NAME_MAX: usize = 512;

/// Longest message inside another whose memory is kept for the next one.
const KEEP: usize = 64 * 1024;

/// Commands of the protocol itself. One client cannot have another receive them: it would answer
/// questions it was not asked.
const RESERVED: [&str; 6] = [
    "handshake",
    "discover",
    "broadcast",
    "emit",
    "deliver",
    "error",
];

/// How a domain behaves where its server has a choice.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// The broadcast of a client reaches itself too.
    pub echo_broadcast: bool,
    /// Data that JavaScript takes for false arrives as null.
    pub falsy_as_null: bool,
}

/// Whose business a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// The router's; nothing is left to do but its decisions.
    Routed,
    /// The server's own handlers'.
    Handlers,
}

/// Who a private socket belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The client's name.
    pub name: Arc<str>,
    /// The id of its private socket.
    pub id: ChannelId,
}

/// What there is of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Census {
    /// Names taken.
    pub clients: usize,
    /// Connections to the shared socket without a client that has arrived.
    pub waiting: usize,
    /// Questions not answered yet.
    pub deliveries: usize,
    /// Bytes kept for clients on the way to their private socket.
    pub held: usize,
}

/// The state of one domain.
pub struct Router {
    settings: Settings,
    /// The names of the server's handlers, as JSON.
    commands: String,
    clients: Clients,
    deliveries: Deliveries,
    random: Box<dyn FnMut() -> u128 + Send>,
    /// Memory for the message inside another.
    scratch: String,
    scanner: Scanner,
}

impl Router {
    /// An empty domain. `random` gives bits nobody can foresee.
    #[must_use]
    pub fn new(settings: Settings, random: Box<dyn FnMut() -> u128 + Send>) -> Self {
        Self {
            settings,
            commands: "[]".to_owned(),
            clients: Clients::default(),
            deliveries: Deliveries::default(),
            random,
            scratch: String::new(),
            scanner: Scanner::default(),
        }
    }

    /// The names of the server's handlers, for those who ask.
    pub fn set_commands<'a>(&mut self, commands: impl Iterator<Item = &'a str>) {
        self.commands = envelope::quote_all(commands);
    }

    /// What there is.
    #[must_use]
    pub fn census(&self) -> Census {
        Census {
            clients: self.clients.len(),
            waiting: self.clients.waiting(),
            deliveries: self.deliveries.len(),
            held: self.clients.held(),
        }
    }

    /// A connection to the shared socket has come.
    pub fn entered(&mut self, peer: PeerId, out: &mut Decisions) {
        self.clients.entered(peer, out);
    }

    /// Connection `peer` has come to the private socket of `client`. `None`: nobody expects it.
    pub fn arrived(&mut self, client: u64, peer: PeerId, out: &mut Decisions) -> Option<Identity> {
        if !self.clients.arrived(client, peer, out) {
            return None;
        }
        self.clients.get(client).map(|found| Identity {
            name: found.name.clone(),
            id: found.id,
        })
    }

    /// Nobody has come, or could have come, to the private socket of `client`. Its name.
    pub fn abandoned(&mut self, client: u64, out: &mut Decisions) -> Option<Arc<str>> {
        let name = self.clients.remove(client, out)?;
        self.forget(&name);
        Some(name)
    }

    /// The connection to the shared socket by which `client` has shaken hands, as long as that is there.
    #[must_use]
    pub fn lobby(&self, client: u64) -> Option<PeerId> {
        self.clients.get(client)?.lobby
    }

    /// A connection has gone.
    pub fn left(&mut self, peer: PeerId, out: &mut Decisions) {
        if let Some(name) = self.clients.left(peer, out) {
            self.forget(&name);
        }
    }

    fn forget(&mut self, name: &Arc<str>) {
        self.deliveries
            .left(name, |other| self.clients.find(other).is_some());
    }

    /// The server sends a frame to a client. Whether there is such a client.
    pub fn emit(&mut self, name: &str, frame: &[u8], out: &mut Decisions) -> bool {
        let Some(client) = self.clients.find(name) else {
            return false;
        };
        let bytes = out.write(|to| to.extend_from_slice(frame));
        self.clients.post(client, bytes, out);
        true
    }

    /// The server sends a frame to all clients, except one.
    pub fn broadcast(&mut self, except: Option<&str>, frame: &[u8], out: &mut Decisions) {
        let except = except.and_then(|name| self.clients.find(name));
        let bytes = out.write(|to| to.extend_from_slice(frame));
        self.clients.post_all(except, &bytes, out);
    }

    /// A frame has come from `peer`.
    pub fn frame(&mut self, peer: PeerId, frame: &[u8], out: &mut Decisions) -> Course {
        match self.clients.role(peer) {
            Some(Role::Private { client }) => self.private(client, frame, out),
            Some(Role::Lobby { client, .. }) => {
                // As Node reads text; a string with such a byte is still worth delivering.
                let frame = envelope::utf8(frame);
                if !self.quickly(client, &frame, out)
                    && let Some(envelope) = Envelope::read(&frame)
                {
                    self.shared(peer, client, envelope, out);
                }
                Course::Routed
            }
            None => Course::Routed,
        }
    }

    fn private(&mut self, client: u64, frame: &[u8], out: &mut Decisions) -> Course {
        // Written with escapes it would slip through; the server's side ignores it as well.
        if memchr::memmem::find(frame, b"\"deliver\"").is_none() {
            return Course::Handlers;
        }
        let frame = envelope::utf8(frame);
        let Some(answer) = Envelope::read(&frame) else {
            return Course::Routed;
        };
        if answer.command != Some("\"deliver\"") {
            return Course::Handlers;
        }
        let (Some(from), Some(id)) = (self.clients.get(client), envelope::truthy(answer.delivery))
        else {
            return Course::Routed;
        };
        let asked_by = self
            .deliveries
            .answer(&from.name, id)
            .and_then(|name| self.clients.find(&name));
        if let Some(to) = asked_by {
            let data = self.data(answer.data);
            let bytes = out.write(|to| envelope::write(to, NULL, "\"deliver\"", data, id));
            self.clients.post(to, bytes, out);
        }
        Course::Routed
    }

    fn shared(
        &mut self,
        peer: PeerId,
        client: Option<u64>,
        envelope: Envelope<'_>,
        out: &mut Decisions,
    ) {
        let Some(command) = envelope.command.and_then(envelope::text) else {
            return;
        };
        match &*command {
            "handshake" => self.handshake(peer, client, envelope, out),
            "discover" => self.discover(peer, envelope, out),
            "emit" => self.inner(client, Audience::One, envelope, out),
            "broadcast" => self.inner(client, Audience::All, envelope, out),
            _ => {}
        }
    }

    fn handshake(
        &mut self,
        peer: PeerId,
        client: Option<u64>,
        envelope: Envelope<'_>,
        out: &mut Decisions,
    ) {
        // One client a connection; it would take a name and a listener with each handshake.
        if client.is_some() {
            return;
        }
        let Some(name) = envelope::name(envelope.data) else {
            return;
        };
        let quoted = envelope::quote(&name);
        if name.len() > NAME_MAX || self.clients.find(&name).is_some() {
            self.reply(peer, &quoted, "\"error\"", NAME_TAKEN, out);
            return;
        }
        let id = ChannelId::new((self.random)());
        if let Some(client) = self.clients.register(peer, &name, id) {
            out.list.push(Decision::Open { client, id });
            let id = format!("\"{id}\"");
            self.reply(peer, &quoted, "\"handshake\"", &id, out);
        }
    }

    fn discover(&mut self, peer: PeerId, envelope: Envelope<'_>, out: &mut Decisions) {
        let names = envelope::quote_all(self.clients.names());
        let data = format!(
            "{{\"clients\":{names},\"command_handlers\":{}}}",
            self.commands
        );
        let id = envelope::name(envelope.id).map_or(NULL.to_owned(), |id| envelope::quote(&id));
        self.reply(peer, &id, "\"discover\"", &data, out);
    }

    #[allow(clippy::unused_self)]
    fn reply(&self, to: PeerId, id: &str, command: &str, data: &str, out: &mut Decisions) {
        let bytes = out.write(|to| envelope::write(to, id, command, data, NULL));
        out.send(to, bytes);
    }

    /// A message for other clients in the form that nearly all are in. Whether it was one.
    fn quickly(&mut self, client: Option<u64>, frame: &str, out: &mut Decisions) -> bool {
        let mut memory = std::mem::take(&mut self.scratch);
        let message = relay::read(frame, &mut memory, &mut self.scanner);
        let found = message.is_some();
        if let Some((audience, inner)) = message {
            self.relay(client, audience, inner, out);
        }
        self.keep(memory);
        found
    }

    /// A message for other clients in any form.
    fn inner(
        &mut self,
        client: Option<u64>,
        audience: Audience,
        envelope: Envelope<'_>,
        out: &mut Decisions,
    ) {
        let mut memory = std::mem::take(&mut self.scratch);
        memory.clear();
        let inner = envelope
            .data
            .and_then(|data| data.strip_prefix('"')?.strip_suffix('"'))
            .filter(|escaped| envelope::unescape(escaped, &mut memory))
            .and_then(|_| Envelope::read(&memory));
        if let Some(inner) = inner {
            self.relay(client, audience, inner, out);
        }
        self.keep(memory);
    }

    fn keep(&mut self, memory: String) {
        if memory.capacity() <= KEEP {
            self.scratch = memory;
        }
    }

    fn relay(
        &mut self,
        client: Option<u64>,
        audience: Audience,
        inner: Envelope<'_>,
        out: &mut Decisions,
    ) {
        if !is_relayable(&inner) {
            return;
        }
        match audience {
            Audience::One => self.relay_to_one(client, inner, out),
            Audience::All => self.relay_to_all(client, inner, out),
        }
    }

    /// `emit`, and `deliver` to a client.
    fn relay_to_one(&mut self, client: Option<u64>, inner: Envelope<'_>, out: &mut Decisions) {
        let Some(to) = envelope::name(inner.id).and_then(|name| self.clients.find(&name)) else {
            return;
        };
        let delivery = envelope::truthy(inner.delivery);
        // Who has not shaken hands has no private socket an answer could go to.
        if let Some(id) = delivery
            && let Some(from) = client.and_then(|client| self.clients.get(client))
            && let Some(asked) = self.clients.get(to)
        {
            match self.deliveries.ask(&from.name, &asked.name, id) {
                Ok(()) => {}
                Err(Refused::Taken) => return,
                Err(Refused::Full) => {
                    out.list.push(Decision::Dropped {
                        name: asked.name.clone(),
                    });
                    return;
                }
            }
        }
        let command = envelope::command(inner.command);
        let data = self.data(inner.data);
        let delivery = delivery.unwrap_or(NULL);
        let bytes = out.write(|to| envelope::write(to, NULL, &command, data, delivery));
        self.clients.post(to, bytes, out);
    }

    fn relay_to_all(&mut self, client: Option<u64>, inner: Envelope<'_>, out: &mut Decisions) {
        let command = envelope::command(inner.command);
        let data = self.data(inner.data);
        let bytes = out.write(|to| envelope::write(to, NULL, &command, data, NULL));
        let except = client.filter(|_| !self.settings.echo_broadcast);
        self.clients.post_all(except, &bytes, out);
    }

    fn data<'a>(&self, data: Option<&'a str>) -> &'a str {
        data.filter(|data| !(self.settings.falsy_as_null && envelope::is_falsy(data)))
            .unwrap_or(NULL)
    }
}

fn is_relayable(inner: &Envelope<'_>) -> bool {
    let command = inner.command.and_then(envelope::text);
    !command.is_some_and(|command| RESERVED.contains(&&*command))
}
