//! What the owner of an account may change about it.

use super::transaction::Transaction;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::account::{self, Account};
use super::error::AccountsError;
use super::session::{self, Ending};

const SET_EMAIL: &str = include_str!("set_email.sql");
const SET_PASSWORD: &str = include_str!("set_password.sql");
const SET_METADATA: &str = include_str!("set_user_metadata.sql");

/// What is to be changed; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct AccountChange {
    /// Another address; kept in lower case.
    pub email: Option<String>,
    /// The hash of another password. The user's other sessions are ended.
    pub password_hash: Option<String>,
    /// Members to set in what the user keeps; those that are null are removed.
    pub user_metadata: Option<Map<String, Value>>,
}

pub(super) async fn carry_out(
    transaction: &mut Transaction,
    account: &Account,
    session: Uuid,
    change: &AccountChange,
) -> Result<(), AccountsError> {
    let id = account.id;
    let email = change.email.as_ref().map(|it| it.to_lowercase());
    if let Some(email) = email.filter(|it| account.email.as_ref() != Some(it)) {
        transaction.execute(SET_EMAIL, &[&id, &email]).await?;
        account::keep_identity(transaction, id, &email).await?;
    }
    if let Some(hash) = &change.password_hash {
        transaction.execute(SET_PASSWORD, &[&id, hash]).await?;
        session::end(transaction, id, session, Ending::Others).await?;
    }
    if let Some(members) = &change.user_metadata {
        let metadata = merged(&account.user_metadata, members);
        transaction.execute(SET_METADATA, &[&id, &metadata]).await?;
    }
    Ok(())
}

fn merged(present: &Value, members: &Map<String, Value>) -> Value {
    let mut merged = present.as_object().cloned().unwrap_or_default();
    for (name, value) in members {
        if value.is_null() {
            merged.remove(name);
        } else {
            merged.insert(name.clone(), value.clone());
        }
    }
    Value::Object(merged)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_set_and_null_removes() {
        let members = json!({"a": null, "b": 2});
        let merged = merged(&json!({"a": 1, "c": 3}), members.as_object().unwrap());
        assert_eq!(merged, json!({"b": 2, "c": 3}));
    }
}
