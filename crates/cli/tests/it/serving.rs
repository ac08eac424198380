//! `lodger up` and `lodger serve` as processes: what they print works, and what is written survives.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lodger_database::testing::{Cluster, Lending, Pooler, SharedInstance, Variant};
use serde_json::Value;

use crate::sandbox::{Ended, Sandbox};
use crate::store::Store;

/// On a busy machine, a first start with all migrations.
const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A server that is running.
pub(crate) struct Running {
    child: Child,
    /// `127.0.0.1:port`.
    address: String,
    /// What it said until it was ready.
    said: String,
}

impl Running {
    /// Starts it, and waits for the line that says that it answers.
    pub(crate) fn start(mut command: Command, ready: &str) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let started = Instant::now();
        let mut said = String::new();
        while !said.contains(ready) {
            assert!(started.elapsed() < PATIENCE, "{said}");
            let read = lines.read_line(&mut said).unwrap();
            assert!(read > 0, "it ended: {said}");
        }
        let (_, rest) = said.split_once("http://").unwrap();
        let address: String = rest.chars().take_while(|it| !it.is_whitespace()).collect();
        // Whatever it says from now on must not fill the pipe.
        std::thread::spawn(move || lines.read_to_string(&mut String::new()));
        Self {
            child,
            address,
            said,
        }
    }

    /// The status and the body of the answer.
    pub(crate) fn ask(&self, method: &str, path: &str, token: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// What it tells of the user's sessions as it happens: a stream of server-sent events.
    pub(crate) fn listen(&self, token: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let request = format!(
            "GET /v1/stream HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\r\n",
            self.address
        );
        stream.write_all(request.as_bytes()).unwrap();
        BufReader::new(stream)
    }

    fn token(&self) -> &str {
        let line = self.said.lines().find_map(|it| it.strip_prefix("TOKEN="));
        line.unwrap()
    }

    /// Asks it to stop, and tells its exit code.
    pub(crate) fn stop(&mut self) -> i32 {
        let id = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(asked.success());
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn up(sandbox: &Sandbox) -> Running {
    Running::start(
        sandbox.command(&["up", "--listen", "127.0.0.1:0"]),
        "-d '{\"title\"",
    )
}

#[test]
fn what_up_prints_works_and_what_is_written_survives_a_kill() {
    let sandbox = Sandbox::new();
    let mut running = up(&sandbox);
    let token = running.token().to_owned();
    let (status, me) = running.ask("GET", "/v1/me", &token, "");
    assert_eq!((status, &me["is_anonymous"]), (200, &Value::Bool(true)));
    let (status, made) = running.ask("POST", "/v1/sessions", &token, "{\"title\": \"Tides\"}");
    assert_eq!((status, &made["user_id"]), (201, &me["id"]), "{made}");
    assert_eq!(running.ask("GET", "/v1/sessions", "none", "").0, 401);
    let second = sandbox.run(&["up", "--listen", "127.0.0.1:0"]);
    second.assert_error(3, "another process has .lodger open");
    running.child.kill().unwrap();
    running.child.wait().unwrap();

    let mut again = up(&sandbox);
    // The port is another one, and so is the issuer that tokens name: a new guest has an empty list.
    let token = again.token().to_owned();
    let (status, list) = again.ask("GET", "/v1/sessions", &token, "");
    assert_eq!((status, &list["items"]), (200, &Value::Array(Vec::new())));
    let stored = sandbox.list(".lodger");
    assert_eq!(
        stored,
        [".gitignore", "lock", "postgres", "signing-key.json"]
    );
    assert_eq!(again.stop(), 0);
}

#[test]
fn a_server_without_keys_or_database_does_not_start() {
    let sandbox = Sandbox::with(&[("lodger.toml", "project = 'research'\n")]);
    let nowhere = "postgres://nobody@127.0.0.1:1/none?connect_timeout=2";
    let run = |arguments: &[&str]| {
        let mut command = sandbox.command(arguments);
        command.env("DATABASE_URL", nowhere);
        Ended::of(&command.output().unwrap())
    };
    run(&["serve"]).assert_error(2, "no key to check access tokens with");
    run(&["serve", "--jwt-secret", "short"]).assert_error(2, "at least 32");
    run(&["serve", "--jwt-secret", SECRET]).assert_error(3, "127.0.0.1");
    sandbox
        .run(&["serve", "--jwt-secret", SECRET])
        .assert_error(2, "no database is named");
}

/// A token as the platform would sign it with the shared secret.
pub(crate) fn token(user: uuid::Uuid) -> String {
    let part = |text: &str| {
        let mut command = Command::new("openssl");
        pipe(command.args(["base64", "-A"]), text.as_bytes())
    };
    let url_safe = |text: Vec<u8>| {
        let text = String::from_utf8(text).unwrap();
        text.trim()
            .replace('+', "-")
            .replace('/', "_")
            .replace('=', "")
    };
    let head = url_safe(part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"));
    let body = format!(
        "{{\"sub\":\"{user}\",\"aud\":\"authenticated\",\"role\":\"authenticated\",\"exp\":4102444800}}"
    );
    let signed = format!("{head}.{}", url_safe(part(&body)));
    let mut sign = Command::new("openssl");
    let digest = pipe(
        sign.args(["dgst", "-sha256", "-hmac", SECRET, "-binary"]),
        signed.as_bytes(),
    );
    let mut command = Command::new("openssl");
    let signature = url_safe(pipe(command.args(["base64", "-A"]), &digest));
    format!("{signed}.{signature}")
}

fn pipe(command: &mut Command, input: &[u8]) -> Vec<u8> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap().stdout
}

#[tokio::test]
async fn a_pooler_in_transaction_mode_may_stand_between() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let store = Store::new(instance.url());
    store.apply();
    let database = instance.database().name().to_owned();
    let pooler = Pooler::start(Cluster::shared(), "postgres", &database, Lending::default());
    let store = store.at(pooler.url("postgres", &database));
    let mut running = store.serve(&["--transaction-pooler"]);
    let tokens: Vec<String> = instance
        .user_ids()
        .await
        .into_iter()
        .take(4)
        .map(token)
        .collect();
    // Many at once, of several people, on two server connections: nobody gets another one's rows or statements.
    std::thread::scope(|scope| {
        for (number, token) in tokens.iter().enumerate() {
            let running = &running;
            scope.spawn(move || {
                for round in 1..=15 {
                    let body = format!("{{\"title\": \"{number}\"}}");
                    let (status, made) = running.ask("POST", "/v1/sessions", token, &body);
                    assert_eq!(status, 201, "{made}");
                    let (status, list) = running.ask("GET", "/v1/sessions?limit=200", token, "");
                    assert_eq!(status, 200, "{list}");
                    let items = list["items"].as_array().unwrap();
                    assert_eq!(items.len(), round);
                    let title = Value::String(number.to_string());
                    assert!(items.iter().all(|it| it["title"] == title));
                }
            });
        }
    });
    assert_eq!(running.stop(), 0);
    instance.assert_strangers_untouched().await;
}

#[tokio::test]
async fn a_database_with_the_store_is_served() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let store = Store::new(instance.url());
    store
        .serve_in_vain()
        .assert_error(3, "is not in schema research");
    store.apply();

    let mut running = store.serve(&[]);
    assert_eq!(running.ask("GET", "/readyz", "none", "").0, 200);
    assert_eq!(running.ask("GET", "/v1/sessions", "none", "").0, 401);
    assert_eq!(running.ask("POST", "/auth/v1/signup", "none", "{}").0, 404);
    assert_eq!(running.stop(), 0);
    instance.assert_strangers_untouched().await;
}

