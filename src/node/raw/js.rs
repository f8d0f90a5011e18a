//! The crossing: one call of JavaScript's `dispatch` for everything that has happened.

use std::cell::{Cell, RefCell};
use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;

use napi::sys;

use super::wake::Waker;
use crate::core::batch::Record;
use crate::node::hub::Parcel;

/// Words a record takes in the array shared with JavaScript.
const WORDS: usize = 4;

/// What a hub knows of its JavaScript.
pub struct Js {
    env: sys::napi_env,
    dispatch: sys::napi_ref,
    /// Memory of an `Int32Array` that `dispatch` refers to: it lives as long as that function.
    records: *mut i32,
    capacity: usize,
    waker: Arc<Waker>,
    holds_callback: Cell<bool>,
    holds_process: Cell<bool>,
    closed: Cell<bool>,
}

impl Js {
    /// Keeps `dispatch` and the `Int32Array` that it reads records from. Neither is held alive while nothing is open:
    /// a module reset must be able to collect both.
    ///
    /// # Errors
    /// Node-API's status, if the arguments are not a function and an `Int32Array`.
    pub fn new(
        env: sys::napi_env,
        dispatch: sys::napi_value,
        records: sys::napi_value,
        waker: Arc<Waker>,
    ) -> Result<Self, sys::napi_status> {
        let mut kind = -1;
        let mut length = 0;
        let mut data = ptr::null_mut();
        let mut reference = ptr::null_mut();
        // SAFETY: valid out-pointers; both values belong to the current handle scope.
        let status = unsafe {
            match sys::napi_get_typedarray_info(
                env,
                records,
                &raw mut kind,
                &raw mut length,
                &raw mut data,
                ptr::null_mut(),
                ptr::null_mut(),
            ) {
                sys::Status::napi_ok if kind == sys::TypedarrayType::int32_array => {
                    sys::napi_create_reference(env, dispatch, 0, &raw mut reference)
                }
                sys::Status::napi_ok => sys::Status::napi_invalid_arg,
                status => status,
            }
        };
        if status != sys::Status::napi_ok {
            return Err(status);
        }
        Ok(Self {
            env,
            dispatch: reference,
            records: data.cast(),
            capacity: length / WORDS,
            waker,
            holds_callback: Cell::new(false),
            holds_process: Cell::new(false),
            closed: Cell::new(false),
        })
    }

    /// The environment.
    pub fn env(&self) -> sys::napi_env {
        self.env
    }

    /// Whether `dispatch`, and with it the JavaScript around it, must not be collected.
    pub fn hold_callback(&self, on: bool) {
        if self.closed.get() || self.holds_callback.replace(on) == on {
            return;
        }
        let mut count = 0;
        // SAFETY: a reference of this environment, on its thread.
        unsafe {
            if on {
                sys::napi_reference_ref(self.env, self.dispatch, &raw mut count);
            } else {
                sys::napi_reference_unref(self.env, self.dispatch, &raw mut count);
            }
        }
    }

    /// Whether the process must stay alive.
    pub fn hold_process(&self, on: bool) {
        if !self.closed.get() && self.holds_process.replace(on) != on {
            self.waker.hold_process(self.env, on);
        }
    }

    /// Nothing crosses any more.
    pub fn close(&self) {
        if !self.closed.replace(true) {
            self.waker.release();
            // SAFETY: a reference of this environment, deleted once.
            unsafe { sys::napi_delete_reference(self.env, self.dispatch) };
        }
    }

    /// Whether [`Js::close`] was called.
    pub fn is_closed(&self) -> bool {
        self.closed.get()
    }

    /// Calls `dispatch(count, text, tables)`: `text` is the joined frames of the batch, null for none, undefined for more
    /// records of the same batch; `tables` says that it is not all, there are cells as well.
    pub fn deliver(&self, parcel: &RefCell<Parcel>) {
        let mut from = 0;
        loop {
            if self.closed.get() {
                return;
            }
            let count = {
                let parcel = parcel.borrow();
                let rest = parcel.batch.records().get(from..).unwrap_or_default();
                let count = rest.len().min(self.capacity);
                self.put(&rest[..count]);
                count
            };
            if count == 0 {
                return;
            }
            let first = from == 0;
            from += count;
            self.scoped(|| {
                let text = if first {
                    self.text(parcel)
                } else {
                    self.undefined()
                };
                let tables = first && !parcel.borrow().batch.cells().is_empty();
                self.call(count, text, tables);
            });
        }
    }

