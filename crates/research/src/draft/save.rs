//! Saving a draft: a new one, another content, or the same again.

use lodger_database::scoped::Query;
use lodger_migration::hex;
use uuid::Uuid;

use super::{Draft, Stage, check_path};
use crate::fault::all;
use crate::row::{BIGINT, BYTES, TEXT, UUID, column};
use crate::session::check_language;
use crate::{Error, Missing, Result, Scope, Work};

const SAVE: &str = include_str!("save.sql");
const GET_BY_PATH: &str = include_str!("get_by_path.sql");
/// As in the database's constraint.
const MOST_CONTENT: usize = 4 * 1024 * 1024;

/// A draft to be saved. The path says which one it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDraft {
    /// The part of the work that it comes from.
    pub stage: Stage,
    /// Where it is within the session: relative, with `/`.
    pub file_path: String,
    /// Such as `text/markdown`.
    pub media_type: String,
    /// A language tag.
    pub language: Option<String>,
    /// Its size in bytes.
    pub size_bytes: i64,
    /// The hash of its content, in lower-case hexadecimal.
    pub sha256: String,
    /// The content, at most 4 MiB; `None` for a bigger file, or one that is kept elsewhere.
    pub content: Option<Vec<u8>>,
}

impl NewDraft {
    /// A draft with its content in the store; size and hash are computed.
    pub fn with_content(
        stage: Stage,
        file_path: impl Into<String>,
        media_type: impl Into<String>,
        content: impl Into<Vec<u8>>,
    ) -> Self {
        let content = content.into();
        Self {
            stage,
            file_path: file_path.into(),
            media_type: media_type.into(),
            language: None,
            size_bytes: i64::try_from(content.len()).unwrap_or(i64::MAX),
            sha256: hex::sha256(&content),
            content: Some(content),
        }
    }

    /// Can it be saved so?
    ///
    /// # Errors
    /// [`Error::Invalid`] with everything that is wrong.
    pub fn check(&self) -> Result<()> {
        let content = self.content.as_ref();
        all([
            check_path(&self.file_path),
            self.language.as_deref().map_or(Ok(()), check_language),
            check_hash(&self.sha256),
            check_media_type(&self.media_type),
            check_size(self.size_bytes),
            content.map_or(Ok(()), |content| self.check_content(content)),
        ])
    }

    fn check_content(&self, content: &[u8]) -> Result<()> {
        if content.len() > MOST_CONTENT {
            return Err(Error::invalid(
                "content",
                "it is bigger than 4 MiB; save it without its content",
            ));
        }
        // a size or hash that can be none is told of as such
        let is_size = i64::try_from(content.len()).ok() == Some(self.size_bytes);
        if !is_size && check_size(self.size_bytes).is_ok() {
            return Err(Error::invalid(
                "size_bytes",
                "it is not the size of the content",
            ));
        }
        let is_hash = hex::sha256(content) == self.sha256;
        if !is_hash && check_hash(&self.sha256).is_ok() {
            return Err(Error::invalid(
                "sha256",
                "it is not the hash of the content",
            ));
        }
        Ok(())
    }
}

fn check_hash(sha256: &str) -> Result<()> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if sha256.len() == 64 && sha256.bytes().all(is_digit) {
        return Ok(());
    }
    let reason = "it is not 64 lower-case hexadecimal digits";
    Err(Error::invalid("sha256", reason))
}

fn check_media_type(text: &str) -> Result<()> {
    if is_media_type(text) {
        return Ok(());
    }
    Err(Error::invalid("media_type", "write it as `text/markdown`"))
}

fn check_size(bytes: i64) -> Result<()> {
    if bytes >= 0 {
        return Ok(());
    }
    Err(Error::invalid("size_bytes", "it is negative"))
}

