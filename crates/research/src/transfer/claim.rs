//! Claims: what proves an anonymous user to whoever it registers as, once, and not for long.

use lodger_database::scoped::Query;
use lodger_migration::hex;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::row::{TEXT, UUID, column};
use crate::secret::Secret;
use crate::{Error, Result, Scope};

const ASK: &str = include_str!("claim_ask.sql");
const ISSUE: &str = include_str!("claim_issue.sql");
/// Twice the owner's and the claim's id, and the secret, in hexadecimal.
const LENGTH: usize = 2 * (16 + 16 + Secret::LENGTH);

/// A claim that was just issued. It is said once: the store keeps a hash of it.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedClaim {
    /// What the receiver presents.
    pub claim: String,
    /// Until when.
    pub expires_at: OffsetDateTime,
}

impl std::fmt::Debug for IssuedClaim {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("IssuedClaim");
        shown
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A claim, taken apart.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub source: Uuid,
    pub id: Uuid,
    secret: Secret,
}

impl Claim {
    pub(super) fn parse(text: &str) -> Result<Self> {
        Self::read(text).ok_or(Error::ClaimInvalid)
    }

    fn read(text: &str) -> Option<Self> {
        if text.len() != LENGTH {
            return None;
        }
        let bytes = hex::decode(text)?;
        let (source, rest) = bytes.split_first_chunk::<16>()?;
        let (id, rest) = rest.split_first_chunk::<16>()?;
        Some(Self {
            source: Uuid::from_bytes(*source),
            id: Uuid::from_bytes(*id),
            secret: Secret::read(rest)?,
        })
    }

    fn text(&self) -> String {
        let parts = [
            self.source.as_bytes().as_slice(),
            self.id.as_bytes(),
            self.secret.bytes(),
        ];
        hex::encode(&parts.concat())
    }

    /// What the store keeps.
    pub(super) fn hash(&self) -> String {
        self.secret.hash()
    }
}

impl Scope {
    /// Issues a claim to this user, who is anonymous: with it, a registered user can take over what it did, within 15
    /// minutes and once.
    ///
    /// # Errors
    /// [`Error::SourceNotAnonymous`], [`Error::SourceTransferred`], [`Error::UserGone`].
    pub async fn issue_claim(&self) -> Result<IssuedClaim> {
        let mut work = self.begin().await?;
        let parameters = [(&self.user_id as _, UUID)];
        let rows = work.query(Query::new(ASK, &parameters)).await?;
        let row = rows.first().ok_or(Error::UserGone)?;
        if !column::<bool>(row, "is_anonymous")? {
            return Err(Error::SourceNotAnonymous);
        }
        if column::<Option<Uuid>>(row, "transfer_id")?.is_some() {
            return Err(Error::SourceTransferred);
        }
        let claim = Claim {
            source: self.user_id,
            id: Uuid::new_v4(),
            secret: Secret::random(),
        };
        let hash = claim.hash();
        let parameters = [
            (&self.user_id as _, UUID),
            (&claim.id as _, UUID),
            (&hash as _, TEXT),
        ];
        let rows = work.query(Query::new(ISSUE, &parameters)).await?;
        let row = rows
            .first()
            .ok_or_else(|| Error::internal("an INSERT returned no row"))?;
        let expires_at = column(row, "expires_at")?;
        work.commit().await?;
        Ok(IssuedClaim {
            claim: claim.text(),
            expires_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_claim_comes_back_as_it_was(source in any::<u128>(), id in any::<u128>(), secret in any::<[u8; Secret::LENGTH]>()) {
            let claim = Claim { source: Uuid::from_u128(source), id: Uuid::from_u128(id), secret: Secret::read(&secret).unwrap() };
            let read = Claim::read(&claim.text()).unwrap();
            prop_assert!(read == claim);
            prop_assert!(!claim.text().contains(&claim.hash()));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            prop_assert!(matches!(Claim::parse(&text), Err(Error::ClaimInvalid)));
        }
    }
}
