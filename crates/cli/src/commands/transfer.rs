//! `lodger transfer`: moves what an anonymous user did to a registered one.

use clap::Args;
use lodger_research::{PoolSettings, Receipt, TransferPreview};
use schemars::JsonSchema;
use serde::Serialize;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::serving::block_on;
use super::store::{ensure_there, explain, store};
use super::user_id::parse_user_id;
use crate::context::Context;
use crate::error::{CommandError, ExitStatus};
use crate::output::json::{SCHEMA_VERSION, document};
use crate::output::{Report, human};

const EXAMPLES: &str = "\
Examples:
  lodger transfer --from 6f1c… --to 9a02… --dry-run     what would be moved
  lodger transfer --from 6f1c… --to 9a02…

For whoever runs the database: nobody has to prove anything here. Users do it themselves, over HTTP, with a claim of
the one and a token of the other. The source has to be anonymous and the receiver registered. One transaction: all
or nothing. Whatever the source still writes is refused from then on.";

/// Move the research sessions of an anonymous user to a registered one
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TransferArgs {
    /// The anonymous user who has them
    #[arg(long, value_name = "USER", value_parser = parse_user_id)]
    from: Uuid,

    /// The registered user who gets them
    #[arg(long, value_name = "USER", value_parser = parse_user_id)]
    to: Uuid,

    /// Check and count, and move nothing
    #[arg(long)]
    dry_run: bool,
}

/// What was moved, or would be.
#[derive(Debug)]
pub(crate) enum Transferred {
    Would(TransferPreview, Uuid),
    Did(Receipt),
}

/// The document that is printed.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TransferJson {
    schema_version: u32,
    /// `transferred`, `already_transferred`, or `would_transfer`.
    outcome: &'static str,
    /// The receipt's id; none in a dry run.
    id: Option<String>,
    source_user_id: String,
    receiver_user_id: String,
    sessions: i64,
    files: i64,
    bytes: i64,
    /// Until when the receiver can undo it, as RFC 3339.
    undo_until: Option<String>,
}

/// Moves, or looks.
pub(crate) fn run(args: &TransferArgs, context: &Context) -> Result<Transferred, CommandError> {
    let settings = PoolSettings {
        size: 1,
        ..PoolSettings::default()
    };
    let store = store(context, settings)?;
    block_on(async {
        ensure_there(context).await?;
        let operator = store.operator();
        if args.dry_run {
            let preview = operator.preview_transfer(args.from, args.to).await;
            return Ok(Transferred::Would(preview.map_err(explain)?, args.to));
        }
        let receipt = operator.transfer(args.from, args.to).await;
        Ok(Transferred::Did(receipt.map_err(explain)?))
    })
}

impl Report for Transferred {
    fn human(&self, context: &Context) -> String {
        let counted = |sessions: i64, files: i64| {
            let number = |it: i64| usize::try_from(it).unwrap_or_default();
            let sessions = human::count(number(sessions), "session");
            format!("{sessions} with {}", human::count(number(files), "draft"))
        };
        match self {
            Self::Would(it, receiver) => format!(
                "would be transferred: {} from {} to {receiver}\n",
                counted(it.sessions, it.files),
                it.source_user_id
            ),
            Self::Did(it) if context.quiet => format!("{}\n", it.id),
            Self::Did(it) => {
                let done = if it.replayed {
                    "was transferred before"
                } else {
                    "transferred"
                };
                let counted = counted(it.sessions, it.files);
                format!(
                    "{done}: {counted} from {} to {}\nreceipt {}\n",
                    it.source_user_id, it.receiver_user_id, it.id
                )
            }
        }
    }

    fn json(&self, _context: &Context) -> Result<String, serde_json::Error> {
        document(&match self {
            Self::Would(it, receiver) => TransferJson {
                schema_version: SCHEMA_VERSION,
                outcome: "would_transfer",
                id: None,
                source_user_id: it.source_user_id.to_string(),
                receiver_user_id: receiver.to_string(),
                sessions: it.sessions,
                files: it.files,
                bytes: it.bytes,
                undo_until: None,
            },
            Self::Did(it) => TransferJson {
                schema_version: SCHEMA_VERSION,
                outcome: if it.replayed {
                    "already_transferred"
                } else {
                    "transferred"
                },
                id: Some(it.id.to_string()),
                source_user_id: it.source_user_id.to_string(),
                receiver_user_id: it.receiver_user_id.to_string(),
                sessions: it.sessions,
                files: it.files,
                bytes: it.bytes,
                undo_until: it.undo_until.format(&Rfc3339).ok(),
            },
        })
    }

    fn exit(&self) -> ExitStatus {
        ExitStatus::Clean
    }
}
