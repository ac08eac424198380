//! Removes Lodger's own schema, once nobody uses it.

use lodger_migration::catalog::CatalogSnapshot;

use super::attempt::doing;
use super::{Forgotten, RollbackError, RollbackOptions};
use crate::bookkeeping;
use crate::connect::Session;

/// Removes Lodger's own schema in a transaction of its own, unless somebody uses it.
pub(super) async fn forget(
    session: &Session,
    options: &RollbackOptions,
    before: &CatalogSnapshot,
) -> Result<Forgotten, RollbackError> {
    if !bookkeeping::is_there(before) {
        return Ok(Forgotten::NotThere);
    }
    let client = &session.client;
    let forgetting = || doing("removing Lodger's own schema");
    let timeout = options.lock_timeout.as_millis();
    // Locked before the look: nobody begins to use it in between.
    let begin = format!(
        "begin; set local lock_timeout = '{timeout}ms'; \
         lock table lodger.migrations, lodger.objects in access exclusive mode"
    );
    let forgotten = async {
        client.batch_execute(&begin).await.map_err(forgetting())?;
        if bookkeeping::forget(client).await? {
            client.batch_execute("commit").await.map_err(forgetting())?;
            return Ok(Forgotten::Removed);
        }
        let projects = bookkeeping::projects(client).await?;
        Ok(Forgotten::UsedBy(projects))
    };
    let forgotten = forgotten.await;
    if !matches!(forgotten, Ok(Forgotten::Removed)) {
        client.batch_execute("rollback").await.ok();
    }
    forgotten
}
