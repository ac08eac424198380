//! Anything that a client sends: what the fuzz targets check, for their seeds and mutations of them.

#[path = "../../../../fuzz/src/replay.rs"]
mod replay;
#[expect(unreachable_pub, reason = "the fuzz targets reach it")]
#[path = "../../../../fuzz/src/requests.rs"]
mod requests;

#[test]
fn any_token_is_refused_unless_it_is_signed() {
    replay::replay(&replay::seeds(&["fuzz/seeds/token"]), requests::token);
}

#[test]
fn any_cursor_is_refused_unless_it_was_handed_out() {
    replay::replay(&replay::seeds(&["fuzz/seeds/cursor"]), requests::cursor);
}

#[test]
fn any_event_id_is_a_number_or_none() {
    replay::replay(&replay::seeds(&["fuzz/seeds/event_id"]), requests::event_id);
}
