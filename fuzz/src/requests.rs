//! What must hold for anything that a client sends.

use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Waker};

use lodger_http::parse_event_id;
use lodger_http::token::{Principal, SigningKey, TokenError, TokenSettings, TokenVerifier};
use lodger_research::{Archived, Error, ListFilter};

const SECRET: &str = "a secret of the tests that is long enough";
/// The only token that is signed with it: for a user of the tests, until 2100.
const VALID: &str = include_str!("../seeds/token/valid");

/// Any text is read or refused, and accepted only if it is signed.
pub fn token(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(principal) = verify(text) {
        assert_eq!(text, VALID, "{principal:?}");
    }
}

/// Without published keys nothing is waited for.
fn verify(text: &str) -> Result<Arc<Principal>, TokenError> {
    static VERIFIER: OnceLock<TokenVerifier> = OnceLock::new();
    let verifier = VERIFIER.get_or_init(|| {
        let key = SigningKey::generate().expect("a key can be made");
        let settings = TokenSettings {
            secret: Some(SECRET.to_owned()),
            keys: key.key_set(),
            ..TokenSettings::default()
        };
        TokenVerifier::new(settings).expect("there are keys")
    });
    let verified = pin!(verifier.verify(text)).poll(&mut Context::from_waker(Waker::noop()));
    assert!(verified.is_ready(), "it waits for something");
    match verified {
        Poll::Ready(principal) => principal,
        Poll::Pending => Err(TokenError::Malformed),
    }
}

/// Any text is read or refused, and belongs to one filter at most.
pub fn cursor(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let all = ListFilter::default();
    let archived = ListFilter {
        archived: Archived::Only,
        ..ListFilter::default()
    };
    let (one, other) = (all.check_cursor(text), archived.check_cursor(text));
    assert!(one.is_err() || other.is_err());
    let unreadable = |it: &Result<(), Error>| matches!(it, Err(Error::CursorUnreadable));
    assert_eq!(unreadable(&one), unreadable(&other));
}

/// Any text is a number that an event can have, or none.
pub fn event_id(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Some(number) = parse_event_id(text) {
        assert!(number >= 0);
        assert_eq!(parse_event_id(&number.to_string()), Some(number));
    }
}
