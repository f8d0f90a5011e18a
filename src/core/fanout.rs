//! To how many connections a turn of the loop sends, and how many of them are written to at once.

use std::cell::Cell;

use super::limits::{BURST_STEP, DIRECT_CONNECTIONS};

/// What was sent in a turn, and whether the one before was full of broadcasts.
#[derive(Debug, Default)]
pub struct Fanout {
    /// Connections that were written to at once.
    direct: Cell<usize>,
    sent: Cell<usize>,
    bursts: Cell<bool>,
}

impl Fanout {
    /// Messages were sent, so many.
    pub fn sent(&self, messages: usize) {
        self.sent.set(self.sent.get() + messages);
    }

    /// Whether the last message was one of many in this turn, and a good one to begin with a [form](super::form).
    #[must_use]
    pub fn is_burst(&self) -> bool {
        self.sent.get() % BURST_STEP == BURST_STEP / 2
    }

    /// Whether one more connection may be written to at once.
    #[must_use]
    pub fn lets_one_go(&self) -> bool {
        let direct = self.direct.get();
        let free = !self.bursts.get() || direct < DIRECT_CONNECTIONS;
        if free {
            self.direct.set(direct + 1);
        }
        free
    }

    /// The turn is over; so many connections have something waiting.
    pub fn turned(&self, waiting: usize) {
        let (direct, sent) = (self.direct.take(), self.sent.take());
        if direct.max(waiting) > DIRECT_CONNECTIONS {
            self.bursts
                .set(waiting > DIRECT_CONNECTIONS && sent >= 2 * waiting);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Connections written to at once, of so many that are sent so many messages each.
    fn turn(fanout: &Fanout, connections: usize, messages: usize) -> usize {
        let first = (0..connections).filter(|_| fanout.lets_one_go()).count();
        fanout.sent(connections * messages);
        let all_wait = messages > 1;
        fanout.turned(if all_wait {
            connections
        } else {
            connections - first
        });
        first
    }

    #[test]
    fn bursts_to_many_are_held_together() {
        let fanout = Fanout::default();
        assert_eq!(turn(&fanout, 100, 20), 100);
        assert_eq!(turn(&fanout, 100, 20), DIRECT_CONNECTIONS);
        // A few are no reason to change, nor is nothing at all.
        assert_eq!(turn(&fanout, 1, 20), 1);
        assert_eq!(turn(&fanout, 0, 0), 0);
        assert_eq!(turn(&fanout, 100, 2), DIRECT_CONNECTIONS);
    }

    #[test]
    fn what_is_sent_once_to_each_leaves_at_once() {
        let fanout = Fanout::default();
        assert_eq!(turn(&fanout, 100, 1), 100);
        assert_eq!(turn(&fanout, 100, 1), 100);
        assert_eq!(turn(&fanout, 100, 20), 100);
        // The first one after bursts waits for the end of its turn.
        assert_eq!(turn(&fanout, 100, 1), DIRECT_CONNECTIONS);
        assert_eq!(turn(&fanout, 100, 1), 100);
        assert_eq!(turn(&fanout, DIRECT_CONNECTIONS, 20), DIRECT_CONNECTIONS);
        assert_eq!(turn(&fanout, 100, 1), 100);
    }
}
