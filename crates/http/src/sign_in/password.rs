//! Passwords: what is accepted, and how they are kept.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::error::{AuthError, Refusal};

/// What the service that this one stands in for uses; about 60 ms.
const COST: u32 = 10;
const MIN_LETTERS: usize = 6;
/// bcrypt looks at no more.
const MAX_BYTES: usize = 72;
/// Hashes that are worked on at a time; more would only be slower each, and starve the rest of the program.
const AT_A_TIME: usize = 2;
/// The hash of no password that anybody has: checking it takes as long as checking another.
const NOBODYS: &str = "$2b$10$abcdefghijklmnopqrstuuJZ5v0zW5cV4cY8Wm2eG5cO1n1n1n1nO";

/// Hashes and checks passwords, on threads of their own.
#[derive(Debug, Clone)]
pub(super) struct Passwords {
    permits: Arc<Semaphore>,
}

impl Passwords {
    pub(super) fn new() -> Self {
        Self {
            permits: Arc::new(Semaphore::new(AT_A_TIME)),
        }
    }

    /// The hash that a new password is kept as.
    pub(super) async fn hash(&self, password: &str) -> Result<String, AuthError> {
        if password.chars().count() < MIN_LETTERS {
            return Err(Refusal::WeakPassword.into());
        }
        if password.len() > MAX_BYTES {
            return Err(Refusal::PasswordTooLong.into());
        }
        let password = password.to_owned();
        let hashed = self.work(move || bcrypt::hash(password, COST)).await?;
        hashed.map_err(|_| Refusal::Broken.into())
    }

    /// Does the password fit? It never does where there is none, after the same time.
    pub(super) async fn fits(&self, password: &str, hash: Option<&str>) -> Result<bool, AuthError> {
        let known = hash.filter(|it| !it.is_empty());
        let hash = known.unwrap_or(NOBODYS).to_owned();
        let possible = known.is_some() && password.len() <= MAX_BYTES;
        let password: String = password.to_owned();
        // a hash of another kind, from elsewhere, is one that no password fits here
        let fits = self.work(move || bcrypt::verify(password, &hash).unwrap_or(false));
        Ok(fits.await? && possible)
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AuthError> {
        let permit = self.permits.acquire().await;
        let permit = permit.map_err(|_| Refusal::Broken)?;
        let done = spawn_blocking(work).await;
        drop(permit);
        done.map_err(|_| Refusal::Broken.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse").await.unwrap();
        assert!(passwords.fits("correct horse", Some(&hash)).await.unwrap());
        assert!(!passwords.fits("correct mouse", Some(&hash)).await.unwrap());
        for hash in [None, Some(""), Some("$argon2id$v=19$m=1"), Some(NOBODYS)] {
            assert!(!passwords.fits("correct horse", hash).await.unwrap());
        }
        assert!(
            bcrypt::verify("x", NOBODYS).is_ok(),
            "it has the form of a hash, so that it takes its time"
        );
    }

    #[tokio::test]
    async fn short_and_long_passwords_are_refused() {
        let passwords = Passwords::new();
        assert!(passwords.hash("äöüßé").await.is_err());
        assert!(passwords.hash("äöüßéè").await.is_ok());
        assert!(passwords.hash(&"x".repeat(73)).await.is_err());
        let hash = passwords.hash(&"x".repeat(72)).await.unwrap();
        assert!(!passwords.fits(&"x".repeat(73), Some(&hash)).await.unwrap());
    }
}
