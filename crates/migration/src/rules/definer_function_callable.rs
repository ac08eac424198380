//! Rule: a SECURITY DEFINER function that everybody may call.

use crate::clause::{Clause, Function, Privileges};
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::TableName;
use crate::statement::Statement;
use crate::subject::Subject;

rule! {
    /// A SECURITY DEFINER function of a schema that the API shows may be called by everybody.
    ///
    /// ## Why it hurts
    ///
    /// A new function is open to PUBLIC. The API offers it at `/rpc/` to whoever has the public key, it runs
    /// with its owner's rights, and no policy stops it.
    ///
    /// ## What to do instead
    ///
    /// Revoke EXECUTE from public, anon and authenticated, and grant it to whoever is meant; or put the
    /// function into a schema that the API does not show. Functions of triggers cannot be called and are
    /// not reported.
    ///
    /// ```sql,bad
    /// create function notes_purge() returns void language sql security definer set search_path = '' as
    ///   'select 1';
    /// ```
    ///
    /// ```sql,good
    /// create function notes_purge() returns void language sql security definer set search_path = '' as
    ///   'select 1';
    /// revoke execute on function notes_purge() from public, anon, authenticated;
    /// ```
    "definer-function-callable", Warning, Files
}

fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (statement, clause) in subject.clauses() {
        if let Clause::Function(function) = clause {
            found.extend(judge(subject, statement, function));
        }
    }
    found
}

fn judge(subject: &Subject<'_>, statement: &Statement, function: &Function) -> Option<Diagnostic> {
    let name = subject.resolve(statement, &function.name);
    let callable = function.security_definer && !function.returns_trigger && subject.is_exposed(&name.schema);
    let role = subject.open_to(&name).filter(|_| callable)?;
    let message = format!("`{name}` runs with its owner's rights, and {role} may call it through the API.");
    Some(
        subject
            .finding(RULE.id, Severity::Warning, function.span, message)
            .about(about(&name))
            .help(format!("Add: revoke execute on function {name} from public, anon, authenticated; and grant it to whoever is meant.")),
    )
}

fn about(name: &TableName) -> crate::object::ObjectId {
    crate::object::ObjectId::in_schema(crate::object::ObjectKind::Function, &name.schema, &name.name)
}

impl Subject<'_> {
    /// Who may call a function though nobody granted it to them: `everybody`, or `anon`.
    fn open_to(&self, name: &TableName) -> Option<&'static str> {
        let meant = self.privileges_on(name).any(|it| {
            it.grants && it.roles.iter().any(|role| role == "anon" || role == "public")
        });
        if meant {
            return None;
        }
        let entries = self.after.map(|after| &after.entries);
        let mut same_name = entries.into_iter().flatten().filter(|(id, _)| {
            id.arguments.is_some() && id.name == name.name && id.schema.as_deref() == Some(name.schema.as_str())
        });
        if let Some((_, entry)) = same_name.next() {
            let holds = |role: &str| {
                entry.grants.iter().any(|it| it.grantee == role && it.privilege == "EXECUTE")
            };
            return if holds("public") {
                Some("everybody")
            } else if holds("anon") {
                Some("anon")
            } else {
                None
            };
        }
        let closed = self.privileges_on(name).any(|it| {
            !it.grants && it.roles.iter().any(|role| role == "public")
        });
        (!closed).then_some("everybody")
    }

    /// What the project's files grant and revoke on a function.
    fn privileges_on(&self, name: &TableName) -> impl Iterator<Item = &Privileges> {
        let named = self.project.said_about(&name.name).filter_map(|it| match it.clause {
            Clause::Privileges(it) if it.functions.iter().any(|function| function.name == name.name) => Some(it),
            _ => None,
        });
        let whole = self.project.privileges_on_all().filter(|it| {
            matches!(it.all.as_deref(), Some("functions" | "routines")) && it.schemas.contains(&name.schema)
        });
        named.chain(whole)
    }
}
