//! One scene of the story: a title, the command that somebody would type, what it says, and a look at the
//! other project afterwards.

use lodger_database::connect::Session;
use lodger_database::embedded::EmbeddedInstance;

use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::paint::Paint;
use crate::output::progress::Watcher;
use crate::output::{Report, terminal};

/// The stage on which all scenes are played.
#[derive(Debug)]
pub(super) struct Stage<'a> {
    context: &'a Context,
    paint: Paint,
    instance: &'a EmbeddedInstance,
    scenes: usize,
    /// The commands so far, and how each ended.
    played: Vec<(String, ExitStatus)>,
    /// What went otherwise than told.
    wrong: usize,
}

impl<'a> Stage<'a> {
    /// An empty one.
    pub(super) fn new(context: &'a Context, instance: &'a EmbeddedInstance) -> Self {
        Self {
            context,
            paint: Paint::new(context.color),
            instance,
            scenes: 0,
            played: Vec::new(),
            wrong: 0,
        }
    }

    /// Prints the title of the next scene, and what is to be known before it.
    pub(super) fn announce(&mut self, title: &str, before: &str) -> Result<(), CommandError> {
        self.scenes += 1;
        let title = format!("── {}. {title} ", self.scenes);
        let line = "─".repeat(100_usize.saturating_sub(title.chars().count()));
        let title = self.paint.bold(&format!("{title}{line}"));
        terminal::print(&format!("\n{title}\n{before}"))
    }

    /// Runs a command on the instance, prints what it says, and checks how it ends and that nobody was harmed.
    pub(super) async fn play<R: Report>(
        &mut self,
        command: &str,
        ends: ExitStatus,
        work: impl AsyncFnOnce(&Session) -> Result<R, CommandError>,
    ) -> Result<(), CommandError> {
        terminal::print(&format!("\n{}\n", self.paint.bold(&format!("$ {command}"))))?;
        let session = self.instance.project_session().await;
        let session = session.map_err(CommandError::from_library)?;
        let watcher = Watcher::new(self.context, "at work");
        let report = work(session).await?;
        drop(watcher);
        terminal::print(&report.human(self.context))?;
        self.played.push((command.to_owned(), report.exit()));
        self.judge(report.exit(), ends)?;
        self.look_around().await
    }

    fn judge(&mut self, ended: ExitStatus, ends: ExitStatus) -> Result<(), CommandError> {
        let number = ended.number();
        if ended == ends {
            return terminal::print(&self.paint.dim(&format!("exit code {number}")));
        }
        let said = format!("exit code {number}, and the story says {}", ends.number());
        self.complain(&said)
    }

    async fn look_around(&mut self) -> Result<(), CommandError> {
        let damage = self.instance.damage().await;
        let damage = damage.map_err(CommandError::from_library)?;
        if damage.is_empty() {
            return terminal::print(&self.paint.dim("the other project: untouched"));
        }
        self.complain_of(&damage)
    }

    /// Counts and prints what was done to others.
    pub(super) fn complain_of(&mut self, damage: &[String]) -> Result<(), CommandError> {
        damage.iter().try_for_each(|it| self.complain(it))
    }

    /// Counts and prints something that is not as told.
    pub(super) fn complain(&mut self, said: &str) -> Result<(), CommandError> {
        self.wrong += 1;
        terminal::print(&self.paint.bad(&format!("NOT AS TOLD: {said}")))
    }

    /// Prints something that is as told.
    pub(super) fn confirm(&self, said: &str) -> Result<(), CommandError> {
        terminal::print(&self.paint.good(said))
    }

    /// Prints all commands and how each ended.
    pub(super) fn recall(&self) -> Result<(), CommandError> {
        let width = self.played.iter().map(|(command, _)| command.len()).max();
        let width = width.unwrap_or_default();
        let line = |(command, ended): &(String, ExitStatus)| {
            format!("  {command:width$}  exit code {}\n", ended.number())
        };
        terminal::print(&self.played.iter().map(line).collect::<String>())
    }

    /// How many things went otherwise than told.
    pub(super) fn wrong(&self) -> usize {
        self.wrong
    }
}
