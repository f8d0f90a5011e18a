//! When to try again, and when to stop.

use std::time::Duration;

/// The longest delay there is, 2^31 − 1 ms (about 24.8 days): beyond it Node's own timers fire at
/// once.
pub const LONGEST_DELAY: Duration = Duration::from_millis((1 << 31) - 1);

/// The delay before the first retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delay {
    /// Always the same.
    Fixed(Duration),
    /// A whole number of milliseconds, chosen at random, both bounds included. The bounds may come
    /// in either order.
    Between(Duration, Duration),
}

/// How often and after which delays to try again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// Delay before the first retry.
    pub delay: Delay,
    /// What each further retry multiplies the delay with. 1: all delays alike. Anything but a
    /// positive number counts as 1.
    pub factor: f64,
    /// No delay exceeds this, nor [`LONGEST_DELAY`].
    pub max_delay: Duration,
    /// Retries before giving up, counted from the last [`Retry::reset`]; `None`: no limit.
    pub budget: Option<u32>,
}

impl Policy {
    /// Delay before the retry that follows `attempts` others.
    fn delay_of(&self, attempts: u32, random: u64) -> Duration {
        let max = self.max_delay.min(LONGEST_DELAY);
        let first = match self.delay {
            Delay::Fixed(delay) => delay,
            Delay::Between(a, b) => between(a.min(max), b.min(max), random),
        };
        let scale = self
            .factor
            .powi(i32::try_from(attempts).unwrap_or(i32::MAX));
        if first.is_zero() || self.factor.is_nan() || self.factor <= 0.0 {
            // Zero times infinity is no number, and a nonsensical factor must not become a delay of
            // 0 or of 24 days.
            return first.min(max);
        }
        // Also covers factor 1 without loss: 1 to any power is 1, and the seconds below are exact
        // to the nanosecond up to the longest delay.
        Duration::try_from_secs_f64(first.as_secs_f64() * scale).map_or(max, |delay| delay.min(max))
    }
}

fn between(a: Duration, b: Duration, random: u64) -> Duration {
    let whole_millis = |delay: Duration| u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
    let (low, high) = (whole_millis(a.min(b)), whole_millis(a.max(b)));
    let offset = match (high - low).checked_add(1) {
        Some(choices) => random % choices,
        None => random,
    };
    Duration::from_millis(low + offset)
}

/// Where a client stands in its retries: how many were made, and whether another one may be.
#[derive(Clone, Debug, Default)]
pub struct Retry {
    attempts: u32,
    armed: bool,
}

impl Retry {
    /// No retry made yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How long to wait before the next retry; `None` if the budget is used up.
    ///
    /// `random` is any 64 random bits, used by [`Delay::Between`]. To ask again before
    /// [`Retry::fired`] replaces the delay and costs nothing of the budget.
    pub fn next(&mut self, policy: &Policy, random: u64) -> Option<Duration> {
        let allowed = policy.budget.is_none_or(|budget| self.attempts < budget);
        self.armed = allowed;
        allowed.then(|| policy.delay_of(self.attempts, random))
    }

    /// The delay is over. `true`: try now, the retry is counted. `false`: it was cancelled (a timer
    /// may fire while its cancellation is on the way), do nothing.
    pub fn fired(&mut self) -> bool {
        if self.armed {
            self.attempts = self.attempts.saturating_add(1);
        }
        std::mem::take(&mut self.armed)
    }

    /// Retries made since the beginning or the last [`Retry::reset`].
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Starts counting anew, with the full budget and the first delay. A delay that is running goes
    /// on.
    pub fn reset(&mut self) {
        self.attempts = 0;
    }

