//! The queries for what a statement touched, two for each set of system catalogs that it wrote.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio_postgres::Statement;
use tokio_postgres::types::Type;

use super::ShadowError;
use super::catalogs::{Catalog, PARTS};
use super::observed::refused;
use super::touched;
use crate::catalog::Kinds;
use crate::connect::Session;

/// How to ask what was touched when rows of some catalogs were written, and what that was the last time:
/// mostly it is the same again.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(super) query: Statement,
    pub(super) about: About,
    pub(super) expected: Kinds,
}

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct About {
    /// The positions of the catalogs that were written, in [`PARTS`].
    pub(super) places: Vec<usize>,
    /// Are rows of objects searched for that were there before?
    pub(super) thorough: bool,
}

impl About {
    pub(super) fn of(places: &[usize], thorough: bool) -> Self {
        Self {
            places: places.to_owned(),
            thorough,
        }
    }
}

/// The questions that were asked on one connection.
pub(crate) type Questions = Mutex<HashMap<About, Question>>;

impl Question {
    /// How to ask this.
    pub(super) async fn of(session: &Session, about: About) -> Result<Self, ShadowError> {
        if let Some(asked) = Self::asked_before(session, &about) {
            return Ok(asked);
        }
        let catalogs = about.places.iter().filter_map(|at| PARTS.get(*at));
        let text = touched::query(&catalogs.collect::<Vec<&Catalog>>(), about.thorough);
        let types = [Type::TEXT, Type::OID, Type::INT8_ARRAY, Type::NAME_ARRAY];
        let query = session.client.prepare_typed(&text, &types).await;
        Ok(Self {
            query: query.map_err(refused)?,
            about,
            expected: Kinds::default(),
        })
    }

    /// The same, if it was asked before.
    pub(super) fn asked_before(session: &Session, about: &About) -> Option<Self> {
        held(session).get(about).cloned()
    }

    /// Notes what was to be looked at.
    pub(super) fn answered(mut self, session: &Session, kinds: Kinds) {
        self.expected = kinds;
        held(session).insert(self.about.clone(), self);
    }
}

fn held(session: &Session) -> MutexGuard<'_, HashMap<About, Question>> {
    let questions = session.questions.lock();
    questions.unwrap_or_else(PoisonError::into_inner)
}
