//! What a statement will do, as sentences.

use annotate_snippets::renderer::{AnsiColor, Style};
use lodger_migration::object::ObjectId;
use lodger_migration::outcome::{Action, Outcome};
use lodger_migration::owner::Owner;

/// One outcome as a line for itself and one for each detail, without indentation.
pub(crate) fn render_outcome(outcome: &Outcome) -> Vec<String> {
    let mut lines = vec![sentence(outcome)];
    lines.extend(outcome.differences.iter().map(|it| format!("    {it}")));
    lines.extend(
        outcome
            .cascades
            .iter()
            .map(|(id, owner)| format!("    and {id}, {}", owner.describe())),
    );
    lines
}

/// Green for what is new, yellow for what changes or is skipped, red for what goes or fails.
pub(crate) fn style(action: &Action) -> Style {
    let color = match action {
        Action::Creates => AnsiColor::Green,
        Action::Drops | Action::Fails => AnsiColor::Red,
        Action::AlreadyThere | Action::AttachesTo | Action::Grants | Action::Sets => {
            AnsiColor::Cyan
        }
        _ => AnsiColor::Yellow,
    };
    color.on_default()
}

fn sentence(outcome: &Outcome) -> String {
    let object = outcome
        .object
        .as_ref()
        .map_or_else(|| "the statement".to_owned(), ObjectId::to_string);
    let whose = outcome.owner.describe();
    let detail = outcome.detail.as_deref().unwrap_or("no reason given");
    match &outcome.action {
        Action::Creates => format!("creates {object}"),
        Action::AlreadyThere => format!("{object} is there already, {whose}, and looks the same"),
        Action::SkippedSameShape => {
            format!("skipped: {object} is there, {whose}, and looks the same")
        }
        Action::SkippedDifferentShape => {
            format!("skipped: {object} is there, {whose}, and looks different:")
        }
        Action::Replaces => format!("replaces {object}, {whose}{}", users(&outcome.related)),
        Action::Alters => format!("alters {object}, {whose}"),
        Action::Drops => format!("drops {object}, {whose}"),
        Action::AttachesTo => attachment(outcome, &object, &whose),
        Action::Grants => format!("changes who may use {object}, {whose}"),
        Action::WritesRows => format!("writes rows of {object}, {whose}"),
        Action::Sets => format!("sets {object}, {whose}"),
        Action::Fails => format!("fails: {detail}"),
        Action::UnverifiableBeforeCommit => {
            format!("{object} takes effect at once, so nothing can be verified before it does")
        }
        Action::NotEvaluated => format!("not evaluated: {detail}"),
    }
}

fn users(users: &[ObjectId]) -> String {
    match users {
        [] => String::new(),
        users => format!(", used by {}", names(users)),
    }
}

fn attachment(outcome: &Outcome, object: &str, whose: &str) -> String {
    // To one's own objects everything may be attached: whose they are would only be noise.
    let whose = if outcome.owner == Owner::Ours {
        String::new()
    } else {
        format!(", {whose}")
    };
    match outcome.related.as_slice() {
        [] => format!("attaches to {object}{whose}"),
        attached => format!("attaches {} to {object}{whose}", names(attached)),
    }
}

fn names(ids: &[ObjectId]) -> String {
    ids.iter()
        .map(ObjectId::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use lodger_migration::object::ObjectKind;

    use super::*;

    fn outcome(action: Action, owner: Owner) -> Outcome {
        Outcome {
            action,
            object: Some(ObjectId::in_schema(ObjectKind::Table, "public", "users")),
            owner,
            differences: Vec::new(),
            cascades: Vec::new(),
            related: Vec::new(),
            detail: None,
        }
    }

    #[test]
    fn a_skipped_table_tells_in_what_it_differs() {
        let other = Owner::Other {
            project: "billing".into(),
        };
        let mut outcome = outcome(Action::SkippedDifferentShape, other);
        outcome.differences = vec!["column is_anonymous: missing".into()];
        assert_eq!(
            render_outcome(&outcome),
            [
                "skipped: table public.users is there, project billing's, and looks different:",
                "    column is_anonymous: missing"
            ]
        );
    }

    #[test]
    fn a_cascade_names_everything_that_goes() {
        let mut outcome = outcome(Action::Drops, Owner::Ours);
        let view = ObjectId::in_schema(ObjectKind::View, "public", "active_users");
        outcome.cascades = vec![(view, Owner::Unclaimed)];
        assert_eq!(
            render_outcome(&outcome),
            [
                "drops table public.users, this project's own",
                "    and view public.active_users, not this project's (unclaimed)"
            ]
        );
    }

    #[test]
    fn an_attachment_names_both_ends() {
        let mut outcome = outcome(Action::AttachesTo, Owner::Landlord);
        outcome.related = vec![ObjectId::on_table(
            ObjectKind::Constraint,
            "public",
            "notes",
            "fk",
        )];
        assert_eq!(
            render_outcome(&outcome),
            ["attaches constraint fk on public.notes to table public.users, the landlord's"]
        );
    }

    #[test]
    fn a_failure_says_what_postgres_said() {
        let mut outcome = outcome(Action::Fails, Owner::Ours);
        outcome.object = None;
        outcome.detail = Some("syntax error (42601)".into());
        assert_eq!(render_outcome(&outcome), ["fails: syntax error (42601)"]);
    }
}
