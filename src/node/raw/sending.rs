//! What JavaScript calls to send.

use std::cell::RefCell;
use std::ptr;

use bytes::Bytes;
use napi::sys;

use super::functions::Arguments;
use super::values::{encode, fits, is_true, length, number, quote, slice, utf8, word};
use crate::core::envelope::CLOSING;
use crate::core::protocol::Protocol;
use crate::node::hub::{Hub, Sent};

/// Added to an answer: if there are more like it, gather them. `BURST` of lib/engine/records.js.
const BURST: i32 = 4;

/// Broadcasts of at least this many bytes share one buffer among all outboxes; shorter ones are cheaper to copy into
/// each, where they leave in one write with what else waits there.
const SHARE_FROM: usize = 4096;

/// `send(id, text)`: one frame. The answer is a [`Sent`], undefined for the usual one.
pub(super) fn send(hub: &Hub, env: sys::napi_env, arguments: &Arguments) -> sys::napi_value {
    send_frame(hub, env, arguments, false)
}

/// `sendTracked(id, text)`: the same, and a `Flushed` record follows when it has left.
pub(super) fn send_tracked(
    hub: &Hub,
    env: sys::napi_env,
    arguments: &Arguments,
) -> sys::napi_value {
    send_frame(hub, env, arguments, true)
}

fn send_frame(
    hub: &Hub,
    env: sys::napi_env,
    &[id, text, _]: &Arguments,
    tracked: bool,
) -> sys::napi_value {
    let units = length(env, text);
    let fits = |protocol: &Protocol, room| fits(env, text, units, protocol.frame_end.len(), room);
    let sent = hub.send(word(env, id), fits, tracked, |outbox, protocol| {
        let tail = outbox.tail();
        let before = tail.len();
        encode(env, text, units, tail);
        tail.extend_from_slice(&protocol.frame_end);
        let n = tail.len() - before;
        (n, outbox.appended(n))
    });
    answer(env, sent)
}

/// `head(number, text)`: what `sendEvent` of this number puts before a payload.
pub(super) fn head(
    hub: &Hub,
    env: sys::napi_env,
    &[number, text, _]: &Arguments,
) -> sys::napi_value {
    hub.set_head(word(env, number), utf8(env, text));
    ptr::null_mut()
}

/// `sendEvent(id, head, payload)`: one frame, a payload in its envelope. Putting these together in JavaScript would make a
/// string that has to be flattened first. The answer is that of `send`, with [`BURST`] or without.
pub(super) fn send_event(
    hub: &Hub,
    env: sys::napi_env,
    &[id, head, payload]: &Arguments,
) -> sys::napi_value {
    let units = length(env, payload);
    let sent = hub.with_head(word(env, head), |head| {
        let around = head.len() + 1;
        let fits = |protocol: &Protocol, room| {
            let around = around + protocol.frame_end.len();
            fits(env, payload, units, around, room)
        };
        hub.send(word(env, id), fits, false, |outbox, protocol| {
            let tail = outbox.tail();
            let before = tail.len();
            tail.extend_from_slice(head);
            encode(env, payload, units, tail);
            tail.push(CLOSING);
            tail.extend_from_slice(&protocol.frame_end);
            let n = tail.len() - before;
            (n, outbox.appended(n))
        })
    });
    match sent {
        Sent::Below | Sent::AtMark if hub.in_burst() => number(env, sent as i32 | BURST),
        sent => answer(env, sent),
    }
}

/// `sendText(id, head, text)`: the same with a string for a payload, which is made JSON here: V8 looks at its characters one
/// by one. The answer is that of `send`.
pub(super) fn send_text(
    hub: &Hub,
    env: sys::napi_env,
    &[id, head, text]: &Arguments,
) -> sys::napi_value {
    let units = length(env, text);
    // Where there is a hard cap, how long it gets is known only when it is made.
    let made = RefCell::new(None);
    let sent = hub.with_head(word(env, head), |head| {
        let fits = |protocol: &Protocol, room| {
            let mut payload = Vec::new();
            quote(env, text, units, &mut payload);
            let bytes = head.len() + payload.len() + 1 + protocol.frame_end.len();
            made.replace(Some(payload));
            bytes <= room
        };
        hub.send(word(env, id), fits, false, |outbox, protocol| {
            let tail = outbox.tail();
            let before = tail.len();
            tail.extend_from_slice(head);
            match made.take() {
                Some(payload) => tail.extend_from_slice(&payload),
                None => quote(env, text, units, tail),
            }
            tail.push(CLOSING);
            tail.extend_from_slice(&protocol.frame_end);
            let n = tail.len() - before;
            (n, outbox.appended(n))
        })
    });
    answer(env, sent)
}

