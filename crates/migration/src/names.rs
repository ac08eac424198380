//! Names that many projects give to different things.

use crate::statement::QualifiedName;

/// Tables that projects make for their users.
const USERS: &[&str] = &[
    "app_user",
    "app_users",
    "auth_users",
    "custom_users",
    "user",
    "user_accounts",
    "users",
];

/// Functions that tutorials hand out, so that every second project has one of this name.
/// Source: the Supabase guides, and the migrations of public projects.
const SHARED_FUNCTIONS: &[&str] = &[
    "create_profile_for_user",
    "custom_access_token_hook",
    "get_user_role",
    "handle_new_auth_user",
    "handle_new_user",
    "handle_updated_at",
    "handle_user_delete",
    "handle_user_update",
    "is_admin",
    "moddatetime",
    "requesting_user_id",
    "set_current_timestamp_updated_at",
    "set_timestamp",
    "set_updated_at",
    "touch_updated_at",
    "trigger_set_timestamp",
    "update_modified_at",
    "update_modified_column",
    "update_timestamp",
    "update_updated_at",
    "update_updated_at_column",
];

/// Triggers on the platform's tables that tutorials hand out.
const SHARED_TRIGGERS: &[&str] = &[
    "create_profile_on_signup",
    "handle_new_user",
    "on_auth_user_created",
    "on_auth_user_deleted",
    "on_auth_user_updated",
    "on_new_user_created",
];

/// A table of this name holds users.
#[must_use]
pub fn is_users_like(name: &str) -> bool {
    USERS.contains(&name)
}

/// Many projects have a function of this name.
#[must_use]
pub fn is_shared_function(name: &str) -> bool {
    SHARED_FUNCTIONS.contains(&name)
}

/// Many projects have a trigger of this name on the platform's tables.
#[must_use]
pub fn is_shared_trigger(name: &str) -> bool {
    SHARED_TRIGGERS.contains(&name)
}

/// Columns that hold what nobody else may know.
/// Source: the kinds of data that Supabase's linter looks for in rule 0023, without names and addresses.
const SENSITIVE: &[&str] = &[
    "access_token",
    "account_number",
    "api_key",
    "api_secret",
    "bank_account",
    "card_number",
    "client_secret",
    "credit_card",
    "cvv",
    "encrypted_password",
    "iban",
    "passport_number",
    "passwd",
    "password",
    "password_hash",
    "pin_code",
    "private_key",
    "refresh_token",
    "secret",
    "secret_key",
    "social_security_number",
    "ssn",
    "tax_id",
    "token",
];

/// A column of this name holds what nobody else may know.
#[must_use]
pub fn is_sensitive_column(name: &str) -> bool {
    SENSITIVE.contains(&name)
}

/// A condition, without spaces and brackets around it, that is true for every row.
#[must_use]
pub fn is_always_true(condition: &str) -> bool {
    ["true", "1=1", "true::boolean", "'t'::boolean", "selecttrue"].contains(&condition)
}

/// A column of this name says whose a row is.
#[must_use]
pub fn is_owner_column(name: &str) -> bool {
    ["user_id", "owner_id", "auth_user_id"].contains(&name)
}

/// A name as it is written in SQL.
#[must_use]
pub fn written(name: &QualifiedName) -> String {
    match &name.schema {
        Some(schema) => format!("{schema}.{}", name.name),
        None => name.name.clone(),
    }
}
