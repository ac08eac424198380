//! Who sees and changes a row: its owner does, another user and anon do not.

use std::collections::BTreeMap;

use lodger_migration::catalog::Column;
use lodger_migration::check::{Check, CheckReport};

use super::RehearseError;
use super::insert::Put;
use super::rights::has_policy;
use super::row::{Choice, Maker, Row};
use super::scene::Scene;
use super::stage::{Actor, Answer, Refusal};
use crate::sql::quoted;

/// Statements without a condition look at every row; of tables with more rows than this they are left
/// out, and the row is named by its key alone.
const SMALL: i64 = 10_000;

/// One table with the owner's row in it.
pub(super) struct Look<'a> {
    pub maker: &'a Maker<'a>,
    pub row: &'a Row,
    /// What a row of the owner is made of, to be tried by others; `None` where there can be only one.
    pub again: Option<(BTreeMap<String, String>, Choice)>,
}

impl Scene<'_> {
    /// Checks everything about one table, and reports it.
    pub(super) async fn check_access(
        &self,
        look: &Look<'_>,
        put: &Put,
        report: &mut CheckReport,
    ) -> Result<(), RehearseError> {
        let name = look.maker.subject.id.name();
        report
            .checks
            .push(inserted(&name, put, &self.stage.my_name));
        let Some(owner) = &self.cast.owner.actor else {
            return Ok(());
        };
        self.check_owner(look, owner, report).await?;
        if let Some(other) = &self.cast.other.actor {
            self.check_stranger(look, other, "another user", report)
                .await?;
        }
        if let Some(anon) = &self.cast.anon {
            self.check_stranger(look, anon, "anon", report).await?;
        }
        Ok(())
    }

    async fn check_owner(
        &self,
        look: &Look<'_>,
        owner: &Actor,
        report: &mut CheckReport,
    ) -> Result<(), RehearseError> {
        let name = look.maker.subject.id.name();
        let right = self.rights.of(look.maker.subject, &owner.role);
        let (table, row) = (look.maker.table(), &look.row.predicate);
        let role = &owner.role;
        let reads = format!("select pg_catalog.count(*) from {table} where {row}");
        let seen = self.stage.number(owner, &reads).await?;
        let seen = seen.map(|it| u64::try_from(it).unwrap_or_default());
        // Who may not read the key cannot name the row.
        let key = &look.maker.subject.primary_key;
        let names = !right.select.is_empty() && key.iter().all(|it| right.select.contains(it));
        let may = |command: &str, granted: bool| {
            granted && names && has_policy(self.present, look.maker.subject, command, role)
        };
        let sees = seen == Ok(1);
        let selects = may("SELECT", true);
        own(
            report,
            &format!("{name}: the owner reads it"),
            role,
            selects,
            seen,
        );
        if let Some(change) = self.change(look, owner, true) {
            let sql = format!("update {table} set {change} where {row}");
            let done = self.stage.try_out(owner, &sql).await?;
            let updates = may("UPDATE", !right.update.is_empty()) && sees;
            own(
                report,
                &format!("{name}: the owner updates it"),
                role,
                updates,
                done,
            );
        }
        if right.delete {
            let sql = format!("delete from {table} where {row}");
            let done = self.stage.try_out(owner, &sql).await?;
            let deletes = may("DELETE", true) && sees;
            own(
                report,
                &format!("{name}: the owner deletes it"),
                role,
                deletes,
                done,
            );
        }
        Ok(())
    }

    /// Somebody else neither sees the row, nor changes or deletes it, nor puts one in in its owner's name.
    async fn check_stranger(
        &self,
        look: &Look<'_>,
        stranger: &Actor,
        who: &str,
        report: &mut CheckReport,
    ) -> Result<(), RehearseError> {
        let name = look.maker.subject.id.name();
        let mut complaints = Vec::new();
        let reads = format!(
            "select pg_catalog.count(*) from {} where {}",
            look.maker.table(),
            look.row.predicate
        );
        match self.stage.number(stranger, &reads).await? {
            Ok(0) => {}
            Ok(_) => complaints.push("the row of another user is seen".to_owned()),
            Err(refusal) => complaints.extend(unless_denied(&refusal)),
        }
        if who == "anon" && complaints.is_empty() && is_small(look) {
            let any = format!(
                "select pg_catalog.count(*) from (select from {} limit 1) as any_row",
                look.maker.table()
            );
            match self.stage.number(stranger, &any).await? {
                Ok(0) => {}
                Ok(_) => complaints.push("rows of others are seen".to_owned()),
                Err(refusal) => complaints.extend(unless_denied(&refusal)),
            }
        }
        report.checks.push(Check::of(
            format!("{name}: {who} does not see it"),
            &complaints,
        ));
        let mut complaints = Vec::new();
        for (sql, question) in self.attacks(look, stranger).await? {
            match self.stage.aftermath(stranger, &sql, &question).await? {
                Ok((_, 1)) => {}
                Ok(_) => complaints.push(format!("it works: {}", shown(&sql, look))),
                Err(refusal) if refusal.sqlstate.starts_with("23") => {
                    // Row-level security comes before constraints: it had let this pass.
                    complaints.push(format!("only a constraint stops it: {}", refusal.message));
                }
                Err(refusal) => complaints.extend(unless_denied(&refusal)),
            }
        }
        report.checks.push(Check::of(
            format!("{name}: {who} cannot update or delete it"),
            &complaints,
        ));
        self.check_foreign_insert(look, stranger, who, report).await
    }

    async fn check_foreign_insert(
        &self,
        look: &Look<'_>,
        stranger: &Actor,
        who: &str,
        report: &mut CheckReport,
    ) -> Result<(), RehearseError> {
        let Some((keys, choice)) = &look.again else {
            return Ok(());
        };
        let name = look.maker.subject.id.name();
        let name = format!("{name}: {who} cannot insert in the owner's name");
        let right = self.rights.of(look.maker.subject, &stranger.role);
        let columns = look.maker.columns(Some(&right));
        let names_owner = keys.keys().all(|column| right.insert.contains(column));
        let (true, Ok(columns)) = (names_owner, columns) else {
            // Who cannot say whose the row is, or fill it at all, cannot say that it is the owner's.
            report.checks.push(Check::of(name, &[]));
            return Ok(());
        };
        let Ok(values) = look.maker.values(&columns, keys, choice, 3) else {
            return Ok(());
        };
        let insert = look.maker.insert(&values);
        let complaint = match self.stage.try_out(stranger, &insert).await? {
            Ok(0) => None,
            Ok(_) => Some("it works".to_owned()),
            Err(refusal) if refusal.sqlstate.starts_with("23") => {
                Some(format!("only a constraint stops it: {}", refusal.message))
            }
            Err(refusal) => unless_denied(&refusal),
        };
        let complaints: Vec<String> = complaint.into_iter().collect();
        report.checks.push(Check::of(name, &complaints));
        Ok(())
    }

    /// Statements that must leave the row as it is, and the question that is then answered with 1.
    async fn attacks(
        &self,
        look: &Look<'_>,
        stranger: &Actor,
    ) -> Result<Vec<(String, String)>, RehearseError> {
        let (table, row) = (look.maker.table(), &look.row.predicate);
        let place = format!("select ctid::pg_catalog.text from {table} where {row}");
        let place = self.stage.ask(&self.stage.me, &place).await?;
        let place = place
            .ok()
            .flatten()
            .and_then(|it| it.into_iter().next())
            .flatten();
        // A row that was changed stands elsewhere.
        let question = format!(
            "select pg_catalog.count(*) from {table} where {row} and ctid = '{}'::pg_catalog.tid",
            place.unwrap_or_default()
        );
        // Without a condition no policy for SELECT hides the row from UPDATE and DELETE.
        let mut conditions = vec![row.as_str()];
        if is_small(look) {
            // Not left out: where `safeupdate` is loaded, a WHERE has to be there.
            conditions.push("true");
        }
        let mut attacks = Vec::new();
        for condition in conditions {
            if let Some(change) = self.change(look, stranger, condition != "true") {
                let update = format!("update {table} set {change} where {condition}");
                attacks.push((update, question.clone()));
            }
            let delete = format!("delete from {table} where {condition}");
            attacks.push((delete, question.clone()));
        }
        Ok(attacks)
    }

    /// A change of a column that the actor may change: to itself, or without reading to its default.
    fn change(&self, look: &Look<'_>, actor: &Actor, may_read: bool) -> Option<String> {
        let right = self.rights.of(look.maker.subject, &actor.role);
        let subject = look.maker.subject;
        let plain = |column: &&Column| {
            let in_key = subject.primary_key.contains(&column.name)
                || subject
                    .keys
                    .iter()
                    .any(|key| key.columns.contains(&column.name));
            right.update.contains(&column.name) && column.generated.is_none() && !in_key
        };
        let mut columns = subject.table.columns.iter().filter(plain);
        if may_read {
            let column = columns.find(|it| right.select.contains(&it.name))?;
            return Some(format!("{0} = {0}", quoted(&column.name)));
        }
        let has_default =
            |it: &&Column| it.identity.is_none() && (it.default.is_some() || !it.not_null);
        let column = columns.clone().find(has_default);
        if let Some(column) = column {
            return Some(format!("{} = default", quoted(&column.name)));
        }
        let column = columns.next()?;
        let value = look.row.values.get(&column.name)?;
        Some(format!(
            "{} = {}",
            quoted(&column.name),
            look.maker.typed(&column.name, value)
        ))
    }
}

