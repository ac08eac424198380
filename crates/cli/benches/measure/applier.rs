//! The tools that apply migrations: how each wants its files, and how it is started.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::commands::{self, LODGER, program, version};
use crate::generated::{Migration, write};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Lodger,
    Psql,
    Dbmate,
    Sqlx,
    Supabase,
}

/// A tool that is there.
pub(crate) struct Applier {
    pub(crate) kind: Kind,
    path: PathBuf,
    version: String,
}

impl fmt::Display for Applier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.kind {
            Kind::Lodger => "lodger apply",
            Kind::Psql => "psql -1",
            Kind::Dbmate => "dbmate up",
            Kind::Sqlx => "sqlx migrate run",
            Kind::Supabase => "supabase db push",
        };
        write!(formatter, "{name} ({})", self.version)
    }
}

impl Applier {
    /// Lodger, psql, and those of the others that are installed; of the rest it is said that they are left out.
    pub(crate) fn all() -> Vec<Self> {
        let found = [
            (Kind::Lodger, Some(PathBuf::from(LODGER))),
            (
                Kind::Psql,
                program("psql", "PEER_PSQL", "apt-get install postgresql-client"),
            ),
            (
                Kind::Dbmate,
                program("dbmate", "PEER_DBMATE", "npm install -g dbmate"),
            ),
            (
                Kind::Sqlx,
                program(
                    "sqlx",
                    "PEER_SQLX",
                    "cargo install sqlx-cli --no-default-features --features postgres,rustls",
                ),
            ),
            (
                Kind::Supabase,
                program(
                    "supabase",
                    "PEER_SUPABASE",
                    "npm install -g supabase@2.122.1",
                ),
            ),
        ];
        let there = |(kind, path): (Kind, Option<PathBuf>)| {
            let path = path?;
            let version = version(&path);
            Some(Self {
                kind,
                path,
                version,
            })
        };
        found.into_iter().filter_map(there).collect()
    }

    /// It keeps no history, so that a second run does everything again.
    pub(crate) fn is_forgetful(&self) -> bool {
        self.kind == Kind::Psql
    }

    /// Writes migrations as the tool reads them.
    pub(crate) fn write(&self, folder: &Path, migrations: &[Migration]) {
        match self.kind {
            Kind::Supabase => write(&folder.join("supabase/migrations"), migrations),
            Kind::Dbmate => {
                let marked = migrations.iter().map(|it| Migration {
                    name: it.name.clone(),
                    sql: format!("-- migrate:up\n{}\n-- migrate:down\n", it.sql),
                });
                write(folder, &marked.collect::<Vec<_>>());
            }
            Kind::Lodger | Kind::Psql | Kind::Sqlx => write(folder, migrations),
        }
        if self.kind == Kind::Supabase {
            let config = "project_id = \"measured\"\n";
            fs::write(folder.join("supabase/config.toml"), config).unwrap();
        }
    }

    /// The command that applies what is pending in the folder.
    pub(crate) fn command(&self, folder: &Path, url: &str) -> Command {
        let mut command = Command::new(&self.path);
        match self.kind {
            Kind::Lodger => return commands::lodger(&["apply"], folder, Some(url)),
            Kind::Psql => return commands::psql(folder, url),
            Kind::Dbmate => {
                command.args(["--url", url, "--no-dump-schema", "--migrations-dir"]);
                command.arg(folder).arg("up");
            }
            Kind::Sqlx => {
                command.args(["migrate", "run", "--database-url", url, "--source"]);
                command.arg(folder);
            }
            Kind::Supabase => {
                command.args(["db", "push", "--yes", "--db-url", url, "--workdir"]);
                command.arg(folder).env("DO_NOT_TRACK", "1");
            }
        }
        command.current_dir(folder);
        command
    }
}