/// It is told in a header when the content is read, so it must be fit for one.
fn is_media_type(text: &str) -> bool {
    let is_plain = text.bytes().all(|it| matches!(it, b' '..=b'~'));
    let parts = text.split_once('/');
    let whole = parts.is_some_and(|(kind, rest)| {
        let name = rest.split(';').next().unwrap_or_default().trim_end();
        [kind, name]
            .iter()
            .all(|it| !it.is_empty() && !it.contains([' ', ',', '/']))
    });
    is_plain && whole && (3..=127).contains(&text.len())
}

/// A draft that was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedDraft {
    /// As it is now.
    pub draft: Draft,
    /// There was none at this path before.
    pub created: bool,
    /// Something is other than before; `false` when the same was saved again.
    pub changed: bool,
}

impl Work {
    /// Saves a draft under its path.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`] for the session, [`Error::SourceTransferred`].
    pub async fn save_draft(&mut self, session_id: Uuid, new: &NewDraft) -> Result<SavedDraft> {
        new.check()?;
        let (user_id, stage) = (self.user_id, new.stage.name());
        let parameters = [
            (&user_id as _, UUID),
            (&session_id as _, UUID),
            (&stage as _, TEXT),
            (&new.file_path as _, TEXT),
            (&new.size_bytes as _, BIGINT),
            (&new.sha256 as _, TEXT),
            (&new.media_type as _, TEXT),
            (&new.language as _, TEXT),
            (&new.content as _, BYTES),
        ];
        let rows = self.query(Query::new(SAVE, &parameters)).await?;
        match rows.first() {
            Some(row) => Ok(SavedDraft {
                draft: Draft::from_row(row)?,
                created: column(row, "created")?,
                changed: true,
            }),
            None => self.unchanged(session_id, &new.file_path).await,
        }
    }

    /// Nothing was written: because it stood there just so, or because there is no such session.
    async fn unchanged(&mut self, session_id: Uuid, path: &str) -> Result<SavedDraft> {
        let user_id = self.user_id;
        let parameters = [
            (&user_id as _, UUID),
            (&session_id as _, UUID),
            (&path as _, TEXT),
        ];
        let rows = self.query(Query::new(GET_BY_PATH, &parameters)).await?;
        let row = rows
            .first()
            .ok_or_else(|| Error::internal("a join lost its left side"))?;
        let id: Option<Uuid> = column(row, "id")?;
        if id.is_some() {
            return Ok(SavedDraft {
                draft: Draft::from_row(row)?,
                created: false,
                changed: false,
            });
        }
        let moved: Option<Uuid> = column(row, "transfer_id")?;
        Err(match moved {
            Some(_) => Error::SourceTransferred,
            None => Error::NotFound(Missing::Session(session_id)),
        })
    }
}

impl Scope {
    /// Saves a draft under its path: see [`Work::save_draft`].
    ///
    /// # Errors
    /// As there.
    pub async fn save_draft(&self, session_id: Uuid, new: &NewDraft) -> Result<SavedDraft> {
        match self.try_save(session_id, new).await {
            // the session moved to another account, or away, just then: the next time that is told
            Err(Error::Busy) => self.try_save(session_id, new).await,
            done => done,
        }
    }

    async fn try_save(&self, session_id: Uuid, new: &NewDraft) -> Result<SavedDraft> {
        let mut work = self.begin().await?;
        let saved = work.save_draft(session_id, new).await?;
        work.commit().await?;
        Ok(saved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_is_fit_for_a_header() {
        for good in [
            "text/markdown",
            "text/plain; charset=utf-8",
            "application/vnd.oasis.opendocument.text",
            "a/b",
        ] {
            assert!(is_media_type(good), "{good}");
        }
        for bad in [
            "",
            "text",
            "text/",
            "/plain",
            "text/a\nset-cookie: b",
            "text/\u{7f}",
            "täxt/plain",
            "a b/c",
            "a/b c",
            "a/b/c",
        ] {
            assert!(!is_media_type(bad), "{bad}");
        }
    }
}
