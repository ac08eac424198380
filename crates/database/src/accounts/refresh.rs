//! A refresh token is good for one exchange.

use super::transaction::Transaction;
use uuid::Uuid;

use super::error::AccountsError;
use super::session::{self, SignedIn};

const SESSION: &str = include_str!("session_of_token.sql");
const LOCK: &str = include_str!("lock_session.sql");
const TOKEN: &str = include_str!("refresh_token.sql");
const ACTIVE: &str = include_str!("active_refresh_token.sql");
const REVOKE: &str = include_str!("revoke_refresh_tokens.sql");
const NOTE: &str = include_str!("note_refresh.sql");

/// The outer error undoes everything; the inner one is an answer, and what was revoked stays so.
pub(super) async fn exchange(
    transaction: &mut Transaction,
    token: &str,
    reuse: f64,
) -> Result<Result<SignedIn, AccountsError>, AccountsError> {
    let Some((session, id)) = lock(transaction, token).await? else {
        return Ok(Err(AccountsError::RefreshTokenUnknown));
    };
    // read after the lock: whoever had it before may have used the token
    let row = transaction.query_opt(TOKEN, &[&token, &reuse]).await?;
    let Some(row) = row else {
        return Ok(Err(AccountsError::RefreshTokenUnknown));
    };
    let revoked: Option<bool> = row.try_get("revoked")?;
    let just_used: Option<bool> = row.try_get("just_used")?;
    let next = if revoked == Some(true) {
        let just_used = just_used == Some(true);
        let Some(active) = still_good(transaction, session, token, just_used).await? else {
            let all: Option<&str> = None;
            transaction.execute(REVOKE, &[&session, &all]).await?;
            return Ok(Err(AccountsError::RefreshTokenUsed));
        };
        active
    } else {
        transaction
            .execute(REVOKE, &[&session, &Some(token)])
            .await?;
        session::new_token(transaction, id, session, Some(token)).await?
    };
    transaction.execute(NOTE, &[&session]).await?;
    session::signed_in(transaction, id, session, next)
        .await
        .map(Ok)
}

async fn lock(
    transaction: &mut Transaction,
    token: &str,
) -> Result<Option<(Uuid, Uuid)>, AccountsError> {
    let Some(row) = transaction.query_opt(SESSION, &[&token]).await? else {
        return Ok(None);
    };
    let Some(session) = row.try_get::<Option<Uuid>>("session_id")? else {
        return Ok(None);
    };
    let row = transaction.query_opt(LOCK, &[&session]).await?;
    let id = row.map(|row| row.try_get("user_id")).transpose()?;
    Ok(id.map(|id| (session, id)))
}

/// The token that was given for a used one, when its owner may not have received it: the used one is its parent, or was
/// used a moment ago.
async fn still_good(
    transaction: &mut Transaction,
    session: Uuid,
    token: &str,
    just_used: bool,
) -> Result<Option<String>, AccountsError> {
    let Some(row) = transaction.query_opt(ACTIVE, &[&session]).await? else {
        return Ok(None);
    };
    let parent: Option<String> = row.try_get("parent")?;
    if just_used || parent.as_deref() == Some(token) {
        return Ok(row.try_get("token")?);
    }
    Ok(None)
}
