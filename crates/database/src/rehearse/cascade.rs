//! Deleting a user: the user's rows go, and nothing else of ours.

use std::collections::BTreeMap;

use lodger_migration::check::{Check, CheckReport};
use lodger_migration::object::{ObjectId, ObjectKind};
use lodger_migration::owner::Owner;
use lodger_migration::rehearse::{Subject, Target};
use tokio_postgres::Client;

use super::RehearseError;
use super::insert::name_of;
use super::scene::Scene;
use super::stage::{Refusal, broken};
use super::users::User;
use crate::sql::{literal, qualified, quoted};

const WRITTEN: &str = include_str!("written.sql");

/// How many rows of a table were written.
type Written = BTreeMap<ObjectId, i64>;

/// Rows of one table: all, the owner's that go with the owner, the other user's.
struct Count {
    name: String,
    all: i64,
    owners: i64,
    others: i64,
}

impl Scene<'_> {
    /// Deletes the owner, looks, and undoes it.
    pub(super) async fn check_cascade(
        &self,
        filled: &[usize],
        report: &mut CheckReport,
    ) -> Result<(), RehearseError> {
        let before = self.counts(filled).await?;
        let written = written(self.stage.client()).await?;
        let answer = self.stage.undone(async {
            let deleted = self
                .stage
                .act(&self.stage.me, &self.delete(&self.cast.owner))
                .await?;
            if let Err(refusal) = deleted {
                return Ok(Err(refusal));
            }
            Ok(Ok((
                self.counts(filled).await?,
                self::written(self.stage.client()).await?,
            )))
        });
        match answer.await? {
            Ok((after, also)) => {
                report.checks.extend(compare(&before, &after));
                self.note_others(&written, &also, report);
            }
            Err(refusal) => self.report_refusal(&refusal, report),
        }
        Ok(())
    }

    fn delete(&self, user: &User) -> String {
        let identity = self.identity;
        format!(
            "delete from {} where {}::pg_catalog.text = {}; set constraints all immediate",
            qualified(&identity.schema, &identity.name),
            quoted(&identity.column),
            literal(&user.id)
        )
    }

    async fn counts(&self, filled: &[usize]) -> Result<Vec<Count>, RehearseError> {
        let mut counts = Vec::new();
        for subject in filled.iter().filter_map(|at| self.subjects.get(*at)) {
            let table = name_of(&subject.id);
            let count = async |condition: String| {
                let sql =
                    format!("select pg_catalog.count(*) from {table} as t0 where {condition}");
                let number = self.stage.number(&self.stage.me, &sql).await?;
                Ok::<_, RehearseError>(number.unwrap_or(-1))
            };
            counts.push(Count {
                name: subject.id.name(),
                all: count("true".to_owned()).await?,
                owners: count(self.goes_with(subject, &self.cast.owner, 0)).await?,
                others: count(self.goes_with(subject, &self.cast.other, 0)).await?,
            });
        }
        Ok(counts)
    }

    /// The condition that a row goes with `user`, by foreign keys that cascade.
    fn goes_with(&self, subject: &Subject, user: &User, depth: usize) -> String {
        let mut conditions = Vec::new();
        for key in subject.keys.iter().filter(|key| key.on_delete == 'c') {
            match &key.target {
                Target::Identity => conditions.extend(key.columns.first().map(|column| {
                    let column = format!("t{depth}.{}", quoted(column));
                    format!("{column}::pg_catalog.text = {}", literal(&user.id))
                })),
                Target::Subject(at) => {
                    let Some(parent) = self.subjects.get(*at) else {
                        continue;
                    };
                    let next = depth + 1;
                    let pairs = key.columns.iter().zip(&key.target_columns);
                    let joined = pairs.map(|(column, target)| {
                        format!("t{next}.{} = t{depth}.{}", quoted(target), quoted(column))
                    });
                    conditions.push(format!(
                        "exists (select from {} as t{next} where {} and ({}))",
                        name_of(&parent.id),
                        joined.collect::<Vec<_>>().join(" and "),
                        self.goes_with(parent, user, next)
                    ));
                }
                Target::Later(_) | Target::Elsewhere(_) => {}
            }
        }
        if conditions.is_empty() {
            return "false".to_owned();
        }
        conditions.join(" or ")
    }

    /// What else goes or changes with the user is theirs to know: it is told, and not judged.
    fn note_others(&self, before: &Written, after: &Written, report: &mut CheckReport) {
        let ours = |id: &ObjectId| self.ownership.owner(id, self.present) == Owner::Ours;
        let identity = self.identity;
        let users = ObjectId::in_schema(ObjectKind::Table, &identity.schema, &identity.name);
        let mut others = Vec::new();
        for (id, count) in after.iter().filter(|(id, _)| !ours(id) && **id != users) {
            let more = count - before.get(id).copied().unwrap_or_default();
            if more > 0 {
                others.push(format!("{more} of {}", id.name()));
            }
        }
        if !others.is_empty() {
            report.notes.push(format!(
                "deleting the user also writes rows that are not this project's: {}",
                others.join(", ")
            ));
        }
    }

    fn report_refusal(&self, refusal: &Refusal, report: &mut CheckReport) {
        let table = refusal.table.as_ref().and_then(|it| it.split_once('.'));
        let table =
            table.map(|(schema, name)| ObjectId::in_schema(ObjectKind::Table, schema, name));
        let ours = table
            .as_ref()
            .is_some_and(|id| self.ownership.owner(id, self.present) == Owner::Ours);
        let is_key = refusal.sqlstate == "23503";
        let constraint = refusal.constraint.as_deref().unwrap_or_default();
        match (is_key, ours, &table) {
            (true, true, Some(table)) => report.checks.push(Check {
                name: "the user can be deleted".to_owned(),
                passed: false,
                detail: Some(format!(
                    "foreign key {constraint} of {} stands in the way: it needs on delete cascade",
                    table.name()
                )),
            }),
            (true, false, Some(table)) => report.notes.push(format!(
                "not rehearsed: deleting the user, because foreign key {constraint} of {} stands in the \
                 way ({})",
                table.name(),
                self.ownership.owner(table, self.present).describe()
            )),
            _ if refusal.is_denial() => report.notes.push(format!(
                "not rehearsed: deleting the user, because {} may not: {}",
                self.stage.my_name, refusal.message
            )),
            _ => report.checks.push(Check {
                name: "the user can be deleted".to_owned(),
                passed: false,
                detail: Some(match &refusal.context {
                    Some(context) => format!("{} ({})", refusal.message, first_line(context)),
                    None => refusal.message.clone(),
                }),
            }),
        }
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// `1 row of the other user goes too`.
fn going(rows: i64, whose: &str) -> String {
    if rows == 1 {
        format!("1 row {whose} goes too")
    } else {
        format!("{rows} rows {whose} go too")
    }
}

fn compare(before: &[Count], after: &[Count]) -> Vec<Check> {
    let compared = before.iter().zip(after).map(|(before, after)| {
        let mut complaints = Vec::new();
        if after.owners > 0 {
            complaints.push(format!("{} of them stay", after.owners));
        }
        let of_other = before.others - after.others;
        if of_other > 0 {
            complaints.push(going(of_other, "of the other user"));
        }
        let more = before.all - after.all - before.owners - of_other;
        if more > 0 {
            complaints.push(going(more, "of others"));
        }
        let plural = if before.owners == 1 { "row" } else { "rows" };
        let name = format!(
            "{}: deleting the user removes the user's {} {plural} and no other",
            before.name, before.owners
        );
        Check::of(name, &complaints)
    });
    compared.collect()
}

/// What this transaction has written so far, by table.
pub(super) async fn written(client: &Client) -> Result<Written, RehearseError> {
    let rows = client.query_typed(WRITTEN, &[]).await;
    let rows = rows.map_err(|error| broken("counting what was written", error))?;
    let mut written = Written::new();
    for row in rows {
        let (schema, name): (String, String) = (row.get("schema"), row.get("name"));
        let number = |column| row.get::<_, i64>(column);
        let all = number("inserted") + number("updated") + number("deleted");
        written.insert(ObjectId::in_schema(ObjectKind::Table, schema, name), all);
    }
    Ok(written)
}
