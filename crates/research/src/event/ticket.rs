//! Tickets for the stream of events: for those who cannot send a token, once, for half a minute, and at whichever server.

use lodger_database::scoped::Query;
use lodger_migration::hex;
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::row::{JSON, TEXT, UUID, column};
use crate::secret::Secret;
use crate::transfer::service;
use crate::{Error, Result, Scope, Store};

const ISSUE: &str = include_str!("ticket_issue.sql");
const REDEEM: &str = include_str!("ticket_redeem.sql");
/// Twice the owner's id and the secret, in hexadecimal.
const LENGTH: usize = 2 * (16 + Secret::LENGTH);

/// A ticket that was just issued. It is said once: the store keeps a hash of it.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedTicket {
    /// What is presented.
    pub ticket: String,
    /// Until when.
    pub expires_at: OffsetDateTime,
}

impl std::fmt::Debug for IssuedTicket {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("IssuedTicket");
        shown
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl Scope {
    /// Issues a ticket that stands for these claims of the user's token.
    ///
    /// # Errors
    /// [`Error::UserGone`].
    pub async fn issue_ticket(&self, claims: &Value) -> Result<IssuedTicket> {
        let secret = Secret::random();
        let hash = secret.hash();
        // no user may read or write tickets, not even their own
        let mut transaction = service(&self.store).begin().await?;
        let parameters = [
            (&self.user_id as _, UUID),
            (&hash as _, TEXT),
            (claims as _, JSON),
        ];
        let rows = transaction.query(Query::new(ISSUE, &parameters)).await?;
        transaction.commit().await?;
        let row = rows
            .first()
            .ok_or_else(|| Error::internal("an INSERT returned no row"))?;
        let parts = [self.user_id.as_bytes().as_slice(), secret.bytes()];
        Ok(IssuedTicket {
            ticket: hex::encode(&parts.concat()),
            expires_at: column(row, "expires_at")?,
        })
    }
}

impl Store {
    /// The claims that a ticket stands for; it is used up.
    ///
    /// # Errors
    /// [`Error::TicketInvalid`] when it was used, has expired, or never was.
    pub async fn redeem_ticket(&self, ticket: &str) -> Result<Value> {
        let (user_id, secret) = read(ticket).ok_or(Error::TicketInvalid)?;
        let hash = secret.hash();
        let mut transaction = service(self).begin().await?;
        let parameters = [(&user_id as _, UUID), (&hash as _, TEXT)];
        let rows = transaction.query(Query::new(REDEEM, &parameters)).await?;
        transaction.commit().await?;
        let row = rows.first().ok_or(Error::TicketInvalid)?;
        if !column::<bool>(row, "is_good")? {
            return Err(Error::TicketInvalid);
        }
        column(row, "claims")
    }
}

/// Whose it says that it is, and its secret.
fn read(ticket: &str) -> Option<(Uuid, Secret)> {
    if ticket.len() != LENGTH {
        return None;
    }
    let bytes = hex::decode(ticket)?;
    let (owner, secret) = bytes.split_first_chunk::<16>()?;
    Some((Uuid::from_bytes(*owner), Secret::read(secret)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_looks_like_a_ticket_is_looked_up() {
        assert!(read(&"0a".repeat(48)).is_some());
        for bad in [
            "",
            "0a",
            &"0a".repeat(49),
            &"zz".repeat(48),
            &"é".repeat(48),
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
