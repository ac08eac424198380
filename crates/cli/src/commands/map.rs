//! `lodger map`: whose tables stand where, and what references what.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use lodger_database::prepare::Present;
use lodger_migration::map::{Group, Map, Reference, Relation, map};
use schemars::JsonSchema;
use serde::Serialize;

use super::database::with_session;
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::json::{ObjectJson, OwnerJson, SCHEMA_VERSION, document};
use crate::output::map::{dot, mermaid, svg};
use crate::output::{Report, human};

const EXAMPLES: &str = "\
Examples:
  lodger map                        a Mermaid flowchart, for Markdown
  lodger map --output map.svg       a drawing for the browser
  lodger map --draw dot | dot -Tpng -o map.png
  lodger map --format json

A project's foreign key to a table of users other than auth.users is drawn thick and red, unless that table is
the same other project's. What nobody claims is nobody's mistake: `lodger adopt` says what is yours. Of the
platform's own tables only those are drawn that somebody's references touch.";

/// Draw whose tables stand where on the database, and what references what
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct MapArgs {
    /// How it is drawn; by default as the output file's name says, or as a Mermaid flowchart
    #[arg(long, value_enum)]
    draw: Option<Drawing>,

    /// Write the drawing to this file: `.svg`, `.mmd` or `.dot`
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A kind of drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Drawing {
    /// Scalable Vector Graphics
    Svg,
    /// A Mermaid flowchart
    Mermaid,
    /// Graphviz' language
    Dot,
}

/// The map, and how it is wanted.
#[derive(Debug)]
pub(crate) struct MapReport {
    project: String,
    map: Map,
    drawing: Drawing,
    written: Option<PathBuf>,
}

/// The document that `lodger map` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MapJson<'a> {
    schema_version: u32,
    project: &'a str,
    groups: Vec<GroupJson<'a>>,
    references: Vec<ReferenceJson<'a>>,
}

/// What one owner has.
#[derive(Debug, Serialize, JsonSchema)]
struct GroupJson<'a> {
    owner: OwnerJson<'a>,
    relations: Vec<RelationJson<'a>>,
    /// How many of its relations are not listed, because no reference of others touches them.
    left_out: usize,
}

/// A table or a view.
#[derive(Debug, Serialize, JsonSchema)]
struct RelationJson<'a> {
    object: ObjectJson<'a>,
    /// The planner's idea of the number of rows.
    rows: Option<u64>,
}

/// A foreign key, or a view that reads something.
#[derive(Debug, Serialize, JsonSchema)]
struct ReferenceJson<'a> {
    from: ObjectJson<'a>,
    to: ObjectJson<'a>,
    columns: &'a [String],
    /// `wrong_users`, `foreign`, `identity`, `own` or `reads`.
    kind: &'static str,
}

/// Reads the catalog and draws.
pub(crate) fn run(args: &MapArgs, context: &Context) -> Result<MapReport, CommandError> {
    let drawing = drawing(args)?;
    let settings = context.settings();
    let present = with_session(context, async |session| {
        let present = Present::load(session, &settings.project).await;
        present.map_err(CommandError::from_library)
    })?;
    let map = map(
        &present.snapshot,
        &present.ownership,
        &settings.identity_table,
    );
    let mut report = MapReport {
        project: settings.project.clone(),
        map,
        drawing,
        written: None,
    };
    if let Some(path) = &args.output {
        fs::write(path, report.draw()).map_err(|error| {
            CommandError::failed(format!("{} cannot be written", path.display())).because(error)
        })?;
        report.written = Some(path.clone());
    }
    Ok(report)
}

fn drawing(args: &MapArgs) -> Result<Drawing, CommandError> {
    let by_name = |path: &Path| match path.extension()?.to_str()? {
        "svg" => Some(Drawing::Svg),
        "mmd" | "mermaid" | "md" => Some(Drawing::Mermaid),
        "dot" | "gv" => Some(Drawing::Dot),
        _ => None,
    };
    match (args.draw, &args.output) {
        (Some(drawing), _) => Ok(drawing),
        (None, None) => Ok(Drawing::Mermaid),
        (None, Some(path)) => by_name(path).ok_or_else(|| {
            let unknown = format!("{} does not say what to draw", path.display());
            CommandError::usage(unknown).hinted("name it .svg, .mmd or .dot, or give --draw")
        }),
    }
}

impl MapReport {
    fn draw(&self) -> String {
        let project = match self.project.as_str() {
            "" => "this project",
            named => named,
        };
        match self.drawing {
            Drawing::Svg => svg::render(&self.map, project),
            Drawing::Mermaid => mermaid::render(&self.map, project),
            Drawing::Dot => dot::render(&self.map, project),
        }
    }
}

impl Report for MapReport {
    fn human(&self, context: &Context) -> String {
        match &self.written {
            None => self.draw(),
            Some(_) if context.quiet => String::new(),
            Some(path) => {
                let relations = self.map.groups.iter().map(|it| it.relations.len()).sum();
                let tables = human::count(relations, "relation");
                format!("{tables} drawn in {}\n", path.display())
            }
        }
    }

    fn json(&self, _context: &Context) -> Result<String, serde_json::Error> {
        document(&MapJson {
            schema_version: SCHEMA_VERSION,
            project: &self.project,
            groups: self.map.groups.iter().map(GroupJson::from).collect(),
            references: self
                .map
                .references
                .iter()
                .map(ReferenceJson::from)
                .collect(),
        })
    }

    fn exit(&self) -> ExitStatus {
        ExitStatus::Clean
    }
}

impl<'a> From<&'a Group> for GroupJson<'a> {
    fn from(it: &'a Group) -> Self {
        let relation = |it: &'a Relation| RelationJson {
            object: ObjectJson::from(&it.id),
            rows: it.rows,
        };
        Self {
            owner: OwnerJson::from(&it.owner),
            relations: it.relations.iter().map(relation).collect(),
            left_out: it.left_out,
        }
    }
}

impl<'a> From<&'a Reference> for ReferenceJson<'a> {
    fn from(it: &'a Reference) -> Self {
        Self {
            from: ObjectJson::from(&it.from),
            to: ObjectJson::from(&it.to),
            columns: &it.columns,
            kind: it.kind.as_str(),
        }
    }
}
