//! How far a rollback or the saving of rows is, on standard error: a bar while rows are saved, on a terminal only.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lodger_database::rollback::RollbackEvent;
use lodger_migration::object::ObjectId;

use crate::context::Context;

/// Shows what is going on, as far as somebody wants to see it.
#[derive(Debug)]
pub(crate) struct Saving {
    bar: ProgressBar,
    /// Standard error is a file or a pipe: no bar, but a line for each pause.
    lines: bool,
}

impl Saving {
    /// Silent under `--quiet`.
    pub(crate) fn new(context: &Context) -> Self {
        let terminal = io::stderr().is_terminal();
        let bar = ProgressBar::no_length();
        if context.quiet || !terminal {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} rows, {eta}")
        {
            bar.set_style(style);
        }
        Self {
            bar,
            lines: !context.quiet && !terminal,
        }
    }

    /// Tells how many rows of a table are saved.
    pub(crate) fn rows(&self, table: &ObjectId, rows: u64, of: u64) {
        self.bar.set_message(format!("saving {table}"));
        self.bar.set_length(of);
        self.bar.set_position(rows);
    }

    /// Tells one event.
    pub(crate) fn tell(&self, event: &RollbackEvent) {
        let said = match event {
            RollbackEvent::Exporting { table, rows, of } => {
                return self.rows(table, *rows, *of);
            }
            RollbackEvent::Dropping { .. } => return self.bar.finish_and_clear(),
            RollbackEvent::WaitingForLock => {
                "another run on this project is under way; waiting".to_owned()
            }
            RollbackEvent::Retrying {
                attempt,
                reason,
                pause,
            } => format!("attempt {attempt} failed ({reason}); again in {pause:.1?}"),
        };
        if self.lines {
            super::terminal::note(&said);
        } else {
            self.bar.println(said);
        }
    }
}

impl Drop for Saving {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
