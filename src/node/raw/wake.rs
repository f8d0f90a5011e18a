//! How the background thread calls the JavaScript thread.

use std::ffi::c_void;
use std::ptr;
use std::rc::Weak;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use napi::sys;

use super::contain;
use crate::node::hub::Hub;

/// A threadsafe function without a JavaScript function: it only has the hub look into its inbox.
#[derive(Debug)]
pub struct Waker {
    function: Mutex<Option<Function>>,
    /// Whether it holds the process alive; shared with what Node shows of it to others.
    holds: Arc<AtomicBool>,
}

#[derive(Debug, Clone, Copy)]
struct Function(sys::napi_threadsafe_function);

// SAFETY: being called from any thread is what a threadsafe function is for.
unsafe impl Send for Function {}

impl Waker {
    /// A waker that wakes nobody yet: the hub it is for needs it to be made.
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            function: Mutex::new(None),
            holds: Arc::default(),
        })
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
                resource(env, &self.holds),
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
        *self.function() = Some(Function(function));
        Ok(())
    }

    /// Calls the JavaScript thread, from any thread.
    pub fn wake(&self) {
        if let Some(Function(function)) = *self.function() {
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
        self.holds.store(on, Ordering::Relaxed);
        if let Some(Function(function)) = *self.function() {
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
        self.holds.store(false, Ordering::Relaxed);
        let function = self.function().take();
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

    fn function(&self) -> MutexGuard<'_, Option<Function>> {
        self.function.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What whoever watches for open handles (jest) is shown: an object whose `hasRef()` is that of Node's own handles. Without it
/// each threadsafe function counts as one that holds the process. Null, for an empty object, if it cannot be made.
fn resource(env: sys::napi_env, holds: &Arc<AtomicBool>) -> sys::napi_value {
    let data: *mut c_void = Arc::into_raw(holds.clone()).cast_mut().cast();
    let none = ptr::null_mut();
    let mut function = none;
    let mut object = none;
    // SAFETY: valid names and out-pointers; `data` is given back by `forget` when the function is collected, or here.
    unsafe {
        let name = c"hasRef".as_ptr();
        let made = sys::napi_create_function(env, name, 6, Some(has_ref), data, &raw mut function);
        if made != sys::Status::napi_ok
            || sys::napi_add_finalizer(
                env,
                function,
                data,
                Some(forget),
                ptr::null_mut(),
                ptr::null_mut(),
            ) != sys::Status::napi_ok
        {
            drop(Arc::from_raw(data.cast::<AtomicBool>()));
            return none;
        }
        if sys::napi_create_object(env, &raw mut object) == sys::Status::napi_ok {
            sys::napi_set_named_property(env, object, name, function);
        }
    }
    object
}

unsafe extern "C" fn has_ref(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let mut data = ptr::null_mut();
    let mut answer = ptr::null_mut();
    // SAFETY: valid out-pointers; `data` lives as long as this function.
    unsafe {
        sys::napi_get_cb_info(
            env,
            info,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut data,
        );
        let holds = data.cast::<AtomicBool>().as_ref();
        let on = holds.is_some_and(|holds| holds.load(Ordering::Relaxed));
        sys::napi_get_boolean(env, on, &raw mut answer);
    }
    answer
}

unsafe extern "C" fn forget(_: sys::napi_env, data: *mut c_void, _: *mut c_void) {
    // SAFETY: made by `resource`, given back once.
    drop(unsafe { Arc::from_raw(data.cast::<AtomicBool>()) });
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
