//! The story: a migration that would harm another project is refused, the corrected one moves in and out
//! again, and the other project is as it was.

use lodger_database::connect::Session;
use lodger_database::embedded::{EmbeddedInstance, Proof};

use super::files::{self, PROJECT, RIGHT, WRONG};
use super::reports::{
    apply_report, lint_report, plan_report, rehearse_report, rollback_report, verify_report,
};
use super::scene::Stage;
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::progress::Watcher;

const THE_INSTANCE: &str = "\
A PostgreSQL starts inside this process, shaped like a Supabase project: roles, auth, storage. Another project
lives on it already, a job board: its public.users has 153 rows, its public.jobs 459, and whoever signs up gets
a row in its public.profiles. Now the project `research` wants to move in, as the same role as everybody.
";

const FIRST_DRAFT: &str = "\
Its first migration makes a table of users. That this is wrong shows without any database:
";

const WOULD_DO: &str = "\
What it would do here, each statement played through on a copy of the catalog. Postgres itself would have said
NOTICE, and the foreign keys would lead to the job board's customers. Nothing is locked, and nothing written:
";

const CORRECTED: &str = "\
The corrected migration has no table of users: its rows belong to the accounts that are there, auth.users.
";

const MOVES_IN: &str = "\
One transaction. Before its COMMIT, what really happened is compared with the plan:
";

const AS_APPLIED: &str = "\
Every object, as the catalog has it: foreign keys by OID, not by name, policies, grants, and nobody else's things
on these tables:
";

const AS_USERS: &str = "\
Two accounts write, read, change and delete, a stranger tries to, and one account is deleted, which nobody dares to
try out on a shared database. All of it in one transaction that is rolled back:
";

const MOVES_OUT: &str = "\
What the project brought in goes out again, by OID, and nothing else:
";

/// Tells it; gives back how many things went otherwise.
pub(super) async fn tell(context: &Context) -> Result<usize, CommandError> {
    let watcher = Watcher::new(context, "starting the embedded Postgres");
    let instance = EmbeddedInstance::start().await;
    let instance = instance.map_err(CommandError::from_library)?;
    drop(watcher);
    let mut stage = Stage::new(context, &instance);
    stage.announce("A Postgres that is shared", THE_INSTANCE)?;
    refused(&mut stage, context).await?;
    moves_in(&mut stage, context).await?;
    is_right(&mut stage, context).await?;
    moves_out(&mut stage, context).await?;
    prove(&mut stage, &instance).await?;
    Ok(stage.wrong())
}

async fn refused(stage: &mut Stage<'_>, context: &Context) -> Result<(), CommandError> {
    let files = files::wrong();
    stage.announce("The first draft, read", FIRST_DRAFT)?;
    let command = format!("lodger lint {WRONG}");
    let linted = async |_: &Session| lint_report(&files, context).await;
    stage.play(&command, ExitStatus::Findings, linted).await?;

    stage.announce("The first draft, planned", WOULD_DO)?;
    let command = format!("lodger plan --project {PROJECT} --migrations {WRONG}");
    let planned = async |session: &Session| plan_report(session, &files, context).await;
    stage.play(&command, ExitStatus::Findings, planned).await
}

async fn moves_in(stage: &mut Stage<'_>, context: &Context) -> Result<(), CommandError> {
    let files = files::right();
    let options = format!("--project {PROJECT} --migrations {RIGHT}");
    stage.announce("The corrected migration, planned", CORRECTED)?;
    let command = format!("lodger plan {options}");
    let planned = async |session: &Session| plan_report(session, &files, context).await;
    stage.play(&command, ExitStatus::Clean, planned).await?;

    stage.announce("The corrected migration, applied", MOVES_IN)?;
    let command = format!("lodger apply {options}");
    let applied = async |session: &Session| apply_report(session, &files, context).await;
    stage.play(&command, ExitStatus::Clean, applied).await
}

async fn is_right(stage: &mut Stage<'_>, context: &Context) -> Result<(), CommandError> {
    let files = files::right();
    stage.announce("What was applied, verified", AS_APPLIED)?;
    let command = format!("lodger verify --project {PROJECT} --migrations {RIGHT}");
    let verified = async |session: &Session| verify_report(session, &files, context).await;
    stage.play(&command, ExitStatus::Clean, verified).await?;

    stage.announce("What users will do, rehearsed", AS_USERS)?;
    let command = format!("lodger rehearse --project {PROJECT}");
    let rehearsed = async |session: &Session| rehearse_report(session, context).await;
    stage.play(&command, ExitStatus::Clean, rehearsed).await
}

async fn moves_out(stage: &mut Stage<'_>, context: &Context) -> Result<(), CommandError> {
    let files = files::right();
    stage.announce("The project, taken out", MOVES_OUT)?;
    let command =
        format!("lodger rollback --all --forget --project {PROJECT} --migrations {RIGHT}");
    let taken_out = async |session: &Session| rollback_report(session, &files, context).await;
    stage.play(&command, ExitStatus::Clean, taken_out).await
}

async fn prove(stage: &mut Stage<'_>, instance: &EmbeddedInstance) -> Result<(), CommandError> {
    stage.announce(
        "The proof",
        "What was run, as one role with the job board's:\n",
    )?;
    stage.recall()?;
    let proof = instance.proof().await;
    let proof = proof.map_err(CommandError::from_library)?;
    stage.complain_of(&proof.damage)?;
    if proof.before != proof.after {
        stage.complain("the database is not as it was: something of ours is left")?;
    }
    if proof.damage.is_empty() {
        stage.confirm(&sentences(&proof))?;
    }
    Ok(())
}

fn sentences(proof: &Proof) -> String {
    format!(
        "{} facts about the database (every definition, OID, grant, sequence, and each table's rows):\n  \
         before  {}\n  after   {}\n\
         public.users has {}, as before\n\
         the job board's updates and a sign-up still work",
        proof.compared, proof.before, proof.after, proof.users
    )
}
