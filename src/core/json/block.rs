//! Bytes that are compared together, with a bit for each as the outcome: the lowest for the first.

use wide::u8x16;

/// Sixteen bytes: for what is soon found.
pub(super) struct Short(u8x16);

impl Short {
    pub(super) const LEN: usize = 16;

    /// The first of these bytes; spaces, if there are too few.
    #[inline]
    pub(super) fn of(bytes: &[u8]) -> Self {
        if let Some(chunk) = bytes.first_chunk() {
            return Self(u8x16::new(*chunk));
        }
        let mut padded = [b' '; Self::LEN];
        padded[..bytes.len()].copy_from_slice(bytes);
        Self(u8x16::new(padded))
    }

    #[inline]
    pub(super) fn is(&self, byte: u8) -> u32 {
        self.0.simd_eq(u8x16::splat(byte)).to_bitmask()
    }

    #[inline]
    pub(super) fn is_below(&self, byte: u8) -> u32 {
        self.0.simd_lt(u8x16::splat(byte)).to_bitmask()
    }
}

/// As many bytes as there are bits in a word, for texts that are looked at from end to end; in each word the bits of what
/// structures JSON.
pub(super) struct Long {
    /// `"`
    pub(super) quotes: u64,
    /// `\`
    pub(super) backslashes: u64,
    /// `[` and `{`
    pub(super) opening: u64,
    /// `]` and `}`
    pub(super) closing: u64,
}

impl Long {
    pub(super) const LEN: usize = 64;

    /// The bytes of `text` from `start` on, as far as there are any.
    #[inline]
    pub(super) fn of(text: &[u8], start: usize) -> Self {
        if let Some(chunk) = text.get(start..).and_then(<[u8]>::first_chunk) {
            return Self::whole(chunk);
        }
        if let Some(chunk) = text.last_chunk() {
            // Those before it as well, to do without a copy.
            let before = start.saturating_sub(text.len() - Self::LEN);
            return Self::whole(chunk).without(before);
        }
        let mut padded = [b' '; Self::LEN];
        padded[..text.len()].copy_from_slice(text);
        Self::whole(&padded).without(start)
    }

    #[inline]
    fn whole(bytes: &[u8; Self::LEN]) -> Self {
        let mut all = Self {
            quotes: 0,
            backslashes: 0,
            opening: 0,
            closing: 0,
        };
        for (part, bytes) in bytes.chunks_exact(Short::LEN).enumerate() {
            let block = Short::of(bytes);
            // The two kinds of brackets differ in one bit.
            let folded = Short(block.0 | u8x16::splat(b'[' ^ b'{'));
            for (word, bits) in [
                (&mut all.quotes, block.is(b'"')),
                (&mut all.backslashes, block.is(b'\\')),
                (&mut all.opening, folded.is(b'{')),
                (&mut all.closing, folded.is(b'}')),
            ] {
                *word |= u64::from(bits) << (part * Short::LEN);
            }
        }
        all
    }

    #[inline]
    fn without(self, count: usize) -> Self {
        Self {
            quotes: self.quotes >> count,
            backslashes: self.backslashes >> count,
            opening: self.opening >> count,
            closing: self.closing >> count,
        }
    }
}

/// Which bytes of a text follow a backslash that is not escaped itself, block by block.
#[derive(Default)]
pub(super) struct Escapes {
    /// The last byte of the block before was such a backslash.
    open: bool,
}

impl Escapes {
    #[inline]
    pub(super) fn escaped(&mut self, block: &Long) -> u64 {
        let mut escaped = u64::from(std::mem::take(&mut self.open));
        let mut left = block.backslashes & !escaped;
        while left != 0 {
            let first = left & left.wrapping_neg();
            let next = first << 1;
            self.open = next == 0;
            escaped |= next;
            left &= !(first | next);
        }
        escaped
    }
}
