//! The queries for what a statement touched, one for each set of system catalogs that it wrote.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio_postgres::Statement;
use tokio_postgres::types::Type;

use super::ShadowError;
use super::catalogs::{self, Catalog, PARTS};
use super::observed::refused;
use crate::catalog::Kinds;
use crate::connect::Session;

/// How to ask what was touched when rows of some catalogs were written, and what that was the last time:
/// mostly it is the same again.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(super) query: Statement,
    /// The positions of these catalogs in [`PARTS`].
    pub(super) places: Vec<usize>,
    pub(super) expected: Kinds,
}

/// The questions that were asked on one connection, by places.
pub(crate) type Questions = Mutex<HashMap<Vec<usize>, Question>>;

impl Question {
    /// What to ask when rows were written at these places.
    pub(super) async fn of(session: &Session, places: &[usize]) -> Result<Self, ShadowError> {
        if let Some(asked) = Self::asked_before(session, places) {
            return Ok(asked);
        }
        let catalogs = places.iter().filter_map(|at| PARTS.get(*at));
        let text = catalogs::query(&catalogs.collect::<Vec<&Catalog>>());
        let types = [Type::TEXT, Type::OID, Type::INT8_ARRAY, Type::NAME_ARRAY];
        let query = session.client.prepare_typed(&text, &types).await;
        Ok(Self {
            query: query.map_err(refused)?,
            places: places.to_owned(),
            expected: Kinds::default(),
        })
    }

    /// The same, if it was asked before.
    pub(super) fn asked_before(session: &Session, places: &[usize]) -> Option<Self> {
        held(session).get(places).cloned()
    }

    /// Notes what was to be looked at.
    pub(super) fn answered(mut self, session: &Session, kinds: Kinds) {
        self.expected = kinds;
        held(session).insert(self.places.clone(), self);
    }
}

fn held(session: &Session) -> MutexGuard<'_, HashMap<Vec<usize>, Question>> {
    let questions = session.questions.lock();
    questions.unwrap_or_else(PoisonError::into_inner)
}
