//! The account behind a user, which is the platform's, and the profile that the store keeps beside it.

mod profile;

use lodger_database::scoped::Query;
use lodger_database::scoped::Row;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::row::{UUID, column};
use crate::{Error, Result, Scope};

pub use profile::{Profile, ProfileChange};

const ACCOUNT: &str = include_str!("account.sql");
const PROFILE: &str = include_str!("profile.sql");
const TRANSFERRED: &str = include_str!("../draft/owner.sql");

/// An account: a view of the platform's `auth.users`, which the store reads and never writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: Uuid,
    /// Its address; anonymous users have none.
    pub email: Option<String>,
    /// It has not registered.
    pub is_anonymous: bool,
    /// Since when it is there.
    pub created_at: Option<OffsetDateTime>,
    /// When it last signed in.
    pub last_sign_in_at: Option<OffsetDateTime>,
}

impl User {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: column(row, "id")?,
            email: column(row, "email")?,
            is_anonymous: column(row, "is_anonymous")?,
            created_at: column(row, "created_at")?,
            last_sign_in_at: column(row, "last_sign_in_at")?,
        })
    }
}

/// Who is asking.
#[derive(Debug, Clone, PartialEq)]
pub struct Me {
    /// The account.
    pub user: User,
    /// Its profile.
    pub profile: Profile,
    /// The transfer with which this user's work went to another account.
    pub transferred: Option<Uuid>,
}

impl Scope {
    /// Who is asking, in one round trip.
    ///
    /// # Errors
    /// [`Error::UserGone`] when the account was deleted and its token lives on.
    pub async fn me(&self) -> Result<Me> {
        let of_user = [(&self.user_id as _, UUID)];
        let queries = [
            Query::new(ACCOUNT, &[]),
            Query::new(PROFILE, &of_user),
            Query::new(TRANSFERRED, &of_user),
        ];
        let [account, profile, transferred] = self.read(queries).await?;
        let transferred = transferred.first().map(|row| column(row, "transfer_id"));
        Ok(Me {
            user: User::from_row(account.first().ok_or(Error::UserGone)?)?,
            profile: profile
                .first()
                .map_or_else(|| Ok(Profile::default()), Profile::from_row)?,
            transferred: transferred.transpose()?,
        })
    }
}
