//! Names, private sockets, and those who have not shown up yet.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::decisions::{Decision, Decisions};
use super::{ChannelId, PeerId};

/// Connections to the shared socket without a client. Every program begins as one, for the time of a
/// handshake; whoever opens more of them and stops there loses the oldest.
pub(super) const WAITING_MAX: usize = 4096;

/// Bytes kept altogether for clients that have shaken hands and are on the way to their private
/// socket. They may know already that they are connected, and tell others.
pub(super) const HELD_MAX: usize = 4 << 20;

/// A name that is taken, from its handshake on.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) name: Arc<str>,
    pub(super) id: ChannelId,
    /// Its connection to the shared socket, as long as that is there.
    pub(super) lobby: Option<PeerId>,
    /// Its connection to the private socket, once that is there.
    private: Option<PeerId>,
    /// What was sent to it before.
    held: Vec<u8>,
}

/// What a connection is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    /// One to the shared socket.
    Lobby {
        /// Its client, from the handshake on.
        client: Option<u64>,
        /// Its number among those without a client that has arrived.
        waiting: Option<u64>,
    },
    /// One to a private socket.
    Private {
        /// Its client.
        client: u64,
    },
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Clients {
    /// In the order of their handshakes.
    all: BTreeMap<u64, Client>,
    /// Names are chosen by peers: a hash they cannot foresee.
    by_name: HashMap<Arc<str>, u64>,
    roles: FxHashMap<PeerId, Role>,
    /// The oldest first.
    waiting: BTreeMap<u64, PeerId>,
    held: usize,
    last: u64,
}

impl Clients {
    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// A connection to the shared socket has come.
    pub(super) fn entered(&mut self, peer: PeerId, out: &mut Decisions) {
        let waiting = Some(self.wait(peer, out));
        self.roles.insert(
            peer,
            Role::Lobby {
                client: None,
                waiting,
            },
        );
    }

    fn wait(&mut self, peer: PeerId, out: &mut Decisions) -> u64 {
        let number = self.next();
        self.waiting.insert(number, peer);
        if self.waiting.len() > WAITING_MAX
            && let Some((_, oldest)) = self.waiting.pop_first()
        {
            out.list.push(Decision::Close(oldest));
        }
        number
    }

    pub(super) fn role(&self, peer: PeerId) -> Option<Role> {
        self.roles.get(&peer).copied()
    }

    pub(super) fn get(&self, client: u64) -> Option<&Client> {
        self.all.get(&client)
    }

    pub(super) fn find(&self, name: &str) -> Option<u64> {
        self.by_name.get(name).copied()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.all.values().map(|client| &*client.name)
    }

    /// Registers a name for the connection `lobby`.
    pub(super) fn register(&mut self, lobby: PeerId, name: &str, id: ChannelId) -> Option<u64> {
        let client = self.next();
        match self.roles.get_mut(&lobby)? {
            Role::Lobby { client: slot, .. } if slot.is_none() => *slot = Some(client),
            _ => return None,
        }
        let name: Arc<str> = name.into();
        self.by_name.insert(name.clone(), client);
        self.all.insert(
            client,
            Client {
                name,
                id,
                lobby: Some(lobby),
                private: None,
                held: Vec::new(),
            },
        );
        Some(client)
    }

    /// The client has come to its private socket, by the connection `peer`.
    pub(super) fn arrived(&mut self, client: u64, peer: PeerId, out: &mut Decisions) -> bool {
        let Some(found) = self.all.get_mut(&client) else {
            return false;
        };
        found.private = Some(peer);
        let held = std::mem::take(&mut found.held);
        self.held -= held.len();
        if !held.is_empty() {
            let bytes = out.write(|to| to.extend_from_slice(&held));
            out.send(peer, bytes);
        }
        if let Some(lobby) = found.lobby
            && let Some(Role::Lobby { waiting, .. }) = self.roles.get_mut(&lobby)
            && let Some(number) = waiting.take()
        {
            self.waiting.remove(&number);
        }
        self.roles.insert(peer, Role::Private { client });
        true
    }

    /// A connection has gone. The name that is free by that.
    pub(super) fn left(&mut self, peer: PeerId, out: &mut Decisions) -> Option<Arc<str>> {
        match self.roles.remove(&peer)? {
            Role::Private { client } => self.remove(client, out),
            Role::Lobby { client, waiting } => {
                if let Some(number) = waiting {
                    self.waiting.remove(&number);
                }
                let found = self.all.get_mut(&client?)?;
                found.lobby = None;
                if found.private.is_some() {
                    return None;
                }
                out.list.push(Decision::Shut { client: client? });
                self.remove(client?, out)
            }
        }
    }

    /// Frees the name of a client. Its connection to the shared socket may stay and shake hands again.
    pub(super) fn remove(&mut self, client: u64, out: &mut Decisions) -> Option<Arc<str>> {
        let found = self.all.remove(&client)?;
        self.by_name.remove(&found.name);
        self.held -= found.held.len();
        if let Some(lobby) = found.lobby
            && let Some(Role::Lobby { waiting, .. }) = self.roles.get(&lobby)
        {
            let waiting = match waiting {
                Some(number) => *number,
                None => self.wait(lobby, out),
            };
            self.roles.insert(
                lobby,
                Role::Lobby {
                    client: None,
                    waiting: Some(waiting),
                },
            );
        }
        Some(found.name)
    }

    /// Sends bytes to a client, or keeps them until it arrives.
    pub(super) fn post(&mut self, client: u64, bytes: Range<usize>, out: &mut Decisions) {
        let Some(found) = self.all.get_mut(&client) else {
            return;
        };
        if let Some(to) = found.private {
            out.send(to, bytes);
        } else if self.held + bytes.len() > HELD_MAX {
            out.list.push(Decision::Dropped {
                name: found.name.clone(),
            });
        } else {
            self.held += bytes.len();
            found.held.extend_from_slice(out.bytes(&bytes));
        }
    }

    /// The same for all but `except`.
    pub(super) fn post_all(
        &mut self,
        except: Option<u64>,
        bytes: &Range<usize>,
        out: &mut Decisions,
    ) {
        for (client, found) in &mut self.all {
            if Some(*client) == except {
                continue;
            }
            if let Some(to) = found.private {
                out.send(to, bytes.clone());
            } else if self.held + bytes.len() > HELD_MAX {
                out.list.push(Decision::Dropped {
                    name: found.name.clone(),
                });
            } else {
                self.held += bytes.len();
                found.held.extend_from_slice(out.bytes(bytes));
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn held(&self) -> usize {
        self.held
    }
}
