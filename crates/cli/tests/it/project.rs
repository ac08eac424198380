//! A project in a folder of its own, with a database to go to.

use std::process::{Command, Stdio};

use crate::sandbox::{Ended, Sandbox};

/// The corrected migration of the seed.
pub(crate) const RIGHT: &str = include_str!(
    "../../../../migrations/20251101040000_create_sessions_drafts_tables_with_auth.sql"
);

/// A project `research`, whose commands go to one database.
pub(crate) struct Project {
    sandbox: Sandbox,
    url: String,
}

impl Project {
    /// One with these migrations, as file name and text.
    pub(crate) fn new(url: impl Into<String>, migrations: &[(&str, &str)]) -> Self {
        let sandbox = Sandbox::with(&[
            ("lodger.toml", "project = 'research'\n"),
            ("migrations/README.md", ""),
        ]);
        let project = Self {
            sandbox,
            url: url.into(),
        };
        for (name, text) in migrations {
            project.write(name, text);
        }
        project
    }

    /// One with the seed's corrected migration.
    pub(crate) fn right(url: impl Into<String>) -> Self {
        Self::new(url, &[("20251101040000_right.sql", RIGHT)])
    }

    /// Its folder.
    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Writes a migration, or writes it again.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        self.sandbox.write(&format!("migrations/{name}"), text);
    }

    /// The same files with another database.
    pub(crate) fn at(self, url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ..self
        }
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(&self.command(arguments).output().unwrap())
    }

    /// A command that is about to be started. What it leaves behind when it is killed goes with the sandbox.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.sandbox.command(arguments);
        command
            .env("DATABASE_URL", &self.url)
            .env("TMPDIR", self.sandbox.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}
