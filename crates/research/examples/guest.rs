//! A guest does some work, registers, and takes it along: `cargo run -p lodger-research --example guest -- URL`.
//!
//! The database has the store in it (`lodger apply`), and two accounts: an anonymous one and a registered one.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use lodger_research::{
    ListFilter, NewDraft, NewSession, PageRequest, Pool, PoolSettings, Principal, Proof, Settings,
    Stage, Store,
};
use uuid::Uuid;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(url), Some(guest), Some(user)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("usage: guest DATABASE_URL ANONYMOUS_USER_ID REGISTERED_USER_ID".into());
    };
    let (guest, user): (Uuid, Uuid) = (guest.parse()?, user.parse()?);
    let store = Store::new(
        Pool::new(&url, PoolSettings::default())?,
        Settings::default(),
    );

    // the guest works, and asks for a claim before it registers
    let guest = store.as_user(&Principal::user(guest, true))?;
    let session = guest
        .create_session(&NewSession::titled("Tides of the Severn"))
        .await?;
    let outline = NewDraft::with_content(Stage::Planning, "outline.md", "text/markdown", "# Tides");
    guest.save_draft(session.id, &outline).await?;
    let claim = guest.issue_claim().await?;

    // the account presents the claim
    let user = store.as_user(&Principal::user(user, false))?;
    let receipt = user.transfer(&Proof::Claim(claim.claim)).await?;
    println!(
        "{} sessions with {} drafts moved",
        receipt.sessions, receipt.files
    );

    let page = user
        .list_sessions(&ListFilter::default(), &PageRequest::default())
        .await?;
    for session in page.items {
        println!(
            "{}  {}  {} drafts",
            session.created_at, session.title, session.file_count
        );
    }
    let late = guest.create_session(&NewSession::titled("Too late")).await;
    println!(
        "the guest's old token: {}",
        late.map_or_else(|error| error.to_string(), |it| it.title)
    );
    Ok(())
}
