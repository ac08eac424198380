//! Everything that the store has of one user, one record at a time.

use futures_util::stream::{self, Stream, TryStreamExt as _};
use lodger_database::scoped::Query;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::row::{UUID, column};
use crate::{
    Archived, Draft, DraftContent, ListFilter, Me, PageRequest, Receipt, Result, Scope, Session,
};

const DRAFTS: &str = include_str!("export_drafts.sql");

/// A record of an export.
#[derive(Debug, Clone, PartialEq)]
pub enum ExportRecord {
    /// The account and its profile: the first record.
    Account(Box<Me>),
    /// A session; its drafts follow.
    Session(Session),
    /// A draft with its content.
    Draft(DraftContent),
    /// A receipt of a transfer to this user.
    Transfer(Receipt),
}

/// What comes next.
enum Next {
    Account,
    Page(Option<String>),
    Drafts(std::vec::IntoIter<Session>, Option<String>),
    Transfers,
}

impl Scope {
    /// Everything that the store has of this user: account, sessions with their drafts, receipts. It is read piece by
    /// piece; what changes meanwhile may be in it or not.
    pub fn export(&self) -> impl Stream<Item = Result<ExportRecord>> + Send + '_ {
        let pieces = stream::try_unfold(Some(Next::Account), move |next| self.piece(next));
        pieces
            .map_ok(|records| stream::iter(records.into_iter().map(Ok)))
            .try_flatten()
    }

    async fn piece(&self, next: Option<Next>) -> Result<Option<(Vec<ExportRecord>, Option<Next>)>> {
        Ok(match next {
            None => None,
            Some(Next::Account) => {
                let record = ExportRecord::Account(Box::new(self.me().await?));
                Some((vec![record], Some(Next::Page(None))))
            }
            Some(Next::Page(cursor)) => {
                let filter = ListFilter {
                    archived: Archived::Include,
                    ..ListFilter::default()
                };
                let page = PageRequest {
                    limit: 200,
                    cursor,
                    ..PageRequest::default()
                };
                let page = self.list_sessions(&filter, &page).await?;
                Some((
                    Vec::new(),
                    Some(Next::Drafts(page.items.into_iter(), page.next)),
                ))
            }
            Some(Next::Drafts(mut sessions, cursor)) => {
                if let Some(session) = sessions.next() {
                    let records = self.with_drafts(session).await?;
                    Some((records, Some(Next::Drafts(sessions, cursor))))
                } else {
                    let next = cursor.map_or(Next::Transfers, |it| Next::Page(Some(it)));
                    Some((Vec::new(), Some(next)))
                }
            }
            Some(Next::Transfers) => {
                let receipts = self.list_transfers().await?;
                Some((
                    receipts.into_iter().map(ExportRecord::Transfer).collect(),
                    None,
                ))
            }
        })
    }

    async fn with_drafts(&self, session: Session) -> Result<Vec<ExportRecord>> {
        let parameters = [(&self.user_id as _, UUID), (&session.id as _, UUID)];
        let [rows] = self.read([Query::new(DRAFTS, &parameters)]).await?;
        let mut records = vec![ExportRecord::Session(session)];
        for row in &rows {
            let content = DraftContent {
                draft: Draft::from_row(row)?,
                content: column(row, "content")?,
            };
            records.push(ExportRecord::Draft(content));
        }
        Ok(records)
    }
}

impl ExportRecord {
    /// The record as JSON, with its kind in `type`; one of them on each line is the file that a user takes along.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Account(it) => json!({
                "type": "account", "id": it.user.id, "email": it.user.email, "is_anonymous": it.user.is_anonymous,
                "created_at": it.user.created_at.map(rfc3339), "display_name": it.profile.display_name,
                "language": it.profile.language, "preferences": it.profile.preferences,
            }),
            Self::Session(it) => json!({
                "type": "session", "id": it.id, "title": it.title, "status": it.status.name(),
                "language": it.language, "parameters": it.parameters,
                "archived_at": it.archived_at.map(rfc3339), "file_count": it.file_count,
                "total_size_bytes": it.total_size_bytes, "created_at": rfc3339(it.created_at),
                "updated_at": rfc3339(it.updated_at),
            }),
            Self::Draft(it) => draft_json(it),
            Self::Transfer(it) => json!({
                "type": "transfer", "id": it.id, "source_user_id": it.source_user_id, "sessions": it.sessions,
                "files": it.files, "bytes": it.bytes, "created_at": rfc3339(it.created_at),
                "undone_at": it.undone_at.map(rfc3339),
            }),
        }
    }

    /// The session that the record is of or belongs to.
    #[must_use]
    pub fn session_id(&self) -> Option<Uuid> {
        match self {
            Self::Session(it) => Some(it.id),
            Self::Draft(it) => Some(it.draft.session_id),
            Self::Account(_) | Self::Transfer(_) => None,
        }
    }
}

/// Text as text, anything else in hexadecimal.
fn draft_json(it: &DraftContent) -> Value {
    let draft = &it.draft;
    let text = it.content.as_deref().map(std::str::from_utf8);
    let (content, hex) = match (text, &it.content) {
        (Some(Ok(text)), _) => (Some(text), None),
        (_, content) => (None, content.as_deref().map(lodger_migration::hex::encode)),
    };
    json!({
        "type": "draft", "id": draft.id, "session_id": draft.session_id, "stage": draft.stage.name(),
        "file_path": draft.file_path, "size_bytes": draft.size_bytes, "sha256": draft.sha256,
        "media_type": draft.media_type, "language": draft.language,
        "detected_at": rfc3339(draft.detected_at), "content": content, "content_hex": hex,
    })
}

/// A time as the API writes it. Times of the database are within the years that the format knows.
fn rfc3339(time: OffsetDateTime) -> Option<String> {
    time.format(&Rfc3339).ok()
}
