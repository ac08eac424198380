//! Everything that answers requests, as one value that can be mounted, served or tested.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::FromRef;
use lodger_research::Store;
use tokio::sync::watch;
use uuid::Uuid;

use crate::metrics::Metrics;
use crate::rate::Rate;
use crate::routes;
use crate::routes::events::Streams;
use crate::shell::{self, cors::Origins};
use crate::sign_in::{self, SignIn};
use crate::token::TokenVerifier;

/// What an application is made of.
#[derive(Debug)]
pub struct AppSettings {
    /// Checks access tokens.
    pub verifier: TokenVerifier,
    /// The research store.
    pub store: Store,
    /// How much one client may ask for.
    pub limits: Limits,
    /// The pages of other addresses that may call.
    pub origins: Origins,
    /// The local sign-in, mounted at `/auth/v1`.
    pub sign_in: Option<SignIn>,
}

/// How much one client may ask for.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Requests of one user in a minute.
    pub requests_per_minute: NonZeroU32,
    /// Bytes of a JSON body.
    pub body: usize,
    /// How long an answer may take to begin.
    pub patience: Duration,
    /// Whether PATCH and DELETE of what has a version have to name it.
    pub require_if_match: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_minute: NonZeroU32::new(600).unwrap_or(NonZeroU32::MIN),
            body: 1024 * 1024,
            patience: Duration::from_secs(30),
            require_if_match: true,
        }
    }
}

/// The application. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(crate) shared: Arc<Shared>,
    router: Router,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").finish_non_exhaustive()
    }
}

/// What all requests share. Any number of servers can stand side by side: what is kept here of a client is a budget.
pub(crate) struct Shared {
    pub(crate) verifier: TokenVerifier,
    pub(crate) store: Store,
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    pub(crate) users: Rate<Uuid>,
    pub(crate) streams: Arc<Streams>,
    /// Becomes true when the server is about to stop: answers that never end by themselves then do.
    pub(crate) stopping: watch::Sender<bool>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// The state of the handlers.
#[derive(Debug, Clone)]
pub(crate) struct Handle(pub(crate) Arc<Shared>);

impl FromRef<Handle> for Arc<Shared> {
    fn from_ref(handle: &Handle) -> Self {
        Arc::clone(&handle.0)
    }
}

impl App {
    /// An application from its parts.
    #[must_use]
    pub fn new(settings: AppSettings) -> Self {
        let shared = Arc::new(Shared {
            users: Rate::per_minute(settings.limits.requests_per_minute),
            verifier: settings.verifier,
            store: settings.store,
            limits: settings.limits,
            metrics: Metrics::new(),
            streams: Arc::default(),
            stopping: watch::channel(false).0,
        });
        let handle = Handle(Arc::clone(&shared));
        let mut routes = routes::all(&handle);
        if let Some(sign_in) = &settings.sign_in {
            routes = routes.nest(sign_in::MOUNTED_AT, sign_in.routes());
        }
        let router = shell::around(routes, &handle, &settings.origins);
        Self { shared, router }
    }

    /// The routes with everything around them, to be served or called directly.
    pub fn router(&self) -> Router {
        self.router.clone()
    }
}
