//! A routed domain, as JavaScript sees it: it is told who has joined and gets what is meant for the server's own
//! handlers; everything else goes on without it.

use std::rc::Rc;
use std::sync::Arc;

use napi_derive::napi;

use super::connection::{Connection, Pace, Path};
use super::engine::Engine;
use super::hub::Hub;
use super::protocol::Protocol;
use crate::core::routing::{Identity, Settings};
use crate::net::errno::errno;
use crate::net::inbox::Joined;
use crate::net::local::{Unlink, fitting};
use crate::net::routed::{self, Options};

/// What `lib/engine/domain.js` passes, checked there.
#[napi(object)]
pub struct DomainOptions {
    /// The shared socket.
    pub path: String,
    /// The beginning of the paths of private sockets.
    pub private_path: String,
    /// Do not take over the socket of a server that lives.
    pub exclusive: bool,
    /// Connections the operating system keeps until they are accepted.
    pub backlog: i32,
    /// The broadcast of a client reaches itself too.
    pub echo_broadcast: bool,
    /// Data that JavaScript takes for false arrives as null.
    pub falsy_as_null: bool,
}

/// Who a private socket belongs to.
#[napi(object)]
pub struct IdentityObject {
    /// The client's name.
    pub name: String,
    /// The id of its private socket.
    pub id: String,
}

/// What there is in a domain.
#[napi(object)]
pub struct CensusObject {
    /// Names taken.
    pub clients: u32,
    /// Connections to the shared socket without a client that has arrived.
    pub waiting: u32,
    /// Questions not answered yet.
    pub deliveries: u32,
    /// Bytes kept for clients on the way to their private socket.
    pub held: u32,
}

/// See the module.
#[napi]
pub struct Domain {
    hub: Rc<Hub>,
    id: u32,
}

#[napi]
impl Domain {
    /// A domain that is not open yet.
    #[napi(constructor)]
    pub fn new(engine: &Engine) -> Self {
        Self {
            hub: engine.hub(),
            id: 0,
        }
    }

    /// Binds and listens. The domain's id, or the negative error number.
    #[napi]
    pub fn open(&mut self, protocol: &Protocol, options: DomainOptions) -> i32 {
        let options = Options {
            path: fitting(options.path),
            private: options.private_path,
            unlink: if options.exclusive {
                Unlink::Probe
            } else {
                Unlink::Sockets
            },
            backlog: options.backlog,
            settings: Settings {
                echo_broadcast: options.echo_broadcast,
                falsy_as_null: options.falsy_as_null,
            },
        };
        match self.hub.open_domain(&options, protocol.get()) {
            Ok(id) => {
                self.id = id;
                id.cast_signed()
            }
            Err(error) => -errno(&error),
        }
    }

    /// Closes everything but the connections that have been reported.
    #[napi]
    pub fn close(&mut self) {
        self.hub.close_domain(self.id);
    }

    /// The names of the server's handlers, for those who ask.
    #[napi]
    #[allow(clippy::needless_pass_by_value)]
    pub fn set_commands(&self, commands: Vec<String>) {
        self.hub
            .with_domain(self.id, |domain| domain.set_commands(&commands));
    }

    /// Who connection `id` belongs to; asked for once.
    #[napi]
    pub fn identity(&self, id: u32) -> Option<IdentityObject> {
        let Identity { name, id } = self.hub.take_identity(id)?;
        Some(IdentityObject {
            name: (*name).to_owned(),
            id: id.to_string(),
        })
    }

    /// What there is.
    #[napi]
    pub fn census(&self) -> Option<CensusObject> {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.hub
            .with_domain(self.id, routed::Domain::census)
            .map(|census| CensusObject {
                clients: count(census.clients),
                waiting: count(census.waiting),
                deliveries: count(census.deliveries),
                held: count(census.held),
            })
    }
}

/// The connection of a client that has joined.
pub(super) fn connection(joined: Joined) -> (Connection, Identity) {
    let Joined {
        worker,
        stream,
        identity,
        protocol,
    } = joined;
    let connection = Connection {
        protocol: Arc::clone(&protocol),
        ends: stream.get().ends(),
        path: Path::Worker(worker, stream.settings()),
        referenced: true,
        seat: None,
        session: None,
        pace: Pace::default(),
    };
    (connection, identity)
}
