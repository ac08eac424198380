//! How a draft begins, as text.

use lodger_database::scoped::Query;
use uuid::Uuid;

use super::Draft;
use crate::row::{INTEGER, UUID, column};
use crate::{Error, Missing, Result, Scope};

const PREVIEW: &str = include_str!("preview.sql");
/// The most characters of a preview.
const MOST: u16 = 20_000;

/// How a draft begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftPreview {
    /// The draft.
    pub draft: Draft,
    /// Its first characters; `None` when it is no text in UTF-8, or its content is not in the store.
    pub text: Option<String>,
    /// Whether that is all of it.
    pub is_whole: bool,
}

impl DraftPreview {
    /// Can so many characters be asked for?
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn check(characters: u16) -> Result<()> {
        if (1..=MOST).contains(&characters) {
            return Ok(());
        }
        let reason = "1 to 20,000 characters are shown";
        Err(Error::invalid("characters", reason))
    }
}

impl Scope {
    /// The first characters of a draft: 1 to 20,000.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`].
    pub async fn preview_draft(&self, id: Uuid, characters: u16) -> Result<DraftPreview> {
        DraftPreview::check(characters)?;
        // as long as a character can be
        let bytes = 4 * i32::from(characters);
        let parameters = [
            (&self.user_id as _, UUID),
            (&id as _, UUID),
            (&bytes as _, INTEGER),
        ];
        let [rows] = self.read([Query::new(PREVIEW, &parameters)]).await?;
        let row = rows.first().ok_or(Error::NotFound(Missing::Draft(id)))?;
        let draft = Draft::from_row(row)?;
        let beginning: Option<Vec<u8>> = column(row, "beginning")?;
        let is_all: Option<bool> = column(row, "is_all")?;
        let is_all = is_all.unwrap_or(false);
        let text = beginning.and_then(|it| readable(it, is_all));
        let most = usize::from(characters);
        let cut = text.as_ref().and_then(|it| it.char_indices().nth(most));
        let cut = cut.map(|(at, _)| at);
        Ok(DraftPreview {
            draft,
            is_whole: is_all && text.is_some() && cut.is_none(),
            text: text.map(|mut it| {
                it.truncate(cut.unwrap_or(it.len()));
                it
            }),
        })
    }
}

/// Bytes as text, unless they are none. Only the last character may be a part of one, where the bytes were cut.
fn readable(bytes: Vec<u8>, is_all: bool) -> Option<String> {
    let text = String::from_utf8(bytes).or_else(|error| {
        let reason = error.utf8_error();
        let mut bytes = error.into_bytes();
        if is_all || reason.error_len().is_some() {
            return Err(());
        }
        bytes.truncate(reason.valid_up_to());
        String::from_utf8(bytes).map_err(|_| ())
    });
    // no text holds a NUL, and many other things do
    text.ok().filter(|it| !it.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_may_be_cut_within_a_character_and_nowhere_else_be_wrong() {
        let cut = "aé".as_bytes()[..2].to_vec();
        assert_eq!(readable(cut.clone(), false).as_deref(), Some("a"));
        assert_eq!(readable(cut, true), None);
        assert_eq!(readable(b"a\xffb".to_vec(), false), None);
        assert_eq!(readable(b"a\0b".to_vec(), true), None);
        assert_eq!(readable(Vec::new(), true).as_deref(), Some(""));
    }
}
