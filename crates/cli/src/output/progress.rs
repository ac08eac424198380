//! What long work is doing, on standard error: a spinner on a terminal, lines for what matters elsewhere.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lodger_database::apply::ApplyEvent;
use lodger_database::rehearse::RehearseEvent;

use crate::context::Context;

const TICK: Duration = Duration::from_millis(100);

/// Shows what is going on, as far as somebody wants to see it.
#[derive(Debug)]
pub(crate) struct Watcher {
    bar: ProgressBar,
    /// Standard error is a file or a pipe: no spinner, but a line for each pause.
    lines: bool,
}

impl Watcher {
    /// Says what is going on; silent under `--quiet`.
    pub(crate) fn new(context: &Context, doing: &'static str) -> Self {
        let terminal = io::stderr().is_terminal();
        let bar = ProgressBar::no_length();
        if context.quiet || !terminal {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        } else {
            bar.set_style(ProgressStyle::default_spinner());
            bar.enable_steady_tick(TICK);
            bar.set_message(doing);
        }
        Self {
            bar,
            lines: !context.quiet && !terminal,
        }
    }

    /// Tells one event of a rehearsal.
    pub(crate) fn tell_rehearsal(&self, event: &RehearseEvent) {
        let said = match event {
            RehearseEvent::Begins { attempt: 1 } => return,
            RehearseEvent::Begins { attempt } => {
                format!("others were at work on the same rows; attempt {attempt}")
            }
            RehearseEvent::Table { table } => format!("rehearsing with {}", table.name()),
            RehearseEvent::Cascade => "deleting a user, for the time being".to_owned(),
            RehearseEvent::Proof => "looking for what is left".to_owned(),
        };
        self.bar.set_message(said);
    }

    /// Tells one event of an apply.
    pub(crate) fn tell(&self, event: &ApplyEvent) {
        let said = match event {
            ApplyEvent::WaitingForLock => "another apply of this project runs; waiting".to_owned(),
            ApplyEvent::StepStarted {
                version,
                number,
                of,
                reason,
            } => {
                let why = reason
                    .map(|it| format!(": {}", it.describe()))
                    .unwrap_or_default();
                format!("{version}, step {number} of {of}{why}")
            }
            ApplyEvent::Retrying {
                version,
                attempt,
                reason,
                pause,
            } => {
                format!("{version}: attempt {attempt} failed ({reason}); again in {pause:.1?}")
            }
            ApplyEvent::StepDone { .. } => return,
        };
        // A step that begins needs no line of its own where lines are kept.
        if self.lines && !matches!(event, ApplyEvent::StepStarted { .. }) {
            super::terminal::note(&said);
        }
        self.bar.set_message(said);
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
