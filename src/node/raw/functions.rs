//! The functions JavaScript calls per message. Arguments come from `lib/engine` alone, which checks them.

use std::ffi::{CStr, c_void};
use std::ptr;
use std::rc::Rc;

use napi::sys;

use super::composing::{compose, compose_json, compose_rows, compose_text, send_composed};
use super::contain;
use super::filling::{fill_form, form, gather};
use super::reading::{bytes, cells, discard, frame, outline, part, raise, text};
use super::sending::{
    broadcast, emit, emit_all, head, send, send_event, send_text, send_tracked, write,
};
use crate::node::hub::Hub;

/// The arguments of a call; what is missing is undefined.
pub(super) type Arguments = [sys::napi_value; 3];

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
    let functions: [(&CStr, sys::napi_callback); 25] = [
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
        (c"sendComposed", Some(entry::<17>)),
        (c"form", Some(entry::<18>)),
        (c"gather", Some(entry::<19>)),
        (c"fillForm", Some(entry::<20>)),
        (c"compose", Some(entry::<21>)),
        (c"composeJson", Some(entry::<22>)),
        (c"composeText", Some(entry::<23>)),
        (c"composeRows", Some(entry::<24>)),
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

const BODIES: [Body; 25] = [
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
    send_composed,
    form,
    gather,
    fill_form,
    compose,
    compose_json,
    compose_text,
    compose_rows,
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
