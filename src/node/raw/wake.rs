//! How the background thread calls the JavaScript thread.

use std::ffi::c_void;
use std::ptr;
use std::rc::Weak;
use std::sync::{Arc, Mutex, PoisonError};

use napi::sys;

use super::contain;
use crate::node::hub::Hub;

/// A threadsafe function without a JavaScript function: it only has the hub look into its inbox.
#[derive(Debug)]
pub struct Waker(Mutex<Option<Function>>);

#[derive(Debug, Clone, Copy)]
struct Function(sys::napi_threadsafe_function);

// SAFETY: being called from any thread is what a threadsafe function is for.
unsafe impl Send for Function {}

impl Waker {
    /// A waker that wakes nobody yet: the hub it is for needs it to be made.
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(None)))
    }

    /// Connects it with `hub`. It does not hold the process alive by itself.
    ///
    /// # Errors
    /// Node-API's status.
    pub fn attach(&self, env: sys::napi_env, hub: Weak<Hub>) -> Result<(), sys::napi_status> {
        let context: *mut c_void = Box::into_raw(Box::new(hub)).cast();
        let mut name = ptr::null_mut();
        let mut function = ptr::null_mut();
        // SAFETY: valid out-pointers; `context` is freed by `finalize`, which Node calls once.
        let status = unsafe {
            sys::napi_create_string_utf8(env, c"napi-ipc".as_ptr(), 8, &raw mut name);
            sys::napi_create_threadsafe_function(
                env,
                ptr::null_mut(),
                ptr::null_mut(),
                name,
                0,
                1,
                context,
                Some(finalize),
                context,
                Some(on_wake),
                &raw mut function,
            )
        };
        if status != sys::Status::napi_ok {
            // SAFETY: made above; Node did not take it.
            drop(unsafe { Box::from_raw(context.cast::<Weak<Hub>>()) });
            return Err(status);
        }
        // SAFETY: a threadsafe function of this environment, on its thread.
        unsafe { sys::napi_unref_threadsafe_function(env, function) };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Function(function));
        Ok(())
    }

    /// Calls the JavaScript thread, from any thread.
    pub fn wake(&self) {
        let function = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Function(function)) = *function {
            // SAFETY: not released before it is taken out of the lock held here.
            unsafe {
                sys::napi_call_threadsafe_function(
                    function,
                    ptr::null_mut(),
                    sys::ThreadsafeFunctionCallMode::nonblocking,
                );
            }
        }
    }

    /// Whether the process stays alive for what is yet to come.
    pub fn hold_process(&self, env: sys::napi_env, on: bool) {
        let function = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Function(function)) = *function {
            // SAFETY: a threadsafe function of this environment, on its thread.
            unsafe {
                if on {
                    sys::napi_ref_threadsafe_function(env, function);
                } else {
                    sys::napi_unref_threadsafe_function(env, function);
                }
            }
        }
    }

    /// Wakes nobody any more.
    pub fn release(&self) {
        let function = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Function(function)) = function {
            // SAFETY: released once, since it has been taken out.
            unsafe {
                sys::napi_release_threadsafe_function(
                    function,
                    sys::ThreadsafeFunctionReleaseMode::abort,
                );
            }
        }
    }
}

unsafe extern "C" fn on_wake(
    env: sys::napi_env,
    _: sys::napi_value,
    context: *mut c_void,
    _: *mut c_void,
) {
    if env.is_null() {
        // The environment is going.
        return;
    }
    contain(|| {
        // SAFETY: the context lives until `finalize`, after which Node does not call any more.
        if let Some(hub) = unsafe { context.cast::<Weak<Hub>>().as_ref() }.and_then(Weak::upgrade) {
            hub.woken();
        }
    });
}

unsafe extern "C" fn finalize(_: sys::napi_env, context: *mut c_void, _: *mut c_void) {
    // SAFETY: made by `attach`, given back once.
    drop(unsafe { Box::from_raw(context.cast::<Weak<Hub>>()) });
}
