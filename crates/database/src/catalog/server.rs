//! The server, and the role that reads its catalog.

use lodger_migration::catalog::Server;
use tokio_postgres::Row;

use super::CatalogError;
use super::row::Cells;

pub(super) const SQL: &str = include_str!("server.sql");

pub(super) fn read(rows: &[Row]) -> Result<Server, CatalogError> {
    let row = rows.first().ok_or(CatalogError::RoleMissing)?;
    let cells = Cells::new(row, "server");
    let version: i32 = cells.get("version_number")?;
    let members: Vec<String> = cells.get("members")?;
    let roles: Vec<String> = cells.get("member_of")?;
    let mut memberships: Vec<(String, String)> = members.into_iter().zip(roles).collect();
    memberships.sort_unstable();
    // Several grantors may have made one and the same membership.
    memberships.dedup();
    Ok(Server {
        version_number: u32::try_from(version).unwrap_or_default(),
        version: cells.get("version")?,
        role: cells.get("role")?,
        superuser: cells.get("superuser")?,
        bypasses_rls: cells.get("bypasses_rls")?,
        database: cells.get("database")?,
        database_owner: cells.get("database_owner")?,
        supautils: cells.get("supautils")?,
        read_only: cells.get("read_only")?,
        roles: cells.sorted("roles")?,
        memberships,
    })
}
