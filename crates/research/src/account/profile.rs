//! What a user says of themselves, for this project alone.

use lodger_database::scoped::Query;
use lodger_database::scoped::Row;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::PROFILE;
use crate::fault::all;
use crate::row::{BIGINT, BOOLEAN, JSON, TEXT, UUID, column};
use crate::session::{check_language, check_object, check_text};
use crate::{Error, Result, Scope, Work};

const SAVE: &str = include_str!("profile_save.sql");

/// A user's profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// At most 200 characters.
    pub display_name: Option<String>,
    /// A language tag.
    pub language: Option<String>,
    /// A JSON object of at most 60,000 bytes.
    pub preferences: Value,
    /// Counts its changes; 0 while there is none.
    pub version: i64,
    /// When it was changed.
    pub updated_at: Option<OffsetDateTime>,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            display_name: None,
            language: None,
            preferences: json!({}),
            version: 0,
            updated_at: None,
        }
    }
}

impl Profile {
    pub(super) fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            display_name: column(row, "display_name")?,
            language: column(row, "language")?,
            preferences: column(row, "preferences")?,
            version: column(row, "version")?,
            updated_at: column(row, "updated_at")?,
        })
    }
}

/// What to change of a profile: what is `None` stays, and `Some(None)` takes it away.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProfileChange {
    /// The name.
    pub display_name: Option<Option<String>>,
    /// The language.
    pub language: Option<Option<String>>,
    /// The preferences, as a whole.
    pub preferences: Option<Value>,
}

impl ProfileChange {
    /// Can this be changed so?
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong.
    pub fn check(&self) -> Result<()> {
        if self == &Self::default() {
            return Err(Error::invalid("body", "nothing is to be changed"));
        }
        let (name, language) = (&self.display_name, &self.language);
        let (name, language) = (
            name.iter().flatten().next(),
            language.iter().flatten().next(),
        );
        let preferences = self.preferences.as_ref();
        all([
            name.map_or(Ok(()), |it| check_name(it)),
            language.map_or(Ok(()), |it| check_language(it)),
            preferences.map_or(Ok(()), |it| check_object("preferences", it)),
        ])
    }
}

fn check_name(name: &str) -> Result<()> {
    check_text("display_name", name)?;
    if !(1..=200).contains(&name.chars().count()) {
        return Err(Error::invalid("display_name", "it has 1 to 200 characters"));
    }
    Ok(())
}

impl Work {
    /// Changes the user's profile, and makes it if there is none. With `version`, only if it is the present one.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::VersionMismatch`], [`Error::UserGone`].
    pub async fn update_profile(
        &mut self,
        change: &ProfileChange,
        version: Option<i64>,
    ) -> Result<Profile> {
        change.check()?;
        let user_id = self.user_id;
        let (name, language) = (
            change.display_name.clone().flatten(),
            change.language.clone().flatten(),
        );
        let (sets_name, sets_language) = (change.display_name.is_some(), change.language.is_some());
        let sets_preferences = change.preferences.is_some();
        let parameters = [
            (&user_id as _, UUID),
            (&name as _, TEXT),
            (&sets_name as _, BOOLEAN),
            (&language as _, TEXT),
            (&sets_language as _, BOOLEAN),
            (&change.preferences as _, JSON),
            (&sets_preferences as _, BOOLEAN),
            (&version as _, BIGINT),
        ];
        let rows = self.query(Query::new(SAVE, &parameters)).await?;
        if let Some(row) = rows.first() {
            return Profile::from_row(row);
        }
        let parameters = [(&user_id as _, UUID)];
        let rows = self.query(Query::new(PROFILE, &parameters)).await?;
        let current = rows.first().map_or(Ok(0), |row| column(row, "version"))?;
        Err(Error::VersionMismatch { current })
    }
}

impl Scope {
    /// The user's profile; an empty one where there is none yet.
    ///
    /// # Errors
    /// Those of any read.
    pub async fn get_profile(&self) -> Result<Profile> {
        let parameters = [(&self.user_id as _, UUID)];
        let [rows] = self.read([Query::new(PROFILE, &parameters)]).await?;
        rows.first()
            .map_or_else(|| Ok(Profile::default()), Profile::from_row)
    }

    /// Changes the user's profile: see [`Work::update_profile`].
    ///
    /// # Errors
    /// As there.
    pub async fn update_profile(
        &self,
        change: &ProfileChange,
        version: Option<i64>,
    ) -> Result<Profile> {
        let mut work = self.begin().await?;
        let profile = work.update_profile(change, version).await?;
        work.commit().await?;
        Ok(profile)
    }
}
