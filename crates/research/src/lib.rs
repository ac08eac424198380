//! The research store: sessions and their drafts, owned by the users of `auth.users`.
//!
//! A [`Store`] stands on a pool of connections; whatever is asked of it is asked in the name of a
//! [`Principal`], whose role and claims are set for one transaction. Row-level security and an explicit
//! owner in every statement say the same thing twice. Nothing here knows HTTP.
//!
//! ```no_run
//! use lodger_research::{ListFilter, NewSession, PageRequest, Pool, PoolSettings, Principal, Settings, Store};
//!
//! # async fn example(user_id: uuid::Uuid) -> Result<(), Box<dyn std::error::Error>> {
//! let pool = Pool::new("postgres://postgres@localhost/postgres", PoolSettings::default())?;
//! let store = Store::new(pool, Settings::default());
//! let scope = store.as_user(&Principal::user(user_id, false))?;
//! let session = scope.create_session(&NewSession::titled("Tides")).await?;
//! let page = scope.list_sessions(&ListFilter::default(), &PageRequest::default()).await?;
//! assert!(page.items.iter().any(|it| it.id == session.id));
//! # Ok(())
//! # }
//! ```

mod account;
mod draft;
mod error;
mod event;
mod fault;
mod idempotency;
mod migrations;
mod row;
mod secret;
mod session;
mod store;
mod there;
mod transfer;
mod upkeep;
mod work;

pub use account::{Me, Profile, ProfileChange, User};
pub use draft::{
    Draft, DraftContent, DraftFilter, DraftPreview, NewDraft, SavedDraft, Stage, StageDrafts,
};
pub use error::{Error, Missing};
pub use event::{Changes, Event, EventPage, IssuedTicket, Listening, NewEvent, Resource};
pub use fault::Fault;
pub use idempotency::IdempotencyKey;
pub use lodger_database::pool::{Pool, PoolSettings};
pub use lodger_database::scoped::{Principal, Role};
pub use migrations::migrations;
pub use session::{
    Archived, BatchItem, BatchOperation, Comparison, Count, Duplicate, ListFilter, NewSession,
    Page, PageRequest, Session, SessionChange, StageTotals, Statistics, Status,
};
pub use store::{Scope, Settings, Store};
pub use there::is_there;
pub use transfer::{IssuedClaim, Operator, Proof, Receipt, TransferPreview};
pub use upkeep::{Abandoned, Erased, ExportRecord, Prune, Pruned, Sweep, Swept};
pub use work::Work;

/// What an operation returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;
