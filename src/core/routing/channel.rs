//! The ids of private sockets.

use std::fmt;

/// A version-4 UUID, shown as 32 lower-case hexadecimal digits: part of the name of a private
/// socket's file, so it must not be guessable by those who only may look for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelId(u128);

impl ChannelId {
    /// The id made of `random` bits.
    #[must_use]
    pub fn new(random: u128) -> Self {
        let version = 0xf << 76;
        let variant = 0b11 << 62;
        Self(random & !version & !variant | (0x4 << 76) | (0b10 << 62))
    }
}

impl fmt::Display for ChannelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ids_have_the_bits_of_version_4(random in any::<u128>()) {
            let id = ChannelId::new(random).to_string();
            prop_assert_eq!(id.len(), 32);
            prop_assert!(id.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')));
            prop_assert_eq!(&id[12..13], "4");
            prop_assert!("89ab".contains(&id[16..17]));
        }
    }
}