    /// Nothing comes of a delay that is running, even if its timer has fired already.
    pub fn cancel(&mut self) {
        self.armed = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn fixed(delay: Duration, factor: f64) -> Policy {
        Policy {
            delay: Delay::Fixed(delay),
            factor,
            max_delay: LONGEST_DELAY,
            budget: None,
        }
    }

    fn delays(policy: &Policy, count: usize) -> Vec<Duration> {
        let mut retry = Retry::new();
        std::iter::from_fn(|| {
            let delay = retry.next(policy, 0);
            assert_eq!(retry.fired(), delay.is_some());
            delay
        })
        .take(count)
        .collect()
    }

    #[test]
    fn a_factor_of_one_keeps_the_delay() {
        assert_eq!(delays(&fixed(ms(500), 1.0), 3), [ms(500); 3]);
        assert_eq!(fixed(ms(2000), 1.0).delay_of(u32::MAX, 0), ms(2000));
    }

    #[test]
    fn delays_grow_by_the_factor_up_to_the_cap() {
        assert_eq!(
            delays(&fixed(ms(5000), 10.0), 4),
            [ms(5000), ms(50_000), ms(500_000), ms(5_000_000)]
        );
        let capped = Policy {
            max_delay: ms(700),
            ..fixed(ms(100), 2.0)
        };
        assert_eq!(
            delays(&capped, 5),
            [ms(100), ms(200), ms(400), ms(700), ms(700)]
        );
    }

    #[test]
    fn nothing_overflows() {
        assert_eq!(fixed(ms(5000), 10.0).delay_of(u32::MAX, 0), LONGEST_DELAY);
        assert_eq!(fixed(Duration::MAX, f64::MAX).delay_of(7, 0), LONGEST_DELAY);
        assert_eq!(fixed(ms(1), f64::INFINITY).delay_of(1, 0), LONGEST_DELAY);
        assert_eq!(
            fixed(Duration::ZERO, f64::INFINITY).delay_of(9, 0),
            Duration::ZERO
        );
        for nonsense in [f64::NAN, 0.0, -3.0, f64::NEG_INFINITY] {
            assert_eq!(fixed(ms(40), nonsense).delay_of(3, 0), ms(40));
        }
        let wide = Policy {
            max_delay: Duration::MAX,
            ..fixed(Duration::MAX, 1.0)
        };
        assert_eq!(wide.delay_of(0, 0), LONGEST_DELAY);
        let any = Policy {
            delay: Delay::Between(Duration::ZERO, Duration::MAX),
            ..wide
        };
        assert!(any.delay_of(0, u64::MAX) <= LONGEST_DELAY);
    }

    #[test]
    fn both_bounds_are_drawn() {
        let policy = Policy {
            delay: Delay::Between(ms(12), ms(10)),
            ..fixed(ms(0), 1.0)
        };
        let drawn: Vec<_> = (0..4).map(|random| policy.delay_of(0, random)).collect();
        assert_eq!(drawn, [ms(10), ms(11), ms(12), ms(10)]);
    }

    #[test]
    fn the_budget_is_kept_and_comes_back_with_reset() {
        let policy = Policy {
            budget: Some(2),
            ..fixed(ms(1), 1.0)
        };
        assert_eq!(delays(&policy, 9).len(), 2);
        assert_eq!(
            delays(
                &Policy {
                    budget: Some(0),
                    ..policy
                },
                9
            )
            .len(),
            0
        );
        let mut retry = Retry::new();
        assert!(retry.next(&policy, 0).is_some() && retry.fired());
        assert!(retry.next(&policy, 0).is_some() && retry.fired());
        assert_eq!((retry.next(&policy, 0), retry.attempts()), (None, 2));
        retry.reset();
        assert_eq!((retry.next(&policy, 0), retry.attempts()), (Some(ms(1)), 0));
    }

    #[test]
    fn asking_twice_costs_one_retry() {
        let policy = Policy {
            budget: Some(1),
            ..fixed(ms(1), 1.0)
        };
        let mut retry = Retry::new();
        assert!(retry.next(&policy, 0).is_some() && retry.next(&policy, 0).is_some());
        assert!(retry.fired());
        assert!(!retry.fired(), "a timer fires once");
        assert_eq!(retry.attempts(), 1);
    }

    #[test]
    fn a_cancel_is_effective_in_every_state() {
        let policy = fixed(ms(1), 1.0);
        let mut idle = Retry::new();
        idle.cancel();
        assert!(!idle.fired());
        let mut armed = Retry::new();
        assert!(armed.next(&policy, 0).is_some());
        armed.cancel();
        assert!(!armed.fired());
        armed.reset();
        assert!(!armed.fired(), "the cancelled delay does not come back");
        assert_eq!(
            (armed.next(&policy, 0), armed.attempts()),
            (Some(ms(1)), 0),
            "a new one may follow"
        );
    }

    proptest! {
        #[test]
        fn a_delay_is_within_its_bounds_and_never_shrinks(
            first in 0u64..100_000,
            factor in 1.0f64..12.0,
            attempts in 0u32..500,
            max in 0u64..1 << 33,
        ) {
            let policy = Policy { max_delay: ms(max), ..fixed(ms(first), factor) };
            let delay = policy.delay_of(attempts, 0);
            prop_assert!(delay <= ms(max) && delay <= LONGEST_DELAY);
            prop_assert!(delay >= ms(first).min(ms(max)).min(LONGEST_DELAY));
            prop_assert!(policy.delay_of(attempts + 1, 0) >= delay);
        }

        #[test]
        fn a_factor_of_one_is_exact(nanos in 0u64..u64::MAX, attempts: u32) {
            let delay = Duration::from_nanos(nanos).min(LONGEST_DELAY);
            prop_assert_eq!(fixed(delay, 1.0).delay_of(attempts, 0), delay);
        }

        #[test]
        fn a_random_delay_is_between_its_bounds(low: u32, span: u32, random: u64) {
            let (low, high) = (ms(u64::from(low)), ms(u64::from(low) + u64::from(span)));
            let policy = Policy { delay: Delay::Between(low, high), ..fixed(ms(0), 1.0) };
            let delay = policy.delay_of(0, random);
            prop_assert!(delay >= low.min(LONGEST_DELAY) && delay <= high.min(LONGEST_DELAY));
        }
    }
}
