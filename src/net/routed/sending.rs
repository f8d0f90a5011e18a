//! What the router has decided is done.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use super::pressure::Pressure;
use super::state::{Shared, State};
use crate::core::outbox::Accepted;
use crate::core::routing::Decision;

/// Frames of at least this many bytes are shared by those who get them; shorter ones are cheaper to copy.
const SHARE_FROM: usize = 4096;

impl Shared {
    /// Does what the router has decided. Those who got more than they can take for now are added to `slow`.
    pub(super) fn carry_out(
        self: &Arc<Self>,
        state: &mut State,
        mut slow: Option<&mut Vec<Arc<Pressure>>>,
    ) {
        while !state.out.is_empty() {
            let mut out = std::mem::take(&mut state.out);
            let mut shared = None;
            for decision in out.list() {
                match decision {
                    Decision::Send { to, bytes, frames } => {
                        let all = out.bytes(bytes);
                        if !self.send(state, *to, all, bytes, &mut shared, &mut slow) {
                            let name = state.peers.get(to).and_then(|peer| peer.name.clone());
                            self.dropped(state, name.as_ref(), *frames);
                        }
                    }
                    Decision::Open { client, id } => self.expect(state, *client, *id),
                    Decision::Shut { client } => {
                        if let Some(listener) = state.expected.remove(client) {
                            listener.abort();
                        }
                    }
                    Decision::Close(peer) => {
                        if let Some(peer) = state.peers.get(peer) {
                            peer.handle.destroy();
                        }
                    }
                    Decision::Dropped { name } => self.dropped(state, Some(name), 1),
                }
            }
            out.clear();
            if state.out.is_empty() {
                // Its memory serves again.
                state.out = out;
            }
        }
    }

    /// Whether there was room for it, if there is such a connection.
    fn send(
        &self,
        state: &State,
        to: u32,
        frame: &[u8],
        range: &Range<usize>,
        shared: &mut Option<(Range<usize>, Bytes)>,
        slow: &mut Option<&mut Vec<Arc<Pressure>>>,
    ) -> bool {
        let Some(peer) = state.peers.get(&to) else {
            return true;
        };
        let waiting = peer.handle.waiting();
        // One message is let through, however large: the cap on frames has let it in.
        let over = |cap: usize| waiting > 0 && waiting.saturating_add(frame.len()) > cap;
        if self.protocol.outbox_cap.is_some_and(over) {
            return false;
        }
        let (_, accepted) = if frame.len() < SHARE_FROM {
            peer.handle.append(false, |outbox| {
                outbox.tail().extend_from_slice(frame);
                (frame.len(), outbox.appended(frame.len()))
            })
        } else {
            let bytes = match shared {
                Some((of, bytes)) if of == range => bytes.clone(),
                _ => {
                    let bytes = Bytes::copy_from_slice(frame);
                    *shared = Some((range.clone(), bytes.clone()));
                    bytes
                }
            };
            peer.handle
                .append(false, |outbox| (frame.len(), outbox.share(bytes)))
        };
        if accepted == Accepted::AtMark
            && let Some(slow) = slow
            && peer.pressure.rise()
            && !slow.iter().any(|one| Arc::ptr_eq(one, &peer.pressure))
        {
            slow.push(peer.pressure.clone());
        }
        true
    }

    /// Reported when the number of messages that a client has lost doubles: what is lost by the thousand is not told a
    /// thousand times.
    fn dropped(&self, state: &mut State, name: Option<&Arc<str>>, frames: u32) {
        // A connection to the shared socket has none, and its lost answers nobody to tell of.
        let Some(name) = name else {
            return;
        };
        let count = state.dropped.entry(name.clone()).or_default();
        let before = count.checked_ilog2();
        *count = count.saturating_add(frames);
        if count.checked_ilog2() != before {
            self.report(name, count.cast_signed());
        }
    }
}