    /// Calls `dispatch(0)`: what JavaScript has gathered is to be handed over. No code of the user's runs by it.
    pub fn settle(&self) {
        if self.closed.get() {
            return;
        }
        self.scoped(|| {
            let mut values = [ptr::null_mut(); 4];
            let [function, zero, global, answer] = &mut values;
            // SAFETY: valid out-pointers, values of the current scope.
            let status = unsafe {
                sys::napi_get_reference_value(self.env, self.dispatch, function);
                if function.is_null() {
                    return;
                }
                sys::napi_create_uint32(self.env, 0, zero);
                sys::napi_get_global(self.env, global);
                sys::napi_call_function(self.env, *global, *function, 1, zero, answer)
            };
            if status != sys::Status::napi_ok {
                surface(self.env);
            }
        });
    }

    fn put(&self, records: &[Record]) {
        for (index, record) in records.iter().enumerate() {
            let words = [
                record.kind as i32,
                record.id.cast_signed(),
                record.a,
                record.b,
            ];
            // SAFETY: the caller keeps within the capacity, and nothing is open (so nothing delivered) once the array
            // can be collected.
            unsafe {
                ptr::copy_nonoverlapping(words.as_ptr(), self.records.add(index * WORDS), WORDS);
            };
        }
    }

    fn scoped(&self, f: impl FnOnce()) {
        let mut scope = ptr::null_mut();
        // SAFETY: opened and closed in pairs, on the thread of the environment.
        unsafe {
            if sys::napi_open_handle_scope(self.env, &raw mut scope) == sys::Status::napi_ok {
                f();
                sys::napi_close_handle_scope(self.env, scope);
            }
        }
    }

    fn text(&self, parcel: &RefCell<Parcel>) -> sys::napi_value {
        let mut parcel = parcel.borrow_mut();
        let text = parcel.batch.text();
        if text.is_empty() {
            let mut null = ptr::null_mut();
            // SAFETY: valid out-pointer.
            unsafe { sys::napi_get_null(self.env, &raw mut null) };
            return null;
        }
        string(self.env, text)
    }

    fn undefined(&self) -> sys::napi_value {
        let mut undefined = ptr::null_mut();
        // SAFETY: valid out-pointer.
        unsafe { sys::napi_get_undefined(self.env, &raw mut undefined) };
        undefined
    }

    fn call(&self, count: usize, text: sys::napi_value, tables: bool) {
        let env = self.env;
        let mut function = ptr::null_mut();
        let mut number = ptr::null_mut();
        let mut boolean = ptr::null_mut();
        let mut global = ptr::null_mut();
        // Of no interest, but Deno writes it without asking whether there is a place for it.
        let mut answer = ptr::null_mut();
        // SAFETY: valid out-pointers, values of the current scope. `make_callback` runs the microtasks and ticks
        // afterwards, as after every callback of Node's own.
        unsafe {
            sys::napi_get_reference_value(env, self.dispatch, &raw mut function);
            if function.is_null() {
                return;
            }
            sys::napi_create_uint32(
                env,
                u32::try_from(count).unwrap_or(u32::MAX),
                &raw mut number,
            );
            sys::napi_get_boolean(env, tables, &raw mut boolean);
            sys::napi_get_global(env, &raw mut global);
            let arguments = [number, text, boolean];
            let status = sys::napi_make_callback(
                env,
                ptr::null_mut(),
                global,
                function,
                arguments.len(),
                arguments.as_ptr(),
                &raw mut answer,
            );
            if status != sys::Status::napi_ok {
                surface(env);
            }
        }
    }
}

/// Makes a pending exception an uncaught one. There is none if the environment is being terminated.
fn surface(env: sys::napi_env) {
    let mut pending = false;
    let mut error = ptr::null_mut();
    // SAFETY: valid out-pointers.
    unsafe {
        sys::napi_is_exception_pending(env, &raw mut pending);
        if pending
            && sys::napi_get_and_clear_last_exception(env, &raw mut error) == sys::Status::napi_ok
        {
            sys::napi_fatal_exception(env, error);
        }
    }
}

/// A JavaScript string: one byte a character where the text is ASCII, which it mostly is.
pub fn string(env: sys::napi_env, text: &[u8]) -> sys::napi_value {
    let mut value = ptr::null_mut();
    let start = text.as_ptr().cast::<c_char>();
    let length = text.len().cast_signed();
    // SAFETY: `text` is `length` bytes; bytes that are no UTF-8 become U+FFFD, as in Node.
    unsafe {
        if text.is_ascii() {
            sys::napi_create_string_latin1(env, start, length, &raw mut value);
        } else {
            sys::napi_create_string_utf8(env, start, length, &raw mut value);
        }
    }
    value
}