/// `write(id, bytes, tracked)`: bytes as they are. The answer is that of `send`.
pub(super) fn write(
    hub: &Hub,
    env: sys::napi_env,
    &[id, bytes, tracked]: &Arguments,
) -> sys::napi_value {
    let bytes = slice(env, bytes);
    let sent = hub.send(
        word(env, id),
        |_, room| bytes.len() <= room,
        is_true(env, tracked),
        |outbox, _| {
            outbox.tail().extend_from_slice(bytes);
            (bytes.len(), outbox.appended(bytes.len()))
        },
    );
    answer(env, sent)
}

/// `broadcast(ids, count, text)`: one frame to the first `count` connections of an `Int32Array`, encoded once. The
/// answer is the number of those that asked for a pause; those that refused it or are gone do not count.
pub(super) fn broadcast(
    hub: &Hub,
    env: sys::napi_env,
    &[ids, count, text]: &Arguments,
) -> sys::napi_value {
    let ids = slice(env, ids)
        .chunks_exact(4)
        .map(|word| u32::from_ne_bytes([word[0], word[1], word[2], word[3]]));
    let mut frame = Vec::new();
    let units = length(env, text);
    encode(env, text, units, &mut frame);
    let plain = frame.len();
    let mut shared: Option<Bytes> = None;
    let mut pauses = 0;
    for id in ids.take(word(env, count) as usize) {
        let fits = |protocol: &Protocol, room| plain + protocol.frame_end.len() <= room;
        let sent = hub.send(id, fits, false, |outbox, protocol| {
            if frame.get(plain..) != Some(&*protocol.frame_end) {
                frame.truncate(plain);
                frame.extend_from_slice(&protocol.frame_end);
                shared = None;
            }
            if frame.len() < SHARE_FROM {
                outbox.tail().extend_from_slice(&frame);
                (frame.len(), outbox.appended(frame.len()))
            } else {
                let bytes = shared
                    .get_or_insert_with(|| Bytes::copy_from_slice(&frame))
                    .clone();
                (bytes.len(), outbox.share(bytes))
            }
        });
        pauses += i32::from(sent == Sent::AtMark);
    }
    number(env, pauses)
}

/// `emit(domain, name, text)`: one frame to the client `name` of a domain, if there is one.
pub(super) fn emit(
    hub: &Hub,
    env: sys::napi_env,
    &[domain, name, text]: &Arguments,
) -> sys::napi_value {
    let name = utf8(env, name);
    let frame = utf8(env, text);
    hub.with_domain(word(env, domain), |domain| {
        domain.emit(&String::from_utf8_lossy(&name), &frame);
    });
    ptr::null_mut()
}

/// `emitAll(domain, except, text)`: one frame to all clients of a domain but `except`, which is no string for none.
pub(super) fn emit_all(
    hub: &Hub,
    env: sys::napi_env,
    &[domain, except, text]: &Arguments,
) -> sys::napi_value {
    let except = utf8(env, except);
    let frame = utf8(env, text);
    hub.with_domain(word(env, domain), |domain| {
        // No client has an empty name.
        domain.broadcast(Some(&String::from_utf8_lossy(&except)), &frame);
    });
    ptr::null_mut()
}

/// The usual answer is undefined: nothing has to be made for it.
pub(super) fn answer(env: sys::napi_env, sent: Sent) -> sys::napi_value {
    match sent {
        Sent::Below => ptr::null_mut(),
        sent => number(env, sent as i32),
    }
}