#[tokio::test]
async fn events_are_kept_for_so_long_and_conditions_can_be_waived() {
    let instance = SharedInstance::create(Cluster::shared(), Variant::Plain).await;
    let store = Store::new(instance.url());
    store.apply();
    let token = token(instance.user_ids().await[0]);
    let mut usual = store.serve(&[]);
    let (_, made) = usual.ask("POST", "/v1/sessions", &token, "{\"title\": \"Tides\"}");
    let path = format!("/v1/sessions/{}", made["id"].as_str().unwrap());
    let change = "{\"title\": \"Winds\"}";
    assert_eq!(usual.ask("PATCH", &path, &token, change).0, 428);
    assert_eq!(usual.stop(), 0);
    let admin = instance.database().connect_admin().await;
    let age = "update research.research_events set created_at = now() - interval '25 hours'";
    assert_eq!(admin.execute(age, &[]).await.unwrap(), 1);
    let mut other = store.serve(&["--keep-events", "1", "--require-if-match", "false"]);
    let started = Instant::now();
    while other.ask("GET", "/v1/events", &token, "").1["reset"] != true {
        assert!(started.elapsed() < PATIENCE, "the old event is still there");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(other.ask("PATCH", &path, &token, change).0, 200);
    assert_eq!(other.stop(), 0);
}
