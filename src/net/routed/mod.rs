//! A listener whose clients talk to each other without JavaScript: everything about it runs on the background thread
//! and goes on while the JavaScript thread is busy.
//!
//! - `state`: the connections of a domain, and what the router decides about them
//! - `member`: what becomes of the frames and events of one connection
//! - `sending`: what the router has decided is done
//! - `pressure`: senders wait for those who do not keep up

mod member;
mod pressure;
mod sending;
mod state;

use std::future::poll_fn;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::task::AbortHandle;

use self::state::Shared;
use super::errno::errno;
use super::inbox::Inbox;
use super::lent::Lent;
use super::local::{self, Access, Listener, Unlink};
use super::runtime;
use crate::core::batch::Kind;
use crate::core::protocol::Protocol;
use crate::core::routing::{Census, Settings};

/// Out of descriptors: accepting again at once would only burn the processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Where a domain is, and how it behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// The shared socket; fits the operating system's limit.
    pub path: PathBuf,
    /// The beginning of the paths of private sockets; an id follows.
    pub private: String,
    /// What to do with what stands at the path.
    pub unlink: Unlink,
    /// Connections the operating system keeps until they are accepted.
    pub backlog: i32,
    /// Where the router has a choice.
    pub settings: Settings,
}

/// An open domain; dropping it removes its file and closes everything but the connections that JavaScript has.
pub struct Domain {
    accepting: AbortHandle,
    socket: Lent<Listener>,
    shared: Arc<Shared>,
}

impl Domain {
    /// Binds, and starts to serve as `id`. All its connections talk `protocol`.
    ///
    /// # Errors
    /// What the operating system says of bind and listen.
    pub fn open(
        id: u32,
        options: &Options,
        protocol: Arc<Protocol>,
        inbox: Arc<Inbox>,
    ) -> io::Result<Self> {
        let context = runtime::handle()?;
        let _context = context.enter();
        let socket = Lent::new(local::bind(
            &options.path,
            options.unlink,
            Access::default(),
            options.backlog,
        )?);
        let alarm = inbox.clone();
        let shared = Arc::new(Shared::new(id, options, protocol, inbox));
        let accepting = runtime::spawn(accept(socket.clone(), shared.clone()), move || {
            alarm.event(Kind::Panicked, id, 0, 0);
        })?;
        Ok(Self {
            accepting,
            socket,
            shared,
        })
    }

    /// Sends a frame to a client; to nobody if there is no such client.
    pub fn emit(&self, name: &str, frame: &[u8]) {
        self.shared.emit(name, frame);
    }

    /// Sends a frame to all clients, except one.
    pub fn broadcast(&self, except: Option<&str>, frame: &[u8]) {
        self.shared.broadcast(except, frame);
    }

    /// The names of the server's handlers, for those who ask.
    pub fn set_commands(&self, commands: &[String]) {
        self.shared.set_commands(commands);
    }

    /// What there is.
    #[must_use]
    pub fn census(&self) -> Census {
        self.shared.census()
    }
}

impl Drop for Domain {
    fn drop(&mut self) {
        self.accepting.abort();
        self.shared.close();
        self.socket.close();
    }
}

/// Has the socket only while it polls: closing the domain closes the descriptor there and then.
async fn accept(socket: Lent<Listener>, shared: Arc<Shared>) {
    loop {
        let next = poll_fn(
            |cx| match socket.with(|listener| listener.poll_accept(cx)) {
                Some(accepted) => accepted.map(Some),
                None => Poll::Ready(None),
            },
        );
        match next.await {
            None => return,
            Some(Ok(stream)) => shared.entered(stream),
            Some(Err(error)) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Some(Err(error)) => {
                shared.accept_failed(errno(&error));
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
