//! Connections: what is said when one does not come about, and what one hears from the server.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::time::{Duration, Instant};

use lodger_database::connect::{ConnectError, Session};
use lodger_database::pool::{CheckoutError, Pool, PoolSettings};
use lodger_database::testing::{Cluster, Settings, Template, connect};
use rcgen::{CertifiedKey, KeyPair};
use tokio_postgres::config::Host;

/// What a session says, and a connection of a pool as well.
async fn refusal(url: &str) -> ConnectError {
    let error = Session::connect(url).await.map(|_| ()).unwrap_err();
    let said = format!("{error} {error:?}");
    assert!(!said.contains("not-for-the-eye"), "{said}");
    let same = pool(url).check().await.unwrap_err();
    assert_eq!(same, CheckoutError::Connect(error.clone()));
    error
}

fn pool(url: &str) -> Pool {
    Pool::new(url, PoolSettings::default()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_says_whose() {
    let database = Cluster::shared().database(Template::Base).await;
    let error = refusal(&database.tcp_url("not-for-the-eye")).await;
    assert!(
        matches!(&error, ConnectError::WrongPassword { user, .. } if user == "postgres"),
        "{error}"
    );
    let missing = database
        .tcp_url("not-for-the-eye")
        .replace(":not-for-the-eye", "");
    let error = refusal(&missing).await;
    assert!(
        matches!(error, ConnectError::WrongPassword { .. }),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_database_is_named() {
    let cluster = Cluster::shared();
    let error = refusal(&cluster.url(&cluster.superuser(), "nowhere")).await;
    assert!(
        matches!(&error, ConnectError::DatabaseMissing { database, .. } if database == "nowhere"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there_says_where() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let error = refusal(&format!("postgres://a:not-for-the-eye@127.0.0.1:{port}/b")).await;
    let here = format!("127.0.0.1:{port}");
    assert!(
        matches!(&error, ConnectError::Unreachable { address, .. } if *address == here),
        "{error}"
    );
    let error = refusal("host=/nonexistent user=a dbname=b").await;
    assert!(
        error.to_string().contains("/nonexistent/.s.PGSQL.5432"),
        "{error}"
    );
    let error = refusal("postgres://a@host.invalid/b?connect_timeout=5").await;
    assert!(matches!(error, ConnectError::Unreachable { .. }), "{error}");
}

/// Something that takes connections and never answers.
#[tokio::test(flavor = "multi_thread")]
async fn a_silent_server_is_given_up() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let begin = Instant::now();
    let error = refusal(&format!(
        "postgres://a@127.0.0.1:{port}/b?connect_timeout=1"
    ))
    .await;
    assert!(matches!(error, ConnectError::Unreachable { .. }), "{error}");
    assert!(begin.elapsed().as_secs() < 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_connection_left_says_so() {
    let database = Cluster::shared().database(Template::Base).await;
    let admin = database.connect_admin().await;
    let sql = format!("alter database {} connection limit 0", database.name());
    admin.batch_execute(&sql).await.unwrap();
    let error = refusal(&database.url()).await;
    assert!(
        matches!(error, ConnectError::TooManyConnections { .. }),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_tls_is_refused_only_where_tls_is_asked_for() {
    let cluster = Cluster::shared();
    let database = cluster.database(Template::Base).await;
    let url = database.tcp_url(&cluster.password());
    let error = refusal(&format!("{url}?sslmode=require")).await;
    assert!(matches!(error, ConnectError::TlsRefused { .. }), "{error}");
    for mode in ["disable", "prefer", "allow"] {
        let url = format!("{url}?sslmode={mode}");
        Session::connect(&url).await.unwrap();
        pool(&url).check().await.unwrap();
    }
    let (port, user, password) = (cluster.port(), cluster.superuser(), cluster.password());
    let by_number = format!(
        "hostaddr=127.0.0.1 port={port} user={user} password={password} dbname={} sslmode=disable",
        database.name()
    );
    pool(&by_number).check().await.unwrap();
    let mixed = url.replace("127.0.0.1", "127.0.0.1,%2Ftmp");
    let error = pool(&mixed).check().await.unwrap_err();
    assert!(error.to_string().contains("beside each other"), "{error}");
    // a unix socket needs no encryption, as with libpq
    let socket = format!("{}?sslmode=require", database.url());
    Session::connect(&socket).await.unwrap();
    pool(&socket).check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_checked_as_libpq_does() {
    let folder = tempfile::tempdir().unwrap();
    let authority = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let root = folder.path().join("root.crt");
    std::fs::write(&root, authority.cert.pem()).unwrap();
    let stranger = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let other_root = folder.path().join("other.crt");
    std::fs::write(&other_root, stranger.cert.pem()).unwrap();
    let cluster = tls_cluster(&authority).await;
    let url = |host: &str, options: &str| {
        let url = cluster.tcp_url(&cluster.superuser(), "postgres", &cluster.password());
        format!("{}?{options}", url.replace("127.0.0.1", host))
    };
    let root = root.display();
    let other = other_root.display();
    for (host, options) in [
        ("127.0.0.1", "sslmode=prefer".to_owned()),
        ("127.0.0.1", "sslmode=require".to_owned()),
        ("127.0.0.1", format!("sslmode=verify-ca&sslrootcert={root}")),
        (
            "localhost",
            format!("sslmode=verify-full&sslrootcert={root}"),
        ),
    ] {
        let session = Session::connect(&url(host, &options)).await.unwrap();
        let sql = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
        let row = session.client.query_typed_one(sql, &[]).await.unwrap();
        assert!(row.get::<_, bool>(0), "{options}");
        let pool = pool(&url(host, &options));
        pool.check().await.unwrap();
        let sql = "select count(*) from pg_stat_ssl join pg_stat_activity using (pid) \
            where ssl and application_name = 'lodger' and state = 'idle'";
        let row = session.client.query_typed_one(sql, &[]).await.unwrap();
        assert_eq!(row.get::<_, i64>(0), 1, "{options}");
    }
    for (host, options) in [
        (
            "127.0.0.1",
            format!("sslmode=verify-full&sslrootcert={root}"),
        ),
        (
            "localhost",
            format!("sslmode=verify-full&sslrootcert={other}"),
        ),
        ("localhost", format!("sslmode=require&sslrootcert={other}")),
        (
            "localhost",
            format!("sslmode=verify-ca&sslrootcert={other}"),
        ),
    ] {
        let error = refusal(&url(host, &options)).await;
        assert!(
            matches!(error, ConnectError::Tls { .. }),
            "{options}: {error}"
        );
    }
    let error = refusal(&url("127.0.0.1", "sslmode=disable")).await;
    assert!(matches!(error, ConnectError::TlsDemanded { .. }), "{error}");
}

/// A server that takes encrypted connections only.
async fn tls_cluster(identity: &CertifiedKey<KeyPair>) -> Cluster {
    let cluster = Cluster::start_with(&Settings {
        hba: vec!["hostnossl all all all reject".to_owned()],
        ..Settings::default()
    });
    let config = cluster.config(&cluster.superuser(), "postgres");
    let [Host::Unix(folder)] = config.get_hosts() else {
        unreachable!("the cluster is reached through a unix socket");
    };
    let owner = folder.metadata().unwrap();
    for (name, text) in [
        ("server.crt", identity.cert.pem()),
        ("server.key", identity.signing_key.serialize_pem()),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        // the server insists on a key that only its own user can read
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
    let client = connect(&config).await;
    for (name, value) in [
        (
            "ssl_cert_file",
            folder.join("server.crt").display().to_string(),
        ),
        (
            "ssl_key_file",
            folder.join("server.key").display().to_string(),
        ),
        ("ssl", "on".to_owned()),
    ] {
        let sql = format!("alter system set {name} = '{value}'");
        client.batch_execute(&sql).await.unwrap();
    }
    client
        .batch_execute("select pg_reload_conf()")
        .await
        .unwrap();
    // the server reloads when it gets to it
    while !client
        .query_typed_one("select current_setting('ssl')::bool", &[])
        .await
        .unwrap()
        .get::<_, bool>(0)
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    cluster
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_are_kept_until_they_are_taken() {
    let database = Cluster::shared().database(Template::Empty).await;
    let session = Session::connect(&database.admin_url()).await.unwrap();
    let sql = "create table a (); create table if not exists a (); create view b as select from a; drop table a cascade";
    session.client.batch_execute(sql).await.unwrap();
    let notices = session.take_notices();
    let messages: Vec<&str> = notices.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "relation \"a\" already exists, skipping",
            "drop cascades to view b"
        ]
    );
    let codes: Vec<&str> = notices.iter().map(|it| it.sqlstate.as_str()).collect();
    assert_eq!(codes, ["42P07", "00000"]);
    assert_eq!(session.take_notices(), []);
    let sql = "select setting from pg_settings where name = 'application_name'";
    let row = session.client.query_typed_one(sql, &[]).await.unwrap();
    assert_eq!(row.get::<_, &str>(0), "lodger");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_says_why() {
    let database = Cluster::shared().database(Template::Empty).await;
    let session = Session::connect(&database.admin_url()).await.unwrap();
    assert_eq!(session.lost(), None);
    let sql = "select pg_backend_pid()";
    let row = session.client.query_typed_one(sql, &[]).await.unwrap();
    let admin = database.connect_admin().await;
    let end = "select pg_terminate_backend($1)";
    admin.query(end, &[&row.get::<_, i32>(0)]).await.unwrap();
    // the server ends it when it gets to it
    let wait = async {
        loop {
            match session.lost() {
                Some(lost) => return lost,
                None => tokio::task::yield_now().await,
            }
        }
    };
    let lost = tokio::time::timeout(Duration::from_secs(5), wait)
        .await
        .unwrap();
    assert!(
        lost.contains("terminat") || lost.contains("closed"),
        "{lost}"
    );
}
