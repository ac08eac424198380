//! Two servers on one database, as behind a balancer: what happens at one is told by both.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;

use lodger_database::testing::{Cluster, SharedInstance, Variant};

use crate::serving::token;
use crate::store::Store;

/// Reads on until a line has `part` in it.
fn await_line(stream: &mut BufReader<TcpStream>, part: &str) -> String {
    loop {
        let mut line = String::new();
        let read = stream.read_line(&mut line).unwrap();
        assert!(read > 0, "the stream ended before {part}");
        if line.contains(part) {
            return line;
        }
    }
}

#[tokio::test]
async fn events_reach_the_listeners_of_both() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let store = Store::new(instance.url());
    store.apply();
    let mut servers = [store.serve(&[]), store.serve(&[])];
    let users = instance.user_ids().await;
    let (mine, theirs) = (token(users[0]), token(users[1]));
    let mut streams: Vec<_> = servers.iter().map(|it| it.listen(&mine)).collect();
    let mut foreign = servers[0].listen(&theirs);
    for stream in streams.iter_mut().chain([&mut foreign]) {
        await_line(stream, "200 OK");
        await_line(stream, "event: ready");
        await_line(stream, "data:");
    }
    for writer in &servers {
        let (status, made) = writer.ask("POST", "/v1/sessions", &mine, "{\"title\": \"Tides\"}");
        assert_eq!(status, 201, "{made}");
        let id = made["id"].as_str().unwrap();
        let told: Vec<String> = streams.iter_mut().map(|it| await_line(it, id)).collect();
        assert_eq!(told[0], told[1]);
        // No state in the process: what one wrote, the other shows, and to its owner only.
        for reader in &servers {
            let path = format!("/v1/sessions/{id}");
            assert_eq!(reader.ask("GET", &path, &mine, "").0, 200);
            assert_eq!(reader.ask("GET", &path, &theirs, "").0, 404);
        }
    }
    // The other user hears of what is theirs, and has heard nothing before.
    let (_, made) = servers[1].ask("POST", "/v1/sessions", &theirs, "{\"title\": \"Mine\"}");
    let told = await_line(&mut foreign, "data:");
    assert!(told.contains(made["id"].as_str().unwrap()), "{told}");
    drop((streams, foreign));
    for server in &mut servers {
        assert_eq!(server.stop(), 0);
    }
    instance.assert_strangers_untouched().await;
}
