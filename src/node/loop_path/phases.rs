//! The two moments of a loop iteration the data path lives by: before the loop sleeps, what was sent leaves; after it
//! polled, what was received crosses.

use std::cell::Cell;
use std::ffi::c_int;
use std::rc::{Rc, Weak};

use super::handle::{Handle, Lifetime, context};
use super::uv::{Raw, Type, Uv};
use crate::node::hub::Hub;
use crate::node::raw::contain;

/// The handles of one hub on its loop.
pub struct Phases {
    /// libuv's functions.
    pub uv: &'static Uv,
    /// The environment's loop.
    pub uv_loop: Raw,
    /// Handles still known to libuv.
    pub lifetime: Rc<Lifetime>,
    idle: Handle,
    idling: Cell<bool>,
    _prepare: Handle,
    _check: Handle,
}

impl Phases {
    /// Hooks into the loop.
    ///
    /// # Errors
    /// libuv's error number.
    pub fn new(uv: &'static Uv, uv_loop: Raw, hub: &Weak<Hub>) -> Result<Self, c_int> {
        let lifetime = Lifetime::new();
        let make = |kind, init: unsafe extern "C" fn(Raw, Raw) -> c_int| {
            // SAFETY: zeroed memory of the size libuv asked for, and the loop of this thread.
            Handle::new(uv, kind, hub.clone(), 0, &lifetime, |raw| unsafe {
                init(uv_loop, raw)
            })
        };
        let prepare = make(Type::Prepare, uv.prepare_init)?;
        let check = make(Type::Check, uv.check_init)?;
        let idle = make(Type::Idle, uv.idle_init)?;
        // SAFETY: initialised handles.
        unsafe {
            (uv.prepare_start)(prepare.raw(), on_prepare);
            (uv.check_start)(check.raw(), on_check);
        }
        Ok(Self {
            uv,
            uv_loop,
            lifetime,
            idle,
            idling: Cell::new(false),
            _prepare: prepare,
            _check: check,
        })
    }

    /// Keeps the loop from sleeping before the next check: something waits to cross.
    pub fn hurry(&self) {
        if !self.idling.replace(true) {
            // SAFETY: an initialised handle.
            unsafe { (self.uv.idle_start)(self.idle.raw(), on_idle) };
        }
    }

    /// The check has come.
    pub fn relax(&self) {
        if self.idling.replace(false) {
            // SAFETY: an initialised handle.
            unsafe { (self.uv.idle_stop)(self.idle.raw()) };
        }
    }
}

unsafe extern "C" fn on_prepare(raw: Raw) {
    contain(|| {
        // SAFETY: libuv calls back for a handle of ours.
        if let Some((hub, _)) = unsafe { context(raw) } {
            hub.end_turn();
            hub.linger();
        }
    });
}

unsafe extern "C" fn on_check(raw: Raw) {
    contain(|| {
        // SAFETY: libuv calls back for a handle of ours.
        if let Some((hub, _)) = unsafe { context(raw) } {
            hub.cross();
        }
    });
}

/// The idle handle only has to be active.
unsafe extern "C" fn on_idle(_: Raw) {}
