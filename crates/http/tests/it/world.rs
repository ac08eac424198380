//! What the tests of the API share: a database with the store in it, an application on it, and users.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use lodger_database::apply::{ApplyOptions, ApplyOutcome, apply};
use lodger_database::connect::Session;
use lodger_database::testing::{Cluster, Template, TestDatabase};
use lodger_http::token::{SigningKey, TokenSettings, TokenVerifier};
use lodger_http::{App, AppSettings, Limits, Origins};
use lodger_migration::directory::read_directory;
use lodger_migration::settings::Settings as ProjectSettings;
use lodger_research::{Pool, PoolSettings, Settings, Store};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

const HOME: &str = "research";
/// A change of whatever stands there.
const ANY: [(&str, &str); 1] = [("if-match", "*")];
/// 2096.
const FAR: u64 = 4_000_000_000;

/// A database with the store in it, and an application on it.
pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) app: App,
    key: SigningKey,
}

/// Somebody with a token.
pub(crate) struct Person {
    pub(crate) id: Uuid,
    pub(crate) token: String,
    app: App,
}

/// An answer with its body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|_| String::from_utf8_lossy(&self.bytes).into())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }

    /// Is it a problem of this kind, in the right form?
    pub(crate) fn is_problem(&self, status: u16, code: &str) -> bool {
        let body = self.json();
        let good = self.status.as_u16() == status
            && body["code"] == code
            && body["status"] == status
            && body["request_id"].as_str() == Some(self.header("x-request-id"))
            && self.header("content-type") == "application/problem+json";
        assert!(good, "wanted {status} {code}: {self:?} {body}");
        good
    }
}

/// An application on any store, whose tokens are signed with the key.
pub(crate) fn app_on(store: Store, key: &SigningKey, limits: Limits) -> App {
    let settings = TokenSettings {
        keys: key.key_set(),
        ..TokenSettings::default()
    };
    App::new(AppSettings {
        verifier: TokenVerifier::new(settings).unwrap(),
        store,
        limits,
        origins: Origins::Listed(vec!["https://app.example.test".to_owned()]),
        sign_in: None,
    })
}

/// A store whose database does not answer.
pub(crate) fn nowhere() -> Store {
    let pool = Pool::new(
        "postgres://nobody@127.0.0.1:1/none?connect_timeout=1",
        PoolSettings::default(),
    );
    Store::new(pool.unwrap(), Settings::default())
}

pub(crate) fn store_on(url: &str) -> Store {
    let pool = Pool::new(url, PoolSettings::default()).unwrap();
    Store::new(pool, settings())
}

/// The store of the tests has a schema of its own.
pub(crate) fn settings() -> Settings {
    Settings {
        home_schema: HOME.to_owned(),
        ..Settings::default()
    }
}

/// Plans and applies the store's migrations, as `lodger apply` does.
pub(crate) async fn bring_in(session: &Session) {
    let create = format!(
        "create schema {HOME}; grant usage on schema {HOME} to anon, authenticated, service_role"
    );
    session.client.batch_execute(&create).await.unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let migrations = read_directory(&folder).unwrap().migrations;
    let mut settings = ProjectSettings::new("research");
    HOME.clone_into(&mut settings.schema);
    let options = ApplyOptions::default();
    let report = apply(session, &migrations, &settings, &options, &mut |_| ()).await;
    assert_eq!(report.unwrap().outcome, ApplyOutcome::Applied);
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Limits::default()).await
    }

    pub(crate) async fn with(limits: Limits) -> Self {
        let database = Cluster::shared()
            .copy_of("research_api", Template::Shared, async |url| {
                bring_in(&Session::connect(&url).await.unwrap()).await;
            })
            .await;
        let key = SigningKey::generate().unwrap();
        Self {
            app: app_on(store_on(&database.url()), &key, limits),
            database,
            key,
        }
    }

    /// A second server on the same database, which shares nothing else with the first.
    pub(crate) fn another_app(&self) -> App {
        app_on(store_on(&self.database.url()), &self.key, Limits::default())
    }

    /// A new account with a token.
    pub(crate) async fn person(&self) -> Person {
        self.sign_up(false).await
    }

    pub(crate) async fn sign_up(&self, is_anonymous: bool) -> Person {
        self.make(is_anonymous, FAR).await
    }

    /// A new account whose token ends soon.
    pub(crate) async fn person_until(&self, left: Duration) -> Person {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        self.make(false, (now + left).as_secs()).await
    }

    async fn make(&self, is_anonymous: bool, end: u64) -> Person {
        let id = Uuid::new_v4();
        let email = (!is_anonymous).then(|| format!("{}@example.test", id.simple()));
        let client = self.database.connect_as("supabase_auth_admin").await;
        let sql = "insert into auth.users (id, email, is_anonymous, aud, role, created_at, updated_at) \
                   values ($1, $2, $3, 'authenticated', 'authenticated', now(), now())";
        let made = client.execute(sql, &[&id, &email, &is_anonymous]).await;
        made.unwrap();
        let claims = json!({
            "sub": id, "aud": "authenticated", "role": "authenticated", "exp": end,
            "email": email.unwrap_or_default(), "is_anonymous": is_anonymous,
        });
        Person {
            id,
            token: self.key.sign(&claims).unwrap(),
            app: self.app.clone(),
        }
    }
}

pub(crate) async fn send(app: &App, request: Request<Body>) -> Answer {
    let response = app.router().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Answer {
        status: parts.status,
        headers: parts.headers,
        bytes: body.collect().await.unwrap().to_bytes().to_vec(),
    }
}

impl Person {
    /// Sends a request with headers and, unless it is null, a JSON body.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        };
        send(&self.app, request.body(body).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, &[], body).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PUT, path, &[], body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PATCH, path, &ANY, body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, &ANY, Value::Null).await
    }

    /// A new session.
    pub(crate) async fn session(&self, title: &str) -> Value {
        let answer = self.post("/v1/sessions", json!({ "title": title })).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
        answer.json()
    }
}
