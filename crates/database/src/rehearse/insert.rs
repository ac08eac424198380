//! Puts rows in: as their user where that is allowed, else as the connecting role for the user.

use std::collections::BTreeMap;

use lodger_migration::catalog::Column;
use lodger_migration::object::ObjectId;
use lodger_migration::rehearse::Target;

use super::RehearseError;
use super::rights::{Right, has_policy};
use super::row::{Choice, Maker, Row};
use super::scene::Scene;
use super::stage::{Actor, Refusal};
use super::users::User;
use crate::sql::{qualified, quoted};

/// More combinations than that say that the constraints want something else.
const MOST_TRIES: usize = 40;

/// How a row got in.
#[derive(Debug, Clone)]
pub(super) struct Put {
    pub row: Row,
    /// Why not as its user, if so.
    pub for_user: Option<String>,
    /// Row-level security kept its user from it, though there is a policy for INSERT.
    pub against_policy: Option<String>,
    /// The values that were tried with success, to be tried again by others.
    pub choice: Choice,
}

/// A row, or why there is none.
pub(super) type Filled = Result<Put, String>;

enum Attempt {
    Done(BTreeMap<String, String>, Choice),
    Denied(Refusal),
    /// The user has such a row already.
    Taken(String),
    Impossible(String),
}

impl Scene<'_> {
    pub(super) fn maker(&self, at: usize) -> Option<Maker<'_>> {
        let subject = self.subjects.get(at)?;
        Some(Maker {
            subject,
            present: self.present,
        })
    }

    /// Puts a row of `user` into a table. `number` tells the users' rows apart.
    pub(super) async fn fill(
        &self,
        maker: &Maker<'_>,
        user: &User,
        rows: &BTreeMap<usize, Row>,
        number: u32,
    ) -> Result<Filled, RehearseError> {
        let elsewhere = match self.elsewhere(maker).await? {
            Ok(values) => values,
            Err(reason) => return Ok(Err(reason)),
        };
        let keys = match maker.key_values(&user.id, rows, &elsewhere) {
            Ok(keys) => keys,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut against_policy = None;
        let reason = match self.as_user(maker, user) {
            Err(reason) => reason,
            Ok((actor, columns)) => {
                match self.attempt(maker, actor, &columns, &keys, number).await? {
                    Attempt::Done(values, choice) => {
                        let row = self.found_again(maker, &values).await?;
                        return Ok(row.map(|row| Put {
                            row,
                            for_user: None,
                            against_policy,
                            choice,
                        }));
                    }
                    Attempt::Denied(refusal) => {
                        let lets = has_policy(self.present, maker.subject, "INSERT", &actor.role);
                        against_policy =
                            (refusal.is_by_policy() && lets).then(|| refusal.message.clone());
                        format!("{} may not: {}", actor.role, refusal.message)
                    }
                    Attempt::Taken(reason) => return self.taken(maker, user, reason).await,
                    Attempt::Impossible(reason) => return Ok(Err(reason)),
                }
            }
        };
        let columns = match maker.columns(None) {
            Ok(columns) => columns,
            Err(reason) => return Ok(Err(reason)),
        };
        match self
            .attempt(maker, &self.stage.me, &columns, &keys, number)
            .await?
        {
            Attempt::Done(values, choice) => {
                let row = self.found_again(maker, &values).await?;
                Ok(row.map(|row| Put {
                    row,
                    for_user: Some(reason),
                    against_policy,
                    choice,
                }))
            }
            Attempt::Denied(refusal) => Ok(Err(format!(
                "{reason}, nor may {}: {}",
                self.stage.my_name, refusal.message
            ))),
            Attempt::Taken(reason) => self.taken(maker, user, reason).await,
            Attempt::Impossible(reason) => Ok(Err(reason)),
        }
    }

    /// The user's role and the columns that it fills, or why it cannot put a row in.
    fn as_user<'m>(
        &self,
        maker: &'m Maker<'_>,
        user: &'m User,
    ) -> Result<(&'m Actor, Vec<&'m Column>), String> {
        let Some(actor) = &user.actor else {
            return Err("there is no role for users here".to_owned());
        };
        let right: Right = self.rights.of(maker.subject, &actor.role);
        if right.insert.is_empty() {
            return Err(format!("{} may not", actor.role));
        }
        let columns = maker.columns(Some(&right));
        columns
            .map(|it| (actor, it))
            .map_err(|reason| format!("{} {reason}", actor.role))
    }

    /// Tries made-up values until the table's constraints take them.
    async fn attempt(
        &self,
        maker: &Maker<'_>,
        actor: &Actor,
        columns: &[&Column],
        keys: &BTreeMap<String, String>,
        number: u32,
    ) -> Result<Attempt, RehearseError> {
        let mut choice = Choice::new();
        for _ in 0..MOST_TRIES {
            let values = match maker.values(columns, keys, &choice, number) {
                Ok(values) => values,
                Err(reason) => return Ok(Attempt::Impossible(reason)),
            };
            let refusal = match self.stage.act(actor, &maker.insert(&values)).await? {
                Ok(0) => {
                    let reason = "a trigger or a rule keeps the row out".to_owned();
                    return Ok(Attempt::Impossible(reason));
                }
                Ok(_) => return Ok(Attempt::Done(values, choice)),
                Err(refusal) => refusal,
            };
            match refusal.sqlstate.as_str() {
                "42501" => return Ok(Attempt::Denied(refusal)),
                "23505" => return Ok(Attempt::Taken(refusal.message)),
                "23514" if advance(&mut choice, maker, columns, keys, &refusal) => {}
                _ => return Ok(Attempt::Impossible(refusal.message)),
            }
        }
        Ok(Attempt::Impossible(
            "its constraints refuse all made-up values".to_owned(),
        ))
    }

    /// One row of each other table that a row here must point at.
    async fn elsewhere(
        &self,
        maker: &Maker<'_>,
    ) -> Result<Result<BTreeMap<String, String>, String>, RehearseError> {
        let mut values = BTreeMap::new();
        for key in maker.subject.keys.iter().filter(|key| key.required) {
            let (Target::Elsewhere(table) | Target::Later(table)) = &key.target else {
                continue;
            };
            let columns = key.target_columns.iter();
            let columns: Vec<String> = columns
                .map(|it| format!("{}::pg_catalog.text", quoted(it)))
                .collect();
            let sql = format!(
                "select {} from {} limit 1",
                columns.join(", "),
                name_of(table)
            );
            let first = match self.stage.ask(&self.stage.me, &sql).await? {
                Ok(Some(first)) => first,
                Ok(None) => {
                    return Ok(Err(format!(
                        "{} must point at a row of {table}, which has none",
                        key.name
                    )));
                }
                Err(refusal) => return Ok(Err(refusal.message)),
            };
            for (column, value) in key.columns.iter().zip(first) {
                values.extend(value.map(|value| (column.clone(), value)));
            }
        }
        Ok(Ok(values))
    }

    /// Reads the row that was put in: what defaults and triggers made of it.
    async fn found_again(
        &self,
        maker: &Maker<'_>,
        given: &BTreeMap<String, String>,
    ) -> Result<Result<Row, String>, RehearseError> {
        let predicate = maker.predicate(given);
        let row = self.read(maker, &predicate, false).await?;
        Ok(row.ok_or_else(|| {
            let me = &self.stage.my_name;
            format!("{me} does not find the row that was put in: a trigger changed it, or it is hidden from {me}")
        }))
    }

    /// The user can have one row only, and has it: that one is looked at.
    async fn taken(
        &self,
        maker: &Maker<'_>,
        user: &User,
        reason: String,
    ) -> Result<Filled, RehearseError> {
        let own = maker
            .subject
            .keys
            .iter()
            .find(|key| key.target == Target::Identity);
        let Some(column) = own.and_then(|key| key.columns.first()) else {
            return Ok(Err(reason));
        };
        let predicate = format!("{} = {}", quoted(column), maker.typed(column, &user.id));
        let row = self.read(maker, &predicate, true).await?;
        Ok(row.ok_or(reason).map(|row| Put {
            row,
            for_user: None,
            against_policy: None,
            choice: Choice::new(),
        }))
    }

    async fn read(
        &self,
        maker: &Maker<'_>,
        predicate: &str,
        existing: bool,
    ) -> Result<Option<Row>, RehearseError> {
        let names: Vec<&String> = maker
            .subject
            .table
            .columns
            .iter()
            .map(|it| &it.name)
            .collect();
        let columns: Vec<String> = names
            .iter()
            .map(|it| format!("{}::pg_catalog.text", quoted(it)))
            .collect();
        let sql = format!(
            "select {} from {} where {predicate} limit 1",
            columns.join(", "),
            maker.table()
        );
        let Ok(Some(cells)) = self.stage.ask(&self.stage.me, &sql).await? else {
            return Ok(None);
        };
        let pairs = names.into_iter().zip(cells);
        let values: BTreeMap<String, String> = pairs
            .filter_map(|(name, value)| Some((name.clone(), value?)))
            .collect();
        let key = &maker.subject.primary_key;
        let predicate = if key.is_empty() {
            predicate.to_owned()
        } else {
            maker.predicate(&values)
        };
        Ok(Some(Row {
            values,
            predicate,
            existing,
        }))
    }
}

