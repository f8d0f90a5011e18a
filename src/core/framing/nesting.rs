//! The open brackets of a JSON text.

/// The open brackets, a bit each: a peer may send half a gigabyte of them.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    depth: usize,
    /// Bit `depth % 64` of the last word is the innermost bracket; 1 is an object.
    words: Vec<u64>,
}

impl Nesting {
    pub(super) fn is_empty(&self) -> bool {
        self.depth == 0
    }

    /// Whether the innermost bracket is that of an object.
    pub(super) fn in_object(&self) -> bool {
        let bit = self.depth.wrapping_sub(1) % 64;
        self.words.last().is_some_and(|word| word >> bit & 1 == 1)
    }

    pub(super) fn push(&mut self, object: bool) {
        let bit = self.depth % 64;
        if bit == 0 {
            self.words.push(0);
        }
        self.depth += 1;
        if let Some(word) = self.words.last_mut() {
            *word = *word & !(1 << bit) | u64::from(object) << bit;
        }
    }

    pub(super) fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth.is_multiple_of(64) {
            self.words.pop();
        }
        if self.depth == 0 {
            self.words.shrink_to(8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_idle_stack_is_small() {
        let mut nesting = Nesting::default();
        for _ in 0..100_000 {
            nesting.push(true);
        }
        for _ in 0..100_000 {
            assert!(!nesting.is_empty() && nesting.in_object());
            nesting.pop();
        }
        assert!(nesting.is_empty() && !nesting.in_object());
        assert!(nesting.words.capacity() <= 8);
    }

    proptest! {
        /// More pushes than pops, so that it gets past the first words.
        #[test]
        fn it_is_a_stack(
            steps in prop::collection::vec(prop::option::weighted(0.7, any::<bool>()), 0..600),
        ) {
            let mut nesting = Nesting::default();
            let mut stack = Vec::new();
            for step in steps {
                match step {
                    Some(object) => {
                        nesting.push(object);
                        stack.push(object);
                    }
                    None if stack.pop().is_some() => nesting.pop(),
                    None => {}
                }
                prop_assert_eq!(nesting.is_empty(), stack.is_empty());
                prop_assert_eq!(nesting.in_object(), stack.last().copied().unwrap_or_default());
            }
        }
    }
}
