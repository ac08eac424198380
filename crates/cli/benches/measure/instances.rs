//! Databases to measure on: fresh ones on a server of our own.

use std::sync::OnceLock;

use lodger_database::testing::{Cluster, SharedInstance, TestDatabase, Variant};
use tokio::runtime::Runtime;

/// The one runtime, for what is prepared between the commands.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap())
}

/// A fresh database in which other projects live.
pub(crate) fn instance() -> SharedInstance {
    runtime().block_on(SharedInstance::create(Cluster::shared(), Variant::Plain))
}

/// Its address through TCP, which every tool understands.
pub(crate) fn address(database: &TestDatabase) -> String {
    let url = database.tcp_url(&database.cluster().password());
    url + "?sslmode=disable"
}
