//! The research store on the database that the context names, for the commands of whoever runs it.

use lodger_database::connect::Session;
use lodger_research::{Pool, PoolSettings, Settings, Store};

use crate::context::Context;
use crate::error::CommandError;

/// The store. Nothing is opened yet.
pub(super) fn store(context: &Context, settings: PoolSettings) -> Result<Store, CommandError> {
    let pool = Pool::new(context.database_url()?, settings);
    let pool = pool.map_err(|error| CommandError::usage(error.to_string()))?;
    Ok(Store::new(
        pool,
        Settings {
            home_schema: context.settings().schema.clone(),
            ..Settings::default()
        },
    ))
}

/// The database answers, and the store stands there. Better said at once than with every request.
pub(super) async fn ensure_there(context: &Context) -> Result<(), CommandError> {
    let schema = &context.settings().schema;
    let session = Session::connect(context.database_url()?).await;
    let session = session.map_err(CommandError::from_library)?;
    let there = lodger_research::is_there(&session, schema).await;
    if there.map_err(CommandError::from_library)? {
        return Ok(());
    }
    Err(CommandError::failed(format!(
        "the research store is not in schema {schema} of this database"
    ))
    .hinted("bring it in: `lodger apply --project research --migrations migrations`")
    .hinted("where it stands in another schema, name that with --schema or in lodger.toml"))
}

/// An operation of the store did not take place: a refusal is about what was asked.
pub(super) fn explain(error: lodger_research::Error) -> CommandError {
    use lodger_research::Error;
    match error {
        Error::Unavailable { .. } | Error::TooLong | Error::Busy | Error::Internal { .. } => {
            CommandError::from_library(error)
        }
        refusal => CommandError::usage(refusal.to_string()),
    }
}
