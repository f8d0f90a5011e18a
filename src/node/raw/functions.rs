//! The functions JavaScript calls per message. Arguments come from `lib/engine` alone, which checks them.

use std::cell::RefCell;
use std::ffi::{CStr, c_void};
use std::ptr;
use std::rc::Rc;

use bytes::Bytes;
use napi::sys;

use super::contain;
use super::js::string;
use super::values::{
    count, element, encode, fill, fill_numbers, fits, is_true, length, number, quote, slice, utf8,
    word,
};
use crate::core::envelope::CLOSING;
use crate::core::json;
use crate::core::protocol::Protocol;
use crate::node::hub::{Hub, Sent};

/// Broadcasts of at least this many bytes share one buffer among all outboxes; shorter ones are cheaper to copy into
/// each, where they leave in one write with what else waits there.
const SHARE_FROM: usize = 4096;

/// The arguments of a call; what is missing is undefined.
type Arguments = [sys::napi_value; 3];

type Body = fn(&Hub, sys::napi_env, &Arguments) -> sys::napi_value;

/// Adds the functions to `target`. Each keeps the hub's memory (not its sockets) as long as JavaScript keeps the function.
///
/// # Errors
/// Node-API's status.
pub fn attach(
    env: sys::napi_env,
    target: sys::napi_value,
    hub: &Rc<Hub>,
) -> Result<(), sys::napi_status> {
    let functions: [(&CStr, sys::napi_callback); 18] = [
        (c"send", Some(entry::<0>)),
        (c"write", Some(entry::<1>)),
        (c"broadcast", Some(entry::<2>)),
        (c"frame", Some(entry::<3>)),
        (c"text", Some(entry::<4>)),
        (c"bytes", Some(entry::<5>)),
        (c"raise", Some(entry::<6>)),
        (c"sendTracked", Some(entry::<7>)),
        (c"emit", Some(entry::<8>)),
        (c"emitAll", Some(entry::<9>)),
        (c"head", Some(entry::<10>)),
        (c"sendEvent", Some(entry::<11>)),
        (c"sendText", Some(entry::<12>)),
        (c"outline", Some(entry::<13>)),
        (c"cells", Some(entry::<14>)),
        (c"discard", Some(entry::<15>)),
        (c"part", Some(entry::<16>)),
        (c"sendParts", Some(entry::<17>)),
    ];
    for (name, callback) in functions {
        let data: *mut c_void = Rc::into_raw(hub.clone()).cast_mut().cast();
        let mut function = ptr::null_mut();
        // SAFETY: valid names and out-pointers; `data` is given back by `release` when the function is collected.
        let status = unsafe {
            let length = name.to_bytes().len().cast_signed();
            match sys::napi_create_function(
                env,
                name.as_ptr(),
                length,
                callback,
                data,
                &raw mut function,
            ) {
                sys::Status::napi_ok => {
                    sys::napi_add_finalizer(
                        env,
                        function,
                        data,
                        Some(release),
                        ptr::null_mut(),
                        ptr::null_mut(),
                    );
                    sys::napi_set_named_property(env, target, name.as_ptr(), function)
                }
                status => {
                    drop(Rc::from_raw(data.cast::<Hub>()));
                    status
                }
            }
        };
        if status != sys::Status::napi_ok {
            return Err(status);
        }
    }
    Ok(())
}

const BODIES: [Body; 18] = [
    send,
    write,
    broadcast,
    frame,
    text,
    bytes,
    raise,
    send_tracked,
    emit,
    emit_all,
    head,
    send_event,
    send_text,
    outline,
    cells,
    discard,
    part,
    send_parts,
];

unsafe extern "C" fn release(_: sys::napi_env, data: *mut c_void, _: *mut c_void) {
    // SAFETY: one count was taken for this function.
    contain(|| drop(unsafe { Rc::from_raw(data.cast::<Hub>()) }));
}

