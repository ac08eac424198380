//! Every route of the document, asked by everybody about what is theirs, what is somebody else's, and what is not there.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::num::NonZeroU32;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use lodger_database::connect::Session;
use lodger_http::Limits;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::world::{Person, World};

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// What a route's id, if it takes one, is the id of.
#[derive(Clone, Copy, PartialEq)]
enum Names {
    Nothing,
    Session,
    File,
    Transfer,
    User,
}

/// How a route is asked: what is named, the path's query, the body. `ID` stands for the id.
///
/// A route that is not listed here fails the test.
fn entry(operation: &str) -> (Names, &'static str, Value) {
    use Names::{File, Nothing, Session, Transfer, User};
    let none = Value::Null;
    match operation {
        "alive" | "counters" | "list_problems" | "read_problem" | "ready" | "list_events"
        | "read_me" | "export" | "read_profile" | "read_statistics" | "list_sessions"
        | "follow" | "issue_ticket" | "list_audit" | "issue_claim" | "list_transfers" => {
            (Nothing, "", none)
        }
        "read_file" | "read_content" | "read_preview" | "delete_file" => (File, "", none),
        "read_transfer" | "revert_transfer" => (Transfer, "", none),
        "read_session"
        | "delete_session"
        | "list_files"
        | "list_stages"
        | "archive_session"
        | "read_archive"
        | "list_session_events"
        | "follow_session"
        | "complete_session"
        | "fail_session"
        | "reopen_session"
        | "restore_session" => (Session, "", none),
        "erase" => (User, "", json!({"confirm": "ID"})),
        "change_profile" => (Nothing, "", json!({"display_name": "Ann"})),
        "create_session" => (Nothing, "", json!({"title": "Tides"})),
        "change_session" => (Session, "", json!({"title": "Other tides"})),
        "tell_event" => (
            Session,
            "",
            json!({"kind": "agent.progress", "payload": {"done": 2}}),
        ),
        "duplicate_session" => (Session, "", json!({"with_files": true})),
        "change_sessions" => (Session, "", json!({"operation": "delete", "ids": ["ID"]})),
        "compare_sessions" => (Session, "?ids=ID,ID2", none),
        "save_file" => (
            Session,
            "",
            json!({"file_path": "b.md", "stage": "2_planning", "content": "b"}),
        ),
        "transfer" => (Nothing, "", json!({"claim": "CLAIM"})),
        new => unreachable!("the route {new} is not in the matrix"),
    }
}

struct Matrix {
    world: World,
    admin: Session,
}

/// Status and code, and all of the answer but what each request has of its own.
struct Seen {
    short: String,
    whole: String,
}

impl Matrix {
    /// A caller's request, with the id that it names.
    async fn ask(&self, caller: Option<&Person>, method: &str, path: &str, body: &str) -> Seen {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(person) = caller {
            request = request.header("authorization", format!("Bearer {}", person.token));
        }
        if ["PATCH", "DELETE"].contains(&method) {
            request = request.header("if-match", "*");
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let answer = self.world.app.router().oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let kind = answer.headers().get("content-type").cloned();
        let kind = kind.map_or_else(String::new, |it| it.to_str().unwrap().to_owned());
        // a stream does not end
        let bytes = if kind == "text/event-stream" {
            Vec::new()
        } else {
            answer
                .into_body()
                .collect()
                .await
                .unwrap()
                .to_bytes()
                .to_vec()
        };
        let mut value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if let Some(members) = value.as_object_mut() {
            members.remove("request_id");
            members.remove("instance");
        }
        // a batch succeeds, and says of each session what came of it
        let told = if status < 400 {
            &value["items"][0]["problem"]["code"]
        } else {
            &value["code"]
        };
        let code = told.as_str().unwrap_or_default();
        Seen {
            short: format!("{status} {code}").trim_end().to_owned(),
            whole: format!("{status} {kind} {value}"),
        }
    }

    /// All rows of a user, with who wrote them last: it differs when anything was written.
    async fn rows(&self, of: &Person) -> String {
        let sql = include_str!("matrix.sql");
        self.admin
            .client
            .query_one(sql, &[&of.id])
            .await
            .unwrap()
            .get(0)
    }

    /// Something of this user's, in a state in which the operation can be done.
    async fn make(&self, names: Names, of: &Person, operation: &str) -> (String, String) {
        let session = of.session("Tides").await;
        let id = session["id"].as_str().unwrap().to_owned();
        let own = format!("/v1/sessions/{id}");
        let content = json!({"file_path": "a.md", "stage": "2_planning", "content": "abc"});
        let file = of.put(&format!("{own}/files"), content).await.json();
        for (wanted, first) in [("reopen_session", "fail"), ("restore_session", "archive")] {
            if operation == wanted {
                let moved = of.post(&format!("{own}/{first}"), Value::Null).await;
                assert_eq!(moved.status, 200);
            }
        }
        let other = of.session("Second").await;
        let first = match names {
            Names::File => file["id"].as_str().unwrap().to_owned(),
            Names::User => of.id.to_string(),
            Names::Transfer => {
                let claim = json!({"claim": self.claim().await});
                let receipt = of.post("/v1/transfers", claim).await.json();
                // an anonymous user receives nothing
                receipt["id"].as_str().unwrap_or("-").to_owned()
            }
            Names::Session | Names::Nothing => id,
        };
        (first, other["id"].as_str().unwrap().to_owned())
    }

    /// A claim of a guest who has something.
    async fn claim(&self) -> String {
        let guest = self.world.sign_up(true).await;
        guest.session("Given").await;
        let issued = guest.post("/v1/transfer-claims", Value::Null).await.json();
        issued["claim"].as_str().unwrap().to_owned()
    }

    /// One operation, asked about these ids.
    async fn call(
        &self,
        caller: Option<&Person>,
        (path, method, operation): &(String, String, String),
        ids: &(String, String),
    ) -> Seen {
        let (_, query, body) = entry(operation);
        let fill = |text: &str| text.replace("ID2", &ids.1).replace("ID", &ids.0);
        let path = path.replace("{code}", "not_found").replace("{id}", "ID");
        let mut body = if body.is_null() {
            String::new()
        } else {
            fill(&body.to_string())
        };
        if body.contains("CLAIM") {
            body = body.replace("CLAIM", &self.claim().await);
        }
        let before = match caller {
            Some(person) if method == "GET" => Some((person, self.rows(person).await)),
            _ => None,
        };
        let mut seen = self
            .ask(caller, method, &fill(&format!("{path}{query}")), &body)
            .await;
        if let Some((person, before)) = before {
            assert_eq!(before, self.rows(person).await, "{method} {path} writes");
        }
        seen.whole = seen.whole.replace(&ids.0, "ID").replace(&ids.1, "ID2");
        seen
    }

    /// What is said of an id that is not the caller's must be what is said of one that is nobody's, and nothing of it changes.
    async fn not_theirs(&self, route: &(String, String, String), cast: &[&Person; 3]) -> String {
        let (names, ..) = entry(&route.2);
        let absent = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
        let mut told: BTreeMap<String, String> = BTreeMap::new();
        for caller in cast {
            for owner in cast.iter().filter(|it| it.id != caller.id) {
                let theirs = self.make(names, owner, &route.2).await;
                if theirs.0 == "-" {
                    continue;
                }
                let before = self.rows(owner).await;
                let foreign = self.call(Some(caller), route, &theirs).await;
                assert_eq!(
                    before,
                    self.rows(owner).await,
                    "{route:?} changed another's rows"
                );
                let nothing = self.call(Some(caller), route, &absent).await;
                assert_eq!(foreign.whole, nothing.whole, "{route:?}");
                told.insert(foreign.whole, foreign.short);
            }
        }
        assert_eq!(
            told.len(),
            1,
            "{route:?} tells callers different things: {told:?}"
        );
        told.into_values().collect()
    }
}

fn routes() -> Vec<(String, String, String)> {
    let document = serde_json::to_value(lodger_http::openapi()).unwrap();
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, it) in methods.as_object().unwrap() {
            let name = it["operationId"].as_str().unwrap().to_owned();
            found.push((path.clone(), method.to_uppercase(), name));
        }
    }
    found
}

