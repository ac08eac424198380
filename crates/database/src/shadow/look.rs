//! Looks at a throw-away database after a statement: at what it wrote, or at everything.

use futures_util::future::join3;
use lodger_migration::catalog::{CatalogSnapshot, Difference, Entries};
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::run::StatementRun;
use lodger_migration::statement::Statement;
use tokio_postgres::Row;

use super::ShadowError;
use super::observed::{Answer, Observed, Reading, refused};
use super::question::{About, Question};
use super::run::{Runner, execute};
#[cfg(feature = "testing")]
use crate::catalog::load_snapshot_again;
use crate::catalog::{
    CatalogError, END, PartRows, PreparedParts, Surroundings, Touched, load_all_again,
};

/// What was asked about what a statement wrote, and the answers.
pub(super) struct Asked {
    question: Question,
    answer: Result<Answer, ShadowError>,
    rows: Result<PartRows, CatalogError>,
}

impl Asked {
    /// Was it asked about what the statement has really written, and answered?
    fn is_about(&self, observed: &Observed) -> bool {
        let is_answered = self.answer.is_ok() && self.rows.is_ok();
        is_answered && self.question.about.places == observed.places
    }

    /// May there be more than was found?
    fn misses_some(&self) -> bool {
        let more = self.answer.as_ref().is_ok_and(|it| !it.complete);
        more && !self.question.about.thorough
    }
}

impl Runner<'_> {
    /// Notes what was left behind since the last look.
    pub(super) fn note(
        &mut self,
        answer: Result<Row, tokio_postgres::Error>,
    ) -> Result<Observed, ShadowError> {
        let observed = self.observer.note(&answer.map_err(refused)?);
        self.search_path.clone_from(&observed.search_path);
        self.noted |= observed.noted;
        Ok(observed)
    }

    /// Asks what a statement touches that is on its way, if it is likely what it writes. It is asked for only
    /// where the statement succeeds; a look has begun then.
    pub(super) async fn look_ahead(&self, statement: &Statement) -> Option<Asked> {
        let about = self.habits.expected(&statement.kind)?;
        let question = Question::asked_before(self.session, about)?;
        let parts = self.session.parts.get()?;
        let before = self.observer.now();
        Some(self.ask(parts, question, before, statement).await)
    }

    async fn ask(
        &self,
        parts: &PreparedParts,
        question: Question,
        before: &Reading,
        statement: &Statement,
    ) -> Asked {
        let client = &self.session.client;
        let expected = question.expected;
        let touched = self
            .observer
            .touched(self.session, &question, before, statement);
        // They are polled in this order, so that their messages go out in this order, and together.
        let (begun, answer, rows) =
            join3(parts.begin(client), touched, parts.rows(client, expected)).await;
        Asked {
            question,
            answer: begun.map_err(ShadowError::from).and(answer),
            rows,
        }
    }

    /// Brings the state up to date: with what the statement wrote, or, where that does not tell all, with
    /// everything. A look at everything costs more with each object that there is.
    pub(super) async fn look(
        &mut self,
        observed: &Observed,
        asked: Option<Asked>,
        statement: &Statement,
        did: &mut StatementRun,
    ) -> Result<(), ShadowError> {
        let part = if observed.shows_all(statement) {
            let about = About::of(&observed.places, false);
            self.habits.note(&statement.kind, about);
            None
        } else {
            self.look_at_part(observed, asked, statement).await?
        };
        (did.difference, did.entries) = match part {
            Some(changed) => changed,
            None => self.replace(load_all_again(self.session).await?),
        };
        let (state, before) = (&self.state, &self.there_before);
        let was_there = |id: &ObjectId| {
            let mut kinds = [ObjectKind::Table, ObjectKind::View].into_iter();
            kinds.any(|kind| before.contains_key(&ObjectId { kind, ..id.clone() }))
        };
        observed.keep_new_locks(&mut self.locks, |oid| state.relation(oid), was_there, did);
        Ok(())
    }

    /// Takes over a look at everything.
    pub(super) fn replace(
        &mut self,
        after: (CatalogSnapshot, Surroundings),
    ) -> (Difference, Entries) {
        self.observer.saw_all(&after.0.entries);
        self.state.replace(after)
    }

    async fn look_at_part(
        &mut self,
        observed: &Observed,
        asked: Option<Asked>,
        statement: &Statement,
    ) -> Result<Option<(Difference, Entries)>, ShadowError> {
        if observed.wrote_nothing() {
            self.habits.note(&statement.kind, About::of(&[], false));
            let untouched = Touched::default();
            return Ok(self
                .state
                .update(&untouched, &observed.dropped, Entries::new()));
        }
        let (session, client) = (self.session, &self.session.client);
        let parts = session.parts.get_or_try_init(|| PreparedParts::new(client));
        let parts = parts.await?;
        let places = &observed.places;
        let mut asked = if let Some(asked) = asked.filter(|it| it.is_about(observed)) {
            asked
        } else {
            let about = self.habits.about(&statement.kind, places);
            self.ask_anew(parts, about, observed, statement).await?
        };
        if asked.misses_some() {
            let about = About::of(places, true);
            asked = self.ask_anew(parts, about, observed, statement).await?;
        }
        let answer = asked.answer?;
        let about = About::of(places, !answer.complete);
        self.habits.note(&statement.kind, about);
        self.observer.told(&answer);
        let touched = answer.touched;
        let rows = if touched.kinds.are_among(asked.question.expected) {
            asked.rows?
        } else {
            parts.rows(client, touched.kinds).await?
        };
        asked.question.answered(session, touched.kinds);
        let part = rows.entries(&touched, self.state.around())?;
        Ok(self.state.update(&touched, &observed.dropped, part))
    }

    /// Asks when it is known what was written; a look that has begun asks the wrong question.
    async fn ask_anew(
        &mut self,
        parts: &PreparedParts,
        about: About,
        observed: &Observed,
        statement: &Statement,
    ) -> Result<Asked, ShadowError> {
        self.end_look().await?;
        let question = Question::of(self.session, about).await?;
        self.looking = true;
        Ok(self.ask(parts, question, &observed.before, statement).await)
    }

    /// Takes back what the last look has set, where the next statement does not.
    pub(super) async fn end_look(&mut self) -> Result<(), ShadowError> {
        if std::mem::take(&mut self.looking) {
            execute(self.session, "to end a look", END).await?;
        }
        Ok(())
    }

    #[cfg(feature = "testing")]
    pub(super) async fn compare(&mut self, sql: &str) -> Result<(), ShadowError> {
        let Some(comparison) = &mut self.comparison else {
            return Ok(());
        };
        let seen = load_snapshot_again(self.session).await?;
        comparison.note(sql, &self.state, &seen);
        Ok(())
    }
}
