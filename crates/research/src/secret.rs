//! Random bytes that prove something: said once, and kept as a hash.

use lodger_migration::hex;
use rand::RngCore as _;

/// Nobody guesses it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret([u8; Secret::LENGTH]);

impl Secret {
    /// In bytes.
    pub(crate) const LENGTH: usize = 32;

    /// A new one.
    pub(crate) fn random() -> Self {
        let mut bytes = [0; Self::LENGTH];
        rand::rng().fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// One that somebody presents; `None` when it cannot be one.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// What is said.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// What the store keeps, in hexadecimal. The secret is random and long: a plain hash is as good as a slow one.
    pub(crate) fn hash(&self) -> String {
        hex::sha256(&self.0)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_and_does_not_show() {
        let secret = Secret::random();
        assert_ne!(secret, Secret::random());
        assert_eq!(Secret::read(secret.bytes()), Some(secret.clone()));
        assert_eq!(format!("{secret:?}"), "Secret");
        assert!(!hex::encode(secret.bytes()).contains(&secret.hash()));
        for length in [0, 31, 33] {
            assert_eq!(Secret::read(&vec![1; length]), None);
        }
    }
}
