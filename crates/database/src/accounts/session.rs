//! Sessions: who is signed in, how, and until when.

use std::net::IpAddr;

use super::transaction::Transaction;
use rand::seq::IndexedRandom as _;
use time::OffsetDateTime;
use uuid::Uuid;

use super::account::{self, Account};
use super::error::AccountsError;

const INSERT: &str = include_str!("insert_session.sql");
const INSERT_METHOD: &str = include_str!("insert_method.sql");
const METHODS: &str = include_str!("methods.sql");
const INSERT_TOKEN: &str = include_str!("insert_refresh_token.sql");
const NOTE_SIGN_IN: &str = include_str!("note_sign_in.sql");
const EXISTS: &str = include_str!("session_exists.sql");
const END: &str = include_str!("end_sessions.sql");

/// What the sign-in service makes its refresh tokens of, and how long they are: 62 bits.
const TOKEN_LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const TOKEN_LENGTH: usize = 12;

/// Somebody who just signed in, or refreshed their session.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedIn {
    /// Who.
    pub account: Account,
    /// The session.
    pub session_id: Uuid,
    /// The token that the session can be refreshed with, once.
    pub refresh_token: String,
    /// How they proved who they are, and when, the latest first.
    pub methods: Vec<(String, OffsetDateTime)>,
}

/// How somebody proves who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// With a password.
    Password,
    /// Not at all.
    Anonymous,
}

/// Where a request comes from, as the session's row keeps it.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    /// The program's own description.
    pub user_agent: Option<String>,
    /// The address.
    pub address: Option<IpAddr>,
}

/// Which sessions are ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All of the user's.
    All,
    /// The one that asks.
    This,
    /// All but the one that asks.
    Others,
}

pub(super) async fn begin(
    transaction: &mut Transaction,
    id: Uuid,
    method: Method,
    visitor: &Visitor,
) -> Result<SignedIn, AccountsError> {
    transaction.execute(NOTE_SIGN_IN, &[&id]).await?;
    let session = Uuid::new_v4();
    let address = visitor.address.map(|it| it.to_string());
    transaction
        .execute(INSERT, &[&session, &id, &visitor.user_agent, &address])
        .await?;
    let method = match method {
        Method::Password => "password",
        Method::Anonymous => "anonymous",
    };
    transaction
        .execute(INSERT_METHOD, &[&session, &method])
        .await?;
    let token = new_token(transaction, id, session, None).await?;
    signed_in(transaction, id, session, token).await
}

/// Writes the session's next token.
pub(super) async fn new_token(
    transaction: &mut Transaction,
    id: Uuid,
    session: Uuid,
    parent: Option<&str>,
) -> Result<String, AccountsError> {
    let token = random_token();
    transaction
        .execute(INSERT_TOKEN, &[&token, &id, &parent, &session])
        .await?;
    Ok(token)
}

fn random_token() -> String {
    let mut random = rand::rng();
    let letters = (0..TOKEN_LENGTH).filter_map(|_| TOKEN_LETTERS.choose(&mut random));
    letters.copied().map(char::from).collect()
}

/// All that a token says of a session.
pub(super) async fn signed_in(
    transaction: &mut Transaction,
    id: Uuid,
    session: Uuid,
    refresh_token: String,
) -> Result<SignedIn, AccountsError> {
    let account = account::by_id(transaction, id).await?;
    let account = account.ok_or(AccountsError::AccountMissing)?;
    if account.banned {
        return Err(AccountsError::Banned);
    }
    let rows = transaction.query(METHODS, &[&session]).await?;
    let mut methods = Vec::with_capacity(rows.len());
    for row in &rows {
        methods.push((
            row.try_get("authentication_method")?,
            row.try_get("updated_at")?,
        ));
    }
    Ok(SignedIn {
        account,
        session_id: session,
        refresh_token,
        methods,
    })
}

pub(super) async fn exists(
    transaction: &mut Transaction,
    session: Uuid,
    id: Uuid,
) -> Result<bool, AccountsError> {
    let row = transaction.query_opt(EXISTS, &[&session, &id]).await?;
    Ok(row.is_some())
}

pub(super) async fn end(
    transaction: &mut Transaction,
    id: Uuid,
    session: Uuid,
    which: Ending,
) -> Result<(), AccountsError> {
    let which = match which {
        Ending::All => "global",
        Ending::This => "local",
        Ending::Others => "others",
    };
    transaction.execute(END, &[&id, &session, &which]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refresh_tokens_look_like_the_services_own() {
        let (one, other) = (random_token(), random_token());
        assert_ne!(one, other);
        assert_eq!(one.len(), TOKEN_LENGTH);
        assert!(one.bytes().all(|it| TOKEN_LETTERS.contains(&it)));
    }
}
