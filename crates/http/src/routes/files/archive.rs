//! `GET /v1/sessions/{id}/files.zip`: all files of a session in one, made while it is sent.

use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body as HttpBody, Bytes};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::unfold;
use lodger_research::{Draft, DraftFilter, Error, Scope};
use thiserror::Error as ThisError;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use uuid::Uuid;
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::content::attachment;
use super::names::Names;
use crate::extract::{Id, User};
use crate::problem::Problem;
use crate::problem::answers::{ForUsers, OfOne, Problems};

/// Files that are packed before the client has taken them: so much is held of an archive of any size.
const AHEAD: usize = 2;
/// Tells which files are not in the archive.
const LEFT_OUT: &str = "left-out.txt";

/// Read all files of a session as one archive
///
/// Each under its path, or one that any system can unpack. Files whose content is not kept here are named in `left-out.txt`. An
/// archive that breaks off is not whole, and does not open.
#[utoipa::path(
    get, path = "/v1/sessions/{id}/files.zip", tag = "files", security(("bearer" = [])), params(("id" = Uuid, Path)),
    responses((status = OK, description = "The archive", content_type = "application/zip", body = Vec<u8>), Problems<(ForUsers, OfOne)>),
)]
pub(super) async fn read_archive(user: User, Id(id): Id) -> Result<Response, Problem> {
    let session = user.scope.get_session(id).await?;
    let mut drafts = user.scope.list_drafts(id, &DraftFilter::default()).await?;
    // names depend on what came before: not on how the database sorts
    drafts.sort_by(|one, other| one.file_path.cmp(&other.file_path));
    let parts = unfold(pack(user.scope, drafts), |mut parts| async move {
        let part = parts.recv().await?;
        Some((part, parts))
    });
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            attachment(&format!("{}.zip", session.title.replace('/', "_"))),
        ),
    ];
    Ok((headers, HttpBody::from_stream(parts)).into_response())
}

/// An archive breaks off.
#[derive(Debug, ThisError)]
enum Broken {
    #[error("a file cannot be read: {0}")]
    Store(#[from] Error),
    #[error("a file cannot be packed: {0}")]
    Zip(#[from] ZipError),
    #[error("a file cannot be packed: {0}")]
    Write(#[from] std::io::Error),
    #[error("the packing was stopped")]
    Stopped,
}

/// Packs in a task of its own, which ends when the client goes away.
fn pack(scope: Scope, drafts: Vec<Draft>) -> mpsc::Receiver<Result<Bytes, Broken>> {
    let (sender, parts) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        if let Err(broken) = pack_all(&scope, drafts, &sender).await {
            tracing::debug!(reason = %broken, "an archive breaks off");
            // nobody is left to tell when the client has gone
            sender.send(Err(broken)).await.ok();
        }
    });
    parts
}

type Sender = mpsc::Sender<Result<Bytes, Broken>>;

async fn pack_all(scope: &Scope, drafts: Vec<Draft>, sender: &Sender) -> Result<(), Broken> {
    let mut archive = Archive::default();
    let mut names = Names::beside(LEFT_OUT);
    let mut left_out = String::new();
    for draft in drafts {
        let content = content(scope, draft.id).await?;
        let Some(content) = content else {
            left_out.push_str(&format!("{}\n", draft.file_path));
            continue;
        };
        let name = names.take(&draft.file_path);
        archive = send(archive.add(name, content).await?, sender).await?;
    }
    if !left_out.is_empty() {
        let text = left_out.into_bytes();
        archive = send(archive.add(LEFT_OUT.to_owned(), text).await?, sender).await?;
    }
    let end = archive.finish()?;
    sender.send(Ok(end)).await.map_err(|_| Broken::Stopped)
}

/// Nothing for a file whose content is not kept, or that has been deleted since.
async fn content(scope: &Scope, id: Uuid) -> Result<Option<Vec<u8>>, Error> {
    match scope.get_draft_content(id).await {
        Ok(found) => Ok(found.content),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn send(archive: Archive, sender: &Sender) -> Result<Archive, Broken> {
    let part = archive.written.take();
    sender.send(Ok(part)).await.map_err(|_| Broken::Stopped)?;
    Ok(archive)
}

/// What was written and not sent yet.
#[derive(Debug, Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn take(&self) -> Bytes {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *bytes).into()
    }
}

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Archive {
    written: Written,
    zip: ZipWriter<StreamWriter<Written>>,
}

impl Default for Archive {
    fn default() -> Self {
        let written = Written::default();
        let zip = ZipWriter::new_stream(written.clone());
        Self { written, zip }
    }
}

impl Archive {
    /// Compressing a file of 4 MiB takes as long as many requests do.
    async fn add(mut self, name: String, content: Vec<u8>) -> Result<Self, Broken> {
        let packed = spawn_blocking(move || {
            let options =
                SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
            self.zip.start_file(name, options)?;
            self.zip.write_all(&content)?;
            Ok::<_, Broken>(self)
        });
        packed.await.map_err(|_| Broken::Stopped)?
    }

    fn finish(self) -> Result<Bytes, Broken> {
        self.zip.finish()?;
        Ok(self.written.take())
    }
}
