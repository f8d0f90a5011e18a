//! A client's retry state and its timer.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::rc::Rc;
use std::time::Duration;

use napi::bindgen_prelude::Result;
use napi_derive::napi;

use super::engine::{Engine, refused};
use super::hub::Hub;
use crate::core::retry::{self, Delay, LONGEST_DELAY, Policy};

/// What `lib/engine/retry.js` passes, checked there; delays in milliseconds.
#[napi(object)]
pub struct PolicyOptions {
    /// Shortest first delay.
    pub min: f64,
    /// Longest first delay; the same for a fixed one.
    pub max: f64,
    /// What each further retry multiplies the delay with.
    pub factor: f64,
    /// No delay is longer.
    pub max_delay: f64,
    /// Retries before giving up.
    pub budget: Option<f64>,
}

/// See the module.
#[napi]
pub struct Retry {
    state: retry::Retry,
    timer: Option<u32>,
    hub: Rc<Hub>,
}

#[napi]
impl Retry {
    /// No retry made yet.
    #[napi(constructor)]
    pub fn new(engine: &Engine) -> Self {
        Self {
            state: retry::Retry::new(),
            timer: None,
            hub: engine.hub(),
        }
    }

    /// Starts the next delay by the policy as it is now. The id of its timer, or 0 if there is to be no further retry.
    #[napi]
    #[allow(clippy::needless_pass_by_value)]
    pub fn arm(&mut self, policy: PolicyOptions) -> Result<u32> {
        self.stop();
        let (min, max) = (millis(policy.min), millis(policy.max));
        let policy = Policy {
            delay: if min == max {
                Delay::Fixed(min)
            } else {
                Delay::Between(min, max)
            },
            factor: policy.factor,
            max_delay: millis(policy.max_delay),
            budget: policy.budget.filter(|budget| budget.is_finite()).map(whole),
        };
        match self
            .state
            .next(&policy, RandomState::new().build_hasher().finish())
        {
            Some(delay) => {
                let timer = self
                    .hub
                    .start_timer(delay)
                    .map_err(|error| refused(&error))?;
                self.timer = Some(timer);
                Ok(timer)
            }
            None => Ok(0),
        }
    }

    /// The timer has fired: whether to try now.
    #[napi]
    pub fn fired(&mut self) -> bool {
        self.timer = None;
        self.state.fired()
    }

    /// Retries made since the last reset.
    #[napi(getter)]
    pub fn attempts(&self) -> u32 {
        self.state.attempts()
    }

    /// Starts counting anew.
    #[napi]
    pub fn reset(&mut self) {
        self.state.reset();
    }

    /// Stops a running delay; another may follow.
    #[napi]
    pub fn cancel(&mut self) {
        self.stop();
        self.state.cancel();
    }

    fn stop(&mut self) {
        if let Some(timer) = self.timer.take() {
            self.hub.stop_timer(timer);
        }
    }
}

fn millis(ms: f64) -> Duration {
    Duration::try_from_secs_f64(ms.max(0.0) / 1000.0)
        .map_or(LONGEST_DELAY, |delay| delay.min(LONGEST_DELAY))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(n: f64) -> u32 {
    n.max(0.0) as u32
}
