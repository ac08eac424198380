//! An account as it stands in `auth.users`, with its identities.

use super::transaction::Transaction;
use crate::wire::Row;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::error::AccountsError;

const BY_ID: &str = include_str!("account_by_id.sql");
const BY_EMAIL: &str = include_str!("account_by_email.sql");
const IDENTITIES: &str = include_str!("identities.sql");
const INSERT: &str = include_str!("insert_user.sql");
const UPSERT_IDENTITY: &str = include_str!("upsert_email_identity.sql");

/// A user of the landlord's.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// `auth.users.id`.
    pub id: Uuid,
    /// Whom tokens are issued for; `authenticated`.
    pub audience: String,
    /// The role that the user's statements run as; `authenticated`.
    pub role: String,
    /// The address, which anonymous users do not have.
    pub email: Option<String>,
    /// The hash of the password, if there is one.
    pub password_hash: Option<String>,
    /// Since when the address counts as the user's.
    pub email_confirmed_at: Option<OffsetDateTime>,
    /// Since when the account counts as confirmed.
    pub confirmed_at: Option<OffsetDateTime>,
    /// When a session last began.
    pub last_sign_in_at: Option<OffsetDateTime>,
    /// When the account was made.
    pub created_at: Option<OffsetDateTime>,
    /// When it was last changed.
    pub updated_at: Option<OffsetDateTime>,
    /// What the server keeps about the user.
    pub app_metadata: Value,
    /// What the user keeps.
    pub user_metadata: Value,
    /// Has the user not registered?
    pub is_anonymous: bool,
    /// May the account not be used at the moment?
    pub banned: bool,
    /// How the user can sign in.
    pub identities: Vec<Identity>,
}

/// One way to sign in.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// The row's id.
    pub id: Uuid,
    /// Who the user is for the provider.
    pub provider_id: String,
    /// `email`, or the name of another service.
    pub provider: String,
    /// What the provider says of the user.
    pub data: Value,
    /// The address there.
    pub email: Option<String>,
    /// When it was last used.
    pub last_sign_in_at: Option<OffsetDateTime>,
    /// When it was made.
    pub created_at: Option<OffsetDateTime>,
    /// When it was last changed.
    pub updated_at: Option<OffsetDateTime>,
}

/// An account that is to be made: anonymous without an address.
#[derive(Debug, Clone, Default)]
pub struct NewAccount {
    /// The address; kept in lower case.
    pub email: Option<String>,
    /// The hash of the password.
    pub password_hash: Option<String>,
    /// What the user keeps.
    pub user_metadata: Value,
}

pub(super) async fn insert(
    transaction: &mut Transaction,
    new: &NewAccount,
) -> Result<Uuid, AccountsError> {
    let id = Uuid::new_v4();
    let email = new.email.as_ref().map(|it| it.to_lowercase());
    let app_metadata = match email {
        Some(_) => json!({"provider": "email", "providers": ["email"]}),
        None => json!({}),
    };
    let user_metadata = match &new.user_metadata {
        Value::Object(_) => new.user_metadata.clone(),
        _ => json!({}),
    };
    transaction
        .execute(
            INSERT,
            &[
                &id,
                &email,
                &new.password_hash,
                &app_metadata,
                &user_metadata,
            ],
        )
        .await?;
    if let Some(email) = email {
        keep_identity(transaction, id, &email).await?;
    }
    Ok(id)
}

/// Makes, or brings up to date, the identity of somebody with an address.
pub(super) async fn keep_identity(
    transaction: &mut Transaction,
    id: Uuid,
    email: &str,
) -> Result<(), AccountsError> {
    transaction.execute(UPSERT_IDENTITY, &[&id, &email]).await?;
    Ok(())
}

pub(super) async fn by_id(
    transaction: &mut Transaction,
    id: Uuid,
) -> Result<Option<Account>, AccountsError> {
    let row = transaction.query_opt(BY_ID, &[&id]).await?;
    with_identities(transaction, row).await
}

pub(super) async fn by_email(
    transaction: &mut Transaction,
    email: &str,
) -> Result<Option<Account>, AccountsError> {
    let row = transaction.query_opt(BY_EMAIL, &[&email]).await?;
    with_identities(transaction, row).await
}

async fn with_identities(
    transaction: &mut Transaction,
    row: Option<Row>,
) -> Result<Option<Account>, AccountsError> {
    let Some(row) = row else { return Ok(None) };
    let mut account = read(&row)?;
    let rows = transaction.query(IDENTITIES, &[&account.id]).await?;
    let identities: Result<_, _> = rows.iter().map(read_identity).collect();
    account.identities = identities?;
    Ok(Some(account))
}

fn read(row: &Row) -> Result<Account, AccountsError> {
    Ok(Account {
        id: row.try_get("id")?,
        audience: row.try_get::<Option<_>>("aud")?.unwrap_or_default(),
        role: row.try_get::<Option<_>>("role")?.unwrap_or_default(),
        email: row.try_get("email")?,
        password_hash: row.try_get("encrypted_password")?,
        email_confirmed_at: row.try_get("email_confirmed_at")?,
        confirmed_at: row.try_get("confirmed_at")?,
        last_sign_in_at: row.try_get("last_sign_in_at")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        app_metadata: row.try_get("app_metadata")?,
        user_metadata: row.try_get("user_metadata")?,
        is_anonymous: row.try_get("is_anonymous")?,
        banned: row.try_get("banned")?,
        identities: Vec::new(),
    })
}

fn read_identity(row: &Row) -> Result<Identity, AccountsError> {
    Ok(Identity {
        id: row.try_get("id")?,
        provider_id: row.try_get("provider_id")?,
        provider: row.try_get("provider")?,
        data: row.try_get("identity_data")?,
        email: row.try_get("email")?,
        last_sign_in_at: row.try_get("last_sign_in_at")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}
