//! Tickets: for a browser's `EventSource`, which cannot send a token, and an address is no place for one.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::app::Handle;
use crate::extract::User;
use crate::problem::answers::{ForUsers, Problems};
use crate::problem::{Code, Problem};
use crate::routes::time::text;

const LIFETIME: Duration = Duration::from_secs(30);
const BYTES: usize = 32;
/// More than that in half a minute is nobody's browser.
const MOST: usize = 100_000;

/// Tickets that were not used yet. They live in this process alone: behind a balancer, a browser has to come back to the same
/// server within half a minute, or stream with `fetch` and its token.
#[derive(Debug, Default)]
pub(crate) struct Tickets(Mutex<HashMap<String, (Instant, User)>>);

impl Tickets {
    fn issue(&self, user: User) -> Result<String, Problem> {
        let mut bytes = [0; BYTES];
        let filled = SystemRandom::new().fill(&mut bytes);
        filled.map_err(|_| Problem::new(Code::Internal))?;
        let ticket = URL_SAFE_NO_PAD.encode(bytes);
        let mut open = self.open();
        open.retain(|_, (issued, _)| issued.elapsed() < LIFETIME);
        if open.len() >= MOST {
            return Err(Problem::new(Code::RateLimited));
        }
        open.insert(ticket.clone(), (Instant::now(), user));
        Ok(ticket)
    }

    /// Whose ticket it is; it is used up.
    pub(super) fn redeem(&self, ticket: &str) -> Result<User, Problem> {
        let found = self.open().remove(ticket);
        let good = found.filter(|(issued, _)| issued.elapsed() < LIFETIME);
        let user = good.map(|(_, user)| user);
        user.ok_or_else(|| Problem::new(Code::TicketInvalid))
    }

    /// A panic elsewhere leaves whole entries behind.
    fn open(&self) -> MutexGuard<'_, HashMap<String, (Instant, User)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A ticket for one stream.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Ticket {
    /// To be sent as `?ticket=`, once.
    ticket: String,
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Get a ticket for a stream
///
/// Good once, for half a minute, at the server that issued it.
#[utoipa::path(
    post, path = "/v1/stream/tickets", tag = "events", security(("bearer" = [])),
    responses((status = CREATED, description = "A ticket", body = Ticket), Problems<(ForUsers,)>),
)]
pub(super) async fn issue_ticket(
    State(handle): State<Handle>,
    user: User,
) -> Result<(StatusCode, Json<Ticket>), Problem> {
    let ticket = handle.0.tickets.issue(user)?;
    let expires_at = text(OffsetDateTime::now_utc() + LIFETIME);
    Ok((StatusCode::CREATED, Json(Ticket { ticket, expires_at })))
}