async fn matrix() -> Matrix {
    let requests_per_minute = NonZeroU32::new(1_000_000).unwrap();
    let limits = Limits {
        requests_per_minute,
        ..Limits::default()
    };
    let world = World::with(limits).await;
    let admin = Session::connect(&world.database.admin_url()).await.unwrap();
    Matrix { world, admin }
}

#[tokio::test]
async fn every_route_by_everybody_about_everything() {
    let matrix = matrix().await;
    let (ann, bob) = (matrix.world.person().await, matrix.world.person().await);
    let guest = matrix.world.sign_up(true).await;
    let mut table = format!(
        "{:<38} {:<24} {:<24} {:<22} {}\n",
        "", "a user's own", "a guest's own", "not one's own", "without a token"
    );
    for route in routes() {
        let (names, ..) = entry(&route.2);
        let mut cells = Vec::new();
        for person in [&ann, &guest] {
            let own = matrix.make(names, person, &route.2).await;
            if own.0 == "-" {
                cells.push("-".to_owned());
                continue;
            }
            let bystander = matrix.rows(&bob).await;
            cells.push(matrix.call(Some(person), &route, &own).await.short);
            assert_eq!(
                bystander,
                matrix.rows(&bob).await,
                "{route:?} touched a bystander"
            );
        }
        cells.push(if names == Names::Nothing {
            "-".to_owned()
        } else {
            matrix.not_theirs(&route, &[&ann, &bob, &guest]).await
        });
        let theirs = matrix.make(names, &ann, &route.2).await;
        let before = matrix.rows(&ann).await;
        let nobody = matrix.call(None, &route, &theirs).await.short;
        assert_eq!(before, matrix.rows(&ann).await, "{route:?} without a token");
        let line = format!("{} {}", route.1, route.0);
        let (user, guest, foreign) = (&cells[0], &cells[1], &cells[2]);
        writeln!(
            table,
            "{line:<38} {user:<24} {guest:<24} {foreign:<22} {nobody}"
        )
        .unwrap();
    }
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn every_other_method_is_refused() {
    let matrix = matrix().await;
    let ann = matrix.world.person().await;
    let own = matrix.make(Names::Session, &ann, "").await;
    let documented = routes();
    let before = matrix.rows(&ann).await;
    let mut refused = 0;
    for (path, ..) in &documented {
        for method in METHODS {
            if documented.iter().any(|it| it.0 == *path && it.1 == method) {
                continue;
            }
            let place = path.replace("{id}", &own.0).replace("{code}", "not_found");
            for caller in [Some(&ann), None] {
                let seen = matrix.ask(caller, method, &place, "").await;
                assert_eq!(seen.short, "405 method_not_allowed", "{method} {path}");
                refused += 1;
            }
        }
    }
    assert!(refused > 100, "{refused}");
    assert_eq!(before, matrix.rows(&ann).await);
}
