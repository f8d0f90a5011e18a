//! What JavaScript calls while it reads a batch.

use std::ptr;

use napi::sys;

use super::functions::Arguments;
use super::js::string;
use super::values::{fill, fill_numbers, word};
use crate::core::json;
use crate::node::hub::Hub;

/// `frame(index)`: joined frame number `index` of the batch being read, for a batch that does not parse as a whole.
pub(super) fn frame(hub: &Hub, env: sys::napi_env, &[index, _, _]: &Arguments) -> sys::napi_value {
    let index = word(env, index) as usize;
    hub.with_delivering(|batch| {
        batch
            .joined_frame(index)
            .map_or(ptr::null_mut(), |text| string(env, text))
    })
}

/// `text(index)`: blob `index` of the batch being read, once.
pub(super) fn text(hub: &Hub, env: sys::napi_env, &[index, _, _]: &Arguments) -> sys::napi_value {
    let index = word(env, index) as usize;
    hub.with_delivering(|batch| {
        batch
            .take_blob(index)
            .map_or(ptr::null_mut(), |text| string(env, &text))
    })
}

/// `outline(index, cells)`: the outline of blob `index`, a document; undefined if it has none. The first values of its
/// tables are in `cells`.
pub(super) fn outline(
    hub: &Hub,
    env: sys::napi_env,
    &[index, target, _]: &Arguments,
) -> sys::napi_value {
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
pub(super) fn cells(
    hub: &Hub,
    env: sys::napi_env,
    &[from, target, _]: &Arguments,
) -> sys::napi_value {
    let from = word(env, from) as usize;
    fill_numbers(
        env,
        target,
        hub.cells.borrow().get(from..).unwrap_or_default(),
    );
    ptr::null_mut()
}

/// `part(index, start, length)`: so many bytes of blob `index`.
pub(super) fn part(
    hub: &Hub,
    env: sys::napi_env,
    &[index, start, length]: &Arguments,
) -> sys::napi_value {
    let [index, start, length] = [index, start, length].map(|value| word(env, value) as usize);
    hub.with_delivering(|batch| {
        let text = batch
            .blob(index)
            .and_then(|bytes| bytes.get(start..)?.get(..length));
        text.map_or(ptr::null_mut(), |text| string(env, text))
    })
}

/// `discard(index)`: blob `index` is not needed, and what came of its outline has been read.
pub(super) fn discard(
    hub: &Hub,
    env: sys::napi_env,
    &[index, _, _]: &Arguments,
) -> sys::napi_value {
    let index = word(env, index) as usize;
    hub.cells.take();
    hub.with_delivering(|batch| {
        batch.take_blob(index);
    });
    ptr::null_mut()
}

/// `bytes(index, target)`: the same as bytes, into memory that JavaScript has made: a Buffer of its own realm.
pub(super) fn bytes(
    hub: &Hub,
    env: sys::napi_env,
    &[index, target, _]: &Arguments,
) -> sys::napi_value {
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
pub(super) fn raise(_: &Hub, env: sys::napi_env, &[error, _, _]: &Arguments) -> sys::napi_value {
    // SAFETY: any value may be thrown.
    unsafe { sys::napi_fatal_exception(env, error) };
    ptr::null_mut()
}