fn is_small(look: &Look<'_>) -> bool {
    look.maker.subject.table.estimated_rows < SMALL
}

fn inserted(name: &str, put: &Put, me: &str) -> Check {
    let detail = match (&put.against_policy, &put.for_user, put.row.existing) {
        (Some(message), ..) => Some(message.clone()),
        (_, Some(reason), _) => Some(format!("inserted by {me} for the user: {reason}")),
        (_, _, true) => Some("the user has one already, and can have one only".to_owned()),
        _ => None,
    };
    Check {
        name: format!("{name}: the owner inserts a row"),
        passed: put.against_policy.is_none(),
        detail,
    }
}

/// Reports what the owner did, if it is meant to be possible.
fn own(report: &mut CheckReport, name: &str, role: &str, meant: bool, answer: Answer<u64>) {
    let check = |passed, detail: Option<String>| Check {
        name: name.to_owned(),
        passed,
        detail,
    };
    match answer {
        Ok(1) => report.checks.push(check(true, None)),
        Ok(_) if !meant => report
            .notes
            .push(format!("{name}: no, by no policy or grant for {role}")),
        Ok(rows) => report
            .checks
            .push(check(false, Some(format!("{rows} rows instead of one")))),
        Err(refusal) if refusal.is_denial() && !meant => {
            report
                .notes
                .push(format!("{name}: no, {role} may not ({})", refusal.message));
        }
        Err(refusal) if refusal.sqlstate == "P0001" => {
            report
                .notes
                .push(format!("{name}: a trigger says no: {}", refusal.message));
        }
        Err(refusal) => report.checks.push(check(false, Some(refusal.message))),
    }
}

/// Being denied is what is asked for; anything else is not known to be one.
fn unless_denied(refusal: &Refusal) -> Option<String> {
    let raised = refusal.sqlstate == "P0001";
    (!refusal.is_denial() && !raised).then(|| refusal.message.clone())
}

/// The statement without the row's values.
fn shown(sql: &str, look: &Look<'_>) -> String {
    let condition = format!(" where {}", look.row.predicate);
    let verb = sql.split_whitespace().next().unwrap_or_default();
    if sql.ends_with(&condition) {
        format!("{verb} of the row")
    } else {
        format!("{verb} without a condition, which takes all rows")
    }
}