/// The table's name, quoted.
pub(super) fn name_of(table: &ObjectId) -> String {
    qualified(table.schema.as_deref().unwrap_or_default(), &table.name)
}

/// Takes the next candidates for the columns of the constraint that refused. False when there are no more.
fn advance(
    choice: &mut Choice,
    maker: &Maker<'_>,
    columns: &[&Column],
    keys: &BTreeMap<String, String>,
    refusal: &Refusal,
) -> bool {
    let checks = maker.subject.checks.iter();
    let named = checks.filter(|(name, ..)| Some(name) == refusal.constraint.as_ref());
    let of_check: Vec<&String> = named.flat_map(|(_, columns, _)| columns).collect();
    let concerned = columns.iter().filter(|column| {
        let of_domain = refusal
            .data_type
            .as_ref()
            .is_some_and(|it| column.data_type.ends_with(it));
        (of_check.contains(&&column.name) || of_domain) && !keys.contains_key(&column.name)
    });
    // Like the figures of a counter: when one has gone through all, it starts again and the next moves.
    for column in concerned {
        let all = maker.candidates(column, 1).map_or(0, |it| it.len());
        let at = choice.entry(column.name.clone()).or_default();
        *at += 1;
        if *at < all {
            return true;
        }
        *at = 0;
    }
    false
}