unsafe extern "C" fn entry<const N: usize>(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    let mut arguments = [ptr::null_mut(); 3];
    let mut count = arguments.len();
    let mut data = ptr::null_mut();
    // SAFETY: valid out-pointers; missing arguments are filled with undefined. The function keeps `data` alive.
    let hub = unsafe {
        sys::napi_get_cb_info(
            env,
            info,
            &raw mut count,
            arguments.as_mut_ptr(),
            ptr::null_mut(),
            &raw mut data,
        );
        data.cast::<Hub>().as_ref()
    };
    let Some(hub) = hub else {
        return ptr::null_mut();
    };
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        BODIES[N](hub, env, &arguments)
    }))
    .unwrap_or(ptr::null_mut())
}

/// `send(id, text)`: one frame. The answer is a [`Sent`], undefined for the usual one.
fn send(hub: &Hub, env: sys::napi_env, arguments: &Arguments) -> sys::napi_value {
    send_frame(hub, env, arguments, false)
}

/// `sendTracked(id, text)`: the same, and a `Flushed` record follows when it has left.
fn send_tracked(hub: &Hub, env: sys::napi_env, arguments: &Arguments) -> sys::napi_value {
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
fn head(hub: &Hub, env: sys::napi_env, &[number, text, _]: &Arguments) -> sys::napi_value {
    hub.set_head(word(env, number), utf8(env, text));
    ptr::null_mut()
}

/// `sendEvent(id, head, payload)`: one frame, a payload in its envelope. Putting these together in JavaScript would make a
/// string that has to be flattened first. The answer is that of `send`.
fn send_event(hub: &Hub, env: sys::napi_env, &[id, head, payload]: &Arguments) -> sys::napi_value {
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
    answer(env, sent)
}

/// `sendText(id, head, text)`: the same with a string for a payload, which is made JSON here: V8 looks at its characters one
/// by one. The answer is that of `send`.
fn send_text(hub: &Hub, env: sys::napi_env, &[id, head, text]: &Arguments) -> sys::napi_value {
    let units = length(env, text);
    send_made(hub, env, id, head, |frame| quote(env, text, units, frame))
}

/// `sendParts(id, head, parts)`: the same with a payload in parts: JSON and texts in turns, JSON first and last.
fn send_parts(hub: &Hub, env: sys::napi_env, &[id, head, parts]: &Arguments) -> sys::napi_value {
    send_made(hub, env, id, head, |frame| {
        for index in 0..count(env, parts) {
            let part = element(env, parts, index);
            let units = length(env, part);
            if index % 2 == 0 {
                encode(env, part, units, frame);
            } else {
                quote(env, part, units, frame);
            }
        }
    })
}

/// One frame whose payload `append` appends.
fn send_made(
    hub: &Hub,
    env: sys::napi_env,
    id: sys::napi_value,
    head: sys::napi_value,
    append: impl Fn(&mut Vec<u8>),
) -> sys::napi_value {
    // Where there is a hard cap, how long it gets is known only when it is made.
    let made = RefCell::new(None);
    let sent = hub.with_head(word(env, head), |head| {
        let fits = |protocol: &Protocol, room| {
            let mut payload = Vec::new();
            append(&mut payload);
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
                None => append(tail),
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
fn write(hub: &Hub, env: sys::napi_env, &[id, bytes, tracked]: &Arguments) -> sys::napi_value {
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
fn broadcast(hub: &Hub, env: sys::napi_env, &[ids, count, text]: &Arguments) -> sys::napi_value {
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

/// `frame(index)`: joined frame number `index` of the batch being read, for a batch that does not parse as a whole.
fn frame(hub: &Hub, env: sys::napi_env, &[index, _, _]: &Arguments) -> sys::napi_value {
    let index = word(env, index) as usize;
    hub.with_delivering(|batch| {
        batch
            .joined_frame(index)
            .map_or(ptr::null_mut(), |text| string(env, text))
    })
}

/// `text(index)`: blob `index` of the batch being read, once.
fn text(hub: &Hub, env: sys::napi_env, &[index, _, _]: &Arguments) -> sys::napi_value {
    let index = word(env, index) as usize;
    hub.with_delivering(|batch| {
        batch
            .take_blob(index)
            .map_or(ptr::null_mut(), |text| string(env, &text))
    })
}

/// `outline(index, cells)`: the outline of blob `index`, a document; undefined if it has none. The first values of its
/// tables are in `cells`.
fn outline(hub: &Hub, env: sys::napi_env, &[index, target, _]: &Arguments) -> sys::napi_value {
    let index = word(env, index) as usize;
    let outline = hub.with_delivering(|batch| json::outline(batch.blob(index)?));
    let Some(outline) = outline else {
        return ptr::null_mut();
    };
    hub.cells.replace(outline.cells);
    fill_numbers(env, target, &hub.cells.borrow());
    string(env, &outline.text)
}

/// `cells(from, target)`: more of them.
fn cells(hub: &Hub, env: sys::napi_env, &[from, target, _]: &Arguments) -> sys::napi_value {
    let from = word(env, from) as usize;
    fill_numbers(
        env,
        target,
        hub.cells.borrow().get(from..).unwrap_or_default(),
    );
    ptr::null_mut()
}

/// `part(index, start, length)`: so many bytes of blob `index`.
fn part(hub: &Hub, env: sys::napi_env, &[index, start, length]: &Arguments) -> sys::napi_value {
    let [index, start, length] = [index, start, length].map(|value| word(env, value) as usize);
    hub.with_delivering(|batch| {
        let text = batch
            .blob(index)
            .and_then(|bytes| bytes.get(start..)?.get(..length));
        text.map_or(ptr::null_mut(), |text| string(env, text))
    })
}

/// `discard(index)`: blob `index` is not needed, and what came of its outline has been read.
fn discard(hub: &Hub, env: sys::napi_env, &[index, _, _]: &Arguments) -> sys::napi_value {
    let index = word(env, index) as usize;
    hub.cells.take();
    hub.with_delivering(|batch| {
        batch.take_blob(index);
    });
    ptr::null_mut()
}

/// `bytes(index, target)`: the same as bytes, into memory that JavaScript has made: a Buffer of its own realm.
fn bytes(hub: &Hub, env: sys::napi_env, &[index, target, _]: &Arguments) -> sys::napi_value {
    let index = word(env, index) as usize;
    hub.with_delivering(|batch| {
        if let Some(bytes) = batch.take_blob(index) {
            fill(env, target, &bytes);
        }
    });
    ptr::null_mut()
}

/// `raise(error)`: an exception of a handler, made an uncaught one there and then, so that it comes in order and the
/// next frame is not lost.
fn raise(_: &Hub, env: sys::napi_env, &[error, _, _]: &Arguments) -> sys::napi_value {
    // SAFETY: any value may be thrown.
    unsafe { sys::napi_fatal_exception(env, error) };
    ptr::null_mut()
}

/// `emit(domain, name, text)`: one frame to the client `name` of a domain, if there is one.
fn emit(
    hub: &Hub,
    env: sys::napi_env,
    &[domain, name, text]: &[sys::napi_value; 3],
) -> sys::napi_value {
    let name = utf8(env, name);
    let frame = utf8(env, text);
    hub.with_domain(word(env, domain), |domain| {
        domain.emit(&String::from_utf8_lossy(&name), &frame);
    });
    ptr::null_mut()
}

/// `emitAll(domain, except, text)`: one frame to all clients of a domain but `except`, which is no string for none.
fn emit_all(
    hub: &Hub,
    env: sys::napi_env,
    &[domain, except, text]: &[sys::napi_value; 3],
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
fn answer(env: sys::napi_env, sent: Sent) -> sys::napi_value {
    match sent {
        Sent::Below => ptr::null_mut(),
        sent => number(env, sent as i32),
    }
}
