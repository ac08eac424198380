//! The research store in a database that is there, and the binary that works on it.

use std::process::Command;

use crate::sandbox::{Ended, Sandbox};
use crate::serving::{Running, SECRET};

/// The store's project, with its own schema.
pub(crate) const CONFIG: &str = "project = 'research'\nschema = 'research'\n";
/// Where its migrations are.
pub(crate) const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
/// Whatever port is free.
const SERVE: [&str; 5] = ["serve", "--jwt-secret", SECRET, "--listen", "127.0.0.1:0"];

/// The store's project in a folder of its own, whose commands go to one database.
pub(crate) struct Store {
    sandbox: Sandbox,
    url: String,
}

impl Store {
    /// The project. The database has no store before [`Store::apply`].
    pub(crate) fn new(url: impl Into<String>) -> Self {
        Self {
            sandbox: Sandbox::with(&[("lodger.toml", CONFIG)]),
            url: url.into(),
        }
    }

    /// Makes the store with the binary.
    pub(crate) fn apply(&self) {
        let applied = self.run(&["apply", "--migrations", MIGRATIONS]);
        assert_eq!(applied.code, 0, "{applied:?}");
    }

    /// The same project by another way to its database.
    pub(crate) fn at(self, url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ..self
        }
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// A command that is about to be started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.sandbox.command(arguments);
        command.env("DATABASE_URL", &self.url);
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(&self.command(arguments).output().unwrap())
    }

    /// `lodger serve` when it answers.
    pub(crate) fn serve(&self, more: &[&str]) -> Running {
        let mut command = self.command(&SERVE);
        command.args(more);
        Running::start(command, "listening on")
    }

    /// `lodger serve` where it cannot start.
    pub(crate) fn serve_in_vain(&self) -> Ended {
        self.run(&SERVE)
    }
}
