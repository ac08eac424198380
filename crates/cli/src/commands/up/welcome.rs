//! What `lodger up` says once it answers: where, and three calls that work as they stand.

use std::net::SocketAddr;

use super::UpArgs;

/// The address, a token, three `curl` lines.
pub(super) fn render(address: &str, token: &str, args: &UpArgs, listening: SocketAddr) -> String {
    let mut text = format!(
        "Lodger is up: {address}\n\n\
         The page is there, and so is the API: {address}/docs describes it.\n\
         Data are kept in {}; Ctrl-C stops it.\n\n\
         A guest's token, good for an hour:\n\n\
         TOKEN={token}\n\n\
         With it, in another terminal:\n\n\
         curl -s {address}/v1/me -H \"Authorization: Bearer $TOKEN\"\n\
         curl -s {address}/v1/sessions -H \"Authorization: Bearer $TOKEN\" \\\n  \
         -H 'Content-Type: application/json' -d '{{\"title\": \"Tides\"}}'\n\
         curl -s {address}/v1/sessions -H \"Authorization: Bearer $TOKEN\"\n",
        args.data.display()
    );
    if !listening.ip().is_loopback() {
        text.push_str(
            "\nwarning: other machines can reach this address, and the sign-in takes everybody: \
             use `lodger serve` for a server\n",
        );
    }
    text
}
